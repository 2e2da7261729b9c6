/** Sessions with net-snmp's snmpd, which speaks what net-snmp's library has in common with us and nothing else. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import type { Credentials, UserCredentials } from '../../../src/router/snmp/session/credentials.ts';
import type { Session } from '../../../src/router/snmp/session/session.ts';

const PATH = `${process.env.PATH}:/usr/sbin`;
const isThere = spawnSync('snmpd', ['-v'], { env: { PATH } }).error === undefined;
if (!isThere) console.log('SKIPPED test/router/snmp/snmpd.test.ts: snmpd is not installed');

const NAME = '1.3.6.1.2.1.1.5';
const AUTH = 'authentication-key';
const PRIV = 'privacy-key-of-it';
const USERS = [
  { user: 'md5des', auth: 'MD5', priv: 'DES', authProtocol: 'md5', privProtocol: 'des' },
  { user: 'shades', auth: 'SHA', priv: 'DES', authProtocol: 'sha', privProtocol: 'des' },
  { user: 'shaaes', auth: 'SHA', priv: 'AES', authProtocol: 'sha', privProtocol: 'aes' },
  { user: 'sha224aes', auth: 'SHA-224', priv: 'AES', authProtocol: 'sha224', privProtocol: 'aes' },
  { user: 'sha256aes', auth: 'SHA-256', priv: 'AES', authProtocol: 'sha256', privProtocol: 'aes' },
  { user: 'sha384aes', auth: 'SHA-384', priv: 'AES', authProtocol: 'sha384', privProtocol: 'aes' },
  { user: 'sha512aes', auth: 'SHA-512', priv: 'AES', authProtocol: 'sha512', privProtocol: 'aes' },
  { user: 'shaaes256b', auth: 'SHA', priv: 'AES-256', authProtocol: 'sha', privProtocol: 'aes256b' },
  { user: 'shaaes256r', auth: 'SHA', priv: 'AES-256-C', authProtocol: 'sha', privProtocol: 'aes256r' },
  { user: 'sha256aes256', auth: 'SHA-256', priv: 'AES-256', authProtocol: 'sha256', privProtocol: 'aes256b' },
] as const;

describe.skipIf(!isThere)('snmpd', () => {
  let folder: string;
  let port: number;
  let snmpd: ChildProcess;
  const sessions: Session[] = [];

  async function start(): Promise<void> {
    snmpd = spawn('snmpd', ['-f', '-C', '-c', join(folder, 'snmpd.conf'), '-Lo', '-I', '-smux'], {
      env: { PATH, MIBS: '', SNMP_PERSISTENT_DIR: join(folder, 'persistent') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    snmpd.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    await vi.waitFor(() => expect(output).toContain('NET-SNMP version'), { timeout: 10_000 });
  }

  async function stop(): Promise<void> {
    const ended = once(snmpd, 'close');
    snmpd.kill();
    await ended;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mtrace2d-test-'));
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    port = socket.address().port;
    socket.close();
    const users = USERS.map(
      ({ user, auth, priv }) => `createUser ${user} ${auth} "${AUTH}" ${priv} "${PRIV}"\nrouser ${user} priv`,
    );
    const lines = [
      `agentaddress udp:127.0.0.1:${port}`,
      'sysName a router',
      'rocommunity public',
      `createUser auth SHA "${AUTH}"`,
      'rouser auth auth',
      'createUser open',
      'rouser open noauth',
      ...users,
    ];
    writeFileSync(join(folder, 'snmpd.conf'), `${lines.join('\n')}\n`);
    await start();
  });
  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
  });
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });

  function askerOf(credentials: Credentials): (ms?: number) => Promise<string> {
    const session = createAgentSession({ host: '127.0.0.1', port, credentials });
    sessions.push(session);
    return async (ms = 4000) => {
      const { singles } = await session.ask([NAME], [], 0, AbortSignal.timeout(ms));
      return String(singles[0]?.value);
    };
  }

  const credentialsOf = ({ user, authProtocol, privProtocol }: (typeof USERS)[number]): UserCredentials => ({
    version: 3,
    user,
    authProtocol,
    authKey: AUTH,
    privProtocol,
    privKey: PRIV,
  });
  const AES: UserCredentials = credentialsOf(USERS[4]);

  test.each([1, '2c'] as const)('version %s', async (version) => {
    expect(await askerOf({ version, community: 'public' })()).toBe('a router');
  });

  test.each(USERS)('$user', async (user) => {
    expect(await askerOf(credentialsOf(user))()).toBe('a router');
  });

  test('authNoPriv and noAuthNoPriv', async () => {
    expect(await askerOf({ version: 3, user: 'auth', authProtocol: 'sha', authKey: AUTH })()).toBe('a router');
    expect(await askerOf({ version: 3, user: 'open' })()).toBe('a router');
  });

  test.each<[string, Partial<UserCredentials>, string]>([
    ['user', { user: 'nobody' }, 'the agent does not know the user nobody'],
    ['authKey', { authKey: 'another-key' }, 'the agent refuses authKey or authProtocol of sha256aes'],
    ['authProtocol', { authProtocol: 'sha' }, 'the agent refuses authKey or authProtocol of sha256aes'],
  ])('wrong: %s', async (_what, wrong, text) => {
    await expect(askerOf({ ...AES, ...wrong })()).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: `v3 at 127.0.0.1:${port}: ${text}`,
    });
  });

  test('wrong: no privacy', async () => {
    const session = createAgentSession({
      host: '127.0.0.1',
      port,
      credentials: { ...AES, privProtocol: undefined, privKey: undefined },
    });
    const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => 0 });
    await expect(reader.readInterfaces(AbortSignal.timeout(4000))).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: `v3 at 127.0.0.1:${port}: the agent lets us read nothing (authorizationError)`,
    });
    await reader.close();
  });

  test('wrong: privKey, which snmpd does not tell from noise', async () => {
    await expect(askerOf({ ...AES, privKey: 'another-key' })(800)).rejects.toMatchObject({
      message: expect.stringMatching(/privKey|check its keys/),
    });
  });

  test('a context that is not there', async () => {
    await expect(askerOf({ ...AES, context: 'blue' })(800)).rejects.toMatchObject({
      message: expect.stringMatching(/context/),
    });
  });

  test('a restart is noticed by its time, and costs no more than a round trip', async () => {
    const ask = askerOf(AES);
    expect(await ask()).toBe('a router');
    await stop();
    await start();
    expect(await ask()).toBe('a router');
  });

  test('a restart that has lost its engine and its boots', async () => {
    const ask = askerOf(AES);
    expect(await ask()).toBe('a router');
    await stop();
    rmSync(join(folder, 'persistent'), { recursive: true });
    await start();
    expect(await ask()).toBe('a router');
  });
});
