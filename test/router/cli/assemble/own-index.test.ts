import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexesOf } from '../../../../src/router/cli/assemble/own-index.ts';
import { inTime } from '../hostile/in-time.ts';

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

/** After all blocks before, either of two leads to the same hash. */
const BLOCKS = [
  'oqlbri gwtpvq | olhrnb fwcdne | ianpso alyris | rhoskj wxgqsg',
  'ouvfxq kslwce | vwrhtq gbaiet | rfkdoz cuhrpd | oluooi uekccd',
  'kdliag eenxrj | erjwpn ciwlmd | azmrxy hedxpx | fqqozi pidldy',
  'ztjrbr bqgczu | sxmtct fhrdad',
].flatMap((row) => row.split(' | ').map((pair) => pair.split(' ')));

test('a great many names of one hash take no time that grows with their square', () => {
  const names = Array.from({ length: 2 ** BLOCKS.length }, (_, n) =>
    BLOCKS.map((pair, at) => pair[(n >> at) & 1]).join(''),
  );
  expect(new Set(names.slice(0, 100).map((name) => indexesOf([named(name)]).get(name))).size).toBe(1);
  const indexes = inTime(names, () => indexesOf(names.map((name) => named(name))));
  expect(new Set(indexes.values()).size).toBe(names.length);
});
