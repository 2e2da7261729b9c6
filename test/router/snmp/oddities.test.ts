/** What real agents leave out, or show otherwise than others do. */
import { afterEach, describe, expect, test } from 'vitest';
import { snapshotSchema } from '../../../src/router/file/schema.ts';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader, type SnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { stateOf } from '../../../src/router/state.ts';
import { Agent, ErrorStatus } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [2, 3].map((index) => ({
    index,
    name: `eth${index}`,
    addresses: [`10.${index}.0.4/24`],
    multicast: true,
    inMulticastPackets: '100',
    outMulticastPackets: '200',
  })),
  routes: [
    {
      group: '232.1.1.1',
      source: '10.1.0.2',
      incoming: 2,
      upstream: '10.2.0.1',
      outgoing: [],
      packets: '5000',
      multicastRoutingProtocol: 'pimSparseMode',
      routingProtocol: 'ospf',
    },
  ],
  rpf: [{ prefix: '10.1.0.0/24', interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' }],
};
const MIBS: RouterMibs = { routes: 'IPMROUTE', pim: 'none', addresses: 'old', unicast: 'ipCidr', counters: 64 };
const SG: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '10.1.0.2' };
const PATH: ForwardingQuery = { family: 4, group: null, source: '10.1.0.2' };

const IPMROUTE = '1.3.6.1.2.1.83.1.1';
const PLACE = '232.1.1.1.10.1.0.2.255.255.255.255';
const ADDRESS = '1.3.6.1.2.1.4.20.1';
const ADDRESSES = '1.3.6.1.2.1.4.34.1';
const CIDR = '1.3.6.1.2.1.4.24.4.1';
const INET_CIDR = '1.3.6.1.2.1.4.24.7.1';
const PIM = '1.3.6.1.2.1.157.1';
const PIM_EXPERIMENTAL = '1.3.6.1.3.61.1.1';

const readers: SnmpReader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

function readerOf(agent: Agent, onOddity: (text: string) => void = () => {}): SnmpReader {
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity, monotonicMs: () => performance.now() });
  readers.push(reader);
  return reader;
}

type Changes = Record<string, mib.Value | undefined>;

function served(changes: Changes, mibs: Partial<RouterMibs> = {}): mib.Mib {
  const all = mibOf(ROUTER, { ...MIBS, ...mibs });
  for (const [oid, value] of Object.entries(changes)) all.set(oid, value);
  return all;
}

async function read(query: ForwardingQuery, changes: Changes, mibs?: Partial<RouterMibs>): Promise<Snapshot> {
  await using agent = await Agent.start({ mib: served(changes, mibs) });
  const reader = readerOf(agent);
  const snapshot = await reader.readForwarding(query, AbortSignal.timeout(4000));
  expectSound(await reader.readInterfaces(AbortSignal.timeout(4000)));
  expectSound(snapshot);
  return snapshot;
}

async function readAll(changes: Changes, mibs?: Partial<RouterMibs>): Promise<Snapshot> {
  await using agent = await Agent.start({ mib: served(changes, mibs) });
  const snapshot = await readerOf(agent).readRoutes(AbortSignal.timeout(4000));
  expectSound(snapshot);
  return snapshot;
}

/** Contradicts itself nowhere, and could as well stand in a file. */
function expectSound(snapshot: Snapshot): void {
  stateOf(snapshot);
  const text = JSON.stringify(snapshot);
  expect(snapshotSchema('r').safeParse(JSON.parse(text)).error).toBeUndefined();
}

