import { afterEach, describe, expect, test } from 'vitest';
import type { ForwardingQuery, Reader } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { stateOf } from '../../../src/router/state.ts';
import { Agent, type AgentOptions } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

/** A router between a source and receivers: up0 towards the source, down0 and down1 towards receivers, lan0 besides. */
const ROUTER: Snapshot = {
  name: 'r3',
  interfaces: [
    {
      index: 2,
      name: 'up0',
      addresses: ['10.34.0.4/24', 'fd00:34::4/64', 'fe80::4/64'],
      mtu: 1500,
      multicast: true,
      ttlThreshold: 1,
      designatedRouters: ['10.34.0.4'],
      inMulticastPackets: '7000000000',
      outMulticastPackets: '12',
    },
    {
      index: 3,
      name: 'down0',
      addresses: ['10.4.0.4/24', 'fd00:4::4/64'],
      mtu: 9000,
      multicast: true,
      ttlThreshold: 16,
      inMulticastPackets: '3',
      outMulticastPackets: '6999999999',
    },
    {
      index: 4,
      name: 'down1',
      addresses: ['10.5.0.4/24'],
      multicast: true,
      ttlThreshold: 1,
      inMulticastPackets: '0',
      outMulticastPackets: '0',
    },
    { index: 10, name: 'lan0', addresses: ['10.6.0.4/24'], mtu: 1500 },
  ].map((row) => ({
    ...row,
    ...(row.multicast === true ? { multicastRoutingProtocol: 'pimSparseMode' as const } : {}),
  })),
  routes: [
    {
      group: '232.1.1.1',
      source: '10.1.0.2',
      incoming: 2,
      upstream: '10.34.0.3',
      outgoing: [
        { index: 3, state: 'forwarding' },
        { index: 4, state: 'pruned' },
      ],
      packets: '5000000000',
      multicastRoutingProtocol: 'pimSparseMode',
      routingProtocol: 'ospf',
      uptimeSeconds: 412,
    },
    {
      group: '239.1.1.1',
      source: null,
      incoming: 2,
      upstream: '10.34.0.3',
      outgoing: [{ index: 3, state: 'forwarding' }],
      packets: '17',
      multicastRoutingProtocol: 'pimSparseMode',
      routingProtocol: 'bgp',
      uptimeSeconds: 5,
    },
    {
      group: 'ff3e::1',
      source: 'fd00:1::2',
      incoming: 2,
      upstream: 'fe80::3',
      outgoing: [{ index: 3, state: 'forwarding' }],
      packets: '9',
      multicastRoutingProtocol: 'pimSparseMode',
      routingProtocol: 'ospf',
      uptimeSeconds: 60,
    },
  ],
  rpf: [
    { prefix: '10.1.0.0/24', interface: 2, neighbor: '10.34.0.3', routingProtocol: 'ospf' },
    { prefix: '10.0.0.2/32', interface: 2, neighbor: '10.34.0.3', routingProtocol: 'bgp' },
    { prefix: '10.1.0.128/25', interface: 4, neighbor: '10.5.0.9', routingProtocol: 'rip' },
    { prefix: '10.6.0.0/24', interface: 10, neighbor: null, routingProtocol: 'local' },
    { prefix: 'fd00:1::/64', interface: 2, neighbor: 'fe80::3', routingProtocol: 'ospf' },
  ],
  rps: [{ groups: '239.0.0.0/8', address: '10.0.0.2' }],
  scopes: [{ groups: '239.255.0.0/16', interface: 2 }],
  neighbors: [{ address: '10.34.0.3', interface: 2 }],
};
const BEST: RouterMibs = {
  routes: 'IPMCAST',
  pim: 'standard',
  addresses: 'current',
  unicast: 'inetCidr',
  counters: 64,
};

const readers: Reader[] = [];
const oddities: string[] = [];
afterEach(async () => {
  oddities.length = 0;
  for (const reader of readers.splice(0)) await reader.close();
});

function readerOf(agent: Agent, version: 1 | '2c' = '2c', monotonicMs = () => 0): Reader {
  const session = createAgentSession({
    host: '127.0.0.1',
    port: agent.port,
    credentials: { version, community: 'public' },
  });
  const reader = createSnmpReader({ name: 'r3', session, onOddity: (text) => oddities.push(text), monotonicMs });
  readers.push(reader);
  return reader;
}

