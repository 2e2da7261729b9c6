import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressKey,
  compareAddress,
  formatAddress,
  inPrefix,
  isBroadcastOf,
  isLinkLocal,
  isLinkScopedMulticast,
  isLoopback,
  isMulticast,
  isSourceSpecific,
  isUnicast,
  isUniqueLocal,
  parseAddress,
  parsePrefix,
  prefixesOverlap,
  sameAddress,
} from '../../src/wire/address.ts';

const address = (text: string) => parseAddress(text)!;
const prefix = (text: string) => parsePrefix(text)!;
const anyAddress = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
);

test('text and octets are two forms of one address', () => {
  fc.assert(
    fc.property(anyAddress, (octets) => {
      expect(address(formatAddress(octets))).toEqual(octets);
    }),
    { seed: 8487 },
  );
});

test.each([
  ['::1.2.3.4', '::102:304'],
  ['::ffff:1.2.3.4', '::ffff:102:304'],
  ['2001:db8::1.2.3.4', '2001:db8::102:304'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ['::255.255.255.255', '::ffff:ffff'],
])('the last 32 bits of IPv6 may be a dotted quad, and the others stay what they are: %s', (text, expected) => {
  expect(formatAddress(address(text))).toBe(expected);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '0x1.2.3.4',
  '256.1.1.1',
  '1.2.3.4 ',
  ' 1.2.3.4',
  '::g',
  'fe80::1%eth0',
  '1:2:3',
  '1.2.3.4/24',
  '16909060',
  '::01.2.3.4',
  '::ffff:0x1.2.3.4',
  '::1.2.3',
  '1.2.3.4::',
])('not an address: %j', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/1.5', '/24', '10.0.0/8', '10.0.0.0/0008'])(
  'not a prefix: %j',
  (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  },
);

test('an address alone is a prefix of full length', () => {
  expect([prefix('10.0.0.1').length, prefix('::1').length]).toEqual([32, 128]);
});

test('inPrefix is the comparison of that many leading bits', () => {
  const bits = (octets: Uint8Array) => Array.from(octets, (octet) => octet.toString(2).padStart(8, '0')).join('');
  const pair = fc.oneof(
    ...[4, 16].map((octets) =>
      fc.tuple(fc.uint8Array({ minLength: octets, maxLength: octets }), fc.nat(octets * 8), fc.nat(octets * 8 - 1)),
    ),
  );
  fc.assert(
    fc.property(pair, ([octets, length, flip]) => {
      const other = octets.slice();
      other[flip >> 3]! ^= 0x80 >> (flip & 7);
      expect(inPrefix(other, { address: octets, length })).toBe(
        bits(octets).slice(0, length) === bits(other).slice(0, length),
      );
    }),
    { numRuns: 500, seed: 8487 },
  );
});

test('the families are never in one another', () => {
  expect(inPrefix(address('::'), prefix('0.0.0.0/0'))).toBe(false);
  expect(addressKey(address('0.0.0.0'))).not.toBe(addressKey(address('::')));
  expect(compareAddress(address('255.255.255.255'), address('::'))).toBeLessThan(0);
});

test('addresses have the same key when they are the same address, and only then', () => {
  fc.assert(
    fc.property(anyAddress, fc.array(fc.nat(127), { maxLength: 2 }), (octets, flips) => {
      const other = octets.slice();
      for (const flip of flips) other[(flip >> 3) % octets.length]! ^= 0x80 >> (flip & 7);
      const isSame = formatAddress(other) === formatAddress(octets);
      expect([addressKey(other) === addressKey(octets), sameAddress(other, octets)]).toEqual([isSame, isSame]);
      expect(compareAddress(other, octets) === 0).toBe(isSame);
    }),
    { numRuns: 2000, seed: 8487 },
  );
  expect(sameAddress(address('32.1.13.184'), address('2001:db8::'))).toBe(false);
});

test('two prefixes overlap when one is in the other', () => {
  expect(prefixesOverlap(prefix('10.0.0.0/8'), prefix('10.1.0.0/16'))).toBe(true);
  expect(prefixesOverlap(prefix('10.1.0.0/16'), prefix('10.0.0.0/8'))).toBe(true);
  expect(prefixesOverlap(prefix('10.0.0.0/16'), prefix('10.1.0.0/16'))).toBe(false);
  expect(prefixesOverlap(prefix('10.0.0.0/8'), prefix('::/0'))).toBe(false);
});

test.each<[string, string[], string[]]>([
  ['192.0.2.1/24', ['192.0.2.255', '255.255.255.255'], ['192.0.2.254', '192.0.2.127', '192.0.3.255']],
  ['192.0.2.1/30', ['192.0.2.3'], ['192.0.2.2', '192.0.2.0', '192.0.2.7']],
  ['192.0.2.1/31', [], ['192.0.2.1', '192.0.2.0']],
  ['192.0.2.1/32', [], ['192.0.2.1']],
  ['10.1.0.1/20', ['10.1.15.255'], ['10.1.7.255', '10.1.14.255', '10.1.31.255']],
  ['2001::/16', [], ['2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
])('the broadcast address of %s', (network, yes, no) => {
  const judged = [...yes, ...no].filter((text) => isBroadcastOf(address(text), prefix(network)));
  expect(judged).toEqual(yes);
});

describe('kinds of addresses, at their edges', () => {
  test.each([
    [isMulticast, ['224.0.0.0', '239.255.255.255', 'ff00::', 'ff3e::1'], ['223.255.255.255', '240.0.0.0', 'fe80::1']],
    [
      isLinkScopedMulticast,
      ['224.0.0.0', '224.0.0.255', 'ff02::1', 'ff12::1'],
      ['224.0.1.0', '224.1.0.0', '225.0.0.0', '239.0.0.1', 'ff03::1', 'ff05::2', 'fe82::1'],
    ],
    [
      isSourceSpecific,
      ['232.0.0.0', '232.255.255.255', 'ff3e::1:1', 'ff35:0:1::1'],
      ['231.255.255.255', '233.0.0.0', 'ff3e:1::1', 'ff2e::1', 'fe3e::1'],
    ],
    [isLinkLocal, ['169.254.0.1', 'fe80::1', 'febf::1'], ['169.253.0.1', '10.254.0.1', 'fec0::1', 'fe7f::1', '80::1']],
    [isUniqueLocal, ['fc00::1', 'fdff::1'], ['fb00::1', 'fe00::1', '10.0.0.1', '252.0.0.1']],
    [
      isUnicast,
      ['1.0.0.0', '127.0.0.1', '223.255.255.255', '::1', 'fe80::1', '2001:db8::1'],
      ['0.0.0.0', '0.255.255.255', '224.0.0.0', '240.0.0.0', '255.255.255.255', '::', 'ff00::', 'ff02::2'],
    ],
    [isLoopback, ['127.0.0.1', '127.255.0.1', '::1'], ['128.0.0.1', '::2', '1::1', '100::1', '::101', '::']],
  ] as const)('%o', (kind, yes, no) => {
    expect(yes.map((text) => kind(address(text)))).toEqual(yes.map(() => true));
    expect(no.map((text) => kind(address(text)))).toEqual(no.map(() => false));
  });
});