describe('multicast routes', () => {
  test.each([
    ['forwards to one of several next hops of an interface without broadcast', [1, 2, 1], 'forwarding'],
    ['has pruned them all', [1, 1, 1], 'pruned'],
  ])('a row that %s', async (_, states, expected) => {
    const hops = states.map(
      (state, at) => [`${IPMROUTE}.3.1.6.${PLACE}.3.10.3.0.${at + 7}`, mib.integer(state)] as const,
    );
    const { routes } = await read(SG, Object.fromEntries(hops));
    expect(routes?.[0]?.outgoing).toEqual([{ index: 3, state: expected }]);
  });

  test('no table of multicast interfaces: they are not said to be without multicast, and are counted', async () => {
    const gone = [2, 3].flatMap((index) => [2, 3].map((column) => [`${IPMROUTE}.4.1.${column}.${index}`, undefined]));
    const { interfaces } = await read(SG, Object.fromEntries(gone));
    expect(interfaces).toMatchObject([2, 3].map(() => ({ multicast: true, inMulticastPackets: '100' })));
    const spoken = { '1.3.6.1.3.61.1.1.2.1.4.2': mib.integer(2) };
    const told = await read(SG, { ...Object.fromEntries(gone), ...spoken });
    expect(told.interfaces.map(({ multicast }) => multicast)).toEqual([true, false]);
  });

  test('a table of multicast interfaces that lacks one to which a row forwards', async () => {
    const gone = [2, 3].map((column) => [`${IPMROUTE}.4.1.${column}.3`, undefined] as const);
    const forwards = { [`${IPMROUTE}.3.1.6.${PLACE}.3.232.1.1.1`]: mib.integer(2) };
    const { interfaces } = await read(SG, { ...Object.fromEntries(gone), ...forwards });
    expect(interfaces[1]).toMatchObject({ index: 3, multicast: true, inMulticastPackets: '100' });
  });

  test('a row without its incoming interface: the one on whose subnet the upstream neighbor is', async () => {
    const { routes } = await read(SG, { [`${IPMROUTE}.2.1.5.${PLACE}`]: undefined });
    expect(routes).toMatchObject([{ incoming: 2, upstream: '10.2.0.1' }]);
  });

  test('a row that says that it has none (IOS: Null) gets no path over a link without multicast', async () => {
    const none = {
      [`${IPMROUTE}.2.1.4.${PLACE}`]: mib.ipAddress('0.0.0.0'),
      [`${IPMROUTE}.2.1.5.${PLACE}`]: mib.integer(0),
      [`${IPMROUTE}.4.1.2.2`]: undefined,
      [`${IPMROUTE}.4.1.3.2`]: undefined,
    };
    const { routes, rpf } = await read(SG, none);
    expect(routes).toMatchObject([{ incoming: null, upstream: null }]);
    expect(rpf).toEqual([]);
    const some = { ...none, [`${IPMROUTE}.2.1.5.${PLACE}`]: mib.integer(3) };
    expect((await read(SG, some)).rpf).toContainEqual(ROUTER.rpf![0]);
  });

  test('a row without it, whose upstream neighbor is on no subnet, or on those of several links', async () => {
    const gone = { [`${IPMROUTE}.2.1.5.${PLACE}`]: undefined };
    const elsewhere = await read(SG, { ...gone, [`${IPMROUTE}.2.1.4.${PLACE}`]: mib.ipAddress('10.9.0.1') });
    expect(elsewhere.routes).toMatchObject([{ incoming: null, upstream: null }]);
    const twice = {
      [`${ADDRESS}.2.10.2.0.5`]: mib.integer(3),
      [`${ADDRESS}.3.10.2.0.5`]: mib.ipAddress('255.255.255.0'),
    };
    expect((await read(SG, { ...gone, ...twice })).routes).toMatchObject([{ incoming: null, upstream: null }]);
  });

  test('a row that lists its incoming interface among the outgoing ones', async () => {
    const both = [2, 3].map((index) => [`${IPMROUTE}.3.1.6.${PLACE}.${index}.232.1.1.1`, mib.integer(2)] as const);
    const { routes } = await read(SG, Object.fromEntries(both));
    expect(routes?.[0]?.outgoing).toEqual([{ index: 3, state: 'forwarding' }]);
  });

  test('(*,G) in one place of one group, and in the other of another', async () => {
    const shared = (group: string, mask: string): Changes => {
      const place = `${group}.0.0.0.0.${mask}`;
      return {
        [`${IPMROUTE}.2.1.4.${place}`]: mib.ipAddress('10.2.0.1'),
        [`${IPMROUTE}.2.1.5.${place}`]: mib.integer(2),
      };
    };
    const mibs = served({ ...shared('239.1.1.1', '0.0.0.0'), ...shared('239.1.1.2', '255.255.255.255') });
    await using agent = await Agent.start({ mib: mibs });
    const reader = readerOf(agent);
    for (const group of ['239.1.1.1', '239.1.1.2', '239.1.1.1', '239.1.1.2']) {
      const { routes } = await reader.readForwarding({ family: 4, group, source: null }, AbortSignal.timeout(4000));
      expect(routes).toMatchObject([{ group, source: null, incoming: 2 }]);
    }
  });
});

test('a (*,G) in both places: that of the usual one, and its path', async () => {
  const shared = (mask: string, upstream: string, length: string): Changes => {
    const column = (number: number) => `${IPMROUTE}.2.1.${number}.239.1.1.1.0.0.0.0.${mask}`;
    return {
      [column(4)]: mib.ipAddress(upstream),
      [column(5)]: mib.integer(2),
      [column(12)]: mib.integer(13),
      [column(13)]: mib.ipAddress('10.1.0.0'),
      [column(14)]: mib.ipAddress(length),
    };
  };
  const { routes, rpf } = await read(
    { family: 4, group: '239.1.1.1', source: null },
    { ...shared('0.0.0.0', '10.2.0.1', '255.255.0.0'), ...shared('255.255.255.255', '10.2.0.9', '255.255.255.0') },
  );
  expect(routes?.map(({ upstream }) => upstream)).toEqual(['10.2.0.1']);
  expect(rpf?.map(({ prefix }) => prefix)).toEqual(['10.1.0.0/16']);
});