function query(group: string | null, source: string | null): ForwardingQuery {
  return { family: (group ?? source)!.includes(':') ? 6 : 4, group, source };
}

const SG = query('232.1.1.1', '10.1.0.2');
const within = () => AbortSignal.timeout(4000);

async function forwarding(options: AgentOptions, asked: ForwardingQuery, version: 1 | '2c' = '2c'): Promise<Snapshot> {
  await using agent = await Agent.start(options);
  return await readerOf(agent, version).readForwarding(asked, within());
}

describe.each(['2c', 1] as const)('version %s', (version) => {
  test.each([
    ['IPMCAST', 'standard', 'current', 'inetCidr', 64],
    ['IPMROUTE', 'experimental', 'old', 'ipCidr', 64],
    ['experimental', 'experimental', 'old', 'ipRoute', 32],
  ] as const)(
    '%s, PIM %s, addresses %s, %s, counters of %i bits: what the MIBs carry is told',
    async (routes, pim, addresses, unicast, counters) => {
      // SNMPv1 has no Counter64: RFC 2576 §4.1. Here it is the agent that does not know.
      const snapshot = await forwarding(
        { mib: mibOf(ROUTER, { routes, pim, addresses, unicast, counters }) },
        SG,
        version,
      );
      const [own] = snapshot.routes!;
      const packets = routes === 'IPMCAST' ? '5000000000' : String(5000000000 % 2 ** 32);
      expect(own).toMatchObject({ ...ROUTER.routes![0], packets });
      const [up, down] = snapshot.interfaces;
      expect(up).toMatchObject({
        index: 2,
        name: 'up0',
        mtu: 1500,
        multicast: true,
        ttlThreshold: 1,
        designatedRouters: ['10.34.0.4'],
        inMulticastPackets: counters === 64 ? '7000000000' : String(7000000000 % 2 ** 32),
        outMulticastPackets: '12',
      });
      expect(up!.addresses).toEqual(
        addresses === 'current' ? expect.arrayContaining([...ROUTER.interfaces[0]!.addresses]) : ['10.34.0.4/24'],
      );
      expect(down).toMatchObject({ name: 'down0', ttlThreshold: 16 });
      expect(snapshot.rpf).toContainEqual({
        prefix: '10.1.0.0/24',
        interface: 2,
        neighbor: '10.34.0.3',
        routingProtocol: 'ospf',
      });
      expect(snapshot.scopes).toEqual(ROUTER.scopes);
      expect(snapshot.neighbors).toEqual(ROUTER.neighbors);
      expect(oddities).toEqual([]);
    },
  );

  test.each(['0.0.0.0', '255.255.255.255'] as const)('(*,G) with the mask %s', async (sharedMask) => {
    const mibs: RouterMibs = { ...BEST, routes: 'IPMROUTE', sharedMask };
    const snapshot = await forwarding({ mib: mibOf(ROUTER, mibs) }, query('239.1.1.1', '10.1.0.2'), version);
    expect(snapshot.routes).toMatchObject([{ ...ROUTER.routes![1], source: null }]);
    expect(snapshot.rps).toEqual(ROUTER.rps);
  });

  test('no group: the path to the source, by its longest prefix', async () => {
    for (const unicast of ['inetCidr', 'ipCidr', 'ipRoute'] as const) {
      const snapshot = await forwarding(
        { mib: mibOf(ROUTER, { ...BEST, unicast }) },
        query(null, '10.1.0.200'),
        version,
      );
      expect(snapshot.rpf).toEqual([ROUTER.rpf![2]]);
    }
  });
});

test('IPv6', async () => {
  const asked = query('ff3e::1', 'fd00:1::2');
  const snapshot = await forwarding({ mib: mibOf(ROUTER, BEST) }, asked);
  expect(snapshot.routes).toMatchObject([ROUTER.routes![2]!]);
  const path = await forwarding({ mib: mibOf(ROUTER, BEST) }, query(null, 'fd00:1::2'));
  expect(path.rpf).toEqual([ROUTER.rpf![4]]);
});

