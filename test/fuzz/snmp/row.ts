/** Rows as agents have them, made of what this world knows: an index and values of the right kinds, sometimes the odd ones. */
import { parseAddress } from '../../../src/wire/address.ts';
import * as mib from '../../support/snmp/mib.ts';
import { encodeValue, type Value } from '../../support/snmp/mib.ts';
import type { Random } from '../random.ts';
import type { Event } from './input.ts';
import { type IndexPart, TABLES, type ValueKind } from './tables.ts';
import { ADDRESSES, GROUPS, SOURCES } from './world.ts';

export type RowEvent = Extract<Event, { kind: 'row' }>;

type Family = 4 | 6;

const IF_INDEXES = [1, 2, 3, 3, 2, 77, 0, 0x7fffffff, 0x80000000];
const SMALL = [1, 2, 3, 4, 5, 6, 7, 8];
const LENGTHS: Readonly<Record<Family, readonly number[]>> = {
  4: [32, 32, 24, 8, 16, 4, 0, 25, 33],
  6: [128, 128, 64, 16, 8, 0, 32, 65, 129],
};
const INTEGERS = [1, 2, 3, 4, 5, 8, 10, 13, 0, 64, 255, 256, 1500, -1, 0x7fffffff, -0x80000000];
const GAUGES = [0, 1, 4, 8, 16, 24, 30, 32, 64, 126, 128, 192, 0xffffffff];
const COUNTS = [0n, 1n, 5000n, 0xffffffffn, 0x100000000n, (1n << 64n) - 1n];
const TICKS = [1_000_000, 0, 1, 100, 0xffffffff, 999_000, 1_000_100];
const TEXTS = ['eth0', '', 'lo', 'Corporate', '\n', 'x'.repeat(120), '\u{1F600}', '"'];
const OBJECT_IDS = ['1.3.6.1.4.1.8072.3.2.10', '1.3.6.1.4.1.9.1.1', '0.0'];

export function anyRow(random: Random): RowEvent {
  return rowOf(random.below(TABLES.length), random);
}

export function rowOf(table: number, random: Random): RowEvent {
  const { index, columns } = TABLES[table]!;
  const family = random.oneIn(2) ? 4 : 6;
  const own = index.flatMap((part) => indexPart(part, family, random));
  const values = columns.map(([, kind]) => (random.oneIn(12) ? undefined : valueFor(kind, family, random)));
  return { kind: 'row', table, index: own, values };
}

function indexPart(part: IndexPart, family: Family, random: Random): number[] {
  switch (part) {
    case 'ifIndex':
      return [random.pick(IF_INDEXES)];
    case 'version':
      return [family === 4 ? 1 : 2];
    case 'group':
      return inet(octetsOf(groupOf(family, random)), random);
    case 'source':
      return random.oneIn(4) ? [0, 0] : inet(octetsOf(random.pick(SOURCES[family])), random);
    case 'address':
      return random.oneIn(16) ? [0, 0] : inet(octetsOf(random.pick(ADDRESSES[family])), random);
    case 'counted':
      return inet(octetsOf(random.pick(SOURCES[family])), random).slice(1);
    case 'group4':
      return octetsOf(groupOf(4, random));
    case 'group6':
      return octetsOf(groupOf(6, random));
    case 'source4':
      return octetsOf(random.pick(SOURCES[4]));
    case 'address4':
      return octetsOf(random.pick(ADDRESSES[4]));
    case 'mask':
      return maskOf(random.pick(LENGTHS[4]));
    case 'prefixLength':
      return [random.pick(LENGTHS[family])];
    case 'policy':
      return [2, 0, 0];
    case 'language':
      return random.oneIn(2) ? [2, 101, 110] : [0];
    case 'zero':
      return [0];
    case 'one':
      return [1];
    case 'small':
      return [random.pick(SMALL)];
  }
}

export function valueFor(kind: ValueKind, family: Family, random: Random): Uint8Array {
  return encodeValue(plainValue(kind, family, random));
}

function plainValue(kind: ValueKind, family: Family, random: Random): Value {
  switch (kind) {
    case 'ifIndex':
      return mib.integer(random.pick(IF_INDEXES));
    case 'integer':
      return mib.integer(random.oneIn(2) ? random.pick(SMALL) : random.pick(INTEGERS));
    case 'gauge':
      return mib.gauge32(random.pick(GAUGES));
    case 'ticks':
      return mib.timeTicks(random.pick(TICKS));
    case 'count':
      return mib.counter32(Number(BigInt.asUintN(32, random.pick(COUNTS))));
    case 'longCount':
      return mib.counter64(random.pick(COUNTS));
    case 'ipAddress':
      return mib.ipAddress(random.pick(ADDRESSES[4]));
    case 'mask':
      return mib.ipAddress(maskOf(random.pick(LENGTHS[4])).join('.'));
    case 'octets':
      return mib.octets(...(random.oneIn(16) ? [] : octetsOf(random.pick(ADDRESSES[family]))), ...zone(random));
    case 'text':
      return mib.text(random.pick(TEXTS));
    case 'prefixRow':
      return mib.pointer(`1.3.6.1.2.1.4.32.1.5.2.1.4.10.1.0.0.${random.pick(LENGTHS[family])}`);
    case 'objectId':
      return mib.pointer(random.pick(OBJECT_IDS));
  }
}

/** InetAddressType, the number of octets, the octets; now and then with a zone. */
function inet(octets: readonly number[], random: Random): number[] {
  const type = octets.length === 4 ? 1 : 2;
  const behind = zone(random);
  return [behind.length === 0 ? type : type + 2, octets.length + behind.length, ...octets, ...behind];
}

function zone(random: Random): number[] {
  return random.oneIn(16) ? [0, 0, 0, 3] : [];
}

/** One that is asked for, or any. */
function groupOf(family: Family, random: Random): string {
  return random.oneIn(2) ? GROUPS[family][random.below(2)]! : random.pick(GROUPS[family]);
}

function maskOf(length: number): number[] {
  return Array.from({ length: 4 }, (_, at) => (0xff00 >> Math.min(8, Math.max(0, length - at * 8))) & 0xff);
}

function octetsOf(text: string): number[] {
  return [...parseAddress(text)!];
}
