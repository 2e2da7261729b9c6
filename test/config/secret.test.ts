import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readSecret, Secret } from '../../src/config/secret.ts';
import { createLog } from '../../src/log/log.ts';
import { generateKeys } from '../router/cli/support/keys.ts';
import { loadGood, temporaryFolder, write } from './files.ts';

function reveal(text: string, env: Record<string, string>, folder = temporaryFolder()): string {
  const secret = readSecret(text, { folder, env });
  return typeof secret === 'string' ? secret.replaceAll(`${folder}/`, '') : `=${secret.reveal()}`;
}

describe('a secret is found', () => {
  it('in a file, less one line end', () => {
    const folder = temporaryFolder();
    write(folder, 'one', 'hunter2\n');
    write(folder, 'two', 'hunter2\r\n');
    write(folder, 'more', 'a\nb\n\n');
    expect(reveal('file:one', {}, folder)).toBe('=hunter2');
    expect(reveal('file:two', {}, folder)).toBe('=hunter2');
    expect(reveal('file:more', {}, folder)).toBe('=a\nb\n');
    expect(reveal(`file:${folder}/one`, {}, '/nowhere')).toBe('=hunter2');
  });

  it('in the environment, among the credentials, or in clear text', () => {
    const folder = temporaryFolder();
    write(folder, 'r4-auth', 'hunter2\n');
    expect(reveal('env:R4', { R4: 'hunter2' })).toBe('=hunter2');
    expect(reveal('credential:r4-auth', { CREDENTIALS_DIRECTORY: folder }, '/nowhere')).toBe('=hunter2');
    expect(reveal('hunter2', {})).toBe('=hunter2');
  });
});

describe('a secret is not found', () => {
  it.each([
    ['file:none', 'none cannot be read: no such file or directory'],
    ['file:~/id', "~/id cannot be read: no such file or directory ('~' is no folder here: write its path)"],
    ['file:empty', 'empty is empty'],
    ['file:folder', 'folder is not a file'],
    ['file:long', 'long is too long for a secret (65537 octets)'],
    ['file:', "expected a path after 'file:'"],
    ['env:', "expected a name after 'env:'"],
    ['env:NONE', 'environment variable NONE is not set'],
    ['env:EMPTY', 'environment variable EMPTY is empty'],
    [
      'credential:x',
      "no credential 'x': $CREDENTIALS_DIRECTORY is not set (does the systemd unit have LoadCredential=?)",
    ],
    ['', 'is empty: expected a secret, or file:PATH, env:NAME, credential:NAME'],
  ])('%j', (text, expected) => {
    const folder = temporaryFolder();
    write(folder, 'empty', '\n');
    write(folder, 'long', 'x'.repeat(64 * 1024 + 1));
    mkdirSync(join(folder, 'folder'));
    expect(reveal(text, { EMPTY: '' }, folder)).toBe(expected);
  });

  it('outside of the credentials folder', () => {
    const folder = temporaryFolder();
    expect(reveal('credential:../x', { CREDENTIALS_DIRECTORY: folder })).toBe("'../x' is not the name of a credential");
    expect(reveal('credential:..', { CREDENTIALS_DIRECTORY: folder })).toBe("'..' is not the name of a credential");
  });
});

describe('a secret does not show', () => {
  const secret = new Secret('hunter2');

  it('in whatever prints it', () => {
    const printed = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ secret }),
      format('%s %o %j', secret, secret, secret),
      inspect(secret, { showHidden: true, depth: 9 }),
      Object.values(secret).join(),
    ];
    expect(printed.join('\n')).not.toContain('hunter2');
    expect(inspect({ secret })).toBe('{ secret: [secret] }');
    expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
    expect(secret.reveal()).toBe('hunter2');
  });

  it('in a whole configuration, printed or logged', () => {
    const { config, warnings } = loadGood(
      `routers:
  - name: r1
    readers:
      - { kind: cli, platform: frr, transport: ssh, host: h, user: u, knownHosts: k, password: hunter2, privateKey: "env:KEY", passphrase: hunter2 }
`,
      { KEY: generateKeys().private },
    );
    const lines: string[] = [];
    for (const isTTY of [true, false]) {
      const log = createLog({ level: 'trace' }, { isTTY, write: (line) => lines.push(line) });
      log.info({ config, reader: config.routers[0]?.readers[0], ...config.routers[0]?.readers[0] }, 'loaded');
    }
    expect(lines).toHaveLength(2);
    const printed = [...lines, ...warnings, JSON.stringify(config), inspect(config, { depth: 9, showHidden: true })];
    for (const text of printed) expect(text).not.toContain('hunter2');
  });
});
