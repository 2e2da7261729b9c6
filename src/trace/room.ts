/** Where messages stand, and how long one may be. RFC 8487 §3, §3.1, §4.3.3, §4.4 (2) */
import { STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import type { Family } from '../wire/address.ts';
import type { Memory } from '../wire/view.ts';

export interface Slab {
  /** Slot i is at `i * slotOctets`. */
  readonly memory: Memory;
  readonly slotOctets: number;
  /** A free slot, from now on ours; `undefined`: there is none. */
  readonly takeSlot: () => number | undefined;
}

/** Octets of IP and UDP headers in front of a message. */
const IP_UDP_OCTETS = { 4: 28, 6: 48 } as const;
/** The most: RFC 8487 §3 for IPv6, an Ethernet's for IPv4. */
const MTU = { 4: 1500, 6: 1280 } as const;
/** What every IPv4 host takes, RFC 791 §3.2: an interface that claims less would have a trace split at every router. */
const MIN_MTU_V4 = 576;

/**
 * Octets that a message of this family may have: as many as the Incoming Interface takes, RFC 8487 §4.3.3, and no more
 * than an Ethernet, because it travels by other links than that. A slot has room for one block more.
 */
export function limitOctets(family: Family, slotOctets: number, incomingMtu: number = MTU[family]): number {
  const mtu = family === 4 ? Math.max(MIN_MTU_V4, Math.min(incomingMtu, MTU[4])) : MTU[6];
  return Math.min(slotOctets - STANDARD_RESPONSE_BLOCK[family].octets, mtu - IP_UDP_OCTETS[family]);
}
