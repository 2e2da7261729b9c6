/** RFC 8487 §4.4: turns a message into the Reply and says where it goes. */
import { HEADER } from '../../proto/mtrace2.ts';
import type { Transmit } from '../net/port.ts';
import { patchToReply } from '../wire/patch.ts';
import type { Memory } from '../wire/view.ts';
import type { Trace } from './pending.ts';

/** A Reply may have to cross any number of routers to reach the client. */
const REPLY_HOP_LIMIT = 255;

export function reply(memory: Memory, trace: Trace): Transmit {
  const { message } = trace;
  patchToReply(memory.view, message);
  return {
    slot: trace.slot,
    length: message.end - message.base,
    port: trace.port,
    // RFC 8487 §4.4.1, §3.2.3
    destination: trace.client,
    destinationPort: HEADER[message.family].f.clientPort.get(memory.view, message.base),
    // RFC 8487 §4.4.2 wishes for the Outgoing Interface's address; ours to use is the one that was asked.
    source: trace.localAddress,
    interfaceIndex: 0,
    hopLimit: REPLY_HOP_LIMIT,
  };
}
