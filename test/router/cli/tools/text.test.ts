import { describe, expect, test } from 'vitest';
import { fullName } from '../../../../src/router/cli/tools/cisco-names.ts';
import { addressIn, countIn, isNobody, linesOf, readLines, secondsIn } from '../../../../src/router/cli/tools/text.ts';

test('each line goes to the first rule that knows it; one that none knows is told', () => {
  const read: string[] = [];
  const unknown: string[] = [];
  readLines(
    'Group 239.1.1.1  \r\n\r\n  Source 10.1.0.2\nwhatever\n',
    [
      [/^Group (\S+)$/, ([, group]) => read.push(`group ${group}`)],
      [/^ +Source (\S+)/, ([, source]) => read.push(`source ${source}`)],
      [/^ +/, () => read.push('never')],
    ],
    (line) => unknown.push(line),
  );
  expect(read).toEqual(['group 239.1.1.1', 'source 10.1.0.2']);
  expect(unknown).toEqual(['whatever']);
});

test('a long line is wrapped between its words, and no word is lost or cut', () => {
  const names = Array.from({ length: 300 }, (_, i) => `ge-0/0/0.${1000 + i}`);
  const lines = linesOf(`  list:\n    ${names.join(' ')}\n  end`);
  expect([lines[0], lines.at(-1)]).toEqual(['  list:', '  end']);
  for (const line of lines.slice(1, -1)) {
    expect(line.length).toBeLessThanOrEqual(1000);
    expect(line).toMatch(/^ {4}ge/);
  }
  expect(lines.slice(1, -1).flatMap((line) => line.trim().split(' '))).toEqual(names);
});

test('words stay apart whatever is between them, and one line is no more than a hundred', () => {
  expect(linesOf(`${'x'.repeat(990)}\tge-0/0/0.10\tge-0/0/0.11`)).toEqual([
    'x'.repeat(990),
    'ge-0/0/0.10\tge-0/0/0.11',
  ]);
  expect(linesOf('a '.repeat(1_000_000))).toHaveLength(100);
});

test('a word that nobody prints is cut off', () => {
  expect(linesOf(`a ${'x'.repeat(100_000)} b`)).toEqual(['a', 'x'.repeat(1000), 'b']);
  expect(linesOf('x'.repeat(100_000))).toEqual(['x'.repeat(1000)]);
});

test.each([
  ['00:04:08', 248],
  ['00:04:08.123', 248],
  ['123:00:01', 442801],
  ['1d02h', 93600],
  ['1d02h03m', 93780],
  ['01w2d03h', 788400],
  ['3w4d', 2160000],
  ['1y2w', 32745600],
  ['3d:14h', 309600],
  ['2d 03:04:05', 183845],
  ['4:08', 248],
  ['never', null],
  ['stopped', null],
  ['', null],
  [undefined, null],
  ['1d02h and more', null],
  ['999999y'.repeat(9), null],
])('%s is %s seconds', (text, seconds) => {
  expect(secondsIn(text)).toBe(seconds);
});

test.each([
  ['1,234,567', '1234567'],
  ['0', '0'],
  ['007', '7'],
  ['18446744073709551615', '18446744073709551615'],
  ['18446744073709551616', null],
  ['NA', null],
  ['', null],
  ['-1', null],
  [undefined, null],
])('%s counts %s', (text, count) => {
  expect(countIn(text)).toBe(count);
});

test('addresses, with a zone or none', () => {
  expect(addressIn('fe80::0:1%GigabitEthernet0/1')).toBe('fe80::1');
  expect(addressIn('10.0.0.1')).toBe('10.0.0.1');
  expect(addressIn('none')).toBeUndefined();
  expect(['0.0.0.0', '::', '0::0', '10.0.0.0', 'x'].map(isNobody)).toEqual([true, true, true, false, false]);
});

describe('names of interfaces', () => {
  const names = {
    kinds: ['FastEthernet', 'GigabitEthernet', 'TenGigabitEthernet', 'Ethernet', 'Port-channel', 'Loopback'],
    short: new Map([['te', 'TenGigabitEthernet']]),
  };
  test.each([
    ['Gi0/1', 'GigabitEthernet0/1'],
    ['Gi0/1.100', 'GigabitEthernet0/1.100'],
    ['Te1/1/3', 'TenGigabitEthernet1/1/3'],
    ['GigabitEthernet0/1', 'GigabitEthernet0/1'],
    ['Gig 0/1', 'GigabitEthernet0/1'],
    ['Et1', 'Ethernet1'],
    ['po10', 'Port-channel10'],
    ['Lo0', 'Loopback0'],
    ['ge-0/0/0.0', 'ge-0/0/0.0'],
    ['Null', 'Null'],
    ['constructor1', 'constructor1'],
  ])('%s is %s', (short, full) => {
    expect(fullName(short, names)).toBe(full);
  });
});
