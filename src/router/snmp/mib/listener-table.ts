/**
 * Who listens to a group on a router's links, by IGMP and MLD. MGMD-STD-MIB (RFC 5519) tells of which sources;
 * IGMP-STD-MIB (RFC 2933), its predecessor under experimental(3).59, and IPV6-MLD-MIB (RFC 3019) do not.
 */
import type { Address, Family } from '../../../wire/address.ts';
import { INET_ADDRESS_TYPE, IndexReader, inetAddressIndex, octetsIndex } from './index-reader.ts';
import { type Oid, suffixOf } from './oid.ts';
import type { Question, Rows } from './question.ts';
import { ifIndexOf } from './varbind.ts';

export interface ListenerTable {
  /** `MGMD-STD-MIB` */
  readonly name: string;
  /** The families whose protocol the router speaks on any interface, as this MIB has it. */
  readonly spoken: Question<readonly Family[]>;
  listeners(group: Address): Question<readonly Listener[]>;
}

/** On one interface, all listeners together. */
export interface Listener {
  readonly interface: number;
  /** `include`: they want the packets of these sources; `exclude`: of any but these. RFC 3376 §3.2 */
  readonly mode: 'include' | 'exclude';
  readonly sources: readonly string[];
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
/** mgmdRouterCacheUpTime, mgmdRouterCacheSourceFilterMode, which agents without IGMPv3 may leave out */
const MGMD_CACHE: readonly Oid[] = [`${MGMD}.4.1.5`, `${MGMD}.4.1.10`];
/** mgmdRouterSrcListExpire: zero is that of a source that nobody wants. */
const MGMD_SOURCES: Oid = `${MGMD}.8.1.5`;

const mgmd: ListenerTable = {
  name: 'MGMD-STD-MIB',
  spoken: {
    wants: [MGMD_INTERFACES],
    parse: (found) => {
      const queriers = found.rows(MGMD_INTERFACES).map(({ index }) => querierOf(index));
      return ([4, 6] as const).filter((family) => queriers.includes(family));
    },
  },
  listeners: (group) => {
    const prefix = inetAddressIndex(group);
    const cache: Rows = { kind: 'rows', columns: MGMD_CACHE, prefix, guess: 1 };
    const sources: Rows = { kind: 'rows', columns: [MGMD_SOURCES], prefix, guess: 0 };
    const behindGroup = (index: string) => new IndexReader(index.slice(prefix.length + 1));
    return {
      wants: [cache, sources],
      parse: (found) => {
        const listed = found.rows(sources).flatMap(({ index, values: [expire] }) => {
          const reader = behindGroup(index);
          const ifIndex = ifIndexOf(reader.number());
          const source = reader.countedAddress();
          return reader.isWhole && expire !== undefined ? [{ ifIndex, source, isWanted: expire !== 0 }] : [];
        });
        return found.rows(cache).flatMap(({ index, values: [, filterMode] }): Listener[] => {
          const reader = behindGroup(index);
          const ifIndex = ifIndexOf(reader.number());
          if (!reader.isWhole || ifIndex === undefined) return [];
          const mode = filterMode === INCLUDE ? 'include' : 'exclude';
          const own = listed.filter((one) => one.ifIndex === ifIndex && one.isWanted === (mode === 'include'));
          return [{ interface: ifIndex, mode, sources: own.map(({ source }) => source), isOfSources: true }];
        });
      },
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
  /** igmpCacheSelf, igmpCacheUpTime */
  const columns = [3, 5].map((column) => `${root}.2.1.${column}`);
  return {
    name,
    spoken: {
      wants: [{ kind: 'next', after: status }],
      parse: (found) => (suffixOf(status, found.next(status)?.oid ?? '') === undefined ? [] : [family]),
    },
    listeners: (group) => {
      const prefix = octetsIndex(group);
      const cache: Rows = { kind: 'rows', columns, prefix, guess: 1 };
      return {
        wants: [cache],
        parse: (found) =>
          found.rows(cache).flatMap(({ index, values: [self] }): Listener[] => {
            const reader = new IndexReader(index.slice(prefix.length + 1));
            const ifIndex = ifIndexOf(reader.number());
            // Where the router itself is a member, nothing tells whether others are.
            if (!reader.isWhole || ifIndex === undefined || self === TRUE) return [];
            return [{ interface: ifIndex, mode: 'exclude', sources: [], isOfSources: false }];
          }),
      };
    },
  };
}

/** The best first. */
export const LISTENER_TABLES: readonly ListenerTable[] = [
  mgmd,
  cacheTable('IGMP-STD-MIB', '1.3.6.1.2.1.85.1', 4),
  cacheTable('experimental IGMP-MIB', '1.3.6.1.3.59.1.1', 4),
  cacheTable('IPV6-MLD-MIB', '1.3.6.1.2.1.91.1', 6),
];
