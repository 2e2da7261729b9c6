/** What a CLI asks for at a login, by telnet or for privileges. Questions are whole lines; such words elsewhere in a line are a banner's. */

export type LoginQuestion = 'user' | 'password' | 'new password';

/** `Username:`, `r4 login:`, `login as:`, `User ID (admin):`, `Enter your name here:`; `Last login:` tells of one. */
const USER =
  /^(?!.*\b(?:last|previous|failed|(?:un)?successful) )(?:[^\s:]+ ){0,4}(?:user(?: ?name| ?id)?|login(?: name| id| as)?|account(?: name)?|your name(?: here)?)(?: ?[([][^:]{0,40}[)\]])?:$/i;
/** `Password:`, `Password for u:`, `u@r4's password:`, `Enter PASSCODE:`, `Password (TACACS+):` */
const PASSWORD =
  /^(?:(?:please )?enter (?:your |the )?)?(?:\S+'s |(?:user|login|local|domain|enable|radius|tacacs\+?|ldap|aaa) )?pass(?:word|code|phrase)(?: for (?:user )?\S+(?: (?:on|at) \S+)?| ?([([][^:]{0,40}[)\]]))?:$/i;
/** What asks for one who has just named a user: `Corp password:`, `Enter your password now:` */
const PASSWORD_OF_USER = /^(?:[^\s:]+ ){0,4}pass(?:word|code|phrase)(?: now| here)?:$/i;
/** In a question with a password in it. Accounts are locked for wrong passwords; and whoever asks for a new one would set it. */
const OTHER_THAN_PASSWORD =
  /\b(?:new|old|current|change|re-?(?:type|enter)|repeat|again|confirm\w*|verif\w+|code|token|otp|one.?time|options?|factor)\b/i;
/** `Enter new password:`, `Retype new UNIX password:`; `Call 1234 for a new password:` tells of one. */
const NEW_PASSWORD =
  /^(?:(?:please )?(?:enter|re-?enter|re-?type|repeat|confirm) )?(?:a |your |the )?new (?:unix )?password:$/i;

/** @param isUserGiven no banner stands between a user and the password: other words may be before it */
export function loginQuestionIn(line: string, isUserGiven = false): LoginQuestion | undefined {
  const question = bare(line);
  if (NEW_PASSWORD.test(question)) return 'new password';
  if (isForPassword(question) || (isUserGiven && isForPasswordOfUser(question))) return 'password';
  return USER.test(question) ? 'user' : undefined;
}

/** Whether a question with a password in it is for another one, or for what is none. */
export function asksForOther(question: string): boolean {
  return OTHER_THAN_PASSWORD.test(withoutUserAndHost(question));
}

/** Without what says nothing of what is asked for: `Password for admin@new-york:`. */
export function withoutUserAndHost(question: string): string {
  return question.replace(/\S+@\S+/g, '');
}

/** Names of users and hosts may be any words. */
function isForPassword(question: string): boolean {
  const found = PASSWORD.exec(question);
  return found !== null && !asksForOther(found[1] ?? '');
}

function isForPasswordOfUser(question: string): boolean {
  return PASSWORD_OF_USER.test(question) && !asksForOther(question);
}

/** What a line that knows no users asks. */
export function isLonePassword(line: string): boolean {
  return /^password:$/i.test(bare(line));
}

function bare(line: string): string {
  return line.trim().replace(/ :$/, ':');
}
