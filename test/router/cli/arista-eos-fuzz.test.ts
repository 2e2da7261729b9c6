/**
 * EOS: whatever it prints, a read ends in a snapshot or in a ReaderError, and in a time that grows with what was printed and
 * no faster.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aristaEos } from '../../../src/router/cli/arista-eos/platform.ts';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import { OUTPUTS } from './support/box/arista-eos.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

const QUERIES: readonly ForwardingQuery[] = [
  { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
  { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' },
];

const VALUES = [
  'null',
  '-1',
  '1e999',
  '"x"',
  '[]',
  '{}',
  '"__proto__"',
  '"constructor"',
  '"0.0.0.0/99"',
  '::',
  '0.0.0.0',
  'never',
  '%',
];

/** Lines and words of a text that got lost, doubled, in disorder, or another value. */
function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length });
  const lines = text.split('\n');
  const line = fc.nat({ max: lines.length - 1 });
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.tuple(at, at, fc.string()).map(([from, to, put]) => text.slice(0, from) + put + text.slice(to)),
    fc.tuple(line, fc.nat({ max: 5 })).map(([from, count]) => lines.toSpliced(from, count).join('\n')),
    fc.tuple(line, line).map(([from, to]) => lines.toSpliced(to, 0, lines[from]!).join('\n')),
    fc.shuffledSubarray(lines).map((some) => some.join('\n')),
    fc.tuple(fc.nat(), fc.constantFrom(...VALUES)).map(([n, value]) => withValue(text, n, value)),
    fc.tuple(fc.constantFrom(...Object.values(OUTPUTS)), at).map(([other, end]) => text.slice(0, end) + other),
    fc.json(),
    fc.string(),
    fc.constant('% Invalid input'),
  );
}

/** Puts `value` in the place of one word or scalar. */
function withValue(text: string, n: number, value: string): string {
  const words = [...text.matchAll(/"[^"\n]*"|[^\s,:"[\]{}]+/g)];
  const word = words[n % Math.max(1, words.length)];
  return word === undefined ? value : text.slice(0, word.index) + value + text.slice(word.index + word[0].length);
}

function damagedOutputs(): fc.Arbitrary<Record<string, string>> {
  const one = fc
    .constantFrom(...Object.entries(OUTPUTS))
    .chain(([command, text]) => damaged(text).map((other) => [command, other] as const));
  return fc
    .array(one, { minLength: 1, maxLength: 5 })
    .map((changes) => ({ ...OUTPUTS, ...Object.fromEntries(changes) }));
}

async function readAll(outputs: Record<string, string>): Promise<void> {
  for (const query of QUERIES) {
    const session = fakeCli(outputs);
    try {
      const snapshot = await readerWith(aristaEos(), session).readForwarding(query, new AbortController().signal);
      const indexes = new Set<number | null>([null, ...snapshot.interfaces.map(({ index }) => index)]);
      for (const route of snapshot.routes ?? []) {
        expect(route.group).toBe(query.group);
        expect(indexes).toContain(route.incoming);
        for (const { index } of route.outgoing) expect(indexes).toContain(index);
        expect(route.packets ?? '0').toMatch(/^\d+$/);
      }
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      expect(error.message.length).toBeLessThan(500);
    }
    expect(session.trips.length).toBeLessThan(100);
  }
}

test('with damaged outputs', async () => {
  await fc.assert(fc.asyncProperty(damagedOutputs(), readAll), { numRuns: 200 });
}, 60_000);

const MEGABYTE = 1_000_000;
const fill = (part: string) => part.repeat(Math.ceil(MEGABYTE / part.length));
const numbered = (line: (n: number) => string, lines: number) =>
  Array.from({ length: lines }, (_, n) => line(n)).join('');

/** Text that a rule might walk over again and again; each about a megabyte. */
const MONSTERS: Readonly<Record<string, string>> = {
  'one line of blanks': `${' '.repeat(MEGABYTE)}x`,
  'one long word': 'a'.repeat(MEGABYTE),
  'lines of blanks with a word behind': fill(`${' '.repeat(990)}x\n`),
  'lines of colons': fill(`  ${': '.repeat(490)}\n`),
  'lines of commas': fill(`10.1.0.2${', '.repeat(490)}\n`),
  'lines of hex digits': fill(`${'fe80:'.repeat(190)}\n`),
  'a word, then blanks': fill(`Ethernet1${' '.repeat(980)}x\n`),
  'an address, then blanks': fill(`10.1.0.2${' '.repeat(980)}?\n`),
  'short lines': fill('x\n'),
  'empty lines': fill('\n'),
  brackets: '['.repeat(MEGABYTE),
  'nested members': '{"a":'.repeat(200_000),
  'quotes that do not end': fill('{"a":"'),
  entries: `PIM Sparse Mode Multicast Routing Table\n${numbered(
    (n) =>
      `239.1.${(n >> 8) & 255}.${n & 255}\n  10.1.0.2, 0:00:09, flags: SP\n    Incoming interface: Ethernet1\n    Outgoing interface list:\n      Ethernet2\n`,
    8000,
  )}`,
  'outgoing interfaces': `PIM Sparse Mode Multicast Routing Table\n239.1.1.1\n  10.1.0.2, 0:00:09, flags: S\n    Outgoing interface list:\n${numbered((n) => `      Vlan${n}\n`, 60_000)}`,
  interfaces: JSON.stringify({
    interfaces: Object.fromEntries(
      Array.from({ length: 8000 }, (_, n) => [
        `Ethernet1/${n}`,
        { mtu: 1500, interfaceAddress: [], inMulticastPkts: 1 },
      ]),
    ),
  }),
  'RPs that override': numbered(
    (n) => `Group: 239.1.${(n >> 8) & 255}.${n & 255}\n  RP: 10.0.0.2\n    Priority: 0, Override: True\n`,
    14_000,
  ),
  boundaries: numbered((n) => `interface Ethernet1/${n}\n   multicast ipv4 boundary 239.0.0.0/8\n`, 14_000),
  'a routing table as text': `VRF: default\n${numbered(
    (n) => ` B E      10.${n >> 8}.${n & 255}.0/24 [20/0]\n           via 10.34.0.3, Ethernet1\n`,
    14_000,
  )}`,
  'a routing table': JSON.stringify({
    vrfs: {
      default: {
        routes: Object.fromEntries(
          Array.from({ length: 12_000 }, (_, n) => [
            `10.${n >> 8}.${n & 255}.0/24`,
            { routeType: 'eBGP', vias: [{ interface: 'Ethernet1' }] },
          ]),
        ),
      },
    },
  }),
};

describe('a monster of a megabyte for every output', () => {
  const platform = aristaEos();
  const questions = [
    platform.table,
    ...QUERIES.map((query) => platform.forwarding(query)),
    platform.path('10.1.0.2', 4),
  ].flatMap((question) => (question.otherwise === undefined ? [question] : [question, question.otherwise]));

  test.each(Object.entries(MONSTERS))(
    '%s',
    (_, monster) => {
      const begin = performance.now();
      let outputs = 0;
      for (const { commands, parse } of questions) {
        outputs += commands.length;
        try {
          parse(commands.map(() => monster));
        } catch (error) {
          if (!(error instanceof ReaderError)) throw error;
        }
      }
      // Measured: 1 to 200 ms for each megabyte. What grows with the square of a line or a list takes many seconds.
      expect((performance.now() - begin) / outputs).toBeLessThan(600);
    },
    60_000,
  );
});
