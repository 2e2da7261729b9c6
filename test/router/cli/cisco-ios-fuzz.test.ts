/** Whatever IOS prints, a read ends in a snapshot without contradictions or in a ReaderError, and soon. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ciscoIos } from '../../../src/router/cli/cisco-ios/platform.ts';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import { stateOf } from '../../../src/router/state.ts';
import { OUTPUTS } from './support/box/cisco-ios.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

const QUERIES: readonly ForwardingQuery[] = [
  { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
  { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' },
];

const WORDS = [
  'Null',
  'never',
  '-',
  '__proto__',
  'constructor',
  '0.0.0.0',
  '::',
  'FE80::1%Gi0',
  '239.1.1.1/99',
  '99999999999999999999',
  '(*,',
  '1/1/1/1',
  '% Invalid input',
  '\r',
  ' --More-- ',
];

/** Text that was cut, spliced or put out of order, or whose words have become others. */
function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length });
  const lines = text.split('\n');
  const line = fc.nat({ max: lines.length - 1 });
  const words = [...text.matchAll(/[^\s,()/]+/g)];
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.tuple(at, at, fc.string()).map(([from, to, put]) => text.slice(0, from) + put + text.slice(to)),
    line.map((dropped) => lines.filter((_, n) => n !== dropped).join('\n')),
    fc.tuple(line, line).map(([from, to]) => lines.toSpliced(to, 0, lines[from]!).join('\n')),
    fc.shuffledSubarray(lines, { minLength: lines.length }).map((shuffled) => shuffled.join('\n')),
    fc.shuffledSubarray(lines).map((some) => some.map((one) => one.trimStart()).join('\r\n')),
    fc.tuple(fc.nat({ max: words.length - 1 }), fc.constantFrom(...WORDS)).map(([n, put]) => {
      const { index, 0: word } = words[n]!;
      return text.slice(0, index) + put + text.slice(index + word.length);
    }),
    fc.constantFrom(...Object.values(OUTPUTS)),
    fc.string(),
  );
}

const damagedOutputs = fc
  .array(
    fc
      .constantFrom(...Object.entries(OUTPUTS))
      .chain(([command, text]) => damaged(text).map((one) => [command, one] as const)),
    { minLength: 1, maxLength: 4 },
  )
  .map((changes) => ({ ...OUTPUTS, ...Object.fromEntries(changes) }));

async function readAll(outputs: Readonly<Record<string, string>>): Promise<void> {
  for (const query of QUERIES) {
    const session = fakeCli(outputs);
    try {
      const snapshot = await readerWith(ciscoIos(), session).readForwarding(query, new AbortController().signal);
      stateOf(snapshot);
      for (const { group, source } of snapshot.routes ?? []) {
        expect(group).toBe(query.group);
        expect([null, query.source]).toContain(source);
      }
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      expect(error.message.length).toBeLessThan(500);
    }
    expect(session.trips.length).toBeLessThan(36);
  }
}

test('with damaged outputs', async () => {
  await fc.assert(fc.asyncProperty(damagedOutputs, readAll), { numRuns: 150 });
}, 60_000);

test('with anything at all for every output', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.constantFrom(...WORDS)), { minLength: 1 }), (words) => {
      const text = words.join('\n');
      return readAll(Object.fromEntries(Object.keys(OUTPUTS).map((command) => [command, text])));
    }),
    { numRuns: 200 },
  );
}, 60_000);

describe('time for a megabyte', () => {
  /** Ten times what it takes on two slow cores. */
  const BOUND_MS_PER_MB = 5000;
  const entries = (count: number, entry: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => entry(n)).join('\n');
  const routes4 = entries(
    2500,
    (n) => `(10.1.${n >> 8}.${n & 255}, 239.1.1.1), 00:19:29/00:02:15, flags: T
  Incoming interface: GigabitEthernet0/0, RPF nbr 10.45.0.4
  Outgoing interface list:
    GigabitEthernet0/1, Forward/Sparse, 00:01:16/00:03:12, flags:
    Vlan${n % 4000}, VXLAN v4 Encap: (50901, 239.1.1.1), Forward/Sparse, 00:00:28/00:02:34, flags:
`,
  );
  const interfaces4 = entries(700, (n) => OUTPUTS['show ip interface']!.slice(0, 800).replaceAll('0/0', `0/0.${n}`));

  test.each([
    ['one line', 'x'.repeat(250_000)],
    ['blanks', ' '.repeat(250_000)],
    ['blanks before something', `${' '.repeat(250_000)}x`],
    ['digits', '1'.repeat(250_000)],
    ['colons', ':'.repeat(250_000)],
    ['commas', '(,'.repeat(125_000)],
    ['percent signs', '%A-1-'.repeat(50_000)],
    ['long lines of one kind', `${'(a, b), '.repeat(120)}\n`.repeat(250)],
    ['long lines of addresses', `${'10.1.1.1 '.repeat(110)}\n`.repeat(250)],
    ['long lines of outgoing interfaces', `    Vlan1, ${'Forward '.repeat(120)}\n`.repeat(250)],
    ['line feeds', '\n'.repeat(250_000)],
    ['short lines', 'x\n'.repeat(125_000)],
    ['headings of entries', '(*, 1.1.1.1)\n'.repeat(20_000)],
    ['half a megabyte of entries', routes4],
    ['half a megabyte of interfaces', interfaces4],
    [
      'rules of access lists',
      `Extended IP access list A\n${'    10 permit ip any 239.0.0.0 0.255.255.255 (1 match)\n'.repeat(4500)}`,
    ],
  ])(
    '%s',
    (_shape, text) => {
      const ios = ciscoIos();
      const [query4, query6] = QUERIES as [ForwardingQuery, ForwardingQuery];
      const questions = [
        ios.table,
        ios.forwarding(query4),
        ios.forwarding(query6),
        ios.path(query4.source!, 4),
        ios.path(query6.source!, 6),
      ];
      for (const { commands, parse } of questions) {
        for (const command of commands) {
          const began = performance.now();
          try {
            parse(commands.map((one) => (one === command ? text : OUTPUTS[one]!)));
          } catch (error) {
            if (!(error instanceof ReaderError)) throw error;
          }
          const ms = performance.now() - began;
          expect(ms / (text.length / 1e6), command).toBeLessThan(BOUND_MS_PER_MB);
        }
      }
    },
    120_000,
  );
});
