import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoginPacing } from '../../../../src/router/cli/session/login-pacing.ts';

const PACE = { firstWaitMs: 1_000, longestWaitMs: 5_000, loginsPerMinute: 4 };

test('after each failure the wait doubles, up to the longest; a success ends it', () => {
  const pacing = new LoginPacing({ ...PACE, loginsPerMinute: 100 });
  expect(pacing.waitMs(0)).toBe(0);
  const waits = [0, 1, 2, 3, 4].map(() => {
    pacing.began(0);
    pacing.failed(0);
    return pacing.waitMs(0);
  });
  expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(pacing.waitMs(4_999)).toBe(1);
  expect(pacing.waitMs(5_000)).toBe(0);
  pacing.succeeded();
  expect(pacing.waitMs(0)).toBe(0);
  pacing.failed(0);
  expect(pacing.waitMs(0)).toBe(1_000);
});

test('in any minute there are no more logins than allowed, whatever becomes of them', () => {
  const pacing = new LoginPacing(PACE);
  for (const now of [0, 10_000, 20_000, 30_000]) {
    expect(pacing.waitMs(now)).toBe(0);
    pacing.began(now);
    pacing.succeeded();
  }
  expect(pacing.waitMs(30_000)).toBe(30_000);
  expect(pacing.waitMs(60_000)).toBe(0);
  pacing.began(60_000);
  expect(pacing.waitMs(60_000)).toBe(10_000);
});

test('whoever asks at any times and obeys never exceeds the limit', () => {
  const step = fc.record({ afterMs: fc.integer({ min: 0, max: 40_000 }), succeeds: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pacing = new LoginPacing(PACE);
      const begun: number[] = [];
      let now = 0;
      for (const { afterMs, succeeds } of steps) {
        now += afterMs;
        if (pacing.waitMs(now) > 0) continue;
        pacing.began(now);
        begun.push(now);
        if (succeeds) pacing.succeeded();
        else pacing.failed(now);
      }
      for (const at of begun) {
        expect(begun.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(4);
      }
    }),
  );
});
