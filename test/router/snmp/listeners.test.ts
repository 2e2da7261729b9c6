/** Listeners on a router's own links that get nothing: by each MIB of IGMP and MLD, as one agent shows them. */
import { describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotRoute } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { parseAddress } from '../../../src/wire/address.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const SOURCE = { 4: '10.1.0.2', 6: 'fd00:1::2' } as const;
const OTHER = { 4: '10.1.0.3', 6: 'fd00:1::3' } as const;
const GROUPS = {
  asm4: '239.1.1.1',
  ssm4: '232.1.1.1',
  asm6: 'ff0e::1',
  ssm6: 'ff3e::1',
  prefix6: 'ff3e:40:2001:db8::1',
} as const;
const familyOf = (text: string) => (text.includes(':') ? 6 : 4);

const route = (group: string, source: string | null): SnapshotRoute => ({
  group,
  source,
  incoming: 2,
  upstream: familyOf(group) === 4 ? '10.2.0.1' : 'fe80::1',
  outgoing: [
    { index: 3, state: 'forwarding' },
    { index: 4, state: 'pruned' },
  ],
  packets: '1',
  multicastRoutingProtocol: 'pimSparseMode',
  routingProtocol: 'ospf',
});
const link = (index: number, designated = true) => ({
  index,
  name: `eth${index}`,
  addresses: [`10.${index}.0.4/24`, `fe80::${index}:4/64`],
  multicast: true,
  designatedRouters: designated ? [`10.${index}.0.4`, `fe80::${index}:4`] : [`10.${index}.0.9`, `fe80::${index}:9`],
});
/** Of 2 it gets the packets, to 3 it forwards, of 4 it got a prune; of 5 and 6 nothing is in the rows; of 6 another is the DR. */
const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [link(2), link(3), link(4), link(5), link(6, false)],
  routes: Object.values(GROUPS).flatMap((group) => [route(group, SOURCE[familyOf(group)]), route(group, null)]),
};
const MIBS: RouterMibs = { routes: 'IPMCAST', pim: 'standard', addresses: 'current', unicast: 'none', counters: 64 };

const octets = (text: string) => [...parseAddress(text)!];
const inet = (text: string) => `${familyOf(text) === 4 ? 1 : 2}.${octets(text).length}.${octets(text).join('.')}`;

/** mgmdRouterCacheTable, with mgmdRouterSrcListTable: sources by the seconds that they are wanted for. */
function mgmd(
  group: string,
  index: number,
  mode: 'include' | 'exclude' | 'not-told',
  sources: [string, number][] = [],
) {
  const root = '1.3.6.1.2.1.185.1';
  return (served: mib.Mib) => {
    served.set(`${root}.2.1.5.2.${familyOf(group) === 4 ? 1 : 2}`, mib.integer(1));
    served.set(`${root}.4.1.5.${inet(group)}.${index}`, mib.timeTicks(100));
    if (mode !== 'not-told')
      served.set(`${root}.4.1.10.${inet(group)}.${index}`, mib.integer(mode === 'include' ? 1 : 2));
    for (const [source, seconds] of sources) {
      const place = `${inet(group)}.${index}.${octets(source).length}.${octets(source).join('.')}`;
      served.set(`${root}.8.1.5.${place}`, mib.timeTicks(seconds * 100));
    }
  };
}

/** igmpCacheTable and mldCacheTable. */
function cache(root: string, group: string, index: number, isSelf = false) {
  return (served: mib.Mib) => {
    served.set(`${root}.1.1.3.2`, mib.integer(1));
    served.set(`${root}.2.1.3.${octets(group).join('.')}.${index}`, mib.integer(isSelf ? 1 : 2));
    served.set(`${root}.2.1.5.${octets(group).join('.')}.${index}`, mib.timeTicks(100));
  };
}

