import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyField, bits, ipv6, layout, u8, u16, u32 } from '../../proto/field.ts';
import { LAYOUTS } from '../../proto/mtrace2.ts';

describe('a table that does not name every bit exactly once does not load', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['hole', () => layout('x', 'X', '0', 3, { a: u8(0, 'A'), b: u8(2, 'B') }), /bit 8 belongs to no field/],
    ['missing bit', () => layout('x', 'X', '0', 1, { a: bits(0, 1, 1, 7, 'A') }), /bit 7 belongs to no field/],
    ['overlap', () => layout('x', 'X', '0', 3, { a: u16(0, 'A'), b: u16(1, 'B') }), /belongs to a and b/],
    ['overrun', () => layout('x', 'X', '0', 3, { a: u32(0, 'A') }), /outside of 3 octets/],
    ['too wide', () => layout('x', 'X', '0', 1, { a: bits(0, 1, 4, 5, 'A') }), /wider than its octets/],
  ])('%s', (_name, build, message) => {
    expect(build).toThrow(message);
  });

  test('a good one lists its fields in wire order, whatever order they were stated in', () => {
    const good = layout('x', 'X', '0', 4, {
      low: bits(3, 1, 0, 1, 'Low'),
      high: bits(3, 1, 1, 7, 'High'),
      first: u16(0, 'First'),
      third: u8(2, 'Third'),
    });
    expect(good.fields.map((row) => row.name)).toEqual(['first', 'third', 'high', 'low']);
  });
});

describe('the sizes are the RFC’s', () => {
  test.each([
    ['header4', 20],
    ['header6', 56],
    ['srb4', 52],
    ['srb6', 80],
    ['arb', 6],
    ['eqb', 6],
  ])('%s: %i octets', (name, octets) => {
    expect(LAYOUTS.find((one) => one.name === name)?.octets).toBe(octets);
  });
});

/** A value of the field's kind from 16 random octets. */
function valueFor(field: AnyField, random: Uint8Array): number | bigint | Uint8Array {
  const view = new DataView(random.buffer, random.byteOffset);
  if (field.bits === 128) return random.slice();
  if (field.bits === 64) return view.getBigUint64(0);
  return field.bits === 32 ? view.getUint32(0) : view.getUint32(0) % 2 ** field.bits;
}

function bitsOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(2).padStart(8, '0')).join('');
}

describe('set, then get, is the identity, and no other bit changes (RFC 8487 §3.2.1)', () => {
  for (const table of LAYOUTS) {
    for (const { name, field } of table.fields) {
      test(`${table.name}.${name}`, () => {
        fc.assert(
          fc.property(
            fc.uint8Array({ minLength: table.octets + 9, maxLength: table.octets + 9 }),
            fc.uint8Array({ minLength: 16, maxLength: 16 }),
            fc.integer({ min: 0, max: 9 }),
            (before, random, base) => {
              const after = before.slice();
              const view = new DataView(after.buffer);
              const value = valueFor(field, random);
              (field.set as (v: DataView, b: number, x: unknown) => void)(view, base, value);
              expect(field.get(view, base)).toEqual(value);
              const from = (base + field.at + field.octets) * 8 - field.shift - field.bits;
              const [was, is] = [bitsOf(before), bitsOf(after)];
              expect(is.slice(0, from)).toBe(was.slice(0, from));
              expect(is.slice(from + field.bits)).toBe(was.slice(from + field.bits));
            },
          ),
          { numRuns: 60, seed: 8487 },
        );
      });
    }
  }
});

test('an IPv6 address reads as a view, not as a copy', () => {
  const octets = new Uint8Array(20);
  ipv6(2, 'A').get(new DataView(octets.buffer), 1)[0] = 0xfe;
  expect(octets[3]).toBe(0xfe);
});
