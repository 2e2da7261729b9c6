/**
 * Reads which RP is whose: `show ip pim rp mapping` and `show ipv6 pim group-map`. Of several for the same groups there
 * is the one that the router takes. Pure: text in, rows out, or a ReaderError.
 */
import { compareAddress, parseAddress } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import { ofOneRp } from '../tools/cisco-rps.ts';
import { canonicalPrefix } from '../tools/json.ts';
import { addressIn, isNobody, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { readOutput } from './output.ts';
import type { AccessLists } from './parse-access-lists.ts';
import { type Mapping, NOBODY, rpsOfRanges } from './rp-ranges.ts';

interface RankedMapping extends Omit<Mapping, 'isLearned'> {
  /** The lower one is taken: a static one that overrides, nobody's by Auto-RP, Auto-RP, BSR, a static one. */
  rank: number;
  /** Of a BSR: the lower one is taken. */
  priority: number;
}

const OVERRIDING = 0;
const DENIED = 1;
const AUTO_RP = 2;
const BSR = 3;
const STATIC = 4;

/** @param lists of static RPs whose groups are those of an access list */
export function parseRps(
  output: string,
  command: string,
  lists: AccessLists,
  notUnderstood?: NotUnderstood,
): SnapshotRp[] {
  const found: RankedMapping[] = [];
  let groups: Mapping['of'] | undefined;
  let rank = STATIC;
  let last: RankedMapping | undefined;
  const begin = (of?: Mapping['of'], origin = '') => {
    groups = of;
    rank = /^Static-Override/i.test(origin) ? OVERRIDING : STATIC;
    last = undefined;
  };
  const rules: Rule[] = [
    // One RP that denies groups to Auto-RP makes them dense, whoever else there is.
    [
      /^Group\(s\):? *\(-\) *([^\s,]*)/,
      ([, text]) => {
        begin();
        const range = canonicalPrefix(text);
        if (range !== undefined) found.push({ of: { range }, address: NOBODY, rank: DENIED, priority: 0 });
      },
    ],
    [
      /^Group\(s\):? *(\S+\/\d+)(?:, *(.*))?$/,
      ([, text, origin]) => {
        const range = canonicalPrefix(text);
        begin(range === undefined ? undefined : { range }, origin);
      },
    ],
    [/^Acl: *([^\s,]+)(?:, *(.*))?$/, ([, list, origin]) => begin({ list: list! }, origin)],
    // Whatever it is for, what stands below it is not for the groups above.
    [/^(?:Group|Acl)\b/, () => begin()],
    [
      /^ *RP:? +(\S+)/,
      ([, text]) => {
        const address = addressIn(text);
        last = undefined;
        if (groups === undefined || address === undefined || isNobody(address)) return;
        last = { of: groups, address, rank, priority: 0 };
        found.push(last);
      },
    ],
    [
      /^ *Info source: *(.*)$/,
      ([, source]) => {
        const origin = /via Auto-RP/i.test(source!) ? AUTO_RP : /via bootstrap/i.test(source!) ? BSR : rank;
        const priority = Number(/, priority (\d{1,3})\b/.exec(source!)?.[1] ?? 0);
        if (last !== undefined) Object.assign(last, { rank: origin, priority });
      },
    ],
    [/^PIM Group-to-RP Mappings|^This system is |^ *Uptime: /i, passOver],
    [/\bnot enabled\b/i, passOver],
  ];
  readOutput(output, rules, { command, notUnderstood, mayBeEmpty: true });
  const mappings = unlessHashed(found.filter(isIpv4).sort(byPreference));
  return rpsOfRanges(
    mappings.map(({ of, address, rank }) => ({ of, address, isLearned: rank !== OVERRIDING && rank !== STATIC })),
    lists,
  );
}

function isIpv4({ of, address }: RankedMapping): boolean {
  return !address.includes(':') && !('range' in of && of.range.includes(':'));
}

/** Of equals the highest address, of static ones whatever their ranges. */
function byPreference(a: RankedMapping, b: RankedMapping): number {
  return (
    a.rank - b.rank || a.priority - b.priority || compareAddress(parseAddress(b.address)!, parseAddress(a.address)!)
  );
}

/**
 * Of a BSR's equals a hash decides for each group, whose mask is not told (RFC 5059 §4.7.2): the RP of a group that has no (*,G) is
 * not known.
 */
function unlessHashed(sorted: readonly RankedMapping[]): RankedMapping[] {
  const taken = new Map<string, RankedMapping>();
  const hashed = new Set<string>();
  for (const one of sorted) {
    const range = rangeOfBsr(one);
    if (range === undefined) continue;
    const first = taken.get(range) ?? one;
    taken.set(range, first);
    if (first.priority === one.priority && first.address !== one.address) hashed.add(range);
  }
  return sorted.map((one) => (hashed.has(rangeOfBsr(one) ?? '') ? { ...one, address: NOBODY } : one));
}

function rangeOfBsr({ of, rank }: RankedMapping): string | undefined {
  return rank === BSR && 'range' in of ? of.range : undefined;
}

function isOfOneFamily({ groups, address }: SnapshotRp): boolean {
  return groups.includes(':') === address.includes(':');
}

/** Modes whose groups have no RP, whatever a wider range has: SSM, dense, and what is not routed. */
const WITHOUT_RP = /^[ ,]*(?:SSM|DM|NO)\b(?!.*\bRP:)/;

/**
 * Each range is followed by what it is for; an asterisk marks those that are in use, and the others are nobody's, however
 * long they are. Where there is no asterisk at all, it is not told.
 */
export function parseRps6(output: string, command: string, notUnderstood?: NotUnderstood): SnapshotRp[] {
  const found: SnapshotRp[] = [];
  const unused: SnapshotRp[] = [];
  let groups: string | undefined;
  let isUsed = false;
  let isTold = false;
  const add = (address: string) => {
    if (groups !== undefined) (isUsed ? found : unused).push({ groups, address });
  };
  const read = (mode: string) => {
    if (WITHOUT_RP.test(mode)) add('::');
    const address = addressIn(/\bRP: *(\S+)/.exec(mode)?.[1]);
    if (address !== undefined && !isNobody(address)) add(address);
  };
  const rules: Rule[] = [
    [
      /^([\dA-F:]+\/\d+)(\*?)(.*)$/i,
      ([, text, mark, mode]) => {
        groups = canonicalPrefix(text);
        isUsed = mark === '*';
        isTold ||= isUsed;
        read(mode!);
      },
    ],
    [/^ *(?:SM|SSM|BD|DM|NO|SPARSE|BIDIR)\b.*$/i, ([mode]) => read(mode)],
    [/^ *(?:RPF|Info source|Uptime): ?/, passOver],
    [/^PIM |^IPv?6? ?PIM|^\(\*|\bnot enabled\b|^No .*mapping/i, passOver],
  ];
  readOutput(output, rules, { command, notUnderstood, mayBeEmpty: true });
  return ofOneRp((isTold ? found : unused).filter(isOfOneFamily));
}
