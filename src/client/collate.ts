/**
 * Replies to one Query become one path. Pure. Several Replies come when a router ran out of room (NO_SPACE): they are one
 * Reply in pieces, and the mark itself is no error of the path. RFC 8487 §5.8, §5.9. UDP may turn the order of arrival
 * around or lose a piece, so they are joined by the number of blocks before each, which they carry (§3.2.6).
 */
import {
  HEADER,
  STANDARD_RESPONSE_BLOCK,
  standardResponseBlockV4,
  standardResponseBlockV6,
} from '../../proto/mtrace2.ts';
import { ForwardingCode, TlvType } from '../../proto/registry.ts';
import {
  type Address,
  addressKey,
  isAllOnes,
  isAllZeros,
  isLinkLocal,
  isMulticast,
  sameAddress,
} from '../wire/address.ts';
import { addressIn, forEachBlock, isUnspecified, type Memory, type Message } from '../wire/view.ts';

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

export type Ending =
  | 'reached-source' // RFC 8487 §5.8.1
  | 'reached-rp'
  | 'ended-before'
  | 'incomplete' // a Reply in the middle did not arrive
  | 'no-reply';

/**
 * In trace order. Numbers that are not there are those of a Reply that did not arrive.
 *
 * A Reply says how many blocks the client has had before, in other Replies: behind a router without room (RFC 8487 §4.3.3),
 * and behind a gateway (§4.5) of ours. What others do not count goes where the path can go on, and what comes behind it
 * counts from there. What goes on from a block that is there comes first, whenever it arrived, the least count before
 * others; the rest stands behind a hole. A second answer to the same part of the path says nothing new of it.
 */
export function hopsOf(replies: readonly Reply[]): HopBlock[] {
  const path = new Map<number, HopBlock>();
  /** From where Replies count. */
  const origins = [0];
  const placesOf = ({ message }: Reply) => origins.map((origin) => origin + message.returnedBlockCount);
  const put = (reply: Reply, before: number) => {
    if (!placesOf(reply).includes(before)) origins.push(before - reply.message.returnedBlockCount);
    let number = before;
    forEachBlock(reply.memory.view, reply.message, (base, type) => {
      if (type !== TlvType.STANDARD_RESPONSE_BLOCK) return;
      number++;
      if (!path.has(number)) path.set(number, { reply, base, number });
    });
  };
  const left = replies.toSorted((a, b) => a.message.returnedBlockCount - b.message.returnedBlockCount);
  const putFirst = (placeFor: typeof seamFor) => {
    for (const [i, reply] of left.entries()) {
      const before = placeFor(path, placesOf(reply), reply);
      if (before === undefined) continue;
      left.splice(i, 1);
      put(reply, before);
      return true;
    }
    return false;
  };
  while (putFirst(seamFor) || putFirst(placeBehindHole));
  return [...path.values()].sort((a, b) => a.number - b.number);
}

/** Where this Reply goes on from the path as it is; `undefined`: nowhere. */
function seamFor(path: ReadonlyMap<number, HopBlock>, places: readonly number[], reply: Reply): number | undefined {
  const free = places.filter((place) => !path.has(place + 1));
  if (free.includes(0)) return 0;
  const seam = free.findLast((place) => mayBeSeam(path.get(place), reply));
  return seam ?? (free.length === 0 ? endToGoOnFrom(path, places, reply) : undefined);
}

/**
 * Where it stands by its count, with nothing before it; behind a router that has named another one only if nowhere else:
 * the Query of a gateway may be answered by another router of the link.
 */
function placeBehindHole(
  path: ReadonlyMap<number, HopBlock>,
  places: readonly number[],
  reply: Reply,
): number | undefined {
  const free = places.filter((place) => !path.has(place + 1));
  const isAgainst = (last: HopBlock | undefined) => last !== undefined && isNamedBy(last, reply) === false;
  return free.find((place) => !isAgainst(path.get(place))) ?? free[0];
}

