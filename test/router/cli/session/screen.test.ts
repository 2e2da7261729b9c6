import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Screen } from '../../../../src/router/cli/session/screen.ts';

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

  test('a line that is longer than any screen, as a document may be', () => {
    const line = 'y'.repeat(500_000);
    expect(shown(...Array.from({ length: 5000 }, () => 'y'.repeat(100)))[1]).toBe(line);
    expect(shown(`${line}\rz\r\n`)).toEqual([`z${line.slice(1)}\n`, '']);
  });

  test('what does not begin an escape sequence does not wait for more', () => {
    expect(shown('\x1b\x1b\x1b[0mr1#')).toEqual(['', 'r1#']);
  });

  test('lines are kept as whoever wants them says', () => {
    const screen = new Screen((line) => (line === 'b' ? undefined : `<${line}>`));
    screen.write('a\r\nb\r\n\r\nc');
    expect([screen.lines, screen.line, screen.length]).toEqual(['<a>\n<>\n', 'c', 8]);
  });
});

describe('what never ends', () => {
  const LONG_LINE = 'y'.repeat(65_536);
  test.each<[string, string, string]>([
    ['lines', '', `${'x'.repeat(78)}\r\n`],
    ['short lines', '', 'a\n'],
    ['ends of lines', '', '\n'],
    ['carriage returns', LONG_LINE, '\rx'],
    ['backspaces', LONG_LINE, '\b\bx'],
    ['tabs', LONG_LINE, '\t'],
    ['escapes', '', '\x1b'],
    ['beginnings of sequences', '', '\x1b[1'],
    ['beginnings of titles', '', '\x1b]x'],
    ['long titles', '', `\x1b]${'x'.repeat(127)}`],
  ])('%s cost a time that grows with their length', (_what, before, unit) => {
    const screen = new Screen();
    screen.write(before);
    const chunk = unit.repeat(Math.floor(65_536 / unit.length));
    const begun = process.cpuUsage();
    for (let time = 0; time < 16; time++) screen.write(chunk);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(800);
  });

  test.each(['a\n', '\n'])('%j costs little memory', (unit) => {
    const screen = new Screen();
    const chunk = unit.repeat(65_536 / unit.length);
    const before = process.memoryUsage.rss();
    for (let time = 0; time < 256; time++) screen.write(chunk);
    expect(screen.takeLines()).toHaveLength(16 * 1024 * 1024);
    expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(150);
  });
});
