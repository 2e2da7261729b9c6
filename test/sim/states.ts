/** What each router does with the stream: rows along a multicast tree, paths along the unicast one, oddities on top. */
import { CLIENT_LINK, type Graph, SOURCE_LINK, spanningTree, type Tree } from './graph.ts';
import { type Family, type Forwarded, LOOPBACK, type Parent, type PathState, type TreeState } from './model.ts';
import type { Random } from './random.ts';

export interface StateKnobs {
  readonly family: Family;
  readonly target: 'source-group' | 'group' | 'source';
  /** The multicast tree is not the unicast one; else the shortest paths of both, which may differ where paths are equal. */
  readonly isAsymmetric: boolean;
  /** Each router has (S,G), or (*,G), or neither. */
  readonly isMixed: boolean;
}

export interface States {
  readonly sourceState: TreeState | undefined;
  readonly groupState: TreeState | undefined;
  readonly sourcePath: PathState | undefined;
  readonly rpPath: PathState | undefined;
  readonly knowsRp: boolean;
}

const MULTICAST_PROTOCOLS = [
  'pimSparseMode',
  'pimSparseMode',
  'pimSparseDense',
  'pimDenseMode',
  'dvmrp',
  'mospf',
  null,
];
const ROUTING_PROTOCOLS = ['ospf', 'ospf', 'isIs', 'bgp', 'rip', 'local', 'netmgmt', null];
const PREFIX_LENGTHS = {
  source: { 4: [32, 32, 32, 24, 16], 6: [128, 128, 128, 64, 48] },
  sourcePath: { 4: [16, 20, 24, 32], 6: [48, 56, 64, 128] },
  rpPath: { 4: [32, 24, 20, 16], 6: [128, 64, 56, 48] },
} as const;

export function buildStates(graph: Graph, rp: number, knobs: StateKnobs, random: Random): States[] {
  const { family } = knobs;
  const firstHops = graph.links[SOURCE_LINK]!;
  const unicastSource = spanningTree(graph, firstHops, true, random);
  const unicastRp = spanningTree(graph, [rp], true, random);
  const multicast = (unicast: Tree, roots: readonly number[]) =>
    random.chance(0.5) && !knobs.isAsymmetric ? unicast : spanningTree(graph, roots, !knobs.isAsymmetric, random);
  const trees = { source: multicast(unicastSource, firstHops), group: multicast(unicastRp, [rp]) };
  const all = [trees.source, trees.group, unicastSource, unicastRp];
  const lan = graph.links[CLIENT_LINK]!;
  const isRpOnLoopback = random.chance(0.5);
  const sourceParent = (tree: Tree, router: number): Parent => tree[router] ?? { link: SOURCE_LINK, from: 'source' };
  const rpParent = (tree: Tree, router: number): Parent =>
    tree[router] ?? { link: isRpOnLoopback ? LOOPBACK : undefined, from: 'self' };
  const lanForwarder = {
    source: forwarderOnLan(graph, trees.source, random),
    group: forwarderOnLan(graph, trees.group, random),
  };

  const row = (router: number, parent: Parent, kind: 'source' | 'group'): TreeState => ({
    parent,
    outgoing: outgoingOf(router, parent, trees[kind], all, lan.includes(router), lanForwarder[kind] === router, random),
    packets: random.count(),
    multicastProtocol: random.pick(MULTICAST_PROTOCOLS),
    routingProtocol: random.pick(ROUTING_PROTOCOLS),
    pruneSent: false,
    prefixLength: random.pick(PREFIX_LENGTHS.source[family]),
  });
  const path = (parent: Parent, lengths: readonly number[]): PathState => ({
    parent,
    prefixLength: random.pick(lengths),
    routingProtocol: parent.from === 'self' ? null : random.pick(ROUTING_PROTOCOLS),
  });
  // The state that the trace is about is everywhere, unless they are mixed; the other may be there to confuse.
  const has = (kind: 'source-group' | 'group') => random.chance(knobs.isMixed ? 0.75 : kind === knobs.target ? 1 : 0.4);
  return Array.from({ length: graph.routers }, (_, router) => ({
    sourceState: has('source-group') ? row(router, sourceParent(trees.source, router), 'source') : undefined,
    groupState: has('group') ? row(router, rpParent(trees.group, router), 'group') : undefined,
    sourcePath: path(sourceParent(unicastSource, router), PREFIX_LENGTHS.sourcePath[family]),
    rpPath: path(rpParent(unicastRp, router), PREFIX_LENGTHS.rpPath[family]),
    knowsRp: true,
  }));
}

/** The one router that forwards onto the client's LAN: not one that gets the stream from there. */
function forwarderOnLan(graph: Graph, tree: Tree, random: Random): number | undefined {
  const members = graph.links[CLIENT_LINK]!;
  const chosen = members.map((router) => tree[router]).find((parent) => parent?.link === CLIENT_LINK)?.from;
  if (chosen !== undefined) return chosen;
  const able = members.filter((router) => tree[router]?.link !== CLIENT_LINK);
  return able.length === 0 || random.chance(0.05) ? undefined : random.pick(able);
}

/** To its children in the tree; to those in the other trees as well, mostly, so that a trace may cross over. */
function outgoingOf(
  router: number,
  parent: Parent,
  tree: Tree,
  all: readonly Tree[],
  isOnLan: boolean,
  isLanForwarder: boolean,
  random: Random,
): Map<number, Forwarded> {
  const outgoing = new Map<number, Forwarded>();
  const childLinks = (one: Tree) => one.flatMap((up) => (up?.from === router ? [up.link] : []));
  for (const link of childLinks(tree)) outgoing.set(link, 'forwarding');
  for (const other of all) {
    for (const link of childLinks(other)) {
      if (link !== CLIENT_LINK && !outgoing.has(link) && random.chance(0.7)) outgoing.set(link, 'forwarding');
    }
  }
  if (isLanForwarder) outgoing.set(CLIENT_LINK, 'forwarding');
  // Who has lost an assert there.
  else if (isOnLan && random.chance(0.4)) outgoing.set(CLIENT_LINK, random.pick(['pruned', 'notForwarding']));
  if (parent.link !== undefined) outgoing.delete(parent.link);
  return new Map(random.shuffled([...outgoing]));
}
