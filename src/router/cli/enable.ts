/**
 * The step to privileged mode. A CLI may ask for a password, for a user before it (AAA), or for nothing (EOS without an enable
 * secret). What it asks for is sent once: one that asks again has refused it.
 */
import { ReaderError } from '../port.ts';
import type { Conversation } from './conversation.ts';

export interface Privileges {
  readonly user: string | undefined;
  readonly password: string;
}

const PASSWORD = /password: *$/i;
const QUESTION = /(?:user ?name|login|user|password): *$/i;

/** @param description of the login, for errors: whoever is refused gets a `ReaderError` */
export async function enable(
  conversation: Conversation,
  command: string,
  { user, password }: Privileges,
  description: string,
): Promise<void> {
  const refused = (why: string) => new ReaderError('ERR_READER_AUTHENTICATION', `${description} ${why}`);
  const given = { user: false, password: false };
  let line = await conversation.enter(command, QUESTION);
  while (QUESTION.test(line)) {
    const kind = PASSWORD.test(line) ? 'password' : 'user';
    const answer = kind === 'password' ? password : user;
    if (answer === undefined) throw refused("asks for a user before it gives privileges: set 'user'");
    if (given[kind]) throw refused(`refuses the enable ${kind}`);
    given[kind] = true;
    line = await conversation.enter(answer, QUESTION, kind === 'password');
  }
  if (!isUnprivileged(line)) return;
  if (given.password) throw refused('refuses the enable password');
  throw refused(`gives no privileges: ${conversation.said || 'it asks for no password'}`);
}

export function isUnprivileged(prompt: string): boolean {
  return prompt.trimEnd().endsWith('>');
}
