import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoginHistory, LoginPacing } from '../../../src/router/cli/login-pacing.ts';
import { ReaderError } from '../../../src/router/port.ts';

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

test('what was known of a target before counts as well', () => {
  const pace = { ...PACE, history: new LoginHistory() };
  const before = new LoginPacing(pace);
  const why = new ReaderError('ERR_READER_AUTHENTICATION', 'refused');
  for (const now of [0, 1_000, 3_000]) {
    before.began(now);
    before.failed(now, why);
  }
  const after = new LoginPacing(pace);
  expect([after.waitMs(3_000), after.lastFailure]).toEqual([4_000, why]);
  after.began(7_000);
  after.succeeded();
  expect([after.waitMs(7_000), after.lastFailure]).toEqual([53_000, undefined]);
  expect(new LoginPacing(PACE).waitMs(3_000)).toBe(0);
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