describe('interfaces', () => {
  test('no addresses: those of multicast are there all the same', async () => {
    const gone = [2, 3].flatMap((index) => [2, 3].map((column) => [`${ADDRESS}.${column}.10.${index}.0.4`, undefined]));
    const { interfaces } = await read(SG, Object.fromEntries(gone));
    expect(interfaces).toMatchObject([2, 3].map((index) => ({ index, addresses: [], multicast: true })));
  });

  test.each([
    ['ipAddrTable', { [`${ADDRESS}.2.127.0.0.1`]: 1, [`${ADDRESS}.2.0.0.0.0`]: 1 }],
    ['ipAddressTable', { [`${ADDRESSES}.3.1.4.127.0.0.1`]: 1, [`${ADDRESSES}.3.2.16.${'0.'.repeat(15)}1`]: 1 }],
    ['broadcast ones', { [`${ADDRESSES}.3.1.4.10.2.0.255`]: 2, [`${ADDRESSES}.4.1.4.10.2.0.255`]: 3 }],
  ])('addresses that are not its own, of %s', async (_, integers) => {
    const changes = Object.entries(integers).map(([oid, value]) => [oid, mib.integer(value)]);
    const { interfaces } = await read(PATH, Object.fromEntries(changes));
    expect(interfaces.map(({ index, addresses }) => [index, addresses])).toEqual([
      [2, ['10.2.0.4/24']],
      [3, ['10.3.0.4/24']],
    ]);
  });

  test.each([
    ['nowhere', '0.0'],
    ['to something else', '1.3.6.1.2.1.4.20.1.3.10.2.0.16'],
    ['to a prefix that has no length', '1.3.6.1.2.1.4.32.1.5.2.1.4.10.2.0.0.0'],
    ['to a prefix that is too long', '1.3.6.1.2.1.4.32.1.5.2.1.4.10.2.0.0.33'],
  ])('an address whose prefix points %s: its mask, else its full length', async (_, prefix) => {
    const row = {
      [`${ADDRESSES}.3.1.4.10.2.0.4`]: mib.integer(2),
      [`${ADDRESSES}.5.1.4.10.2.0.4`]: mib.pointer(prefix),
    };
    const gone = Object.fromEntries([2, 3].map((column) => [`${ADDRESS}.${column}.10.2.0.4`, undefined]));
    expect((await read(PATH, row)).interfaces[0]?.addresses).toEqual(['10.2.0.4/24']);
    expect((await read(PATH, { ...row, ...gone })).interfaces[0]?.addresses).toEqual(['10.2.0.4/32']);
  });

  test('one address on two of them', async () => {
    const { interfaces } = await read(PATH, { [`${ADDRESSES}.3.1.4.10.2.0.4`]: mib.integer(3) });
    expect(interfaces.map(({ addresses }) => addresses)).toEqual([['10.2.0.4/24'], ['10.2.0.4/32', '10.3.0.4/24']]);
  });

  test('neither multicast routes nor PIM: none is said to have multicast, and nothing of neighbors', async () => {
    const { interfaces, neighbors } = await read(PATH, {}, { routes: 'none' });
    expect(interfaces.map(({ multicast }) => multicast)).toEqual([false, false]);
    expect(neighbors).toBeUndefined();
  });

  test.each([
    ['dense(1)', 1, 'pimDenseMode'],
    ['sparse(2)', 2, 'pimSparseMode'],
    ['sparseDense(3)', 3, 'pimSparseDense'],
  ])('PIM-MIB alone tells of multicast, and its mode: %s', async (_, mode, multicastRoutingProtocol) => {
    const spoken = { '1.3.6.1.3.61.1.1.2.1.4.2': mib.integer(mode) };
    const { interfaces } = await read(PATH, spoken, { routes: 'none' });
    expect(interfaces).toMatchObject([
      { multicast: true, multicastRoutingProtocol, inMulticastPackets: '100' },
      { multicast: false, inMulticastPackets: null },
    ]);
  });

  test('one that only the path names is not counted, neither at first nor later', async () => {
    const byWay = {
      [`${CIDR}.5.10.1.0.0.255.255.255.0.0.10.2.0.1`]: mib.integer(7),
      '1.3.6.1.2.1.31.1.1.1.8.7': mib.counter64(100n),
    };
    await using agent = await Agent.start({ mib: served(byWay) });
    const reader = readerOf(agent);
    for (let time = 0; time < 2; time++) {
      const { interfaces } = await reader.readForwarding(PATH, AbortSignal.timeout(4000));
      expect(interfaces.find(({ index }) => index === 7)).toMatchObject({ multicast: false, inMulticastPackets: null });
    }
  });

  test('one that PIM alone names, beside a table of multicast interfaces, is counted', async () => {
    const gone = Object.fromEntries([2, 3].map((column) => [`${IPMROUTE}.4.1.${column}.3`, undefined]));
    expect((await read(SG, gone)).interfaces[1]).toMatchObject({ multicast: false, inMulticastPackets: null });
    const spoken = { '1.3.6.1.3.61.1.1.2.1.4.3': mib.integer(2) };
    const { interfaces } = await read(SG, { ...gone, ...spoken });
    expect(interfaces[1]).toMatchObject({ multicast: true, inMulticastPackets: '100' });
  });
});

