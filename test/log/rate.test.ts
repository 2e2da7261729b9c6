import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineRate } from '../../src/log/rate.ts';

describe('lines for drops', () => {
  it('one per reason and second, with the number of those left out', () => {
    const rate = new LineRate();
    expect(rate.admit('too-short', 0)).toBe(0);
    expect(rate.admit('too-short', 1)).toBeUndefined();
    expect(rate.admit('wrong-ttl', 1)).toBe(0);
    expect(rate.admit('too-short', 999)).toBeUndefined();
    expect(rate.admit('too-short', 1000)).toBe(2);
    expect(rate.admit('too-short', 5000)).toBe(0);
  });

  it('counts every line exactly once', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(700), reason: fc.constantFrom('a', 'b', 'c') }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, (lines) => {
        const rate = new LineRate();
        const last = new Map<string, number>();
        let now = 0;
        let told = 0;
        for (const { wait, reason } of lines) {
          now += wait;
          const suppressed = rate.admit(reason, now);
          if (suppressed === undefined) continue;
          expect(now - (last.get(reason) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1000);
          last.set(reason, now);
          told += 1 + suppressed;
        }
        for (const reason of last.keys()) told += rate.admit(reason, now + 1000) ?? 0;
        expect(told).toBe(lines.length);
      }),
    );
  });

  it('keeps a bounded number of reasons: the rest share one budget', () => {
    const rate = new LineRate();
    const admitted = Array.from({ length: 10_000 }, (_, i) => rate.admit(`reason-${i}`, 0)).filter(
      (n) => n !== undefined,
    );
    expect(admitted).toHaveLength(257);
    expect(rate.admit('one more', 1000)).toBe(10_000 - 257);
  });
});
