/** Configuration files for tests: a folder of its own for each, gone when the test is over. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblem, type Problem } from '../../src/document/problem.ts';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a file that only its owner may read, unless told otherwise. */
export function write(folder: string, name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** What `check` would print, with the folder cut from the lines; the configuration when there is one. */
export function load(text: string, env: Record<string, string> = {}, folder = temporaryFolder()) {
  const path = write(folder, 'c.yaml', text);
  const loaded = loadConfig(path, env);
  const lines = (problems: readonly Problem[]) =>
    problems.map((problem) => formatProblem(path, problem).replaceAll(`${folder}/`, ''));
  return 'problems' in loaded
    ? { problems: lines(loaded.problems) }
    : { config: loaded.config, warnings: lines(loaded.warnings) };
}

export function loadGood(text: string, env: Record<string, string> = {}, folder = temporaryFolder()) {
  const loaded = load(text, env, folder);
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'));
  return loaded;
}
