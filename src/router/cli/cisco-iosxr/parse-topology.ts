/**
 * Reads `show pim topology` of IOS XR: what PIM wants of an entry. Its mode, the RP, what it has told the upstream router
 * (JP: Join, Prune or nothing), where that is, and what the downstream interfaces have asked for. Pure; no error is thrown.
 */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import { addressIn, type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { AROUND } from './answer.ts';
import { linkIn } from './names.ts';

export interface TopologyEntry {
  readonly group: string;
  readonly source: string | null;
  /** An (S,G,rpt): what is wanted of the source's packets on the shared tree. */
  isRpt: boolean;
  /** `SM`, `SSM`, `BD`, `DM`. */
  mode: string | undefined;
  rp: string | undefined;
  /** `Join`, `Prune`, `Null` = nothing is wanted. */
  joinPrune: string | undefined;
  /** `undefined`: none, or a tunnel of PIM's own. */
  rpfInterface: string | undefined;
  /** `RPF: Null`: nobody is found. */
  hasNoRpf: boolean;
  rpfNeighbor: string | undefined;
  /** The source is on the RPF interface, or this is the RP. */
  isConnected: boolean;
  flags: ReadonlySet<string>;
  readonly interfaces: TopologyInterface[];
}

export interface TopologyInterface {
  readonly name: string;
  readonly isForwarding: boolean;
  /** `Join`, `Prune`, `LI`, `AS` ..., without the times in brackets. */
  readonly reasons: ReadonlySet<string>;
}

/** Modes by the names of the registry, which has none of its own for SSM and bidirectional PIM: both are PIM-SM without a part. */
const PROTOCOLS: ReadonlyMap<string, MulticastRoutingProtocol> = new Map([
  ['SM', 'pimSparseMode'],
  ['SSM', 'pimSparseMode'],
  ['BD', 'pimSparseMode'],
  ['DM', 'pimDenseMode'],
]);

export function protocolOf(mode: string | undefined): MulticastRoutingProtocol | undefined {
  return mode === undefined ? undefined : PROTOCOLS.get(mode);
}

export function parseTopology(output: string, notUnderstood?: NotUnderstood): TopologyEntry[] {
  const entries: TopologyEntry[] = [];
  let entry: TopologyEntry | undefined;
  let waiting: string | undefined;
  const addInterface = (text: string | undefined, state: string | undefined, reasons: string | undefined) => {
    const name = text === undefined ? undefined : linkIn(text);
    if (name !== undefined)
      entry?.interfaces.push({ name, isForwarding: state === 'fwd', reasons: reasonsIn(reasons) });
    waiting = undefined;
  };
  const rules: readonly Rule[] = [
    [
      // (10.1.0.2,232.1.1.1)SPT SSM Up: 00:16:32; IPv6 may have what follows on lines of its own.
      /^ *\(([^,()\s]+), ?([^,()\s]+)\)(.*)$/,
      ([, source = '', group = '', rest = '']) => {
        entry = entryOf(source, group);
        if (entry !== undefined) entries.push(entry);
        readAttributes(rest, entry);
      },
    ],
    [/^ *([A-Za-z]\S*) +\d\S* +(fwd|off)(.*)$/, ([, name, state, reasons]) => addInterface(name, state, reasons)],
    [/^ +\d\S* +(fwd|off)(.*)$/, ([, state, reasons]) => addInterface(waiting, state, reasons)],
    [/^ *(?:(?:SPT|RPT) |(?:SM|SSM|BD|DM) |JP: |RPF: |RP: |Flags:|Up: )/, ({ input }) => readAttributes(input, entry)],
    [/^ +([A-Za-z]\S*\d)$/, ([, name]) => (waiting = name)],
    ...AROUND,
    [/^ *(?:IP(?:v6)? PIM Multicast Topology|No interfaces in|RPF VRF:|RPF Table:|VRF: )/i, passOver],
    [/^ *(?:Cache:|MDT|c-multicast|RPF-redirect|Orig|Up: MT|Extranet|MVPN|No PIM topology)/i, passOver],
  ];
  readLines(output, rules, notUnderstood);
  return entries;
}

function entryOf(sourceText: string, groupText: string): TopologyEntry | undefined {
  const group = addressIn(groupText);
  const source = sourceText === '*' ? null : addressIn(sourceText);
  if (group === undefined || source === undefined) return undefined;
  return {
    group,
    source,
    isRpt: false,
    mode: undefined,
    rp: undefined,
    joinPrune: undefined,
    rpfInterface: undefined,
    hasNoRpf: false,
    rpfNeighbor: undefined,
    isConnected: false,
    flags: new Set(),
    interfaces: [],
  };
}

function readAttributes(text: string, entry: TopologyEntry | undefined): void {
  if (entry === undefined) return;
  const [, tree, mode] = /^ *(?:(SPT|RPT)\b)? *(?:(SM|SSM|BD|DM)\b)?/.exec(text) ?? [];
  if (tree === 'RPT') entry.isRpt = true;
  if (mode !== undefined) entry.mode = mode;
  const rp = /\bRP: *([^\s*,]+)/.exec(text)?.[1];
  if (rp !== undefined) entry.rp = addressIn(rp);
  const joinPrune = /\bJP: *([A-Za-z]+)/.exec(text)?.[1];
  if (joinPrune !== undefined) entry.joinPrune = joinPrune;
  const [, link, neighbor, star] = /\bRPF: *([^\s,]+), *([^\s,*]+)(\*?)/.exec(text) ?? [];
  if (link !== undefined) {
    entry.rpfInterface = linkIn(link);
    entry.hasNoRpf = /^null\d*$/i.test(link);
    entry.rpfNeighbor = addressIn(neighbor);
    entry.isConnected = star === '*';
  }
  const flags = /\bFlags:(.*)$/.exec(text)?.[1];
  if (flags !== undefined) entry.flags = reasonsIn(flags);
}

/** Words in capitals, each without its time: `KAT(00:03:16) RA RR`, `Join(00:02:55)`. */
function reasonsIn(text: string | undefined): ReadonlySet<string> {
  return new Set((text ?? '').split(' ').flatMap((word) => /^[A-Za-z0-9]+/.exec(word)?.[0] ?? []));
}
