/**
 * What must be true of each message that leaves: that it is one, what of the received one is still in it, where it goes,
 * and how much may go out for one datagram. RFC 8487 §3.2.1, §4.2.2, §4.3.3, §4.4
 */
import type { Transmit } from '../../../src/net/port.ts';
import {
  BLOCK_OCTETS,
  codeOf,
  HEADER_OCTETS,
  isBroadcast,
  isIn,
  isMulticast,
  isProhibited,
  isSame,
  isZero,
  MOST_OCTETS,
  type Parsed,
  type Policy,
  parse,
  standardOf,
  type Tlv,
  upstreamOf,
} from '../judge.ts';
import { type Case, check } from './invariants.ts';

export interface Departed {
  readonly kind: 'replied' | 'split' | 'relayed' | 'reached-gateway' | 'reply-relayed' | 'asked';
  readonly transmit: Transmit;
  readonly octets: Uint8Array;
  /** What its client had asked. */
  readonly message: Parsed;
  readonly own: Case;
  /** What it answers: `own`, but for a Reply that came to a gateway of ours. */
  readonly asked: Case;
}

/** What is known of the world that Requests go to. */
export interface Neighbours {
  readonly peers: readonly { readonly addresses: readonly Uint8Array[]; readonly port: number }[];
  /** `undefined`: Requests go to peers only. */
  readonly nativePort: number | undefined;
  /** Whether a router's state names it as upstream. */
  readonly isUpstream: (address: Uint8Array) => boolean;
  readonly requestPorts: { readonly 4: number | undefined; readonly 6: number | undefined };
  /** The port that a datagram of the family comes in on. */
  readonly arrivalPort: (family: 4 | 6) => number;
  readonly standInPort: (source: Uint8Array) => number;
  readonly isStandIn: (address: Uint8Array) => boolean;
  /** Where Replies to gateways come. */
  readonly replyPort: number;
  /** How many routers are ours: each appends a block once, and the one that closes a circle once more. */
  readonly routerCount: number;
  /** This host's. */
  readonly linkInterfaces: readonly number[];
}

const Code = { WRONG_LAST_HOP: 0x06, FATAL_ERROR: 0x80, NO_SPACE: 0x81, ADMIN_PROHIB: 0x83 } as const;
const AUGMENTED_OCTETS = 8;
const REPLY = 3;
/** That one may ask another, in the fuzzer's world. */
const GATEWAYS = 4;
/** 576 octets of IPv4 and 1280 of IPv6, less IP and UDP: the least that a message is cut at. */
const LEAST_LIMIT = { 4: 548, 6: 1232 } as const;

export class MessageRules {
  readonly #neighbours: Neighbours;

  constructor(neighbours: Neighbours) {
    this.#neighbours = neighbours;
  }

