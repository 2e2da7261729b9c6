/**
 * Which state a router would forward by: the look-up of RFC 8487 §4.2.2 (4), on a state that was read, in its order:
 * source-specific state, else group state and the way to the RP, else the path that a join to the source would take.
 * The last is what an RP is asked for with no group (§6.1). Nothing is instantiated anywhere: a path without a row is the
 * "phantom" that the RFC speaks of.
 */
import { UNKNOWN_COUNT } from '../../proto/field.ts';
import {
  type InterfaceState,
  interfaceWithAddress,
  type OutgoingState,
  type RouterState,
  type RpfState,
} from '../router/state.ts';
import { type Address, inPrefix, isLinkLocal, sameAddress } from '../wire/address.ts';

/** What the forwarding information is about. */
export type ForwardingKind =
  | 'source' // (S,G) row
  | 'group' // (*,G) row, or the RPF path to the RP
  | 'path'; // RPF path to the source

/** What a block tells of it: RFC 8487 §3.2.4. */
export interface Forwarding {
  readonly kind: ForwardingKind;
  /** `undefined`: not known. */
  readonly incoming: InterfaceState | undefined;
  /** `undefined`: directly connected, or not known. */
  readonly upstream: Address | undefined;
  /** Where packets go; `undefined` when there is no row that would say so. */
  readonly outgoing: readonly OutgoingState[] | undefined;
  readonly packets: bigint;
  /** A prune went upstream that applies to the source and group. */
  readonly pruneSent: boolean;
  readonly routingProtocol: number;
  readonly multicastRoutingProtocol: number;
  /** Prefix length that the router has for the source; `undefined` when it forwards solely on group state. */
  readonly sourcePrefixLength: number | undefined;
  /** This router is the RP of the group, and group state is what it has. */
  readonly isRp: boolean;
  /** The source is on the Incoming Interface's link, or on the router itself. */
  readonly isDirectlyConnected: boolean;
}

/** @returns `undefined` when no forwarding information can be determined: NO_ROUTE */
export function determineForwarding(
  state: RouterState,
  source: Address | undefined,
  group: Address | undefined,
): Forwarding | undefined {
  if (group !== undefined) {
    const forwarding = (source && sourceForwarding(state, source, group)) ?? groupForwarding(state, group, source);
    if (forwarding !== undefined) return forwarding;
  }
  return source && pathForwarding(state, source);
}

/**
 * The row decides, whatever the RPF path says: a packet that comes in on the row's interface is forwarded. The path only
 * fills in what the row leaves open, and only where both are on the same link.
 */
function sourceForwarding(state: RouterState, source: Address, group: Address): Forwarding | undefined {
  const route = state.route(source, group);
  if (route === undefined) return undefined;
  const rpf = state.rpf(source);
  const onLink = rpfOnLink(state, source, route.incoming);
  const incoming = route.incoming ?? rpf?.interface;
  const upstream = route.upstream ?? onLink?.neighbor;
  return {
    kind: 'source',
    incoming,
    upstream,
    outgoing: route.outgoing,
    packets: route.packets,
    pruneSent: route.pruneSent,
    routingProtocol: route.routingProtocol || (onLink?.routingProtocol ?? 0),
    multicastRoutingProtocol: route.multicastRoutingProtocol || (incoming?.multicastRoutingProtocol ?? 0),
    sourcePrefixLength: route.source?.length,
    isRp: false,
    // A row without a neighbour does not say it: it stays when the route to the source has gone.
    isDirectlyConnected:
      isOnLink(source, incoming, upstream) || (upstream === undefined && onLink?.isConnected === true),
  };
}

/**
 * Group state: the row, else the way a join to the RP would go. A source-specific trace wants it only where there is a
 * row: with none, "potential source state" is the better answer (RFC 8487 §4.2.2 (4)). Where nobody knows of an RP (a
 * static route, an IGMP proxy), packets of the source come from the neighbour towards it, if that is on the row's link.
 */
function groupForwarding(state: RouterState, group: Address, source: Address | undefined): Forwarding | undefined {
  const route = state.route(undefined, group);
  if (route === undefined && source !== undefined) return undefined;
  const rp = state.rp(group);
  const isOwnRp = rp !== undefined && isOwn(state, rp);
  // Of several RPs of a range, one is the group's: what comes from a neighbor comes from another one.
  const isRp = isOwnRp && (route?.upstream === undefined || isOwn(state, route.upstream));
  // The way to the RP's own address is no way that packets come by.
  const target = isOwnRp ? undefined : (rp ?? source);
  const rpf = target && rpfOnLink(state, target, route?.incoming);
  if (route === undefined && rpf === undefined && !isRp) return undefined;
  const incoming = route?.incoming ?? rpf?.interface;
  // Only an RP on the link is its own neighbour; any other is behind one that is not known.
  const onPath = rpf?.neighbor ?? (rpf?.isConnected ? rp : undefined);
  const upstream = isRp ? undefined : (route?.upstream ?? onPath);
  // RFC 8487 §4.2.2 (10): with an RP the neighbor of the row is the one towards it, and says nothing of the source.
  const toSource = source && rpfOnLink(state, source, incoming);
  const towardsSource = rp === undefined ? upstream : toSource?.neighbor;
  return {
    kind: 'group',
    incoming,
    upstream,
    outgoing: route?.outgoing,
    packets: route?.packets ?? UNKNOWN_COUNT,
    pruneSent: route?.pruneSent ?? false,
    routingProtocol: route?.routingProtocol || (rpf?.routingProtocol ?? 0),
    multicastRoutingProtocol: route?.multicastRoutingProtocol || (incoming?.multicastRoutingProtocol ?? 0),
    sourcePrefixLength: undefined,
    isRp,
    isDirectlyConnected:
      source !== undefined && (isOnLink(source, incoming, towardsSource) || toSource?.isConnected === true),
  };
}

function isOwn(state: RouterState, address: Address): boolean {
  return interfaceWithAddress(state.interfaces.values(), address) !== undefined;
}

/** The RPF row, unless it leads over another interface than the one that packets are expected on. */
function rpfOnLink(state: RouterState, target: Address, incoming: InterfaceState | undefined): RpfState | undefined {
  const rpf = state.rpf(target);
  return incoming === undefined || rpf?.interface.index === incoming.index ? rpf : undefined;
}

function pathForwarding(state: RouterState, source: Address): Forwarding | undefined {
  const rpf = state.rpf(source);
  if (rpf === undefined) return undefined;
  return {
    kind: 'path',
    incoming: rpf.interface,
    upstream: rpf.neighbor,
    outgoing: undefined,
    packets: UNKNOWN_COUNT,
    pruneSent: false,
    routingProtocol: rpf.routingProtocol,
    multicastRoutingProtocol: rpf.interface.multicastRoutingProtocol,
    sourcePrefixLength: rpf.prefix.length,
    isRp: false,
    isDirectlyConnected: rpf.isConnected || isOnLink(source, rpf.interface, rpf.neighbor),
  };
}

/**
 * Whether the source is on a subnet of the Incoming Interface, and nobody stands between. A more specific route may lead out
 * of a wide subnet to another router. Some routers name the source itself as the RPF neighbour when it is on their link.
 */
function isOnLink(source: Address, incoming: InterfaceState | undefined, upstream: Address | undefined): boolean {
  if (upstream !== undefined && !sameAddress(upstream, source)) return false;
  return incoming?.addresses.some((own) => !isLinkLocal(own.address) && inPrefix(source, own)) ?? false;
}
