/**
 * Where the rows of a table were last time: so the next reading asks for its parts at the same time, for as many rows as there
 * will be, and one more. Of long tables only some rows are kept.
 */
import { LRUCache } from 'lru-cache';
import type { Rows } from '../mib/question.ts';

/** Tables, and routes with their outgoing interfaces. */
const REMEMBERED = 1024;
const MOST_MARKS = 32;

export interface Landmarks {
  readonly count: number;
  /** Rows by their index, in the agent's order: each `step`th, the last one only where it is one of these. */
  readonly marks: readonly string[];
  readonly step: number;
}

export class KnownTables {
  readonly #known = new LRUCache<string, Landmarks>({ max: REMEMBERED });

  /** `undefined`: it was not read before. */
  of(want: Rows): Landmarks | undefined {
    return this.#known.get(keyOf(want));
  }

  /** @param isInOrder whether the agent has kept its rows in order: of one that has not, nobody knows what is between two */
  learn(want: Rows, indexes: readonly string[], isInOrder: boolean): void {
    const step = Math.max(1, Math.ceil(indexes.length / MOST_MARKS));
    const marks = isInOrder ? indexes.filter((_, at) => (at + 1) % step === 0) : [];
    this.#known.set(keyOf(want), { count: indexes.length, marks, step });
  }
}

function keyOf({ columns, prefix }: Rows): string {
  return `${columns[0]}.${prefix}`;
}
