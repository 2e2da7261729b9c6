/**
 * The numbers of RFC 8487 and of the IANA registries it points to, each stated once, in the registry's own spelling.
 * Values that are not listed stay numbers everywhere and print as hex; none is ever mapped to a listed one.
 */

/** A named set of code points: name to number. */
export type Registry = Readonly<Record<string, number>>;

/** RFC 8487 §3.2 */
export const TlvType = {
  QUERY: 0x01,
  REQUEST: 0x02,
  REPLY: 0x03,
  STANDARD_RESPONSE_BLOCK: 0x04,
  AUGMENTED_RESPONSE_BLOCK: 0x05,
  EXTENDED_QUERY_BLOCK: 0x06,
} as const;

/** RFC 8487 §3.2.4, §8.1. A copy of the IANA table gives ADMIN_PROHIB as 0x82; the RFC's 0x83 is what we send. */
export const ForwardingCode = {
  NO_ERROR: 0x00,
  WRONG_IF: 0x01,
  PRUNE_SENT: 0x02,
  PRUNE_RCVD: 0x03,
  SCOPED: 0x04,
  NO_ROUTE: 0x05,
  WRONG_LAST_HOP: 0x06,
  NOT_FORWARDING: 0x07,
  REACHED_RP: 0x08,
  RPF_IF: 0x09,
  NO_MULTICAST: 0x0a,
  INFO_HIDDEN: 0x0b,
  REACHED_GW: 0x0c,
  UNKNOWN_QUERY: 0x0d,
  FATAL_ERROR: 0x80,
  NO_SPACE: 0x81,
  ADMIN_PROHIB: 0x83,
} as const;

/** RFC 8487 §3.2.6 */
export const AugmentedResponseType = {
  RETURNED_STANDARD_RESPONSE_BLOCKS: 0x0001,
} as const;

/** IANAipRouteProtocol of IANA-RTPROTO-MIB: the Rtg Protocol field. */
export const RoutingProtocol = {
  other: 1,
  local: 2,
  netmgmt: 3,
  icmp: 4,
  egp: 5,
  ggp: 6,
  hello: 7,
  rip: 8,
  isIs: 9,
  esIs: 10,
  ciscoIgrp: 11,
  bbnSpfIgp: 12,
  ospf: 13,
  bgp: 14,
  idpr: 15,
  ciscoEigrp: 16,
  dvmrp: 17,
  rpl: 18,
  dhcp: 19,
  ttdp: 20,
} as const;
export type RoutingProtocol = keyof typeof RoutingProtocol;

/** IANAipMRouteProtocol of IANA-RTPROTO-MIB: the Multicast Rtg Protocol field. */
export const MulticastRoutingProtocol = {
  other: 1,
  local: 2,
  netmgmt: 3,
  dvmrp: 4,
  mospf: 5,
  pimSparseDense: 6,
  cbt: 7,
  pimSparseMode: 8,
  pimDenseMode: 9,
  igmpOnly: 10,
  bgmp: 11,
  msdp: 12,
} as const;
export type MulticastRoutingProtocol = keyof typeof MulticastRoutingProtocol;

/** UDP destination port of Queries and Requests. RFC 8487 §8.3 */
export const MTRACE2_PORT = 33435;

/** Where clients that do not know their last-hop router send Queries to, by IP version, as octets. RFC 8487 §5.1.1 */
export const ALL_ROUTERS = {
  4: Uint8Array.of(224, 0, 0, 2),
  6: Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2),
} as const;

const octets6 = (last: number) => Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last);
/** RFC 7761 §4.9: where PIM routers hear each other, and a Request whose sender does not know which of them is upstream. */
export const ALL_PIM_ROUTERS = { 4: Uint8Array.of(224, 0, 0, 13), 6: octets6(13) } as const;
const ALL_SPF_ROUTERS = { 4: Uint8Array.of(224, 0, 0, 5), 6: octets6(5) } as const;
const ALL_DVMRP_ROUTERS = { 4: Uint8Array.of(224, 0, 0, 4), 6: octets6(4) } as const;

/** Where the routers of a link hear a Request whose upstream router is not known, all link-scoped. RFC 8487 §4.3.1 */
export const ROUTERS_GROUP: Readonly<Record<number, { readonly 4: Uint8Array; readonly 6: Uint8Array }>> = {
  [MulticastRoutingProtocol.dvmrp]: ALL_DVMRP_ROUTERS,
  [MulticastRoutingProtocol.mospf]: ALL_SPF_ROUTERS,
  [MulticastRoutingProtocol.pimSparseDense]: ALL_PIM_ROUTERS,
  [MulticastRoutingProtocol.pimSparseMode]: ALL_PIM_ROUTERS,
  [MulticastRoutingProtocol.pimDenseMode]: ALL_PIM_ROUTERS,
};

/** The registry's name of a value, or `undefined` when the registry has none. */
export function nameOf(registry: Registry, value: number): string | undefined {
  for (const name in registry) if (registry[name] === value) return name;
  return undefined;
}
