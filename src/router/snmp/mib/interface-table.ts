/** Interfaces and their counters: IF-MIB (RFC 2863). Only of those that matter: a switch has thousands. */
import type { Oid } from './oid.ts';
import type { Question } from './question.ts';
import type { Count } from './route-table.ts';
import { counterOf, integerOf, type SnmpValue, textOf } from './varbind.ts';

export interface InterfaceRow {
  readonly index: number;
  /** ifName; ifDescr where there is none; the number where there is neither. */
  readonly name: string;
  readonly mtu: number | undefined;
}

export interface InterfaceCounts {
  readonly index: number;
  readonly inMulticast: Count | null;
  readonly outMulticast: Count | null;
  /** sysUpTime when they last started anew; `undefined`: with the agent, or not told. */
  readonly discontinuityTime: number | undefined;
}

const IF_TABLE: Oid = '1.3.6.1.2.1.2.2.1';
const IF_X_TABLE: Oid = '1.3.6.1.2.1.31.1.1.1';
const IF_DESCR: Oid = `${IF_TABLE}.2`;
const IF_MTU: Oid = `${IF_TABLE}.4`;
const IF_NAME: Oid = `${IF_X_TABLE}.1`;

/** ifHCInMulticastPkts, ifHCOutMulticastPkts */
const COUNTERS_64: readonly Oid[] = [`${IF_X_TABLE}.8`, `${IF_X_TABLE}.12`];
/** ifInMulticastPkts, ifOutMulticastPkts */
const COUNTERS_32: readonly Oid[] = [`${IF_X_TABLE}.2`, `${IF_X_TABLE}.4`];
const DISCONTINUITY_TIME: Oid = `${IF_X_TABLE}.19`;

export function interfaceRows(indexes: readonly number[]): Question<readonly InterfaceRow[]> {
  return {
    wants: indexes.flatMap((index) =>
      [IF_NAME, IF_DESCR, IF_MTU].map((column) => ({ kind: 'instance', oid: `${column}.${index}` }) as const),
    ),
    parse: (found) =>
      indexes.map((index) => ({
        index,
        name:
          textOf(found.value(`${IF_NAME}.${index}`)) ?? textOf(found.value(`${IF_DESCR}.${index}`)) ?? String(index),
        mtu: integerOf(found.value(`${IF_MTU}.${index}`), 1, 0x7fffffff),
      })),
  };
}

/** @param wide those with counters of 64 bits: the slower interfaces of a router need not have them (RFC 2863 §3.1.6) */
export function interfaceCounts(
  indexes: readonly number[],
  wide: ReadonlySet<number>,
): Question<readonly InterfaceCounts[]> {
  const columnsOf = (index: number) => (wide.has(index) ? COUNTERS_64 : [...COUNTERS_32, DISCONTINUITY_TIME]);
  return {
    wants: indexes.flatMap((index) =>
      columnsOf(index).map((column) => ({ kind: 'instance', oid: `${column}.${index}` }) as const),
    ),
    parse: (found) =>
      indexes.map((index): InterfaceCounts => {
        const bits = wide.has(index) ? 64 : 32;
        const [inMulticast, outMulticast, discontinuity] = columnsOf(index).map((column) =>
          found.value(`${column}.${index}`),
        );
        return {
          index,
          inMulticast: countOf(inMulticast, bits),
          outMulticast: countOf(outMulticast, bits),
          discontinuityTime: integerOf(discontinuity, 1, 0xffffffff),
        };
      }),
  };
}

/** Which of them have counters of 64 bits. */
export function wideInterfaces(indexes: readonly number[]): Question<ReadonlySet<number>> {
  const counts = interfaceCounts(indexes, new Set(indexes));
  return {
    wants: counts.wants,
    parse: (found) => {
      const wide = counts.parse(found).filter((one) => one.inMulticast !== null || one.outMulticast !== null);
      return new Set(wide.map(({ index }) => index));
    },
  };
}

function countOf(value: SnmpValue | undefined, bits: Count['bits']): Count | null {
  const count = counterOf(value);
  return count === undefined ? null : { value: count, bits };
}
