/** (*,G) and (S,G) that PIM-STD-MIB alone has, as one agent shows them. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Reader } from '../../../src/router/port.ts';
import type { Snapshot, SnapshotRoute } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { stateOf } from '../../../src/router/state.ts';
import { parseAddress } from '../../../src/wire/address.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

type Family = 4 | 6;
const GROUP = { 4: '239.1.1.1', 6: 'ff0e::1' } as const;
const SOURCE = { 4: '10.1.0.2', 6: 'fd00:1::2' } as const;
const UPSTREAM = { 4: '10.2.0.1', 6: 'fe80::1' } as const;
const OTHER_UPSTREAM = { 4: '10.3.0.1', 6: 'fe80::3:1' } as const;
const ROUTE_TO_RP = { 4: '10.0.0.0/24', 6: 'fd00::/64' } as const;

/** Of 6 another router is the Designated Router. */
const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [2, 3, 4, 5, 6, 7].map((index) => ({
    index,
    name: `eth${index}`,
    addresses: [`10.${index}.0.4/24`, `fe80::${index}:4/64`],
    multicast: true,
    designatedRouters: index === 6 ? ['10.6.0.9', 'fe80::6:9'] : [`10.${index}.0.4`, `fe80::${index}:4`],
    inMulticastPackets: '1',
    outMulticastPackets: '1',
  })),
};
const MIBS: RouterMibs = { routes: 'IPMCAST', pim: 'standard', addresses: 'current', unicast: 'none', counters: 64 };

const PIM = '1.3.6.1.2.1.157.1';
const octets = (text: string) => [...parseAddress(text)!];
const groupIndex = (family: Family) => `${family === 4 ? '1.4' : '2.16'}.${octets(GROUP[family]).join('.')}`;
const sourceIndex = (family: Family) =>
  `${groupIndex(family)}.${family === 4 ? 4 : 16}.${octets(SOURCE[family]).join('.')}`;

type Changes = Record<string, mib.Value>;
const columns = (entry: string, place: string, values: Readonly<Record<number, mib.Value>>): Changes =>
  Object.fromEntries(Object.entries(values).map(([column, value]) => [`${PIM}.${entry}.1.${column}.${place}`, value]));
const [rpAddress, rpLength] = [
  (family: Family) => mib.octets(...octets(ROUTE_TO_RP[family].split('/')[0]!)),
  (family: Family) => mib.gauge32(Number(ROUTE_TO_RP[family].split('/')[1])),
];

/** pimStarGEntry. PimMode: asm(3), bidir(4) */
const starG = (family: Family, pimMode = 3): Changes =>
  columns('4', groupIndex(family), {
    3: mib.timeTicks(41_200),
    4: mib.integer(pimMode),
    9: mib.integer(2),
    11: mib.integer(family === 4 ? 1 : 2),
    12: mib.octets(...octets(UPSTREAM[family])),
    13: mib.integer(2),
    16: mib.integer(13),
    17: rpAddress(family),
    18: rpLength(family),
  });
/** pimSGEntry. pimSGUpstreamJoinState: notJoined(1), joined(2); pimSGSPTBit: true(1), false(2) */
const sg = (family: Family, joinState = 2, sptBit = 1, pimMode = 3): Changes =>
  columns('6', sourceIndex(family), {
    4: mib.timeTicks(500),
    5: mib.integer(pimMode),
    6: mib.integer(joinState),
    8: mib.octets(...octets(OTHER_UPSTREAM[family])),
    9: mib.integer(3),
    12: mib.integer(14),
    17: mib.integer(sptBit),
  });

interface Link {
  readonly isMember?: boolean;
  /** noInfo(1), join(2), prunePending(3) */
  readonly joinPrune?: number;
  /** noInfo(1), iAmAssertWinner(2), iAmAssertLoser(3) */
  readonly assert?: number;
}
/** pimStarGIEntry, pimSGIEntry */
const link = (entry: '5' | '7', family: Family, index: number, { isMember = false, joinPrune = 1, assert = 1 }: Link) =>
  columns(entry, `${entry === '5' ? groupIndex(family) : sourceIndex(family)}.${index}`, {
    3: mib.integer(isMember ? 1 : 2),
    4: mib.integer(joinPrune),
    7: mib.integer(assert),
  });

