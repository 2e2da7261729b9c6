/**
 * RFC 8487 §4.3: where the Request goes next. A router of ours gets its turn without a datagram; a peer daemon or a
 * native router gets the Request by UDP; with nobody to take it, the path ends here and the client is told.
 */
import type { Domain, Endpoint } from '../domain/domain.ts';
import type { Transmit } from '../net/port.ts';
import type { InterfaceState } from '../router/state.ts';
import { type Address, familyOf, formatAddress, isLinkLocal, isMulticast } from '../wire/address.ts';
import type { Visit } from './hop.ts';
import type { Trace } from './pending.ts';

export interface NativeForwarding {
  /** Whether Requests go to upstream routers that are nobody's. */
  readonly forward: boolean;
  readonly port: number;
}

export type NextHop =
  | { readonly kind: 'own'; readonly visit: Visit }
  | { readonly kind: 'peer' | 'native'; readonly endpoint: Endpoint };

/** RFC 8487 §4.2.1: adjacent routers recognise us by it (GTSM). */
const REQUEST_HOP_LIMIT = 255;

/** @returns `undefined`: nobody is known who would take it */
export function nextHop(
  domain: Domain,
  native: NativeForwarding,
  upstream: Address,
  incoming: InterfaceState | undefined,
): NextHop | undefined {
  const owner = domain.ownerOf(upstream, incoming);
  if (owner !== undefined) {
    return {
      kind: 'own',
      visit: {
        router: owner.router,
        outgoingHint: { index: owner.interface?.index, address: upstream, standInClient: undefined },
      },
    };
  }
  const peer = domain.peerFor(upstream, incoming);
  if (peer !== undefined) return { kind: 'peer', endpoint: peer };
  // A link-local or multicast upstream can only be reached from its own link, where this host is not.
  if (!native.forward || isLinkLocal(upstream) || isMulticast(upstream)) return undefined;
  return { kind: 'native', endpoint: { label: formatAddress(upstream), address: upstream, port: native.port } };
}

export function relay(
  trace: Trace,
  endpoint: Endpoint,
  requestPorts: { readonly 4: number | undefined; readonly 6: number | undefined },
): Transmit {
  return {
    slot: trace.slot,
    length: trace.message.end - trace.message.base,
    // Not from a stand-in: peers know this daemon by the address it listens on.
    port: requestPorts[familyOf(endpoint.address)] ?? trace.port,
    destination: endpoint.address,
    destinationPort: endpoint.port,
    source: undefined,
    interfaceIndex: 0,
    hopLimit: REQUEST_HOP_LIMIT,
  };
}
