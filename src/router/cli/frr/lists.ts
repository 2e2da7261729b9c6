/** Reads the lists of pimd's running configuration as rules about groups. IPv4. Pure. */
import { canonicalPrefix, itemsOf, memberOf, numberOf, textOf } from '../json.ts';
import type { BoundaryRule } from '../platform.ts';

/** By name, in the order that pimd looks at them; `undefined`: not wholly understood. */
export type Lists = ReadonlyMap<string, readonly BoundaryRule[] | undefined>;

const EVERYTHING = '0.0.0.0/0';

/** @param document of `show configuration running json` */
export function prefixListsOf(document: unknown): Lists {
  const lists = new Map<string, readonly BoundaryRule[] | undefined>();
  for (const list of itemsOf(memberOf(memberOf(document, 'frr-filter:lib'), 'prefix-list'))) {
    const name = textOf(list, 'name');
    if (textOf(list, 'type') !== 'ipv4' || name === undefined) continue;
    const entries = [...itemsOf(memberOf(list, 'entry'))].sort((a, b) => sequenceOf(a) - sequenceOf(b));
    const rules = entries.map(ruleOf);
    lists.set(name, rules.every((rule) => rule !== undefined) ? rules : undefined);
  }
  return lists;
}

function sequenceOf(entry: unknown): number {
  return numberOf(entry, 'sequence') ?? 0;
}

/** `le` and `ge` do not matter: pimd asks the list about an address, not about a prefix. */
function ruleOf(entry: unknown): BoundaryRule | undefined {
  const groups = memberOf(entry, 'any') === undefined ? canonicalPrefix(textOf(entry, 'ipv4-prefix')) : EVERYTHING;
  const action = textOf(entry, 'action');
  if (groups === undefined || (action !== 'permit' && action !== 'deny')) return undefined;
  return { groups, isPermitted: action === 'permit' };
}
