/**
 * How often: a token bucket for each address. RFC 8487 §9.2, §9.5. The clock is the caller's. Bounded in memory: of more
 * addresses than the limit, the one that was heard of least recently is forgotten, and begins anew with a full bucket.
 */
import { type Address, addressKey } from '../wire/address.ts';

export interface Rate {
  readonly perSecond: number;
  /** What may come at once. At least 1. */
  readonly burst: number;
}

const ADDRESSES = 4096;
const ROUNDING_MS = 0.001;

export class TokenBuckets {
  /** What one datagram uses up, and how far ahead of the clock a burst may run. */
  readonly #eachMs: number;
  readonly #aheadMs: number;
  readonly #limit: number;
  /** When each address's bucket is full again; least recently heard of first. (A sum of tokens would gather rounding.) */
  readonly #fullMs = new Map<number | string, number>();

  constructor({ perSecond, burst }: Rate, limit = ADDRESSES) {
    this.#eachMs = 1000 / perSecond;
    this.#aheadMs = burst * this.#eachMs;
    this.#limit = limit;
  }

  /** @returns false: this one is over the limit */
  take(address: Address, nowMs: number): boolean {
    const key = addressKey(address);
    const fullMs = Math.max(this.#fullMs.get(key) ?? nowMs, nowMs);
    const nextMs = fullMs + this.#eachMs;
    const isWithin = nextMs - nowMs <= this.#aheadMs + ROUNDING_MS;
    this.#fullMs.delete(key);
    this.#fullMs.set(key, isWithin ? nextMs : fullMs);
    if (this.#fullMs.size > this.#limit) {
      const [oldest] = this.#fullMs.keys();
      if (oldest !== undefined) this.#fullMs.delete(oldest);
    }
    return isWithin;
  }
}
