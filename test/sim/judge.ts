/** What the client shows, held against the truth. */
import type { TlvJson } from '../../src/wire/print.ts';
import type { Shown } from './client.ts';
import { differenceOf } from './difference.ts';
import { hexOf, lengthOf } from './extras.ts';
import { codeFields } from './fields.ts';
import { LooseSearch } from './loose.ts';
import type { Network } from './model.ts';
import { type Hop, truthOf } from './truth.ts';

/** Octets of header, block and "# of the returned blocks"; of IP and UDP; the least and the most MTU. */
const SIZES = {
  4: { header: 20, block: 52, returned: 8, ip: 28, least: 576, most: 1500 },
  6: { header: 56, block: 80, returned: 8, ip: 48, least: 1280, most: 1280 },
} as const;

interface Place {
  /** From 1. */
  readonly number: number;
  readonly hop: Hop;
  /** Octets of the message with this block. */
  readonly octets: number;
}

export interface Judgement {
  /** `undefined`: what is shown is right. */
  readonly fault: string | undefined;
  /** Whether the whole trace is shown, up to its end. */
  readonly isWhole: boolean;
  /** Whether behind its last hop there is nothing. */
  readonly isEnd: boolean;
  /** Whether there should be no Reply, or none after those of NO_SPACE. */
  readonly isSilence: boolean;
  /** Ids of the routers that the trace went through. */
  readonly path: readonly number[];
}

/**
 * @param mayMiss with loss: hops that are not shown are no fault, wrong ones are
 */
export function judgeShown(network: Network, shown: Shown, mayMiss: boolean): Judgement {
  const search = new Search(network, shown, mayMiss);
  const alternatives = truthOf(network);
  const last = Math.max(0, ...shown.hops.keys());
  if (alternatives.length === 0) {
    const fault = last === 0 ? undefined : 'an answer where there should be silence';
    return { fault, isWhole: false, isEnd: false, isSilence: true, path: [] };
  }
  if (mayMiss && last === 0) return { fault: undefined, isWhole: false, isEnd: false, isSilence: false, path: [] };
  if (mayMiss && network.gateways.size > 0) {
    const loose = new LooseSearch(shown.hops);
    const isRight = alternatives.some((hop) => loose.matches(hop));
    const fault = isRight ? undefined : loose.farthest;
    return { fault, isWhole: true, isEnd: loose.isEnd, isSilence: false, path: [] };
  }
  const { block } = SIZES[network.family];
  const header = headOf(network);
  const isRight = alternatives.some((hop) => search.matches({ number: 1, hop, octets: header + block }, 0));
  const { farthest, isWhole, isEnd, isSilence, path } = search;
  return {
    fault: isRight ? undefined : farthest,
    isWhole: isRight && isWhole,
    isEnd,
    isSilence,
    path: path.toReversed(),
  };
}

/** Header and Extended Query Blocks. */
function headOf({ family, query }: Network): number {
  return SIZES[family].header + lengthOf(query.extended);
}

class Search {
  readonly #network: Network;
  readonly #shown: Shown;
  readonly #mayMiss: boolean;
  readonly #last: number;
  readonly #failed = new Set<string>();
  #depth = -1;
  farthest = 'nothing was compared';
  isWhole = false;
  isEnd = false;
  isSilence = false;
  /** From the end. */
  readonly path: number[] = [];

  constructor(network: Network, shown: Shown, mayMiss: boolean) {
    this.#network = network;
    this.#shown = shown;
    this.#mayMiss = mayMiss;
    this.#last = Math.max(0, ...shown.hops.keys());
  }

