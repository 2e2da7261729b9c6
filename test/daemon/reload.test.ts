/** The built daemon and SIGHUP, while it reads a router by telnet: what the router and the log see of it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Box } from '../router/cli/support/box/box.ts';
import { DOMAIN } from '../router/cli/support/box/domain.ts';
import { type Program, Stage } from '../support/programs.ts';

/** Of this test run alone, so that two may run at once. */
const DAEMON = `127.${64 + (process.pid % 64)}.${(process.pid >> 6) % 256}.51`;
const RELOADS = 3;
const { name, platform, prompt, outputs } = DOMAIN.find((router) => router.platform === 'cisco-ios')!;

let stage: Stage;
let box: Box;
beforeEach(() => {
  stage = new Stage();
  box = new Box({ prompt, outputs, user: 'mt', password: 'secret' });
});
afterEach(async () => {
  await stage.close();
  await box[Symbol.asyncDispose]();
});

async function start(password: string): Promise<Program> {
  const reader = { kind: 'cli', platform, transport: 'telnet', host: '127.0.0.1', port: await box.telnet() };
  const config = stage.config(DAEMON, [], {
    routers: [{ name, addresses: ['10.5.0.5'], readers: [{ ...reader, user: 'mt', password }] }],
  });
  return stage.run('main.js', ['-c', stage.write('telnet.yaml', config)]);
}

async function reload(daemon: Program): Promise<void> {
  const count = daemon.lines('ready').length;
  daemon.signal('SIGHUP');
  await daemon.until('ready again', () => daemon.lines('ready').length > count);
}

test('a session goes on', async () => {
  const daemon = await start('secret');
  await daemon.until('learned', () => daemon.lines('learned').length === 1);
  for (let time = 0; time < RELOADS; time++) {
    const count = box.commands.length;
    await reload(daemon);
    await daemon.until('read', () => box.commands.length > count);
    expect(box.open).toBe(1);
  }
  expect(box.logins).toBe(1);
  expect(await daemon.stop()).toBe(0);
  await expect.poll(() => box.open).toBe(0);
});

test('a wrong password is not tried the sooner, and said once', async () => {
  const beganMs = performance.now();
  const daemon = await start('wrong');
  await daemon.until('refused', () => daemon.lines('cannot be read').length > 0);
  for (let time = 0; time < RELOADS; time++) {
    await reload(daemon);
    const { status } = await stage.mtrace2('-g', DAEMON, '-w', '5', '10.1.0.2', '10.5.0.2', '232.1.1.1');
    expect(status).not.toBe(0);
  }
  const passedMs = performance.now() - beganMs;
  // Two, four, eight seconds and so on.
  expect(box.logins).toBeLessThanOrEqual(1 + Math.log2(1 + passedMs / 2000));
  expect(daemon.lines('cannot be read')).toHaveLength(1);
});
