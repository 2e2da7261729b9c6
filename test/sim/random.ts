/** Chance from a seed: the same seed, the same network. Nothing here is good enough for secrets. */

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A generator of its own for one part of the network, so that a change to one part leaves the others as they were. */
  fork(label: number): Random {
    return new Random(Math.imul(this.#state ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(label + 1, 0xc2b2ae35));
  }

  /** 0 (included) to 1 (excluded). mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** 0 (included) to `limit` (excluded). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(some: readonly T[]): T {
    if (some.length === 0) throw new Error('nothing to pick from');
    return some[this.below(some.length)]!;
  }

  /** Each of 0 to `limit` (excluded) with this probability. */
  some(limit: number, probability: number): number[] {
    return [...Array(limit).keys()].filter(() => this.chance(probability));
  }

  shuffled<T>(some: readonly T[]): T[] {
    const rest = [...some];
    for (let i = rest.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [rest[i], rest[j]] = [rest[j]!, rest[i]!];
    }
    return rest;
  }

  /** A counter as a router tells it: decimal, of any magnitude up to 2^64-2; `null` = it does not tell. */
  count(): string | null {
    if (this.chance(0.15)) return null;
    const bits = BigInt(this.below(64));
    const value = (BigInt(Math.floor(this.next() * 2 ** 32)) << 32n) | BigInt(Math.floor(this.next() * 2 ** 32));
    const cut = value >> bits;
    return (cut === 0xffff_ffff_ffff_ffffn ? 0n : cut).toString();
  }
}
