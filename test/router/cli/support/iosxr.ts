import { expect } from 'vitest';

/** What `parse` makes of a text, every line of which has to have a rule. */
export function readAll<T>(parse: (notUnderstood: (line: string) => void) => T): T {
  const strange: string[] = [];
  const parsed = parse((line) => strange.push(line));
  expect(strange).toEqual([]);
  return parsed;
}