describe('unicast routes', () => {
  const row = (index: string, ifIndex: number, type: number, protocol: number, status?: number): Changes => ({
    [`${CIDR}.5.${index}`]: mib.integer(ifIndex),
    [`${CIDR}.6.${index}`]: mib.integer(type),
    [`${CIDR}.7.${index}`]: mib.integer(protocol),
    ...(status === undefined ? {} : { [`${CIDR}.16.${index}`]: mib.integer(status) }),
  });
  const OWN = '10.1.0.0.255.255.255.0.0';

  test.each([
    ['an own address is connected, whatever its type (Comware)', '10.3.0.4', 4, null],
    ['another router is none, though its type is local', '10.3.0.9', 3, '10.3.0.9'],
    ['none is connected, where its type is local', '0.0.0.0', 3, null],
    ['none is not known, where its type is not', '0.0.0.0', 4, undefined],
  ])('a next hop that is %s', async (_, nextHop, type, neighbor) => {
    const gone = Object.fromEntries([5, 6, 7].map((column) => [`${CIDR}.${column}.${OWN}.10.2.0.1`, undefined]));
    const { rpf } = await read(PATH, { ...gone, ...row(`${OWN}.${nextHop}`, 3, type, 2) });
    expect(rpf).toMatchObject([{ prefix: '10.1.0.0/24', interface: 3 }]);
    expect(rpf![0]!.neighbor).toBe(neighbor);
  });

  test('a row that is not in service', async () => {
    for (const status of [2, 3]) {
      const { rpf } = await read(PATH, row(`${OWN}.10.1.0.9`, 3, 4, 8, status));
      expect(rpf).toMatchObject([{ interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' }]);
    }
    const behind = row('10.1.0.0.255.255.255.128.0.10.3.0.9', 3, 4, 8, 3);
    expect((await read(PATH, behind)).rpf).toMatchObject([{ prefix: '10.1.0.0/24', interface: 2 }]);
  });

  test.each([
    ['ipCidr', { [`${CIDR}.6.${OWN}.10.2.0.1`]: mib.integer(2) }],
    ['inetCidr', { [`${INET_CIDR}.8.1.4.10.1.0.0.24.2.0.0.1.4.10.2.0.1`]: mib.integer(2) }],
    ['inetCidr', { [`${INET_CIDR}.8.1.4.10.1.0.0.24.2.0.0.1.4.10.2.0.1`]: mib.integer(5) }],
    ['ipRoute', { '1.3.6.1.2.1.4.21.1.8.10.1.0.0': mib.integer(2) }],
  ] as const)('%s: one that leads nowhere', async (unicast, type) => {
    expect((await read(PATH, type, { unicast })).rpf).toEqual([{ prefix: '10.1.0.2/32', interface: null }]);
  });

  test('one whose mask has a hole', async () => {
    const hole = { '1.3.6.1.2.1.4.21.1.11.10.1.0.0': mib.ipAddress('255.0.255.0') };
    const { rpf } = await read(PATH, hole, { unicast: 'ipRoute' });
    expect(rpf).toEqual([{ prefix: '10.1.0.2/32', interface: null }]);
  });

  test.each(['0', '2.0.0', '5.1.3.6.1.4'])('a policy in its index: %s', async (policy) => {
    const index = `1.4.10.1.0.0.24.${policy}.1.4.10.3.0.9`;
    const changes = { [`${INET_CIDR}.7.${index}`]: 3, [`${INET_CIDR}.8.${index}`]: 4, [`${INET_CIDR}.9.${index}`]: 14 };
    const values = Object.entries(changes).map(([oid, value]) => [oid, mib.integer(value)]);
    const { rpf } = await read(PATH, Object.fromEntries(values), { unicast: 'none' });
    expect(rpf).toEqual([{ prefix: '10.1.0.0/24', interface: 3, neighbor: '10.3.0.9', routingProtocol: 'bgp' }]);
  });

  test('of equal ones the first that is connected, or behind which a neighbor is', async () => {
    const equal = row(`${OWN}.10.3.0.9`, 3, 4, 13);
    expect((await read(PATH, equal)).rpf).toMatchObject([{ interface: 2, neighbor: '10.2.0.1' }]);
    const heard = { [`${PIM}.1.1.6.3.1`]: mib.octets(10, 3, 0, 9), [`${PIM}.2.1.6.3.1.4.10.3.0.9`]: mib.timeTicks(1) };
    expect((await read(PATH, { ...equal, ...heard })).rpf).toMatchObject([{ interface: 3, neighbor: '10.3.0.9' }]);
    const connected = row(`${OWN}.10.3.0.4`, 3, 4, 2);
    expect((await read(PATH, connected)).rpf).toMatchObject([{ interface: 3, neighbor: null }]);
  });

  test('a next hop that is on no link itself, but on that to which its own route leads', async () => {
    const changes = { ...row(`${OWN}.10.2.0.1`, 0, 4, 14), ...row('10.2.0.0.255.255.255.0.0.0.0.0.0', 2, 3, 2) };
    expect((await read(PATH, changes)).rpf).toEqual([
      { prefix: '10.1.0.0/24', interface: 2, neighbor: '10.2.0.1', routingProtocol: 'bgp' },
    ]);
  });

  test('a table with interfaces alone gives way to one with types and protocols', async () => {
    const { rpf } = await read(PATH, { [`${INET_CIDR}.7.1.4.10.1.0.0.24.2.0.0.1.4.10.3.0.9`]: mib.integer(3) });
    expect(rpf).toMatchObject([{ interface: 2, routingProtocol: 'ospf' }]);
    const alone = { [`${INET_CIDR}.7.1.4.10.1.0.0.24.2.0.0.1.4.10.3.0.9`]: mib.integer(3) };
    expect((await read(PATH, alone, { unicast: 'none' })).rpf).toMatchObject([{ interface: 3, neighbor: '10.3.0.9' }]);
  });
});

describe('the path that a row does not tell', () => {
  const route = (prefix: string, ifIndex: number, type: number, protocol: number): Changes => ({
    [`${CIDR}.5.${prefix}`]: mib.integer(ifIndex),
    [`${CIDR}.6.${prefix}`]: mib.integer(type),
    [`${CIDR}.7.${prefix}`]: mib.integer(protocol),
  });
  const CONNECTED = {
    ...route('10.2.0.0.255.255.255.0.0.0.0.0.0', 2, 3, 2),
    ...route('10.3.0.0.255.255.255.0.0.0.0.0.0', 3, 3, 2),
  };
  const TO_SOURCE = { prefix: '10.1.0.0/24', interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' };
  const nobody = { [`${IPMROUTE}.2.1.4.${PLACE}`]: mib.ipAddress('0.0.0.0') };

  test('is not looked up where a row tells it', async () => {
    expect((await read(SG, {})).rpf).toEqual([TO_SOURCE]);
    const next = { ...nobody, [`${IPMROUTE}.2.1.12.${PLACE}`]: mib.integer(2) };
    expect((await read(SG, next)).rpf).toEqual([{ ...TO_SOURCE, neighbor: null, routingProtocol: 'local' }]);
  });

  test('is looked up for the protocol', async () => {
    const gone = Object.fromEntries([12, 13, 14].map((column) => [`${IPMROUTE}.2.1.${column}.${PLACE}`, undefined]));
    expect((await read(SG, gone)).rpf).toEqual([TO_SOURCE]);
  });

  test('is looked up for the neighbor, of whom the row says nothing', async () => {
    const { rpf = [] } = await read(SG, nobody);
    expect(rpf).toEqual([{ ...TO_SOURCE, neighbor: undefined }, TO_SOURCE]);
  });

  test.each([
    ['of its incoming interface: it tells', '10.2.0.9', []],
    ['of another one: it does not', '10.3.0.9', [{ prefix: '10.3.0.0/24', interface: 3, routingProtocol: 'local' }]],
  ])('a row without a neighbor, and its source on the subnet %s', async (_, source, expected) => {
    const place = `232.1.1.1.${source}.255.255.255.255`;
    const row = {
      [`${IPMROUTE}.2.1.5.${place}`]: mib.integer(2),
      [`${IPMROUTE}.2.1.12.${place}`]: mib.integer(1),
    };
    const { rpf } = await read({ ...SG, source }, { ...CONNECTED, ...row });
    expect(rpf).toMatchObject(expected);
    expect(rpf).toHaveLength(expected.length);
  });

  const GROUP = '239.1.1.1';
  const SHARED = { [`${IPMROUTE}.2.1.5.${GROUP}.0.0.0.0.0.0.0.0`]: mib.integer(2) };
  const rp = (address: string): Changes => ({ [`${PIM}.13.1.7.2.1.4.239.0.0.0.8.1.4.${address}`]: mib.integer(3) });
  const prefixesOf = async (source: string | null, changes: Changes) => {
    const { rpf } = await read({ family: 4, group: GROUP, source }, { ...CONNECTED, ...changes });
    return rpf?.map(({ prefix }) => prefix);
  };

  test('is that to the source, to the RP of (*,G), or to nobody where this is the RP', async () => {
    expect(await prefixesOf('10.1.0.2', rp('10.3.0.9'))).toEqual(['10.1.0.0/24']);
    expect(await prefixesOf(null, rp('10.3.0.9'))).toEqual(['10.3.0.0/24']);
    expect(await prefixesOf('10.1.0.2', { ...SHARED, ...rp('10.3.0.9') })).toEqual(['10.3.0.0/24']);
    expect(await prefixesOf('10.1.0.2', SHARED)).toEqual(['10.1.0.0/24']);
    expect(await prefixesOf('10.1.0.2', { ...SHARED, ...rp('10.3.0.4') })).toEqual([]);
  });

  test('is that to an RP whose address an own one begins with', async () => {
    const own = {
      [`${ADDRESS}.2.10.3.0.4`]: undefined,
      [`${ADDRESS}.3.10.3.0.4`]: undefined,
      [`${ADDRESS}.2.10.3.0.40`]: mib.integer(3),
      [`${ADDRESS}.3.10.3.0.40`]: mib.ipAddress('255.255.255.0'),
    };
    expect(await prefixesOf(null, { ...own, ...rp('10.3.0.4') })).toEqual(['10.3.0.0/24']);
  });
});

describe('RPs', () => {
  const GROUP: ForwardingQuery = { family: 4, group: '239.1.1.1', source: null };
  /** pimGroupMappingPimMode asm(3), pimGroupMappingPrecedence */
  const mapping = (index: string, precedence: number): Changes => ({
    [`${PIM}.13.1.7.${index}`]: mib.integer(3),
    [`${PIM}.13.1.8.${index}`]: mib.gauge32(precedence),
  });
  const rpsOf = async (changes: Changes) => (await read(GROUP, changes)).rps?.map(({ address }) => address);

  test.each([
    ['a prefix length that cannot be', '2.1.4.239.1.0.0.40.1.4.10.0.0.3'],
    ['an RP of the other family', `2.1.4.239.1.0.0.16.2.16.${'0.'.repeat(15)}1`],
    ['no whole index', '2.1.4.239.1.0.0.16.1.4.10.0'],
  ])('a mapping with %s is left out', async (_, index) => {
    expect(await rpsOf({ ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.2', 5), ...mapping(index, 1) })).toEqual([
      '10.0.0.2',
    ]);
  });

  test('a mapping without a precedence comes last, and one without a mode is none', async () => {
    const mappings = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 1),
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.2', 1),
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.3', 5),
      [`${PIM}.13.1.8.2.1.4.239.0.0.0.8.1.4.10.0.0.1`]: undefined,
      [`${PIM}.13.1.7.2.1.4.239.0.0.0.8.1.4.10.0.0.2`]: undefined,
    };
    expect(await rpsOf(mappings)).toEqual(['10.0.0.3']);
  });

  test('the unspecified address is no RP', async () => {
    expect(await rpsOf(mapping('2.1.4.239.0.0.0.8.1.4.0.0.0.0', 5))).toEqual([]);
  });

  test('one that overrides what a BSR has announced for a longer range', async () => {
    const both = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 5),
      ...mapping('4.1.4.239.1.0.0.16.1.4.10.0.0.2', 5),
    };
    /** pimStaticRPEntry: pimStaticRPRPAddress, pimStaticRPOverrideDynamic, pimStaticRPRowStatus */
    const configured = (override: number) => ({
      [`${PIM}.11.1.4.1.4.239.0.0.0.8`]: mib.octets(10, 0, 0, 1),
      [`${PIM}.11.1.6.1.4.239.0.0.0.8`]: mib.integer(override),
      [`${PIM}.11.1.8.1.4.239.0.0.0.8`]: mib.integer(1),
    });
    expect(await rpsOf(both)).toEqual(['10.0.0.2']);
    expect(await rpsOf({ ...both, ...configured(1) })).toEqual(['10.0.0.1']);
    expect(await rpsOf({ ...both, ...configured(2) })).toEqual(['10.0.0.2']);
    const announced = mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.3', 1);
    expect(await rpsOf({ ...both, ...announced, ...configured(1) })).toEqual(['10.0.0.1']);
  });

  test('all of them: those that precede first', async () => {
    const both = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 9),
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.2', 5),
    };
    await using agent = await Agent.start({ mib: served(both) });
    const { rps } = await readerOf(agent).readInterfaces(AbortSignal.timeout(4000));
    expect(rps?.map(({ address }) => address)).toEqual(['10.0.0.2', '10.0.0.1']);
  });

  test('of two MIBs of PIM the better one alone', async () => {
    const both = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 5),
      ...mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.2', 10),
      '1.3.6.1.3.61.1.1.6.1.4.1.239.0.0.0.255.0.0.0.10.0.0.2': mib.timeTicks(1500),
    };
    expect(await rpsOf(both)).toEqual(['10.0.0.1']);
  });

  test.each([
    ['of the other family', `1.2.16.255.2.${'0.'.repeat(14)}16.0.0`, 1],
    ['that is fixed', '1.1.4.224.0.0.0.24.0.0', 1],
    ['of SSM', '3.1.4.232.0.0.0.8.0.0', 2],
  ])('of two MIBs of PIM the worse one, where the better one has nothing but a range %s', async (_, index, mode) => {
    const range = { [`${PIM}.13.1.7.${index}`]: mib.integer(mode), [`${PIM}.13.1.8.${index}`]: mib.gauge32(0) };
    const announced = { '1.3.6.1.3.61.1.1.6.1.4.1.239.0.0.0.255.0.0.0.10.0.0.2': mib.timeTicks(1500) };
    expect(await rpsOf({ ...range, ...announced })).toEqual(['10.0.0.2']);
    expect(await rpsOf(range)).toEqual([]);
    const ssm = { [`${PIM}.13.1.7.3.1.4.239.1.0.0.16.0.0`]: mib.integer(2) };
    expect(await rpsOf({ ...range, ...announced, ...ssm })).toEqual([]);
  });

  test('of two that a BSR has announced the one of the better priority', async () => {
    const priority = (rp: string, value: number) => ({
      [`1.3.6.1.2.1.172.1.2.1.6.1.4.239.0.0.0.8.4.${rp}`]: mib.gauge32(value),
    });
    const announced = {
      ...mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.2', 5),
      ...mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.3', 5),
    };
    expect(await rpsOf({ ...announced, ...priority('10.0.0.2', 0), ...priority('10.0.0.3', 200) })).toEqual([
      '10.0.0.2',
    ]);
    expect(await rpsOf({ ...announced, ...priority('10.0.0.2', 200), ...priority('10.0.0.3', 0) })).toEqual([
      '10.0.0.3',
    ]);
  });

  test('an embedded one', async () => {
    const all = served(mapping('6.2.16.255.112.0.0.0.0.0.0.0.0.0.0.0.0.0.0.12.0.0', 5), { routes: 'IPMCAST' });
    await using agent = await Agent.start({ mib: all });
    const query = { family: 6, group: 'ff7e:140:2001:db8:beef:feed:0:1', source: null } as const;
    const { rps } = await readerOf(agent).readForwarding(query, AbortSignal.timeout(4000));
    expect(rps).toEqual([{ groups: `${query.group}/128`, address: '2001:db8:beef:feed::1' }]);
  });
});