  /** @returns how many Standard Response Blocks it has */
  check(departed: Departed, policy: Policy): number {
    const { kind, octets, message, own } = departed;
    const whole = parse(octets);
    check(whole !== undefined && whole.length === octets.length, 'sends what is no message');
    const sent = withoutGatewayCounts(whole, departed);
    check(octets.length <= MOST_OCTETS[message.family], `sends ${octets.length} octets`);
    check(sent.type === (kind === 'asked' ? 1 : kind === 'relayed' ? 2 : 3), `sends Type ${sent.type} (${kind})`);
    if ((kind === 'asked' || kind === 'relayed') && own.gateways > 0) this.#checkOwnName(sent, message);
    else check(isSame(sent.header.subarray(1), message.header.subarray(1)), 'changes the header');
    check(areSame(sent.extended, own.message?.extended ?? []), 'changes the Extended Query Blocks');
    const fresh = freshBlocks(sent, own, kind);
    for (const { type } of fresh) check(type === 4, `adds a block of type ${type}`);
    if (kind !== 'reply-relayed') check(fresh.length <= this.#neighbours.routerCount + 1, 'goes round in circles');
    if (isMulticast(own.destination)) {
      const isSaid = fresh.some((block) => codeOf(block) === Code.WRONG_LAST_HOP);
      check(!isSaid, 'says WRONG_LAST_HOP to a Query that came by multicast');
    }
    if (isProhibited(message, policy) && kind !== 'reply-relayed') checkProhibited(sent, fresh, message);
    if (kind === 'relayed') this.#checkRequest(departed, sent);
    else if (kind === 'asked') this.#checkDestination(departed, sent.client);
    else checkReply(departed, sent, policy, this.#neighbours);
    return standardOf(sent).length;
  }

  /**
   * A Reply that had no room for one count more, in two: each goes where it should, and together they are one.
   * @returns how many Standard Response Blocks they have
   */
  checkHalves(first: Departed, second: Departed, policy: Policy): number {
    const halves = [first, second].map((half) => {
      const sent = parse(half.octets);
      check(sent?.length === half.octets.length && sent.type === REPLY, 'halves what is no Reply');
      check(isSame(sent.header.subarray(1), half.message.header.subarray(1)), 'changes the header');
      check(areSame(sent.extended, half.own.message?.extended ?? []), 'changes the Extended Query Blocks');
      checkReply(half, sent, policy, this.#neighbours);
      return sent;
    });
    const [a, b] = halves as [Parsed, Parsed];
    const count = standardOf(a).length;
    check(codeOf(standardOf(a).at(-1)!) === Code.NO_SPACE, 'sends half a Reply without NO_SPACE');
    check(b.returned === a.returned + count, `says that ${b.returned} blocks went back, not ${a.returned + count}`);
    return count + standardOf(b).length;
  }

  /** Octets that one datagram brings about: what it had itself, and a block for each hop that it has left. README.md */
  checkAmount(own: Case, { slot }: Transmit): void {
    const most = own.message === undefined ? 0 : mostOctets(own.message) * (1 + own.gateways);
    check(own.outOctets <= most, `sends ${own.outOctets} octets (slot ${slot}), more than ${most}`);
  }

  #checkRequest(departed: Departed, sent: Parsed): void {
    const { transmit, message } = departed;
    const last = standardOf(sent).at(-1);
    check(last !== undefined, 'sends a Request without a block');
    check(standardOf(sent).length + sent.returned < sent.hops, 'sends a Request that has no hops left');
    const upstream = upstreamOf(message.family, last);
    const { destination, source } = transmit;
    const isHidden = upstream.every((octet) => octet === 255);
    if (this.#isPeer(transmit)) check(!isZero(upstream), 'sends a peer a Request that names no upstream router');
    else if (!isHidden) {
      const isOfLink = isMulticast(upstream) && isMulticast(destination);
      check(
        isZero(upstream) || isOfLink || isSame(upstream, destination),
        'sends a Request to another router than it names',
      );
    }
    this.#checkDestination(departed, source);
  }

  /** To a peer, to whom a router of ours named as upstream, or to all routers of a link that this host is on, too. */
  #checkDestination({ transmit, message: { family } }: Departed, source: Uint8Array | undefined): void {
    const { nativePort, isUpstream, requestPorts, arrivalPort, standInPort, isStandIn, linkInterfaces } =
      this.#neighbours;
    const { destination, destinationPort, interfaceIndex, hopLimit, port } = transmit;
    check(destination.length === (family === 4 ? 4 : 16), 'changes the family');
    if (!this.#isPeer(transmit)) {
      check(destinationPort === nativePort, `sends a Request to port ${destinationPort}`);
      const isOfLink = isIn(destination, '224.0.0.0/24', 'ff02::/16', 'fe80::/10', '169.254.0.0/16');
      check(isOfLink ? linkInterfaces.includes(interfaceIndex) : interfaceIndex === 0, 'sends a Request to no link');
      check(isMulticast(destination) ? isOfLink : isUpstream(destination), 'sends a Request to whom no router named');
    } else check(interfaceIndex === 0, 'sends a peer a Request by a chosen interface');
    check(hopLimit === 255, `sends a Request with hop limit ${hopLimit}`);
    const isFrom = source === transmit.source || (source && transmit.source && isSame(source, transmit.source));
    check(isFrom === true && (source === undefined || isStandIn(source)), 'sends a Request from a chosen address');
    const from = source === undefined ? (requestPorts[family] ?? arrivalPort(family)) : standInPort(source);
    check(port === from, `sends a Request from port ${port}`);
  }

  /** RFC 8487 §4.5: in the name of a gateway of ours, to which the Replies come. */
  #checkOwnName(sent: Parsed, message: Parsed): void {
    const { isStandIn, replyPort } = this.#neighbours;
    check(isStandIn(sent.client), 'asks in the name of somebody else');
    check(sent.clientPort === replyPort, `asks in its own name for port ${sent.clientPort}`);
    check(isSame(sent.group, message.group) && isSame(sent.source, message.source), 'asks for something else');
    check(sent.hops > 0 && sent.hops <= message.hops, `asks for ${sent.hops} hops`);
  }

  #isPeer({ destination, destinationPort }: Transmit): boolean {
    return this.#neighbours.peers.some(
      ({ addresses, port }) => port === destinationPort && addresses.some((own) => isSame(own, destination)),
    );
  }
}

/** RFC 8487 §4.4.1: to the client, and nobody else. */
function checkReply({ kind, transmit, message, asked }: Departed, sent: Parsed, policy: Policy, to: Neighbours): void {
  check(isSame(transmit.destination, message.client), 'sends a Reply to somebody else than the client');
  check(transmit.destinationPort === message.clientPort, 'sends a Reply to another port than the client’s');
  check(!isBroadcast(transmit.destination, policy), 'sends a Reply to everybody');
  check(transmit.port === to.arrivalPort(message.family), `sends a Reply from port ${transmit.port}`);
  const { destination } = asked;
  const isKnownAfar = !isMulticast(destination) && !isIn(destination, 'fe80::/10', '169.254.0.0/16');
  const source = isKnownAfar ? destination : undefined;
  const isFrom = source === undefined || transmit.source === undefined ? source : isSame(transmit.source, source);
  check(isFrom === true || source === transmit.source, 'sends a Reply from another address than was asked');
  check(transmit.hopLimit === 255 && transmit.interfaceIndex === 0, 'sends a Reply another way');
  const last = standardOf(sent).at(-1);
  check(last !== undefined, 'sends a Reply without a block');
  if (kind === 'split') check(codeOf(last) === Code.NO_SPACE, 'sends part of a path without NO_SPACE');
}

