/**
 * Multicast routes of IPv4 and IPv6 with counters of 64 bits: IPMCAST-MIB (RFC 5132). (*,G) has a source of type unknown(0),
 * which has no octets, and the prefix length 0; some agents write the unspecified address instead.
 */
import {
  type Address,
  type Family,
  formatAddress,
  formatPrefix,
  type Prefix,
  parseAddress,
} from '../../../wire/address.ts';
import type { SnapshotScope } from '../../snapshot.ts';
import { isGroup, isHost } from './address-kind.ts';
import { INET_ADDRESS_TYPE, IndexReader, inetAddressIndex } from './index-reader.ts';
import type { Oid } from './oid.ts';
import { multicastRoutingProtocolOf, routingProtocolOf } from './protocols.ts';
import type { Row, Rows } from './question.ts';
import {
  type MulticastInterface,
  nextHopsOf,
  type OutgoingRow,
  outgoingState,
  type RouteNames,
  type RouteRow,
  type RouteTable,
  shorterPrefixes,
} from './route-table.ts';
import { type ScopeName, scopeNameOf, withNames } from './scope-names.ts';
import { addressTextOf, counterOf, ifIndexOf, integerOf, prefixTextOf, type SnmpValue } from './varbind.ts';
import { wholeTable } from './whole-table.ts';

const IPMCAST: Oid = '1.3.6.1.2.1.168.1';
const NO_SOURCE = '0.0.0';
/** 224.0.0.0/4 and ff00::/8 are all groups; of IPv6 prefixes those are looked for that are written at ease. */
const SHORTEST_GROUPS = 4;
const IPV6_STEP = 4;
/** RowStatus. RFC 2579 */
const ACTIVE = 1;
/** InetVersion: ipv4(1), ipv6(2). RFC 4001 */
const INET_VERSION: Readonly<Record<Family, number>> = { 4: 1, 6: 2 };

/** ipMcastRouteEntry */
const Route = {
  upstreamNeighbor: 8,
  inIfIndex: 9,
  timeStamp: 10,
  protocol: 12,
  rtProtocol: 13,
  rtAddress: 15,
  rtPrefixLength: 16,
  pkts: 19,
} as const;
type RouteColumn = keyof typeof Route;
const COLUMNS = Object.keys(Route) as RouteColumn[];

const route = (column: RouteColumn): Oid => `${IPMCAST}.5.1.${Route[column]}`;
const nextHopState: Oid = `${IPMCAST}.6.1.10`;
const interfaces: Rows = { kind: 'rows', columns: [`${IPMCAST}.3.1.3`], prefix: '', guess: 0 };
const boundaries: Rows = { kind: 'rows', columns: [`${IPMCAST}.7.1.8`], prefix: '', guess: 0 };
const scopeNames: Rows = {
  kind: 'rows',
  columns: [5, 6, 7].map((column) => `${IPMCAST}.8.1.${column}`),
  prefix: '',
  guess: 0,
};

export const ipMcast: RouteTable = {
  name: 'IPMCAST-MIB',
  families: [4, 6],
  presence: [`${IPMCAST}.1.0`],
  rows: (family) => [`${route('inIfIndex')}.${INET_VERSION[family]}`],
  places: (group, source) => {
    const groups = fullLength(group);
    if (source !== null) return [`${groups}.${fullLength(source)}`];
    const unspecified = inetAddressIndex(new Uint8Array(group.length));
    return [NO_SOURCE, `${unspecified}.0`, `${unspecified}.${group.length * 8}`].map((one) => `${groups}.${one}`);
  },
  widePlaces: (group, source) => {
    const step = group.length === 4 ? 1 : IPV6_STEP;
    const names = { group: formatAddress(group), groupPrefixLength: group.length * 8 };
    const ofSources = source === null ? [] : shorterPrefixes(source, step);
    const ofGroups = shorterPrefixes(group, step).filter(({ length }) => length >= SHORTEST_GROUPS);
    return [
      ...ofSources.map((one) => ({
        place: `${fullLength(group)}.${prefixIndex(one)}`,
        names: { ...names, source: formatAddress(one.address), sourcePrefixLength: one.length },
      })),
      ...ofGroups.map((one) => ({
        place: `${prefixIndex(one)}.${NO_SOURCE}`,
        names: {
          group: formatAddress(one.address),
          groupPrefixLength: one.length,
          source: null,
          sourcePrefixLength: 0,
        },
      })),
    ];
  },
  isThere: (place) => {
    const oid = `${route('inIfIndex')}.${place}`;
    return { wants: [{ kind: 'instance', oid }], parse: (found) => found.value(oid) !== undefined };
  },
  row: (place, links) => {
    const nextHops = nextHopsOf(nextHopState, place, links);
    const oids = COLUMNS.map((column) => `${route(column)}.${place}`);
    return {
      wants: [...oids.map((oid) => ({ kind: 'instance', oid }) as const), nextHops],
      parse: (found) => {
        const outgoing = found
          .rows(nextHops)
          .flatMap(({ index, values }) => outgoingIn(new IndexReader(index.slice(place.length + 1)), values[0]));
        return rowOf((column) => found.value(`${route(column)}.${place}`), outgoing);
      },
    };
  },
  all: (family) =>
    wholeTable({
      columns: COLUMNS.map(route),
      nextHopState,
      prefix: String(INET_ADDRESS_TYPE[family]),
      names: namesIn,
      outgoing: outgoingIn,
      row: (values, outgoing) => rowOf((column) => values[COLUMNS.indexOf(column)], outgoing),
    }),
  interfaces: {
    wants: [interfaces],
    parse: (found) => found.rows(interfaces).flatMap(({ index, values }) => interfaceOf(index, values)),
  },
  boundaries: {
    wants: [boundaries, scopeNames],
    parse: (found) =>
      withNames(
        found.rows(boundaries).flatMap(({ index, values }) => boundaryOf(index, values[0])),
        found.rows(scopeNames).flatMap(({ index, values }) => nameOf(index, values)),
      ),
  },
};

