/**
 * What was read for one query, and what of it does not hold: a table that is older than the rows, paths that RPF does not take,
 * interfaces that no table lists. Pure.
 */
import { type Family, familyOf, inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { ForwardingQuery } from '../../port.ts';
import type { EqualNextHops, ForwardingPart, InterfacePart, RoutePart, TablePart } from '../platform.ts';
import type { Paths } from './recursion.ts';

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

/** Who was there when the table was read may be gone. */
export function withNeighborsOfNow(reading: Reading): Reading {
  const { query, table, forwarding } = reading;
  if (forwarding.neighbors === undefined) return reading;
  const others = table.neighbors?.filter(({ address }) => !isOf(address, query.family)) ?? [];
  return { ...reading, table: { ...table, neighbors: [...others, ...forwarding.neighbors] } };
}

export function isOf(address: string, family: Family): boolean {
  const parsed = parseAddress(address);
  return parsed !== undefined && familyOf(parsed) === family;
}

/**
 * Where a row says that RPF finds nobody, the unicast path is none for multicast. A router's own packets come from nobody, nor do
 * those that an RP gets in Registers; and of a group without an RP, only a row of the source itself comes from there.
 */
export function withoutFailedRpf(reading: Reading): Reading {
  const { query, forwarding, rp, table } = reading;
  const rows = forwarding.routes.filter((row) => concerns(row, query));
  const failed = rows.filter((row) => row.hasNoIncoming === true);
  if (failed.length === 0) return reading;
  const isOfSource = rows.some((row) => row.source !== null && row.hasNoIncoming !== true);
  const owned = table.interfaces.flatMap(({ addresses }) => addresses);
  const isOwn = (target: string) => owned.some((address) => address.startsWith(`${target}/`));
  const ofGroup = rp ?? (isOfSource ? null : query.source);
  const paths = new Map(reading.paths);
  for (const { source } of failed) {
    const target = source === null ? ofGroup : query.source;
    if (target !== null && !isOwn(target)) paths.set(target, null);
  }
  return { ...reading, paths };
}

/**
 * With the interfaces that no table lists, which go by their names alone (tunnels of MPLS and MVPN): what packets come in by
 * is not the path's interface because of that. Those that routes name forward multicast, or they would not be there.
 */
export function withUnlisted(reading: Reading): Reading {
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
export function withThresholds({ query, table, forwarding }: Reading): readonly InterfacePart[] {
  const rankOf = (row: RoutePart) => (!concerns(row, query) ? 0 : row.source === null ? 1 : 2);
  const inOrder = forwarding.routes.toSorted((a, b) => rankOf(a) - rankOf(b)).flatMap((row) => row.outgoing);
  const told = new Map(inOrder.map((oif) => [oif.interface, oif.ttlThreshold]));
  return table.interfaces.map((row) => ({ ...row, ttlThreshold: told.get(row.name) ?? row.ttlThreshold }));
}

export function concerns({ group, source, sourcePrefixLength }: RoutePart, query: ForwardingQuery): boolean {
  if (group !== query.group) return false;
  if (source === null || source === query.source) return true;
  const subnet = sourcePrefixLength === undefined ? undefined : parsePrefix(`${source}/${sourcePrefixLength}`);
  const asked = query.source === null ? undefined : parseAddress(query.source);
  return subnet !== undefined && asked !== undefined && inPrefix(asked, subnet);
}
