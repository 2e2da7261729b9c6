/**
 * proto/CONFORMANCE.md, the code and the tests say the same: each row's file and test are there, each citation has a row, and,
 * where the text of RFC 8487 is at hand, each of its upper-case rules has one, too.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Citation,
  citationsIn,
  isNameIn,
  isSameTest,
  type Row,
  rowsOf,
  sectionsOf,
  testNamesIn,
} from '../support/conformance.ts';

const TABLE = 'proto/CONFORMANCE.md';
/** By path from the root of the repository. */
type Texts = ReadonlyMap<string, string>;

/** What is wrong with the rows by themselves, and with the files and tests that they name. */
function faultsOfRows(rows: readonly Row[], texts: Texts): string[] {
  const found: string[] = [];
  const keys = new Set<string>();
  const namesByFile = new Map<string, string[][]>();
  const namesOf = (file: string, text: string) => {
    const names = namesByFile.get(file) ?? testNamesIn(text);
    namesByFile.set(file, names);
    return names;
  };
  for (const { key, done, section, step } of rows) {
    const say = (what: string) => found.push(`${TABLE}, row ${key}: ${what}`);
    if (keys.has(key)) say('there is another row of this name; add a word that tells them apart');
    keys.add(key);
    if (done === undefined) continue;
    for (const file of done.files) {
      const text = texts.get(file);
      if (text === undefined) say(`no file ${file}; name the one that does it now, or say "not done, because …"`);
      else if (!isCited(citationsIn(file, text), section, step))
        say(`${file} does not cite RFC 8487 §${section}; cite it where it is done, or name the file that does it`);
    }
    const { file, path } = done.test;
    const text = texts.get(file);
    if (text === undefined) say(`no test file ${file}; name the test that fails when this is broken`);
    else if (!isNameIn(path, namesOf(file, text), text))
      say(`no test "${path.join(' > ')}" in ${file}; name the test that fails when this is broken`);
  }
  return found;
}

/** A row of a step is cited by the step, or by its section as a whole; any other row by its section. */
function isCited(citations: readonly Citation[], section: string, step: string | undefined): boolean {
  return citations.some(
    (one) => one.section === section && (one.step === undefined || !isNumber(step) || one.step === step),
  );
}

function isNumber(step: string | undefined): boolean {
  return step !== undefined && /^\d+$/.test(step);
}

function faultsOfCitations(rows: readonly Row[], citations: readonly Citation[]): string[] {
  return citations
    .filter(({ section, step }) => !rows.some((row) => covers(row, section, step)))
    .map(
      ({ file, section, step }) =>
        `${file} cites RFC 8487 §${section}${step === undefined ? '' : ` (${step})`}, of which ${TABLE} has no row: ` +
        'add one, or correct the citation',
    );
}

/** A section is there as well when there are rows of what is below it. */
function covers(row: Row, section: string, step: string | undefined): boolean {
  if (step !== undefined) return row.section === section && row.step === step;
  return row.section === section || row.section.startsWith(`${section}.`);
}

/** What the RFC's own text says to the rows and citations: `sections` are its sections, each with its upper-case words. */
function faultsByRfc(rows: readonly Row[], citations: readonly Citation[], sections: ReadonlyMap<string, string[]>) {
  const named = [...rows.map((row) => ({ file: TABLE, section: row.section })), ...citations];
  const unknown = named
    .filter(({ section }) => !sections.has(section))
    .map(({ file, section }) => `${file} names §${section}, which RFC 8487 does not have: correct it`);
  const missing = [...sections].flatMap(([section, words]) => {
    if (section === '2') return []; // where the words themselves are explained
    const ours = rows.filter((row) => row.section === section).flatMap((row) => row.levels);
    return [...new Set([...words, ...ours])].flatMap((word) => {
      const [wanted, has] = [words, ours].map((some) => some.filter((one) => one === word).length);
      return wanted === has
        ? []
        : [
            `RFC 8487 §${section} has ${word} ${wanted} times, ${TABLE} ${has} times: one row for each, "rule" for others`,
          ];
    });
  });
  return [...unknown, ...missing];
}