/** ifIndexes that are notForwarding, of (S,G) and of (*,G). */
async function notForwarding(
  group: string,
  changes: readonly ((served: mib.Mib) => void)[],
  mibs: Partial<RouterMibs> = {},
): Promise<{ source: number[]; shared: number[] }> {
  const served = mibOf(ROUTER, { ...MIBS, ...mibs });
  for (const change of changes) change(served);
  await using agent = await Agent.start({ mib: served });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  try {
    const family = familyOf(group);
    const query = { family, group, source: SOURCE[family] } as const;
    const { routes = [] } = await reader.readForwarding(query, new AbortController().signal);
    const of = (source: string | null) =>
      routes
        .filter((one) => one.source === source)
        .flatMap(({ outgoing }) => outgoing.filter(({ state }) => state === 'notForwarding'))
        .map(({ index }) => index);
    expect(routes.map((one) => one.source).sort()).toEqual([SOURCE[family], null].sort());
    return { source: of(SOURCE[family]), shared: of(null) };
  } finally {
    await reader.close();
  }
}

describe.each([
  ['MGMD-STD-MIB, IPv4', GROUPS.asm4, (index: number) => mgmd(GROUPS.asm4, index, 'exclude')],
  ['MGMD-STD-MIB, IPv6', GROUPS.asm6, (index: number) => mgmd(GROUPS.asm6, index, 'not-told')],
  ['IGMP-STD-MIB', GROUPS.asm4, (index: number) => cache('1.3.6.1.2.1.85.1', GROUPS.asm4, index)],
  ['experimental IGMP-MIB', GROUPS.asm4, (index: number) => cache('1.3.6.1.3.59.1.1', GROUPS.asm4, index)],
  ['IPV6-MLD-MIB', GROUPS.asm6, (index: number) => cache('1.3.6.1.2.1.91.1', GROUPS.asm6, index)],
])('%s', (_, group, listener) => {
  test('where no row forwards to listeners, it says so: on the links whose Designated Router this is', async () => {
    expect(await notForwarding(group, [2, 3, 4, 5, 6].map(listener))).toEqual({ source: [5], shared: [5] });
  });

  test('those of another group are of no account', async () => {
    const other = familyOf(group) === 4 ? '239.1.1.2' : 'ff0e::2';
    expect(await notForwarding(group, [listener(3), mgmd(other, 5, 'exclude')])).toEqual({ source: [], shared: [] });
  });
});

test('of each family the best MIB: one that knows IGMP alone hides no MLD', async () => {
  const mld = cache('1.3.6.1.2.1.91.1', GROUPS.asm6, 5);
  const igmp = mgmd(GROUPS.asm4, 3, 'exclude');
  expect(await notForwarding(GROUPS.asm6, [mld, igmp])).toEqual({ source: [5], shared: [5] });
  // Both in one MIB, and what the worse one says is of no account.
  const both = [mld, igmp, mgmd(GROUPS.asm6, 3, 'exclude')];
  expect(await notForwarding(GROUPS.asm6, both)).toEqual({ source: [], shared: [] });
});

describe('sources, by MGMD-STD-MIB', () => {
  test.each([4, 6] as const)('IPv%s: included ones are wanted, and no others', async (family) => {
    const group = GROUPS[`asm${family}`];
    const included = (source: string) => [mgmd(group, 5, 'include', [[source, 60]])];
    expect(await notForwarding(group, included(SOURCE[family]))).toEqual({ source: [5], shared: [] });
    expect(await notForwarding(group, included(OTHER[family]))).toEqual({ source: [], shared: [] });
  });

  test.each([4, 6] as const)('IPv%s: excluded ones are not, those asked for besides are', async (family) => {
    const group = GROUPS[`asm${family}`];
    const excluded = (seconds: number) => [mgmd(group, 5, 'exclude', [[SOURCE[family], seconds]])];
    expect(await notForwarding(group, excluded(0))).toEqual({ source: [], shared: [5] });
    expect(await notForwarding(group, excluded(60))).toEqual({ source: [5], shared: [5] });
  });

  test('an older MIB beside it, which does not tell of them, is not asked', async () => {
    const both = [mgmd(GROUPS.asm4, 5, 'include', [[OTHER[4], 60]]), cache('1.3.6.1.2.1.85.1', GROUPS.asm4, 5)];
    expect(await notForwarding(GROUPS.asm4, both)).toEqual({ source: [], shared: [] });
  });

  test('of each interface its own', async () => {
    const both = [
      mgmd(GROUPS.ssm4, 5, 'include', [[OTHER[4], 60]]),
      mgmd(GROUPS.ssm4, 6, 'include', [[SOURCE[4], 60]]),
    ];
    expect(await notForwarding(GROUPS.ssm4, both)).toEqual({ source: [], shared: [] });
  });
});

