/**
 * Reads PIM's tables, text in all releases: interfaces with their Designated Routers, neighbours, RPs. Pure.
 * Columns are told apart by what stands in them: their widths go with the longest name.
 */
import type { SnapshotRp } from '../../snapshot.ts';
import { canonicalPrefix, misunderstood, textOf } from '../json.ts';
import type { NeighborPart } from '../platform.ts';
import { addressIn, isNobody, type NotUnderstood, passOver, type Rule, readLines } from '../text.ts';
import { answerIn, ofVrf, parseDocument, rowsOf } from './document.ts';
import { interfaceName } from './names.ts';
import { type Candidate, chosenRps } from './rp-choice.ts';

export interface PimInterface {
  readonly name: string;
  /** `undefined` = nobody is elected. */
  readonly designatedRouter: string | undefined;
}

/** An address and an interface at the beginning of a row. */
const ROW = /^ *([\dA-Fa-f:.]+)(?:%\S+)? +([A-Za-z][\w/.-]*\*?)(?: +(\S.*))?$/;

/** What is over the columns of a table, in two lines, or before it. */
const HEADINGS: readonly RegExp[] = [
  /^ *(?:Address|Neighbor Address|Neighbor) +(?:Interface|Intf)\b/,
  /^ *(?:Count|Intvl|Neighbor|Hello|DR|Pri|Prio|Priority)(?: +(?:Count|Intvl|Neighbor|Hello|DR|Pri|Prio|Priority|Address))*$/,
  /^ *PIM Neighbor Table\b/,
];
/** What other tables have as well. */
const OTHER_LINES = /^ *PIM |^ *VRF|^-[- ]*$|^ *Flags:|^ *[A-Z*] - /;

export function parsePimInterfaces(
  output: string,
  command: string,
  notUnderstood: NotUnderstood = passOver,
): PimInterface[] {
  const found: PimInterface[] = [];
  readTable(output, command, notUnderstood, (_, name, rest) => {
    const addresses = rest.split(/ +/).map((word) => addressWithin(word));
    const elected = addresses.findLast((one) => one !== undefined);
    found.push({ name, designatedRouter: elected === undefined || isNobody(elected) ? undefined : elected });
  });
  return found;
}

export function parseNeighbors(
  output: string,
  command: string,
  notUnderstood: NotUnderstood = passOver,
): NeighborPart[] {
  const found: NeighborPart[] = [];
  readTable(output, command, notUnderstood, (address, name) => found.push({ address, interface: name }));
  return found;
}

/** A number is an address to nobody here. */
function addressWithin(word: string): string | undefined {
  return /[.:]/.test(word) ? addressIn(word) : undefined;
}

function readTable(
  output: string,
  command: string,
  notUnderstood: NotUnderstood,
  read: (address: string, name: string, rest: string) => void,
): void {
  let isTable = false;
  const rules: readonly Rule[] = [
    ...HEADINGS.map((pattern): Rule => [pattern, () => (isTable = true)]),
    [OTHER_LINES, passOver],
    [
      ROW,
      ([line, text, name, rest = '']) => {
        const address = addressWithin(text!);
        if (address === undefined) return notUnderstood(line);
        isTable = true;
        read(address, interfaceName(name!), rest);
      },
    ],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  if (!isTable) throw misunderstood(output, command);
}

/** `show pim ipv4 neighbor | json`. Of IPv6 it could not tell two links apart: see commands.ts. */
export function parseNeighborDocument(output: string, command: string, vrf: string | undefined): NeighborPart[] {
  const table = ofVrf(parseDocument(output, command), vrf);
  return rowsOf(table, 'neighbors', output, command).flatMap(([key, row]) => {
    const address = addressIn(textOf(row, 'address') ?? key);
    const name = textOf(row, 'intf') ?? textOf(row, 'interface');
    return address === undefined || name === undefined ? [] : [{ address, interface: interfaceName(name) }];
  });
}

/** The RP of each range of groups, candidates that are not chosen left out. */
export function parseRps(output: string, command: string, notUnderstood: NotUnderstood = passOver): SnapshotRp[] {
  const candidates: Candidate[] = [];
  let isAnswer = false;
  let groups: string | undefined;
  const rules: readonly Rule[] = [
    [
      /^ *Group: *([^\s,]+)/,
      ([, text]) => {
        isAnswer = true;
        groups = canonicalPrefix(text);
      },
    ],
    [
      /^ *RP: *([^\s,]+)/,
      ([, text]) => {
        const address = addressIn(text);
        if (groups === undefined || address === undefined) return;
        candidates.push({ groups, address, isOverriding: false, isStatic: false, priority: 0 });
      },
    ],
    [
      /^ *(?:Uptime|Expires|Priority|Override|Hold ?[Tt]ime|Info|Via|Mode|Interface|Hash\w*)\b/,
      ({ input: line }) => {
        const last = candidates.at(-1);
        if (last === undefined) return;
        last.priority = Number(/\bPriority: *(\d{1,3})\b/.exec(line)?.[1] ?? last.priority);
        last.isStatic ||= /\bExpires: *never\b|\bstatic\b/i.test(line);
        last.isOverriding ||= /\bOverride: *True\b/i.test(line);
      },
    ],
    [/^ *(?:The )?PIM |^ *VRF|RP [Ss]et|Bidirectional|Sparse/, () => (isAnswer = true)],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  if (!isAnswer) throw misunderstood(output, command);
  return chosenRps(candidates);
}