  /**
   * Each place once: alternatives that look alike differ by nothing behind them either.
   * @param returned blocks that have gone back before this message
   */
  matches(place: Place, returned: number): boolean {
    const { number, hop, octets } = place;
    const ends = hop.onward.map((way) => (typeof way === 'string' ? way : 'on'));
    const key = JSON.stringify([number, octets, returned, hop.router, hop.fields, ends]);
    if (this.#failed.has(key)) return false;
    const isRight = this.#isRight(place, returned);
    if (isRight) this.path.push(hop.router);
    else this.#failed.add(key);
    return isRight;
  }

  #isRight(place: Place, returned: number): boolean {
    const { number, hop } = place;
    const actual = this.#shown.hops.get(number);
    if (actual === undefined && !this.#mayMiss && number <= this.#last) return this.#fail(number, 'is missing');
    if (actual !== undefined) {
      const difference = differenceOf(actual, hop.fields);
      if (difference !== undefined) return this.#fail(number, difference);
    }
    const augmented = this.#augmentedOf(place);
    if (actual !== undefined && this.#shown.augmented.get(number) !== hexOf(augmented))
      return this.#fail(number, `augmented is ${this.#shown.augmented.get(number)}, not ${hexOf(augmented)}`);
    // Each gateway lets one router more in than was asked for; the client waits for no more than it has asked for.
    const isEnough = hop.isGateway && number >= this.#network.query.hops;
    if (isEnough && this.#ends(number, hop, hop.fields.forwardingCodeName as string)) return true;
    // Nothing more is shown: was it to be expected?
    return hop.onward.some((way) => {
      const noted = hop.fields.forwardingCodeName as string;
      if (way === 'reply') return this.#ends(number, hop, noted);
      // "If Forwarding Code is not already set", RFC 8487 §4.2.2; hidden is no fault.
      if (way === 'fatal')
        return this.#ends(number, hop, ['NO_ERROR', 'INFO_HIDDEN'].includes(noted) ? 'FATAL_ERROR' : noted);
      if (way === 'silence') return this.#isLost(number, hop.isGateway ? number : returned);
      return way().some((next) => this.#goesOn(place, next, returned));
    });
  }

  #ends(number: number, hop: Hop, code: string): boolean {
    if (!this.#hasCode(number, code)) return false;
    if (this.#last > number) return this.#fail(number + 1, 'should not be there');
    if (this.#last < number && !this.#mayMiss) return this.#fail(number, `is missing: ${code}`);
    this.isWhole = this.#last === number && this.#shown.hops.size === number;
    this.isEnd = hop.isEnd;
    return true;
  }

  /** Only what went back before is shown. */
  #isLost(number: number, returned: number): boolean {
    this.isSilence = this.#last <= returned && (this.#mayMiss || this.#last === returned);
    if (this.isSilence) return true;
    return this.#fail(number, 'should be lost on the way');
  }

  #goesOn(place: Place, next: Hop, returned: number): boolean {
    const { number, hop } = place;
    if (this.#mayMiss && number > this.#last) return true;
    const { block, returned: counter, ip } = SIZES[this.#network.family];
    const header = headOf(this.#network);
    if (hop.isGateway) {
      // All that was there has gone back.
      if (!this.#hasCode(number, hop.fields.forwardingCodeName as string)) return false;
      return this.matches({ number: number + 1, hop: next, octets: header + block }, number);
    }
    const before = place.octets + this.#augmentedOf(place).length;
    const isSplit = before + block > this.#mtuOf(next) - ip;
    const octets = isSplit ? header + block + counter : before + block;
    if (!this.#hasCode(number, isSplit ? 'NO_SPACE' : (hop.fields.forwardingCodeName as string))) return false;
    return this.matches({ number: number + 1, hop: next, octets }, isSplit ? number : returned);
  }

  /** What a router with more to say has room for. */
  #augmentedOf({ hop, octets }: Place): Uint8Array {
    const router = this.#network.routers[hop.router];
    const { augmented } = router?.speaker.kind === 'native' && hop.isWhole ? router : {};
    const room = this.#mtuOf(hop) - SIZES[this.#network.family].ip - octets;
    return augmented !== undefined && augmented.length <= room ? augmented : new Uint8Array();
  }

  #mtuOf({ mtu }: Hop): number {
    const { least, most } = SIZES[this.#network.family];
    return Math.min(Math.max(mtu ?? most, least), most);
  }

  /** A gateway's daemon tells in two what has no room for a count. */
  #mayBeHalved(last: TlvJson): boolean {
    const { gateways, routers } = this.#network;
    const isEnd = this.#shown.replies.some((reply) => reply.at(-1) === last);
    return isEnd && [...gateways].some((id) => routers[id]!.speaker.kind === 'daemon');
  }

  #hasCode(number: number, code: string): boolean {
    const actual = this.#shown.hops.get(number);
    if (actual === undefined || actual.forwardingCode === codeFields(code).forwardingCode) return true;
    if (actual.forwardingCodeName === 'NO_SPACE' && this.#mayBeHalved(actual)) return true;
    return this.#fail(number, `forwardingCode is ${actual.forwardingCodeName}, not ${code}`);
  }

  /** Of all alternatives, the one that came farthest tells best what is wrong. */
  #fail(number: number, why: string): false {
    if (number > this.#depth) {
      this.#depth = number;
      this.farthest = `hop ${number}: ${why}`;
    }
    return false;
  }
}
