/** Text that a router might print on a bad day. */
import fc from 'fast-check';

/** Words that rules may trip over, in the place of one that they expect. */
const WORDS = [
  '',
  '-1',
  '1e999',
  '99999999999999999999999',
  'null',
  '"x"',
  '[]',
  '{}',
  '"\\n% x"',
  '"__proto__"',
  '"0.0.0.0/99"',
  '__proto__',
  'constructor',
  '0.0.0.0',
  '999.1.2.3/99',
  '::',
  '::/0',
  'FE80::1%Gi0',
  'Null',
  'never',
  'NA',
  'Direct',
  '(null)',
  '(*,',
  '1/1/1/1',
  '-',
  '%',
  '% Invalid input',
  ': ',
  '\r',
  ' --More-- ',
  '<x>',
  '&y;',
  '\u0000',
  '\ud800',
];

/**
 * Cut, spliced, with lines or words that got lost, doubled, out of order or replaced; or something else altogether.
 * @param others what may stand behind or instead of it
 */
export function damaged(text: string, others: readonly string[]): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length });
  const lines = text.split('\n');
  const line = fc.nat({ max: lines.length - 1 });
  const other = fc.constantFrom(...others, '');
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.tuple(at, at, fc.string()).map(([from, to, put]) => text.slice(0, from) + put + text.slice(to)),
    fc.tuple(at, other, fc.nat({ max: 2000 })).map(([end, tail, from]) => text.slice(0, end) + tail.slice(from)),
    fc.tuple(line, fc.nat({ max: 5 })).map(([from, count]) => lines.toSpliced(from, count).join('\n')),
    fc.tuple(line, line).map(([from, to]) => lines.toSpliced(to, 0, lines[from]!).join('\n')),
    fc
      .tuple(line, fc.nat({ max: 50 }))
      .map(([n, times]) => lines.toSpliced(n, 0, ...Array<string>(times).fill(lines[n]!)).join('\n')),
    fc.subarray(lines).map((some) => some.join('\n')),
    fc.shuffledSubarray(lines, { minLength: lines.length }).map((all) => all.join('\n')),
    fc.shuffledSubarray(lines).map((some) => some.map((one) => one.trimStart()).join('\r\n')),
    fc.tuple(fc.nat(), fc.constantFrom(...WORDS)).map(([n, word]) => withWord(text, n, word)),
    other,
    fc.json(),
    fc.string(),
  );
}

/** Puts `word` in the place of a word, or of a value of JSON or XML. */
function withWord(text: string, n: number, word: string): string {
  const words = [...text.matchAll(/"[^"\n]*"|[^\s,:"()<>[\]{}]+/g)];
  const replaced = words[n % Math.max(1, words.length)];
  if (replaced === undefined) return word;
  return text.slice(0, replaced.index) + word + text.slice(replaced.index + replaced[0].length);
}

/** The outputs with one to four of them damaged. */
export function damagedOutputs(outputs: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, string>> {
  const others = Object.values(outputs);
  const one = fc
    .constantFrom(...Object.entries(outputs))
    .chain(([command, text]) => damaged(text, others).map((other) => [command, other] as const));
  return fc
    .array(one, { minLength: 1, maxLength: 4 })
    .map((changes) => ({ ...outputs, ...Object.fromEntries(changes) }));
}

/** Anything at all, for every output. */
export const anything = fc.array(
  fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(...WORDS),
    fc.array(fc.constantFrom(...WORDS)).map((words) => words.join('\n')),
  ),
  { minLength: 1, maxLength: 20 },
);
