/**
 * Random networks with a known truth. A network is a pure function of a few knobs and a seed: fast-check shrinks the
 * knobs (fewer routers, fewer oddities, everything of one daemon), and the seed makes the rest.
 */
import fc from 'fast-check';
import { augmentedResponse, extendedQueries } from './extras.ts';
import { buildGraph, CLIENT_LINK, type Graph, type Shape, SOURCE_LINK } from './graph.ts';
import { chooseHostLinks, hostAddress } from './host.ts';
import { properLastHop } from './last-hop.ts';
import {
  type Family,
  interfaceOn,
  LOOPBACK,
  type Network,
  type QueryPlan,
  type Router,
  type Speaker,
} from './model.ts';
import { addressOf, type NumberingKnobs, numberInterfaces, numberLinks } from './numbering.ts';
import { Random } from './random.ts';
import { buildStates, type StateKnobs } from './states.ts';
import { makeTrouble, TROUBLES, type Trouble } from './troubles.ts';
import { forgetUpstreams } from './unknown-upstream.ts';

export interface Knobs extends NumberingKnobs, StateKnobs {
  readonly family: Family;
  readonly seed: number;
  readonly shape: Shape;
  readonly size: number;
  /** Routers on the client's LAN. */
  readonly lan: number;
  readonly daemons: number;
  /** Of the routers, how many speak Mtrace2 themselves: 0 to 1. */
  readonly nativeShare: number;
  readonly isUnlearned: boolean;
  readonly wantsDefaultPeer: boolean;
  readonly wantsNativeForward: boolean;
  /** Of the links of its routers, how many a daemon's host is on: 0 to 1. */
  readonly hostShare: number;
  /** Of the routers, how many know nobody upstream: 0 to 1. */
  readonly unknownShare: number;
  /** Of the daemons, how many hide their links: 0 to 1. */
  readonly hidingShare: number;
  /** Of the daemons' routers, how many are gateways: 0 to 1. */
  readonly gatewayShare: number;
  /** Of the routers, how many add an Augmented Response Block if they are native: 0 to 1. */
  readonly augmentedShare: number;
  /** How many blocks the Query has. */
  readonly extendedQueries: number;
  /** Of these, how many are transitive: 0 to 1. */
  readonly transitiveShare: number;
  readonly troubles: readonly Trouble[];
  readonly hops: number;
  /** `lan`: the daemon, or the native router, on the client's LAN; `elsewhere`: a stand-in of any router; `wrong`: who is not. */
  readonly way: 'lan' | 'multicast' | 'stand-in' | 'elsewhere' | 'wrong';
}

/** @param changes arbitraries in place of the usual ones */
export function knobs(changes: Partial<{ [K in keyof Knobs]: fc.Arbitrary<Knobs[K]> }> = {}): fc.Arbitrary<Knobs> {
  const usual: { [K in keyof Knobs]: fc.Arbitrary<Knobs[K]> } = {
    family: fc.constantFrom<Family>(4, 6),
    target: fc.constantFrom('source-group', 'source-group', 'group', 'source'),
    seed: fc.nat(),
    shape: fc.constantFrom<Shape>('chain', 'chain', 'tree', 'mesh', 'ecmp'),
    size: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.integer({ min: 1, max: 70 })),
    lan: fc.integer({ min: 1, max: 3 }),
    daemons: fc.integer({ min: 1, max: 4 }),
    nativeShare: fc.constantFrom(0, 0, 0.3, 0.6),
    isAsymmetric: fc.boolean(),
    isMixed: oneIn(4),
    hasUnnumbered: oneIn(3),
    hasSharedLinkLocal: fc.boolean(),
    hasSmallMtu: oneIn(3),
    isAmbiguous: fc.constant(false),
    isUnlearned: oneIn(5),
    wantsDefaultPeer: oneIn(3),
    wantsNativeForward: fc.boolean(),
    hostShare: fc.constantFrom(0, 0.5, 1),
    unknownShare: fc.constantFrom(0, 0, 0, 0.2, 0.6),
    hidingShare: fc.constantFrom(0, 0, 0.5, 1),
    gatewayShare: fc.constantFrom(0, 0, 0, 0.2, 0.5),
    augmentedShare: fc.constantFrom(0, 0.5),
    extendedQueries: fc.constantFrom(0, 0, 0, 1, 3),
    transitiveShare: fc.constantFrom(1, 1, 0.8),
    troubles: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Trouble[]>([]) },
      fc.array(fc.record({ kind: fc.constantFrom(...TROUBLES), at: fc.nat(60) }), { minLength: 1, maxLength: 3 }),
    ),
    hops: fc.oneof({ weight: 2, arbitrary: fc.constant(255) }, fc.integer({ min: 1, max: 8 })),
    way: fc.constantFrom('lan', 'multicast', 'lan', 'multicast', 'stand-in', 'elsewhere'),
  };
  return fc.record({ ...usual, ...changes });
}

function oneIn(n: number): fc.Arbitrary<boolean> {
  return fc.nat(n - 1).map((i) => i === n - 1);
}

