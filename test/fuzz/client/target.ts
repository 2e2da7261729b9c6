/**
 * The client's half as a target: Replies of any octets to one Query. An input is an octet of options (family, # Hops), then
 * Replies: an octet of flags, two of length, the octets.
 */

import { hopsOf, isNamedBy } from '../../../src/client/collate.ts';
import { endingOf, isAtHopLimit, moreToCome, repeatedRouter } from '../../../src/client/ending.ts';
import { codeOf, isDirectlyConnected, ownAddresses, type Reply, upstreamOf } from '../../../src/client/hop-block.ts';
import { addressesShown, printPath } from '../../../src/client/path.ts';
import { verifyReply } from '../../../src/verify/reply.ts';
import { formatAddress, parseAddress } from '../../../src/wire/address.ts';
import { emitQuery } from '../../../src/wire/emit.ts';
import { messageToJson, printMessage } from '../../../src/wire/print.ts';
import { checkMessage, emptyMessage, type Memory, memoryOf } from '../../../src/wire/view.ts';
import { RECEIVER, SOURCE, SSM_GROUP } from '../../support/lab-network.ts';
import { vectors } from '../../support/vectors.ts';
import { check } from '../engine/invariants.ts';
import { INTERESTING } from '../engine/world.ts';
import { parse, standardOf } from '../judge.ts';
import { mutateMessage } from '../mutate-message.ts';
import { printOctets } from '../print-octets.ts';
import type { Random } from '../random.ts';
import type { See, Target } from '../target.ts';

interface Piece {
  /** Bit 0: the header is our Query's, made a Reply. */
  readonly flags: number;
  readonly octets: Uint8Array;
}

interface Answers {
  readonly family: 4 | 6;
  readonly hops: number;
  readonly pieces: readonly Piece[];
}

const MOST_PIECES = 8;
const IS_OURS = 1;
const SENT_UNIX_MS = Date.UTC(2026, 10, 22, 10);
const HOPS = [255, 1, 2, 14, 0, 64];

export function clientTarget(families: readonly (4 | 6)[]): Target {
  const dictionary = INTERESTING.filter((one) => families.includes(one.length === 4 ? 4 : 6));
  return {
    name: 'client',
    covers: /^src\/client\/|^src\/verify\/reply|^src\/wire\/(view|print|ntp)/,
    seeds: () => families.flatMap(seedsOf),
    run: (input, see) => receive(decode(input), see),
    prepare() {},
    mutate: (input, other, random) => mutate(input, other, random, dictionary),
    withoutPart(input, part) {
      const answers = decode(input);
      const { pieces } = answers;
      return part < pieces.length ? encode(input[0]!, pieces.toSpliced(-1 - part, 1)) : undefined;
    },
    print(input) {
      const { family, hops, pieces } = decode(input);
      const lines = pieces.map(({ flags, octets }) => `flags ${flags}: ${printOctets(octets)}`);
      return [`IPv${family}, # Hops ${hops}`, ...lines].join('\n');
    },
  };
}

