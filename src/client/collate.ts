/**
 * Replies to one Query become one path. Pure. Several Replies come when a router ran out of room (NO_SPACE): they are
 * one Reply in pieces, joined in order of arrival; the mark itself is no error of the path. RFC 8487 §5.8, §5.9
 */
import { STANDARD_RESPONSE_BLOCK, standardResponseBlockV4, standardResponseBlockV6 } from '../../proto/mtrace2.ts';
import { ForwardingCode, TlvType } from '../../proto/registry.ts';
import { isAllZeros } from '../wire/address.ts';
import { addressIn, forEachBlock, type Memory, type Message } from '../wire/view.ts';

export interface Reply {
  readonly memory: Memory;
  readonly message: Message;
}

/** A Standard Response Block of a Reply: one router. */
export interface HopBlock {
  readonly reply: Reply;
  readonly base: number;
}

export type Ending =
  | 'reached-source' // RFC 8487 §5.8.1
  | 'reached-rp'
  | 'ended-before'
  | 'no-reply';

export function hopsOf(replies: readonly Reply[]): HopBlock[] {
  const hops: HopBlock[] = [];
  for (const reply of replies) {
    forEachBlock(reply.memory.view, reply.message, (base, type) => {
      if (type === TlvType.STANDARD_RESPONSE_BLOCK) hops.push({ reply, base });
    });
  }
  return hops;
}

export function codeOf({ reply, base }: HopBlock): number {
  return STANDARD_RESPONSE_BLOCK[reply.message.family].f.forwardingCode.get(reply.memory.view, base);
}

/** Whether more Replies to the same Query are to be expected. */
export function isIncomplete(replies: readonly Reply[]): boolean {
  const last = hopsOf(replies).at(-1);
  return last === undefined || codeOf(last) === ForwardingCode.NO_SPACE;
}

export function endingOf(replies: readonly Reply[]): Ending {
  const last = hopsOf(replies).at(-1);
  if (last === undefined) return 'no-reply';
  const code = codeOf(last);
  if (code === ForwardingCode.REACHED_RP) return 'reached-rp';
  // RFC 8487 §5.8.2: the high bit is an error that stopped the trace, wherever it was.
  if (code >= 0x80) return 'ended-before';
  return isDirectlyConnected(last) ? 'reached-source' : 'ended-before';
}

/** "The Incoming Interface of the last router is non-zero, but the upstream router is zero." RFC 8487 §5.8.1 */
export function isDirectlyConnected({ reply, base }: HopBlock): boolean {
  const { view, octets } = reply.memory;
  if (reply.message.family === 4) {
    const { incomingInterfaceAddress, upstreamRouterAddress } = standardResponseBlockV4.f;
    return incomingInterfaceAddress.get(view, base) !== 0 && upstreamRouterAddress.get(view, base) === 0;
  }
  const { incomingInterfaceId, remoteAddress } = standardResponseBlockV6.f;
  return incomingInterfaceId.get(view, base) !== 0 && isAllZeros(addressIn(octets, remoteAddress, base));
}
