import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexesOf } from '../../../src/router/cli/own-index.ts';

const named = (name: string, index: number | null = null) => ({ name, index, addresses: [], mtu: undefined });

test('an ifIndex that the platform tells is kept', () => {
  expect([...indexesOf([named('lan', 7), named('wan', 2147483647)])]).toEqual([
    ['lan', 7],
    ['wan', 2147483647],
  ]);
});

test('others get a number that no ifIndex can be, all different, the same whatever else is there', () => {
  const names = fc.uniqueArray(fc.string({ maxLength: 6 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(names, (all) => {
      const indexes = indexesOf(all.map((name) => named(name)));
      for (const index of indexes.values()) expect(index).toSatisfy((one: number) => one >= 2 ** 31 && one < 2 ** 32);
      expect(new Set(indexes.values()).size).toBe(all.length);
      const first = all[0]!;
      expect(indexesOf([named('other', 3), named(first)]).get(first)).toBe(indexes.get(first));
    }),
  );
});

test('two names of one hash', () => {
  const indexes = indexesOf([named('costarring'), named('liquid')]);
  expect(new Set(indexes.values()).size).toBe(2);
});
