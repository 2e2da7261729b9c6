/** Which RP a group has, of those that a router tells. Pure. */
import { type Address, longestMatch, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import type { RpPart } from '../platform.ts';
import { isNobody } from '../tools/text.ts';
import { deciderOn } from './rules.ts';

/** The RP with the longest prefix that covers the group; `null`: none, and none if that one is of nobody. */
export function rpOf(group: string | null, rps: readonly RpPart[]): string | null {
  const address = group === null ? undefined : parseAddress(group);
  if (address === undefined) return null;
  const ofFamily = rangesFor(address, rps).filter((row) => parseAddress(row.address)?.length === address.length);
  const rp = longestMatch(ofFamily, ({ groups }) => parsePrefix(groups), address)?.address;
  return rp === undefined || isNobody(rp) ? null : rp;
}

/** Where rules decide, the range by which they permit the group. */
function rangesFor(group: Address | undefined, rps: readonly RpPart[]): SnapshotRp[] {
  const decide = group && deciderOn(group);
  return rps.flatMap(({ rules, ...row }) => {
    if (rules === undefined) return [row];
    const rule = decide?.(rules);
    return rule?.isPermitted === true ? [{ ...row, groups: rule.groups }] : [];
  });
}

/** Those of somebody; and if the group has none, not those of wider ranges that it would else be taken to have. */
export function rpRows(group: string | null, told: readonly RpPart[]): SnapshotRp[] {
  const address = group === null ? undefined : parseAddress(group);
  const rps = rangesFor(address, told).filter(
    (row) => !isNobody(row.address) && isOfOneFamily(row.groups, row.address),
  );
  return group === null || rpOf(group, told) !== null ? rps : rps.filter((row) => rpOf(group, [row]) === null);
}

function isOfOneFamily(groups: string, address: string): boolean {
  return parsePrefix(groups)?.address.length === parseAddress(address)?.length;
}
