/**
 * Reads `show mrib route` of IOS XR: the entries by which packets are forwarded, each with flags of its own and of its
 * interfaces (A = packets are accepted there, F = they are forwarded to it). Pure: text in, entries out, or a ReaderError.
 */
import { misunderstood } from '../tools/json.ts';
import { addressIn, type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { AROUND, checkAnswered, NOTHING } from './answer.ts';
import { linkIn } from './names.ts';
import { keyOf } from './parse-mfib.ts';

export interface MribEntry {
  readonly group: string;
  /** `null`: (*,G). */
  readonly source: string | null;
  readonly flags: ReadonlySet<string>;
  /** As it stands there: the source itself where it is connected. `undefined`: not told. */
  readonly rpfNeighbor: string | undefined;
  readonly uptime: string | undefined;
  /** All that are listed and are links, in order; one may be listed as incoming and as outgoing. */
  readonly interfaces: readonly MribInterface[];
}

export interface MribInterface {
  readonly name: string;
  readonly isIncoming: boolean;
  readonly flags: ReadonlySet<string>;
}

interface Building extends MribEntry {
  flags: ReadonlySet<string>;
  rpfNeighbor: string | undefined;
  uptime: string | undefined;
  readonly interfaces: MribInterface[];
}

/** Entries of single groups; those of ranges say what happens to groups that have none. */
export function parseMrib(output: string, command: string, notUnderstood?: NotUnderstood): MribEntry[] {
  checkAnswered(output, command);
  const entries = new Map<string, Building>();
  const state = { isHeaded: NOTHING.test(output), isIncoming: false, entry: undefined as Building | undefined };
  const rules: readonly Rule[] = [
    [/^ *IP(?:v6)? Multicast Routing Information Base/i, () => (state.isHeaded = true)],
    [
      // (S,G) RPF nbr: N Flags: F; IPv6 has all behind the bracket on the next line.
      /^ *\(([^,()\s]+), ?([^,()\s]+)\)(.*)$/,
      ([, source = '', group = '', rest = '']) => {
        state.isHeaded = true;
        state.isIncoming = false;
        state.entry = entryIn(entries, source, group);
        readAttributes(rest, state.entry);
      },
    ],
    [/^ *(?:Ver: \S+ +)?(?:RPF nbr:|Flags:)/, ({ input }) => readAttributes(input, state.entry)],
    [/^ *Incoming Interface List/i, () => (state.isIncoming = true)],
    [/^ *Outgoing Interface List/i, () => (state.isIncoming = false)],
    [
      /^ *Up: *([^\s,]+)/,
      ([, uptime]) => {
        if (state.entry !== undefined) state.entry.uptime ??= uptime;
      },
    ],
    [
      // Bundle-Ether1.100 (0/12/CPU0) Flags: F NS, Up: 5d22h
      /^ *([A-Za-z]\S*)(?: +\([^()]*\))? +Flags:([^,]*)/,
      ([, text = '', flags]) => {
        const name = linkIn(text);
        if (name !== undefined)
          state.entry?.interfaces.push({ name, isIncoming: state.isIncoming, flags: flagsIn(flags) });
      },
    ],
    ...AROUND,
    [/^ *(?:MVPN |MDT |MT |MoFRR|RPF-ID|PD|FGID|MGID|SR |Encap|Decap|TID|VRF|Routes? )/i, passOver],
  ];
  readLines(output, rules, notUnderstood);
  if (!state.isHeaded) throw misunderstood(output, command);
  return [...entries.values()];
}

/** One for each source and group, however often they are listed. */
function entryIn(entries: Map<string, Building>, sourceText: string, groupText: string): Building | undefined {
  const group = addressIn(groupText.replace(/\/(?:32|128)$/, ''));
  const source = sourceText === '*' ? null : addressIn(sourceText.replace(/\/(?:32|128)$/, ''));
  if (group === undefined || source === undefined) return undefined;
  const key = keyOf(source, group);
  const entry = entries.get(key) ?? entryOf(source, group);
  entries.set(key, entry);
  return entry;
}

function entryOf(source: string | null, group: string): Building {
  return { group, source, flags: new Set(), rpfNeighbor: undefined, uptime: undefined, interfaces: [] };
}

function readAttributes(text: string, entry: Building | undefined): void {
  if (entry === undefined) return;
  const neighbor = /RPF nbr: *([^\s,]+)/.exec(text)?.[1];
  const flags = /Flags:([^,]*)/.exec(text)?.[1];
  if (neighbor !== undefined) entry.rpfNeighbor = addressIn(neighbor);
  if (flags !== undefined) entry.flags = flagsIn(flags);
}

function flagsIn(text: string | undefined): ReadonlySet<string> {
  return new Set((text ?? '').split(' ').filter((flag) => flag !== ''));
}
