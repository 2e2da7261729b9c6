/**
 * One router's turn with a Request, by the RFC: the Standard Response Block that it owes (RFC 8487 §3.2.4, §3.2.5), and
 * whether the trace goes on (§4.2.2). Written from the RFC and the network's facts, by steps as numbered there; where the
 * RFC is open, the reading is the one that proto/CONFORMANCE.md states. Nothing of the product is used.
 */
import { CODES, codeFields, type Fields, MULTICAST, ROUTING, zeroBlock } from './fields.ts';
import {
  type Interface,
  interfaceOn,
  LOOPBACK,
  type Network,
  type Parent,
  parentOf,
  type Router,
  type Used,
  usedState,
} from './model.ts';
import { routersGroup } from './unknown-upstream.ts';

/** The interface that the Request came in on, and the address by which the router is known there. */
export interface Arrival {
  /** `undefined`: not known, and then not judged. */
  readonly on: Interface | undefined;
  readonly address: string | undefined;
}

export function arrivalOn(router: Router, link: number): Arrival {
  const on = interfaceOn(router, link);
  return { on, address: on?.address };
}

export interface Verdict {
  /** Type to Src Mask, with the code that this router notes. */
  readonly fields: Fields;
  readonly next: 'reply' | Parent;
  /** Where packets are expected from, if not from the source or the router itself. */
  readonly parent: Parent | undefined;
  /** The source is on the Incoming Interface, or this is the RP and there is no more state to trace. */
  readonly isEnd: boolean;
  /** Where all routers of the Incoming Interface's link are, if nobody is known there. RFC 8487 §4.3.1 */
  readonly group: string | undefined;
  /** MTU of the Incoming Interface. */
  readonly mtu: number | undefined;
}

export function judge(network: Network, router: Router, arrival: Arrival): Verdict {
  const { family, target } = network;
  const fields = zeroBlock(family, 'NO_ERROR');
  const note = (code: string) => {
    if (fields.forwardingCode === 0) Object.assign(fields, codeFields(code));
  };
  fillOutgoing(fields, family, arrival); // (3)
  const used = usedState(target, router); // (4)
  if (used === undefined) {
    note('NO_ROUTE'); // (5)
    return { fields, next: 'reply', parent: undefined, isEnd: false, group: undefined, mtu: undefined };
  }
  const parent = expectedFrom(used);
  const incoming = interfaceOn(router, parent.link);
  // (10). Whoever is upstream of the RP's tree says nothing of the source; any other router that is known for its neighbour
  // stands between, though the source is on the subnet of both.
  const isRpTree = used.kind === 'group' && router.knowsRp;
  const isByNeighbor = typeof parent.from === 'number' && router.knowsUpstream && !isRpTree;
  const isOnSourceLink = target !== 'group' && !isByNeighbor && parent.link === network.sourceLink;
  const isConnected = parent.from === 'source' || isOnSourceLink;
  fillForwarding(fields, network, router, used, isConnected ? undefined : parent.from); // (6)
  const isEnd = isConnected || parent.from === 'self';

  const protocol = used.state?.multicastProtocol ?? incoming?.protocol ?? null;
  const isUnknown = typeof parent.from === 'number' && !isConnected && !router.knowsUpstream;
  const group = isUnknown ? routersGroup(family, protocol) : undefined;
  const reply = {
    fields,
    next: 'reply',
    parent: isConnected ? undefined : parent,
    isEnd,
    group,
    mtu: undefined,
  } as const;

  // §5.8.1: zero would say that the source was reached, where it was the RP, and no code says so.
  const ends = () => {
    const isOther = parent.from === 'self' && target === 'source-group' && fields.forwardingCode !== CODES.REACHED_RP;
    if (isOther) nameUpstream(fields, family, incoming, routersGroup(family, protocol));
    return reply;
  };

  const on = arrival.on; // (7)
  const should = on && forwardingTo(router, used, on.link);
  if (on !== undefined && !on.multicast) note('NO_MULTICAST');
  // RFC 8487 §6.4: a proxy says WRONG_IF.
  else if (on !== undefined && on === incoming) note(protocol === 'igmpOnly' ? 'WRONG_IF' : 'RPF_IF');
  else if (on !== undefined && used.state !== undefined && should === undefined) note('WRONG_IF');
  if (fields.forwardingCode !== 0) return ends();

  const isScoped = [on, incoming].some((one) => one !== undefined && router.scoped.has(one.link));
  if (isScoped && target !== 'source') note('SCOPED'); // (8)
  if (parent.from === 'self') {
    note('REACHED_RP'); // (9)
    return ends();
  }
  if (isConnected) return reply; // (10)
  if (used.state?.pruneSent) note('PRUNE_SENT'); // (11)
  if (should === 'pruned') note('PRUNE_RCVD');
  if (should === 'notForwarding') note('NOT_FORWARDING');
  if (isGateway(network, router)) note('REACHED_GW'); // (12)
  return { fields, next: parent, parent, isEnd, group, mtu: incoming?.mtu };
}

export function isGateway({ gateways }: Network, { id, speaker }: Router): boolean {
  return speaker.kind !== 'mute' && gateways.has(id);
}

/** RFC 8487 §3.2.7: nobody knows what is asked, and it may not be passed on. */
export function hasUnknownQuery({ query }: Network): boolean {
  return query.extended.some(({ isTransitive }) => !isTransitive);
}

/** Where packets are expected from. At the RP a row may say; the way to its own address does not. */
function expectedFrom(used: Used): Parent {
  const parent = parentOf(used);
  return used.kind === 'rp-path' && parent.from === 'self' ? { link: undefined, from: 'self' } : parent;
}

