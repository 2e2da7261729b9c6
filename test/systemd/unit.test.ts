import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../systemd/', import.meta.url));

/** Whether a program of systemd is here to judge the files. */
function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

it.skipIf(!has('systemd-analyze'))('the service is a unit that systemd understands', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'mtrace2d-unit-'));
  try {
    // The program need not be installed where the tests run.
    const unit = readFileSync(join(folder, 'mtrace2d.service'), 'utf8').replaceAll('/usr/bin/mtrace2d', '/bin/true');
    const path = join(scratch, 'mtrace2d.service');
    writeFileSync(path, unit);
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).not.toContain('mtrace2d.service');
    expect(status).toBe(0);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

it.skipIf(!has('systemd-sysusers'))('the user can be made', () => {
  execFileSync('systemd-sysusers', ['--dry-run', join(folder, 'mtrace2d.sysusers')], { stdio: 'pipe' });
});
