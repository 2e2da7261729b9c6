/** sysUpTime.0 (RFC 3418): hundredths of a second since the agent has started, modulo 2^32. */
import type { Question } from './question.ts';
import { integerOf } from './varbind.ts';

export const UP_TIME_MODULUS = 2 ** 32;
const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';

export const upTime: Question<number | undefined> = {
  wants: [{ kind: 'instance', oid: SYS_UP_TIME }],
  parse: (found) => integerOf(found.value(SYS_UP_TIME), 0, UP_TIME_MODULUS - 1),
};

/** Going back means that the agent has started again; unless the 497 days are over. */
export function hasRestarted(before: number | undefined, now: number | undefined): boolean {
  if (before === undefined || now === undefined || now >= before) return false;
  return now + UP_TIME_MODULUS - before > UP_TIME_MODULUS / 2;
}
