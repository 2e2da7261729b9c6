/** How many rows each want had last time, so that the next one asks for as many as there will be, and one more. */
import { LRUCache } from 'lru-cache';
import type { Rows } from '../mib/question.ts';

/** Tables, and routes with their outgoing interfaces. */
const REMEMBERED = 1024;

export class RowCounts {
  readonly #counts = new LRUCache<string, number>({ max: REMEMBERED });

  expected(want: Rows): number {
    return this.#counts.get(keyOf(want)) ?? want.guess;
  }

  learn(want: Rows, count: number): void {
    this.#counts.set(keyOf(want), count);
  }
}

function keyOf({ columns, prefix }: Rows): string {
  return `${columns[0]}.${prefix}`;
}
