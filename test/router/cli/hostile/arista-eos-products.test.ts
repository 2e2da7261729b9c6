/** EOS: what is told many times of what is told many times takes time and memory that grow with the output and no faster. */
import { expect, test } from 'vitest';
import { parseBoundaries } from '../../../../src/router/cli/arista-eos/parse-boundaries.ts';
import { parseGroup } from '../../../../src/router/cli/arista-eos/parse-routes.ts';
import { inTime } from './in-time.ts';

const C = 'command';
const many = (count: number, lineOf: (n: number) => string) => Array.from({ length: count }, (_, n) => lineOf(n));

function readInTime<Part>(parse: (output: string) => Part, lines: readonly string[]): Part {
  const output = lines.join('\n');
  return inTime([output], () => parse(output));
}

/** JSON where it is given, text, and counts of nothing. */
function groupOf(text: string, document?: string) {
  const answer = (output: string) => ({ command: C, output });
  const json = document === undefined ? {} : { document: answer(document) };
  return parseGroup({ ...json, text: answer(text), counts: answer('') }, undefined);
}

const EXCLUDED = ['    Interfaces not in OIL:', ...many(25_000, (n) => `      Et${n}`)];

test('an entry that is there many times, with many interfaces that get nothing', () => {
  const entries = ['PIM Sparse Mode Multicast Routing Table', '239.1.1.1', ...many(25_000, () => '  10.1.1.1')];
  expect(readInTime(groupOf, [...entries, ...EXCLUDED]).routes).toHaveLength(1);
});

test('an entry that is in the tables of many modes, with many interfaces that get nothing', () => {
  const text = ['PIM Sparse Mode Multicast Routing Table', '239.1.1.1', '  10.1.1.1', ...EXCLUDED].join('\n');
  const table = '{"groups":{"239.1.1.1":{"groupSources":{"10.1.1.1":{}}}}}';
  const document = ['{"vrfs":{"default":{', many(10_000, (n) => `"mode${n}":${table}`).join(',\n'), '}}}'];
  const { routes } = readInTime((output) => groupOf(text, output), document);
  expect(routes.map((route) => route.outgoing.length)).toEqual([25_000]);
});

const boundariesOf = (output: string) => parseBoundaries(output, C);
const listOf = (name: string, rules: number) => [
  `ip access-list standard ${name}`,
  ...many(rules, (n) => `   ${n} permit 239.${(n >> 8) % 256}.${n % 256}.0/24`),
];

test('a list that one interface names many times', () => {
  const statements = many(50, () => `   multicast ipv4 boundary${' A'.repeat(400)}`);
  const boundaries = readInTime(boundariesOf, ['interface Ethernet1', ...statements, ...listOf('A', 20_000)]);
  expect(boundaries.map(({ rules }) => rules.length)).toEqual([20_000]);
});

test('a long list that many interfaces name', () => {
  const interfaces = many(10_000, (n) => `interface Ethernet${n}\n   multicast ipv4 boundary A`);
  const boundaries = readInTime(boundariesOf, [...interfaces, ...listOf('A', 10_000)]);
  expect(new Set(boundaries.map(({ rules }) => rules)).size).toBe(1);
});

test('long lists that many interfaces join', () => {
  const interfaces = many(10_000, (n) => `interface Ethernet${n}\n   multicast ipv4 boundary A B`);
  expect(readInTime(boundariesOf, [...interfaces, ...listOf('A', 5000), ...listOf('B', 5000)])).toEqual([]);
});
