/**
 * The engine: from a datagram in a slot to the datagram that answers it. Pure: clock, configuration and answers of
 * routers come in as arguments, everything it wants done comes out of `poll` as values, in order.
 *
 * A trace is one Query or Request on its way through the routers of this daemon. It owns the slot that its datagram was
 * received into; blocks are appended there, and the same octets leave as the Reply or as a Request to somebody else.
 * Between datagram and answer a trace waits for exactly one of: interface tables that were never read (which router is
 * meant?), candidates for the last hop (which of them forwards?), or the state of the router whose turn it is. It ends
 * with a drop, a Reply, or a relayed Request; the latter's slot is kept a while, so that an ICMP error can still turn
 * it into a partial Reply. Every wait has a deadline: in the worst case the client gets what is known, in time.
 */
import { UNKNOWN_COUNT } from '../../proto/field.ts';
import {
  HEADER,
  STANDARD_RESPONSE_BLOCK,
  standardResponseBlockV4,
  standardResponseBlockV6,
} from '../../proto/mtrace2.ts';
import { ForwardingCode, TlvType } from '../../proto/registry.ts';
import type { Domain, Endpoint } from '../domain/domain.ts';
import type { RecvMeta, Transmit, Unreachable } from '../net/port.ts';
import type { InterfaceState, RouterState } from '../router/state.ts';
import type { Access } from '../verify/access.ts';
import { verifyQuery } from '../verify/query.ts';
import { RecentQueries } from '../verify/recent-queries.ts';
import { verifyRequest } from '../verify/request.ts';
import { type Rate, TokenBuckets } from '../verify/token-buckets.ts';
import { type Address, type Family, isAllZeros, isMulticast } from '../wire/address.ts';
import { appendStandardResponseBlock, hasRoom } from '../wire/append.ts';
import { patchForwardingCode, patchToRequest } from '../wire/patch.ts';
import { continuationOctets, cutLastBlock, writeContinuation } from '../wire/split.ts';
import { addressIn, checkMessage, emptyMessage, isUnspecified, type Memory, type Message } from '../wire/view.ts';
import type { Answer, DropReason, ForwardingWanted, Note, Now, Output } from './events.ts';
import { type NativeForwarding, nextHop, relay } from './forward.ts';
import type { Hop, Visit } from './hop.ts';
import { type Candidate, candidatesFor, properLastHop } from './last-hop.ts';
import type { Trace } from './pending.ts';
import { type Relayed, RelayedRequests } from './relayed.ts';
import { reply } from './reply.ts';
import {
  hasUnknownQuery,
  type Outcome,
  processProhibited,
  processRequest,
  processUnknownQuery,
  processUnreadable,
} from './steps.ts';

export interface EngineOptions {
  /** The slab. Slot i is at `i * slotOctets`. */
  readonly memory: Memory;
  readonly slotOctets: number;
  /** A free slot, from now on the engine's; `undefined`: there is none. */
  readonly takeSlot: () => number | undefined;
  readonly domain: Domain;
  readonly access: Access;
  /** Per client address, and per sender. */
  readonly limits: { readonly queries: Rate; readonly requests: Rate };
  readonly native: NativeForwarding;
  /** From which port Requests leave, by family. */
  readonly requestPorts: { readonly 4: number | undefined; readonly 6: number | undefined };
  readonly replyTimeoutMs: number;
  /** Relayed Requests whose slots are kept; over it, the oldest is let go. */
  readonly relayedLimit: number;
}

/** Share of the client's patience that one daemon takes at most; and one router of it. */
const BUDGET_SHARE = 0.5;
export const READ_SHARE = 0.3;
/** Octets of IP and UDP headers in front of a message. */
const IP_UDP_OCTETS = { 4: 28, 6: 48 } as const;
/** The most: RFC 8487 §3 for IPv6, an Ethernet's for IPv4. */
const MTU = { 4: 1500, 6: 1280 } as const;
/** What every IPv4 host takes, RFC 791 §3.2: an interface that claims less would have a trace split at every router. */
const MIN_MTU_V4 = 576;

