/**
 * What is wanted of an agent's MIB, and how to read what was found. The tables make questions and parse answers, and know
 * nothing of PDUs; retrieve.ts asks, and knows nothing of MIBs.
 */
import type { Oid } from './oid.ts';
import type { SnmpValue, Varbind } from './varbind.ts';

export type Want = Instance | Next | Rows;

/** One instance, whose index has a fixed number of subidentifiers behind its column. */
export interface Instance {
  readonly kind: 'instance';
  readonly oid: Oid;
}

/** Whatever comes next behind this name. */
export interface Next {
  readonly kind: 'next';
  readonly after: Oid;
}

/** Rows of one table, in the agent's order: all of them, or those whose index begins with `prefix`. */
export interface Rows {
  readonly kind: 'rows';
  readonly columns: readonly Oid[];
  /** Index text; '' = all. */
  readonly prefix: string;
  /** How many to ask for at first, when it is not known how many there were last time. */
  readonly guess: number;
  /** Index texts in order, at or before each of which a row may be: where long tables can be divided. */
  readonly waypoints?: readonly string[];
}

export interface Row {
  /** The whole index, `prefix` included. */
  readonly index: string;
  /** In the order of the columns; `undefined`: this row does not have it. */
  readonly values: readonly (SnmpValue | undefined)[];
}

export interface Found {
  value(oid: Oid): SnmpValue | undefined;
  next(after: Oid): Varbind | undefined;
  rows(want: Rows): readonly Row[];
}

export interface Question<Part> {
  readonly wants: readonly Want[];
  /** Never throws: what makes no sense is not there. */
  parse(found: Found): Part;
}

/** Several questions asked as one: their parts, in order. */
export function together<Parts extends readonly unknown[]>(
  ...questions: { readonly [I in keyof Parts]: Question<Parts[I]> }
): Question<Parts> {
  return {
    wants: questions.flatMap(({ wants }) => wants),
    parse: (found) => questions.map((question) => question.parse(found)) as unknown as Parts,
  };
}

/** A question that costs nothing. */
export function given<Part>(part: Part): Question<Part> {
  return { wants: [], parse: () => part };
}
