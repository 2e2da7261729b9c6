/**
 * `npm run mutate [-- WORD...]`: breaks each rule of proto/CONFORMANCE.md in a copy of the tree and counts the tests that
 * notice, in proto/MUTATION.md. With words, only the mutants of these rules, or of files whose path has one of them in it;
 * with --new, those that are not in proto/MUTATION.md yet.
 * Exit 1: a mutant that nobody noticed, or not the test that its row names, or one that could not be tried.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameTest, type Row, rowsOf } from '../support/conformance.ts';
import { Laboratory, type Outcome } from './laboratory.ts';
import { faultsOf, type Mutant, mutantsIn } from './mutants.ts';

const TREE = process.cwd();
const RESULTS = 'proto/MUTATION.md';
const HEAD = `# Who notices when a rule is broken

Made by \`npm run mutate\` from \`test/mutation\`: each row breaks one or more rules of [CONFORMANCE.md](CONFORMANCE.md) in one
place, runs the unit tests that have to do with it, and counts those that fail; the tests that the rules name are among them.

| rules | file | broken by | tests that notice |
|---|---|---|---|
`;

interface Verdict {
  readonly noticed: number;
  readonly complaints: readonly string[];
}

function judge({ rules }: Mutant, outcome: Outcome, rows: readonly Row[]): Verdict {
  if (outcome.kind === 'timeout') return { noticed: 0, complaints: ['the tests did not end'] };
  if (outcome.kind === 'broken') return { noticed: 0, complaints: [`it is no program: ${outcome.message}`] };
  const failed = outcome.tests.filter(({ hasFailed }) => hasFailed);
  if (failed.length === 0) return { noticed: 0, complaints: ['NOBODY NOTICED'] };
  const complaints = rules.flatMap((rule) => {
    const named = rows.find(({ key }) => key === rule)?.done?.test;
    const hasNoticed = failed.some(
      ({ file, path }) => file === named?.file && (path.length === 0 || isSameTest(named.path, path)),
    );
    return hasNoticed ? [] : [`the test of ${rule} did not notice; these did: ${namesOf(failed)}`];
  });
  return { noticed: failed.length, complaints };
}

function namesOf(failed: readonly { readonly file: string; readonly path: readonly string[] }[]): string {
  const names = failed.slice(0, 3).map(({ file, path }) => `${file} > ${path.join(' > ')}`);
  return [...names, ...(failed.length > 3 ? ['…'] : [])].join('; ');
}

async function main(words: readonly string[]): Promise<number> {
  const rows = rowsOf(readFileSync(join(TREE, 'proto/CONFORMANCE.md'), 'utf8'));
  const mutants = mutantsIn(join(TREE, 'test/mutation/mutants'));
  const faults = faultsOf(mutants, rows, (file) => readFileSync(join(TREE, file), 'utf8'));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0 || words.includes('--check')) return faults.length > 0 ? 1 : 0;

  const isWanted = ({ rules, file }: Mutant) =>
    words.length === 0 || words.some((word) => rules.includes(word) || file.includes(word));
  const before = countsBefore();
  const isNew = (mutant: Mutant) => !before.has(nameOf(mutant));
  const laboratories = [new Laboratory(TREE), new Laboratory(TREE)] as const;
  const close = () => {
    for (const laboratory of laboratories) laboratory.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', close);
  const complaints = complaintsUnbroken(await laboratories[0].run('run'));
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) return 1;
  return tryAll(mutants, words.includes('--new') ? isNew : isWanted, rows, laboratories);
}

/** Without a mutant, all must be well. */
function complaintsUnbroken(outcome: Outcome): string[] {
  if (outcome.kind !== 'ran') return [`without a mutant: ${JSON.stringify(outcome)}`];
  const failed = outcome.tests.filter(({ hasFailed }) => hasFailed);
  return failed.length > 0 ? [`without a mutant, these fail: ${namesOf(failed)}`] : [];
}

function nameOf({ rules, file, title }: Mutant): string {
  return [rules.join('; '), file, title].join(' | ');
}

/** What is in the file from earlier runs, by `nameOf`. */
function countsBefore(): Map<string, string> {
  const text = existsSync(join(TREE, RESULTS)) ? readFileSync(join(TREE, RESULTS), 'utf8') : '';
  return new Map([...text.matchAll(/^\| (§.*) \| (\d[^|]*) \|$/gm)].map(([, name, count]) => [name!, count!]));
}

/** @returns the exit status */
async function tryAll(
  all: readonly Mutant[],
  isWanted: (mutant: Mutant) => boolean,
  rows: readonly Row[],
  laboratories: readonly Laboratory[],
): Promise<number> {
  const mutants = all.filter(isWanted);
  const noticedBy = countsBefore();
  const waiting = mutants.entries();
  let complaintCount = 0;
  const work = async (laboratory: Laboratory) => {
    // One iterator for all: each takes the next.
    for (const [i, mutant] of waiting) {
      const { noticed, complaints } = judge(mutant, await laboratory.tryOut(mutant), rows);
      const isNamedTestAmongThem = noticed === 0 || complaints.length === 0;
      noticedBy.set(nameOf(mutant), `${noticed}${isNamedTestAmongThem ? '' : ', not the one of each rule'}`);
      console.log([`${i + 1}/${mutants.length} ${nameOf(mutant)} | ${noticed}`, ...complaints].join('\n  '));
      complaintCount += complaints.length;
    }
  };
  await Promise.all(laboratories.map(work));
  const bySection = (a: Mutant, b: Mutant) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true });
  const lines = all
    .toSorted(bySection)
    .map((mutant) => `| ${nameOf(mutant)} | ${noticedBy.get(nameOf(mutant)) ?? 'not tried yet'} |\n`);
  writeFileSync(join(TREE, RESULTS), HEAD + lines.join(''));
  console.log(`${mutants.length} mutants, ${complaintCount} complaints`);
  return complaintCount === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
