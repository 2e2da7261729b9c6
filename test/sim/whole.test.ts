/** Nothing is lost: what the client shows is the truth, in every field of every block, however routers are spread. */
import fc from 'fast-check';
import { describe, test, vi } from 'vitest';
import { wholeFault } from './faults.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { knobs } from './topology.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

describe.each([4, 6] as const)('IPv%i', (family) => {
  const only = { family: fc.constant(family) };

  test('one daemon', () => {
    property(100, knobs({ ...only, daemons: fc.constant(1), nativeShare: fc.constant(0) }), wholeFault);
  });

  test('two to four daemons, peers of each other', () => {
    property(100, knobs({ ...only, daemons: fc.integer({ min: 2, max: 4 }), nativeShare: fc.constant(0) }), wholeFault);
  });

  test('daemons and native routers', () => {
    property(100, knobs({ ...only, nativeShare: fc.constantFrom(0.2, 0.5, 0.8) }), wholeFault);
  });
});
