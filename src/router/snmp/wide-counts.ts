/**
 * Counters of 32 bits as if they had 64: what has passed since the first reading goes on over their end. A counter that
 * falls was full, or has started anew: its row or its interface may tell when, else it shows in the time that filling it
 * would have taken. Readings of several traces may come in another order than they were made.
 */
import { LRUCache } from 'lru-cache';
import type { Count } from './mib/route-table.ts';
import type { Interval } from './mib/up-time.ts';

const REMEMBERED = 4096;
const BITS = 32;
/** Of the smallest packets on Gigabit Ethernet. What is faster has counters of 64 bits (RFC 2863 §3.1.6). */
const MOST_PER_SECOND = 1_500_000;
/** Between the agent's clock and ours. */
const TOLERANCE_MS = 5000;

interface Remembered extends Interval {
  readonly total: bigint;
  /** How often the agent had started. */
  readonly start: number;
}

export class WideCounts {
  readonly #remembered = new LRUCache<string, Remembered>({ max: REMEMBERED });
  #start = 0;

  /**
   * @param key what is counted, the same from time to time
   * @param at when it was read
   * @param startedMs when the counter started at zero, where that is known
   */
  widen(key: string, { value, bits }: Count, at: Interval, startedMs?: number): bigint {
    if (bits === 64) return value;
    const before = this.#remembered.get(key);
    const total = before === undefined || this.#isNew(before, value, startedMs) ? value : totalOf(before, value, at);
    const isOlder = before !== undefined && at.fromMs < before.toMs && total < before.total;
    if (!isOlder) this.#remembered.set(key, { total, ...at, start: this.#start });
    return total;
  }

  /** The agent has started again: counters that have fallen since have, too. Those of a kernel go on. */
  restarted(): void {
    this.#start++;
  }

  #isNew(before: Remembered, value: bigint, startedMs = Number.NEGATIVE_INFINITY): boolean {
    if (before.start < this.#start && value < lowBits(before.total)) return true;
    return startedMs > before.toMs + TOLERANCE_MS;
  }
}

function totalOf(before: Remembered, value: bigint, at: Interval): bigint {
  const passed = BigInt.asUintN(BITS, value - before.total);
  if (at.fromMs < before.toMs) {
    // Both were under way at the same time: this one may be the older.
    const total = before.total + BigInt.asIntN(BITS, value - before.total);
    return total < 0n ? value : total;
  }
  const isHigher = value >= lowBits(before.total);
  const seconds = (at.toMs - before.fromMs) / 1000;
  return isHigher || Number(passed) <= seconds * MOST_PER_SECOND ? before.total + passed : value;
}

function lowBits(total: bigint): bigint {
  return BigInt.asUintN(BITS, total);
}
