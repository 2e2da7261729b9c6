/** A trace that waits for something: an answer from a router, or the bad news that a relayed Request did not arrive. */
import type { PeerEndpoint } from '../domain/domain.ts';
import type { RouterState } from '../router/state.ts';
import type { Address } from '../wire/address.ts';
import type { Message } from '../wire/view.ts';
import type { Arrival, OutgoingHint } from './hop.ts';

/** A router that is to add the next block. */
export interface Visit {
  readonly router: string;
  readonly outgoingHint: OutgoingHint;
}

export interface Trace {
  readonly id: number;
  /** Owned by this trace until it is lent out for sending or released. */
  readonly slot: number;
  readonly message: Message;
  /** Where it came in, and on which of our addresses (`undefined`: multicast). */
  readonly port: number;
  readonly interfaceIndex: number;
  readonly localAddress: Address | undefined;
  readonly group: Address | undefined;
  readonly source: Address | undefined;
  readonly client: Address;
  /** When the Request reached the router whose turn it is. RFC 8487 §3.2.4 Query Arrival Time */
  arrival: Arrival;
  /** The end of this daemon's patience, well before the client's. Monotonic milliseconds. */
  readonly budgetEndsMs: number;
  /** Interface tables are asked for once in a trace. */
  hasAskedInterfaces: boolean;
  waiting: Waiting | undefined;
  deadlineMs: number;
}

export type Waiting =
  /** Interface tables that were never read: what `resume` looks for may be in them. */
  | { readonly kind: 'interfaces'; readonly askIds: Set<number>; readonly resume: () => void }
  /** Several routers are on the client's link: which of them forwards the group onto it? */
  | { readonly kind: 'candidates'; readonly candidates: Candidate[]; open: number }
  /** The router whose turn it is. */
  | { readonly kind: 'state'; readonly visit: Visit; readonly askId: number };

export interface Candidate {
  readonly askId: number;
  readonly visit: Visit;
  /** The highest address of its interface on the link decides between equals, as in a PIM DR election. */
  readonly address: Address;
  answer: RouterState | undefined;
}

/** A Request that left for a peer or a native router; its slot is kept to tell the client when it did not arrive. */
export interface Relayed {
  readonly trace: Trace;
  readonly endpoint: PeerEndpoint;
  readonly untilMs: number;
  /** Still lent to the port. */
  isSending: boolean;
}
