/** Blocks that RFC 8487 lets others define: of Extended Query Types (§3.2.7) and Augmented Response Types (§3.2.6) that nobody knows. */
import type { Random } from './random.ts';

export interface ExtendedQuery {
  readonly octets: Uint8Array;
  /** The T bit. */
  readonly isTransitive: boolean;
}

/** @param transitive probability of the T bit, for each */
export function extendedQueries(count: number, transitive: number, random: Random): ExtendedQuery[] {
  return Array.from({ length: count }, () => {
    const isTransitive = random.chance(transitive);
    // The other seven bits of that octet are to be ignored.
    const flags = random.below(128) * 2 + (isTransitive ? 1 : 0);
    return { octets: block(6, flags, 1 + random.below(0xffff), random), isTransitive };
  });
}

/** Of some type, but for 0x0001, which has a meaning. */
export function augmentedResponse(random: Random): Uint8Array {
  return block(5, 0, 2 + random.below(0xfffe), random);
}

function block(type: number, flags: number, subtype: number, random: Random): Uint8Array {
  const length = 8 + 4 * random.below(3);
  const octets = Uint8Array.from({ length }, () => random.below(256));
  octets.set([type, 0, length, flags, subtype >> 8, subtype & 255]);
  return octets;
}

export function lengthOf(some: readonly ExtendedQuery[]): number {
  return some.reduce((sum, { octets }) => sum + octets.length, 0);
}

export function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
