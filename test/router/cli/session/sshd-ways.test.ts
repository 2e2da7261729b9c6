/** Ways in that need more than a key: a jump host, an agent, algorithms of old. Against OpenSSH's own server and agent. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { KeptTimes } from '../../../../src/router/cli/session/kept-login.ts';
import type { Executor } from '../../../../src/router/cli/session/session.ts';
import { createSshExecutor } from '../../../../src/router/cli/session/ssh.ts';
import { JumpHost } from '../../../../src/router/cli/session/ssh-jump.ts';
import type { SshTarget } from '../../../../src/router/cli/session/ssh-login.ts';
import { generateKeys } from '../support/keys.ts';
import { type Mute, startMute } from '../support/mute.ts';
import { type Openssh, reasonToSkip, startOpenssh } from '../support/openssh.ts';
import { takeStock } from '../support/resources.ts';
import { PASSWORD, type StandIn, startStandIn } from '../support/ssh-stand-in.ts';

const missing = reasonToSkip();
const signal = () => new AbortController().signal;
const EAGER = { firstWaitMs: 0, longestWaitMs: 0, loginsPerMinute: 100 };

describe.skipIf(missing !== '')(`a jump host${missing}`, () => {
  let server: Openssh;
  let router: StandIn;
  let bastion: SshTarget;
  let target: SshTarget;
  let nothingLeft: () => Promise<void>;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await startOpenssh();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    nothingLeft = takeStock();
    router = await startStandIn();
    await writeFile(server.path('known_hosts'), server.line('ed25519'));
    await writeFile(server.path('known_routers'), router.knownHostsLine);
    const privateKey = await readFile(server.path('id'), 'utf8');
    const user = userInfo().username;
    bastion = { host: '127.0.0.1', port: server.port, user, privateKey, knownHosts: server.path('known_hosts') };
    const knownHosts = server.path('known_routers');
    target = { host: '127.0.0.1', port: router.port, user: 'frr', password: PASSWORD, knownHosts };
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await router.close();
    await nothingLeft();
  });

  function jumpBy(changes: Partial<SshTarget> = {}, options: Partial<KeptTimes> = EAGER): JumpHost {
    const jump = new JumpHost({ ...bastion, ...changes }, options);
    closing.push(() => jump.close());
    return jump;
  }
  function sessionBy(jump: JumpHost, changes: Partial<SshTarget> = {}, loginTimeoutMs = 10_000): Executor {
    const session = createSshExecutor({ ...target, ...changes, jump }, { ...EAGER, loginTimeoutMs });
    closing.unshift(() => session.close());
    return session;
  }
  /** Connections that the jump host has, as the kernel tells: proc_net_tcp of the kernel's documentation; 01 = established. */
  const logins = () => {
    const local = `:${server.port.toString(16).toUpperCase().padStart(4, '0')}`;
    const rows = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((row) => row.trim().split(/\s+/));
    return rows.filter(([, own, , state]) => own?.endsWith(local) && state === '01').length;
  };

  test('leads to routers, all over one connection, and what it says is theirs', async () => {
    const jump = jumpBy();
    const sessions = [1, 2, 3].map(() => sessionBy(jump));
    const outputs = await Promise.all(sessions.map((session, at) => session.run(`echo ${at}`, signal())));
    expect(outputs).toEqual(['0\n', '1\n', '2\n']);
    expect(router.connectionCount).toBe(3);
    expect(logins()).toBe(1);
  });

  test('checks the host keys of both, and says whose is not known', async () => {
    await writeFile(server.path('known_routers'), '');
    await expect(sessionBy(jumpBy()).run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringContaining(`ssh to 127.0.0.1:${router.port}: the host key`),
    });
    await writeFile(server.path('known_hosts'), '');
    await expect(sessionBy(jumpBy()).run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringContaining(`ssh to 127.0.0.1:${server.port}: the host key`),
    });
  });

  test('that reaches no router says which', async () => {
    await expect(sessionBy(jumpBy(), { port: 1 }).run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringMatching(
        new RegExp(`^ssh to 127.0.0.1:1 by way of ssh to 127.0.0.1:${server.port}: .*refused`),
      ),
    });
  });

  test.each(['AllowTcpForwarding no', 'PermitOpen none'])('that does not forward says so: %s', async (setting) => {
    const closed = await startOpenssh([setting]);
    try {
      const { port } = closed;
      await writeFile(closed.path('known_hosts'), closed.line('ed25519'));
      const privateKey = await readFile(closed.path('id'), 'utf8');
      const jump = jumpBy({ port, privateKey, knownHosts: closed.path('known_hosts') });
      await expect(sessionBy(jump).run('echo', signal())).rejects.toMatchObject({
        code: 'ERR_READER_UNREACHABLE',
        message:
          `ssh to 127.0.0.1:${router.port} by way of ssh to 127.0.0.1:${port}: ` +
          'the jump host refuses to forward (of OpenSSH: AllowTcpForwarding, PermitOpen): (SSH) Channel open failure: open failed',
      });
      await jump.close();
    } finally {
      await closed.stop();
    }
  });

  test('that refuses us is asked once for all routers behind it', async () => {
    server.keygen('-q', '-t', 'ed25519', '-N', '', '-f', server.path(`stranger-${router.port}`));
    const privateKey = await readFile(server.path(`stranger-${router.port}`), 'utf8');
    const jump = jumpBy({ privateKey }, { ...EAGER, firstWaitMs: 3_600_000, longestWaitMs: 3_600_000 });
    for (let i = 0; i < 3; i++) {
      await expect(sessionBy(jump).run('echo', signal())).rejects.toMatchObject({
        code: 'ERR_READER_AUTHENTICATION',
        message: expect.stringContaining(`127.0.0.1:${server.port} refuses the key of`),
      });
    }
    expect(router.connectionCount).toBe(0);
  });

  test('whose connection is lost takes the sessions along; the next command comes by a new one', async () => {
    const jump = jumpBy();
    const session = sessionBy(jump);
    expect(await session.run('echo one', signal())).toBe('one\n');
    const hanging = session.run('hang', signal());
    await vi.waitFor(() => expect(router.commands).toContain('hang'));
    await jump.close();
    await expect(hanging).rejects.toMatchObject({ code: 'ERR_READER_UNREACHABLE' });
    await vi.waitFor(() => expect(router.openCount).toBe(0));
  });

  test.each<[string, (socket: Socket) => void]>([
    ['ends its side', (socket) => socket.end()],
    ['resets it', (socket) => socket.resetAndDestroy()],
  ])('sees that a router %s; the next command comes by a new connection', async (_how, end) => {
    const sockets: Socket[] = [];
    const relay = createServer((socket) => {
      const there = connect(router.port, '127.0.0.1').on('error', () => {});
      sockets.push(socket.on('error', () => {}).once('close', () => there.destroy()));
      there.on('data', (octets) => socket.write(octets));
      socket.pipe(there);
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    closing.push(() => new Promise((resolve) => relay.close(() => resolve())));
    const { port } = relay.address() as AddressInfo;
    await writeFile(server.path('known_routers'), router.knownHostsLine.replace(`${router.port}`, `${port}`));
    const session = sessionBy(jumpBy(), { port });
    await session.run('echo one', signal());
    const hanging = session.run('hang', signal());
    await vi.waitFor(() => expect(router.commands).toContain('hang'));
    end(sockets[0]!);
    await expect(hanging).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringContaining('the connection was lost'),
    });
    expect(await session.run('echo two', signal())).toBe('two\n');
    for (const socket of sockets) socket.destroy();
  });

  test('ends when nobody has needed it for a while', async () => {
    const jump = jumpBy({}, { ...EAGER, idleMs: 1 });
    const session = sessionBy(jump);
    await session.run('echo', signal());
    expect(logins()).toBe(1);
    await session.close();
    await vi.waitFor(() => expect(logins()).toBe(0));
  });

  describe('with a router that accepts and says nothing', () => {
    let mute: Mute;
    beforeEach(async () => {
      mute = await startMute();
    });
    afterEach(() => mute.close());

    test('is not held longer than the login may take', async () => {
      const session = sessionBy(jumpBy(), { port: mute.port }, 300);
      await expect(session.run('echo', signal())).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
      await vi.waitFor(() => expect(mute.sockets.size).toBe(0));
    });

    test('whose command has given up leaves nothing open', async () => {
      const session = sessionBy(jumpBy(), { port: mute.port });
      const control = new AbortController();
      const run = session.run('echo', control.signal);
      await vi.waitFor(() => expect(mute.sockets.size).toBe(1));
      control.abort();
      await expect(run).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
      await session.close();
      await vi.waitFor(() => expect(mute.sockets.size).toBe(0));
    });
  });
});

