/**
 * The way of a trace through the routers of this daemon: from the one that the message is for, upstream to the last that
 * is ours, each appending its block. All waiting for routers is here. A trace waits for exactly one of: interface tables
 * that were never read (which router is meant?), candidates (which of them forwards?), or the state of the router whose
 * turn it is. What leaves at its end is the engine's concern: `WalkEnds`.
 */
import { standardResponseBlockV6 } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import type { Domain, Endpoint } from '../domain/domain.ts';
import type { RouterState } from '../router/state.ts';
import type { Access } from '../verify/access.ts';
import { type Address, isAllZeros } from '../wire/address.ts';
import { appendStandardResponseBlock } from '../wire/append.ts';
import { patchForwardingCode, patchToRequest } from '../wire/patch.ts';
import { continuationOctets, cutLastBlock, writeContinuation } from '../wire/split.ts';
import { addressIn, lastUpstream, type Memory } from '../wire/view.ts';
import type { Answer, Ask, DropReason, ForwardingWanted, Note, Now } from './events.ts';
import { type NativeForwarding, nextHop } from './forward.ts';
import { type Hop, laterOf, type Visit } from './hop.ts';
import { type Candidate, candidatesFor, properLastHop } from './last-hop.ts';
import type { Trace } from './pending.ts';
import { limitOctets } from './room.ts';
import {
  hasUnknownQuery,
  type Outcome,
  processProhibited,
  processRequest,
  processUnknownQuery,
  processUnreadable,
} from './steps.ts';
import { stateWithoutRoutes } from './unread.ts';

export interface WalkOptions {
  readonly memory: Memory;
  readonly slotOctets: number;
  readonly takeSlot: () => number | undefined;
  readonly domain: Domain;
  readonly access: Access;
  readonly native: NativeForwarding;
  readonly replyTimeoutMs: number;
}

/** What becomes of a trace when no router of ours has anything to add. */
export interface WalkEnds {
  ask(ask: Ask): void;
  note(event: Note['event'], trace: Trace, subject: string | undefined): void;
  reply(trace: Trace): void;
  /** The Reply that a trace leaves behind when it goes on in another slot. */
  replyPart(trace: Trace): void;
  relay(trace: Trace, endpoint: Endpoint): void;
  drop(trace: Trace, reason: DropReason): void;
}

/** Share of the client's patience that one router takes at most. */
export const READ_SHARE = 0.3;

export class Walk {
  readonly #options: WalkOptions;
  readonly #ends: WalkEnds;
  readonly #traces = new Set<Trace>();
  readonly #asks = new Map<number, Trace>();
  #lastAskId = 0;
  /** Never later than the earliest deadline. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  #now: Now = { monotonicMs: 0, unixMs: 0 };

  constructor(options: WalkOptions, ends: WalkEnds) {
    this.#options = options;
    this.#ends = ends;
  }

  /** Traces that wait. */
  get size(): number {
    return this.#traces.size;
  }

  nextDeadline(): number {
    return this.#deadlineMs;
  }

  isWanted(askId: number): boolean {
    return this.#asks.has(askId);
  }

  beginQuery(trace: Trace, now: Now): void {
    this.#now = now;
    this.#traces.add(trace);
    this.#findLastHop(trace);
  }

