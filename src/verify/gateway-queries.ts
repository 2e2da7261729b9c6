/**
 * Queries that gateways of ours have out, each on behalf of a client's: RFC 8487 §4.5. A Reply belongs to one when its
 * header is the one that was sent, octet for octet (§3.2.1, §9.7.4). Each has a Query ID that no other one of the same
 * gateway has had for [Mtrace Reply Timeout], or routers would take it for a duplicate (§4.1.1). Bounded in number, time,
 * and Replies; and for each client and what it traces, because two gateways that have each other upstream ask each other
 * without end: # Hops do not get less by a gateway alone.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import { type Address, addressKey, type Family } from '../wire/address.ts';
import { addressIn, type Memory, type Message, memoryOf } from '../wire/view.ts';
import { verifyReply } from './reply.ts';

/** The Query or Request that a gateway's own Query stands for. */
export interface Original {
  readonly header: Uint8Array;
  /** How many Standard Response Blocks its client was given before. RFC 8487 §3.2.6 */
  readonly returnedBlockCount: number;
  /** Where it came in: what its client gets is sent from there. */
  readonly port: number;
  readonly localAddress: Address | undefined;
}

interface Entry {
  readonly original: Original;
  /** The header that was sent. */
  readonly sent: Memory;
  /** Client and what it traces, of the original. */
  readonly trace: string;
  readonly untilMs: number;
  repliesLeft: number;
}

const QUERIES = 4096;
/** Of one client for the same source and group. */
const QUERIES_OF_A_TRACE = 16;
const QUERY_IDS = 0x10000;
/** Of 255 routers, each with a Reply of its own. */
const REPLIES = 255;

export class GatewayQueries {
  readonly #rememberedMs: number;
  readonly #limit: number;
  /** By the gateway's address and Query ID, oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #countOfTrace = new Map<string, number>();

  /** @param rememberedMs [Mtrace Reply Timeout] */
  constructor(rememberedMs: number, limit = QUERIES) {
    this.#rememberedMs = rememberedMs;
    this.#limit = limit;
  }

  /**
   * A Query ID for the next Query in the name of this address: that of the message for which it asks, or the next free one.
   * @returns `undefined`: as many Queries are out as may be
   */
  freeId(gateway: Address, memory: Memory, message: Message, nowMs: number): number | undefined {
    this.#forget(nowMs);
    if (this.#entries.size >= this.#limit) return undefined;
    if ((this.#countOfTrace.get(traceOf(memory, message)) ?? 0) >= QUERIES_OF_A_TRACE) return undefined;
    let queryId = HEADER[message.family].f.queryId.get(memory.view, message.base);
    while (this.#entries.has(keyOf(gateway, queryId))) queryId = (queryId + 1) % QUERY_IDS;
    return queryId;
  }

  /** The header of `query` is sent, with an ID of `freeId`, for the one of `message`. */
  add(memory: Memory, query: Message, message: Message, original: Original, nowMs: number): void {
    const sent = memoryOf(memory.octets.slice(query.base, query.base + HEADER[query.family].octets));
    const trace = traceOf(memory, message);
    const entry = { original, sent, trace, untilMs: nowMs + this.#rememberedMs, repliesLeft: REPLIES };
    this.#entries.set(headerKey(sent, query.family, 0), entry);
    this.#countOfTrace.set(trace, (this.#countOfTrace.get(trace) ?? 0) + 1);
  }

  /** Whether this Query is one of those. */
  isOut({ octets, view }: Memory, { base, family }: Message, nowMs: number): boolean {
    const entry = this.#entries.get(headerKey({ octets, view }, family, base));
    return (
      entry !== undefined && entry.untilMs > nowMs && entry.sent.octets.every((octet, i) => octet === octets[base + i])
    );
  }

  /** What this Reply is an answer to, in the end. Counts it. */
  takeReply(memory: Memory, message: Message, nowMs: number): Original | undefined {
    const entry = this.#entries.get(headerKey(memory, message.family, message.base));
    if (entry === undefined || entry.untilMs <= nowMs || entry.repliesLeft === 0) return undefined;
    if (verifyReply(entry.sent, memory, message) !== undefined) return undefined;
    entry.repliesLeft--;
    return entry.original;
  }

  #forget(nowMs: number): void {
    for (const [key, { untilMs, trace }] of this.#entries) {
      if (untilMs > nowMs) break;
      this.#entries.delete(key);
      const count = (this.#countOfTrace.get(trace) ?? 1) - 1;
      if (count > 0) this.#countOfTrace.set(trace, count);
      else this.#countOfTrace.delete(trace);
    }
  }
}

/** Of the header: whose client traces what. */
function traceOf({ octets }: Memory, { base, family }: Message): string {
  const { clientAddress, sourceAddress, multicastAddress } = HEADER[family].f;
  return [clientAddress, sourceAddress, multicastAddress]
    .map((field) => addressKey(addressIn(octets, field, base)))
    .join();
}

function headerKey({ octets, view }: Memory, family: Family, base: number): string {
  const { clientAddress, queryId } = HEADER[family].f;
  return keyOf(addressIn(octets, clientAddress, base), queryId.get(view, base));
}

function keyOf(gateway: Address, queryId: number): string {
  return `${addressKey(gateway)} ${queryId}`;
}
