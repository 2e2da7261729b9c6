/**
 * Reads the tables of NX-OS's JSON: `TABLE_x` has `ROW_x`, which is an object where there is one row, an array where
 * there are several; in some releases the table is the array. Values are text, numbers in some releases. Which tables
 * stand in which differs, so rows are found wherever they are, and have the values of the rows around them. Pure.
 */
import { entriesOf, memberOf, parseJson } from '../tools/json.ts';

/** One row: its own values, and those of the rows that it stands in. */
export interface Row {
  /** Empty for a member that is missing. */
  text(name: string): string | undefined;
  /** Rows of a table within this one. */
  rows(name: string): readonly Row[];
}

/** Tables within tables that anybody would print; below it is not looked. */
const DEPTH_LIMIT = 12;

/**
 * The document in an output, when that is JSON.
 * @returns `undefined` when it is text, be it an error of a release without JSON
 * @throws ReaderError when it is neither
 */
export function documentIn(output: string, command: string): unknown {
  return output.trimStart().startsWith('{') ? parseJson(output, command) : undefined;
}

export function rowsOf(document: unknown, name: string): Row[] {
  const found: Row[] = [];
  collect(document, `ROW_${name}`, () => undefined, found, 0);
  return found;
}

/** Of a row and of those around it; not copied, since a table may have as many rows as the row around it has values. */
type Values = Row['text'];

function collect(value: unknown, wanted: string, around: Values, found: Row[], depth: number): void {
  if (depth > DEPTH_LIMIT) return;
  for (const one of listOf(value)) {
    const values = valuesOf(one, around);
    for (const [key, member] of entriesOf(one)) {
      if (key === wanted) for (const row of listOf(member)) found.push(rowOf(row, values));
      else if (key.startsWith('TABLE_') || key.startsWith('ROW_')) collect(member, wanted, values, found, depth + 1);
    }
  }
}

function rowOf(row: unknown, around: Values): Row {
  return { text: valuesOf(row, around), rows: (name) => rowsOf(row, name) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function valuesOf(row: unknown, around: Values): Values {
  return (name) => valueIn(memberOf(row, name)) ?? around(name);
}

function valueIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  const isValue = typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value));
  return isValue ? String(value) : undefined;
}
