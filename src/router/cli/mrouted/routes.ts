/**
 * Joins what the kernel forwards and what mrouted knows of it. The kernel has an entry for each source that has sent, and
 * counts; mrouted has one for each subnet of sources, and knows who has pruned. What the kernel forwards to, it forwards to.
 * Pure.
 */
import { formatAddress, longestMatch, masked, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { RoutePart } from '../platform.ts';
import type { CacheEntry, CacheOutgoing, State } from './parse-state.ts';

/** By the number of a VIF; `undefined`: there is no such VIF. */
export type NameOf = (vif: number) => string | undefined;

/** The row of one group and source: a group may have many sources, and what is not of the query is not joined. */
export function joinRoutes(
  kernel: readonly RoutePart[],
  { entries = [] }: State,
  { group, source }: { readonly group: string; readonly source: string | null },
  nameOf: NameOf,
): RoutePart[] {
  const route = kernel.find((one) => one.group === group && one.source === source);
  const entry = entryFor(
    source,
    entries.filter((one) => one.group === group),
  );
  if (route !== undefined) return [joinRoute(route, entry, nameOf)];
  return entry === undefined ? [] : [cacheRoute(entry, nameOf)];
}

function entryFor(source: string | null, entries: readonly CacheEntry[]): CacheEntry | undefined {
  const address = source === null ? undefined : parseAddress(source);
  return address && longestMatch(entries, (entry) => parsePrefix(entry.prefix), address);
}

function joinRoute(route: RoutePart, entry: CacheEntry | undefined, nameOf: NameOf): RoutePart {
  const listed = new Set(route.outgoing.map((oif) => oif.interface));
  const others = outgoingOf(entry, nameOf)
    .filter((oif) => !listed.has(oif.interface))
    // mrouted may have said so, but the kernel does not do it.
    .map((oif) => (oif.state === 'forwarding' ? { ...oif, state: 'notForwarding' as const } : oif));
  return {
    ...route,
    outgoing: [...route.outgoing, ...others],
    multicastRoutingProtocol: 'dvmrp', // who has the kernel's table has it alone
    pruneSent: entry?.pruneSent,
    uptimeSeconds: entry?.ageSeconds ?? null,
  };
}

/** For a source that has not sent yet, while others of its subnet have: so it would be forwarded. */
function cacheRoute(entry: CacheEntry, nameOf: NameOf): RoutePart {
  const { address, length } = parsePrefix(entry.prefix)!;
  return {
    group: entry.group,
    source: formatAddress(masked(address, length)),
    sourcePrefixLength: length,
    incoming: nameOf(entry.vif) ?? null,
    upstream: undefined,
    outgoing: outgoingOf(entry, nameOf),
    packets: null,
    multicastRoutingProtocol: 'dvmrp',
    pruneSent: entry.pruneSent,
    uptimeSeconds: entry.ageSeconds,
  };
}

const STATES = { forwarding: 'forwarding', pruned: 'pruned', waiting: 'notForwarding' } as const;

/** What may not pass a boundary is not asked for there: the boundary itself is told. */
function outgoingOf(entry: CacheEntry | undefined, nameOf: NameOf): RoutePart['outgoing'] {
  return (entry?.outgoing ?? []).flatMap(({ vif, state }: CacheOutgoing) => {
    const name = nameOf(vif);
    return name === undefined || state === 'boundary' ? [] : [{ interface: name, state: STATES[state] }];
  });
}
