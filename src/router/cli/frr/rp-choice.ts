/** Which RP pimd takes for which groups, where those of an RP may be a prefix list. IPv4. Pure. */
import { inPrefix, type Prefix, parsePrefix } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import type { BoundaryRule } from '../platform.ts';
import type { Lists } from './lists.ts';

export type RpRow = SnapshotRp | ListedRp;

/** Its groups are those that the list permits. */
export interface ListedRp {
  readonly list: string;
  readonly address: string;
}

/** pimd has it from the start: of equal ranges it is the last. */
const NONE: SnapshotRp = { groups: '224.0.0.0/4', address: '0.0.0.0' };

/** Each is held against each other: more are not understood. */
const RULES_LIMIT = 200;

export function hasGroups(row: RpRow): row is SnapshotRp {
  return 'groups' in row;
}

/**
 * The RP of each range, to be looked up by the longest match. None at all where a list is not understood: any group may be
 * one of its.
 * @param lists `undefined`: not told
 */
export function chosenRps(rows: readonly RpRow[], lists: Lists | undefined): readonly SnapshotRp[] {
  if (rows.every(hasGroups)) return rows;
  const listed = rows.filter((row) => !hasGroups(row));
  // Of equal ranges that of a list counts.
  const inOrder = [...listed, ...rows.filter(hasGroups), NONE];
  const rules = inOrder.map((row) => rulesOf(row, lists));
  if (rules.includes(undefined) || rules.reduce((sum, own) => sum + own!.length, 0) > RULES_LIMIT) return [];
  const candidates = inOrder.map(({ address }, i): Candidate => ({ address, rules: rules[i]!.map(toRange) }));
  const ranges = new Map(candidates.flatMap((one) => one.rules.map(({ groups, prefix }) => [groups, prefix])));
  return [...ranges].map(([groups, prefix]) => ({ groups, address: rpOf(prefix, candidates) }));
}

interface Range extends BoundaryRule {
  readonly prefix: Prefix;
}

interface Candidate {
  readonly address: string;
  readonly rules: readonly Range[];
}

function rulesOf(row: RpRow, lists: Lists | undefined): readonly BoundaryRule[] | undefined {
  if (hasGroups(row)) return [{ groups: row.groups, isPermitted: true }];
  return lists === undefined || lists.has(row.list) ? lists?.get(row.list) : [];
}

function toRange(rule: BoundaryRule): Range {
  return { ...rule, prefix: parsePrefix(rule.groups)! };
}

/** As pimd looks it up: the first entry of a list that covers the range is all that counts of it. */
function rpOf(range: Prefix, candidates: readonly Candidate[]): string {
  let best: { readonly address: string; readonly length: number } | undefined;
  for (const { address, rules } of candidates) {
    const rule = rules.find(({ prefix }) => prefix.length <= range.length && inPrefix(range.address, prefix));
    if (rule?.isPermitted !== true || rule.prefix.length <= (best?.length ?? -1)) continue;
    best = { address, length: rule.prefix.length };
  }
  return best?.address ?? NONE.address;
}
