/** Why a link is not forwarded to, as the MIBs of PIM have it: asked of those links alone where it matters. */
import type { Address } from '../../../wire/address.ts';
import { excludes, pimStd, rptPrunes } from './pim-std-table.ts';
import type { PimTable } from './pim-table.ts';
import { given, type Question, together } from './question.ts';

/** ifIndexes, of those that were asked for. RFC 7761 §4.1.6 */
export interface LinkStates {
  /** lost_assert(S,G) */
  readonly lostOfSource: ReadonlySet<number>;
  /** lost_assert(*,G) */
  readonly lostOfGroup: ReadonlySet<number>;
  /** prunes(S,G,rpt) */
  readonly pruned: ReadonlySet<number>;
  /** pim_exclude(S,G) */
  readonly excluded: ReadonlySet<number>;
}

/** ifIndexes of links whose state has to be known. */
export interface Contested {
  /** An Assert may have been lost there: they were pruned, have listeners that no row forwards to, or are inherited. */
  readonly lost: readonly number[];
  /** Only (*,G) forwards to them. */
  readonly inherited: readonly number[];
}

/** @param tables those that the agent has of the family */
export function linkStates(
  tables: readonly PimTable[],
  group: Address,
  source: Address | null,
  { lost, inherited }: Contested,
): Question<LinkStates> {
  const lostOf = (one: Address | null) => together(...tables.map((table) => table.lostAsserts(group, one, lost)));
  const isStd = tables.includes(pimStd);
  const all = together(
    source === null ? given([]) : lostOf(source),
    lostOf(null),
    isStd && source !== null ? rptPrunes(group, source, inherited) : given([]),
    isStd && source !== null ? excludes(group, source, inherited) : given([]),
  );
  return {
    wants: all.wants,
    parse: (found) => {
      const [lostOfSource, lostOfGroup, pruned, excluded] = all.parse(found);
      return {
        lostOfSource: new Set(lostOfSource.flat()),
        lostOfGroup: new Set(lostOfGroup.flat()),
        pruned: new Set(pruned),
        excluded: new Set(excluded),
      };
    },
  };
}

export function mergedStates(one: LinkStates, other: LinkStates): LinkStates {
  return {
    lostOfSource: new Set([...one.lostOfSource, ...other.lostOfSource]),
    lostOfGroup: new Set([...one.lostOfGroup, ...other.lostOfGroup]),
    pruned: new Set([...one.pruned, ...other.pruned]),
    excluded: new Set([...one.excluded, ...other.excluded]),
  };
}
