import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Executor } from '../../../../src/router/cli/session/session.ts';
import { createSshExecutor, type SshOptions } from '../../../../src/router/cli/session/ssh.ts';
import type { SshTarget } from '../../../../src/router/cli/session/ssh-login.ts';
import { type Mute, startMute } from '../support/mute.ts';
import { takeStock } from '../support/resources.ts';
import { PASSWORD, type StandIn, startStandIn } from '../support/ssh-stand-in.ts';

/** No waits between logins, so that tests take none. */
const EAGER: Partial<SshOptions> = { firstWaitMs: 0, longestWaitMs: 0, loginsPerMinute: 100 };
const AN_HOUR = 3_600_000;

const signal = () => new AbortController().signal;

let nothingLeft: () => Promise<void>;
let router: StandIn;
let directory: string;
let knownHosts: string;
const sessions: Executor[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ssh-'));
  nothingLeft = takeStock();
  router = await startStandIn();
  knownHosts = join(directory, 'known_hosts');
  await writeFile(knownHosts, router.knownHostsLine);
});

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await router.close();
  await nothingLeft();
  await rm(directory, { recursive: true });
});

function open(target: Partial<SshTarget> = {}, options: Partial<SshOptions> = EAGER): Executor {
  const session = createSshExecutor(
    { host: '127.0.0.1', port: router.port, user: 'frr', password: PASSWORD, knownHosts, ...target },
    options,
  );
  sessions.push(session);
  return session;
}

describe('commands', () => {
  test('go over one kept connection, one at a time, in order', async () => {
    const session = open();
    const outputs = await Promise.all([1, 2, 3, 4].map((n) => session.run(`echo ${n}`, signal())));
    expect(outputs).toEqual(['1\n', '2\n', '3\n', '4\n']);
    expect(router.commands).toEqual(['echo 1', 'echo 2', 'echo 3', 'echo 4']);
    expect(await session.run('echo a\nb', signal())).toBe('a\nb\n');
    expect(router.connectionCount).toBe(1);
    expect(router.mostAtOnce).toBe(1);
  });

  test('that only complain are errors', async () => {
    await expect(open().run('fail', signal())).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: `ssh to 127.0.0.1:${router.port}: pimd is not running`,
    });
  });

  test('that end by a signal are errors, those without any status are not', async () => {
    const session = open();
    for (const [command, how] of [
      ['killed', 'ended by SIGKILL'],
      ['half, killed', 'ended by SIGKILL'],
      ['half, lost', 'exit status 255'],
    ] as const) {
      const code = command === 'half, lost' ? 'ERR_READER_UNREACHABLE' : 'ERR_READER_OUTPUT';
      await expect(session.run(command, signal())).rejects.toMatchObject({
        code,
        message: `ssh to 127.0.0.1:${router.port}: ${how}`,
      });
    }
    expect(await session.run('quiet', signal())).toBe('all\n');
  });

  test('that end are over, also where the router waits for us to end the channel', async () => {
    const session = open();
    for (let time = 0; time < 2; time++) expect(await session.run('patient', AbortSignal.timeout(3000))).toBe('all\n');
    expect(router.connectionCount).toBe(1);
  });

  test('that the router does not take are errors, and the connection stays', async () => {
    const session = open();
    await expect(session.run('refuse', signal())).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: `${session.description}: Unable to exec: is it a login with a shell?`,
    });
    expect(await session.run('echo still', signal())).toBe('still\n');
    expect(router.connectionCount).toBe(1);
  });

  test('with output without end are cut off, and the next one works', async () => {
    const session = open();
    await expect(session.run('flood', signal())).rejects.toMatchObject({ code: 'ERR_READER_OUTPUT' });
    expect(await session.run('echo next', signal())).toBe('next\n');
  });

  test('that hang end with the signal, and the next one works', async () => {
    const session = open();
    const control = new AbortController();
    const hanging = session.run('hang', control.signal);
    const behind = session.run('echo next', signal());
    await vi.waitFor(() => expect(router.commands).toEqual(['hang']));
    control.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    expect(await behind).toBe('next\n');
  });

  test('that wait for their turn end with the signal, and do not take it', async () => {
    const session = open();
    const [first, second] = [new AbortController(), new AbortController()];
    const hanging = session.run('hang', first.signal);
    const waiting = session.run('echo waiting', second.signal);
    const last = session.run('echo last', signal());
    second.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    first.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    expect(await last).toBe('last\n');
    expect(router.commands).not.toContain('echo waiting');
  });

  test('whose connection is lost have no output, and the next one reconnects', async () => {
    const session = open();
    await expect(session.run('half', signal())).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: `ssh to 127.0.0.1:${router.port}: the connection was lost`,
    });
    expect(await session.run('echo again', signal())).toBe('again\n');
    expect(router.connectionCount).toBe(2);
  });
});