function decode(input: Uint8Array): Answers {
  const [options = 0] = input;
  const pieces: Piece[] = [];
  for (let at = 1; at < input.length && pieces.length < MOST_PIECES; ) {
    const length = (((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0)) % 2049;
    pieces.push({ flags: input[at]!, octets: input.slice(at + 3, at + 3 + length) });
    at += 3 + length;
  }
  return { family: (options & 1) === 0 ? 4 : 6, hops: HOPS[(options >> 1) % HOPS.length]!, pieces };
}

function encode(options: number, pieces: readonly Piece[]): Uint8Array {
  const parts = pieces.map(({ flags, octets: { length }, octets }) =>
    Uint8Array.of(flags, length >> 8, length & 0xff, ...octets),
  );
  return new Uint8Array(Buffer.concat([Uint8Array.of(options), ...parts]));
}

/** What the client does with what arrives, and what must be true of it. */
function receive({ family, hops, pieces }: Answers, see: See): void {
  const query = emitQuery({
    hops,
    multicastAddress: parseAddress(SSM_GROUP[family]),
    sourceAddress: parseAddress(SOURCE[family]),
    clientAddress: parseAddress(RECEIVER[family])!,
    queryId: 0x1234,
    clientPort: 40_000,
  });
  const replies: Reply[] = [];
  for (const { flags, octets } of pieces) {
    const datagram = octets.slice();
    if ((flags & IS_OURS) !== 0 && datagram.length >= query.octets.length) {
      datagram.set(query.octets);
      datagram[0] = 3;
    }
    const memory = memoryOf(datagram);
    const message = emptyMessage();
    const fault = checkMessage(memory.view, 0, datagram.length, message);
    const reason = fault ?? verifyReply(query, memory, message);
    checkVerdict(datagram, query, reason);
    see(`${reason} IPv${family}`);
    if (fault === undefined) {
      check(isClean(printMessage(memory, message, SENT_UNIX_MS)), 'prints what is no text');
      JSON.stringify(messageToJson(memory, message, SENT_UNIX_MS));
    }
    if (reason === undefined) replies.push({ memory, message });
    see(checkPath(replies, family));
  }
}

/** By the second opinion of judge.ts: a Reply is taken when it is one, and for the Query that was sent. */
function checkVerdict(datagram: Uint8Array, query: Memory, reason: string | undefined): void {
  const parsed = parse(datagram);
  const isOurs =
    parsed?.type === 3 &&
    standardOf(parsed).length > 0 &&
    standardOf(parsed).length + parsed.returned <= 2 * 255 &&
    Buffer.compare(parsed.header.subarray(1), query.octets.subarray(1)) === 0;
  check(isOurs === (reason === undefined), `judges a Reply wrongly: ${reason}`);
}

/** @returns the outcome */
function checkPath(replies: readonly Reply[], family: 4 | 6): string {
  const hops = hopsOf(replies);
  const ending = endingOf(replies);
  const blocks = replies.reduce((sum, { message }) => sum + message.standardBlockCount, 0);
  check(hops.length <= blocks, 'makes up hops');
  const isRising = hops.every(({ number }, i) => number > (hops[i - 1]?.number ?? 0));
  check(isRising, 'numbers hops out of order');
  check(
    new Set(hops.map((hop) => hop.reply.memory.octets.byteOffset + hop.base + hop.number * 4096)).size === hops.length,
    'takes a block twice',
  );
  check((ending === 'no-reply') === (replies.length === 0), `says ${ending} of ${replies.length} Replies`);
  const hasHole = hops.some(({ number }, i) => number !== i + 1);
  check((ending === 'incomplete') === hasHole, `says ${ending} with${hasHole ? '' : 'out'} a hole`);
  // Where another router goes on than the one that was named, the right one's Reply may be yet to come.
  const isDoubtful = hops.some(
    ({ reply }, i) => i > 0 && reply !== hops[i - 1]!.reply && isNamedBy(hops[i - 1]!, reply) === false,
  );
  const isEnd = ending.startsWith('reached') && !isDoubtful;
  check(!isEnd || moreToCome(replies) === 'no', 'waits for more behind the end');
  for (const hop of hops) {
    check(hop.reply.memory.octets[hop.base] === 4, 'takes what is no block for a hop');
    codeOf(hop);
    isDirectlyConnected(hop);
    upstreamOf(hop);
    ownAddresses(hop).map(formatAddress);
  }
  const repetition = repeatedRouter(hops);
  const repeating = repetition === undefined ? [] : [repetition.earlier, repetition.again];
  check(new Set(repeating).size === repeating.length, 'repeats a router of one block');
  check(
    repeating.every((hop) => hops.includes(hop)),
    'repeats a router of another path',
  );
  const isAtLimit = isAtHopLimit(hops);
  addressesShown(replies);
  const text = printPath(replies, {
    source: parseAddress(SOURCE[family]),
    receiver: parseAddress(RECEIVER[family])!,
    group: undefined,
    sentUnixMs: SENT_UNIX_MS,
    roundTripMs: 12,
    nameOf: () => undefined,
  });
  check(isClean(text), `prints what is no text: ${text}`);
  check(text.split('\n').length <= 3 * hops.length + 6, 'prints more lines than there are hops');
  return `${ending} IPv${family} ${repetition !== undefined} ${isAtLimit} of ${Math.ceil(Math.log2(1 + hops.length))}`;
}

/** Nothing that could move the cursor of who reads it, and no number that is none. */
function isClean(text: string): boolean {
  return /^[\n\x20-\x7e]*$/.test(text) && !/NaN|undefined|Infinity/.test(text);
}

/** The vectors that are Replies, whole and in two pieces, with the header of our Query. */
function seedsOf(family: 4 | 6): Uint8Array[] {
  const ofFamily = vectors().filter(({ octets }) => octets[2] === (family === 4 ? 20 : 56));
  return ofFamily.flatMap(({ octets }) => [
    encode(family === 4 ? 0 : 1, [{ flags: IS_OURS, octets }]),
    encode(family === 4 ? 0 : 1, [
      { flags: IS_OURS, octets },
      { flags: IS_OURS, octets: Uint8Array.of(...octets, 5, 0, 8, 0, 0, 1, 0, 2) },
    ]),
  ]);
}

function mutate(input: Uint8Array, other: Uint8Array, random: Random, dictionary: readonly Uint8Array[]): Uint8Array {
  const pieces = [...decode(input).pieces];
  const donors = decode(other).pieces;
  let [options = 0] = input;
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(pieces.length || 1);
    const piece = pieces[at];
    const donor = donors.length > 0 ? random.pick(donors) : { flags: IS_OURS, octets: new Uint8Array(20) };
    const kind = random.below(10);
    if (piece === undefined || kind === 0) pieces.splice(at, 0, donor);
    else if (kind === 1) pieces.splice(at, 1);
    else if (kind === 2) pieces.splice(random.below(pieces.length + 1), 0, piece);
    else if (kind === 3) options ^= 1 << random.below(5);
    else if (kind === 4) pieces[at] = { ...piece, flags: piece.flags ^ IS_OURS };
    else pieces[at] = { ...piece, octets: mutateMessage(piece.octets, donor.octets, random, dictionary) };
  }
  return encode(options, pieces.slice(0, MOST_PIECES));
}
