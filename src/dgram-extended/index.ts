/**
 * The typed face of the in-tree addon: UDP sockets that receive and send in batches, straight into and out of slots of
 * one slab, and that tell what node:dgram does not (destination, arrival interface, TTL, kernel timestamp, ICMP
 * errors). Linux only. It is thin on purpose: policy (pools, queues, what to do about an error) is src/net/udp.ts.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Address, Family } from '../wire/address.ts';

/** What an address takes of its column: row i at `i * ADDRESS_COLUMN_OCTETS`, IPv4 in the first four. */
export const ADDRESS_COLUMN_OCTETS = 16;

/** Metadata of a received batch: row i of every column belongs to the i-th datagram. Valid until the next `receive`. */
export interface ReceivedColumns {
  /** Set by the caller before `receive`: the slot that row i is received into. */
  readonly slot: Uint32Array;
  /** Octets received; never more than the slot has. */
  readonly length: Uint32Array;
  /** 1 when the datagram was longer than the slot and its end is lost. */
  readonly truncated: Uint8Array;
  readonly source: Uint8Array;
  readonly port: Uint16Array;
  /** Interface index of a link-local IPv6 source, else 0. */
  readonly scope: Uint32Array;
  /** The destination in the datagram's header: unicast or multicast. */
  readonly destination: Uint8Array;
  /** Index of the interface it came in on. */
  readonly interface: Uint32Array;
  /** TTL or hop limit, 0 to 255; -1 when the kernel did not tell. */
  readonly ttl: Int16Array;
  /** Kernel receive time, seconds since 1970; NaN when the kernel did not tell. */
  readonly seconds: Float64Array;
  readonly nanoseconds: Uint32Array;
}

/** What to send, set by the caller: row i of every column describes one datagram. */
export interface QueuedColumns {
  readonly slot: Uint32Array;
  /** Octets to send, from the start of the slot. */
  readonly length: Uint32Array;
  readonly destination: Uint8Array;
  readonly port: Uint16Array;
  /** Interface index for a link-local IPv6 destination, else 0. */
  readonly scope: Uint32Array;
  /** All zeros: the address the socket is bound to, or the kernel's choice. */
  readonly source: Uint8Array;
  /** Interface to leave on; 0: by route. When set, an all-zero `source` is chosen by the kernel, bound or not. */
  readonly interface: Uint32Array;
  /** TTL or hop limit, 1 to 255 (IPv6: 0 to 255); -1: the socket's. */
  readonly ttl: Int16Array;
  /** Set by `send` for the first row that did not go: the positive value of errno. */
  readonly error: Int32Array;
}

/** An entry of the error queue: what became of a datagram sent earlier. */
export interface QueuedError {
  /** Where that datagram was going. The kernel's own errors (origin 1) leave the port 0. */
  readonly destination: Address;
  readonly destinationPort: number;
  /** The error's name: `ECONNREFUSED`, `EHOSTUNREACH`, ... */
  readonly errno: string;
  /** 1 this kernel, 2 ICMP, 3 ICMPv6. */
  readonly origin: number;
  /** ICMP type and code; 0 for the kernel's own errors. */
  readonly type: number;
  readonly code: number;
  /** The first octets of that datagram, at most 64; fewer, or none, when ICMP brought back less. */
  readonly quoted: Uint8Array;
  /** Who sent the ICMP message; `undefined` when nobody did. */
  readonly offender: Address | undefined;
}

/**
 * Integer options; 1 and 0 are on and off. `getOption` gives what the kernel made of them: buffers are doubled, and
 * limited by net.core.rmem_max and wmem_max unless the process has CAP_NET_ADMIN. `transparent` needs CAP_NET_ADMIN or
 * CAP_NET_RAW. `multicastAll` off: hear only the groups that this socket joined. `receiveErrors` fills the error queue.
 */
export type SocketOption =
  | 'reuseAddress'
  | 'reusePort'
  | 'receiveBufferOctets'
  | 'sendBufferOctets'
  | 'dontFragment'
  | 'v6Only'
  | 'transparent'
  | 'freeBind'
  | 'hopLimit'
  | 'multicastHopLimit'
  | 'multicastLoop'
  | 'multicastAll'
  | 'receiveErrors';

export interface WatchCallbacks {
  /** The error queue has something: `readErrors`. Called before the others. */
  readonly onError: () => void;
  /** There is something to receive; called again each turn of the event loop until it has been received. */
  readonly onReadable: () => void;
  /** There is room to send; only while `watchWritable(true)`. */
  readonly onWritable: () => void;
}

