/** The bare graph: which routers are on which link. Links 0 and 1 are the source's LAN and the client's. */
import type { Random } from './random.ts';

export type Shape = 'chain' | 'tree' | 'mesh' | 'ecmp';

export interface Graph {
  readonly routers: number;
  /** Router ids by link. */
  readonly links: readonly number[][];
}

export const SOURCE_LINK = 0;
export const CLIENT_LINK = 1;
const LAN_ROUTERS = 4;

/**
 * @param size routers, at least 1; those that share the client's LAN come on top
 * @param lan routers on the client's LAN, 1 to 3
 */
export function buildGraph(shape: Shape, size: number, lan: number, random: Random): Graph {
  const links: number[][] = [[], []];
  const last = shape === 'ecmp' ? layers(links, size, random) : grow(links, shape, size, random);
  if (shape === 'mesh') addLoops(links, size, random);
  links[SOURCE_LINK]!.push(0);
  if (shape !== 'chain' && size > 3 && random.chance(0.2)) links[SOURCE_LINK]!.push(1);
  links[CLIENT_LINK]!.push(last);
  let routers = size;
  for (let i = 1; i < lan; i++) {
    const another = routers++;
    links[CLIENT_LINK]!.push(another);
    // Its own way up; else it hears of the world through the LAN only.
    if (random.chance(0.8)) links.push([another, random.below(size)]);
  }
  return { routers, links };
}

/** @returns the router that is farthest from router 0 */
function grow(links: number[][], shape: Shape, size: number, random: Random): number {
  const depth = [0];
  const lanOf = new Map<number, number[]>();
  for (let router = 1; router < size; router++) {
    const parent = shape === 'chain' ? router - 1 : random.below(router);
    depth[router] = depth[parent]! + 1;
    const lan = lanOf.get(parent);
    if (shape !== 'chain' && lan !== undefined && lan.length < LAN_ROUTERS && random.chance(0.4)) {
      lan.push(router);
      continue;
    }
    const link = [parent, router];
    links.push(link);
    lanOf.set(parent, link);
  }
  return depth.indexOf(Math.max(...depth));
}

function addLoops(links: number[][], size: number, random: Random): void {
  for (let i = 0; i < Math.ceil(size / 2); i++) {
    const members = random.shuffled([...Array(size).keys()]).slice(0, 2 + random.below(LAN_ROUTERS - 1));
    if (members.length > 1) links.push(members);
  }
}

/** Layers of two or three routers, each joined to all of the next: as many equal paths as one likes. */
function layers(links: number[][], size: number, random: Random): number {
  let before = [0];
  let next = 1;
  while (next < size) {
    const layer: number[] = [];
    const width = 2 + random.below(2);
    while (layer.length < width && next < size) layer.push(next++);
    for (const lower of layer) for (const upper of before) links.push([upper, lower]);
    before = layer;
  }
  return random.pick(before);
}

/** For each router: by which link and from whom; `undefined` for roots and for what cannot be reached. */
export type Tree = readonly ({ readonly link: number; readonly from: number } | undefined)[];

/**
 * A spanning tree from the roots down. A link is used in one direction by one router only, as an elected forwarder would.
 * @param isShortest breadth first, equal paths by chance; else any spanning tree
 */
export function spanningTree(graph: Graph, roots: readonly number[], isShortest: boolean, random: Random): Tree {
  const tree: ({ link: number; from: number } | undefined)[] = Array.from({ length: graph.routers });
  const reached = new Set(roots);
  const used = new Set<number>();
  const linksOf = Array.from({ length: graph.routers }, (): number[] => []);
  for (const [link, members] of graph.links.entries()) for (const router of members) linksOf[router]!.push(link);
  let frontier: [number, number][] = [];
  const open = (router: number) => {
    for (const link of random.shuffled(linksOf[router]!)) frontier.push([router, link]);
  };
  for (const root of random.shuffled(roots)) open(root);
  while (frontier.length > 0) {
    const wave = isShortest ? random.shuffled(frontier) : frontier.splice(random.below(frontier.length), 1);
    if (isShortest) frontier = [];
    for (const [from, link] of wave) {
      if (used.has(link)) continue;
      used.add(link);
      for (const router of graph.links[link]!) {
        if (reached.has(router)) continue;
        reached.add(router);
        tree[router] = { link, from };
        open(router);
      }
    }
  }
  return tree;
}
