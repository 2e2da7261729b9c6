/**
 * Every entry of the corpus, and then new lives for half a minute at most: nothing that arrives makes the engine throw,
 * answer whom it may not, or send more than it should. `npm run fuzz -- --minutes 10 --seed N --keep` grows the corpus.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decode, encode } from './input.ts';
import { live } from './life.ts';
import { printLife } from './print-life.ts';

const FOLDER = join(import.meta.dirname, 'corpus');
const ROOT = join(import.meta.dirname, '../..');
const ENTRIES = readdirSync(FOLDER).sort();
/** A matter of ten seconds, where nobody else works; the same each time. */
const EXECUTIONS = 15_000;

test(`the ${ENTRIES.length} entries of the corpus`, () => {
  expect(ENTRIES.length).toBeGreaterThan(100);
  for (const name of ENTRIES) {
    const life = decode(new Uint8Array(readFileSync(join(FOLDER, name))));
    expect(decode(encode(life))).toEqual(life);
    expect(() => live(life), `${name}\n${printLife(life)}`).not.toThrow();
  }
});

test(`${EXECUTIONS} new lives`, { timeout: 120_000 }, () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      './test/fuzz/instrument.mjs',
      'test/fuzz/main.ts',
      '--executions',
      String(EXECUTIONS),
      '--minutes',
      '0.5',
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/\d+ executions/);
});
