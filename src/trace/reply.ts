/** RFC 8487 §4.4: where a Reply goes. */
import { HEADER } from '../../proto/mtrace2.ts';
import type { Transmit } from '../net/port.ts';
import { type Address, isLinkLocal } from '../wire/address.ts';
import { addressIn, type Memory, type Message } from '../wire/view.ts';

/** A Reply may have to cross any number of routers to reach the client. */
const REPLY_HOP_LIMIT = 255;

/** Whether a client on another link would hear from it. */
function isFromAfar(address: Address | undefined): boolean {
  return address !== undefined && !isLinkLocal(address);
}

/** Where a Query or Request came in. */
export interface Asked {
  readonly port: number;
  /** `undefined`: by multicast. */
  readonly localAddress: Address | undefined;
}

export function reply(memory: Memory, slot: number, message: Message, asked: Asked): Transmit {
  const { clientAddress, clientPort } = HEADER[message.family].f;
  return {
    slot,
    length: message.end - message.base,
    port: asked.port,
    // RFC 8487 §4.4.1, §3.2.3
    destination: addressIn(memory.octets, clientAddress, message.base).slice(),
    destinationPort: clientPort.get(memory.view, message.base),
    // RFC 8487 §4.4.2 wishes for the Outgoing Interface's address; ours to use is the one that was asked.
    source: isFromAfar(asked.localAddress) ? asked.localAddress : undefined,
    interfaceIndex: 0,
    hopLimit: REPLY_HOP_LIMIT,
  };
}
