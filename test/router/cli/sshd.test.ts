/** The ssh session against OpenSSH's own server and tools, as the user who runs the test. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fingerprint } from '../../../src/router/cli/known-hosts.ts';
import { createSshExecutor } from '../../../src/router/cli/ssh.ts';
import type { SshTarget } from '../../../src/router/cli/ssh-login.ts';
import { takeStock } from './support/resources.ts';

const SSHD = '/usr/sbin/sshd';
const KEY_TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;
const missing = reasonToSkip();

function reasonToSkip(): string {
  if (!existsSync(SSHD)) return ` (SKIPPED: no ${SSHD})`;
  const { username, shell } = userInfo();
  // sshd lets nobody in who could not log in at a terminal, such as the user nobody.
  return /(?:nologin|false)$/.test(shell ?? '') ? ` (SKIPPED: ${username} has no login shell)` : '';
}

const signal = () => new AbortController().signal;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(void socket.destroy()));
    socket.once('error', reject);
  });
}

describe.skipIf(missing !== '')(`OpenSSH${missing}`, () => {
  let directory: string;
  let port: number;
  let stop: () => Promise<void>;
  let privateKey: string;
  let publicKeys: Record<(typeof KEY_TYPES)[number], string>;

  const path = (name: string) => join(directory, name);
  const keygen = (...args: string[]) =>
    execFileSync('ssh-keygen', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sshd-'));
    port = await freePort();
    for (const type of KEY_TYPES)
      keygen('-q', '-t', type, ...(type === 'rsa' ? ['-b', '2048'] : []), '-N', '', '-f', path(`host_${type}`));
    keygen('-q', '-t', 'ed25519', '-N', '', '-f', path('id'));
    keygen('-q', '-t', 'ed25519', '-N', 'pass phrase', '-f', path('locked'));
    privateKey = await readFile(path('id'), 'utf8');
    await writeFile(
      path('authorized_keys'),
      [await readFile(path('id.pub')), await readFile(path('locked.pub'))].join(''),
    );
    const read = async (type: string) =>
      (await readFile(path(`host_${type}.pub`), 'utf8')).split(' ').slice(0, 2).join(' ');
    publicKeys = { ed25519: await read('ed25519'), ecdsa: await read('ecdsa'), rsa: await read('rsa') };
    const config = [
      `ListenAddress 127.0.0.1:${port}`,
      ...KEY_TYPES.map((type) => `HostKey ${path(`host_${type}`)}`),
      `AuthorizedKeysFile ${path('authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
    ];
    await writeFile(path('sshd_config'), config.join('\n'));
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
    const sshd = spawn(SSHD, ['-D', '-e', '-f', path('sshd_config')], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => sshd.once('close', () => resolve()));
    stop = async () => {
      sshd.kill();
      await ended;
    };
    await vi.waitFor(() => answers(port), { timeout: 10_000 });
  });

  afterAll(async () => {
    await stop();
    await rm(directory, { recursive: true });
  });

  async function withSession<T>(
    knownHosts: string,
    use: (session: ReturnType<typeof createSshExecutor>) => Promise<T>,
    target: Partial<SshTarget> = {},
  ): Promise<T> {
    const nothingLeft = takeStock();
    await writeFile(path('known_hosts'), knownHosts);
    const session = createSshExecutor({
      host: '127.0.0.1',
      port,
      user: userInfo().username,
      privateKey,
      knownHosts: path('known_hosts'),
      ...target,
    });
    try {
      return await use(session);
    } finally {
      await session.close();
      await nothingLeft();
    }
  }

  const line = (type: (typeof KEY_TYPES)[number]) => `[127.0.0.1]:${port} ${publicKeys[type]}\n`;

  test.each(KEY_TYPES)('logs in where only the %s key of several is known, by its hashed name', async (type) => {
    await writeFile(path('hashed'), line(type));
    keygen('-H', '-f', path('hashed'));
    const hashed = await readFile(path('hashed'), 'utf8');
    expect(hashed).toMatch(/^\|1\|/);
    expect(await withSession(hashed, (session) => session.run('echo in', signal()))).toBe('in\n');
  });

  test('an unknown key is named by the fingerprint that ssh-keygen prints', async () => {
    const [, shown] = keygen('-l', '-f', path('host_ed25519.pub')).split(' ');
    const key = Buffer.from(publicKeys.ed25519.split(' ')[1] ?? '', 'base64');
    expect(fingerprint(key)).toBe(shown);
    await expect(withSession('', (session) => session.run('echo', signal()))).rejects.toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringContaining(`${shown} is not in`),
    });
  });

  test('carries several lines, large outputs and statuses', async () => {
    await withSession(line('ed25519'), async (session) => {
      expect(await session.run('echo one\necho two', signal())).toBe('one\ntwo\n');
      expect(await session.run('head -c 3000000 /dev/zero', signal())).toHaveLength(3_000_000);
      expect(await session.run('echo answer; exit 1', signal())).toBe('answer\n');
      await expect(session.run('echo complaint >&2; exit 1', signal())).rejects.toMatchObject({
        code: 'ERR_READER_COMMAND',
        message: expect.stringContaining('complaint'),
      });
      await expect(session.run('kill -9 $$', signal())).rejects.toMatchObject({ code: 'ERR_READER_COMMAND' });
    });
  });

  test('an abort frees the session, and the next command works', async () => {
    await withSession(line('rsa'), async (session) => {
      const control = new AbortController();
      const run = session.run(
        `echo $$ >${path('new')}; mv ${path('new')} ${path('pid')}; exec sleep 60`,
        control.signal,
      );
      run.catch(() => {});
      const pid = Number(await vi.waitFor(() => readFile(path('pid'), 'utf8'), { timeout: 5_000 }));
      control.abort();
      await expect(run).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
      expect(await session.run('echo next', signal())).toBe('next\n');
      // sshd has ended it by our signal, unless it runs as root: those it does not signal.
      if (userInfo().uid === 0) process.kill(pid);
      else expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });
  });

  const echoAs = (target: Partial<SshTarget>) =>
    withSession(line('ed25519'), (session) => session.run('echo in', signal()), target);

  test('takes a key with a passphrase, and says when that is missing', async () => {
    const locked = await readFile(path('locked'), 'utf8');
    expect(await echoAs({ privateKey: locked, passphrase: 'pass phrase' })).toBe('in\n');
    await expect(echoAs({ privateKey: locked })).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringContaining('passphrase'),
    });
  });

  test('refuses a key that is not authorized', async () => {
    keygen('-q', '-t', 'ed25519', '-N', '', '-f', path('stranger'));
    await expect(echoAs({ privateKey: await readFile(path('stranger'), 'utf8') })).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringContaining('refuses the key of'),
    });
  });
});