/** Gateways that a Reply goes back through say behind it how many blocks its client was given before. RFC 8487 §3.2.6 */
function withoutGatewayCounts(sent: Parsed, { kind, own, asked }: Departed): Parsed {
  const least = own.parts === 0 ? own.came.length : 2;
  let most = sent.type === REPLY ? own.gateways + (asked === own ? 0 : GATEWAYS) : 0;
  if (kind === 'reply-relayed') most = GATEWAYS;
  let { blocks, returned } = sent;
  for (; most > 0 && blocks.length > least; most--) {
    const { type, octets } = blocks.at(-1)!;
    if (type !== 5 || octets.length !== AUGMENTED_OCTETS || octets[5] !== 1) break;
    blocks = blocks.slice(0, -1);
    returned -= octets[7]!;
  }
  return { ...sent, blocks, returned };
}

/** The blocks that the daemon added; those that came must still be there, RFC 8487 §4.2.2, but for the last one's code. */
function freshBlocks(sent: Parsed, own: Case, kind: Departed['kind']): readonly Tlv[] {
  if (own.parts === 0) {
    const { came } = own;
    const [here, fresh] = [sent.blocks.slice(0, came.length), sent.blocks.slice(came.length)];
    const lastStandard = came.findLastIndex(({ type }) => type === 4);
    const isKept = came.every((block, i) => {
      const now = here[i];
      if (now === undefined || now.type !== block.type) return false;
      // Without room for another one, it counts for the gateway, too.
      const isCount = block.type === 5 && block.octets.length === AUGMENTED_OCTETS && block.octets[5] === 1;
      if (kind === 'reply-relayed' && isCount) return isSame(now.octets.subarray(0, 6), block.octets.subarray(0, 6));
      const end = i === lastStandard ? -1 : undefined;
      return isSame(now.octets.subarray(0, end), block.octets.subarray(0, end));
    });
    check(isKept, 'changes blocks that came');
    const last = here[lastStandard];
    if (last !== undefined && codeOf(last) !== codeOf(came[lastStandard]!)) {
      const isCode = [Code.NO_SPACE, Code.FATAL_ERROR].some((code) => code === codeOf(last));
      const mayBe = kind === 'replied' || kind === 'split';
      check(isCode && fresh.length === 0 && mayBe, 'changes the code of a block that came');
    }
    return fresh;
  }
  const [first, counting, ...others] = sent.blocks;
  check(first?.type === 4 && counting?.type === 5, 'goes on without saying how many blocks went back');
  const { octets } = counting;
  check(octets.length === AUGMENTED_OCTETS && octets[3] === 0, 'goes on with another Augmented block');
  check(sent.returned === own.returned, `says that ${sent.returned} blocks went back, not ${own.returned}`);
  return [first, ...others];
}

/** RFC 8487 §4.2.2 (2), §9.3, §9.4: told that it is so, and no more. */
function checkProhibited(sent: Parsed, fresh: readonly Tlv[], message: Parsed): void {
  const [only, ...others] = fresh;
  if (only === undefined) {
    // A peer's Request for nobody, or one without room for a block: nothing of ours is in it.
    check(standardOf(sent).length === standardOf(message).length, 'cuts a prohibited trace');
    return;
  }
  const code = codeOf(only);
  const isSaid = code === Code.ADMIN_PROHIB || (message.type === 1 && code === Code.WRONG_LAST_HOP);
  check(isSaid && others.length === 0 && sent.type === 3, `goes on with a prohibited trace (code ${code})`);
  const isTold = only.octets.subarray(4, -1).some((octet) => octet !== 0);
  check(!isTold, 'tells something of a prohibited trace');
}

function areSame(some: readonly Tlv[], others: readonly Tlv[]): boolean {
  return some.length === others.length && some.every(({ octets }, i) => isSame(octets, others[i]!.octets));
}

/** The most that leaves because of one message: README.md, "What it sends at most". */
export function mostOctets({ family, hops, blocks, returned, length, extended }: Parsed): number {
  const block = BLOCK_OCTETS[family];
  const before = blocks.filter(({ type }) => type === 4).length + returned;
  const added = Math.max(1, hops - before);
  const extendedOctets = extended.reduce((sum, { octets }) => sum + octets.length, 0);
  // A part that goes on: header, Extended Query Blocks, one block, and how many went back.
  const each = HEADER_OCTETS[family] + extendedOctets + AUGMENTED_OCTETS;
  const blocksInEach = Math.max(1, 1 + Math.floor((LEAST_LIMIT[family] - each - block) / block));
  const parts = Math.ceil(added / blocksInEach);
  // Once more the last part, when the Request could not be delivered.
  return length + added * block + parts * each + MOST_OCTETS[family];
}
