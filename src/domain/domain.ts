/**
 * The daemon's picture of who owns what: its own routers with their interfaces, and the peers with the addresses they
 * answer for. It answers three questions, and decides nothing of the protocol: which router has this address, which
 * routers are on this client's link, who speaks for that upstream router.
 *
 * Configured addresses are there from the start; a router's interface table is added when it has been read (`learn`)
 * and replaced by each later one. Addresses are few and change rarely, so look-ups by address are a Map and those by
 * subnet a scan over the routers.
 */
import {
  type InterfaceState,
  interfaceOnSubnet,
  interfaceWithAddress,
  isPim,
  type NeighborState,
} from '../router/state.ts';
import {
  type Address,
  addressKey,
  type Family,
  familyOf,
  inPrefix,
  isLinkLocal,
  type Prefix,
  prefixesOverlap,
  sameAddress,
} from '../wire/address.ts';

export interface RouterIdentity {
  readonly name: string;
  /** Known before the router has been read. */
  readonly addresses: readonly Address[];
  /** Addresses on which the daemon answers as this router. */
  readonly standIn: readonly Address[];
  /** Clients for which the router is a gateway: RFC 8487 §4.5. */
  readonly gateway?: readonly Prefix[] | undefined;
}

export interface Peer {
  readonly name: string;
  /** One per family at most. */
  readonly addresses: readonly Address[];
  readonly port: number;
  /** The routers it answers for. */
  readonly routers: readonly Prefix[];
}

/** A router of ours, and its interface where that is known. */
export interface Placement {
  readonly router: string;
  readonly interface: InterfaceState | undefined;
}

/** Where a Request goes on its way to a router that is not ours. */
export interface Endpoint {
  /** The peer's name, or the native router's address: for the log. */
  readonly label: string;
  readonly address: Address;
  readonly port: number;
  /** This host's interface to its link, where the address alone does not tell. */
  readonly interfaceIndex?: number | undefined;
  /** The address to send from, where it is not this daemon's. */
  readonly source?: Address | undefined;
}

interface KnownRouter {
  readonly identity: RouterIdentity;
  interfaces: readonly InterfaceState[] | undefined;
  /** `undefined`: never read. */
  neighbors: readonly NeighborState[] | undefined;
  /** Whether a read has ended, in whatever way. */
  hasBeenTried: boolean;
}

export class Domain {
  readonly #routers = new Map<string, KnownRouter>();
  readonly #peers: readonly Peer[];
  /** By address, then by router: a link-local address may stand on each of a thousand. */
  readonly #owners = new Map<number | string, Map<string, Placement[]>>();

  constructor(routers: readonly RouterIdentity[], peers: readonly Peer[]) {
    this.#peers = peers;
    for (const identity of routers) {
      const known: KnownRouter = { identity, interfaces: undefined, neighbors: undefined, hasBeenTried: false };
      this.#routers.set(identity.name, known);
      this.#addOwner(known);
    }
  }

  /**
   * Takes over a router's interface table, and its neighbors where they were read, in place of those before. Cheap when all
   * is as it was but for counters.
   */
  learn(router: string, interfaces: readonly InterfaceState[], neighbors?: readonly NeighborState[]): void {
    const known = this.#routers.get(router);
    if (known === undefined) return;
    known.hasBeenTried = true;
    known.neighbors = neighbors ?? known.neighbors;
    if (known.interfaces !== undefined && haveSamePlace(known.interfaces, interfaces)) return;
    this.#removeOwner(known);
    known.interfaces = interfaces;
    this.#addOwner(known);
  }

  /** The router was asked, and did not tell. */
  couldNotLearn(router: string): void {
    const known = this.#routers.get(router);
    if (known !== undefined) known.hasBeenTried = true;
  }

  /** The interface table as last learned; `undefined`: never read. */
  interfacesOf(router: string): readonly InterfaceState[] | undefined {
    return this.#routers.get(router)?.interfaces;
  }

