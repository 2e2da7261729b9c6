/** Which path RPF takes, of what routes and entries tell. */
import { expect, test } from 'vitest';
import {
  type EqualNextHops,
  type ForwardingPart,
  given,
  type PathPart,
  type Platform,
  type RoutePart,
  type TablePart,
} from '../../../../src/router/cli/platform.ts';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

const SOURCE = '10.1.0.2';
const RP = '10.0.0.2';
const EAST = { interface: 'east', neighbor: '10.9.0.1' };
const WEST = { interface: 'west', neighbor: '10.10.0.1' };
const QUIET = { interface: 'quiet', neighbor: '10.99.0.1' };
const PATH = { prefix: '10.1.0.0/24', routingProtocol: 'ospf' } as const;
const DEFAULT_ROUTE: PathPart = { prefix: '0.0.0.0/0', ...QUIET, routingProtocol: 'netmgmt' };

const ENTRY: RoutePart = {
  group: '239.1.1.1',
  source: SOURCE,
  incoming: 'west',
  upstream: WEST.neighbor,
  outgoing: [],
  packets: null,
  multicastRoutingProtocol: null,
  pruneSent: false,
  uptimeSeconds: null,
};

const TABLE: TablePart = {
  interfaces: ['east', 'west', 'quiet'].map((name, i) => ({ index: i + 1, name, addresses: [], mtu: undefined })),
  multicast: { 4: ['east', 'west', 'quiet'], 6: [] },
  multicastRoutingProtocol: 'pimSparseMode',
  rps: [{ groups: '239.0.0.0/8', address: RP }],
  neighbors: [EAST, WEST].map((hop) => ({ address: hop.neighbor, interface: hop.interface })),
  designatedRouters: [],
  boundaries: [],
};

async function read(
  equalNextHops: EqualNextHops | undefined,
  hops: readonly [typeof EAST, ...(typeof EAST)[]],
  routes: readonly RoutePart[] = [],
  table: TablePart = TABLE,
) {
  const [first, ...others] = hops;
  const forwarding: ForwardingPart = { counters: [], routes, rps: undefined };
  const platform: Platform = {
    name: 'fake',
    ...(equalNextHops && { equalNextHops }),
    table: given(table),
    forwarding: () => given(forwarding),
    path: (target) => given(target === RP ? DEFAULT_ROUTE : { ...PATH, ...first, others }),
  };
  const query = { family: 4, group: '239.1.1.1', source: SOURCE } as const;
  return readerWith(platform, fakeCli({})).readForwarding(query, new AbortController().signal);
}

test.each<[string, EqualNextHops | undefined, Parameters<typeof read>[1], object]>([
  ['the first that is a neighbor', undefined, [QUIET, WEST, EAST], { interface: 2, neighbor: WEST.neighbor }],
  ['the highest address of a neighbor', 'highest', [EAST, QUIET, WEST], { interface: 2, neighbor: WEST.neighbor }],
  ['none is a neighbor: the first', 'highest', [QUIET], { interface: 3, neighbor: QUIET.neighbor }],
])('%s', async (_name, equal, hops, expected) => {
  const { rpf } = await read(equal, hops);
  expect(rpf).toContainEqual({ ...PATH, ...expected });
});

test('an entry tells which one it is, and has the protocol of the path all the same', async () => {
  const { routes } = await read(undefined, [EAST, WEST], [ENTRY]);
  expect(routes).toMatchObject([{ incoming: 2, upstream: WEST.neighbor, routingProtocol: 'ospf' }]);
});

test('where an entry has no incoming interface, the path of unicast routes is none', async () => {
  const none = { ...ENTRY, incoming: null, upstream: null, hasNoIncoming: true };
  const unreachable = { prefix: `${SOURCE}/32`, interface: null };
  const ofSource = await read(undefined, [EAST], [none]);
  expect(ofSource.rpf).toContainEqual(unreachable);
  expect(ofSource.routes).toMatchObject([{ incoming: null, upstream: null, routingProtocol: null }]);

  const shared = { ...none, source: null };
  expect((await read(undefined, [EAST], [shared])).rpf).toEqual([
    { ...PATH, interface: 1, neighbor: EAST.neighbor },
    { prefix: `${RP}/32`, interface: null },
  ]);
});

test('where a group has no RP, its entry without an incoming interface has no path to the source either', async () => {
  const none = { ...ENTRY, source: null, incoming: null, upstream: null, hasNoIncoming: true };
  const table = { ...TABLE, rps: [] };
  const unreachable = { prefix: `${SOURCE}/32`, interface: null };
  expect((await read(undefined, [EAST], [none], table)).rpf).toEqual([unreachable]);
  const besideASource = await read(undefined, [WEST], [none, ENTRY], table);
  expect(besideASource.rpf).toEqual([{ ...PATH, interface: 2, neighbor: WEST.neighbor }]);
});

test('nor has an entry for what the router sends itself, whose path is well', async () => {
  const none = { ...ENTRY, incoming: null, upstream: null, hasNoIncoming: true };
  const [first, ...rest] = TABLE.interfaces;
  const table = { ...TABLE, interfaces: [{ ...first!, addresses: [`${SOURCE}/32`] }, ...rest] };
  const { rpf } = await read(undefined, [EAST], [none], table);
  expect(rpf).toContainEqual({ ...PATH, interface: 1, neighbor: EAST.neighbor });
});

test('an RP has no incoming interface for what comes in Registers, and is reached all the same', async () => {
  const none = { ...ENTRY, source: null, incoming: null, upstream: null, hasNoIncoming: true };
  const [first, ...rest] = TABLE.interfaces;
  const table = { ...TABLE, interfaces: [{ ...first!, addresses: [`${RP}/32`] }, ...rest] };
  const { rpf } = await read(undefined, [EAST], [none], table);
  expect(rpf).toContainEqual({
    prefix: '0.0.0.0/0',
    interface: 3,
    neighbor: QUIET.neighbor,
    routingProtocol: 'netmgmt',
  });
});

test('where the way to the RP is not told, that to the source is for the source alone', async () => {
  const untold: Platform = {
    name: 'fake',
    table: given(TABLE),
    forwarding: () => given({ counters: [], routes: [], rps: undefined }),
    path: (target) =>
      given(
        target === RP ? { prefix: `${RP}/32`, routingProtocol: 'bgp', nexthop: null } : { ...DEFAULT_ROUTE, ...EAST },
      ),
  };
  const query = { family: 4, group: '239.1.1.1', source: SOURCE } as const;
  const { rpf } = await readerWith(untold, fakeCli({})).readForwarding(query, new AbortController().signal);
  expect(rpf).toEqual([{ prefix: `${SOURCE}/32`, interface: 1, neighbor: EAST.neighbor, routingProtocol: 'netmgmt' }]);
});

test('an entry that names no neighbor has that of its link behind which PIM has one', async () => {
  const { upstream: _, ...untold } = ENTRY;
  const silent = { interface: 'west', neighbor: '10.10.0.9' };
  const { routes } = await read(undefined, [silent, WEST, EAST], [{ ...untold, upstream: undefined }]);
  expect(routes).toMatchObject([{ incoming: 2, upstream: WEST.neighbor }]);
});

test('IOS XR takes the highest address', () => {
  expect(platforms['cisco-iosxr']().equalNextHops).toBe('highest');
});
