/**
 * The way of a trace through the routers of this daemon: from the one that the message is for, upstream to the last that
 * is ours, each appending its block. What leaves at its end is the engine's concern: `WalkEnds`.
 */
import { HEADER } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import type { Endpoint } from '../domain/peers.ts';
import { hasAddress, type InterfaceState, type RouterState } from '../router/state.ts';
import type { Access } from '../verify/access.ts';
import {
  type Address,
  familyOf,
  formatAddress,
  isAllZeros,
  isLinkLocal,
  isLoopback,
  isMulticast,
} from '../wire/address.ts';
import { appendStandardResponseBlock } from '../wire/append.ts';
import { patchFatalError, patchForwardingCode, patchToRequest } from '../wire/patch.ts';
import { continuationOctets, cutLastBlock, writeContinuation } from '../wire/split.ts';
import { addressIn, lastIncoming, lastUpstream } from '../wire/view.ts';
import type { Answer, Ask, DeadEnd, DropReason, Note, Now } from './events.ts';
import { type ForwardOptions, isListed, linkEndpoint, nextHop } from './forward.ts';
import { hide } from './hiding.ts';
import { type Hop, laterOf, type Visit } from './hop.ts';
import { repeatsEarlierBlock } from './loop.ts';
import type { Trace } from './pending.ts';
import { Questions } from './questions.ts';
import { limitOctets, type Slab } from './room.ts';
import { asState, type Found, forwardingWanted, type RequestFrom, Search } from './search.ts';
import {
  hasUnknownQuery,
  type Outcome,
  processProhibited,
  processRequest,
  processUnknownQuery,
  processUnreadable,
  routersGroup,
} from './steps.ts';
import { stateWithoutRoutes } from './unread.ts';

export interface WalkOptions extends ForwardOptions, Slab {
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

/** Routers that a line of the log names. */
const ENUMERATED = 5;

export class Walk {
  readonly #options: WalkOptions;
  readonly #ends: WalkEnds;
  readonly #questions: Questions;
  readonly #search: Search;
  #now: Now = { monotonicMs: 0, unixMs: 0 };

  constructor(options: WalkOptions, ends: WalkEnds) {
    this.#options = options;
    this.#ends = ends;
    this.#questions = new Questions(options.replyTimeoutMs, (ask) => ends.ask(ask));
    this.#search = new Search(options, this.#questions, () => this.#now);
  }

  /** Traces that wait. */
  get size(): number {
    return this.#questions.size;
  }

  nextDeadline(): number {
    return this.#questions.nextDeadline();
  }

  isWanted(askId: number): boolean {
    return this.#questions.isWanted(askId);
  }

