/**
 * The fields of a Standard Response Block from what is known, in both shapes: IPv4 names interfaces by address
 * (RFC 8487 §3.2.4), IPv6 by interface ID with the router's own Local Address (§3.2.5). Writes octets, decides nothing
 * of the protocol (what is to be in a block: §4.3.3). What is not known stays as the RFC says: counts all ones,
 * interfaces 0, masks 127 / 255.
 */
import { UNKNOWN_COUNT } from '../../proto/field.ts';
import { STANDARD_RESPONSE_BLOCK, standardResponseBlockV4, standardResponseBlockV6 } from '../../proto/mtrace2.ts';
import { addressOn, type InterfaceState } from '../router/state.ts';
import { type Address, isLinkLocal, isLoopback, isUniqueLocal, sameAddress } from '../wire/address.ts';
import { ntp32 } from '../wire/ntp.ts';
import type { Memory } from '../wire/view.ts';
import type { Forwarding } from './forwarding.ts';
import type { Hop } from './hop.ts';

const LAST_IF_INDEX = 2 ** 31 - 1;

/** "Forwarding solely on group state." RFC 8487 §3.2.4 Src Mask, §3.2.5 Src Prefix Len */
const GROUP_STATE_MASK = { 4: 127, 6: 255 } as const;

export function writeArrival(hop: Hop): void {
  const { queryArrivalTime } = STANDARD_RESPONSE_BLOCK[hop.message.family].f;
  queryArrivalTime.set(hop.memory.view, hop.block, ntp32(hop.arrival.seconds, hop.arrival.nanoseconds));
}

/** Outgoing Interface, Output Packet Count, Fwd TTL (IPv4). */
export function writeOutgoing(hop: Hop, outgoing: InterfaceState | undefined): void {
  const { memory, block, message } = hop;
  const { f } = STANDARD_RESPONSE_BLOCK[message.family];
  f.outputPacketCount.set(memory.view, block, outgoing?.outMulticastPackets ?? UNKNOWN_COUNT);
  if (message.family === 6) {
    standardResponseBlockV6.f.outgoingInterfaceId.set(memory.view, block, interfaceId(outgoing));
    return;
  }
  const { address, standInClient } = hop.outgoingHint;
  if (outgoing === undefined) {
    // Known by address only: a router whose interfaces have not been read was named as somebody's upstream. (A stand-in
    // address need not be one of the router's.)
    const isUnread = hop.state.interfaces.size === 0;
    if (standInClient === undefined && isUnread) {
      put(memory, block, standardResponseBlockV4.f.outgoingInterfaceAddress, address);
    }
    return;
  }
  const own = outgoing.addresses.find((prefix) => sameAddress(prefix.address, address))?.address;
  const onSubnet = addressOn(outgoing, 4, standInClient ?? address);
  put(memory, block, standardResponseBlockV4.f.outgoingInterfaceAddress, own ?? onSubnet);
  standardResponseBlockV4.f.forwardingTtl.set(memory.view, block, outgoing.multicast ? outgoing.ttlThreshold : 0);
}

