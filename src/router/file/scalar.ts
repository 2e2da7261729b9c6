/**
 * The scalars of a snapshot: text that means an address, a prefix or a counter, in canonical form, with the words for
 * when it does not. Pure.
 */
import { z } from 'zod';
import { textual, wholeNumber } from '../../document/scalar.ts';
import {
  formatAddress,
  formatPrefix,
  isAllZeros,
  isMulticast,
  type Prefix,
  parseAddress,
  parsePrefix,
} from '../../wire/address.ts';

const MAX_UINT32 = 2 ** 32 - 1;
export const ifIndex = wholeNumber('an ifIndex', 1, MAX_UINT32);
export const uint32 = wholeNumber('a number', 0, MAX_UINT32);

export const unicastAddress = textual('a unicast address', (text) => {
  const address = parseAddress(text);
  return address === undefined || isMulticast(address) || isAllZeros(address) ? undefined : formatAddress(address);
});

export const groupAddress = textual('a multicast address', (text) => {
  const address = parseAddress(text);
  return address === undefined || !isMulticast(address) ? undefined : formatAddress(address);
});

export const prefix = prefixText('an address or prefix', () => true);
export const groupPrefix = prefixText('a multicast address or prefix', ({ address }) => isMulticast(address));
export const interfaceAddress = prefixText('an address with its prefix length', (_, text) => text.includes('/'));

function prefixText(expected: string, isRight: (prefix: Prefix, text: string) => boolean): z.ZodType<string> {
  return textual(expected, (text) => {
    const parsed = parsePrefix(text);
    return parsed === undefined || !isRight(parsed, text) ? undefined : formatPrefix(parsed);
  });
}

/** ISO 8601 with `Z` or an offset. */
export const time = textual('a time such as 2026-11-22T10:00:00.000Z', (text) =>
  z.iso.datetime({ offset: true }).safeParse(text).success ? text : undefined,
);

/** 64 bits do not fit a JSON number: counters are decimal text. */
export const counter = textual('a counter (decimal digits in quotes, at most 2^64-1)', (text) =>
  /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n ? BigInt(text).toString() : undefined,
);

/** SNMP's DisplayString, one line. */
export const interfaceName = textual('the name of an interface', (text) =>
  /^\P{Cc}{1,255}$/u.test(text) ? text : undefined,
);

/** A name of an IANA registry; the message gives examples, since the registries are long. */
export function registryName<Name extends string>(expected: string, registry: Readonly<Record<Name, number>>) {
  const names = Object.keys(registry) as Name[];
  return textual(expected, (text) => names.find((name) => name === text));
}
