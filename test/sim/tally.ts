/** What comes to a daemon and what leaves it: no datagram may bring more than one Request and one Reply, parts of a split apart. */
import { QUERY, REPLY, REQUEST, takeApart } from './native-octets.ts';

const NO_SPACE = 0x81;

export class Tally {
  readonly #queries = new Set<string>();
  #received = 0;
  #requests = 0;
  #replies = 0;

  in(octets: Uint8Array): void {
    // RFC 8487 §4.1.1: the same Query once more is to be ignored, and so brings nothing.
    const query = octets[0] === QUERY ? octets.join() : undefined;
    if (query === undefined || !this.#queries.has(query)) this.#received++;
    if (query !== undefined) this.#queries.add(query);
  }

  out(octets: Uint8Array): void {
    const { type, lastBlock, family } = takeApart(octets);
    const isPart = octets[lastBlock + (family === 4 ? 51 : 79)] === NO_SPACE;
    if (type === REQUEST) this.#requests++;
    else if (type !== REPLY) throw new Error(`a message of type ${type} leaves`);
    else if (!isPart) this.#replies++;
  }

  faults(): string[] {
    const wrong = (count: number, what: string) =>
      count > this.#received ? [`${count} ${what} for ${this.#received} datagrams`] : [];
    return [...wrong(this.#requests, 'Requests'), ...wrong(this.#replies, 'Replies')];
  }
}