describe('surveys', () => {
  const surveysOf = (agent: Agent) =>
    agent.requests.filter(({ names }) => names.some((name) => name.join('.') === '1.3.6.1.2.1.1.2')).length;

  test('one, for all that ask at the beginning', async () => {
    await using agent = await Agent.start({ mib: served({}), delayMs: 10 });
    const reader = readerOf(agent);
    const signal = AbortSignal.timeout(4000);
    const groups = ['232.1.1.1', '232.1.1.2', '232.1.1.3'];
    await Promise.all([
      reader.readInterfaces(signal),
      ...groups.map((group) => reader.readForwarding({ ...SG, group }, signal)),
    ]);
    expect(surveysOf(agent)).toBe(1);
  });

  test('one that fails is that of all who wait for it', async () => {
    const empty = new mib.Mib({ '1.3.6.1.2.1.1.3.0': mib.timeTicks(1) });
    await using agent = await Agent.start({ mib: empty, delayMs: 10 });
    const reader = readerOf(agent);
    const signal = AbortSignal.timeout(4000);
    const asked = await Promise.allSettled([1, 2, 3].map(() => reader.readInterfaces(signal)));
    expect(asked).toMatchObject([1, 2, 3].map(() => ({ reason: { code: 'ERR_READER_OUTPUT' } })));
    expect(surveysOf(agent)).toBe(1);
  });

  test('a new one whenever the interfaces are asked for', async () => {
    const all = served({});
    await using agent = await Agent.start({ mib: all });
    const reader = readerOf(agent);
    const signal = AbortSignal.timeout(4000);
    await reader.readInterfaces(signal);
    all.set('1.3.6.1.2.1.31.1.1.1.1.2', mib.text('renamed'));
    expect((await reader.readInterfaces(signal)).interfaces[0]?.name).toBe('renamed');
    expect((await reader.readForwarding(SG, signal)).interfaces[0]?.name).toBe('renamed');
    expect(surveysOf(agent)).toBe(2);
  });

  test('when who began it gives up, the next one makes its own', async () => {
    await using agent = await Agent.start({ mib: served({}), delayMs: 30 });
    const reader = readerOf(agent);
    const first = reader.readInterfaces(AbortSignal.timeout(10));
    const second = reader.readInterfaces(AbortSignal.timeout(4000));
    await expect(first).rejects.toThrow();
    expect((await second).interfaces).toHaveLength(2);
  });

  test('a second one, when what is read after the first names one more interface', async () => {
    await using agent = await Agent.start({ mib: served({}) });
    const reader = readerOf(agent);
    await reader.readForwarding(SG, AbortSignal.timeout(4000));
    // A better MIB has come, and its row has another interface.
    const better = '1.3.6.1.2.1.168.1.5.1.9.1.4.232.1.1.1.32.1.4.10.1.0.2.32';
    agent.change({ mib: served({ [`${IPMROUTE}.2.1.5.${PLACE}`]: mib.integer(60), [better]: mib.integer(70) }) });
    const snapshot = await reader.readForwarding(SG, AbortSignal.timeout(4000));
    expect(snapshot.routes).toMatchObject([{ incoming: 70 }]);
    expectSound(snapshot);
  });

  test('not for each query whose row names an interface that no table has', async () => {
    const place = (group: string) => `${group}.10.1.0.2.255.255.255.255`;
    const tunnel = (group: string, index: number): Changes => ({
      [`${IPMROUTE}.2.1.4.${place(group)}`]: mib.ipAddress('10.2.0.1'),
      [`${IPMROUTE}.2.1.5.${place(group)}`]: mib.integer(2),
      [`${IPMROUTE}.3.1.6.${place(group)}.${index}.${group}`]: mib.integer(2),
      [`1.3.6.1.2.1.31.1.1.1.1.${index}`]: mib.text(`tunnel${index}`),
    });
    await using agent = await Agent.start({ mib: served({ ...tunnel('232.5.5.5', 50), ...tunnel('232.6.6.6', 60) }) });
    const reader = readerOf(agent);
    for (let round = 0; round < 4; round++) {
      for (const [group, name] of [['232.5.5.5', 'tunnel50'] as const, ['232.6.6.6', 'tunnel60'] as const]) {
        const { interfaces } = await reader.readForwarding({ ...SG, group }, AbortSignal.timeout(4000));
        expect(interfaces.map((one) => one.name)).toContain(name);
      }
    }
    expect(surveysOf(agent)).toBe(3);
  });

  test('the interface of a path that no table has is there as well', async () => {
    const route = '10.1.0.128.255.255.255.128.0.10.77.0.1';
    const changes = {
      [`${CIDR}.5.${route}`]: mib.integer(77),
      [`${CIDR}.6.${route}`]: mib.integer(4),
      [`${CIDR}.7.${route}`]: mib.integer(13),
    };
    const { rpf, interfaces } = await read({ ...PATH, source: '10.1.0.200' }, changes);
    expect(rpf).toMatchObject([{ prefix: '10.1.0.128/25', interface: 77 }]);
    expect(interfaces.map(({ index }) => index)).toContain(77);
    const behind = '10.77.0.0.255.255.255.0.0.10.78.0.1';
    const indirect = {
      ...changes,
      [`${CIDR}.5.${route}`]: mib.integer(0),
      [`${CIDR}.5.${behind}`]: mib.integer(78),
      [`${CIDR}.6.${behind}`]: mib.integer(4),
      [`${CIDR}.7.${behind}`]: mib.integer(13),
    };
    const other = await read({ ...PATH, source: '10.1.0.200' }, indirect);
    expect(other.rpf).toMatchObject([{ prefix: '10.1.0.128/25', interface: 78, neighbor: '10.78.0.1' }]);
    expect(other.interfaces.map(({ index }) => index)).toContain(78);
  });

  test('of interfaces that no table has not ever more are asked for', async () => {
    const groups = ['232.5.5.1', '232.5.5.2', '232.5.5.3', '232.5.5.4'];
    const rows = groups.flatMap((group, at) => {
      const place = `${group}.10.1.0.2.255.255.255.255`;
      const hops = Array.from({ length: 300 }, (_, i) => `${place}.${1000 * (at + 1) + i}.${group}`);
      return [
        [`${IPMROUTE}.2.1.5.${place}`, mib.integer(2)] as const,
        ...hops.map((hop) => [`${IPMROUTE}.3.1.6.${hop}`, mib.integer(2)] as const),
      ];
    });
    await using agent = await Agent.start({ mib: served(Object.fromEntries(rows)) });
    const reader = readerOf(agent);
    for (const group of groups) {
      agent.reset();
      const snapshot = await reader.readForwarding({ ...SG, group }, AbortSignal.timeout(4000));
      expect(snapshot.routes?.[0]?.outgoing).toHaveLength(300);
      stateOf(snapshot);
    }
    const columnOfNames = '1.3.6.1.2.1.31.1.1.1.1.';
    const names = agent.requests.flatMap((request) => request.names.map((name) => name.join('.')));
    // 1,024 of them, and the two that tables have.
    expect(new Set(names.filter((name) => name.startsWith(columnOfNames))).size).toBe(1026);
  });
});

