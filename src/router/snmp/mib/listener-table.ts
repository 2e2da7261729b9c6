/**
 * Who listens to a group on a router's links, by IGMP and MLD. MGMD-STD-MIB (RFC 5519) tells of which sources;
 * IGMP-STD-MIB (RFC 2933), its predecessor under experimental(3).59, and IPV6-MLD-MIB (RFC 3019) do not.
 */
import type { Address, Family } from '../../../wire/address.ts';
import { INET_ADDRESS_TYPE, IndexReader, inetAddressIndex, octetsIndex, withoutType } from './index-reader.ts';
import { type Oid, suffixOf } from './oid.ts';
import type { Instance, Question, Rows } from './question.ts';
import { ifIndexOf } from './varbind.ts';

export interface ListenerTable {
  /** `MGMD-STD-MIB` */
  readonly name: string;
  /** The families whose protocol the router speaks on any interface, as this MIB has it. */
  readonly spoken: Question<readonly Family[]>;
  /** The interfaces with listeners: for routers with so many that they cannot be asked for one by one. */
  links(group: Address): Question<readonly number[]>;
  /**
   * Who listens on these interfaces, and what is said there of the source. Each is asked for by its name: lists of sources are
   * as long as listeners please. `source` null: any.
   */
  listeners(group: Address, source: Address | null, indexes: readonly number[]): Question<readonly Listener[]>;
}

/** On one interface, all listeners together. */
export interface Listener {
  readonly interface: number;
  /** `include`: they want the packets of the sources that are listed; `exclude`: of any but these. RFC 3376 §3.2 */
  readonly mode: 'include' | 'exclude';
  /** Whether somebody wants the source, where it is listed at all. */
  readonly wantsSource: boolean | undefined;
  /** Whether they could name sources: an older MIB shows those who do as well, and not which. */
  readonly isOfSources: boolean;
}

/** mgmdRouterCacheSourceFilterMode */
const INCLUDE = 1;
/** TruthValue */
const TRUE = 1;

const MGMD: Oid = '1.3.6.1.2.1.185.1';
/** mgmdRouterInterfaceStatus */
const MGMD_INTERFACES: Rows = { kind: 'rows', columns: [`${MGMD}.2.1.5`], prefix: '', guess: 0 };
const MGMD_CACHE_UP_TIME: Oid = `${MGMD}.4.1.5`;
/** Agents without IGMPv3 may leave it out. */
const MGMD_CACHE_FILTER_MODE: Oid = `${MGMD}.4.1.10`;
/** mgmdRouterSrcListExpire: zero is that of a source that nobody wants. */
const MGMD_SOURCE_EXPIRE: Oid = `${MGMD}.8.1.5`;

const mgmd: ListenerTable = {
  name: 'MGMD-STD-MIB',
  spoken: {
    wants: [MGMD_INTERFACES],
    parse: (found) => {
      const queriers = found.rows(MGMD_INTERFACES).map(({ index }) => querierOf(index));
      return ([4, 6] as const).filter((family) => queriers.includes(family));
    },
  },
  links: (group) => linksIn(MGMD_CACHE_UP_TIME, inetAddressIndex(group)),
  listeners: (group, source, indexes) => {
    const prefix = inetAddressIndex(group);
    const rows = indexes.map((index) => ({
      index,
      upTime: `${MGMD_CACHE_UP_TIME}.${prefix}.${index}`,
      filterMode: `${MGMD_CACHE_FILTER_MODE}.${prefix}.${index}`,
      ...(source && { expire: `${MGMD_SOURCE_EXPIRE}.${prefix}.${index}.${withoutType(inetAddressIndex(source))}` }),
    }));
    return {
      wants: rows.flatMap(({ upTime, filterMode, expire }) => instances(upTime, filterMode, expire)),
      parse: (found) =>
        rows.flatMap(({ index, upTime, filterMode, expire }): Listener[] => {
          const value = found.value(filterMode);
          if (value === undefined && found.value(upTime) === undefined) return [];
          const left = expire === undefined ? undefined : found.value(expire);
          return [
            {
              interface: index,
              mode: value === INCLUDE ? 'include' : 'exclude',
              wantsSource: left === undefined ? undefined : left !== 0,
              isOfSources: true,
            },
          ];
        }),
    };
  },
};

/** mgmdRouterInterfaceEntry: ifIndex, and the InetAddressType of the querier: IGMP is a row, and MLD another. RFC 5519 */
function querierOf(index: string): Family | undefined {
  const reader = new IndexReader(index);
  reader.number();
  const type = reader.number();
  if (!reader.isWhole) return undefined;
  return type === INET_ADDRESS_TYPE[4] ? 4 : type === INET_ADDRESS_TYPE[6] ? 6 : undefined;
}

/** IGMP-STD-MIB and its like: the index is the group, of one family, and the ifIndex. */
function cacheTable(name: string, root: Oid, family: Family): ListenerTable {
  /** igmpInterfaceStatus */
  const status: Oid = `${root}.1.1.3`;
  const [cacheSelf, cacheUpTime]: readonly [Oid, Oid] = [`${root}.2.1.3`, `${root}.2.1.5`];
  return {
    name,
    spoken: {
      wants: [{ kind: 'next', after: status }],
      parse: (found) => (suffixOf(status, found.next(status)?.oid ?? '') === undefined ? [] : [family]),
    },
    links: (group) => linksIn(cacheUpTime, octetsIndex(group)),
    listeners: (group, _source, indexes) => {
      const place = (index: number) => `${octetsIndex(group)}.${index}`;
      return {
        wants: indexes.flatMap((index) => instances(`${cacheSelf}.${place(index)}`, `${cacheUpTime}.${place(index)}`)),
        parse: (found) =>
          indexes.flatMap((index): Listener[] => {
            const self = found.value(`${cacheSelf}.${place(index)}`);
            const isThere = self !== undefined || found.value(`${cacheUpTime}.${place(index)}`) !== undefined;
            // Where the router itself is a member, nothing tells whether others are.
            if (!isThere || self === TRUE) return [];
            return [{ interface: index, mode: 'exclude', wantsSource: undefined, isOfSources: false }];
          }),
      };
    },
  };
}

/** The ifIndexes that stand behind a group in a column. */
function linksIn(column: Oid, group: string): Question<readonly number[]> {
  const rows: Rows = { kind: 'rows', columns: [column], prefix: group, guess: 1 };
  return {
    wants: [rows],
    parse: (found) => found.rows(rows).flatMap(({ index }) => ifIndexOf(Number(index.slice(group.length + 1))) ?? []),
  };
}

function instances(...oids: readonly (Oid | undefined)[]): Instance[] {
  return oids.flatMap((oid) => (oid === undefined ? [] : [{ kind: 'instance', oid }]));
}

/** The best first. */
export const LISTENER_TABLES: readonly ListenerTable[] = [
  mgmd,
  cacheTable('IGMP-STD-MIB', '1.3.6.1.2.1.85.1', 4),
  cacheTable('experimental IGMP-MIB', '1.3.6.1.3.59.1.1', 4),
  cacheTable('IPV6-MLD-MIB', '1.3.6.1.2.1.91.1', 6),
];