  beginRequest(trace: Trace, upstream: Address, isFromPeer: boolean, now: Now): void {
    this.#now = now;
    this.#traces.add(trace);
    this.#findUpstreamRouter(trace, upstream, isFromPeer);
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

  /** Ends what has waited too long. */
  tick(now: Now): void {
    this.#now = now;
    if (now.monotonicMs < this.#deadlineMs) return;
    for (const trace of [...this.#traces]) if (trace.deadlineMs <= now.monotonicMs) this.#expire(trace);
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    for (const trace of this.#traces) this.#deadlineMs = Math.min(this.#deadlineMs, trace.deadlineMs);
  }

  /** Ends everything that waits, now. */
  finish(now: Now): void {
    this.#now = now;
    while (this.#traces.size > 0) for (const trace of [...this.#traces]) this.#expire(trace);
    this.#deadlineMs = Number.POSITIVE_INFINITY;
  }

  // The beginning: whose turn is it?

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
    const open = new Map([first, ...others].map((candidate) => [++this.#lastAskId, candidate]));
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
    if (trace.localAddress === undefined) return this.#drop(trace, 'query-by-multicast-not-last-hop');
    const { memory } = this.#options;
    const block = appendStandardResponseBlock(memory, trace.message);
    patchForwardingCode(memory.view, trace.message, block, ForwardingCode.WRONG_LAST_HOP);
    this.#reply(trace);
  }

  /** src/README.md: a Request is for the router that owns the last block's upstream address. */
  #findUpstreamRouter(trace: Trace, upstream: Address, isFromPeer: boolean): void {
    const { memory, domain } = this.#options;
    const { message } = trace;
    const neighbor =
      message.family === 6
        ? addressIn(memory.octets, standardResponseBlockV6.f.localAddress, message.lastStandardBlock)
        : undefined;
    const owner = domain.ownerSeenFrom(upstream, neighbor);
    if (owner !== undefined) {
      const outgoingHint = { index: owner.interface?.index, address: upstream, standInClient: undefined };
      return this.#visit(trace, { router: owner.router, outgoingHint });
    }
    const again = () => this.#findUpstreamRouter(trace, upstream, isFromPeer);
    if (this.#askInterfaces(trace, domain.unlearned(), again)) return;
    // RFC 8487 §4.2.1: silence. But a peer has us for the one who speaks for that router, and there is nobody else.
    if (isFromPeer) return this.#replyFatal(trace);
    this.#drop(trace, 'request-not-for-us');
  }

  // The middle: one router after the other.

  #visit(trace: Trace, visit: Visit): void {
    if (this.#isRefused(trace)) return this.#process(trace, visit, undefined);
    const askId = ++this.#lastAskId;
    trace.waiting = { kind: 'state', visit, askId };
    this.#askState(trace, visit.router, askId);
  }

  #process(trace: Trace, visit: Visit, state: RouterState | undefined): void {
    trace.waiting = undefined;
    const { memory, domain, slotOctets } = this.#options;
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
    if (state === undefined && !this.#isRefused(trace)) this.#ends.note('router-not-read', trace, visit.router);
    const incomingMtu = outcome.kind === 'forward' ? outcome.incoming?.mtu : undefined;
    const limit = limitOctets(message.family, slotOctets, incomingMtu);
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
  #split(trace: Trace, limit: number): boolean {
    const { memory, slotOctets, takeSlot } = this.#options;
    const { message } = trace;
    const slot = continuationOctets(memory, message) > limit ? undefined : takeSlot();
    const continuation = slot === undefined ? undefined : writeContinuation(memory, message, slot * slotOctets);
    cutLastBlock(memory, message);
    if (slot === undefined || continuation === undefined) return false;
    this.#ends.replyPart(trace);
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
    const { memory, domain, native } = this.#options;
    const { upstream, incoming } = outcome;
    const next = upstream && nextHop(domain, native, upstream, incoming);
    if (next?.kind === 'own') {
      trace.arrival = laterOf(trace.arrival, this.#now.unixMs);
      return this.#visit(trace, next.visit);
    }
    if (next?.kind === 'peer') {
      // By this address the peer knows which of its routers is meant; RFC 8487 §3.2.4 forbids it on an unnumbered interface.
      const isNamed = !isAllZeros(lastUpstream(memory, trace.message));
      return isNamed ? this.#relay(trace, next.endpoint) : this.#replyFatal(trace);
    }
    // The upstream router may be one of ours that has never been read: ask before it is taken for a stranger.
    const again = () => this.#conclude(trace, outcome);
    if (upstream !== undefined && this.#askInterfaces(trace, domain.unlearned(), again)) return;
    if (next?.kind === 'native') return this.#relay(trace, next.endpoint);
    this.#replyFatal(trace);
  }

  // The end.

  /** "The router may know the upstream router but cannot forward the message to it." RFC 8487 §3.2.4 */
  #replyFatal(trace: Trace): void {
    const { view } = this.#options.memory;
    patchForwardingCode(view, trace.message, trace.message.lastStandardBlock, ForwardingCode.FATAL_ERROR);
    this.#reply(trace);
  }

  #reply(trace: Trace): void {
    this.#forget(trace);
    this.#ends.reply(trace);
  }

  #relay(trace: Trace, endpoint: Endpoint): void {
    this.#forget(trace);
    this.#ends.relay(trace, endpoint);
  }

  #drop(trace: Trace, reason: DropReason): void {
    this.#forget(trace);
    this.#ends.drop(trace, reason);
  }

  /** The wait is over: each client gets what is known, in time. */
  #expire(trace: Trace): void {
    const { waiting } = trace;
    this.#forgetAsks(trace);
    if (waiting?.kind === 'interfaces') waiting.resume();
    else if (waiting?.kind === 'state') this.#process(trace, waiting.visit, undefined);
    else if (waiting?.kind === 'candidates') this.#chooseLastHop(trace, waiting.all);
  }

  // Asking routers.

  #askState(trace: Trace, router: string, askId: number): void {
    const { family } = trace.message;
    this.#ask(trace, router, askId, { family, group: trace.group, source: trace.source });
  }

  /** @returns false when there is nothing to ask, or this trace has asked before */
  #askInterfaces(trace: Trace, routers: readonly string[], resume: () => void): boolean {
    if (trace.hasAskedInterfaces || routers.length === 0) return false;
    trace.hasAskedInterfaces = true;
    const askIds = routers.map(() => ++this.#lastAskId);
    trace.waiting = { kind: 'interfaces', askIds: new Set(askIds), resume };
    for (const [i, router] of routers.entries()) this.#ask(trace, router, askIds[i]!, 'interfaces');
    return true;
  }

  #ask(trace: Trace, router: string, askId: number, wanted: ForwardingWanted | 'interfaces'): void {
    const readEndsMs = this.#now.monotonicMs + this.#options.replyTimeoutMs * READ_SHARE;
    trace.deadlineMs = Math.min(trace.budgetEndsMs, readEndsMs);
    this.#deadlineMs = Math.min(this.#deadlineMs, trace.deadlineMs);
    this.#asks.set(askId, trace);
    this.#ends.ask({ kind: 'ask', askId, router, wanted });
  }

  #forget(trace: Trace): void {
    this.#traces.delete(trace);
    this.#forgetAsks(trace);
  }

  #forgetAsks(trace: Trace): void {
    const { waiting } = trace;
    trace.waiting = undefined;
    if (waiting?.kind === 'interfaces') for (const askId of waiting.askIds) this.#asks.delete(askId);
    if (waiting?.kind === 'candidates') for (const askId of waiting.open.keys()) this.#asks.delete(askId);
    if (waiting?.kind === 'state') this.#asks.delete(waiting.askId);
  }
}

function asState(answer: Answer): RouterState | undefined {
  return answer !== undefined && 'route' in answer ? answer : undefined;
}