const readers: Reader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

interface Options {
  readonly router?: Snapshot;
  readonly mibs?: Partial<RouterMibs>;
  readonly source?: string | null;
  readonly version?: 1 | '2c';
}

/** The rows of the query, which cost three round trips at most, and of the same one again, which costs one. */
async function routesOf(family: Family, changes: readonly Changes[], options: Options = {}): Promise<SnapshotRoute[]> {
  const { router = ROUTER, mibs = {}, source = SOURCE[family], version = '2c' } = options;
  const served = mibOf(router, { ...MIBS, ...mibs });
  for (const [oid, value] of changes.flatMap((one) => Object.entries(one))) served.set(oid, value);
  await using agent = await Agent.start({ mib: served, delayMs: 10 });
  const session = createAgentSession({
    host: '127.0.0.1',
    port: agent.port,
    credentials: { version, community: 'public' },
  });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  readers.push(reader);
  const once = async () => {
    agent.reset();
    const query = { family, group: GROUP[family], source };
    const snapshot = await reader.readForwarding(query, AbortSignal.timeout(4000));
    stateOf(snapshot); // contradicts itself nowhere
    return { routes: [...(snapshot.routes ?? [])], rpf: snapshot.rpf, trips: agent.roundTrips };
  };
  await reader.readInterfaces(AbortSignal.timeout(4000));
  const first = await once();
  const again = await once();
  expect({ ...again, trips: 0 }).toEqual({ ...first, trips: 0 });
  if (version === '2c') expect([first.trips <= 3, again.trips]).toEqual([true, 1]);
  return first.routes;
}

const forwarding = (...indexes: number[]) => indexes.map((index) => ({ index, state: 'forwarding' as const }));
const outgoingIn = (routes: readonly SnapshotRoute[], source: string | null) =>
  routes.find((one) => one.source === source)?.outgoing.toSorted((a, b) => a.index - b.index);

const told = (family: Family): SnapshotRoute => ({
  group: GROUP[family],
  source: null,
  incoming: 2,
  upstream: UPSTREAM[family],
  outgoing: [],
  packets: null,
  multicastRoutingProtocol: 'pimSparseMode',
  routingProtocol: 'ospf',
  uptimeSeconds: 412,
});

describe.each([4, 6] as const)('(*,G), IPv%s', (family) => {
  const joins = [link('5', family, 3, { joinPrune: 2 }), link('5', family, 4, { joinPrune: 3 })];

  test('is told where no table of multicast routes has it', async () => {
    for (const source of [null, SOURCE[family]]) {
      const routes = await routesOf(family, [starG(family), ...joins], { source });
      expect(routes).toEqual([{ ...told(family), outgoing: forwarding(3, 4) }]);
    }
  });

  test('version 1', async () => {
    const routes = await routesOf(family, [starG(family), ...joins], { version: 1 });
    expect(routes).toEqual([{ ...told(family), outgoing: forwarding(3, 4) }]);
  });

  test('members are the Designated Router’s, or the winner’s of an Assert; a loser forwards to nobody', async () => {
    const links: [number, Link][] = [
      [3, { isMember: true }],
      [4, { isMember: true, assert: 3 }],
      [5, { joinPrune: 2, assert: 3 }],
      [6, { isMember: true, assert: 2 }],
      [7, { assert: 2 }],
    ];
    const rows = links.map(([index, one]) => link('5', family, index, one));
    expect(outgoingIn(await routesOf(family, [starG(family), ...rows]), null)).toEqual(forwarding(3, 6));
    const another = link('5', family, 6, { isMember: true });
    expect(outgoingIn(await routesOf(family, [starG(family), another]), null)).toEqual([]);
  });

  test('of BIDIR-PIM is not: the Designated Forwarder forwards', async () => {
    expect(await routesOf(family, [starG(family, 4), ...joins])).toEqual([]);
  });

  test('stands beside an (S,G) of a table of multicast routes, and behind a (*,G) of one', async () => {
    const row = (source: string | null): SnapshotRoute => ({
      ...told(family),
      source,
      outgoing: forwarding(3, 4, 7),
      packets: '5',
    });
    const own = { ...ROUTER, routes: [row(SOURCE[family])] };
    expect(await routesOf(family, [starG(family), ...joins], { router: own })).toMatchObject([
      { source: SOURCE[family], packets: '5' },
      { source: null, packets: null, outgoing: forwarding(3, 4) },
    ]);
    const shared = { ...ROUTER, routes: [row(null)] };
    expect(await routesOf(family, [starG(family), ...joins], { router: shared })).toMatchObject([
      { source: null, packets: '5', outgoing: forwarding(3, 4, 7) },
    ]);
  });
});

