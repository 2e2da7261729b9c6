/**
 * Requests that left for a peer or a native router. The Reply goes past this daemon, so nothing is awaited but bad news:
 * the slot is kept for a while, so that an ICMP error can still turn the Request into a partial Reply. Bounded in number
 * and in time; a slot that the port has not given back yet is released by the port's `sent`.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import type { Endpoint } from '../domain/peers.ts';
import type { Unreachable } from '../net/port.ts';
import { sameAddress } from '../wire/address.ts';
import type { Memory, Message } from '../wire/view.ts';
import type { Trace } from './pending.ts';

/** A host that does not answer ARP is reported by the kernel after three seconds. */
const WAIT_MS = 4000;

export interface Relayed {
  readonly trace: Trace;
  readonly endpoint: Endpoint;
  readonly untilMs: number;
  /** Lent to the port. */
  isSending: boolean;
}

export class RelayedRequests {
  readonly #limit: number;
  /** By slot, oldest first. */
  readonly #bySlot = new Map<number, Relayed>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns the slot that must make room, when it is free to be released */
  add(trace: Trace, endpoint: Endpoint, nowMs: number): number | undefined {
    this.#bySlot.set(trace.slot, { trace, endpoint, untilMs: nowMs + WAIT_MS, isSending: true });
    const oldest = this.#oldest();
    return oldest !== undefined && this.#bySlot.size > this.#limit ? this.#letGo(oldest) : undefined;
  }

  /** The port gives the slot back. What could not be sent is taken out, to be replied to. */
  returned(slot: number, hasLeft: boolean): Relayed | 'kept' | 'unknown' {
    const relayed = this.#bySlot.get(slot);
    if (relayed === undefined) return 'unknown';
    relayed.isSending = false;
    if (hasLeft) return 'kept';
    this.#bySlot.delete(slot);
    return relayed;
  }

  /**
   * Takes out the traces that the kernel's report is about: the one whose header it quotes; all that went to that endpoint,
   * when it quotes too little to tell (an old router's ICMP brings back eight octets of UDP and nothing of ours).
   */
  takeUnreachable(event: Unreachable, memory: Memory): Relayed[] {
    const lost = [...this.#bySlot.values()].filter(
      ({ trace, endpoint, isSending }) =>
        !isSending &&
        endpoint.port === event.destinationPort &&
        sameAddress(endpoint.address, event.destination) &&
        mayQuote(event.quoted, memory, trace.message),
    );
    for (const { trace } of lost) this.#bySlot.delete(trace.slot);
    return lost;
  }

  /** @returns the slots that have been kept long enough */
  expire(nowMs: number): number[] {
    const slots: number[] = [];
    for (const relayed of this.#bySlot.values()) {
      if (relayed.untilMs > nowMs) break;
      const slot = this.#letGo(relayed);
      if (slot !== undefined) slots.push(slot);
    }
    return slots;
  }

  /** Infinity: nothing is kept. */
  nextDeadline(): number {
    return this.#oldest()?.untilMs ?? Number.POSITIVE_INFINITY;
  }

  #oldest(): Relayed | undefined {
    return this.#bySlot.values().next().value;
  }

  #letGo({ trace, isSending }: Relayed): number | undefined {
    this.#bySlot.delete(trace.slot);
    return isSending ? undefined : trace.slot;
  }
}

/** Whether these are the first octets of the message, or too few to say that they are not. */
function mayQuote(quoted: Uint8Array, { octets }: Memory, { base, family }: Message): boolean {
  if (quoted.length < HEADER[family].octets) return true;
  return quoted.subarray(0, HEADER[family].octets).every((octet, at) => octet === octets[base + at]);
}
