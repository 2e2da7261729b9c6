/**
 * What an agent has and does while it is read, and how a string of octets says it: an octet of options, then events, each one
 * octet of kind and its arguments. Every string of octets is such a life; what is missing at its end counts as zero.
 */
import { TABLES } from './tables.ts';

export interface Life {
  /** `Option` bits */
  readonly options: number;
  readonly events: readonly Event[];
}

export const Option = { V1: 1, CLOCK_STANDS: 2 } as const;

/** Small numbers choose from the lists of world.ts, modulo their length. */
export type Event =
  /** The agent has this row from now on, in place of the one with the same index. */
  | {
      readonly kind: 'row';
      readonly table: number;
      readonly index: readonly number[];
      /** As encoded: tag, length, content; `undefined`: the row does not have this column. */
      readonly values: readonly (Uint8Array | undefined)[];
    }
  /** From now on the agent does this wrong as well. */
  | { readonly kind: 'fault'; readonly which: number; readonly column: number; readonly how: number }
  /** All faults are mended. */
  | { readonly kind: 'mend' }
  | { readonly kind: 'pass'; readonly duration: number }
  | { readonly kind: 'read'; readonly what: number };

export const EVENT_KINDS = ['row', 'fault', 'mend', 'pass', 'read'] as const satisfies readonly Event['kind'][];

/** More would only be slower. */
export const MAX_EVENTS = 90;
export const MAX_INDEX_PARTS = 64;
const MAX_VALUE_OCTETS = 127;

export function decode(input: Uint8Array): Life {
  let at = 0;
  const next = () => input[at++] ?? 0;
  const options = next();
  const events: Event[] = [];
  while (at < input.length && events.length < MAX_EVENTS) {
    const kind = EVENT_KINDS[next() % EVENT_KINDS.length]!;
    switch (kind) {
      case 'row': {
        const table = next() % TABLES.length;
        const index = Array.from({ length: next() % (MAX_INDEX_PARTS + 1) }, () => subidentifier(next));
        const values = TABLES[table]!.columns.map(() => {
          const tag = next();
          if (tag === 0) return undefined;
          const length = next() % (MAX_VALUE_OCTETS + 1);
          const value = Uint8Array.of(tag, length, ...Array.from({ length }, next));
          return value;
        });
        events.push({ kind, table, index, values });
        break;
      }
      case 'fault':
        events.push({ kind, which: next(), column: next(), how: next() });
        break;
      case 'pass':
        events.push({ kind, duration: next() });
        break;
      case 'read':
        events.push({ kind, what: next() });
        break;
      case 'mend':
        events.push({ kind });
    }
  }
  return { options, events };
}

/** The inverse of `decode`, for lives of at most `MAX_EVENTS`. */
export function encode({ options, events }: Life): Uint8Array {
  const octets: number[] = [options];
  for (const event of events) {
    octets.push(EVENT_KINDS.indexOf(event.kind));
    switch (event.kind) {
      case 'row':
        octets.push(event.table, event.index.length, ...event.index.flatMap(encodedSubidentifier));
        for (const value of event.values) octets.push(...(value ?? [0]));
        break;
      case 'fault':
        octets.push(event.which, event.column, event.how);
        break;
      case 'pass':
        octets.push(event.duration);
        break;
      case 'read':
        octets.push(event.what);
        break;
      case 'mend':
    }
  }
  return Uint8Array.from(octets);
}

const LONG = 0xff;

/** One octet, or behind a 255 four. */
function subidentifier(next: () => number): number {
  const first = next();
  if (first !== LONG) return first;
  return ((next() << 24) | (next() << 16) | (next() << 8) | next()) >>> 0;
}

function encodedSubidentifier(value: number): number[] {
  if (value < LONG) return [value];
  return [LONG, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
