/**
 * A message that its last block has made too long, RFC 8487 §4.3.3: what was received goes back as a Reply, and the block
 * goes on in a new Request, which counts the blocks that went back (§3.2.6). The last of them says NO_SPACE (§3.2.4).
 */
import { augmentedResponseBlock, HEADER, STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { AugmentedResponseType, ForwardingCode, TlvType } from '../../proto/registry.ts';
import { patchForwardingCode } from './patch.ts';
import { forEachBlock, type Memory, type Message } from './view.ts';

/** An Augmented Response Block of type 0x0001, with two octets of value. */
const RETURNED_BLOCKS_OCTETS = augmentedResponseBlock.octets + 2;

/** How long the new Request will be. */
export function continuationOctets({ view }: Memory, message: Message): number {
  let octets = HEADER[message.family].octets + STANDARD_RESPONSE_BLOCK[message.family].octets + RETURNED_BLOCKS_OCTETS;
  forEachBlock(view, message, (_base, type, length) => {
    if (type === TlvType.EXTENDED_QUERY_BLOCK) octets += length;
  });
  return octets;
}

/**
 * Writes the new Request at `base`, in `continuationOctets` of free memory: the header, the Extended Query Blocks (RFC 8487
 * §3.2.7), the last Standard Response Block, and the number of all those before it.
 */
export function writeContinuation(memory: Memory, message: Message, base: number): Message {
  const { octets, view } = memory;
  let end = base;
  const copy = (from: number, length: number) => {
    octets.copyWithin(end, from, from + length);
    end += length;
  };
  copy(message.base, HEADER[message.family].octets);
  forEachBlock(view, message, (own, type, length) => {
    if (type === TlvType.EXTENDED_QUERY_BLOCK) copy(own, length);
  });
  const lastStandardBlock = end;
  copy(message.lastStandardBlock, STANDARD_RESPONSE_BLOCK[message.family].octets);
  const returnedBlockCount = message.standardBlockCount - 1 + message.returnedBlockCount;
  writeReturnedBlocks(memory, end, returnedBlockCount);
  end += RETURNED_BLOCKS_OCTETS;
  return { ...message, base, end, standardBlockCount: 1, lastStandardBlock, returnedBlockCount, droppedOctets: 0 };
}

/**
 * Says in the message that so many Standard Response Blocks were returned before its own: counts of several Augmented
 * Response Blocks add up (RFC 8487 §3.2.6). Without room below `limit` one that is there counts them, too.
 * @returns false: there is neither, and nothing is changed
 */
export function addReturnedBlocks(memory: Memory, message: Message, count: number, limit: number): boolean {
  const { view } = memory;
  if (message.end - message.base + RETURNED_BLOCKS_OCTETS <= limit) {
    writeReturnedBlocks(memory, message.end, count);
    message.end += RETURNED_BLOCKS_OCTETS;
  } else {
    let counting: number | undefined;
    forEachBlock(view, message, (base, _type, octets) => {
      if (octets === RETURNED_BLOCKS_OCTETS && isReturnedBlocks(view, base))
        counting = base + augmentedResponseBlock.octets;
    });
    if (counting === undefined) return false;
    view.setUint16(counting, view.getUint16(counting) + count);
  }
  message.returnedBlockCount += count;
  return true;
}

/** Whether the block at `base` says how many went back before. RFC 8487 §3.2.6 */
export function isReturnedBlocks(view: DataView, base: number): boolean {
  const { type, augmentedResponseType } = augmentedResponseBlock.f;
  if (type.get(view, base) !== TlvType.AUGMENTED_RESPONSE_BLOCK) return false;
  return augmentedResponseType.get(view, base) === AugmentedResponseType.RETURNED_STANDARD_RESPONSE_BLOCKS;
}

/** Takes the last Standard Response Block off, with which the message ends, and marks the one before it NO_SPACE. */
export function cutLastBlock({ view }: Memory, message: Message): void {
  const block = message.lastStandardBlock;
  message.end = block;
  message.standardBlockCount--;
  forEachBlock(view, message, (base, type) => {
    if (type === TlvType.STANDARD_RESPONSE_BLOCK) message.lastStandardBlock = base;
  });
  patchForwardingCode(view, message, message.lastStandardBlock, ForwardingCode.NO_SPACE);
}

function writeReturnedBlocks({ octets, view }: Memory, base: number, count: number): void {
  const { f } = augmentedResponseBlock;
  octets.fill(0, base, base + RETURNED_BLOCKS_OCTETS);
  f.type.set(view, base, TlvType.AUGMENTED_RESPONSE_BLOCK);
  f.length.set(view, base, RETURNED_BLOCKS_OCTETS);
  f.augmentedResponseType.set(view, base, AugmentedResponseType.RETURNED_STANDARD_RESPONSE_BLOCKS);
  view.setUint16(base + augmentedResponseBlock.octets, count);
}
