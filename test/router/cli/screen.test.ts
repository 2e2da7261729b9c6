import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Screen } from '../../../src/router/cli/screen.ts';

function shown(...chunks: string[]): [lines: string, line: string] {
  const screen = new Screen();
  for (const chunk of chunks) screen.write(chunk);
  return [screen.lines, screen.line];
}

describe('what a terminal would show', () => {
  test.each<[string, string[], string, string]>([
    ['lines and the one that has not ended', ['a\r\nb\r\nr1#'], 'a\nb\n', 'r1#'],
    ['blanks at the end of a line', ['a  \r\n r1# '], 'a\n', ' r1# '],
    ['a pager that is written over', ['a\r\n --More-- ', '\r         \rb\r\n'], 'a\nb\n', ''],
    [
      'a pager that is rubbed out',
      [`a\r\n--More--${'\b'.repeat(8)}${' '.repeat(8)}${'\b'.repeat(8)}b\r\n`],
      'a\nb\n',
      '',
    ],
    ['a pager that is erased', ['a\r\n--More--\r\x1b[Kb\r\n'], 'a\nb\n', ''],
    ['colours and titles', ['\x1b[1;32mr1\x1b[0m\x1b]0;title\x07#'], '', 'r1#'],
    ['a sequence that is cut in two', ['r1\x1b[', '0m#'], '', 'r1#'],
    ['tabs', ['a\tb\r\n'], 'a       b\n', ''],
    ['bells and other controls', ['a\x07\x00b\x7f\r\n'], 'ab\n', ''],
    ['an escape that never ends', [`\x1b]${'x'.repeat(200)}`], '', `]${'x'.repeat(200)}`],
  ])('%s', (_name, chunks, lines, line) => {
    expect(shown(...chunks)).toEqual([lines, line]);
  });

  test('however it is cut into pieces', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '\r', '\n', '\b', '\t', '\x1b', '[', '1', 'K', 'm', ']', '\x07'),
    });
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 30 })), (whole, cuts) => {
        const at = [...new Set(cuts.filter((cut) => cut < whole.length))].sort((a, b) => a - b);
        const pieces = [0, ...at].map((from, i) => whole.slice(from, at[i] ?? whole.length));
        expect(shown(...pieces)).toEqual(shown(whole));
      }),
      { numRuns: 2000 },
    );
  });

  test('half a megabyte, and a line that never ends, take no time and not all memory', () => {
    const began = performance.now();
    const [lines] = shown(...Array.from({ length: 5000 }, () => `${'x'.repeat(100)}\r\n`));
    expect(lines).toHaveLength(505_000);
    expect(shown(...Array.from({ length: 5000 }, () => 'y'.repeat(100)))[1]).toHaveLength(65_536);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
