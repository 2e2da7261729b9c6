/** An interface while its parts are gathered from an output, and how Junos writes those. Pure. */
import type { CounterPart } from '../platform.ts';
import { prefixIn } from './values.ts';

/** An interface as it is gathered. */
export interface Gathered {
  readonly name: string;
  index: number | null;
  /** By whoever configures it; not that its link is down. */
  isDisabled: boolean;
  /** By family: `inet`, `inet6`, `mpls`, ... */
  readonly families: Map<string, FamilyOfUnit>;
  multicasts: CounterPart | undefined;
}

export interface FamilyOfUnit {
  mtu: number | undefined;
  readonly addresses: string[];
  /** It borrows an address of another unit, of `lo0` mostly. */
  isUnnumbered: boolean;
}

export function gathering(name: string, index: string | undefined): Gathered {
  return { name, index: indexIn(index), isDisabled: false, families: new Map(), multicasts: undefined };
}

export function familyOf(gathered: Gathered, name: string): FamilyOfUnit {
  const known = gathered.families.get(name);
  if (known !== undefined) return known;
  const family = { mtu: undefined, addresses: [], isUnnumbered: false };
  gathered.families.set(name, family);
  return family;
}

/** What is borrowed is not there (RFC 8487 §3.2.4): it has no subnet in an unnumbered family, as the link-local one has. */
export function addressesOf({ addresses, isUnnumbered }: FamilyOfUnit): readonly string[] {
  return isUnnumbered ? addresses.filter((address) => !/\/(?:32|128)$/.test(address)) : addresses;
}

/** The primary one, of which there is one in each family, comes first. */
export function addAddress(addresses: string[], address: string, isPrimary: boolean): void {
  if (isPrimary) addresses.unshift(address);
  else addresses.push(address);
}

/** 0: it has none. */
function indexIn(text: string | undefined): number | null {
  const index = /^\d{1,10}$/.test(text ?? '') ? Number(text) : 0;
  return index >= 1 && index < 2 ** 31 ? index : null;
}

/** `Unlimited` is none. */
export function mtuIn(text: string | undefined): number | undefined {
  return /^\d{1,6}$/.test(text ?? '') && Number(text) > 0 ? Number(text) : undefined;
}

/**
 * The local address with the length of its subnet: in `terse` it stands behind it, else behind the destination, of which
 * octets are left out. Without a subnet (loopback, point to point) it is alone.
 */
export function ownAddress(local: string | undefined, destination: string | undefined): string | undefined {
  if (local === undefined || local.includes('/')) return prefixIn(local);
  const [, length] = /\/([1-9]\d{0,2})$/.exec(destination ?? '') ?? [];
  return prefixIn(length === undefined ? local : `${local}/${length}`);
}
