/**
 * Bounds the time that reading takes by what was read: ten times and more what is usual; what grows with the square of an
 * output, or with the product of two, takes minutes of half a megabyte.
 */
import { expect } from 'vitest';

const MOST_MS_PER_MEGABYTE = 3000;
const ALLOWANCE_MS = 1000;

/** Time of this process, whatever else the machine does. */
export function inTime<Part>(texts: readonly string[], read: () => Part, what?: string): Part {
  const began = process.cpuUsage();
  const part = read();
  expectInTime(began, texts, what);
  return part;
}

/** The same for what takes several turns, of which nobody knows beforehand what will be read. */
export async function allInTime(read: () => Promise<readonly string[]>, what?: string): Promise<void> {
  const began = process.cpuUsage();
  expectInTime(began, await read(), what);
}

function expectInTime(began: NodeJS.CpuUsage, texts: readonly string[], what?: string): void {
  const { user, system } = process.cpuUsage(began);
  const megabytes = texts.reduce((sum, text) => sum + text.length / 1e6, 0);
  expect((user + system) / 1000, what).toBeLessThan(ALLOWANCE_MS + MOST_MS_PER_MEGABYTE * megabytes);
}
