/** Joins what an agent said into the neutral model. Pure. */
import {
  type Address,
  type Family,
  formatPrefix,
  inPrefix,
  isLinkLocal,
  longestMatch,
  parseAddress,
  parsePrefix,
} from '../../wire/address.ts';
import type { ForwardingQuery } from '../port.ts';
import type { Snapshot, SnapshotInterface, SnapshotRoute, SnapshotRp, SnapshotRpf } from '../snapshot.ts';
import { inOrder, mappingOf } from './group-mapping.ts';
import { notForwarded } from './local-listeners.ts';
import type { Device } from './mib/device.ts';
import type { LinkStates } from './mib/link-states.ts';
import type { Listener } from './mib/listener-table.ts';
import type { GroupMapping } from './mib/pim-table.ts';
import type { Age, OutgoingRow, RouteNames, RouteRow, TableRow } from './mib/route-table.ts';
import type { UnicastRoute } from './mib/unicast-table.ts';
import { UP_TIME_MODULUS, type UpTime } from './mib/up-time.ts';
import { isLeft, outgoingOf } from './olist.ts';

/** Counters as text, widened to 64 bits; null: not known. */
export interface InterfacePackets {
  readonly in: string | null;
  readonly out: string | null;
}

export interface RouteReading {
  /** null: (*,G) */
  readonly source: string | null;
  /** Of rows that are about more than one group or source. */
  readonly range?: RouteNames | undefined;
  readonly row: RouteRow;
  readonly packets: string | null;
  readonly pruneSent: boolean | undefined;
  readonly uptimeSeconds: number | null;
}

export interface PathReading {
  readonly target: string;
  /** None: no route covers the target. */
  readonly routes: readonly UnicastRoute[];
  /** The path to the next hop, where that is on no link (BGP), and so on. */
  readonly via?: PathReading | undefined;
}

export interface HopReading {
  readonly query: ForwardingQuery;
  readonly device: KnownDevice;
  /** sysUpTime when the rows were read. */
  readonly upTime: UpTime | undefined;
  readonly packets: ReadonlyMap<number, InterfacePackets>;
  readonly routes: readonly RouteReading[];
  readonly listeners: readonly Listener[];
  readonly links: LinkStates;
  /** `undefined`: the rows tell, or nobody does. */
  readonly path: PathReading | undefined;
}

/** What is kept of an agent between its surveys. */
export interface KnownDevice extends Device {
  readonly table: readonly SnapshotInterface[];
}

export function known(device: Device): KnownDevice {
  return { ...device, table: interfaceTable(device) };
}

/** The snapshot of the interface table alone. Its counters are not known. */
export function tableSnapshot(name: string, device: KnownDevice): Snapshot {
  return {
    name,
    interfaces: device.table,
    rps: rpRows(device.mappings),
    scopes: device.scopes,
    ...neighborRows(device),
  };
}

/** The snapshot that answers the query. */
export function forwardingSnapshot(name: string, takenAt: Date, reading: HopReading): Snapshot {
  const { query, device, packets, routes, listeners, links, path } = reading;
  const group = query.group ?? '';
  const rows = routes.map((route) => {
    const outgoing = outgoingOf(route, routes, links);
    const known = { ...route.row, outgoing: [...route.row.outgoing, ...outgoing] };
    const own = listeners.filter((listener) => !isLeft(listener, route.source, links));
    outgoing.push(...notForwarded({ group, ...route, row: known }, own, device));
    return { ...routeRow(route, group), outgoing };
  });
  const mapping = mappingOf(query.group, device.mappings, device.bsr);
  return {
    name,
    takenAt: takenAt.toISOString(),
    interfaces: withTraffic(device.table, rows, packets),
    routes: rows,
    rpf: [...routes.flatMap(rpfOfRoute), ...(path === undefined ? [] : rpfOfPath(path, device, routes))],
    rps: mapping === undefined ? [] : rpRows([mapping]),
    scopes: device.scopes,
    ...neighborRows(device),
  };
}

