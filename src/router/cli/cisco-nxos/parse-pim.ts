/**
 * Reads what PIM says: neighbours, Designated Routers, RPs, and which groups have none. `pim` and `pim6` print alike, but
 * with longer addresses, which then have a line of their own. `pim border` is no boundary: it stops messages about RPs, and
 * no group. Pure.
 */
import type { SnapshotRp } from '../../snapshot.ts';
import type { NeighborPart } from '../platform.ts';
import { ofNobody, ofOneRp } from '../tools/cisco-rps.ts';
import { canonicalPrefix } from '../tools/json.ts';
import { addressIn, isNobody, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { interfaceName } from './names.ts';
import { type Asked, DEFAULT_VRF, readSections } from './sections.ts';
import { documentIn, rowsOf } from './structure.ts';

/** PIM6 has none of these where its process does not run. */
const NOT_RUNNING: Rule = [/^\s*Note: +process currently not running/i, passOver];

/** As JSON or as text. Without neighbours there is no JSON at all. */
export function parseNeighbors(output: string, asked: Asked, notUnderstood?: NotUnderstood): NeighborPart[] {
  if (output.trim() === '') return [];
  const document = documentIn(output, asked.command);
  return document === undefined ? neighborsInText(output, asked, notUnderstood) : neighborsInJson(document, asked);
}

function neighborsInJson(document: unknown, { vrf = DEFAULT_VRF }: Asked): NeighborPart[] {
  return rowsOf(document, 'neighbor').flatMap((row): NeighborPart[] => {
    const address = addressIn(row.text('nbr-addr'));
    const name = row.text('if-name') ?? '';
    const isOurs = (row.text('vrf-name') ?? row.text('out-vrf-name') ?? vrf) === vrf;
    return address === undefined || name === '' || !isOurs ? [] : [{ address, interface: interfaceName(name) }];
  });
}

function neighborsInText(output: string, asked: Asked, notUnderstood?: NotUnderstood): NeighborPart[] {
  const neighbors: NeighborPart[] = [];
  let pending: string | undefined;
  const add = (text: string | undefined, name: string) => {
    const address = addressIn(text);
    if (address !== undefined) neighbors.push({ address, interface: interfaceName(name) });
  };
  const rules: Rule[] = [
    [
      /^\s*([0-9a-fA-F.:]+)\s+([A-Za-z][\w./-]*\d)(?=\s|$)/,
      ([, address, name]) => {
        pending = undefined;
        add(address, name!);
      },
    ],
    [
      /^\s+([A-Za-z][\w./-]*\d) +[\w:.]+ +[\w:.]+/,
      ([, name]) => {
        add(pending, name!);
        pending = undefined;
      },
    ],
    // Too long for its column; or another one of the neighbour above.
    [
      /^\s*([0-9a-fA-F.:]+)$/,
      ([, address]) => {
        pending = address;
      },
    ],
    [/^[0-9a-fA-F.:,\s]+$/, passOver],
    // The rest of a neighbour whose name fills its line.
    [/^\s+(?:[\d:.]+|\w+)\s+(?:\d\d:\d\d:\d\d|never)\s/, passOver],
    [/^\s*Secondary address/i, passOver],
    [/^\s*(?:Neighbor|Priority|Capable|State|ECMP|DR|no$|yes$|n\/a)/i, passOver],
    NOT_RUNNING,
  ];
  readSections(output, asked, rules, notUnderstood);
  return neighbors;
}

export interface PimInterfaces {
  readonly names: readonly string[];
  readonly designatedRouters: readonly NeighborPart[];
}

export function parsePimInterfaces(output: string, asked: Asked, notUnderstood?: NotUnderstood): PimInterfaces {
  if (output.trim() === '') return { names: [], designatedRouters: [] };
  const names: string[] = [];
  const designatedRouters: NeighborPart[] = [];
  const rules: Rule[] = [
    [/^\s*([A-Za-z][\w./-]*), Interface status: /, ([, name]) => names.push(interfaceName(name!))],
    [
      /^\s*PIM6? DR: ?([0-9a-fA-F.:]+)/,
      ([, text]) => {
        const address = addressIn(text);
        const name = names.at(-1);
        if (address === undefined || name === undefined || isNobody(address)) return;
        designatedRouters.push({ address, interface: name });
      },
    ],
    [/^\s*(?:PIM6? |IP address:|IPv6 address:|IP unnumbered|[0-9a-fA-F.:]+\/\d+)/, passOver],
    [
      /^\s+(?:General|Errors|Hellos|Grafts|DF-Offers|Checksum|Authentication|Packet|Invalid|JPs|Assert|\(\*,G\))/,
      passOver,
    ],
    [/^\s+(?:Null-Register|Register|BSR|RP |Auto-RP|Interface|IPv6 link-local|vPC|Border)/i, passOver],
    NOT_RUNNING,
  ];
  readSections(output, asked, rules, notUnderstood);
  return { names, designatedRouters };
}

interface Rp {
  readonly address: string;
  isOfBsr: boolean;
  priority: number;
}

interface RpRow {
  readonly groups: string;
  readonly rp: Rp;
}

/**
 * Static ones, those of Auto-RP and of the BSR: one row for each of their group ranges. A range that one denies, and no other one
 * has, is of nobody.
 */
export function parseRps(output: string, asked: Asked, notUnderstood?: NotUnderstood): SnapshotRp[] {
  const rows: RpRow[] = [];
  const denied = new Set<string>();
  let rp: Rp | undefined;
  /** What is told on lines below the RP, the ranges' own among them. */
  const learn = (line: string) => {
    if (rp === undefined) return;
    rp.isOfBsr ||= /\bRP-source: .*\(B\)/.test(line);
    rp.priority = Number(/\bpriority: ?(\d{1,5})\b/.exec(line)?.[1] ?? rp.priority);
  };
  const rules: Rule[] = [
    [
      /^\s*RP: ?([0-9a-fA-F.:]+)\*?,/,
      ([, text]) => {
        const address = addressIn(text);
        rp = address === undefined ? undefined : { address, isOfBsr: false, priority: 0 };
      },
    ],
    [
      /^(?:.*group[- ]ranges:)?\s*([0-9a-fA-F.:]+\/\d+.*)$/,
      ([line, ranges]) => {
        learn(line);
        if (rp === undefined) return;
        for (const { groups, isDenied } of rangesIn(ranges!)) {
          if (isDenied) denied.add(groups);
          else rows.push({ groups, rp });
        }
      },
    ],
    [/group[- ]ranges:/, ({ input }) => learn(input)],
    [
      /^\s*Anycast-RP /,
      () => {
        rp = undefined;
      },
    ],
    [/^\s*(?:RP-source|uptime:|priority:)/i, ({ input }) => learn(input)],
    [/^\s*(?:BSR|Auto-RP|Next |expires|Null-Register|RP )/i, passOver],
    [/^\s*[0-9a-fA-F.:]+\*?(?: |$)/, passOver], // members of an anycast RP
    NOT_RUNNING,
  ];
  readSections(output, asked, rules, notUnderstood);
  for (const { groups } of rows) denied.delete(groups);
  const isTaken = takenOfBsr(rows.filter((row) => row.rp.isOfBsr));
  const rps = rows.filter(isTaken).map(({ groups, rp: { address } }) => ({ groups, address }));
  return [...ofOneRp(rps), ...[...denied].map(ofNobody)];
}

/** Of a BSR's RPs for the same groups those of the lowest priority. */
function takenOfBsr(rows: readonly RpRow[]): (row: RpRow) => boolean {
  const lowest = new Map<string, number>();
  for (const { groups, rp } of rows) lowest.set(groups, Math.min(rp.priority, lowest.get(groups) ?? rp.priority));
  return ({ groups, rp }) => !rp.isOfBsr || rp.priority === lowest.get(groups);
}

interface GroupRange {
  readonly groups: string;
  isDenied: boolean;
}

/** `224.0.0.0/4 (bidir), expires: 00:02:10 (B)`, `232.0.0.0/8 (deny)`, or several of them on one line. */
function rangesIn(text: string): GroupRange[] {
  const found: GroupRange[] = [];
  for (const word of text.split(/[\s,]+/)) {
    const groups = word.includes('/') ? canonicalPrefix(word) : undefined;
    if (groups !== undefined) found.push({ groups, isDenied: false });
    else if (/^\(?deny/i.test(word)) Object.assign(found.at(-1) ?? {}, { isDenied: true });
  }
  return found;
}

/** Of nobody: SSM's. The action may be missing; what stands behind the mode does not matter. */
export function parseSsmRanges(output: string, asked: Asked, notUnderstood?: NotUnderstood): SnapshotRp[] {
  const ranges = new Set<string>();
  let pending = '';
  const add = (range: string, action: string | undefined, mode: string | undefined) => {
    pending = '';
    if (mode?.toUpperCase() === 'SSM' && action?.toLowerCase() !== 'deny') ranges.add(range);
  };
  const rules: Rule[] = [
    [
      /^\s*([0-9a-fx.:]+\/\d+)\s+(?:(\S+)\s+)?(SSM|ASM|Bidir)(?=\s|$)/i,
      ([, range, action, mode]) => add(range!, action, mode),
    ],
    // Too long for its column.
    [
      /^\s*([0-9a-fx.:]+\/\d+)$/i,
      ([, range]) => {
        pending = range!;
      },
    ],
    [/^\s+(?:(\S+)\s+)?(SSM|ASM|Bidir)(?=\s|$)/i, ([, action, mode]) => add(pending, action, mode)],
    [/^\s*Group-range\s/i, passOver],
    NOT_RUNNING,
  ];
  readSections(output, asked, rules, notUnderstood);
  return [...ranges]
    .flatMap(ofEachScope)
    .flatMap((range) => canonicalPrefix(range) ?? [])
    .map(ofNobody);
}

/** SSM's range of IPv6, `ff3x::/32` or the part of it that is in use, `/96`: x may be any scope (RFC 4607). */
function ofEachScope(range: string): string[] {
  const isOfAnyScope = /^ff3x::\/(?:32|96)$/i.test(range);
  return isOfAnyScope ? [...'0123456789abcdef'].map((scope) => range.replace(/x/i, scope)) : [range];
}