describe('host keys', () => {
  test('an unknown one is refused with its fingerprint and the line that would accept it, which then does', async () => {
    await writeFile(knownHosts, '# nobody\n');
    const session = open();
    await expect(session.run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringMatching(/ssh-ed25519 SHA256:[A-Za-z0-9+/]{43} is not in .*known_hosts/),
    });
    const refusal = await session.run('echo', signal()).catch((error: Error) => error.message);
    const [, line] = /add the line: (.*)$/.exec(refusal) ?? [];
    expect(`${line}\n`).toBe(router.knownHostsLine);
    expect(router.tried).toEqual([]);

    await writeFile(knownHosts, `${line}\n`);
    expect(await session.run('echo accepted', signal())).toBe('accepted\n');
  });

  test('another one of the same type is refused as changed, a revoked one as revoked', async () => {
    const other = await startStandIn();
    await writeFile(knownHosts, other.knownHostsLine.replace(`${other.port}`, `${router.port}`));
    await other.close();
    await expect(open().run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringContaining('is not the one in'),
    });
    await writeFile(knownHosts, `${router.knownHostsLine}@revoked ${router.knownHostsLine}`);
    await expect(open().run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringContaining('is revoked'),
    });
    expect(router.tried).toEqual([]);
  });

  test('a hashed line accepts', async () => {
    const salt = Buffer.alloc(20, 7);
    const hash = createHmac('sha1', salt).update(`[127.0.0.1]:${router.port}`).digest('base64');
    const [, ...key] = router.knownHostsLine.split(' ');
    await writeFile(knownHosts, `|1|${salt.toString('base64')}|${hash} ${key.join(' ')}`);
    expect(await open().run('echo yes', signal())).toBe('yes\n');
  });

  test('RSA keys work', async () => {
    const old = await startStandIn('rsa');
    await writeFile(knownHosts, old.knownHostsLine);
    const session = open({ port: old.port });
    expect(await session.run('echo yes', signal())).toBe('yes\n');
    await session.close();
    await old.close();
  });

  test('without a known_hosts file nobody is known, and the line that would accept is told', async () => {
    await rm(knownHosts);
    const session = open();
    const refusal = await session.run('echo', signal()).catch((error: Error) => error);
    expect(refusal).toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringContaining(
        `is not in ${knownHosts}, which is not there; if it is the right one, add the line`,
      ),
    });
    expect(router.tried).toEqual([]);
    await writeFile(knownHosts, `${/add the line: (.*)$/.exec(String(refusal))?.[1]}\n`);
    expect(await session.run('echo accepted', signal())).toBe('accepted\n');
  });

  test('a known_hosts file that cannot be read is an error', async () => {
    await expect(open({ knownHosts: directory }).run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_HOST_KEY',
      message: expect.stringContaining(`the known hosts in ${directory} cannot be read: EISDIR`),
    });
    expect(router.connectionCount).toBe(0);
  });
});

describe('credentials', () => {
  test('that are wrong are tried once, and not again before the wait is over', async () => {
    const session = open({ password: 'wrong secret' }, { firstWaitMs: AN_HOUR, longestWaitMs: AN_HOUR });
    const refused = { code: 'ERR_READER_AUTHENTICATION', message: expect.stringContaining('the password of frr') };
    await expect(session.run('echo', signal())).rejects.toMatchObject(refused);
    for (let i = 0; i < 5; i++) {
      await expect(session.run('echo', signal())).rejects.toMatchObject({
        ...refused,
        message: expect.stringMatching(/the password of frr.*\(next login in 3600 s\)/),
      });
    }
    expect(router.tried).toEqual(['wrong secret']);
    expect(router.connectionCount).toBe(1);
  });

  test('are not in any message', async () => {
    const error = await open({ password: 'wrong secret' }).run('echo', signal()).catch(String);
    expect(error).not.toContain('wrong secret');
  });

  test('that were refused once work later', async () => {
    router.refusesAll = true;
    const session = open();
    await expect(session.run('echo', signal())).rejects.toMatchObject({ code: 'ERR_READER_AUTHENTICATION' });
    router.refusesAll = false;
    expect(await session.run('echo in', signal())).toBe('in\n');
  });

  test('a password is given where the router asks for it by keyboard-interactive only, and once', async () => {
    router.method = 'keyboard-interactive';
    expect(await open().run('echo in', signal())).toBe('in\n');
    await expect(open({ password: 'wrong' }).run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
    });
    expect(router.tried).toEqual([PASSWORD, 'wrong']);
  });

  test('a private key that cannot be read is found before the router is asked', async () => {
    await expect(open({ privateKey: 'not a key' }).run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringContaining('the private key of frr'),
    });
    expect(router.connectionCount).toBe(0);
  });

  test('none at all is said', async () => {
    await expect(open({ password: undefined }).run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringContaining('frr without credentials'),
    });
  });
});

