/**
 * Whose the ranges of groups are, where RPs have theirs in several ways, static ones by access lists, too. Of a list
 * the first rule that covers a group decides, of what is learned the longest range, and of all that is left the order.
 * So each range that anything is said of has the RP of those groups in it that nothing more is said of. Pure.
 */
import { parsePrefix } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import type { BoundaryRule } from '../platform.ts';
import type { AccessLists } from './parse-access-lists.ts';

/** The groups have no RP. */
export const NOBODY = '0.0.0.0';

/** An RP, and what it is for: one range, or those of an access list. */
export interface Mapping {
  readonly of: { readonly range: string } | { readonly list: string };
  readonly address: string;
  /** By Auto-RP or a BSR. */
  readonly isLearned: boolean;
}

/** What a mapping or a rule says of one range. */
interface Row {
  readonly groups: string;
  /** `undefined`: the list denies these groups. */
  readonly address: string | undefined;
  readonly isLearned: boolean;
  /** The mapping's: the lowest one is taken. */
  readonly order: number;
  /** Of one that denies something. */
  readonly list?: string;
}

/**
 * Lists that deny something, more than anybody has; of others only what they permit counts. Each may count for each
 * range.
 */
const MOST_DENYING = 100;

const ALL_GROUPS = '224.0.0.0/4';
const BITS_OF_ALL = bitsOf(ALL_GROUPS);

/**
 * @param mappings the one that is taken before the others first
 * @returns one row for each range
 */
export function rpsOfRanges(mappings: readonly Mapping[], lists: AccessLists): SnapshotRp[] {
  const byBits = new Map<string, Row[]>();
  for (const row of rowsOf(mappings, lists)) {
    const bits = bitsOf(row.groups);
    const before = byBits.get(bits);
    if (before === undefined) byBits.set(bits, [row]);
    else if (before.at(-1)!.list !== undefined) before.push(row); // Behind one that counts in any case, none does.
  }
  const counting = new Map<string, readonly Row[]>();
  for (const [bits, rows] of [...byBits].sort(([a], [b]) => a.length - b.length)) {
    counting.set(bits, [...rows, ...countingBeside(rows, valuesAround(bits, counting)[0] ?? [])]);
  }
  return [...byBits].map(([bits, rows]) => ({ groups: rows[0]!.groups, address: rpAmong(counting.get(bits)!) }));
}

/** An access list is of one RP, the one that is taken: each of many would have each of many ranges. */
function rowsOf(mappings: readonly Mapping[], lists: AccessLists): Row[] {
  const taken = new Set<string>();
  let denying = 0;
  return mappings.flatMap(({ of, address, isLearned }, order): Row[] => {
    const row = { address, isLearned, order };
    if ('range' in of) return [{ ...row, groups: of.range }];
    const { list } = of;
    if (taken.has(list)) return [];
    taken.add(list);
    const rules = decidingRules(list, lists);
    const permitting = rules.filter(({ isPermitted }) => isPermitted);
    if (permitting.length === rules.length || ++denying > MOST_DENYING)
      return permitting.map(({ groups }) => ({ ...row, groups }));
    return rules.map(({ groups, isPermitted }) => ({
      ...row,
      groups,
      list,
      address: isPermitted ? address : undefined,
    }));
  });
}

/** Those of the next range around that count here, too: of a list, and of what is learned, the longest range does. */
function countingBeside(rows: readonly Row[], around: readonly Row[]): Row[] {
  const lists = new Set(rows.map(({ list }) => list));
  const hasLearned = rows.some(({ isLearned }) => isLearned);
  return around.filter(({ list, isLearned }) => (isLearned ? !hasLearned : list === undefined || !lists.has(list)));
}

function rpAmong(rows: readonly Row[]): string {
  let taken: Row | undefined;
  for (const row of rows) if (row.address !== undefined && row.order < (taken?.order ?? Infinity)) taken = row;
  return taken?.address ?? NOBODY;
}

/** Of these the longest range around a group decides as the first rule of the list does. */
function decidingRules(list: string, lists: AccessLists): BoundaryRule[] {
  const deciding = new Map<string, BoundaryRule>();
  for (const rule of lists.get(list) ?? []) {
    const groups = rule && groupsIn(rule.groups);
    if (groups === undefined) continue;
    const bits = bitsOf(groups);
    // To a rule comes only what none before it covers.
    if (valuesAround(bits, deciding).length === 0) deciding.set(bits, { ...rule!, groups });
  }
  // What is permitted nowhere around need not be denied.
  return [...deciding].flatMap(([bits, rule]) =>
    rule.isPermitted || valuesAround(bits, deciding)[1]?.isPermitted === true ? [rule] : [],
  );
}

/** `permit any`: IOS means groups. `undefined`: there are none in the prefix. */
function groupsIn(prefix: string): string | undefined {
  const bits = bitsOf(prefix);
  if (BITS_OF_ALL.startsWith(bits)) return ALL_GROUPS;
  return bits.startsWith(BITS_OF_ALL) ? prefix : undefined;
}

/** What there is of a range and of all wider ones that it lies in, the longest first. */
function valuesAround<T>(bits: string, byBits: ReadonlyMap<string, T>): T[] {
  const values: T[] = [];
  for (let length = bits.length; length >= 0; length--) {
    const value = byBits.get(bits.slice(0, length));
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** Those of a range that count. A wider one that it lies in has the first of them. */
function bitsOf(groups: string): string {
  const { address, length } = parsePrefix(groups)!;
  return Array.from(address, (octet) => octet.toString(2).padStart(8, '0'))
    .join('')
    .slice(0, length);
}
