/**
 * Whose the ranges of groups are where static RPs have theirs by access lists. Of a list the first rule that covers a group
 * decides, of RPs the longest range: so what a list denies within a range that it permits becomes a range of its own, and is
 * whose it would be without that list. Pure.
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
}

/** What a mapping or a rule says of one range. */
interface Row {
  readonly groups: string;
  /** `undefined`: the list denies these groups. */
  readonly address: string | undefined;
  readonly list?: string;
}

/**
 * Lists that deny something, more than anybody has; of others only what they permit counts. Each is asked for each denied
 * range.
 */
const MOST_DENYING = 100;

const ALL_GROUPS = '224.0.0.0/4';
const BITS_OF_ALL = bitsOf(ALL_GROUPS);

/** @param mappings the one that is taken before the others first; so are the rows */
export function rpsOfRanges(mappings: readonly Mapping[], lists: AccessLists): SnapshotRp[] {
  const rows = rowsOf(mappings, lists);
  const byBits = new Map<string, Row[]>();
  for (const row of rows) {
    const bits = bitsOf(row.groups);
    const others = byBits.get(bits);
    if (others === undefined) byBits.set(bits, [row]);
    else others.push(row);
  }
  return rows.map(({ groups, address }) => ({ groups, address: address ?? rpBeside(groups, byBits) }));
}

/** An access list is of one RP, the one that is taken: each of many would have each of many ranges. */
function rowsOf(mappings: readonly Mapping[], lists: AccessLists): Row[] {
  const taken = new Set<string>();
  let denying = 0;
  return mappings.flatMap(({ of, address }): Row[] => {
    if ('range' in of) return [{ groups: of.range, address }];
    const { list } = of;
    if (taken.has(list)) return [];
    taken.add(list);
    const rules = decidingRules(list, lists);
    if (rules.some(({ isPermitted }) => !isPermitted)) denying++;
    return rules
      .filter(({ isPermitted }) => isPermitted || denying <= MOST_DENYING)
      .map(({ groups, isPermitted }) => ({ groups, address: isPermitted ? address : undefined, list }));
  });
}

/** The RP of the longest range around these groups, by none of the lists that deny them. */
function rpBeside(groups: string, byBits: ReadonlyMap<string, readonly Row[]>): string {
  const denying = new Set<string | undefined>();
  for (const rows of valuesAround(bitsOf(groups), byBits)) {
    for (const { address, list } of rows) {
      if (address === undefined) denying.add(list);
      else if (!denying.has(list)) return address;
    }
  }
  return NOBODY;
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
