/** Which RP a range of groups has, where Cisco's systems list several: none that is known. Pure. */
import type { SnapshotRp } from '../../snapshot.ts';

/** The groups have no RP, or it is not known which one, though a wider range has one. */
export function ofNobody(groups: string): SnapshotRp {
  return { groups, address: groups.includes(':') ? '::' : '0.0.0.0' };
}

/**
 * Groups in whose address their RP stands (RFC 3956): IOS and IOS XR take it from there, unless they are told not to, and list it only
 * when the group is in use. What has a range within this one is in force all the same.
 */
export const EMBEDDED_RPS = ofNobody('ff70::/12');

/**
 * One row for each range. Of several RPs a hash decides for each group (RFC 5059 §4.7.2), whose mask is not told everywhere: a
 * group's own entry knows its RP, of a range without entries any of them would be a guess.
 */
export function ofOneRp(rows: readonly SnapshotRp[]): SnapshotRp[] {
  const byRange = new Map<string, SnapshotRp>();
  for (const row of rows) {
    const known = byRange.get(row.groups) ?? row;
    byRange.set(row.groups, known.address === row.address ? known : ofNobody(row.groups));
  }
  return [...byRange.values()];
}