export class Engine {
  readonly #options: EngineOptions;
  readonly #outputs: Output[] = [];
  #polled = 0;
  readonly #message = emptyMessage();
  readonly #traces = new Map<number, Trace>();
  readonly #asks = new Map<number, Trace>();
  readonly #relayed: RelayedRequests;
  readonly #recentQueries: RecentQueries;
  readonly #queryRates: TokenBuckets;
  readonly #requestRates: TokenBuckets;
  #lastId = 0;
  /** Never later than the earliest deadline. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  #now: Now = { monotonicMs: 0, unixMs: 0 };

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#relayed = new RelayedRequests(options.relayedLimit);
    this.#recentQueries = new RecentQueries(options.replyTimeoutMs);
    this.#queryRates = new TokenBuckets(options.limits.queries);
    this.#requestRates = new TokenBuckets(options.limits.requests);
  }

  /** Takes ownership of the slot. `meta` is read before the next call only. Never throws. */
  receive(slot: number, meta: RecvMeta, now: Now): void {
    this.#now = now;
    const { memory } = this.#options;
    const fault = checkMessage(memory.view, meta.base, meta.length, this.#message);
    if (fault !== undefined) {
      const isAboutLength = fault === 'too-short' || fault === 'truncated-header';
      return this.#drop(slot, meta, fault, isAboutLength ? meta.length : undefined);
    }
    if (this.#options.access.isBroadcast(meta.destination))
      return this.#drop(slot, meta, 'sent-to-broadcast', undefined);
    const type = HEADER[this.#message.family].f.type.get(memory.view, meta.base);
    if (type === TlvType.QUERY) return this.#receiveQuery(slot, meta);
    if (type === TlvType.REQUEST) return this.#receiveRequest(slot, meta);
    return this.#drop(slot, meta, 'reply-not-ours', undefined);
  }

  /** The answer to an `ask`; late and unknown ones are ignored. */
  answered(askId: number, answer: Answer, now: Now): void {
    this.#now = now;
    const trace = this.#asks.get(askId);
    this.#asks.delete(askId);
    const waiting = trace?.waiting;
    if (trace === undefined || waiting === undefined) return;
    if (waiting.kind === 'state') return this.#process(trace, waiting.visit, asState(answer));
    if (waiting.kind === 'interfaces') {
      waiting.askIds.delete(askId);
      if (waiting.askIds.size === 0) waiting.resume();
      return;
    }
    const candidate = waiting.open.get(askId);
    if (candidate !== undefined) candidate.state = asState(answer);
    waiting.open.delete(askId);
    if (waiting.open.size === 0) this.#chooseLastHop(trace, waiting.all);
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
    if (now.monotonicMs < this.#deadlineMs) return;
    for (const trace of [...this.#traces.values()]) {
      if (trace.waiting !== undefined && trace.deadlineMs <= now.monotonicMs) this.#expire(trace);
    }
    for (const slot of this.#relayed.expire(now.monotonicMs)) this.#release(slot);
    this.#deadlineMs = this.#relayed.nextDeadline();
    for (const trace of this.#traces.values()) this.#deadlineMs = Math.min(this.#deadlineMs, trace.deadlineMs);
  }

  /** The next thing to do, in order; `undefined`: nothing more. */
  poll(): Output | undefined {
    while (this.#polled < this.#outputs.length) {
      const output = this.#outputs[this.#polled++];
      // A trace that has ended meanwhile wants to know nothing any more.
      if (output?.kind !== 'ask' || this.#asks.has(output.askId)) return output;
    }
    this.#outputs.length = 0;
    this.#polled = 0;
    return undefined;
  }

  /** When `tick` wants to be called, on the monotonic clock; may be early, never late. Infinity: not at all. */
  nextDeadline(): number {
    return this.#deadlineMs;
  }

  /** Whether no trace waits for a router. Relayed Requests do not count: their Replies go past this daemon. */
  get isIdle(): boolean {
    return this.#traces.size === 0;
  }

  /** Ends everything that waits, now: each client gets what is known, as if every wait had come to its deadline. */
  finish(now: Now): void {
    this.#now = now;
    while (this.#traces.size > 0) for (const trace of [...this.#traces.values()]) this.#expire(trace);
    for (const slot of this.#relayed.expire(Number.POSITIVE_INFINITY)) this.#release(slot);
    this.#deadlineMs = Number.POSITIVE_INFINITY;
  }

  // The beginning: whose turn is it?

  #receiveQuery(slot: number, meta: RecvMeta): void {
    const { memory, access } = this.#options;
    const fault = verifyQuery(memory, this.#message, meta.source, (address) => access.mayQuery(address));
    if (fault !== undefined) return this.#drop(slot, meta, fault, undefined);
    // Only Extended Query Blocks can fill a Query so far that no Reply would fit.
    if (!hasRoom(this.#message, this.#limitOctets(this.#message.family)))
      return this.#drop(slot, meta, 'query-too-long', meta.length);
    const { monotonicMs } = this.#now;
    const { f } = HEADER[this.#message.family];
    const client = addressIn(memory.octets, f.clientAddress, meta.base);
    const queryId = f.queryId.get(memory.view, meta.base);
    // RFC 8487 §4.1.1; Requests are never duplicates.
    if (this.#recentQueries.has(client, queryId, monotonicMs)) {
      return this.#drop(slot, meta, 'query-duplicate', queryId);
    }
    if (!this.#queryRates.take(client, monotonicMs)) return this.#drop(slot, meta, 'query-over-limit', undefined);
    this.#recentQueries.add(client, queryId, monotonicMs);
    this.#findLastHop(this.#begin(slot, meta));
  }

  #receiveRequest(slot: number, meta: RecvMeta): void {
    const { memory, domain, access } = this.#options;
    const isPeer = domain.isPeer(meta.source, meta.sourcePort);
    const fault = verifyRequest(memory, this.#message, {
      address: meta.source,
      hopLimit: meta.hopLimit,
      isPeer,
      isAllowed: access.maySendRequests(meta.source),
    });
    if (fault !== undefined) return this.#drop(slot, meta, fault, fault === 'not-adjacent' ? meta.hopLimit : undefined);
    const { family, base, end } = this.#message;
    if (end - base > this.#limitOctets(family)) return this.#drop(slot, meta, 'request-too-long', end - base);
    const upstream = lastUpstream(memory, this.#message);
    if (isAllZeros(upstream) || isMulticast(upstream)) {
      return this.#drop(slot, meta, 'request-names-no-upstream', undefined);
    }
    if (!this.#requestRates.take(meta.source, this.#now.monotonicMs)) {
      return this.#drop(slot, meta, 'request-over-limit', undefined);
    }
    this.#findUpstreamRouter(this.#begin(slot, meta), upstream.slice(), isPeer);
  }

  /** RFC 8487 §4.1.1, src/README.md: the router that the Query is for. */
  #findLastHop(trace: Trace): void {
    const { domain } = this.#options;
    const { localAddress, client } = trace;
    if (localAddress !== undefined) {
      const router = domain.standInFor(localAddress);
      const outgoingHint = { index: undefined, address: localAddress, standInClient: client };
      if (router !== undefined) return this.#visit(trace, { router, outgoingHint });
    }

    const [first, ...others] = candidatesFor(domain, client);
    if (first === undefined) {
      const unsure = [...domain.unlearned(), ...domain.withoutMulticastOn(client)];
      if (this.#askInterfaces(trace, unsure, () => this.#findLastHop(trace))) return;
      return this.#wrongLastHop(trace);
    }
    // Without a group nothing is forwarded that would tell them apart.
    if (others.length === 0 || trace.group === undefined) {
      return this.#visit(trace, properLastHop([first, ...others], trace).visit);
    }
    const open = new Map([first, ...others].map((candidate) => [++this.#lastId, candidate]));
    trace.waiting = { kind: 'candidates', open, all: [first, ...others] };
    for (const [askId, { visit }] of open) this.#askState(trace, visit.router, askId);
  }

  #chooseLastHop(trace: Trace, candidates: [Candidate, ...Candidate[]]): void {
    const { visit, state } = properLastHop(candidates, trace);
    this.#process(trace, visit, state);
  }

  /**
   * RFC 8487 §4.1.1: for a router that is not the last hop, and as well where that "cannot be determined", because routers
   * were never read. Every field but the Forwarding Code stays zero; silence where the Query came by multicast.
   */
  #wrongLastHop(trace: Trace): void {
    if (trace.localAddress === undefined) return this.#dropTrace(trace, 'query-by-multicast-not-last-hop');
    const { memory } = this.#options;
    const block = appendStandardResponseBlock(memory, trace.message);
    patchForwardingCode(memory.view, trace.message, block, ForwardingCode.WRONG_LAST_HOP);
    this.#reply(trace);
  }

  /** src/README.md: a Request is for the router that owns the last block's upstream address. */
  #findUpstreamRouter(trace: Trace, upstream: Address, isFromPeer: boolean): void {
    const neighbor =
      trace.message.family === 6
        ? addressIn(
            this.#options.memory.octets,
            standardResponseBlockV6.f.localAddress,
            trace.message.lastStandardBlock,
          )
        : undefined;
    const owner = this.#options.domain.ownerSeenFrom(upstream, neighbor);
    if (owner !== undefined) {
      const outgoingHint = { index: owner.interface?.index, address: upstream, standInClient: undefined };
      return this.#visit(trace, { router: owner.router, outgoingHint });
    }
    const again = () => this.#findUpstreamRouter(trace, upstream, isFromPeer);
    if (this.#askInterfaces(trace, this.#options.domain.unlearned(), again)) return;
    // RFC 8487 §4.2.1: silence. But a peer has us for the one who speaks for that router, and there is nobody else.
    if (isFromPeer) return this.#replyFatal(trace);
    this.#dropTrace(trace, 'request-not-for-us');
  }

  // The middle: one router after the other.

  #visit(trace: Trace, visit: Visit): void {
    if (this.#isRefused(trace)) return this.#process(trace, visit, undefined);
    const askId = ++this.#lastId;
    trace.waiting = { kind: 'state', visit, askId };
    this.#askState(trace, visit.router, askId);
  }

  #process(trace: Trace, visit: Visit, state: RouterState | undefined): void {
    trace.waiting = undefined;
    const { memory, domain } = this.#options;
    const { message } = trace;
    // RFC 8487 §4.1.2
    patchToRequest(memory.view, message);
    const hop: Hop = {
      memory,
      message,
      block: appendStandardResponseBlock(memory, message),
      group: trace.group,
      source: trace.source,
      state: state ?? stateWithoutRoutes(visit.router, domain.interfacesOf(visit.router) ?? []),
      arrival: trace.arrival,
      outgoingHint: visit.outgoingHint,
    };
    const outcome = this.#outcomeOf(trace, hop, state !== undefined);
    if (state === undefined && !this.#isRefused(trace)) this.#note('router-not-read', trace, visit.router);
    const limit = this.#limitOctets(message.family, outcome.kind === 'forward' ? outcome.incoming?.mtu : undefined);
    if (message.end - message.base > limit && message.standardBlockCount > 1 && !this.#split(trace, limit)) {
      return this.#reply(trace);
    }
    this.#conclude(trace, outcome);
  }

  #outcomeOf(trace: Trace, hop: Hop, isRead: boolean): Outcome {
    if (this.#isProhibited(trace)) return processProhibited(hop);
    if (hasUnknownQuery(trace.message)) return processUnknownQuery(hop);
    return isRead ? processRequest(hop) : processUnreadable(hop);
  }

  /**
   * RFC 8487 §4.3.3: the message as it was received goes back, and the trace goes on in a slot of its own.
   * @returns false when it cannot: then the message is as it was received, and says NO_SPACE
   */
  #split(trace: Trace, limitOctets: number): boolean {
    const { memory, slotOctets, takeSlot } = this.#options;
    const { message } = trace;
    const slot = continuationOctets(memory, message) > limitOctets ? undefined : takeSlot();
    const continuation = slot === undefined ? undefined : writeContinuation(memory, message, slot * slotOctets);
    cutLastBlock(memory, message);
    if (slot === undefined || continuation === undefined) return false;
    this.#send(reply(memory, trace));
    this.#note('split', trace, undefined);
    trace.slot = slot;
    trace.message = continuation;
    return true;
  }

  /** Whether the answer of the next router is known without asking it. */
  #isRefused(trace: Trace): boolean {
    return this.#isProhibited(trace) || hasUnknownQuery(trace.message);
  }

  #isProhibited({ group, client }: Trace): boolean {
    return this.#options.access.isProhibited(group, client);
  }

  #conclude(trace: Trace, outcome: Outcome): void {
    if (outcome.kind === 'reply') return this.#reply(trace);
    const { domain, native } = this.#options;
    const { upstream, incoming } = outcome;
    const next = upstream && nextHop(domain, native, upstream, incoming);
    if (next?.kind === 'own') {
      trace.arrival = laterOf(trace.arrival, this.#now);
      return this.#visit(trace, next.visit);
    }
    if (next?.kind === 'peer') {
      // By this address the peer knows which of its routers is meant; RFC 8487 §3.2.4 forbids it on an unnumbered interface.
      const isNamed = !isAllZeros(lastUpstream(this.#options.memory, trace.message));
      return isNamed ? this.#relay(trace, next.endpoint) : this.#replyFatal(trace);
    }
    // The upstream router may be one of ours that has never been read: ask before it is taken for a stranger.
    const again = () => this.#conclude(trace, outcome);
    if (upstream !== undefined && this.#askInterfaces(trace, domain.unlearned(), again)) return;
    if (next?.kind === 'native') return this.#relay(trace, next.endpoint);
    this.#replyFatal(trace);
  }

  // The end: Reply, relay, or silence.

  /** "The router may know the upstream router but cannot forward the message to it." RFC 8487 §3.2.4 */
  #replyFatal(trace: Trace): void {
    const { view } = this.#options.memory;
    patchForwardingCode(view, trace.message, trace.message.lastStandardBlock, ForwardingCode.FATAL_ERROR);
    this.#reply(trace);
  }

  #reply(trace: Trace): void {
    this.#forget(trace);
    this.#send(reply(this.#options.memory, trace));
    this.#note('replied', trace, undefined);
  }

  #relay(trace: Trace, endpoint: Endpoint): void {
    this.#forget(trace);
    const { monotonicMs } = this.#now;
    const displaced = this.#relayed.add(trace, endpoint, monotonicMs);
    if (displaced !== undefined) this.#release(displaced);
    this.#deadlineMs = Math.min(this.#deadlineMs, this.#relayed.nextDeadline());
    this.#send(relay(trace, endpoint, this.#options.requestPorts));
    this.#note('relayed', trace, endpoint.label);
  }

  #upstreamUnreachable({ trace, endpoint }: Relayed): void {
    this.#note('upstream-unreachable', trace, endpoint.label);
    this.#replyFatal(trace);
  }

  #expire(trace: Trace): void {
    const { waiting } = trace;
    this.#forgetAsks(trace);
    if (waiting?.kind === 'interfaces') waiting.resume();
    else if (waiting?.kind === 'state') this.#process(trace, waiting.visit, undefined);
    else if (waiting?.kind === 'candidates') this.#chooseLastHop(trace, waiting.all);
  }

  // Small print.

  /**
   * Octets that a message of this family may have: as many as the Incoming Interface takes, RFC 8487 §4.3.3, and no more
   * than an Ethernet, because it travels by other links than that. A slot has room for one block more.
   */
  #limitOctets(family: Family, incomingMtu: number = MTU[family]): number {
    const mtu = family === 4 ? Math.max(MIN_MTU_V4, Math.min(incomingMtu, MTU[4])) : MTU[6];
    return Math.min(this.#options.slotOctets - STANDARD_RESPONSE_BLOCK[family].octets, mtu - IP_UDP_OCTETS[family]);
  }

  #begin(slot: number, meta: RecvMeta): Trace {
    const message = { ...this.#message };
    const { octets } = this.#options.memory;
    const { f } = HEADER[message.family];
    const trace: Trace = {
      id: ++this.#lastId,
      slot,
      message,
      port: meta.port,
      localAddress: isMulticast(meta.destination) ? undefined : meta.destination.slice(),
      group: specified(addressIn(octets, f.multicastAddress, message.base)),
      source: specified(addressIn(octets, f.sourceAddress, message.base)),
      client: addressIn(octets, f.clientAddress, message.base),
      sender: meta.source.slice(),
      arrival: { seconds: meta.arrivalSeconds, nanoseconds: meta.arrivalNanoseconds },
      budgetEndsMs: this.#now.monotonicMs + this.#options.replyTimeoutMs * BUDGET_SHARE,
      hasAskedInterfaces: false,
      waiting: undefined,
      deadlineMs: Number.POSITIVE_INFINITY,
    };
    this.#traces.set(trace.id, trace);
    return trace;
  }

  #askState(trace: Trace, router: string, askId: number): void {
    const { family } = trace.message;
    this.#ask(trace, router, askId, { family, group: trace.group, source: trace.source });
  }

  /** @returns false when there is nothing to ask, or this trace has asked before */
  #askInterfaces(trace: Trace, routers: readonly string[], resume: () => void): boolean {
    if (trace.hasAskedInterfaces || routers.length === 0) return false;
    trace.hasAskedInterfaces = true;
    const askIds = routers.map(() => ++this.#lastId);
    trace.waiting = { kind: 'interfaces', askIds: new Set(askIds), resume };
    for (const [i, router] of routers.entries()) this.#ask(trace, router, askIds[i]!, 'interfaces');
    return true;
  }

  #ask(trace: Trace, router: string, askId: number, wanted: ForwardingWanted | 'interfaces'): void {
    const readEndsMs = this.#now.monotonicMs + this.#options.replyTimeoutMs * READ_SHARE;
    trace.deadlineMs = Math.min(trace.budgetEndsMs, readEndsMs);
    this.#deadlineMs = Math.min(this.#deadlineMs, trace.deadlineMs);
    this.#asks.set(askId, trace);
    this.#outputs.push({ kind: 'ask', askId, router, wanted });
  }

  #forget(trace: Trace): void {
    this.#traces.delete(trace.id);
    this.#forgetAsks(trace);
  }

  #forgetAsks(trace: Trace): void {
    const { waiting } = trace;
    trace.waiting = undefined;
    if (waiting?.kind === 'interfaces') for (const askId of waiting.askIds) this.#asks.delete(askId);
    if (waiting?.kind === 'candidates') for (const askId of waiting.open.keys()) this.#asks.delete(askId);
    if (waiting?.kind === 'state') this.#asks.delete(waiting.askId);
  }

  #release(slot: number): void {
    this.#outputs.push({ kind: 'release', slot });
  }

  #send(transmit: Transmit): void {
    this.#outputs.push({ kind: 'send', transmit });
  }

  #drop(slot: number, meta: RecvMeta, reason: DropReason, value: number | undefined): void {
    this.#outputs.push({ kind: 'drop', slot, reason, sender: meta.source, value });
  }

  #dropTrace(trace: Trace, reason: DropReason): void {
    this.#forget(trace);
    this.#outputs.push({ kind: 'drop', slot: trace.slot, reason, sender: trace.sender, value: undefined });
  }

  #note(event: Note['event'], trace: Trace, subject: string | undefined): void {
    const { view } = this.#options.memory;
    const { message } = trace;
    const { forwardingCode } = STANDARD_RESPONSE_BLOCK[message.family].f;
    this.#outputs.push({
      kind: 'note',
      event,
      client: trace.client,
      queryId: HEADER[message.family].f.queryId.get(view, message.base),
      subject,
      standardBlockCount: message.standardBlockCount,
      forwardingCode: message.lastStandardBlock < 0 ? -1 : forwardingCode.get(view, message.lastStandardBlock),
    });
  }
}

