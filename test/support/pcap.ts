/** Writes captures: the classic pcap format, little-endian, of IPv4 and IPv6 packets with no link header. */

import { HEADER } from '../../proto/mtrace2.ts';
import { MTRACE2_PORT, TlvType } from '../../proto/registry.ts';
import { type Address, parseAddress } from '../../src/wire/address.ts';
import { addressIn, checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';

export interface Packet {
  /** Whole milliseconds. */
  readonly unixMs: number;
  readonly source: Address;
  readonly sourcePort: number;
  /** Of the family of `source`. */
  readonly destination: Address;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
  /** Octets of the packet that the capture has, from the IP header on. Default all. */
  readonly keptOctets?: number;
}

const MAGIC = 0xa1b2c3d4;
const SNAPLEN = 65535;
const LINKTYPE_RAW = 101;
const UDP = 17;
const HOP_LIMIT = 255;

export function writePcap(packets: readonly Packet[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAPLEN, 16);
  header.writeUInt32LE(LINKTYPE_RAW, 20);
  return Buffer.concat([header, ...packets.flatMap(record)]);
}

function record(packet: Packet): Buffer[] {
  const octets = packet.source.length === 4 ? ipv4(packet) : ipv6(packet);
  const kept = octets.subarray(0, packet.keptOctets);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(packet.unixMs / 1000), 0);
  header.writeUInt32LE((packet.unixMs % 1000) * 1000, 4);
  header.writeUInt32LE(kept.length, 8);
  header.writeUInt32LE(octets.length, 12);
  return [header, kept];
}

function ipv4(packet: Packet): Buffer {
  const datagram = udp(packet);
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + datagram.length, 2);
  header.writeUInt16BE(0x4000, 6); // DF: RFC 8487 §3
  header[8] = HOP_LIMIT;
  header[9] = UDP;
  header.set(packet.source, 12);
  header.set(packet.destination, 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, datagram]);
}

function ipv6(packet: Packet): Buffer {
  const datagram = udp(packet);
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(datagram.length, 4);
  header[6] = UDP;
  header[7] = HOP_LIMIT;
  header.set(packet.source, 8);
  header.set(packet.destination, 24);
  return Buffer.concat([header, datagram]);
}

function udp({ source, sourcePort, destination, destinationPort, payload }: Packet): Buffer {
  const datagram = Buffer.alloc(8 + payload.length);
  datagram.writeUInt16BE(sourcePort, 0);
  datagram.writeUInt16BE(destinationPort, 2);
  datagram.writeUInt16BE(datagram.length, 4);
  datagram.set(payload, 8);
  const pseudo = Uint8Array.of(0, UDP, datagram.length >> 8, datagram.length & 0xff);
  // 0 would say that there is none. RFC 768
  datagram.writeUInt16BE(checksum(Buffer.concat([source, destination, pseudo, datagram])) || 0xffff, 6);
  return datagram;
}

/** RFC 1071. */
function checksum(octets: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += (octets[i]! << 8) | (octets[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
  return ~sum & 0xffff;
}

const ROUTERS = {
  4: [parseAddress('192.0.2.1')!, parseAddress('192.0.2.2')!],
  6: [parseAddress('2001:db8::1')!, parseAddress('2001:db8::2')!],
} as const;

/**
 * A message on its way between the hosts that it is for: client to router, router to router, router to client. What is not
 * a message is sent as a Request.
 * @param replyPort that the Reply is sent from
 */
export function packetOf(payload: Uint8Array, unixMs: number, replyPort = MTRACE2_PORT): Packet {
  const memory = memoryOf(payload);
  const message = emptyMessage();
  const isMessage = checkMessage(memory.view, 0, payload.length, message) === undefined;
  const family = isMessage ? message.family : 4;
  const [router, upstream] = ROUTERS[family];
  const { f } = HEADER[family];
  const toRouter = { unixMs, destinationPort: MTRACE2_PORT, payload };
  const type = isMessage ? f.type.get(memory.view, 0) : TlvType.REQUEST;
  if (type === TlvType.REQUEST) {
    return { ...toRouter, source: router, sourcePort: MTRACE2_PORT, destination: upstream };
  }
  const client = addressIn(payload, f.clientAddress, 0);
  const clientPort = f.clientPort.get(memory.view, 0);
  return type === TlvType.QUERY
    ? { ...toRouter, source: client, sourcePort: clientPort, destination: router }
    : { ...toRouter, source: router, sourcePort: replyPort, destination: client, destinationPort: clientPort };
}
