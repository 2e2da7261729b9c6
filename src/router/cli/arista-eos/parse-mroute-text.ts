/**
 * Reads `show ip mroute ... detail` and its IPv6 twin as text. Pure.
 * Groups and sources are told apart by what they are, not by how far they are indented: a source is never multicast. What
 * follows a source is its own until the next address.
 */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import { isMulticast, parseAddress } from '../../../wire/address.ts';
import { misunderstood } from '../tools/json.ts';
import { addressIn, type NotUnderstood, passOver, type Rule, readLines, secondsIn } from '../tools/text.ts';
import { answerIn, isWithoutMulticast } from './document.ts';
import { interfaceName, isLink } from './names.ts';
import { type Entry, linkIn, protocolOfTable, rpIn, sourceIn } from './parse-mroute.ts';

type Draft = { -readonly [K in keyof Entry]: Entry[K] } & {
  forwarding: string[];
  excluded: { interface: string; reason: string }[];
};
/** What the lines of an entry are a list of; `undefined`: of nothing that is known. */
type List = 'forwarding' | 'excluded' | undefined;

/** Legends, headings, and facts of an entry that nothing here depends on. */
const OTHER_LINES: readonly RegExp[] = [
  /^(?:Flags|RPF route):? *(?:[A-Z*] - |$)/,
  /^ *[A-Z*] - \S/,
  /^ *VNI: \d/,
  /: *(?:True|False)$/,
  /^ *-[- ]*$/,
];

/** @param vrf whose entries are wanted, where the output has those of several */
export function parseMrouteText(
  output: string,
  command: string,
  vrf: string | undefined,
  notUnderstood: NotUnderstood = passOver,
): Entry[] {
  if (isWithoutMulticast(output)) return [];
  const found: Draft[] = [];
  let isAnswer = false;
  let isWanted = true;
  let protocol: MulticastRoutingProtocol = 'pimSparseMode';
  let group: string | undefined;
  let entry: Draft | undefined;
  let list: List;
  /** Whether the source is attached to another switch, and not to a neighbour of PIM. */
  let isOfMvpn = false;

  const begin = (source: string | null, attributes: string) => {
    list = undefined;
    entry = undefined;
    if (group === undefined) return;
    entry = draftOf(group, source, protocol, attributes);
    isOfMvpn = /\bflags: *[A-Z]*F/.test(attributes);
    if (isWanted) found.push(entry);
  };
  const fact = (read: (own: Draft, text: string) => void) => (match: RegExpExecArray) => {
    list = undefined;
    if (entry !== undefined) read(entry, match[1] ?? '');
  };

  const rules: readonly Rule[] = [
    [
      /^ *VRF: *(\S+)$/,
      ([, name]) => {
        isWanted = name === (vrf ?? 'default');
        entry = group = undefined;
      },
    ],
    [
      /^ *(\S.*) Multicast Routing Table\b/,
      ([, name]) => {
        isAnswer ||= isWanted;
        protocol = protocolOfTable(name!);
        entry = group = undefined;
      },
    ],
    ...OTHER_LINES.slice(0, 2).map((pattern): Rule => [pattern, passOver]),
    [
      /^ *Incoming interface: *(\S*)/,
      fact((own, name) => {
        isAnswer ||= isWanted;
        own.incoming = linkIn(name);
      }),
    ],
    [/^ *RPF route: *(\S.*)/, fact((own, route) => (own.upstream = isOfMvpn ? undefined : upstreamIn(route)))],
    [/^ *Outgoing interface list:/, () => (list = 'forwarding')],
    [/^ *Interfaces not in (?:the )?(?:OIL|outgoing interface list):/i, () => (list = 'excluded')],
    [/^ *Upstream joined state: *(\w+)/, fact((own, state) => (own.isJoined = isJoinedIn(state)))],
    [/^ *Upstream RPT joined state: *(\w+)/, fact((own, state) => (own.isRptPruned = state === 'upRptPruned'))],
    // What is to forward only when the DR fails has a list of its own (`pim ipv4 non-dr install-oifs`).
    [/^ *(?:State summarization macros|EVPN information for .*|Non-DR outgoing interface list):$/i, fact(passOver)],
    [
      /^ *[A-Za-z][A-Za-z-]{4,}(?: .*)?:$/, // `Ethernet3:` is no heading
      ([line]) => {
        list = undefined;
        notUnderstood(line);
      },
    ],
    ...OTHER_LINES.slice(2).map((pattern): Rule => [pattern, fact(passOver)]),
    [
      /^ *(\*|[\dA-Fa-f.:]+)(\/\d{1,3})?(?:, *(.*))?$/,
      ([line, text, length = '', attributes]) => {
        const address = addressIn(text);
        if (address !== undefined && isMulticast(parseAddress(address)!)) {
          group = /^\/(?:32|128)$|^$/.test(length) ? address : undefined;
          entry = undefined;
          if (attributes !== undefined) begin(null, attributes);
          return;
        }
        const source = sourceIn(text!);
        if (source === undefined) return notUnderstood(line);
        begin(source, attributes ?? '');
      },
    ],
    [
      /^ *([A-Za-z][\w/.-]*)\*?(?: +\([^)]*\))?(?:: *(.*))?$/,
      ([line, text, reason]) => {
        const name = interfaceName(text!);
        if (list === undefined || !/\d$|^(?:register|cpu|null|none)$/i.test(name)) return notUnderstood(line);
        if (entry === undefined || !isLink(name)) return;
        if (list === 'forwarding') entry.forwarding.push(name);
        else entry.excluded.push({ interface: name, reason: reason ?? '' });
      },
    ],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  if (!isAnswer) throw misunderstood(output, command);
  return found;
}

/** @param attributes `0:12:05, RP 10.0.0.2, flags: SP`, any of them missing */
function draftOf(
  group: string,
  source: string | null,
  multicastRoutingProtocol: MulticastRoutingProtocol,
  attributes: string,
): Draft {
  const [uptime = null] = attributes
    .split(',')
    .map((one) => secondsIn(one.trim()))
    .filter((one) => one !== null);
  return {
    group,
    source,
    multicastRoutingProtocol,
    rp: rpIn(/\bRP:? +([^\s,]+)/.exec(attributes)?.[1]),
    incoming: null,
    upstream: undefined,
    forwarding: [],
    excluded: [],
    isJoined: undefined,
    isRptPruned: false,
    uptimeSeconds: uptime,
  };
}

function isJoinedIn(state: string): boolean | undefined {
  if (/^up(?:Rpt)?Joined$/i.test(state)) return true;
  return /NotJoined$/i.test(state) ? false : undefined;
}

/**
 * `[U] 10.1.0.0/24 [110/20] via 10.34.0.3`; `[U] 10.1.0.0/24 [0/0]`, or with `[C]` and an address of the switch's own, is
 * connected. `[none]`, or another protocol's without `via`: behind EVPN.
 */
function upstreamIn(route: string): string | null | undefined {
  if (!/^\[[A-Z]\]/.test(route)) return undefined;
  if (/^\[[A-Z]\] ?\[C\]/.test(route)) return null;
  const via = /\bvia +([^\s,]+)/.exec(route)?.[1];
  if (via !== undefined) return addressIn(via);
  return /\[[1-9]\d*\/\d+\]/.test(route) ? undefined : null;
}