/** @returns always the same network for the same knobs */
export function buildNetwork(knobs: Knobs): Network {
  const { family, target } = knobs;
  const random = new Random(knobs.seed);
  const graph = buildGraph(knobs.shape, knobs.size, knobs.lan, random.fork(1));
  const speakers = speakersOf(graph, knobs, random.fork(2));
  const rp = random.fork(3).below(graph.routers);
  const states = buildStates(graph, rp, knobs, random.fork(4));
  const links = numberLinks(graph, speakers, knobs, random.fork(5));
  const needsLoopback = new Set([rp]);
  if (family === 4)
    for (const link of links) if (link.numbering === 'none') for (const id of link.members) needsLoopback.add(id);
  const interfaces = numberInterfaces(graph, links, needsLoopback, knobs, random.fork(6));

  const hasExtras = random.fork(12);
  const routers = states.map(
    (own, id): Router => ({
      id,
      name: `r${id}`,
      interfaces: interfaces[id]!,
      speaker: speakers[id]!,
      readable: 'yes',
      isLearned: !knobs.isUnlearned,
      standIn: random.chance(0.5) ? hostAddress(family, 2, id) : undefined,
      ...own,
      knowsUpstream: true,
      augmented: hasExtras.chance(knobs.augmentedShare) ? augmentedResponse(hasExtras) : undefined,
      scoped: new Set(),
    }),
  );
  const numbered = routers[rp]!.interfaces.filter((one) => one.address !== undefined && one.link !== SOURCE_LINK);
  const extended = extendedQueries(knobs.extendedQueries, knobs.transitiveShare, random.fork(13));
  const network: Network = {
    family,
    target,
    seed: knobs.seed,
    links,
    routers,
    sourceLink: SOURCE_LINK,
    clientLink: CLIENT_LINK,
    source: addressOf(family, links[SOURCE_LINK]!, 250),
    client: addressOf(family, links[CLIENT_LINK]!, 99),
    group: family === 4 ? '239.1.2.3' : 'ff0e::1:3',
    rp,
    rpAddress: (random.chance(0.6) ? interfaceOn(routers[rp]!, LOOPBACK)! : random.pick(numbered)).address!,
    daemons: knobs.daemons,
    hostLinks: chooseHostLinks(
      { family, links, routers, daemons: knobs.daemons },
      CLIENT_LINK,
      knobs.hostShare,
      random.fork(8),
    ),
    prohibiting: new Set(),
    gateways: new Set(knobs.isUnlearned ? [] : random.fork(11).some(graph.routers, knobs.gatewayShare)),
    hiding: new Set(random.fork(10).some(knobs.daemons, knobs.hidingShare)),
    nativeForward: knobs.nativeShare > 0 || knobs.wantsNativeForward,
    hasDefaultPeer: false,
    query: {
      hops: knobs.isMixed ? Math.min(knobs.hops, 60) : knobs.hops,
      way: { kind: 'multicast' },
      extended,
      id: knobs.seed & 0xffff,
      port: 40_000,
    },
    ways: [],
  };
  makeTrouble(network, knobs.troubles);
  forgetUpstreams(network, knobs.unknownShare, random.fork(9));
  // Of a gateway's Query to a whole link, nothing says whose turn it is.
  for (const id of network.gateways) routers[id]!.knowsUpstream = true;
  const way = wayOf(network, knobs, random.fork(7));
  const isAllOurs = routers.every(({ speaker }) => speaker.kind === 'daemon');
  return {
    ...network,
    hasDefaultPeer: knobs.wantsDefaultPeer && knobs.daemons > 1 && isAllOurs && !knobs.isUnlearned,
    query: { ...network.query, way },
    ways: [way],
  };
}

/** The routers on the client's LAN have one voice: one daemon's, or each its own. */
function speakersOf(graph: Graph, { daemons, nativeShare }: Knobs, random: Random): Speaker[] {
  const lan: Speaker = random.chance(nativeShare) ? { kind: 'native' } : { kind: 'daemon', daemon: 0 };
  const isInRuns = random.chance(0.5);
  const run = Math.ceil(graph.routers / daemons);
  return Array.from({ length: graph.routers }, (_, id): Speaker => {
    if (graph.links[CLIENT_LINK]!.includes(id)) return lan;
    if (random.chance(nativeShare)) return { kind: 'native' };
    return { kind: 'daemon', daemon: isInRuns ? Math.floor(id / run) : random.below(daemons) };
  });
}

function wayOf(network: Network, { way, daemons }: Knobs, random: Random): QueryPlan['way'] {
  if (way === 'multicast') return { kind: 'multicast' };
  const members = network.links[CLIENT_LINK]!.members.map((id) => network.routers[id]!);
  const ours = network.routers.filter(({ speaker }) => speaker.kind === 'daemon');
  const at = way === 'elsewhere' && ours.length > 0 ? random.pick(ours) : random.pick(members);
  if (at.speaker.kind === 'native') {
    const asked = way === 'wrong' ? at : (properLastHop(network) ?? at);
    return { kind: 'router', router: asked.id, address: interfaceOn(asked, CLIENT_LINK)!.address! };
  }
  if (way === 'lan') return { kind: 'daemon', daemon: 0 };
  // The client's LAN is the first daemon's.
  if (way === 'wrong') return { kind: 'daemon', daemon: 1 + random.below(Math.max(1, daemons - 1)) };
  const own = at.interfaces.flatMap(({ address }) => address ?? []);
  const address = at.standIn ?? (own.length > 0 ? random.pick(own) : undefined);
  return address === undefined ? { kind: 'daemon', daemon: 0 } : { kind: 'router', router: at.id, address };
}
