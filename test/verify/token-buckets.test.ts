import { describe, expect, test } from 'vitest';
import { TokenBuckets } from '../../src/verify/token-buckets.ts';
import { parseAddress } from '../../src/wire/address.ts';

const A = parseAddress('192.0.2.1')!;
const B = parseAddress('2001:db8::1')!;

/** How many of `count` at one time are taken. */
const taken = (buckets: TokenBuckets, address: Uint8Array, count: number, nowMs: number) =>
  Array.from({ length: count }, () => buckets.take(address, nowMs)).filter(Boolean).length;

describe('TokenBuckets', () => {
  test('a burst at once, then so many a second', () => {
    const buckets = new TokenBuckets({ perSecond: 10, burst: 5 });
    expect(taken(buckets, A, 9, 1000)).toBe(5);
    expect(taken(buckets, A, 9, 1099)).toBe(0);
    expect(taken(buckets, A, 9, 1100)).toBe(1);
    expect(taken(buckets, A, 9, 1400)).toBe(3);
    expect(taken(buckets, A, 9, 60_000)).toBe(5);
  });

  test('rounding takes nothing from a burst', () => {
    for (const perSecond of [3, 7, 1000]) {
      const buckets = new TokenBuckets({ perSecond, burst: 50 });
      expect(taken(buckets, A, 60, 123_456_789.123)).toBe(50);
    }
  });

  test('what is refused costs nothing: who keeps asking is not shut out', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
    expect(taken(buckets, A, 1, 0)).toBe(1);
    const times = Array.from({ length: 30 }, (_, i) => (i + 1) * 100);
    expect(times.filter((nowMs) => buckets.take(A, nowMs))).toEqual([1000, 2000, 3000]);
  });

  test('each address has its own', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 2 });
    expect(taken(buckets, A, 5, 0)).toBe(2);
    expect(taken(buckets, B, 5, 0)).toBe(2);
  });

  test('of too many addresses, the one least recently heard of is forgotten', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 2);
    const [c] = [parseAddress('192.0.2.3')!];
    expect([A, B, A, c].map((address) => buckets.take(address, 0))).toEqual([true, true, false, true]);
    expect(buckets.take(A, 0)).toBe(false);
    expect(buckets.take(B, 0)).toBe(true);
  });
});
