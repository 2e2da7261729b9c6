/**
 * What must be true whatever arrives. The life (life.ts) says what goes into the engine and what comes out; this keeps
 * account of each datagram and of each slot, and throws a `Violation` at the first thing that must not be.
 */
import type { Transmit } from '../../../src/net/port.ts';
import type { Drop, Note } from '../../../src/trace/events.ts';
import {
  type Arrived,
  HEADER_OCTETS,
  isSame,
  type Parsed,
  type Policy,
  parse,
  reasonForSilence,
  type Tlv,
} from '../judge.ts';
import type { Departed, MessageRules } from './message-rules.ts';

export class Violation extends Error {}

/** One datagram that the engine was given, and what became of it. */
export interface Case extends Arrived {
  readonly message: Parsed | undefined;
  readonly atMs: number;
  /** The slot that its trace has now. */
  slot: number;
  outcome: 'open' | 'dropped' | 'replied' | 'relayed' | 'relayed and replied' | 'asked on';
  /** Blocks that the message had when it came; behind a gateway, none. */
  came: readonly Tlv[];
  /** Gateways of ours that it has gone on from. RFC 8487 §4.5 */
  gateways: number;
  /** NO_SPACE Replies before the last message. */
  parts: number;
  /** Standard Response Blocks that those carried, and that the datagram said had gone back before. */
  returned: number;
  /** What left because of it. */
  outOctets: number;
  /** When a Request left for which the slot is kept. */
  relayedMs: number;
}

export interface Limits {
  readonly replyTimeoutMs: number;
  readonly relayedLimit: number;
  readonly queries: { readonly perSecond: number; readonly burst: number };
  readonly requests: { readonly perSecond: number; readonly burst: number };
}

/** A host that does not answer ARP is reported after three seconds; a relayed Request is kept a little longer. */
const RELAYED_MS = 4000;

export class Invariants {
  readonly cases: Case[] = [];
  readonly #policy: Policy;
  readonly #limits: Limits;
  readonly #rules: MessageRules;
  /** Slots of the engine's, and whose they are. */
  readonly #owners = new Map<number, Case>();
  readonly #lent = new Map<number, Uint8Array>();
  /** Slots that the engine took by itself, oldest first: each for the next split, but for those of halves. */
  readonly #taken: number[] = [];
  /** What gateways asked, but for the Type, and for whom. */
  readonly #asked: { readonly header: Uint8Array; readonly own: Case; readonly atMs: number }[] = [];
  #half: { readonly transmit: Transmit; readonly octets: Uint8Array; readonly own: Case } | undefined;
  #departing: { readonly transmit: Transmit; readonly octets: Uint8Array; readonly own: Case } | undefined;

  constructor(policy: Policy, limits: Limits, rules: MessageRules) {
    this.#policy = policy;
    this.#limits = limits;
    this.#rules = rules;
  }

  received(slot: number, arrived: Arrived, atMs: number): void {
    const message = parse(arrived.octets);
    const own: Case = {
      ...arrived,
      message,
      atMs,
      slot,
      outcome: 'open',
      came: message?.blocks ?? [],
      gateways: 0,
      parts: 0,
      returned: message?.returned ?? 0,
      outOctets: 0,
      relayedMs: Number.POSITIVE_INFINITY,
    };
    this.cases.push(own);
    this.#owners.set(slot, own);
  }

  /** The engine took a free slot: a trace goes on there. */
  took(slot: number): void {
    this.#taken.push(slot);
  }

  /** @param octets a copy of what is to be sent */
  sends(transmit: Transmit, octets: Uint8Array, nowMs: number): void {
    this.expectNoneDeparting();
    if (this.#half !== undefined) this.#takesForHalf(transmit.slot, this.#half.own);
    const own = this.#owners.get(transmit.slot);
    check(own !== undefined, `sends from slot ${transmit.slot}, which no datagram has`);
    check(!this.#lent.has(transmit.slot), `sends from slot ${transmit.slot}, which the port has`);
    this.#lent.set(transmit.slot, octets);
    this.#departing = { transmit, octets, own };
    // Of a Query there is nothing to note.
    if (octets[0] === 1) this.#departs('asked', own.message?.client, own.message?.queryId, nowMs);
  }

  /**
   * The note behind each `send` says what kind it was.
   * @param octetsOf the octets of a slot as they are now
   */
  notes({ event, client, queryId }: Note, nowMs: number, octetsOf: (slot: number) => Uint8Array): void {
    if (event === 'halved') return this.#halves();
    if (!isOfSend(event)) return;
    const own = this.#departing?.own;
    this.#departs(event, client, queryId, nowMs);
    if (event === 'reached-gateway' && own?.message !== undefined) {
      const header = octetsOf(own.slot).slice(1, own.message.header.length);
      const sinceMs = nowMs - this.#limits.replyTimeoutMs;
      const isUsed = this.#asked.some((one) => one.atMs > sinceMs && isSameQuery(one.header, header));
      check(!isUsed, 'asks in one name for two under one Query ID');
      this.#asked.push({ header, own, atMs: nowMs });
    }
  }

  /** The first half of a Reply that has no room for a count leaves; the second is the next that does. */
  #halves(): void {
    const departing = this.#departing;
    check(departing !== undefined, 'halves what it does not send');
    this.#departing = undefined;
    this.#half = departing;
    departing.own.outOctets += departing.octets.length;
  }

  /** Of several traces that went on at once, all slots were taken before the first of them leaves. */
  #takesForHalf(slot: number, own: Case): void {
    const at = this.#taken.indexOf(slot);
    check(at >= 0, 'halves without another slot');
    this.#taken.splice(at, 1);
    this.#owners.set(slot, own);
  }

