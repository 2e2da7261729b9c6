/**
 * A message for people and for programs, straight from the tables: every field of every TLV, in wire order.
 * This is the only printer there is; it touches every field, which makes it the fuzzer's best friend.
 */
import { type AnyField, type Layout, showCodePoint, UNKNOWN_COUNT } from '../../proto/field.ts';
import { augmentedResponseBlock, extendedQueryBlock, HEADER, STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { nameOf, TlvType } from '../../proto/registry.ts';
import { formatAddress } from './address.ts';
import { ntp32ToUnixMs } from './ntp.ts';
import { forEachBlock, type Memory, type Message, tlvValue } from './view.ts';

/**
 * Numbers as numbers, addresses as text, counters as decimal strings or `null` when all ones, code points twice, arrival
 * times twice, the second `null` when there is none.
 */
export type FieldJson = number | string | null;
export type TlvJson = Record<string, FieldJson>;

/** The header, then every block, as rows. Keys are the tables' field names; `…Name` gives a code point's name or null. */
export interface MessageJson {
  readonly header: TlvJson;
  readonly blocks: readonly TlvJson[];
}

/** @param nearUnixMs a time near the trace: resolves the wrap of the 32-bit Query Arrival Time (every 18.2 hours) */
export function messageToJson(memory: Memory, message: Message, nearUnixMs: number): MessageJson {
  const blocks: TlvJson[] = [];
  forEachBlock(memory.view, message, (base, type) => {
    blocks.push(tlvToJson(memory, blockLayout(message, type), base, nearUnixMs));
  });
  return { header: tlvToJson(memory, HEADER[message.family], message.base, nearUnixMs), blocks };
}

/** One line a TLV: `Query: Length 20, # Hops 32, ...`. MBZ fields are shown only when they are not zero. */
export function printMessage(memory: Memory, message: Message, nearUnixMs: number): string {
  const lines = [printTlv(memory, HEADER[message.family], message.base, nearUnixMs)];
  forEachBlock(memory.view, message, (base, type) => {
    lines.push(`  ${printTlv(memory, blockLayout(message, type), base, nearUnixMs)}`);
  });
  return lines.join('\n');
}

function blockLayout(message: Message, type: number): Layout {
  if (type === TlvType.STANDARD_RESPONSE_BLOCK) return STANDARD_RESPONSE_BLOCK[message.family];
  return type === TlvType.AUGMENTED_RESPONSE_BLOCK ? augmentedResponseBlock : extendedQueryBlock;
}

function tlvToJson(memory: Memory, layout: Layout, base: number, nearUnixMs: number): TlvJson {
  const json: TlvJson = {};
  for (const { name, field } of layout.fields) {
    const value = field.get(memory.view, base);
    if (typeof value === 'bigint') json[name] = value === UNKNOWN_COUNT ? null : value.toString();
    else if (typeof value !== 'number') json[name] = formatAddress(value);
    else if (field.show === 'ipv4') json[name] = formatIpv4(value);
    else json[name] = value;
    if (typeof field.show === 'object') json[`${name}Name`] = nameOf(field.show.registry, value as number) ?? null;
    if (field.show === 'ntp32') json[`${name}Utc`] = isoTime(value as number, nearUnixMs) ?? null;
  }
  if (layout.rest !== undefined) json.value = hex(tlvValue(memory.octets, memory.view, base));
  return json;
}

function printTlv(memory: Memory, layout: Layout, base: number, nearUnixMs: number): string {
  const parts: string[] = [];
  for (const { field } of layout.fields) {
    const value = field.get(memory.view, base);
    if (field.show === 'mbz' && value === 0) continue;
    parts.push(`${field.label} ${printValue(field, value, nearUnixMs)}`);
  }
  if (layout.rest !== undefined) parts.push(`${layout.rest} ${hex(tlvValue(memory.octets, memory.view, base))}`);
  return parts.join(', ');
}

function printValue(field: AnyField, value: number | bigint | Uint8Array, nearUnixMs: number): string {
  if (typeof value === 'bigint') return value === UNKNOWN_COUNT ? 'not known' : value.toString();
  if (typeof value !== 'number') return formatAddress(value);
  if (typeof field.show === 'object') return showCodePoint(field.show.registry, value);
  switch (field.show) {
    case 'ipv4':
      return formatIpv4(value);
    case 'ntp32':
      return isoTime(value, nearUnixMs) ?? 'not known';
    case 'hex':
      return `0x${value.toString(16).padStart(field.octets * 2, '0')}`;
    default:
      return value.toString();
  }
}

function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 0xff}.${(value >>> 8) & 0xff}.${value & 0xff}`;
}

/** `undefined` for 0: a WRONG_LAST_HOP block is zero but for its code. RFC 8487 §4.1.1 */
function isoTime(timestamp: number, nearUnixMs: number): string | undefined {
  return timestamp === 0 ? undefined : new Date(ntp32ToUnixMs(timestamp, nearUnixMs)).toISOString();
}

function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
