/** What goes wrong between a reader and its router: whether that is the question's or the router's, and whether it is new. */
import type { Family } from '../wire/address.ts';
import { type Reader, ReaderError } from './port.ts';

/** What a read is about, for telling apart what failed: a router without IPv6 still answers for IPv4. */
export type Subject = 'interfaces' | Family;
/** What a failure says something of: of one subject, or of all. */
export type Scope = Subject | 'session';

/** Reasons of one code: a router may say the time with all that it says. */
const MOST_SAID = 8;

/** Of a timeout: how long it was, and what the router had said till then, a line of a banner, say. */
const VARIES = /within \d+ ms|; it said last: .*$/gs;

/**
 * What has been said of the trouble that a reader has: each reason once, until it reads again. Beside the reader, because that may
 * outlive what reads with it.
 */
const said = new WeakMap<Reader, Map<Scope, Set<string>>>();

/** An answer that is an error, or makes no sense, says something of the question; all else of the way to the router. */
export function scopeOf(error: Error, subject: Subject): Scope {
  return isOfQuestion(error) ? subject : 'session';
}

/** From now on it is no new one. */
export function isNewTrouble(reader: Reader, scope: Scope, error: Error): boolean {
  const troubles = said.get(reader) ?? new Map<Scope, Set<string>>();
  said.set(reader, troubles);
  const kinds = troubles.get(scope) ?? new Set();
  troubles.set(scope, kinds);
  return addKind(kinds, reasonOf(error));
}

/** The reader reads again. @returns whether it has been said that it does not */
export function endTrouble(reader: Reader, subject: Subject): boolean {
  const troubles = said.get(reader);
  return [troubles?.delete('session'), troubles?.delete(subject)].includes(true);
}

export function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether there was no answer in time, also where that is said of a question. */
export function isTimeout(error: Error): boolean {
  return [error, reasonOf(error)].some((one) => codeOf(one) === 'ERR_READER_TIMEOUT');
}

/** A refusal to try again so soon counts seconds, and has the reason for its cause. */
function reasonOf(error: Error): Error {
  return error.cause instanceof ReaderError ? reasonOf(error.cause) : error;
}

/** Whether it is a new one. What is said of a question quotes it: there the code alone tells. */
function addKind(kinds: Set<string>, reason: Error): boolean {
  const code = codeOf(reason) ?? reason.name;
  const kind = isOfQuestion(reason)
    ? code
    : `${code} ${isTimeout(reason) ? reason.message.replace(VARIES, '') : reason.message}`;
  const isOver = [...kinds].filter((one) => one.startsWith(code)).length >= MOST_SAID;
  if (isOver || kinds.has(kind)) return false;
  kinds.add(kind);
  return true;
}

function isOfQuestion(error: Error): boolean {
  return ['ERR_READER_COMMAND', 'ERR_READER_OUTPUT', 'ERR_SNAPSHOT'].includes(codeOf(error) ?? '');
}