describe('what an agent does wrong', () => {
  /** A reader of an agent that answers genErr at the packets of each group's row. */
  async function oddities(groups: readonly string[], times: number): Promise<readonly string[]> {
    const bad = new Set(groups.map((group) => `${IPMROUTE}.2.1.8.${group}.10.1.0.2.255.255.255.254`));
    await using agent = await Agent.start({
      mib: served({}),
      instead: ({ names }, response) => {
        const at = names.findIndex((name) => bad.has(name.join('.')));
        return at < 0 ? response : { errorStatus: ErrorStatus.genErr, errorIndex: at + 1, bindings: [] };
      },
    });
    const told: string[] = [];
    const reader = readerOf(agent, (text) => told.push(text));
    for (let time = 0; time < times; time++) {
      for (const group of groups) await reader.readForwarding({ ...SG, group }, AbortSignal.timeout(4000));
    }
    return told;
  }

  test('is told once', async () => {
    expect(await oddities(['232.1.1.1', '232.1.1.2'], 3)).toEqual(
      ['232.1.1.1', '232.1.1.2'].map((group) =>
        expect.stringMatching(`^v2c at 127.0.0.1:[0-9]+: the agent answers genErr at .*[.]${group}[.]`),
      ),
    );
  });

  test('is told no more where it is ever something else', async () => {
    const groups = Array.from({ length: 60 }, (_, at) => `232.9.9.${at}`);
    expect(await oddities(groups, 1)).toHaveLength(50);
  });
});

