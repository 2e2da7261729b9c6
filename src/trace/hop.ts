/**
 * One router's turn with one Request: what is known of the message and of the router, and the Standard Response Block
 * being filled in. The thirteen steps (steps.ts) share it; it lives for one call.
 */
import { STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import type { InterfaceState, RouterState } from '../router/state.ts';
import type { Address } from '../wire/address.ts';
import type { Memory, Message } from '../wire/view.ts';
import type { Forwarding } from './forwarding.ts';

export interface Arrival {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** What the question says of the Outgoing Interface, before the router's state is known. DESIGN §5 */
export interface OutgoingHint {
  /** ifIndex; `undefined`: only the state can tell, or nobody. */
  readonly index: number | undefined;
  /** The address of ours that was asked for: a client's subnet, a stand-in, an Upstream Router Address. */
  readonly address: Address | undefined;
}

/** A router that is to add the next block. */
export interface Visit {
  readonly router: string;
  readonly outgoingHint: OutgoingHint;
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
  /** Step 3. */
  outgoing: InterfaceState | undefined;
  /** Step 4. */
  forwarding: Forwarding | undefined;
}

/** "If Forwarding Code is not already set, set it": the first one encountered is reported. RFC 8487 §4.2.2 */
export function noteForwardingCode(hop: Hop, code: number): void {
  const { forwardingCode } = STANDARD_RESPONSE_BLOCK[hop.message.family].f;
  if (forwardingCode.get(hop.memory.view, hop.block) === ForwardingCode.NO_ERROR) {
    forwardingCode.set(hop.memory.view, hop.block, code);
  }
}
