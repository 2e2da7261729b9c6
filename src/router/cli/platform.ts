/**
 * What a platform is: a kind of router, as the commands to send and a pure reading of what comes back. No IO, no
 * clock, no state. Interfaces go by name here, as on every CLI; assemble/ turns names into ifIndexes and joins the
 * parts. So a new platform is one folder with commands.ts, parse.ts and the few lines that join the two.
 */
import type { MulticastRoutingProtocol, RoutingProtocol } from '../../../proto/registry.ts';
import type { Family } from '../../wire/address.ts';
import type { ForwardingQuery } from '../port.ts';
import type { OutgoingForwarding, ScopeDirection, SnapshotRp } from '../snapshot.ts';
import type { Batching } from './session/batch.ts';
import type { Terminal } from './session/terminal.ts';

/** Commands that are asked together, and how to read their outputs. */
export interface Question<Part> {
  readonly commands: readonly string[];
  /**
   * @param outputs one for each command, in order; '' where the router had nothing to say
   * @throws ReaderError, and nothing else, when an output that is needed cannot be understood
   */
  parse(outputs: readonly string[]): Part;
  /** What a router is asked that refuses these commands (ERR_READER_COMMAND), for a while; absent: nothing else. */
  readonly otherwise?: Question<Part>;
}

export interface PlatformOptions {
  /** VRF, routing instance or VPN in which the multicast is; `undefined`: the default one. Letters, digits and `._:-`. */
  readonly vrf?: string | undefined;
}

export interface Platform {
  /** As in the configuration: `frr`. */
  readonly name: string;
  /** How its shell takes several commands at once, over transports where each is a program; absent: not at all. */
  readonly batching?: Batching;
  /** What its CLI looks like to who logs in; absent: there is none, but a shell that runs programs. */
  readonly terminal?: Terminal;
  /** Which of equal next hops RPF takes, where no row tells; absent: the first. One by a hash is as good as any. */
  readonly equalNextHops?: EqualNextHops;
  /** Whether RPF takes no next hop on a link where PIM has no neighbour: then there is no path. Absent: no. */
  readonly needsNeighbors?: boolean;
  readonly table: Question<TablePart>;
  /** The state of the query's group, and the counters of the interfaces. Without a group only the counters. */
  forwarding(query: ForwardingQuery): Question<ForwardingPart>;
  /**
   * How `target`, as canonical address text, is reached for RPF purposes; `null` = not at all.
   * @param group that it is reached for, as canonical address text; `null` or absent: none
   */
  path(target: string, family: Family, group?: string | null): Question<PathPart | RecursivePart | null>;
}

/** Of those that are connected, or behind which PIM has a neighbour: the first, or the highest address. */
export type EqualNextHops = 'first' | 'highest';

/** What changes with the router's configuration only, and is kept between reads. */
export interface TablePart {
  readonly interfaces: readonly InterfacePart[];
  /** Names of the interfaces on which multicast forwarding is enabled. */
  readonly multicast: Readonly<Record<Family, readonly string[]>>;
  /** Families of which `multicast` is not known, because the login may not ask. Absent: none. */
  readonly untold?: readonly Family[];
  /** Of those, the ones where only members of groups are listened for: no protocol is spoken there. */
  readonly listening?: readonly string[];
  /** What is spoken on the others, where it is known. */
  readonly multicastRoutingProtocol: MulticastRoutingProtocol | null;
  /** Of nobody (0.0.0.0, ::): the groups have none, though a wider range has one (SSM). */
  readonly rps: readonly RpPart[];
  /** `undefined`: not told. */
  readonly neighbors: readonly NeighborPart[] | undefined;
  /** Of the links where PIM tells it; the router itself by its own address. */
  readonly designatedRouters: readonly NeighborPart[];
  /** `undefined`: not told. */
  readonly boundaries: readonly BoundaryPart[] | undefined;
}

export interface InterfacePart {
  /** ifIndex; `null`: the platform does not tell. */
  readonly index: number | null;
  readonly name: string;
  /** `ADDRESS/LENGTH` as canonical text. */
  readonly addresses: readonly string[];
  readonly mtu: number | undefined;
  /** Of `ip multicast ttl-threshold` and the like; absent: 1 where multicast is enabled. */
  readonly ttlThreshold?: number | undefined;
}

export interface NeighborPart {
  readonly address: string;
  readonly interface: string;
}

export interface RpPart extends SnapshotRp {
  /** The first one that covers a group decides, and its range is the RP's then; absent: it is the RP of all `groups`. */
  readonly rules?: readonly BoundaryRule[];
}

