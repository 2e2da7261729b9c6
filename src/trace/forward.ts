/**
 * RFC 8487 §4.3: where the Request goes next. A router of ours gets its turn without a datagram; a peer daemon or a
 * native router gets the Request by UDP; with nobody to take it, the path ends here and the client is told.
 */
import type { Domain } from '../domain/domain.ts';
import { haveSubnetInCommon } from '../domain/links.ts';
import type { Endpoint } from '../domain/peers.ts';
import type { HostLink, Transmit } from '../net/port.ts';
import type { InterfaceState } from '../router/state.ts';
import {
  type Address,
  familyOf,
  formatAddress,
  inPrefix,
  isLinkLocal,
  isMulticast,
  type Prefix,
} from '../wire/address.ts';
import type { Visit } from './hop.ts';
import type { Trace } from './pending.ts';

/** Upstream routers that are nobody's, and may speak Mtrace2 themselves. */
export interface NativeForwarding {
  /** Whether Requests go to them. */
  readonly forward: boolean;
  readonly port: number;
  /** Those that listen on another port; the longest prefix wins. */
  readonly ports: readonly { readonly routers: Prefix; readonly port: number }[];
}

/** What sending takes that is not in the message. */
export interface ForwardOptions {
  readonly domain: Domain;
  readonly native: NativeForwarding;
  /** What this host is connected to, as it is now. */
  readonly hostLinks: () => readonly HostLink[];
  /** From which port Requests leave, by family. */
  readonly requestPorts: { readonly 4: number | undefined; readonly 6: number | undefined };
  /** The port that can send from this address of ours; `undefined`: none. */
  readonly portFor: (source: Address) => number | undefined;
}

export type NextHop =
  | { readonly kind: 'own'; readonly visit: Visit }
  | { readonly kind: 'peer' | 'native'; readonly endpoint: Endpoint };

/** RFC 8487 §4.2.1: adjacent routers recognise us by it (GTSM). */
const REQUEST_HOP_LIMIT = 255;

/** @returns `undefined`: nobody is known who would take it */
export function nextHop(
  options: ForwardOptions,
  upstream: Address,
  incoming: InterfaceState | undefined,
): NextHop | undefined {
  const { domain, native } = options;
  const owner = domain.ownerOf(upstream, incoming);
  if (owner !== undefined) {
    return {
      kind: 'own',
      visit: {
        router: owner.router,
        outgoingHint: { index: owner.interface?.index, address: upstream, standInClient: undefined, link: incoming },
        isFromInside: true,
      },
    };
  }
  const peer = domain.peerFor(upstream, incoming);
  if (peer !== undefined) return { kind: 'peer', endpoint: peer };
  if (!native.forward) return undefined;
  const link = incoming && hostLinkOn(options, incoming);
  // A link-local one can only be reached from its own link.
  if (isLinkLocal(upstream) && link === undefined) return undefined;
  return { kind: 'native', endpoint: nativeEndpoint(options, upstream, incoming, link) };
}

/**
 * RFC 8487 §4.3.1: the upstream router is not known, its link is. The Request goes to a group of routers there.
 * @returns `undefined`: this host is not on that link, or no Requests go to strangers
 */
export function linkEndpoint(options: ForwardOptions, group: Address, incoming: InterfaceState): Endpoint | undefined {
  const link = hostLinkOn(options, incoming);
  if (!options.native.forward || link === undefined) return undefined;
  return nativeEndpoint(options, group, incoming, link);
}

/** Whether the configuration says that who is there speaks Mtrace2. */
export function isListed({ native }: ForwardOptions, address: Address, incoming: InterfaceState | undefined): boolean {
  return listedPort(native, address, incoming) !== undefined;
}

function hostLinkOn({ hostLinks }: ForwardOptions, { addresses }: InterfaceState): HostLink | undefined {
  return hostLinks().find(({ network }) => haveSubnetInCommon([network], addresses));
}

function nativeEndpoint(
  { domain, native }: ForwardOptions,
  address: Address,
  incoming: InterfaceState | undefined,
  link: HostLink | undefined,
): Endpoint {
  const isScoped = isLinkLocal(address) || isMulticast(address);
  return {
    label: formatAddress(address),
    address,
    port: listedPort(native, address, incoming) ?? native.port,
    interfaceIndex: isScoped ? link?.interfaceIndex : undefined,
    // RFC 8487 §4.3.2, where we may use it.
    source: incoming?.addresses.find(
      (own) => domain.standInFor(own.address) !== undefined && familyOf(own.address) === familyOf(address),
    )?.address,
  };
}

/** A link-local address or a group says nothing by itself: then the subnets of the link do. */
function listedPort(
  { ports }: NativeForwarding,
  address: Address,
  incoming: InterfaceState | undefined,
): number | undefined {
  const isScoped = isLinkLocal(address) || isMulticast(address);
  const subnets = (incoming?.addresses ?? []).map((own) => own.address);
  const targets = isScoped ? subnets.filter((own) => own.length === address.length) : [address];
  const matching = ports.filter(({ routers }) => targets.some((target) => inPrefix(target, routers)));
  return matching.toSorted((a, b) => b.routers.length - a.routers.length)[0]?.port;
}

export function relay(trace: Trace, endpoint: Endpoint, { requestPorts, portFor }: ForwardOptions): Transmit {
  const { source } = endpoint;
  const port = source && portFor(source);
  return {
    slot: trace.slot,
    length: trace.message.end - trace.message.base,
    port: port ?? requestPorts[familyOf(endpoint.address)] ?? trace.port,
    destination: endpoint.address,
    destinationPort: endpoint.port,
    // Not from a stand-in where a peer is asked: it knows this daemon by the address that it listens on.
    source: port === undefined ? undefined : source,
    interfaceIndex: endpoint.interfaceIndex ?? 0,
    hopLimit: REQUEST_HOP_LIMIT,
  };
}
