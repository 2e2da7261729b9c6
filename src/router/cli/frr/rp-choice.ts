/** Which RP pimd takes for which groups, where those of an RP may be a prefix list. IPv4. Pure. */
import type { SnapshotRp } from '../../snapshot.ts';
import type { RpPart } from '../platform.ts';
import type { Lists } from './lists.ts';

export type RpRow = SnapshotRp | ListedRp;

/** Its groups are those that the list permits. */
export interface ListedRp {
  readonly list: string;
  readonly address: string;
}

const ALL_GROUPS = '224.0.0.0/4';

/** pimd has it from the start: of equal ranges it is the last. */
const NONE: SnapshotRp = { groups: ALL_GROUPS, address: '0.0.0.0' };

export function hasGroups(row: RpRow): row is SnapshotRp {
  return 'groups' in row;
}

/**
 * In the order in which one of several with equal ranges counts: those of lists first. None at all where a list is not
 * understood: any group may be one of its. A list that is not there permits nothing.
 * @param lists `undefined`: not told
 */
export function chosenRps(rows: readonly RpRow[], lists: Lists | undefined): readonly RpPart[] {
  if (rows.every(hasGroups)) return rows;
  const parts: RpPart[] = [];
  for (const row of rows) {
    if (hasGroups(row)) continue;
    const rules = lists === undefined || lists.has(row.list) ? lists?.get(row.list) : [];
    if (rules === undefined) return [];
    parts.push({ groups: ALL_GROUPS, rules, address: row.address });
  }
  return [...parts, ...rows.filter(hasGroups), NONE];
}
