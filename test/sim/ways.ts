/** RFC 8487 §4.3, src/README.md: who takes a Request that goes on, and by which interface it comes there. */
import { isHostOn } from './host.ts';
import { onlyForwarding } from './last-hop.ts';
import { interfaceOn, LOOPBACK, type Network, type Parent, type Router } from './model.ts';
import { forwardsOnto } from './unknown-upstream.ts';
import { type Arrival, arrivalOn, localAddress, neighborName } from './verdict.ts';

/**
 * `fatal`: nobody takes it, and the last block says so. `silence`: it is lost on a router that does not speak Mtrace2 and
 * does not say so.
 */
export type Way = 'fatal' | 'silence' | { readonly router: Router; readonly arrivals: readonly Arrival[] };

/**
 * @param group where all routers of the link are, if the one upstream is not known
 * @param visited routers that had their turn, this one the last
 * @returns alternatives
 */
export function waysFrom(
  network: Network,
  child: Router,
  { link, from }: Parent,
  group: string | undefined,
  visited: readonly number[],
): Way[] {
  if (typeof from !== 'number' || link === undefined || link === LOOPBACK) return ['fatal'];
  if (group !== undefined) return waysByGroup(network, child, link, visited);
  const parent = network.routers[from]!;
  const numbering = network.links[link]!.numbering;
  const isLinkLocal = network.family === 6 && network.links[link]!.naming === 'link-local';
  const known = { router: parent, arrivals: [arrivalOn(parent, link)] };
  // By a link without a subnet: the router is known, the interface perhaps not.
  const named = onlyForwarding(network, parent, interfaceOn(parent, link)?.linkLocal);
  const perhaps = [undefined, onlyForwarding(network, parent), named].map(
    (on): Arrival => ({ on, address: undefined }),
  );
  const unsure = { router: parent, arrivals: [...known.arrivals, ...perhaps] };
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
    const isSent = network.nativeForward && (!isLinkLocal || isOnLink(network, child, link));
    const lost = isSent && !parent.speaker.tells ? 'silence' : 'fatal';
    // By the link alone it may be taken for the router of a daemon there, which does not know it.
    const isAskedOf = isLinkLocal && network.links[link]!.members.some((id) => isOther(network, child, id));
    return isAskedOf ? [lost, 'fatal'] : [lost];
  }
  // Another daemon: it has to learn from the block which of its routers is meant.
  if (numbering === 'none') return ['fatal'];
  return isLinkLocal && !isPlain(network, child, link) ? [known, 'fatal'] : [known];
}

/**
 * RFC 8487 §4.3.1: all on the link are asked, and the one goes on that forwards onto it. A daemon asks its own first, then the
 * peer for that link, which knows it by the block.
 */
function waysByGroup(network: Network, child: Router, link: number, visited: readonly number[]): Way[] {
  const forwarders = network.links[link]!.members.map((id) => network.routers[id]!).filter(
    (router) => router !== child && forwardsOnto(network, router, link),
  );
  const to = (router: Router): Way => ({ router, arrivals: [arrivalOn(router, link)] });
  const own = network.links[link]!.numbering === 'none' ? [] : forwarders.filter((one) => isSameDaemon(child, one));
  // One that stands in the trace is nobody new.
  const isCircle = forwarders.some(({ id }) => visited.includes(id));
  if (own.length > 0) return [...own.map(to), ...(isCircle ? (['fatal', 'silence'] as const) : [])];
  const peer = peerOn(network, child, link);
  const theirs = forwarders.filter(({ speaker }) => speaker.kind === 'daemon' && speaker.daemon === peer);
  const byPeer: Way[] = theirs.length === 0 ? ['fatal'] : theirs.map(to);
  const isHiding = child.speaker.kind === 'daemon' && network.hiding.has(child.speaker.daemon);
  const hasOthers = (interfaceOn(child, link)?.others.length ?? 0) > 0;
  if (peer !== undefined && !isHiding && !hasOthers) return byPeer;
  // Where the link may be hidden, the peer is not asked; of several subnets the one that is told may be no link of the peer's.
  const perhaps: Way[] = peer === undefined ? [] : [...byPeer, 'fatal'];
  const isSent = child.speaker.kind === 'native' || (network.nativeForward && isOnLink(network, child, link));
  if (!isSent) return ['fatal', ...perhaps];
  const heard = forwarders.filter(
    (router) => router.speaker.kind === 'native' || (!isSameDaemon(child, router) && isOnLink(network, router, link)),
  );
  return [...perhaps, ...(heard.length === 0 ? (['silence'] as const) : heard.map(to))];
}

/** The daemon that is asked for a link by a peer's router which tells it: one with a router there, else the one for all. */
function peerOn(network: Network, child: Router, link: number): number | undefined {
  const { family, hasDefaultPeer, daemons, links, routers } = network;
  if (child.speaker.kind !== 'daemon' || links[link]!.numbering === 'none') return undefined;
  const on = interfaceOn(child, link);
  const told = family === 4 ? on?.address : localAddress(child, on);
  if (told === undefined || told !== on?.address) return undefined;
  const there = links[link]!.members.filter((id) => isOther(network, child, id)).map((id) => routers[id]!.speaker);
  const ids = there.flatMap((speaker) => (speaker.kind === 'daemon' ? [speaker.daemon] : []));
  if (ids.length > 0 && !(hasDefaultPeer && daemons === 2)) return Math.min(...ids);
  return hasDefaultPeer ? (child.speaker.daemon + 1) % daemons : undefined;
}

/** Whether the host of the router's daemon is on the link. */
function isOnLink(network: Network, { speaker }: Router, link: number): boolean {
  return speaker.kind === 'daemon' && isHostOn(network, speaker.daemon, link);
}

export function isSameDaemon(a: Router, b: Router): boolean {
  return a.speaker.kind === 'daemon' && b.speaker.kind === 'daemon' && a.speaker.daemon === b.speaker.daemon;
}

/** Whether the router is another daemon's. */
function isOther({ routers }: Network, child: Router, id: number): boolean {
  return routers[id]!.speaker.kind === 'daemon' && !isSameDaemon(child, routers[id]!);
}

/** Interfaces of the daemon's routers that have this address: link-local ones may be on many. */
export function countOwners({ routers }: Network, child: Router, linkLocal: string): number {
  const own = routers.filter((other) => isSameDaemon(child, other));
  return own.filter((router) => router.interfaces.some((one) => one.linkLocal === linkLocal)).length;
}

/** Whether a link-local neighbour can be told from the block alone: one daemon beyond the link, Local Address on it. */
export function isPlain(network: Network, child: Router, link: number): boolean {
  const { members, numbering } = network.links[link]!;
  const others = members.map((id) => network.routers[id]!).filter((other) => !isSameDaemon(child, other));
  const daemons = new Set(others.map(({ speaker }) => (speaker.kind === 'daemon' ? speaker.daemon : -1)));
  const hasGlobal = child.interfaces.some(({ address }) => address?.startsWith('2'));
  return daemons.size === 1 && (numbering === 'global' || !hasGlobal);
}
