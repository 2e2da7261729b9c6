/**
 * Request Normal Processing, RFC 8487 §4.2.2: one function for each numbered step, run in the RFC's order by
 * `processRequest`. A step fills its part of the block, may note a Forwarding Code (the first one noted stays), and says
 * whether the trace goes on. Step 1 is wire/append.ts. The codes: RFC 8487 §3.2.4; when a Reply is due: §4.4.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import { ALL_ROUTERS, ForwardingCode, MulticastRoutingProtocol, ROUTERS_GROUP } from '../../proto/registry.ts';
import { sharesLink } from '../domain/links.ts';
import { type InterfaceState, interfaceOnSubnet, interfaceWithAddress, type OutgoingState } from '../router/state.ts';
import { type Address, type Family, isLinkLocal } from '../wire/address.ts';
import type { Message } from '../wire/view.ts';
import {
  writeArrival,
  writeForwarding,
  writeLocalAddress,
  writeNoUpstream,
  writeOutgoing,
  writeUnknownCounts,
} from './block.ts';
import { determineForwarding, type Forwarding } from './forwarding.ts';
import { type Hop, hasNoted, noteForwardingCode } from './hop.ts';

/** What becomes of the Request when this router is done with it, and what it has said of the way on. */
export interface Outcome {
  /** `gateway`: a Reply, and a Query of the gateway's own goes on. RFC 8487 §4.5 */
  readonly kind: 'reply' | 'forward' | 'gateway';
  /** `undefined` with a known Incoming Interface: the router on it is not known (RFC 8487 §4.3.1), or there is none. */
  readonly upstream: Address | undefined;
  readonly incoming: InterfaceState | undefined;
  /** Towards the upstream router. */
  readonly multicastRoutingProtocol: number;
}

/** Nothing was said of the way on. */
const REPLY: Outcome = { kind: 'reply', upstream: undefined, incoming: undefined, multicastRoutingProtocol: 0 };

export function processRequest(hop: Hop): Outcome {
  // RFC 8487 §4.2.2 (4), before (3): a stand-in's Outgoing Interface may be the only one that the route forwards to.
  const forwarding = determineForwarding(hop.state, hop.source, hop.group);
  const outgoing = outgoingInterface(hop, forwarding);
  fillOutgoing(hop, outgoing);
  if (forwarding === undefined) return noRoute(hop);
  fillForwarding(hop, forwarding);
  const should = outgoing && forwardingTo(hop, forwarding, outgoing);
  const { upstream, incoming, multicastRoutingProtocol, isRp } = forwarding;
  // Behind the source's own link, and behind the RP, there is no way on.
  const isOrigin = isRp || forwarding.isDirectlyConnected;
  // A row that stays when the way to its source has gone.
  if (!isOrigin && incoming === undefined && upstream === undefined) return noRoute(hop);
  const end: Outcome = isOrigin ? REPLY : { kind: 'reply', upstream, incoming, multicastRoutingProtocol };
  if (isMisdirected(hop, forwarding, outgoing, should)) return end;
  noteScope(hop, forwarding, outgoing);
  if (reachedRp(hop, forwarding)) return end;
  if (directlyConnected(forwarding)) return end;
  notePrunes(hop, forwarding, should);
  const isGateway = reachedGateway(hop);
  if (!hopsAreLeft(hop)) return end;
  return { ...end, kind: isGateway ? 'gateway' : 'forward' };
}

/**
 * RFC 8487 §4.2.2 (2). Steps 3 and 6 are skipped, so the block names no upstream router, and "a trace cannot continue"
 * from such a one (§5.8.3): the client is told at once, and no router is asked.
 */
export function processProhibited(hop: Hop): Outcome {
  noteForwardingCode(hop, ForwardingCode.ADMIN_PROHIB);
  return REPLY;
}

/** RFC 8487 §3.2.7: this daemon knows no Extended Query Type, so every one that is not transitive is unknown. */
export function hasUnknownQuery(message: Message): boolean {
  return message.intransitiveQueryCount > 0;
}

export function processUnknownQuery(hop: Hop): Outcome {
  fillOutgoing(hop, outgoingInterface(hop, undefined));
  writeUnknownCounts(hop);
  writeLocalAddress(hop, undefined);
  noteForwardingCode(hop, ForwardingCode.UNKNOWN_QUERY);
  return REPLY;
}