describe('interfaces', () => {
  test.each([
    ['ipMRouteInterfaceTable', { [`${IPMROUTE}.4.1.2.3.77`]: mib.integer(1) }],
    ['pimInterfaceTable', { [`${PIM_EXPERIMENTAL}.2.1.4.3.77`]: mib.integer(2) }],
  ])('%s: an index of two numbers is no ifIndex', async (_, changes) => {
    const { interfaces } = await read(SG, changes);
    expect(interfaces.map(({ index }) => index)).toEqual([2, 3]);
  });
});

describe('addresses where they cannot be', () => {
  const IPMCAST = '1.3.6.1.2.1.168.1';
  const inIfIndex = (index: string): Changes => ({ [`${IPMCAST}.5.1.9.${index}`]: mib.integer(2) });
  const ranges = async (changes: Changes, mibs?: Partial<RouterMibs>) => {
    const { rps, scopes, neighbors } = await read(
      SG,
      { ...changes, [`${PIM}.1.1.6.2.1`]: mib.octets(10, 2, 0, 1) },
      mibs,
    );
    return [rps, scopes, neighbors];
  };
  const mode = (index: string): Changes => ({ [`${PIM}.13.1.7.${index}`]: mib.integer(3) });

  test.each([
    ['a group', '10.9.9.9.10.1.0.2.255.255.255.255'],
    ['a source', '239.9.9.9.224.0.0.5.255.255.255.255'],
  ])('IPMROUTE-STD-MIB: a row whose address is not that of %s', async (_, index) => {
    const { routes } = await readAll({ [`${IPMROUTE}.2.1.5.${index}`]: mib.integer(2) });
    expect(routes?.map(({ group }) => group)).toEqual(['232.1.1.1']);
  });

  test.each([
    ['a group', '1.4.10.9.9.9.32.1.4.10.1.0.2.32'],
    ['a source', '1.4.239.9.9.9.32.1.4.224.0.0.5.32'],
  ])('IPMCAST-MIB: a row whose address is not that of %s', async (_, index) => {
    const { routes } = await readAll(inIfIndex(index), { routes: 'IPMCAST' });
    expect(routes?.map(({ group }) => group)).toEqual(['232.1.1.1']);
  });

  test('an upstream neighbor that is a group: not known', async () => {
    const { routes } = await read(SG, { [`${IPMROUTE}.2.1.4.${PLACE}`]: mib.ipAddress('224.0.0.13') });
    expect(routes).toMatchObject([{ incoming: 2, upstream: null }]);
  });

  test('a Designated Router that is a group: not known', async () => {
    const { interfaces } = await read(SG, { [`${PIM}.1.1.6.2.1`]: mib.octets(224, 0, 0, 13) });
    expect(interfaces[0]?.designatedRouters).toBeUndefined();
  });

  test('a next hop that is a group: not known', async () => {
    const index = '10.1.0.0.255.255.255.0.0';
    const row = (nextHop: string, ifIndex: mib.Value | undefined, type: mib.Value | undefined): Changes => ({
      [`${CIDR}.5.${index}.${nextHop}`]: ifIndex,
      [`${CIDR}.6.${index}.${nextHop}`]: type,
      [`${CIDR}.7.${index}.${nextHop}`]: type,
    });
    const changes = { ...row('10.2.0.1', undefined, undefined), ...row('224.0.0.5', mib.integer(2), mib.integer(4)) };
    expect((await read(PATH, changes)).rpf).toEqual([
      { prefix: '10.1.0.0/24', interface: 2, neighbor: undefined, routingProtocol: 'icmp' },
    ]);
  });

  test.each([
    ['a neighbor that is a group', { [`${PIM}.2.1.6.2.1.4.224.0.0.13`]: mib.timeTicks(1) }],
    ['a neighbor that is nobody', { [`${PIM}.2.1.6.2.1.4.0.0.0.0`]: mib.timeTicks(1) }],
    ['PIM-MIB: a neighbor that is nobody', { [`${PIM_EXPERIMENTAL}.3.1.2.0.0.0.0`]: mib.integer(2) }],
    ['PIM-MIB: an RP of no groups', { [`${PIM_EXPERIMENTAL}.6.1.4.1.10.0.0.0.255.0.0.0.10.0.0.2`]: mib.gauge32(1) }],
    ['PIM-MIB: an RP that is nobody', { [`${PIM_EXPERIMENTAL}.6.1.4.1.232.0.0.0.255.0.0.0.0.0.0.0`]: mib.gauge32(1) }],
    ['PIM-MIB: an RP that is a group', { [`${PIM_EXPERIMENTAL}.5.1.3.232.1.1.1.224.0.0.13`]: mib.integer(1) }],
    ['PIM-MIB: an RP of no group', { [`${PIM_EXPERIMENTAL}.5.1.3.10.1.1.1.10.0.0.2`]: mib.integer(1) }],
    ['an RP of no groups', mode('2.1.4.10.0.0.0.8.1.4.10.0.0.2')],
    ['an RP that is a group', mode('2.1.4.232.0.0.0.8.1.4.224.0.0.13')],
    ['a boundary for no groups', { [`${IPMROUTE}.5.1.4.2.10.0.0.0.255.0.0.0`]: mib.integer(1) }],
  ])('%s is left out', async (_, changes) => {
    expect(await ranges(changes)).toEqual([[], [], []]);
    expect((await readAll(changes)).rps).toEqual([]);
  });

  test('IPMCAST-MIB: a boundary for no groups is left out', async () => {
    const boundary = { [`${IPMCAST}.7.1.8.2.1.4.10.0.0.0.8`]: mib.integer(1) };
    expect(await ranges(boundary, { routes: 'IPMCAST' })).toEqual([[], [], []]);
  });
});

