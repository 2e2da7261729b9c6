/**
 * Framing: is this datagram an Mtrace2 message? Lengths, multiples of four, the types and order of TLVs, and nothing
 * else; who may send it and what it asks for is verify/'s concern. After `checkMessage` no accessor of proto/mtrace2.ts
 * can fail on the octets from `base` to `end`. RFC 8487 §3, §3.1, §3.2, §4.1; the blocks: §3.2.4, §3.2.5, §3.2.6, §3.2.7,
 * of which MBZ is not looked at.
 */
import type { AnyField } from '../../proto/field.ts';
import {
  augmentedResponseBlock,
  extendedQueryBlock,
  HEADER,
  STANDARD_RESPONSE_BLOCK,
  standardResponseBlockV4,
  standardResponseBlockV6,
  tlv,
} from '../../proto/mtrace2.ts';
import { AugmentedResponseType, TlvType } from '../../proto/registry.ts';
import { type Address, type Family, isAllOnes, isAllZeros } from './address.ts';

/** One memory, seen as octets and through a DataView. Both cover the same octets from 0. */
export interface Memory {
  readonly octets: Uint8Array;
  readonly view: DataView;
}

export function memoryOf(octets: Uint8Array): Memory {
  return { octets, view: new DataView(octets.buffer, octets.byteOffset, octets.byteLength) };
}

/** A datagram that passed framing. Offsets count from the start of the memory. */
export interface Message {
  family: Family;
  /** First octet of the header. */
  base: number;
  /** First octet behind the last TLV that was kept. */
  end: number;
  standardBlockCount: number;
  /** Base of the last Standard Response Block, or -1. */
  lastStandardBlock: number;
  /** Sum of the Augmented blocks "# of the returned Standard Response Blocks". RFC 8487 §3.2.6 */
  returnedBlockCount: number;
  /** Extended Query Blocks whose T bit is clear. RFC 8487 §3.2.7 */
  intransitiveQueryCount: number;
  /** Octets behind `end` that were received and dropped. RFC 8487 §3 */
  droppedOctets: number;
}

export type FramingFault =
  | 'too-short'
  | 'unknown-tlv-type'
  | 'no-header'
  | 'header-length'
  | 'truncated-header'
  | 'length-below-4'
  | 'length-not-multiple-of-4'
  | 'block-length'
  | 'misplaced-tlv';

export function emptyMessage(): Message {
  return {
    family: 4,
    base: 0,
    end: 0,
    standardBlockCount: 0,
    lastStandardBlock: -1,
    returnedBlockCount: 0,
    intransitiveQueryCount: 0,
    droppedOctets: 0,
  };
}

/**
 * Checks the framing of `length` octets at `base` and describes them in `message` (reused, so that nothing is
 * allocated). Never throws; on a fault `message` tells nothing but where: the TLV begins at its `end`.
 */