/** The router could not be read: what is known of it, and FATAL_ERROR. src/README.md */
export function processUnreadable(hop: Hop): Outcome {
  fillOutgoing(hop, outgoingInterface(hop, undefined));
  writeUnknownCounts(hop);
  writeLocalAddress(hop, undefined);
  noteForwardingCode(hop, ForwardingCode.FATAL_ERROR);
  return REPLY;
}

/** RFC 8487 §4.2.2 (3) */
function fillOutgoing(hop: Hop, outgoing: InterfaceState | undefined): void {
  writeArrival(hop);
  writeOutgoing(hop, outgoing);
}

/** RFC 8487 §4.2.2 (5): fields that are not filled in yet stay zero. */
function noRoute(hop: Hop): Outcome {
  noteForwardingCode(hop, ForwardingCode.NO_ROUTE);
  return REPLY;
}

/** RFC 8487 §4.2.2 (6) */
function fillForwarding(hop: Hop, forwarding: Forwarding): void {
  writeForwarding(hop, { ...forwarding, upstream: upstreamToReport(hop, forwarding) });
  writeLocalAddress(hop, forwarding.incoming);
}

/**
 * None for a directly connected source, RFC 8487 §4.2.2 (10), and at the RP that was asked for. Where it is not known, as
 * at an RP that has nothing of the source, the group by which a router would ask for it (§3.2.4, §3.2.5, §4.3.1): zero would
 * say that the trace has arrived at the source (§5.8.1).
 */
function upstreamToReport({ message, source }: Hop, forwarding: Forwarding): Address | undefined {
  const isAtRoot = forwarding.isRp && source === undefined;
  if (forwarding.isDirectlyConnected || isAtRoot) return undefined;
  return (
    forwarding.upstream ?? (forwarding.incoming && routersGroup(message.family, forwarding.multicastRoutingProtocol))
  );
}

/** RFC 8487 §4.3.1: of the protocol in use, else all routers. */
export function routersGroup(family: Family, multicastRoutingProtocol: number): Address {
  return (ROUTERS_GROUP[multicastRoutingProtocol] ?? ALL_ROUTERS)[family];
}

/**
 * RFC 8487 §4.2.2 (7): the Request came by an interface that the router does not forward by. Where the Outgoing Interface
 * is not known, or no row says where packets go, there is no verdict.
 */
function isMisdirected(
  hop: Hop,
  { incoming, multicastRoutingProtocol, outgoing: rows, isRp }: Forwarding,
  outgoing: InterfaceState | undefined,
  should: Should | undefined,
): boolean {
  if (outgoing === undefined) return false;
  // RFC 8487 §6.4: a proxy says WRONG_IF for its Incoming Interface, too.
  const isProxy = multicastRoutingProtocol === MulticastRoutingProtocol.igmpOnly;
  const isIncoming = outgoing.index === incoming?.index;
  // An RP's row may name the link of its own address, from which packets come no more than from any other.
  if (!outgoing.multicast) noteForwardingCode(hop, ForwardingCode.NO_MULTICAST);
  else if (isRp && isIncoming) return false;
  else if (isIncoming && !isProxy) noteForwardingCode(hop, ForwardingCode.RPF_IF);
  else if (isIncoming || (rows !== undefined && should === undefined)) noteForwardingCode(hop, ForwardingCode.WRONG_IF);
  else return false;
  return true;
}

/** RFC 8487 §4.2.2 (8). The trace goes on. */
function noteScope(hop: Hop, { incoming }: Forwarding, outgoing: InterfaceState | undefined): void {
  const { group, state } = hop;
  if (group === undefined) return;
  const leaves = outgoing !== undefined && state.isScoped(group, outgoing, 'out');
  const enters = incoming !== undefined && state.isScoped(group, incoming, 'in');
  if (leaves || enters) noteForwardingCode(hop, ForwardingCode.SCOPED);
}

/**
 * RFC 8487 §4.2.2 (9), §6.1. The RFC's sentence speaks of a non-source-specific Query; a source-specific one that finds
 * nothing but group state at the RP ends there just the same, "there is no more state to trace". Nobody is upstream then;
 * but where another code stands in the block, zero would be the source's.
 */
function reachedRp(hop: Hop, forwarding: Forwarding): boolean {
  if (!forwarding.isRp) return false;
  noteForwardingCode(hop, ForwardingCode.REACHED_RP);
  if (hasNoted(hop, ForwardingCode.REACHED_RP)) writeNoUpstream(hop);
  return true;
}

