/**
 * Reads the index of a conceptual row (RFC 2578 §7.7) from the text behind a column: `1.4.239.1.1.1.32` is an
 * InetAddressType, an InetAddress and an InetAddressPrefixLength. Nothing throws: an index that is shorter, longer, or
 * holds what its parts cannot be is not `isWhole` at its end, and its row does not count.
 */
import { type Address, formatAddress } from '../../../wire/address.ts';

/** InetAddressType. RFC 4001 */
const IPV4 = 1;
const IPV6 = 2;
const IPV4Z = 3;
const IPV6Z = 4;
export const INET_ADDRESS_TYPE = { 4: IPV4, 6: IPV6 } as const;
const OCTETS: Readonly<Record<number, number>> = { 0: 0, [IPV4]: 4, [IPV6]: 16, [IPV4Z]: 8, [IPV6Z]: 20 };

export class IndexReader {
  readonly #parts: readonly string[];
  #at = 0;
  #isBroken = false;

  constructor(index: string) {
    this.#parts = index.split('.');
  }

  /** Whether all was read, and made sense. */
  get isWhole(): boolean {
    return !this.#isBroken && this.#at === this.#parts.length;
  }

  /** Whether what was read made sense, whatever may follow. */
  get isSound(): boolean {
    return !this.#isBroken;
  }

  /** What has been read so far, as index text. */
  get passed(): string {
    return this.#parts.slice(0, this.#at).join('.');
  }

  number(): number {
    const text = this.#parts[this.#at++];
    if (text === undefined) this.#isBroken = true;
    return Number(text ?? 0);
  }

  /** IpAddress: four subidentifiers, as text. */
  ipv4(): string {
    return formatAddress(this.#octets(4));
  }

  /** An IpAddress that is a mask, as the length of the prefix; a mask with holes is broken. */
  maskLength(): number {
    const length = maskLength(this.#octets(4));
    if (length === undefined) this.#isBroken = true;
    return length ?? 0;
  }

  /**
   * InetAddressType and InetAddress, as text without the zone.
   * @returns null for the address that is unknown(0)
   */
  inetAddress(): string | null {
    const type = this.number();
    const length = this.number();
    if (OCTETS[type] !== length) this.#isBroken = true;
    if (this.#isBroken || length === 0) return null;
    const octets = this.#octets(length);
    return formatAddress(type === IPV4Z || type === IPV6Z ? octets.subarray(0, -4) : octets);
  }

  /** An InetAddress whose type stands elsewhere: its length, and as many octets. As text without the zone. */
  countedAddress(): string {
    const length = this.number();
    if (![4, 8, 16, 20].includes(length)) this.#isBroken = true;
    if (this.#isBroken) return '';
    const octets = this.#octets(length);
    return formatAddress(length === 8 || length === 20 ? octets.subarray(0, -4) : octets);
  }

  /** A variable part that only has to be passed over: its length, and as many subidentifiers. */
  skipCounted(): void {
    const count = this.number();
    this.#at += count;
  }

  #octets(count: number): Address {
    const octets = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const value = this.number();
      if (value > 255) this.#isBroken = true;
      octets[i] = value;
    }
    return octets;
  }
}

/** The length of the prefix that a mask stands for; `undefined`: it has holes. */
export function maskLength(mask: Address): number | undefined {
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}

/** The index of an InetAddressType and an InetAddress, or of a prefix's address. */
export function inetAddressIndex(address: Address): string {
  return `${address.length === 4 ? IPV4 : IPV6}.${address.length}.${octetsIndex(address)}`;
}

/** The same of a second address, where an index has the type once, before the first one. */
export function withoutType(index: string): string {
  return index.slice(index.indexOf('.') + 1);
}

/** Octets as subidentifiers, without a count: an IpAddress, or a string of fixed length. */
export function octetsIndex(octets: Uint8Array): string {
  return octets.join('.');
}
