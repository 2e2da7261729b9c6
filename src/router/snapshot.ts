/**
 * The neutral model: what one router says of its multicast forwarding, whatever it was read with.
 * Every reader yields this, the `file` reader's JSON is exactly this, and nothing vendor-specific survives into it.
 * Rows, not objects keyed by group; addresses are text here (this is an edge format); counters are decimal strings,
 * because 64 bits do not fit a JSON number. `null` = the router does not tell. A reader may yield only the rows that
 * matter for one question, but then all of those.
 */
import type { MulticastRoutingProtocol, RoutingProtocol } from '../../proto/registry.ts';

export interface Snapshot {
  readonly name: string;
  /** ISO 8601 time at which the counters were read. */
  readonly takenAt?: string | undefined;
  readonly interfaces: readonly SnapshotInterface[];
  readonly routes?: readonly SnapshotRoute[] | undefined;
  readonly rpf?: readonly SnapshotRpf[] | undefined;
  readonly rps?: readonly SnapshotRp[] | undefined;
  readonly scopes?: readonly SnapshotScope[] | undefined;
  readonly neighbors?: readonly SnapshotNeighbor[] | undefined;
}

export interface SnapshotInterface {
  /** ifIndex of the IF-MIB, 1 to 2^31-1; above: a number of the reader's own, where the router does not tell. */
  readonly index: number;
  readonly name: string;
  /** `ADDRESS/LENGTH`, both families, link-local ones included. */
  readonly addresses: readonly string[];
  /** Whether multicast forwarding is enabled (PIM, IGMP/MLD or a kernel VIF). */
  readonly multicast?: boolean | undefined;
  /** Configured TTL threshold; absent: 1 is assumed where multicast is enabled. */
  readonly ttlThreshold?: number | undefined;
  readonly mtu?: number | undefined;
  /** The protocol spoken on this link: what a trace reports where there is no row for the group. */
  readonly multicastRoutingProtocol?: MulticastRoutingProtocol | null | undefined;
  /** PIM's, of the link: one of each family at most; the router itself is named by its own address. */
  readonly designatedRouters?: readonly string[] | undefined;
  /** Multicast packets of all groups and sources. */
  readonly inMulticastPackets?: string | null | undefined;
  readonly outMulticastPackets?: string | null | undefined;
}

export interface SnapshotRoute {
  readonly group: string;
  /** Absent: full length. */
  readonly groupPrefixLength?: number | undefined;
  /** `null` = (*,G). */
  readonly source: string | null;
  /** Absent: full length. */
  readonly sourcePrefixLength?: number | undefined;
  /** ifIndex on which packets are expected; `null` = not known. */
  readonly incoming: number | null;
  /**
   * RPF neighbour. `null` = directly connected or not known: connected when the source's `rpf` row is connected on
   * `incoming`, or names nobody there and the source is on a subnet of it.
   */
  readonly upstream: string | null;
  readonly outgoing: readonly SnapshotOutgoing[];
  readonly packets?: string | null | undefined;
  readonly multicastRoutingProtocol?: MulticastRoutingProtocol | null | undefined;
  readonly routingProtocol?: RoutingProtocol | null | undefined;
  readonly pruneSent?: boolean | undefined;
  readonly uptimeSeconds?: number | null | undefined;
}

export const OUTGOING_FORWARDING = ['forwarding', 'pruned', 'notForwarding'] as const;
export type OutgoingForwarding = (typeof OUTGOING_FORWARDING)[number];

export interface SnapshotOutgoing {
  readonly index: number;
  /** `pruned`: by the downstream router; `notForwarding`: the router should forward there, but does not, whyever. */
  readonly state: OutgoingForwarding;
}

export interface SnapshotRpf {
  /** The unicast (or multicast RIB) prefix by which a source or an RP is reached. */
  readonly prefix: string;
  /** ifIndex; `null` = unreachable: there is no path, though a row of a shorter prefix may have one. */
  readonly interface: number | null;
  /** `null` = connected; absent = not known: a path that names an interface, and nobody behind it. */
  readonly neighbor?: string | null | undefined;
  readonly routingProtocol?: RoutingProtocol | null | undefined;
}

export interface SnapshotRp {
  readonly groups: string;
  readonly address: string;
}

export const SCOPE_DIRECTIONS = ['in', 'out'] as const;
export type ScopeDirection = (typeof SCOPE_DIRECTIONS)[number];

export interface SnapshotScope {
  readonly groups: string;
  readonly interface: number;
  /** Which packets may not pass; absent: none may. */
  readonly direction?: ScopeDirection | undefined;
  /** What the router calls these groups, for people: `Corporate`. */
  readonly name?: string | undefined;
}

export interface SnapshotNeighbor {
  readonly address: string;
  readonly interface: number;
}
