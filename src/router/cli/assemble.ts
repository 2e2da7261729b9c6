/**
 * Joins what a platform has read into a snapshot: names become ifIndexes, a route gets the routing protocol of the
 * path that it follows and, where the platform does not tell it, the upstream neighbour from there. Pure.
 */
import {
  type Address,
  type Family,
  familyOf,
  inPrefix,
  isLoopback,
  longestMatch,
  parseAddress,
  parsePrefix,
} from '../../wire/address.ts';
import type { ForwardingQuery } from '../port.ts';
import type {
  Snapshot,
  SnapshotInterface,
  SnapshotRoute,
  SnapshotRp,
  SnapshotRpf,
  SnapshotScope,
} from '../snapshot.ts';
import { canonicalPrefix } from './json.ts';
import { indexesOf } from './own-index.ts';
import type {
  BoundaryRule,
  CounterPart,
  EqualNextHops,
  ForwardingPart,
  InterfacePart,
  NexthopPart,
  PathPart,
  RoutePart,
  RpPart,
  TablePart,
} from './platform.ts';
import type { Paths } from './recursion.ts';
import { isNobody } from './text.ts';

/** One answered `ForwardingQuery`. */
export interface Reading {
  readonly query: ForwardingQuery;
  readonly table: TablePart;
  readonly forwarding: ForwardingPart;
  /** RP of the query's group; `null` = none is known. */
  readonly rp: string | null;
  /** By target: the query's source and the RP. */
  readonly paths: Paths;
  readonly equalNextHops: EqualNextHops;
  readonly needsNeighbors: boolean;
}

/** The RP with the longest prefix that covers the group; `null`: none, and none if that one is of nobody. */
export function rpOf(group: string | null, rps: readonly RpPart[]): string | null {
  const address = group === null ? undefined : parseAddress(group);
  if (address === undefined) return null;
  const ofFamily = rangesFor(address, rps).filter((row) => parseAddress(row.address)?.length === address.length);
  const rp = longestMatch(ofFamily, ({ groups }) => parsePrefix(groups), address)?.address;
  return rp === undefined || isNobody(rp) ? null : rp;
}

/** Where rules decide, the range by which they permit the group. */
function rangesFor(group: Address | undefined, rps: readonly RpPart[]): SnapshotRp[] {
  const decide = group && deciderOn(group);
  return rps.flatMap(({ rules, ...row }) => {
    if (rules === undefined) return [row];
    const rule = decide?.(rules);
    return rule?.isPermitted === true ? [{ ...row, groups: rule.groups }] : [];
  });
}

/** The interfaces that the reading speaks of and the table does not have: it is out of date, or does not list them at all. */
export function unlistedInterfaces(reading: Reading): string[] {
  const { table, forwarding } = reading;
  const listed = new Set(table.interfaces.map(({ name }) => name));
  const names = [
    ...forwarding.counters.map((row) => row.interface),
    ...namesInRoutes(reading),
    ...namesInPaths(reading),
  ];
  return [...new Set(names)].filter((name) => !listed.has(name));
}

function namesInRoutes({ query, forwarding }: Reading): string[] {
  const routes = forwarding.routes.filter((route) => concerns(route, query));
  return routes.flatMap(({ incoming, outgoing }) => [
    ...(incoming === null ? [] : [incoming]),
    ...outgoing.map((oif) => oif.interface),
  ]);
}

function namesInPaths({ paths }: Reading): string[] {
  return [...paths.values()].flatMap((path) =>
    path ? [path, ...(path.others ?? [])].map((hop) => hop.interface) : [],
  );
}

/** Whether there is state of the source itself, which comes by the path to the source: the RP does not matter then. */
export function followsSource(reading: Reading): boolean {
  const { query, table, forwarding, paths, equalNextHops } = reading;
  const path = query.source === null ? undefined : paths.get(query.source);
  const way = path && wayOf(path, table, equalNextHops);
  return forwarding.routes.some((row) => row.source !== null && leadsBy(way, row.incoming) && concerns(row, query));
}

/** The snapshot of the interface table alone. Its counters are not known. */
export function tableSnapshot(name: string, table: TablePart): Snapshot {
  const multicast = new Set([...table.multicast[4], ...table.multicast[6]]);
  return { name, interfaces: interfaceRows(table, multicast, new Map()), ...commonRows(table, null, table.rps) };
}

