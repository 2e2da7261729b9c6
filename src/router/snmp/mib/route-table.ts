/**
 * What the MIBs of multicast routes have in common: where a row is, what it tells, and which interfaces and boundaries
 * there are. One file for each MIB makes one of these; reader.ts asks the best that the agent has.
 */
import type { MulticastRoutingProtocol, RoutingProtocol } from '../../../../proto/registry.ts';
import { type Address, type Family, isAllZeros, masked, type Prefix } from '../../../wire/address.ts';
import type { OutgoingForwarding, SnapshotScope } from '../../snapshot.ts';
import type { Oid } from './oid.ts';
import type { Question, Rows } from './question.ts';
import type { SnmpValue } from './varbind.ts';

/** Where single rows are found. */
export interface RowTable {
  /** `IPMROUTE-STD-MIB` */
  readonly name: string;
  /** Where the row may stand, as index text, the usual place first. `source` null: (*,G). */
  places(group: Address, source: Address | null): readonly string[];
  /** Whether there is a row at this place. */
  isThere(place: string): Question<boolean>;
  /** @param links ifIndexes that the row's next hops may be on, in order: where many can be divided */
  row(place: string, links: readonly number[]): Question<RouteRow | undefined>;
}

export interface RouteTable extends RowTable {
  readonly families: readonly Family[];
  /** Scalars that an agent with this MIB has, even when there is no route. */
  readonly presence: readonly Oid[];
  /** Every row has an instance below each; the first is that of the table, the others of what is added to it. */
  readonly rows: (family: Family) => readonly Oid[];
  /** Where a row may stand that is about more than the one group or source, the narrowest first. */
  widePlaces(group: Address, source: Address | null): readonly WidePlace[];
  /** Every row of the family: a load for the agent, a round trip for each few rows. */
  all(family: Family): Question<readonly TableRow[]>;
  readonly interfaces: Question<readonly MulticastInterface[]>;
  readonly boundaries: Question<readonly SnapshotScope[]>;
}

/** What the index of a row names. */
export interface RouteNames {
  readonly group: string;
  readonly groupPrefixLength: number;
  /** null: (*,G) */
  readonly source: string | null;
  readonly sourcePrefixLength: number;
}

export interface WidePlace {
  /** Index text. */
  readonly place: string;
  readonly names: RouteNames;
}

export interface TableRow extends RouteNames {
  readonly row: RouteRow;
}

/** ifIndexes, addresses as text; null: the row does not tell. */
export interface RouteRow {
  readonly incoming: number | null;
  /** null: not known, or the source is directly connected. */
  readonly upstream: string | null;
  readonly outgoing: readonly OutgoingRow[];
  /**
   * Of a row of PIM's own state: links with members, which are forwarded to where this is the Designated Router. Its outgoing
   * interfaces are immediate_olist otherwise (RFC 7761 §4.1.6), and of any other row what is forwarded to.
   */
  readonly members?: readonly number[];
  readonly packets: Count | null;
  /** Whether a prune has gone upstream. */
  readonly isPruned: boolean | null;
  readonly multicastRoutingProtocol: MulticastRoutingProtocol | null;
  readonly routingProtocol: RoutingProtocol | null;
  /** The unicast or multicast RIB prefix by which the upstream was found. */
  readonly rpfPrefix: string | null;
  readonly age: Age | null;
}

export interface OutgoingRow {
  readonly index: number;
  readonly state: OutgoingForwarding;
}

export interface Count {
  readonly value: bigint;
  /** After which it starts at zero again. */
  readonly bits: 32 | 64;
}

/** In hundredths of a second: how long the row has been there, or what sysUpTime said when it came. */
export type Age = { readonly since: number } | { readonly atUpTime: number };

export interface MulticastInterface {
  readonly index: number;
  readonly family: Family;
  /** null: this MIB does not tell. */
  readonly ttlThreshold: number | null;
  readonly multicastRoutingProtocol: MulticastRoutingProtocol | null;
}

/** The next hops of the row at this place, whose index begins with its, and goes on with their ifIndex. */
export function nextHopsOf(column: Oid, place: string, links: readonly number[]): Rows {
  const waypoints = links.map((ifIndex) => `${place}.${ifIndex}`);
  return { kind: 'rows', columns: [column], prefix: place, guess: 2, waypoints };
}

/** ipMRouteNextHopState and ipMcastRouteNextHopState: pruned(1), forwarding(2). */
export function outgoingState(value: SnmpValue | undefined): OutgoingForwarding | undefined {
  return value === 1 ? 'pruned' : value === 2 ? 'forwarding' : undefined;
}

/** Prefixes that cover the address, the longest first, without the address itself: each `step`th length, as long as it is somebody's. */
export function shorterPrefixes(address: Address, step: number): Prefix[] {
  const prefixes: Prefix[] = [];
  for (let length = address.length * 8 - step; length > 0; length -= step)
    prefixes.push({ address: masked(address, length), length });
  return prefixes.filter((prefix) => !isAllZeros(prefix.address));
}
