/**
 * What can be wrong with a text that a person or another program wrote, and where. Pure values, one printed form.
 * A problem never carries a value that could be a secret: see `describe.ts` for what may be quoted.
 */

/** Keys and list indices from the root: `['routers', 0, 'name']`. */
export type Path = readonly PropertyKey[];

/** Something to say about a part of a text, before it is known where that stands. */
export interface Finding {
  readonly path: Path;
  /** What is wrong and what would be right, without a full stop. */
  readonly what: string;
}

/** Line and column, both from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Position {
  /** `routers[0].readers[1].port`; empty for the whole text. */
  readonly path: string;
  readonly what: string;
}

/** `FILE:LINE:COL: routers[0].readers[1].port: 70000 is not a port (1 to 65535)` */
export function formatProblem(file: string, problem: Problem): string {
  const where = `${file}:${problem.line}:${problem.column}: `;
  return problem.path === '' ? where + problem.what : `${where}${problem.path}: ${problem.what}`;
}

export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? quotable(String(step)) : `.${quotable(String(step))}`;
  }
  return text;
}

/**
 * Text of the document as it may stand in a message: one line, no control characters, at most 60 characters.
 * What was cut is marked with `...`.
 */
export function quotable(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return short.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}