/** The snapshot that answers the query. Rows of other groups and other sources are left out. */
export function forwardingSnapshot(name: string, takenAt: Date, asRead: Reading): Snapshot {
  const reading = withUnlisted(withoutFailedRpf(withNeighborsOfNow(asRead)));
  const { query, table, forwarding } = reading;
  const indexes = indexesOf(table.interfaces);
  const interfaces = withThresholds(reading);
  const ways = waysOf(reading);
  const multicast = new Set(forwarding.multicast ?? table.multicast[query.family]);
  const counters = new Map(forwarding.counters.map((row) => [row.interface, row]));
  const { multicastRoutingProtocol = table.multicastRoutingProtocol } = forwarding;
  return {
    name,
    takenAt: takenAt.toISOString(),
    interfaces: interfaceRows({ ...table, interfaces, multicastRoutingProtocol }, multicast, counters),
    routes: forwarding.routes
      .filter((route) => concerns(route, query))
      .map((route) => routeRow(route, indexes, wayOfRoute(route, ways, reading))),
    rpf: rpfRows(ways, reading, indexes),
    ...scopeRows(query, table, indexes),
    ...commonRows(table, query.group, forwarding.rps ?? table.rps),
  };
}

/** Who was there when the table was read may be gone. */
function withNeighborsOfNow(reading: Reading): Reading {
  const { query, table, forwarding } = reading;
  if (forwarding.neighbors === undefined) return reading;
  const others = table.neighbors?.filter(({ address }) => !isOf(address, query.family)) ?? [];
  return { ...reading, table: { ...table, neighbors: [...others, ...forwarding.neighbors] } };
}

function isOf(address: string, family: Family): boolean {
  const parsed = parseAddress(address);
  return parsed !== undefined && familyOf(parsed) === family;
}

/**
 * Where a row says that RPF finds nobody, the unicast path is none for multicast. An RP's row of its group has none either; and of
 * a group without an RP, only a row of the source itself comes from there.
 */
function withoutFailedRpf(reading: Reading): Reading {
  const { query, forwarding, rp, table } = reading;
  const rows = forwarding.routes.filter((row) => concerns(row, query));
  const failed = rows.filter((row) => row.hasNoIncoming === true);
  if (failed.length === 0) return reading;
  const isOfSource = rows.some((row) => row.source !== null && row.hasNoIncoming !== true);
  const isRp = table.interfaces.some(({ addresses }) => addresses.some((own) => own.startsWith(`${rp}/`)));
  const ofGroup = rp ?? (isOfSource ? null : query.source);
  const paths = new Map(reading.paths);
  for (const { source } of failed) {
    const target = source === null ? ofGroup : query.source;
    if (target !== null && !(source === null && isRp)) paths.set(target, null);
  }
  return { ...reading, paths };
}

/**
 * With the interfaces that no table lists, which go by their names alone (tunnels of MPLS and MVPN): what packets come in by
 * is not the path's interface because of that. Those that routes name forward multicast, or they would not be there.
 */
function withUnlisted(reading: Reading): Reading {
  const { query, table, forwarding } = reading;
  const listed = new Set(table.interfaces.map(({ name }) => name));
  const inRoutes = namesInRoutes(reading).filter((name) => !listed.has(name));
  const names = new Set([...inRoutes, ...namesInPaths(reading).filter((name) => !listed.has(name))]);
  if (names.size === 0) return reading;
  const unlisted = [...names].map((name): InterfacePart => ({ index: null, name, addresses: [], mtu: undefined }));
  return {
    ...reading,
    table: { ...table, interfaces: [...table.interfaces, ...unlisted] },
    forwarding: { ...forwarding, multicast: [...(forwarding.multicast ?? table.multicast[query.family]), ...inRoutes] },
  };
}

/** Thresholds as entries have them: that of the query's source before that of its group, and any before that of the table. */
function withThresholds({ query, table, forwarding }: Reading): readonly InterfacePart[] {
  const rankOf = (row: RoutePart) => (!concerns(row, query) ? 0 : row.source === null ? 1 : 2);
  const inOrder = forwarding.routes.toSorted((a, b) => rankOf(a) - rankOf(b)).flatMap((row) => row.outgoing);
  const told = new Map(inOrder.map((oif) => [oif.interface, oif.ttlThreshold]));
  return table.interfaces.map((row) => ({ ...row, ttlThreshold: told.get(row.name) ?? row.ttlThreshold }));
}

