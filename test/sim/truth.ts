/**
 * The answer that RFC 8487 wants for a network's Query: a walk up the known tree from the last-hop router, with the block
 * of each router on it. Where a daemon cannot know what the RFC takes for granted (by which of two unnumbered links a
 * Request came), a hop has alternatives; each is right, and what comes behind follows from the one that was taken.
 */
import { type Fields, zeroBlock } from './fields.ts';
import { waysBehind } from './gateway-ways.ts';
import { toldFields } from './hiding.ts';
import { isRead, onlyForwarding, properLastHop, routersOn } from './last-hop.ts';
import { type Interface, interfaceOn, LOOPBACK, type Network, type Router } from './model.ts';
import {
  type Arrival,
  arrivalOn,
  hasUnknownQuery,
  isGateway,
  judge,
  unknownQueryBlock,
  unreadBlock,
} from './verdict.ts';
import { isSameDaemon, waysFrom } from './ways.ts';

/** A hop that a right answer may have. */
export interface Hop {
  readonly router: number;
  readonly fields: Fields;
  /** Whether there is nothing behind it: the source is on its link, or it is the RP and all that it has is group state. */
  readonly isEnd: boolean;
  /** Not a refusal: a router has done all that is asked of it. */
  readonly isWhole: boolean;
  /** The Reply ends here, and what is behind comes in others. RFC 8487 §4.5 */
  readonly isGateway: boolean;
  /** MTU of the Incoming Interface when the Request goes on from here. RFC 8487 §4.3.3 */
  readonly mtu: number | undefined;
  /**
   * `reply`: the trace ends here. `fatal`: it ends here, because nobody takes the Request, and its code says so.
   * `silence`: the Request is lost on a router that does not speak Mtrace2 and does not say so.
   */
  readonly onward: readonly ('reply' | 'fatal' | 'silence' | (() => readonly Hop[]))[];
}

/** @returns the first hop's alternatives; none: silence */
export function truthOf(network: Network): readonly Hop[] {
  const { way, hops } = network.query;
  const first: Trace = { left: hops, visited: [], isBehind: false, isForGateway: false };
  if (way.kind === 'router') {
    const router = network.routers[way.router]!;
    if (router.speaker.kind === 'native' && properLastHop(network) !== router) return [wrongLastHop(network)];
    return arrivalsAtStandIn(network, router, way.address).flatMap((on) => hopsAt(network, router, on, first));
  }
  // A daemon knows of its own routers.
  const among = routersOn(network, network.clientLink).filter(
    ({ speaker }) => way.kind === 'multicast' || (speaker.kind === 'daemon' && speaker.daemon === way.daemon),
  );
  const router = properLastHop(network, network.clientLink, among);
  if (router === undefined) return way.kind === 'multicast' ? [] : [wrongLastHop(network)];
  // Nobody can tell whether it is the one: silence, where all routers of the link have heard the Query (§4.1.1).
  if (way.kind === 'multicast' && isGuess(network, router, among)) return [];
  return hopsAt(network, router, arrivalOn(router, network.clientLink), first);
}

/** Whether a daemon had to read this router to know that it is the last hop, and could not. */
function isGuess(network: Network, router: Router, among: readonly Router[]): boolean {
  if (network.target === 'source' || isRead(router)) return false;
  const { speaker } = router;
  const isRefused = hasUnknownQuery(network) || (speaker.kind === 'daemon' && network.prohibiting.has(speaker.daemon));
  // Its only router there need not be read to be told why nothing is traced.
  const isOwn = (other: Router) =>
    speaker.kind === 'daemon' && other.speaker.kind === 'daemon' && other.speaker.daemon === speaker.daemon;
  return !isRefused || among.filter(isOwn).length > 1;
}

/** RFC 8487 §4.1.1 */
export function wrongLastHop({ family }: Network): Hop {
  return last(-1, zeroBlock(family, 'WRONG_LAST_HOP'));
}

const LONGEST = 600;

/** What a router sees of a trace, besides the Request. */
interface Trace {
  /** # Hops that this router and those behind it may still add. */
  readonly left: number;
  /** Routers before it. */
  readonly visited: readonly number[];
  /** Whether a gateway is before it. */
  readonly isBehind: boolean;
  /** Whether the daemon that it came to knows of that gateway only, not of the client. */
  readonly isForGateway: boolean;
}

