/**
 * The ways that traces have taken lately, router by router: so that those upstream are read while the answer of the first one
 * is still under way. A way that has changed costs a few reads in vain, and is known from then on.
 */
import { LRUCache } from 'lru-cache';

/** Steps from a router to the next one, of all ways. */
const REMEMBERED = 16_384;

export class KnownPaths {
  readonly #next = new LRUCache<string, string>({ max: REMEMBERED });

  /** @param way what the trace is about, the same text for the same source and group */
  learn(way: string, router: string, upstream: string): void {
    this.#next.set(`${router} ${way}`, upstream);
  }

  /** The routers upstream, in their order; none twice. */
  beyond(way: string, router: string): string[] {
    const path = new Set([router]);
    for (let at = this.#next.get(`${router} ${way}`); at !== undefined && !path.has(at); ) {
      path.add(at);
      at = this.#next.get(`${at} ${way}`);
    }
    return [...path].slice(1);
  }
}
