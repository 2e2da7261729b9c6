/**
 * Reads `show ip access-lists`: what standard and extended lists say of groups. Boundaries of interfaces and static RPs refer to
 * them. Pure: text in, lists out, or a ReaderError.
 */

import type { BoundaryPart, BoundaryRule } from '../platform.ts';
import { prefixOfWildcard } from '../tools/masks.ts';
import { addressIn, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { readOutput } from './output.ts';
import type { PimInterface } from './parse-pim.ts';

/** `undefined` among the rules: one that is not about groups alone, or of no prefix, or not always in force. */
export type AccessLists = ReadonlyMap<string, readonly (BoundaryRule | undefined)[]>;

const EVERYTHING = '0.0.0.0/0';

export function parseAccessLists(output: string, command: string, notUnderstood?: NotUnderstood): AccessLists {
  const lists = new Map<string, (BoundaryRule | undefined)[]>();
  let current: (BoundaryRule | undefined)[] | undefined;
  let isExtended = false;
  const rules: Rule[] = [
    [
      /^(Standard|Extended) IP access list (\S+)/,
      ([, kind, name]) => {
        isExtended = kind === 'Extended';
        current = [];
        lists.set(name!, current);
      },
    ],
    [
      /^ *(?:\d+ +)?(permit|deny) +(.*)$/,
      ([, action, rest]) => {
        // Behind the groups: `log`, `(12 matches)`.
        const words = rest!.replaceAll(',', '').split(/ +/);
        const isAlways = !words.includes('time-range');
        const groups = isExtended ? extendedGroups(words) : standardGroups(words);
        current?.push(groups === undefined || !isAlways ? undefined : { groups, isPermitted: action === 'permit' });
      },
    ],
    [
      /^\S.* access list\b/,
      () => {
        current = undefined;
      },
    ],
    [/^ *(?:\d+ +)?remark\b/i, passOver],
    // `Dynamic NAME permit ...`, `evaluate NAME`: more than is told here.
    [/^ +\S/, () => current?.push(undefined)],
  ];
  readOutput(output, rules, { command, notUnderstood, mayBeEmpty: true });
  return lists;
}

/** `any`, `host 239.1.1.1`, `239.1.1.1`, `239.0.0.0 wildcard bits 0.255.255.255`, `239.0.0.0 0.255.255.255`. */
function standardGroups(words: readonly string[]): string | undefined {
  const at = words.indexOf('bits');
  return at < 0 ? addressesIn(words)?.prefix : prefixOfWildcard(words[0]!, words[at + 1] ?? '');
}

/** Of all sources: `ip any 239.0.0.0 0.255.255.255`. */
function extendedGroups([protocol, ...words]: readonly string[]): string | undefined {
  const sources = addressesIn(words);
  if (protocol !== 'ip' || sources?.prefix !== EVERYTHING) return undefined;
  return addressesIn(sources.rest)?.prefix;
}

function addressesIn(words: readonly string[]): { prefix: string; rest: readonly string[] } | undefined {
  const [first = '', second = '', ...rest] = words;
  if (first === 'any') return { prefix: EVERYTHING, rest: words.slice(1) };
  const isHost = first === 'host';
  const address = addressIn(isHost ? second : first);
  if (address === undefined) return undefined;
  const masked = isHost ? undefined : prefixOfWildcard(address, second);
  if (masked !== undefined) return { prefix: masked, rest };
  // A wildcard that leaves no prefix is none that this can be said without.
  if (!isHost && addressIn(second) !== undefined) return undefined;
  return { prefix: `${address}/32`, rest: isHost ? rest : words.slice(1) };
}

/** A list that is not there or that cannot be understood is no boundary; for IOS the first is none, either. */
export function boundariesOf(interfaces: readonly PimInterface[], lists: AccessLists): BoundaryPart[] {
  const understood = new Map<string, readonly BoundaryRule[]>();
  for (const [name, rules] of lists) {
    if (rules.length > 0 && rules.every((rule) => rule !== undefined)) understood.set(name, rules);
  }
  return interfaces.flatMap(({ name, boundaries = [] }) =>
    boundaries.flatMap(({ list, ...only }): BoundaryPart[] => {
      const rules = understood.get(list);
      return rules === undefined ? [] : [{ family: 4, interface: name, ...only, rules }];
    }),
  );
}
