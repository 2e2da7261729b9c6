/**
 * For which of our routers a message is: RFC 8487 §4.1.1, §4.2.1, src/README.md. Where that depends on what routers would
 * say, they are asked; each search ends with one call of `then`.
 */
import type { Domain } from '../domain/domain.ts';
import { type HostLink, subnetsOn } from '../net/port.ts';
import { hasAddress, type InterfaceState, interfaceWithAddress, type RouterState } from '../router/state.ts';
import { type Address, isAllOnes, isAllZeros, isLinkLocal, isMulticast, type Prefix } from '../wire/address.ts';
import { lastIncoming, lastUpstream, type Memory } from '../wire/view.ts';
import type { Answer, Now } from './events.ts';
import type { Visit } from './hop.ts';
import { type Candidate, candidatesFor, candidatesOn, forwarderOf, properLastHop } from './last-hop.ts';
import type { Trace } from './pending.ts';
import type { Questions } from './questions.ts';

export interface SearchOptions {
  readonly memory: Memory;
  readonly domain: Domain;
  /** What this host is connected to, as it is now. */
  readonly hostLinks: () => readonly HostLink[];
}

export interface Found {
  readonly visit: Visit;
  /** What the router has said, where it was asked already; `undefined`: it could not be read. */
  readonly said?: { readonly state: RouterState | undefined };
}

/** What is known of a Request's sender but its address. */
export interface RequestFrom {
  readonly isPeer: boolean;
  /** The daemon host's interface that it came in on. */
  readonly interfaceIndex: number;
}

export type Nobody =
  | 'request-not-for-us'
  | 'request-names-no-upstream'
  | 'request-by-multicast-not-last-hop'
  | 'unknown-to-peer'; // a peer has us for the one who speaks for that router

export class Search {
  readonly #options: SearchOptions;
  readonly #questions: Questions;
  readonly #now: () => Now;

  constructor(options: SearchOptions, questions: Questions, now: () => Now) {
    this.#options = options;
    this.#questions = questions;
    this.#now = now;
  }

