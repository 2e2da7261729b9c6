/** The fields of a Standard Response Block, RFC 8487 §3.2.4, §3.2.5, by the names that the client shows them by, and what they may be. */
export const CODES: Readonly<Record<string, number>> = {
  NO_ERROR: 0,
  WRONG_IF: 1,
  PRUNE_SENT: 2,
  PRUNE_RCVD: 3,
  SCOPED: 4,
  NO_ROUTE: 5,
  WRONG_LAST_HOP: 6,
  NOT_FORWARDING: 7,
  REACHED_RP: 8,
  RPF_IF: 9,
  NO_MULTICAST: 10,
  INFO_HIDDEN: 11,
  REACHED_GW: 12,
  UNKNOWN_QUERY: 13,
  FATAL_ERROR: 0x80,
  NO_SPACE: 0x81,
  ADMIN_PROHIB: 0x83,
};
/** IANA-RTPROTO-MIB, as far as the networks use it. */
export const ROUTING: Readonly<Record<string, number>> = { local: 2, netmgmt: 3, rip: 8, isIs: 9, ospf: 13, bgp: 14 };
export const MULTICAST: Readonly<Record<string, number>> = {
  dvmrp: 4,
  mospf: 5,
  pimSparseDense: 6,
  pimSparseMode: 8,
  pimDenseMode: 9,
  igmpOnly: 10,
  bgmp: 11,
};

/** The fields of a block but for its arrival time: numbers, address text, counts as decimal text or `null`. */
export type Fields = Record<string, number | string | null>;

/** A block of zeros with this code: the beginning of every block, RFC 8487 §4.2.2 (1). */
export function zeroBlock(family: 4 | 6, code: string): Fields {
  const common = {
    type: 4,
    typeName: 'STANDARD_RESPONSE_BLOCK',
    length: family === 4 ? 52 : 80,
    mbz: 0,
    inputPacketCount: '0',
    outputPacketCount: '0',
    sourceGroupPacketCount: '0',
    routingProtocol: 0,
    routingProtocolName: null,
    multicastRoutingProtocol: 0,
    multicastRoutingProtocolName: null,
    mbz2: 0,
    s: 0,
    ...codeFields(code),
  };
  const zero = '0.0.0.0';
  return family === 4
    ? {
        ...common,
        incomingInterfaceAddress: zero,
        outgoingInterfaceAddress: zero,
        upstreamRouterAddress: zero,
        forwardingTtl: 0,
        sourceMask: 0,
      }
    : {
        ...common,
        incomingInterfaceId: 0,
        outgoingInterfaceId: 0,
        localAddress: '::',
        remoteAddress: '::',
        sourcePrefixLength: 0,
      };
}

export function codeFields(code: string): Fields {
  return { forwardingCode: CODES[code]!, forwardingCodeName: code };
}