export function checkMessage(view: DataView, base: number, length: number, message: Message): FramingFault | undefined {
  const limit = base + length;
  message.end = base;
  if (length < 4) return 'too-short';
  const messageType = tlv.f.type.get(view, base);
  if (messageType === 0 || messageType > TlvType.EXTENDED_QUERY_BLOCK) return 'unknown-tlv-type';
  if (messageType > TlvType.REPLY) return 'no-header';
  const headerLength = tlv.f.length.get(view, base);
  if (headerLength !== HEADER[4].octets && headerLength !== HEADER[6].octets) return 'header-length';
  if (headerLength > length) return 'truncated-header';

  const family = headerLength === HEADER[4].octets ? 4 : 6;
  message.family = family;
  message.base = base;
  message.standardBlockCount = 0;
  message.lastStandardBlock = -1;
  message.returnedBlockCount = 0;
  message.intransitiveQueryCount = 0;

  let at = base + headerLength;
  while (at + 4 <= limit) {
    message.end = at;
    const type = tlv.f.type.get(view, at);
    const octets = tlv.f.length.get(view, at);
    if (octets < 4) return 'length-below-4';
    if (octets % 4 !== 0) return 'length-not-multiple-of-4';
    if (type === 0 || type > TlvType.EXTENDED_QUERY_BLOCK) return 'unknown-tlv-type';
    // RFC 8487 §3: a TLV that exceeds what is left goes, with the rest; what stands before it is kept.
    if (at + octets > limit) break;
    switch (type) {
      case TlvType.STANDARD_RESPONSE_BLOCK:
        if (messageType === TlvType.QUERY) return 'misplaced-tlv';
        if (octets !== STANDARD_RESPONSE_BLOCK[family].octets) return 'block-length';
        message.standardBlockCount++;
        message.lastStandardBlock = at;
        break;
      case TlvType.AUGMENTED_RESPONSE_BLOCK:
        if (message.standardBlockCount === 0) return 'misplaced-tlv';
        if (octets < 8) return 'block-length';
        message.returnedBlockCount += returnedBlocks(view, at, octets);
        break;
      case TlvType.EXTENDED_QUERY_BLOCK:
        if (message.standardBlockCount !== 0) return 'misplaced-tlv';
        if (octets < 8) return 'block-length';
        if (extendedQueryBlock.f.t.get(view, at) === 0) message.intransitiveQueryCount++;
        break;
      default:
        return 'misplaced-tlv';
    }
    at += octets;
  }
  message.end = at;
  message.droppedOctets = limit - at;
  return undefined;
}

/** The count that an Augmented block carries, 0 when it is of another type. Two octets are sent; four are accepted. */
function returnedBlocks(view: DataView, base: number, octets: number): number {
  const type = augmentedResponseBlock.f.augmentedResponseType.get(view, base);
  if (type !== AugmentedResponseType.RETURNED_STANDARD_RESPONSE_BLOCKS) return 0;
  const value = base + augmentedResponseBlock.octets;
  return octets === 12 ? view.getUint32(value) : view.getUint16(value);
}

/** Calls `visit(base, type, octets)` for every TLV behind the header, in wire order. */
export function forEachBlock(
  view: DataView,
  message: Message,
  visit: (base: number, type: number, octets: number) => void,
): void {
  let at = message.base + HEADER[message.family].octets;
  while (at < message.end) {
    const octets = tlv.f.length.get(view, at);
    visit(at, tlv.f.type.get(view, at), octets);
    at += octets;
  }
}

/** The octets of an address field, as a view into the message. */
export function addressIn(octets: Uint8Array, field: AnyField, base: number): Address {
  return octets.subarray(base + field.at, base + field.at + field.octets);
}

/** Whom the last block names: Upstream Router Address, or Remote Address. A view into the message. */
export function lastUpstream({ octets }: Memory, { family, lastStandardBlock }: Message): Address {
  const field =
    family === 4 ? standardResponseBlockV4.f.upstreamRouterAddress : standardResponseBlockV6.f.remoteAddress;
  return addressIn(octets, field, lastStandardBlock);
}

/** By which the last block tells the link of its Incoming Interface: that one's address, or the Local Address. A view, too. */
export function lastIncoming({ octets }: Memory, { family, lastStandardBlock }: Message): Address {
  const field =
    family === 4 ? standardResponseBlockV4.f.incomingInterfaceAddress : standardResponseBlockV6.f.localAddress;
  return addressIn(octets, field, lastStandardBlock);
}

/** No group or no source is asked for. RFC 8487 §3.2.1 (m-2, s-2): all ones or ::; 0.0.0.0 is accepted too (§4.1.1). */
export function isUnspecified(address: Address): boolean {
  return isAllZeros(address) || isAllOnes(address);
}

/** The Value of an Augmented Response or Extended Query Block, behind its type: Length - 6 octets. */
export function tlvValue(octets: Uint8Array, view: DataView, base: number): Uint8Array {
  return octets.subarray(base + extendedQueryBlock.octets, base + tlv.f.length.get(view, base));
}