  /**
   * The router that a Query is for; `undefined`: none of ours, or none that we know to be. RFC 8487 §4.1.1
   * @param isRefused whatever routers would say: then they are not asked
   */
  lastHop(trace: Trace, isRefused: boolean, then: (found: Found | undefined) => void): void {
    const { domain } = this.#options;
    const { localAddress, client } = trace;
    const standIn = localAddress && domain.standInFor(localAddress);
    if (standIn !== undefined && localAddress !== undefined) {
      const outgoingHint = { index: undefined, address: localAddress, standInClient: client };
      return then({ visit: { router: standIn, outgoingHint, isFromInside: false } });
    }
    const candidates = candidatesFor(domain, client);
    if (candidates.length === 0) {
      const unsure = [...domain.unlearned(), ...domain.withoutMulticastOn(client)];
      if (!this.askInterfaces(trace, unsure, () => this.lastHop(trace, isRefused, then))) then(undefined);
      return;
    }
    // Without a group nothing is forwarded that would tell who it is.
    const isClear = trace.group === undefined || (isRefused && candidates.length === 1);
    if (isClear) return then(foundUnasked(properLastHop(candidates, trace, 'not-asked')));
    const whenUnread = localAddress === undefined ? 'silent' : 'named';
    this.#askCandidates(trace, candidates, () => {
      if (this.#maySomebodyElse(trace, candidates, () => this.lastHop(trace, isRefused, then))) return;
      then(foundAsked(properLastHop(candidates, trace, whenUnread)));
    });
  }

  /** The router that a Request is addressed to. RFC 8487 §4.2.1 */
  requested(trace: Trace, from: RequestFrom, then: (found: Found | Nobody) => void): void {
    const { memory, domain, hostLinks } = this.#options;
    const { localAddress } = trace;
    const upstream = lastUpstream(memory, trace.message).slice();
    // All ones: hidden from the client, RFC 8487 §4.6.
    const isNamed = !isAllZeros(upstream) && !isAllOnes(upstream) && !isMulticast(upstream);
    const standIn = localAddress && domain.standInFor(localAddress);
    // A peer sends to the daemon, whichever of its routers is meant; a router to its neighbour.
    if (standIn !== undefined && localAddress !== undefined && !(from.isPeer && isNamed)) {
      const owner = isNamed ? domain.ownerSeenFrom(upstream, undefined) : undefined;
      if (owner !== undefined && owner.router !== standIn) return then('request-not-for-us');
      const address = isNamed ? upstream : localAddress;
      // A link-local address may be on several links of this router: the link that both share tells which.
      const seen = isNamed ? domain.ownerSeenFrom(upstream, neighborIn(trace, memory)) : undefined;
      const index = (seen?.router === standIn ? seen : owner)?.interface?.index;
      const outgoingHint = { index, address, standInClient: trace.sender };
      return then({ visit: { router: standIn, outgoingHint, isFromInside: false } });
    }
    if (isNamed) return this.#named(trace, upstream, from.isPeer && localAddress !== undefined, then);
    if (localAddress !== undefined) {
      return from.isPeer ? this.#onPeersLink(trace, then) : then('request-names-no-upstream');
    }
    this.forwarder(trace, subnetsOn(hostLinks(), from.interfaceIndex), (router) =>
      then(router ?? 'request-by-multicast-not-last-hop'),
    );
  }

  /** Of all routers on a link, the one that forwards onto it; `undefined`: none of ours. RFC 8487 §4.3.1, §5.4 */
  forwarder(trace: Trace, subnets: readonly Prefix[], then: (found: Found | undefined) => void): void {
    const { domain } = this.#options;
    const isSender = (router: string, on: InterfaceState) => {
      if (!isLinkLocal(trace.sender))
        return interfaceWithAddress(domain.interfacesOf(router) ?? [], trace.sender) !== undefined;
      // Of the link that the Request came by: on any other somebody else may have the same address.
      return trace.visited.size === 0 && hasAddress(on, trace.sender);
    };
    const isOut = (router: string, on: InterfaceState) => trace.visited.has(router) || isSender(router, on);
    const again = () => this.forwarder(trace, subnets, then);
    const candidates = candidatesOn(domain, subnets, isOut);
    if (candidates.length > 0) {
      return this.#askCandidates(trace, candidates, () => {
        if (this.#maySomebodyElse(trace, candidates, again)) return;
        then(foundAsked(forwarderOf(candidates, trace)));
      });
    }
    if (subnets.length === 0 || !this.askInterfaces(trace, domain.unlearned(), again)) then(undefined);
  }

  /**
   * Asks for interface tables: what `resume` looks for may be in them.
   * @returns false when there is nothing to ask, or this trace has asked before
   */
  askInterfaces(trace: Trace, routers: readonly string[], resume: () => void): boolean {
    if (trace.hasAskedInterfaces || routers.length === 0) return false;
    trace.hasAskedInterfaces = true;
    this.#questions.put(trace, routers, 'interfaces', this.#now(), resume);
    return true;
  }

  /** The peer's router does not know who is upstream, but has told its link. */
  #onPeersLink(trace: Trace, then: (found: Found | Nobody) => void): void {
    const { memory, domain } = this.#options;
    const again = () => this.#onPeersLink(trace, then);
    if (this.askInterfaces(trace, domain.unlearned(), again)) return;
    const subnets = domain.subnetsOf(lastIncoming(memory, trace.message));
    this.forwarder(trace, subnets, (router) => then(router ?? 'unknown-to-peer'));
  }

  /** The router that owns the last block's upstream address. */
  #named(trace: Trace, upstream: Address, isFromPeer: boolean, then: (found: Found | Nobody) => void): void {
    const { memory, domain } = this.#options;
    const owner = domain.ownerSeenFrom(upstream, neighborIn(trace, memory));
    if (owner !== undefined) {
      const outgoingHint = { index: owner.interface?.index, address: upstream, standInClient: undefined };
      return then({ visit: { router: owner.router, outgoingHint, isFromInside: false } });
    }
    const again = () => this.#named(trace, upstream, isFromPeer, then);
    if (this.askInterfaces(trace, domain.unlearned(), again)) return;
    then(isFromPeer ? 'unknown-to-peer' : 'request-not-for-us');
  }

  /** Right after a start: the one that forwards, where none of these does, may be among those whose tables have not come yet. */
  #maySomebodyElse(trace: Trace, candidates: readonly Candidate[], again: () => void): boolean {
    const { domain } = this.#options;
    return forwarderOf(candidates, trace) === undefined && this.askInterfaces(trace, domain.untried(), again);
  }

  #askCandidates(trace: Trace, candidates: readonly Candidate[], choose: () => void): void {
    const routers = candidates.map(({ visit }) => visit.router);
    this.#questions.put(trace, routers, forwardingWanted(trace), this.#now(), (answers) => {
      for (const [i, candidate] of candidates.entries()) candidate.state = asState(answers[i]);
      choose();
    });
  }
}

/** The router downstream, by its Local Address. RFC 8487 §3.2.5 */
function neighborIn({ message }: Trace, memory: Memory): Address | undefined {
  return message.family === 6 ? lastIncoming(memory, message) : undefined;
}

export function forwardingWanted({ message, group, source }: Trace) {
  return { family: message.family, group, source };
}

export function asState(answer: Answer): RouterState | undefined {
  return answer !== undefined && 'route' in answer ? answer : undefined;
}

function foundUnasked(candidate: Candidate | undefined): Found | undefined {
  return candidate && { visit: candidate.visit };
}

function foundAsked(candidate: Candidate | undefined): Found | undefined {
  return candidate && { visit: candidate.visit, said: { state: candidate.state } };
}