test('an upstream neighbor with its zone', async () => {
  const agentMib = mibOf(ROUTER, BEST);
  const place = `2.16.255.62.${'0.'.repeat(13)}1.128.2.16.253.0.0.1.${'0.'.repeat(11)}2.128`;
  agentMib.set(`1.3.6.1.2.1.168.1.5.1.8.${place}`, mib.octets(254, 128, ...Array(13).fill(0), 3, 0, 0, 0, 2));
  const { routes } = await forwarding({ mib: agentMib }, query('ff3e::1', 'fd00:1::2'));
  expect(routes).toMatchObject([{ incoming: 2, upstream: 'fe80::3' }]);
});

test('a connected source', async () => {
  const snapshot = await forwarding({ mib: mibOf(ROUTER, BEST) }, query(null, '10.6.0.77'));
  expect(snapshot.rpf).toEqual([ROUTER.rpf![3]]);
});

test('a next hop that is not on a link: its own path is looked up, too', async () => {
  const agentMib = mibOf(ROUTER, BEST);
  const set = (column: number, value: number) =>
    agentMib.set(`1.3.6.1.2.1.4.24.7.1.${column}.1.4.198.51.100.0.24.2.0.0.1.4.10.0.0.2`, mib.integer(value));
  set(7, 0);
  set(8, 4);
  set(9, 14);
  await using agent = await Agent.start({ mib: agentMib, delayMs: 20 });
  const reader = readerOf(agent);
  const expected = [{ prefix: '198.51.100.0/24', interface: 2, neighbor: '10.34.0.3', routingProtocol: 'bgp' }];
  expect((await reader.readForwarding(query(null, '198.51.100.7'), within())).rpf).toEqual(expected);
  agent.roundTrips = 0;
  expect((await reader.readForwarding(query(null, '198.51.100.7'), within())).rpf).toEqual(expected);
  expect(agent.roundTrips).toBe(1);
});

test('a protocol that cannot be: local, of a route to another router', async () => {
  const agentMib = mibOf(ROUTER, BEST);
  agentMib.set(
    '1.3.6.1.2.1.4.24.7.1.9.2.16.253.0.0.1.0.0.0.0.0.0.0.0.0.0.0.0.64.2.0.0.2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.3',
    mib.integer(2),
  );
  const snapshot = await forwarding({ mib: agentMib }, query(null, 'fd00:1::2'));
  expect(snapshot.rpf).toEqual([{ ...ROUTER.rpf![4], routingProtocol: null }]);
});

test('a source that no route leads to', async () => {
  const snapshot = await forwarding({ mib: mibOf(ROUTER, BEST) }, query(null, '192.0.2.1'));
  expect(snapshot.rpf).toEqual([{ prefix: '192.0.2.1/32', interface: null }]);
});

test('the interface table', async () => {
  await using agent = await Agent.start({ mib: mibOf(ROUTER, BEST) });
  const snapshot = await readerOf(agent).readInterfaces(within());
  expect(snapshot.interfaces.map(({ name, addresses }) => [name, [...addresses].sort()])).toEqual(
    ROUTER.interfaces.map(({ name, addresses }) => [name, [...addresses].sort()]),
  );
  expect(snapshot).toMatchObject({ rps: ROUTER.rps, neighbors: ROUTER.neighbors, scopes: ROUTER.scopes });
});

