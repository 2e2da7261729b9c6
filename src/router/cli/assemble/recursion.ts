/**
 * Follows routes whose next hop is not on a link but behind another route (BGP) down to the link: the prefix and the protocol
 * stay the first route's, the interface and the neighbour are the last one's. Asks no more than a few times.
 */
import type { NexthopPart, PathPart, RecursivePart } from '../platform.ts';

/** By target; `null`: there is no path to it, `undefined`: it is not told. */
export type Paths = ReadonlyMap<string, PathPart | null | undefined>;
export type MaybeRecursive = ReadonlyMap<string, PathPart | RecursivePart | null>;

/** Routers stop as well: a route that needs more leads back to itself. */
const DEPTH_LIMIT = 4;

/**
 * The paths of the same targets; of those that lead to no link within the limit, the way is not told.
 * @param ask yields the paths to next hops, and is asked for as many as there are at once
 */
export async function followed(
  paths: MaybeRecursive,
  ask: (nexthops: readonly string[]) => Promise<MaybeRecursive>,
): Promise<Paths> {
  const known = new Map<string, PathPart | RecursivePart | null>();
  let wanted = nexthopsOf(paths);
  for (let depth = 0; depth < DEPTH_LIMIT && wanted.length > 0; depth++) {
    const found = await ask(wanted);
    for (const [nexthop, path] of found) known.set(nexthop, path);
    wanted = nexthopsOf(found).filter((nexthop) => !known.has(nexthop));
  }
  return new Map([...paths].map(([target, path]) => [target, followPath(target, path, known)]));
}

function nexthopsOf(paths: MaybeRecursive): string[] {
  return [
    ...new Set(
      [...paths.values()].flatMap((path) => (isRecursive(path) && path.nexthop !== null ? [path.nexthop] : [])),
    ),
  ];
}

function isRecursive(path: PathPart | RecursivePart | null): path is RecursivePart {
  return path !== null && 'nexthop' in path;
}

function followPath(
  target: string,
  path: PathPart | RecursivePart | null,
  known: MaybeRecursive,
): PathPart | null | undefined {
  let { at, onto }: { at: PathPart | RecursivePart | null; onto: string } = { at: path, onto: target };
  for (let depth = 0; isRecursive(at); depth++) {
    const next = at.nexthop === null ? null : (known.get(at.nexthop) ?? null);
    // A router has no route whose next hop it cannot reach: if none is found, it was looked for in the wrong place.
    if (at.nexthop === null || next === null || depth > DEPTH_LIMIT) return undefined;
    onto = at.nexthop;
    at = next;
  }
  if (path === null || at === null || at === path) return at;
  // A next hop that is on a link of the router is the neighbour there itself.
  const onLink = ({ interface: name, neighbor }: NexthopPart): NexthopPart => ({
    interface: name,
    neighbor: neighbor === null ? onto : neighbor,
  });
  return {
    prefix: path.prefix,
    routingProtocol: path.routingProtocol,
    ...onLink(at),
    others: (at.others ?? []).map(onLink),
  };
}