/** The snapshot with all routes. Interface counters are not known; those of routes are as the agent has them. */
export function wholeSnapshot(
  name: string,
  takenAt: Date,
  { device, rows, upTime }: { device: KnownDevice; rows: readonly TableRow[]; upTime: UpTime | undefined },
): Snapshot {
  const routes = rows.map(({ row: found, ...range }) => {
    const row = completed(found, device, range.group.includes(':') ? 6 : 4);
    const packets = row.packets?.value.toString() ?? null;
    const pruneSent = range.source === null ? undefined : prunedOf(row);
    const uptimeSeconds = row.age === null ? null : secondsOf(row.age, upTime?.ticks);
    return routeRow({ source: range.source, range, row, packets, pruneSent, uptimeSeconds }, range.group);
  });
  return { ...tableSnapshot(name, device), takenAt: takenAt.toISOString(), routes };
}

/** Whose RPF path the answer needs, besides what the rows tell: the source or the RP, or nobody's. */
export function wantedTarget({
  query,
  device,
  routes,
}: Pick<HopReading, 'query' | 'device' | 'routes'>): string | null {
  const ofSource = routes.find(({ source }) => source !== null);
  if (ofSource !== undefined) return isTold(ofSource.row, query.source, device) ? null : query.source;
  const shared = routes.find(({ source }) => source === null);
  if (shared === undefined && query.source !== null) return query.source;
  const rp = mappingOf(query.group, device.mappings, device.bsr)?.rp ?? null;
  // The way to the RP's own address is no way that packets come by.
  if (rp !== null && isOwn(rp, device)) return null;
  const target = rp ?? query.source;
  return shared !== undefined && isTold(shared.row, target, device) ? null : target;
}

/** Whether a row tells its whole path: which neighbor is upstream, or that nobody is, and by which protocol. */
function isTold({ incoming, upstream, routingProtocol }: RouteRow, target: string | null, device: Device): boolean {
  if (incoming === null || routingProtocol === null) return false;
  return upstream !== null || routingProtocol === 'local' || isOnSubnet(target, incoming, device);
}

function rpRows(mappings: readonly GroupMapping[]): SnapshotRp[] {
  return inOrder(mappings).flatMap(({ groups, rp }) => (rp === null ? [] : [{ groups, address: rp }]));
}

function neighborRows({ neighbors }: Device): Pick<Snapshot, 'neighbors'> {
  return neighbors === undefined ? {} : { neighbors };
}

function isOwn(address: string, { addresses }: Device): boolean {
  return addresses.some((own) => own.address.startsWith(`${address}/`));
}

function isOnSubnet(target: string | null, index: number, { addresses }: Device): boolean {
  const address: Address | undefined = target === null ? undefined : parseAddress(target);
  if (address === undefined) return false;
  const own = addresses.filter((one) => one.index === index).map((one) => parsePrefix(one.address));
  return longestMatch(own, (prefix) => prefix, address) !== undefined;
}

/** What the survey tells of each interface: counters are not among it. */
function interfaceTable(device: Device): SnapshotInterface[] {
  const addresses = byIndex(device.addresses);
  const multicast = byIndex(device.multicast);
  const pim = byIndex(device.pim);
  // Where the agent has routes and no table of the interfaces that they are between, any of them may be one.
  const isAnyMulticast = device.hasRoutes && multicast.size + pim.size === 0;
  return device.interfaces.map(({ index, name, mtu }) => {
    const own = multicast.get(index) ?? [];
    const spoken = pim.get(index) ?? [];
    const isMulticast = isAnyMulticast || own.length + spoken.length > 0;
    const ttl = own.map(({ ttlThreshold }) => ttlThreshold).find((one) => one !== null);
    const protocol = [...own.map((row) => row.multicastRoutingProtocol), ...spoken.map(({ mode }) => mode)].find(
      (one) => one !== null,
    );
    const elected = ([4, 6] as const).flatMap(
      (family) => spoken.find((one) => one.family === family && one.designatedRouter !== null)?.designatedRouter ?? [],
    );
    return {
      index,
      name,
      addresses: (addresses.get(index) ?? []).map(({ address }) => address),
      multicast: isMulticast,
      ...(isMulticast ? { ttlThreshold: Math.min(255, ttl ?? 1), multicastRoutingProtocol: protocol ?? null } : {}),
      ...(mtu === undefined ? {} : { mtu }),
      ...(elected.length === 0 ? {} : { designatedRouters: elected }),
      inMulticastPackets: null,
      outMulticastPackets: null,
    };
  });
}

