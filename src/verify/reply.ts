/**
 * Is this Reply the answer to our Query? RFC 8487 §3.2.1 (Query ID), §9.7.4 (forged Replies). Duplicates and strangers'
 * Replies are common on a port that has been used before (a lesson of mtrace v1), so the whole header must match.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import type { Memory, Message } from '../wire/view.ts';

export type ReplyFault = 'not-a-reply' | 'header-not-ours' | 'reply-without-block' | 'reply-of-too-many-blocks';

/** RFC 8487 §3.2.1: # Hops has 8 bits. A gateway gives its own Query one more (§4.5), so there may be more than that. */
const MOST_BLOCKS = 2 * 0xff;

/** @param query the Query as it was sent, from octet 0 of its memory */
export function verifyReply(query: Memory, memory: Memory, message: Message): ReplyFault | undefined {
  const { octets, f } = HEADER[message.family];
  if (f.type.get(memory.view, message.base) !== TlvType.REPLY) return 'not-a-reply';
  if (query.octets.length < octets) return 'header-not-ours'; // of the other family, RFC 8487 §3
  // Everything behind the Type octet is as we wrote it: no router may change it.
  for (let at = f.length.at; at < octets; at++) {
    if (memory.octets[message.base + at] !== query.octets[at]) return 'header-not-ours';
  }
  if (message.standardBlockCount === 0) return 'reply-without-block';
  return hasTooManyBlocks(message) ? 'reply-of-too-many-blocks' : undefined;
}

/** In this Reply and in those before it. */
export function hasTooManyBlocks({ standardBlockCount, returnedBlockCount }: Message): boolean {
  return standardBlockCount + returnedBlockCount > MOST_BLOCKS;
}
