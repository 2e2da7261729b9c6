/**
 * The loop, after libFuzzer: take an entry of the corpus, change it, run it; when it reached a block of code, a number of
 * times, or an outcome that none has before, it is made as small as it can be and kept.
 */
import { createHash } from 'node:crypto';
import { Random } from './random.ts';
import type { Target } from './target.ts';
import type { Watchdog } from './watchdog.ts';

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
  readonly #target: Target;
  readonly #blocks: Blocks;
  /** For each block and outcome, the bits of `timesBit` that were seen. */
  readonly #seen: Uint8Array;
  readonly #outcomes = new Map<string, number>();
  readonly #run: Uint32Array;

  readonly #watchdog: Watchdog | undefined;
  readonly #bitOf: (count: number) => number;

  constructor(target: Target, seed: number, watchdog?: Watchdog, bitOf = timesBit) {
    this.#watchdog = watchdog;
    this.#bitOf = bitOf;
    this.#random = new Random(seed);
    this.#target = target;
    this.#blocks = (globalThis as unknown as { fuzzBlocks: Blocks }).fuzzBlocks;
    this.#run = this.#blocks.counters.subarray(0, this.#blocks.size + MOST_OUTCOMES);
    this.#seen = new Uint8Array(this.#run.length);
  }

  /**
   * Runs an input as it is, and keeps it when it is new in some way.
   * @param isSmall it was made as small as it can be before
   */
  async add(input: Uint8Array, isSmall = false): Promise<Finding | undefined> {
    const error = await this.#execute(input);
    if (error !== undefined) {
      const isSame = async (one: Uint8Array) => (await this.#execute(one)) !== undefined;
      return { input: await this.#smaller(input, isSame), error };
    }
    const fresh = this.#fresh();
    if (fresh.length === 0) return undefined;
    const isAsGood = async (one: Uint8Array) => {
      if ((await this.#execute(one)) !== undefined) return false;
      return fresh.every(({ at, bit }) => this.#run[at] !== 0 && this.#bitOf(this.#run[at]!) === bit);
    };
    const small = isSmall ? input : await this.#smaller(input, isAsGood);
    await this.#execute(small);
    for (const { at, bit } of this.#fresh()) this.#seen[at]! |= bit;
    this.corpus.push(small);
    return undefined;
  }

  /** One more execution of something new. */
  async step(): Promise<Finding | undefined> {
    const random = this.#random;
    // What came last is where the news is; of two, the short one is run in less time.
    const from = random.oneIn(2) ? 0 : Math.floor(this.corpus.length * 0.8);
    const one = this.corpus[from + random.below(this.corpus.length - from)]!;
    const other = random.pick(this.corpus);
    const [input, donor] = one.length <= other.length ? [one, other] : [other, one];
    return this.add(this.#target.mutate(input, donor, random));
  }

  /** Blocks reached, of all that there are, by file; and the lines of those that were not. */
  coverage() {
    const modules = this.#blocks.modules.filter(({ name }) => this.#target.covers.test(name));
    return modules.map(({ name, base, lines }) => {
      const missed = lines.filter((_, i) => this.#seen[base + i] === 0);
      return { name, blocks: lines.length, reached: lines.length - missed.length, missed };
    });
  }

  get outcomes(): string[] {
    return [...this.#outcomes.keys()];
  }

  async #execute(input: Uint8Array): Promise<Error | undefined> {
    this.executions++;
    this.#target.prepare(input);
    this.#watchdog?.begins(input);
    this.#run.fill(0);
    try {
      const running = this.#target.run(input, (outcome) => this.#see(outcome));
      if (running !== undefined) await running;
      return undefined;
    } catch (error) {
      return error as Error;
    } finally {
      this.#watchdog?.ends();
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

  /** Without the parts that it can do without; deterministic. */
  async #smaller(input: Uint8Array, isAsGood: (input: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
    let best = input;
    for (let part = 0; ; ) {
      const candidate = this.#target.withoutPart(best, part);
      if (candidate === undefined) return best;
      if (await isAsGood(candidate)) best = candidate;
      else part++;
    }
  }
}

/** The entries that together reach all that the corpus reaches: shortest first, or longest, of which fewer are enough. */
export async function minimised(corpus: readonly Uint8Array[], target: Target): Promise<Uint8Array[]> {
  const { keepsFew = false } = target;
  const fuzzer = new Fuzzer(target, 0, undefined, keepsFew ? () => 1 : coarseTimesBit);
  const order = keepsFew ? -1 : 1;
  for (const input of corpus.toSorted((a, b) => order * (a.length - b.length))) await fuzzer.add(input);
  return fuzzer.corpus;
}

export function nameOf(input: Uint8Array): string {
  return createHash('sha256').update(input).digest('hex').slice(0, 12);
}
