import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IndexReader, inetAddressIndex, maskLength } from '../../../src/router/snmp/mib/index-reader.ts';
import { compareOids, encodedOctets, justBefore } from '../../../src/router/snmp/mib/oid.ts';
import { formatAddress } from '../../../src/wire/address.ts';
import { encodeOid } from '../../support/snmp/ber.ts';
import { compare, partsOf } from '../../support/snmp/mib.ts';

const SEED = { seed: 2578, numRuns: 2000 };
const subidentifier = fc.oneof(fc.nat(3), fc.nat(300), fc.nat(2 ** 32 - 1));
const oid = fc.array(subidentifier, { minLength: 1, maxLength: 6 }).map((rest) => ['1.3', ...rest].join('.'));
const address = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
);

test('names are in the order of their subidentifiers', () => {
  fc.assert(
    fc.property(oid, oid, (a, b) => {
      expect(Math.sign(compareOids(a, b))).toBe(Math.sign(compare(partsOf(a), partsOf(b))));
    }),
    SEED,
  );
});

test('nothing of the same length is between a name and the one just before it', () => {
  fc.assert(
    fc.property(oid, oid, (a, b) => {
      const before = justBefore(a);
      expect(compareOids(before, a)).toBeLessThan(0);
      const isBetween = compareOids(b, before) > 0 && compareOids(b, a) < 0;
      if (b.split('.').length === a.split('.').length) expect(isBetween).toBe(false);
    }),
    SEED,
  );
  expect(justBefore('1.3.6.1.0')).toBe('1.3.6.1');
  expect(justBefore('1.3.6.1.5')).toBe('1.3.6.1.4');
});

test('octets are counted as they are encoded', () => {
  fc.assert(
    fc.property(oid, (text) => {
      expect(encodedOctets(text)).toBe(encodeOid(partsOf(text)).length - 2);
    }),
    SEED,
  );
});

test('an InetAddress comes back, with what stands behind it', () => {
  fc.assert(
    fc.property(address, fc.nat(128), (octets, length) => {
      const reader = new IndexReader(`${inetAddressIndex(octets)}.${length}`);
      expect([reader.inetAddress(), reader.number(), reader.isWhole]).toEqual([formatAddress(octets), length, true]);
    }),
    SEED,
  );
});

test.each([
  ['1.4.10.0.0.1', '10.0.0.1'],
  ['0.0', null],
  ['3.8.10.0.0.1.0.0.0.7', '10.0.0.1'],
  ['4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.2', 'fe80::1'],
])('InetAddress %s', (index, expected) => {
  const reader = new IndexReader(index);
  expect([reader.inetAddress(), reader.isWhole]).toEqual([expected, true]);
});

test.each([
  '1.4.10.0.0',
  '1.4.10.0.0.1.9',
  '1.4.10.0.0.256',
  '1.5.10.0.0.1.2',
  '2.4.10.0.0.1',
  '16.3.97.98.99',
  '',
  'x.y',
])('no InetAddress: %j', (index) => {
  const reader = new IndexReader(index);
  reader.inetAddress();
  expect(reader.isWhole).toBe(false);
});

test.each([
  ['4.10.0.0.1', '10.0.0.1'],
  ['8.10.0.0.1.0.0.0.7', '10.0.0.1'],
  ['16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1', 'fe80::1'],
  ['20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.2', 'fe80::1'],
])('an address whose type stands elsewhere: %s', (index, expected) => {
  const reader = new IndexReader(index);
  expect([reader.countedAddress(), reader.isWhole]).toEqual([expected, true]);
});

test.each(['0', '3.10.0.0', '5.10.0.0.1.2', '4.10.0.0'])('none: %j', (index) => {
  const reader = new IndexReader(index);
  reader.countedAddress();
  expect(reader.isWhole).toBe(false);
});

test('a counted part is passed over', () => {
  const reader = new IndexReader('2.0.0.7');
  reader.skipCounted();
  expect([reader.number(), reader.isWhole]).toEqual([7, true]);
});

test('masks', () => {
  const lengths = ['0.0.0.0', '255.255.255.0', '255.255.255.255', '255.255.128.0', '255.0.255.0', '0.0.0.255'].map(
    (text) => maskLength(Uint8Array.from(text.split('.').map(Number))),
  );
  expect(lengths).toEqual([0, 24, 32, 17, undefined, undefined]);
});
