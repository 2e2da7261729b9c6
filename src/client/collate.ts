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
import { type Address, addressKey, isAllOnes, isAllZeros, isLinkLocal } from '../wire/address.ts';
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

/** In trace order. Numbers that are not there are those of a Reply that did not arrive. */
export function hopsOf(replies: readonly Reply[]): HopBlock[] {
  const hops: HopBlock[] = [];
  for (const stage of stagesOf(replies)) {
    const last = hops.at(-1);
    // Whatever leads from here to the next gateway, at least one router is missing.
    const gap = last === undefined || mayBeGateway(last) ? 0 : 1;
    const before = (last?.number ?? 0) + gap;
    hops.push(...hopsOfStage(stage).map((hop) => ({ ...hop, number: hop.number + before })));
  }
  return hops;
}

/**
 * A gateway answers for what is on this side of it, and relays what it is told of the other: RFC 8487 §4.5. Those Replies
 * begin to count anew, with another router than the first. In order of arrival, each once.
 */
function stagesOf(replies: readonly Reply[]): Reply[][] {
  if (!replies.some(endsAtGateway)) return [[...replies]];
  const stages: Reply[][] = [];
  for (const reply of replies) {
    const { returnedBlockCount } = reply.message;
    const current = stages.at(-1);
    const before = stages.find((stage) => stage.some((other) => isSamePart(other, reply)));
    // What came before others of its stage ran out of room, or there would be no others.
    const isFirst = returnedBlockCount === 0 && lastCode(reply) === ForwardingCode.NO_SPACE;
    const mayFill = isFirst
      ? current?.every(({ message }) => message.returnedBlockCount > 0)
      : returnedBlockCount > 0 && isOpen(current);
    if (before !== undefined) continue;
    const beside = stages.findLast((stage) => hasPlaceFor(stage, reply));
    if (beside !== undefined) beside.push(reply);
    else if (current !== undefined && mayFill) current.push(reply);
    else stages.push([reply]);
  }
  return stages;
}

function endsAtGateway(reply: Reply): boolean {
  return lastCode(reply) === ForwardingCode.REACHED_GW;
}

function lastCode({ memory, message }: Reply): number {
  const { forwardingCode } = STANDARD_RESPONSE_BLOCK[message.family].f;
  return forwardingCode.get(memory.view, message.lastStandardBlock);
}

/** Whether some Reply of this stage has not come: its last block says NO_SPACE, or the numbers have a hole. */
function isOpen(stage: readonly Reply[] | undefined): boolean {
  const hops = hopsOfStage(stage ?? []);
  const last = hops.at(-1);
  return last !== undefined && (codeOf(last) === ForwardingCode.NO_SPACE || hasHole(hops));
}

/** Whether a Reply of the stage comes right before it, or right behind: it counts as many as have run out of room. */
function hasPlaceFor(stage: readonly Reply[], reply: Reply): boolean {
  const isBefore = (one: Reply, other: Reply) =>
    lastCode(one) === ForwardingCode.NO_SPACE &&
    one.message.returnedBlockCount + one.message.standardBlockCount === other.message.returnedBlockCount;
  const isFree = stage.every(({ message }) => message.returnedBlockCount !== reply.message.returnedBlockCount);
  return isFree && stage.some((other) => isBefore(other, reply) || isBefore(reply, other));
}

function isSamePart(a: Reply, b: Reply): boolean {
  if (a.message.returnedBlockCount !== b.message.returnedBlockCount) return false;
  const first = firstRouter(a);
  return first !== undefined && first === firstRouter(b);
}

/**
 * By what the first block says of its router: both interfaces, of which one may be unnumbered, and in IPv6 the Local Address.
 * `undefined`: all of that is hidden (RFC 8487 §4.6) or unknown, and one is as good as another.
 */
function firstRouter({ memory, message }: Reply): string | undefined {
  let first: string | undefined;
  forEachBlock(memory.view, message, (base, type) => {
    if (type !== TlvType.STANDARD_RESPONSE_BLOCK || first !== undefined) return;
    const identity = IDENTITY[message.family].map((field) => addressIn(memory.octets, field, base));
    first = identity.every((one) => isAllOnes(one) || isAllZeros(one)) ? '' : identity.join(' ');
  });
  return first === '' ? undefined : first;
}

/** The Replies to one Query, of the client's or of a gateway. */
function hopsOfStage(replies: readonly Reply[]): HopBlock[] {
  const hops: HopBlock[] = [];
  const isCounted = replies.some(({ message }) => message.returnedBlockCount > 0);
  let before = 0;
  for (const reply of replies.toSorted((a, b) => a.message.returnedBlockCount - b.message.returnedBlockCount)) {
    const { returnedBlockCount } = reply.message;
    const [last] = hops.slice(-1);
    // Some router may not count: behind a NO_SPACE the order of arrival has to do. Not for what another copy of the same
    // Query or Request brought about.
    const goesOn =
      !isCounted &&
      last !== undefined &&
      codeOf(last) === ForwardingCode.NO_SPACE &&
      !hops.some((hop) => isSamePart(hop.reply, reply));
    // A second answer to the same part of the path says nothing new of it.
    if (returnedBlockCount < before && !goesOn) continue;
    before = goesOn ? before : returnedBlockCount;
    forEachBlock(reply.memory.view, reply.message, (base, type) => {
      if (type === TlvType.STANDARD_RESPONSE_BLOCK) hops.push({ reply, base, number: ++before });
    });
  }
  return hops;
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
function mayBeGateway(hop: HopBlock | undefined): boolean {
  return hop !== undefined && !isFatal(codeOf(hop)) && hasUpstream(hop);
}

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

/** Whether more Replies to the same Query are to be expected. */
export function isIncomplete(replies: readonly Reply[]): boolean {
  const hops = hopsOf(replies);
  const last = hops.at(-1);
  if (last === undefined || hasHole(hops)) return true;
  const code = codeOf(last);
  return code === ForwardingCode.NO_SPACE || (code === ForwardingCode.REACHED_GW && !isAtHopLimit(hops));
}

export function endingOf(replies: readonly Reply[]): Ending {
  const hops = hopsOf(replies);
  const last = hops.at(-1);
  if (last === undefined) return 'no-reply';
  if (hasHole(hops)) return 'incomplete';
  const code = codeOf(last);
  if (code === ForwardingCode.REACHED_RP) return 'reached-rp';
  if (isFatal(code)) return 'ended-before';
  return isDirectlyConnected(last) ? 'reached-source' : 'ended-before';
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
