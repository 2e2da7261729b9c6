/**
 * The smallest parts of a schema: one value of the document that a function understands, with the words for when it
 * does not. Everything else (lists, maps, true and false) is zod's own.
 */
import { z } from 'zod';

/**
 * @param expected what would be right, as it stands in `70000 is not a port (1 to 65535)`
 * @param read gives the value's meaning, or `undefined` when it has none; must not throw
 */
export function scalar<T>(expected: string, read: (input: unknown) => T | undefined): z.ZodType<T> {
  return z.unknown().transform((input, context) => {
    const value = read(input);
    if (value !== undefined) return value;
    const meant = inOtherType(input);
    const type = typeof meant === 'string' ? 'string' : 'number';
    context.issues.push(
      read(meant) === undefined
        ? { code: 'custom', input, params: { expected } }
        : { code: 'invalid_type', input, expected: type },
    );
    return z.NEVER;
  });
}

/** What was meant if the quotes were forgotten, or put where they do not belong. */
function inOtherType(input: unknown): unknown {
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  return typeof input === 'string' && /^\d+$/.test(input) ? Number(input) : undefined;
}

/** As `scalar`, for texts. */
export function textual<T>(expected: string, read: (text: string) => T | undefined): z.ZodType<T> {
  return scalar(expected, (input) => (typeof input === 'string' ? read(input) : undefined));
}

/** A whole number in a range: `wholeNumber('a port', 1, 65535)`. */
export function wholeNumber(noun: string, least: number, most: number): z.ZodType<number> {
  return scalar(`${noun} (${least} to ${most})`, (input) =>
    typeof input === 'number' && Number.isSafeInteger(input) && input >= least && input <= most ? input : undefined,
  );
}

/** One of a few words: `choice('a platform', ['frr', 'linux'])`. */
export function choice<const Word extends string>(noun: string, words: readonly Word[]): z.ZodType<Word> {
  return textual(`${noun} (${words.join(', ')})`, (text) => words.find((word) => word === text));
}
