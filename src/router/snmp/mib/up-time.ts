/** sysUpTime.0 (RFC 3418): hundredths of a second since the agent has started, modulo 2^32. */
import type { Question } from './question.ts';
import { integerOf } from './varbind.ts';

export const UP_TIME_MODULUS = 2 ** 32;
const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';
const MS = 10;

/** Of our own clock, monotonic: something was read after one and before the other. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface UpTime extends Interval {
  readonly ticks: number;
}

/** Ticks. */
export const upTime: Question<number | undefined> = {
  wants: [{ kind: 'instance', oid: SYS_UP_TIME }],
  parse: (found) => integerOf(found.value(SYS_UP_TIME), 0, UP_TIME_MODULUS - 1),
};

/** In hundredths of a second: agents that move their clock on now and then, and hosts that were halted for a moment. */
const TOLERANCE = 500;

/**
 * Less time has passed for the agent than for us. Readings may come in another order than they were made; after 497 days
 * the agent's clock starts at zero; and one that stands still tells nothing.
 */
export function hasRestarted(before: UpTime | undefined, now: UpTime | undefined): boolean {
  if (before === undefined || now === undefined || now.ticks === before.ticks) return false;
  const behind = before.ticks + (now.fromMs - before.toMs) / MS - now.ticks;
  const uncertain = (now.toMs - now.fromMs + before.toMs - before.fromMs) / MS + TOLERANCE;
  return behind > TOLERANCE && Math.abs(behind - UP_TIME_MODULUS) > uncertain;
}