describe('prunes, by PIM-STD-MIB', () => {
  const PRUNES = '1.3.6.1.2.1.157.1';
  /** pimSGUpstreamJoinState joined(2), pimSGUpstreamPruneState pruned(3), pimSGRptUpstreamPruneState pruned(2) */
  const states = (place: string, join?: number, prune?: number, rptPrune?: number) => ({
    [`${PRUNES}.6.1.6.${place}`]: join,
    [`${PRUNES}.6.1.23.${place}`]: prune,
    [`${PRUNES}.8.1.3.${place}`]: rptPrune,
  });
  const pruneSent = async (asked: ForwardingQuery, all: Record<string, number | undefined>, pim: RouterMibs['pim']) => {
    const agentMib = mibOf(ROUTER, { ...BEST, pim });
    for (const [oid, state] of Object.entries(all)) if (state !== undefined) agentMib.set(oid, mib.integer(state));
    return (await forwarding({ mib: agentMib }, asked)).routes?.map((route) => route.pruneSent);
  };

  test.each([
    ['of PIM-DM', undefined, 3, undefined, true],
    ['of PIM-DM, not yet acknowledged', undefined, 2, undefined, false],
    ['of PIM-DM, none', undefined, 1, undefined, false],
    ["of the RP's tree", 1, undefined, 2, true],
    ["of the RP's tree, nothing told of the source's", undefined, undefined, 2, true],
    ["of the RP's tree, the source's joined", 2, undefined, 2, false],
    ["of the RP's tree, none", 1, undefined, 3, false],
    ["of the RP's tree, not joined", 1, undefined, 1, false],
    ['no word of any', 2, undefined, undefined, undefined],
  ])('%s', async (_, join, prune, rptPrune, expected) => {
    const ipv4 = states('1.4.232.1.1.1.4.10.1.0.2', join, prune, rptPrune);
    expect(await pruneSent(SG, ipv4, 'standard')).toEqual([expected]);
    expect(await pruneSent(SG, ipv4, 'none')).toEqual([expected]);
    const inet = (first: readonly number[], last: number) => `16.${[...first, ...Array(10).fill(0), last].join('.')}`;
    const place = `2.${inet([255, 62, 0, 0, 0], 1)}.${inet([253, 0, 0, 1, 0], 2)}`;
    const ipv6 = states(place, join, prune, rptPrune);
    expect(await pruneSent(query('ff3e::1', 'fd00:1::2'), ipv6, 'standard')).toEqual([expected]);
  });

  test('none of (*,G), which has no source', async () => {
    const all = states('1.4.239.1.1.1.4.10.1.0.2', undefined, 3);
    expect(await pruneSent(query('239.1.1.1', '10.1.0.2'), all, 'standard')).toEqual([undefined]);
  });
});

test('what links tell: a TTL of 256, which none has, multicast of IPv6 alone, a Designated Router of each family', async () => {
  const agentMib = mibOf(ROUTER, { ...BEST, pim: 'standard' });
  agentMib.set('1.3.6.1.2.1.168.1.3.1.3.1.3', mib.gauge32(256));
  agentMib.set('1.3.6.1.2.1.168.1.3.1.3.1.4', undefined);
  agentMib.set('1.3.6.1.2.1.157.1.1.1.6.2.2', mib.octets(254, 128, ...Array(13).fill(0), 9));
  const { interfaces } = await forwarding({ mib: agentMib }, SG);
  expect(interfaces).toMatchObject([
    { multicast: true, designatedRouters: ['10.34.0.4', 'fe80::9'] },
    { multicast: true, ttlThreshold: 255 },
    { multicast: true, ttlThreshold: 1 },
    { multicast: false },
  ]);
});

test('interfaces that PIM, a neighbor or a boundary alone name are there as well', async () => {
  const agentMib = mibOf(ROUTER, BEST);
  agentMib.set('1.3.6.1.2.1.157.1.1.1.6.71.1', mib.octets(10, 71, 0, 1));
  agentMib.set('1.3.6.1.2.1.157.1.2.1.6.72.1.4.10.72.0.1', mib.timeTicks(1));
  agentMib.set('1.3.6.1.2.1.168.1.7.1.8.73.1.4.239.255.0.0.16', mib.integer(1));
  agentMib.set('1.3.6.1.2.1.157.1.1.1.6.74.3', mib.octets(10, 74, 0, 1)); // of no version of IP
  const snapshot = await forwarding({ mib: agentMib }, SG);
  expect(snapshot.interfaces.map(({ index }) => index)).toEqual([2, 3, 4, 10, 71, 72, 73]);
  expect(() => stateOf(snapshot)).not.toThrow();
});

test('a reader that is closed', async () => {
  await using agent = await Agent.start({ mib: mibOf(ROUTER, BEST) });
  const reader = readerOf(agent);
  await reader.readForwarding(SG, within());
  await reader.close();
  await expect(reader.readForwarding(SG, within())).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
});