const ROOT = join(import.meta.dirname, '../..');
/** The RFC's text is not in the repository; it may lie beside it. */
const RFC = join(ROOT, '../shared/rfc/rfc8487.txt');

function textsIn(folder: string, pattern: RegExp): [string, string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name) && !name.includes('node_modules'))
    .map((name) => [`${folder}/${name}`, readFileSync(join(ROOT, folder, name), 'utf8')]);
}

const TEXTS: Texts = new Map([
  ...['src', 'proto'].flatMap((folder) => textsIn(folder, /\.(?:ts|c|h|hex)$|README\.md$/)),
  ...textsIn('test', /\.test\.ts$/),
]);
const ROWS = rowsOf(readFileSync(join(ROOT, TABLE), 'utf8'));
const CITATIONS = [...TEXTS].flatMap(([file, text]) => (file.startsWith('test/') ? [] : citationsIn(file, text)));

test('each row has a file that cites its section, and a test that is there', () => {
  expect(ROWS.length).toBeGreaterThan(200);
  expect(faultsOfRows(ROWS, TEXTS)).toEqual([]);
});

test('each citation of RFC 8487 has a row', () => {
  expect(CITATIONS.length).toBeGreaterThan(100);
  expect(faultsOfCitations(ROWS, CITATIONS)).toEqual([]);
});

const isThere = existsSync(RFC);
test.skipIf(!isThere)(
  `the RFC has all these sections, and no upper-case rule but these${isThere ? '' : ' (SKIPPED: no ../shared/rfc/rfc8487.txt)'}`,
  () => {
    const sections = sectionsOf(readFileSync(RFC, 'utf8'));
    expect(sections.get('9.7.2')).toEqual(['SHOULD', 'SHOULD']);
    expect(faultsByRfc(ROWS, CITATIONS, sections)).toEqual([]);
  },
);

