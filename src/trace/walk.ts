/**
 * The way of a trace through the routers of this daemon: from the one that the message is for, upstream to the last that
 * is ours, each appending its block. All waiting for routers is here. A trace waits for exactly one of: interface tables
 * that were never read (which router is meant?), candidates (which of them forwards?), or the state of the router whose
 * turn it is. What leaves at its end is the engine's concern: `WalkEnds`.
 */
import { HEADER, standardResponseBlockV6 } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import type { Endpoint } from '../domain/domain.ts';
import type { HostLink } from '../net/port.ts';
import { type InterfaceState, interfaceWithAddress, type RouterState } from '../router/state.ts';
import type { Access } from '../verify/access.ts';
import { type Address, familyOf, isAllZeros, isMulticast, type Prefix } from '../wire/address.ts';
import { appendStandardResponseBlock } from '../wire/append.ts';
import { patchForwardingCode, patchToRequest } from '../wire/patch.ts';
import { continuationOctets, cutLastBlock, writeContinuation } from '../wire/split.ts';
import { addressIn, lastUpstream, type Memory } from '../wire/view.ts';
import type { Answer, Ask, DropReason, ForwardingWanted, Note, Now } from './events.ts';
import { type ForwardOptions, linkGroup, nextHop } from './forward.ts';
import { hide } from './hiding.ts';
import { type Hop, laterOf, type Visit } from './hop.ts';
import { type Candidate, candidatesFor, candidatesOn, forwarderOf, properLastHop } from './last-hop.ts';
import { repeatsEarlierBlock } from './loop.ts';
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

export interface WalkOptions extends ForwardOptions {
  /** The slab. Slot i is at `i * slotOctets`. */
  readonly memory: Memory;
  readonly slotOctets: number;
  /** A free slot, from now on ours; `undefined`: there is none. */
  readonly takeSlot: () => number | undefined;
  readonly access: Access;
  readonly replyTimeoutMs: number;
}

/** What becomes of a trace when no router of ours has anything to add. */
export interface WalkEnds {
  ask(ask: Ask): void;
  note(event: Note['event'], trace: Trace, subject: string | undefined): void;
  reply(trace: Trace): void;
  /** The Reply that a trace leaves behind when it goes on in another slot. */
  replyPart(trace: Trace): void;
  /**
   * RFC 8487 §4.5: the Reply leaves, and a Query in the name of `client` goes on in another slot.
   * @returns false: there is no room for it
   */
  askInOwnName(trace: Trace, client: Address): boolean;
  relay(trace: Trace, endpoint: Endpoint): void;
  drop(trace: Trace, reason: DropReason): void;
}

/** What is known of a Request's sender but its address. */
export interface RequestFrom {
  readonly isPeer: boolean;
  /** The daemon host's interface that it came in on. */
  readonly interfaceIndex: number;
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

  beginRequest(trace: Trace, from: RequestFrom, now: Now): void {
    this.#now = now;
    this.#traces.add(trace);
    this.#findRequestedRouter(trace, from);
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
    if (waiting.open.size === 0) waiting.choose();
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
      if (router !== undefined) return this.#visit(trace, { router, outgoingHint, isFromInside: false });
    }

