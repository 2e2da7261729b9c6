/**
 * A gateway's own Query, and the Reply to it: RFC 8487 §4.5. The message that came, without its response blocks, asks anew
 * in the gateway's name; what comes back gets the header of the message that came.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import type { Address } from './address.ts';
import { patchToReply } from './patch.ts';
import { addressIn, forEachBlock, type Memory, type Message } from './view.ts';

export interface GatewayHeader {
  readonly clientAddress: Address;
  readonly clientPort: number;
  readonly queryId: number;
  readonly hops: number;
}

/**
 * Writes the new Query at `base`: the header with these changes, and the Extended Query Blocks. Never longer than the
 * message.
 */
export function writeGatewayQuery(memory: Memory, message: Message, base: number, header: GatewayHeader): Message {
  const { octets, view } = memory;
  const layout = HEADER[message.family];
  const { f } = layout;
  octets.copyWithin(base, message.base, message.base + layout.octets);
  f.type.set(view, base, TlvType.QUERY);
  f.hops.set(view, base, header.hops);
  addressIn(octets, f.clientAddress, base).set(header.clientAddress);
  f.clientPort.set(view, base, header.clientPort);
  f.queryId.set(view, base, header.queryId);
  let end = base + layout.octets;
  forEachBlock(view, message, (own, type, length) => {
    if (type !== TlvType.EXTENDED_QUERY_BLOCK) return;
    octets.copyWithin(end, own, own + length);
    end += length;
  });
  return {
    ...message,
    base,
    end,
    standardBlockCount: 0,
    lastStandardBlock: -1,
    returnedBlockCount: 0,
    droppedOctets: 0,
  };
}

export function headerOf({ octets }: Memory, { base, family }: Message): Uint8Array {
  return octets.slice(base, base + HEADER[family].octets);
}

/** Makes the message the Reply to the one that had this header. */
export function restoreHeader({ octets, view }: Memory, message: Message, header: Uint8Array): void {
  octets.set(header, message.base);
  patchToReply(view, message);
}
