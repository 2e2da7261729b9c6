/** Changes a life a little: what the agent has, what it does wrong, what it is asked and when. */
import type { Random } from '../random.ts';
import { decode, type Event, encode, MAX_EVENTS, MAX_INDEX_PARTS } from './input.ts';
import { anyRow, type RowEvent, rowOf, valueFor } from './row.ts';
import { TABLES } from './tables.ts';

/** Subidentifiers and octets that are on some edge. */
const EDGES = [
  0, 1, 2, 3, 4, 8, 16, 20, 24, 32, 33, 64, 77, 127, 128, 129, 224, 239, 254, 255, 256, 0x7fffffff, 0xffffffff,
];
/** ASN.1 types that a value may have instead: of SNMP, and one that is none. */
const TAGS = [0x02, 0x03, 0x04, 0x05, 0x06, 0x40, 0x41, 0x42, 0x43, 0x44, 0x46, 0x80, 0x81, 0x82, 0x01, 0x99];

/** @param other another entry of the corpus, to take parts from */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const life = decode(input);
  const events = [...life.events];
  const donors = decode(other).events;
  let { options } = life;
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    if (random.oneIn(24)) options ^= 1 << random.below(2);
    else change(events, donors, random);
  }
  return encode({ options, events: events.slice(-MAX_EVENTS) });
}

function change(events: Event[], donors: readonly Event[], random: Random): void {
  const at = random.below(events.length || 1);
  const event = events[at];
  if (event === undefined) {
    events.push(...donors);
    return;
  }
  switch (random.below(14)) {
    case 0:
      events.splice(at, 1);
      return;
    case 1:
      events.splice(random.below(events.length + 1), 0, event);
      return;
    case 2: {
      events.splice(at, 1);
      events.splice(random.below(events.length + 1), 0, event);
      return;
    }
    case 3:
      events.splice(random.below(events.length + 1), 0, anyEvent(random));
      return;
    case 4:
    case 5:
      events.splice(at, 0, anyRow(random));
      return;
    case 6: {
      const from = random.below(donors.length || 1);
      events.splice(at, random.below(3), ...donors.slice(from, from + 1 + random.below(6)));
      return;
    }
    default: {
      const other = donors.length > 0 && random.oneIn(3) ? random.pick(donors) : random.pick(events);
      events[at] = event.kind === 'row' ? changedRow(event, other, random) : changedEvent(event, random);
    }
  }
}

function anyEvent(random: Random): Event {
  switch (random.below(8)) {
    case 0:
    case 1:
      return { kind: 'fault', which: random.below(16), column: random.below(256), how: random.below(256) };
    case 2:
      return { kind: 'mend' };
    case 3:
      return { kind: 'pass', duration: random.below(8) };
    default:
      return { kind: 'read', what: random.below(32) };
  }
}

function changedEvent(event: Exclude<Event, RowEvent>, random: Random): Event {
  const value = random.oneIn(4) ? random.below(256) : random.below(24);
  switch (event.kind) {
    case 'fault':
      return { ...event, [random.pick(['which', 'column', 'column', 'how'])]: value };
    case 'pass':
      return { ...event, duration: value };
    case 'read':
      return { ...event, what: value };
    case 'mend':
      return anyEvent(random);
  }
}

function changedRow(row: RowEvent, other: Event, random: Random): RowEvent {
  const index = [...row.index];
  const values = [...row.values];
  const at = random.below(index.length || 1);
  const column = random.below(values.length);
  switch (random.below(10)) {
    case 0:
      index[at] = random.pick(EDGES);
      break;
    case 1:
      index[at] = ((index[at] ?? 0) + (random.oneIn(2) ? 1 : 0xffffffff)) >>> 0;
      break;
    case 2:
      if (random.oneIn(2)) index.splice(at, 1);
      else index.splice(at, 0, random.pick(EDGES));
      break;
    case 3:
      // Where the rows of two tables are about the same, one part of the reader meets another.
      if (other.kind === 'row') index.splice(at, index.length, ...other.index.slice(at));
      break;
    case 4: {
      const fresh = rowOf(row.table, random);
      return random.oneIn(2) ? { ...row, index: fresh.index } : { ...row, values: fresh.values };
    }
    case 5:
      values[column] = undefined;
      break;
    case 6:
      values[column] = valueFor(TABLES[row.table]!.columns[column]![1], random.oneIn(2) ? 4 : 6, random);
      break;
    case 7:
      values[column] = changedValue(values[column], random);
      break;
    case 8: {
      // Another table's value, whose type may be another one.
      const kinds = TABLES[random.below(TABLES.length)]!.columns;
      values[column] = valueFor(random.pick(kinds)[1], random.oneIn(2) ? 4 : 6, random);
      break;
    }
    default:
      if (other.kind === 'row' && other.table === row.table) values[column] = other.values[column];
      else if (other.kind === 'row') values[column] = random.pick(other.values);
  }
  return { ...row, index: index.slice(0, MAX_INDEX_PARTS), values };
}

function changedValue(value: Uint8Array | undefined, random: Random): Uint8Array {
  const [tag = 0x02, , ...content] = value ?? [0x02, 1, 1];
  const at = random.below(content.length || 1);
  switch (random.below(5)) {
    case 0:
      return Uint8Array.of(random.pick(TAGS), content.length, ...content);
    case 1:
      content.splice(at, 1);
      break;
    case 2:
      content.splice(at, 0, random.below(256));
      break;
    default:
      content[at] = random.oneIn(2) ? random.below(256) : random.pick(EDGES) & 0xff;
  }
  return Uint8Array.of(tag, Math.min(127, content.length), ...content.slice(0, 127));
}
