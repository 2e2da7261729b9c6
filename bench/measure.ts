/** Runs cases against a base in the same process, turn by turn, so that a noisy machine hits all alike. */
import { cpus } from 'node:os';

export interface Case {
  readonly name: string;
  /** One operation; its result is used, so that it is not optimised away. */
  readonly run: () => number;
}

const ROUNDS = 31;
const ROUND_MS = 25;

/** The first case is the base. Prints the median time of an operation and the median ratio to the base, round by round. */
export function compare(title: string, cases: readonly [Case, ...Case[]]): void {
  let sink = 0;
  const times: number[][] = cases.map(() => []);
  for (const { run } of cases) timed(run, 4 * ROUND_MS); // warm-up
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { run }] of cases.entries()) {
      const { nanoseconds, result } = timed(run, ROUND_MS);
      times[i]!.push(nanoseconds);
      sink += result;
    }
  }
  console.log(`${title} (median of ${ROUNDS} rounds${sink === 0 ? ', nothing read' : ''})`);
  for (const [i, { name }] of cases.entries()) {
    const ratios = times[i]!.map((time, round) => time / times[0]![round]!);
    console.log(`  ${name.padEnd(44)} ${median(times[i]!).toFixed(1).padStart(8)} ns   x ${median(ratios).toFixed(2)}`);
  }
}

export function printMachine(): void {
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores; Node ${process.version}; ${process.platform}`,
  );
}

function timed(run: () => number, ms: number): { nanoseconds: number; result: number } {
  let result = 0;
  let count = 0;
  const start = process.hrtime.bigint();
  const end = start + BigInt(ms) * 1_000_000n;
  let now = start;
  while (now < end) {
    for (let i = 0; i < 500; i++) result += run();
    count += 500;
    now = process.hrtime.bigint();
  }
  return { nanoseconds: Number(now - start) / count, result };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
