/**
 * Request Normal Processing, RFC 8487 §4.2.2: one function for each numbered step, run in the RFC's order by
 * `processRequest`. A step fills its part of the block, may note a Forwarding Code (the first one noted stays), and says
 * whether the trace goes on. Step 1 is wire/append.ts. Steps 2 (ADMIN_PROHIB), 7 (NO_MULTICAST, RPF_IF, WRONG_IF),
 * 8 (SCOPED), 11 (PRUNE_SENT, PRUNE_RCVD, NOT_FORWARDING) and 12 (REACHED_GW) are not there yet: proto/CONFORMANCE.md.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import { type InterfaceState, interfaceOnSubnet, interfaceWithAddress } from '../router/state.ts';
import type { Address } from '../wire/address.ts';
import { sameAddress } from '../wire/address.ts';
import { writeArrival, writeForwarding, writeLocalAddress, writeOutgoing, writeUnknownCounts } from './block.ts';
import { determineForwarding, type Forwarding } from './forwarding.ts';
import { type Hop, noteForwardingCode } from './hop.ts';

/** What becomes of the Request when this router is done with it. */
export type Outcome =
  | { readonly kind: 'reply' }
  /** `upstream` undefined: the Incoming Interface is known, the router on it is not (RFC 8487 §4.3.1). */
  | { readonly kind: 'forward'; readonly upstream: Address | undefined; readonly incoming: InterfaceState | undefined };

const REPLY: Outcome = { kind: 'reply' };

export function processRequest(hop: Hop): Outcome {
  const forwarding = determineForwarding(hop.state, hop.source, hop.group); // RFC 8487 §4.2.2 (4)
  fillOutgoing(hop, forwarding);
  if (forwarding === undefined) return noRoute(hop);
  fillForwarding(hop, forwarding);
  if (reachedRp(hop, forwarding)) return REPLY;
  if (directlyConnected(forwarding)) return REPLY;
  return forwardOrReply(hop, forwarding);
}

/** The router could not be read: what is known of it, and FATAL_ERROR. src/README.md */
export function processUnreadable(hop: Hop): Outcome {
  fillOutgoing(hop, undefined);
  writeUnknownCounts(hop);
  writeLocalAddress(hop, undefined);
  noteForwardingCode(hop, ForwardingCode.FATAL_ERROR);
  return REPLY;
}

/** RFC 8487 §4.2.2 (3) */
function fillOutgoing(hop: Hop, forwarding: Forwarding | undefined): void {
  writeArrival(hop);
  writeOutgoing(hop, outgoingInterface(hop, forwarding));
}

/** RFC 8487 §4.2.2 (5): the remaining fields stay zero. */
function noRoute(hop: Hop): Outcome {
  noteForwardingCode(hop, ForwardingCode.NO_ROUTE);
  return REPLY;
}

/** RFC 8487 §4.2.2 (6); the upstream of a directly connected source is zero by (10). */
function fillForwarding(hop: Hop, forwarding: Forwarding): void {
  writeForwarding(hop, forwarding.isDirectlyConnected ? { ...forwarding, upstream: undefined } : forwarding);
  writeLocalAddress(hop, forwarding.incoming);
}

/**
 * RFC 8487 §4.2.2 (9), §6.1. The RFC's sentence speaks of a non-source-specific Query; a source-specific one that finds
 * nothing but group state at the RP ends there just the same, "there is no more state to trace".
 */
function reachedRp(hop: Hop, forwarding: Forwarding): boolean {
  if (!forwarding.isRp) return false;
  noteForwardingCode(hop, ForwardingCode.REACHED_RP);
  return true;
}

/** RFC 8487 §4.2.2 (10) */
function directlyConnected(forwarding: Forwarding): boolean {
  return forwarding.isDirectlyConnected;
}

/** RFC 8487 §4.2.2 (13) */
function forwardOrReply(hop: Hop, forwarding: Forwarding): Outcome {
  const { hops } = HEADER[hop.message.family].f;
  const traced = hop.message.standardBlockCount + hop.message.returnedBlockCount;
  if (traced >= hops.get(hop.memory.view, hop.message.base)) return REPLY;
  return { kind: 'forward', upstream: forwarding.upstream, incoming: forwarding.incoming };
}

/**
 * The interface that the question names. For a stand-in: the one on the client's subnet, else the one that owns the
 * address, else the only one that the route forwards to; else unknown, and then the block says 0.
 */
function outgoingInterface(
  { state, outgoingHint }: Hop,
  forwarding: Forwarding | undefined,
): InterfaceState | undefined {
  const { index, address, standInClient } = outgoingHint;
  const interfaces = [...state.interfaces.values()];
  const named = index === undefined ? undefined : state.interfaces.get(index);
  // After a restart the router may have numbered its interfaces anew: the index counts only where the address still is.
  if (named?.addresses.some((own) => sameAddress(own.address, address))) return named;
  if (standInClient === undefined) return interfaceWithAddress(interfaces, address);
  const found = interfaceOnSubnet(interfaces, standInClient) ?? interfaceWithAddress(interfaces, address);
  if (found !== undefined) return found;
  const rows = forwarding?.outgoing?.filter((row) => !row.pruned) ?? [];
  return rows.length === 1 ? rows[0]?.interface : undefined;
}
