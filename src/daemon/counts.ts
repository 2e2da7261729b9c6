/** Counts what happens, and writes the lines about it: one a second for each reason of a drop, each with its total. */

import { showCodePoint } from '../../proto/field.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import type { Logger } from '../log/log.ts';
import type { LineRate } from '../log/rate.ts';
import type { Drop, Note } from '../trace/events.ts';
import { formatAddress } from '../wire/address.ts';

export class Counts {
  readonly drops = new Map<string, number>();
  readonly notes = new Map<string, number>();
  readonly #log: Logger;
  readonly #rate: LineRate;

  constructor(log: Logger, rate: LineRate) {
    this.#log = log;
    this.#rate = rate;
  }

  drop({ reason, sender, value }: Drop, nowMs: number): void {
    const total = increment(this.drops, reason);
    const suppressed = this.#rate.admit(reason, nowMs);
    if (suppressed === undefined) return;
    const shown = typeof value === 'object' ? formatAddress(value) : value;
    this.#log.info({ reason, from: formatAddress(sender), value: shown, total, suppressed }, 'dropped');
  }

  note({ event, client, queryId, subject, standardBlockCount, forwardingCode }: Note, nowMs: number): void {
    increment(this.notes, event);
    const level = event === 'upstream-unreachable' || event === 'router-not-read' ? 'warn' : 'debug';
    if (!this.#log.isLevelEnabled(level)) return;
    const suppressed = level === 'warn' ? this.#rate.admit(`${event} ${subject}`, nowMs) : 0;
    if (suppressed === undefined) return;
    const code = forwardingCode < 0 ? undefined : showCodePoint(ForwardingCode, forwardingCode);
    this.#log[level](
      { client: formatAddress(client), queryId, subject, hops: standardBlockCount, code, suppressed },
      event,
    );
  }

  /** A read that was given up because of `limits.reads`. */
  overLimit(router: string, nowMs: number): void {
    const total = increment(this.notes, 'reads-over-limit');
    const suppressed = this.#rate.admit(`reads-over-limit ${router}`, nowMs);
    if (suppressed !== undefined) this.#log.warn({ router, total, suppressed }, 'more reads wanted than limits.reads');
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