  beginQuery(trace: Trace, now: Now): void {
    this.#now = now;
    this.#search.lastHop(trace, this.#isRefused(trace), (found) => {
      if (found === undefined) this.#wrongLastHop(trace);
      else this.#arrive(trace, found);
    });
  }

  beginRequest(trace: Trace, from: RequestFrom, now: Now): void {
    this.#now = now;
    this.#search.requested(trace, from, (found) => {
      if (typeof found === 'object') this.#arrive(trace, found);
      // RFC 8487 §4.2.1: silence. But to whom a peer has sent its Request, there is nobody else to answer it.
      else if (found === 'unknown-to-peer')
        this.#replyFatal(
          trace,
          'request-for-unknown-router',
          formatAddress(lastUpstream(this.#options.memory, trace.message)),
        );
      else this.#ends.drop(trace, found);
    });
  }

  /** The answer to an `ask`; late and unknown ones are ignored. */
  answered(askId: number, answer: Answer, now: Now): void {
    this.#now = now;
    this.#questions.answered(askId, answer);
  }

  /** Ends what has waited too long: each client gets what is known, in time. */
  tick(now: Now): void {
    this.#now = now;
    this.#questions.tick(now.monotonicMs);
  }

  /** Ends everything that waits, now. */
  finish(now: Now): void {
    this.#now = now;
    this.#questions.finish();
  }

  /**
   * RFC 8487 §4.1.1: for a router that is not the last hop, and as well where that "cannot be determined", because routers
   * were never read. Every field but the Forwarding Code stays zero; silence where the Query came by multicast.
   */
  #wrongLastHop(trace: Trace): void {
    if (trace.localAddress === undefined) return this.#ends.drop(trace, 'query-by-multicast-not-last-hop');
    const { memory, domain } = this.#options;
    const block = appendStandardResponseBlock(memory, trace.message);
    patchForwardingCode(memory.view, trace.message, block, ForwardingCode.WRONG_LAST_HOP);
    const unread = domain.unlearned();
    if (unread.length > 0) this.#ends.note('last-hop-may-be-unread', trace, enumerate(unread));
    this.#ends.reply(trace);
  }

  // One router after the other.

  #arrive(trace: Trace, found: Found): void {
    const { visit, said } = found;
    // Right after a start: which links are inside shows when the tables are there.
    const untried = this.#isHiding(trace) ? this.#options.domain.untried() : [];
    if (this.#search.askInterfaces(trace, untried, () => this.#arrive(trace, found))) return;
    if (said !== undefined) return this.#process(trace, visit, said.state);
    if (this.#isRefused(trace)) return this.#process(trace, visit, undefined);
    this.#questions.put(trace, [visit.router], forwardingWanted(trace), this.#now, ([answer]) =>
      this.#process(trace, visit, asState(answer)),
    );
  }

  #process(trace: Trace, visit: Visit, state: RouterState | undefined): void {
    const { memory, domain, slotOctets } = this.#options;
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
    if (this.#isHiding(trace)) {
      hide(hop, { outgoing: visit.isFromInside, incoming: this.#leadsInside(outcome, visit.router) });
    }
    const incomingMtu = outcome.kind === 'reply' ? undefined : outcome.incoming?.mtu;
    const limit = limitOctets(message.family, slotOctets, incomingMtu);
    if (message.end - message.base > limit && message.standardBlockCount > 1 && !this.#split(trace, limit)) {
      return this.#ends.reply(trace);
    }
    const isLoop = hasBeenHere || repeatsEarlierBlock(memory, trace.message);
    if (isLoop && outcome.kind !== 'reply') return this.#replyFatal(trace, 'path-loops', visit.router);
    if (outcome.kind === 'gateway' && !this.#askInOwnName(trace, visit.router, outcome)) return this.#ends.reply(trace);
    this.#conclude(trace, outcome);
  }

  /** Whether the router upstream is ours, or may be. RFC 8487 §4.6 */
  #leadsInside({ upstream, incoming }: Outcome, router: string): boolean {
    const { domain } = this.#options;
    const isUnsure = domain.unlearned().length > 0;
    if (upstream === undefined || isMulticast(upstream)) {
      if (incoming === undefined) return false;
      return isUnsure || domain.onSubnets(incoming.addresses).some((one) => one.router !== router);
    }
    if (domain.ownerOf(upstream, incoming) !== undefined) return true;
    return isUnsure && domain.peerFor(upstream, incoming) === undefined;
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

  #isHiding(trace: Trace): boolean {
    return !this.#isProhibited(trace) && this.#options.access.isHiddenFrom(trace.client);
  }

  #isProhibited({ group, client }: Trace): boolean {
    return this.#options.access.isProhibited(group, client);
  }

  #conclude(trace: Trace, outcome: Outcome): void {
    if (outcome.kind === 'reply') return this.#ends.reply(trace);
    const { memory, domain } = this.#options;
    const { upstream, incoming } = outcome;
    if (upstream === undefined || isMulticast(upstream)) return this.#seekUpstream(trace, outcome);
    const next = nextHop(this.#options, upstream, incoming);
    if (next?.kind === 'own') {
      trace.arrival = laterOf(trace.arrival, this.#now.unixMs);
      return this.#arrive(trace, next);
    }
    const again = () => this.#conclude(trace, outcome);
    // Right after a start: a router of ours on the peer's link would be taken for the peer's.
    if (this.#search.askInterfaces(trace, domain.untried(), again)) return;
    if (next?.kind === 'peer' && !isGatewayQuery(trace)) {
      // By this address the peer knows which of its routers is meant; RFC 8487 §3.2.4 forbids it on an unnumbered interface.
      const isNamed = !isAllZeros(lastUpstream(memory, trace.message));
      if (isNamed) return this.#relay(trace, next.endpoint, incoming);
      return this.#replyFatal(trace, 'upstream-not-named', next.endpoint.label);
    }
    // The upstream router may be one of ours that has never been read: ask before it is taken for a stranger.
    if (this.#search.askInterfaces(trace, domain.unlearned(), again)) return;
    // Configured addresses say nothing of link-local ones.
    const mayBe = isLinkLocal(upstream) ? domain.unlearned() : domain.unplaced();
    const unread = next !== undefined && isListed(this.#options, upstream, incoming) ? [] : mayBe;
    const isForNobody = isGatewayQuery(trace) && next !== undefined; // Nobody would hear of that: it may as well go.
    if (unread.length > 0 && !isForNobody) return this.#endUnread(trace, formatAddress(upstream), unread);
    if (next !== undefined) return this.#relay(trace, next.endpoint, incoming);
    this.#replyFatal(trace, 'upstream-unserved', formatAddress(upstream));
  }

  /** RFC 8487 §4.3.1: the Incoming Interface is known, the router on it is not. */
  #seekUpstream(trace: Trace, { incoming, multicastRoutingProtocol }: Outcome): void {
    if (incoming === undefined) return this.#replyFatal(trace, 'upstream-not-known', undefined);
    trace.arrival = laterOf(trace.arrival, this.#now.unixMs);
    const { family } = trace.message;
    const subnets = incoming.addresses.filter(({ address }) => familyOf(address) === family);
    this.#search.forwarder(trace, subnets, (found) => {
      if (found !== undefined) return this.#arrive(trace, { ...found, visit: { ...found.visit, isFromInside: true } });
      const group = routersGroup(family, multicastRoutingProtocol);
      const peer = this.#peerOn(trace, group, incoming);
      if (peer !== undefined) return this.#relay(trace, peer, incoming);
      const unread = isListed(this.#options, group, incoming) ? [] : this.#options.domain.unplaced();
      if (unread.length > 0 && !isGatewayQuery(trace)) return this.#endUnread(trace, incoming.name, unread);
      const endpoint = linkEndpoint(this.#options, group, incoming);
      if (endpoint === undefined) this.#replyFatal(trace, 'upstream-not-known', incoming.name);
      else this.#relay(trace, endpoint, incoming);
    });
  }

  /** The upstream router may be one of ours that cannot be read: silence would say less than the path up to it. */
  #endUnread(trace: Trace, where: string, unread: readonly string[]): void {
    this.#replyFatal(trace, 'upstream-may-be-unread', `${where}: ${enumerate(unread)}`);
  }

  /** The peer for this link, which has to learn from the block which one is meant. */
  #peerOn(trace: Trace, group: Address, incoming: InterfaceState): Endpoint | undefined {
    const { domain, memory } = this.#options;
    const isTold = !isGatewayQuery(trace) && hasAddress(incoming, lastIncoming(memory, trace.message));
    return isTold ? domain.peerFor(group, incoming) : undefined;
  }

  // The end.

  /** "The router may know the upstream router but cannot forward the message to it." RFC 8487 §3.2.4 */
  #replyFatal(trace: Trace, why: DeadEnd, subject: string | undefined): void {
    const isForNobody = isGatewayQuery(trace);
    if (!isForNobody) patchFatalError(this.#options.memory.view, trace.message);
    this.#ends.note(why, trace, subject);
    // RFC 8487 §4.5: nothing came back, and its client has all that is known.
    if (isForNobody) this.#ends.drop(trace, 'gateway-query-undeliverable');
    else this.#ends.reply(trace);
  }

  #relay(trace: Trace, endpoint: Endpoint, incoming: InterfaceState | undefined): void {
    const { memory } = this.#options;
    const client = addressIn(memory.octets, HEADER[trace.message.family].f.clientAddress, trace.message.base);
    // RFC 8487 §4.5: Replies have to come to this daemon, and a Query is for the last hop of its client's own link.
    const isHeard = !trace.isBehindGateway || this.#options.domain.standInFor(client) !== undefined;
    // Nor do they come back to a client that only this host can reach. RFC 8487 §3.2.1: it has to be reachable.
    if (!isHeard || (isLoopback(client) && !isLoopback(endpoint.address))) {
      return this.#replyFatal(trace, 'reply-cannot-return', formatAddress(client));
    }
    const isOnLink = incoming !== undefined && hasAddress(incoming, client);
    if (isGatewayQuery(trace) && !isOnLink) return this.#ends.drop(trace, 'gateway-not-on-link');
    this.#ends.relay(trace, endpoint);
  }
}

/** The first of them, for the log. */
function enumerate(routers: readonly string[]): string {
  const more = routers.length - ENUMERATED;
  return routers.slice(0, ENUMERATED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** No router has answered it yet: it leaves as a Query. RFC 8487 §4.5 */
export function isGatewayQuery({ message }: Trace): boolean {
  return message.standardBlockCount === 0;
}