describe.each([4, 6] as const)('(S,G), IPv%s', (family) => {
  const own = [link('7', family, 4, { joinPrune: 2 }), link('7', family, 6, { isMember: true })];

  test('is told where no table of multicast routes has it', async () => {
    expect(await routesOf(family, [sg(family), ...own])).toMatchObject([
      {
        source: SOURCE[family],
        incoming: 3,
        upstream: OTHER_UPSTREAM[family],
        outgoing: forwarding(4),
        packets: null,
        multicastRoutingProtocol: 'pimSparseMode',
        routingProtocol: 'bgp',
        uptimeSeconds: 5,
      },
    ]);
  });

  test('inherits from (*,G) but what was pruned, excluded, or left to the winner of an Assert', async () => {
    const shared = [4, 5, 6, 7].map((index) => link('5', family, index, { joinPrune: 2 }));
    const all = [sg(family), starG(family), ...own, ...shared];
    expect(outgoingIn(await routesOf(family, all), SOURCE[family])).toEqual(forwarding(4, 5, 6, 7));
    const prune = columns('9', `${sourceIndex(family)}.5`, { 4: mib.integer(2) });
    const exclude = columns('9', `${sourceIndex(family)}.7`, { 3: mib.integer(1) });
    const lost = link('7', family, 6, { assert: 3 });
    const routes = await routesOf(family, [...all, prune, exclude, lost]);
    expect(outgoingIn(routes, SOURCE[family])).toEqual([...forwarding(4), { index: 5, state: 'pruned' }]);
    expect(outgoingIn(routes, null)).toEqual(forwarding(4, 5));
  });

  test('that has neither joined the tree of the source nor its SPTbit goes as (*,G) says', async () => {
    const both = (joinState: number, sptBit: number) =>
      routesOf(family, [sg(family, joinState, sptBit), starG(family), ...own]);
    const sources = async (joinState: number, sptBit: number) =>
      (await both(joinState, sptBit)).map(({ source }) => source);
    expect(await sources(1, 2)).toEqual([null]);
    expect(await sources(2, 2)).toEqual([SOURCE[family], null]);
    expect(await sources(1, 1)).toEqual([SOURCE[family], null]);
  });
});

test('the row of a table of multicast routes that comes later is told instead', async () => {
  const served = mibOf(ROUTER, MIBS);
  for (const [oid, value] of Object.entries({ ...starG(4), ...link('5', 4, 3, { joinPrune: 2 }) }))
    served.set(oid, value);
  await using agent = await Agent.start({ mib: served });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  readers.push(reader);
  const query = { family: 4, group: GROUP[4], source: null } as const;
  const packets = async () => (await reader.readForwarding(query, AbortSignal.timeout(4000))).routes?.[0]?.packets;
  expect(await packets()).toBeNull();
  served.set(`1.3.6.1.2.1.168.1.5.1.9.1.4.${GROUP[4]}.32.0.0.0`, mib.integer(2));
  served.set(`1.3.6.1.2.1.168.1.5.1.19.1.4.${GROUP[4]}.32.0.0.0`, mib.counter64(9n));
  expect(await packets()).toBe('9');
  served.set(`1.3.6.1.2.1.168.1.5.1.9.1.4.${GROUP[4]}.32.0.0.0`, undefined);
  served.set(`1.3.6.1.2.1.168.1.5.1.19.1.4.${GROUP[4]}.32.0.0.0`, undefined);
  expect(await packets()).toBeNull();
});

test('an agent without a MIB of multicast routes does not tell what is forwarded, whatever PIM has', async () => {
  await expect(routesOf(4, [starG(4)], { mibs: { routes: 'none' } })).rejects.toThrow(/no MIB of multicast routes/);
});
