/**
 * Joins what a platform has read into a snapshot: names become ifIndexes, a route gets the routing protocol of the
 * path that it follows and, where the platform does not tell it, the upstream neighbour from there. Pure.
 */
import { isLoopback, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { ForwardingQuery } from '../../port.ts';
import type { Snapshot, SnapshotInterface, SnapshotRoute, SnapshotScope } from '../../snapshot.ts';
import type { CounterPart, InterfacePart, RoutePart, RpPart, TablePart } from '../platform.ts';
import { indexesOf } from './own-index.ts';
import {
  concerns,
  type Reading,
  withNeighborsOfNow,
  withoutFailedRpf,
  withThresholds,
  withUnlisted,
} from './reading.ts';
import { rpRows } from './rps.ts';
import { deciderOn } from './rules.ts';
import { rpfRows, type Way, wayOfRoute, waysOf } from './ways.ts';

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
  // Where the other family's are not known, those of the query's alone would be all that there are.
  const neighbors = asRead.table.neighbors && table.neighbors;
  return {
    name,
    takenAt: takenAt.toISOString(),
    interfaces: interfaceRows({ ...table, interfaces, multicastRoutingProtocol }, multicast, counters),
    routes: forwarding.routes
      .filter((route) => concerns(route, query))
      .map((route) => routeRow(route, indexes, wayOfRoute(route, ways, reading))),
    rpf: rpfRows(ways, reading, indexes),
    ...scopeRows(query, table, indexes),
    ...commonRows({ ...table, neighbors }, query.group, forwarding.rps ?? table.rps),
  };
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
