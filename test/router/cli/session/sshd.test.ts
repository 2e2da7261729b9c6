/** The ssh session against OpenSSH's own server and tools, as the user who runs the test. */
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fingerprint } from '../../../../src/router/cli/session/known-hosts.ts';
import { createSshExecutor } from '../../../../src/router/cli/session/ssh.ts';
import type { SshTarget } from '../../../../src/router/cli/session/ssh-login.ts';
import { KEY_TYPES, type Openssh, reasonToSkip, startOpenssh } from '../support/openssh.ts';
import { takeStock } from '../support/resources.ts';

const missing = reasonToSkip();
const signal = () => new AbortController().signal;

describe.skipIf(missing !== '')(`OpenSSH${missing}`, () => {
  let server: Openssh;
  let privateKey: string;
  beforeAll(async () => {
    server = await startOpenssh();
    privateKey = await readFile(server.path('id'), 'utf8');
  });
  afterAll(() => server.stop());

  async function withSession<T>(
    knownHosts: string,
    use: (session: ReturnType<typeof createSshExecutor>) => Promise<T>,
    target: Partial<SshTarget> = {},
  ): Promise<T> {
    const nothingLeft = takeStock();
    await writeFile(server.path('known_hosts'), knownHosts);
    const session = createSshExecutor({
      host: '127.0.0.1',
      port: server.port,
      user: userInfo().username,
      privateKey,
      knownHosts: server.path('known_hosts'),
      ...target,
    });
    try {
      return await use(session);
    } finally {
      await session.close();
      await nothingLeft();
    }
  }

  test.each(KEY_TYPES)('logs in where only the %s key of several is known, by its hashed name', async (type) => {
    await writeFile(server.path('hashed'), server.line(type));
    server.keygen('-H', '-f', server.path('hashed'));
    const hashed = await readFile(server.path('hashed'), 'utf8');
    expect(hashed).toMatch(/^\|1\|/);
    expect(await withSession(hashed, (session) => session.run('echo in', signal()))).toBe('in\n');
  });

  test('an unknown key is named by the fingerprint that ssh-keygen prints', async () => {
    const [, shown] = server.keygen('-l', '-f', server.path('host_ed25519.pub')).split(' ');
    const key = Buffer.from(server.line('ed25519').split(' ')[2] ?? '', 'base64');
    expect(fingerprint(key)).toBe(shown);
    await expect(withSession('', (session) => session.run('echo', signal()))).rejects.toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringContaining(`${shown} is not in`),
    });
  });

  test('carries several lines, large outputs and statuses', async () => {
    await withSession(server.line('ed25519'), async (session) => {
      expect(await session.run('echo one\necho two', signal())).toBe('one\ntwo\n');
      expect(await session.run('head -c 3000000 /dev/zero', signal())).toHaveLength(3_000_000);
      expect(await session.run('echo answer; exit 1', signal())).toBe('answer\n');
      await expect(session.run('echo complaint >&2; exit 1', signal())).rejects.toMatchObject({
        code: 'ERR_READER_COMMAND',
        message: expect.stringContaining('complaint'),
      });
      for (const [end, code] of [
        ['kill -9 $$', 'ERR_READER_OUTPUT'],
        ['exit 255', 'ERR_READER_UNREACHABLE'],
      ])
        await expect(session.run(`echo half; ${end}`, signal())).rejects.toMatchObject({ code });
    });
  });

  test('an abort frees the session, and the next command works', async () => {
    await withSession(server.line('rsa'), async (session) => {
      const control = new AbortController();
      const run = session.run(
        `echo $$ >${server.path('new')}; mv ${server.path('new')} ${server.path('pid')}; exec sleep 60`,
        control.signal,
      );
      run.catch(() => {});
      const pid = Number(await vi.waitFor(() => readFile(server.path('pid'), 'utf8'), { timeout: 5_000 }));
      control.abort();
      await expect(run).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
      expect(await session.run('echo next', signal())).toBe('next\n');
      // sshd has ended it by our signal, unless it runs as root: those it does not signal.
      if (userInfo().uid === 0) process.kill(pid);
      else expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });
  });

  const echoAs = (target: Partial<SshTarget>) =>
    withSession(server.line('ed25519'), (session) => session.run('echo in', signal()), target);

  test('takes a key with a passphrase, and says when that is missing', async () => {
    const locked = await readFile(server.path('locked'), 'utf8');
    expect(await echoAs({ privateKey: locked, passphrase: 'pass phrase' })).toBe('in\n');
    await expect(echoAs({ privateKey: locked })).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringContaining('passphrase'),
    });
  });

  test('refuses a key that is not authorized', async () => {
    server.keygen('-q', '-t', 'ed25519', '-N', '', '-f', server.path('stranger'));
    await expect(echoAs({ privateKey: await readFile(server.path('stranger'), 'utf8') })).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringContaining('refuses the key of'),
    });
  });
});
