/**
 * Loss and gateways: when a Reply from behind one is lost, nothing tells the client how many routers were in it, nor that it
 * was, nor whose hole another one fills: RFC 8487 §4.5 has the header of the original on each. What is shown has to be routers of
 * the path in their order, and neighbours where one Reply says so.
 */
import type { TlvJson } from '../../src/wire/print.ts';
import { differenceOf } from './difference.ts';
import { codeFields } from './fields.ts';
import type { Hop } from './truth.ts';

export class LooseSearch {
  readonly #shown: readonly (readonly [number, TlvJson])[];
  readonly #failed = new Set<string>();
  #depth = -1;
  farthest = 'nothing was compared';
  /** Whether there is nothing behind the last hop that is shown. */
  isEnd = false;

  constructor(hops: ReadonlyMap<number, TlvJson>) {
    this.#shown = [...hops].toSorted(([a], [b]) => a - b);
  }

  /**
   * @param step of the path
   * @param at which of those shown is to be found from here on
   * @param isNow it has to be this one
   */
  matches(hop: Hop, step = 0, at = 0, isNow = false): boolean {
    const key = JSON.stringify([step, at, isNow, hop.router, hop.fields]);
    if (at === this.#shown.length) return true;
    if (this.#failed.has(key)) return false;
    const isRight = this.#isHere(hop, step, at) || (!isNow && this.#goesOn(hop, step, at, false));
    if (!isRight) this.#failed.add(key);
    return isRight;
  }

  #isHere(hop: Hop, step: number, at: number): boolean {
    const [number, actual] = this.#shown[at]!;
    const codes = [hop.fields.forwardingCodeName as string, 'NO_SPACE', 'FATAL_ERROR'];
    const difference =
      differenceOf(actual, hop.fields) ??
      (codes.some((code) => codeFields(code).forwardingCode === actual.forwardingCode) ? undefined : 'another code');
    if (difference !== undefined) {
      if (at > this.#depth) this.farthest = `hop ${number}: ${difference}`;
      this.#depth = Math.max(this.#depth, at);
      return false;
    }
    this.isEnd = hop.isEnd;
    const isSameReply = !hop.isGateway && actual.forwardingCodeName !== 'NO_SPACE';
    const isNeighbor = isSameReply && this.#shown[at + 1]?.[0] === number + 1;
    return at + 1 === this.#shown.length || this.#goesOn(hop, step, at + 1, isNeighbor);
  }

  #goesOn(hop: Hop, step: number, at: number, isNow: boolean): boolean {
    return hop.onward.some(
      (way) => typeof way === 'function' && way().some((next) => this.matches(next, step + 1, at, isNow)),
    );
  }
}