function byIndex<Row extends { readonly index: number }>(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const found = new Map<number, Row[]>();
  for (const row of rows) {
    const known = found.get(row.index);
    if (known === undefined) found.set(row.index, [row]);
    else known.push(row);
  }
  return found;
}

/** With the counters of those that were asked for them; what a row names is multicast, whatever the tables say. */
function withTraffic(
  table: readonly SnapshotInterface[],
  routes: readonly SnapshotRoute[],
  packets: ReadonlyMap<number, InterfacePackets>,
): SnapshotInterface[] {
  const named = new Set(routes.flatMap(({ incoming, outgoing }) => [incoming, ...outgoing.map(({ index }) => index)]));
  return table.map((row) => {
    const counts = packets.get(row.index);
    const isNamed = named.has(row.index) && row.multicast !== true;
    if (counts === undefined && !isNamed) return row;
    return {
      ...row,
      ...(isNamed ? { multicast: true } : {}),
      inMulticastPackets: counts?.in ?? null,
      outMulticastPackets: counts?.out ?? null,
    };
  });
}

function routeRow(
  { source, range, row, packets, pruneSent, uptimeSeconds }: RouteReading,
  group: string,
): SnapshotRoute {
  return {
    ...(range === undefined ? { group, source } : namesOf(range)),
    incoming: row.incoming,
    upstream: row.incoming === null ? null : row.upstream,
    outgoing: row.outgoing,
    packets,
    multicastRoutingProtocol: row.multicastRoutingProtocol,
    routingProtocol: row.routingProtocol,
    ...(pruneSent === undefined ? {} : { pruneSent }),
    uptimeSeconds,
  };
}

/** Those of the group, and of the source where there is one. */
function namesOf({ group, groupPrefixLength, source, sourcePrefixLength }: RouteNames) {
  return { group, groupPrefixLength, source, ...(source === null ? {} : { sourcePrefixLength }) };
}

/** The row with what can be known of it besides, and without what cannot be said of a group of this family (RFC 5549). */
export function completed(row: RouteRow, device: Device, family: Family): RouteRow {
  const ofFamily = (text: string | null) => (text?.includes(':') === (family === 6) ? text : null);
  const incoming = row.incoming ?? linkOf(row.upstream, device);
  // A kernel (*,G) lists its own incoming interface, so that what arrives there is not taken for misdirected.
  const outgoing = row.outgoing.filter(({ index }) => index !== incoming);
  const { upstream, rpfPrefix } = row;
  return {
    ...row,
    incoming,
    outgoing: eachOnce(outgoing),
    upstream: ofFamily(upstream),
    rpfPrefix: ofFamily(rpfPrefix),
  };
}

/** Of one interface without broadcast, agents list each next hop: it forwards when it forwards to any (RFC 2932). */
function eachOnce(outgoing: readonly OutgoingRow[]): OutgoingRow[] {
  const best = new Map<number, OutgoingRow>();
  for (const row of outgoing) if (best.get(row.index)?.state !== 'forwarding') best.set(row.index, row);
  return [...best.values()];
}