/**
 * The end of the path, where a Reply that does not count may go on from it; not what other routers say of a part that is
 * there.
 */
function endToGoOnFrom(
  path: ReadonlyMap<number, HopBlock>,
  places: readonly number[],
  reply: Reply,
): number | undefined {
  const identity = identityOf(firstOf(reply));
  const isKnown = places.some((place) => {
    const first = path.get(place + 1);
    return first !== undefined && identity !== undefined && identityOf(first) === identity;
  });
  const end = path.get(Math.max(...path.keys()));
  if (isKnown || end === undefined || !mayBeSeam(end, reply)) return undefined;
  // Another last-hop router may have answered, too: where the next part is to count, only the right one will do.
  return codeOf(end) !== ForwardingCode.NO_SPACE || isNamedBy(end, reply) ? end.number : undefined;
}

/** Whether the path goes on from this router, and this Reply may be how. */
function mayBeSeam(last: HopBlock | undefined, reply: Reply): boolean {
  if (last === undefined) return false;
  return (codeOf(last) === ForwardingCode.NO_SPACE || mayBeGateway(last)) && isNamedBy(last, reply) !== false;
}

/** Whether the first router of the Reply is the one that this router has named; `undefined`: that does not show. */
function isNamedBy(last: HopBlock, reply: Reply): boolean | undefined {
  const first = firstOf(reply);
  const isTold = (address: Address) => !isAllZeros(address) && !isAllOnes(address) && !isMulticast(address);
  const upstream = upstreamOf(last);
  const own = OWN_ADDRESS[reply.message.family];
  const address = addressIn(reply.memory.octets, own, first.base);
  if (upstream === undefined || !isTold(upstream) || !isTold(address)) return undefined;
  if (sameAddress(upstream, address)) return true;
  // Of IPv6 routers it is one address of many.
  return reply.message.family === 4 ? false : undefined;
}

function firstOf(reply: Reply): HopBlock {
  const known = FIRST.get(reply);
  if (known !== undefined) return known;
  let base = -1;
  forEachBlock(reply.memory.view, reply.message, (at, type) => {
    if (type === TlvType.STANDARD_RESPONSE_BLOCK && base < 0) base = at;
  });
  const first = { reply, base, number: reply.message.returnedBlockCount + 1 };
  FIRST.set(reply, first);
  return first;
}

/** Looked for once: it is asked for again and again while the places of others change. */
const FIRST = new WeakMap<Reply, HopBlock>();

/** On the link towards the receiver; in IPv6 wherever. */
const OWN_ADDRESS = {
  4: standardResponseBlockV4.f.outgoingInterfaceAddress,
  6: standardResponseBlockV6.f.localAddress,
} as const;

/**
 * By what a block says of its router: both interfaces, of which one may be unnumbered, and in IPv6 the Local Address.
 * `undefined`: all of that is hidden (RFC 8487 §4.6) or unknown, and one is as good as another.
 */
