/**
 * The step to privileged mode. A CLI may ask for a password, for a user before it (AAA), or for nothing (EOS without an enable
 * secret). What it asks for is sent once: one that asks again has refused it.
 */
import { ReaderError } from '../../port.ts';
import type { Conversation } from './conversation.ts';
import { asksForOther, type LoginQuestion, loginQuestionIn } from './login-questions.ts';

export interface Privileges {
  readonly user: string | undefined;
  readonly password: string;
}

const isQuestion = (line: string) => questionIn(line) !== undefined;

/** @param description of the login, for errors: whoever is refused gets a `ReaderError` */
export async function enable(
  conversation: Conversation,
  command: string,
  { user, password }: Privileges,
  description: string,
): Promise<void> {
  const refused = (why: string) => new ReaderError('ERR_READER_AUTHENTICATION', `${description} ${why}`);
  const given = { user: false, password: false };
  let line = await conversation.enter(command, isQuestion);
  for (let kind = questionIn(line); kind !== undefined; kind = questionIn(line)) {
    if (kind === 'new password') throw refused('wants a new password');
    const answer = kind === 'password' ? password : user;
    if (answer === undefined) throw refused("asks for a user before it gives privileges: set 'user'");
    if (given[kind]) throw refused(`refuses the enable ${kind}`);
    given[kind] = true;
    line = await conversation.enter(answer, isQuestion, kind === 'password');
  }
  if (!isUnprivileged(line)) return;
  if (given.password) throw refused('refuses the enable password');
  throw refused(`gives no privileges: ${conversation.said || 'it asks for no password'}`);
}

/** No banner is printed here: what ends in such a word is a question, whatever stands before it. */
function questionIn(line: string): LoginQuestion | undefined {
  const lastWord = /[a-z]{0,20} ?: *$/i.exec(line)?.[0] ?? '';
  return loginQuestionIn(line) ?? (asksForOther(line) ? undefined : loginQuestionIn(lastWord));
}

export function isUnprivileged(prompt: string): boolean {
  return prompt.trimEnd().endsWith('>');
}
