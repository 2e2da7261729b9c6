/** What real agents leave out, or show otherwise than others do. */
import { afterEach, describe, expect, test } from 'vitest';
import { snapshotSchema } from '../../../src/router/file/schema.ts';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader, type SnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { stateOf } from '../../../src/router/state.ts';
import { Agent } from '../../support/snmp/agent.ts';
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
const CIDR = '1.3.6.1.2.1.4.24.4.1';
const PIM = '1.3.6.1.2.1.157.1';
const PIM_EXPERIMENTAL = '1.3.6.1.3.61.1.1';

const readers: SnmpReader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

function readerOf(agent: Agent): SnmpReader {
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
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
    const { rpf } = await read(PATH, row(`${OWN}.10.1.0.9`, 3, 4, 8, 2));
    expect(rpf).toMatchObject([{ interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' }]);
  });

  test('a table with interfaces alone gives way to one with types and protocols', async () => {
    const { rpf } = await read(PATH, { '1.3.6.1.2.1.4.24.7.1.7.1.4.10.1.0.0.24.2.0.0.1.4.10.3.0.9': mib.integer(3) });
    expect(rpf).toMatchObject([{ interface: 2, routingProtocol: 'ospf' }]);
    const alone = { '1.3.6.1.2.1.4.24.7.1.7.1.4.10.1.0.0.24.2.0.0.1.4.10.3.0.9': mib.integer(3) };
    expect((await read(PATH, alone, { unicast: 'none' })).rpf).toMatchObject([{ interface: 3, neighbor: '10.3.0.9' }]);
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

  test('the unspecified address is no RP', async () => {
    expect(await rpsOf(mapping('2.1.4.239.0.0.0.8.1.4.0.0.0.0', 5))).toEqual([]);
  });

  test('one that overrides what a BSR has announced for a longer range', async () => {
    const both = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 5),
      ...mapping('4.1.4.239.1.0.0.16.1.4.10.0.0.2', 5),
    };
    expect(await rpsOf(both)).toEqual(['10.0.0.2']);
    const override = { [`${PIM}.12.1.6.1.4.239.0.0.0.8`]: mib.integer(1) };
    expect(await rpsOf({ ...both, ...override })).toEqual(['10.0.0.1']);
    expect(await rpsOf({ ...both, [`${PIM}.12.1.6.1.4.239.0.0.0.8`]: mib.integer(2) })).toEqual(['10.0.0.2']);
  });

  test('of two MIBs of PIM the better one alone', async () => {
    const both = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 5),
      ...mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.2', 10),
      '1.3.6.1.3.61.1.1.6.1.4.1.239.0.0.0.255.0.0.0.10.0.0.2': mib.timeTicks(1500),
    };
    expect(await rpsOf(both)).toEqual(['10.0.0.1']);
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
    ['a source, but nobody', '1.4.239.9.9.9.32.1.4.0.0.0.0.32'],
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

  test('a Designated Router is not known', async () => {
    const { interfaces } = await read(SG, { [`${PIM}.1.1.6.2.1`]: mib.octets(...IPV6) });
    expect(interfaces[0]?.designatedRouters).toBeUndefined();
  });
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
