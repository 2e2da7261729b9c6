/**
 * The answer that RFC 8487 wants for a network's Query: a walk up the known tree from the last-hop router, with the block
 * of each router on it. Where a daemon cannot know what the RFC takes for granted (by which of two unnumbered links a
 * Request came), a hop has alternatives; each is right, and what comes behind follows from the one that was taken.
 */
import { onlyForwarding, properLastHop } from './last-hop.ts';
import { type Interface, interfaceOn, LOOPBACK, type Network, type Parent, type Router } from './model.ts';
import { type Arrival, type Fields, judge, neighborName, unreadBlock, zeroBlock } from './verdict.ts';

/** A hop that a right answer may have. */
export interface Hop {
  readonly router: number;
  readonly fields: Fields;
  /** Whether there is nothing behind it: the source is on its link, or it is the RP and all that it has is group state. */
  readonly isEnd: boolean;
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
  if (way.kind === 'router') {
    const router = network.routers[way.router]!;
    if (router.speaker.kind === 'native' && properLastHop(network) !== router) return [wrongLastHop(network)];
    return arrivalsAtStandIn(network, router, way.address).flatMap((on) => hopsAt(network, router, on, hops, []));
  }
  const found = properLastHop(network);
  const isAsked = way.kind === 'multicast' || (found?.speaker.kind === 'daemon' && found.speaker.daemon === way.daemon);
  const router = isAsked ? found : undefined;
  if (router === undefined) return way.kind === 'multicast' ? [] : [wrongLastHop(network)];
  return hopsAt(network, router, arrivalOn(router, network.clientLink), hops, []);
}

/** RFC 8487 §4.1.1 */
export function wrongLastHop({ family }: Network): Hop {
  return last(-1, zeroBlock(family, 'WRONG_LAST_HOP'));
}

/**
 * @param left # Hops that this router and those behind it may still add
 * @param visited routers before it
 */
function hopsAt(network: Network, router: Router, arrival: Arrival, left: number, visited: readonly number[]): Hop[] {
  const { family } = network;
  const { speaker, id, readable } = router;
  if (speaker.kind === 'daemon' && network.prohibiting.has(speaker.daemon) && network.target !== 'source') {
    return [last(id, zeroBlock(family, 'ADMIN_PROHIB'))];
  }
  if (speaker.kind === 'daemon' && readable !== 'yes') {
    // A stand-in may be asked before even the interface table was read.
    const interfaces = router.isLearned ? [router] : [router, undefined];
    return interfaces.map((known) => last(id, unreadBlock(network, known, arrival)));
  }
  const { fields, next, mtu, isEnd } = judge(network, router, arrival);
  if (next === 'reply' || left <= 1) return [last(id, fields, isEnd)]; // (13)
  const ways = handover(network, router, next, left - 1, [...visited, id]);
  // Who notices that the trace goes in circles may end it.
  return [{ router: id, fields, isEnd, mtu, onward: visited.includes(id) ? ['fatal', ...ways] : ways }];
}

function last(router: number, fields: Fields, isEnd = false): Hop {
  return { router, fields, isEnd, mtu: undefined, onward: ['reply'] };
}

/** RFC 8487 §4.3: who takes the Request, and how it gets there. */
function handover(
  network: Network,
  child: Router,
  { link, from }: Parent,
  left: number,
  visited: readonly number[],
): Hop['onward'] {
  if (typeof from !== 'number' || link === undefined || link === LOOPBACK) return ['fatal'];
  const parent = network.routers[from]!;
  const numbering = network.links[link]!.numbering;
  const isLinkLocal = network.family === 6 && network.links[link]!.naming === 'link-local';
  const cameBy = (arrival: Arrival) => hopsAt(network, parent, arrival, left, visited);
  const known = () => cameBy(arrivalOn(parent, link));
  // By a link without a subnet: the router is known, the interface perhaps not.
  const perhaps = [undefined, onlyForwarding(network, parent)];
  const unsure = () => [...known(), ...perhaps.flatMap((on) => cameBy({ on, address: undefined }))];
  if (child.speaker.kind === 'native') return parent.speaker.kind === 'mute' ? ['silence'] : [known];
  if (parent.speaker.kind === 'native') return [known];
  const isOurs = parent.speaker.kind === 'daemon' && isSameDaemon(child, parent);
  // A daemon that has not read its routers yet may take a link-local neighbour for that of a daemon on the same link.
  const isUnread =
    isLinkLocal && !parent.isLearned && network.links[link]!.members.some((id) => isOther(network, child, id));
  if (isOurs && numbering !== 'none') return isUnread ? [known, 'fatal'] : [known];
  if (isOurs && isLinkLocal)
    return countOwners(network, child, neighborName(network, from, link)!) > 1 ? [unsure, 'fatal'] : [unsure];
  if (isOurs) return [unsure];
  if (parent.speaker.kind === 'mute') {
    const isSent = network.nativeForward && !isLinkLocal;
    return [isSent && !parent.speaker.tells ? 'silence' : 'fatal'];
  }
  // Another daemon: it has to learn from the block which of its routers is meant.
  if (numbering === 'none') return ['fatal'];
  return isLinkLocal && !isPlain(network, child, link) ? [known, 'fatal'] : [known];
}

function isSameDaemon(a: Router, b: Router): boolean {
  return a.speaker.kind === 'daemon' && b.speaker.kind === 'daemon' && a.speaker.daemon === b.speaker.daemon;
}

/** Whether the router is another daemon's. */
function isOther({ routers }: Network, child: Router, id: number): boolean {
  return routers[id]!.speaker.kind === 'daemon' && !isSameDaemon(child, routers[id]!);
}

/** Interfaces of the daemon's routers that have this address: link-local ones may be on many. */
function countOwners({ routers }: Network, child: Router, linkLocal: string): number {
  const own = routers.filter((other) => isSameDaemon(child, other));
  return own.filter((router) => router.interfaces.some((one) => one.linkLocal === linkLocal)).length;
}

/** Whether a link-local neighbour can be told from the block alone: one daemon beyond the link, Local Address on it. */
function isPlain(network: Network, child: Router, link: number): boolean {
  const { members, numbering } = network.links[link]!;
  const others = members.map((id) => network.routers[id]!).filter((other) => !isSameDaemon(child, other));
  const daemons = new Set(others.map(({ speaker }) => (speaker.kind === 'daemon' ? speaker.daemon : -1)));
  const hasGlobal = child.interfaces.some(({ address }) => address?.startsWith('2'));
  return daemons.size === 1 && (numbering === 'global' || !hasGlobal);
}

function arrivalOn(router: Router, link: number): Arrival {
  const on = interfaceOn(router, link);
  return { on, address: on?.address };
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
  const on = onlyForwarding(network, router);
  // By any of the addresses that it has there: nothing tells which one the client would know it by.
  const others = on?.others.map((other) => other.split('/')[0]!) ?? [];
  const only = [undefined, ...others].map((address) => ({ on, address }));
  return owner === undefined || on === undefined ? only : [...only, { on: undefined, address: undefined }];
}