/** Which groups may not pass an interface. */
export interface BoundaryPart {
  readonly family: Family;
  readonly interface: string;
  /** Of packets that may not pass; absent: both. */
  readonly direction?: ScopeDirection;
  /** The first one that covers a group decides; a group that none of them covers may not pass. */
  readonly rules: readonly BoundaryRule[];
}

export interface BoundaryRule {
  /** `ADDRESS/LENGTH` as canonical text, of the boundary's family. */
  readonly groups: string;
  readonly isPermitted: boolean;
}

export interface ForwardingPart {
  /** The interfaces that multicast of the query's family is forwarded between; absent: as in the table. */
  readonly multicast?: readonly string[];
  /** What is spoken between them; absent: as in the table. */
  readonly multicastRoutingProtocol?: MulticastRoutingProtocol | null;
  /** PIM's of the query's family, as they are now; absent or `undefined`: as in the table. */
  readonly neighbors?: readonly NeighborPart[] | undefined;
  /** Of interfaces, as many as these outputs tell of. */
  readonly counters: readonly CounterPart[];
  /** Rows of other groups and sources may be there too. */
  readonly routes: readonly RoutePart[];
  /** `undefined`: this platform does not tell; `[]`: there are none. */
  readonly rps: readonly SnapshotRp[] | undefined;
}

export interface CounterPart {
  readonly interface: string;
  readonly inPackets: string | null;
  readonly outPackets: string | null;
}

export interface RoutePart {
  readonly group: string;
  readonly source: string | null;
  /** Of a row for all sources of a subnet, which `source` is the address of; absent: full length. */
  readonly sourcePrefixLength?: number | undefined;
  /** `null` = not known. */
  readonly incoming: string | null;
  /** The router says that there is none, as where no PIM neighbour is behind the unicast path's next hop. */
  readonly hasNoIncoming?: boolean;
  /** RPF neighbour; `null` = directly connected, `undefined` = this output does not tell: see the path. */
  readonly upstream: string | null | undefined;
  /** Without the register interface; the incoming interface may be among them, and does not count. */
  readonly outgoing: readonly OutgoingPart[];
  readonly packets: string | null;
  readonly multicastRoutingProtocol: MulticastRoutingProtocol | null;
  readonly pruneSent: boolean | undefined;
  readonly uptimeSeconds: number | null;
}

export interface OutgoingPart {
  readonly interface: string;
  readonly state: OutgoingForwarding;
  /** Where entries have one each; absent: that of the interface. */
  readonly ttlThreshold?: number;
}

export interface PathPart extends NexthopPart {
  readonly prefix: string;
  readonly routingProtocol: RoutingProtocol | null;
  /** Equal next hops besides, in the router's order. */
  readonly others?: readonly NexthopPart[];
  /** RPF does not go by it. An entry that was configured may. */
  readonly isUnicastOnly?: boolean;
}

/** A route whose next hop is reached by another route (BGP): the way there is asked for in its turn. */
export interface RecursivePart extends Pick<PathPart, 'prefix' | 'routingProtocol'> {
  /** Canonical address text; `null`: in a table that is not asked (another VRF's, the other family's). */
  readonly nexthop: string | null;
}

export interface NexthopPart {
  readonly interface: string;
  /** `null` = connected; `undefined` = not known: a route by interface only (GRE, PPP, WireGuard) names nobody. */
  readonly neighbor: string | null | undefined;
}

/** Several questions asked as one: their parts, in order. */
export function together<Parts extends readonly unknown[]>(
  ...questions: { readonly [I in keyof Parts]: Question<Parts[I]> }
): Question<Parts> {
  const joined: Question<Parts> = {
    commands: questions.flatMap((question) => question.commands),
    parse: (outputs) => {
      let at = 0;
      const parts = questions.map((question) => {
        const end = at + question.commands.length;
        const part = question.parse(outputs.slice(at, end));
        at = end;
        return part;
      });
      return parts as unknown as Parts;
    },
  };
  if (questions.every((question) => question.otherwise === undefined)) return joined;
  const otherwise = questions.map((question) => question.otherwise ?? question) as unknown as typeof questions;
  return { ...joined, otherwise: together<Parts>(...otherwise) };
}

/** The same question, of whose part something else is made. */
export function made<From, To>({ commands, parse, otherwise }: Question<From>, make: (part: From) => To): Question<To> {
  const question: Question<To> = { commands, parse: (outputs) => make(parse(outputs)) };
  return otherwise === undefined ? question : { ...question, otherwise: made(otherwise, make) };
}

/** A question that costs nothing. */
export function given<Part>(part: Part): Question<Part> {
  return { commands: [], parse: () => part };
}
