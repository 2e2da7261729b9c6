/** May this Request be processed? RFC 8487 §4.2.1, §9.1, §9.2, §9.7.2. Yields a reason to stay silent, or `undefined`. */
import { HEADER } from '../../proto/mtrace2.ts';
import { type Address, isLinkScopedMulticast, isMulticast } from '../wire/address.ts';
import type { Memory, Message } from '../wire/view.ts';
import { type QueryFault, verifyAddresses } from './query.ts';

export type RequestFault =
  | QueryFault
  | 'request-without-block'
  | 'hops-exhausted'
  | 'not-adjacent'
  | 'sent-beyond-link'; // RFC 8487 §4.2.1: to a multicast group that is not link-scoped

/** TTL or hop limit of a datagram that crossed no router: the Generalized TTL Security Mechanism, RFC 5082. */
const ADJACENT_HOP_LIMIT = 255;

export interface RequestSender {
  readonly address: Address;
  readonly hopLimit: number;
  /** A peer daemon: known by address and port, may be many hops away. */
  readonly isPeer: boolean;
  /** What the Request was sent to. */
  readonly destination: Address;
  /** Allowed by configuration, or on a link of one of our routers. */
  readonly isAllowed: boolean;
}

export function verifyRequest(memory: Memory, message: Message, sender: RequestSender): RequestFault | undefined {
  const { f } = HEADER[message.family];
  if (f.clientAddress.octets !== sender.address.length) return 'family-mixed'; // RFC 8487 §3
  if (!sender.isPeer && !sender.isAllowed) return 'sender-not-allowed';
  if (isMulticast(sender.destination) && !isLinkScopedMulticast(sender.destination)) return 'sent-beyond-link';
  // RFC 8487 §4.2.1: GTSM tells adjacent routers from the rest of the world.
  if (!sender.isPeer && sender.hopLimit !== ADJACENT_HOP_LIMIT) return 'not-adjacent';
  const fault = verifyAddresses(memory, message, sender.address);
  if (fault !== undefined) return fault;
  // RFC 8487 §4.2: only the Request that was a Query a moment ago has no block, and that one is never received.
  if (message.standardBlockCount === 0) return 'request-without-block';
  const traced = message.standardBlockCount + message.returnedBlockCount;
  return traced >= f.hops.get(memory.view, message.base) ? 'hops-exhausted' : undefined;
}
