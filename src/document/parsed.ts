/** What a parser makes of a text: its value with places, or what is wrong with it. Pure types. */
import type { Path } from './problem.ts';

/** A text that is well-formed, and where its parts stand. Offsets are UTF-16 units from the start of the text. */
export interface Parsed {
  readonly value: unknown;
  /** Offset of the value at the path; `undefined` when the text has no such key or index. */
  valueAt(path: Path): number | undefined;
  /** Offset of the key that ends the path; `undefined` when the text has no such key. */
  keyAt(path: Path): number | undefined;
}

/** Something that keeps a text from being well-formed. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly what: string;
}