describe('round trips', () => {
  test('a hop whose row is where it was: one request', async () => {
    await using agent = await Agent.start({ mib: mibOf(ROUTER, BEST) });
    const reader = readerOf(agent);
    for (const asked of [SG, query('239.1.1.1', '10.1.0.2'), query(null, '10.1.0.2')]) {
      await reader.readForwarding(asked, within());
      agent.requests.length = 0;
      await reader.readForwarding(asked, within());
      expect([asked, agent.requests.length]).toEqual([asked, 1]);
    }
  });

  test('a row that has come since: three, for its next hops are more than there were, and one is pruned: was an Assert lost there?', async () => {
    const [own] = ROUTER.routes!;
    await using agent = await Agent.start({ mib: mibOf({ ...ROUTER, routes: ROUTER.routes!.slice(1) }, BEST) });
    const reader = readerOf(agent);
    expect((await reader.readForwarding(SG, within())).routes).toEqual([]);
    agent.change({ mib: mibOf(ROUTER, BEST), delayMs: 20 });
    agent.roundTrips = 0;
    expect((await reader.readForwarding(SG, within())).routes).toMatchObject([{ group: own!.group }]);
    expect(agent.roundTrips).toBe(3);
  });

  test('a hop that was never asked for: three round trips at most', async () => {
    await using agent = await Agent.start({ mib: mibOf(ROUTER, BEST), delayMs: 20 });
    const reader = readerOf(agent);
    await reader.readInterfaces(within());
    for (const asked of [
      SG,
      query('239.1.1.1', null),
      query('239.7.7.7', '10.1.0.2'),
      query(null, '10.6.0.7'),
      query('ff3e::1', 'fd00:1::2'),
      query(null, 'fd00:1::2'),
    ]) {
      agent.roundTrips = 0;
      await reader.readForwarding(asked, within());
      expect([asked, agent.roundTrips]).toEqual([asked, expect.toSatisfy((count: number) => count >= 1 && count <= 3)]);
    }
  });
});

describe('a row with many outgoing interfaces', () => {
  const COUNT = 100;
  const LINKS = Array.from({ length: COUNT }, (_, at) => ({
    index: 10 + at,
    name: `e${at}`,
    addresses: [`10.${100 + at}.0.1/24`, `fd00:${at + 1}::1/64`],
    multicast: true,
    multicastRoutingProtocol: 'pimSparseMode' as const,
    inMulticastPackets: '0',
    outMulticastPackets: String(at),
  }));
  const WIDE: Snapshot = {
    ...ROUTER,
    interfaces: [ROUTER.interfaces[0]!, ...LINKS],
    routes: ROUTER.routes!.map((row) => ({
      ...row,
      outgoing: LINKS.map(({ index }) => ({ index, state: 'forwarding' as const })),
    })),
  };

  test.each([
    ['IPMROUTE', 4, SG],
    ['IPMCAST', 4, SG],
    ['IPMCAST', 6, query('ff3e::1', 'fd00:1::2')],
  ] as const)('%s, IPv%i: three round trips at first, then one', async (routes, _family, asked) => {
    const served = mibOf(WIDE, { ...BEST, routes });
    await using agent = await Agent.start({ mib: served, delayMs: 60 });
    const reader = readerOf(agent);
    await reader.readInterfaces(within());
    const trips: number[] = [];
    for (let time = 0; time < 3; time++) {
      agent.reset();
      const { routes: rows, interfaces } = await reader.readForwarding(asked, within());
      expect(rows?.[0]?.outgoing.map(({ index }) => index)).toEqual(LINKS.map(({ index }) => index));
      expect(interfaces.filter((row) => row.outMulticastPackets !== null).length).toBeGreaterThanOrEqual(40);
      trips.push(agent.roundTrips);
    }
    expect(trips).toEqual([3, 1, 1]);
  });

  test('one more, one less', async () => {
    const served = mibOf(WIDE, { ...BEST, routes: 'IPMROUTE' });
    await using agent = await Agent.start({ mib: served });
    const reader = readerOf(agent);
    const outgoing = async () =>
      (await reader.readForwarding(SG, within())).routes?.[0]?.outgoing.map(({ index }) => index);
    const all = LINKS.map(({ index }) => index);
    expect(await outgoing()).toEqual(all);
    const place = (index: number) => `1.3.6.1.2.1.83.1.1.3.1.6.232.1.1.1.10.1.0.2.255.255.255.255.${index}.232.1.1.1`;
    served.set(place(57), undefined);
    served.set(place(109), undefined);
    expect(await outgoing()).toEqual(all.filter((index) => index !== 57 && index !== 109));
    served.set(place(57), mib.integer(2));
    served.set(place(5), mib.integer(2));
    served.set(place(200), mib.integer(2));
    expect(await outgoing()).toEqual([5, ...all.filter((index) => index !== 109), 200]);
  });
});

