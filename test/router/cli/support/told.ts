import { expect } from 'vitest';
import type { NotUnderstood } from '../../../../src/router/cli/tools/text.ts';

/** For the lines that a parser does not understand. */
export function strange() {
  const lines: string[] = [];
  return { lines, tell: (line: string) => lines.push(line) };
}

/** What `parse` yields, and the lines that it did not understand. */
export function told<T>(parse: (notUnderstood: NotUnderstood) => T): { part: T; unknown: string[] } {
  const { lines, tell } = strange();
  return { part: parse(tell), unknown: lines };
}

/** What `parse` yields of a text of which it understands every line. */
export function understood<T>(parse: (notUnderstood: NotUnderstood) => T): T {
  const { part, unknown } = told(parse);
  expect(unknown).toEqual([]);
  return part;
}
