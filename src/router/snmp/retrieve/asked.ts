/** What has been asked for, as far as it has been answered: one name, or one column of rows. */
import { compareOids, type Oid, suffixOf } from '../mib/oid.ts';
import type { Varbind } from '../mib/varbind.ts';

export interface Asked {
  /** The name to ask behind. */
  readonly cursor: Oid;
  readonly isDone: boolean;
  /** @returns what is odd about them, in words that stay the same from time to time */
  accept(varbinds: readonly Varbind[]): string | undefined;
  /** There is nothing more to be had. */
  giveUp(): void;
}

/** Rows of one column, all its parts together: beyond that an agent is in circles, or would use up our memory. */
const MOST_ROWS = 100_000;

/** What comes next behind one name. */
export class Single implements Asked {
  readonly cursor: Oid;
  found: Varbind | undefined;
  isDone = false;

  constructor(cursor: Oid) {
    this.cursor = cursor;
  }

  accept([varbind]: readonly Varbind[]): string | undefined {
    if (varbind === undefined) return undefined;
    this.isDone = true;
    if (varbind.value === undefined) return undefined;
    if (compareOids(varbind.oid, this.cursor) <= 0) return `answers ${this.cursor} with what is before it`;
    this.found = varbind;
    return undefined;
  }

  giveUp(): void {
    this.isDone = true;
  }
}

/** What is left of the rows that there may be. */
export interface Budget {
  left: number;
}

export function newBudget(): Budget {
  return { left: MOST_ROWS };
}

export interface ColumnPart {
  /** The row behind which it begins; absent: with the first. */
  readonly after?: Oid | undefined;
  /** The row that it ends with, whether that is there or not; absent: with the last. */
  readonly last?: Oid | undefined;
  readonly budget: Budget;
}

/** All that is below one name, or a part of it. */
export class Column implements Asked {
  readonly root: Oid;
  readonly found: Varbind[] = [];
  cursor: Oid;
  isDone = false;
  readonly #part: ColumnPart;
  /** Names that were there, once the agent is known not to keep the order. */
  #seen: Set<Oid> | undefined;

  constructor(root: Oid, part: ColumnPart) {
    this.root = root;
    this.cursor = part.after ?? root;
    this.#part = part;
  }

  get isInOrder(): boolean {
    return this.#seen === undefined;
  }

  accept(varbinds: readonly Varbind[]): string | undefined {
    let oddity: string | undefined;
    for (const varbind of varbinds) {
      if (this.isDone) break;
      oddity = this.#acceptOne(varbind) ?? oddity;
    }
    return oddity;
  }

  giveUp(): void {
    this.isDone = true;
  }

  #acceptOne(varbind: Varbind): string | undefined {
    const { oid, value } = varbind;
    const isForward = compareOids(oid, this.cursor) > 0;
    if (value === undefined || suffixOf(this.root, oid) === undefined) {
      this.isDone = true;
      return value === undefined || isForward ? undefined : `answers ${this.root} with what is before it`;
    }
    const { last, budget } = this.#part;
    const beyond = last === undefined ? -1 : compareOids(oid, last);
    if (beyond >= 0) this.isDone = true;
    if (beyond > 0) return undefined;
    if (!isForward || this.#seen !== undefined) {
      this.#seen ??= new Set(this.found.map((one) => one.oid));
      if (this.#seen.has(oid)) {
        this.isDone = true;
        return `goes round in circles below ${this.root}`;
      }
      this.#seen.add(oid);
    }
    this.found.push(varbind);
    this.cursor = oid;
    if (--budget.left <= 0) {
      this.isDone = true;
      return `has more than ${MOST_ROWS} rows below ${this.root}: the rest was not read`;
    }
    return isForward ? undefined : `has its rows below ${this.root} out of order`;
  }
}
