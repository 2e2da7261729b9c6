/**
 * What comes to a daemon and what leaves it: no datagram may bring more than one Request, or Query of a gateway, and one Reply,
 * parts of a split apart, and one Reply more for each gateway.
 */
import { QUERY, REPLY, REQUEST, takeApart } from './native-octets.ts';

const NO_SPACE = 0x81;

export class Tally {
  readonly #gateways: number;
  readonly #queries = new Set<string>();
  #received = 0;
  #requests = 0;
  #replies = 0;

  /** @param gateways how many of the daemon's routers are */
  constructor(gateways: number) {
    this.#gateways = gateways;
  }

  in(octets: Uint8Array): void {
    // RFC 8487 §4.1.1: the same Query once more is to be ignored, and so brings nothing.
    const query = octets[0] === QUERY ? octets.join() : undefined;
    if (query === undefined || !this.#queries.has(query)) this.#received++;
    if (query !== undefined) this.#queries.add(query);
  }

  out(octets: Uint8Array): void {
    const { type, lastBlock, family } = takeApart(octets);
    const isPart = octets[lastBlock + (family === 4 ? 51 : 79)] === NO_SPACE;
    if (type === REQUEST || (type === QUERY && this.#gateways > 0)) this.#requests++;
    else if (type !== REPLY) throw new Error(`a message of type ${type} leaves`);
    else if (!isPart) this.#replies++;
  }

  faults(): string[] {
    const wrong = (count: number, most: number, what: string) =>
      count > most * this.#received ? [`${count} ${what} for ${this.#received} datagrams`] : [];
    return [...wrong(this.#requests, 1, 'Requests'), ...wrong(this.#replies, 1 + this.#gateways, 'Replies')];
  }
}
