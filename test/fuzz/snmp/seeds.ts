/** Where the fuzzer begins: the routers of the lab in each of the MIBs, whole rows of every table, and each fault once. */
import { labSnapshot } from '../../support/lab-network.ts';
import {
  type Binding,
  counter32,
  counter64,
  encodeValue,
  gauge32,
  integer,
  ipAddress,
  octets,
  partsOf,
  pointer,
  text,
  timeTicks,
  type Value,
} from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';
import { Random } from '../random.ts';
import { FAULTS } from './agent.ts';
import { type Event, encode, Option } from './input.ts';
import { type RowEvent, rowOf } from './row.ts';
import { COLUMNS, TABLES } from './tables.ts';
import { OTHER_READS, QUERIES } from './world.ts';

const MIBS: readonly RouterMibs[] = [
  { routes: 'IPMCAST', pim: 'standard', addresses: 'current', unicast: 'inetCidr', counters: 64 },
  { routes: 'IPMROUTE', pim: 'experimental', addresses: 'old', unicast: 'ipCidr', counters: 32 },
  {
    routes: 'experimental',
    pim: 'standard',
    addresses: 'old',
    unicast: 'ipRoute',
    counters: 32,
    sharedMask: '255.255.255.255',
  },
  { routes: 'none', pim: 'none', addresses: 'current', unicast: 'inetCidr', counters: 64 },
];
const READS: readonly Event[] = [...OTHER_READS, ...QUERIES].map((_, what) => ({ kind: 'read', what }));
/** Those that most of the tables are for. */
const SOME_READS = READS.slice(0, 5);

export function seeds(): Uint8Array[] {
  const random = new Random(1);
  const routers = MIBS.flatMap((mibs) => ([1, 4] as const).map((n) => rowsOf(mibOf(labSnapshot(n), mibs).bindings)));
  return [
    ...routers.flatMap((rows) => [0, Option.V1].map((options) => ({ options, events: [...rows, ...READS] }))),
    ...TABLES.map((_, table) => {
      const more = [0, 1, 2, 3].map(() => rowOf(table, random));
      return { options: 0, events: [...routers[table % routers.length]!, ...more, ...SOME_READS] };
    }),
    ...COMBINED.flatMap((rows) =>
      [0, 1, 2, 3].map((n) => ({ options: 0, events: [...routers[2 * n]!, ...rows.map(rowAt), ...READS] })),
    ),
    ...routers.map((rows) => ({ options: 0, events: [...rows, ...COUNTING] })),
    ...FAULTS.map((_, which) => {
      const faults = [0, 1, 2].map((): Event => {
        return { kind: 'fault', which, column: random.below(COLUMNS.length), how: random.below(256) };
      });
      return { options: 0, events: [...routers[which % routers.length]!, READS[0]!, ...faults, ...SOME_READS] };
    }),
  ].map(encode);
}

type PlainRow = readonly [table: string, index: string, values: Readonly<Record<number, Value>>];

