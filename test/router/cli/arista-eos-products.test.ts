/** EOS: what is told many times of what is told many times takes time and memory that grow with the output and no faster. */
import { expect, test } from 'vitest';
import { parseGroup } from '../../../src/router/cli/arista-eos/parse-routes.ts';

const C = 'command';
const many = (count: number, lineOf: (n: number) => string) => Array.from({ length: count }, (_, n) => lineOf(n));

function inTime<Part>(parse: (output: string) => Part, lines: readonly string[]): Part {
  const output = lines.join('\n');
  const beganMs = performance.now();
  const part = parse(output);
  expect(performance.now() - beganMs).toBeLessThan(1000 + (3000 * output.length) / 1e6);
  return part;
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
  expect(inTime(groupOf, [...entries, ...EXCLUDED]).routes).toHaveLength(1);
});

test('an entry that is in the tables of many modes, with many interfaces that get nothing', () => {
  const text = ['PIM Sparse Mode Multicast Routing Table', '239.1.1.1', '  10.1.1.1', ...EXCLUDED].join('\n');
  const table = '{"groups":{"239.1.1.1":{"groupSources":{"10.1.1.1":{}}}}}';
  const document = ['{"vrfs":{"default":{', many(10_000, (n) => `"mode${n}":${table}`).join(',\n'), '}}}'];
  const { routes } = inTime((output) => groupOf(text, output), document);
  expect(routes.map((route) => route.outgoing.length)).toEqual([25_000]);
});
