/**
 * Zod's issues in an operator's words. A value is quoted only where the schema says what it should have been
 * (`scalar`) or lists the choices; never where any text would do, since that is where secrets stand.
 */
import { z } from 'zod';
import { type Finding, type Path, quotable } from './problem.ts';

export interface Description extends Finding {
  /** Set when the fault is this key itself, inside the map at `path`. */
  readonly key?: string;
}

/**
 * Error map for `safeParse`. An unknown key's issue no longer tells which keys the map could have had, so they are
 * put into its message here, where the schema is still at hand; everything else is left to `describeIssue`.
 */
export const knownKeysOf: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject
    ? Object.keys(issue.inst.shape).join(' ')
    : undefined;

/** One description for each fault of the issue (one issue may speak of several unknown keys). */
export function describeIssue(issue: z.core.$ZodIssue): Description[] {
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ');
    const given = new Map(Object.entries(issue.input ?? {}));
    return issue.keys.map((key) => ({ path: issue.path, key, what: unknownKey(key, given.get(key), known) }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of the forms that a value may have, speak of the one that it came closest to.
    const depth = (form: readonly z.core.$ZodIssue[]) => form[0]?.path.length ?? 0;
    const closest = issue.errors.reduce((best, form) => (depth(form) > depth(best) ? form : best));
    return closest.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const expected = expectation(issue);
  if (expected === undefined) return [{ path: issue.path, what: issue.message }];
  const found = foundBy(issue);
  if (found === undefined && issue.path.length > 0) {
    const key = quotable(String(issue.path.at(-1)));
    return [{ path: issue.path.slice(0, -1), what: `missing key '${key}': expected ${expected}` }];
  }
  if (found === undefined || found === null) return [{ path: issue.path, what: `no value: expected ${expected}` }];
  if (isQuotedChoice(issue, found)) return [wrongType(issue.path, 'a number', found)];
  if (mayQuote(issue)) return [{ path: issue.path, what: `${quoted(found)} is not ${expected}` }];
  return [wrongType(issue.path, expected, found)];
}

function wrongType(path: Path, expected: string, found: unknown): Description {
  const hint = typeof found === 'object' ? undefined : HINTS[expected];
  return { path, what: `expected ${expected}, not ${kindOf(found)}${hint === undefined ? '' : ` (${hint})`}` };
}

const HINTS: Readonly<Record<string, string>> = {
  text: 'quote it to make it text',
  'a number': 'write it without quotes',
};

/** Whether it would be one of the choices as the number that it looks like. */
function isQuotedChoice(issue: z.core.$ZodIssue, found: unknown): boolean {
  const options = issue.code === 'invalid_union' && 'options' in issue ? issue.options : undefined;
  return options?.some((option) => typeof option === 'number' && String(option) === found) ?? false;
}

/** What would be right; `undefined` for issues that bring a whole sentence of their own. */
function expectation(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return NOUNS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'options' in issue && issue.options ? `one of ${issue.options.map(String).join(', ')}` : undefined;
    case 'too_small':
      return issue.origin === 'array' ? 'at least one entry' : undefined;
    case 'custom':
      return typeof issue.params?.expected === 'string' ? issue.params.expected : undefined;
    default:
      return undefined;
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

function foundBy(issue: z.core.$ZodIssue): unknown {
  const input: unknown = issue.input;
  if (issue.code !== 'invalid_union' || issue.discriminator === undefined) return input;
  return Object.entries(input ?? {}).find(([key]) => key === issue.discriminator)?.[1];
}

function mayQuote(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' || issue.code === 'invalid_value' || issue.code === 'invalid_union';
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `'${quotable(value)}'` : typeof value === 'object' ? kindOf(value) : String(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'a number' : String(value);
}

function unknownKey(key: string, value: unknown, known: readonly string[]): string {
  // Of `{ password: hunter,2 }` the second half is one.
  const near = nearestTo(key, known);
  if (value === null) {
    const hint = near === undefined ? `known: ${known.join(', ')}` : `did you mean '${near}'?`;
    return `unknown key without a value (${hint}; a text with ',' needs quotes)`;
  }
  // `{ password:hunter2 }` is one long key, and so is `{ password = hunter2 }`: what follows the word may be a secret.
  const word = /^[\w-]{0,40}/.exec(key)?.[0] ?? '';
  if (word === '') return `unknown key (known: ${known.join(', ')})`;
  if (word !== key) return `unknown key '${word}...' (is a space missing after the colon?)`;
  return `unknown key '${key}' (${near === undefined ? `known: ${known.join(', ')}` : `did you mean '${near}'?`})`;
}

/** The word that was probably meant: at most a third of its letters are off, case aside. */
function nearestTo(typed: string, words: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const slips = editDistance(typed.toLowerCase(), word.toLowerCase());
    if (slips >= least || slips > Math.max(1, Math.floor(word.length / 3))) continue;
    nearest = word;
    least = slips;
  }
  return nearest;
}

/** Letters to change, drop, add or swap with their neighbour to make one word the other (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
