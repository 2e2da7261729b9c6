/**
 * Internet addresses and prefixes as octets, in network order: 4 octets are IPv4, 16 are IPv6.
 * Everything inside the daemon compares octets; text is read and written at the edges only (`parseAddress`,
 * `formatAddress`), so that an address that came from the network can never carry anything but an address.
 */
import ipaddr from 'ipaddr.js';

/** 4 octets (IPv4) or 16 octets (IPv6) in network order. Treated as immutable; may be a view into a slot. */
export type Address = Uint8Array;
export type Family = 4 | 6;
export interface Prefix {
  readonly address: Address;
  /** Leading bits that count: 0 to 32 or 0 to 128. */
  readonly length: number;
}

export const ADDRESS_OCTETS = { 4: 4, 6: 16 } as const;

export function familyOf(address: Address): Family {
  return address.length === 4 ? 4 : 6;
}

/** Reads strict text: dotted quad (no octal, no short forms) or RFC 4291 §2.2. No zone. `undefined` when it is neither. */
export function parseAddress(text: string): Address | undefined {
  // Asked first what each cannot be: ipaddr.js throws and catches to say no, a hundred times slower than it says yes.
  if (!text.includes(':'))
    return ipaddr.IPv4.isValidFourPartDecimal(text)
      ? Uint8Array.from(ipaddr.IPv4.parse(text).toByteArray())
      : undefined;
  const groups = withoutDottedQuad(text);
  if (!text.includes('%') && ipaddr.IPv6.isValid(groups))
    return Uint8Array.from(ipaddr.IPv6.parse(groups).toByteArray());
  return undefined;
}

/** RFC 4291 §2.2 (3). ipaddr.js reads ::1.2.3.4 as ::ffff:1.2.3.4, and octal and hex in the quad. */
function withoutDottedQuad(text: string): string {
  const at = text.lastIndexOf(':') + 1;
  const quad = text.slice(at);
  if (!quad.includes('.')) return text;
  if (!ipaddr.IPv4.isValidFourPartDecimal(quad)) return '';
  const [a, b, c, d] = ipaddr.IPv4.parse(quad).toByteArray() as [number, number, number, number];
  return `${text.slice(0, at)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** Reads `ADDRESS/LENGTH`, or a plain address as a prefix of full length. `undefined` when it is neither. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  if (slash < 0) return { address, length: address.length * 8 };
  const digits = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > address.length * 8) return undefined;
  return { address, length: Number(digits) };
}

/** Canonical text: dotted quad, or RFC 5952. */
export function formatAddress(address: Address): string {
  if (address.length === 4) return `${address[0]}.${address[1]}.${address[2]}.${address[3]}`;
  return new ipaddr.IPv6(Array.from(address)).toRFC5952String();
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}

export function sameAddress(a: Address, b: Address): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The address as a key of a Map: equal for equal addresses, and never equal across families. */
export function addressKey(address: Address): number | string {
  if (address.length === 4) return ((address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | address[3]!) >>> 0;
  return String.fromCharCode(...address);
}

/** Orders by octets, IPv4 before IPv6: negative, zero or positive. */
export function compareAddress(a: Address, b: Address): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

export function inPrefix(address: Address, prefix: Prefix): boolean {
  if (address.length !== prefix.address.length) return false;
  const whole = prefix.length >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== prefix.address[i]) return false;
  const rest = prefix.length & 7;
  return rest === 0 || (address[whole]! ^ prefix.address[whole]!) >> (8 - rest) === 0;
}

/** The address with all bits behind the first `length` cleared. */
export function masked(address: Address, length: number): Address {
  return address.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, length - at * 8))));
}

/** The row with the longest prefix that covers the address; of equals the first. */
export function longestMatch<T>(
  rows: Iterable<T>,
  prefixOf: (row: T) => Prefix | undefined,
  address: Address,
): T | undefined {
  let best: T | undefined;
  let length = -1;
  for (const row of rows) {
    const prefix = prefixOf(row);
    if (prefix === undefined || prefix.length <= length || !inPrefix(address, prefix)) continue;
    best = row;
    length = prefix.length;
  }
  return best;
}

/** Whether one of the two prefixes contains the other. */
export function prefixesOverlap(a: Prefix, b: Prefix): boolean {
  return a.length <= b.length ? inPrefix(b.address, a) : inPrefix(a.address, b);
}

/** 255.255.255.255, or the address of the network with all host bits set (RFC 922); a /31 or /32 has none (RFC 3021). */
export function isBroadcastOf(address: Address, network: Prefix): boolean {
  if (address.length !== 4) return false;
  if (isAllOnes(address)) return true;
  if (network.length > 30 || !inPrefix(address, network)) return false;
  for (let bit = network.length; bit < 32; bit++) if ((address[bit >> 3]! & (0x80 >> (bit & 7))) === 0) return false;
  return true;
}

export function isAllZeros(address: Address): boolean {
  return address.every((octet) => octet === 0);
}

export function isAllOnes(address: Address): boolean {
  return address.every((octet) => octet === 0xff);
}

/** IPv4 224.0.0.0/4, IPv6 ff00::/8. */
export function isMulticast(address: Address): boolean {
  return address.length === 4 ? address[0]! >> 4 === 0xe : address[0] === 0xff;
}

/**
 * Whether a host can have it, as the client of a trace must (RFC 8487 §3.2.1, §5.5): not multicast, not unspecified, and
 * in IPv4 neither of 0.0.0.0/8 nor of 240.0.0.0/4, where the limited broadcast is. Loopback and link-local addresses are unicast.
 */
export function isUnicast(address: Address): boolean {
  if (isMulticast(address) || isAllZeros(address)) return false;
  return address.length === 16 || (address[0] !== 0 && address[0]! < 240);
}

/** 224.0.0.0/24, FFx2::/16. RFC 8487 §4.2.1 */
export function isLinkScopedMulticast(address: Address): boolean {
  if (address.length === 4) return address[0] === 224 && address[1] === 0 && address[2] === 0;
  return address[0] === 0xff && (address[1]! & 0x0f) === 2;
}

/** 232.0.0.0/8, FF3x::/32: groups of one source each. RFC 4607 §1 */
export function isSourceSpecific(address: Address): boolean {
  if (address.length === 4) return address[0] === 232;
  return address[0] === 0xff && address[1]! >> 4 === 3 && address[2] === 0 && address[3] === 0;
}

/** IPv6 fe80::/10; IPv4 169.254.0.0/16. */
export function isLinkLocal(address: Address): boolean {
  if (address.length === 4) return address[0] === 169 && address[1] === 254;
  return address[0] === 0xfe && (address[1]! & 0xc0) === 0x80;
}

/** IPv6 fc00::/7 (RFC 4193). */
export function isUniqueLocal(address: Address): boolean {
  return address.length === 16 && (address[0]! & 0xfe) === 0xfc;
}

/** 127.0.0.0/8, ::1. */
export function isLoopback(address: Address): boolean {
  if (address.length === 4) return address[0] === 127;
  return address[15] === 1 && address.subarray(0, 15).every((octet) => octet === 0);
}
