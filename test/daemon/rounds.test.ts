import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { round } from '../../src/daemon/rounds.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Who was called when, in the time of three rounds of a minute. */
function calls(all: readonly string[]): string[] {
  const called: string[] = [];
  const began = Date.now();
  const timer = round(all, 60_000, (one) => called.push(`${one} ${(Date.now() - began) / 1000}`));
  vi.advanceTimersByTime(180_000);
  clearInterval(timer);
  vi.advanceTimersByTime(60_000);
  return called;
}

test('each once in an interval, one after the other, with a pause of one before, until it is stopped', () => {
  expect(calls(['a', 'b', 'c'])).toEqual([60, 80, 100, 120, 140, 160, 180].map((at, i) => `${'abc'[i % 3]} ${at}`));
  expect(calls(['a'])).toEqual(['a 60', 'a 120', 'a 180']);
});

test('nobody, where there is nobody', () => {
  expect(calls([])).toEqual([]);
});
