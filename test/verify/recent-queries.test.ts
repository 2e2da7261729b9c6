import { describe, expect, test } from 'vitest';
import { RecentQueries } from '../../src/verify/recent-queries.ts';
import { parseAddress } from '../../src/wire/address.ts';

describe.each(['192.0.2.1', '2001:db8::1'])('RecentQueries of %s', (text) => {
  const client = parseAddress(text)!;
  const other = parseAddress(text.replace(/1$/, '2'))!;

  test('a Query is recent for so long, by client address and Query ID', () => {
    const recent = new RecentQueries(10_000);
    expect(recent.has(client, 7, 0)).toBe(false);
    recent.add(client, 7, 1000);
    expect(recent.has(client, 7, 10_999)).toBe(true);
    expect(recent.has(client, 7, 11_000)).toBe(false);
    expect(recent.has(client, 8, 1000)).toBe(false);
    expect(recent.has(other, 7, 1000)).toBe(false);
  });

  test('no address and Query ID are taken for others', () => {
    const recent = new RecentQueries(10_000);
    recent.add(client, 0xffff, 0);
    recent.add(other, 0, 0);
    expect(recent.has(other, 0xffff, 0)).toBe(false);
    expect(recent.has(client, 0, 0)).toBe(false);
  });

  test('of too many, the oldest is forgotten; one that came again is not the oldest', () => {
    const recent = new RecentQueries(10_000, 2);
    recent.add(client, 1, 0);
    recent.add(client, 2, 0);
    recent.add(client, 1, 0);
    recent.add(client, 3, 0);
    expect([1, 2, 3].map((id) => recent.has(client, id, 0))).toEqual([true, false, true]);
  });
});
