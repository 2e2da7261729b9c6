/**
 * Which of our routers a Query is for. RFC 8487 §4.1.1
 * The proper last-hop router has a multicast interface on the client's subnet and forwards the group onto it.
 */
import type { Domain } from '../domain/domain.ts';
import { haveSubnetInCommon } from '../domain/links.ts';
import {
  hasAddress,
  type InterfaceState,
  interfaceWithAddress,
  type NeighborState,
  type RouterState,
} from '../router/state.ts';
import { type Address, compareAddress, inPrefix, isLinkLocal, type Prefix } from '../wire/address.ts';
import { determineForwarding } from './forwarding.ts';
import type { Visit } from './hop.ts';

/** What is traced. */
interface Target {
  readonly source: Address | undefined;
  readonly group: Address | undefined;
}

export interface Candidate {
  readonly visit: Visit;
  /** Its interface on the client's link as it was learned, and the address there. */
  readonly interface: InterfaceState;
  readonly address: Address;
  /** Whom it hears on its links, as was learned. */
  readonly neighbors: readonly NeighborState[] | undefined;
  /** As far as it has been read. */
  state: RouterState | undefined;
}

/** The routers with a multicast interface on the client's subnet: of several that it is in, the longest. */
export function candidatesFor(domain: Domain, client: Address): Candidate[] {
  const all = domain.onSubnetOf(client).flatMap(({ router, interface: on }) => {
    const own = on?.addresses.filter((one) => inPrefix(client, one)).toSorted((a, b) => b.length - a.length)[0];
    return on === undefined || own === undefined ? [] : [{ router, on, own }];
  });
  const longest = Math.max(...all.map(({ own }) => own.length));
  return all.flatMap(({ router, on, own: { address, length } }) => {
    if (length < longest) return [];
    return [
      {
        visit: { router, outgoingHint: { index: on.index, address, standInClient: undefined }, isFromInside: false },
        interface: on,
        address,
        neighbors: domain.neighborsOf(router),
        state: undefined,
      },
    ];
  });
}

/**
 * The routers with a multicast interface on one of these subnets, but for those that stand in the trace already. The
 * router upstream of a link is its last hop for those downstream. RFC 8487 §4.3.1
 */
export function candidatesOn(
  domain: Domain,
  subnets: readonly Prefix[],
  isOut: (router: string, on: InterfaceState) => boolean,
): Candidate[] {
  return domain.onSubnets(subnets).flatMap(({ router, interface: on }) => {
    const address = on?.addresses.find((own) => haveSubnetInCommon([own], subnets))?.address;
    if (on === undefined || address === undefined || isOut(router, on)) return [];
    return [
      {
        visit: { router, outgoingHint: { index: on.index, address, standInClient: undefined }, isFromInside: false },
        interface: on,
        address,
        neighbors: domain.neighborsOf(router),
        state: undefined,
      },
    ];
  });
}

/** Of routers that a multicast Request has reached, the one that forwards onto the link; the others ignore it. §5.4 */
export function forwarderOf(candidates: readonly Candidate[], target: Target): Candidate | undefined {
  return highestOf(candidates.filter((one) => forwardsOntoLink(one, target)));
}

/**
 * The one that forwards onto the client's link; else the one that would: PIM's Designated Router (where that one gets the
 * group from the link, its neighbor there); else, as nobody knows that one, one that could not be read, because it may
 * forward (its block will say so), or the one with the highest address. Those that have left the link, by what was read just
 * now, are out, unless there is nobody else.
 * @param candidates at least one
 * @param whenUnread what becomes of one that was asked and could not be read, so that nobody can tell whether it is the one:
 * it is named, or, where all routers of the link have heard the Query, silent (§4.1.1); `not-asked`: none was
 * @returns `undefined`: it is a router that is not ours, or that cannot tell
 */
export function properLastHop(
  candidates: readonly Candidate[],
  target: Target,
  whenUnread: 'named' | 'silent' | 'not-asked',
): Candidate | undefined {
  const there = candidates.filter((one) => one.state === undefined || interfaceOnLink(one) !== undefined);
  const forwarding = there.filter((one) => forwardsOntoLink(one, target));
  if (forwarding.length > 0) return highestOf(forwarding);
  const elected = highestOf(there.filter((one) => isElected(one) === true));
  if (elected !== undefined) {
    const neighbor = upstreamOnLink(elected, target);
    return neighbor === undefined ? elected : candidates.find((one) => hasAddress(one.interface, neighbor));
  }
  const undecided = (there.length > 0 ? there : candidates).filter((one) => isElected(one) === undefined);
  const unread = undecided.filter(({ state }) => state === undefined);
  if (unread.length > 0 && whenUnread === 'silent') return undefined;
  if (unread.length > 0) return highestOf(unread);
  return highestOf(undecided);
}

/**
 * Whether it is the Designated Router of the client's link, where need be by the addresses of those that it hears there;
 * `undefined`: nothing tells.
 */
function isElected(candidate: Candidate): boolean | undefined {
  const on = interfaceOnLink(candidate) ?? candidate.interface;
  const isOfFamily = (address: Address) => address.length === candidate.address.length;
  const elected = on.designatedRouters.find(isOfFamily);
  if (elected !== undefined) return hasAddress(on, elected);
  // PIM for IPv6 speaks by link-local addresses.
  const own = candidate.address.length === 4 ? candidate.address : on.addresses.find(isIpv6LinkLocal)?.address;
  const neighbors = candidate.state?.neighbors ?? candidate.neighbors;
  const heard = neighbors?.filter((one) => one.interface.index === on.index && isOfFamily(one.address));
  if (own === undefined || heard === undefined || heard.length === 0) return undefined;
  return heard.every(({ address }) => compareAddress(own, address) > 0);
}

function isIpv6LinkLocal({ address }: Prefix): boolean {
  return address.length === 16 && isLinkLocal(address);
}

/** The router on the client's link that this one gets the group from, by a row: then that one forwards onto the link. */
function upstreamOnLink(candidate: Candidate, { source, group }: Target): Address | undefined {
  const forwarding = candidate.state && determineForwarding(candidate.state, source, group);
  if (forwarding?.outgoing === undefined || forwarding.isDirectlyConnected) return undefined;
  return forwarding.incoming?.index === interfaceOnLink(candidate)?.index ? forwarding.upstream : undefined;
}

function highestOf(some: readonly Candidate[]): Candidate | undefined {
  return some.toSorted((a, b) => compareAddress(b.address, a.address))[0];
}

/** Not by the index of the table that the candidate came from: the router may have numbered its interfaces anew. */
function interfaceOnLink({ state, address }: Candidate): InterfaceState | undefined {
  return state && interfaceWithAddress(state.interfaces.values(), address);
}

function forwardsOntoLink(candidate: Candidate, { source, group }: Target): boolean {
  const on = interfaceOnLink(candidate);
  const rows = (candidate.state && determineForwarding(candidate.state, source, group)?.outgoing) ?? [];
  return rows.some((row) => row.state === 'forwarding' && row.interface.index === on?.index);
}
