/**
 * Reads PIM's state of a group: `show pim join extensive`. Of (*,G) it is the only view, of (S,G) it tells the upstream
 * neighbour, what was sent there, and what is asked for downstream. Pure.
 */
import { addressIn, type NotUnderstood } from '../text.ts';
import type { Asked } from './asked.ts';
import { type Field, fieldsOf, isWithin } from './element.ts';
import { type Output, partsOf } from './output.ts';
import { DOWNSTREAM, firstValue, isOfGroup, recordsOf, sourceOf } from './records.ts';
import { joinFields } from './text-fields.ts';
import { ageIn, isLink, ofSection, unitIn, unitsIn } from './values.ts';

export interface JoinEntry {
  readonly source: string | null;
  readonly rp: string | null;
  /** `null`: the router itself, or what is no interface (`Through BGP`). */
  readonly incoming: string | null;
  /** `null` = connected, or the router itself; `undefined` = none that has an address. */
  readonly upstream: string | null | undefined;
  /** What was sent upstream, as in `Join to Source, Prune to RP`, in small letters. */
  readonly upstreamState: string;
  /** `sparse,spt`, in small letters. */
  readonly flags: string;
  /** Whether anybody wants the packets there: each interface once. */
  readonly downstream: ReadonlyMap<string, 'joined' | 'pruned' | 'notForwarding'>;
  readonly uptimeSeconds: number | null;
}

/** @throws ReaderError */
export function parseJoins(output: Output, asked: Asked, notUnderstood?: NotUnderstood): JoinEntry[] {
  const parts = partsOf(output, ['pim-join-information']);
  const fields = parts?.flatMap((part) => fieldsOf(part)) ?? joinFields(output, notUnderstood);
  const entries = new Map<string | null, JoinEntry>();
  for (const record of recordsOf(ofSection(fields, asked.family, asked.vrf), 'join-group')) {
    const source = sourceOf(record);
    if (source === undefined || !isOfGroup(record, asked.group) || entries.has(source)) continue;
    entries.set(source, joinEntryOf(source, record));
  }
  return [...entries.values()];
}

function joinEntryOf(source: string | null, record: readonly Field[]): JoinEntry {
  const own = record.filter((field) => !isWithin(field, /^(?:downstream|bidirectional-accepting|accepting)/));
  const uptime = own.find(({ name }) => /uptime$/.test(name));
  return {
    source,
    rp: addressIn(firstValue(own, /^(?:[a-z-]+-)?(?:rp|rendezvous-point)(?:-address)?$/)) ?? null,
    incoming: unitIn(firstValue(own, /^(?:active-)?upstream-interface(?:-name)?$/) ?? ''),
    upstream: neighborIn(firstValue(own, /^(?:active-)?upstream-neighbor(?:-address)?$/)),
    upstreamState: wordsOf(own, /^upstream-state/),
    flags: wordsOf(own, /^(?!upstream)(?:[a-z-]+-)?flags$/),
    downstream: downstreamOf(record),
    uptimeSeconds: uptime === undefined ? null : ageIn(uptime),
  };
}

/** `10.1.1.1`, `10.1.1.1 (assert winner)`, `(assert winner) 10.1.1.1`. */
function neighborIn(text: string | undefined): string | null | undefined {
  if (text === undefined) return undefined;
  if (/^(?:direct|local)\b/i.test(text)) return null;
  for (const word of text.split(/[\s,()]+/)) {
    const address = addressIn(word);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** What fields of the name say, in words, or as empty fields below (`<join-to-source/>`). */
function wordsOf(fields: readonly Field[], name: RegExp): string {
  return fields
    .flatMap((field) => {
      if (field.value !== '') return name.test(field.name) || isWithin(field, name) ? [field.value] : [];
      return isWithin(field, name) ? [field.name.replaceAll('-', ' ')] : [];
    })
    .join(',')
    .toLowerCase();
}

/**
 * An interface with several neighbours is pruned only when none of them has joined. One without any is one of members,
 * as all those are that stand for a pseudo interface.
 */
function downstreamOf(record: readonly Field[]): JoinEntry['downstream'] {
  const found = new Map<string, Downstream>();
  let current: Downstream[] = [];
  for (const field of record) {
    if (!isWithin(field, DOWNSTREAM)) continue;
    const { name, value } = field;
    if (/interface(?:-name)?$/.test(name)) {
      current = unitsIn(value).flatMap((unit) => {
        if (!isLink(unit.name)) return [];
        const one = found.get(unit.name) ?? { joins: 0, prunes: 0, isLoser: false };
        found.set(unit.name, one);
        note(one, unit.note);
        return [one];
      });
    } else {
      const isElement = value === '' && /^(?:join|prune|pruned|assert-loser)$/.test(name);
      const said = isElement ? name : /state|status|flags/.test(name) ? value : '';
      for (const one of current) note(one, said);
    }
  }
  return new Map(
    [...found].map(([name, { joins, prunes, isLoser }]) => {
      if (joins === 0 && prunes > 0) return [name, 'pruned'];
      return [name, isLoser ? 'notForwarding' : 'joined'];
    }),
  );
}

interface Downstream {
  joins: number;
  prunes: number;
  isLoser: boolean;
}

function note(one: Downstream, said: string): void {
  if (/^join/i.test(said)) one.joins++;
  else if (/^\(?prun/i.test(said)) one.prunes++;
  else if (/assert[ -]loser/i.test(said)) one.isLoser = true;
}
