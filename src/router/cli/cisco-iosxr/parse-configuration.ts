/**
 * Reads what of multicast stands in the configuration of IOS XR only: TTL thresholds and boundaries of interfaces, and the
 * access lists that the boundaries name. Pure: text in, parts out, or a ReaderError.
 */
import type { Family } from '../../../wire/address.ts';
import type { BoundaryPart, BoundaryRule } from '../platform.ts';
import { canonicalPrefix } from '../tools/json.ts';
import { addressIn, readLines } from '../tools/text.ts';
import { checkAnswered } from './answer.ts';
import { DEFAULT_VRF, linkIn } from './names.ts';

export interface MulticastConfiguration {
  /** By interface. */
  readonly ttlThresholds: ReadonlyMap<string, number>;
  readonly boundaries: readonly { readonly family: Family; readonly interface: string; readonly accessList: string }[];
}

/** Of the one VRF: what stands below `vrf NAME`, or before any such line. */
export function parseMulticastConfiguration(
  output: string,
  vrf: string | undefined,
  command: string,
): MulticastConfiguration {
  checkAnswered(output, command);
  const ttlThresholds = new Map<string, number>();
  const boundaries: { family: Family; interface: string; accessList: string }[] = [];
  let current = DEFAULT_VRF;
  let family: Family | undefined;
  let link: string | undefined;
  const begin = (inVrf: string, ofFamily: Family | undefined) => {
    current = inVrf;
    family = ofFamily;
    link = undefined;
  };
  readLines(output, [
    [
      // Releases before have the family of a VRF on the same line.
      /^ *vrf (\S+)(?: address-family ipv([46]))?$/,
      ([, name = '', digit]) => begin(name, familyOf(digit)),
    ],
    // Those of the default VRF are one step in, those of others two.
    [
      /^( *)address-family ipv([46])/,
      ([, indent = '', digit]) => begin(indent.length < 2 ? DEFAULT_VRF : current, familyOf(digit)),
    ],
    [
      /^( *)interface (\S+)/,
      ([, indent = '', name = '']) => {
        if (indent.length < 2) begin(DEFAULT_VRF, 4); // Before there were families
        link = name === 'all' || current !== (vrf ?? DEFAULT_VRF) ? undefined : linkIn(name);
      },
    ],
    [
      /^ *boundary (\S+)$/,
      ([, accessList = '']) => {
        if (link !== undefined && family !== undefined) boundaries.push({ family, interface: link, accessList });
      },
    ],
    [
      /^ *ttl-threshold (\d{1,3})$/,
      ([, threshold]) => {
        if (link !== undefined) ttlThresholds.set(link, Number(threshold));
      },
    ],
  ]);
  return { ttlThresholds, boundaries };
}

function familyOf(digit: string | undefined): Family | undefined {
  if (digit === undefined) return undefined;
  return digit === '4' ? 4 : 6;
}

/** By name; a list of which one line cannot be understood is left out, because nobody knows what it lets pass. */
export function parseAccessLists(
  output: string,
  family: Family,
  command: string,
): ReadonlyMap<string, readonly BoundaryRule[]> {
  checkAnswered(output, command);
  const lists = new Map<string, (BoundaryRule | undefined)[]>();
  let rules: (BoundaryRule | undefined)[] | undefined;
  readLines(output, [
    [
      /^ipv[46] access-list (\S+)$/,
      ([, name = '']) => {
        rules = [];
        lists.set(name, rules);
      },
    ],
    [
      /^ *(?:\d+ +)?(permit|deny) +(\S.*)$/,
      ([, action, rest = '']) => {
        const groups = groupsIn(rest.split(/ +/), family);
        rules?.push(groups === undefined ? undefined : { groups, isPermitted: action === 'permit' });
      },
    ],
  ]);
  const isWhole = (list: readonly (BoundaryRule | undefined)[]): list is BoundaryRule[] =>
    list.length > 0 && list.every((rule) => rule !== undefined);
  return new Map([...lists].flatMap(([name, list]) => (isWhole(list) ? [[name, list] as const] : [])));
}

/** A boundary whose list is not there lets everything pass. */
export function boundariesOf(
  { boundaries }: MulticastConfiguration,
  lists: Readonly<Record<Family, ReadonlyMap<string, readonly BoundaryRule[]>>>,
): BoundaryPart[] {
  return boundaries.flatMap(({ family, interface: link, accessList }) => {
    const rules = lists[family].get(accessList);
    return rules === undefined ? [] : [{ family, interface: link, rules }];
  });
}

/**
 * The groups of `ipv4 any 239.0.0.0 0.255.255.255`, of which the destination is the group; and of `239.0.0.0/8`, or with `any`
 * for the destination, where it is the only address there is. A line for some sources only says nothing of a group.
 */
function groupsIn(words: readonly string[], family: Family): string | undefined {
  const isExtended = /^(?:ipv4|ipv6|ip)$/.test(words[0] ?? '');
  const rest = words.slice(isExtended ? 1 : 0);
  const everything = family === 4 ? '0.0.0.0/0' : '::/0';
  const source = takePrefix(rest, everything);
  if (!isExtended) return source;
  const destination = takePrefix(rest, everything);
  if (source === everything) return destination;
  return destination === everything ? source : undefined;
}

/** Takes one of `any`, `host A`, `A/L`, `A WILDCARD` and `A` from the beginning of the words. */
function takePrefix(words: string[], everything: string): string | undefined {
  const first = words[0] ?? '';
  if (first === 'any') {
    words.shift();
    return everything;
  }
  if (first === 'host') return canonicalPrefix(words.splice(0, 2)[1]);
  if (!isAddress(first)) return undefined;
  words.shift();
  if (first.includes('/') || first.includes(':')) return canonicalPrefix(first);
  const length = isAddress(words[0]) ? lengthOf(words[0]!) : 32;
  if (isAddress(words[0])) words.shift();
  return length === undefined ? undefined : canonicalPrefix(`${first}/${length}`);
}

function isAddress(word: string | undefined): boolean {
  return addressIn(word?.replace(/\/\d{1,3}$/, '')) !== undefined;
}

/** Of a wildcard mask whose ones are all at the end. */
function lengthOf(wildcard: string): number | undefined {
  const bits = wildcard
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  return /^0*1*$/.test(bits) ? bits.replaceAll('1', '').length : undefined;
}
