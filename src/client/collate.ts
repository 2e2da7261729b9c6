/**
 * Replies to one Query become one path. Pure. Several Replies come when a router ran out of room (NO_SPACE): they are one
 * Reply in pieces, and the mark itself is no error of the path. RFC 8487 §5.8, §5.9. UDP may turn the order of arrival
 * around or lose a piece, so they are joined by the number of blocks before each, which they carry (§3.2.6).
 */
import { standardResponseBlockV4, standardResponseBlockV6 } from '../../proto/mtrace2.ts';
import { ForwardingCode, TlvType } from '../../proto/registry.ts';
import { type Address, isAllOnes, isAllZeros, isMulticast, sameAddress } from '../wire/address.ts';
import { addressIn, forEachBlock } from '../wire/view.ts';
import { codeOf, type HopBlock, identityOf, mayBeGateway, type Reply, upstreamOf } from './hop-block.ts';

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
  const end = path.get([...path.keys()].reduce((last, number) => Math.max(last, number), 0));
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
export function isNamedBy(last: HopBlock, reply: Reply): boolean | undefined {
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