/** The interface on whose subnet the address is; null: on none, or on several. */
function linkOf(address: string | null, { addresses }: Device): number | null {
  const octets = address === null ? undefined : parseAddress(address);
  if (octets === undefined || isLinkLocal(octets)) return null;
  const links = addresses.filter((own) => inPrefix(octets, parsePrefix(own.address)!)).map(({ index }) => index);
  return new Set(links).size === 1 ? (links[0] ?? null) : null;
}

/** The route by which a row's upstream was found (RFC 2932, ipMRouteRtAddress) is an RPF row. */
function rpfOfRoute({ row: { incoming, upstream, rpfPrefix, routingProtocol } }: RouteReading): SnapshotRpf[] {
  if (incoming === null || rpfPrefix === null) return [];
  const neighbor = upstream ?? (routingProtocol === 'local' ? null : undefined);
  return [{ prefix: rpfPrefix, interface: incoming, neighbor, routingProtocol }];
}

/** The next hop whose own path has to be looked up (BGP, static); null: the routes tell the interface, or nothing. */
export function nextHopToLookUp(path: PathReading, device: Device): string | null {
  const route = chosenRoute(path, device);
  return route === undefined || route.interface !== null || route.isUnreachable ? null : route.nextHop;
}

/** Of equal next hops the one that a PIM router takes: the first that is connected, or behind which it has a neighbor. */
function chosenRoute({ routes }: PathReading, device: Device): UnicastRoute | undefined {
  const isNeighbor = (route: UnicastRoute) =>
    isConnected(route, device) || (device.neighbors ?? []).some(({ address }) => address === route.nextHop);
  return routes.find(isNeighbor) ?? routes[0];
}

/** Agents name no next hop, or their own address. */
function isConnected({ isLocal, nextHop }: UnicastRoute, device: Device): boolean {
  return nextHop === null ? isLocal : isOwn(nextHop, device);
}

function rpfOfPath(path: PathReading, device: KnownDevice, routes: readonly RouteReading[]): SnapshotRpf[] {
  const route = chosenRoute(path, device);
  const [last, lastPath] = endOf(path, device);
  if (route === undefined || last?.isUnreachable) return [{ prefix: fullPrefix(path.target), interface: null }];
  const index = last?.interface ?? null;
  if (last === undefined || index === null) return [];
  // No packets are expected where no multicast is spoken: a row without an incoming interface means it (IOS: Null).
  const isSpoken = device.table.some((one) => one.index === index && one.multicast === true);
  if (!isSpoken && routes.some(({ row }) => row.incoming === null)) return [];
  const nextHop = isConnected(last, device) ? lastPath.target : last.nextHop;
  const neighbor = isConnected(route, device) ? null : (nextHop ?? undefined);
  return [{ prefix: formatPrefix(route.prefix), interface: index, neighbor, routingProtocol: route.routingProtocol }];
}

/** The route that has the interface, behind all next hops that are on no link; `undefined`: the last of them has none. */
function endOf(path: PathReading, device: Device): readonly [UnicastRoute | undefined, PathReading] {
  const route = chosenRoute(path, device);
  const isEnd = route === undefined || route.isUnreachable || route.interface !== null || path.via === undefined;
  return isEnd ? [route, path] : endOf(path.via, device);
}

function fullPrefix(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

/** In hundredths of a second: what came a moment after sysUpTime was read is new, and not 497 days old. */
const SAME_MOMENT = 6000;

/** @param ticks sysUpTime when the row was read */
export function secondsOf(age: Age, ticks: number | undefined): number | null {
  if ('since' in age) return Math.floor(age.since / 100);
  if (ticks === undefined) return null;
  const passed = (ticks - age.atUpTime + UP_TIME_MODULUS) % UP_TIME_MODULUS;
  return passed > UP_TIME_MODULUS - SAME_MOMENT ? 0 : Math.floor(passed / 100);
}

/** A prune goes to somebody: next to the source a pruned row has sent none. */
export function prunedOf({ isPruned, upstream }: RouteRow): boolean | undefined {
  return isPruned === null ? undefined : isPruned && upstream !== null;
}
