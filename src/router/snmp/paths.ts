/**
 * The unicast paths to sources and RPs, next hop by next hop where one is on no link. Where routes were is remembered, routes
 * never are.
 */
import { LRUCache } from 'lru-cache';
import { familyOf } from '../../wire/address.ts';
import { nextHopToLookUp, type PathReading } from './assemble.ts';
import type { Device } from './mib/device.ts';
import { given, type Question } from './mib/question.ts';
import type { LookUp, RoutePlace } from './mib/unicast-table.ts';
import { octetsOf } from './places.ts';

/** Next hops that are on no link, one behind the other: more than any network has, and no circle goes on. */
const MOST_NEXT_HOPS = 5;
/** Targets whose places are remembered. */
const REMEMBERED = 1024;

type Ask = <Part>(question: Question<Part>, signal: AbortSignal) => Promise<Part>;

/** A look-up under way. */
export interface PathSearch extends LookUp {
  readonly target: string;
}

export class Paths {
  readonly #ask: Ask;
  readonly #routePlaces = new LRUCache<string, RoutePlace>({ max: REMEMBERED });

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** The agent's rows may be elsewhere by now. */
  forget(): void {
    this.#routePlaces.clear();
  }

  /** @param known searches that have been begun already */
  async follow(
    target: string | null,
    known: readonly (PathSearch | undefined)[],
    device: Device,
    signal: AbortSignal,
  ): Promise<PathReading | undefined> {
    const lookUp = async (wanted: string, left: number): Promise<PathReading | undefined> => {
      let search = known.find((one) => one?.target === wanted) ?? (await this.#ask(this.to(wanted, device), signal));
      while (search?.more !== undefined) search = await this.#ask(continued(search), signal);
      if (search === undefined) return undefined;
      if (search.place !== undefined) this.#routePlaces.set(wanted, search.place);
      const path: PathReading = { target: wanted, routes: search.routes };
      const nextHop = nextHopToLookUp(path, device);
      return nextHop === null || left === 0 ? path : { ...path, via: await lookUp(nextHop, left - 1) };
    };
    return target === null ? undefined : lookUp(target, MOST_NEXT_HOPS);
  }

  /** Where the target's routes are, as far as one trip tells. */
  to(target: string | null, { unicastTable }: Device): Question<PathSearch | undefined> {
    const octets = target === null ? undefined : octetsOf(target);
    const table = octets && unicastTable[familyOf(octets)];
    if (target === null || table === undefined) return given(undefined);
    const lookUp = table.lookUp(octets!, this.#routePlaces.get(target));
    return { wants: lookUp.wants, parse: (found) => ({ target, ...lookUp.parse(found) }) };
  }
}

/** One step more, where one is needed. */
export function continued(search: PathSearch | undefined): Question<PathSearch | undefined> {
  if (search?.more === undefined) return given(search);
  const { target, more } = search;
  return { wants: more.wants, parse: (found) => ({ target, ...more.parse(found) }) };
}

/** The next hops that were looked up for a path. */
export function viaOf(path: PathReading | undefined): string[] {
  return path?.via === undefined ? [] : [path.via.target, ...viaOf(path.via)];
}
