/**
 * May this Query be processed? RFC 8487 §4.1.1, §9.1, §9.2. Yields a reason to stay silent, or `undefined`.
 * Whether this daemon answers for the proper last-hop router is not decided here (domain/, trace/).
 */
import { HEADER } from '../../proto/mtrace2.ts';
import { type Address, isLinkLocal, isLoopback, isMulticast, isUnicast } from '../wire/address.ts';
import { addressIn, isUnspecified, type Memory, type Message } from '../wire/view.ts';

export type QueryFault =
  | 'family-mixed'
  | 'no-group-and-no-source'
  | 'group-not-multicast'
  | 'source-not-unicast'
  | 'client-not-unicast'
  | 'client-loopback' // of another host: here it would be somebody else
  | 'client-port-zero'
  | 'sender-not-allowed'
  | 'client-not-allowed';

/**
 * The three addresses of the header: RFC 8487 §3.2.1, §9.1, §9.7.1. The same for Queries and Requests.
 * @param sender source address of the datagram
 */
export function verifyAddresses(memory: Memory, message: Message, sender: Address): QueryFault | undefined {
  const { f } = HEADER[message.family];
  const group = addressIn(memory.octets, f.multicastAddress, message.base);
  const source = addressIn(memory.octets, f.sourceAddress, message.base);
  const client = addressIn(memory.octets, f.clientAddress, message.base);
  if (isUnspecified(group) && isUnspecified(source)) return 'no-group-and-no-source';
  if (!isUnspecified(group) && !isMulticast(group)) return 'group-not-multicast';
  if (!isUnspecified(source) && !isUnicast(source)) return 'source-not-unicast';
  // A link-local client (IPv6: "global address", §3.2.1) could not be reached from another link.
  if (!isUnicast(client) || isLinkLocal(client)) return 'client-not-unicast';
  if (isLoopback(client) && !isLoopback(sender)) return 'client-loopback';
  if (f.clientPort.get(memory.view, message.base) === 0) return 'client-port-zero';
  return undefined;
}

/**
 * @param sender source address of the datagram
 * @param isAllowed who may ask: holds for the sender and for the client address, to which the Reply will go
 */
export function verifyQuery(
  memory: Memory,
  message: Message,
  sender: Address,
  isAllowed: (address: Address) => boolean,
): QueryFault | undefined {
  if (HEADER[message.family].f.clientAddress.octets !== sender.length) return 'family-mixed'; // RFC 8487 §3
  const fault = verifyAddresses(memory, message, sender);
  if (fault !== undefined) return fault;
  if (!isAllowed(sender)) return 'sender-not-allowed';
  const client = addressIn(memory.octets, HEADER[message.family].f.clientAddress, message.base);
  return isAllowed(client) ? undefined : 'client-not-allowed';
}
