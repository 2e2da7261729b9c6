/** PIM of IPv4 and IPv6: PIM-STD-MIB (RFC 5060). */
import {
  type Address,
  type Family,
  formatPrefix,
  isAllZeros,
  isMulticast,
  parseAddress,
  parsePrefix,
} from '../../../wire/address.ts';
import type { SnapshotNeighbor } from '../../snapshot.ts';
import { isGroup, isHost } from './address-kind.ts';
import { IndexReader, inetAddressIndex, withoutType } from './index-reader.ts';
import type { Oid } from './oid.ts';
import {
  designatedRouterOf,
  type GroupMapping,
  indexesWith,
  ORIGINS,
  PIM_MODES,
  type PimInterface,
  type PimTable,
} from './pim-table.ts';
import type { Question, Row, Rows } from './question.ts';
import { ifIndexOf, integerOf } from './varbind.ts';

export const PIM: Oid = '1.3.6.1.2.1.157.1';

/** pimInterfaceDR */
const interfaces: Rows = { kind: 'rows', columns: [`${PIM}.1.1.6`], prefix: '', guess: 0 };
/** pimNeighborUpTime */
const neighbors: Rows = { kind: 'rows', columns: [`${PIM}.2.1.6`], prefix: '', guess: 0 };
/** pimGroupMappingPimMode, pimGroupMappingPrecedence */
const mappings: Rows = { kind: 'rows', columns: [`${PIM}.13.1.7`, `${PIM}.13.1.8`], prefix: '', guess: 0 };
/** pimStaticRPOverrideDynamic: pimStaticRPTable is { pim 11 }, and pimAnycastRPSetTable { pim 12 } */
const staticRps: Rows = { kind: 'rows', columns: [`${PIM}.11.1.6`], prefix: '', guess: 0 };
const SG_UPSTREAM_JOIN_STATE: Oid = `${PIM}.6.1.6`;
const SG_UPSTREAM_PRUNE_STATE: Oid = `${PIM}.6.1.23`;
const STAR_G_I_ASSERT_STATE: Oid = `${PIM}.5.1.7`;
const SG_I_ASSERT_STATE: Oid = `${PIM}.7.1.7`;
const SG_RPT_I_LOCAL_MEMBERSHIP: Oid = `${PIM}.9.1.3`;
const SG_RPT_I_JOIN_PRUNE_STATE: Oid = `${PIM}.9.1.4`;
const SG_RPT_UPSTREAM_PRUNE_STATE: Oid = `${PIM}.8.1.3`;

/** TruthValue */
const TRUE = 1;
/** pimSGUpstreamJoinState, pimSGUpstreamPruneState, pimSGRptUpstreamPruneState */
const JOINED = 2;
const PRUNED = 3;
const RPT_PRUNED = 2;
/** pimStarGIAssertState, pimSGIAssertState: iAmAssertLoser(3) */
const ASSERT_LOSER = 3;
/** pimSGRptIJoinPruneState: prune(2) */
const RPT_PRUNE = 2;

export const pimStd: PimTable = {
  name: 'PIM-STD-MIB',
  families: [4, 6],
  root: PIM,
  interfaces: { wants: [interfaces], parse: (found) => found.rows(interfaces).flatMap(interfaceOf) },
  neighbors: { wants: [neighbors], parse: (found) => found.rows(neighbors).flatMap(neighborOf) },
  mappings: {
    wants: [mappings, staticRps],
    parse: (found) => {
      const overriding = found.rows(staticRps).filter(({ values }) => values[0] === TRUE);
      const ranges = new Set(overriding.map(({ index }) => index));
      return found.rows(mappings).flatMap((row) => mappingOf(row, ranges));
    },
  },
  lostAsserts: (group, source, indexes) => {
    const [column, place] =
      source === null ? [STAR_G_I_ASSERT_STATE, inetAddressIndex(group)] : [SG_I_ASSERT_STATE, sgPlace(group, source)];
    return indexesWith(ASSERT_LOSER, indexes, (index) => [`${column}.${place}.${index}`]);
  },
};

/** The index of what PIM has of (S,G) and (S,G,rpt). */
export function sgPlace(group: Address, source: Address): string {
  return `${inetAddressIndex(group)}.${withoutType(inetAddressIndex(source))}`;
}

