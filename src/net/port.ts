/**
 * The edge's face: a UDP port that receives into and sends from slots of one slab. Types, no IO.
 * Slab: `slots × slotOctets` octets, slot i at `i * slotOctets`. A slot has exactly one owner: the port while it
 * receives or sends, the engine in between. Metadata is what RFC 8487 needs to judge a datagram and node:dgram does
 * not tell (GTSM §4.2.1, unicast or multicast §4.1.1, Outgoing Interface §2.1, Query Arrival Time §3.2.4).
 */
import type { Address, Prefix } from '../wire/address.ts';

/** What the kernel said of one received datagram. Reused between datagrams: copy what must outlive the call. */
export interface RecvMeta {
  /** First octet of the datagram, from the start of the slab. */
  base: number;
  /** Octets received. */
  length: number;
  /** Which of the daemon's ports it arrived on: index into the list given to the engine. */
  port: number;
  /** Sender. IPv6 link-local addresses go with `interfaceIndex`. */
  source: Address;
  sourcePort: number;
  /** The address the datagram was sent to: unicast, multicast or a stand-in. */
  destination: Address;
  /** The daemon host's interface it came in on. */
  interfaceIndex: number;
  /** TTL or hop limit as received, 0 to 255; -1 when the kernel did not tell (then never trusted). */
  hopLimit: number;
  /** Kernel receive timestamp: seconds since 1970 and nanoseconds. */
  arrivalSeconds: number;
  arrivalNanoseconds: number;
}

/** One datagram to send from a slot. */
export interface Transmit {
  readonly slot: number;
  /** Octets to send, from the start of the slot. */
  readonly length: number;
  readonly port: number;
  readonly destination: Address;
  readonly destinationPort: number;
  /** Source address to send from; `undefined`: the kernel chooses. */
  readonly source: Address | undefined;
  /** Interface to leave on (multicast and IPv6 link-local destinations); 0: the kernel chooses. */
  readonly interfaceIndex: number;
  readonly hopLimit: number;
}

/** A network that this host is connected to. */
export interface HostLink {
  /** This host's own address there, and the length of the subnet. */
  readonly network: Prefix;
  readonly interfaceIndex: number;
}

/** The subnets of the link that this host has behind an interface. */
export function subnetsOn(links: readonly HostLink[], interfaceIndex: number): Prefix[] {
  return links.filter((link) => link.interfaceIndex === interfaceIndex).map(({ network }) => network);
}

/** The kernel's report (IP_RECVERR) that a datagram of ours did not arrive. */
export interface Unreachable {
  readonly port: number;
  /** Where our datagram was going. */
  readonly destination: Address;
  readonly destinationPort: number;
  /** `ECONNREFUSED` (port unreachable), `EHOSTUNREACH`, `ENETUNREACH`, `EMSGSIZE`, ... */
  readonly errno: string;
  /** The first octets of that datagram, as far as the report brought them back. */
  readonly quoted: Uint8Array;
  /** Who said so; `undefined` when it was our own kernel. */
  readonly offender: Address | undefined;
}
