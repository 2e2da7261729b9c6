/** Which router on the client's link has to answer. RFC 8487 §4.1.1 */
import { type Interface, interfaceOn, type Network, type Router, usedState } from './model.ts';

/**
 * Those with multicast on the client's link; of these the one that forwards the group onto it; if nobody is known to, one
 * that cannot be read; else the one that would: the PIM designated router, by the highest address. `undefined`: nobody.
 * @param among routers on the link: not the client itself, when that is a gateway
 */
export function properLastHop(
  network: Network,
  link: number = network.clientLink,
  among: readonly Router[] = routersOn(network, link),
): Router | undefined {
  const able = among.filter((router) => interfaceOn(router, link)!.multicast);
  const forwards = (router: Router) =>
    isRead(router) && usedState(network.target, router)?.state?.outgoing.get(link) === 'forwarding';
  const forwarding = network.target === 'source' ? [] : able.filter(forwards);
  const host = (router: Router) => hostOf(interfaceOn(router, link)!);
  const unread = network.target === 'source' ? [] : able.filter((router) => !isRead(router));
  const [best = able] = [forwarding, unread].filter((some) => some.length > 0);
  return best.toSorted((a, b) => host(b) - host(a))[0];
}

/** A daemon does not know of a router that it cannot read, whether it forwards. */
export function isRead({ speaker, readable }: Router): boolean {
  return speaker.kind !== 'daemon' || readable === 'yes';
}

export function routersOn({ links, routers }: Network, link: number): Router[] {
  return links[link]!.members.map((id) => routers[id]!);
}

/** On the client's link all prefixes are /24 or /64 and hosts are small: the last part orders them. */
function hostOf({ address }: Interface): number {
  const last = address!.split(/[.:]/).at(-1)!;
  return address!.includes(':') ? Number.parseInt(last, 16) : Number(last);
}

/**
 * The only interface that the row forwards to.
 * @param linkLocal of those that have this address
 */
export function onlyForwarding(network: Network, router: Router, linkLocal?: string): Interface | undefined {
  if (router.speaker.kind === 'daemon' && router.readable !== 'yes') return undefined;
  const rows = [...(usedState(network.target, router)?.state?.outgoing ?? [])];
  const found = rows.flatMap(([link, state]) => (state === 'forwarding' ? (interfaceOn(router, link) ?? []) : []));
  const named = linkLocal === undefined ? found : found.filter((one) => one.linkLocal === linkLocal);
  return named.length === 1 ? named[0] : undefined;
}
