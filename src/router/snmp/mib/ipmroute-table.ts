/**
 * Multicast routes of IPv4: IPMROUTE-STD-MIB (RFC 2932), and its predecessor under experimental(3).60, which has the same
 * columns. CISCO-IPMROUTE-MIB adds columns of its own to the rows. Counters have 32 bits. (*,G) has the source 0.0.0.0 and, as agents differ, the mask 0.0.0.0 or 255.255.255.255.
 */
import { type Address, formatAddress, formatPrefix, masked, type Prefix } from '../../../wire/address.ts';
import type { SnapshotScope } from '../../snapshot.ts';
import { isGroup, isHost } from './address-kind.ts';
import { IndexReader, maskLength, octetsIndex } from './index-reader.ts';
import type { Oid } from './oid.ts';
import { multicastRoutingProtocolOf, routingProtocolOf } from './protocols.ts';
import { type Found, given, type Row, type Rows } from './question.ts';
import {
  type Count,
  type MulticastInterface,
  nextHopsOf,
  type OutgoingRow,
  outgoingState,
  type RouteNames,
  type RouteRow,
  type RouteTable,
  shorterPrefixes,
  type WidePlace,
} from './route-table.ts';
import { type ScopeName, scopeNameOf, withNames } from './scope-names.ts';
import { addressOf, addressTextOf, counterOf, ifIndexOf, integerOf, type SnmpValue } from './varbind.ts';
import { wholeTable } from './whole-table.ts';

const FULL_MASK = '255.255.255.255';
const NO_SOURCE = '0.0.0.0';
/** RowStatus. RFC 2579 */
const ACTIVE = 1;

/** ipMRouteEntry */
const Route = {
  upstreamNeighbor: 4,
  inIfIndex: 5,
  upTime: 6,
  pkts: 8,
  protocol: 11,
  rtProto: 12,
  rtAddress: 13,
  rtMask: 14,
} as const;
/** ciscoIpMRouteEntry, which has the index of ipMRouteEntry: the prune flag, and packets in 64 bits */
const CiscoRoute = { ciscoPruneFlag: 12, ciscoPkts: 28 } as const;
type RouteColumn = keyof typeof Route | keyof typeof CiscoRoute;
type Columns = readonly (readonly [RouteColumn, Oid])[];

const CISCO: Oid = '1.3.6.1.4.1.9.10.2.1.1';
/** TruthValue */
const TRUE = 1;
const FALSE = 2;

export const ipMRouteStd = ipMRouteTable('IPMROUTE-STD-MIB', '1.3.6.1.2.1.83.1.1');
export const ipMRouteExperimental = ipMRouteTable('experimental IPMROUTE-MIB', '1.3.6.1.3.60.1.1');
export const ipMRouteStdCisco = withCisco('IPMROUTE-STD-MIB', '1.3.6.1.2.1.83.1.1', ipMRouteStd);
export const ipMRouteExperimentalCisco = withCisco(
  'experimental IPMROUTE-MIB',
  '1.3.6.1.3.60.1.1',
  ipMRouteExperimental,
);

/** The same rows, of which the agent knows more. Interfaces and boundaries are the plain table's to tell. */
function withCisco(name: string, ipMRoute: Oid, plain: RouteTable): RouteTable {
  return {
    ...ipMRouteTable(`${name}, CISCO-IPMROUTE-MIB`, ipMRoute, `${CISCO}.2.1`),
    presence: [...plain.presence, `${CISCO}.1.0`],
    rows: (family) => [...plain.rows(family), `${CISCO}.2.1.${CiscoRoute.ciscoPruneFlag}`],
    interfaces: given([]),
    boundaries: given([]),
  };
}

function columnsOf<Name extends RouteColumn>(entry: Oid, numbers: Readonly<Record<Name, number>>): Columns {
  return (Object.keys(numbers) as Name[]).map((name) => [name, `${entry}.${numbers[name]}`] as const);
}