    const candidates = candidatesFor(domain, client);
    if (candidates.length === 0) {
      const unsure = [...domain.unlearned(), ...domain.withoutMulticastOn(client)];
      if (this.#askInterfaces(trace, unsure, () => this.#findLastHop(trace))) return;
      return this.#wrongLastHop(trace);
    }
    // Without a group nothing is forwarded that would tell them apart.
    if (candidates.length === 1 || trace.group === undefined) {
      return this.#visit(trace, properLastHop(candidates, trace).visit);
    }
    this.#askCandidates(trace, candidates, () => {
      const { visit, state } = properLastHop(candidates, trace);
      this.#process(trace, visit, state);
    });
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

  /** RFC 8487 §4.2.1, src/README.md: the router that the Request is addressed to. */
  #findRequestedRouter(trace: Trace, from: RequestFrom): void {
    const { memory, domain } = this.#options;
    const { localAddress } = trace;
    const upstream = lastUpstream(memory, trace.message).slice();
    const isNamed = !isAllZeros(upstream) && !isMulticast(upstream);
    const standIn = localAddress && domain.standInFor(localAddress);
    // A peer sends to the daemon, whichever of its routers is meant; a router to its neighbour.
    if (standIn !== undefined && localAddress !== undefined && !(from.isPeer && isNamed)) {
      const owner = isNamed ? domain.ownerSeenFrom(upstream, undefined) : undefined;
      if (owner !== undefined && owner.router !== standIn) return this.#drop(trace, 'request-not-for-us');
      const hint = { index: owner?.interface?.index, address: isNamed ? upstream : localAddress };
      const outgoingHint = { ...hint, standInClient: trace.sender };
      return this.#visit(trace, { router: standIn, outgoingHint, isFromInside: false });
    }
    if (isNamed) return this.#findNamedRouter(trace, upstream, from.isPeer && localAddress !== undefined);
    if (localAddress !== undefined) return this.#drop(trace, 'request-names-no-upstream');
    this.#findForwarder(trace, subnetsOf(this.#options.hostLinks(), from.interfaceIndex), () =>
      this.#drop(trace, 'request-by-multicast-not-last-hop'),
    );
  }

  /** The router that owns the last block's upstream address. */
  #findNamedRouter(trace: Trace, upstream: Address, isFromPeer: boolean): void {
    const { memory, domain } = this.#options;
    const { message } = trace;
    const neighbor =
      message.family === 6
        ? addressIn(memory.octets, standardResponseBlockV6.f.localAddress, message.lastStandardBlock)
        : undefined;
    const owner = domain.ownerSeenFrom(upstream, neighbor);
    if (owner !== undefined) {
      const outgoingHint = { index: owner.interface?.index, address: upstream, standInClient: undefined };
      return this.#visit(trace, { router: owner.router, outgoingHint, isFromInside: false });
    }
    const again = () => this.#findNamedRouter(trace, upstream, isFromPeer);
    if (this.#askInterfaces(trace, domain.unlearned(), again)) return;
    // RFC 8487 §4.2.1: silence. But a peer has us for the one who speaks for that router, and there is nobody else.
    if (isFromPeer) return this.#replyFatal(trace);
    this.#drop(trace, 'request-not-for-us');
  }

  /** RFC 8487 §4.3.1, §5.4: of all routers on a link, the one that forwards onto it. */
  #findForwarder(trace: Trace, subnets: readonly Prefix[], otherwise: () => void): void {
    const { domain } = this.#options;
    const isOut = (router: string) => {
      const own = domain.interfacesOf(router) ?? [];
      return trace.visited.has(router) || interfaceWithAddress(own, trace.sender) !== undefined;
    };
    const candidates = candidatesOn(domain, subnets, isOut);
    if (candidates.length === 0) {
      const again = () => this.#findForwarder(trace, subnets, otherwise);
      if (subnets.length === 0 || !this.#askInterfaces(trace, domain.unlearned(), again)) otherwise();
      return;
    }
    this.#askCandidates(trace, candidates, () => {
      const forwarder = forwarderOf(candidates, trace);
      if (forwarder === undefined) return otherwise();
      this.#process(trace, { ...forwarder.visit, isFromInside: trace.visited.size > 0 }, forwarder.state);
    });
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
    const { memory, domain, access, slotOctets } = this.#options;
    const { message } = trace;
    const hasBeenHere = trace.visited.has(visit.router);
    trace.visited.add(visit.router);
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
      isGateway: domain.isGatewayFor(visit.router, trace.client),
    };
    const outcome = this.#outcomeOf(trace, hop, state !== undefined);
    const isRefused = this.#isRefused(trace);
    if (state === undefined && !isRefused) this.#ends.note('router-not-read', trace, visit.router);
    if (!isRefused && access.isHiddenFrom(trace.client)) {
      hide(hop, { outgoing: visit.isFromInside, incoming: this.#leadsInside(outcome, visit.router) });
    }
    const incomingMtu = outcome.kind === 'reply' ? undefined : outcome.incoming?.mtu;
    const limit = limitOctets(message.family, slotOctets, incomingMtu);
    if (message.end - message.base > limit && message.standardBlockCount > 1 && !this.#split(trace, limit)) {
      return this.#reply(trace);
    }
    const isLoop = hasBeenHere || repeatsEarlierBlock(memory, trace.message);
    if (isLoop && outcome.kind !== 'reply') return this.#replyFatal(trace);
    if (outcome.kind === 'gateway' && !this.#askInOwnName(trace, visit.router, outcome)) return this.#reply(trace);
    this.#conclude(trace, outcome);
  }

  /** Whether the router upstream is ours, or may be. RFC 8487 §4.6 */
  #leadsInside({ upstream, incoming }: Outcome, router: string): boolean {
    const { domain } = this.#options;
    if (upstream === undefined || isMulticast(upstream)) {
      return incoming !== undefined && domain.onSubnets(incoming.addresses).some((one) => one.router !== router);
    }
    if (domain.ownerOf(upstream, incoming) !== undefined) return true;
    return domain.peerFor(upstream, incoming) === undefined && domain.unlearned().length > 0;
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

  /** RFC 8487 §4.5. @returns false when it cannot: then the trace ends at the gateway */
  #askInOwnName(trace: Trace, router: string, { incoming }: Outcome): boolean {
    const client = this.#options.domain.gatewayAddress(router, incoming, trace.message.family);
    return client !== undefined && this.#ends.askInOwnName(trace, client);
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
    const { memory, domain } = this.#options;
    const { upstream, incoming } = outcome;
    if (upstream === undefined || isMulticast(upstream)) return this.#seekUpstream(trace, incoming);
    const next = nextHop(this.#options, upstream, incoming);
    if (next?.kind === 'own') {
      trace.arrival = laterOf(trace.arrival, this.#now.unixMs);
      return this.#visit(trace, next.visit);
    }
    if (next?.kind === 'peer' && !isGatewayQuery(trace)) {
      // By this address the peer knows which of its routers is meant; RFC 8487 §3.2.4 forbids it on an unnumbered interface.
      const isNamed = !isAllZeros(lastUpstream(memory, trace.message));
      return isNamed ? this.#relay(trace, next.endpoint) : this.#replyFatal(trace);
    }
    // The upstream router may be one of ours that has never been read: ask before it is taken for a stranger.
    const again = () => this.#conclude(trace, outcome);
    if (this.#askInterfaces(trace, domain.unlearned(), again)) return;
    if (next !== undefined) return this.#relay(trace, next.endpoint);
    this.#replyFatal(trace);
  }

  /** RFC 8487 §4.3.1: the Incoming Interface is known, the router on it is not. */
  #seekUpstream(trace: Trace, incoming: InterfaceState | undefined): void {
    if (incoming === undefined) return this.#replyFatal(trace);
    trace.arrival = laterOf(trace.arrival, this.#now.unixMs);
    const { family } = trace.message;
    const subnets = incoming.addresses.filter(({ address }) => familyOf(address) === family);
    this.#findForwarder(trace, subnets, () => {
      const group = linkGroup(this.#options, family, incoming);
      if (group === undefined) this.#replyFatal(trace);
      else this.#relay(trace, group);
    });
  }

  // The end.

  /** "The router may know the upstream router but cannot forward the message to it." RFC 8487 §3.2.4 */
  #replyFatal(trace: Trace): void {
    // RFC 8487 §4.5: nothing came back, and its client has all that is known.
    if (isGatewayQuery(trace)) return this.#drop(trace, 'gateway-query-undeliverable');
    const { view } = this.#options.memory;
    patchForwardingCode(view, trace.message, trace.message.lastStandardBlock, ForwardingCode.FATAL_ERROR);
    this.#reply(trace);
  }

  #reply(trace: Trace): void {
    this.#forget(trace);
    this.#ends.reply(trace);
  }

  #relay(trace: Trace, endpoint: Endpoint): void {
    if (trace.isBehindGateway && !this.#isOurs(trace)) return this.#replyFatal(trace);
    this.#forget(trace);
    this.#ends.relay(trace, endpoint);
  }

  /** Whether Replies to the client address of this header come to this daemon. */
  #isOurs({ message }: Trace): boolean {
    const { memory, domain } = this.#options;
    const { clientAddress } = HEADER[message.family].f;
    return domain.standInFor(addressIn(memory.octets, clientAddress, message.base)) !== undefined;
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
    else if (waiting?.kind === 'candidates') waiting.choose();
  }

  // Asking routers.

  #askState(trace: Trace, router: string, askId: number): void {
    const { family } = trace.message;
    this.#ask(trace, router, askId, { family, group: trace.group, source: trace.source });
  }

  #askCandidates(trace: Trace, candidates: readonly Candidate[], choose: () => void): void {
    const open = new Map(candidates.map((candidate) => [++this.#lastAskId, candidate]));
    trace.waiting = { kind: 'candidates', open, choose };
    for (const [askId, { visit }] of open) this.#askState(trace, visit.router, askId);
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

function subnetsOf(links: readonly HostLink[], interfaceIndex: number): Prefix[] {
  return links.filter((link) => link.interfaceIndex === interfaceIndex).map(({ network }) => network);
}

/** No router has answered it yet: it leaves as a Query. RFC 8487 §4.5 */
export function isGatewayQuery({ message }: Trace): boolean {
  return message.standardBlockCount === 0;
}

function asState(answer: Answer): RouterState | undefined {
  return answer !== undefined && 'route' in answer ? answer : undefined;
}
