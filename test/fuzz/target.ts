/** What is fuzzed, and how its inputs are made. */
import type { Random } from './random.ts';

/** Tells an outcome by its name: what is looked at besides the blocks of code that were run. */
export type See = (outcome: string) => void;

export interface Target {
  readonly name: 'engine' | 'client' | 'snmp';
  /** Of the files whose blocks are counted, those that this target is about. */
  readonly covers: RegExp;
  readonly seeds: () => Uint8Array[];
  /** Throws, or rejects with, whatever shows that something is wrong. */
  readonly run: (input: Uint8Array, see: See) => void | Promise<void>;
  /** Does beforehand what other inputs may have done already, so that the blocks counted in a run are its own. */
  readonly prepare: (input: Uint8Array) => void;
  /** @param other another entry of the corpus, to take parts from */
  readonly mutate: (input: Uint8Array, other: Uint8Array, random: Random) => Uint8Array;
  /** The input without one of its parts: all that there are, the last part first. */
  readonly withoutPart: (input: Uint8Array, part: number) => Uint8Array | undefined;
  readonly print: (input: Uint8Array) => string;
  /** Of what is kept, few that reach much, where they take long to run; how often they reach it does not count. */
  readonly keepsFew?: boolean;
}
