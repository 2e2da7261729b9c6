/**
 * The scalars of the configuration: text to octets, milliseconds and checked names, each with the words for when it
 * is wrong. Pure.
 */
import { scalar, textual, wholeNumber } from '../document/scalar.ts';
import { type Address, isAllZeros, isUnicast, parseAddress, parsePrefix } from '../wire/address.ts';

export const port = wholeNumber('a port', 1, 65535);

/** What a datagram can be sent to and answered from. */
export const unicastAddress = textual('a unicast address', (text) => unicast(parseAddress(text)));

/** What a socket can be bound to: unicast, or 0.0.0.0 and :: for all. */
export const bindAddress = textual('a unicast address, 0.0.0.0 or ::', (text) => {
  const octets = parseAddress(text);
  return octets !== undefined && (isUnicast(octets) || isAllZeros(octets)) ? octets : undefined;
});

export const prefix = textual('an address or prefix', parsePrefix);

/** Names of routers and peers go into messages, logs and file names. */
export const name = textual("a name (letters, digits, '.', '_', '-'; at most 64)", (text) =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) ? text : undefined,
);

/** It stands in a router's command line: nothing that a CLI could take for more than a name, nor for the names of all. */
export const vrfName = textual("a VRF (letters, digits, '.', '_', ':', '-'; at most 64; not 'all')", (text) =>
  /^(?!all$)[A-Za-z0-9_][A-Za-z0-9._:-]{0,63}$/i.test(text) ? text : undefined,
);

/** Linux: IFNAMSIZ is 16 with the closing zero; no slash, no space. */
export const interfaceName = textual('the name of an interface', (text) =>
  /^[^\s/\p{Cc}]{1,15}$/u.test(text) && text !== '.' && text !== '..' ? text : undefined,
);

export const host = textual('an address or a host name', (text) =>
  parseAddress(text) !== undefined || isHostName(text) ? text : undefined,
);

/** RFC 1123 §2.1; a last label of digits only would be a mistyped IPv4 address. */
function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  const wellFormed = labels.every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
  return text.length <= 253 && wellFormed && !/^\d+$/.test(labels.at(-1) ?? '');
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `500ms`, `10s`, `1m` as milliseconds, within `leastMs` and `mostMs`. */
export function duration(leastMs: number, mostMs: number, range: string) {
  return scalar(`a duration such as 10s, 500ms or 1m (${range})`, (input) => {
    const [, count, unit] = (typeof input === 'string' && /^(\d{1,9})(ms|s|m)$/.exec(input)) || [];
    if (count === undefined || unit === undefined) return undefined;
    const ms = Number(count) * UNIT_MS[unit]!;
    return ms >= leastMs && ms <= mostMs ? ms : undefined;
  });
}

/** A text of one line that is not empty: user, path, argument. */
export function line(noun: string) {
  return textual(noun, (text) => (/^\P{Cc}+$/u.test(text) ? text : undefined));
}

function unicast(octets: Address | undefined): Address | undefined {
  return octets === undefined || !isUnicast(octets) ? undefined : octets;
}
