/**
 * Reads multicast boundaries from pimd's running configuration, which no other command of 8.4.4 tells: `ip multicast
 * boundary oil LIST` of an interface. IPv4. Pure.
 */
import { itemsOf, memberOf, textOf } from '../json.ts';
import type { BoundaryPart } from '../platform.ts';
import { prefixListsOf } from './lists.ts';

/**
 * Of all VRFs: names of interfaces are unique, but where a VRF is a network namespace; there they are `VRF:NAME`.
 * A list that is not there, is empty or cannot be understood is no boundary; for pimd the first two are none, either.
 * @param document of `show configuration running json`
 */
export function boundariesIn(document: unknown, vrf?: string): BoundaryPart[] {
  const lists = prefixListsOf(document);
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
