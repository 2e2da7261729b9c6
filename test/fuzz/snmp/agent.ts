/**
 * An agent as its session shows it: rows in the order of their names, asked with GETNEXT and GETBULK, and what it does wrong.
 * Values come as net-snmp reads them, so that what the decoder makes of odd ones is tried as well.
 */
import snmp from 'net-snmp';
import { abortError } from '../../../src/router/abort.ts';
import { ReaderError } from '../../../src/router/port.ts';
import type { Oid } from '../../../src/router/snmp/mib/oid.ts';
import type { Varbind } from '../../../src/router/snmp/mib/varbind.ts';
import { varbindOf } from '../../../src/router/snmp/session/decode.ts';
import { type Answer, PduError, type Session } from '../../../src/router/snmp/session/session.ts';
import { type Binding, Mib, partsOf } from '../../support/snmp/mib.ts';
import { type Event, Option } from './input.ts';
import { COLUMNS, TABLES } from './tables.ts';
import { ASK_MS } from './world.ts';

type Row = Extract<Event, { kind: 'row' }>;

export interface Clock {
  ms: number;
}

/** What an agent does wrong: with what is below a column (`how` says in which way), or with whole answers. */
export const FAULTS = [
  'error',
  'error without a name',
  'error about another name',
  'backwards',
  'in circles',
  'stands still',
  'what is before',
  'a name from elsewhere',
  'nothing there',
  'cut short',
  'empty',
  'too many',
  'too big',
  'silent',
  'starts anew',
  'one row at a time',
] as const;
export type Fault = (typeof FAULTS)[number];

export const STATUSES = [
  'genErr',
  'noSuchName',
  'tooBig',
  'authorizationError',
  'noAccess',
  'unreadable',
  'resourceUnavailable',
  'badValue',
] as const;
const ELSEWHERE: readonly Oid[] = ['0.NaN', '0.0', '1.3', '2.39.4294967295', '1.3.6.1.2.1.1.3.0', '1.3.6.1.4.1'];
const UP_TIME: Oid = '1.3.6.1.2.1.1.3.0';

interface Trouble {
  readonly fault: Fault;
  readonly column: Oid;
  readonly how: number;
}

/** Faults at a time. */
const MOST_FAULTS = 4;

export class FakeAgent implements Session {
  readonly description = 'fuzzed';
  readonly silence = 'no answer';
  readonly mostRepetitions: number;
  asks = 0;
  isClosed = false;
  readonly #bindings = new Map<Oid, Binding>();
  readonly #varbinds = new WeakMap<Binding, Varbind>();
  #mib: Mib | undefined;
  readonly #options: number;
  readonly #clock: Clock;
  #startedMs: number;
  readonly #troubles: Trouble[] = [];

  constructor(options: number, clock: Clock) {
    this.#options = options;
    this.mostRepetitions = (options & Option.V1) === 0 ? Number.POSITIVE_INFINITY : 1;
    this.#clock = clock;
    this.#startedMs = clock.ms;
  }

  /** Instances that it has. */
  get size(): number {
    return this.#bindings.size;
  }

  get isFaulty(): boolean {
    return this.#troubles.length > 0;
  }

  put({ table, index, values }: Row): void {
    const { entry, columns } = TABLES[table]!;
    for (const [at, [number]] of columns.entries()) {
      const oid = [entry, number, ...index].join('.');
      const value = values[at];
      if (value === undefined) this.#bindings.delete(oid);
      else this.#bindings.set(oid, { oid: partsOf(oid), value: Buffer.from(value) });
    }
    this.#mib = undefined;
  }

