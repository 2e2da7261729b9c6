/** On the way to a shell: what a router may refuse, how a connection may end, and where it may all come to a stop. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type Session as Served } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createShellSession } from '../../../../src/router/cli/session/shell-session.ts';
import { createSshExecutor } from '../../../../src/router/cli/session/ssh.ts';
import { Credentials } from '../../../../src/router/cli/session/ssh-credentials.ts';
import { LOGIN_DEFAULTS, type SshTarget } from '../../../../src/router/cli/session/ssh-login.ts';
import { openSshShell } from '../../../../src/router/cli/session/ssh-shell.ts';
import { startDeaf } from '../support/deaf.ts';
import { generateKeys } from '../support/keys.ts';
import { startMute } from '../support/mute.ts';
import { takeStock } from '../support/resources.ts';

const keys = generateKeys();
const signal = () => AbortSignal.timeout(5_000);

let nothingLeft: () => Promise<void>;
let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-shell-'));
  nothingLeft = takeStock();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await nothingLeft();
  await rm(folder, { recursive: true });
});

const PASSWORD_ONLY = (context: AuthContext) =>
  context.method === 'password' ? context.accept() : context.reject(['password']);

/** @param accepted is told of a client whose credentials have just been accepted */
async function targetOf(accepted: (client: Connection) => void, authenticate = PASSWORD_ONLY): Promise<SshTarget> {
  const server = new ssh2.Server({ hostKeys: [keys.private] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', authenticate);
    client.on('ready', () => accepted(client));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return targetAt((server.address() as AddressInfo).port);
}

async function targetAt(port: number): Promise<SshTarget> {
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${keys.public}\n`);
  return { host: '127.0.0.1', port, user: 'admin', password: 'secret', knownHosts };
}

/** A session that refuses to be more. */
const refusing = (what: 'pty' | 'shell') => (client: Connection) =>
  client.on('session', (accept) => {
    const session = accept();
    session.on('pty', (acceptPty, reject) => (what === 'pty' ? reject() : acceptPty()));
    session.on('shell', (_accept, reject) => reject());
  });

const endingAt = (what: 'pty' | 'shell') => (client: Connection) =>
  client.on('session', (accept) => {
    const session: Served = accept();
    session.on('pty', (acceptPty) => (what === 'pty' ? client.end() : acceptPty()));
    session.on('shell', () => client.end());
  });

test.each<[string, (client: Connection) => void]>([
  ['at once', (client) => client.end()],
  ['when it is asked for a session', (client) => client.on('session', () => client.end())],
  ['when it is asked for a terminal', endingAt('pty')],
  ['when it is asked for a shell', endingAt('shell')],
])('a router that accepts the credentials, and ends the connection %s', async (_when, accepted) => {
  const target = await targetOf(accepted);
  const where = `ssh to 127.0.0.1:${target.port}`;
  await expect(openSshShell(target, new Credentials(target), LOGIN_DEFAULTS, signal())).rejects.toMatchObject({
    name: 'ReaderError',
    code: 'ERR_READER_UNREACHABLE',
    message: `${where}: the connection was lost`,
  });
});

test('the same, where it is asked for commands', async () => {
  const target = await targetOf((client) => client.end());
  const session = createSshExecutor(target);
  closing.unshift(() => session.close());
  await expect(session.run('echo', signal())).rejects.toMatchObject({
    code: 'ERR_READER_UNREACHABLE',
    message: `ssh to 127.0.0.1:${target.port}: the connection was lost`,
  });
});

test.each(['pty', 'shell'] as const)('a router that refuses a %s', async (what) => {
  const target = await targetOf(refusing(what));
  await expect(openSshShell(target, new Credentials(target), LOGIN_DEFAULTS, signal())).rejects.toMatchObject({
    code: 'ERR_READER_COMMAND',
    message: expect.stringMatching(new RegExp(`^ssh to 127.0.0.1:${target.port} gives no shell: .`)),
  });
});

describe('a login that is not over in time says what it waited for', () => {
  const host = async (start: () => Promise<{ readonly port: number; close(): Promise<unknown> }>) => {
    const { port, close } = await start();
    closing.push(close);
    return targetAt(port);
  };
  test.each<[string, () => Promise<SshTarget>]>([
    ['TCP connection', () => host(startDeaf)],
    ['ssh handshake', () => host(startMute)],
    [
      'answer to the login',
      () =>
        targetOf(
          () => {},
          () => {},
        ),
    ],
    ['shell', () => targetOf((client) => client.on('session', (accept) => accept().on('pty', () => {})))],
  ])('%s', async (awaited, start) => {
    const target = await start();
    const description = `ssh to 127.0.0.1:${target.port}`;
    const credentials = new Credentials(target);
    const session = createShellSession(
      {
        description,
        terminal: { prompt: /^r4#$/, preparation: [], pager: /--More--/ },
        connect: (ended) => openSshShell(target, credentials, LOGIN_DEFAULTS, ended),
      },
      { loginTimeoutMs: 500 },
    );
    closing.unshift(() => session.close());
    await expect(session.run(['show one'], signal())).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
      message: `${description}: no ${awaited} in time`,
    });
  });
});

test('a router that answers nothing any more is not said to have closed the session', async () => {
  const target = await targetOf((client) => {
    const { _protocol: protocol } = client as Connection & { _protocol?: object };
    Object.assign(protocol ?? {}, { requestFailure: () => {} }); // As to a keepalive.
    client.on('session', (accept) => {
      const session = accept().on('pty', (acceptPty) => acceptPty());
      session.on('shell', (acceptShell) => acceptShell().write('r4#'));
    });
  });
  const description = `ssh to 127.0.0.1:${target.port}`;
  const credentials = new Credentials(target);
  const session = createShellSession({
    description,
    terminal: { prompt: /^r4#$/, preparation: [], pager: /--More--/ },
    connect: (ended) => openSshShell(target, credentials, { ...LOGIN_DEFAULTS, keepaliveMs: 50 }, ended),
  });
  closing.unshift(() => session.close());
  await expect(session.run(['show one'], signal())).rejects.toMatchObject({
    code: 'ERR_READER_UNREACHABLE',
    message: `${description}: the connection was lost: Keepalive timeout`,
  });
});
