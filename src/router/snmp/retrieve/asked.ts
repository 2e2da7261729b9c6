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

/** Rows of one column: beyond that an agent is in circles, or would use up our memory. */
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

/** All that is below one name. */
export class Column implements Asked {
  readonly root: Oid;
  readonly found: Varbind[] = [];
  cursor: Oid;
  isDone = false;
  /** Names that were there, once the agent is known not to keep the order. */
  #seen: Set<Oid> | undefined;

  constructor(root: Oid) {
    this.root = root;
    this.cursor = root;
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
    if (this.found.length >= MOST_ROWS) {
      this.isDone = true;
      return `has more than ${MOST_ROWS} rows below ${this.root}: the rest was not read`;
    }
    return isForward ? undefined : `has its rows below ${this.root} out of order`;
  }
}
