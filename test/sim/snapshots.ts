/**
 * What a router would tell of itself: the neutral model (src/router/snapshot.ts), derived from the network's facts and its
 * seed, and nothing else. The same facts are told in one of several ways (a neighbour in the row or in the RPF path, the
 * source itself as the neighbour, ranges), with rows around them that a reader may yield and that must not matter.
 */
import type { MulticastRoutingProtocol, RoutingProtocol } from '../../proto/registry.ts';
import type { Snapshot, SnapshotRoute, SnapshotRp, SnapshotRpf, SnapshotScope } from '../../src/router/snapshot.ts';
import {
  type Interface,
  interfaceOn,
  type Network,
  type Parent,
  type PathState,
  type Router,
  type TreeState,
} from './model.ts';
import { Random } from './random.ts';
import { neighborName } from './verdict.ts';

export function snapshotOf(network: Network, router: Router): Snapshot {
  const random = new Random(network.seed).fork(1000 + router.id);
  const isRange = random.chance(0.2);
  const routes = [...rowsOf(network, router, isRange, random), ...otherRows(network, router, isRange, random)];
  return {
    name: router.name,
    interfaces: router.interfaces.map((own) => ({
      index: own.index,
      name: `if${own.index}`,
      addresses: addressesOf(own, random),
      multicast: own.multicast,
      ...(own.ttlThreshold === 1 && random.chance(0.5) ? {} : { ttlThreshold: own.ttlThreshold }),
      mtu: own.mtu,
      multicastRoutingProtocol: own.protocol as MulticastRoutingProtocol | null,
      inMulticastPackets: own.inPackets,
      outMulticastPackets: own.outPackets,
    })),
    routes: random.shuffled(routes),
    rpf: random.shuffled(pathsOf(network, router, random)),
    rps: random.shuffled(rpsOf(network, router, random)),
    scopes: random.shuffled(scopesOf(network, router, random)),
  };
}

function addressesOf({ address, prefixLength, linkLocal, others }: Interface, random: Random): string[] {
  const own = [
    ...(address === undefined ? [] : [`${address}/${prefixLength}`]),
    ...(linkLocal === undefined ? [] : [`${linkLocal}/64`]),
  ];
  return random.chance(0.5) ? [...own, ...others] : [...others, ...own];
}

/** The rows that the trace is about. */
function rowsOf(network: Network, router: Router, isRange: boolean, random: Random): SnapshotRoute[] {
  const { sourceState, groupState, sourcePath, rpPath } = router;
  const rows = [
    ...(sourceState ? [rowOf(network, router, network.source, sourceState, sourcePath, random)] : []),
    ...(groupState ? [rowOf(network, router, null, groupState, rpPath, random)] : []),
  ];
  const groupPrefixLength = network.family === 4 ? 24 : 112;
  return isRange ? rows.map((row) => ({ ...row, groupPrefixLength })) : rows;
}

function rowOf(
  network: Network,
  router: Router,
  source: string | null,
  state: TreeState,
  path: PathState | undefined,
  random: Random,
): SnapshotRoute {
  const { link, from } = state.parent;
  const incoming = interfaceOn(router, link)?.index ?? null;
  const isUnknown = typeof from === 'number' && !router.knowsUpstream;
  const upstream = isUnknown && random.chance(0.6) ? null : nameOf(network, router, state.parent, random);
  // What the row leaves open, the path may fill in, when it is the same.
  const isSame = path !== undefined && path.parent.link === link && path.parent.from === from && from !== 'self';
  const isOpen = isSame && random.chance(0.4);
  return {
    group: network.group,
    source,
    ...(source === null ? {} : { sourcePrefixLength: state.prefixLength }),
    incoming: isOpen && random.chance(0.4) ? null : incoming,
    upstream: isOpen ? null : from === 'source' && random.chance(0.3) ? network.source : upstream,
    outgoing: [...state.outgoing].map(([to, forwarded]) => ({
      index: interfaceOn(router, to)!.index,
      state: forwarded,
    })),
    packets: state.packets,
    multicastRoutingProtocol: state.multicastProtocol as MulticastRoutingProtocol | null,
    routingProtocol: state.routingProtocol as RoutingProtocol | null,
    pruneSent: state.pruneSent,
  };
}

function nameOf(network: Network, router: Router, { link, from }: Parent, random: Random): string | null {
  // Of a neighbour that is known by the other family only (RFC 5549), a message of this one can say nothing.
  if (typeof from === 'number' && !router.knowsUpstream)
    return random.pick(network.family === 4 ? ['fe80::5:9', '2001:db8:79::9'] : ['10.253.0.9']);
  return typeof from === 'number' && link !== undefined ? (neighborName(network, from, link) ?? null) : null;
}

