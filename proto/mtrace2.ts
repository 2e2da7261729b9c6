/**
 * The wire format of Mtrace2, once: one table for each figure of RFC 8487. Nothing else in the project counts octets.
 */
import { bits, count64, ipv4, ipv6, layout, names, u8, u16, u32 } from './field.ts';
import {
  AugmentedResponseType,
  ForwardingCode,
  MulticastRoutingProtocol,
  RoutingProtocol,
  TlvType,
} from './registry.ts';

const type = u8(0, 'Type', names(TlvType));
const length = u16(1, 'Length');

/** RFC 8487 §3.1: what every TLV begins with. `Length` counts Type, Length and Value. */
export const tlv = layout('tlv', 'Mtrace2 TLV Format', '3.1', 3, { type, length }, 'Value');

/** RFC 8487 §3.2.1: Query, Request and Reply, IPv4 (Length 20). */
export const headerV4 = layout('header4', 'Mtrace2 Query, Request, Reply (IPv4)', '3.2.1', 20, {
  type,
  length,
  hops: u8(3, '# Hops'),
  multicastAddress: ipv4(4, 'Multicast Address'),
  sourceAddress: ipv4(8, 'Source Address'),
  clientAddress: ipv4(12, 'Mtrace2 Client Address'),
  queryId: u16(16, 'Query ID', 'hex'),
  clientPort: u16(18, 'Client Port #'),
});

/** RFC 8487 §3.2.1: Query, Request and Reply, IPv6 (Length 56). */
export const headerV6 = layout('header6', 'Mtrace2 Query, Request, Reply (IPv6)', '3.2.1', 56, {
  type,
  length,
  hops: u8(3, '# Hops'),
  multicastAddress: ipv6(4, 'Multicast Address'),
  sourceAddress: ipv6(20, 'Source Address'),
  clientAddress: ipv6(36, 'Mtrace2 Client Address'),
  queryId: u16(52, 'Query ID', 'hex'),
  clientPort: u16(54, 'Client Port #'),
});

/** RFC 8487 §3.2.4 */
export const standardResponseBlockV4 = layout('srb4', 'IPv4 Mtrace2 Standard Response Block', '3.2.4', 52, {
  type,
  length,
  mbz: u8(3, 'MBZ', 'mbz'),
  queryArrivalTime: u32(4, 'Query Arrival Time', 'ntp32'),
  incomingInterfaceAddress: ipv4(8, 'Incoming Interface Address'),
  outgoingInterfaceAddress: ipv4(12, 'Outgoing Interface Address'),
  upstreamRouterAddress: ipv4(16, 'Upstream Router Address'),
  inputPacketCount: count64(20, 'Input packet count on Incoming Interface'),
  outputPacketCount: count64(28, 'Output packet count on Outgoing Interface'),
  sourceGroupPacketCount: count64(36, 'Total number of packets for this source-group pair'),
  routingProtocol: u16(44, 'Rtg Protocol', names(RoutingProtocol)),
  multicastRoutingProtocol: u16(46, 'Multicast Rtg Protocol', names(MulticastRoutingProtocol)),
  forwardingTtl: u8(48, 'Fwd TTL'),
  mbz2: u8(49, 'MBZ', 'mbz'),
  s: bits(50, 1, 7, 1, 'S'),
  sourceMask: bits(50, 1, 0, 7, 'Src Mask'),
  forwardingCode: u8(51, 'Forwarding Code', names(ForwardingCode)),
});

/** RFC 8487 §3.2.5 */
export const standardResponseBlockV6 = layout('srb6', 'IPv6 Mtrace2 Standard Response Block', '3.2.5', 80, {
  type,
  length,
  mbz: u8(3, 'MBZ', 'mbz'),
  queryArrivalTime: u32(4, 'Query Arrival Time', 'ntp32'),
  incomingInterfaceId: u32(8, 'Incoming Interface ID'),
  outgoingInterfaceId: u32(12, 'Outgoing Interface ID'),
  localAddress: ipv6(16, 'Local Address'),
  remoteAddress: ipv6(32, 'Remote Address'),
  inputPacketCount: count64(48, 'Input packet count on Incoming Interface'),
  outputPacketCount: count64(56, 'Output packet count on Outgoing Interface'),
  sourceGroupPacketCount: count64(64, 'Total number of packets for this source-group pair'),
  routingProtocol: u16(72, 'Rtg Protocol', names(RoutingProtocol)),
  multicastRoutingProtocol: u16(74, 'Multicast Rtg Protocol', names(MulticastRoutingProtocol)),
  mbz2: bits(76, 2, 1, 15, 'MBZ 2', 'mbz'),
  s: bits(76, 2, 0, 1, 'S'),
  sourcePrefixLength: u8(78, 'Src Prefix Len'),
  forwardingCode: u8(79, 'Forwarding Code', names(ForwardingCode)),
});

/** RFC 8487 §3.2.6. The Value is Length - 6 octets. */
export const augmentedResponseBlock = layout(
  'arb',
  'Mtrace2 Augmented Response Block',
  '3.2.6',
  6,
  {
    type,
    length,
    mbz: u8(3, 'MBZ', 'mbz'),
    augmentedResponseType: u16(4, 'Augmented Response Type', names(AugmentedResponseType)),
  },
  'Value',
);

/** RFC 8487 §3.2.7. T is the low bit of octet 3. */
export const extendedQueryBlock = layout(
  'eqb',
  'Mtrace2 Extended Query Block',
  '3.2.7',
  6,
  {
    type,
    length,
    mbz: bits(3, 1, 1, 7, 'MBZ', 'mbz'),
    t: bits(3, 1, 0, 1, 'T'),
    extendedQueryType: u16(4, 'Extended Query Type', 'hex'),
  },
  'Value',
);

/** The tables that an IPv4 or an IPv6 message is made of. */
export const HEADER = { 4: headerV4, 6: headerV6 } as const;
export const STANDARD_RESPONSE_BLOCK = { 4: standardResponseBlockV4, 6: standardResponseBlockV6 } as const;
export const LAYOUTS = [
  headerV4,
  headerV6,
  standardResponseBlockV4,
  standardResponseBlockV6,
  augmentedResponseBlock,
  extendedQueryBlock,
] as const;