function concerns({ group, source, sourcePrefixLength }: RoutePart, query: ForwardingQuery): boolean {
  if (group !== query.group) return false;
  if (source === null || source === query.source) return true;
  const subnet = sourcePrefixLength === undefined ? undefined : parsePrefix(`${source}/${sourcePrefixLength}`);
  const asked = query.source === null ? undefined : parseAddress(query.source);
  return subnet !== undefined && asked !== undefined && inPrefix(asked, subnet);
}

function commonRows(
  table: TablePart,
  group: string | null,
  told: readonly RpPart[],
): Pick<Snapshot, 'rps' | 'neighbors'> {
  const rps = rpRows(group, told);
  const indexes = indexesOf(table.interfaces);
  const neighbors = table.neighbors?.flatMap((row) => {
    const index = indexes.get(row.interface);
    return index === undefined ? [] : [{ address: row.address, interface: index }];
  });
  return neighbors === undefined ? { rps } : { rps, neighbors };
}

/** Those of somebody; and if the group has none, not those of wider ranges that it would else be taken to have. */
function rpRows(group: string | null, told: readonly RpPart[]): SnapshotRp[] {
  const address = group === null ? undefined : parseAddress(group);
  const rps = rangesFor(address, told).filter(
    (row) => !isNobody(row.address) && isOfOneFamily(row.groups, row.address),
  );
  return group === null || rpOf(group, told) !== null ? rps : rps.filter((row) => rpOf(group, [row]) === null);
}

function isOfOneFamily(groups: string, address: string): boolean {
  return parsePrefix(groups)?.address.length === parseAddress(address)?.length;
}

/**
 * No path is a fact, too: else the target would follow the other's, where that is by a prefix which covers both. So it would
 * where its own is not told: then the other's is for its own target alone.
 */