function identityOf({ reply, base }: HopBlock): string | undefined {
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
function mayBeGateway(hop: HopBlock): boolean {
  const code = codeOf(hop);
  return !isFatal(code) && !MISDIRECTED.has(code) && code !== ForwardingCode.REACHED_RP && hasUpstream(hop);
}

/** Asked at an interface that they do not forward by, routers end a trace. RFC 8487 §4.2.2 (7) */
const MISDIRECTED: ReadonlySet<number> = new Set([
  ForwardingCode.WRONG_IF,
  ForwardingCode.RPF_IF,
  ForwardingCode.NO_MULTICAST,
]);

/** A gateway asks on, also where it may not name whom: RFC 8487 §3.2.4, of unnumbered interfaces. */
function hasUpstream(hop: HopBlock): boolean {
  return codeOf(hop) === ForwardingCode.REACHED_GW || upstreamOf(hop) !== undefined;
}

function hasHole(hops: readonly HopBlock[]): boolean {
  return (hops.at(-1)?.number ?? 0) > hops.length;
}

export function codeOf({ reply, base }: HopBlock): number {
  return STANDARD_RESPONSE_BLOCK[reply.message.family].f.forwardingCode.get(reply.memory.view, base);
}

/**
 * Whether more Replies to the same Query are to be expected, of interest where the path does not loop. `perhaps`: a
 * gateway's block may have another code than REACHED_GW, noted before; and so has a router that found nobody upstream; or
 * another Reply would fit better where one is that another router was named for.
 */
export function moreToCome(replies: readonly Reply[]): 'no' | 'perhaps' | 'yes' {
  const hops = hopsOf(replies);
  const last = hops.at(-1);
  if (last === undefined || hasHole(hops) || codeOf(last) === ForwardingCode.NO_SPACE) return 'yes';
  if (isDoubtful(hops)) return 'perhaps';
  if (!mayBeGateway(last) || isAtHopLimit(hops) || repeatedRouter(hops) !== undefined) return 'no';
  return codeOf(last) === ForwardingCode.REACHED_GW ? 'yes' : 'perhaps';
}

/** Whether another router goes on than the one that was named: another one of its link, or a Reply is yet to come. */
function isDoubtful(hops: readonly HopBlock[]): boolean {
  return hops.some(({ reply }, i) => {
    const before = hops[i - 1];
    return before !== undefined && before.reply !== reply && isNamedBy(before, reply) === false;
  });
}

export function endingOf(replies: readonly Reply[]): Ending {
  const hops = hopsOf(replies);
  const last = hops.at(-1);
  if (last === undefined) return 'no-reply';
  if (hasHole(hops)) return 'incomplete';
  const code = codeOf(last);
  if (code === ForwardingCode.REACHED_RP) return 'reached-rp';
  const isArrival = isDirectlyConnected(last) && code !== ForwardingCode.REACHED_GW;
  if (isFatal(code) || MISDIRECTED.has(code) || !isArrival) return 'ended-before';
  return isSourceNamed(last.reply) ? 'reached-source' : 'reached-rp';
}

/** The shared tree ends at the RP, whatever its router has to say besides. */
function isSourceNamed({ memory, message }: Reply): boolean {
  return !isUnspecified(addressIn(memory.octets, HEADER[message.family].f.sourceAddress, message.base));
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

export function upstreamOf({ reply, base }: HopBlock): Address | undefined {
  const field =
    reply.message.family === 4
      ? standardResponseBlockV4.f.upstreamRouterAddress
      : standardResponseBlockV6.f.remoteAddress;
  const address = addressIn(reply.memory.octets, field, base);
  return isAllZeros(address) ? undefined : address;
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

/** The first router that comes again further up. A link-local address may be that of another router on another link. */
export function repeatedRouter(hops: readonly HopBlock[]): HopBlock | undefined {
  const seen = new Map<number | string, HopBlock>();
  for (const hop of hops) {
    const keys = ownAddresses(hop)
      .filter((address) => !isLinkLocal(address))
      .map(addressKey);
    const earlier = keys.map((key) => seen.get(key)).find((one) => one !== undefined);
    if (earlier !== undefined) return earlier;
    for (const key of keys) seen.set(key, hop);
  }
  return undefined;
}

/** Whether the trace would have gone on, had the Query asked for more: not without an upstream router, RFC 8487 §5.8.3. */
export function isAtHopLimit(hops: readonly HopBlock[]): boolean {
  const last = hops.at(-1);
  if (last === undefined || isFatal(codeOf(last)) || !hasUpstream(last)) return false;
  const { memory, message } = last.reply;
  return hops.length >= HEADER[message.family].f.hops.get(memory.view, message.base);
}

/** RFC 8487 §5.8.2: the high bit is an error that stopped the trace, wherever it was. */
function isFatal(code: number): boolean {
  return code >= 0x80;
}
