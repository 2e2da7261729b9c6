/**
 * The sending half of a UDP port: a bounded ring of datagrams that wait for their sendmmsg. The ring is the addon's own
 * `queued` columns, so queueing a datagram writes its metadata where the kernel call reads it and nothing is copied
 * twice.
 *
 * When it is flushed: the port does so after each received batch, so that the answers to a batch leave as a batch while
 * their slots are hot. For everything else (answers that waited for a router) it is once per turn of the event loop, by
 * setImmediate rather than queueMicrotask: microtasks run after *each* callback, and router replies come in one
 * callback each, so every answer would pay for a system call of its own.
 */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { ADDRESS_COLUMN_OCTETS, type QueuedColumns, type UdpSocket } from '../dgram-extended/index.ts';
import type { Address } from '../wire/address.ts';
import type { Transmit } from './port.ts';

/**
 * Tells the owner of a slot that the port is done with it: `errno` is `undefined` when the kernel took the datagram,
 * else why not (`EMSGSIZE`, `ENETUNREACH`, ...; `ECANCELED`: the port was closed first). Must not throw.
 */
export type SendDone = (slot: number, errno: string | undefined) => void;

export interface SendCounts {
  sent: number;
  failed: number;
  /** Not taken because the queue was full. */
  queueFull: number;
}

/** What the queue needs of a socket. */
export type SendingSocket = Pick<UdpSocket, 'queued' | 'send' | 'watchWritable'>;

export class SendQueue {
  readonly counts: SendCounts = { sent: 0, failed: 0, queueFull: 0 };
  readonly #socket: SendingSocket;
  readonly #batch: number;
  /** Where datagrams without a source leave from; all zeros: the kernel chooses. */
  readonly #ownAddress: Address;
  readonly #columns: QueuedColumns;
  readonly #done: SendDone[] = [];
  readonly #rows: number;
  #head = 0;
  #length = 0;
  #immediate: NodeJS.Immediate | undefined;
  #blocked = false;
  #closed = false;

  constructor(socket: SendingSocket, batch: number, ownAddress: Address) {
    this.#socket = socket;
    this.#batch = batch;
    this.#ownAddress = ownAddress;
    this.#columns = socket.queued;
    this.#rows = socket.queued.slot.length;
  }

  /**
   * Takes a datagram to send; its slot belongs to the queue until `done` is called, never from within `push`.
   * @returns false when the queue is full or closed, or the destination of the other family: the slot stays the caller's
   */
  push(transmit: Transmit, done: SendDone): boolean {
    const isOtherFamily = transmit.destination.length !== this.#ownAddress.length;
    if (isOtherFamily || this.#closed || this.#length === this.#rows) {
      this.counts.queueFull += 1;
      return false;
    }
    const row = (this.#head + this.#length) % this.#rows;
    const columns = this.#columns;
    columns.slot[row] = transmit.slot;
    columns.length[row] = transmit.length;
    columns.port[row] = transmit.destinationPort;
    columns.ttl[row] = transmit.hopLimit;
    columns.interface[row] = transmit.interfaceIndex;
    columns.scope[row] = transmit.interfaceIndex; // looked at for link-local destinations only
    writeAddress(columns.destination, row, transmit.destination);
    // Named even if it is what the socket is bound to: an interface without a source lets the kernel choose another.
    writeAddress(columns.source, row, transmit.source ?? this.#ownAddress);
    this.#done[row] = done;
    this.#length += 1;
    this.#schedule();
    return true;
  }

  /** Datagrams that wait to be sent. */
  get size(): number {
    return this.#length;
  }

  /** Sends what waits now; what `done` callbacks add meanwhile waits for the next turn, so this ends. */
  flush(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    let budget = this.#length;
    while (budget > 0 && !this.#blocked && !this.#closed) {
      const first = this.#head;
      const rows = Math.min(budget, this.#batch, this.#rows - first);
      const sent = this.#socket.send(first, rows);
      for (let i = 0; i < sent && !this.#closed; i++) this.#complete(undefined);
      budget -= sent;
      if (sent < rows && !this.#closed) {
        const errno = this.#columns.error[first + sent]!;
        if (errno === constants.errno.EAGAIN) {
          this.#blocked = true;
          this.#socket.watchWritable(true);
        } else {
          this.#complete(getSystemErrorName(-errno));
          budget -= 1;
        }
      }
    }
    this.#schedule();
  }

  /** The socket has room again. */
  resume(): void {
    this.#blocked = false;
    this.#socket.watchWritable(false);
    this.flush();
  }

  /** Gives all waiting slots back with ECANCELED. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearImmediate(this.#immediate);
    while (this.#length > 0) this.#complete('ECANCELED');
  }

  #schedule(): void {
    if (this.#length === 0 || this.#immediate !== undefined || this.#blocked || this.#closed) return;
    this.#immediate = setImmediate(() => this.flush());
  }

  /** Takes the first row off, then calls back: `done` may push again or close the port. */
  #complete(errno: string | undefined): void {
    const row = this.#head;
    this.#head = (row + 1) % this.#rows;
    this.#length -= 1;
    if (errno === undefined) this.counts.sent += 1;
    else this.counts.failed += 1;
    this.#done[row]!(this.#columns.slot[row]!, errno);
  }
}

function writeAddress(column: Uint8Array, row: number, address: Address): void {
  // A loop, because `set` costs more than it for so few octets.
  const at = row * ADDRESS_COLUMN_OCTETS;
  for (let i = 0; i < address.length; i++) column[at + i] = address[i]!;
}
