/** The table of mutants, mutants/*.txt: how each rule of proto/CONFORMANCE.md may be broken. Format: README.md */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../support/conformance.ts';

export interface Mutant {
  /** Keys of the rows that it breaks. */
  readonly rules: readonly string[];
  readonly file: string;
  /** What is wrong then, in words. */
  readonly title: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** @throws Error with file and line of what cannot be read */
export function mutantsIn(folder: string): Mutant[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .toSorted()
    .flatMap((name) => parse(name, readFileSync(join(folder, name), 'utf8')));
}

function parse(name: string, text: string): Mutant[] {
  const mutants: Mutant[] = [];
  let line = 1;
  for (const block of text.split('\n\n')) {
    if (block.startsWith('=')) mutants.push(mutantOf(`${name}:${line}`, block.trimEnd().split('\n')));
    line += block.split('\n').length + 1;
  }
  return mutants;
}

function mutantOf(where: string, [rules = '', place = '', ...lines]: readonly string[]): Mutant {
  const [, file, title] = /^@ (\S+): (.+)$/.exec(place) ?? [];
  if (file === undefined || title === undefined) throw new Error(`${where}: the second line is to be: @ FILE: WHAT`);
  const textAfter = (sign: string) => lines.filter((one) => one.startsWith(sign)).map((one) => one.slice(2));
  const find = textAfter('-').join('\n');
  if (find === '' || lines.some((one) => !/^[-+]/.test(one))) throw new Error(`${where}: needs lines of - and +`);
  return { rules: rules.slice(2).split(' ; '), file, title, find, replace: textAfter('+').join('\n') };
}

/** What keeps the table from being run, or leaves a rule out. */
export function faultsOf(mutants: readonly Mutant[], rows: readonly Row[], read: (file: string) => string): string[] {
  const done = rows.filter((row) => row.done !== undefined);
  const all = new Set(mutants.flatMap(({ rules }) => rules));
  return [
    ...mutants.flatMap(({ file, title, find, rules }) => {
      const times = read(file).split(find).length - 1;
      const unknown = rules.filter((rule) => !done.some(({ key }) => key === rule));
      return [
        ...(times === 1 ? [] : [`${file}: ${title}: the text to find stands there ${times} times, not once`]),
        ...unknown.map((rule) => `${file}: ${title}: proto/CONFORMANCE.md has no row ${rule} that says done`),
      ];
    }),
    ...done.filter(({ key }) => !all.has(key)).map(({ key }) => `${key}: no mutant breaks it; add one`),
  ];
}
