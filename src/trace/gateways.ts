/**
 * Gateways of ours: RFC 8487 §4.5. Such a router ends the trace of its client with a Reply, and asks for the rest of the
 * way in its own name. What is replied to that gets the header of the message that came, and goes to its client: which
 * may again be a gateway of ours, so every Reply that leaves passes here.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import type { Endpoint } from '../domain/peers.ts';
import type { Transmit } from '../net/port.ts';
import type { GatewayQueries, Original } from '../verify/gateway-queries.ts';
import type { Address } from '../wire/address.ts';
import { headerOf, restoreHeader, writeGatewayQuery } from '../wire/gateway.ts';
import { halveReply } from '../wire/halve.ts';
import { patchToReply } from '../wire/patch.ts';
import { addReturnedBlocks } from '../wire/split.ts';
import { addressIn, type Message } from '../wire/view.ts';
import type { Note, Now } from './events.ts';
import { type ForwardOptions, relay } from './forward.ts';
import type { Trace } from './pending.ts';
import { type Asked, reply } from './reply.ts';
import { limitOctets, type Slab } from './room.ts';

export interface GatewayOptions extends ForwardOptions, Slab {
  /** UDP port on which Replies to Queries of gateways come back. */
  readonly replyPort: number;
}

export interface GatewayEnds {
  send(transmit: Transmit): void;
  release(slot: number): void;
  note(event: Note['event'], message: Message, client: Address): void;
}

export class Gateways {
  readonly #options: GatewayOptions;
  readonly #queries: GatewayQueries;
  readonly #ends: GatewayEnds;

  constructor(options: GatewayOptions, queries: GatewayQueries, ends: GatewayEnds) {
    this.#options = options;
    this.#queries = queries;
    this.#ends = ends;
  }

  /** Whether this Query is one of ours, come back. */
  hasAsked(query: Message, { monotonicMs }: Now): boolean {
    return this.#queries.isOut(this.#options.memory, query, monotonicMs);
  }

  /**
   * The Reply of the trace leaves, and a Query in the name of `gateway` goes on in another slot.
   * @returns false: there is no room for it
   */
  ask(trace: Trace, gateway: Address, now: Now): boolean {
    const { memory, slotOctets, takeSlot, replyPort } = this.#options;
    const { message, port, localAddress } = trace;
    const { f } = HEADER[message.family];
    const queryId = this.#queries.freeId(gateway, memory, message, now.monotonicMs);
    const slot = queryId === undefined ? undefined : takeSlot();
    if (queryId === undefined || slot === undefined) return false;
    // "- 1", RFC 8487 §4.5; of several Replies, the blocks of all.
    const returnedBlockCount = message.standardBlockCount + message.returnedBlockCount;
    const hops = f.hops.get(memory.view, message.base) - (returnedBlockCount - 1);
    const own = { clientAddress: gateway, clientPort: replyPort, queryId, hops };
    const query = writeGatewayQuery(memory, message, slot * slotOctets, own);
    const original = { header: headerOf(memory, message), returnedBlockCount, port, localAddress };
    this.#queries.add(memory, query, message, original, now.monotonicMs);
    this.sendReply(trace.slot, message, trace, now);
    this.#ends.note('reached-gateway', message, trace.client);
    trace.slot = slot;
    trace.message = query;
    trace.isBehindGateway = true;
    return true;
  }

  /** The way on to somebody else's router: nothing is lost that its client would have to be told. */
  sendQuery(trace: Trace, endpoint: Endpoint): void {
    const { memory, portFor } = this.#options;
    const { clientAddress } = HEADER[trace.message.family].f;
    const source = addressIn(memory.octets, clientAddress, trace.message.base).slice();
    this.#ends.send({ ...relay(trace, endpoint, this.#options), source, port: portFor(source) ?? trace.port });
  }

  /** To the client; one to a gateway of ours does not leave, but goes to whom that one asks for. */
  sendReply(slot: number, message: Message, asked: Asked, now: Now): void {
    patchToReply(this.#options.memory.view, message);
    if (!this.relayReply(slot, message, now)) this.#ends.send(reply(this.#options.memory, slot, message, asked));
  }

  /**
   * What the client has been given before is counted, so that no Reply of those is missed unnoticed.
   * @returns false: no gateway of ours has asked for it
   */
  relayReply(slot: number, message: Message, now: Now): boolean {
    const { memory, slotOctets } = this.#options;
    const original = this.#queries.takeReply(memory, message, now.monotonicMs);
    if (original === undefined) return false;
    restoreHeader(memory, message, original.header);
    const limit = limitOctets(message.family, slotOctets);
    if (addReturnedBlocks(memory, message, original.returnedBlockCount, limit)) {
      this.sendReply(slot, message, original, now);
    } else this.#relayInTwo(slot, message, original, now);
    return true;
  }

  /** There is no room for the count. */
  #relayInTwo(slot: number, message: Message, original: Original, now: Now): void {
    const { memory, slotOctets, takeSlot } = this.#options;
    const other = message.standardBlockCount < 2 ? undefined : takeSlot();
    if (other === undefined) return this.sendReply(slot, message, original, now);
    const { base, end } = message;
    const halves = halveReply(memory, base, end - base, other * slotOctets);
    if (halves === undefined) {
      this.#ends.release(other);
      return this.sendReply(slot, message, original, now);
    }
    const { first, second } = halves;
    const { clientAddress } = HEADER[message.family].f;
    for (const half of [first, second]) {
      addReturnedBlocks(memory, half, original.returnedBlockCount, Number.POSITIVE_INFINITY);
    }
    this.sendReply(slot, first, original, now);
    this.#ends.note('halved', first, addressIn(memory.octets, clientAddress, first.base).slice());
    this.sendReply(other, second, original, now);
  }
}
