/**
 * What EOS does with `| json`: a document, or a refusal in one of several forms. Also here: to take the first of several
 * outputs that tells something, where one question is asked in two forms at once. Pure.
 */
import { ReaderError } from '../../port.ts';
import { entriesOf, itemsOf, memberOf, misunderstood, parseJson } from '../tools/json.ts';

/**
 * The document, behind whatever lines of text the switch puts before it (`! IP routing not enabled`).
 * @throws ReaderError ERR_READER_COMMAND for a command that the release does not have, or not as JSON
 *   (`% This is an unconverted command`, followed by a document that says so, too); ERR_READER_OUTPUT for anything else
 */
export function parseDocument(output: string, command: string): unknown {
  const begin = output.startsWith('%') ? 0 : Math.max(0, output.search(/^\{/m));
  const document = parseJson(output.slice(begin), command);
  const refusal = itemsOf(memberOf(document, 'errors')).find((error) => typeof error === 'string');
  if (refusal !== undefined) throw misunderstood(`% ${refusal}`, command);
  return document;
}

/**
 * What the document says of one VRF: it lies under `vrfs` since releases that know several, before that on top. `undefined`:
 * there is none of that name.
 * @throws ReaderError ERR_READER_OUTPUT when it is about other VRFs alone
 */
export function ofVrf(document: unknown, vrf: string | undefined, output: string, command: string): unknown {
  const vrfs = memberOf(document, 'vrfs');
  if (vrfs === undefined) return document;
  const own = memberOf(vrfs, vrf ?? 'default');
  if (own === undefined && entriesOf(vrfs).length > 0) throw misunderstood(output, command);
  return own;
}

/** The members of a table of interfaces or the like, which has to be there, and to be one by names. */
export function rowsOf(document: unknown, name: string, output: string, command: string): [string, unknown][] {
  const rows = memberOf(document, name);
  if (typeof rows !== 'object' || rows === null || Array.isArray(rows)) throw misunderstood(output, command);
  return entriesOf(rows);
}

/** Text that is an answer: neither nothing nor a refusal (`% Invalid input`). */
export function answerIn(output: string, command: string): string {
  const text = output.trimStart();
  if (text === '' || text.startsWith('%')) throw misunderstood(output, command);
  return output;
}

/** What a switch without `ip multicast-routing` says in the place of a table of multicast: there is nothing in it. */
export function isWithoutMulticast(output: string): boolean {
  return /^[%! ]*(?:ipv[46] )?multicast routing is not configured on VRF\b/im.test(output);
}

/** @throws when none of them gives anything, what says most: that the release does not have a form says nothing of the others */
export function firstReadable<T>(attempts: readonly (() => T)[]): T {
  const errors: ReaderError[] = [];
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      errors.push(error);
    }
  }
  const telling = errors.find(({ code, message }) => code === 'ERR_READER_COMMAND' && !/% Invalid input/.test(message));
  throw telling ?? errors[0] ?? new ReaderError('ERR_READER_OUTPUT', 'nothing was asked');
}
