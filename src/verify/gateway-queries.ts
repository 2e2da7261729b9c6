/**
 * Queries that gateways of ours have out, each on behalf of a client's: RFC 8487 §4.5. A Reply belongs to one when its
 * header is the one that was sent, octet for octet (§3.2.1, §9.7.4). Each has a Query ID that no other one of the same
 * gateway has had for [Mtrace Reply Timeout], or routers would take it for a duplicate (§4.1.1). Bounded in number, time,
 * and Replies.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import { type Address, addressKey, type Family } from '../wire/address.ts';
import { addressIn, type Memory, type Message, memoryOf } from '../wire/view.ts';
import { verifyReply } from './reply.ts';

/** The Query or Request that a gateway's own Query stands for. */
export interface Original {
  readonly header: Uint8Array;
  /** Where it came in: what its client gets is sent from there. */
  readonly port: number;
  readonly localAddress: Address | undefined;
}

interface Entry {
  readonly original: Original;
  /** The header that was sent. */
  readonly sent: Memory;
  readonly untilMs: number;
  repliesLeft: number;
}

const QUERIES = 4096;
const QUERY_IDS = 0x10000;
/** Of 255 routers, each with a Reply of its own. */
const REPLIES = 255;

export class GatewayQueries {
  readonly #rememberedMs: number;
  readonly #limit: number;
  /** By the gateway's address and Query ID, oldest first. */
  readonly #entries = new Map<string, Entry>();

  /** @param rememberedMs [Mtrace Reply Timeout] */
  constructor(rememberedMs: number, limit = QUERIES) {
    this.#rememberedMs = rememberedMs;
    this.#limit = limit;
  }

  /**
   * A Query ID for the next Query in the name of this address: the wanted one, or the next that is free.
   * @returns `undefined`: as many Queries are out as may be
   */
  freeId(gateway: Address, wantedId: number, nowMs: number): number | undefined {
    for (const [key, { untilMs }] of this.#entries) {
      if (untilMs > nowMs) break;
      this.#entries.delete(key);
    }
    if (this.#entries.size >= this.#limit) return undefined;
    let queryId = wantedId;
    while (this.#entries.has(keyOf(gateway, queryId))) queryId = (queryId + 1) % QUERY_IDS;
    return queryId;
  }

  /** The header of this message is sent, with an ID of `freeId`. */
  add({ octets }: Memory, message: Message, original: Original, nowMs: number): void {
    const header = octets.slice(message.base, message.base + HEADER[message.family].octets);
    const sent = memoryOf(header);
    const entry = { original, sent, untilMs: nowMs + this.#rememberedMs, repliesLeft: REPLIES };
    this.#entries.set(headerKey(sent, message.family, 0), entry);
  }

  /** What this Reply is an answer to, in the end. Counts it. */
  takeReply(memory: Memory, message: Message, nowMs: number): Original | undefined {
    const entry = this.#entries.get(headerKey(memory, message.family, message.base));
    if (entry === undefined || entry.untilMs <= nowMs || entry.repliesLeft === 0) return undefined;
    if (verifyReply(entry.sent, memory, message) !== undefined) return undefined;
    entry.repliesLeft--;
    return entry.original;
  }
}

function headerKey({ octets, view }: Memory, family: Family, base: number): string {
  const { clientAddress, queryId } = HEADER[family].f;
  return keyOf(addressIn(octets, clientAddress, base), queryId.get(view, base));
}

function keyOf(gateway: Address, queryId: number): string {
  return `${addressKey(gateway)} ${queryId}`;
}