describe.skipIf(missing !== '')(`an agent${missing}`, () => {
  let server: Openssh;
  beforeAll(async () => {
    server = await startOpenssh();
    await writeFile(server.path('known_hosts'), server.line('ed25519'));
  });
  afterAll(() => server.stop());

  async function echoWith(agent: string): Promise<string> {
    const { port } = server;
    const user = userInfo().username;
    const session = createSshExecutor({ host: '127.0.0.1', port, user, agent, knownHosts: server.path('known_hosts') });
    try {
      return await session.run('echo in', signal());
    } finally {
      await session.close();
    }
  }

  test('signs with the key that the router knows, among others', async () => {
    const socket = server.path('agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      server.keygen('-q', '-t', 'ed25519', '-N', '', '-f', server.path('other'));
      const add = (key: string) =>
        execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      await vi.waitFor(() => add(server.path('other')), { timeout: 5_000 });
      await expect(echoWith(socket)).rejects.toMatchObject({
        code: 'ERR_READER_AUTHENTICATION',
        message: expect.stringContaining('refuses the keys of the agent of'),
      });
      add(server.path('id'));
      expect(await echoWith(socket)).toBe('in\n');
    } finally {
      agent.kill();
      await once(agent, 'close');
    }
  });

  test('that is not there is said', async () => {
    const socket = server.path('nobody');
    await expect(echoWith(socket)).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringMatching(new RegExp(`the agent at ${socket}: Failed to connect`)),
    });
  });
});

