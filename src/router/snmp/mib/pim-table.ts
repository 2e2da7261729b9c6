/** What the MIBs of PIM have in common: the links it speaks on, who is heard there, and the RPs. */

import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import { ADDRESS_OCTETS, type Address, type Family } from '../../../wire/address.ts';
import type { SnapshotNeighbor } from '../../snapshot.ts';
import type { Oid } from './oid.ts';
import type { Question } from './question.ts';
import { addressOf, addressTextOf, type SnmpValue } from './varbind.ts';

export interface PimTable {
  /** `PIM-STD-MIB` */
  readonly name: string;
  readonly families: readonly Family[];
  readonly interfaces: Question<readonly PimInterface[]>;
  readonly neighbors: Question<readonly SnapshotNeighbor[]>;
  readonly mappings: Question<readonly GroupMapping[]>;
  /** Of these interfaces those where the router has lost an Assert of (S,G), or of (*,G) where `source` is null. */
  lostAsserts(group: Address, source: Address | null, indexes: readonly number[]): Question<readonly number[]>;
  /** Everything of this MIB stands below it. */
  readonly root: Oid;
}

export interface PimInterface {
  readonly index: number;
  readonly family: Family;
  /** As text; null: none elected, or not told. */
  readonly designatedRouter: string | null;
  /** null: this MIB does not tell. */
  readonly mode: MulticastRoutingProtocol | null;
}

/** null: there is none of this family. */
export function designatedRouterOf(value: SnmpValue | undefined, family: Family): string | null {
  const isOfFamily = addressOf(value)?.length === ADDRESS_OCTETS[family];
  return (isOfFamily ? addressTextOf(value) : undefined) ?? null;
}

/** How groups map to a mode of PIM, and to an RP where it has one. */
export interface GroupMapping {
  /** `ADDRESS/LENGTH` */
  readonly groups: string;
  /** null: these groups have none, as those of SSM, or each has its own, which is embedded in it. */
  readonly rp: string | null;
  readonly mode: PimMode;
  readonly origin: GroupMappingOrigin;
  /** Configured to override all others, even those of longer ranges. RFC 5060, pimStaticRPOverrideDynamic */
  readonly isOverriding: boolean;
  /** Of equally long ones the lowest counts. RFC 5060, pimGroupMappingTable */
  readonly precedence: number;
}

/** PimMode of RFC 5060, in the order of its numbers from 1 on. */
export const PIM_MODES = ['none', 'ssm', 'asm', 'bidir', 'dm', 'other'] as const;
export type PimMode = (typeof PIM_MODES)[number];

/** PimGroupMappingOriginType of RFC 5060, in the order of its numbers from 1 on. */
export const ORIGINS = ['fixed', 'configRp', 'configSsm', 'bsr', 'autoRP', 'embedded', 'other'] as const;
export type GroupMappingOrigin = (typeof ORIGINS)[number];

/**
 * Those of the interfaces of which one of the instances has the value.
 * @param instances of an interface
 */
export function indexesWith(
  value: number,
  indexes: readonly number[],
  instances: (index: number) => readonly Oid[],
): Question<readonly number[]> {
  return {
    wants: indexes.flatMap(instances).map((oid) => ({ kind: 'instance', oid })),
    parse: (found) => indexes.filter((index) => instances(index).some((oid) => found.value(oid) === value)),
  };
}
