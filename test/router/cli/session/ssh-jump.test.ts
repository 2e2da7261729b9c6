/** A jump host that is not OpenSSH's: what it does with channels, and when it is away. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Client, type Connection, type ServerChannel } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Executor } from '../../../../src/router/cli/session/session.ts';
import { createSshExecutor, type SshOptions } from '../../../../src/router/cli/session/ssh.ts';
import { JumpHost } from '../../../../src/router/cli/session/ssh-jump.ts';
import { generateKeys } from '../support/keys.ts';
import { takeStock } from '../support/resources.ts';
import { PASSWORD, type StandIn, startStandIn } from '../support/ssh-stand-in.ts';

const EAGER = { firstWaitMs: 0, longestWaitMs: 0, loginsPerMinute: 100 };
const signal = () => AbortSignal.timeout(3_000);
const keys = generateKeys();

/** What becomes of a channel to a router, before anything else is read from it. */
type Accept = (channel: ServerChannel, to: { readonly port: number }) => void;

const relay: Accept = (channel, { port }) => {
  const there = connect(port, '127.0.0.1').on('error', () => {});
  channel.pipe(there).pipe(channel);
};

let nothingLeft: () => Promise<void>;
let folder: string;
let router: StandIn;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jump-'));
  nothingLeft = takeStock();
  router = await startStandIn();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await router.close();
  await nothingLeft();
  await rm(folder, { recursive: true });
});

/** @param port 0 = any that is free */
async function startBastion(accept: Accept, port = 0): Promise<number> {
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [keys.private] }, (client) => {
    open.add(client);
    (client as Connection & Pick<Client, 'setNoDelay'>).setNoDelay(true); // Its types leave it out.
    client.on('error', () => {}).once('close', () => open.delete(client));
    client.on('authentication', (context) =>
      context.method === 'password' ? context.accept() : context.reject(['password']),
    );
    client.on('tcpip', (acceptChannel, _reject, { destPort }) => accept(acceptChannel(), { port: destPort }));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const client of open) client.end();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function through(bastion: number, options: Partial<SshOptions> = EAGER): Promise<Executor> {
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(knownHosts, `${router.knownHostsLine}[127.0.0.1]:${bastion} ${keys.public}\n`);
  const login = { host: '127.0.0.1', user: 'frr', password: PASSWORD, knownHosts };
  const jump = new JumpHost({ ...login, port: bastion }, { ...EAGER, idleMs: 50 });
  const session = createSshExecutor({ ...login, port: router.port, jump }, options);
  closing.push(async () => {
    await session.close();
    await jump.close();
  });
  return session;
}

describe('a channel that ends as soon as it is there', () => {
  test.each<[string, Accept]>([
    ['closed', (channel) => channel.close()],
    ['ended, then closed', (channel) => channel.end().close()],
    ['said something, then closed', (channel) => channel.end('no\r\n').close()],
  ])('%s: is said at once, is no hindrance to the next one, and leaves nothing', async (_how, accept) => {
    let isFirst = true;
    const session = await through(
      await startBastion((channel, to) => {
        if (isFirst) accept(channel, to);
        else relay(channel, to);
        isFirst = false;
      }),
    );
    await expect(session.run('echo one', signal())).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringContaining(`ssh to 127.0.0.1:${router.port}: `),
    });
    expect(await session.run('echo two', signal())).toBe('two\n');
    await session.close();
  });
});

test('while it is away, nothing counts as a login at the router', async () => {
  const port = await startBastion(relay);
  await closing.pop()?.();
  const session = await through(port, { firstWaitMs: 3_600_000, longestWaitMs: 3_600_000, loginsPerMinute: 2 });
  for (let time = 0; time < 4; time++)
    await expect(session.run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: `ssh to 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  await startBastion(relay, port);
  expect(await session.run('echo there', signal())).toBe('there\n');
  await session.close();
});

test('a router that it does not reach is left alone for a while', async () => {
  const session = await through(await startBastion(() => {}), {
    firstWaitMs: 3_600_000,
    longestWaitMs: 3_600_000,
    loginTimeoutMs: 300,
  });
  for (const wait of ['', ' (next login in 3600 s)'])
    await expect(session.run('echo', signal())).rejects.toMatchObject({
      message: `ssh to 127.0.0.1:${router.port}: no ssh handshake in time${wait}`,
    });
});
