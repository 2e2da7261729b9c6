/** Reads the lists of pimd's running configuration as rules about groups. IPv4. Pure. */

import type { BoundaryRule } from '../platform.ts';
import { canonicalPrefix, itemsOf, memberOf, numberOf, textOf } from '../tools/json.ts';
import { prefixOfWildcard } from '../tools/masks.ts';

/** By name, in the order that pimd looks at them; `undefined`: not wholly understood. */
export type Lists = ReadonlyMap<string, readonly BoundaryRule[] | undefined>;

const EVERYTHING = '0.0.0.0/0';

/** @param document of `show configuration running json` */
export function prefixListsOf(document: unknown): Lists {
  return listsOf(document, 'prefix-list', (entries) => entries.map((entry) => ruleOf(entry, prefixIn(entry))));
}

/** pimd 10.3 to 10.6 looks at entries with a destination first: not understood where that would matter. */
export function accessListsOf(document: unknown): Lists {
  return listsOf(document, 'access-list', (entries) => {
    const destinations = entries.slice(0, entries.findLastIndex(isExtended) + 1);
    return destinations.every(isExtended) ? entries.map((entry) => ruleOf(entry, groupsOf(entry))) : [undefined];
  });
}

function listsOf(
  document: unknown,
  kind: 'prefix-list' | 'access-list',
  rulesOf: (entries: readonly unknown[]) => readonly (BoundaryRule | undefined)[],
): Lists {
  const lists = new Map<string, readonly BoundaryRule[] | undefined>();
  for (const list of itemsOf(memberOf(memberOf(document, 'frr-filter:lib'), kind))) {
    const name = textOf(list, 'name');
    if (textOf(list, 'type') !== 'ipv4' || name === undefined) continue;
    const entries = [...itemsOf(memberOf(list, 'entry'))].sort((a, b) => sequenceOf(a) - sequenceOf(b));
    const rules = rulesOf(entries);
    lists.set(name, rules.every((rule) => rule !== undefined) ? rules : undefined);
  }
  return lists;
}

function sequenceOf(entry: unknown): number {
  return numberOf(entry, 'sequence') ?? 0;
}

function ruleOf(entry: unknown, groups: string | undefined): BoundaryRule | undefined {
  const action = textOf(entry, 'action');
  if (groups === undefined || (action !== 'permit' && action !== 'deny')) return undefined;
  return { groups, isPermitted: action === 'permit' };
}

/** `le` and `ge` do not matter: pimd asks the list about an address, not about a prefix. */
function prefixIn(entry: unknown): string | undefined {
  return memberOf(entry, 'any') === undefined ? canonicalPrefix(textOf(entry, 'ipv4-prefix')) : EVERYTHING;
}

function groupsOf(entry: unknown): string | undefined {
  if (isExtended(entry)) return groupsOfExtended(entry);
  return prefixIn(entry) === undefined ? groupsOfStandard(entry) : groupsIn(entry);
}

/** No group is exactly a prefix that is shorter. */
function groupsIn(entry: unknown): string | undefined {
  const groups = prefixIn(entry);
  return memberOf(entry, 'ipv4-exact-match') !== true || groups?.endsWith('/32') ? groups : undefined;
}

function isExtended(entry: unknown): boolean {
  return ['any', 'host', 'network'].some((what) => memberOf(entry, `destination-${what}`) !== undefined);
}

/** The destination is the group, for which any source has to do. */
function groupsOfExtended(entry: unknown): string | undefined {
  if (memberOf(entry, 'source-any') === undefined) return undefined;
  return memberOf(entry, 'destination-any') !== undefined ? EVERYTHING : networkIn(entry, 'destination-');
}

function groupsOfStandard(entry: unknown): string | undefined {
  return memberOf(entry, 'source-any') !== undefined ? EVERYTHING : networkIn(entry, '');
}

function networkIn(entry: unknown, prefix: string): string | undefined {
  const network = memberOf(entry, `${prefix}network`);
  return network === undefined
    ? canonicalPrefix(textOf(entry, `${prefix}host`))
    : prefixOfWildcard(textOf(network, 'address') ?? '', textOf(network, 'mask') ?? '');
}
