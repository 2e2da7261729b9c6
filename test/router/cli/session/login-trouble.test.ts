/** What is said of a login that takes longer than reads wait for it: why it has failed, once. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { createCliReader } from '../../../../src/router/cli/reader.ts';
import { createShellSession, SHELL_DEFAULTS } from '../../../../src/router/cli/session/shell-session.ts';
import { logInByTelnet } from '../../../../src/router/cli/session/telnet.ts';
import { RouterReads } from '../../../../src/router/reads.ts';
import { takeStock } from '../support/resources.ts';
import { ScriptedCli } from '../support/scripted.ts';

const READ_MS = 50;
const LOGIN_MS = 250;

let nothingLeft: () => Promise<void>;
let router: ScriptedCli;
beforeEach(async () => {
  nothingLeft = takeStock();
  router = await ScriptedCli.start('welcome\nr4 at home%', () => {});
});
afterEach(async () => {
  await router.close();
  await nothingLeft();
});

function readsOf(troubles: string[], firstWaitMs: number): RouterReads {
  const { port } = router;
  const platform = platforms['cisco-ios']();
  const terminal = platform.terminal!;
  const target = {
    description: `telnet to 127.0.0.1:${port}`,
    terminal,
    connect: (signal: AbortSignal) => logInByTelnet({ host: '127.0.0.1', port }, terminal, signal),
  };
  const pace = { firstWaitMs, longestWaitMs: firstWaitMs, loginsPerMinute: 100 };
  const session = createShellSession(target, { ...SHELL_DEFAULTS, ...pace, loginTimeoutMs: LOGIN_MS });
  let now = 0;
  return new RouterReads({
    router: 'r4',
    readers: [createCliReader({ name: 'r4', platform, session })],
    maxAgeMs: 0,
    timeoutMs: READ_MS,
    learnTimeoutMs: 5000,
    perSecond: 1000,
    concurrency: 1,
    onTrouble: (_reader, trouble) => troubles.push(trouble?.message ?? 'good again'),
    monotonicMs: () => (now += 10_000), // nothing is left alone for a while
  });
}

test.each([
  ['while none is tried again', 3_600_000],
  ['while another one is under way', 0],
])('is said of the next read, %s', async (_when, firstWaitMs) => {
  const troubles: string[] = [];
  const reads = readsOf(troubles, firstWaitMs);
  for (let i = 0; i < 3; i++) {
    await reads.interfaces().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 2 * LOGIN_MS));
  }
  expect(router.logins).toBe(firstWaitMs === 0 ? 3 : 1);
  expect(troubles).toEqual([
    `no answer within ${READ_MS} ms`,
    expect.stringContaining(`telnet to 127.0.0.1:${router.port}: no prompt in time; it said last: r4 at home%`),
  ]);
  await reads.close();
});
