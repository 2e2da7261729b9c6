/**
 * A snapshot in the form the engine reads: addresses as octets, counters as 64-bit numbers, rows found by key.
 * Built once per read from the neutral model (`stateOf`), immutable, shared by all traces that it serves.
 */
import { UNKNOWN_COUNT } from '../../proto/field.ts';
import { MulticastRoutingProtocol, RoutingProtocol } from '../../proto/registry.ts';
import {
  type Address,
  addressKey,
  type Family,
  familyOf,
  inPrefix,
  isLinkLocal,
  longestMatch,
  type Prefix,
  parseAddress,
  parsePrefix,
  sameAddress,
} from '../wire/address.ts';
import type {
  OutgoingForwarding,
  ScopeDirection,
  Snapshot,
  SnapshotInterface,
  SnapshotRoute,
  SnapshotRpf,
} from './snapshot.ts';

/** Multicast packets are forwarded by default from TTL 1 upwards. */
const DEFAULT_TTL_THRESHOLD = 1;

export interface InterfaceState {
  readonly index: number;
  readonly name: string;
  /** The router's own addresses here, each with the length of its subnet. */
  readonly addresses: readonly Prefix[];
  readonly multicast: boolean;
  readonly ttlThreshold: number;
  readonly mtu: number | undefined;
  /** IANAipMRouteProtocol of the link, 0 = not known. */
  readonly multicastRoutingProtocol: number;
  /** PIM's, one of each family at most; not those that are not known. */
  readonly designatedRouters: readonly Address[];
  /** All ones = not known. */
  readonly inMulticastPackets: bigint;
  readonly outMulticastPackets: bigint;
}

export interface OutgoingState {
  readonly interface: InterfaceState;
  readonly state: OutgoingForwarding;
}

export interface RouteState {
  readonly group: Prefix;
  /** `undefined` = (*,G). */
  readonly source: Prefix | undefined;
  readonly incoming: InterfaceState | undefined;
  /** `undefined` = directly connected, or not known: see `SnapshotRoute`. */
  readonly upstream: Address | undefined;
  readonly outgoing: readonly OutgoingState[];
  readonly packets: bigint;
  /** IANAipMRouteProtocol, 0 = not known. */
  readonly multicastRoutingProtocol: number;
  /** IANAipRouteProtocol, 0 = not known. */
  readonly routingProtocol: number;
  readonly pruneSent: boolean;
}

export interface RpfState {
  readonly prefix: Prefix;
  readonly interface: InterfaceState;
  /** `undefined` = connected, not known, or known by an address of the other family only (RFC 5549). */
  readonly neighbor: Address | undefined;
  readonly isConnected: boolean;
  readonly routingProtocol: number;
}

/** A router that this one hears on a link: PIM hellos. */
export interface NeighborState {
  readonly address: Address;
  readonly interface: InterfaceState;
}

export interface RouterState {
  readonly name: string;
  readonly interfaces: ReadonlyMap<number, InterfaceState>;
  /** `undefined`: the router was not asked. */
  readonly neighbors: readonly NeighborState[] | undefined;
  /** The (S,G) row, or the (*,G) row for `source` undefined; the longest prefixes win. */
  route(source: Address | undefined, group: Address): RouteState | undefined;
  /** The longest matching RPF row; `undefined`: there is none, or it says that the address is unreachable. */
  rpf(address: Address): RpfState | undefined;
  /** The RP of the group: longest matching range. */
  rp(group: Address): Address | undefined;
  /** Whether the group may not pass this interface: an administrative scope boundary. */
  isScoped(group: Address, boundary: InterfaceState, direction: ScopeDirection): boolean;
}

/** A snapshot that contradicts itself or holds text that is no address. The message names the row. */
export class SnapshotError extends Error {
  readonly code = 'ERR_SNAPSHOT';
  constructor(message: string) {
    super(message);
    this.name = 'SnapshotError';
  }
}

