/** PIM of IPv4 and IPv6: PIM-STD-MIB (RFC 5060). */
import {
  ADDRESS_OCTETS,
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
import { IndexReader, inetAddressIndex } from './index-reader.ts';
import type { Oid } from './oid.ts';
import { type GroupMapping, ORIGINS, PIM_MODES, type PimInterface, type PimTable } from './pim-table.ts';
import type { Question, Row, Rows } from './question.ts';
import { addressOf, addressTextOf, ifIndexOf, integerOf } from './varbind.ts';

const PIM: Oid = '1.3.6.1.2.1.157.1';

/** pimInterfaceDR */
const interfaces: Rows = { kind: 'rows', columns: [`${PIM}.1.1.6`], prefix: '', guess: 0 };
/** pimNeighborUpTime */
const neighbors: Rows = { kind: 'rows', columns: [`${PIM}.2.1.6`], prefix: '', guess: 0 };
/** pimGroupMappingPimMode, pimGroupMappingPrecedence */
const mappings: Rows = { kind: 'rows', columns: [`${PIM}.13.1.7`, `${PIM}.13.1.8`], prefix: '', guess: 0 };
/** pimStaticRPOverrideDynamic */
const staticRps: Rows = { kind: 'rows', columns: [`${PIM}.12.1.6`], prefix: '', guess: 0 };
const SG_UPSTREAM_JOIN_STATE: Oid = `${PIM}.6.1.6`;
const SG_UPSTREAM_PRUNE_STATE: Oid = `${PIM}.6.1.23`;
const SG_RPT_UPSTREAM_PRUNE_STATE: Oid = `${PIM}.8.1.3`;

/** TruthValue */
const TRUE = 1;
/** pimSGUpstreamJoinState, pimSGUpstreamPruneState, pimSGRptUpstreamPruneState */
const JOINED = 2;
const PRUNED = 3;
const RPT_PRUNED = 2;

export const pimStd: PimTable = {
  name: 'PIM-STD-MIB',
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
};

/**
 * Whether a prune that applies to the source went upstream: of PIM-DM's tree, or of the RP's tree where PIM-SM has not
 * joined the source's. undefined: PIM does not say.
 */
export function pruneSent(group: Address, source: Address): Question<boolean | undefined> {
  const place = `${inetAddressIndex(group)}.${withoutType(inetAddressIndex(source))}`;
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

/** The type stands in these indexes once, before the group. */
function withoutType(index: string): string {
  return index.slice(index.indexOf('.') + 1);
}

/** pimInterfaceEntry: ifIndex, InetVersion. */
function interfaceOf({ index, values }: Row): PimInterface[] {
  const reader = new IndexReader(index);
  const ifIndex = ifIndexOf(reader.number());
  const version = reader.number();
  if (!reader.isWhole || ifIndex === undefined || (version !== 1 && version !== 2)) return [];
  const family: Family = version === 1 ? 4 : 6;
  const isOfFamily = addressOf(values[0])?.length === ADDRESS_OCTETS[family];
  const designatedRouter = isOfFamily ? addressTextOf(values[0]) : undefined;
  return [{ index: ifIndex, family, designatedRouter: designatedRouter ?? null, mode: null }];
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