describe('a group of SSM', () => {
  test('is for those who name the source', async () => {
    for (const group of [GROUPS.ssm4, GROUPS.ssm6]) {
      const source = SOURCE[familyOf(group)];
      expect((await notForwarding(group, [mgmd(group, 5, 'include', [[source, 60]])])).source).toEqual([5]);
      expect((await notForwarding(group, [mgmd(group, 5, 'exclude')])).source).toEqual([]);
    }
  });

  test('is none of those with the prefix of a network, though they have the flags (RFC 3306)', async () => {
    const group = GROUPS.prefix6;
    expect((await notForwarding(group, [mgmd(group, 5, 'exclude')])).source).toEqual([5]);
  });

  test('whose sources an older MIB does not tell: nothing is known', async () => {
    const listener = cache('1.3.6.1.2.1.85.1', GROUPS.ssm4, 5);
    expect(await notForwarding(GROUPS.ssm4, [listener])).toEqual({ source: [], shared: [] });
  });
});

test('listeners of a table that does not tell whether the router is one of them', async () => {
  const listener = cache('1.3.6.1.2.1.85.1', GROUPS.asm4, 5);
  const silent = (served: mib.Mib) => served.set(`1.3.6.1.2.1.85.1.2.1.3.${GROUPS.asm4}.5`, undefined);
  expect(await notForwarding(GROUPS.asm4, [listener, silent])).toEqual({ source: [5], shared: [5] });
});

describe('nothing is said', () => {
  const listener = cache('1.3.6.1.2.1.85.1', GROUPS.asm4, 5);
  test('of a link where the router itself is a member: nothing tells of others', async () => {
    const self = cache('1.3.6.1.2.1.85.1', GROUPS.asm4, 5, true);
    expect(await notForwarding(GROUPS.asm4, [self])).toEqual({ source: [], shared: [] });
  });

  test('where no MIB names the Designated Router', async () => {
    expect(await notForwarding(GROUPS.asm4, [listener], { pim: 'none' })).toEqual({ source: [], shared: [] });
  });

  test('where the Designated Router is another one: its address is the beginning of an own one', async () => {
    const other = (served: mib.Mib) => served.set('1.3.6.1.2.1.157.1.1.1.6.5.1', mib.octets(10, 5, 0, 4));
    const own = (served: mib.Mib) => {
      for (const column of [3, 4, 5]) served.set(`1.3.6.1.2.1.4.34.1.${column}.1.4.10.5.0.4`, undefined);
      served.set('1.3.6.1.2.1.4.34.1.3.1.4.10.5.0.40', mib.integer(5));
    };
    expect((await notForwarding(GROUPS.asm4, [listener, other])).source).toEqual([5]);
    expect((await notForwarding(GROUPS.asm4, [listener, other, own])).source).toEqual([]);
  });

  test('where another one is that of the family', async () => {
    const other = (served: mib.Mib) =>
      served.set('1.3.6.1.2.1.157.1.1.1.6.5.2', mib.octets(...parseAddress('fe80::5:9')!));
    const listeners = [listener, cache('1.3.6.1.2.1.91.1', GROUPS.asm6, 5)];
    expect((await notForwarding(GROUPS.asm4, [...listeners, other])).source).toEqual([5]);
    expect((await notForwarding(GROUPS.asm6, listeners)).source).toEqual([5]);
    expect((await notForwarding(GROUPS.asm6, [...listeners, other])).source).toEqual([]);
  });

  test('of a row of PIM-DM: who has won the Assert forwards', async () => {
    const dense = (served: mib.Mib) =>
      served.set('1.3.6.1.2.1.168.1.5.1.12.1.4.239.1.1.1.32.1.4.10.1.0.2.32', mib.integer(9));
    expect(await notForwarding(GROUPS.asm4, [listener, dense])).toEqual({ source: [], shared: [5] });
  });

  test.each([
    ['asm', 3, [5]],
    ['ssm: who does not name the source gets nothing', 2, []],
    ['bidir: its Designated Forwarder forwards', 4, []],
    ['dm: who has won the Assert forwards', 5, []],
  ])('by the mode of the group: %s', async (_, pimMode, expected) => {
    const mapping = (served: mib.Mib) =>
      served.set(`1.3.6.1.2.1.157.1.13.1.7.2.1.4.239.0.0.0.8.1.4.10.0.0.2`, mib.integer(pimMode));
    expect((await notForwarding(GROUPS.asm4, [listener, mapping])).source).toEqual(expected);
  });
});

