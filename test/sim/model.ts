/**
 * A simulated network as its builder knows it: routers, links, and for each router what it does with the one stream that
 * is traced. Everything is said by id, so that nothing has to be looked up by address: this is the ground truth. What a
 * router would *tell* of it (a Snapshot) is derived in snapshots.ts; what RFC 8487 makes of it, in verdict.ts and truth.ts.
 */

import type { ExtendedQuery } from './extras.ts';

export type Family = 4 | 6;
/** What is traced: (S,G); (*,G); or the path to S, without a group. */
export type Target = 'source-group' | 'group' | 'source';

/** Who answers Mtrace2 for a router. */
export type Speaker =
  | { readonly kind: 'daemon'; readonly daemon: number }
  | { readonly kind: 'native' }
  /** Nobody. `tells`: it sends ICMP port unreachable, RFC 8487 §5.7. */
  | { readonly kind: 'mute'; readonly tells: boolean };

export interface Link {
  readonly id: number;
  readonly members: number[];
  /** Scope of the subnet; `none`: IPv4 unnumbered, IPv6 link-local only. */
  numbering: 'global' | 'unique-local' | 'none';
  prefixLength: number;
  /** IPv6: how routers on it know each other as neighbours. */
  naming: 'link-local' | 'global';
}

/** The "link" of a loopback interface. */
export const LOOPBACK = -1;

export interface Interface {
  readonly index: number;
  /** Link id, or LOOPBACK. */
  readonly link: number;
  /** Of the traced family, on the link's subnet; `undefined`: none. */
  readonly address: string | undefined;
  readonly prefixLength: number;
  /** IPv6. */
  readonly linkLocal: string | undefined;
  /** Other addresses that it has: of other subnets, of the other family. `ADDRESS/LENGTH` */
  readonly others: readonly string[];
  readonly protocol: string | null;
  readonly inPackets: string | null;
  readonly outPackets: string | null;
  multicast: boolean;
  readonly ttlThreshold: number;
  /** `undefined`: not told. */
  mtu: number | undefined;
}

/** Where packets are expected from. */
export interface Parent {
  /** Link id, LOOPBACK (an RP's own), or `undefined`: not known. */
  readonly link: number | undefined;
  /** A router; the source is on that link; or the router is the RP itself. */
  readonly from: number | 'source' | 'self';
}

export type Forwarded = 'forwarding' | 'pruned' | 'notForwarding';

/** A row: (S,G) or (*,G). */
export interface TreeState {
  parent: Parent;
  /** By link. */
  readonly outgoing: Map<number, Forwarded>;
  readonly packets: string | null;
  readonly multicastProtocol: string | null;
  readonly routingProtocol: string | null;
  pruneSent: boolean;
  /** Of the source, for an (S,G) row. */
  readonly prefixLength: number;
}

/** A way that a join would take. */
export interface PathState {
  readonly parent: Parent;
  readonly prefixLength: number;
  readonly routingProtocol: string | null;
}

export interface Router {
  readonly id: number;
  readonly name: string;
  interfaces: Interface[];
  speaker: Speaker;
  /** Whether a daemon can read it. */
  readable: 'yes' | 'broken' | 'silent';
  /** Whether the daemon has read its interface table before the trace. */
  isLearned: boolean;
  /** An address of the daemon's host where it answers as this router, and none of the router's own. */
  standIn: string | undefined;
  sourceState: TreeState | undefined;
  groupState: TreeState | undefined;
  sourcePath: PathState | undefined;
  rpPath: PathState | undefined;
  knowsRp: boolean;
  /** Whether it, or who reads it, knows its neighbours. RFC 8487 §4.3.1 */
  knowsUpstream: boolean;
  /** What it says besides: an Augmented Response Block. Native routers only. */
  readonly augmented: Uint8Array | undefined;
  /** Links on which the group may not pass. */
  readonly scoped: Set<number>;
}

export interface Network {
  readonly family: Family;
  readonly target: Target;
  readonly seed: number;
  readonly links: Link[];
  readonly routers: Router[];
  readonly sourceLink: number;
  readonly clientLink: number;
  readonly source: string;
  readonly client: string;
  readonly group: string;
  readonly rp: number;
  readonly rpAddress: string;
  readonly daemons: number;
  /** Links that the host of each daemon is on. */
  readonly hostLinks: readonly ReadonlySet<number>[];
  /** Daemons that refuse this group: ADMIN_PROHIB. */
  readonly prohibiting: Set<number>;
  /** Daemons that do not tell the client of what is between their routers: INFO_HIDDEN. */
  readonly hiding: ReadonlySet<number>;
  /** Routers that ask on in their own name: REACHED_GW. RFC 8487 §4.5 */
  readonly gateways: ReadonlySet<number>;
  /** Whether daemons send Requests to upstream routers that are nobody's. */
  readonly nativeForward: boolean;
  /** Each daemon has a peer for everything that is neither its own nor another peer's. */
  readonly hasDefaultPeer: boolean;
  readonly query: QueryPlan;
  /** Where all Queries go that are sent, this one and those of other clients. */
  readonly ways: readonly QueryPlan['way'][];
}

export interface QueryPlan {
  readonly id: number;
  /** Client Port #. */
  readonly port: number;
  readonly hops: number;
  readonly extended: readonly ExtendedQuery[];
  readonly way: /** To a daemon's own address. */
    | { readonly kind: 'daemon'; readonly daemon: number }
    /** To all routers of the client's link. */
    | { readonly kind: 'multicast' }
    /** To a router: to a native one on the client's link; else to any of its addresses, or the daemon's stand-in for it. */
    | { readonly kind: 'router'; readonly router: number; readonly address: string };
}

export function interfaceOn(router: Router, link: number | undefined): Interface | undefined {
  return router.interfaces.find((one) => one.link === link);
}

/** The state that RFC 8487 §4.2.2 (4) wants looked at, and what it is about. */
export type Used =
  | { readonly kind: 'source' | 'group'; readonly state: TreeState; readonly path: PathState | undefined }
  | { readonly kind: 'path' | 'rp-path'; readonly state: undefined; readonly path: PathState };

/**
 * RFC 8487 §4.2.2 (4): source-specific state; without it, or when none is desired, group state; without that, or when no
 * group is desired, the path that a join would take. `undefined`: NO_ROUTE.
 */
export function usedState(target: Target, router: Router): Used | undefined {
  const { sourceState, groupState, sourcePath, rpPath } = router;
  if (target === 'source-group' && sourceState) return { kind: 'source', state: sourceState, path: sourcePath };
  if (target !== 'source' && groupState) return { kind: 'group', state: groupState, path: rpPath };
  if (target === 'group') return rpPath && { kind: 'rp-path', state: undefined, path: rpPath };
  return sourcePath && { kind: 'path', state: undefined, path: sourcePath };
}

export function parentOf(used: Used): Parent {
  return (used.state ?? used.path).parent;
}