/** @throws SnapshotError */
export function stateOf(snapshot: Snapshot): RouterState {
  const interfaces = new Map<number, InterfaceState>();
  for (const row of snapshot.interfaces) interfaces.set(row.index, interfaceOf(row));
  const interfaceAt: InterfaceAt = (index, where) => {
    const found = interfaces.get(index);
    if (found === undefined) throw new SnapshotError(`${where}: no interface has index ${index}`);
    return found;
  };

  const routes = new Map<number | string, RouteState[]>();
  const rangeRoutes: RouteState[] = [];
  for (const row of snapshot.routes ?? []) {
    const route = routeOf(row, interfaceAt);
    if (route.group.length < route.group.address.length * 8) rangeRoutes.push(route);
    else pushTo(routes, addressKey(route.group.address), route);
  }
  const rpfs = (snapshot.rpf ?? []).map((row) => {
    const prefix = prefixOf(row.prefix, `rpf ${row.prefix}`);
    return { prefix, path: rpfOf(row, prefix, interfaceAt) };
  });
  const rps = (snapshot.rps ?? []).map((row) => {
    const prefix = prefixOf(row.groups, `rp ${row.address}`);
    return { prefix, address: sameFamily(addressOf(row.address, 'rp'), prefix.address, `rp ${row.address}`) };
  });

  const scopes = (snapshot.scopes ?? []).map((row) => {
    const where = `scope ${row.groups}`;
    const { index } = interfaceAt(row.interface, where);
    return { groups: prefixOf(row.groups, where), index, direction: row.direction };
  });

  const neighbors = snapshot.neighbors?.map((row) => {
    const where = `neighbor ${row.address}`;
    return { address: addressOf(row.address, where), interface: interfaceAt(row.interface, where) };
  });

  return {
    name: snapshot.name,
    interfaces,
    neighbors,
    route(source, group) {
      const exact = bestRoute(routes.get(addressKey(group)) ?? [], source, group);
      return exact ?? bestRoute(rangeRoutes, source, group);
    },
    rpf: (address) => longestMatch(rpfs, ({ prefix }) => prefix, address)?.path,
    rp: (group) => longestMatch(rps, ({ prefix }) => prefix, group)?.address,
    isScoped: (group, { index }, direction) =>
      scopes.some(
        (scope) =>
          scope.index === index && (scope.direction ?? direction) === direction && inPrefix(group, scope.groups),
      ),
  };
}

/** Whether the protocol has neighbors that PIM hellos make known. */
export function isPim(multicastRoutingProtocol: number): boolean {
  const { pimSparseMode, pimDenseMode, pimSparseDense } = MulticastRoutingProtocol;
  return [pimSparseMode, pimDenseMode, pimSparseDense].some((own) => own === multicastRoutingProtocol);
}

export function hasAddress({ addresses }: InterfaceState, address: Address): boolean {
  return addresses.some((own) => sameAddress(own.address, address));
}

/** The interface of the router that has this very address. */
export function interfaceWithAddress(
  interfaces: Iterable<InterfaceState>,
  address: Address,
): InterfaceState | undefined {
  for (const candidate of interfaces) {
    if (hasAddress(candidate, address)) return candidate;
  }
  return undefined;
}

/** The interface whose subnet the address is in (longest), link-local subnets apart: they are the same on every link. */
export function interfaceOnSubnet(interfaces: Iterable<InterfaceState>, address: Address): InterfaceState | undefined {
  let best: InterfaceState | undefined;
  let length = -1;
  for (const candidate of interfaces) {
    for (const own of candidate.addresses) {
      if (own.length > length && !isLinkLocal(own.address) && inPrefix(address, own)) {
        best = candidate;
        length = own.length;
      }
    }
  }
  return best;
}

/**
 * The interface's address of the family: the one on the subnet of `near` when there is one, else the first.
 * `undefined`: unnumbered in this family.
 */
export function addressOn(candidate: InterfaceState, family: Family, near: Address | undefined): Address | undefined {
  const own = candidate.addresses.filter((prefix) => familyOf(prefix.address) === family);
  return (own.find((prefix) => near !== undefined && inPrefix(near, prefix)) ?? own[0])?.address;
}