/** RFC 8487 §4.2.2 (10) */
function directlyConnected(forwarding: Forwarding): boolean {
  return forwarding.isDirectlyConnected;
}

/** RFC 8487 §4.2.2 (11). The trace goes on. */
function notePrunes(hop: Hop, forwarding: Forwarding, should: Should | undefined): void {
  if (forwarding.pruneSent) noteForwardingCode(hop, ForwardingCode.PRUNE_SENT);
  if (should === 'pruned') noteForwardingCode(hop, ForwardingCode.PRUNE_RCVD);
  if (should === 'notForwarding') noteForwardingCode(hop, ForwardingCode.NOT_FORWARDING);
}

/** What a router does for an interface that it should forward to. */
type Should = OutgoingState['state'];

/**
 * What the row says of the Outgoing Interface. What only the group's row forwards to, it "should normally forward" (RFC
 * 8487 §4.2.2 (11)), but the row of the source decides, and does not.
 * @returns `undefined`: no row has it
 */
function forwardingTo({ state, group }: Hop, forwarding: Forwarding, { index }: InterfaceState): Should | undefined {
  const own = forwarding.outgoing?.find((row) => row.interface.index === index);
  if (own !== undefined || forwarding.kind !== 'source' || group === undefined) return own?.state;
  const shared = state.route(undefined, group)?.outgoing.find((row) => row.interface.index === index);
  return shared?.state === 'forwarding' ? 'notForwarding' : undefined;
}

/** RFC 8487 §4.2.2 (12) */
function reachedGateway(hop: Hop): boolean {
  if (hop.isGateway) noteForwardingCode(hop, ForwardingCode.REACHED_GW);
  return hop.isGateway;
}

/** RFC 8487 §4.2.2 (13), §3.2.1 # Hops, §4.4 (1) */
function hopsAreLeft({ memory, message }: Hop): boolean {
  const traced = message.standardBlockCount + message.returnedBlockCount;
  return traced < HEADER[message.family].f.hops.get(memory.view, message.base);
}

/**
 * The interface that the question names, RFC 8487 §2.1. For a stand-in: the one on the client's subnet, else the one that
 * owns the address, else the only one that the route forwards to; else unknown, and then the block says 0.
 */
function outgoingInterface(
  { state, outgoingHint }: Hop,
  forwarding: Forwarding | undefined,
): InterfaceState | undefined {
  const { index, address, standInClient, link } = outgoingHint;
  const rows = forwarding?.outgoing ?? [];
  // RFC 8487 §4.2.2: it is the one that the Request came in on. A loopback interface, by whose address a router may be known
  // (an RP; any router on an unnumbered link), is on no link: no subnet, and no row has it.
  const interfaces = [...state.interfaces.values()].filter(
    (own) => hasSubnetOf(own, address) || rows.some((row) => row.interface.index === own.index),
  );
  const owners = interfaces.filter((own) => interfaceWithAddress([own], address) !== undefined);
  const onLink = owners.filter((own) => mayBeOn(link, own, address));
  // After a restart the router may have numbered its interfaces anew: the index counts only where the address still is.
  const named = onLink.find((own) => own.index === index);
  if (named !== undefined) return named;
  const forwards = rows.flatMap((row) => (row.state === 'forwarding' ? [row.interface] : []));
  // One link-local address, or one that unnumbered interfaces borrow, may be on several: the route tells which is meant.
  const forwarders = owners.filter((own) => forwards.some((row) => row.index === own.index));
  const owner = only(onLink) ?? (owners.length > 1 ? only(forwarders) : undefined);
  if (standInClient === undefined) return owner;
  return interfaceOnSubnet(interfaces, standInClient) ?? owner ?? (owners.length === 0 ? only(forwards) : undefined);
}

/**
 * Whether the router has this address of its own on that link: not where it is one of another link's subnet, by which a
 * router on an unnumbered link may be known. Link-local addresses were told apart before.
 */
function mayBeOn(link: InterfaceState | undefined, own: InterfaceState, address: Address): boolean {
  return link === undefined || isLinkLocal(address) || !hasSubnetOf(own, address) || sharesLink(own, link);
}

/** Whether somebody else may be on its link, by an address of this one's family. */
function hasSubnetOf({ addresses }: InterfaceState, { length }: Address): boolean {
  return addresses.some((own) => own.address.length === length && own.length < length * 8);
}

function only<T>(some: readonly T[]): T | undefined {
  return some.length === 1 ? some[0] : undefined;
}