function rpfRows(ways: Ways, reading: Reading, indexes: ReadonlyMap<string, number>): SnapshotRpf[] {
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

/** The interfaces that the query's own group may not pass, where the router tells. */
function scopeRows(
  { group, family }: ForwardingQuery,
  { boundaries }: TablePart,
  indexes: ReadonlyMap<string, number>,
): Pick<Snapshot, 'scopes'> {
  const address = group === null ? undefined : parseAddress(group);
  if (address === undefined || boundaries === undefined) return {};
  const decide = deciderOn(address);
  const scopes = boundaries.flatMap(({ interface: name, family: own, rules, direction }): SnapshotScope[] => {
    const index = indexes.get(name);
    if (index === undefined || own !== family) return [];
    if (decide(rules)?.isPermitted === true) return [];
    const scope = { groups: `${group}/${address.length * 8}`, interface: index };
    return [direction === undefined ? scope : { ...scope, direction }];
  });
  return { scopes };
}

type Rules = readonly BoundaryRule[];

/** The first rule that covers the group. Many interfaces or RPs may have one list: each is looked through once. */
function deciderOn(group: Address): (rules: Rules) => BoundaryRule | undefined {
  const found = new Map<Rules, BoundaryRule | undefined>();
  return (rules) => {
    if (!found.has(rules))
      found.set(
        rules,
        rules.find((rule) => covers(rule.groups, group)),
      );
    return found.get(rules);
  };
}

function covers(groups: string, group: Address): boolean {
  const prefix = parsePrefix(groups);
  return prefix !== undefined && inPrefix(group, prefix);
}

function interfaceRows(
  table: TablePart,
  multicast: ReadonlySet<string>,
  counters: ReadonlyMap<string, CounterPart>,
): SnapshotInterface[] {
  const indexes = indexesOf(table.interfaces);
  const elected = new Map<string, string[]>(table.interfaces.map(({ name }) => [name, []]));
  for (const { interface: name, address } of table.designatedRouters) elected.get(name)?.push(address);
  const listening = new Set(table.listening ?? []);
  const spokenOn = (name: string) => (listening.has(name) ? null : table.multicastRoutingProtocol);
  return table.interfaces.map((row) => ({
    index: indexes.get(row.name)!,
    ...interfaceRow(row, multicast.has(row.name) ? spokenOn(row.name) : undefined),
    ...designated(elected.get(row.name)!),
    inMulticastPackets: counters.get(row.name)?.inPackets ?? null,
    outMulticastPackets: counters.get(row.name)?.outPackets ?? null,
  }));
}

/** @param multicastRoutingProtocol `undefined`: it does no multicast */
function interfaceRow(
  { name, addresses, mtu, ttlThreshold = 1 }: InterfacePart,
  multicastRoutingProtocol: TablePart['multicastRoutingProtocol'] | undefined,
): Omit<SnapshotInterface, 'index'> {
  const multicast = multicastRoutingProtocol !== undefined;
  return {
    name,
    addresses: addresses.filter(isOwn),
    multicast,
    ...(multicast ? { ttlThreshold, multicastRoutingProtocol } : {}),
    ...(mtu === undefined ? {} : { mtu }),
  };
}

function designated(designatedRouters: readonly string[]): Pick<SnapshotInterface, 'designatedRouters'> {
  return designatedRouters.length === 0 ? {} : { designatedRouters };
}

/** Not 127.0.0.1 or ::1, which every router has and which tell none from another. */
function isOwn(address: string): boolean {
  const prefix = parsePrefix(address);
  return prefix !== undefined && !isLoopback(prefix.address);
}

/** A path, by the one next hop that RPF takes. */
interface Way {
  readonly path: PathPart;
  /** That of each link, where an entry tells by which one it comes. */
  readonly hops: ReadonlyMap<string, NexthopPart>;
}

/** Where neighbours tell nothing, all next hops are as good. */
function wayOf({ others = [], ...path }: PathPart, { neighbors = [] }: TablePart, equal: EqualNextHops): Way {
  const known = new Set(neighbors.map((row) => `${row.address} ${row.interface}`));
  const isNeighbor = (hop: NexthopPart) => hop.neighbor === null || known.has(`${hop.neighbor} ${hop.interface}`);
  const all: NexthopPart[] = [{ interface: path.interface, neighbor: path.neighbor }, ...others];
  const eligible = all.filter(isNeighbor);
  const inOrder = eligible.length === 0 ? all : equal === 'highest' ? highestFirst(eligible) : eligible;
  const hops = new Map<string, NexthopPart>();
  for (const hop of inOrder) if (!hops.has(hop.interface)) hops.set(hop.interface, hop);
  return { path: { ...path, ...inOrder[0] }, hops };
}

function highestFirst(hops: readonly NexthopPart[]): NexthopPart[] {
  const octets = new Map(hops.map((hop) => [hop, Buffer.from((hop.neighbor && parseAddress(hop.neighbor)) || [])]));
  return hops.toSorted((a, b) => Buffer.compare(octets.get(b)!, octets.get(a)!));
}

/** `null`: there is none to the target, `undefined`: it is not told. */
type Ways = ReadonlyMap<string, Way | null | undefined>;

function waysOf({ paths, table, equalNextHops }: Reading): Ways {
  return new Map([...paths].map(([target, path]) => [target, path && wayOf(path, table, equalNextHops)]));
}

/** The way that a route follows: to its source, or to the RP, which some routes of a source follow, too. */
function wayOfRoute({ source, incoming }: RoutePart, ways: Ways, { query, rp }: Reading): Way | undefined {
  const toRp = (rp === null ? undefined : ways.get(rp)) ?? undefined;
  const toSource = source === null ? toRp : (ways.get(query.source ?? source) ?? undefined);
  return !leadsBy(toSource, incoming) && leadsBy(toRp, incoming) ? toRp : toSource;
}

function leadsBy(way: Way | null | undefined, name: string | null): boolean {
  return name !== null && way?.hops.has(name) === true;
}

function routeRow(route: RoutePart, indexes: ReadonlyMap<string, number>, way: Way | undefined): SnapshotRoute {
  const hop = way?.hops.get(route.incoming ?? '');
  const upstream = route.upstream === undefined ? hop?.neighbor : route.upstream;
  const incoming = route.incoming === null ? undefined : indexes.get(route.incoming);
  return {
    group: route.group,
    source: route.source,
    ...(route.sourcePrefixLength === undefined ? {} : { sourcePrefixLength: route.sourcePrefixLength }),
    incoming: incoming ?? null,
    upstream: incoming === undefined ? null : (upstream ?? null),
    outgoing: route.outgoing.flatMap((oif) => {
      const index = indexes.get(oif.interface);
      // A kernel (*,G) lists its own incoming interface, so that what arrives there is not taken for misdirected.
      return index === undefined || oif.interface === route.incoming ? [] : [{ index, state: oif.state }];
    }),
    packets: route.packets,
    multicastRoutingProtocol: route.multicastRoutingProtocol,
    routingProtocol: hop !== undefined || route.incoming === null ? (way?.path.routingProtocol ?? null) : null,
    ...(route.pruneSent === undefined ? {} : { pruneSent: route.pruneSent }),
    uptimeSeconds: route.uptimeSeconds,
  };
}