/**
 * A router of which nobody could read more than what its interfaces are, or not even that (`undefined`). src/README.md
 */
export function unreadBlock(network: Network, router: Router | undefined, arrival: Arrival): Fields {
  return { ...unknownQueryBlock(network, router, arrival), outputPacketCount: null, ...codeFields('FATAL_ERROR') };
}

/** RFC 8487 §3.2.7; proto/CONFORMANCE.md: step 3, and nothing more. */
export function unknownQueryBlock(network: Network, router: Router | undefined, arrival: Arrival): Fields {
  const fields = zeroBlock(network.family, 'UNKNOWN_QUERY');
  if (router !== undefined) fillOutgoing(fields, network.family, arrival);
  if (router !== undefined && network.family === 6) fields.localAddress = localAddress(router, undefined) ?? '::';
  return { ...fields, inputPacketCount: null, sourceGroupPacketCount: null };
}

/** (3): Outgoing Interface, Output Packet Count, Fwd TTL. */
function fillOutgoing(fields: Fields, family: 4 | 6, { on, address }: Arrival): void {
  fields.outputPacketCount = on?.outPackets ?? null;
  if (family === 6) fields.outgoingInterfaceId = on?.index ?? 0;
  else {
    fields.outgoingInterfaceAddress = address ?? on?.address ?? '0.0.0.0';
    fields.forwardingTtl = on?.multicast ? on.ttlThreshold : 0;
  }
}

/** (6), with (10): `from` undefined is a source on the Incoming Interface. */
function fillForwarding(
  fields: Fields,
  network: Network,
  router: Router,
  used: Used,
  from: Parent['from'] | undefined,
): void {
  const { family } = network;
  const { state } = used;
  const { link } = expectedFrom(used);
  const incoming = interfaceOn(router, link);
  const isGroup = used.kind === 'group' || used.kind === 'rp-path';
  const multicast = state?.multicastProtocol ?? incoming?.protocol ?? null;
  const isUpstream = typeof from === 'number';
  // RFC 8487 §3.2.4, §3.2.5: a group, if the router itself is not known.
  const unknown = isUpstream && !router.knowsUpstream ? routersGroup(family, multicast) : undefined;
  const upstream = unknown ?? (isUpstream ? neighborName(network, from, link!) : undefined);
  const full = family === 4 ? 32 : 128;
  const length = (state ?? used.path!).prefixLength;
  const mask = isGroup ? (family === 4 ? 127 : 255) : length;
  if (family === 4) {
    fields.incomingInterfaceAddress = incoming?.address ?? '0.0.0.0';
    fields.sourceMask = mask;
  } else {
    fields.incomingInterfaceId = incoming?.index ?? 0;
    fields.localAddress = localAddress(router, incoming) ?? '::';
    fields.sourcePrefixLength = mask;
  }
  nameUpstream(fields, family, incoming, upstream);
  fields.inputPacketCount = incoming?.inPackets ?? null;
  const packets = state?.packets ?? null;
  fields.sourceGroupPacketCount = packets;
  fields.s = packets !== null && (isGroup || length < full) ? 1 : 0;
  const path = used.path ?? (network.target === 'group' ? undefined : router.sourcePath);
  // The protocol that led to this Incoming Interface; of another way it would say nothing.
  const isOnPath = path?.parent.link === link;
  const routing = state?.routingProtocol ?? (isOnPath ? path?.routingProtocol : null) ?? null;
  fields.routingProtocol = routing === null ? 0 : ROUTING[routing]!;
  fields.routingProtocolName = routing;
  fields.multicastRoutingProtocol = multicast === null ? 0 : MULTICAST[multicast]!;
  fields.multicastRoutingProtocolName = multicast;
}

function nameUpstream(fields: Fields, family: 4 | 6, incoming: Interface | undefined, upstream: string | undefined) {
  // "MUST be 0 if the Incoming Interface address is unknown or unnumbered."
  if (family === 4) fields.upstreamRouterAddress = (incoming?.address && upstream) ?? '0.0.0.0';
  else fields.remoteAddress = (incoming && upstream) ?? '::';
}

/** (7), (11): what the rows say of an interface. What the group's row alone forwards to, the source's should. */
function forwardingTo(router: Router, used: Used, link: number) {
  const own = used.state?.outgoing.get(link);
  if (own !== undefined || used.kind !== 'source') return own;
  return router.groupState?.outgoing.get(link) === 'forwarding' ? 'notForwarding' : undefined;
}

/** By which address the routers of a link know this one. */
export function neighborName(network: Network, id: number, link: number): string | undefined {
  const router = network.routers[id]!;
  const there = interfaceOn(router, link);
  if (network.family === 6 && network.links[link]!.naming === 'link-local') return there?.linkLocal;
  return there?.address ?? interfaceOn(router, LOOPBACK)?.address;
}

/**
 * RFC 8487 §3.2.5: global before unique local before link-local. Among equals one of the Incoming Interface, then that of
 * the lowest ifIndex, which the RFC leaves open.
 */
export function localAddress(router: Router, incoming: Interface | undefined): string | undefined {
  const inOrder = router.interfaces.toSorted((a, b) => a.index - b.index);
  const own = [...(incoming ? [incoming] : []), ...inOrder].flatMap((one) => [one.address ?? [], one.linkLocal ?? []]);
  const rank = (address: string) => (address.startsWith('fe80') ? 0 : address.startsWith('fd') ? 1 : 2);
  return own.flat().toSorted((a, b) => rank(b) - rank(a))[0];
}
