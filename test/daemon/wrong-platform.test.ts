/** A router that is another one than the configuration says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { sessionOf } from '../../src/daemon/cli-session.ts';
import { SshTargets } from '../../src/daemon/ssh-targets.ts';
import { platforms } from '../../src/router/cli/platforms.ts';
import type { Session } from '../../src/router/cli/session/session.ts';
import { Box } from '../router/cli/support/box/box.ts';
import { generateKeys } from '../router/cli/support/keys.ts';
import { takeStock } from '../router/cli/support/resources.ts';

const keys = generateKeys();

let folder: string;
let nothingLeft: () => Promise<void>;
let box: Box;
let session: Session;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wrong-platform-'));
  nothingLeft = takeStock();
});
afterEach(async () => {
  await session.close();
  await box[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  await nothingLeft();
});

/** What a reader learns that gives up in a login by ssh to this prompt. */
async function saidOf(platform: keyof typeof platforms, prompt: string, banner = ''): Promise<string> {
  box = new Box({ prompt, outputs: {}, banner, user: 'mt', password: 'secret' });
  const [port, knownHosts] = [await box.ssh(keys.private), join(folder, 'known_hosts')];
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${keys.public}\n`);
  const to = { kind: 'cli', transport: 'ssh', host: '127.0.0.1', port, user: 'mt', knownHosts } as const;
  const config = { ...to, platform, password: new Secret('secret'), loginsPerMinute: 6, legacyAlgorithms: false };
  session = sessionOf(config, platforms[platform](), new SshTargets());
  const answer = session.run(['show version'], AbortSignal.timeout(1_000));
  return answer.then(
    () => 'answered',
    ({ message }: Error) => message.replace(`ssh to 127.0.0.1:${port}: no prompt in time`, ''),
  );
}

test.each([
  ['cisco-iosxr', 'r5#'],
  ['cisco-nxos', 'mt@r1>'],
  ['juniper-junos', 'r5#'],
  ['arista-eos', 'RP/0/RSP0/CPU0:r2#'],
] as const)('%s at the prompt %s: is the platform right?', async (platform, prompt) => {
  const said = `; it said last: ${prompt}, which is no prompt of ${platform}: is the platform right?`;
  expect(await saidOf(platform, prompt)).toBe(said);
});

test.each([
  ['arista-eos', '#'],
  ['cisco-ios', '[mt@r4 ~]$'],
  ['arista-eos', 'bash-4.2$'],
  ['juniper-junos', 'root@r4%'],
  ['juniper-junos', 'root@r4:~ #'],
] as const)('%s at the prompt %s: a shell', async (platform, prompt) => {
  const said = `; it said last: ${prompt}, which looks like a shell's: does the login begin in the CLI of ${platform}?`;
  expect(await saidOf(platform, prompt)).toBe(said);
});

test('the same by telnet', async () => {
  box = new Box({ prompt: 'r5#', outputs: {}, banner: 'Welcome\n', user: 'mt', password: 'secret' });
  const to = { kind: 'cli', transport: 'telnet', host: '127.0.0.1', port: await box.telnet(), user: 'mt' } as const;
  const config = { ...to, platform: 'cisco-iosxr', password: new Secret('secret'), loginsPerMinute: 6 } as const;
  session = sessionOf(config, platforms['cisco-iosxr'](), new SshTargets());
  await expect(session.run(['show version'], AbortSignal.timeout(1_000))).rejects.toMatchObject({
    message: expect.stringMatching(/: r5#, which is no prompt of cisco-iosxr: is the platform right\?$/),
  });
});

test.each(['More to come:', 'r4 #1', 'Loading 100%'])('%s is like no prompt', async (line) => {
  expect(await saidOf('cisco-iosxr', line)).toBe(`; it said last: ${line}`);
});

test('a line of a banner is no prompt', async () => {
  expect(await saidOf('cisco-iosxr', '', '####\n# welcome #\n####\n')).toBe('; it said last: ####');
});
