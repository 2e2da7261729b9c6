/**
 * Whether a trace goes round in circles: the router that has just appended its block stands in the message already. Seen
 * from the blocks alone, so that a circle through several daemons ends as well; # Hops would end it, but late.
 */
import { standardResponseBlockV4, standardResponseBlockV6 } from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import { isAllOnes, isAllZeros } from '../wire/address.ts';
import { addressIn, forEachBlock, type Memory, type Message } from '../wire/view.ts';

/** What no two routers have alike: the address of the Incoming Interface; in IPv6 router, interface, and neighbour there. */
const IDENTITY = {
  4: [standardResponseBlockV4.f.incomingInterfaceAddress],
  6: [
    standardResponseBlockV6.f.localAddress,
    standardResponseBlockV6.f.incomingInterfaceId,
    standardResponseBlockV6.f.remoteAddress,
  ],
} as const;

export function repeatsEarlierBlock({ octets, view }: Memory, message: Message): boolean {
  const fields = IDENTITY[message.family];
  const last = message.lastStandardBlock;
  const known = addressIn(octets, fields[0], last);
  // Not known, or hidden (RFC 8487 §4.6).
  if (isAllZeros(known) || isAllOnes(known)) return false;
  let repeats = false;
  forEachBlock(view, message, (base, type) => {
    if (type !== TlvType.STANDARD_RESPONSE_BLOCK || base === last) return;
    repeats ||= fields.every(({ at, octets: length }) =>
      octets.subarray(base + at, base + at + length).every((octet, i) => octet === octets[last + at + i]),
    );
  });
  return repeats;
}
