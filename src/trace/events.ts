/** What goes into the engine and what comes out of it: values only. The edges (daemon/) carry them out. */
import type { Transmit } from '../net/port.ts';
import type { InterfaceState, RouterState } from '../router/state.ts';
import type { QueryFault } from '../verify/query.ts';
import type { RequestFault } from '../verify/request.ts';
import type { Address, Family } from '../wire/address.ts';
import type { FramingFault } from '../wire/view.ts';

/** The clock, passed in with every call. */
export interface Now {
  /** Milliseconds on a clock that never goes back: deadlines. */
  readonly monotonicMs: number;
  /** Milliseconds since 1970: Query Arrival Time of routers that no datagram reaches. */
  readonly unixMs: number;
}

/** Asks a router for the state that one block needs, or for its interface table. To be answered with `answered`. */
export interface Ask {
  readonly kind: 'ask';
  readonly askId: number;
  readonly router: string;
  readonly wanted: ForwardingWanted | 'interfaces';
  /** Whose block the trace has got before: the router downstream, where it is one of ours. */
  readonly after: string | undefined;
}

export interface ForwardingWanted {
  readonly family: Family;
  /** At most one of the two is undefined. */
  readonly group: Address | undefined;
  readonly source: Address | undefined;
}

/** A state; an interface table; or `undefined`: the router could not be read. */
export type Answer = RouterState | readonly InterfaceState[] | undefined;

/** The slot is lent until `sent(slot)` is called. */
export interface Send {
  readonly kind: 'send';
  readonly transmit: Transmit;
}

/** A datagram that gets no answer. Its slot is free again. */
export interface Drop {
  readonly kind: 'drop';
  readonly slot: number;
  readonly reason: DropReason;
  /** Valid until the next `receive`, as is an address in `value`. */
  readonly sender: Address;
  /** The offending value, when it is not the sender: a length, a hop limit, a Query ID, an address of the header. */
  readonly value: number | Address | undefined;
}

/** Something worth a line in the log. */
export interface Note {
  readonly kind: 'note';
  readonly event:
    | 'replied'
    | 'split'
    | 'halved'
    | 'reached-gateway'
    | 'relayed'
    | 'reply-relayed'
    | 'upstream-unreachable'
    | 'router-not-read'
    | 'last-hop-may-be-unread' // subject: routers of ours that have not been read yet
    | DeadEnd;
  readonly client: Address;
  readonly queryId: number;
  /** Router or peer that it is about, where it is about one. */
  readonly subject: string | undefined;
  readonly standardBlockCount: number;
  /** Forwarding Code of the last block; -1 when there is none. */
  readonly forwardingCode: number;
}

/** Why a trace ends with FATAL_ERROR though its routers have answered. */
export type DeadEnd =
  | 'path-loops' // subject: the router that comes again
  | 'upstream-unserved' // subject: an address that is no router's of ours, of a peer, or one to forward to
  | 'upstream-may-be-unread' // subject: its address, or the link to it, and routers of ours that have not been read yet
  | 'upstream-not-known' // nobody named on the link
  | 'upstream-not-named' // known, but a peer could not tell which of its routers is meant
  | 'request-for-unknown-router' // a peer takes it for ours; subject: its address
  | 'reply-cannot-return'; // to the client, or to the gateway; subject: its address

/** The engine is done with the slot. */
export interface Release {
  readonly kind: 'release';
  readonly slot: number;
}

export type Output = Ask | Send | Drop | Note | Release;

export type DropReason =
  | FramingFault
  | QueryFault
  | RequestFault
  | 'sent-to-broadcast' // RFC 8487 §4.1.1 knows unicast and multicast
  | 'reply-not-ours' // to no Query that a gateway of ours has out
  | 'reply-over-limit' // limits.requests, which holds for Replies to gateways too. RFC 8487 §9.6
  | 'gateway-query-undeliverable' // RFC 8487 §4.5: the way on from a gateway of ours, of which nobody will hear
  | 'gateway-not-on-link' // RFC 8487 §4.5: its stand-in address is not the one towards the source, so nobody there is its last hop
  | 'reply-of-too-many-blocks' // more than any path has, by what it counts
  | 'query-our-own' // of a gateway of ours, come back by way of a multicast group
  | 'query-too-long' // no room for a single block behind its Extended Query Blocks
  | 'query-duplicate' // the same client address and Query ID within [Mtrace Reply Timeout]. RFC 8487 §4.1.1
  | 'query-over-limit' // limits.queries. RFC 8487 §9.5
  | 'query-by-multicast-not-last-hop' // RFC 8487 §4.1.1: silence where a unicast Query gets WRONG_LAST_HOP
  | 'request-too-long' // longer than any Request may be: neither could its Reply leave. RFC 8487 §3
  | 'reply-too-long' // the same of a Reply that a gateway of ours would relay
  | 'request-over-limit' // limits.requests. RFC 8487 §9.5
  | 'request-names-no-upstream' // the last block does not say whom the Request is for
  | 'request-by-multicast-not-last-hop' // no router of ours forwards onto that link
  | 'request-not-for-us'; // RFC 8487 §4.2.1: not addressed to a router of ours
