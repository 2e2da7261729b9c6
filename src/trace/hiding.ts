/**
 * Hiding Information, RFC 8487 §4.6: what a block would tell of the links between our own routers is all ones, for clients
 * that may not know, and the code is INFO_HIDDEN (§3.2.4). What is at the border stays, so that routers beyond it go on as
 * ever: the Outgoing Interface of the router that the Request entered by, and Incoming Interface and upstream router of the
 * one that it leaves by.
 */
import { STANDARD_RESPONSE_BLOCK, standardResponseBlockV4, standardResponseBlockV6 } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import { isLinkLocal } from '../wire/address.ts';
import { addressIn, isUnspecified } from '../wire/view.ts';
import { type Hop, noteForwardingCode } from './hop.ts';

/** Which sides of a router face another router of ours. */
export interface InnerSides {
  readonly outgoing: boolean;
  readonly incoming: boolean;
}

export function hide(hop: Hop, isInner: InnerSides): void {
  const { block, message } = hop;
  const own = STANDARD_RESPONSE_BLOCK[message.family].f;
  // "Within the domain": of all routers, those at the border too.
  const fields: Field[] = [own.sourceGroupPacketCount];
  if (isInner.outgoing) fields.push(own.outputPacketCount);
  if (isInner.incoming) fields.push(own.inputPacketCount);
  if (message.family === 4) {
    const f = standardResponseBlockV4.f;
    if (isInner.outgoing) fields.push(f.outgoingInterfaceAddress);
    if (isInner.incoming) fields.push(f.incomingInterfaceAddress, f.upstreamRouterAddress);
  } else {
    const f = standardResponseBlockV6.f;
    if (isInner.outgoing) fields.push(f.outgoingInterfaceId);
    if (isInner.incoming) fields.push(f.incomingInterfaceId, f.remoteAddress);
  }
  // By it a router is known that tells nothing of its incoming side, too.
  const isInnerAddress = message.family === 6 && (isInner.incoming || isUntold(hop));
  if (isInnerAddress) fields.push(standardResponseBlockV6.f.localAddress);
  for (const { at, octets } of fields) hop.memory.octets.fill(0xff, block + at, block + at + octets);
  if (isInnerAddress && !isInner.outgoing) writeOuterAddress(hop);
  noteForwardingCode(hop, ForwardingCode.INFO_HIDDEN);
}

/** Of a router that was not read, or not asked: it has a Local Address all the same. */
function isUntold({ memory, block }: Hop): boolean {
  const { incomingInterfaceId, localAddress } = standardResponseBlockV6.f;
  const isNamed = !isUnspecified(addressIn(memory.octets, localAddress, block));
  return isNamed && incomingInterfaceId.get(memory.view, block) === 0;
}

/** Local Address (IPv6) of the router that the Request entered by: one that is known out there, if it has one. */
function writeOuterAddress({ memory, block, state }: Hop): void {
  const { localAddress, outgoingInterfaceId } = standardResponseBlockV6.f;
  const { addresses = [] } = state.interfaces.get(outgoingInterfaceId.get(memory.view, block)) ?? {};
  const outer = addresses.find(({ address }) => address.length === 16 && !isLinkLocal(address))?.address;
  if (outer !== undefined) memory.octets.set(outer, block + localAddress.at);
}

interface Field {
  readonly at: number;
  readonly octets: number;
}