describe('a table of routes that was empty when the agent was surveyed', () => {
  const ROOTS = { IPMCAST: '1.3.6.1.2.1.168.1.', IPMROUTE: '1.3.6.1.2.1.83.1.1.', experimental: '1.3.6.1.3.60.1.1.' };
  type Routes = keyof typeof ROOTS;
  const [OWN] = ROUTER.routes!;
  /** What the agent shows of each of these tables. */
  const tablesOf = (tables: readonly Routes[], packets?: number): mib.Binding[] =>
    tables.flatMap((routes, at) => {
      const own = packets === undefined ? [] : [{ ...OWN!, packets: String(packets + at) }];
      const all = mibOf({ ...ROUTER, routes: own }, { ...BEST, routes });
      return all.bindings.filter(({ oid }) => oid.join('.').startsWith(ROOTS[routes]));
    });
  const rest = mibOf(ROUTER, { ...BEST, routes: 'none' }).bindings;
  const packetsOf = async (reader: Reader) =>
    (await reader.readForwarding(SG, within())).routes!.map((route) => route.packets);

  test.each([
    ['IPMCAST', 'a scalar', 1],
    ['IPMCAST', 'interfaces', 3],
    ['IPMROUTE', 'a scalar', 1],
    ['IPMROUTE', 'interfaces', 4],
    ['experimental', 'a scalar', 1],
    ['experimental', 'interfaces', 4],
  ] as const)('%s, of which %s is there', async (routes, _, node) => {
    const isThere = ({ oid }: mib.Binding) => oid.join('.').startsWith(`${ROOTS[routes]}${node}.`);
    await using agent = await Agent.start({ mib: mib.Mib.of([...rest, ...tablesOf([routes]).filter(isThere)]) });
    const reader = readerOf(agent);
    expect(await packetsOf(reader)).toEqual([]);
    agent.change({ mib: mib.Mib.of([...rest, ...tablesOf([routes], 7)]) });
    expect(await packetsOf(reader)).toEqual(['7']);
  });

  test('of several the best one that has a row, alone', async () => {
    const all = ['IPMCAST', 'IPMROUTE', 'experimental'] as const;
    await using agent = await Agent.start({ mib: mib.Mib.of([...rest, ...tablesOf(all)]) });
    const reader = readerOf(agent);
    expect(await packetsOf(reader)).toEqual([]);
    for (const filled of [all, all.slice(1), all.slice(2)]) {
      const others = all.filter((one) => !filled.includes(one));
      agent.change({ mib: mib.Mib.of([...rest, ...tablesOf(others), ...tablesOf(filled, 7)]) });
      expect(await packetsOf(reader)).toEqual(['7']);
      expect(await packetsOf(readerOf(agent))).toEqual(['7']);
    }
  });
});

describe('what changes', () => {
  test('an agent that has started again is surveyed anew, and its counters start anew', async () => {
    const mibs: RouterMibs = { ...BEST, routes: 'IPMROUTE', counters: 32 };
    const agentMib = mibOf(ROUTER, mibs);
    await using agent = await Agent.start({ mib: agentMib });
    const reader = readerOf(agent);
    await reader.readForwarding(SG, within());
    agentMib.set('1.3.6.1.2.1.1.3.0', mib.timeTicks(100));
    agentMib.set('1.3.6.1.2.1.31.1.1.1.2.2', mib.counter32(5));
    agentMib.set('1.3.6.1.2.1.31.1.1.1.1.2', mib.text('renamed0'));
    const snapshot = await reader.readForwarding(SG, within());
    expect(snapshot.interfaces[0]).toMatchObject({ name: 'renamed0', inMulticastPackets: '5' });
  });

  test('a counter of 32 bits goes on over its end', async () => {
    const agentMib = mibOf(ROUTER, { ...BEST, counters: 32 });
    const column = '1.3.6.1.2.1.31.1.1.1.2.2';
    agentMib.set(column, mib.counter32(2 ** 32 - 10));
    await using agent = await Agent.start({ mib: agentMib });
    let now = 0;
    const reader = readerOf(agent, '2c', () => now);
    await reader.readForwarding(SG, within());
    agentMib.set(column, mib.counter32(7));
    now = 1000;
    const snapshot = await reader.readForwarding(SG, within());
    expect(snapshot.interfaces[0]!.inMulticastPackets).toBe(String(2 ** 32 + 7));
  });

  test('an interface that was not there when the agent was surveyed', async () => {
    const agentMib = mibOf(ROUTER, BEST);
    await using agent = await Agent.start({ mib: agentMib });
    const reader = readerOf(agent);
    await reader.readForwarding(SG, within());
    const route = '1.3.6.1.2.1.168.1.6.1.10.1.4.232.1.1.1.32.1.4.10.1.0.2.32';
    agentMib.set(`${route}.77.1.4.232.1.1.1`, mib.integer(2));
    agentMib.set('1.3.6.1.2.1.31.1.1.1.1.77', mib.text('tunnel0'));
    let surveyedMs = Number.NaN;
    agent.change({
      delayMs: 10,
      instead: ({ names }, response) => {
        if (names.some((name) => name.join('.') === '1.3.6.1.2.1.1.2')) surveyedMs = Date.now();
        return response;
      },
    });
    const snapshot = await reader.readForwarding(SG, within());
    expect(Date.parse(snapshot.takenAt!)).toBeGreaterThan(surveyedMs); // the values are those of after the survey
    expect(snapshot.interfaces.find(({ index }) => index === 77)).toMatchObject({ name: 'tunnel0', addresses: [] });
    expect(snapshot.routes![0]!.outgoing).toContainEqual({ index: 77, state: 'forwarding' });
  });
});