/** Whom the last block names: Upstream Router Address, or Remote Address. A view into the message. */
function lastUpstream(memory: Memory, message: Message): Address {
  const field =
    message.family === 4 ? standardResponseBlockV4.f.upstreamRouterAddress : standardResponseBlockV6.f.remoteAddress;
  return addressIn(memory.octets, field, message.lastStandardBlock);
}

function specified(address: Address): Address | undefined {
  return isUnspecified(address) ? undefined : address;
}

function asState(answer: Answer): RouterState | undefined {
  return answer !== undefined && 'route' in answer ? answer : undefined;
}

/** What holds of a router that was not read: its interfaces, but not what they had counted when that was. */
function stateWithoutRoutes(name: string, interfaces: readonly InterfaceState[]): RouterState {
  const unread = { inMulticastPackets: UNKNOWN_COUNT, outMulticastPackets: UNKNOWN_COUNT };
  return {
    name,
    interfaces: new Map(interfaces.map((one) => [one.index, { ...one, ...unread }])),
    route: () => undefined,
    rpf: () => undefined,
    rp: () => undefined,
    isScoped: () => false,
  };
}

/** Query Arrival Times never decrease along a trace, whatever the wall clock does. */
function laterOf(arrival: { seconds: number; nanoseconds: number }, now: Now) {
  const seconds = Math.floor(now.unixMs / 1000);
  const nanoseconds = Math.floor((now.unixMs - seconds * 1000) * 1e6);
  const isLater = seconds > arrival.seconds || (seconds === arrival.seconds && nanoseconds > arrival.nanoseconds);
  return isLater ? { seconds, nanoseconds } : arrival;
}
