/**
 * Who may send what to whom: RFC 8487 §9.1, §9.2, by configuration or by what this host and the routers are connected
 * to. Judges addresses and nothing else of a datagram.
 */
import { type Address, inPrefix, isBroadcastOf, type Prefix } from '../wire/address.ts';

export interface AccessOptions {
  /** Who may send Queries; `undefined`: networks of this host and of the routers. */
  readonly queryNetworks: readonly Prefix[] | undefined;
  /** Who may send Requests besides the peers; `undefined`: the routers' neighbors. */
  readonly requestNetworks: readonly Prefix[] | undefined;
  /** Groups that may not be traced, and clients that may not trace; answered with ADMIN_PROHIB, not silence. */
  readonly prohibit: readonly Prefix[];
  /** Clients that may not know of what is between our routers: RFC 8487 §4.6. */
  readonly hideFrom: readonly Prefix[];
  /** What this host is connected to, its own addresses in it, as it is now. */
  readonly hostNetworks: () => readonly Prefix[];
  /** Whether the address is on a subnet of one of the routers. */
  readonly isOnRouterLink: (address: Address) => boolean;
  /** Whether the address is that of everybody on such a subnet. */
  readonly isRouterBroadcast: (address: Address) => boolean;
  /** Whether the address may be that of a router next to one of ours. RFC 8487 §9.7.2 */
  readonly mayBeNeighbor: (address: Address, interfaceIndex: number) => boolean;
}

export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Holds for the sender of a Query and for the client address, to which the Reply goes. */
  mayQuery(address: Address): boolean {
    const { queryNetworks, hostNetworks } = this.#options;
    if (this.isEverybody(address)) return false;
    if (queryNetworks !== undefined) return isInAny(address, queryNetworks);
    return isInAny(address, hostNetworks()) || this.#options.isOnRouterLink(address);
  }

  /**
   * Whether this address may send Requests, and Replies to gateways. Peers are known otherwise.
   * @param interfaceIndex the daemon host's interface that it was heard on
   */
  maySendRequests(address: Address, interfaceIndex: number): boolean {
    const { requestNetworks } = this.#options;
    return requestNetworks === undefined
      ? this.#options.mayBeNeighbor(address, interfaceIndex)
      : isInAny(address, requestNetworks);
  }

  /** RFC 8487 §4.2.2 (2), §9.3, §9.4 */
  isProhibited(group: Address | undefined, client: Address): boolean {
    const { prohibit } = this.#options;
    return isInAny(client, prohibit) || (group !== undefined && isInAny(group, prohibit));
  }

  /** RFC 8487 §4.6, §9.3 */
  isHiddenFrom(client: Address): boolean {
    return isInAny(client, this.#options.hideFrom);
  }

  /** Whether it is everybody on a link of this host: what came to all is not answered. */
  isBroadcast(address: Address): boolean {
    return this.#options.hostNetworks().some((network) => isBroadcastOf(address, network));
  }

  /** Whether it is everybody on any link that is known: nothing is sent there. */
  isEverybody(address: Address): boolean {
    return this.isBroadcast(address) || this.#options.isRouterBroadcast(address);
  }
}

function isInAny(address: Address, networks: readonly Prefix[]): boolean {
  return networks.some((network) => inPrefix(address, network));
}
