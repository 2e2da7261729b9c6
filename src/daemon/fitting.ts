/**
 * Sends Replies that are over the MTU of their way in parts, RFC 8487 §3.1: they may not be fragmented (§3), how much fits
 * is known only when the kernel refuses one, and a client that hears nothing would learn nothing.
 */
import type { SlotPool } from '../net/pool.ts';
import type { Transmit } from '../net/port.ts';
import { halveReply } from '../wire/halve.ts';

/** Tells the owner of a slot that it is done with: `errno` is `undefined` when the datagram, or a part of it, has left. */
export type Done = (slot: number, errno: string | undefined) => void;

/** What sends datagrams. */
export interface Sender {
  /** @returns false: not taken, the slot stays the caller's. Else `done` is called, later. */
  send(transmit: Transmit, done: Done): boolean;
}

export class FittingSender implements Sender {
  readonly #sender: Sender;
  readonly #pool: SlotPool;

  constructor(sender: Sender, pool: SlotPool) {
    this.#sender = sender;
    this.#pool = pool;
  }

  send(transmit: Transmit, done: Done): boolean {
    return this.#sender.send(transmit, (slot, errno) => {
      if (errno !== 'EMSGSIZE' || !this.#sendInTwo(transmit, done)) done(slot, errno);
    });
  }

  /** @returns false: it cannot be told in less, or there is no room to */
  #sendInTwo(transmit: Transmit, done: Done): boolean {
    const pool = this.#pool;
    const { slotOctets } = pool;
    const slot = pool.take();
    if (slot === undefined) return false;
    const halves = halveReply(pool, transmit.slot * slotOctets, transmit.length, slot * slotOctets);
    if (halves === undefined) {
      pool.release(slot);
      return false;
    }
    if (!this.send({ ...transmit, length: halves.first.end - halves.first.base }, done)) done(transmit.slot, 'ENOBUFS');
    const release = () => pool.release(slot);
    if (!this.send({ ...transmit, slot, length: halves.second.end - halves.second.base }, release)) release();
    return true;
  }
}