/** What only rows that belong together show. */
const COMBINED: readonly (readonly PlainRow[])[] = [
  // Several RPs of a BSR, one of which has the better priority; and an embedded one.
  [
    ...['10.0.0.1', '10.0.0.3', '10.0.0.4'].map(
      (rp): PlainRow => ['pimGroupMappingTable', `4.1.4.239.1.0.0.16.1.4.${rp}`, { 7: integer(3), 8: gauge32(1) }],
    ),
    ['pimBsrElectedBSRRPSetTable', '1.4.239.1.0.0.16.4.10.0.0.1', { 6: gauge32(192) }],
    ['pimBsrElectedBSRTable', '1.0', { 3: octets(10, 0, 0, 1), 5: gauge32(24) }],
    ['pimStaticRPTable', '1.4.239.0.0.0.8', { 6: integer(1) }],
    ['pimGroupMappingTable', `6.2.16.255.112.${'0.'.repeat(13)}0.12.0.0`, { 7: integer(3), 8: gauge32(1) }],
  ],
  // Listeners on a link whose Designated Router it is, by each of the MIBs.
  ...[
    ['mgmdRouterInterfaceTable', '3.1', 'mgmdRouterCacheTable', '1.4.232.1.1.1.3'],
    ['igmpInterfaceTable', '3', 'igmpCacheTable', '232.1.1.1.3'],
    ['experimental igmpInterfaceTable', '3', 'experimental igmpCacheTable', '232.1.1.1.3'],
    ['mldInterfaceTable', '3', 'mldCacheTable', '255.62.0.0.0.0.0.0.0.0.0.0.0.1.0.1.3'],
  ].map(([interfaces = '', link = '', cache = '', listener = '']): readonly PlainRow[] => [
    [interfaces, link, { 3: integer(1), 5: integer(1) }],
    [cache, listener, { 3: integer(2), 5: timeTicks(100), 10: integer(1) }],
    ['mgmdRouterSrcListTable', '1.4.232.1.1.1.3.4.10.1.0.2', { 5: timeTicks(100) }],
    ['pimInterfaceTable', '3.1', { 6: octets(10, 12, 0, 1) }],
    ['pimInterfaceTable', '3.2', { 6: octets(0xfd, 0, 0, 0x12, ...Array(11).fill(0), 1) }],
    ['pimSGTable', '1.4.232.1.1.1.4.10.1.0.2', { 6: integer(1), 23: integer(3) }],
    ['pimSGRptTable', '1.4.232.1.1.1.4.10.1.0.2', { 3: integer(2) }],
  ]),
  // A path by way of another one, and prefixes of more than 64 bits.
  [
    ['inetCidrRouteTable', '1.4.172.16.1.128.25.2.0.0.1.4.10.1.0.9', { 7: integer(0), 8: integer(4), 9: integer(14) }],
    [
      'inetCidrRouteTable',
      `2.16.32.1.13.184.0.0.0.1.0.2.0.0.0.0.0.0.80.2.0.0.2.16.253.0.0.1.${'0.'.repeat(11)}9`,
      { 7: integer(2), 8: integer(4), 9: integer(14) },
    ],
  ],
  // Boundaries with names, and the columns that Cisco adds.
  [
    ['ipMcastBoundaryTable', '3.1.4.239.0.0.0.8', { 8: integer(1) }],
    ['ipMcastScopeNameTable', '1.4.239.0.0.0.8.2.101.110', { 5: text('Site'), 6: integer(1), 7: integer(1) }],
    ['ipMRouteBoundaryTable', '3.239.0.0.0.255.0.0.0', { 4: integer(1) }],
    ['ipMRouteScopeNameTable', '239.0.0.0.255.0.0.0.2.101.110', { 4: text('Site'), 5: integer(2), 6: integer(1) }],
    ['ciscoIpMRoute', '0', { 1: integer(1) }],
    ...['232.1.1.1', '239.1.1.1'].map(
      (group): PlainRow => [
        'ciscoIpMRouteTable',
        `${group}.10.1.0.2.255.255.255.255`,
        { 12: integer(1), 28: counter64(2n ** 40n) },
      ],
    ),
    ['system', '0', { 2: pointer('1.3.6.1.4.1.8072.3.2.10'), 3: timeTicks(1_000_000) }],
  ],
];

/** Counters that run over, or start anew with their row or with the agent; read in between. */
const COUNTING: readonly Event[] = [
  ...[4_294_967_000, 5, 3].flatMap((count, at): Event[] => [
    rowAt(['ifXTable', '2', { 1: text('up0'), 2: counter32(count), 4: counter32(count), 19: timeTicks(at * 100) }]),
    rowAt([
      'ipMRouteTable',
      '232.1.1.1.10.1.0.2.255.255.255.255',
      { 4: ipAddress('0.0.0.0'), 5: integer(2), 6: timeTicks(100_000 >> (8 * at)), 8: counter32(count) },
    ]),
    READS[4]!,
    { kind: 'pass', duration: 4 - at },
  ]),
  rowAt(['system', '0', { 3: timeTicks(100) }]),
  READS[4]!,
  READS[2]!,
];

function rowAt([name, index, values]: PlainRow): RowEvent {
  const table = TABLES.findIndex((one) => one.name === name);
  const { columns } = TABLES[table]!;
  return {
    kind: 'row',
    table,
    index: partsOf(index),
    values: columns.map(([number]) => values[number] && encodeValue(values[number])),
  };
}

/** Instances as rows of the tables that they are in. */
function rowsOf(bindings: readonly Binding[]): RowEvent[] {
  const rows = new Map<string, { kind: 'row'; table: number; index: number[]; values: (Uint8Array | undefined)[] }>();
  for (const { oid, value } of bindings) {
    for (const [table, { entry, columns }] of TABLES.entries()) {
      const root = partsOf(entry);
      const column = columns.findIndex(([number]) => number === oid[root.length]);
      if (column < 0 || root.some((part, at) => part !== oid[at])) continue;
      const index = oid.slice(root.length + 1);
      if (TABLES[table]!.index[0] === 'zero' && index.length !== 1) continue;
      const key = `${table} ${index}`;
      const row = rows.get(key) ?? { kind: 'row', table, index, values: columns.map(() => undefined) };
      row.values[column] = value;
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}
