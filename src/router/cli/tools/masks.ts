/** Prefixes as Cisco and FRR write them with masks and wildcards of IPv4: `10.1.0.0/255.255.0.0`, `239.0.0.0 0.255.255.255`. Pure. */
import { type Address, parseAddress } from '../../../wire/address.ts';
import { canonicalPrefix } from './json.ts';

/** `ADDRESS/LENGTH` or `ADDRESS/MASK` as canonical text; `undefined`: neither, or an address alone. */
export function prefixIn(text: string): string | undefined {
  const [address, mask] = text.split('/');
  if (mask === undefined) return undefined;
  return canonicalPrefix(mask.includes('.') ? `${address}/${lengthOfMask(mask)}` : text);
}

/** The prefix that a wildcard, whose ones do not matter, leaves; `undefined`: it leaves another set of addresses. */
export function prefixOfWildcard(address: string, wildcard: string): string | undefined {
  const octets = parseAddress(wildcard);
  const length = octets?.length === 4 ? lengthOf(octets.map((octet) => octet ^ 0xff)) : undefined;
  return length === undefined ? undefined : canonicalPrefix(`${address}/${length}`);
}

function lengthOfMask(mask: string): number | undefined {
  const octets = parseAddress(mask);
  return octets?.length === 4 ? lengthOf(octets) : undefined;
}

/** Of a mask whose ones all stand before its zeros. */
function lengthOf(mask: Address): number | undefined {
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}
