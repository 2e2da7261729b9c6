/**
 * Reads UDP datagrams out of a capture: the classic pcap format (tcpdump -w) of Ethernet frames, IPv4 or IPv6.
 * Anything else in the capture is passed over: other protocols, later fragments, IPv6 extension headers.
 */
import { type Address, formatAddress } from '../../src/wire/address.ts';

/** One UDP datagram as it was on the link. */
export interface Datagram {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** TTL or hop limit. */
  readonly hopLimit: number;
  readonly payload: Uint8Array;
}

const MAGIC = 0xa1b2c3d4;
const LINKTYPE_ETHERNET = 1;
const FILE_HEADER_OCTETS = 24;
const RECORD_HEADER_OCTETS = 16;
const ETHERNET_OCTETS = 14;
const UDP = 17;

/**
 * The datagrams of a capture in the order of their arrival. A record that is not complete yet ends the list: the
 * capture may still be running. Throws when it is not a capture of Ethernet frames on a machine like this one.
 */
export function readDatagrams(capture: Buffer): Datagram[] {
  if (capture.length < FILE_HEADER_OCTETS) return [];
  // The header is in the byte order of the machine that wrote it; ours, and every one that Node's releases run on, is little.
  if (capture.readUInt32LE(0) !== MAGIC || capture.readUInt32LE(20) !== LINKTYPE_ETHERNET) {
    throw new Error('not a little-endian pcap of Ethernet frames');
  }
  const datagrams: Datagram[] = [];
  let base = FILE_HEADER_OCTETS;
  while (base + RECORD_HEADER_OCTETS <= capture.length) {
    const frame = base + RECORD_HEADER_OCTETS;
    const end = frame + capture.readUInt32LE(base + 8);
    if (end > capture.length) break;
    const datagram = readFrame(capture.subarray(frame, end));
    if (datagram !== undefined) datagrams.push(datagram);
    base = end;
  }
  return datagrams;
}

function readFrame(frame: Buffer): Datagram | undefined {
  const packet = frame.subarray(ETHERNET_OCTETS);
  switch (frame.readUInt16BE(ETHERNET_OCTETS - 2)) {
    case 0x0800: {
      const laterFragment = (packet.readUInt16BE(6) & 0x1fff) !== 0;
      if (packet[9] !== UDP || laterFragment) return undefined;
      const headerOctets = (packet[0]! & 0x0f) * 4;
      return readUdp(packet.subarray(headerOctets), packet[8]!, packet.subarray(12, 16), packet.subarray(16, 20));
    }
    case 0x86dd:
      if (packet[6] !== UDP) return undefined;
      return readUdp(packet.subarray(40), packet[7]!, packet.subarray(8, 24), packet.subarray(24, 40));
    default:
      return undefined;
  }
}

function readUdp(segment: Buffer, hopLimit: number, source: Address, destination: Address): Datagram {
  return {
    source: formatAddress(source),
    sourcePort: segment.readUInt16BE(0),
    destination: formatAddress(destination),
    destinationPort: segment.readUInt16BE(2),
    hopLimit,
    // The length in the header, not the end of the frame: Ethernet pads short frames.
    payload: Uint8Array.from(segment.subarray(8, segment.readUInt16BE(4))),
  };
}