  #departs(kind: Departed['kind'], client: Uint8Array | undefined, queryId: number | undefined, nowMs: number): void {
    const departing = this.#departing;
    check(departing !== undefined, `notes ${kind} without sending`);
    this.#departing = undefined;
    const { transmit, octets, own } = departing;
    const because = reasonForSilence(own, this.#policy);
    check(because === undefined && own.message !== undefined, `answers a datagram, although ${because}`);
    // A Query in the very words of a gateway's own has its Reply go where that one's would.
    const header = octets.subarray(0, own.message.header.length);
    const isForAnother = header[0] === 3 && !isSame(header.subarray(1), own.message.header.subarray(1));
    const asked = isForAnother ? this.#originalOf(own, header) : own;
    const { message } = asked;
    check(message !== undefined && client !== undefined, 'sends a Reply to nobody');
    check(isSame(client, kind === 'reply-relayed' ? message.client : own.message.client), 'notes another client');
    check(kind === 'relayed' || isForAnother || queryId === message.queryId, 'notes another Query');
    const departed: Departed = { kind, transmit, octets, message, own, asked };
    const half = this.#half;
    this.#half = undefined;
    const standard =
      half === undefined
        ? this.#rules.check(departed, this.#policy)
        : this.#rules.checkHalves({ ...departed, ...half, asked }, departed, this.#policy);
    this.#account(departed, standard, nowMs);
  }

  /**
   * Who asked, through a gateway of ours, what this Reply answers; through several, when one has asked another.
   * @param sent the header of the Reply
   */
  #originalOf({ atMs, message }: Case, sent: Uint8Array): Case {
    let header = message?.header;
    for (let i = 0; i <= this.#asked.length; i++) {
      const found = header && this.#asked.findLast((one) => isSame(one.header, header!.subarray(1)));
      check(found !== undefined, 'relays a Reply that no gateway asked for');
      check(atMs - found.own.atMs < 2 * this.#limits.replyTimeoutMs, 'relays a Reply that is late');
      header = found.own.message?.header;
      if (header !== undefined && isSame(header.subarray(1), sent.subarray(1))) return found.own;
    }
    throw new Violation('relays a Reply to somebody who has not asked');
  }

  /** @returns the case, which is at its end */
  drops({ slot, sender, reason }: Drop): Case {
    const own = this.#owners.get(slot);
    check(own !== undefined && own.slot === slot, `drops slot ${slot}, which no datagram has`);
    check(own.outcome === 'open', `drops (${reason}) what was ${own.outcome}`);
    const isSaid = own.gateways > 0 && ['gateway-query-undeliverable', 'gateway-not-on-link'].includes(reason);
    check(own.parts === 0 && (own.gateways === 0 || isSaid), `drops (${reason}) a trace of which a part was sent`);
    check(isSame(sender, own.sender), 'names another sender of what it drops');
    own.outcome = 'dropped';
    this.#owners.delete(slot);
    return own;
  }

