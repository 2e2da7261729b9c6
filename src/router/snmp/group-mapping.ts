/** Which RP a group has, of all the mappings that an agent knows: RFC 5060 (pimGroupMappingTable), RFC 7761 §4.7. Pure. */
import {
  type Address,
  familyOf,
  formatAddress,
  formatPrefix,
  inPrefix,
  masked,
  parseAddress,
  parsePrefix,
} from '../../wire/address.ts';
import { embeddedRp } from './embedded-rp.ts';
import type { BsrChoice } from './mib/pim-bsr.ts';
import type { GroupMapping } from './mib/pim-table.ts';

/**
 * Those that override all others, else all; of them the longest range; of equals the one that precedes; of those that a BSR
 * has announced the one of the best priority, where that is known, and then the one by the hash.
 */
export function mappingOf(
  group: string | null,
  mappings: readonly GroupMapping[],
  bsr: BsrChoice,
): GroupMapping | undefined {
  const address = group === null ? undefined : parseAddress(group);
  if (address === undefined) return undefined;
  const covering = mappings.flatMap((mapping) => {
    const range = parsePrefix(mapping.groups);
    return range !== undefined && inPrefix(address, range) ? [{ mapping, length: range.length }] : [];
  });
  const overriding = covering.filter(({ mapping }) => mapping.isOverriding);
  const selected = overriding.length > 0 ? overriding : covering;
  const longest = Math.max(...selected.map(({ length }) => length));
  const ranked = inOrder(selected.filter(({ length }) => length === longest).map(({ mapping }) => mapping));
  const best = ranked.filter(({ precedence }) => precedence === ranked[0]?.precedence);
  if (best[0]?.origin === 'embedded') return withEmbeddedRp(address, best[0]);
  return best.every(({ origin }) => origin === 'bsr') ? announcedRp(address, best, bsr) : best[0];
}

function announcedRp(group: Address, mappings: readonly GroupMapping[], bsr: BsrChoice): GroupMapping | undefined {
  const priorities = mappings.map(({ groups, rp }) => bsr.priorities.get(`${groups} ${rp}`));
  const best = priorities.includes(undefined)
    ? mappings
    : mappings.filter((_, at) => priorities[at] === Math.min(...priorities.map((one) => one ?? 0)));
  if (best.length < 2) return best[0];
  const seed = digestOf(masked(group, bsr.hashMaskLengths[familyOf(group)]));
  const hashed = best.flatMap((mapping) => {
    const rp = mapping.rp === null ? undefined : parseAddress(mapping.rp);
    return rp === undefined ? [] : [{ mapping, rp, hash: hashOf(seed, digestOf(rp)) }];
  });
  return hashed.sort((a, b) => b.hash - a.hash || compareAddresses(b.rp, a.rp))[0]?.mapping;
}

/** Those that precede first. */
export function inOrder(mappings: readonly GroupMapping[]): GroupMapping[] {
  return [...mappings].sort((a, b) => a.precedence - b.precedence);
}

/** Each group of the range tells its own RP. */
function withEmbeddedRp(group: Address, mapping: GroupMapping): GroupMapping {
  const rp = embeddedRp(group);
  return { ...mapping, groups: formatPrefix({ address: group, length: 128 }), rp: rp ? formatAddress(rp) : null };
}

const MULTIPLIER = 1_103_515_245;
const INCREMENT = 12_345;
const TWO_TO_31 = 2 ** 31;

/** RFC 7761 §4.7.2; the highest counts, and of equal ones that of the higher address. */
function hashOf(group: number, candidate: number): number {
  const inner = (Math.imul(MULTIPLIER, group) + INCREMENT) ^ candidate;
  return ((Math.imul(MULTIPLIER, inner) + INCREMENT) >>> 0) % TWO_TO_31;
}

function compareAddresses(a: Address, b: Address): number {
  const at = a.findIndex((octet, i) => octet !== b[i]);
  return at < 0 ? 0 : a[at]! - (b[at] ?? -1);
}

/** The address itself, or of IPv6 all its words: exclusive or. */
function digestOf(address: Address): number {
  const view = new DataView(address.buffer, address.byteOffset, address.byteLength);
  let digest = 0;
  for (let at = 0; at < address.byteLength; at += 4) digest ^= view.getUint32(at);
  return digest >>> 0;
}