describe('a counter of multicast that is zero', () => {
  const zeroes = (own: Record<string, mib.Value>): mib.Mib => {
    const agentMib = mibOf(ROUTER, BEST);
    agentMib.set('1.3.6.1.2.1.31.1.1.1.12.2', mib.counter64(0n));
    agentMib.set('1.3.6.1.2.1.31.1.1.1.8.3', mib.counter64(0n));
    for (const [oid, value] of Object.entries(own)) agentMib.set(oid, value);
    return agentMib;
  };
  const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';
  const VYOS = { [SYS_OBJECT_ID]: mib.pointer('1.3.6.1.4.1.44641') };

  test.each([
    ['on Linux', { [SYS_OBJECT_ID]: mib.pointer('1.3.6.1.4.1.8072.3.2.10') }],
    ['elsewhere', { [SYS_OBJECT_ID]: mib.pointer('1.3.6.1.4.1.8072.3.2.255') }],
    ['under another name, with its agent MIB', { ...VYOS, '1.3.6.1.4.1.8072.1.5.1.0': mib.integer(5) }],
    ['under another name, with its UCD MIB', { ...VYOS, '1.3.6.1.4.1.2021.100.2.0': mib.text('5.9') }],
  ])('of net-snmp %s is not known', async (_, own) => {
    const { interfaces } = await forwarding({ mib: zeroes(own) }, SG);
    expect(interfaces.slice(0, 2)).toMatchObject([
      { name: 'up0', inMulticastPackets: '7000000000', outMulticastPackets: null },
      { name: 'down0', inMulticastPackets: null, outMulticastPackets: '6999999999' },
    ]);
  });

  test('of any other agent is zero', async () => {
    const { interfaces } = await forwarding({ mib: zeroes(VYOS) }, SG);
    expect(interfaces.slice(0, 2)).toMatchObject([{ outMulticastPackets: '0' }, { inMulticastPackets: '0' }]);
  });
});

