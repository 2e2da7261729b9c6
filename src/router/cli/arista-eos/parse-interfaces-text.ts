/**
 * Reads `show interfaces`, `show interfaces counters` and `show snmp mib ifmib ifindex` as text: what releases print that
 * have no JSON for them. Pure. An interface begins where a line is not indented; what nobody knows there stays unread.
 */

import type { CounterPart } from '../platform.ts';
import { canonicalPrefix, misunderstood } from '../tools/json.ts';
import { countIn, type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { answerIn } from './document.ts';
import { interfaceName } from './names.ts';
import type { ReadInterface } from './parse-interfaces.ts';

/** Lines that say nothing of what is asked here. */
const OTHER_LINES: readonly RegExp[] = [
  /^ *(?:Hardware is|Description:|Broadcast address|Member of|Full-duplex|Half-duplex|Auto-duplex|Up |Down |Loopback Mode|Active members)/,
  /^ *(?:No Internet protocol address|No IPv6 global|Directed broadcast|Interface is|Fallback mode|Bandwidth|BW \d)/,
  /^ *(?:Last clearing|\d+ (?:seconds?|minutes?) (?:in|out)put rate|\d+ link status changes)/,
  /^ *(?:\d+ (?:packets (?:in|out)put|runts|(?:in|out)put errors|late collision|PAUSE)|Received \d+ broadcasts|Sent \d+ broadcasts)/,
  /^ *(?:\.\.\. |Tunnel |Key |Hop limit|TTL|TOS|Path MTU|Address determined|Encapsulation|Vlan|Uses? )/,
  /^ *(?:Source interface|Listening on|Replication\/Flood|Remote MAC|VNI mapping|(?:Static|Dynamic) (?:VLAN|VRF)|Note:|Headend|MLAG|Multicast)/,
  /^ *(?:\[\d+, ?(?:\d+|[\w.:]+)\]|Use '|\d+ (?:[\dA-Fa-fx]+[.:]))/,
];

export function parseInterfacesText(
  output: string,
  command: string,
  notUnderstood: NotUnderstood = passOver,
): ReadInterface[] {
  const found: { name: string; ipv4: string[]; ipv6: string[]; mtu: number | undefined; isDown: boolean }[] = [];
  const last = () => found.at(-1);
  const ipv6 = (address: string | undefined, length: string | undefined) => {
    const prefix = canonicalPrefix(`${address}/${length}`);
    if (prefix?.includes(':')) last()?.ipv6.push(prefix);
  };
  const ipv4 = (text: string | undefined) => {
    const prefix = canonicalPrefix(text);
    if (prefix !== undefined && !prefix.includes(':')) last()?.ipv4.push(prefix);
  };
  const rules: readonly Rule[] = [
    [
      /^([A-Za-z][\w/.-]*) is (?:(administratively )|up|down|not).*, line protocol is /,
      ([, name, by]) =>
        found.push({ name: interfaceName(name!), ipv4: [], ipv6: [], mtu: undefined, isDown: by !== undefined }),
    ],
    [
      /^ *(?:Internet|(?:Virtual )?[Ss]econdary) address is (?:virtual )?([\d.]+\/\d+)(?=$|[ ,])/,
      ([, prefix]) => ipv4(prefix),
    ],
    [/^ *(?:Internet|(?:Virtual )?[Ss]econdary) address /, passOver], // determined by DHCP, and not there yet
    [/^ *IPv6 link-local address is (?:virtual )?([^\s/]+)\/(\d+)/, ([, address, length]) => ipv6(address, length)],
    [/^ *IPv6 global unicast address\(es\):$/, passOver],
    [/^ *([\dA-Fa-f:.]+), subnet is [^\s/]+\/(\d+)/, ([, address, length]) => ipv6(address, length)],
    [
      /^ *(?:IP |Ethernet )?MTU (\d{1,6}) bytes/,
      ([, mtu]) => {
        const own = last();
        if (own !== undefined) own.mtu = Number(mtu);
      },
    ],
    ...OTHER_LINES.map((pattern): Rule => [pattern, passOver]),
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  if (found.length === 0) throw misunderstood(output, command);
  return found;
}

/** `Ethernet1: Ifindex = 1`, by name. */
export function parseIndexes(
  output: string,
  command: string,
  notUnderstood: NotUnderstood = passOver,
): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  const rules: readonly Rule[] = [
    [
      /^ *(?:Interface *= *)?([A-Za-z][\w/.-]*)(?:[:,] *| +)(?:[Ii]f[Ii]ndex *[=:] *)?(\d{1,10})$/,
      ([, name, index]) => {
        const number = Number(index);
        if (number >= 1 && number < 2 ** 31) indexes.set(interfaceName(name!), number);
      },
    ],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  return indexes;
}

/** One table of what came in, one of what went out, each with its heading. */
export function parseCountersText(
  output: string,
  command: string,
  notUnderstood: NotUnderstood = passOver,
): CounterPart[] {
  const found = new Map<string, { interface: string; inPackets: string | null; outPackets: string | null }>();
  let columns: string[] = [];
  const rules: readonly Rule[] = [
    [/^ *Port +\S.*$/, ([line]) => (columns = line.trim().split(/ +/))],
    [/^[- ]+$/, passOver],
    [
      /^ *([A-Za-z][\w/.-]*\d) +\S.*$/,
      ([line, text]) => {
        const cells = line.trim().split(/ +/);
        if (cells.length !== columns.length) return notUnderstood(line);
        const name = interfaceName(text!);
        const own = found.get(name) ?? { interface: name, inPackets: null, outPackets: null };
        const cellOf = (heading: RegExp) => countIn(cells[columns.findIndex((column) => heading.test(column))]);
        own.inPackets ??= cellOf(/^InM(?:ulti)?castPkts$/i);
        own.outPackets ??= cellOf(/^OutM(?:ulti)?castPkts$/i);
        found.set(name, own);
      },
    ],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  if (columns.length === 0) throw misunderstood(output, command);
  return [...found.values()];
}
