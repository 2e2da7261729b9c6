/** The peer daemons, and the routers that each of them answers for. */
import type { InterfaceState } from '../router/state.ts';
import {
  type Address,
  familyOf,
  isLinkLocal,
  isMulticast,
  type Prefix,
  prefixesOverlap,
  sameAddress,
} from '../wire/address.ts';

export interface Peer {
  readonly name: string;
  /** One per family at most. */
  readonly addresses: readonly Address[];
  readonly port: number;
  /** The routers it answers for. */
  readonly routers: readonly Prefix[];
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

/**
 * The peer that answers for this upstream router, reached over the family of the trace: the longest prefix wins.
 * A link-local upstream (of IPv6: tunnels of IPv4 have such subnets) or a group says nothing by itself: then the subnets of
 * the link it is on decide.
 * RFC 8487 §3: IPv4 messages travel over IPv4, IPv6 messages over IPv6, hence an endpoint of the same family.
 */
export function peerFor(
  peers: readonly Peer[],
  upstream: Address,
  link: InterfaceState | undefined,
): Endpoint | undefined {
  const family = familyOf(upstream);
  const subnets = (link?.addresses ?? []).filter((own) => own.address.length === upstream.length);
  const wanted =
    isMulticast(upstream) || (isLinkLocal(upstream) && family === 6)
      ? subnets.filter((own) => !isLinkLocal(own.address))
      : [{ address: upstream, length: upstream.length * 8 }];
  let best: Endpoint | undefined;
  let length = -1;
  for (const peer of peers) {
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
export function isPeer(peers: readonly Peer[], address: Address, port: number): boolean {
  return peers.some((peer) => peer.port === port && peer.addresses.some((own) => sameAddress(own, address)));
}
