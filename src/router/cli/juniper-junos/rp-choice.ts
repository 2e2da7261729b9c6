/** Which RP a group has, of those that the router knows of. Pure. */
import { inPrefix, isSourceSpecific, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';

export interface RpRange extends SnapshotRp {
  /** `undefined`: learned from others, or not told. */
  readonly origin?: 'overriding' | 'static' | 'embedded' | undefined;
}

/** In this order: what is learned comes before what is configured, however short its range. */
const ORIGINS: readonly RpRange['origin'][] = ['overriding', undefined, 'static'];

/** Groups of single sources have none; one that has may still be told by PIM's state. */
export function mayHaveRp(group: string): boolean {
  const address = parseAddress(group);
  return address !== undefined && !isSourceSpecific(address);
}

/**
 * The one with the longest range; none, when several have that: a hash, or a priority that is not printed here, decides
 * between them. Of those in an address of a group the router lists what it has met, under the range of all.
 */
export function chosenRps(group: string, ranges: readonly RpRange[]): SnapshotRp[] {
  const address = parseAddress(group);
  const covering = ranges.flatMap((row) => {
    const prefix = parsePrefix(row.groups);
    return prefix !== undefined && address !== undefined && inPrefix(address, prefix) ? [{ ...row, prefix }] : [];
  });
  if (covering.some((row) => row.origin === 'embedded')) return [];
  const origin = ORIGINS.find((one) => covering.some((row) => row.origin === one));
  const candidates = covering.filter((row) => row.origin === origin);
  const longest = Math.max(...candidates.map(({ prefix }) => prefix.length));
  const best = candidates.filter(({ prefix }) => prefix.length === longest);
  const isOne = new Set(best.map((row) => row.address)).size === 1;
  return isOne ? [{ groups: best[0]!.groups, address: best[0]!.address }] : [];
}
