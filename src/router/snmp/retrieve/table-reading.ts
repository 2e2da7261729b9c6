/**
 * One table under way, or the rows of one that begin with a prefix: in parts that are asked for at the same time, where it is
 * known from the last time, or from the MIB, what stands between them.
 */
import { compareOids, type Oid, suffixOf } from '../mib/oid.ts';
import type { Row, Rows } from '../mib/question.ts';
import type { SnmpValue } from '../mib/varbind.ts';
import { type Budget, Column, newBudget } from './asked.ts';
import type { Landmarks } from './landmarks.ts';
import { rowsOfPdu } from './packing.ts';

export interface Part {
  readonly columns: readonly Column[];
  /** Rows that there may be, and one more where its end is not known. */
  readonly rows: number;
}

export class TableReading {
  readonly want: Rows;
  readonly #mostRepetitions: number;
  readonly #budget: Budget = newBudget();
  #parts: readonly Part[];
  #rows: readonly Row[] | undefined;

  /**
   * @param known of the last time
   * @param mostRepetitions that a PDU can ask for
   */
  constructor(want: Rows, known: Landmarks | undefined, mostRepetitions: number) {
    this.want = want;
    this.#mostRepetitions = mostRepetitions;
    this.#parts =
      known === undefined
        ? [this.#part(undefined, undefined, want.guess + 1)]
        : this.#between(undefined, known.marks, known.step, known.count);
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  /** In the agent's order, columns joined by index. To be asked for when all is read. */
  get rows(): readonly Row[] {
    this.#rows ??= this.#joined();
    return this.#rows;
  }

  #joined(): Row[] {
    const rows = new Map<string, { readonly index: string; readonly values: (SnmpValue | undefined)[] }>();
    for (const { columns } of this.#parts) {
      for (const [at, { found }] of columns.entries()) {
        for (const { oid, value } of found) {
          const index = suffixOf(this.want.columns[at] as Oid, oid) as string;
          let row = rows.get(index);
          if (row === undefined) {
            row = { index, values: columns.map(() => undefined) };
            rows.set(index, row);
          }
          row.values[at] = value;
        }
      }
    }
    return [...rows.values()];
  }

  get isInOrder(): boolean {
    return this.#parts.every(({ columns }) => columns.every((column) => column.isInOrder));
  }

  /** The rest of the last part, divided where the MIB says that rows may be. What is divided is read no further. */
  divideRest(): readonly Part[] {
    const last = this.#parts.at(-1);
    const open = last?.columns.filter(({ isDone }) => !isDone) ?? [];
    const [first] = open;
    if (first === undefined || open.length !== last?.columns.length || !this.isInOrder) return [];
    const after = suffixOf(this.want.columns[0] as Oid, first.cursor) ?? this.want.prefix;
    const ahead = (this.want.waypoints ?? []).filter((mark) => compareOids(mark, after) > 0);
    if (ahead.length < 2 || first.cursor === first.root) return [];
    // Behind a waypoint there may be a row: that a part is over shows in what comes next.
    const divided = this.#between(after, ahead, 1, ahead.length, 1);
    for (const column of open) column.giveUp();
    this.#parts = [...this.#parts, ...divided];
    return divided;
  }

  /** Parts of as many rows as a PDU has room for, and `beyond` them, behind the row `after`. */
  #between(after: string | undefined, marks: readonly string[], step: number, count: number, beyond = 0): Part[] {
    // How long the names are shows in those that are known.
    const fitting = [after, marks.at(-1)].map((one) => rowsOfPdu(this.#part(one, undefined, 1).columns));
    const room = Math.min(this.#mostRepetitions, ...fitting) - beyond;
    const marksOfPart = Math.max(1, Math.floor(room / step));
    const parts: Part[] = [];
    let from = after;
    let left = count;
    for (let at = marksOfPart - 1; at < marks.length; at += marksOfPart) {
      parts.push(this.#part(from, marks[at], marksOfPart * step + beyond));
      from = marks[at];
      left -= marksOfPart * step;
    }
    return [...parts, this.#part(from, undefined, Math.max(0, left) + 1 + beyond)];
  }

  #part(after: string | undefined, last: string | undefined, rows: number): Part {
    const { columns, prefix } = this.want;
    const at = (column: Oid, index: string | undefined) => (index === undefined ? undefined : `${column}.${index}`);
    return {
      columns: columns.map(
        (column) =>
          new Column(prefix === '' ? column : `${column}.${prefix}`, {
            after: at(column, after),
            last: at(column, last),
            budget: this.#budget,
          }),
      ),
      rows,
    };
  }
}
