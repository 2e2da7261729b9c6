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
  isBroadcastOf,
  isLinkLocal,
  type Prefix,
  sameAddress,
} from '../wire/address.ts';
import { hasSubnet, haveSamePlace, haveSubnetInCommon, sharesLink } from './links.ts';
import { Owners, type Placed, type Placement, theOne } from './owners.ts';
import { type Endpoint, isPeer, type Peer, peerFor } from './peers.ts';

export interface RouterIdentity {
  readonly name: string;
  /** Known before the router has been read. */
  readonly addresses: readonly Address[];
  /** Addresses on which the daemon answers as this router. */
  readonly standIn: readonly Address[];
  /** Clients for which the router is a gateway: RFC 8487 §4.5. */
  readonly gateway?: readonly Prefix[] | undefined;
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
  readonly #owners = new Owners();

  constructor(routers: readonly RouterIdentity[], peers: readonly Peer[]) {
    this.#peers = peers;
    for (const identity of routers) {
      const known: KnownRouter = { identity, interfaces: undefined, neighbors: undefined, hasBeenTried: false };
      this.#routers.set(identity.name, known);
      this.#owners.set(identity.name, placementsOf(known));
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
    known.interfaces = interfaces;
    this.#owners.set(router, placementsOf(known));
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

  /** Of the unlearned, those of which no address is known: they may be anywhere. */
  unplaced(): string[] {
    return this.unlearned().filter((router) => this.#routers.get(router)?.identity.addresses.length === 0);
  }

  /** Of the unlearned, those whose first read has not ended yet. */
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
    const owners = this.#owners.of(address);
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
    const owners = this.#owners.of(address);
    const isSeen = (owner: Placement) =>
      neighbor !== undefined &&
      owner.interface !== undefined &&
      interfaceOnSubnet([owner.interface], neighbor) !== undefined;
    // Where that link is known, a link-local address that is ours on another one is somebody else's on it.
    const isLinkKnown = isLinkLocal(address) && neighbor !== undefined && this.isOnRouterLink(neighbor);
    return theOne(isLinkKnown ? owners.filter(isSeen) : owners, isSeen);
  }

  /** Whom the router hears on its links; `undefined`: it was not read, or does not tell. */
  neighborsOf(router: string): readonly NeighborState[] | undefined {
    return this.#routers.get(router)?.neighbors;
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

  /** The subnets of our routers that the address is in, link-local ones apart; of several, the longest. */
  subnetsOf(address: Address): Prefix[] {
    const all = [...this.#routers.values()].flatMap(({ interfaces = [] }) =>
      interfaces.flatMap((own) => own.addresses.filter((one) => !isLinkLocal(one.address) && inPrefix(address, one))),
    );
    const longest = Math.max(...all.map(({ length }) => length));
    return all.filter(({ length }) => length === longest);
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

  /** Whether the address is that of everybody on a subnet of any router of ours. */
  isBroadcast(address: Address): boolean {
    for (const { interfaces = [] } of this.#routers.values()) {
      if (interfaces.some((own) => own.addresses.some((subnet) => isBroadcastOf(address, subnet)))) return true;
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

  /** The way to the peer that answers for this upstream router. */
  peerFor(upstream: Address, link: InterfaceState | undefined): Endpoint | undefined {
    return peerFor(this.#peers, upstream, link);
  }

  /** Whether a datagram from this address and port is a peer's. */
  isPeer(address: Address, port: number): boolean {
    return isPeer(this.#peers, address, port);
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
}

/** Each address of the router, read or configured, and where it has it. */
function placementsOf({ identity, interfaces = [] }: KnownRouter): Placed[] {
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
