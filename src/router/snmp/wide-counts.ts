/**
 * Counters of 32 bits as if they had 64: what has passed since the first reading goes on over their end. A counter that
 * falls has started again at zero, because it was full or because the agent or the row is a new one: which of them shows in
 * the time that it would have taken.
 */
import { LRUCache } from 'lru-cache';
import type { Count } from './mib/route-table.ts';

const REMEMBERED = 4096;
const MODULUS = 2n ** 32n;
/** Packets that 100 Gbit/s have room for. */
const MOST_PER_SECOND = 150_000_000;

interface Remembered {
  readonly last: bigint;
  /** What has been counted besides. */
  readonly base: bigint;
  readonly atMs: number;
}

export class WideCounts {
  readonly #remembered = new LRUCache<string, Remembered>({ max: REMEMBERED });

  /** @param key what is counted, the same from time to time */
  widen(key: string, { value, bits }: Count, nowMs: number): bigint {
    if (bits === 64) return value;
    const before = this.#remembered.get(key);
    const base = before === undefined ? 0n : baseOf(before, value, nowMs);
    this.#remembered.set(key, { last: value, base, atMs: nowMs });
    return base + value;
  }

  /** The agent has started again, and so have its counters. */
  forget(): void {
    this.#remembered.clear();
  }
}

function baseOf({ last, base, atMs }: Remembered, value: bigint, nowMs: number): bigint {
  if (value >= last) return base;
  const passed = Number(value + MODULUS - last);
  return passed <= ((nowMs - atMs) / 1000) * MOST_PER_SECOND ? base + MODULUS : 0n;
}
