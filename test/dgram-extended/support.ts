/** What the addon's tests share: sockets on loopback that are closed after each test, and waiting without a clock. */
import { networkInterfaces } from 'node:os';
import { afterEach } from 'vitest';
import { loadDgramExtended, type UdpSocket } from '../../src/dgram-extended/index.ts';
import { type Address, type Family, familyOf, parseAddress } from '../../src/wire/address.ts';

export const SLOT_OCTETS = 256;
export const SLOTS = 256;
export const QUEUE_ROWS = 128;
/** Interface index of `lo`: the kernel makes it first in every network namespace. */
export const LOOPBACK_INDEX = 1;
export const hasIpv6 = Object.values(networkInterfaces()).some((rows) => rows?.some((row) => row.address === '::1'));

export const { UdpSocket: Socket, batch, notify } = loadDgramExtended();

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new TypeError(`${text} is no address`);
  return parsed;
}

export const slab = new ArrayBuffer(SLOTS * SLOT_OCTETS);
export const octets = new Uint8Array(slab);

const opened: UdpSocket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

function closedAfterTest(socket: UdpSocket): UdpSocket {
  opened.push(socket);
  return socket;
}

/** A socket on the shared slab, not bound. */
export function open(family: Family = 4): UdpSocket {
  return closedAfterTest(new Socket(family, slab, SLOT_OCTETS, QUEUE_ROWS));
}

/** A socket with one slot of its own, of any size. */
export function openLarge(slotOctets: number): UdpSocket {
  return closedAfterTest(new Socket(4, new ArrayBuffer(slotOctets), slotOctets, 1));
}

/** A socket bound to an address and a free port. */
export function bound(text: string): UdpSocket & { readonly localPort: number } {
  const local = address(text);
  const socket = open(familyOf(local));
  socket.bind(local, 0, 0);
  return Object.assign(socket, { localPort: socket.address().port });
}

export interface Row {
  readonly to: string;
  readonly port: number;
  readonly slot?: number;
  readonly length?: number;
  readonly from?: string;
  readonly interfaceIndex?: number;
  readonly ttl?: number;
}

/** Writes the rows of `queued` from `first` on. */
export function queue(socket: UdpSocket, rows: readonly Row[], first = 0): void {
  rows.forEach((row, i) => {
    const at = first + i;
    const { queued } = socket;
    queued.slot[at] = row.slot ?? 0;
    queued.length[at] = row.length ?? 20;
    queued.port[at] = row.port;
    queued.interface[at] = row.interfaceIndex ?? 0;
    queued.scope[at] = row.interfaceIndex ?? 0;
    queued.ttl[at] = row.ttl ?? -1;
    queued.destination.fill(0, at * 16, at * 16 + 16).set(address(row.to), at * 16);
    queued.source.fill(0, at * 16, at * 16 + 16);
    if (row.from !== undefined) queued.source.set(address(row.from), at * 16);
  });
}

/** Sends rows that must all go. */
export function send(socket: UdpSocket, ...rows: Row[]): void {
  queue(socket, rows);
  const sent = socket.send(0, rows.length);
  if (sent !== rows.length) throw new Error(`only ${sent} of ${rows.length} went: errno ${socket.queued.error[sent]}`);
}

/** Resolves when `what` gives something else than `undefined`; the test's own time limit is the only clock. */
export async function until<T>(what: () => T | undefined): Promise<T> {
  for (;;) {
    const value = what();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Receives one batch, waiting for its first datagram, into slots `firstSlot` and up. */
export function receive(socket: UdpSocket, rows = 1, firstSlot = SLOTS / 2): Promise<number> {
  for (let i = 0; i < rows; i++) socket.received.slot[i] = firstSlot + i;
  return until(() => socket.receive(rows) || undefined);
}

/** The address in row `row` of a column. */
export function rowOf(column: Uint8Array, row: number, family: Family = 4): Address {
  return column.slice(row * 16, row * 16 + (family === 4 ? 4 : 16));
}

/** Lets the event loop turn that many times. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