/**
 * @param ipMRoute the node that the tables are below
 * @param ciscoRoute ciscoIpMRouteEntry, where the agent has it
 */
function ipMRouteTable(name: string, ipMRoute: Oid, ciscoRoute?: Oid): RouteTable {
  const columns = [
    ...columnsOf(`${ipMRoute}.2.1`, Route),
    ...(ciscoRoute === undefined ? [] : columnsOf(ciscoRoute, CiscoRoute)),
  ];
  const oidOf = new Map(columns);
  const names = columns.map(([column]) => column);
  const inIfIndex = `${ipMRoute}.2.1.${Route.inIfIndex}`;
  const nextHopState = `${ipMRoute}.3.1.6`;
  const interfaces: Rows = {
    kind: 'rows',
    columns: [`${ipMRoute}.4.1.2`, `${ipMRoute}.4.1.3`],
    prefix: '',
    guess: 0,
  };
  const boundaries: Rows = { kind: 'rows', columns: [`${ipMRoute}.5.1.4`], prefix: '', guess: 0 };
  const scopeNames: Rows = {
    kind: 'rows',
    columns: [4, 5, 6].map((column) => `${ipMRoute}.6.1.${column}`),
    prefix: '',
    guess: 0,
  };

  return {
    name,
    families: [4],
    presence: [`${ipMRoute}.1.0`],
    rows: () => [inIfIndex],
    places: (group, source) =>
      source === null
        ? [NO_SOURCE, FULL_MASK].map((mask) => `${octetsIndex(group)}.${NO_SOURCE}.${mask}`)
        : [`${octetsIndex(group)}.${octetsIndex(source)}.${FULL_MASK}`],
    widePlaces: (group, source) => (source === null ? [] : shorterPrefixes(source, 1).map((one) => wideOf(group, one))),
    isThere: (place) => {
      const oid = `${inIfIndex}.${place}`;
      return { wants: [{ kind: 'instance', oid }], parse: (found) => found.value(oid) !== undefined };
    },
    row: (place, links) => {
      const nextHops = nextHopsOf(nextHopState, place, links);
      const oids = columns.map(([, column]) => `${column}.${place}`);
      return {
        wants: [...oids.map((oid) => ({ kind: 'instance', oid }) as const), nextHops],
        parse: (found) => {
          const outgoing = found
            .rows(nextHops)
            .flatMap(({ index, values }) => outgoingIn(new IndexReader(index.slice(place.length + 1)), values[0]));
          return rowOf((column) => valueAt(found, oidOf.get(column), place), outgoing);
        },
      };
    },
    all: () =>
      wholeTable({
        columns: columns.map(([, column]) => column),
        nextHopState,
        prefix: '',
        names: namesIn,
        outgoing: outgoingIn,
        row: (values, outgoing) => rowOf((column) => values[names.indexOf(column)], outgoing),
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
}

/** DVMRP's routes are those of subnets. RFC 2932, ipMRouteSourceMask */
function wideOf(group: Address, { address, length }: Prefix): WidePlace {
  const mask = octetsIndex(masked(new Uint8Array(4).fill(255), length));
  return {
    place: `${octetsIndex(group)}.${octetsIndex(address)}.${mask}`,
    names: {
      group: formatAddress(group),
      groupPrefixLength: 32,
      source: formatAddress(address),
      sourcePrefixLength: length,
    },
  };
}

type Column = (column: RouteColumn) => ReturnType<Found['value']>;

/** Agents leave columns out: what they fill makes the row. */
function rowOf(column: Column, outgoing: readonly OutgoingRow[]): RouteRow | undefined {
  if ((Object.keys(Route) as RouteColumn[]).every((name) => column(name) === undefined)) return undefined;
  const upTime = integerOf(column('upTime'), 0, 0xffffffff);
  return {
    incoming: ifIndexOf(column('inIfIndex')) ?? null,
    upstream: addressTextOf(column('upstreamNeighbor')) ?? null,
    outgoing,
    packets: countOf(column('ciscoPkts'), 64) ?? countOf(column('pkts'), 32),
    isPruned: isPruned(column('ciscoPruneFlag')),
    multicastRoutingProtocol: multicastRoutingProtocolOf(column('protocol')),
    routingProtocol: routingProtocolOf(column('rtProto')),
    rpfPrefix: prefixOf(column('rtAddress'), column('rtMask')),
    age: upTime === undefined ? null : { since: upTime },
  };
}

function valueAt(found: Found, column: Oid | undefined, place: string): SnmpValue | undefined {
  return column === undefined ? undefined : found.value(`${column}.${place}`);
}

function countOf(value: SnmpValue | undefined, bits: Count['bits']): Count | null {
  const count = counterOf(value);
  return count === undefined ? null : { value: count, bits };
}

function isPruned(value: SnmpValue | undefined): boolean | null {
  return value === TRUE ? true : value === FALSE ? false : null;
}

function prefixOf(rtAddress: ReturnType<Column>, rtMask: ReturnType<Column>): string | null {
  const address = addressOf(rtAddress);
  const mask = addressOf(rtMask);
  const length = mask?.length === 4 ? maskLength(mask) : undefined;
  // 0.0.0.0/0 is what an agent says that does not know the route, and rarely a default route.
  if (address?.length !== 4 || length === undefined || length === 0) return null;
  return formatPrefix({ address, length });
}

/** ipMRouteEntry: group, source and its mask. */
function namesIn(reader: IndexReader): RouteNames | undefined {
  const group = reader.ipv4();
  const source = reader.ipv4();
  const sourcePrefixLength = reader.maskLength();
  if (!isGroup(group) || !(source === NO_SOURCE || isHost(source))) return undefined;
  return { group, groupPrefixLength: 32, source: source === NO_SOURCE ? null : source, sourcePrefixLength };
}

/** ipMRouteNextHopEntry: the route's index, then ipMRouteNextHopIfIndex and ipMRouteNextHopAddress. */
function outgoingIn(rest: IndexReader, value: SnmpValue | undefined): OutgoingRow[] {
  const ifIndex = ifIndexOf(rest.number());
  rest.ipv4();
  const state = outgoingState(value);
  return rest.isWhole && state !== undefined && ifIndex !== undefined ? [{ index: ifIndex, state }] : [];
}

/** ipMRouteInterfaceTtl and ipMRouteInterfaceProtocol of an ifIndex. */
function interfaceOf(index: string, [ttl, protocol]: Row['values']): MulticastInterface[] {
  const reader = new IndexReader(index);
  const ifIndex = ifIndexOf(reader.number());
  if (!reader.isWhole || ifIndex === undefined) return [];
  const ttlThreshold = integerOf(ttl, 0, 255) ?? null;
  return [{ index: ifIndex, family: 4, ttlThreshold, multicastRoutingProtocol: multicastRoutingProtocolOf(protocol) }];
}

/** ipMRouteBoundaryEntry: ifIndex, address, mask. */
function boundaryOf(index: string, status: SnmpValue | undefined): SnapshotScope[] {
  const reader = new IndexReader(index);
  const ifIndex = ifIndexOf(reader.number());
  const address = reader.ipv4();
  const length = reader.maskLength();
  if (!reader.isWhole || ifIndex === undefined || status !== ACTIVE || !isGroup(address)) return [];
  return [{ groups: `${address}/${length}`, interface: ifIndex }];
}

/** ipMRouteScopeNameEntry: address, mask and language, which takes all the rest. */
function nameOf(index: string, values: Row['values']): ScopeName[] {
  const reader = new IndexReader(index);
  const address = reader.ipv4();
  const length = reader.maskLength();
  return reader.isSound ? scopeNameOf(`${address}/${length}`, values) : [];
}
