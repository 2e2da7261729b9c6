/**
 * What an agent is asked for once in a while: which MIBs it has, its interfaces, neighbors, RPs and boundaries. What
 * changes with the traffic is asked for hop by hop: hop.ts.
 */
import type { Family } from '../../../wire/address.ts';
import type { SnapshotNeighbor, SnapshotScope } from '../../snapshot.ts';
import { addresses, type InterfaceAddress } from './address-table.ts';
import { type InterfaceRow, interfaceRows, wideInterfaces } from './interface-table.ts';
import { ipMcast } from './ipmcast-table.ts';
import { ipMRouteExperimental, ipMRouteExperimentalCisco, ipMRouteStd, ipMRouteStdCisco } from './ipmroute-table.ts';
import { LISTENER_TABLES, type ListenerTable } from './listener-table.ts';
import { type Oid, suffixOf } from './oid.ts';
import { type BsrChoice, bsrChoice } from './pim-bsr.ts';
import { pimExperimental } from './pim-experimental-table.ts';
import { pimStd } from './pim-std-table.ts';
import type { GroupMapping, PimInterface, PimTable } from './pim-table.ts';
import { type Found, type Question, together } from './question.ts';
import type { MulticastInterface, RouteTable } from './route-table.ts';
import { inetCidrRoute, ipCidrRoute, ipRoute, type UnicastTable } from './unicast-table.ts';

const SYS_OBJECT_ID: Oid = '1.3.6.1.2.1.1.2.0';
/** netSnmpAgentOIDs, of which linux is 10. */
const NET_SNMP_AGENTS: Oid = '1.3.6.1.4.1.8072.3.2';
/**
 * nsCacheDefaultTimeout (NET-SNMP-AGENT-MIB) and versionTag (UCD-SNMP-MIB): net-snmp has one of them also where sysObjectID is
 * the vendor's, as of VyOS.
 */
const NET_SNMP_OWN: readonly Oid[] = ['1.3.6.1.4.1.8072.1.5.1.0', '1.3.6.1.4.1.2021.100.2.0'];

/** The best first. */
const ROUTE_TABLES: readonly RouteTable[] = [
  ipMcast,
  ipMRouteStdCisco,
  ipMRouteStd,
  ipMRouteExperimentalCisco,
  ipMRouteExperimental,
];
const PIM_TABLES: readonly PimTable[] = [pimStd, pimExperimental];
const UNICAST_TABLES: readonly UnicastTable[] = [inetCidrRoute, ipCidrRoute, ipRoute];

export interface Device {
  readonly interfaces: readonly InterfaceRow[];
  readonly addresses: readonly InterfaceAddress[];
  readonly multicast: readonly MulticastInterface[];
  readonly pim: readonly PimInterface[];
  /** `undefined`: no MIB tells of PIM on any interface, so none tells who is heard there. */
  readonly neighbors: readonly SnapshotNeighbor[] | undefined;
  /** Of each family those of the best MIB that names an RP, and what better ones say of ranges that have none. */
  readonly mappings: readonly GroupMapping[];
  readonly bsr: BsrChoice;
  readonly scopes: readonly SnapshotScope[];
  /** Those to ask for a route, the best first: one that has rows alone, else all that the agent may fill. */
  readonly routeTables: Readonly<Record<Family, readonly RouteTable[]>>;
  /** There are multicast routes. */
  readonly hasRoutes: boolean;
  readonly unicastTable: Readonly<Record<Family, UnicastTable | undefined>>;
  readonly listenerTable: Readonly<Record<Family, ListenerTable | undefined>>;
  /** Those of PIM that the agent has anything of. */
  readonly pimTables: readonly PimTable[];
  /** net-snmp, which says that a counter of multicast is 0 where the system does not count: on Linux what leaves. */
  readonly isNetSnmp: boolean;
  /** ifIndexes of those with counters of 64 bits. */
  readonly wide: ReadonlySet<number>;
}

/** What the first trips tell. */
export type Surveyed = Omit<Device, 'interfaces' | 'wide'>;

