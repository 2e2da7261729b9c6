/** Interfaces and their counters: IF-MIB (RFC 2863). Only of those that matter: a switch has thousands. */
import type { Oid } from './oid.ts';
import type { Question } from './question.ts';
import type { Count } from './route-table.ts';
import { counterOf, integerOf, textOf } from './varbind.ts';

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
}

const IF_TABLE: Oid = '1.3.6.1.2.1.2.2.1';
const IF_X_TABLE: Oid = '1.3.6.1.2.1.31.1.1.1';
const IF_DESCR: Oid = `${IF_TABLE}.2`;
const IF_MTU: Oid = `${IF_TABLE}.4`;
const IF_NAME: Oid = `${IF_X_TABLE}.1`;

export interface CounterColumns {
  readonly bits: 32 | 64;
  readonly in: Oid;
  readonly out: Oid;
}
/** ifHCInMulticastPkts, ifHCOutMulticastPkts */
export const COUNTERS_64: CounterColumns = { bits: 64, in: `${IF_X_TABLE}.8`, out: `${IF_X_TABLE}.12` };
/** ifInMulticastPkts, ifOutMulticastPkts */
export const COUNTERS_32: CounterColumns = { bits: 32, in: `${IF_X_TABLE}.2`, out: `${IF_X_TABLE}.4` };

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

export function interfaceCounts(
  indexes: readonly number[],
  columns: CounterColumns,
): Question<readonly InterfaceCounts[]> {
  const { bits } = columns;
  return {
    wants: indexes.flatMap((index) =>
      [columns.in, columns.out].map((column) => ({ kind: 'instance', oid: `${column}.${index}` }) as const),
    ),
    parse: (found) => {
      const count = (oid: Oid): Count | null => {
        const value = counterOf(found.value(oid));
        return value === undefined ? null : { value, bits };
      };
      return indexes.map((index) => ({
        index,
        inMulticast: count(`${columns.in}.${index}`),
        outMulticast: count(`${columns.out}.${index}`),
      }));
    },
  };
}
