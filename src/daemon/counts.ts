/** Counts what happens, and writes the lines about it: one a second for each reason of a drop, each with its total. */

import { showCodePoint } from '../../proto/field.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import type { Logger } from '../log/log.ts';
import type { LineRate } from '../log/rate.ts';
import type { Transmit, Unreachable } from '../net/port.ts';
import type { Drop, Note } from '../trace/events.ts';
import { formatAddress } from '../wire/address.ts';

/** `longer-than-slot`: no message is; the engine never saw it. */
export type Dropped = Pick<Drop, 'sender' | 'value'> & { readonly reason: Drop['reason'] | 'longer-than-slot' };

/** Of notes; the rest is of interest to who follows a single trace. */
const LEVELS: Partial<Record<Note['event'], 'warn' | 'info'>> = {
  'upstream-unreachable': 'warn',
  'router-not-read': 'warn',
  'upstream-may-be-unread': 'warn',
  'last-hop-may-be-unread': 'warn',
  'path-loops': 'info',
  'upstream-unserved': 'info',
  'upstream-not-known': 'info',
  'upstream-not-named': 'info',
  'request-for-unknown-router': 'info',
  'reply-cannot-return': 'info',
};

export class Counts {
  readonly drops = new Map<string, number>();
  readonly notes = new Map<string, number>();
  readonly #log: Logger;
  readonly #rate: LineRate;

  constructor(log: Logger, rate: LineRate) {
    this.#log = log;
    this.#rate = rate;
  }

  /** @param unreadOf routers that may be why */
  drop(
    { reason, sender, value }: Dropped,
    nowMs: number,
    unreadOf = (): readonly string[] | undefined => undefined,
  ): void {
    const total = increment(this.drops, reason);
    const suppressed = this.#rate.admit(reason, nowMs);
    if (suppressed === undefined) return;
    const shown = typeof value === 'object' ? formatAddress(value) : value;
    this.#log.info(
      { reason, from: formatAddress(sender), value: shown, unread: unreadOf(), total, suppressed },
      'dropped',
    );
  }

  note({ event, client, queryId, subject, standardBlockCount, forwardingCode }: Note, nowMs: number): void {
    increment(this.notes, event);
    const level = LEVELS[event] ?? 'debug';
    if (!this.#log.isLevelEnabled(level)) return;
    // What is at level `info` has a subject that others can choose.
    const kind = level === 'warn' ? `${event} ${subject}` : event;
    const suppressed = level === 'debug' ? 0 : this.#rate.admit(kind, nowMs);
    if (suppressed === undefined) return;
    const code = forwardingCode < 0 ? undefined : showCodePoint(ForwardingCode, forwardingCode);
    this.#log[level](
      { client: formatAddress(client), queryId, subject, hops: standardBlockCount, code, suppressed },
      event,
    );
  }

  /** The kernel, or a full queue, refused what was to leave. */
  unsent({ destination, destinationPort }: Transmit, errno: string, nowMs: number): void {
    const total = increment(this.notes, 'unsent');
    const suppressed = this.#rate.admit(`unsent ${errno}`, nowMs);
    if (suppressed === undefined) return;
    this.#log.warn({ to: formatAddress(destination), port: destinationPort, errno, total, suppressed }, 'not sent');
  }

  /** ICMP said of what had left that it did not arrive. */
  unreachable({ destination, destinationPort, errno, offender }: Unreachable, nowMs: number): void {
    const total = increment(this.notes, 'unreachable');
    const suppressed = this.#rate.admit('unreachable', nowMs);
    if (suppressed === undefined) return;
    const says = offender === undefined ? undefined : formatAddress(offender);
    this.#log.info(
      { to: formatAddress(destination), port: destinationPort, errno, says, total, suppressed },
      'unreachable',
    );
  }

  /** A read that was given up because of `limits.reads`, or for others over the same session. */
  overLimit(router: string, nowMs: number): void {
    const total = increment(this.notes, 'reads-over-limit');
    const suppressed = this.#rate.admit(`reads-over-limit ${router}`, nowMs);
    if (suppressed !== undefined)
      this.#log.warn({ router, total, suppressed }, 'more reads wanted than limits.reads or its session allow');
  }

  summary() {
    return { ...Object.fromEntries(this.notes), dropped: Object.fromEntries(this.drops) };
  }
}

function increment(counts: Map<string, number>, key: string): number {
  const total = (counts.get(key) ?? 0) + 1;
  counts.set(key, total);
  return total;
}