describe.skipIf(missing !== '')(`a router that takes one try only${missing}`, () => {
  let server: Openssh;
  beforeAll(async () => {
    server = await startOpenssh(['MaxAuthTries 1', 'PasswordAuthentication yes']);
    await writeFile(server.path('known_hosts'), server.line('ed25519'));
  });
  afterAll(() => server.stop());

  test('refuses what was tried, and what was not is told', async () => {
    const { port } = server;
    const [user, knownHosts] = [userInfo().username, server.path('known_hosts')];
    const login = { user, privateKey: generateKeys().private, password: 'not tried' };
    const session = createSshExecutor({ host: '127.0.0.1', port, knownHosts, ...login });
    await expect(session.run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringMatching(
        new RegExp(`^ssh to 127.0.0.1:${port} refuses the key of ${user}; Too many .*; not tried: password$`),
      ),
    });
    await session.close();
  });
});

describe.skipIf(missing !== '').each([
  ['key exchange by SHA-1', ['KexAlgorithms diffie-hellman-group14-sha1']],
  ['host key by SHA-1', ['HostKeyAlgorithms ssh-rsa']],
  ['cipher in CBC mode', ['Ciphers aes128-cbc,3des-cbc', 'MACs hmac-sha1']],
  ['digest by MD5', ['Ciphers aes128-ctr', 'MACs hmac-md5']],
])(`a router that knows only an old %s${missing}`, (_what, settings) => {
  let server: Openssh;
  beforeAll(async () => {
    server = await startOpenssh(settings);
    await writeFile(server.path('known_hosts'), server.line('rsa') + server.line('ed25519'));
  });
  afterAll(() => server.stop());

  async function echo(legacyAlgorithms?: boolean): Promise<string> {
    const privateKey = await readFile(server.path('id'), 'utf8');
    const [user, knownHosts] = [userInfo().username, server.path('known_hosts')];
    const { port } = server;
    const session = createSshExecutor({ host: '127.0.0.1', port, user, privateKey, knownHosts, legacyAlgorithms });
    try {
      return await session.run('echo in', signal());
    } finally {
      await session.close();
    }
  }

  test('is refused, with the setting that would let it in, which then does', async () => {
    await expect(echo()).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringContaining('set legacyAlgorithms: true'),
    });
    expect(await echo(true)).toBe('in\n');
  });
});
