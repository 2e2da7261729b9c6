/** Lists of permitted and denied groups: boundaries, and what an RP is one for. Pure. */
import { type Address, inPrefix, parsePrefix } from '../../../wire/address.ts';
import type { BoundaryRule } from '../platform.ts';

type Rules = readonly BoundaryRule[];

/** The first rule that covers the group. Many interfaces or RPs may have one list: each is looked through once. */
export function deciderOn(group: Address): (rules: Rules) => BoundaryRule | undefined {
  const found = new Map<Rules, BoundaryRule | undefined>();
  return (rules) => {
    if (!found.has(rules))
      found.set(
        rules,
        rules.find((rule) => covers(rule.groups, group)),
      );
    return found.get(rules);
  };
}

function covers(groups: string, group: Address): boolean {
  const prefix = parsePrefix(groups);
  return prefix !== undefined && inPrefix(group, prefix);
}
