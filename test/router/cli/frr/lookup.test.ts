/**
 * Where pimd itself says whom it would join, or that there is nobody, that is what counts, whatever unicast route there is.
 * Texts as FRR 8.4.4 printed them, and those of 10.3 and newer by its source.
 */
import { describe, expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { stateOf } from '../../../../src/router/state.ts';
import { determineForwarding } from '../../../../src/trace/forwarding.ts';
import { parseAddress } from '../../../../src/wire/address.ts';
import { fakeVtysh, type Outputs, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';

const SOURCE = '198.18.0.5';
const GROUP = '239.1.2.3';
const QUERY: ForwardingQuery = { family: 4, group: GROUP, source: SOURCE };
const NO_ENTRIES: Outputs = Object.fromEntries(
  ['mroute 239.1.2.3', 'pim rpf', 'pim upstream 239.1.2.3', 'pim join 239.1.2.3'].map((view) => [
    `show ip ${view} json`,
    '{}',
  ]),
);

async function read(outputs: Outputs, query: ForwardingQuery = QUERY) {
  const session = fakeVtysh({ ...FRR_OUTPUTS, ...outputs });
  return readerWith(platforms.frr(), session).readForwarding(query, new AbortController().signal);
}

const lookedUp = (text: string, group = GROUP) => ({ [`show ip pim nexthop-lookup ${SOURCE} ${group}`]: text });
const FAILED = 'Nexthop Lookup failed, no usable routes returned.\n';
const hop = (interfaceName: string, ip?: string) => ({ fib: true, active: true, interfaceName, ...(ip ? { ip } : {}) });
const routeBy = (nexthops: readonly object[], protocol = 'ospf') => ({
  [`show ip route ${SOURCE} json`]: JSON.stringify({ '198.18.0.0/24': [{ protocol, selected: true, nexthops }] }),
});
const EQUAL = routeBy([hop('east', '192.0.2.2'), hop('west', '192.0.2.5')]);
const BY_WEST = { prefix: '198.18.0.0/24', interface: 8, neighbor: '192.0.2.5', routingProtocol: 'ospf' };

describe('the path to a source without an entry', () => {
  test.each<[string, Outputs, object]>([
    [
      'one of equal next hops, by a hash',
      { ...EQUAL, ...lookedUp('Group 239.1.2.3 --- Nexthop 192.0.2.5 Interface west\n') },
      BY_WEST,
    ],
    [
      'the same of newer versions',
      { ...EQUAL, ...lookedUp('(198.18.0.5, 239.1.2.3) --- Nexthop 192.0.2.5 Interface west\n') },
      BY_WEST,
    ],
    [
      'not by the unicast route: its prefix and protocol are none of it',
      { ...routeBy([hop('east', '192.0.2.2')]), ...lookedUp('Group 239.1.2.3 --- Nexthop 192.0.2.5 Interface west\n') },
      { prefix: `${SOURCE}/32`, interface: 8, neighbor: '192.0.2.5', routingProtocol: null },
    ],
    [
      'a next hop of the other family, by its neighbor',
      { ...routeBy([hop('west', 'fe80::5')]), ...lookedUp('Group 239.1.2.3 --- Nexthop 192.0.2.5 Interface west\n') },
      BY_WEST,
    ],
    [
      'on a link of the router',
      { ...routeBy([hop('lan')], 'connected'), ...lookedUp('Group 239.1.2.3 --- Nexthop 198.18.0.5 Interface lan\n') },
      { prefix: '198.18.0.0/24', interface: 9, neighbor: null, routingProtocol: 'local' },
    ],
    [
      'nobody',
      { ...routeBy([hop('west', '192.0.2.5')]), ...lookedUp(FAILED) },
      { prefix: `${SOURCE}/32`, interface: null },
    ],
    [
      'nobody, of several that have PIM',
      { ...EQUAL, ...lookedUp(FAILED) },
      { prefix: `${SOURCE}/32`, interface: null },
    ],
    [
      'nobody, of newer versions',
      { ...EQUAL, ...lookedUp('(198.18.0.5, 239.1.2.3) --- Nexthop Lookup failed, no usable routes returned.\n') },
      { prefix: `${SOURCE}/32`, interface: null },
    ],
    [
      'nobody, of several that have PIM, though not each a neighbor',
      { ...routeBy([hop('west', '192.0.2.5'), hop('lan', '198.51.100.9')]), ...lookedUp(FAILED) },
      { prefix: `${SOURCE}/32`, interface: null },
    ],
    [
      'nobody, of several: the hash falls on one without PIM, and a join would not',
      { ...routeBy([hop('west', '192.0.2.5'), hop('mgmt', '192.168.0.9')]), ...lookedUp(FAILED) },
      BY_WEST,
    ],
    [
      'no answer: by the unicast route',
      { ...EQUAL, ...lookedUp('') },
      { ...BY_WEST, interface: 7, neighbor: '192.0.2.2' },
    ],
  ])('%s', async (_name, outputs, expected) => {
    expect((await read({ ...NO_ENTRIES, ...outputs })).rpf).toContainEqual(expected);
  });

  test('without a group is looked up for one that has no RP', async () => {
    const outputs = { ...EQUAL, ...lookedUp('Group 232.0.0.1 --- Nexthop 192.0.2.5 Interface west\n', '232.0.0.1') };
    expect((await read(outputs, { ...QUERY, group: null })).rpf).toEqual([BY_WEST]);
  });

  test('where pimd finds nobody, a configured entry still comes from the unicast next hop', async () => {
    const oil = { lan: { ttl: 1, protocolStatic: true } };
    const entry = JSON.stringify({ [GROUP]: { [SOURCE]: { iif: 'west', installed: 1, oil } } });
    const { routes } = await read({
      ...NO_ENTRIES,
      ...routeBy([hop('west', '192.0.2.5')]),
      ...lookedUp(FAILED),
      'show ip mroute 239.1.2.3 json': entry,
    });
    expect(routes).toMatchObject([{ incoming: 8, upstream: '192.0.2.5', routingProtocol: 'ospf' }]);
  });
});

/** What pimd has of the source where a member on `lan` wants it. */
function wanted(upstream: object, rpf: object, source = SOURCE): Outputs {
  const own = { source, group: GROUP };
  const member = { ...own, upTime: '--:--:--', expire: '--:--', channelJoinName: 'NOINFO', protocolIgmp: 1 };
  return {
    ...NO_ENTRIES,
    'show ip pim rpf json': JSON.stringify({ nexthopLookups: 20, [GROUP]: { [source]: { ...own, ...rpf } } }),
    'show ip pim upstream 239.1.2.3 json': JSON.stringify({ [GROUP]: { [source]: { ...own, ...upstream } } }),
    'show ip pim join 239.1.2.3 json': JSON.stringify({ lan: { name: 'lan', [GROUP]: { [source]: member } } }),
  };
}

const NOBODY = { rpfInterface: '<ifname?>', rpfAddress: '0.0.0.0', ribNexthop: '*', routeMetric: 4294967295 };
const NOT_JOINED = { inboundInterface: 'Unknown', joinState: 'NotJoined', upTime: '00:00:01' };
const LAN = [{ index: 9, state: 'notForwarding' }];

describe('an entry that is not in the kernel', () => {
  test('because nobody on the way upstream speaks PIM: it has no incoming interface, and no way', async () => {
    const snapshot = await read({
      ...wanted(NOT_JOINED, NOBODY),
      ...lookedUp('Group 239.1.2.3 --- Nexthop 192.0.2.5 Interface west\n'),
    });
    expect(snapshot.routes).toMatchObject([{ source: SOURCE, incoming: null, upstream: null, outgoing: LAN }]);
    expect(snapshot.routes![0]).not.toHaveProperty('pruneSent');
    expect(snapshot.rpf).toContainEqual({ prefix: `${SOURCE}/32`, interface: null });
    const [source, group] = [parseAddress(SOURCE), parseAddress(GROUP)];
    expect(determineForwarding(stateOf(snapshot), source, group)).toMatchObject({
      incoming: undefined,
      upstream: undefined,
    });
  });

  test('of the shared tree, because nobody on the way to the RP speaks PIM', async () => {
    const { routes, rpf } = await read(wanted(NOT_JOINED, NOBODY, '*'), { ...QUERY, source: null });
    expect(routes).toMatchObject([{ source: null, incoming: null, upstream: null, outgoing: LAN }]);
    expect(rpf).toEqual([{ prefix: '203.0.113.4/32', interface: null }]);
  });

  test('because the link of the members has no PIM: it is not forwarded there', async () => {
    const upstream = { inboundInterface: 'west', joinState: 'NotJoined', upTime: '00:00:09' };
    const { routes } = await read(wanted(upstream, { rpfInterface: 'west', rpfAddress: '192.0.2.5' }));
    expect(routes).toMatchObject([
      { source: SOURCE, incoming: 8, upstream: '192.0.2.5', outgoing: LAN, packets: '215', uptimeSeconds: 9 },
    ]);
    expect(routes![0]).not.toHaveProperty('pruneSent');
  });

  test('because it was pruned, while pimd remembers: pruned', async () => {
    const upstream = { inboundInterface: 'west', joinState: 'NotJoined', upTime: '00:00:30' };
    const left = { upTime: '00:00:30', expire: '00:12', prune: '--:--', channelJoinName: 'NOINFO', protocolPim: 1 };
    const { routes } = await read({
      ...wanted(upstream, { rpfInterface: 'west', rpfAddress: '192.0.2.5' }),
      'show ip pim join 239.1.2.3 json': JSON.stringify({ lan: { [GROUP]: { [SOURCE]: left } } }),
    });
    expect(routes).toMatchObject([{ incoming: 8, outgoing: [{ index: 9, state: 'pruned' }] }]);
  });

  test('without a way of its own, beside one of the shared tree that is there: that one decides', async () => {
    const shared = { iif: 'east', installed: 1, oil: { lan: { ttl: 1 } } };
    const { routes } = await read({
      ...wanted(NOT_JOINED, NOBODY),
      ...lookedUp(FAILED),
      'show ip mroute 239.1.2.3 json': JSON.stringify({ [GROUP]: { '*': shared } }),
    });
    expect(routes).toMatchObject([{ source: null, incoming: 7 }]);
  });

  test('of the shared tree, because its RP is lost', async () => {
    const snapshot = await read({
      ...wanted(NOT_JOINED, NOBODY, '*'),
      ...routeBy([hop('west', '192.0.2.5')]),
      ...lookedUp('Group 239.1.2.3 --- Nexthop 192.0.2.5 Interface west\n'),
      'show ip pim rp-info json': '{}',
    });
    expect(snapshot.routes).toMatchObject([{ source: null, incoming: null, upstream: null, outgoing: LAN }]);
    expect(snapshot.rpf).toEqual([{ prefix: `${SOURCE}/32`, interface: null }]);
    const forwarding = determineForwarding(stateOf(snapshot), parseAddress(SOURCE), parseAddress(GROUP));
    expect(forwarding).toMatchObject({ kind: 'group', incoming: undefined, upstream: undefined });
  });

  test('and that nobody wants is none', async () => {
    const outputs = wanted({ inboundInterface: 'west', joinState: 'NotJoined' }, { rpfInterface: 'west' });
    expect((await read({ ...outputs, 'show ip pim join 239.1.2.3 json': '{}' })).routes).toEqual([]);
  });

  test('beside one of the shared tree that is there: that one decides', async () => {
    const shared = { iif: 'east', installed: 1, oil: { lan: { ttl: 1 } } };
    const outputs = wanted({ inboundInterface: 'west', joinState: 'Joined' }, { rpfInterface: 'west' });
    const { routes } = await read({
      ...outputs,
      'show ip mroute 239.1.2.3 json': JSON.stringify({ [GROUP]: { '*': shared } }),
    });
    expect(routes).toMatchObject([{ source: null, incoming: 7 }]);
  });
});

test('a route by a link on which PIM has no neighbor is no path', async () => {
  const outputs = { ...NO_ENTRIES, ...routeBy([hop('lan', '198.51.100.9')]) };
  expect((await read(outputs)).rpf).toContainEqual({ prefix: `${SOURCE}/32`, interface: null });
});

test.each<[string, Outputs]>([
  ['pimd looks nobody up', lookedUp('')],
  ['pimd finds nobody', lookedUp(FAILED)],
  ['the group has an RP behind another link', { 'show ip pim rp-info json': FRR_OUTPUTS['show ip pim rp-info json'] }],
])('a configured entry of the shared tree comes by a link on which PIM has no neighbor: %s', async (_name, outputs) => {
  const entry = { iif: 'west', installed: 1, oil: { lan: { ttl: 1, protocolStatic: true } } };
  const snapshot = await read({
    ...NO_ENTRIES,
    ...routeBy([hop('west', '192.0.2.5')]),
    'show ip pim rp-info json': '{}',
    'show ip pim neighbor json': '{}',
    'show ip mroute 239.1.2.3 json': JSON.stringify({ [GROUP]: { '*': entry } }),
    ...outputs,
  });
  const forwarding = determineForwarding(stateOf(snapshot), parseAddress(SOURCE), parseAddress(GROUP));
  expect(forwarding).toMatchObject({ kind: 'group', upstream: parseAddress('192.0.2.5') });
});