describe('what is wrong is said', () => {
  const DONE = '| §3.1 Length | MUST | four | src/a.ts | test/a.test.ts > group > one of 7 |';
  const texts = new Map([
    ['src/a.ts', '/** RFC 8487 §3.1, §4.2.2 (7) */'],
    ['test/a.test.ts', "describe('group', () => {\n  test.each([[7]])('one of %i', () => {});\n});"],
  ]);
  const ofRows = (...lines: string[]) => faultsOfRows(rowsOf(lines.join('\n')), texts).join('\n');

  test('of a row', () => {
    expect(ofRows(DONE)).toBe('');
    expect(ofRows(DONE, DONE)).toContain('row §3.1 Length: there is another row of this name');
    expect(ofRows(DONE.replace('src/a.ts', 'src/b.ts'))).toContain('no file src/b.ts; name the one that does it now');
    expect(ofRows(DONE.replace('§3.1', '§3.2'))).toContain('src/a.ts does not cite RFC 8487 §3.2; cite it where');
    expect(ofRows(DONE.replace('§3.1', '§3'))).toContain('does not cite RFC 8487 §3;');
    expect(ofRows(DONE.replace('§3.1', '§4.2.2 (8)'))).toContain('does not cite RFC 8487 §4.2.2');
    expect(ofRows(DONE.replace('§3.1', '§4.2.2 (7)'))).toBe('');
    expect(ofRows(DONE.replace('test/a.', 'test/b.'))).toContain('no test file test/b.test.ts; name the test');
    for (const name of ['group > two of 7', 'crowd > one of 7', 'one of', 'one of 8', 'group > one of 7 > more'])
      expect(ofRows(DONE.replace('group > one of 7', name))).toContain(`no test "${name}" in test/a.test.ts; name the`);
    for (const name of ['one of 7', 'one of %i'.replace('%i', '7'), 'one…', 'gr… > one of…'])
      expect(ofRows(DONE.replace('group > one of 7', name))).toBe('');
  });

  test.each([
    ['| §3.1 | MUST | four |', 'needs the five cells'],
    ['| §A | MUST | four | x | y > z |', 'section is to be written like'],
    ['| §3.1 | WILL | four | x | y > z |', 'level is to be rule, or of MUST,'],
    ['| §3.1 | MUST | four | src/a.ts | |', 'row §3.1: needs a test; or instead'],
    ['| §3.1 | MUST | four | not done | |', 'not done, because …'],
  ])('of a row that cannot be read: %s', (line, message) => {
    expect(() => rowsOf(line)).toThrow(message);
  });

  test('of a citation', () => {
    const rows = rowsOf(
      ['| §3.1 | rule | x | not done, because y | |', '| §4.2.2 (7) | rule | x | not ours, because y | |'].join('\n'),
    );
    const cited = (comment: string) => faultsOfCitations(rows, citationsIn('src/a.ts', comment)).join('\n');
    for (const comment of ['RFC 8487 §3.1', 'RFC 8487 §3', 'RFC 8487 §4.2.2 (7)', 'RFC 8487 §4', 'RFC 5082 §9, §10'])
      expect(cited(`/** ${comment} */`)).toBe('');
    expect(cited('/** RFC\n * 8487 §3.3 */')).toContain('src/a.ts cites RFC 8487 §3.3, of which proto/CONFORMANCE.md');
    expect(cited('/** RFC 8487 §3.1, §5 */')).toContain('§5, of which proto/CONFORMANCE.md has no row: add one, or');
    expect(cited('/** RFC 5082 §9; as here (§5) */')).toContain('§5, of which');
    expect(cited('/** RFC 8487 §4.2.2 (8) */')).toContain('§4.2.2 (8), of which');
    expect(cited('/** RFC 8487 §3.1.1 */')).toContain('§3.1.1, of which');
  });

  test('of what the RFC has and the rows have not, or the other way round', () => {
    const sections = sectionsOf(
      '0.  Before\n1.  One\n   A MUST\n\nRFC 8487  Page\n   NOT b.  It MAY, it may.\n2.  Words MUST SHOULD\n1.1.  More\n',
    );
    expect([...sections]).toEqual([
      ['0', []],
      ['1', ['MUST NOT', 'MAY']],
      ['2', ['MUST', 'SHOULD']],
      ['1.1', []],
    ]);
    const faults = (...levels: string[]) =>
      faultsByRfc(
        rowsOf(levels.map((level, i) => `| §1 ${i} | ${level} | x | not done, because y | |`).join('\n')),
        [{ file: 'src/a.ts', section: '1.1', step: undefined }],
        sections,
      ).join('\n');
    expect(faults('MUST NOT', 'MAY', 'rule')).toBe('');
    expect(faults('MUST NOT, MAY')).toBe('');
    expect(faults('MAY')).toContain('RFC 8487 §1 has MUST NOT 1 times, proto/CONFORMANCE.md 0 times: one row for each');
    expect(faults('MUST NOT', 'MAY', 'MAY')).toContain('§1 has MAY 1 times, proto/CONFORMANCE.md 2 times');
    expect(faults('MUST NOT', 'MAY', 'SHOULD')).toContain('§1 has SHOULD 0 times');
    const elsewhere = [{ file: 'src/a.ts', section: '1.2', step: undefined }];
    expect(faultsByRfc([], elsewhere, new Map()).join('\n')).toBe(
      'src/a.ts names §1.2, which RFC 8487 does not have: correct it',
    );
  });

  test('nothing of a test that ran as the row says', () => {
    const ran = ['IPv4', 'group', 'one of 7'];
    expect([isSameTest(['group', 'one of 7'], ran), isSameTest(['one…'], ran)]).toEqual([true, true]);
    expect([isSameTest(['one of'], ran), isSameTest(['IPv6', 'group', 'one of 7'], ran)]).toEqual([false, false]);
  });
});
