import { expect, test } from 'vitest';
import { KnownPaths } from '../../src/daemon/known-paths.ts';

test('what is beyond a router, of one way', () => {
  const paths = new KnownPaths();
  paths.learn('a', 'r4', 'r3');
  paths.learn('a', 'r3', 'r2');
  paths.learn('b', 'r3', 'r1');
  expect([paths.beyond('a', 'r4'), paths.beyond('a', 'r3'), paths.beyond('a', 'r2')]).toEqual([
    ['r3', 'r2'],
    ['r2'],
    [],
  ]);
  expect([paths.beyond('b', 'r3'), paths.beyond('b', 'r4')]).toEqual([['r1'], []]);
});

test('the last way is the one that counts', () => {
  const paths = new KnownPaths();
  paths.learn('a', 'r4', 'r3');
  paths.learn('a', 'r4', 'r5');
  expect(paths.beyond('a', 'r4')).toEqual(['r5']);
});

test('circles end', () => {
  const paths = new KnownPaths();
  paths.learn('a', 'r4', 'r3');
  paths.learn('a', 'r3', 'r4');
  expect(paths.beyond('a', 'r4')).toEqual(['r3']);
});
