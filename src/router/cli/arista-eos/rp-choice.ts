/** Which of several candidates is the RP of a range of groups. Pure. */
import { compareAddress, formatPrefix, masked, type Prefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';

export interface Candidate {
  /** `ADDRESS/LENGTH` as canonical text. */
  readonly groups: string;
  readonly address: string;
  /** Configured, and to be taken before what is learned. */
  isOverriding: boolean;
  isStatic: boolean;
  /** The lower, the better. */
  priority: number;
}

/**
 * One of each range: what overrides, then what is learned, then what is configured; then by priority and by address. The hash
 * that comes between these two spreads groups over equal RPs: which one a group got its entry tells.
 */
export function chosenRps(candidates: readonly Candidate[]): SnapshotRp[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const other = best.get(candidate.groups);
    if (other === undefined || isBetter(candidate, other)) best.set(candidate.groups, candidate);
  }
  const chosen = [...best.values()];
  const overriding = new Ranges(chosen.filter((one) => one.isOverriding).map((one) => parsePrefix(one.groups)!));
  return chosen
    .filter((one) => one.isOverriding || !overriding.cover(parsePrefix(one.groups)!))
    .map(({ groups, address }) => ({ groups, address }));
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.isOverriding !== other.isOverriding) return one.isOverriding;
  if (one.isStatic !== other.isStatic) return other.isStatic;
  if (one.priority !== other.priority) return one.priority < other.priority;
  return compareAddress(parseAddress(one.address)!, parseAddress(other.address)!) > 0;
}

/** Looked up by each length that they have: a router may say it has as many as it likes. */
class Ranges {
  readonly #keys: ReadonlySet<string>;
  readonly #lengths: ReadonlySet<number>;

  constructor(ranges: readonly Prefix[]) {
    this.#keys = new Set(ranges.map(keyOf));
    this.#lengths = new Set(ranges.map((range) => range.length));
  }

  cover({ address, length: longest }: Prefix): boolean {
    return [...this.#lengths].some((length) => length <= longest && this.#keys.has(keyOf({ address, length })));
  }
}

function keyOf({ address, length }: Prefix): string {
  return formatPrefix({ address: masked(address, length), length });
}
