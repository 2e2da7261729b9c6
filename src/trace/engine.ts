/**
 * The engine: from a datagram in a slot to the datagram that answers it. Pure: clock, configuration and answers of
 * routers come in as arguments, everything it wants done comes out of `poll` as values, in order.
 *
 * A trace is one Query or Request on its way through the routers of this daemon (walk.ts). It owns the slot that its
 * datagram was received into; blocks are appended there, and the same octets leave as the Reply or as a Request to
 * somebody else. It ends with a drop, a Reply, or a relayed Request; the latter's slot is kept a while, so that an ICMP
 * error can still turn it into a partial Reply. Every wait has a deadline: in the worst case the client gets what is
 * known, in time.
 */
import { HEADER, STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import type { Endpoint } from '../domain/peers.ts';
import type { RecvMeta, Transmit, Unreachable } from '../net/port.ts';
import { GatewayQueries } from '../verify/gateway-queries.ts';
import { verifyQuery } from '../verify/query.ts';
import { QueryLimits } from '../verify/query-limits.ts';
import { hasTooManyBlocks } from '../verify/reply.ts';
import { verifyRequest } from '../verify/request.ts';
import { type Rate, TokenBuckets } from '../verify/token-buckets.ts';
import { type Address, isMulticast } from '../wire/address.ts';
import { hasRoom } from '../wire/append.ts';
import { patchFatalError } from '../wire/patch.ts';
import { addressIn, checkMessage, emptyMessage, isUnspecified, lastUpstream, type Message } from '../wire/view.ts';
import type { Answer, Drop, DropReason, Note, Now, Output } from './events.ts';
import { relay } from './forward.ts';
import { type GatewayOptions, Gateways } from './gateways.ts';
import { framingValue, offendingValue } from './offending.ts';
import type { Trace } from './pending.ts';
import { type Relayed, RelayedRequests } from './relayed.ts';
import { limitOctets } from './room.ts';
import { isGatewayQuery, Walk, type WalkOptions } from './walk.ts';

export interface EngineOptions extends WalkOptions, GatewayOptions {
  /** Per client address, and per sender. */
  readonly limits: { readonly queries: Rate; readonly requests: Rate };
  /** Those of the engine before a reload. */
  readonly gatewayQueries?: GatewayQueries | undefined;
  /** Relayed Requests whose slots are kept; over it, the oldest is let go. */
  readonly relayedLimit: number;
}

/** Share of the client's patience that one daemon takes at most. */
const BUDGET_SHARE = 0.5;

export class Engine {
  readonly #options: EngineOptions;
  readonly #outputs: Output[] = [];
  #polled = 0;
  readonly #message = emptyMessage();
  readonly #walk: Walk;
  readonly #relayed: RelayedRequests;
  readonly #gateways: Gateways;
  readonly #queryLimits: QueryLimits;
  /** RFC 8487 §9.5, §9.6 */
  readonly #requestRates: TokenBuckets;
  #now: Now = { monotonicMs: 0, unixMs: 0 };

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#relayed = new RelayedRequests(options.relayedLimit);
    const gatewayQueries = options.gatewayQueries ?? new GatewayQueries(options.replyTimeoutMs);
    this.#gateways = new Gateways(options, gatewayQueries, {
      send: (transmit) => this.#send(transmit),
      release: (slot) => this.#release(slot),
      note: (event, message, client) => this.#note(event, { message, client }, undefined),
    });
    this.#queryLimits = new QueryLimits(options.limits.queries, options.replyTimeoutMs);
    this.#requestRates = new TokenBuckets(options.limits.requests);
    this.#walk = new Walk(options, {
      ask: (ask) => this.#outputs.push(ask),
      note: (event, trace, subject) => this.#note(event, trace, subject),
      reply: (trace) => this.#reply(trace),
      replyPart: (trace) => this.#replyPart(trace),
      askInOwnName: (trace, client) => this.#gateways.ask(trace, client, this.#now),
      relay: (trace, endpoint) => this.#relay(trace, endpoint),
      drop: (trace, reason) => this.#dropTrace(trace, reason),
    });
  }

  /** Takes ownership of the slot. `meta` is read before the next call only. Never throws. */
  receive(slot: number, meta: RecvMeta, now: Now): void {
    this.#now = now;
    const { memory } = this.#options;
    const fault = checkMessage(memory.view, meta.base, meta.length, this.#message);
    if (fault !== undefined) {
      return this.#drop(slot, meta, fault, framingValue(memory, this.#message, fault) ?? meta.length);
    }
    if (this.#options.access.isBroadcast(meta.destination))
      return this.#drop(slot, meta, 'sent-to-broadcast', meta.destination);
    const type = HEADER[this.#message.family].f.type.get(memory.view, meta.base);
    if (type === TlvType.QUERY) return this.#receiveQuery(slot, meta);
    if (type === TlvType.REQUEST) return this.#receiveRequest(slot, meta);
    return this.#receiveReply(slot, meta);
  }

  /** The answer to an `ask`; late and unknown ones are ignored. */
  answered(askId: number, answer: Answer, now: Now): void {
    this.#now = now;
    this.#walk.answered(askId, answer, now);
  }

  /** The port gives the slot back: its datagram has left, or could not (no route, no such source address). */
  sent(slot: number, hasLeft: boolean, now: Now): void {
    this.#now = now;
    const relayed = this.#relayed.returned(slot, hasLeft);
    if (relayed === 'unknown') this.#release(slot);
    else if (relayed !== 'kept') this.#upstreamUnreachable(relayed);
  }

  /** RFC 8487 §5.7: an upstream router that does not speak Mtrace2. The client gets a partial path at once. */
  unreachable(event: Unreachable, now: Now): void {
    this.#now = now;
    for (const relayed of this.#relayed.takeUnreachable(event, this.#options.memory))
      this.#upstreamUnreachable(relayed);
  }

  /** Ends what has waited too long. */
  tick(now: Now): void {
    this.#now = now;
    this.#walk.tick(now);
    for (const slot of this.#relayed.expire(now.monotonicMs)) this.#release(slot);
  }

  /** The next thing to do, in order; `undefined`: nothing more. */
  poll(): Output | undefined {
    while (this.#polled < this.#outputs.length) {
      const output = this.#outputs[this.#polled++];
      // A trace that has ended meanwhile wants to know nothing any more.
      if (output?.kind !== 'ask' || this.#walk.isWanted(output.askId)) return output;
    }
    this.#outputs.length = 0;
    this.#polled = 0;
    return undefined;
  }

  /** When `tick` wants to be called, on the monotonic clock; may be early, never late. Infinity: not at all. */
  nextDeadline(): number {
    return Math.min(this.#walk.nextDeadline(), this.#relayed.nextDeadline());
  }

  /** Whether no trace waits for a router. Relayed Requests do not count: their Replies go past this daemon. */
  get isIdle(): boolean {
    return this.#walk.size === 0;
  }

  /** Ends everything that waits, now: each client gets what is known, as if every wait had come to its deadline. */
  finish(now: Now): void {
    this.#now = now;
    this.#walk.finish(now);
    for (const slot of this.#relayed.expire(Number.POSITIVE_INFINITY)) this.#release(slot);
  }

  // The beginning: may it be processed?

  #receiveQuery(slot: number, meta: RecvMeta): void {
    const { memory, access } = this.#options;
    const fault = verifyQuery(memory, this.#message, meta.source, (address) => access.mayQuery(address));
    if (fault !== undefined) return this.#drop(slot, meta, fault);
    if (this.#gateways.hasAsked(this.#message, this.#now)) return this.#drop(slot, meta, 'query-our-own');
    // Only Extended Query Blocks can fill a Query so far that no Reply would fit.
    if (!hasRoom(this.#message, limitOctets(this.#message.family, this.#options.slotOctets)))
      return this.#drop(slot, meta, 'query-too-long', meta.length);
    const { monotonicMs } = this.#now;
    const { f } = HEADER[this.#message.family];
    const client = addressIn(memory.octets, f.clientAddress, meta.base);
    const queryId = f.queryId.get(memory.view, meta.base);
    // RFC 8487 §4.1.1, §9.5; Requests are never duplicates.
    const refusal = this.#queryLimits.admit(client, meta.source, queryId, monotonicMs);
    if (refusal !== undefined) return this.#drop(slot, meta, refusal);
    this.#walk.beginQuery(this.#begin(slot, meta), this.#now);
  }

  #receiveRequest(slot: number, meta: RecvMeta): void {
    const { memory, domain, access } = this.#options;
    const isPeer = domain.isPeer(meta.source, meta.sourcePort);
    const fault = verifyRequest(memory, this.#message, {
      address: meta.source,
      hopLimit: meta.hopLimit,
      isPeer,
      isAllowed: access.maySendRequests(meta.source, meta.interfaceIndex),
      destination: meta.destination,
    });
    if (fault !== undefined) {
      return this.#drop(slot, meta, fault, fault === 'not-adjacent' ? meta.hopLimit : undefined);
    }
    const { family, base, end } = this.#message;
    // Clients of other daemons may be anywhere, but nothing is sent to everybody.
    if (access.isEverybody(addressIn(memory.octets, HEADER[family].f.clientAddress, base)))
      return this.#drop(slot, meta, 'client-not-allowed');
    if (end - base > limitOctets(family, this.#options.slotOctets))
      return this.#drop(slot, meta, 'request-too-long', end - base); // RFC 8487 §3
    if (!this.#requestRates.take(meta.source, this.#now.monotonicMs)) {
      return this.#drop(slot, meta, 'request-over-limit');
    }
    this.#walk.beginRequest(this.#begin(slot, meta), { isPeer, interfaceIndex: meta.interfaceIndex }, this.#now);
  }

  /**
   * RFC 8487 §4.5: to a Query of a gateway of ours; with the header of the original, it goes to that one's client. It comes
   * from wherever the trace has ended, so the header is what it is known by, and not a neighbor's address (§9.7.2).
   */
  #receiveReply(slot: number, meta: RecvMeta): void {
    const { family, base, end, standardBlockCount, returnedBlockCount } = this.#message;
    if (HEADER[family].f.clientAddress.octets !== meta.source.length) return this.#drop(slot, meta, 'family-mixed'); // RFC 8487 §3
    if (end - base > limitOctets(family, this.#options.slotOctets))
      return this.#drop(slot, meta, 'reply-too-long', end - base); // RFC 8487 §3
    if (!this.#requestRates.take(meta.source, this.#now.monotonicMs)) {
      return this.#drop(slot, meta, 'reply-over-limit');
    }
    if (hasTooManyBlocks(this.#message))
      return this.#drop(slot, meta, 'reply-of-too-many-blocks', standardBlockCount + returnedBlockCount);
    const message = { ...this.#message };
    if (!this.#gateways.relayReply(slot, message, this.#now)) return this.#drop(slot, meta, 'reply-not-ours');
    this.#note('reply-relayed', this.#about(message), undefined);
  }

  // The end: Reply, relay, or silence.

  #reply(trace: Trace): void {
    this.#gateways.sendReply(trace.slot, trace.message, trace, this.#now);
    this.#note('replied', trace, undefined);
  }

  #replyPart(trace: Trace): void {
    this.#gateways.sendReply(trace.slot, trace.message, trace, this.#now);
    this.#note('split', trace, undefined);
  }

  #relay(trace: Trace, endpoint: Endpoint): void {
    if (isGatewayQuery(trace)) return this.#gateways.sendQuery(trace, endpoint);
    const displaced = this.#relayed.add(trace, endpoint, this.#now.monotonicMs);
    if (displaced !== undefined) this.#release(displaced);
    this.#send(relay(trace, endpoint, this.#options));
    this.#note('relayed', trace, endpoint.label);
  }

  /** RFC 8487 §5.7, §3.2.4 FATAL_ERROR */
  #upstreamUnreachable({ trace, endpoint }: Relayed): void {
    patchFatalError(this.#options.memory.view, trace.message);
    this.#note('upstream-unreachable', trace, endpoint.label);
    this.#reply(trace);
  }

  // Small print.

  #begin(slot: number, meta: RecvMeta): Trace {
    const message = { ...this.#message };
    const { octets } = this.#options.memory;
    const { f } = HEADER[message.family];
    return {
      slot,
      message,
      port: meta.port,
      localAddress: isMulticast(meta.destination) ? undefined : meta.destination.slice(),
      // Copies: after a split the slot is somebody else's.
      group: specified(addressIn(octets, f.multicastAddress, message.base).slice()),
      source: specified(addressIn(octets, f.sourceAddress, message.base).slice()),
      client: addressIn(octets, f.clientAddress, message.base).slice(),
      sender: meta.source.slice(),
      arrival: { seconds: meta.arrivalSeconds, nanoseconds: meta.arrivalNanoseconds },
      budgetEndsMs: this.#now.monotonicMs + this.#options.replyTimeoutMs * BUDGET_SHARE,
      isBehindGateway: false,
      visited: new Set(),
      hasAskedInterfaces: false,
    };
  }

  #about(message: Message): Noted {
    const { clientAddress } = HEADER[message.family].f;
    return { message, client: addressIn(this.#options.memory.octets, clientAddress, message.base).slice() };
  }

  #release(slot: number): void {
    this.#outputs.push({ kind: 'release', slot });
  }

  #send(transmit: Transmit): void {
    this.#outputs.push({ kind: 'send', transmit });
  }

  #drop(slot: number, meta: RecvMeta, reason: DropReason, value?: Drop['value']): void {
    const shown = value ?? offendingValue(this.#options.memory, this.#message, reason);
    this.#outputs.push({ kind: 'drop', slot, reason, sender: meta.source, value: shown });
  }

  /** Of a Request, whom it is for; of a Query, its client. */
  #dropTrace({ slot, message, sender }: Trace, reason: DropReason): void {
    const { memory } = this.#options;
    const { clientAddress } = HEADER[message.family].f;
    const isQuery = message.lastStandardBlock < 0;
    const value = isQuery ? addressIn(memory.octets, clientAddress, message.base) : lastUpstream(memory, message);
    this.#outputs.push({ kind: 'drop', slot, reason, sender, value });
  }

  #note(event: Note['event'], { message, client }: Noted, subject: string | undefined): void {
    const { view } = this.#options.memory;
    const { forwardingCode } = STANDARD_RESPONSE_BLOCK[message.family].f;
    this.#outputs.push({
      kind: 'note',
      event,
      client,
      queryId: HEADER[message.family].f.queryId.get(view, message.base),
      subject,
      standardBlockCount: message.standardBlockCount,
      forwardingCode: message.lastStandardBlock < 0 ? -1 : forwardingCode.get(view, message.lastStandardBlock),
    });
  }
}

type Noted = Pick<Trace, 'message' | 'client'>;

function specified(address: Address): Address | undefined {
  return isUnspecified(address) ? undefined : address;
}
