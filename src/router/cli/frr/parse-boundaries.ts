/**
 * Reads multicast boundaries from pimd's running configuration, which no other command of 8.4.4 tells: `ip multicast
 * boundary oil LIST` of an interface, and since 10.3 `ip multicast boundary ACCESS-LIST`. IPv4. Pure.
 */

import type { BoundaryPart } from '../platform.ts';
import { itemsOf, memberOf, textOf } from '../tools/json.ts';
import { accessListsOf, prefixListsOf } from './lists.ts';

/**
 * Of all VRFs: names of interfaces are unique, but where a VRF is a network namespace; there they are `VRF:NAME`.
 * They stop Joins and reports of members, and so what would go out; what comes in there passes.
 * A list that is not there, is empty or cannot be understood is no boundary: better none than a false one.
 * @param document of `show configuration running json`
 */
export function boundariesIn(document: unknown, vrf?: string): BoundaryPart[] {
  const lists = [
    ['multicast-boundary-oil', prefixListsOf(document)],
    ['multicast-boundary-acl', accessListsOf(document)],
  ] as const;
  const interfaces = itemsOf(memberOf(memberOf(document, 'frr-interface:lib'), 'interface'));
  return interfaces.flatMap((row) =>
    itemsOf(memberOf(memberOf(row, 'frr-pim:pim'), 'address-family')).flatMap((pim): BoundaryPart[] => {
      const name = nameIn(vrf, textOf(row, 'name'));
      if (textOf(pim, 'address-family') !== 'frr-routing:ipv4' || name === undefined) return [];
      const applied = lists.map(([leaf, ofKind]) => ofKind.get(textOf(pim, leaf) ?? '') ?? []);
      return applied.flatMap((rules) =>
        rules.length > 0 ? [{ family: 4, interface: name, direction: 'out', rules }] : [],
      );
    }),
  );
}

function nameIn(vrf: string | undefined, name: string | undefined): string | undefined {
  const prefix = `${vrf}:`;
  return vrf !== undefined && name?.startsWith(prefix) ? name.slice(prefix.length) : name;
}
