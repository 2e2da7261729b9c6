/** PIM of IPv4 before the standard, as many agents still have it: PIM-MIB (RFC 2934). */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import type { SnapshotNeighbor } from '../../snapshot.ts';
import { isGroup, isHost } from './address-kind.ts';
import { IndexReader, octetsIndex } from './index-reader.ts';
import { ipMRouteStd } from './ipmroute-table.ts';
import type { Oid } from './oid.ts';
import { designatedRouterOf, type GroupMapping, indexesWith, type PimInterface, type PimTable } from './pim-table.ts';
import type { Row, Rows } from './question.ts';
import { ifIndexOf } from './varbind.ts';

const PIM: Oid = '1.3.6.1.3.61.1.1';

/** pimInterfaceMode, pimInterfaceDR */
const interfaces: Rows = { kind: 'rows', columns: [`${PIM}.2.1.4`, `${PIM}.2.1.5`], prefix: '', guess: 0 };
/** pimNeighborIfIndex */
const neighbors: Rows = { kind: 'rows', columns: [`${PIM}.3.1.2`], prefix: '', guess: 0 };
/** pimRPState: version 1 of PIM, and where IOS shows its static RPs. */
const rps: Rows = { kind: 'rows', columns: [`${PIM}.5.1.3`], prefix: '', guess: 0 };
/** pimRPSetHoldTime: what the BSR has announced. */
const rpSet: Rows = { kind: 'rows', columns: [`${PIM}.6.1.4`], prefix: '', guess: 0 };

const NEXT_HOP_PRUNE_REASON: Oid = `${PIM}.7.1.2`;
/** pimIpMRouteNextHopPruneReason: assert(3) */
const PRUNED_BY_ASSERT = 3;

/** dense(1), sparse(2), sparseDense(3) */
const MODES: readonly (MulticastRoutingProtocol | undefined)[] = [
  undefined,
  'pimDenseMode',
  'pimSparseMode',
  'pimSparseDense',
];
/** pimRPState down(2) */
const DOWN = 2;

export const pimExperimental: PimTable = {
  name: 'PIM-MIB',
  families: [4],
  root: PIM,
  interfaces: { wants: [interfaces], parse: (found) => found.rows(interfaces).flatMap(interfaceOf) },
  neighbors: { wants: [neighbors], parse: (found) => found.rows(neighbors).flatMap(neighborOf) },
  mappings: {
    wants: [rpSet, rps],
    parse: (found) => [...found.rows(rpSet).flatMap(setMappingOf), ...found.rows(rps).flatMap(groupMappingOf)],
  },
  /**
   * The index is that of ipMRouteNextHopEntry, whose address is the group but on links without broadcast (RFC 2932), and
   * Asserts are of links with several routers.
   */
  lostAsserts: (group, source, indexes) => {
    const nextHop = (index: number) => `${index}.${octetsIndex(group)}`;
    const places = ipMRouteStd.places(group, source);
    return indexesWith(PRUNED_BY_ASSERT, indexes, (index) =>
      places.map((place) => `${NEXT_HOP_PRUNE_REASON}.${place}.${nextHop(index)}`),
    );
  },
};

function interfaceOf({ index, values: [mode, dr] }: Row): PimInterface[] {
  const reader = new IndexReader(index);
  const ifIndex = ifIndexOf(reader.number());
  if (!reader.isWhole || ifIndex === undefined) return [];
  const spoken = typeof mode === 'number' ? MODES[mode] : undefined;
  return [{ index: ifIndex, family: 4, designatedRouter: designatedRouterOf(dr, 4), mode: spoken ?? null }];
}

function neighborOf({ index, values }: Row): SnapshotNeighbor[] {
  const reader = new IndexReader(index);
  const address = reader.ipv4();
  const ifIndex = ifIndexOf(values[0]);
  return reader.isWhole && ifIndex !== undefined && isHost(address) ? [{ address, interface: ifIndex }] : [];
}

/** pimRPSetEntry: component, groups, mask, RP. Behind what pimRPTable shows. */
function setMappingOf({ index }: Row): GroupMapping[] {
  const reader = new IndexReader(index);
  reader.number();
  const group = reader.ipv4();
  const length = reader.maskLength();
  const rp = reader.ipv4();
  return reader.isWhole && isGroup(group) && isHost(rp)
    ? [{ groups: `${group}/${length}`, rp, mode: 'asm', origin: 'bsr', isOverriding: false, precedence: 1 }]
    : [];
}

/** pimRPEntry: one group, RP. */
function groupMappingOf({ index, values }: Row): GroupMapping[] {
  const reader = new IndexReader(index);
  const group = reader.ipv4();
  const rp = reader.ipv4();
  return reader.isWhole && isGroup(group) && isHost(rp) && values[0] !== DOWN
    ? [{ groups: `${group}/32`, rp, mode: 'asm', origin: 'other', isOverriding: false, precedence: 0 }]
    : [];
}
