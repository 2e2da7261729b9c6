/** A router whose name has several addresses, of which none can be connected to, or one that is slow. */
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Credentials } from '../../../../src/router/cli/session/ssh-credentials.ts';
import { LOGIN_DEFAULTS, login } from '../../../../src/router/cli/session/ssh-login.ts';
import { logInByTelnet } from '../../../../src/router/cli/session/telnet.ts';
import { startDeaf } from '../support/deaf.ts';

const TARGET = { host: 'r4.example.net', port: 1, user: 'u', password: 'p', knownHosts: '/nonexistent' };
const TERMINAL = { prompt: /#$/, preparation: [], pager: /^--More--$/ };

beforeEach(() => {
  const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
  vi.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: object, done: (...found: unknown[]) => void) =>
    process.nextTick(done, null, addresses)) as typeof dns.lookup);
});
afterEach(() => vi.restoreAllMocks());

test.each([
  ['telnet', () => logInByTelnet(TARGET, TERMINAL, AbortSignal.timeout(5000))],
  ['ssh', () => login(TARGET, new Credentials(TARGET), LOGIN_DEFAULTS, AbortSignal.timeout(5000))],
])('%s says why, of each of them', async (transport, logIn) => {
  await expect(logIn()).rejects.toMatchObject({
    code: 'ERR_READER_UNREACHABLE',
    message: `${transport} to r4.example.net:1: connect ECONNREFUSED 127.0.0.1:1; connect ECONNREFUSED 127.0.0.2:1`,
  });
});

const ATTEMPTS: [string, string, (port: number, signal: AbortSignal) => Promise<unknown>][] = [
  ['telnet', 'prompt', (port, signal) => logInByTelnet({ ...TARGET, port }, TERMINAL, signal)],
  [
    'ssh',
    'ssh handshake',
    (port, signal) => login({ ...TARGET, port }, new Credentials(TARGET), LOGIN_DEFAULTS, signal),
  ],
];

/** As where a SYN is lost, which is sent again after a second. */
test.each(ATTEMPTS)('%s gives each of them the time that a connection may take', async (transport, awaited, logIn) => {
  const deaf = await startDeaf();
  try {
    const connecting = logIn(deaf.port, AbortSignal.timeout(2500));
    setTimeout(() => deaf.wake(), 500);
    await expect(connecting).rejects.toMatchObject({
      message: `${transport} to r4.example.net:${deaf.port}: no ${awaited} in time`,
    });
  } finally {
    await deaf.close();
  }
});

test.each(ATTEMPTS)('%s reaches the next one while its reader waits', async (transport, awaited, logIn) => {
  const deaf = await startDeaf();
  vi.mocked(dns.lookup).mockImplementationOnce(((address: string, done: (...found: unknown[]) => void) =>
    process.nextTick(done, null, address, 4)) as typeof dns.lookup);
  const next = createServer((socket) => socket.on('error', () => {})).listen(deaf.port, '127.0.0.2');
  try {
    await once(next, 'listening');
    await expect(logIn(deaf.port, AbortSignal.timeout(2500))).rejects.toMatchObject({
      message: `${transport} to r4.example.net:${deaf.port}: no ${awaited} in time`,
    });
  } finally {
    next.close();
    await deaf.close();
  }
});
