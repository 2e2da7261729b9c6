/** A trace: one Query or Request on its way through the routers of this daemon. */
import type { Address } from '../wire/address.ts';
import type { Message } from '../wire/view.ts';
import type { Arrival } from './hop.ts';

export interface Trace {
  /** Owned by this trace until it is lent out for sending or released. Another one after a split. */
  slot: number;
  message: Message;
  /** The port it came in on, and on which of our addresses (`undefined`: multicast). */
  readonly port: number;
  readonly localAddress: Address | undefined;
  readonly group: Address | undefined;
  readonly source: Address | undefined;
  readonly client: Address;
  /** Who sent the datagram. */
  readonly sender: Address;
  /** When the Request reached the router whose turn it is. RFC 8487 §3.2.4 Query Arrival Time */
  arrival: Arrival;
  /** The end of this daemon's patience, well before the client's. Monotonic milliseconds. */
  readonly budgetEndsMs: number;
  /** It goes on in the name of a gateway of ours: Replies come to this daemon. RFC 8487 §4.5 */
  isBehindGateway: boolean;
  /** Routers of ours that have had their turn. */
  readonly visited: Set<string>;
  /** Interface tables are asked for once in a trace. */
  hasAskedInterfaces: boolean;
}