/** Incoming Interface, Local Address (IPv6), upstream router, counts, protocols, S and Src Mask. */
export function writeForwarding(hop: Hop, forwarding: Forwarding): void {
  const { memory, block, message } = hop;
  const { incoming } = forwarding;
  if (message.family === 4) {
    const f = standardResponseBlockV4.f;
    const own = incoming && addressOn(incoming, 4, forwarding.upstream ?? hop.source);
    put(memory, block, f.incomingInterfaceAddress, own);
    // RFC 8487 §3.2.4: it MUST be 0 if the Incoming Interface Address is unknown or unnumbered.
    put(memory, block, f.upstreamRouterAddress, own && forwarding.upstream);
    f.sourceMask.set(memory.view, block, forwarding.sourcePrefixLength ?? GROUP_STATE_MASK[4]);
  } else {
    const f = standardResponseBlockV6.f;
    f.incomingInterfaceId.set(memory.view, block, interfaceId(incoming));
    // RFC 8487 §3.2.5: :: if the Incoming Interface is unknown.
    put(memory, block, f.remoteAddress, incoming && forwarding.upstream);
    f.sourcePrefixLength.set(memory.view, block, forwarding.sourcePrefixLength ?? GROUP_STATE_MASK[6]);
  }
  const { f } = STANDARD_RESPONSE_BLOCK[message.family];
  f.inputPacketCount.set(memory.view, block, incoming?.inMulticastPackets ?? UNKNOWN_COUNT);
  f.sourceGroupPacketCount.set(memory.view, block, forwarding.packets);
  f.routingProtocol.set(memory.view, block, forwarding.routingProtocol);
  f.multicastRoutingProtocol.set(memory.view, block, forwarding.multicastRoutingProtocol);
  f.s.set(memory.view, block, countsManySources(forwarding, message.family === 4 ? 32 : 128) ? 1 : 0);
}

/** ifIndex (RFC 8487 §3.2.5), which ends at 2^31-1 (RFC 2863): what is above is a number of the reader's own. */
function interfaceId(known: InterfaceState | undefined): number {
  return known === undefined || known.index > LAST_IF_INDEX ? 0 : known.index;
}

/** Upstream Router Address (IPv4), Remote Address (IPv6): zero. */
export function writeNoUpstream({ memory, block, message }: Hop): void {
  const { upstreamRouterAddress } = standardResponseBlockV4.f;
  const { at, octets } = message.family === 4 ? upstreamRouterAddress : standardResponseBlockV6.f.remoteAddress;
  memory.octets.fill(0, block + at, block + at + octets);
}

/** Local Address (IPv6). RFC 8487 §3.2.5 */
export function writeLocalAddress(hop: Hop, incoming: InterfaceState | undefined): void {
  if (hop.message.family === 4) return;
  const local = localAddress(hop.state.interfaces.values(), incoming);
  put(hop.memory, hop.block, standardResponseBlockV6.f.localAddress, local);
}

/**
 * Counts of which nothing could be read: all ones, "no count can be reported". Only for a block whose router could not
 * be asked; elsewhere every count is written by its step. RFC 8487 §3.2.4
 */
export function writeUnknownCounts(hop: Hop): void {
  const { f } = STANDARD_RESPONSE_BLOCK[hop.message.family];
  f.inputPacketCount.set(hop.memory.view, hop.block, UNKNOWN_COUNT);
  f.sourceGroupPacketCount.set(hop.memory.view, hop.block, UNKNOWN_COUNT);
}

/** S: the packet count is for all sources that the mask covers, not for this source alone. RFC 8487 §3.2.4 */
function countsManySources(forwarding: Forwarding, fullLength: number): boolean {
  if (forwarding.packets === UNKNOWN_COUNT) return false;
  return forwarding.kind === 'group' || (forwarding.sourcePrefixLength ?? fullLength) < fullLength;
}

/**
 * The address that identifies the router: global before unique local before link-local (RFC 8487 §3.2.5). Among equals
 * one of the Incoming Interface, because Local Address and Incoming Interface together tell whose link the Remote
 * Address is on; then the lowest interface.
 */
export function localAddress(
  interfaces: Iterable<InterfaceState>,
  incoming: InterfaceState | undefined,
): Address | undefined {
  let best: Address | undefined;
  let bestRank = -1;
  for (const own of [...(incoming ? [incoming] : []), ...[...interfaces].sort((a, b) => a.index - b.index)]) {
    for (const { address } of own.addresses) {
      if (address.length !== 16 || isLoopback(address)) continue;
      const rank = isLinkLocal(address) ? 0 : isUniqueLocal(address) ? 1 : 2;
      if (rank > bestRank) {
        best = address;
        bestRank = rank;
      }
    }
  }
  return best;
}

function put(memory: Memory, block: number, field: { readonly at: number }, address: Address | undefined): void {
  if (address !== undefined) memory.octets.set(address, block + field.at);
}
