/** Between accepted credentials and the shell: what a router may refuse, and how a connection may end there. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type Session as Served } from 'ssh2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSshExecutor } from '../../../src/router/cli/ssh.ts';
import { Credentials } from '../../../src/router/cli/ssh-credentials.ts';
import { LOGIN_DEFAULTS } from '../../../src/router/cli/ssh-login.ts';
import { openSshShell } from '../../../src/router/cli/ssh-shell.ts';
import { generateKeys } from './support/keys.ts';
import { takeStock } from './support/resources.ts';

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

/** @param accepted is told of a client whose credentials have just been accepted */
async function targetOf(accepted: (client: Connection) => void) {
  const server = new ssh2.Server({ hostKeys: [keys.private] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) =>
      context.method === 'password' ? context.accept() : context.reject(['password']),
    );
    client.on('ready', () => accepted(client));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
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
