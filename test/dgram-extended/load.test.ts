/** Where there is no addon: the loader says why and what to do, and the installation does not fail for the client's sake. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadDgramExtended } from '../../src/dgram-extended/index.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dgram-extended-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(directory, { recursive: true });
});

const absent = (message: RegExp) =>
  expect.objectContaining({ code: 'ERR_ADDON_ABSENT', message: expect.stringMatching(message) });

describe('loadDgramExtended', () => {
  it('gives the same addon each time', () => {
    expect(loadDgramExtended()).toBe(loadDgramExtended());
  });

  it('says that the addon has not been built, and how to build it', () => {
    vi.stubEnv('DGRAM_EXTENDED_PREBUILD', directory);
    expect(loadDgramExtended).toThrow(absent(/has not been built \(.*No native build.*\): run `npm run install`/));
  });

  it('says that what was built cannot be loaded, and why', () => {
    mkdirSync(join(directory, 'build', 'Release'), { recursive: true });
    writeFileSync(join(directory, 'build', 'Release', 'dgram_extended.node'), 'no binary');
    vi.stubEnv('DGRAM_EXTENDED_PREBUILD', directory);
    expect(loadDgramExtended).toThrow(absent(/cannot be loaded \(.*dgram_extended\.node: .+\)/));
  });

  it('says that another system will not do', () => {
    vi.stubGlobal('process', { ...process, platform: 'darwin' });
    expect(loadDgramExtended).toThrow(absent(/needs Linux, and this is darwin/));
  });
});

describe('installing', () => {
  it('succeeds without the addon on another system', () => {
    const elsewhere = `data:text/javascript,Object.defineProperty(process, 'platform', { value: 'darwin' })`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', elsewhere, 'src/dgram-extended/install.mjs', directory],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('not built on darwin');
  });

  it('fails, and says what it needs, where the build fails', () => {
    const { status, stderr } = spawnSync('npm', ['run', '--silent', 'install', '--', directory], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('it needs python3, make, g++ and the headers of this Node');
  });
});
