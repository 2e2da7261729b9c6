/**
 * Reads multicast boundaries from pimd's running configuration, which no other command of 8.4.4 tells: prefix lists, and
 * `ip multicast boundary oil LIST` of an interface. IPv4. Pure: text in, parts out, or a ReaderError.
 */
import { canonicalPrefix, itemsOf, memberOf, numberOf, parseJson, textOf } from '../json.ts';
import type { BoundaryPart, BoundaryRule } from '../platform.ts';

const EVERYTHING = '0.0.0.0/0';

/**
 * Of all VRFs: names of interfaces are unique, but where a VRF is a network namespace; there they are `VRF:NAME`.
 * A list that is not there, is empty or cannot be understood is no boundary; for pimd the first two are none, either.
 */
export function parseBoundaries(output: string, command: string, vrf?: string): BoundaryPart[] {
  const document = parseJson(output, command);
  const lists = prefixLists(document);
  const interfaces = itemsOf(memberOf(memberOf(document, 'frr-interface:lib'), 'interface'));
  return interfaces.flatMap((row) =>
    itemsOf(memberOf(memberOf(row, 'frr-pim:pim'), 'address-family')).flatMap((pim): BoundaryPart[] => {
      const name = nameIn(vrf, textOf(row, 'name'));
      const rules = lists.get(textOf(pim, 'multicast-boundary-oil') ?? '') ?? [];
      const isIpv4 = textOf(pim, 'address-family') === 'frr-routing:ipv4';
      return isIpv4 && name !== undefined && rules.length > 0 ? [{ family: 4, interface: name, rules }] : [];
    }),
  );
}

function nameIn(vrf: string | undefined, name: string | undefined): string | undefined {
  const prefix = `${vrf}:`;
  return vrf !== undefined && name?.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function prefixLists(document: unknown): ReadonlyMap<string, readonly BoundaryRule[]> {
  const lists = new Map<string, readonly BoundaryRule[]>();
  for (const list of itemsOf(memberOf(memberOf(document, 'frr-filter:lib'), 'prefix-list'))) {
    const name = textOf(list, 'name');
    const entries = [...itemsOf(memberOf(list, 'entry'))].sort((a, b) => sequenceOf(a) - sequenceOf(b));
    const rules = entries.map(ruleOf);
    if (textOf(list, 'type') !== 'ipv4' || name === undefined) continue;
    if (rules.every((rule) => rule !== undefined)) lists.set(name, rules);
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
