/**
 * Reads the forwarder's entries: `show multicast route extensive`. Junos makes one for each source that it hears or that
 * somebody has joined, none for (*,G), and for bidirectional PIM one for (*, range). Pure.
 */
import { countIn, type NotUnderstood } from '../tools/text.ts';
import type { Asked } from './asked.ts';
import { type Field, fieldsOf, isWithin } from './element.ts';
import { type Output, partsOf } from './output.ts';
import { askedRecords, DOWNSTREAM, firstValue, sourceOf } from './records.ts';
import { routeFields } from './text-fields.ts';
import { ageIn, isLink, unitsIn } from './values.ts';

export interface Entry {
  /** `null`: of all sources. */
  readonly source: string | null;
  /** `null`: the router itself, or what is no interface. */
  readonly incoming: string | null;
  /** Without registers and the router itself; those that the router calls pruned are. */
  readonly outgoing: readonly { readonly interface: string; readonly isPruned: boolean }[];
  readonly packets: string | null;
  /** Whether packets are forwarded; `undefined`: not told. */
  readonly state: 'forwarding' | 'pruned' | 'inactive' | undefined;
  /** `PIM`, `DVMRP`, `MVPN`, `Multicast` */
  readonly protocol: string;
  readonly uptimeSeconds: number | null;
}

/** @throws ReaderError */
export function parseEntries(output: Output, asked: Asked, notUnderstood?: NotUnderstood): Entry[] {
  const parts = partsOf(output, ['multicast-route-information']);
  const fields = parts?.flatMap((part) => fieldsOf(part)) ?? routeFields(output, notUnderstood);
  const found = new Map<string | null, Ranged>();
  for (const { record, length } of askedRecords(fields, 'multicast-route', asked, output)) {
    const source = sourceOf(record);
    if (source === undefined) continue;
    const one = { length, entry: entryOf(source, record) };
    const other = found.get(source);
    if (other === undefined || isBefore(one, other)) found.set(source, one);
  }
  return Array.from(found.values(), ({ entry }) => entry);
}

interface Ranged {
  /** Of the range of groups that it is of. */
  readonly length: number;
  readonly entry: Entry;
}

/** Of several routing engines those that stand by have entries that count nothing. */
function isBefore(one: Ranged, other: Ranged): boolean {
  if (one.length !== other.length) return one.length > other.length;
  return BigInt(one.entry.packets ?? 0) > BigInt(other.entry.packets ?? 0);
}

function entryOf(source: string | null, record: readonly Field[]): Entry {
  const uptime = record.find(({ name }) => /uptime$/.test(name));
  return {
    source,
    incoming: incomingOf(record),
    outgoing: outgoingOf(record),
    packets: packetsOf(record),
    state: stateOf(record),
    // With tags its label is in the value, too: `Upstream protocol: PIM`.
    protocol: firstValue(record, /^upstream-protocol$/)?.replace(/^Upstream protocol: */i, '') ?? '',
    uptimeSeconds: uptime === undefined ? null : ageIn(uptime),
  };
}

/** Of several for one source (multicast-only fast reroute) the primary one; where none is called so, the first. */
function incomingOf(record: readonly Field[]): string | null {
  const units = record.flatMap((field) => {
    const { name, value } = field;
    const isUpstream =
      /^upstream-(?:rpf-)?interface/.test(name) || (/interface/.test(name) && isWithin(field, /^upstream/));
    return isUpstream ? unitsIn(value) : [];
  });
  return (units.find(({ note }) => /^p(?:rimary)?$/i.test(note)) ?? units[0])?.name ?? null;
}

/** Of several neighbours on one interface (point to multipoint) one is enough that is not pruned. */
function outgoingOf(record: readonly Field[]): Entry['outgoing'] {
  const found = new Map<string, boolean>();
  for (const field of record) {
    const { name, value } = field;
    const isDownstream = /^downstream-interface/.test(name) || isWithin(field, DOWNSTREAM);
    if (!isDownstream || !/interface/.test(name)) continue;
    for (const unit of unitsIn(value)) {
      if (isLink(unit.name)) found.set(unit.name, (found.get(unit.name) ?? true) && /prun/i.test(unit.note));
    }
  }
  return [...found].map(([name, isPruned]) => ({ interface: name, isPruned }));
}

/** `8 kBps, 100 pps, 45272 packets`, or a field of their own; not a rate. */
function packetsOf(record: readonly Field[]): string | null {
  for (const { name, value } of record) {
    const [, inText] = /statistics/.test(name) ? (/(\d{1,20}) packets/.exec(value) ?? []) : [];
    const own = /packet/.test(name) && !/rate|pps|second|wrong|mismatch/.test(name) ? value : undefined;
    const count = countIn(inText ?? own);
    if (count !== null) return count;
  }
  return null;
}

function stateOf(record: readonly Field[]): Entry['state'] {
  if (/inactive/i.test(firstValue(record, /^(?:multicast-)?route-state$/) ?? '')) return 'inactive';
  const state = firstValue(record, /forwarding-state$/) ?? '';
  if (/^prun/i.test(state)) return 'pruned';
  return /^forward/i.test(state) ? 'forwarding' : undefined;
}
