/**
 * Reads PIM's state of a group: `show pim join extensive`. Of (*,G) it is the only view, of (S,G) it tells the upstream
 * neighbour, what was sent there, and what is asked for downstream. Pure.
 */
import { addressIn, type NotUnderstood } from '../tools/text.ts';
import type { Asked } from './asked.ts';
import { type Field, fieldsOf, isWithin } from './element.ts';
import { type Output, partsOf } from './output.ts';
import { askedRecords, DOWNSTREAM, firstValue, type RecordOfGroup, sourceOf } from './records.ts';
import { joinFields } from './text-fields.ts';
import { ageIn, isLink, unitIn, unitsIn } from './values.ts';

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
  const found = new Map<string | null, RecordOfGroup>();
  for (const one of askedRecords(fields, 'join-group', asked, output)) {
    const source = sourceOf(one.record);
    if (source !== undefined && one.length > (found.get(source)?.length ?? -1)) found.set(source, one);
  }
  return Array.from(found, ([source, { record }]) => joinEntryOf(source, record));
}

/** Of others downstream; upstream, the ways that wait for the active one to fail. */
const NOT_ITS_OWN = /^(?:downstream|bidirectional-accepting|accepting|mofrr-backup|standby)/;

function joinEntryOf(source: string | null, record: readonly Field[]): JoinEntry {
  const own = record.filter((field) => !isWithin(field, NOT_ITS_OWN));
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
  const found = new Map<string, Said[]>();
  let ofAll = said();
  for (const field of record) {
    if (!isWithin(field, DOWNSTREAM)) continue;
    const { name, value } = field;
    if (/interface(?:-name)?$/.test(name)) {
      ofAll = said();
      for (const unit of unitsIn(value)) {
        if (!isLink(unit.name)) continue;
        const ofUnit = found.get(unit.name) ?? [];
        found.set(unit.name, ofUnit);
        ofUnit.push(said(unit.note), ofAll);
      }
    } else {
      const isElement =
        name === 'pruned-timeout' || (value === '' && /^(?:join|prune|pruned|assert-loser)$/.test(name));
      note(ofAll, isElement ? name : /state|status|flags/.test(name) ? value : '');
    }
  }
  return new Map([...found].map(([name, ofUnit]) => [name, stateOf(ofUnit)]));
}

function stateOf(ofUnit: readonly Said[]): 'joined' | 'pruned' | 'notForwarding' {
  if (ofUnit.some(({ prune }) => prune) && !ofUnit.some(({ join }) => join)) return 'pruned';
  return ofUnit.some(({ isLoser }) => isLoser) ? 'notForwarding' : 'joined';
}

/** What is said of a unit, or of all that stand in one field, which share it. */
interface Said {
  join: boolean;
  prune: boolean;
  isLoser: boolean;
}

function said(word = ''): Said {
  const nothing = { join: false, prune: false, isLoser: false };
  note(nothing, word);
  return nothing;
}

function note(to: Said, word: string): void {
  if (/^join/i.test(word)) to.join = true;
  else if (/^\(?prun/i.test(word)) to.prune = true;
  else if (/assert[ -]loser/i.test(word)) to.isLoser = true;
}
