/**
 * Mtrace2 octets as a second implementation would write them: offsets counted by hand from the figures of RFC 8487 §3.2, so
 * that a mistake in the product's tables cannot hide here. Knows what a router has to know of a message, and no more.
 */
import type { Fields } from './fields.ts';
import type { Target } from './model.ts';

export const QUERY = 1;
export const REQUEST = 2;
export const REPLY = 3;

/** A message, taken apart as far as a router does. */
export interface NativeMessage {
  readonly family: 4 | 6;
  readonly type: number;
  readonly hops: number;
  readonly client: string;
  readonly clientPort: number;
  readonly queryId: number;
  readonly target: Target;
  /** Header and Extended Query Blocks: what a new Request after NO_SPACE begins with. */
  readonly head: Uint8Array;
  readonly blocks: number;
  /** Sum of what went back before. RFC 8487 §3.2.6 */
  readonly returned: number;
  /** Whether an Extended Query Block is not transitive. RFC 8487 §3.2.7 */
  readonly hasIntransitive: boolean;
  /** Offset of the last Standard Response Block; -1: none. */
  readonly lastBlock: number;
}

export function takeApart(octets: Uint8Array): NativeMessage {
  const view = viewOf(octets);
  const headLength = view.getUint16(1);
  if (headLength !== 20 && headLength !== 56) throw new Error(`a header of ${headLength} octets`);
  const family = headLength === 20 ? 4 : 6;
  let at = headLength;
  let head = headLength;
  let blocks = 0;
  let returned = 0;
  let lastBlock = -1;
  let hasIntransitive = false;
  while (at < octets.length) {
    const type = view.getUint8(at);
    const length = view.getUint16(at + 1);
    if (length < 4 || length % 4 !== 0 || at + length > octets.length) throw new Error(`TLV of ${length} at ${at}`);
    if (type === 4) {
      if (length !== (family === 4 ? 52 : 80)) throw new Error(`a block of ${length} octets`);
      blocks++;
      lastBlock = at;
    } else if (type === 5) {
      if (view.getUint16(at + 4) === 1)
        for (let i = at + 6; i < at + length; i++) returned += view.getUint8(i) * 256 ** (at + length - 1 - i);
    } else if (type === 6) {
      head = at + length;
      hasIntransitive ||= view.getUint8(at + 3) % 2 === 0;
    } else throw new Error(`TLV type ${type}`);
    at += length;
  }
  const client = family === 4 ? 12 : 36;
  return {
    family,
    type: view.getUint8(0),
    hops: view.getUint8(3),
    client: addressText(octets.subarray(client, client + (family === 4 ? 4 : 16))),
    target: targetOf(octets, family),
    queryId: view.getUint16(headLength - 4),
    clientPort: view.getUint16(headLength - 2),
    head: octets.slice(0, head),
    blocks,
    returned,
    hasIntransitive,
    lastBlock,
  };
}

/** RFC 8487 §3.2.1: all ones (IPv4) or :: (IPv6) where no group, or no source, is asked for. */
function targetOf(octets: Uint8Array, family: 4 | 6): Target {
  const size = family === 4 ? 4 : 16;
  const isNone = (at: number) => octets.subarray(at, at + size).every((octet) => octet === (family === 4 ? 255 : 0));
  if (isNone(4)) return 'source';
  return isNone(4 + size) ? 'group' : 'source-group';
}

/** @param unixMs when the Query or Request arrived; `undefined`: the field stays zero */
export function blockOctets(family: 4 | 6, fields: Fields, unixMs: number | undefined): Uint8Array {
  const octets = new Uint8Array(family === 4 ? 52 : 80);
  const view = viewOf(octets);
  const address = (at: number, name: string) => octets.set(addressOctets(fields[name] as string), at);
  const count = (at: number, name: string) => {
    const value = fields[name];
    view.setBigUint64(at, value === null ? 2n ** 64n - 1n : BigInt(value as string));
  };
  const u8 = (at: number, name: string) => view.setUint8(at, fields[name] as number);
  const u16 = (at: number, name: string) => view.setUint16(at, fields[name] as number);
  const u32 = (at: number, name: string) => view.setUint32(at, fields[name] as number);
  view.setUint8(0, 4);
  view.setUint16(1, octets.length);
  if (unixMs !== undefined) view.setUint32(4, arrivalTime(unixMs));
  if (family === 4) {
    address(8, 'incomingInterfaceAddress');
    address(12, 'outgoingInterfaceAddress');
    address(16, 'upstreamRouterAddress');
    count(20, 'inputPacketCount');
    count(28, 'outputPacketCount');
    count(36, 'sourceGroupPacketCount');
    u16(44, 'routingProtocol');
    u16(46, 'multicastRoutingProtocol');
    u8(48, 'forwardingTtl');
    view.setUint8(50, ((fields.s as number) << 7) | (fields.sourceMask as number));
    u8(51, 'forwardingCode');
  } else {
    u32(8, 'incomingInterfaceId');
    u32(12, 'outgoingInterfaceId');
    address(16, 'localAddress');
    address(32, 'remoteAddress');
    count(48, 'inputPacketCount');
    count(56, 'outputPacketCount');
    count(64, 'sourceGroupPacketCount');
    u16(72, 'routingProtocol');
    u16(74, 'multicastRoutingProtocol');
    view.setUint16(76, fields.s as number);
    u8(78, 'sourcePrefixLength');
    u8(79, 'forwardingCode');
  }
  return octets;
}

/** RFC 8487 §3.2.6: type 0x0001, with two octets of value. */
export function returnedOctets(count: number): Uint8Array {
  const octets = new Uint8Array(8);
  const view = viewOf(octets);
  view.setUint8(0, 5);
  view.setUint16(1, octets.length);
  view.setUint16(4, 1);
  view.setUint16(6, count);
  return octets;
}

/** RFC 8487 §3.2.4, its formula to the letter, in 64 bits, of which 32 are kept. */
function arrivalTime(unixMs: number): number {
  const seconds = BigInt(Math.floor(unixMs / 1000));
  const nanoseconds = BigInt(Math.floor((unixMs % 1000) * 1e6));
  return Number((((seconds + 32384n) << 16n) + (nanoseconds << 7n) / 1953125n) & 0xffff_ffffn);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function addressOctets(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.').map(Number));
  const [front, back] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const zeros = back === undefined ? [] : Array(8 - front!.length - back.length).fill('0');
  const groups = [...front!, ...zeros, ...(back ?? [])].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

/** Not shortened in IPv6: enough to compare. */
export function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => octets[2 * i]! * 256 + octets[2 * i + 1]!);
  return groups.map((group) => group.toString(16)).join(':');
}

export function isSameAddress(text: string | undefined, other: string): boolean {
  return text !== undefined && addressText(addressOctets(text)) === addressText(addressOctets(other));
}

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}
