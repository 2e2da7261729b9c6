/** Appends blocks behind a message, in its own memory. The octets before `message.end` stay as they were received. */
import { STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import type { Memory, Message } from './view.ts';

/** Whether one more Standard Response Block keeps the message within `limitOctets`. RFC 8487 §4.3.3 */
export function hasRoom(message: Message, limitOctets: number): boolean {
  return message.end - message.base + STANDARD_RESPONSE_BLOCK[message.family].octets <= limitOctets;
}

/**
 * Appends one Standard Response Block and returns its base. RFC 8487 §3.2.2, §3.2.3, §4.2.2 (1), §4.4.3
 * The block is zero but for Type and Length, so reserved fields are (§3.1). The caller has asked `hasRoom`. Never throws.
 */
export function appendStandardResponseBlock(memory: Memory, message: Message): number {
  const layout = STANDARD_RESPONSE_BLOCK[message.family];
  const base = message.end;
  memory.octets.fill(0, base, base + layout.octets);
  layout.f.type.set(memory.view, base, TlvType.STANDARD_RESPONSE_BLOCK);
  layout.f.length.set(memory.view, base, layout.octets);
  message.end = base + layout.octets;
  message.standardBlockCount++;
  message.lastStandardBlock = base;
  return base;
}