describe('what is of the other family', () => {
  const IPMCAST = '1.3.6.1.2.1.168.1.5.1';
  const SG_PLACE = '1.4.232.1.1.1.32.1.4.10.1.0.2.32';
  const IPV6 = [0xfd, ...Array(14).fill(0), 1];

  test('an upstream neighbor is not known to the trace: the path is looked up', async () => {
    const upstream = { [`${IPMCAST}.8.${SG_PLACE}`]: mib.octets(...IPV6) };
    const { routes, rpf } = await read(SG, upstream, { routes: 'IPMCAST', unicast: 'inetCidr' });
    expect(routes).toMatchObject([{ incoming: 2, upstream: null }]);
    expect(rpf).toContainEqual({ prefix: '10.1.0.0/24', interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' });
    const whole = await readAll(upstream, { routes: 'IPMCAST' });
    expect(whole.routes).toMatchObject([{ incoming: 2, upstream: null }]);
  });

  test('the prefix of a path is none', async () => {
    const { rpf } = await read(
      SG,
      { [`${IPMCAST}.15.${SG_PLACE}`]: mib.octets(...IPV6), [`${IPMCAST}.16.${SG_PLACE}`]: mib.gauge32(16) },
      { routes: 'IPMCAST', unicast: 'none' },
    );
    expect(rpf).toEqual([]);
  });

  test.each([`${PIM}.1.1.6.2.1`, `${PIM_EXPERIMENTAL}.2.1.5.2`])(
    'a Designated Router is not known: %s',
    async (oid) => {
      const { interfaces } = await read(SG, { [oid]: mib.octets(...IPV6) });
      expect(interfaces[0]?.designatedRouters).toBeUndefined();
    },
  );
});

test('two MIBs that name different Designated Routers: that of the better one', async () => {
  const { interfaces } = await read(SG, {
    [`${PIM}.1.1.6.2.1`]: mib.octets(10, 2, 0, 1),
    [`${PIM_EXPERIMENTAL}.2.1.5.2`]: mib.ipAddress('10.2.0.9'),
  });
  expect(interfaces[0]?.designatedRouters).toEqual(['10.2.0.1']);
});

test('a count that is more than 32 bits have, and no Counter64: not known', async () => {
  const { routes } = await read(SG, { [`${IPMROUTE}.2.1.8.${PLACE}`]: mib.integer(2 ** 32) });
  expect(routes?.[0]?.packets).toBeNull();
});
