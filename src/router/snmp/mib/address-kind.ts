/** What an address can stand for, by its text: agents show rows that name a group where only a router can be, or nobody. */
import { isAllZeros, isMulticast, parseAddress } from '../../../wire/address.ts';

/** A router or a host can have it. */
export function isHost(text: string | null): text is string {
  const address = text === null ? undefined : parseAddress(text);
  return address !== undefined && !isMulticast(address) && !isAllZeros(address);
}

export function isGroup(text: string | null): text is string {
  const address = text === null ? undefined : parseAddress(text);
  return address !== undefined && isMulticast(address);
}
