/**
 * The Basic Encoding Rules as far as SNMPv1 and v2c need them, written from X.690 and RFC 3416 for the test agent, which
 * must not share a line with what it tests.
 */

export const Tag = {
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OBJECT_IDENTIFIER: 0x06,
  SEQUENCE: 0x30,
  IP_ADDRESS: 0x40,
  COUNTER32: 0x41,
  GAUGE32: 0x42,
  TIME_TICKS: 0x43,
  OPAQUE: 0x44,
  COUNTER64: 0x46,
  NO_SUCH_OBJECT: 0x80,
  NO_SUCH_INSTANCE: 0x81,
  END_OF_MIB_VIEW: 0x82,
} as const;

export interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

export function encode(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

export function encodeAll(tag: number, parts: readonly Uint8Array[]): Buffer {
  return encode(tag, Buffer.concat(parts));
}

/** Two's complement, as short as it goes. */
export function encodeInteger(value: number | bigint, tag: number = Tag.INTEGER): Buffer {
  let rest = BigInt(value);
  const octets: number[] = [];
  do {
    octets.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } while (!(rest === 0n && octets[0]! < 0x80) && !(rest === -1n && octets[0]! >= 0x80));
  return encode(tag, Buffer.from(octets));
}

export function encodeOid(oid: readonly number[]): Buffer {
  const [first = 0, second = 0, ...rest] = oid;
  const octets: number[] = [];
  for (const part of [first * 40 + second, ...rest]) {
    const groups = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left % 128) | 0x80);
    octets.push(...groups);
  }
  return encode(Tag.OBJECT_IDENTIFIER, Buffer.from(octets));
}

/** The elements that follow one another. Throws where they are cut off. */
export function decodeAll(octets: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < octets.length; ) {
    const tag = octets.readUInt8(at++);
    let length = octets.readUInt8(at++);
    if (length >= 0x80) {
      const count = length & 0x7f;
      length = octets.readUIntBE(at, count);
      at += count;
    }
    if (at + length > octets.length) throw new RangeError('an element is longer than what is left');
    elements.push({ tag, content: octets.subarray(at, at + length) });
    at += length;
  }
  return elements;
}

export function decodeInteger({ content }: Element): number {
  return content.readIntBE(0, content.length);
}

export function decodeOid({ content }: Element): number[] {
  const parts: number[] = [];
  let part = 0;
  for (const octet of content) {
    part = part * 128 + (octet & 0x7f);
    if (octet < 0x80) {
      parts.push(part);
      part = 0;
    }
  }
  const [first = 0, ...rest] = parts;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest];
}