  releases(slot: number): void {
    const own = this.#owners.get(slot);
    check(own !== undefined, `releases slot ${slot}, which it does not have`);
    check(!this.#lent.has(slot), `releases slot ${slot}, which the port has`);
    check(own.outcome !== 'open' || own.slot !== slot, `releases slot ${slot} without a word about its datagram`);
    this.#owners.delete(slot);
  }

  /** The port is done. @param octets as they are now */
  givenBack(slot: number, octets: Uint8Array): void {
    const lent = this.#lent.get(slot);
    check(
      lent !== undefined && isSame(lent, octets.subarray(0, lent.length)),
      `writes to slot ${slot} while the port has it`,
    );
    this.#lent.delete(slot);
  }

  /** What holds whenever the engine has nothing more to say. */
  rest(nowMs: number): void {
    this.expectNoneDeparting();
    check(this.#taken.length === 0, 'took a slot and did not use it');
    let relayed = 0;
    for (const own of this.cases) {
      if (own.outcome === 'open') {
        const waited = nowMs - own.atMs;
        check(waited < this.#limits.replyTimeoutMs / 2, `has said nothing for ${waited} ms`);
        check(this.#owners.get(own.slot) === own, 'has forgotten a datagram');
      }
      if (own.outcome === 'relayed' && this.#owners.get(own.slot) === own && !this.#lent.has(own.slot)) {
        relayed++;
        check(nowMs - own.relayedMs < RELAYED_MS, `keeps a Request for ${nowMs - own.relayedMs} ms`);
      }
    }
    check(relayed <= this.#limits.relayedLimit, `keeps ${relayed} Requests`);
    for (const [slot, own] of this.#owners) {
      const isWanted = this.#lent.has(slot) || (own.slot === slot && ['open', 'relayed'].includes(own.outcome));
      check(isWanted, `keeps slot ${slot}, which is of no use any more`);
    }
  }

  expectNoneDeparting(): void {
    check(this.#departing === undefined, 'sends without a note');
  }

  /** Slots that are not free. */
  get slotCount(): number {
    return this.#owners.size;
  }

  #account({ kind, transmit, octets, message, own }: Departed, standard: number, nowMs: number): void {
    const before = own.outcome;
    check(before === 'open' || (kind === 'replied' && before === 'relayed'), `${kind} what was ${before}`);
    switch (kind) {
      case 'relayed':
        own.outcome = 'relayed';
        own.relayedMs = nowMs;
        break;
      case 'asked':
        own.outcome = 'asked on';
        break;
      case 'replied':
      case 'reply-relayed':
        own.outcome = before === 'open' ? 'replied' : 'relayed and replied';
        break;
      case 'split':
        own.returned = standard + (own.parts === 0 && own.gateways === 0 ? message.returned : own.returned);
        own.parts++;
        this.#goesOn(own);
        break;
      case 'reached-gateway':
        own.gateways++;
        own.came = [];
        own.parts = 0;
        own.returned = 0;
        this.#goesOn(own);
    }
    if (own.outOctets === 0 && own.message !== undefined) this.#checkRate(own, own.message);
    own.outOctets += octets.length;
    this.#rules.checkAmount(own, transmit);
  }

  /** In the slot that was taken for it. */
  #goesOn(own: Case): void {
    const next = this.#taken.shift();
    check(next !== undefined, 'goes on without another slot');
    own.slot = next;
    this.#owners.set(next, own);
  }

  /** RFC 8487 §4.1.1 duplicates; §9.5 limits. For what is answered, in the order in which it came. */
  #checkRate(own: Case, { type, client, queryId }: Parsed): void {
    const isQuery = type === 1;
    const { perSecond, burst } = isQuery ? this.#limits.queries : this.#limits.requests;
    let count = 1;
    for (const other of this.cases.slice(0, this.cases.indexOf(own)).reverse()) {
      if (other.message === undefined || other.outOctets === 0 || other.message.type !== type) continue;
      // What others ask in a client's name counts by itself.
      const isOfSameKind = isSame(own.sender, client) === isSame(other.sender, other.message.client);
      const isOfClient = isSame(other.message.client, client);
      const elapsedMs = own.atMs - other.atMs;
      // What others have sent before does not keep the client from asking.
      const mayRepeat = !isOfSameKind && isSame(own.sender, client);
      const isRepeated = isQuery && isOfClient && other.message.queryId === queryId && !mayRepeat;
      check(!isRepeated || elapsedMs >= this.#limits.replyTimeoutMs, `answers a Query again after ${elapsedMs} ms`);
      if (isQuery ? !isOfClient || !isOfSameKind : !isSame(other.sender, own.sender)) continue;
      count++;
      check(count <= burst + (elapsedMs * perSecond) / 1000 + 0.01, `answers ${count} in ${elapsedMs} ms`);
    }
  }
}

function isOfSend(event: Note['event']): event is Note['event'] & Departed['kind'] {
  return ['replied', 'split', 'reached-gateway', 'relayed', 'reply-relayed'].includes(event);
}

/** Whether client address and Query ID are the same, of headers without their Type. */
function isSameQuery(a: Uint8Array, b: Uint8Array): boolean {
  const [from, to] = a.length < HEADER_OCTETS[6] - 1 ? [11, 17] : [35, 53];
  return a.length === b.length && isSame(a.subarray(from, to), b.subarray(from, to));
}

export function check(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Violation(otherwise);
}
