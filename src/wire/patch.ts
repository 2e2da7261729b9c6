/** The changes that RFC 8487 allows to octets that were received: Type of the header, Forwarding Code of the last block. */
import { HEADER, STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import type { Message } from './view.ts';

/** RFC 8487 §3.2.2, §4.1.2: no other field of the header changes (§3.2.1). */
export function patchToRequest(view: DataView, message: Message): void {
  HEADER[message.family].f.type.set(view, message.base, TlvType.REQUEST);
}

/** RFC 8487 §3.2.3 */
export function patchToReply(view: DataView, message: Message): void {
  HEADER[message.family].f.type.set(view, message.base, TlvType.REPLY);
}

/** @param block base of a Standard Response Block */
export function patchForwardingCode(view: DataView, message: Message, block: number, code: number): void {
  STANDARD_RESPONSE_BLOCK[message.family].f.forwardingCode.set(view, block, code);
}
