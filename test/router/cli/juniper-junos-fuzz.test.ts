/** Whatever a Junos router prints, in text or with tags: a snapshot or a ReaderError, in a time that grows with its length. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { platforms } from '../../../src/router/cli/platforms.ts';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import { stateOf } from '../../../src/router/state.ts';
import { OUTPUTS } from './support/box/juniper-junos.ts';
import { TEXT_OUTPUTS } from './support/box/juniper-junos-text.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

const QUERY: ForwardingQuery = { family: 4, group: '239.1.1.1', source: '10.1.0.2' };
const QUERY6: ForwardingQuery = { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' };
const SIGNAL = new AbortController().signal;

const VALUES = [
  '',
  '__proto__',
  'constructor',
  '0.0.0.0',
  '0.0.0.0/99',
  '::',
  '-1',
  '99999999999999999999999',
  '<x>',
  '&y;',
  'ge-0/0/0.0',
  '(null)',
  'Direct',
  '\u0000',
  '\ud800',
] as const;

/** Text that was cut, spliced, or whose lines or values have got lost, doubled, shuffled or replaced. */
function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length });
  const lines = text.split('\n');
  const line = fc.nat({ max: Math.max(0, lines.length - 1) });
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.tuple(at, at, fc.string()).map(([from, to, put]) => text.slice(0, from) + put + text.slice(to)),
    line.map((n) => lines.toSpliced(n, 1).join('\n')),
    fc.tuple(line, line).map(([n, to]) => lines.toSpliced(to, 0, lines[n]!).join('\n')),
    fc.shuffledSubarray(lines).map((some) => some.join('\n')),
    fc.tuple(fc.nat(), fc.constantFrom(...VALUES)).map(([n, value]) => {
      const words = [...text.matchAll(/[^\s<>]+/g)];
      const word = words[n % Math.max(1, words.length)];
      return word === undefined ? value : text.slice(0, word.index) + value + text.slice(word.index + word[0].length);
    }),
    fc.string(),
    fc.json(),
  );
}

function damagedOutputs(outputs: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, string>> {
  const one = fc
    .constantFrom(...Object.entries(outputs))
    .chain(([command, text]) => damaged(text).map((changed) => [command, changed] as const));
  return fc
    .array(one, { minLength: 1, maxLength: 4 })
    .map((changes) => ({ ...outputs, ...Object.fromEntries(changes) }));
}

describe.each([
  ['with tags', OUTPUTS],
  ['in text', TEXT_OUTPUTS],
  ['in either', { ...OUTPUTS, ...TEXT_OUTPUTS }],
])('%s', (_form, outputs) => {
  test('damaged', async () => {
    await fc.assert(
      fc.asyncProperty(damagedOutputs(outputs), fc.constantFrom(QUERY, QUERY6), async (damage, query) => {
        const cli = fakeCli(damage);
        try {
          const snapshot = await readerWith(platforms['juniper-junos'](), cli).readForwarding(query, SIGNAL);
          stateOf(snapshot);
        } catch (error) {
          if (!(error instanceof ReaderError)) throw error;
          expect(error.message.length).toBeLessThan(500);
        }
        expect(cli.trips.length).toBeLessThan(64);
      }),
      { numRuns: 400 },
    );
  });
});

/** About a megabyte each. */
const MEGABYTE = 1_000_000;
const times = (text: string) => text.repeat(Math.ceil(MEGABYTE / text.length));
const MONSTERS: readonly (readonly [string, string])[] = [
  ['one long line', 'x'.repeat(MEGABYTE)],
  ['one line of blanks', ' '.repeat(MEGABYTE)],
  ['one line of addresses', times('10.0.0.1 ')],
  ['one line of units', times('ge-0/0/0.0 (pruned) ')],
  ['one line of colons', times('A: ')],
  ['many short lines', times('x\n')],
  ['many empty lines', '\n'.repeat(MEGABYTE)],
  ['many carets', times('                ^\n')],
  ['many braces', times('{')],
  ['many brackets', times('[')],
  ['many openings', times('<a>')],
  ['many attributes', `<a ${times('b="c" ')}`],
  ['many unclosed tags', times('<a\n')],
  ['many empty elements', `<rpc-reply>${times('<a/>')}</rpc-reply>`],
  ['one long name', `<${'a-'.repeat(MEGABYTE / 2)}/>`],
  [
    'one long value',
    `<multicast-rpf-information><prefix>${'1.'.repeat(MEGABYTE / 2)}</prefix></multicast-rpf-information>`,
  ],
  ['lines of hexadecimal digits', times(`ge-0/0/0.0 4 2 ${'a'.repeat(900)}!\n`)],
  ['lines of slashes', times(`10.0.0.1 static ${'/1'.repeat(450)}!\n`)],
  ['lines of numbers', times(`Errors ${'1 '.repeat(450)}x\n`)],
  ['lines of words', times(`Errors ${'is not '.repeat(140)}x\n`)],
  ['lines of blanks', times(`x${' '.repeat(980)}x\n`)],
  ['engines', times('{master}\n')],
  [
    'routes with tags',
    `<rpc-reply><multicast-route-information><route-family>${times(
      `<multicast-route><multicast-group-address>239.1.1.1</multicast-group-address>
<multicast-source-address>10.1.0.2</multicast-source-address><upstream-interface-name>ge-0/0/0.0</upstream-interface-name>
<downstream-interface-names><interface-name>ge-0/0/1.0</interface-name></downstream-interface-names></multicast-route>`,
    )}</route-family></multicast-route-information></rpc-reply>`,
  ],
  ...Object.entries(TEXT_OUTPUTS)
    .filter(([command]) => !/inet6|232\.1\.1\.1|10\.0\.0\.2/.test(command))
    .map(([command, text]) => [`${command}, again and again`, times(text)] as const),
];

test.each(MONSTERS)('%s: not long', { timeout: 60_000 }, async (_name, monster) => {
  const { table, forwarding, path, terminal } = platforms['juniper-junos']();
  for (const { commands, parse } of [table, forwarding(QUERY), path('10.1.0.2', 4)]) {
    const began = performance.now();
    try {
      parse(commands.map(() => monster));
    } catch (error) {
      expect(error).toBeInstanceOf(ReaderError);
    }
    // Each of the outputs is a megabyte; what takes a time that grows faster would take minutes.
    expect((performance.now() - began) / commands.length).toBeLessThan(4000);
  }
  expect(terminal?.prompt.test(monster)).toBe(false);
});
