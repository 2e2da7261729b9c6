import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ntp32, ntp32ToUnixMs } from '../../src/wire/ntp.ts';

test('is the RFC’s formula, done in 64 bits (RFC 8487 §3.2.4)', () => {
  const formula = (seconds: number, nanoseconds: number) =>
    Number(BigInt.asUintN(32, ((BigInt(seconds) + 32384n) << 16n) + (BigInt(nanoseconds) << 7n) / 1953125n));
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.nat(999_999_999), (seconds, nanoseconds) => {
      expect(ntp32(seconds, nanoseconds)).toBe(formula(seconds, nanoseconds));
    }),
    { numRuns: 5000, seed: 8487 },
  );
});

test('comes back as the nearest time, across the wrap of 18.2 hours', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_700_000_000, max: 2_100_000_000 }),
      fc.integer({ min: -32_000, max: 32_000 }),
      (seconds, off) => {
        const back = ntp32ToUnixMs(ntp32(seconds, 500_000_000), (seconds + off) * 1000);
        expect(back).toBeCloseTo(seconds * 1000 + 500, 3);
      },
    ),
    { numRuns: 2000, seed: 8487 },
  );
});