export const survey: Question<Surveyed> = (() => {
  const all = {
    addresses,
    multicast: together(...ROUTE_TABLES.map((table) => table.interfaces)),
    scopes: together(...ROUTE_TABLES.map((table) => table.boundaries)),
    pim: together(...PIM_TABLES.map((table) => table.interfaces)),
    neighbors: together(...PIM_TABLES.map((table) => table.neighbors)),
    mappings: together(...PIM_TABLES.map((table) => table.mappings)),
    bsr: bsrChoice,
    spoken: together(...LISTENER_TABLES.map((table) => table.spoken)),
  };
  const roots = [
    ...ROUTE_TABLES.flatMap((table) => table.families.flatMap((family) => table.rows(family))),
    ...UNICAST_TABLES.flatMap((table) => table.families.flatMap((family) => table.rows(family))),
    ...PIM_TABLES.map(({ root }) => root),
  ];
  return {
    wants: [
      ...Object.values(all).flatMap(({ wants }) => wants),
      ...[SYS_OBJECT_ID, ...NET_SNMP_OWN, ...ROUTE_TABLES.flatMap(({ presence }) => presence)].map(
        (oid) => ({ kind: 'instance', oid }) as const,
      ),
      ...roots.map((after) => ({ kind: 'next', after }) as const),
    ],
    parse: (found) => {
      const isFilled = (root = '') => suffixOf(root, found.next(root)?.oid ?? '') !== undefined;
      const multicast = all.multicast.parse(found);
      const pim = all.pim.parse(found).flat();
      const mappings = all.mappings.parse(found);
      const spoken = all.spoken.parse(found);
      return {
        addresses: all.addresses.parse(found),
        multicast: multicast.flat(),
        scopes: all.scopes.parse(found).flat(),
        pim,
        neighbors: pim.length === 0 ? undefined : all.neighbors.parse(found).flat(),
        mappings: Object.values(ofEach((family) => bestMappings(mappings, family))).flat(),
        bsr: all.bsr.parse(found),
        pimTables: PIM_TABLES.filter(({ root }) => isFilled(root)),
        isNetSnmp: NET_SNMP_OWN.some((oid) => found.value(oid) !== undefined) || isNetSnmpAgent(found),
        routeTables: ofEach((family) => {
          const tables = ROUTE_TABLES.filter(({ families }) => families.includes(family));
          const filled = tables.find((table) => table.rows(family).every(isFilled));
          if (filled !== undefined) return [filled];
          const mayBeFilled = tables.filter(
            (table) =>
              table.presence.every((oid) => found.value(oid) !== undefined) ||
              (multicast[ROUTE_TABLES.indexOf(table)] ?? []).length > 0,
          );
          return mayBeFilled.filter((table, at) => !mayBeFilled.slice(0, at).some((one) => isSameTable(one, table)));
        }),
        hasRoutes: ROUTE_TABLES.some((table) => table.families.some((family) => table.rows(family).every(isFilled))),
        unicastTable: ofEach((family) => {
          const tables = UNICAST_TABLES.filter(({ families }) => families.includes(family));
          const withInterfaces = tables.filter((table) => isFilled(table.rows(family)[0]));
          return withInterfaces.find((table) => table.rows(family).every(isFilled)) ?? withInterfaces[0];
        }),
        listenerTable: ofEach((family) => LISTENER_TABLES.find((_, at) => spoken[at]!.includes(family))),
      };
    },
  };
})();

/** Whether any table of multicast routes of the family has a row. */
export function hasRows(family: Family): Question<boolean> {
  const roots = ROUTE_TABLES.filter(({ families }) => families.includes(family)).flatMap((table) => table.rows(family));
  return {
    wants: roots.map((after) => ({ kind: 'next', after }) as const),
    parse: (found) => roots.some((root) => suffixOf(root, found.next(root)?.oid ?? '') !== undefined),
  };
}

function isNetSnmpAgent(found: Found): boolean {
  const sysObjectId = found.value(SYS_OBJECT_ID);
  return typeof sysObjectId === 'string' && suffixOf(NET_SNMP_AGENTS, sysObjectId) !== undefined;
}

/**
 * Those of the best MIB that names an RP, and of better ones, which may be filled for the other family alone, or hold nothing
 * but ranges that are fixed or of SSM.
 */
function bestMappings(tables: readonly (readonly GroupMapping[])[], family: Family): readonly GroupMapping[] {
  const own = tables.map((mappings) => mappings.filter(({ groups }) => groups.includes(':') === (family === 6)));
  const named = own.findIndex((mappings) => mappings.some(({ rp, origin }) => rp !== null || origin === 'embedded'));
  return own.slice(0, named + 1 || own.length).flat();
}

function isSameTable(one: RouteTable, other: RouteTable): boolean {
  return one.rows(4)[0] === other.rows(4)[0];
}

/**
 * The interfaces that the survey speaks of, and which counters they have.
 * @param besides ifIndexes of more of them
 */
export function details(surveyed: Surveyed, besides: readonly number[]): Question<Device> {
  const indexes = [...new Set([...indexesIn(surveyed), ...besides])];
  const rows = interfaceRows(indexes);
  const wide = wideInterfaces(indexes);
  return {
    wants: [...rows.wants, ...wide.wants],
    parse: (found) => ({ ...surveyed, interfaces: rows.parse(found), wide: wide.parse(found) }),
  };
}

function indexesIn({ addresses, multicast, pim, neighbors, scopes }: Surveyed): number[] {
  const indexes = [
    ...[...addresses, ...multicast, ...pim].map(({ index }) => index),
    ...[...(neighbors ?? []), ...scopes].map((row) => row.interface),
  ];
  return indexes.sort((a, b) => a - b);
}

function ofEach<T>(make: (family: Family) => T): Readonly<Record<Family, T>> {
  return { 4: make(4), 6: make(6) };
}