/** Other groups, other sources, and ranges that are less specific than what is there. */
function otherRows(network: Network, router: Router, isRange: boolean, random: Random): SnapshotRoute[] {
  const { family, group, source } = network;
  const rows: SnapshotRoute[] = [];
  const add = (about: Pick<SnapshotRoute, 'group' | 'groupPrefixLength' | 'source' | 'sourcePrefixLength'>) => {
    const incoming = random.pick(router.interfaces).index;
    const outgoing = router.interfaces
      .filter(({ index }) => index !== incoming && random.chance(0.5))
      .map(({ index }) => ({ index, state: random.pick(['forwarding', 'pruned'] as const) }));
    rows.push({ ...about, incoming, upstream: null, outgoing, packets: '666', pruneSent: random.chance(0.5) });
  };
  const [otherGroup, otherSource, range, length] =
    family === 4 ? ['239.1.2.4', '172.21.0.9', '239.0.0.0', 8] : ['ff0e::1:4', '2001:db8:6::9', 'ff0e::', 16];
  if (random.chance(0.3)) add({ group: otherGroup, source });
  if (random.chance(0.3)) add({ group: otherGroup, source: null });
  if (random.chance(0.3)) add({ group, source: otherSource });
  if (router.sourceState && random.chance(0.3)) {
    add({ group: range, groupPrefixLength: length, source });
    if (!isRange && router.sourceState.prefixLength > 16) add({ group, source, sourcePrefixLength: 16 });
  }
  if (router.groupState && random.chance(0.3)) add({ group: range, groupPrefixLength: length, source: null });
  return rows;
}

function pathsOf(network: Network, router: Router, random: Random): SnapshotRpf[] {
  const { family, source, rpAddress } = network;
  const rows: SnapshotRpf[] = [];
  const add = (target: string, { parent, prefixLength, routingProtocol }: PathState) => {
    const own = interfaceOn(router, parent.link);
    if (own === undefined) return;
    const isUnknown = typeof parent.from === 'number' && !router.knowsUpstream;
    rows.push({
      prefix: `${target}/${prefixLength}`,
      interface: own.index,
      neighbor: isUnknown && random.chance(0.5) ? undefined : nameOf(network, router, parent, random),
      routingProtocol: routingProtocol as RoutingProtocol | null,
    });
  };
  const decoy = (prefix: string) => {
    const neighbor = random.pick(family === 4 ? ['10.254.0.9', '172.16.0.9'] : ['2001:db8:77::9', 'fe80::77']);
    rows.push({ prefix, interface: random.pick(router.interfaces).index, neighbor, routingProtocol: 'bgp' });
  };
  const unreachable = (target: string) => {
    if (random.chance(0.5)) return false;
    rows.push({ prefix: `${target}/${family === 4 ? 32 : 128}`, interface: null });
    return true;
  };
  if (router.sourcePath) add(source, router.sourcePath);
  if (router.rpPath) add(rpAddress, router.rpPath);
  if (random.chance(0.3)) decoy(family === 4 ? '198.51.100.0/24' : '2001:db8:77::/48');
  const isSourceTold = router.sourcePath !== undefined || unreachable(source);
  const isRpTold = router.rpPath?.parent.link !== undefined || unreachable(rpAddress);
  // Less specific than both: it must not win. Without a row of its own, a router would take it.
  if (isSourceTold && isRpTold && random.chance(0.3)) decoy(family === 4 ? '0.0.0.0/0' : '::/0');
  return rows;
}

function rpsOf(network: Network, router: Router, random: Random): SnapshotRp[] {
  const { family, group, rpAddress } = network;
  const [all, some] = family === 4 ? ['224.0.0.0/4', '239.0.0.0/8'] : ['ff00::/8', 'ff0e::/16'];
  const other = family === 4 ? '10.250.0.1' : '2001:db8:78::1';
  const rows = [{ groups: family === 4 ? '225.0.0.0/8' : 'ff05::/16', address: other }];
  if (!router.knowsRp) return random.chance(0.5) ? rows : [];
  const groups = random.pick([all, some, `${group}/${family === 4 ? 32 : 128}`]);
  if (groups !== all && random.chance(0.3)) rows.push({ groups: all, address: other });
  return [...rows, { groups, address: rpAddress }];
}

function scopesOf(network: Network, router: Router, random: Random): SnapshotScope[] {
  const { family, group } = network;
  const rows: SnapshotScope[] = [];
  for (const own of router.interfaces) {
    if (router.scoped.has(own.link)) {
      const groups = random.pick(family === 4 ? ['239.0.0.0/8', `${group}/32`] : ['ff0e::/16', `${group}/128`]);
      rows.push({ groups, interface: own.index });
    }
    if (random.chance(0.1)) rows.push({ groups: family === 4 ? '239.255.0.0/16' : 'ff05::/16', interface: own.index });
  }
  return rows;
}
