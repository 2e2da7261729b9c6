/**
 * Reads a text (configuration, snapshot) against a zod schema: either its value, or everything that is wrong with it,
 * each with the place where it stands. Text in, value or problems out; no file, no clock, never throws.
 *
 * Two parsers, one contract (`Parsed`): YAML 1.2 for what people write, plain JSON for what programs write. JSON is
 * YAML too, but the YAML parser needs a second per megabyte, and a daemon must not stand still for a snapshot.
 */
import { LineCounter } from 'yaml';
import type { z } from 'zod';
import { type Description, describeIssue, knownKeysOf } from './describe.ts';
import { parseJson } from './json.ts';
import type { Parsed } from './parsed.ts';
import { type Finding, formatPath, type Path, type Position, type Problem } from './problem.ts';
import { parseYaml } from './yaml.ts';

export type Format = 'yaml' | 'json';

export type Reading<T> = GoodReading<T> | BadReading;

export interface GoodReading<T> {
  readonly value: T;
  /** Whether the text itself has this key or index (a default does not count). */
  readonly has: (path: Path) => boolean;
  /** A finding of the caller, placed where the path stands, or where its nearest existing parent does. */
  readonly place: (finding: Finding) => Problem;
}

export interface BadReading {
  /** At least one, in the order of the text. */
  readonly problems: readonly Problem[];
}

/**
 * Reads `text` against `schema`. Syntax errors hide schema errors, since there is no value to look at.
 * @param faultsIn what else is wrong, found in the value as it stands in the text, whatever the schema says of it
 * @returns the value as the schema transformed it, or all problems. Never throws, whatever the text.
 */
export function readDocument<T>(
  text: string,
  format: Format,
  schema: z.ZodType<T>,
  faultsIn: (value: unknown) => readonly Description[] = () => [],
): Reading<T> {
  const place = placer(text);
  const parsed = format === 'json' ? parseJson(text) : parseYaml(text);
  if ('syntax' in parsed) {
    return { problems: parsed.syntax.map(({ offset, what }) => ({ ...place(offset), path: '', what })) };
  }
  const result = schema.safeParse(parsed.value, { error: knownKeysOf, reportInput: true });
  const faults = faultsIn(parsed.value);
  if (result.success && faults.length === 0) {
    return {
      value: result.data,
      has: (path) => parsed.valueAt(path) !== undefined,
      place: ({ path, what }) => ({ ...place(nearest(parsed, path)), path: formatPath(path), what }),
    };
  }
  const issues = result.success ? [] : result.error.issues;
  const found = [...issues.flatMap(describeIssue), ...faults].map(({ path, key, what }) => {
    const offset = key === undefined ? nearest(parsed, path) : (parsed.keyAt([...path, key]) ?? nearest(parsed, path));
    return { ...place(offset), path: formatPath(path), what };
  });
  return { problems: found.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** The offset of the value at `path`, or of the closest parent that the text has. */
function nearest(parsed: Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const offset = parsed.valueAt(path.slice(0, length));
    if (offset !== undefined) return offset;
  }
  return parsed.valueAt([]) ?? 0;
}

/** Turns offsets into positions; the lines are counted when the first one is asked for, as most texts are right. */
function placer(text: string): (offset: number) => Position {
  let lines: LineCounter | undefined;
  return (offset) => {
    if (lines === undefined) {
      lines = new LineCounter();
      for (let start = 0; start !== 0 || lines.lineStarts.length === 0; start = text.indexOf('\n', start) + 1) {
        lines.addNewLine(start);
      }
    }
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}
