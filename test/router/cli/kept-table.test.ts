import { expect, test } from 'vitest';
import { KeptTable } from '../../../src/router/cli/kept-table.ts';
import type { TablePart } from '../../../src/router/cli/platform.ts';

const tableOf = (name: string) => ({ interfaces: [{ name }] }) as unknown as TablePart;

test('of two tables the one whose reading began later is kept, whichever comes in last', () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const kept = new KeptTable();
    const keeps = [kept.reading(), kept.reading()];
    for (const at of order) keeps[at]!(tableOf(String(at)));
    expect(kept.part?.interfaces[0]?.name).toBe('1');
  }
});

test('what a table lists by now is looked for again when it has gone', () => {
  const kept = new KeptTable();
  kept.doesNotList(['ppp0']);
  kept.reading()(tableOf('ppp0'));
  expect(kept.mayList(['ppp0'])).toBe(true);
});

test('what a table does not list is asked for once, and there is a bound to what is remembered', () => {
  const kept = new KeptTable();
  expect(kept.mayList([])).toBe(false);
  expect(kept.mayList(['mdt1'])).toBe(true);
  kept.doesNotList(['mdt1']);
  expect([kept.mayList(['mdt1']), kept.mayList(['mdt1', 'mdt2'])]).toEqual([false, true]);
  kept.doesNotList(Array.from({ length: 5000 }, (_, i) => `tunnel${i}`));
  expect([kept.mayList(['mdt1']), kept.mayList(['tunnel0']), kept.mayList(['tunnel4999'])]).toEqual([
    true,
    false,
    true,
  ]);
});