/** [round trips, interfaces that are notForwarding] of a query that is new, and of the same one again. */
async function tripsOf(
  links: number,
  sources: number,
  listening: readonly number[],
  wanting: readonly number[] = listening,
): Promise<[number, number[]][]> {
  const indexes = Array.from({ length: links }, (_, i) => i + 5);
  const counted = { inMulticastPackets: '1', outMulticastPackets: '2' };
  const interfaces = [2, 3, 4, ...indexes].map((index) => ({ ...link(index), ...counted }));
  const served = mibOf({ ...ROUTER, interfaces }, MIBS);
  for (const index of listening) {
    const others = Array.from({ length: sources }, (_, i): [string, number] => [`10.9.${i}.2`, 60]);
    const own: [string, number][] = wanting.includes(index) ? [[SOURCE[4], 60]] : [];
    mgmd(GROUPS.asm4, index, 'include', [...others, ...own])(served);
  }
  await using agent = await Agent.start({ mib: served, delayMs: 20 });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  try {
    await reader.readInterfaces(new AbortController().signal);
    const trips: [number, number[]][] = [];
    for (let i = 0; i < 2; i++) {
      agent.reset();
      const query = { family: 4, group: GROUPS.asm4, source: SOURCE[4] } as const;
      const { routes = [] } = await reader.readForwarding(query, AbortSignal.timeout(4000));
      const outgoing = routes.find(({ source }) => source !== null)?.outgoing ?? [];
      const found = outgoing.filter(({ state }) => state === 'notForwarding').map(({ index }) => index);
      trips.push([agent.roundTrips, found.sort((a, b) => a - b)]);
    }
    return trips;
  } finally {
    await reader.close();
  }
}

describe('round trips', () => {
  const few = (count: number) => count <= 3;

  test('lists of sources cost none, however long', async () => {
    const all = Array.from({ length: 9 }, (_, i) => i + 5);
    expect(await tripsOf(9, 50, all)).toEqual([
      [expect.toSatisfy(few), all],
      [1, all],
    ]);
  });

  test('no more than four PDUs go at the same time', async () => {
    const all = Array.from({ length: 36 }, (_, i) => i + 5);
    expect(await tripsOf(36, 50, all, [7, 20, 40])).toEqual([
      [expect.toSatisfy(few), [7, 20, 40]],
      [expect.toSatisfy(few), [7, 20, 40]],
    ]);
  });

  test('on a router with more links those with listeners are found first', async () => {
    const some = [7, 44, 80];
    expect(await tripsOf(97, 5, some)).toEqual([
      [expect.toSatisfy(few), some],
      [1, some],
    ]);
  });
});
