/** How many networks a property is tried on, and from which seed: both can be set from outside, for longer runs. */
import fc from 'fast-check';

/** As many times the usual number. */
const RUNS = Number(process.env.MTRACE2D_SIM_RUNS ?? 1);
/** For `vi.setConfig`: longer runs take longer. */
export const TIMEOUT_MS = 60_000 * Math.max(1, RUNS);
const SEED = Number(process.env.MTRACE2D_SIM_SEED ?? 8487);

/**
 * Fails with the seed, the shrunk counterexample, and what `explain` says of it.
 * @param check `undefined`: it holds; else what is wrong
 */
export function property<T>(
  usualRuns: number,
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => string | undefined,
): void {
  const holds = (value: T) => {
    const fault = check(value);
    if (fault !== undefined) throw new Error(fault);
  };
  fc.assert(fc.property(arbitrary, holds), { seed: SEED, numRuns: Math.ceil(usualRuns * RUNS) });
}
