/** What subnets tell of links: who is on which, and whether two interfaces are on the same. */
import type { InterfaceState } from '../router/state.ts';
import { type Address, inPrefix, isLinkLocal, type Prefix, sameAddress } from '../wire/address.ts';

/** Whether the two interfaces have a subnet in common, link-local ones apart. */
export function sharesLink(a: InterfaceState | undefined, b: InterfaceState): boolean {
  return a !== undefined && haveSubnetInCommon(a.addresses, b.addresses);
}

/** Link-local ones apart: they are the same on every link. */
export function haveSubnetInCommon(some: readonly Prefix[], others: readonly Prefix[]): boolean {
  return some.some(
    (own) =>
      !isLinkLocal(own.address) && others.some((other) => inPrefix(other.address, own) && inPrefix(own.address, other)),
  );
}

/** Whether two tables place the router's interfaces alike: all that is ever asked of a domain. */
export function haveSamePlace(before: readonly InterfaceState[], after: readonly InterfaceState[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((a, i) => {
    const b = after[i]!;
    if (a.index !== b.index || a.multicast !== b.multicast || a.addresses.length !== b.addresses.length) return false;
    if (a.multicastRoutingProtocol !== b.multicastRoutingProtocol) return false;
    if (!areSame(a.designatedRouters, b.designatedRouters)) return false;
    return a.addresses.every((own, j) => {
      const other = b.addresses[j]!;
      return own.length === other.length && sameAddress(own.address, other.address);
    });
  });
}

function areSame(some: readonly Address[], others: readonly Address[]): boolean {
  return some.length === others.length && some.every((address, i) => sameAddress(address, others[i]!));
}

/** Whether another router may be known to be on its link. */
export function hasSubnet({ addresses }: InterfaceState): boolean {
  return addresses.some(({ address, length }) => !isLinkLocal(address) && length < address.length * 8);
}
