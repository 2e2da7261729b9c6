/**
 * A UDP port: one address and port of the daemon, on the addon. It moves slots between the pool, the kernel and the
 * engine and turns the kernel's metadata into `RecvMeta`; it looks into no datagram. What it cannot keep it drops and
 * counts.
 *
 * A wake-up receives a bounded number of datagrams, then lets the event loop turn: a flood must not keep router replies
 * and timers waiting. Readiness is level-triggered, so what is left brings the next wake-up.
 */
import {
  ADDRESS_COLUMN_OCTETS,
  loadDgramExtended,
  type ReceivedColumns,
  type UdpSocket,
} from '../dgram-extended/index.ts';
import { ADDRESS_OCTETS, type Address, familyOf } from '../wire/address.ts';
import type { SlotPool } from './pool.ts';
import type { RecvMeta, Transmit, Unreachable } from './port.ts';
import { type SendCounts, type SendDone, SendQueue } from './send-queue.ts';

export interface UdpPortOptions {
  /** What `RecvMeta.port` and `Unreachable.port` say. */
  readonly index: number;
  /** A wildcard of IPv6 means IPv6 only. */
  readonly address: Address;
  /** 0: the kernel chooses, see `UdpPort.localPort`. */
  readonly port: number;
  /** Interface index of a link-local IPv6 address; default 0. */
  readonly scope?: number | undefined;
  readonly pool: SlotPool;
  /** Bind an address that is not local (IP_TRANSPARENT); needs CAP_NET_ADMIN or CAP_NET_RAW. */
  readonly transparent?: boolean | undefined;
  /** Share the address and port with other sockets of this user that say so too. */
  readonly reusePort?: boolean | undefined;
  /** Kernel buffer for each direction; default 4 MiB, limited by the system unless the process has CAP_NET_ADMIN. */
  readonly bufferOctets?: number | undefined;
  /**
   * A datagram arrived. The slot is the callee's from now on: to be released to the pool or sent. `meta` is one object
   * for all calls, and its addresses (4 or 16 octets) are views of the port's own memory: all of it is overwritten
   * after the call returns, so copy what must live longer. Must not throw.
   */
  readonly receive: (slot: number, meta: RecvMeta) => void;
  /** A datagram was dropped that is longer than a slot. `source` is a view that is overwritten. Must not throw. */
  readonly truncated: (source: Address) => void;
  /** A datagram sent earlier did not arrive. What `SendDone` has told already is not told again. Must not throw. */
  readonly unreachable: (event: Unreachable) => void;
}

export interface ReceiveCounts {
  received: number;
  /** Dropped: longer than a slot. */
  truncated: number;
  /** Dropped: the pool had no free slot. */
  poolEmpty: number;
  unreachable: number;
}

const BATCHES_PER_WAKE = 4;
const ERRORS_PER_WAKE = 64;
const DEFAULT_BUFFER_OCTETS = 4 * 1024 * 1024;
/** What the addon allows. */
const MAX_QUEUE_LENGTH = 65535;
/** SO_EE_ORIGIN_LOCAL: this kernel refused the datagram itself, and said so to the send call as well. */
const ORIGIN_LOCAL = 1;

export class UdpPort {
  readonly counts: ReceiveCounts = { received: 0, truncated: 0, poolEmpty: 0, unreachable: 0 };
  readonly #options: UdpPortOptions;
  readonly #socket: UdpSocket;
  readonly #queue: SendQueue;
  readonly #batch: number;
  readonly #columns: ReceivedColumns;
  readonly #sources: readonly Address[];
  readonly #destinations: readonly Address[];
  readonly #meta: RecvMeta;
  /** Where datagrams go to be dropped when the pool is empty: left in the kernel they would wake us for ever. */
  readonly #scratch: number;
  #closed = false;

