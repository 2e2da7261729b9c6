/**
 * The RP whose address stands in an IPv6 group: RFC 3956 §3. The group is 8 bits of ones, flags and scope of 4 bits each, 4
 * bits that do not count, the RP's interface (RIID), the length of its prefix, 64 bits of that prefix, and the group ID.
 */
import { type Address, isAllZeros, masked } from '../../wire/address.ts';

const LONGEST_PREFIX = 64;

/** @returns `undefined` where the group does not tell: a length of 0 or above 64, or the RIID 0, which is reserved */
export function embeddedRp(group: Address): Address | undefined {
  if (group.length !== 16) return undefined;
  const interfaceId = group[2]! & 0x0f;
  const length = group[3]!;
  if (interfaceId === 0 || length === 0 || length > LONGEST_PREFIX) return undefined;
  const rp = new Uint8Array(16);
  rp.set(masked(group.subarray(4, 12), length));
  if (isAllZeros(rp)) return undefined;
  rp[15] = interfaceId;
  return rp;
}