/**
 * Whether a prune that applies to the source went upstream: of PIM-DM's tree, or of the RP's tree where PIM-SM has not
 * joined the source's. undefined: PIM does not say.
 */
export function pruneSent(group: Address, source: Address): Question<boolean | undefined> {
  const place = sgPlace(group, source);
  const instances = {
    join: `${SG_UPSTREAM_JOIN_STATE}.${place}`,
    prune: `${SG_UPSTREAM_PRUNE_STATE}.${place}`,
    rptPrune: `${SG_RPT_UPSTREAM_PRUNE_STATE}.${place}`,
  };
  return {
    wants: Object.values(instances).map((oid) => ({ kind: 'instance', oid })),
    parse: (found) => {
      const [join, prune, rptPrune] = [instances.join, instances.prune, instances.rptPrune].map((oid) =>
        found.value(oid),
      );
      if (prune === undefined && rptPrune === undefined) return undefined;
      return prune === PRUNED || (rptPrune === RPT_PRUNED && join !== JOINED);
    },
  };
}

/** Of these interfaces those of which a router downstream has pruned the source off the RP's tree: prunes(S,G,rpt). */
export function rptPrunes(group: Address, source: Address, indexes: readonly number[]): Question<readonly number[]> {
  const place = sgPlace(group, source);
  return indexesWith(RPT_PRUNE, indexes, (index) => [`${SG_RPT_I_JOIN_PRUNE_STATE}.${place}.${index}`]);
}

/** Of these interfaces those whose members want the group without the source: local_receiver_exclude(S,G). */
export function excludes(group: Address, source: Address, indexes: readonly number[]): Question<readonly number[]> {
  const place = sgPlace(group, source);
  return indexesWith(TRUE, indexes, (index) => [`${SG_RPT_I_LOCAL_MEMBERSHIP}.${place}.${index}`]);
}

/** pimInterfaceEntry: ifIndex, InetVersion. */
function interfaceOf({ index, values }: Row): PimInterface[] {
  const reader = new IndexReader(index);
  const ifIndex = ifIndexOf(reader.number());
  const version = reader.number();
  if (!reader.isWhole || ifIndex === undefined || (version !== 1 && version !== 2)) return [];
  const family: Family = version === 1 ? 4 : 6;
  return [{ index: ifIndex, family, designatedRouter: designatedRouterOf(values[0], family), mode: null }];
}

/** pimNeighborEntry: ifIndex, address. */
function neighborOf({ index }: Row): SnapshotNeighbor[] {
  const reader = new IndexReader(index);
  const ifIndex = ifIndexOf(reader.number());
  const address = reader.inetAddress();
  return !reader.isWhole || ifIndex === undefined || !isHost(address) ? [] : [{ address, interface: ifIndex }];
}

/**
 * pimGroupMappingEntry: origin, groups and their prefix length, RP. The table shows every mapping, in use or not.
 * @param overriding indexes of pimStaticRPTable: groups and their prefix length
 */
function mappingOf({ index, values }: Row, overriding: ReadonlySet<string>): GroupMapping[] {
  const reader = new IndexReader(index);
  const origin = ORIGINS[reader.number() - 1] ?? 'other';
  const group = reader.inetAddress();
  const length = reader.number();
  const range = reader.passed.slice(reader.passed.indexOf('.') + 1);
  const rp = reader.inetAddress();
  const groups = !isGroup(group) ? undefined : parsePrefix(`${group}/${length}`);
  if (!reader.isWhole || groups === undefined || values[0] === undefined) return [];
  const rpAddress = rp === null ? undefined : parseAddress(rp);
  if (rpAddress !== undefined && (rpAddress.length !== groups.address.length || isMulticast(rpAddress))) return [];
  return [
    {
      groups: formatPrefix(groups),
      rp: rpAddress === undefined || isAllZeros(rpAddress) ? null : rp,
      mode: PIM_MODES[(integerOf(values[0], 1, PIM_MODES.length) ?? PIM_MODES.length) - 1] ?? 'other',
      origin,
      isOverriding: origin === 'configRp' && overriding.has(range),
      precedence: integerOf(values[1], 0, 0xffffffff) ?? 0xffffffff,
    },
  ];
}
