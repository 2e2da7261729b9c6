/** Which router has which address, and where. */
import type { InterfaceState } from '../router/state.ts';
import { type Address, addressKey } from '../wire/address.ts';

/** A router of ours, and its interface where that is known. */
export interface Placement {
  readonly router: string;
  readonly interface: InterfaceState | undefined;
}

export interface Placed {
  readonly address: Address;
  readonly placement: Placement;
}

export class Owners {
  /** By address, then by router: a link-local address may stand on each of a thousand. */
  readonly #byAddress = new Map<number | string, Map<string, Placement[]>>();
  readonly #keys = new Map<string, Set<number | string>>();

  of(address: Address): Placement[] {
    return [...(this.#byAddress.get(addressKey(address))?.values() ?? [])].flat();
  }

  /** All that this router has, in place of what it had before. */
  set(router: string, placed: readonly Placed[]): void {
    for (const key of this.#keys.get(router) ?? []) this.#remove(key, router);
    this.#keys.set(router, new Set(placed.map(({ address }) => addressKey(address))));
    for (const { address, placement } of placed) this.#add(addressKey(address), placement);
  }

  #add(key: number | string, placement: Placement): void {
    const owners = this.#byAddress.get(key) ?? new Map<string, Placement[]>();
    this.#byAddress.set(key, owners);
    const placements = owners.get(placement.router) ?? [];
    owners.set(placement.router, placements);
    if (!placements.some((other) => other.interface?.index === placement.interface?.index)) placements.push(placement);
  }

  #remove(key: number | string, router: string): void {
    const owners = this.#byAddress.get(key);
    owners?.delete(router);
    if (owners?.size === 0) this.#byAddress.delete(key);
  }
}

/** The only one, or the only one on the link. All of one router, and no link tells: the router, its interface not known. */
export function theOne(owners: readonly Placement[], isOnLink: (owner: Placement) => boolean): Placement | undefined {
  const onLink = owners.length > 1 ? owners.filter(isOnLink) : owners;
  const [first, ...others] = onLink.length > 0 ? onLink : owners;
  if (first === undefined || others.length === 0) return first;
  return others.every((other) => other.router === first.router) ? { ...first, interface: undefined } : undefined;
}
