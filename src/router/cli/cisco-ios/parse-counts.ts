/**
 * Reads packet counts: of entries (`show ip mroute G count`, `show ip mfib`, `show ipv6 mfib`, with and without `count`), and of
 * interfaces (`show ip pim interface count`). Pure: text in, counts out, or a ReaderError.
 */

import type { CounterPart, RoutePart } from '../platform.ts';
import { canonicalPrefix } from '../tools/json.ts';
import { addressIn, countIn, countOf, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { interfaceName } from './names.ts';
import { readOutput } from './output.ts';

/** `null` = not known. By `entryKey`. */
export type RouteCounts = ReadonlyMap<string, string | null>;

export function entryKey(source: string | null, group: string): string {
  return `${source ?? '*'} ${group}`;
}

/** The entries with the packets that were forwarded of each. */
export function withCounts(routes: readonly RoutePart[], counts: RouteCounts): RoutePart[] {
  return routes.map((route) => ({ ...route, packets: counts.get(entryKey(route.source, route.group)) ?? null }));
}

/** One entry's: software and hardware forward packets of their own. */
class Count {
  readonly #isInHardware: boolean;
  #packets = 0n;
  #isKnown: boolean | undefined;

  constructor(isInHardware: boolean) {
    this.#isInHardware = isInHardware;
  }

  /** `NA` of hardware is nothing where the entry is not there, and not known where it is. */
  add(part: string | undefined, count: string): void {
    const packets = countIn(count);
    if (packets === null && part === 'HW' && !this.#isInHardware) return;
    this.#isKnown = packets !== null && this.#isKnown !== false;
    this.#packets += BigInt(packets ?? 0);
  }

  get total(): string | null {
    return this.#isKnown === true ? countOf(this.#packets) : null;
  }
}

export function parseRouteCounts(output: string, command: string, notUnderstood?: NotUnderstood): RouteCounts {
  const counts = new Map<string, Count>();
  let group: string | undefined;
  let current: Count | undefined;
  const begin = (source: string | null | undefined, isInHardware: boolean) => {
    current = group === undefined || source === undefined ? undefined : new Count(isInHardware);
    if (current !== undefined) counts.set(entryKey(source!, group!), current);
  };
  readOutput(
    output,
    [
      [
        /^ *Group: *([^\s,]+)/,
        ([, text]) => {
          group = groupIn(text);
          current = undefined;
        },
      ],
      [
        /^ *(?:RP-tree[:,]|Source:) *(.*)$/,
        ([line, rest]) => {
          const [, source, count = rest] = line.trimStart().startsWith('S')
            ? (/^([^\s,]+),? *(.*)$/.exec(rest!) ?? [])
            : [];
          begin(source === undefined ? null : sourceIn(source), false);
          const packets = /^(?:Forwarding: *)?(\w+)\//.exec(count!)?.[1];
          if (packets !== undefined) current?.add(undefined, packets);
        },
      ],
      [
        /^ *\((\*|[^,()* ]+), ?([^,() ]+)\) Flags:(.*)$/,
        ([, source, text, flags]) => {
          group = groupIn(text);
          begin(source === '*' ? null : sourceIn(source!), /\bHW\b/.test(flags!));
        },
      ],
      [/^ *(?:(SW|HW) )?Forw(?:arding|d): *([^/\s]+)\//, ([, part, count]) => current?.add(part, count!)],
      ...PASSED_OVER,
    ],
    { command, notUnderstood },
  );
  return new Map([...counts].map(([key, count]) => [key, count.total]));
}

const PASSED_OVER: readonly Rule[] = [
  // Interfaces of an MFIB entry, and theirs: how a packet leaves is not counted for it.
  [/^ *\S.* Flags:/, passOver],
  [/^ *(?:Pkts|Last asserted on): ?/, passOver],
  [/^ *(?:Default|VRF \S+)$/, passOver],
  [/\bnot found\b|^No .*\b(?:found|entries)\b|\bis not enabled\b/i, passOver],
  [/^(?:IP )?Multicast (?:Statistics|Forwarding Information Base)/i, passOver],
  [/^Use "show |^ *\d+ (?:routes|groups)\b|^Groups: |^ *Tot(?:als|\. shown)\b/i, passOver],
  [/^(?:Forwarding|Other|I\/O Item|Interface) counts: ?/i, passOver],
  // Legends.
  [/\s-\s+\S/, passOver],
];

/** A range stays one; it is no group's entry. */
function groupIn(text: string | undefined): string | undefined {
  return canonicalPrefix(text)?.replace(/\/(?:32|128)$/, '');
}

function sourceIn(text: string): string | undefined {
  return addressIn(text.replace(/\/.*$/, ''));
}

/** Long names push what follows to the right, or onto a line of its own. */
export function parseInterfaceCounts(output: string, command: string, notUnderstood?: NotUnderstood): CounterPart[] {
  const counters: CounterPart[] = [];
  let name: string | undefined;
  const add = (last: string | undefined) => {
    const [, inPackets, outPackets] = /^(\w+)\/(\w+)$/.exec(last ?? '') ?? [];
    if (name === undefined || inPackets === undefined) return;
    counters.push({ interface: interfaceName(name), inPackets: countIn(inPackets), outPackets: countIn(outPackets) });
    name = undefined;
  };
  readOutput(
    output,
    [
      [
        /^\d+\.\d+\.\d+\.\d+ +(\S+)(.*)$/,
        ([, text, rest]) => {
          name = text;
          add(lastOf(rest!));
        },
      ],
      [/^ (?:.* )?([^\s/]+\/\S+)$/, ([, last]) => add(last)],
      [/^Address +Interface\b/, passOver],
      [/^State: |\s-\s+\S/, passOver],
    ],
    { command, notUnderstood, mayBeEmpty: true },
  );
  return counters;
}

function lastOf(line: string): string | undefined {
  return line.split(' ').at(-1);
}
