/**
 * proto/CONFORMANCE.md as rows, tests by name, and citations of RFC 8487 in comments: what test/proto/conformance.test.ts
 * holds together, and what test/mutation finds the test of a rule by.
 */
import ts from 'typescript';

export interface Row {
  /** The cell "section" as it stands: unique. */
  readonly key: string;
  /** `4.2.2` */
  readonly section: string;
  /** `7` of `§4.2.2 (7)`; also `m-1`. */
  readonly step: string | undefined;
  /** Upper-case words of RFC 2119, or none for a `rule`. */
  readonly levels: readonly string[];
  /** `undefined`: what is said instead, `because`, is why it is not done. */
  readonly done: { readonly files: readonly string[]; readonly test: NamedTest } | undefined;
  readonly because: string | undefined;
}

/** A test by its file and the last of its names: `describe`, ..., `test`. A name may end in `…`. */
export interface NamedTest {
  readonly file: string;
  readonly path: readonly string[];
}

export interface Citation {
  readonly file: string;
  readonly section: string;
  readonly step: string | undefined;
}

const LEVELS = ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY'];
const INSTEAD = /^not (?:done|ours), because ./;

/** @throws Error naming the row that cannot be read */
export function rowsOf(markdown: string): Row[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| §'))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const [, key = '', level = '', sentence = '', file = '', test = ''] = cells;
      const fail = (what: string) => new Error(`proto/CONFORMANCE.md, row ${key}: ${what}`);
      if (cells.length !== 7 || sentence === '')
        throw fail('needs the five cells section, level, in short, file, test');
      const [, section, step] = /^§(\d+(?:\.\d+)*)(?: \(([^)]+)\))?(?: \S.*)?$/.exec(key) ?? [];
      if (section === undefined) throw fail('section is to be written like §4.2.2 (7) or §3 DF');
      const levels = level === 'rule' ? [] : level.split(', ');
      if (levels.some((word) => !LEVELS.includes(word))) throw fail(`level is to be rule, or of ${LEVELS.join(', ')}`);
      const because = test === '' ? file : undefined;
      if (because !== undefined && !INSTEAD.test(because))
        throw fail('needs a test; or instead of file and test: not done, because …');
      const [testFile, ...path] = test.split(' > ');
      return {
        key,
        section,
        step,
        levels,
        done: because === undefined ? { files: file.split(', '), test: { file: testFile!, path } } : undefined,
        because,
      };
    });
}

/** What stands for any text in the name of a test: `%s`, `$name`, `${…}`, or a name that is no literal. */
const ANYTHING = '\0';
const PLACEHOLDERS = /%[sidfjop]|\$[\w.]+/g;

/** The names of all tests of a file, each with those of the blocks around it, outermost first. */
export function testNamesIn(text: string): string[][] {
  const found: string[][] = [];
  const visit = (node: ts.Node, around: readonly string[]): void => {
    const block = ts.isCallExpression(node) ? blockOf(node) : undefined;
    if (block === undefined) return ts.forEachChild(node, (child) => visit(child, around));
    const path = [...around, block.name];
    if (block.isTest) found.push(path);
    else ts.forEachChild(node, (child) => visit(child, path));
  };
  visit(ts.createSourceFile('x.ts', text, ts.ScriptTarget.ESNext, true), []);
  return found;
}

/** `describe('name', () => …)`, `test.each(…)('name', …)`, `it.skipIf(…)(…)`; `undefined`: another call. */
function blockOf({ expression, arguments: [name, ...rest] }: ts.CallExpression) {
  if (name === undefined || !rest.some((one) => ts.isArrowFunction(one) || ts.isFunctionExpression(one)))
    return undefined;
  let root: ts.Expression = expression;
  while (ts.isCallExpression(root) || ts.isPropertyAccessExpression(root)) root = root.expression;
  if (!ts.isIdentifier(root) || !/^(?:test|it|describe\w*)$/.test(root.text)) return undefined;
  return { isTest: !root.text.startsWith('describe'), name: nameIn(name) };
}

function nameIn(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text.replace(PLACEHOLDERS, ANYTHING);
  if (!ts.isTemplateExpression(node)) return ANYTHING;
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(ANYTHING);
}

/**
 * Whether the path that a row gives is the end of one of these. What it has in place of a placeholder must stand somewhere
 * in the file: a case that is gone is no test.
 */
export function isNameIn(path: readonly string[], names: readonly (readonly string[])[], text: string): boolean {
  return names.some(
    (one) => one.length >= path.length && one.slice(-path.length).every((name, i) => fits(path[i]!, name, text)),
  );
}

function fits(given: string, name: string, text: string): boolean {
  const parts = Array.from(name, (letter) =>
    letter === ANYTHING ? '(.+?)' : letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  );
  const isBeginning = given.endsWith('…');
  const pattern = isBeginning ? parts.reduceRight((rest, part) => `${part}(?:${rest})?`, '') : parts.join('');
  const match = new RegExp(`^${pattern}$`, 'u').exec(isBeginning ? given.slice(0, -1) : given);
  return match?.slice(1).every((value) => value === undefined || text.includes(value)) ?? false;
}

/** The same for a test that has run, whose name is a text without placeholders. */
export function isSameTest(given: readonly string[], ran: readonly string[]): boolean {
  const names = ran.slice(-given.length);
  return (
    names.length === given.length &&
    given.every((one, i) => (one.endsWith('…') ? names[i]!.startsWith(one.slice(0, -1)) : names[i] === one))
  );
}

/** Sections of RFC 8487 that the comments of a file name: `RFC 8487 §3, §3.1`, or `§3` alone, where no other RFC is meant. */
export function citationsIn(file: string, text: string): Citation[] {
  const flowing = text.replace(/\n[ \t]*(?:\*|\/\/|#)?[ \t]*/g, ' ');
  const found: Citation[] = [];
  let rfc = '8487';
  let end = 0;
  for (const match of flowing.matchAll(/RFC (\d+)|§(\d+(?:\.\d+)*)(?: \((\d+)\))?/g)) {
    const [all, number, section, step] = match;
    if (section === undefined) rfc = number!;
    else {
      if (!/^(?:, | and |,| )?$/.test(flowing.slice(end, match.index))) rfc = '8487';
      if (rfc === '8487') found.push({ file, section, step });
    }
    end = match.index + all.length;
  }
  return found;
}

/** Section numbers of the RFC's text, each with its upper-case words of RFC 2119 in order. */
export function sectionsOf(rfc: string): Map<string, string[]> {
  const sections = new Map<string, string>();
  let section = '0';
  for (const line of rfc.split('\n')) {
    section = /^(\d+(?:\.\d+)*)\. {2}\S/.exec(line)?.[1] ?? section;
    // Page breaks may stand between MUST and NOT.
    if (/^(?:Asaeda, et al\.|RFC 8487 )/.test(line)) continue;
    sections.set(section, `${sections.get(section) ?? ''} ${line.trim()}`);
  }
  return new Map(
    [...sections].map(([number, text]) => [
      number,
      text.replace(/\s+/g, ' ').match(/\b(?:MUST|SHOULD)(?: NOT)?\b|\bMAY\b/g) ?? [],
    ]),
  );
}
