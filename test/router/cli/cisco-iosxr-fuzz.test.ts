/** Whatever IOS XR prints, a read ends in a snapshot or in a ReaderError, and in a time that grows with the output only. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseAccessLists,
  parseMulticastConfiguration,
} from '../../../src/router/cli/cisco-iosxr/parse-configuration.ts';
import { parseAddresses, parseCounters, parseIndexes } from '../../../src/router/cli/cisco-iosxr/parse-interfaces.ts';
import { parseMfibCounts } from '../../../src/router/cli/cisco-iosxr/parse-mfib.ts';
import { parseMrib } from '../../../src/router/cli/cisco-iosxr/parse-mrib.ts';
import { parsePath } from '../../../src/router/cli/cisco-iosxr/parse-path.ts';
import { parseNeighbors, parsePim, parseRps } from '../../../src/router/cli/cisco-iosxr/parse-pim.ts';
import { parseTopology } from '../../../src/router/cli/cisco-iosxr/parse-topology.ts';
import { ciscoIosXr } from '../../../src/router/cli/cisco-iosxr/platform.ts';
import { parseRoutes } from '../../../src/router/cli/cisco-iosxr/routes.ts';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { stateOf } from '../../../src/router/state.ts';
import { OUTPUTS } from './support/box/cisco-iosxr.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

const QUERIES: readonly ForwardingQuery[] = [
  { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
  { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' },
];

const VALUES = [
  '__proto__',
  'constructor',
  '0.0.0.0',
  '999.1.2.3/99',
  'fe80::1%x',
  'NA',
  '',
  '-1',
  '99999999999999999999999',
  'Null',
  '(*,',
  '%',
  ': ',
];

/** Text that has been cut, or whose lines or words are fewer, more, others or in another order. */
function damaged(text: string): fc.Arbitrary<string> {
  const lines = text.split('\n');
  const at = fc.nat({ max: text.length });
  const line = fc.nat({ max: lines.length - 1 });
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.tuple(at, at, fc.string()).map(([from, to, put]) => text.slice(0, from) + put + text.slice(to)),
    line.map((n) => lines.toSpliced(n, 1).join('\n')),
    fc.tuple(line, line).map(([n, to]) => lines.toSpliced(to, 0, lines[n]!).join('\n')),
    fc.shuffledSubarray(lines, { minLength: lines.length }).map((shuffled) => shuffled.join('\n')),
    fc.tuple(fc.nat(), fc.constantFrom(...VALUES)).map(([n, value]) => withWord(text, n, value)),
    fc.constantFrom(...Object.values(OUTPUTS)),
    fc.string(),
  );
}

function withWord(text: string, n: number, value: string): string {
  const words = [...text.matchAll(/[^\s(),:/]+/g)];
  const word = words[n % Math.max(1, words.length)];
  return word === undefined ? value : text.slice(0, word.index) + value + text.slice(word.index + word[0].length);
}

const damagedOutputs = fc
  .array(
    fc
      .constantFrom(...Object.entries(OUTPUTS))
      .chain(([command, text]) => damaged(text).map((d) => [command, d] as const)),
    { minLength: 1, maxLength: 4 },
  )
  .map((changes) => ({ ...OUTPUTS, ...Object.fromEntries(changes) }));

function expectSound(snapshot: Snapshot): void {
  stateOf(snapshot); // contradicts itself nowhere
  const indexes = new Set<number | null>([null, ...snapshot.interfaces.map((row) => row.index)]);
  for (const route of snapshot.routes ?? []) {
    expect(indexes).toContain(route.incoming);
    expect(route.packets ?? '0').toMatch(/^\d+$/);
    for (const { index } of route.outgoing) expect(indexes).toContain(index);
  }
}

test('damaged outputs', async () => {
  await fc.assert(
    fc.asyncProperty(damagedOutputs, fc.constantFrom(...QUERIES), async (outputs, query) => {
      const session = fakeCli(outputs);
      try {
        expectSound(await readerWith(ciscoIosXr(), session).readForwarding(query, new AbortController().signal));
      } catch (error) {
        if (!(error instanceof ReaderError)) throw error;
        expect(error.message.length).toBeLessThan(500);
      }
      // Each of the table's commands twice at most, and as many next hops as are followed.
      expect(session.trips.length).toBeLessThan(45);
    }),
    { numRuns: 200 },
  );
});

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  mrib: (text) => parseMrib(text, 'x'),
  topology: (text) => parseTopology(text),
  mfib: (text) => parseMfibCounts(text),
  routes: (text) => parseRoutes({ routes: text, topology: text, counts: text }, '239.1.1.1', 'x'),
  path: (text) => parsePath(text, undefined, 'x'),
  pim: (text) => parsePim(text, 'x'),
  neighbors: (text) => parseNeighbors(text, 'x'),
  rps: (text) => parseRps(text, 'x'),
  ipv4: (text) => parseAddresses(text, 4, undefined, 'x'),
  ipv6: (text) => parseAddresses(text, 6, undefined, 'x'),
  counters: (text) => parseCounters(text, 'x'),
  indexes: (text) => parseIndexes(text, 'x'),
  configuration: (text) => parseMulticastConfiguration(text, undefined, 'x'),
  'access lists': (text) => parseAccessLists(text, 4, 'x'),
};

/** Half a megabyte or more of each output that there is, and of shapes that nobody prints. */
const MONSTERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(OUTPUTS)
      .filter(([command]) => !command.includes('ipv6'))
      .map(([command, text]) => [command, `${text}\n`.repeat(Math.ceil(500_000 / text.length))]),
  ),
  'sources of one group': Array.from(
    { length: 3000 },
    (_, n) => `(10.${n >> 8}.${n & 255}.2,239.1.1.1) RPF nbr: 10.12.0.1 Flags: RPF
  Up: 00:08:20
  Incoming Interface List
    GigabitEthernet0/0/0/0 Flags: A, Up: 00:08:20
`,
  ).join(''),
  'one long line': 'x '.repeat(500_000),
  'one long word': 'a'.repeat(1_000_000),
  digits: '1'.repeat(1_000_000),
  'blanks before a dash': ' '.repeat(1_000_000),
  'many lines of one letter': 'x\n'.repeat(500_000),
  'no lines': '\n'.repeat(1_000_000),
  'long lines of blanks': `${' '.repeat(999)}x\n`.repeat(1000),
  'long lines of colons': `${':'.repeat(999)}\n`.repeat(1000),
  'long lines of words': `${'a '.repeat(499)}\n`.repeat(1000),
  'long lines of addresses': `${'10.1.0.2 '.repeat(110)}\n`.repeat(1000),
  'long lines of commas': `${'a, from b'.repeat(110)}\n`.repeat(1000),
  'open brackets': `(${'('.repeat(900)}\n`.repeat(1000),
};

describe.each(Object.entries(PARSERS))('%s', (_, parse) => {
  test('a megabyte takes no more than three seconds', () => {
    for (const [shape, text] of Object.entries(MONSTERS)) {
      const start = performance.now();
      try {
        parse(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ReaderError);
      }
      const seconds = (performance.now() - start) / 1000;
      expect(seconds / Math.max(1, text.length / 1e6), shape).toBeLessThan(3);
    }
  });
});
