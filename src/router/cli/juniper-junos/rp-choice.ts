/** Which RPs the router uses, of those that it knows of. Pure. */
import { inPrefix, isSourceSpecific, parseAddress, parsePrefix } from '../../../wire/address.ts';
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
  const learned = from(undefined).flatMap(({ groups }) => parsePrefix(groups) ?? []);
  const own = from('static').filter(({ groups }) => {
    const range = parsePrefix(groups);
    return !learned.some((one) => range !== undefined && one.length <= range.length && inPrefix(range.address, one));
  });
  return [...from('overriding'), ...from(undefined), ...own].map(({ groups, address }) => ({ groups, address }));
}
