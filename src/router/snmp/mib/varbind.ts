/**
 * What an agent returns, freed of its encoding. Integers of 32 bits (Integer32, Counter32, Gauge32, TimeTicks) are numbers,
 * Counter64 is a bigint, strings and addresses are octets, object identifiers are text; noSuchObject, noSuchInstance,
 * endOfMibView and NULL are `undefined`: nothing is there.
 */
import { type Address, formatAddress, formatPrefix, isAllZeros, isMulticast } from '../../../wire/address.ts';
import type { Oid } from './oid.ts';

export type SnmpValue = number | bigint | Uint8Array | Oid;

export interface Varbind {
  readonly oid: Oid;
  readonly value: SnmpValue | undefined;
}

/** An INTEGER, a Gauge32 or TimeTicks, in the range that it may have; `undefined`: another type, or out of range. */
export function integerOf(value: SnmpValue | undefined, min: number, max: number): number | undefined {
  return typeof value === 'number' && value >= min && value <= max ? value : undefined;
}

/** An InterfaceIndex or InterfaceIndexOrZero: 1 to 2^31-1, `undefined` for 0 and anything else. */
export function ifIndexOf(value: SnmpValue | undefined): number | undefined {
  return integerOf(value, 1, 0x7fffffff);
}

/** A Counter32 or Counter64; a longer INTEGER is neither. */
export function counterOf(value: SnmpValue | undefined): bigint | undefined {
  if (typeof value === 'bigint') return value;
  const count = integerOf(value, 0, 0xffffffff);
  return count === undefined ? undefined : BigInt(count);
}

/** An IpAddress or an InetAddress of any type, as octets without the zone; `undefined`: none, or not of such a length. */
export function addressOf(value: SnmpValue | undefined): Address | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  if (value.length === 4 || value.length === 16) return value;
  return value.length === 8 || value.length === 20 ? value.subarray(0, -4) : undefined;
}

/** The same as text; the unspecified address is nobody's, and neither is that of a group. */
export function addressTextOf(value: SnmpValue | undefined): string | undefined {
  const address = addressOf(value);
  return address === undefined || isAllZeros(address) || isMulticast(address) ? undefined : formatAddress(address);
}

/** The route that an InetAddress and an InetAddressPrefixLength name, as text; null: none that is known. */
export function prefixTextOf(value: SnmpValue | undefined, prefixLength: SnmpValue | undefined): string | null {
  const address = addressOf(value);
  // Length 0 is what an agent says that does not know the route, and rarely a default route.
  const length = address && integerOf(prefixLength, 1, address.length * 8);
  return address === undefined || length === undefined ? null : formatPrefix({ address, length });
}

/** A DisplayString or SnmpAdminString; `undefined`: not a string, or an empty one. */
export function textOf(value: SnmpValue | undefined): string | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  const text = new TextDecoder().decode(value).replaceAll(/\p{Cc}/gu, '');
  return text === '' ? undefined : text;
}