function bestRoute(rows: readonly RouteState[], source: Address | undefined, group: Address): RouteState | undefined {
  let best: RouteState | undefined;
  for (const row of rows) {
    if (!inPrefix(group, row.group)) continue;
    if (source === undefined ? row.source !== undefined : row.source === undefined || !inPrefix(source, row.source)) {
      continue;
    }
    if (best === undefined || specificity(row) > specificity(best)) best = row;
  }
  return best;
}

function specificity(row: RouteState): number {
  return row.group.length * 256 + (row.source?.length ?? 0);
}

function interfaceOf(row: SnapshotInterface): InterfaceState {
  return {
    index: row.index,
    name: row.name,
    addresses: row.addresses.map((text) => prefixOf(text, `interface ${row.name}`)),
    multicast: row.multicast ?? false,
    ttlThreshold: row.ttlThreshold ?? DEFAULT_TTL_THRESHOLD,
    mtu: row.mtu,
    multicastRoutingProtocol: codePoint(MulticastRoutingProtocol, row.multicastRoutingProtocol),
    designatedRouters: (row.designatedRouters ?? []).map((text) => addressOf(text, `interface ${row.name}`)),
    inMulticastPackets: countOf(row.inMulticastPackets),
    outMulticastPackets: countOf(row.outMulticastPackets),
  };
}

/** @throws SnapshotError when there is none of this index */
type InterfaceAt = (index: number, where: string) => InterfaceState;

function routeOf(row: SnapshotRoute, interfaceAt: InterfaceAt): RouteState {
  const where = `route (${row.source ?? '*'}, ${row.group})`;
  const group = addressOf(row.group, where);
  const source = row.source === null ? undefined : sameFamily(addressOf(row.source, where), group, where);
  return {
    group: { address: group, length: row.groupPrefixLength ?? group.length * 8 },
    source: source && { address: source, length: row.sourcePrefixLength ?? source.length * 8 },
    incoming: row.incoming === null ? undefined : interfaceAt(row.incoming, where),
    upstream: row.upstream === null ? undefined : likewise(addressOf(row.upstream, where), group),
    outgoing: row.outgoing.map(({ index, state }) => ({
      interface: interfaceAt(index, where),
      state,
    })),
    packets: countOf(row.packets),
    multicastRoutingProtocol: codePoint(MulticastRoutingProtocol, row.multicastRoutingProtocol),
    routingProtocol: codePoint(RoutingProtocol, row.routingProtocol),
    pruneSent: row.pruneSent ?? false,
  };
}

function rpfOf(row: SnapshotRpf, prefix: Prefix, interfaceAt: InterfaceAt): RpfState | undefined {
  if (row.interface === null) return undefined;
  const where = `rpf ${row.prefix}`;
  return {
    prefix,
    interface: interfaceAt(row.interface, where),
    neighbor: typeof row.neighbor === 'string' ? likewise(addressOf(row.neighbor, where), prefix.address) : undefined,
    isConnected: row.neighbor === null,
    routingProtocol: codePoint(RoutingProtocol, row.routingProtocol),
  };
}

function addressOf(text: string, where: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new SnapshotError(`${where}: ${text} is not an address`);
  return address;
}

/** What cannot be named in a message of the other family (RFC 8487 §3) counts as not known. */
function likewise(address: Address, other: Address): Address | undefined {
  return address.length === other.length ? address : undefined;
}

function sameFamily(address: Address, other: Address, where: string): Address {
  if (address.length !== other.length) throw new SnapshotError(`${where}: IPv4 and IPv6 in one row`);
  return address;
}

function prefixOf(text: string, where: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new SnapshotError(`${where}: ${text} is not ADDRESS/LENGTH`);
  return prefix;
}

function countOf(text: string | null | undefined): bigint {
  if (text === null || text === undefined) return UNKNOWN_COUNT;
  if (!/^\d{1,20}$/.test(text)) throw new SnapshotError(`${text} is not a counter`);
  return BigInt(text);
}

function codePoint<K extends string>(registry: Readonly<Record<K, number>>, name: K | null | undefined): number {
  return name === null || name === undefined ? 0 : registry[name];
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, [value]);
  else rows.push(value);
}
