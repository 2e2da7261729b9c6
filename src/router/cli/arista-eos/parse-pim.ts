/**
 * Reads PIM's tables, text in all releases: interfaces with their Designated Routers, neighbours, RPs. Pure.
 * Columns are told apart by what stands in them: their widths go with the longest name.
 */
import type { Family } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import type { NeighborPart } from '../platform.ts';
import { canonicalPrefix, misunderstood } from '../tools/json.ts';
import { addressIn, isNobody, type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { answerIn, isWithoutMulticast } from './document.ts';
import { interfaceName } from './names.ts';
import { type Candidate, chosenRps } from './rp-choice.ts';

export interface PimInterface {
  readonly name: string;
  /** `undefined` = nobody is elected. */
  readonly designatedRouter: string | undefined;
}

/** An address and an interface at the beginning of a row. */
const ROW = /^ *([\dA-Fa-f:.]+)(?:%\S+)? +([A-Za-z][\w/.-]*\*?)(?: +(\S.*))?$/;

/** What is over the columns: each table has one of its own. */
const INTERFACES = /^ *Address +(?:Interface|Intf)\b/;
const NEIGHBORS = /^ *Neighbor(?: Address)? +(?:Interface|Intf)\b/;
/** The second line of a heading, and what other tables have as well. */
const OTHER_LINES: readonly RegExp[] = [
  /^ *(?:Count|Intvl|Neighbor|Hello|DR|Pri|Prio|Priority)(?: +(?:Count|Intvl|Neighbor|Hello|DR|Pri|Prio|Priority|Address))*$/,
  /^ *PIM |^ *VRF|^-[- ]*$|^ *Flags:|^ *[A-Z*] - /,
];

export function parsePimInterfaces(
  output: string,
  command: string,
  family: Family,
  notUnderstood: NotUnderstood = passOver,
): PimInterface[] {
  return rowsIn(output, command, { heading: INTERFACES, family }, notUnderstood).map(({ name, rest }) => {
    const addresses = rest.split(/ +/).map((word) => addressWithin(word));
    const elected = addresses.findLast((one) => one !== undefined);
    return { name, designatedRouter: elected === undefined || isNobody(elected) ? undefined : elected };
  });
}

export function parseNeighbors(
  output: string,
  command: string,
  family: Family,
  notUnderstood: NotUnderstood = passOver,
): NeighborPart[] {
  const rows = rowsIn(output, command, { heading: NEIGHBORS, family }, notUnderstood);
  return rows.map(({ address, name }) => ({ address, interface: name }));
}

/** A number is an address to nobody here. */
function addressWithin(word: string): string | undefined {
  return /[.:]/.test(word) ? addressIn(word) : undefined;
}

interface Row {
  readonly address: string;
  readonly name: string;
  /** What stands behind the interface. */
  readonly rest: string;
}

function rowsIn(
  output: string,
  command: string,
  { heading, family }: { readonly heading: RegExp; readonly family: Family },
  notUnderstood: NotUnderstood,
): Row[] {
  if (isWithoutMulticast(output)) return [];
  const found: Row[] = [];
  let isTable = false;
  const rules: readonly Rule[] = [
    [heading, () => (isTable = true)],
    ...OTHER_LINES.map((pattern): Rule => [pattern, passOver]),
    [
      ROW,
      ([line, text, name, rest = '']) => {
        const address = addressWithin(text!);
        if (address === undefined) return notUnderstood(line);
        found.push({ address, name: interfaceName(name!), rest });
      },
    ],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  const isOther = areOfOther(
    family,
    found.map(({ address }) => address),
  );
  if (!isTable || isOther) throw misunderstood(output, command);
  return found;
}

/** Whether all that an output tells is of the other family, in whose table the columns are the same. */
function areOfOther(family: Family, addresses: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every((one) => one.includes(':') !== (family === 6));
}

/** The RP of each range of groups, candidates that are not chosen left out. */
export function parseRps(
  output: string,
  command: string,
  family: Family,
  notUnderstood: NotUnderstood = passOver,
): SnapshotRp[] {
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
    [/\bRP [Ss]et\b/, () => (isAnswer = true)],
    [/^ *PIM |^ *VRF|Bidirectional|Sparse/, passOver],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  const isOther = areOfOther(
    family,
    candidates.map(({ groups: range }) => range),
  );
  if (!isAnswer || isOther) throw misunderstood(output, command);
  return chosenRps(candidates);
}
