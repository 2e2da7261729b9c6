/**
 * One router's turn with one Request: what is known of the message and of the router, and the Standard Response Block
 * being filled in. The thirteen steps (steps.ts) share it; it lives for one call.
 */
import { STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import type { InterfaceState, RouterState } from '../router/state.ts';
import type { Address } from '../wire/address.ts';
import type { Memory, Message } from '../wire/view.ts';

export interface Arrival {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** What the question says of the Outgoing Interface, before the router's state is known. src/README.md */
export interface OutgoingHint {
  /** ifIndex, where the domain knows it: two interfaces of a router may have the same link-local address. */
  readonly index: number | undefined;
  /** The router's own address there: an Upstream Router Address, one on the client's subnet, or perhaps a stand-in. */
  readonly address: Address;
  /** Set for a stand-in: then the interface on the client's subnet comes first, and the only one of the route last. */
  readonly standInClient: Address | undefined;
  /** The Incoming Interface of the router that asks, where that is ours. */
  readonly link?: InterfaceState | undefined;
}

/** A router that is to add the next block. */
export interface Visit {
  readonly router: string;
  readonly outgoingHint: OutgoingHint;
  /** The Request comes from another router of ours. */
  readonly isFromInside: boolean;
}

export interface Hop {
  readonly memory: Memory;
  readonly message: Message;
  /** Base of the block. */
  readonly block: number;
  readonly group: Address | undefined;
  readonly source: Address | undefined;
  readonly state: RouterState;
  readonly arrival: Arrival;
  readonly outgoingHint: OutgoingHint;
  /** The router hides from this client what is upstream of it. RFC 8487 §4.5 */
  readonly isGateway: boolean;
}

/** "If Forwarding Code is not already set, set it": the first one encountered is reported. RFC 8487 §4.2.2 */
export function noteForwardingCode(hop: Hop, code: number): void {
  const { forwardingCode } = STANDARD_RESPONSE_BLOCK[hop.message.family].f;
  if (forwardingCode.get(hop.memory.view, hop.block) === ForwardingCode.NO_ERROR) {
    forwardingCode.set(hop.memory.view, hop.block, code);
  }
}

/** Whether this is the code that is reported. */
export function hasNoted({ memory, message, block }: Hop, code: number): boolean {
  return STANDARD_RESPONSE_BLOCK[message.family].f.forwardingCode.get(memory.view, block) === code;
}

/** Query Arrival Times never decrease along a trace, whatever the wall clock does. */
export function laterOf(arrival: Arrival, unixMs: number): Arrival {
  const seconds = Math.floor(unixMs / 1000);
  const nanoseconds = Math.floor((unixMs - seconds * 1000) * 1e6);
  const isLater = seconds > arrival.seconds || (seconds === arrival.seconds && nanoseconds > arrival.nanoseconds);
  return isLater ? { seconds, nanoseconds } : arrival;
}
