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
        expect(back).toBe(seconds * 1000 + 500);
      },
    ),
    { numRuns: 2000, seed: 8487 },
  );
});

test('comes back as whole milliseconds that have begun, as every reader of the 32 bits counts them', () => {
  const seconds = 1_795_000_000;
  for (let fraction = 0; fraction < 65536; fraction++) {
    const timestamp = ntp32(seconds, 0) + fraction;
    const expected = seconds * 1000 + Number((BigInt(fraction) * 1000n) / 65536n);
    if (ntp32ToUnixMs(timestamp, seconds * 1000) !== expected) expect.fail(`${fraction} / 65536 of a second`);
  }
});
