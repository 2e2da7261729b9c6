/** Addresses on which a daemon answers as one of its routers. */
import type { Network, Router } from './model.ts';

/** What the Query goes to; where native routers look for the router; where Replies to a gateway come back. */
export function standInsOf(network: Network, router: Router): string[] {
  const isGateway = network.gateways.has(router.id);
  const isNextToNative = (link: number) =>
    link >= 0 && network.links[link]!.members.some((id) => network.routers[id]!.speaker.kind === 'native');
  const all = [
    ...(router.standIn === undefined ? [] : [router.standIn]),
    ...network.ways.flatMap((way) => (way.kind === 'router' && way.router === router.id ? [way.address] : [])),
    ...router.interfaces.flatMap(({ link, address }) => (isNextToNative(link) || isGateway ? (address ?? []) : [])),
  ];
  return [...new Set(all)];
}
