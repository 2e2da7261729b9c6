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
  readonly kind: 'replied' | 'split' | 'relayed';
  readonly transmit: Transmit;
  readonly octets: Uint8Array;
  /** What had been received. */
  readonly message: Parsed;
  readonly own: Case;
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
}

const Code = { WRONG_LAST_HOP: 0x06, FATAL_ERROR: 0x80, NO_SPACE: 0x81, ADMIN_PROHIB: 0x83 } as const;
const AUGMENTED_OCTETS = 8;
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
    const sent = parse(octets);
    check(sent !== undefined && sent.length === octets.length, 'sends what is no message');
    check(octets.length <= MOST_OCTETS[message.family], `sends ${octets.length} octets`);
    check(sent.type === (kind === 'relayed' ? 2 : 3), `sends Type ${sent.type} (${kind})`);
    check(isSame(sent.header.subarray(1), message.header.subarray(1)), 'changes the header');
    check(areSame(sent.extended, message.extended), 'changes the Extended Query Blocks');
    const fresh = freshBlocks(sent, message, own, kind);
    for (const { type } of fresh) check(type === 4, `adds a block of type ${type}`);
    if (isMulticast(own.destination)) {
      const isSaid = fresh.some((block) => codeOf(block) === Code.WRONG_LAST_HOP);
      check(!isSaid, 'says WRONG_LAST_HOP to a Query that came by multicast');
    }
    if (isProhibited(message, policy)) checkProhibited(sent, fresh, message);
    if (kind === 'relayed') this.#checkRequest(departed, sent);
    else checkReply(departed, sent, policy, this.#neighbours);
    return standardOf(sent).length;
  }

  /** Octets that one datagram brings about: what it had itself, and a block for each hop that it has left. README.md */
  checkAmount(own: Case, message: Parsed, { slot }: Transmit): void {
    const most = mostOctets(message);
    check(own.outOctets <= most, `sends ${own.outOctets} octets (slot ${slot}), more than ${most}`);
  }

  #checkRequest({ transmit, message }: Departed, sent: Parsed): void {
    const { family } = message;
    const { peers, nativePort, isUpstream, requestPorts, arrivalPort } = this.#neighbours;
    const { destination, destinationPort } = transmit;
    const last = standardOf(sent).at(-1);
    check(last !== undefined, 'sends a Request without a block');
    check(standardOf(sent).length + sent.returned < sent.hops, 'sends a Request that has no hops left');
    const upstream = upstreamOf(family, last);
    const isPeer = peers.some(
      ({ addresses, port }) => port === destinationPort && addresses.some((own) => isSame(own, destination)),
    );
    if (isPeer) check(!isZero(upstream), 'sends a peer a Request that names no upstream router');
    else {
      check(destinationPort === nativePort, `sends a Request to port ${destinationPort}`);
      check(isUpstream(destination), 'sends a Request to an address that no router named');
      check(isZero(upstream) || isSame(upstream, destination), 'sends a Request to another router than it names');
      check(!isMulticast(destination), 'sends a Request to a group');
      check(!isIn(destination, 'fe80::/10', '169.254.0.0/16'), 'sends a Request to a link-local address');
    }
    check(destination.length === (family === 4 ? 4 : 16), 'changes the family');
    check(transmit.hopLimit === 255, `sends a Request with hop limit ${transmit.hopLimit}`);
    check(
      transmit.port === (requestPorts[family] ?? arrivalPort(family)),
      `sends a Request from port ${transmit.port}`,
    );
    check(transmit.source === undefined && transmit.interfaceIndex === 0, 'sends a Request from a chosen address');
  }
}

/** RFC 8487 §4.4.1: to the client, and nobody else. */
function checkReply({ kind, transmit, message, own }: Departed, sent: Parsed, policy: Policy, to: Neighbours): void {
  check(isSame(transmit.destination, message.client), 'sends a Reply to somebody else than the client');
  check(transmit.destinationPort === message.clientPort, 'sends a Reply to another port than the client’s');
  check(!isBroadcast(transmit.destination, policy), 'sends a Reply to everybody');
  check(transmit.port === to.arrivalPort(message.family), `sends a Reply from port ${transmit.port}`);
  const source = isMulticast(own.destination) ? undefined : own.destination;
  const isFrom = source === undefined || transmit.source === undefined ? source : isSame(transmit.source, source);
  check(isFrom === true || source === transmit.source, 'sends a Reply from another address than was asked');
  check(transmit.hopLimit === 255 && transmit.interfaceIndex === 0, 'sends a Reply another way');
  const last = standardOf(sent).at(-1);
  check(last !== undefined, 'sends a Reply without a block');
  if (kind === 'split') check(codeOf(last) === Code.NO_SPACE, 'sends part of a path without NO_SPACE');
}

/** The blocks that the daemon added; those that came must still be there, RFC 8487 §4.2.2, but for the last one's code. */
function freshBlocks(sent: Parsed, message: Parsed, own: Case, kind: Departed['kind']): readonly Tlv[] {
  if (own.parts === 0) {
    const came = message.blocks;
    const [here, fresh] = [sent.blocks.slice(0, came.length), sent.blocks.slice(came.length)];
    const lastStandard = came.findLastIndex(({ type }) => type === 4);
    const isKept = came.every((block, i) => {
      const now = here[i];
      if (now === undefined || now.type !== block.type) return false;
      const end = i === lastStandard ? -1 : undefined;
      return isSame(now.octets.subarray(0, end), block.octets.subarray(0, end));
    });
    check(isKept, 'changes blocks that came');
    const last = here[lastStandard];
    if (last !== undefined && codeOf(last) !== codeOf(came[lastStandard]!)) {
      const isCode = [Code.NO_SPACE, Code.FATAL_ERROR].some((code) => code === codeOf(last));
      check(isCode && fresh.length === 0 && kind !== 'relayed', 'changes the code of a block that came');
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
