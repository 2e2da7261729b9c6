/** What a native router has to do as a gateway, besides its own block: RFC 8487 §4.5. */
import { addressOctets, joined, type NativeMessage, QUERY, REPLY } from './native-octets.ts';

/** The Replies to its own Queries come back to this port. */
const MTRACE2_PORT = 33435;

export class NativeGateway {
  /** Headers that came, by the Query ID that was sent in their place. */
  readonly #originals = new Map<number, Uint8Array>();

  /** The new Query: the message without response blocks, in the name of this address. */
  queryFor({ head, family, hops, queryId, blocks, returned }: NativeMessage, address: string): Uint8Array {
    const query = head.slice();
    const length = family === 4 ? 20 : 56;
    let id = queryId;
    while (this.#originals.has(id)) id = (id + 1) & 0xffff;
    this.#originals.set(id, head.slice(0, length));
    query[0] = QUERY;
    // "((number of the Standard Response Blocks that were just returned in a Reply) - 1)", its own among them.
    query[3] = hops - (blocks + returned + 1 - 1);
    query.set(addressOctets(address), family === 4 ? 12 : 36);
    query.set([id >> 8, id & 255, MTRACE2_PORT >> 8, MTRACE2_PORT & 255], length - 4);
    return query;
  }

  /** @returns the Reply with the header that came; `undefined`: to nothing that was asked */
  relayed(reply: Uint8Array, { queryId }: NativeMessage): Uint8Array | undefined {
    const original = this.#originals.get(queryId);
    if (original === undefined) return undefined;
    const octets = joined(original, reply.subarray(original.length));
    octets[0] = REPLY;
    return octets;
  }
}
