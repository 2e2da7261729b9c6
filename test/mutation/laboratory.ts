/** A copy of the tree in which mutants live, one at a time, and vitest runs there. Nothing of the tree itself is touched. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Mutant } from './mutants.ts';

export interface Ran {
  readonly file: string;
  /** Empty: all of the file. */
  readonly path: readonly string[];
  readonly hasFailed: boolean;
}

export type Outcome =
  | { readonly kind: 'ran'; readonly tests: readonly Ran[] }
  | { readonly kind: 'timeout' }
  /** The mutant is no program. */
  | { readonly kind: 'broken'; readonly message: string };

/** What vitest's JSON reporter writes, as far as it is read. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const TIMEOUT_MS = 180_000;
/** Not in git, and needed: packages, and the compiled addon. */
const LINKED = ['node_modules', 'src/dgram-extended/build'];

export class Laboratory {
  readonly #root: string;
  #end: () => void = () => {};

  constructor(tree: string) {
    this.#root = mkdtempSync(join(tmpdir(), 'mtrace2d-mutants-'));
    const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
      cwd: tree,
      encoding: 'utf8',
    });
    for (const file of listed.split('\0').filter((name) => name !== '')) {
      mkdirSync(dirname(join(this.#root, file)), { recursive: true });
      cpSync(join(tree, file), join(this.#root, file));
    }
    for (const path of LINKED) symlinkSync(join(tree, path), join(this.#root, path));
  }

  read(file: string): string {
    return readFileSync(join(this.#root, file), 'utf8');
  }

  /** The tests that have to do with the mutant's file. Never throws for what a mutant does. */
  async tryOut({ file, find, replace }: Mutant): Promise<Outcome> {
    const original = this.read(file);
    writeFileSync(
      join(this.#root, file),
      original.replace(find, () => replace),
    );
    try {
      return await this.run('related', file);
    } finally {
      writeFileSync(join(this.#root, file), original);
    }
  }

  async run(...args: readonly string[]): Promise<Outcome> {
    const report = join(this.#root, 'report.json');
    rmSync(report, { force: true });
    const config = ['--config', 'test/mutation/vitest.config.ts', '--reporter', 'json', '--outputFile', report];
    const vitest = [join(this.#root, 'node_modules/vitest/vitest.mjs'), ...args, '--run', ...config];
    // A group of its own: a mutant may never end, nor may vitest's workers.
    const child = spawn(process.execPath, vitest, {
      cwd: this.#root,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (octets: Buffer) => {
      complaint += octets.toString();
    });
    this.#end = () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#end();
    }, TIMEOUT_MS);
    await new Promise((resolve) => child.on('close', resolve));
    clearTimeout(timer);
    if (isLate) return { kind: 'timeout' };
    try {
      return this.#outcomeOf(JSON.parse(readFileSync(report, 'utf8')) as Report);
    } catch {
      return { kind: 'broken', message: stripVTControlCharacters(complaint).slice(0, 400) };
    }
  }

  /** Also what still runs there. */
  close(): void {
    this.#end();
    rmSync(this.#root, { recursive: true, force: true });
  }

  #outcomeOf({ testResults }: Report): Outcome {
    const unread = testResults.find(({ message }) => /Transform failed|SyntaxError/.test(message));
    if (unread !== undefined) return { kind: 'broken', message: unread.message };
    const tests = testResults.flatMap(({ name, status, assertionResults }) => {
      const file = name.slice(name.indexOf('/test/') + 1);
      // What tests share has failed before the first of them.
      if (status === 'failed' && assertionResults.length === 0) return [{ file, path: [], hasFailed: true }];
      return assertionResults.map(({ ancestorTitles, title, status }) => ({
        file,
        path: [...ancestorTitles, title],
        hasFailed: status === 'failed',
      }));
    });
    return { kind: 'ran', tests };
  }
}
