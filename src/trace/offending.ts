/** What a datagram says that a drop is about, for the log. */
import type { AnyField, Field } from '../../proto/field.ts';
import { HEADER, tlv } from '../../proto/mtrace2.ts';
import type { Address } from '../wire/address.ts';
import { addressIn, type FramingFault, type Memory, type Message } from '../wire/view.ts';
import type { DropReason } from './events.ts';

/** @returns a number or an address, which is a view into the message; `undefined`: no field of the header tells more */
export function offendingValue(
  memory: Memory,
  { family, base }: Message,
  reason: DropReason,
): number | Address | undefined {
  const { f } = HEADER[family];
  const addresses: Partial<Record<DropReason, AnyField>> = {
    'client-not-allowed': f.clientAddress,
    'client-not-unicast': f.clientAddress,
    'client-loopback': f.clientAddress,
    'query-over-limit': f.clientAddress,
    'group-not-multicast': f.multicastAddress,
    'source-not-unicast': f.sourceAddress,
  };
  const numbers: Partial<Record<DropReason, Field<number>>> = {
    'client-port-zero': f.clientPort,
    'family-mixed': f.length,
    'hops-exhausted': f.hops,
    'query-duplicate': f.queryId,
    'query-our-own': f.queryId,
    'reply-not-ours': f.queryId,
  };
  const address = addresses[reason];
  return address === undefined ? numbers[reason]?.get(memory.view, base) : addressIn(memory.octets, address, base);
}

/** @returns the Type or the Length of the TLV at fault; `undefined`: it is not there as a whole */
export function framingValue({ view }: Memory, { end }: Message, fault: FramingFault): number | undefined {
  switch (fault) {
    case 'too-short':
    case 'truncated-header':
      return undefined;
    case 'unknown-tlv-type':
    case 'no-header':
    case 'misplaced-tlv':
      return tlv.f.type.get(view, end);
    default:
      return tlv.f.length.get(view, end);
  }
}
