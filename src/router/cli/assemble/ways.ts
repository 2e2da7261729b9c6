/** By which next hop a target is reached, and which of them a route follows. Pure. */
import { compareAddress, inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { SnapshotRpf } from '../../snapshot.ts';
import type { NexthopPart, PathPart, RoutePart } from '../platform.ts';
import { canonicalPrefix } from '../tools/json.ts';
import { concerns, isOf, type Reading } from './reading.ts';

/** Whether there is state of the source itself, which comes by the path to the source: the RP does not matter then. */
export function followsSource(reading: Reading): boolean {
  const { query, forwarding, paths } = reading;
  const path = query.source === null ? undefined : paths.get(query.source);
  const way = path && wayOf(path, reading);
  return forwarding.routes.some((row) => row.source !== null && leadsBy(way, row.incoming) && concerns(row, query));
}

/**
 * No path is a fact, too: else the target would follow the other's, where that is by a prefix which covers both. So it would
 * where its own is not told: then the other's is for its own target alone.
 */
export function rpfRows(ways: Ways, reading: Reading, indexes: ReadonlyMap<string, number>): SnapshotRpf[] {
  const untold = [...ways].flatMap(([target, way]) => (way === undefined ? [parseAddress(target)!] : []));
  return [...ways].flatMap(([target, way]): SnapshotRpf[] => {
    const itself = canonicalPrefix(target) ?? target;
    if (way === undefined) return [];
    if (way === null || !isTakenByRpf(way.path, reading)) return [{ prefix: itself, interface: null }];
    const { isUnicastOnly: _, ...path } = way.path;
    const covered = parsePrefix(path.prefix);
    const isShared = untold.some((address) => covered !== undefined && inPrefix(address, covered));
    return [{ ...path, prefix: isShared ? itself : path.prefix, interface: indexes.get(path.interface)! }];
  });
}

/** Whoever is reached by a link without a PIM neighbor is not asked for anything; which of its addresses the next hop is, does not matter. */
function isTakenByRpf(
  { interface: name, neighbor, isUnicastOnly }: PathPart,
  { query, table, needsNeighbors }: Reading,
): boolean {
  if (isUnicastOnly === true) return false;
  if (!needsNeighbors || neighbor == null || table.neighbors === undefined) return true;
  return table.neighbors.some((row) => row.interface === name && isOf(row.address, query.family));
}

/** A path, by the one next hop that RPF takes. */
export interface Way {
  readonly path: PathPart;
  /** That of each link, where an entry tells by which one it comes. */
  readonly hops: ReadonlyMap<string, NexthopPart>;
}

/** Where neighbours tell nothing, all next hops are as good. */
function wayOf({ others = [], ...path }: PathPart, reading: Reading): Way {
  const { neighbors = [] } = reading.table;
  const known = new Set(neighbors.map((row) => `${row.address} ${row.interface}`));
  const isNeighbor = (hop: NexthopPart) => hop.neighbor === null || known.has(`${hop.neighbor} ${hop.interface}`);
  const all: NexthopPart[] = [{ interface: path.interface, neighbor: path.neighbor }, ...others];
  const eligible = all.filter(isNeighbor);
  const inOrder = eligible.length === 0 ? all : reading.equalNextHops === 'highest' ? highestFirst(eligible) : eligible;
  const hops = new Map<string, NexthopPart>();
  for (const hop of inOrder) if (!hops.has(hop.interface)) hops.set(hop.interface, hop);
  const isUnicastOnly = path.isUnicastOnly === true && !areMixed(all, reading);
  return { path: { ...path, ...inOrder[0], isUnicastOnly }, hops };
}

/** Some with multicast and some without: pimd's look-up may fail by one without, which its join passes over (`ecmp`). */
function areMixed(hops: readonly NexthopPart[], { query, table, forwarding }: Reading): boolean {
  const multicast = forwarding.multicast ?? table.multicast[query.family];
  const fit = hops.filter((hop) => multicast.includes(hop.interface));
  return fit.length > 0 && fit.length < hops.length;
}

function highestFirst(hops: readonly NexthopPart[]): NexthopPart[] {
  const none = new Uint8Array();
  const addresses = new Map(hops.map((hop) => [hop, parseAddress(hop.neighbor ?? '') ?? none]));
  return hops.toSorted((a, b) => compareAddress(addresses.get(b)!, addresses.get(a)!));
}

/** `null`: there is none to the target, `undefined`: it is not told. */
type Ways = ReadonlyMap<string, Way | null | undefined>;

export function waysOf(reading: Reading): Ways {
  return new Map([...reading.paths].map(([target, path]) => [target, path && wayOf(path, reading)]));
}

/**
 * The way that a route follows: to its source, or to the RP, which some routes of a source follow, too. What is configured
 * for all sources knows of no RP.
 */
export function wayOfRoute(
  { source, incoming, multicastRoutingProtocol }: RoutePart,
  ways: Ways,
  { query, rp }: Reading,
): Way | undefined {
  const wayTo = (target: string | null) => (target === null ? undefined : ways.get(target)) ?? undefined;
  const toRp = wayTo(rp);
  const isShared = source === null && multicastRoutingProtocol !== 'netmgmt';
  const own = isShared ? toRp : wayTo(query.source ?? source);
  return !leadsBy(own, incoming) && leadsBy(toRp, incoming) ? toRp : own;
}

function leadsBy(way: Way | null | undefined, name: string | null): boolean {
  return name !== null && way?.hops.has(name) === true;
}
