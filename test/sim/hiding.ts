/**
 * RFC 8487 §4.6, as proto/CONFORMANCE.md reads it: what a block tells of links between routers of one domain is all ones.
 * The Outgoing Interface is on one when the router before belongs to the same domain, the Incoming Interface when the one
 * behind does.
 */
import { codeFields, type Fields } from './fields.ts';
import { interfaceOn, type Network, type Parent, type Router } from './model.ts';
import { type Arrival, neighborName } from './verdict.ts';
import { countOwners, isSameDaemon } from './ways.ts';

const ADDRESS_ONES = { 4: '255.255.255.255', 6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' } as const;
const ID_ONES = 0xffff_ffff;

/** What is hidden, and what of. */
export interface Place {
  readonly router: Router;
  readonly arrival: Arrival;
  /** The router that the trace came from; `undefined`: the client's Query. */
  readonly before: Router | undefined;
  /** `undefined`: the router has said nothing of the way on. */
  readonly parent: Parent | undefined;
  /** Asked for by multicast, because the router itself is not known. */
  readonly isByGroup: boolean;
  /** And not in the name of a gateway of somebody else. */
  readonly isForClient: boolean;
}

/** @returns the block as it is told: alternatives where a daemon cannot know whether a link is inside */
export function toldFields(network: Network, place: Place, fields: Fields): Fields[] {
  const { router, before, isForClient } = place;
  if (!isForClient) return [fields];
  if (router.speaker.kind !== 'daemon' || !network.hiding.has(router.speaker.daemon)) return [fields];
  const outgoing = before !== undefined && isSameDaemon(before, router);
  return incomingSides(network, place).map((incoming) => hide(network, place, fields, { outgoing, incoming }));
}

/** Whether the Incoming Interface is on a link inside. */
function incomingSides(network: Network, { router, parent, isByGroup }: Place): boolean[] {
  const { link, from } = parent ?? {};
  if (link === undefined || typeof from !== 'number') return [false];
  const { members, numbering, naming } = network.links[link]!;
  const isOurs = (id: number) => id !== router.id && isSameDaemon(router, network.routers[id]!);
  if (isByGroup) {
    const isInside = members.some((id) => isOurs(id) && interfaceOn(network.routers[id]!, link)!.multicast);
    // By the subnets that the routers have there: of another one than that of the trace, too.
    if (!router.isLearned) return [true, false];
    return isInside && numbering === 'none' ? [true, false] : [isInside];
  }
  if (!isOurs(from)) return router.isLearned ? [false] : [false, true];
  // One link-local address may be that of several routers.
  const isSure = naming === 'global' || countOwners(network, router, neighborName(network, from, link)!) === 1;
  return isSure ? [true] : [true, false];
}

function hide(
  { family }: Network,
  { arrival }: Place,
  fields: Fields,
  isInner: { readonly outgoing: boolean; readonly incoming: boolean },
): Fields {
  const told: Fields = { ...fields, sourceGroupPacketCount: null };
  if (isInner.outgoing) told.outputPacketCount = null;
  if (isInner.incoming) told.inputPacketCount = null;
  if (family === 4) {
    if (isInner.outgoing) told.outgoingInterfaceAddress = ADDRESS_ONES[4];
    if (isInner.incoming) told.incomingInterfaceAddress = told.upstreamRouterAddress = ADDRESS_ONES[4];
  } else {
    if (isInner.outgoing) told.outgoingInterfaceId = ID_ONES;
    if (isInner.incoming) {
      told.incomingInterfaceId = ID_ONES;
      told.remoteAddress = ADDRESS_ONES[6];
    }
    // At the border it is known by the address that it has there; also where it could not be read.
    const isUnread = fields.incomingInterfaceId === 0 && fields.localAddress !== '::';
    if (isInner.incoming || isUnread) {
      told.localAddress = (isInner.outgoing ? undefined : arrival.on?.address) ?? ADDRESS_ONES[6];
    }
  }
  if (told.forwardingCode === 0) Object.assign(told, codeFields('INFO_HIDDEN'));
  return told;
}
