/**
 * Changes a datagram as somebody would who knows the format: TLVs are doubled, taken out, moved, made longer than they
 * are; addresses become others that mean something; now and then just any octet changes.
 */
import type { Random } from './random.ts';

const MOST_OCTETS = 2048;
/** Octets that are on some edge: of types, lengths, counts, hops and masks. */
const EDGES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 20, 52, 56, 80, 0x7f, 0x80, 0x81, 0xfe, 0xff];
/** A Standard Response Block, an Augmented one with a count, an Extended Query with T and one without. */
const FRESH = [
  (block: number) => [4, 0, block, ...new Array(block - 3).fill(0)],
  () => [5, 0, 8, 0, 0, 1, 0, 3],
  () => [5, 0, 12, 0, 0, 1, 0, 0, 0, 9, 0, 0],
  () => [5, 0, 8, 0, 0, 2, 1, 2],
  () => [6, 0, 8, 1, 0, 7, 1, 2],
  () => [6, 0, 8, 0, 0, 7, 1, 2],
];

/** The header, then each TLV as its length says, then what is left. */
function partsOf(octets: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (octets.length - at >= 4) {
    const length = (octets[at + 1]! << 8) | octets[at + 2]!;
    if (length < 4 || length > octets.length - at) break;
    parts.push(octets.slice(at, at + length));
    at += length;
  }
  if (at < octets.length || parts.length === 0) parts.push(octets.slice(at));
  return parts;
}

/** @param dictionary addresses of the world */
export function mutateMessage(
  octets: Uint8Array,
  other: Uint8Array,
  random: Random,
  dictionary: readonly Uint8Array[],
): Uint8Array {
  const parts = partsOf(octets);
  for (let changes = 1 + random.below(3); changes > 0; changes--) change(parts, partsOf(other), random, dictionary);
  return new Uint8Array(Buffer.concat(parts)).slice(0, MOST_OCTETS);
}

function change(
  parts: Uint8Array[],
  others: readonly Uint8Array[],
  random: Random,
  dictionary: readonly Uint8Array[],
): void {
  if (parts.length === 0) parts.push(new Uint8Array());
  const at = random.below(parts.length);
  const part = parts[at]!;
  const behind = 1 + random.below(parts.length);
  switch (random.below(12)) {
    case 0: // One more of it, or many.
      parts.splice(
        behind,
        0,
        ...Array.from({ length: random.oneIn(4) ? 1 + random.below(28) : 1 }, () => part.slice()),
      );
      return;
    case 1:
      if (parts.length > 1) parts.splice(at, 1);
      return;
    case 2: {
      const [moved] = parts.splice(at, 1);
      parts.splice(random.below(parts.length + 1), 0, moved!);
      return;
    }
    case 3: {
      const isIpv4 = parts[0]!.length === 20;
      parts.splice(behind, 0, Uint8Array.from(random.pick(FRESH)(isIpv4 ? 52 : 80)));
      return;
    }
    case 4:
      parts.splice(behind, 0, random.pick(others).slice());
      return;
    case 5: // Longer, and it says so; or only one of the two.
      parts[at] = resized(part, random);
      return;
    case 6: // A length that is not so, but near.
      if (part.length > 2) part[2] = part[2]! + random.pick([-4, -1, 1, 2, 4, 8, 12]);
      return;
    case 7:
    case 8:
    case 9:
      putAddress(part, random, dictionary);
      return;
    case 10:
      if (part.length > 0) part[random.below(Math.min(part.length, random.oneIn(2) ? 8 : 2048))] = random.pick(EDGES);
      return;
    default:
      if (part.length > 0) part[random.below(part.length)]! ^= 1 << random.below(8);
      if (random.oneIn(16)) parts[at] = part.slice(0, random.below(part.length + 1));
  }
}

function resized(part: Uint8Array, random: Random): Uint8Array {
  const more = random.pick([4, 8, 12, 400, 1000, 1280, 1384, 1388, 1392, 1396]);
  const result = new Uint8Array(Math.min(MOST_OCTETS, part.length + more));
  result.set(part);
  if (result.length > 2 && !random.oneIn(4)) result.set([result.length >> 8, result.length & 0xff], 1);
  return result;
}

/** Where addresses are: 4, 8, 12, 16 and so on of a header or a block. */
function putAddress(part: Uint8Array, random: Random, dictionary: readonly Uint8Array[]): void {
  const address = random.pick(dictionary);
  const places = Math.floor((part.length - 4) / address.length);
  if (places < 1) return;
  const isBlockV6 = part[0] === 4 && address.length === 16;
  const place = isBlockV6 ? random.pick([16, 32]) : 4 + address.length * random.below(Math.min(places, 4));
  if (place + address.length <= part.length) part.set(address, place);
}
