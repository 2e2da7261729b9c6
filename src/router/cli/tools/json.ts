/**
 * Reads JSON that a router printed, without trusting its shape: every accessor takes anything and yields a value of
 * the asked kind or `undefined`, so that unknown members are passed over and missing ones are just missing. Members
 * are looked up as own properties only: a router may name an interface `constructor` or `__proto__`. Pure.
 */
import { formatAddress, formatPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';

/**
 * The document in the output of `command`.
 * @throws ReaderError ERR_READER_COMMAND when the router answered with an error of its own (`% Unknown command`),
 *   ERR_READER_OUTPUT when it is anything else but JSON
 */
export function parseJson(output: string, command: string): unknown {
  try {
    return JSON.parse(output);
  } catch (cause) {
    throw misunderstood(output, command, cause);
  }
}

/** The error for an output that is not what `command` yields. */
export function misunderstood(output: string, command: string, cause?: unknown): ReaderError {
  const text = excerpt(output);
  if (text.startsWith('%'))
    return new ReaderError('ERR_READER_COMMAND', `\`${command}\` was refused: ${text}`, { cause });
  const shown = text === '' ? 'nothing' : JSON.stringify(text);
  return new ReaderError('ERR_READER_OUTPUT', `\`${command}\` printed ${shown}, which cannot be understood`, { cause });
}

/** What `parse` yields, or `otherwise` when the output is no use: for what an answer is whole without. */
export function unlessUnreadable<T>(parse: () => T, otherwise: T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ReaderError) return otherwise;
    throw error;
  }
}

/** Members of an object in order; none of anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

export function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}

/** A whole number from 0 that JavaScript can hold exactly. */
export function numberOf(value: unknown, name: string): number | undefined {
  const member = memberOf(value, name);
  return typeof member === 'number' && Number.isSafeInteger(member) && member >= 0 ? member : undefined;
}

/** An ifIndex: 1 to 2^32-1. */
export function indexOf(value: unknown, name: string): number | undefined {
  const index = numberOf(value, name);
  return index !== undefined && index >= 1 && index <= 0xffff_ffff ? index : undefined;
}

/** A counter as a decimal string; `null` when it is missing or beyond 2^53, where JSON.parse has rounded it. */
export function counterOf(value: unknown, name: string): string | null {
  return numberOf(value, name)?.toString() ?? null;
}

/** Canonical address text, or `undefined` when it is no address. */
export function canonicalAddress(text: string | undefined): string | undefined {
  const address = text === undefined ? undefined : parseAddress(text);
  return address && formatAddress(address);
}

/** Canonical prefix text, `ADDRESS/LENGTH`, or `undefined` when it is no prefix. */
export function canonicalPrefix(text: string | undefined): string | undefined {
  const prefix = text === undefined ? undefined : parsePrefix(text);
  return prefix && formatPrefix(prefix);
}
