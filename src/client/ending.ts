/** What a path came to, and whether there is more of it to come. Pure. RFC 8487 §5.8 */
import { HEADER } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import { type Address, addressKey, isLinkLocal } from '../wire/address.ts';
import { addressIn, isUnspecified } from '../wire/view.ts';
import { hopsOf, isNamedBy } from './collate.ts';
import {
  codeOf,
  type HopBlock,
  hasUpstream,
  isDirectlyConnected,
  isFatal,
  MISDIRECTED,
  mayBeGateway,
  ownAddresses,
  type Reply,
} from './hop-block.ts';

export type Ending =
  | 'reached-source' // RFC 8487 §5.8.1
  | 'reached-rp'
  | 'ended-before'
  | 'incomplete' // a Reply in the middle did not arrive
  | 'no-reply';

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

function hasHole(hops: readonly HopBlock[]): boolean {
  return (hops.at(-1)?.number ?? 0) > hops.length;
}

export interface Repetition {
  readonly earlier: HopBlock;
  readonly again: HopBlock;
  /** What both say is theirs. */
  readonly address: Address;
}

/** The first router that comes again further up. A link-local address may be that of another router on another link. */
export function repeatedRouter(hops: readonly HopBlock[]): Repetition | undefined {
  const seen = new Map<number | string, HopBlock>();
  for (const again of hops) {
    const own = ownAddresses(again).filter((address) => !isLinkLocal(address));
    for (const address of own) {
      const earlier = seen.get(addressKey(address));
      if (earlier !== undefined) return { earlier, again, address };
    }
    for (const address of own) seen.set(addressKey(address), again);
  }
  return undefined;
}

/** Whether the trace would have gone on, had the Query asked for more: not without an upstream router, RFC 8487 §5.8.3. */
export function isAtHopLimit(hops: readonly HopBlock[]): boolean {
  const last = hops.at(-1);
  if (last === undefined || isFatal(codeOf(last)) || !hasUpstream(last)) return false;
  return hops.length >= hopsAsked(last);
}

/** # Hops of the Query. */
export function hopsAsked({ reply: { memory, message } }: HopBlock): number {
  return HEADER[message.family].f.hops.get(memory.view, message.base);
}
