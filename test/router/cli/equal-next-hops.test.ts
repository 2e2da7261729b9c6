/** Which of several equal next hops is the RPF neighbor, where the router has no entry that tells. */
import { expect, test } from 'vitest';
import {
  type EqualNextHops,
  type ForwardingPart,
  given,
  type PathPart,
  type Platform,
  type RoutePart,
  type TablePart,
} from '../../../src/router/cli/platform.ts';
import { platforms } from '../../../src/router/cli/platforms.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

const SOURCE = '10.1.0.2';
const RP = '10.0.0.2';
const EAST = { interface: 'east', neighbor: '10.9.0.1' };
const WEST = { interface: 'west', neighbor: '10.10.0.1' };
const QUIET = { interface: 'quiet', neighbor: '10.99.0.1' };
const PATH = { prefix: '10.1.0.0/24', routingProtocol: 'ospf' } as const;
const DEFAULT_ROUTE: PathPart = { prefix: '0.0.0.0/0', ...QUIET, routingProtocol: 'netmgmt' };

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
) {
  const [first, ...others] = hops;
  const forwarding: ForwardingPart = { counters: [], routes, rps: undefined };
  const platform: Platform = {
    name: 'fake',
    ...(equalNextHops && { equalNextHops }),
    table: given(TABLE),
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
  const entry = { group: '239.1.1.1', source: SOURCE, incoming: 'west', upstream: WEST.neighbor, outgoing: [] };
  const rest = { packets: null, multicastRoutingProtocol: null, pruneSent: false, uptimeSeconds: null };
  const { routes } = await read(undefined, [EAST, WEST], [{ ...entry, ...rest }]);
  expect(routes).toMatchObject([{ incoming: 2, upstream: WEST.neighbor, routingProtocol: 'ospf' }]);
});

test('IOS XR takes the highest address', () => {
  expect(platforms['cisco-iosxr']().equalNextHops).toBe('highest');
});
