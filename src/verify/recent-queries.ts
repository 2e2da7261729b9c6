/**
 * Queries of late, by (Mtrace2 Client Address, Query ID): a second one is a duplicate, RFC 8487 §4.1.1. The clock is the
 * caller's. Bounded in time and number: of more than the limit, the oldest is forgotten.
 */
import { type Address, addressKey } from '../wire/address.ts';

const QUERIES = 16_384;
const QUERY_IDS = 0x10000;

export class RecentQueries {
  readonly #rememberedMs: number;
  readonly #limit: number;
  /** When each one came, oldest first. */
  readonly #cameMs = new Map<number | string, number>();

  /** @param rememberedMs how long a Query ID may not come again: [Mtrace Reply Timeout] */
  constructor(rememberedMs: number, limit = QUERIES) {
    this.#rememberedMs = rememberedMs;
    this.#limit = limit;
  }

  has(client: Address, queryId: number, nowMs: number): boolean {
    const cameMs = this.#cameMs.get(keyOf(client, queryId));
    return cameMs !== undefined && nowMs - cameMs < this.#rememberedMs;
  }

  add(client: Address, queryId: number, nowMs: number): void {
    const key = keyOf(client, queryId);
    this.#cameMs.delete(key);
    this.#cameMs.set(key, nowMs);
    for (const [oldest, cameMs] of this.#cameMs) {
      if (this.#cameMs.size <= this.#limit && nowMs - cameMs < this.#rememberedMs) break;
      this.#cameMs.delete(oldest);
    }
  }
}

function keyOf(client: Address, queryId: number): number | string {
  const key = addressKey(client);
  return typeof key === 'number' ? key * QUERY_IDS + queryId : `${key}${String.fromCharCode(queryId)}`;
}