describe('what agents leave out', () => {
  test('columns 4 to 6 only, upstream 0.0.0.0: the path tells the rest', async () => {
    const agentMib = mibOf(ROUTER, { ...BEST, routes: 'IPMROUTE' });
    const place = '232.1.1.1.10.1.0.2.255.255.255.255';
    for (const column of [8, 11, 12, 13, 14]) agentMib.set(`1.3.6.1.2.1.83.1.1.2.1.${column}.${place}`, undefined);
    agentMib.set(`1.3.6.1.2.1.83.1.1.2.1.4.${place}`, mib.ipAddress('0.0.0.0'));
    const snapshot = await forwarding({ mib: agentMib }, SG);
    expect(snapshot.routes).toMatchObject([
      { incoming: 2, upstream: null, packets: null, routingProtocol: null, multicastRoutingProtocol: null },
    ]);
    expect(snapshot.rpf).toEqual([ROUTER.rpf![0]]);
  });

  test('(*,G) whose source is the unspecified address, in IPMCAST-MIB', async () => {
    const agentMib = mibOf({ ...ROUTER, routes: [] }, BEST);
    agentMib.set('1.3.6.1.2.1.168.1.5.1.9.1.4.239.1.1.1.32.1.4.0.0.0.0.0', mib.integer(2));
    const { routes } = await forwarding({ mib: agentMib }, query('239.1.1.1', '10.1.0.2'));
    expect(routes).toMatchObject([{ source: null, incoming: 2 }]);
  });

  test.each([
    ['IPMCAST', '1.3.6.1.2.1.168.1.5.1.16.1.4.232.1.1.1.32.1.4.10.1.0.2.32', mib.gauge32(0)],
    ['IPMROUTE', '1.3.6.1.2.1.83.1.1.2.1.14.232.1.1.1.10.1.0.2.255.255.255.255', mib.ipAddress('0.0.0.0')],
  ] as const)('%s: the prefix by which the upstream was found', async (routes, column, none) => {
    const agentMib = mibOf(ROUTER, { ...BEST, routes });
    expect((await forwarding({ mib: agentMib }, SG)).rpf).toEqual([ROUTER.rpf![0]]);
    agentMib.set(column, none);
    expect((await forwarding({ mib: agentMib }, SG)).rpf).toEqual([]);
  });

  test('an incoming interface, where the upstream neighbor is link-local and may be on any', async () => {
    const agentMib = mibOf(ROUTER, BEST);
    const place = `2.16.255.62.${'0.'.repeat(13)}1.128.2.16.253.0.0.1.${'0.'.repeat(11)}2.128`;
    agentMib.set(`1.3.6.1.2.1.168.1.5.1.9.${place}`, undefined);
    const { routes } = await forwarding({ mib: agentMib }, query('ff3e::1', 'fd00:1::2'));
    expect(routes).toMatchObject([{ incoming: null, upstream: null, packets: '9' }]);
  });

  test('the table of multicast interfaces, of an agent with routes of IPv6 alone', async () => {
    const gone = /^1\.3\.6\.1\.2\.1\.168\.1\.3\./;
    const all = mibOf({ ...ROUTER, routes: ROUTER.routes!.slice(2) }, { ...BEST, pim: 'none' });
    const agentMib = mib.Mib.of(all.bindings.filter(({ oid }) => !gone.test(oid.join('.'))));
    const { interfaces } = await forwarding({ mib: agentMib }, query('ff3e::1', 'fd00:1::2'));
    expect(interfaces.map(({ multicast }) => multicast)).toEqual([true, true, true, true]);
  });

  test('names, and an MTU that is none', async () => {
    const agentMib = mibOf(ROUTER, BEST);
    for (const index of [3, 4]) agentMib.set(`1.3.6.1.2.1.31.1.1.1.1.${index}`, undefined);
    agentMib.set('1.3.6.1.2.1.31.1.1.1.1.2', mib.text('up0\0'));
    agentMib.set('1.3.6.1.2.1.2.2.1.2.4', mib.text(''));
    agentMib.set('1.3.6.1.2.1.2.2.1.4.3', mib.integer(0));
    const { interfaces } = await forwarding({ mib: agentMib }, SG);
    expect(interfaces.map(({ name, mtu }) => [name, mtu])).toEqual([
      ['up0', 1500],
      ['Interface down0', undefined],
      ['4', undefined],
      ['lan0', 1500],
    ]);
  });

  test('the MIB of multicast routes of IPv6', async () => {
    const agentMib = mibOf(ROUTER, { ...BEST, routes: 'IPMROUTE' });
    await expect(forwarding({ mib: agentMib }, query('ff3e::1', 'fd00:1::2'))).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: expect.stringMatching(/: the agent has no MIB of multicast routes of IPv6$/),
    });
  });

  test('no MIB of multicast routes: said, and the path to a source is told all the same', async () => {
    const agentMib = mibOf(ROUTER, { ...BEST, routes: 'none' });
    await expect(forwarding({ mib: agentMib }, SG)).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: expect.stringMatching(/: the agent has no MIB of multicast routes of IPv4$/),
    });
    expect((await forwarding({ mib: agentMib }, query(null, '10.1.0.2'))).rpf).toEqual([ROUTER.rpf![0]]);
  });

  test('nothing at all', async () => {
    await expect(forwarding({ mib: new mib.Mib({ '1.3.6.1.2.1.1.3.0': mib.timeTicks(1) }) }, SG)).rejects.toMatchObject(
      {
        code: 'ERR_READER_OUTPUT',
        message: expect.stringMatching(/shows neither addresses nor multicast interfaces/),
      },
    );
  });
});
