/**
 * The loop, after libFuzzer: take an entry of the corpus, change it, run it; when it reached a block of code, a number of
 * times, or an outcome that none has before, it is made as small as it can be and kept.
 */
import { createHash } from 'node:crypto';
import { decode, encode } from './input.ts';
import { live, prepare } from './life.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';

/** What test/fuzz/instrument.mjs puts there. */
interface Blocks {
  readonly counters: Uint32Array;
  readonly modules: readonly { readonly name: string; readonly base: number; readonly lines: readonly number[] }[];
  readonly size: number;
}

/** Outcomes are counted behind the blocks. */
const MOST_OUTCOMES = 2048;

export interface Finding {
  readonly input: Uint8Array;
  readonly error: Error;
}

/** How often: once, twice, to 3, 7, 15, 31, 127, and more. One bit each. */
function timesBit(count: number): number {
  if (count <= 3) return 1 << (count - 1);
  return count < 8 ? 8 : count < 16 ? 16 : count < 32 ? 32 : count < 128 ? 64 : 128;
}

/** For what is kept in the repository: once, a few times, often. */
function coarseTimesBit(count: number): number {
  return count === 1 ? 1 : count < 16 ? 2 : 4;
}

export class Fuzzer {
  readonly corpus: Uint8Array[] = [];
  executions = 0;
  readonly #random: Random;
  readonly #families: readonly (4 | 6)[];
  readonly #blocks: Blocks;
  /** For each block and outcome, the bits of `timesBit` that were seen. */
  readonly #seen: Uint8Array;
  readonly #outcomes = new Map<string, number>();
  readonly #run: Uint32Array;

  readonly #bitOf: (count: number) => number;

  constructor(seed: number, families: readonly (4 | 6)[], bitOf = timesBit) {
    this.#bitOf = bitOf;
    this.#random = new Random(seed);
    this.#families = families;
    this.#blocks = (globalThis as unknown as { fuzzBlocks: Blocks }).fuzzBlocks;
    this.#run = this.#blocks.counters.subarray(0, this.#blocks.size + MOST_OUTCOMES);
    this.#seen = new Uint8Array(this.#run.length);
  }

  /** Runs an input as it is, and keeps it when it is new in some way. */
  add(input: Uint8Array): Finding | undefined {
    const error = this.#execute(input);
    if (error !== undefined) return { input: this.#smaller(input, (one) => this.#execute(one) !== undefined), error };
    const fresh = this.#fresh();
    if (fresh.length === 0) return undefined;
    const isAsGood = (one: Uint8Array) => {
      if (this.#execute(one) !== undefined) return false;
      return fresh.every(({ at, bit }) => this.#run[at] !== 0 && this.#bitOf(this.#run[at]!) === bit);
    };
    const small = this.#smaller(input, isAsGood);
    this.#execute(small);
    for (const { at, bit } of this.#fresh()) this.#seen[at]! |= bit;
    this.corpus.push(small);
    return undefined;
  }

  /** One more execution of something new. */
  step(): Finding | undefined {
    const random = this.#random;
    // What came last is where the news is; of two, the short one is run in less time.
    const from = random.oneIn(2) ? 0 : Math.floor(this.corpus.length * 0.8);
    const one = this.corpus[from + random.below(this.corpus.length - from)]!;
    const other = random.pick(this.corpus);
    const [input, donor] = one.length <= other.length ? [one, other] : [other, one];
    return this.add(mutate(input, donor, random, this.#families));
  }

  /** Blocks reached, of all that there are, by file; and the lines of those that were not. */
  coverage() {
    return this.#blocks.modules.map(({ name, base, lines }) => {
      const missed = lines.filter((_, i) => this.#seen[base + i] === 0);
      return { name, blocks: lines.length, reached: lines.length - missed.length, missed };
    });
  }

  get outcomes(): string[] {
    return [...this.#outcomes.keys()];
  }

  #execute(input: Uint8Array): Error | undefined {
    this.executions++;
    const life = decode(input);
    prepare(life);
    this.#run.fill(0);
    try {
      live(life, (outcome) => this.#see(outcome));
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  #see(outcome: string): void {
    let index = this.#outcomes.get(outcome);
    if (index === undefined) {
      index = this.#outcomes.size;
      this.#outcomes.set(outcome, index);
    }
    const at = this.#blocks.size + Math.min(index, MOST_OUTCOMES - 1);
    this.#run[at] = 1;
  }

  #fresh(): { readonly at: number; readonly bit: number }[] {
    const fresh: { at: number; bit: number }[] = [];
    for (let at = 0; at < this.#run.length; at++) {
      const count = this.#run[at]!;
      if (count === 0) continue;
      const bit = this.#bitOf(count);
      if ((this.#seen[at]! & bit) === 0) fresh.push({ at, bit });
    }
    return fresh;
  }

  /** Without the events that it can do without; deterministic. */
  #smaller(input: Uint8Array, isAsGood: (input: Uint8Array) => boolean): Uint8Array {
    let best = decode(input);
    for (let at = best.events.length - 1; at >= 0; at--) {
      const candidate = { ...best, events: best.events.toSpliced(at, 1) };
      if (isAsGood(encode(candidate))) best = candidate;
    }
    return encode(best);
  }
}

/** The entries that together reach all that the corpus reaches, shortest first. */
export function minimised(corpus: readonly Uint8Array[], families: readonly (4 | 6)[]): Uint8Array[] {
  const fuzzer = new Fuzzer(0, families, coarseTimesBit);
  for (const input of corpus.toSorted((a, b) => a.length - b.length)) fuzzer.add(input);
  return fuzzer.corpus;
}

export function nameOf(input: Uint8Array): string {
  return createHash('sha256').update(input).digest('hex').slice(0, 12);
}
