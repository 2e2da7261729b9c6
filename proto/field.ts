/**
 * The vocabulary in which the wire format is stated once: fields at fixed offsets, and layouts that name every bit.
 * Reading, patching in place, writing, printing and JSON all come from these objects. All numbers are in network
 * order; `Length` and the counters of a TLV are not aligned, hence DataView.
 *
 * `base` is always the first octet of the TLV, from the start of the view. A field is read without any check: the
 * caller has checked the framing once (wire/view.ts), after which no accessor can fail.
 */
import { nameOf, type Registry } from './registry.ts';

/** How a value is to be read by a person. A registry: by name, unknown values as hex. */
export type Show = 'dec' | 'hex' | 'mbz' | 'ipv4' | 'ipv6' | 'ntp32' | 'count64' | { readonly registry: Registry };

export interface Field<T> {
  /** The wording of the RFC's figure. */
  readonly label: string;
  readonly show: Show;
  /** First octet that holds the field, from the base of its TLV. */
  readonly at: number;
  /** Octets that hold it, wholly or in part. */
  readonly octets: number;
  /** Lowest bit of the field within those octets read as one number. 0 but for bit fields. */
  readonly shift: number;
  /** Width in bits. */
  readonly bits: number;
  get(view: DataView, base: number): T;
  /** Changes the bits of this field and no others. RFC 8487 §3.2.1 */
  set(view: DataView, base: number, value: T): void;
}

/** No count can be reported. RFC 8487 §3.2.4 */
export const UNKNOWN_COUNT = 0xffff_ffff_ffff_ffffn;

// Two habits of the functions below are there for speed, which bench/wire/codec.ts measures: an offset is kept in a `const`
// and not in the parameter, because V8 folds immutable variables of a closure into the code that calls it; and a field is
// one literal without spread, because only then does V8 take `get` and `set` for constants of the table.

export function u8(at: number, label: string, show: Show = 'dec'): Field<number> {
  const offset = at;
  return {
    label,
    show,
    at,
    octets: 1,
    shift: 0,
    bits: 8,
    get: (view, base) => view.getUint8(base + offset),
    set: (view, base, value) => view.setUint8(base + offset, value),
  };
}

export function u16(at: number, label: string, show: Show = 'dec'): Field<number> {
  const offset = at;
  return {
    label,
    show,
    at,
    octets: 2,
    shift: 0,
    bits: 16,
    get: (view, base) => view.getUint16(base + offset),
    set: (view, base, value) => view.setUint16(base + offset, value),
  };
}

/** Also an IPv4 address as a number, where `show` is `ipv4`. */
export function u32(at: number, label: string, show: Show = 'dec'): Field<number> {
  const offset = at;
  return {
    label,
    show,
    at,
    octets: 4,
    shift: 0,
    bits: 32,
    get: (view, base) => view.getUint32(base + offset),
    set: (view, base, value) => view.setUint32(base + offset, value),
  };
}

export function ipv4(at: number, label: string): Field<number> {
  return u32(at, label, 'ipv4');
}

/** A 64-bit counter. */
export function count64(at: number, label: string): Field<bigint> {
  const offset = at;
  return {
    label,
    show: 'count64',
    at,
    octets: 8,
    shift: 0,
    bits: 64,
    get: (view, base) => view.getBigUint64(base + offset),
    set: (view, base, value) => view.setBigUint64(base + offset, value),
  };
}

/** `get` yields a view into the message, not a copy; `set` copies 16 octets. */
export function ipv6(at: number, label: string): Field<Uint8Array> {
  const offset = at;
  return {
    label,
    show: 'ipv6',
    at,
    octets: 16,
    shift: 0,
    bits: 128,
    get: (view, base) => new Uint8Array(view.buffer, view.byteOffset + base + offset, 16),
    set: (view, base, value) => new Uint8Array(view.buffer, view.byteOffset + base + offset, 16).set(value),
  };
}

/** Bits `shift` to `shift + width - 1` (0 = least significant) of the one or two octets at `at`. */
export function bits(
  at: number,
  container: 1 | 2,
  shift: number,
  width: number,
  label: string,
  show: Show = 'dec',
): Field<number> {
  const offset = at;
  const low = shift;
  const mask = ((1 << width) - 1) << shift;
  if (container === 1) {
    return {
      label,
      show,
      at,
      octets: 1,
      shift,
      bits: width,
      get: (view, base) => (view.getUint8(base + offset) & mask) >>> low,
      set: (view, base, value) =>
        view.setUint8(base + offset, (view.getUint8(base + offset) & ~mask) | ((value << low) & mask)),
    };
  }
  return {
    label,
    show,
    at,
    octets: 2,
    shift,
    bits: width,
    get: (view, base) => (view.getUint16(base + offset) & mask) >>> low,
    set: (view, base, value) =>
      view.setUint16(base + offset, (view.getUint16(base + offset) & ~mask) | ((value << low) & mask)),
  };
}

export function names(registry: Registry): Show {
  return { registry };
}

/** The registry's name, or hex of at least two digits when it has none. */
export function showCodePoint(registry: Registry, value: number): string {
  return nameOf(registry, value) ?? `0x${value.toString(16).padStart(2, '0')}`;
}

export type AnyField = Field<number> | Field<bigint> | Field<Uint8Array>;
export type FieldTable = Readonly<Record<string, AnyField>>;
export interface NamedField {
  readonly name: string;
  readonly field: AnyField;
}

export interface Layout<F extends FieldTable = FieldTable> {
  readonly name: string;
  /** The title of the RFC's figure. */
  readonly title: string;
  /** RFC 8487 section of the figure. */
  readonly section: string;
  /** Octets of the fixed part. */
  readonly octets: number;
  /** What follows the fixed part up to Length, when the TLV is open-ended. */
  readonly rest: string | undefined;
  /** The fields by name: `layout.f.hops.get(view, base)`. */
  readonly f: F;
  /** The fields in wire order. */
  readonly fields: readonly NamedField[];
}

/**
 * Builds a layout and checks, when the module loads, that every bit of the stated size is named exactly once.
 * @throws Error naming the layout and the bit: the table itself is wrong.
 */
export function layout<F extends FieldTable>(
  name: string,
  title: string,
  section: string,
  octets: number,
  f: F,
  rest?: string,
): Layout<F> {
  const owner = new Array<string | undefined>(octets * 8).fill(undefined);
  for (const [fieldName, field] of Object.entries(f)) {
    if (field.shift + field.bits > field.octets * 8) throw new Error(`${name}.${fieldName}: wider than its octets`);
    for (let bit = 0; bit < field.bits; bit++) {
      // Bit 0 of `owner` is the first bit on the wire: the most significant one of the first octet.
      const onWire = field.at * 8 + field.octets * 8 - 1 - field.shift - bit;
      if (onWire < 0 || onWire >= owner.length) throw new Error(`${name}.${fieldName}: outside of ${octets} octets`);
      if (owner[onWire] !== undefined) {
        throw new Error(`${name}: bit ${onWire} belongs to ${owner[onWire]} and ${fieldName}`);
      }
      owner[onWire] = fieldName;
    }
  }
  const hole = owner.indexOf(undefined);
  if (hole >= 0) throw new Error(`${name}: bit ${hole} belongs to no field`);
  const fields = [...new Set(owner as string[])].map((fieldName) => ({ name: fieldName, field: f[fieldName]! }));
  return { name, title, section, octets, rest, f, fields };
}