/**
 * One socket. What fails in the kernel throws an `Error` like Node's own: `code`, `errno` (negative), `syscall` and a
 * message such as `bind EADDRINUSE 127.0.0.1:33435`; after `close`, `EBADF`. Wrong arguments throw a TypeError or
 * RangeError. A socket that is watched keeps itself and the event loop alive until it is closed.
 */
export interface UdpSocket {
  /** `batch` rows. */
  readonly received: ReceivedColumns;
  /** As many rows as the constructor was told. */
  readonly queued: QueuedColumns;
  /** Throws ENOPROTOOPT when the family has no such option. */
  setOption(name: SocketOption, value: number): void;
  getOption(name: SocketOption): number;
  join(group: Address, interfaceIndex: number): void;
  leave(group: Address, interfaceIndex: number): void;
  /** The interface that multicast leaves on when a row does not name one; 0: by route. */
  setMulticastInterface(interfaceIndex: number): void;
  /** `scope` is the interface index of a link-local IPv6 address, else 0. */
  bind(address: Address, port: number, scope: number): void;
  address(): { readonly address: Address; readonly port: number };
  /** Starts the callbacks, once. An exception in one of them becomes an 'uncaughtException' of the process. */
  watch(callbacks: WatchCallbacks): void;
  watchWritable(wanted: boolean): void;
  /**
   * Receives up to `rows` datagrams (at most `batch`) into the slots that `received.slot` names, without waiting.
   * @returns how many rows were filled; 0 when there was nothing
   */
  receive(rows: number): number;
  /**
   * Sends rows `first` to `first + rows - 1` (at most `batch`) of `queued`, in order, without waiting.
   * @returns how many went; when fewer, `queued.error[first + that]` says why the next one did not (EAGAIN: no room)
   */
  send(first: number, rows: number): number;
  /** Takes at most `limit` entries off the error queue. */
  readErrors(limit: number): QueuedError[];
  /** Ends callbacks at once and frees the address. May be called at any time, also from a callback, and again. */
  close(): void;
}

export interface DgramExtended {
  /** The most rows of one `receive` or `send`. */
  readonly batch: number;
  readonly UdpSocket: {
    /**
     * @param slab shared by any number of sockets: slot i at `i * slotOctets`; must not be transferred or resized
     * @param queueRows rows of `queued`, 1 to 65535
     */
    new (family: Family, slab: ArrayBuffer, slotOctets: number, queueRows: number): UdpSocket;
  };
  /**
   * Sends one message to a UNIX datagram socket, as sd_notify(3) does; a leading `@` in the path is an abstract name.
   * Throws like a socket: ENOENT, ECONNREFUSED, ENAMETOOLONG, EMSGSIZE (4,096 octets or more), EAGAIN (full).
   */
  notify(path: string, message: string): void;
}

export class AddonAbsentError extends Error {
  readonly code = 'ERR_ADDON_ABSENT';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AddonAbsentError';
  }
}

/**
 * The addon. Loading it again costs a few file system calls and gives the same one.
 * DGRAM_EXTENDED_PREBUILD, node-gyp-build's variable for this name, points to another directory with a build in it.
 * Throws `AddonAbsentError` with the reason and what to do.
 */
export function loadDgramExtended(): DgramExtended {
  if (process.platform !== 'linux') {
    throw new AddonAbsentError(`the addon dgram-extended needs Linux, and this is ${process.platform}`);
  }
  // By its own name the package is found from src/ and from dist/src/ alike.
  const require = createRequire(import.meta.url);
  const home = join(dirname(require.resolve('mtrace2d/package.json')), 'src', 'dgram-extended');
  const directory = process.env.DGRAM_EXTENDED_PREBUILD ?? home;
  try {
    const load = require('node-gyp-build') as (directory: string) => DgramExtended;
    return load(directory);
  } catch (cause) {
    const built = ['build', 'prebuilds'].some((name) => existsSync(join(directory, name)));
    const reason = built ? 'cannot be loaded' : 'has not been built';
    const [text] = String(cause).split('\n');
    const remedy = 'run `npm run install`, which needs python3, make and g++';
    throw new AddonAbsentError(`the addon dgram-extended ${reason} (${text}): ${remedy}`, { cause });
  }
}
