/** One Standard Response Block of a Reply as the client reads it: what it says of its router. RFC 8487 §3.2.4, §3.2.5 */
import { STANDARD_RESPONSE_BLOCK, standardResponseBlockV4, standardResponseBlockV6 } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import { type Address, isAllOnes, isAllZeros } from '../wire/address.ts';
import { addressIn, isUnspecified, type Memory, type Message } from '../wire/view.ts';

export interface Reply {
  readonly memory: Memory;
  readonly message: Message;
}

/** A Standard Response Block of a Reply: one router. */
export interface HopBlock {
  readonly reply: Reply;
  readonly base: number;
  /** Its place on the path, from 1 at the receiver. */
  readonly number: number;
}

export function codeOf({ reply, base }: HopBlock): number {
  return STANDARD_RESPONSE_BLOCK[reply.message.family].f.forwardingCode.get(reply.memory.view, base);
}

export function upstreamOf({ reply, base }: HopBlock): Address | undefined {
  const field =
    reply.message.family === 4
      ? standardResponseBlockV4.f.upstreamRouterAddress
      : standardResponseBlockV6.f.remoteAddress;
  const address = addressIn(reply.memory.octets, field, base);
  return isAllZeros(address) ? undefined : address;
}

/** "The Incoming Interface of the last router is non-zero, but the upstream router is zero." RFC 8487 §5.8.1 */
export function isDirectlyConnected(hop: HopBlock): boolean {
  const { view } = hop.reply.memory;
  const incoming =
    hop.reply.message.family === 4
      ? standardResponseBlockV4.f.incomingInterfaceAddress
      : standardResponseBlockV6.f.incomingInterfaceId;
  return incoming.get(view, hop.base) !== 0 && upstreamOf(hop) === undefined;
}

/** The router's own that it tells, the one that it is known by to its receivers first. */
export function ownAddresses({ reply, base }: HopBlock): Address[] {
  const fields =
    reply.message.family === 4
      ? [standardResponseBlockV4.f.outgoingInterfaceAddress, standardResponseBlockV4.f.incomingInterfaceAddress]
      : [standardResponseBlockV6.f.localAddress];
  return fields
    .map((field) => addressIn(reply.memory.octets, field, base))
    .filter((address) => !isUnspecified(address));
}

/**
 * By what a block says of its router: both interfaces, of which one may be unnumbered, and in IPv6 the Local Address.
 * `undefined`: all of that is hidden (RFC 8487 §4.6) or unknown, and one is as good as another.
 */
export function identityOf({ reply, base }: HopBlock): string | undefined {
  const { memory, message } = reply;
  const identity = IDENTITY[message.family].map((field) => addressIn(memory.octets, field, base));
  return identity.every((one) => isAllOnes(one) || isAllZeros(one)) ? undefined : identity.join(' ');
}

const IDENTITY = {
  4: [standardResponseBlockV4.f.outgoingInterfaceAddress, standardResponseBlockV4.f.incomingInterfaceAddress],
  6: [
    standardResponseBlockV6.f.outgoingInterfaceId,
    standardResponseBlockV6.f.incomingInterfaceId,
    standardResponseBlockV6.f.localAddress,
  ],
} as const;

/** Whether it ends for no reason but that somebody else goes on. A code noted before REACHED_GW stands in its place. */
export function mayBeGateway(hop: HopBlock): boolean {
  const code = codeOf(hop);
  return !isFatal(code) && !MISDIRECTED.has(code) && code !== ForwardingCode.REACHED_RP && hasUpstream(hop);
}

/** Asked at an interface that they do not forward by, routers end a trace. RFC 8487 §4.2.2 (7) */
export const MISDIRECTED: ReadonlySet<number> = new Set([
  ForwardingCode.WRONG_IF,
  ForwardingCode.RPF_IF,
  ForwardingCode.NO_MULTICAST,
]);

/** A gateway asks on, also where it may not name whom: RFC 8487 §3.2.4, of unnumbered interfaces. */
export function hasUpstream(hop: HopBlock): boolean {
  return codeOf(hop) === ForwardingCode.REACHED_GW || upstreamOf(hop) !== undefined;
}

/** RFC 8487 §5.8.2: the high bit is an error that stopped the trace, wherever it was. */
export function isFatal(code: number): boolean {
  return code >= 0x80;
}
