/**
 * Every entry of the corpus, and then new lives for half a minute at most: nothing that arrives makes the engine throw,
 * answer whom it may not, or send more than it should. `npm run fuzz -- --minutes 10 --seed N --keep` grows the corpus.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientTarget } from './client/target.ts';
import { engineTarget } from './engine/target.ts';
import { snmpTarget } from './snmp/target.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Half a minute at most for all; the same each time, where the machine is fast enough. */
const MOST = {
  engine: { executions: 6000, minutes: 0.2 },
  client: { executions: 3000, minutes: 0.1 },
  snmp: { executions: 1000, minutes: 0.1 },
} as const;

describe.each([engineTarget([4, 6]), clientTarget([4, 6]), snmpTarget()])('$name', (target) => {
  const folder = join(import.meta.dirname, 'corpus', target.name);
  const names = readdirSync(folder).sort();

  test(`the ${names.length} entries of the corpus`, async () => {
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) {
      const input = new Uint8Array(readFileSync(join(folder, name)));
      const running = async () => target.run(input, () => {});
      await expect(running(), `${name}\n${target.print(input)}`).resolves.toBeUndefined();
    }
  });

  test('new ones', { timeout: 120_000 }, () => {
    const { executions, minutes } = MOST[target.name];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        './test/fuzz/instrument.mjs',
        'test/fuzz/main.ts',
        '--target',
        target.name,
        '--executions',
        String(executions),
        '--minutes',
        String(minutes),
      ],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/\d+ executions/);
  });
});
