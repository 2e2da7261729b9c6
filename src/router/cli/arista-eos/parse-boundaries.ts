/**
 * Reads multicast boundaries from lines of the running configuration, the only place that has them: `multicast ipv4
 * boundary` (once `ip multicast boundary`) of interfaces, with prefixes that may not pass or access lists of what may. Pure.
 * A list that is not there or not wholly understood is no boundary: better none than a false one.
 */
import type { Family } from '../../../wire/address.ts';
import type { ScopeDirection } from '../../snapshot.ts';
import type { BoundaryPart, BoundaryRule } from '../platform.ts';
import { canonicalPrefix, misunderstood } from '../tools/json.ts';
import { type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { answerIn } from './document.ts';
import { interfaceName } from './names.ts';

const EVERYTHING = { 4: '0.0.0.0/0', 6: '::/0' } as const;

interface Statement {
  readonly family: Family;
  readonly interface: string;
  readonly direction: ScopeDirection | undefined;
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
  let isAnswer = false;
  const rules: readonly Rule[] = [
    [
      /^interface (\S+)/,
      ([, text]) => {
        isAnswer = true;
        name = interfaceName(text!);
        list = undefined;
      },
    ],
    [
      /^(ip|ipv6) access-list (?:standard )?(\S+)/,
      ([, keyword, text]) => {
        isAnswer = true;
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
        const words = rest!.split(/\s+/);
        const direction = words.at(-1) === 'out' ? 'out' : undefined;
        if (name === undefined) return;
        for (const what of words.filter((word) => word !== 'out'))
          statements.push({ family: own, interface: name, direction, what });
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
  if (!isAnswer) throw misunderstood(output, command);
  return boundariesOf(statements, lists);
}

/** What boundaries by a list come to. It is shared by all that name it: a long one may be named often. */
interface Judged {
  readonly rules: readonly BoundaryRule[];
  /** Where the list just permits, but for denials at its end: what. */
  readonly permitted: readonly BoundaryRule[] | undefined;
}

/** Of one interface and direction all prefixes are one boundary, and all lists are one. */
interface Boundary extends Pick<BoundaryPart, 'family' | 'interface' | 'direction'> {
  readonly prefixes: BoundaryRule[];
  readonly lists: Set<Judged | undefined>;
}

/** Rules that several lists may have together: they are joined for each interface anew, and nobody joins long ones. */
const JOINED_LIMIT = 100;

function boundariesOf(statements: readonly Statement[], lists: Lists): BoundaryPart[] {
  const judged = new Map([...lists].map(([key, rules]) => [key, judgedOf(rules)]));
  const boundaries = new Map<string, Boundary>();
  for (const { family, interface: name, direction, what } of statements) {
    const key = `${family} ${name} ${direction}`;
    const where = { family, interface: name, ...(direction && { direction }) };
    const own: Boundary = boundaries.get(key) ?? { ...where, prefixes: [], lists: new Set() };
    boundaries.set(key, own);
    const groups = canonicalPrefix(what);
    if (groups !== undefined) own.prefixes.push({ groups, isPermitted: false });
    else own.lists.add(judged.get(`${family} ${what}`));
  }
  return [...boundaries.values()].flatMap(({ prefixes, lists: named, ...where }) => {
    const others = { groups: EVERYTHING[where.family], isPermitted: true };
    const ofPrefixes = prefixes.length === 0 ? undefined : [...prefixes, others];
    return [ofPrefixes, permittedByAny(named)].flatMap((rules) => (rules === undefined ? [] : [{ ...where, rules }]));
  });
}

/** `undefined`: none that is wholly understood. */
function judgedOf(list: Rules): Judged | undefined {
  const rules = list.filter((rule) => rule !== undefined);
  if (rules.length === 0 || rules.length < list.length) return undefined;
  const permitted = rules.slice(0, rules.findLastIndex((rule) => rule.isPermitted) + 1);
  return { rules, permitted: permitted.every((rule) => rule.isPermitted) ? permitted : undefined };
}

/** What any of the lists permits may pass: told of several only where each just permits. */
function permittedByAny(lists: ReadonlySet<Judged | undefined>): readonly BoundaryRule[] | undefined {
  const understood = [...lists].filter((list) => list !== undefined);
  if (understood.length < lists.size) return undefined;
  if (understood.length <= 1) return understood[0]?.rules;
  const permitting = understood.flatMap(({ permitted }) => (permitted === undefined ? [] : [permitted]));
  const count = permitting.reduce((sum, rules) => sum + rules.length, 0);
  return permitting.length < understood.length || count > JOINED_LIMIT ? undefined : permitting.flat();
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