  /** Throws what the kernel says (`bind EADDRINUSE 127.0.0.1:33435`), ERR_ADDON_ABSENT, or ERR_POOL_EMPTY. */
  constructor(options: UdpPortOptions) {
    const { UdpSocket, batch } = loadDgramExtended();
    const { address, pool } = options;
    const scratch = pool.take();
    if (scratch === undefined) {
      throw Object.assign(new Error('no slot left for another port'), { code: 'ERR_POOL_EMPTY' });
    }
    this.#options = options;
    this.#scratch = scratch;
    this.#batch = batch;
    try {
      // Whatever waits to be sent has a slot, so a queue of that length is never full: all traces may end in one turn.
      const queueLength = Math.min(pool.slots, MAX_QUEUE_LENGTH);
      this.#socket = new UdpSocket(familyOf(address), pool.slab, pool.slotOctets, queueLength);
    } catch (error) {
      pool.release(scratch);
      throw error;
    }
    this.#queue = new SendQueue(this.#socket, batch, address);
    this.#columns = this.#socket.received;
    this.#sources = addressRows(this.#columns.source, batch, address.length);
    this.#destinations = addressRows(this.#columns.destination, batch, address.length);
    this.#meta = {
      base: 0,
      length: 0,
      port: options.index,
      source: address,
      sourcePort: 0,
      destination: address,
      interfaceIndex: 0,
      hopLimit: -1,
      arrivalSeconds: 0,
      arrivalNanoseconds: 0,
    };
    try {
      this.#open();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get sendCounts(): Readonly<SendCounts> {
    return this.#queue.counts;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Datagrams that wait to be sent. */
  get queued(): number {
    return this.#queue.size;
  }

  get localPort(): number {
    return this.#socket.address().port;
  }

  /** Hears and answers from addresses that are not local (IP_TRANSPARENT), or not any more. Throws EPERM. */
  setTransparent(isTransparent: boolean): void {
    this.#socket.setOption('transparent', isTransparent ? 1 : 0);
  }

  /** Hears this group on that interface. Throws what the kernel says (ENODEV, EADDRINUSE: joined already). */
  join(group: Address, interfaceIndex: number): void {
    this.#socket.join(group, interfaceIndex);
  }

  leave(group: Address, interfaceIndex: number): void {
    this.#socket.leave(group, interfaceIndex);
  }

  /**
   * Queues a datagram; its slot is the port's until `done` is called, which is never from within this call.
   * @returns false when the queue is full or the port is closed: the slot stays the caller's
   */
  send(transmit: Transmit, done: SendDone): boolean {
    return this.#queue.push(transmit, done);
  }

  /** Frees the address at once; slots that wait to be sent come back with ECANCELED. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    this.#queue.close();
    this.#options.pool.release(this.#scratch);
  }

  #open(): void {
    const { address, port, scope = 0, bufferOctets = DEFAULT_BUFFER_OCTETS, transparent, reusePort } = this.#options;
    const socket = this.#socket;
    if (address.length === ADDRESS_OCTETS[6]) socket.setOption('v6Only', 1);
    if (transparent) socket.setOption('transparent', 1);
    if (reusePort) socket.setOption('reusePort', 1);
    socket.setOption('receiveBufferOctets', bufferOctets);
    socket.setOption('sendBufferOctets', bufferOctets);
    socket.setOption('multicastAll', 0);
    socket.setOption('receiveErrors', 1);
    socket.setOption('dontFragment', 1); // RFC 8487 §3
    socket.bind(address, port, scope);
    socket.watch({
      onError: () => this.#readErrors(),
      onReadable: () => this.#drain(),
      onWritable: () => this.#queue.resume(),
    });
  }

  #drain(): void {
    for (let batch = 0; batch < BATCHES_PER_WAKE && !this.#closed; batch++) {
      const lent = this.#lendSlots();
      const rows = lent === 0 ? this.#batch : lent;
      const filled = this.#socket.receive(rows);
      // Backwards, so that the pool is as it was.
      for (let row = lent - 1; row >= filled; row--) this.#options.pool.release(this.#columns.slot[row]!);
      if (lent === 0) this.counts.poolEmpty += filled;
      else for (let row = 0; row < filled; row++) this.#deliver(row);
      this.#queue.flush();
      if (filled < rows) return;
    }
  }

  /** Offers free slots to the next batch and returns how many; without any, all rows get the scratch slot. */
  #lendSlots(): number {
    const { slot } = this.#columns;
    for (let row = 0; row < this.#batch; row++) {
      const free = this.#options.pool.take();
      if (free === undefined) {
        if (row === 0) slot.fill(this.#scratch);
        return row;
      }
      slot[row] = free;
    }
    return this.#batch;
  }

  #deliver(row: number): void {
    const columns = this.#columns;
    const slot = columns.slot[row]!;
    if (this.#closed) return this.#options.pool.release(slot);
    if (columns.truncated[row] === 1) {
      this.counts.truncated += 1;
      this.#options.truncated(this.#sources[row]!);
      return this.#options.pool.release(slot);
    }
    const meta = this.#meta;
    meta.base = slot * this.#options.pool.slotOctets;
    meta.length = columns.length[row]!;
    meta.source = this.#sources[row]!;
    meta.sourcePort = columns.port[row]!;
    meta.destination = this.#destinations[row]!;
    meta.interfaceIndex = columns.interface[row]!;
    meta.hopLimit = columns.ttl[row]!;
    meta.arrivalSeconds = columns.seconds[row]!;
    meta.arrivalNanoseconds = columns.nanoseconds[row]!;
    if (Number.isNaN(meta.arrivalSeconds)) {
      const nowMs = Date.now();
      meta.arrivalSeconds = Math.floor(nowMs / 1000);
      meta.arrivalNanoseconds = (nowMs % 1000) * 1_000_000;
    }
    this.counts.received += 1;
    this.#options.receive(slot, meta);
  }

  #readErrors(): void {
    for (const { origin, destination, destinationPort, errno, quoted, offender } of this.#socket.readErrors(
      ERRORS_PER_WAKE,
    )) {
      if (this.#closed) return;
      if (origin === ORIGIN_LOCAL) continue;
      this.counts.unreachable += 1;
      this.#options.unreachable({ port: this.#options.index, destination, destinationPort, errno, quoted, offender });
    }
  }
}

function addressRows(column: Uint8Array, rows: number, octets: number): Address[] {
  return Array.from({ length: rows }, (_, row) =>
    column.subarray(row * ADDRESS_COLUMN_OCTETS, row * ADDRESS_COLUMN_OCTETS + octets),
  );
}