function fullLength(address: Address): string {
  return prefixIndex({ address, length: address.length * 8 });
}

function prefixIndex({ address, length }: Prefix): string {
  return `${inetAddressIndex(address)}.${length}`;
}

type Column = (column: RouteColumn) => SnmpValue | undefined;

function rowOf(column: Column, outgoing: readonly OutgoingRow[]): RouteRow | undefined {
  if (COLUMNS.every((name) => column(name) === undefined)) return undefined;
  const packets = counterOf(column('pkts'));
  const timeStamp = integerOf(column('timeStamp'), 0, 0xffffffff);
  return {
    incoming: ifIndexOf(column('inIfIndex')) ?? null,
    upstream: addressTextOf(column('upstreamNeighbor')) ?? null,
    outgoing,
    packets: packets === undefined ? null : { value: packets, bits: 64 },
    isPruned: null,
    multicastRoutingProtocol: multicastRoutingProtocolOf(column('protocol')),
    routingProtocol: routingProtocolOf(column('rtProtocol')),
    rpfPrefix: prefixTextOf(column('rtAddress'), column('rtPrefixLength')),
    age: timeStamp === undefined ? null : { atUpTime: timeStamp },
  };
}

/** ipMcastRouteEntry: groups and their prefix length, sources and theirs. */
function namesIn(reader: IndexReader): RouteNames | undefined {
  const group = reader.inetAddress();
  const groupPrefixLength = reader.number();
  const address = reader.inetAddress();
  const sourcePrefixLength = reader.number();
  const source = sourcePrefixLength === 0 || address === null || isUnspecified(address) ? null : address;
  const octets = isGroup(group) ? parseAddress(group) : undefined;
  const bits = (octets?.length ?? 0) * 8;
  if (!isGroup(group) || groupPrefixLength > bits || sourcePrefixLength > bits) return undefined;
  if (source !== null && (!isHost(source) || parseAddress(source)?.length !== octets?.length)) return undefined;
  return { group, groupPrefixLength, source, sourcePrefixLength };
}

function isUnspecified(text: string): boolean {
  return text === '0.0.0.0' || text === '::';
}

/** ipMcastRouteNextHopEntry: the route's index, then ifIndex and the next hop's address. */
function outgoingIn(rest: IndexReader, value: SnmpValue | undefined): OutgoingRow[] {
  const ifIndex = ifIndexOf(rest.number());
  rest.inetAddress();
  const state = outgoingState(value);
  return rest.isWhole && state !== undefined && ifIndex !== undefined ? [{ index: ifIndex, state }] : [];
}

/** ipMcastInterfaceTtl of an InetVersion and an ifIndex. */
function interfaceOf(index: string, [ttl]: Row['values']): MulticastInterface[] {
  const reader = new IndexReader(index);
  const version = reader.number();
  const ifIndex = ifIndexOf(reader.number());
  if (!reader.isWhole || ifIndex === undefined || (version !== INET_VERSION[4] && version !== INET_VERSION[6]))
    return [];
  const family = version === INET_VERSION[4] ? 4 : 6;
  return [{ index: ifIndex, family, ttlThreshold: integerOf(ttl, 0, 256) ?? null, multicastRoutingProtocol: null }];
}

/** ipMcastBoundaryEntry: ifIndex, address, prefix length. */
function boundaryOf(index: string, status: SnmpValue | undefined): SnapshotScope[] {
  const reader = new IndexReader(index);
  const ifIndex = ifIndexOf(reader.number());
  const ranges = rangesIn(reader);
  if (!reader.isWhole || ifIndex === undefined || status !== ACTIVE) return [];
  return ranges.map((groups) => ({ groups, interface: ifIndex }));
}

/** ipMcastScopeNameEntry: address, prefix length, language. */
function nameOf(index: string, values: Row['values']): ScopeName[] {
  const reader = new IndexReader(index);
  const ranges = rangesIn(reader);
  reader.skipCounted();
  return reader.isWhole ? ranges.flatMap((groups) => scopeNameOf(groups, values)) : [];
}

/** Flags of IPv6 groups: permanent, transient, with a unicast prefix (RFC 3306), with an RP as well (RFC 3956). */
const FLAGS = [0, 1, 3, 7] as const;

/** A scope's groups. That of FF0x::/16 is the same for any flags: no entry speaks of those. */
function rangesIn(reader: IndexReader): string[] {
  const group = reader.inetAddress();
  const length = reader.number();
  const address = isGroup(group) ? parseAddress(group) : undefined;
  if (address === undefined || length > address.length * 8) return [];
  if (address.length === 4 || length !== 16 || address[1]! > 0x0f) return [formatPrefix({ address, length })];
  return FLAGS.map((flags) => {
    const flagged = address.slice();
    flagged[1]! |= flags << 4;
    return formatPrefix({ address: flagged, length });
  });
}