describe('connections', () => {
  test('there are no more logins in a minute than allowed', async () => {
    const session = open({}, { ...EAGER, loginsPerMinute: 2 });
    for (let i = 0; i < 2; i++) await session.run('half', signal()).catch(() => {});
    await expect(session.run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringContaining('no more than 2 logins a minute'),
    });
    expect(router.connectionCount).toBe(2);
  });

  test('end when they are idle, and begin again', async () => {
    const session = open({}, { ...EAGER, idleMs: 1 });
    await session.run('echo', signal());
    await vi.waitFor(() => expect(router.openCount).toBe(0));
    expect(await session.run('echo again', signal())).toBe('again\n');
    expect(router.connectionCount).toBe(2);
  });

  test('that nobody answers are unreachable', async () => {
    await router.close();
    await expect(open().run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    router = await startStandIn();
  });

  test('end with close, which the run under way and the one behind it see', async () => {
    const session = open();
    const runs = [session.run('hang', signal()), session.run('echo', signal())];
    const outcomes = Promise.allSettled(runs);
    await vi.waitFor(() => expect(router.commands).toEqual(['hang']));
    await session.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ERR_READER_CLOSED' } });
    }
    await vi.waitFor(() => expect(router.openCount).toBe(0));
    await expect(session.run('echo', signal())).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
  });
});

describe('a login that takes long', () => {
  let slow: Server;
  let port: number;
  beforeEach(async () => {
    slow = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    ({ port } = slow.address() as AddressInfo);
    await writeFile(knownHosts, router.knownHostsLine.replace(`${router.port}`, `${port}`));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    await new Promise((resolve) => slow.close(resolve));
  });

  const accepted = async () => (await once(slow, 'connection'))[0] as Socket;

  test('is waited for in the background, as long as one by telnet', async () => {
    const session = open({ port });
    const control = new AbortController();
    const early = session.run('echo early', control.signal);
    const socket = await accepted();
    vi.advanceTimersByTime(44_000);
    control.abort();
    await expect(early).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    const there = connect(router.port, '127.0.0.1');
    socket
      .on('error', () => {})
      .pipe(there)
      .on('error', () => {})
      .pipe(socket); // Now it speaks.
    expect(await session.run('echo late', signal())).toBe('late\n');
    expect(router.connectionCount).toBe(1);
  });

  test('has one time for all of it, the way by a jump host included', async () => {
    const there = accepted();
    const jump = {
      connect: async () => {
        vi.advanceTimersByTime(30_000);
        return connect(port, '127.0.0.1');
      },
    };
    const run = open({ port, jump }).run('echo', signal());
    const outcome = expect(run).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
      message: expect.stringMatching(
        new RegExp(`^ssh to 127.0.0.1:${port}: no (TCP connection|ssh handshake) in time$`),
      ),
    });
    const socket = await there;
    vi.advanceTimersByTime(15_000);
    await outcome;
    socket.destroy();
  });
});

test('known hosts that cannot be read just now, as on a file server that is away, hold no login', async () => {
  const fifo = join(directory, 'fifo');
  execFileSync('mkfifo', [fifo]);
  try {
    const session = open({ knownHosts: fifo }, { ...EAGER, loginTimeoutMs: 50 });
    await expect(session.run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
      message: expect.stringMatching(/: no known hosts in time$/),
    });
    await session.close();
  } finally {
    await writeFile(fifo, ''); // The read that nobody waits for ends.
  }
});

describe('a host that accepts and says nothing', () => {
  let mute: Mute;
  beforeEach(async () => {
    mute = await startMute();
  });
  afterEach(() => mute.close());

  const openMute = (options: Partial<SshOptions> = {}) => open({ port: mute.port }, { ...EAGER, ...options });

  test('is given up after the login timeout', async () => {
    await expect(openMute({ loginTimeoutMs: 20 }).run('echo', signal())).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
    });
    await vi.waitFor(() => expect(mute.sockets.size).toBe(0));
  });

  test('does not hold a run longer than its signal, nor the session longer than close', async () => {
    const session = openMute();
    const control = new AbortController();
    const run = session.run('echo', control.signal);
    await vi.waitFor(() => expect(mute.sockets.size).toBe(1));
    control.abort();
    await expect(run).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    await session.close();
    await vi.waitFor(() => expect(mute.sockets.size).toBe(0));
  });
});
