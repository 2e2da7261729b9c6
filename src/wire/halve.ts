/**
 * A Reply that is too long for the way to its client (RFC 8487 §3.1 "MUST NOT exceed the available MTU"), be it that the
 * kernel refuses it or that there is something to add. It is told in two, as §4.3.3 does it on the way: the first says
 * NO_SPACE behind its last block, the second how many blocks went before (§3.2.6).
 */
import { HEADER, STANDARD_RESPONSE_BLOCK, tlv } from '../../proto/mtrace2.ts';
import { ForwardingCode, TlvType } from '../../proto/registry.ts';
import { patchForwardingCode } from './patch.ts';
import { addReturnedBlocks, isReturnedBlocks } from './split.ts';
import { checkMessage, emptyMessage, forEachBlock, type Memory, type Message } from './view.ts';

export interface Halves {
  readonly first: Message;
  readonly second: Message;
}

/**
 * Leaves the first half at `base`, writes the second at `secondBase`, in as much free memory as the Reply has.
 * @returns `undefined`: no Reply of two blocks at least, and nothing is changed
 */
export function halveReply(memory: Memory, base: number, length: number, secondBase: number): Halves | undefined {
  const { octets, view } = memory;
  const whole = emptyMessage();
  if (checkMessage(view, base, length, whole) !== undefined || tlv.f.type.get(view, base) !== TlvType.REPLY) return;
  if (whole.standardBlockCount < 2) return;
  const kept = blocksOfFirst(view, whole);
  const first = { ...whole, end: base, standardBlockCount: 0, returnedBlockCount: 0 };
  const second = { ...first, base: secondBase, end: secondBase };
  const move = (to: Message, from: number, blockOctets: number) => {
    octets.copyWithin(to.end, from, from + blockOctets);
    to.end += blockOctets;
  };
  // The second first: the first one's blocks may move up over what is read.
  let passed = 0;
  move(second, base, HEADER[whole.family].octets);
  forEachBlock(view, whole, (from, type, blockOctets) => {
    if (type === TlvType.STANDARD_RESPONSE_BLOCK) passed++;
    const isWanted = type === TlvType.EXTENDED_QUERY_BLOCK || passed > kept;
    if (isWanted && !isReturnedBlocks(view, from)) move(second, from, blockOctets);
  });
  addReturnedBlocks(memory, second, whole.returnedBlockCount + kept, Number.POSITIVE_INFINITY);

  passed = 0;
  let at = base;
  while (passed <= kept && at < whole.end) {
    const blockOctets = tlv.f.length.get(view, at);
    const isStandard = tlv.f.type.get(view, at) === TlvType.STANDARD_RESPONSE_BLOCK;
    if (isStandard) passed++;
    if (isStandard && passed <= kept) first.lastStandardBlock = first.end;
    if (passed <= kept && !isReturnedBlocks(view, at)) move(first, at, blockOctets);
    at += blockOctets;
  }
  patchForwardingCode(view, first, first.lastStandardBlock, ForwardingCode.NO_SPACE);
  if (whole.returnedBlockCount > 0) {
    addReturnedBlocks(memory, first, whole.returnedBlockCount, Number.POSITIVE_INFINITY);
  }
  return { first: checked(view, first), second: checked(view, second) };
}

/** With its counts as they are now. */
function checked(view: DataView, { base, end }: Message): Message {
  const message = emptyMessage();
  checkMessage(view, base, end - base, message);
  return message;
}

/** About a half, and such that NO_SPACE takes the place of no other code, if that can be. */
function blocksOfFirst(view: DataView, whole: Message): number {
  const half = whole.standardBlockCount >> 1;
  const { forwardingCode } = STANDARD_RESPONSE_BLOCK[whole.family].f;
  let passed = 0;
  let kept: number | undefined;
  forEachBlock(view, whole, (block, type) => {
    if (type !== TlvType.STANDARD_RESPONSE_BLOCK) return;
    passed++;
    if (passed <= half && forwardingCode.get(view, block) === ForwardingCode.NO_ERROR) kept = passed;
  });
  return kept ?? half;
}
