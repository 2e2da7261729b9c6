/** The changes that RFC 8487 allows to octets that were received: Type of the header, Forwarding Code of the last block. */
import { HEADER, STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { ForwardingCode, TlvType } from '../../proto/registry.ts';
import type { Message } from './view.ts';

/** RFC 8487 §3.2.2, §4.1.2: no other field of the header changes (§3.2.1). */
export function patchToRequest(view: DataView, message: Message): void {
  HEADER[message.family].f.type.set(view, message.base, TlvType.REQUEST);
}

/** RFC 8487 §3.2.3 */
export function patchToReply(view: DataView, message: Message): void {
  HEADER[message.family].f.type.set(view, message.base, TlvType.REPLY);
}

/**
 * FATAL_ERROR (RFC 8487 §3.2.4) in the last block, unless a code stands there that tells where packets are lost: the first
 * one noted is reported, RFC 8487 §4.2.2. That nobody goes on from there shows without it: the next router is named, and does not
 * answer.
 */
export function patchFatalError(view: DataView, message: Message): void {
  const noted = STANDARD_RESPONSE_BLOCK[message.family].f.forwardingCode.get(view, message.lastStandardBlock);
  if (noted !== ForwardingCode.NO_ERROR && noted !== ForwardingCode.INFO_HIDDEN) return;
  patchForwardingCode(view, message, message.lastStandardBlock, ForwardingCode.FATAL_ERROR);
}

/** @param block base of a Standard Response Block */
export function patchForwardingCode(view: DataView, message: Message, block: number, code: number): void {
  STANDARD_RESPONSE_BLOCK[message.family].f.forwardingCode.set(view, block, code);
}