  /** Routers whose interface table has never been read. */
  unlearned(): string[] {
    return [...this.#routers.values()].filter((known) => known.interfaces === undefined).map((k) => k.identity.name);
  }

  /** Of these, the ones whose first read has not ended yet. */
  untried(): string[] {
    return this.unlearned().filter((router) => !this.#routers.get(router)?.hasBeenTried);
  }

  /** The router for which the daemon stands in on this address. */
  standInFor(destination: Address): string | undefined {
    for (const { identity } of this.#routers.values()) {
      if (identity.standIn.some((address) => addressKey(address) === addressKey(destination))) return identity.name;
    }
    return undefined;
  }

  isGatewayFor(router: string, client: Address): boolean {
    return this.#routers.get(router)?.identity.gateway?.some((clients) => inPrefix(client, clients)) ?? false;
  }

  /**
   * The address in whose name a gateway asks on: that of its RPF interface, "the Mtrace2 Client Address" of RFC 8487 §4.5,
   * unless a Reply would reach the daemon at another one only. `undefined`: it has none of that family.
   */
  gatewayAddress(router: string, incoming: InterfaceState | undefined, family: Family): Address | undefined {
    const isFit = (address: Address) => familyOf(address) === family && !isLinkLocal(address);
    const standIns = this.#routers.get(router)?.identity.standIn.filter(isFit) ?? [];
    const own = incoming?.addresses.map(({ address }) => address).filter(isFit) ?? [];
    const both = own.find((address) => standIns.some((standIn) => sameAddress(standIn, address)));
    return both ?? standIns[0] ?? own[0];
  }

  /**
   * The router of ours that has this address, and where. An address that stands on several routers (link-local, anycast)
   * or on several interfaces of one is told apart by the link it is seen from: `link` is the downstream router's
   * Incoming Interface. RFC 8487 §3.2.5 (Remote Address with the assistance of Incoming Interface ID and Local Address)
   * A link without a subnet is known by who hears whom there.
   */
  ownerOf(address: Address, link?: InterfaceState): Placement | undefined {
    const owners = this.#ownersOf(address);
    if (link === undefined) return theOne(owners, () => false);
    const family = familyOf(address);
    const isOnLink = (owner: Placement) =>
      sharesLink(owner.interface, link) || this.#hears(owner, link, family) === true;
    return theOne(isLinkLocal(address) ? owners.filter((owner) => this.#mayShareLink(owner, link)) : owners, isOnLink);
  }

  /**
   * The same for a Request that came from outside: the downstream router is known by its Local Address only (IPv6), and
   * may or may not have it on the shared link.
   */
  ownerSeenFrom(address: Address, neighbor: Address | undefined): Placement | undefined {
    const owners = this.#ownersOf(address);
    const isSeen = (owner: Placement) =>
      neighbor !== undefined &&
      owner.interface !== undefined &&
      interfaceOnSubnet([owner.interface], neighbor) !== undefined;
    // Where that link is known, a link-local address that is ours on another one is somebody else's on it.
    const isLinkKnown = isLinkLocal(address) && neighbor !== undefined && this.isOnRouterLink(neighbor);
    return theOne(isLinkKnown ? owners.filter(isSeen) : owners, isSeen);
  }

  /** Our routers with a multicast interface on the subnet of this client. RFC 8487 §4.1.1 */
  onSubnetOf(client: Address): Placement[] {
    const found: Placement[] = [];
    for (const { identity, interfaces } of this.#routers.values()) {
      const multicast = interfaces?.filter((candidate) => candidate.multicast) ?? [];
      const onSubnet = interfaceOnSubnet(multicast, client);
      if (onSubnet !== undefined) found.push({ router: identity.name, interface: onSubnet });
    }
    return found;
  }

  /** Our routers with a multicast interface on one of these subnets, each with the first such interface. */
  onSubnets(subnets: readonly Prefix[]): Placement[] {
    const found: Placement[] = [];
    for (const { identity, interfaces = [] } of this.#routers.values()) {
      const on = interfaces.find((own) => own.multicast && haveSubnetInCommon(own.addresses, subnets));
      if (on !== undefined) found.push({ router: identity.name, interface: on });
    }
    return found;
  }

  /** Our routers on the subnet of this client that had multicast disabled there when their table was read. */
  withoutMulticastOn(client: Address): string[] {
    return [...this.#routers.values()].flatMap(({ identity, interfaces = [] }) => {
      const on = interfaceOnSubnet(interfaces, client);
      return on === undefined || on.multicast ? [] : [identity.name];
    });
  }

  /** Whether the address is on a subnet of any router of ours. */
  isOnRouterLink(address: Address): boolean {
    for (const { interfaces } of this.#routers.values()) {
      if (interfaces !== undefined && interfaceOnSubnet(interfaces, address) !== undefined) return true;
    }
    return false;
  }

  /**
   * Whether the address may be that of a router next to one of ours, RFC 8487 §9.7.2: a neighbor that PIM knows; where it is
   * not PIM that would know, any address of the link. PIM knows its IPv6 neighbors by link-local address: a global one has
   * to be believed.
   * @param here the subnets of the link that it was heard on, by which a link-local address is told apart
   */
  mayBeNeighbor(address: Address, here: readonly Prefix[]): boolean {
    const family = familyOf(address);
    for (const { interfaces = [], neighbors } of this.#routers.values()) {
      if (neighbors?.some((neighbor) => sameAddress(neighbor.address, address))) return true;
      const on = isLinkLocal(address)
        ? interfaces.find((own) => haveSubnetInCommon(own.addresses, here))
        : interfaceOnSubnet(interfaces, address);
      if (on === undefined) continue;
      const known = neighbors?.filter((one) => one.interface.index === on.index) ?? [];
      const isAnyKnown = known.some((neighbor) => familyOf(neighbor.address) === family);
      if (family === 6 && !(isLinkLocal(address) && isAnyKnown)) return true;
      if (family === 4 && (neighbors === undefined || !(isPim(on.multicastRoutingProtocol) || isAnyKnown))) return true;
    }
    return false;
  }

  /**
   * The peer that answers for this upstream router, reached over the family of the trace: the longest prefix wins.
   * A link-local upstream says nothing by itself: then the subnets of the link it is on decide.
   * RFC 8487 §3: IPv4 messages travel over IPv4, IPv6 messages over IPv6, hence an endpoint of the same family.
   */
  peerFor(upstream: Address, link: InterfaceState | undefined): Endpoint | undefined {
    const family = familyOf(upstream);
    const wanted = isLinkLocal(upstream)
      ? (link?.addresses ?? []).filter((own) => own.address.length === upstream.length && !isLinkLocal(own.address))
      : [{ address: upstream, length: upstream.length * 8 }];
    let best: Endpoint | undefined;
    let length = -1;
    for (const peer of this.#peers) {
      const address = peer.addresses.find((candidate) => familyOf(candidate) === family);
      if (address === undefined) continue;
      for (const prefix of peer.routers) {
        if (prefix.length > length && wanted.some((target) => prefixesOverlap(target, prefix))) {
          best = { label: peer.name, address, port: peer.port };
          length = prefix.length;
        }
      }
    }
    return best;
  }

  /** Whether a datagram from this address and port is a peer's. */
  isPeer(address: Address, port: number): boolean {
    return this.#peers.some(
      (peer) => peer.port === port && peer.addresses.some((own) => addressKey(own) === addressKey(address)),
    );
  }

  /**
   * Whether a router of ours may have this interface on that link, by what is known of both: a link-local address says
   * nothing of another link.
   */
  #mayShareLink(owner: Placement, link: InterfaceState): boolean {
    if (owner.interface === undefined) return true;
    if (hasSubnet(owner.interface) && hasSubnet(link)) return sharesLink(owner.interface, link);
    return this.#hears(owner, link, 6) ?? true;
  }

  /** Whether a router of ours has whoever is on that link for a neighbor; `undefined`: it is not known what neighbors it has. */
  #hears({ router, interface: own }: Placement, link: InterfaceState, family: Family): boolean | undefined {
    const heard = this.#routers.get(router)?.neighbors?.filter(({ address }) => familyOf(address) === family) ?? [];
    if (heard.length === 0 || own === undefined) return undefined;
    return heard.some((neighbor) => {
      const isHere = neighbor.interface.index === own.index;
      return isHere && link.addresses.some(({ address }) => sameAddress(address, neighbor.address));
    });
  }

