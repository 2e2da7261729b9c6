/** What is said of a login that takes longer than reads wait for it: what it waits for, once, and why it has failed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { createCliReader } from '../../../../src/router/cli/reader.ts';
import { createShellSession, type ShellTarget } from '../../../../src/router/cli/session/shell-session.ts';
import { Credentials } from '../../../../src/router/cli/session/ssh-credentials.ts';
import { JumpHost } from '../../../../src/router/cli/session/ssh-jump.ts';
import { LOGIN_DEFAULTS, type SshTarget } from '../../../../src/router/cli/session/ssh-login.ts';
import { openSshShell } from '../../../../src/router/cli/session/ssh-shell.ts';
import { logInByTelnet } from '../../../../src/router/cli/session/telnet.ts';
import { RouterReads } from '../../../../src/router/reads.ts';
import { Box } from '../support/box/box.ts';
import { startDeaf } from '../support/deaf.ts';
import { generateKeys } from '../support/keys.ts';
import { startMute } from '../support/mute.ts';
import { takeStock } from '../support/resources.ts';
import { ScriptedCli } from '../support/scripted.ts';

const platform = platforms['cisco-ios']();
const terminal = platform.terminal!;
const keys = generateKeys();

let nothingLeft: () => Promise<void>;
let folder: string;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  nothingLeft = takeStock();
  folder = mkdtempSync(join(tmpdir(), 'trouble-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await nothingLeft();
  rmSync(folder, { recursive: true });
});

interface Times {
  readonly readMs: number;
  readonly loginTimeoutMs: number;
  readonly firstWaitMs: number;
}

/** All that is said of a router in so many reads, each of which begins when the login of the one before has failed. */
async function saidOf(target: ShellTarget, { readMs, loginTimeoutMs, firstWaitMs }: Times, times: number) {
  const troubles: string[] = [];
  const pace = { firstWaitMs, longestWaitMs: firstWaitMs, loginsPerMinute: 100 };
  const session = createShellSession(target, { ...pace, loginTimeoutMs });
  let now = 0;
  const reads = new RouterReads({
    router: 'r4',
    readers: [createCliReader({ name: 'r4', platform, session })],
    maxAgeMs: 0,
    timeoutMs: readMs,
    learnTimeoutMs: 5000,
    perSecond: 1000,
    concurrency: 1,
    onTrouble: (_reader, trouble) => troubles.push(trouble?.message ?? 'good again'),
    monotonicMs: () => (now += 10_000), // nothing is left alone for a while
  });
  for (let i = 0; i < times; i++) {
    await reads.interfaces().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, loginTimeoutMs));
  }
  await reads.close();
  return troubles;
}

test.each([
  ['while none is tried again', 3_600_000],
  ['while another one is under way', 0],
])('is said of the next read, %s', async (_when, firstWaitMs) => {
  const router = await ScriptedCli.start('welcome\nr4 at home%', () => {});
  closing.push(() => router.close());
  const { port } = router;
  const where = `telnet to 127.0.0.1:${port}`;
  const login = { host: '127.0.0.1', port };
  const target = {
    description: where,
    terminal,
    connect: (signal: AbortSignal) => logInByTelnet(login, terminal, signal),
  };
  expect(await saidOf(target, { readMs: 50, loginTimeoutMs: 250, firstWaitMs }, 3)).toEqual([
    `${where}: no prompt in time; it said last: r4 at home%`,
  ]);
  expect(router.logins).toBe(firstWaitMs === 0 ? 3 : 1);
});

function targetAt(port: number): SshTarget {
  const knownHosts = join(folder, `known_hosts-${port}`);
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${keys.public}\n`);
  return { host: '127.0.0.1', port, user: 'admin', password: 'secret', knownHosts };
}

type Host = { readonly port: number; close(): Promise<unknown> };

async function targetOf(host: Promise<Host>): Promise<SshTarget> {
  const { port, close } = await host;
  closing.push(close);
  return targetAt(port);
}

async function boxWith(prompt: string): Promise<Host> {
  const box = new Box({ prompt, outputs: {}, user: 'admin', password: 'secret' });
  return { port: await box.ssh(keys.private), close: () => box[Symbol.asyncDispose]() };
}

async function behind(jumpTarget: SshTarget): Promise<SshTarget> {
  const jump = new JumpHost(jumpTarget);
  closing.push(() => jump.close());
  return { ...targetAt(1), jump };
}

test.each<[string, () => Promise<SshTarget>, (port: number) => string]>([
  ['no connection', () => targetOf(startDeaf()), (port) => `ssh to 127.0.0.1:${port}: no TCP connection in time`],
  ['no ssh', () => targetOf(startMute()), (port) => `ssh to 127.0.0.1:${port}: no ssh handshake in time`],
  [
    'no prompt',
    () => targetOf(boxWith('r4 at home:')),
    (port) => `ssh to 127.0.0.1:${port}: no prompt in time; it said last: r4 at home:`,
  ],
])('%s: whoever gives up first says so, and nobody says it again', async (_what, start, message) => {
  const target = await start();
  const said = await saidOf(shellAt(target), { readMs: 1_000, loginTimeoutMs: 1_500, firstWaitMs: 0 }, 2);
  expect(said).toEqual([message(target.port)]);
});

test('a jump host that does not answer is named from the beginning', async () => {
  const jump = await targetOf(startMute());
  const target = await behind(jump);
  const said = await saidOf(shellAt(target), { readMs: 100, loginTimeoutMs: 300, firstWaitMs: 0 }, 2);
  expect(said).toEqual([`ssh to 127.0.0.1:${jump.port}: no ssh handshake in time`]);
});

test('whoever waits for its turn behind a login learns the same', async () => {
  const target = await targetOf(startMute());
  const session = createShellSession(shellAt(target));
  closing.push(() => session.close());
  const message = `ssh to 127.0.0.1:${target.port}: no ssh handshake in time`;
  const reads = [300, 200].map((ms) =>
    expect(session.run(['show one'], AbortSignal.timeout(ms))).rejects.toMatchObject({ message }),
  );
  await Promise.all(reads);
});

function shellAt(target: SshTarget): ShellTarget {
  const credentials = new Credentials(target);
  return {
    description: `ssh to 127.0.0.1:${target.port}`,
    terminal,
    connect: (signal) => openSshShell(target, credentials, LOGIN_DEFAULTS, signal),
  };
}