function hopsAt(network: Network, router: Router, arrival: Arrival, trace: Trace): Hop[] {
  const { family } = network;
  const { speaker, id, readable } = router;
  const { left, visited } = trace;
  // No # Hops end a circle of nothing but gateways; nothing of it is shown but once.
  if (visited.length > LONGEST) return [];
  if (speaker.kind === 'daemon' && network.prohibiting.has(speaker.daemon) && network.target !== 'source') {
    return [last(id, zeroBlock(family, 'ADMIN_PROHIB'))];
  }
  const before = network.routers[visited.at(-1) ?? -1];
  const isForClient = !trace.isForGateway;
  const place = { router, arrival, before, parent: undefined, isByGroup: false, isForClient };
  if (hasUnknownQuery(network)) {
    const interfaces = router.isLearned || speaker.kind !== 'daemon' ? [router] : [router, undefined];
    const blocks = interfaces.map((known) => unknownQueryBlock(network, known, arrival));
    // A daemon has no need to ask the router.
    const unread = blocks.map((fields) => ({ ...fields, outputPacketCount: null }));
    return [...blocks, ...(speaker.kind === 'daemon' ? unread : [])]
      .flatMap((fields) => toldFields(network, place, fields))
      .map((fields) => last(id, fields));
  }
  if (speaker.kind === 'daemon' && readable !== 'yes') {
    // A stand-in may be asked before even the interface table was read.
    const interfaces = router.isLearned ? [router] : [router, undefined];
    const blocks = interfaces.map((known) => unreadBlock(network, known, arrival));
    return blocks.flatMap((fields) => toldFields(network, place, fields)).map((fields) => last(id, fields));
  }
  const { fields, next, parent, group, mtu, isEnd } = judge(network, router, arrival);
  const alternatives = incomingFields(router, group, fields).flatMap((own) =>
    toldFields(network, { ...place, parent, isByGroup: group !== undefined }, own),
  );
  if (next === 'reply' || left <= 1) return alternatives.map((own) => last(id, own, isEnd, true)); // (13)
  const path = [...visited, id];
  const isAsking = isGateway(network, router);
  // RFC 8487 §4.5: "- 1 accounts for the additional Standard Response Block appended by the gateway", which is one more.
  const isBehind = isAsking || trace.isBehind;
  const on = { left: isAsking ? left : left - 1, visited: path, isBehind };
  const ways = isAsking ? waysBehind(network, router, next, path) : waysFrom(network, router, next, group, path);
  const onward = ways.map((way): Hop['onward'][number] => {
    if (way === 'wrong-last-hop') return () => [wrongLastHop(network)];
    if (typeof way === 'string') return way;
    const isCrossing = !isSameDaemon(router, way.router);
    const isForGateway = isCrossing ? isBehind : trace.isForGateway;
    return () => way.arrivals.flatMap((came) => hopsAt(network, way.router, came, { ...on, isForGateway }));
  });
  // Who notices that the trace goes in circles may end it.
  // What a gateway brings a second time, the client does not show.
  const circle = isAsking ? (['fatal', 'silence'] as const) : (['fatal'] as const);
  const ends = visited.includes(id) ? [...circle, ...onward] : onward;
  return alternatives.map((own) => {
    // Another code was noted before: nothing tells the client that this is a gateway, and more is to come.
    const isUntold = isAsking && own.forwardingCodeName !== 'REACHED_GW';
    return {
      router: id,
      fields: own,
      isEnd,
      isWhole: true,
      isGateway: isAsking,
      mtu,
      onward: isUntold ? ['reply', ...ends] : ends,
    };
  });
}

function last(router: number, fields: Fields, isEnd = false, isWhole = false): Hop {
  return { router, fields, isEnd, isWhole, isGateway: false, mtu: undefined, onward: ['reply'] };
}

/** IPv4: of several addresses, nothing tells which one is meant where nobody is known on the other side. */
function incomingFields(router: Router, group: string | undefined, fields: Fields): Fields[] {
  if (group === undefined) return [fields];
  const { others = [] } = router.interfaces.find(({ address }) => address === fields.incomingInterfaceAddress) ?? {};
  const also = others.map((other) => other.split('/')[0]!).filter((other) => !other.includes(':'));
  return [fields, ...also.map((incomingInterfaceAddress) => ({ ...fields, incomingInterfaceAddress }))];
}

/**
 * src/README.md: the interface on the client's subnet, else the one that has the address, else the only one that the route
 * forwards to, else not known. A Query comes in on no loopback interface, whoever has the address.
 */
function arrivalsAtStandIn(network: Network, router: Router, address: string): Arrival[] {
  const has = (one: Interface) => one.address === address;
  const onClientLink = interfaceOn(router, network.clientLink);
  if (onClientLink !== undefined) return [{ on: onClientLink, address: onClientLink.address }];
  const owner = router.interfaces.find(has);
  if (owner !== undefined && owner.link !== LOOPBACK) return [{ on: owner, address }];
  const on = hasUnknownQuery(network) ? undefined : onlyForwarding(network, router);
  // By any of the addresses that it has there: nothing tells which one the client would know it by.
  const others = on?.others.map((other) => other.split('/')[0]!) ?? [];
  const only = [undefined, ...others].map((address) => ({ on, address }));
  return owner === undefined || on === undefined ? only : [...only, { on: undefined, address: undefined }];
}
