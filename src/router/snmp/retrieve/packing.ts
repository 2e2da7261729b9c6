/** As few PDUs as fit. */

import { encodedOctets } from '../mib/oid.ts';
import { type Asked, Column, type Single } from './asked.ts';

/** Octets of a variable-bindings list, so that a message with its header, even SNMPv3's, stays within 1,500. */
const LIST_OCTETS = 1200;
/** Of a binding besides its name: types and lengths, and a value as long as a Counter64 or an IPv4 address. */
const BINDING_OCTETS = 14;
/** Of an index that is not known yet. */
const INDEX_OCTETS = 8;

export interface Pdu {
  /** Asked for once: what GetBulkRequest calls non-repeaters. */
  readonly once: readonly Asked[];
  readonly repeated: readonly Asked[];
  readonly repetitions: number;
}

/** Columns that are read side by side, row by row. */
export interface Table {
  readonly columns: readonly Column[];
  /** Rows to ask for, as far as they fit. */
  readonly rows: number;
}

interface Load extends Pdu {
  once: Asked[];
  repeated: Asked[];
  repetitions: number;
  onceOctets: number;
  /** Of one repetition. */
  rowOctets: number;
}

/** Where there is room for one more is looked for among the last few: of ten thousand all would take seconds. */
const LOOKED_AT = 4;

/** What is small enough to be read at once shares a PDU; of what is not there is as much in one as fits. */
export function packed(singles: readonly Single[], tables: readonly Table[]): Pdu[] {
  const loads: Load[] = [];
  const put = (item: Load): void => {
    const load = loads.slice(-LOOKED_AT).find((one) => octetsOfBoth(one, item) <= LIST_OCTETS);
    if (load === undefined) loads.push(item);
    else join(load, item);
  };
  for (const single of singles) put(onceOf([single]));
  for (const { columns, rows } of tables) {
    for (const part of inRows(columns)) {
      const rowOctets = sum(part.map(bindingOctets));
      const repetitions = Math.min(rows, rowsThatFit(rowOctets));
      put(repetitions === 1 ? onceOf(part) : { once: [], repeated: part, repetitions, onceOctets: 0, rowOctets });
    }
  }
  return loads;
}

/** Rows that one PDU has room for, at least one. */
export function rowsOfPdu(columns: readonly Column[]): number {
  return Math.min(...inRows(columns).map((part) => rowsThatFit(sum(part.map(bindingOctets)))));
}

function rowsThatFit(rowOctets: number): number {
  return Math.max(1, Math.floor(LIST_OCTETS / rowOctets));
}

/** Two PDUs with half of the names each; of one name alone with half of the repetitions. */
export function halved({ once, repeated, repetitions }: Pdu): Pdu[] {
  if (repetitions > 1) return [{ once, repeated, repetitions: Math.ceil(repetitions / 2) }];
  const names = [...once, ...repeated];
  const middle = Math.ceil(names.length / 2);
  return [names.slice(0, middle), names.slice(middle)].map((half) => ({ once: half, repeated: [], repetitions: 0 }));
}

function onceOf(once: Asked[]): Load {
  return { once, repeated: [], repetitions: 0, onceOctets: sum(once.map(bindingOctets)), rowOctets: 0 };
}

/** Parts of which at least one row fits. */
function inRows(columns: readonly Column[]): Column[][] {
  const parts: Column[][] = [];
  let octets = Number.POSITIVE_INFINITY;
  for (const column of columns) {
    octets += bindingOctets(column);
    if (octets > LIST_OCTETS) {
      parts.push([]);
      octets = bindingOctets(column);
    }
    parts.at(-1)?.push(column);
  }
  return parts;
}

function bindingOctets(asked: Asked): number {
  const isBeforeFirst = asked instanceof Column && asked.cursor === asked.root;
  return encodedOctets(asked.cursor) + (isBeforeFirst ? INDEX_OCTETS : 0) + BINDING_OCTETS;
}

function octetsOfBoth(a: Load, b: Load): number {
  const repetitions = Math.max(a.repetitions, b.repetitions);
  return a.onceOctets + b.onceOctets + (a.rowOctets + b.rowOctets) * repetitions;
}

function join(load: Load, item: Load): void {
  load.once.push(...item.once);
  load.repeated.push(...item.repeated);
  load.repetitions = Math.max(load.repetitions, item.repetitions);
  load.onceOctets += item.onceOctets;
  load.rowOctets += item.rowOctets;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