  #ownersOf(address: Address): Placement[] {
    return [...(this.#owners.get(addressKey(address))?.values() ?? [])].flat();
  }

  #addOwner(known: KnownRouter): void {
    for (const { address, placement } of placementsOf(known)) {
      const key = addressKey(address);
      const owners = this.#owners.get(key) ?? new Map<string, Placement[]>();
      this.#owners.set(key, owners);
      const placements = owners.get(placement.router) ?? [];
      owners.set(placement.router, placements);
      if (!placements.some((other) => other.interface?.index === placement.interface?.index))
        placements.push(placement);
    }
  }

  #removeOwner(known: KnownRouter): void {
    for (const { address, placement } of placementsOf(known)) {
      const key = addressKey(address);
      const owners = this.#owners.get(key);
      owners?.delete(placement.router);
      if (owners?.size === 0) this.#owners.delete(key);
    }
  }
}

/** Each address of the router, read or configured, and where it has it. */
function placementsOf({ identity, interfaces = [] }: KnownRouter): { address: Address; placement: Placement }[] {
  const router = identity.name;
  return [
    ...interfaces.flatMap((owner) =>
      owner.addresses.map(({ address }) => ({ address, placement: { router, interface: owner } })),
    ),
    ...identity.addresses.map((address) => ({
      address,
      placement: { router, interface: interfaceWithAddress(interfaces, address) },
    })),
  ];
}

/** The only one, or the only one on the link. All of one router, and no link tells: the router, its interface not known. */
function theOne(owners: readonly Placement[], isOnLink: (owner: Placement) => boolean): Placement | undefined {
  const onLink = owners.length > 1 ? owners.filter(isOnLink) : owners;
  const [first, ...others] = onLink.length > 0 ? onLink : owners;
  if (first === undefined || others.length === 0) return first;
  return others.every((other) => other.router === first.router) ? { ...first, interface: undefined } : undefined;
}

/** Whether two tables place the router's interfaces alike: all that is ever asked of a domain. */
function haveSamePlace(before: readonly InterfaceState[], after: readonly InterfaceState[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((a, i) => {
    const b = after[i]!;
    if (a.index !== b.index || a.multicast !== b.multicast || a.addresses.length !== b.addresses.length) return false;
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

function hasSubnet({ addresses }: InterfaceState): boolean {
  return addresses.some(({ address, length }) => !isLinkLocal(address) && length < address.length * 8);
}

/** Whether the two interfaces have a subnet in common, link-local ones apart. */
function sharesLink(a: InterfaceState | undefined, b: InterfaceState): boolean {
  return a !== undefined && haveSubnetInCommon(a.addresses, b.addresses);
}

/** Link-local ones apart: they are the same on every link. */
export function haveSubnetInCommon(some: readonly Prefix[], others: readonly Prefix[]): boolean {
  return some.some(
    (own) =>
      !isLinkLocal(own.address) && others.some((other) => inPrefix(other.address, own) && inPrefix(own.address, other)),
  );
}
