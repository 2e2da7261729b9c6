/** Which RPs the router uses, of those that it knows of. Pure. */
import { addressKey, isSourceSpecific, masked, type Prefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';

export interface RpRange extends SnapshotRp {
  /** `undefined`: learned from others, or not told. */
  readonly origin?: 'overriding' | 'static' | 'embedded' | undefined;
}

/** Groups of single sources have none; one that has may still be told by PIM's state. */
export function mayHaveRp(group: string): boolean {
  const address = parseAddress(group);
  return address !== undefined && !isSourceSpecific(address);
}

/**
 * What is learned comes before what is configured, however short its range. An RP that is in a group's own address is listed
 * under the range of all such groups, and is not theirs.
 */
export function usedRps(ranges: readonly RpRange[]): SnapshotRp[] {
  const from = (origin: RpRange['origin']) => ranges.filter((one) => one.origin === origin);
  const learned = new Set(
    from(undefined)
      .flatMap(({ groups }) => parsePrefix(groups) ?? [])
      .map(keyOf),
  );
  const own = from('static').filter(({ groups }) => !isCovered(parsePrefix(groups), learned));
  return [...from('overriding'), ...from(undefined), ...own].map(({ groups, address }) => ({ groups, address }));
}

function keyOf({ address, length }: Prefix): string {
  return `${addressKey(masked(address, length))}/${length}`;
}

/** Whether the range, or a wider one that has it, is among these keys. */
function isCovered(range: Prefix | undefined, keys: ReadonlySet<string>): boolean {
  if (range === undefined) return false;
  for (let length = 0; length <= range.length; length++) {
    if (keys.has(keyOf({ ...range, length }))) return true;
  }
  return false;
}