  spoil({ which, column, how }: Extract<Event, { kind: 'fault' }>): void {
    const fault = FAULTS[which % FAULTS.length]!;
    this.#troubles.push({ fault, column: COLUMNS[column % COLUMNS.length]!, how });
    if (this.#troubles.length > MOST_FAULTS) this.#troubles.shift();
  }

  mend(): void {
    this.#troubles.length = 0;
  }

  async ask(
    singles: readonly Oid[],
    repeated: readonly Oid[],
    repetitions: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    if (signal.aborted) throw abortError(signal, this.description);
    this.asks++;
    this.#clock.ms += ASK_MS;
    if (this.#has('silent', ({ how }) => this.asks % 8 === how % 8)) {
      throw new ReaderError('ERR_READER_TIMEOUT', 'fuzzed: no answer in time');
    }
    if (this.#has('starts anew', ({ how }) => this.asks % 8 === how % 8)) this.#startedMs = this.#clock.ms;
    const isV1 = (this.#options & Option.V1) !== 0;
    const times = isV1 ? 1 : repetitions;
    if (this.#has('too big', ({ how }) => singles.length + repeated.length * times > 1 + (how % 16))) {
      throw new PduError('tooBig', undefined);
    }
    const first = singles.map((name) => this.#varbind(name, name));
    const lists = repeated.map((name) => this.#list(name, this.#has('one row at a time') ? 1 : times));
    return this.#cut({ singles: first, lists });
  }

  close(): void {
    this.isClosed = true;
  }

  #list(name: Oid, repetitions: number): Varbind[] {
    const list: Varbind[] = [];
    for (let cursor = name; list.length < repetitions; ) {
      const varbind = this.#varbind(cursor, name);
      list.push(varbind);
      cursor = varbind.oid;
    }
    return list;
  }

  /** @param name what was asked for: an error is about it */
  #varbind(after: Oid, name: Oid): Varbind {
    const found = this.#next(after);
    if (found !== undefined && this.#troubles.length === 0) return found;
    const below = this.#troubles.filter(
      ({ column }) => `${found?.oid ?? ''}.`.startsWith(`${column}.`) || `${after}.`.startsWith(`${column}.`),
    );
    for (const { fault, how } of below) {
      const status = STATUSES[how % STATUSES.length]!;
      if (fault === 'error') throw new PduError(status, name);
      if (fault === 'error without a name') throw new PduError(status, undefined);
      if (fault === 'error about another name') throw new PduError(status, ELSEWHERE[how % ELSEWHERE.length]);
      if (fault === 'stands still') return { ...found, oid: after, value: found?.value ?? 1 };
      if (fault === 'nothing there') return { oid: found?.oid ?? after, value: undefined };
      if (fault === 'a name from elsewhere') return { oid: ELSEWHERE[how % ELSEWHERE.length]!, value: how };
    }
    if (found !== undefined) return found;
    if ((this.#options & Option.V1) !== 0) throw new PduError('noSuchName', name);
    return { oid: after, value: undefined };
  }

  #next(after: Oid): Varbind | undefined {
    this.#mib ??= Mib.of([...this.#bindings.values()]);
    const found = this.#mib.next(this.#bindings.get(after)?.oid ?? partsOf(after));
    for (const trouble of this.#troubles) {
      const misplaced = this.#misplaced(this.#mib, after, found, trouble);
      if (misplaced !== undefined) return this.#read(misplaced);
    }
    return this.#read(found);
  }

  /** What comes instead of `found`, where this fault puts the rows of its column into another order. */
  #misplaced(all: Mib, after: Oid, found: Binding | undefined, { fault, column, how }: Trouble): Binding | undefined {
    if (fault !== 'backwards' && fault !== 'in circles' && fault !== 'what is before') return undefined;
    const rows = all.bindings.filter(({ oid }) => oid.join('.').startsWith(`${column}.`));
    const at = rows.findIndex(({ oid }) => oid.join('.') === after);
    const isFirst = found !== undefined && found === rows[0];
    if (rows.length === 0 || (at < 0 && !isFirst)) return undefined;
    if (fault === 'backwards') return rows[(at < 0 ? rows.length : at) - 1] ?? all.next(rows.at(-1)!.oid);
    if (fault === 'what is before') return at < 0 ? undefined : rows[Math.max(0, at - 1 - (how % 3))];
    return at === rows.length - 1 ? rows[how % rows.length] : undefined;
  }

  #read(binding: Binding | undefined): Varbind | undefined {
    if (binding === undefined) return undefined;
    const known = this.#varbinds.get(binding);
    const varbind = known ?? varbindOf(netSnmpOf(binding));
    if (known === undefined) this.#varbinds.set(binding, varbind);
    if (varbind.oid !== UP_TIME || typeof varbind.value !== 'number' || (this.#options & Option.CLOCK_STANDS) !== 0) {
      return varbind;
    }
    const ticks = (varbind.value + Math.floor((this.#clock.ms - this.#startedMs) / 10)) % 2 ** 32;
    return { ...varbind, value: ticks };
  }

  #cut(answer: Answer): Answer {
    let { singles, lists } = answer;
    for (const { fault, how } of this.#troubles) {
      if (fault === 'empty' && this.asks % 4 === how % 4) [singles, lists] = [[], []];
      if (fault === 'cut short') {
        singles = singles.slice(0, 1 + (how % 8));
        lists = singles.length < answer.singles.length ? [] : lists.map((list) => list.slice(0, 1 + (how >> 3)));
      }
      if (fault === 'too many') {
        const more = { oid: ELSEWHERE[how % ELSEWHERE.length]!, value: how };
        singles = [...singles, more, ...singles];
        lists = [...lists.map((list) => [...list, more, ...list]), [more]];
      }
    }
    return { singles, lists };
  }

  #has(fault: Fault, isNow: (trouble: Trouble) => boolean = () => true): boolean {
    return this.#troubles.some((one) => one.fault === fault && isNow(one));
  }
}

/** As net-snmp reads it from the wire: numbers of any length, addresses as text, and of strings what is there. */
function netSnmpOf({ oid, value }: Binding): snmp.Varbind {
  const type = value[0]!;
  const content = value.subarray(2);
  return { oid: oid.join('.'), type, value: contentOf(type, content) } as snmp.Varbind;
}

function contentOf(type: snmp.ObjectType, content: Buffer): unknown {
  const { ObjectType } = snmp;
  switch (type) {
    case ObjectType.Integer:
    case ObjectType.Boolean:
      return type === ObjectType.Boolean ? numberOf(content) !== 0 : numberOf(content);
    case ObjectType.Counter:
    case ObjectType.Gauge:
    case ObjectType.TimeTicks:
      return numberOf(content) >>> 0;
    case ObjectType.BitString:
      return [...content].map((octet) => octet.toString(2).padStart(8, '0')).join('');
    case ObjectType.OID:
      return oidOf(content);
    case ObjectType.IpAddress:
      if (content.length !== 4) throw new PduError('unreadable', undefined);
      return content.join('.');
    case ObjectType.OctetString:
    case ObjectType.Opaque:
    case ObjectType.Counter64:
      return content;
    case ObjectType.Null:
    case ObjectType.NoSuchObject:
    case ObjectType.NoSuchInstance:
    case ObjectType.EndOfMibView:
      return null;
    default:
      throw new PduError('unreadable', undefined);
  }
}

function numberOf(content: Buffer): number {
  if (content.length === 0) throw new PduError('unreadable', undefined);
  const value = content.subarray(1).reduce((sum, octet) => sum * 256 + octet, content.readInt8(0));
  if (!Number.isSafeInteger(value)) throw new PduError('unreadable', undefined);
  return value;
}

/** Subidentifiers of 32 bits, whatever stands there. */
function oidOf(content: Buffer): Oid {
  const parts: number[] = [];
  let part = 0;
  for (const octet of content) {
    part = (part << 7) + (octet & 0x7f);
    if (octet >= 0x80) continue;
    parts.push(part >>> 0);
    part = 0;
  }
  const [first = Number.NaN, ...rest] = parts;
  return [Math.trunc(first / 40) || 0, first % 40, ...rest].join('.');
}
