/** What a test agent serves: values by name, in the order of the names. Text for names, encoded octets for values. */
import { readFileSync } from 'node:fs';
import { encode, encodeInteger, encodeOid, Tag } from './ber.ts';

export interface Binding {
  readonly oid: readonly number[];
  /** Type, length and content. */
  readonly value: Buffer;
}

export type Value = { readonly tag: number; readonly value: number | bigint | string | Uint8Array };

export const integer = (value: number): Value => ({ tag: Tag.INTEGER, value });
export const counter32 = (value: number): Value => ({ tag: Tag.COUNTER32, value });
export const counter64 = (value: bigint): Value => ({ tag: Tag.COUNTER64, value });
export const gauge32 = (value: number): Value => ({ tag: Tag.GAUGE32, value });
export const timeTicks = (value: number): Value => ({ tag: Tag.TIME_TICKS, value });
export const text = (value: string): Value => ({ tag: Tag.OCTET_STRING, value: Buffer.from(value) });
export const octets = (...value: readonly number[]): Value => ({
  tag: Tag.OCTET_STRING,
  value: Uint8Array.from(value),
});
export const pointer = (value: string): Value => ({ tag: Tag.OBJECT_IDENTIFIER, value });
export const ipAddress = (value: string): Value => ({
  tag: Tag.IP_ADDRESS,
  value: Uint8Array.from(value.split('.').map(Number)),
});

export function encodeValue({ tag, value }: Value): Buffer {
  if (typeof value === 'string') return encodeOid(partsOf(value));
  return value instanceof Uint8Array ? encode(tag, value) : encodeInteger(value, tag);
}

export function partsOf(oid: string): number[] {
  return oid.split('.').map(Number);
}

/** RFC 3416 §4.2.2: lexicographic, a name before all that begin with it. */
export function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

export class Mib {
  readonly #bindings: Binding[] = [];

  constructor(values: Readonly<Record<string, Value>> = {}) {
    for (const [oid, value] of Object.entries(values))
      this.#bindings.push({ oid: partsOf(oid), value: encodeValue(value) });
    this.#bindings.sort((a, b) => compare(a.oid, b.oid));
  }

  static of(bindings: readonly Binding[]): Mib {
    const mib = new Mib();
    mib.#bindings.push(...[...bindings].sort((a, b) => compare(a.oid, b.oid)));
    return mib;
  }

  get bindings(): readonly Binding[] {
    return this.#bindings;
  }

  get size(): number {
    return this.#bindings.length;
  }

  set(oid: string, value: Value | undefined): void {
    const parts = partsOf(oid);
    const at = this.#firstFrom(parts);
    const isThere = at < this.#bindings.length && compare(this.#bindings[at]!.oid, parts) === 0;
    const binding = value === undefined ? [] : [{ oid: parts, value: encodeValue(value) }];
    this.#bindings.splice(at, isThere ? 1 : 0, ...binding);
  }

  get(oid: readonly number[]): Binding | undefined {
    const found = this.#bindings[this.#firstFrom(oid)];
    return found !== undefined && compare(found.oid, oid) === 0 ? found : undefined;
  }

  /** The first one behind this name. */
  next(oid: readonly number[]): Binding | undefined {
    const at = this.#firstFrom(oid);
    const found = this.#bindings[at];
    return found !== undefined && compare(found.oid, oid) === 0 ? this.#bindings[at + 1] : found;
  }

  #firstFrom(oid: readonly number[]): number {
    let low = 0;
    let high = this.#bindings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#bindings[middle]!.oid, oid) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A recorded walk, one `OID|TAG|VALUE` per line, as snmpsim writes them: an `x` behind the tag says that the value is hex. */
export function readWalk(path: string): Mib {
  const bindings: Binding[] = [];
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    const [oid, tag, ...rest] = line.split('|');
    if (oid === undefined || tag === undefined) continue;
    bindings.push({ oid: partsOf(oid), value: recordedValue(tag, rest.join('|')) });
  }
  return Mib.of(bindings);
}

function recordedValue(type: string, value: string): Buffer {
  const tag = Number.parseInt(type, 10);
  if (type.endsWith('x')) return encode(tag, Buffer.from(value, 'hex'));
  if (tag === Tag.OBJECT_IDENTIFIER) return encodeOid(partsOf(value));
  if (tag === Tag.OCTET_STRING || tag === Tag.OPAQUE) return encode(tag, Buffer.from(value, 'latin1'));
  if (tag === Tag.IP_ADDRESS) return encode(tag, Buffer.from(value.split('.').map(Number)));
  if (tag === Tag.NULL) return encode(tag, Buffer.alloc(0));
  return encodeInteger(BigInt(value), tag);
}
