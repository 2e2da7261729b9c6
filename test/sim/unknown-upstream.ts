/**
 * RFC 8487 §4.3.1: routers that know by which interface packets come in, and not from whom. Their Requests go to all routers
 * of that link, of which one goes on: the one that forwards onto it.
 */
import { type Family, interfaceOn, type Network, parentOf, type Router, usedState } from './model.ts';
import type { Random } from './random.ts';

/** ALL-[protocol]-ROUTERS: the last octet of 224.0.0.x and of ff02::x. PIM, RFC 7761 §4.9; OSPF, RFC 2328; DVMRP, RFC 1075. */
const GROUPS: Readonly<Record<string, number>> = {
  dvmrp: 4,
  mospf: 5,
  pimSparseDense: 13,
  pimSparseMode: 13,
  pimDenseMode: 13,
};
const ALL_ROUTERS = 2;

/** The group that the Request goes to: of the multicast protocol in use, else of all routers. */
export function routersGroup(family: Family, protocol: string | null): string {
  const last = GROUPS[protocol ?? ''] ?? ALL_ROUTERS;
  return family === 4 ? `224.0.0.${last}` : `ff02::${last.toString(16)}`;
}

export function isRoutersGroup(address: string): boolean {
  return address.startsWith('224.0.0.') || address.startsWith('ff02::');
}

/** Whether this router is the one to go on with a Request that all on the link have heard. */
export function forwardsOnto({ target }: Network, router: Router, link: number): boolean {
  if (!interfaceOn(router, link)?.multicast) return false;
  // A daemon does not know of a router that it cannot read, whether it forwards.
  if (router.speaker.kind === 'daemon' && router.readable !== 'yes') return false;
  return usedState(target, router)?.state?.outgoing.get(link) === 'forwarding';
}

/**
 * Lets routers forget their neighbours. Where one asks a whole link, one router at most forwards onto it, as after an
 * assert: else there would be more answers than one.
 */
export function forgetUpstreams(network: Network, share: number, random: Random): void {
  for (const router of network.routers) if (random.chance(share)) router.knowsUpstream = false;
  for (const { id, members } of network.links) {
    const [chosen] = members.flatMap((member) => upstreamsOn(network.routers[member]!, id));
    if (chosen === undefined) continue;
    for (const member of members) {
      const { sourceState, groupState } = network.routers[member]!;
      for (const state of [sourceState, groupState]) {
        if (member !== chosen && state?.outgoing.get(id) === 'forwarding')
          state.outgoing.set(id, random.pick(['pruned', 'notForwarding']));
      }
    }
  }
}

/** Who is upstream of the router by this link, whatever is traced, without its knowing. */
function upstreamsOn(router: Router, link: number): number[] {
  if (router.knowsUpstream) return [];
  return (['source-group', 'group', 'source'] as const).flatMap((target) => {
    const used = usedState(target, router);
    const parent = used && parentOf(used);
    return parent?.link === link && typeof parent.from === 'number' ? [parent.from] : [];
  });
}
