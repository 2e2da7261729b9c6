/** Enforces the table "Who may import whom" of src/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

interface Row {
  readonly place: string;
  readonly mayImport: readonly string[];
  readonly packages: readonly string[];
  readonly mayUseNode: boolean;
}

const IMPURE = [
  /\bDate\.now\b/,
  /\bnew Date\(\s*\)/,
  /\bperformance\b/,
  /\bprocess\./,
  /\bMath\.random\b/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bqueueMicrotask\b/,
  /\bconsole\b/,
  /\bBuffer\b/,
];

function tableOf(markdown: string): Row[] {
  const table = markdown.slice(markdown.search(/^\| place /m)).split('\n\n')[0]!;
  const list = (cell: string) =>
    cell
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  return table
    .split('\n')
    .slice(2)
    .filter((line) => line.startsWith('|'))
    .map((line) => {
      const [, place, mayImport, packages, node] = line.split('|').map((cell) => cell.trim());
      return { place: place!, mayImport: list(mayImport!), packages: list(packages!), mayUseNode: node === 'yes' };
    });
}

function isWithin(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}

/** The row of the longest place that the file is in. */
function rowOf(rows: readonly Row[], file: string): Row | undefined {
  return rows.filter((row) => isWithin(file, row.place)).sort((a, b) => b.place.length - a.place.length)[0];
}

function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map((one) => one.fileName);
}

/** What is wrong with one file, in words. */
function complaints(rows: readonly Row[], file: string, text: string): string[] {
  const row = rowOf(rows, file);
  if (row === undefined) return [`${file}: no row of the table covers it`];
  const found: string[] = [];
  for (const name of importsOf(text)) {
    if (name.startsWith('.')) {
      const target = normalize(join(dirname(file), name));
      const isAllowed = isWithin(target, row.place) || row.mayImport.some((place) => isWithin(target, place));
      if (!isAllowed) found.push(`${file} imports ${target}, which ${row.place} may not`);
    } else if (name.startsWith('node:') || builtinModules.includes(name)) {
      if (!row.mayUseNode) found.push(`${file} imports ${name}: ${row.place} has no node: modules`);
    } else if (!row.packages.includes(name.startsWith('@') ? name : name.split('/')[0]!)) {
      found.push(`${file} imports the package ${name}, which its row does not name`);
    }
  }
  if (!row.mayUseNode) {
    const code = ts.transpileModule(text, {
      compilerOptions: { removeComments: true, target: ts.ScriptTarget.ESNext },
    });
    for (const pattern of IMPURE) if (pattern.test(code.outputText)) found.push(`${file} uses ${pattern.source}`);
  }
  return found;
}

/** A path of imports that comes back to its beginning, or undefined. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

const ROOT = join(import.meta.dirname, '..');
const ROWS = tableOf(readFileSync(join(ROOT, 'src/README.md'), 'utf8'));
const FILES = ['src', 'proto'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`),
);
const TEXTS = new Map(FILES.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));

test('every import is one that the table of src/README.md allows', () => {
  expect(FILES.length).toBeGreaterThan(20);
  expect([...TEXTS].flatMap(([file, text]) => complaints(ROWS, file, text))).toEqual([]);
});

test('imports have no cycle', () => {
  const graph = new Map(
    [...TEXTS].map(([file, text]) => [
      file,
      importsOf(text)
        .filter((name) => name.startsWith('.'))
        .map((name) => normalize(join(dirname(file), name))),
    ]),
  );
  expect(cycleIn(graph)).toBeUndefined();
});

test('there are no index.ts re-exports: they hide the arrows', () => {
  expect(FILES.filter((file) => file.endsWith('/index.ts') && file !== 'src/dgram-extended/index.ts')).toEqual([]);
});

describe('the check itself can fail', () => {
  test.each([
    ['src/wire/x.ts', "import { a } from '../net/port.ts';", 'imports src/net/port.ts'],
    ['src/wire/x.ts', "import { a } from 'node:fs';", 'has no node: modules'],
    ['src/router/cli/frr/x.ts', "import { a } from '../linux/parse.ts';", 'imports src/router/cli/linux/parse.ts'],
    ['src/trace/x.ts', "import pino from 'pino';", 'the package pino'],
    ['src/trace/x.ts', 'export const now = () => Date.now();', 'uses'],
    ['src/nowhere/x.ts', '', 'no row of the table'],
  ])('%s with %s', (file, text, complaint) => {
    expect(complaints(ROWS, file, text).join('\n')).toContain(complaint);
  });

  test('a cycle is found', () => {
    expect(
      cycleIn(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
  });
});
