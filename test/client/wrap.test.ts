import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wrapList } from '../../src/client/wrap.ts';

test('a list that fits stays on its line', () => {
  expect(wrapList('Reply: Length 20, # Hops 255', '  ')).toBe('Reply: Length 20, # Hops 255');
});

test('any other goes on behind a comma, indented, in lines of 80 columns but for pieces that are longer', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 100 }).map((text) => text.trim() || 'c');
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
      const lines = wrapList(pieces.join(', '), '    ').split('\n');
      expect(lines.map((line, i) => (i === 0 ? line : line.slice(4))).join(' ')).toBe(pieces.join(', '));
      for (const line of lines) expect(line.length <= 80 || !line.trim().includes(', ')).toBe(true);
      // No line ends before it has to.
      for (const [i, line] of lines.slice(0, -1).entries()) {
        const next = lines[i + 1]!.trim().split(/(?<=,) /)[0]!;
        expect(line.length + 1 + next.length).toBeGreaterThan(80);
      }
    }),
  );
});
