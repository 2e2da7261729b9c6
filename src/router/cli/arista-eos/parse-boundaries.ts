/**
 * Reads multicast boundaries from lines of the running configuration, the only place that has them: `multicast ipv4
 * boundary` (once `ip multicast boundary`) of interfaces, with prefixes that may not pass or access lists of what may. Pure.
 * A list that is not there or not wholly understood is no boundary: better none than a false one.
 */
import type { Family } from '../../../wire/address.ts';
import { canonicalPrefix } from '../json.ts';
import type { BoundaryPart, BoundaryRule } from '../platform.ts';
import { type NotUnderstood, passOver, type Rule, readLines } from '../text.ts';
import { answerIn } from './document.ts';
import { interfaceName } from './names.ts';

const EVERYTHING = { 4: '0.0.0.0/0', 6: '::/0' } as const;

interface Statement {
  readonly family: Family;
  readonly interface: string;
  readonly what: string;
}

/** `undefined`: a rule that was not understood. */
type Rules = (BoundaryRule | undefined)[];
type Lists = Map<string, Rules>;

export function parseBoundaries(
  output: string,
  command: string,
  notUnderstood: NotUnderstood = passOver,
): BoundaryPart[] {
  if (output.trim() === '') return []; // neither interfaces nor lists
  const statements: Statement[] = [];
  const lists: Lists = new Map();
  let name: string | undefined;
  let list: Rules | undefined;
  let family: Family = 4;
  const rules: readonly Rule[] = [
    [
      /^interface (\S+)/,
      ([, text]) => {
        name = interfaceName(text!);
        list = undefined;
      },
    ],
    [
      /^(ip|ipv6) access-list (?:standard )?(\S+)/,
      ([, keyword, text]) => {
        family = keyword === 'ip' ? 4 : 6;
        name = undefined;
        list = [];
        lists.set(`${family} ${text}`, list);
      },
    ],
    [
      /^\s+(?:multicast (ipv[46])|(ip) multicast) boundary (\S.*)$/,
      ([, spelled, old, rest]) => {
        const own: Family = (spelled ?? old) === 'ipv6' ? 6 : 4;
        const words = rest!.split(/\s+/).filter((word) => word !== 'out');
        if (name !== undefined) for (const what of words) statements.push({ family: own, interface: name, what });
      },
    ],
    [/^\s+(?:\d+ )?remark /, passOver],
    [
      /^\s+(?:\d+ )?(permit|deny) (\S.*)$/,
      ([, action, rest]) => {
        if (list === undefined || isOfOtherPackets(rest!)) return;
        const groups = groupsIn(rest!, family);
        list.push(groups === undefined ? undefined : { groups, isPermitted: action === 'permit' });
      },
    ],
    [
      /^\S/,
      () => {
        name = list = undefined;
      },
    ],
    [/^\s/, passOver],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  return boundariesOf(statements, lists);
}

/** Of one interface all prefixes are one boundary, and all lists are one. */
function boundariesOf(statements: readonly Statement[], lists: Lists): BoundaryPart[] {
  const interfaces = new Map<string, { family: Family; interface: string; prefixes: BoundaryRule[]; lists: Rules[] }>();
  for (const { family, interface: name, what } of statements) {
    const key = `${family} ${name}`;
    const own = interfaces.get(key) ?? { family, interface: name, prefixes: [], lists: [] };
    interfaces.set(key, own);
    const groups = canonicalPrefix(what);
    if (groups !== undefined) own.prefixes.push({ groups, isPermitted: false });
    else own.lists.push(lists.get(`${family} ${what}`) ?? []);
  }
  return [...interfaces.values()].flatMap((one) => {
    const others = { groups: EVERYTHING[one.family], isPermitted: true };
    const ofPrefixes = one.prefixes.length === 0 ? undefined : [...one.prefixes, others];
    return [ofPrefixes, permittedByAny(one.lists)].flatMap((rules) =>
      rules === undefined ? [] : [{ family: one.family, interface: one.interface, rules }],
    );
  });
}

/** What any of the lists permits may pass: told of several only where each just permits, but for denials at its end. */
function permittedByAny(lists: readonly Rules[]): BoundaryRule[] | undefined {
  const understood = lists.flatMap((rules) => {
    const known = rules.filter((rule) => rule !== undefined);
    return known.length === 0 || known.length < rules.length ? [] : [known];
  });
  if (understood.length === 0 || understood.length < lists.length) return undefined;
  if (understood.length === 1) return understood[0];
  const permitting = understood.map((rules) => rules.slice(0, rules.findLastIndex((rule) => rule.isPermitted) + 1));
  return permitting.every((rules) => rules.every((rule) => rule.isPermitted)) ? permitting.flat() : undefined;
}

/** Rules of an extended list that are not about all packets of IP decide nothing here. */
function isOfOtherPackets(rest: string): boolean {
  return /^(?:tcp|icmp|igmp|pim|ospf|ahp|esp|gre|vrrp|icmpv6|\d{1,3}) /.test(rest);
}

/** What a rule is about: of a standard list its address, of an extended one the destination, where any source will do. */
function groupsIn(rest: string, family: Family): string | undefined {
  const words = rest.split(/\s+/).filter((word) => word !== 'log');
  const isExtended = /^(?:ip|ipv6|udp)$/.test(words[0]!);
  if (isExtended && words[1] !== 'any') return undefined;
  const [first = '', second = '', ...more] = isExtended ? words.slice(2) : words;
  if (first === 'any') return second === '' ? EVERYTHING[family] : undefined;
  if (more.length > 0) return undefined;
  const text = first === 'host' ? second : second === '' ? first : `${first}/${lengthOf(second)}`;
  const groups = canonicalPrefix(text);
  return groups?.includes(':') === (family === 6) ? groups : undefined;
}

/** Of a wildcard mask: 0.255.255.255 = 8. */
function lengthOf(wildcard: string): number | undefined {
  const bits = wildcard
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  if (bits.length !== 32 || !/^0*1*$/.test(bits)) return undefined;
  const firstOne = bits.indexOf('1');
  return firstOne < 0 ? 32 : firstOne;
}
