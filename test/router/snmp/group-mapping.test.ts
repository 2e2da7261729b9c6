/** Which of several RPs a group has. The values of the hash were computed by another program from the formula. */
import { describe, expect, test } from 'vitest';
import { mappingOf } from '../../../src/router/snmp/group-mapping.ts';
import type { BsrChoice } from '../../../src/router/snmp/mib/pim-bsr.ts';
import type { GroupMapping } from '../../../src/router/snmp/mib/pim-table.ts';

type Origin = GroupMapping['origin'];
const bsr = (hashMaskLengths: Record<4 | 6, number>, priorities: [string, number][] = []): BsrChoice => ({
  hashMaskLengths,
  priorities: new Map(priorities),
});
const USUAL = bsr({ 4: 30, 6: 126 });
const mapping = (groups: string, rp: string | null, precedence = 10, origin: Origin = 'bsr'): GroupMapping => ({
  groups,
  rp,
  mode: rp === null ? 'ssm' : 'asm',
  origin,
  isOverriding: false,
  precedence,
});
const rpOf = (group: string, mappings: readonly GroupMapping[], lengths = USUAL) =>
  mappingOf(group, mappings, lengths)?.rp;

test('the longest range, whatever precedes', () => {
  const mappings = [mapping('239.0.0.0/8', '10.0.0.2', 1), mapping('239.1.0.0/16', '10.0.0.3', 9)];
  expect(rpOf('239.1.1.1', mappings)).toBe('10.0.0.3');
  expect(rpOf('239.2.1.1', mappings)).toBe('10.0.0.2');
  expect(rpOf('232.1.1.1', mappings)).toBeUndefined();
});

test('of one range the mapping that precedes, whatever the hash', () => {
  const mappings = [mapping('239.0.0.0/8', '10.0.0.3', 9), mapping('239.0.0.0/8', '10.0.0.2', 1)];
  for (let i = 0; i < 32; i++) expect(rpOf(`239.1.1.${i}`, mappings)).toBe('10.0.0.2');
});

test('one that overrides the others, even those of longer ranges', () => {
  const overriding = { ...mapping('239.0.0.0/8', '10.0.0.1', 20, 'configRp'), isOverriding: true };
  const mappings = [
    mapping('239.1.0.0/16', '10.0.0.2'),
    overriding,
    mapping('239.1.1.0/24', '10.0.0.3', 1, 'configRp'),
  ];
  expect(rpOf('239.1.1.1', mappings)).toBe('10.0.0.1');
});

test('no RP is an answer as well', () => {
  expect(
    rpOf('232.1.1.1', [mapping('232.0.0.0/8', null, 0, 'configSsm'), mapping('224.0.0.0/4', '10.0.0.2')]),
  ).toBeNull();
});

test('equals of which a BSR knows nothing: the first', () => {
  const mappings = ['10.0.0.4', '10.0.0.2', '10.0.0.3'].map((rp) => mapping('239.0.0.0/8', rp, 1, 'configRp'));
  for (let i = 0; i < 32; i++) expect(rpOf(`239.1.1.${i}`, mappings)).toBe('10.0.0.4');
});

test('equals of which a BSR has announced only some: the first', () => {
  const mappings = [mapping('239.0.0.0/8', '10.0.0.4', 1, 'configRp'), mapping('239.0.0.0/8', '10.0.0.2', 1)];
  for (let i = 0; i < 32; i++) expect(rpOf(`239.1.1.${i}`, mappings)).toBe('10.0.0.4');
  for (let i = 0; i < 32; i++) expect(rpOf(`239.1.1.${i}`, mappings.toReversed())).toBe('10.0.0.2');
});

// RFC 3956 §7: FF7x:0y20:2001:DB8::/64 has the RP 2001:DB8::y.
test.each([
  ['ff7e:120:2001:db8::1', '2001:db8::1'],
  ['ff75:f20:2001:db8::9000:1', '2001:db8::f'],
  // Only as much of the prefix as the length says; the bits beside the RIID do not count.
  ['ff7e:f130:2001:db8:beef:feed:0:1234', '2001:db8:beef::1'],
  ['ff7e:340:2001:db8:beef:feed:0:1234', '2001:db8:beef:feed::3'],
  ['ff7e:3d:ffff:ffff:ffff:ffff:0:1', null],
  ['ff7e:33d:ffff:ffff:ffff:ffff:0:1', 'ffff:ffff:ffff:fff8::3'],
  ['ff7e:300:2001:db8::1', null],
  ['ff7e:341:2001:db8::1', null],
  ['ff7e:320::1', null],
])('the RP that stands in %s', (group, rp) => {
  const embedded = mapping('ff70::/12', null, 1, 'embedded');
  expect(mappingOf(group, [embedded, mapping('ff00::/8', 'fd00::2')], USUAL)).toMatchObject({
    groups: `${group}/128`,
    rp,
  });
});

describe('the hash chooses among those of a BSR', () => {
  const candidates = (groups: string, ...rps: string[]) => rps.map((rp) => mapping(groups, rp));
  const last = (addresses: (string | null | undefined)[]) => addresses.map((one) => one?.slice(-1)).join('');
  const ipv4 = (lengths = USUAL) =>
    last(
      Array.from({ length: 16 }, (_, i) =>
        rpOf(`239.1.1.${i}`, candidates('239.0.0.0/8', '10.0.0.2', '10.0.0.3', '10.0.0.4'), lengths),
      ),
    );
  const ipv6 = (lengths = USUAL) =>
    last(
      Array.from({ length: 16 }, (_, i) =>
        rpOf(`ff0e::1:${i.toString(16)}`, candidates('ff0e::/16', 'fd00::2', 'fd00::3', '2001:db8::7'), lengths),
      ),
    );

  test('IPv4, of the usual 30 bits, of 32, of none', () => {
    expect(ipv4()).toBe('3333222244443333');
    expect(ipv4(bsr({ 4: 32, 6: 126 }))).toBe('3244233342333323');
    expect(ipv4(bsr({ 4: 0, 6: 126 }))).toBe('3333333333333333');
  });

  test('IPv6, of the usual 126 bits, and of 128', () => {
    expect(ipv6()).toBe('7777777733332222');
    expect(ipv6(bsr({ 4: 30, 6: 128 }))).toBe('7333732232222323');
  });

  test('equal values: the higher address', () => {
    // The words of both addresses have the same exclusive or.
    const equals = candidates('ff0e::/16', 'fd00::1:2', 'fd00:0:1:2::');
    expect(rpOf('ff0e::1', equals)).toBe('fd00:0:1:2::');
    expect(rpOf('ff0e::1', equals.toReversed())).toBe('fd00:0:1:2::');
  });

  test('behind the priority, where all of them have one', () => {
    const announced = candidates('239.0.0.0/8', '10.0.0.2', '10.0.0.3', '10.0.0.4');
    const priority = (rp: string, value: number): [string, number] => [`239.0.0.0/8 ${rp}`, value];
    const two = bsr({ 4: 30, 6: 126 }, [priority('10.0.0.2', 0), priority('10.0.0.3', 200), priority('10.0.0.4', 0)]);
    const chosen = Array.from({ length: 16 }, (_, i) => rpOf(`239.1.1.${i}`, announced, two));
    expect(new Set(chosen)).toEqual(new Set(['10.0.0.2', '10.0.0.4']));
    const unknown = bsr({ 4: 30, 6: 126 }, [priority('10.0.0.3', 0)]);
    expect(rpOf('239.1.1.4', announced, unknown)).toBe('10.0.0.2');
  });
});
