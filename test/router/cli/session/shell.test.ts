/** Sessions with a CLI by telnet and by ssh: prompts, echoes, pages, banners, faults, and what is left behind. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../../src/router/cli/session/session.ts';
import {
  createShellSession,
  SHELL_DEFAULTS,
  type ShellOptions,
} from '../../../../src/router/cli/session/shell-session.ts';
import { Credentials } from '../../../../src/router/cli/session/ssh-credentials.ts';
import { LOGIN_DEFAULTS } from '../../../../src/router/cli/session/ssh-login.ts';
import { openSshShell } from '../../../../src/router/cli/session/ssh-shell.ts';
import { logInByTelnet } from '../../../../src/router/cli/session/telnet.ts';
import type { Terminal } from '../../../../src/router/cli/session/terminal.ts';
import { Box, type BoxOptions } from '../support/box/box.ts';
import { generateKeys } from '../support/keys.ts';
import { takeStock } from '../support/resources.ts';

const TERMINAL: Terminal = {
  prompt: /^[\w.-]{1,64}[#>]$/,
  preparation: ['terminal length 0', 'terminal width 511'],
  pager: /^ ?-{2,3} ?More ?-{2,3} ?$/i,
  enable: 'enable',
};
const OUTPUTS = {
  'show one': 'first line\nsecond line\n',
  'show empty': '',
  'show long': Array.from({ length: 100 }, (_, at) => `line ${at}`).join('\n'),
  'show prompt': 'r1# is not a prompt here\nr1#\n r1#',
};
const BASE: BoxOptions = {
  prompt: 'r1#',
  outputs: OUTPUTS,
  user: 'admin',
  password: 'secret',
  pageLines: 10,
  pagesOff: 'terminal length 0',
};
const EAGER: Partial<ShellOptions> = { ...SHELL_DEFAULTS, firstWaitMs: 0, longestWaitMs: 0, loginsPerMinute: 100 };

const keys = generateKeys();
let folder: string;
let nothingLeft: () => Promise<void>;
const closing: (() => Promise<void>)[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shell-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  nothingLeft = takeStock();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await nothingLeft();
});

type Transport = 'telnet' | 'ssh';

interface Setting {
  readonly box: Box;
  readonly session: Session;
  readonly port: number;
}

async function settle(
  transport: Transport,
  changes: Partial<BoxOptions> = {},
  target: { readonly password?: string; readonly user?: string; readonly enablePassword?: string } = {},
  options: Partial<ShellOptions> = EAGER,
  terminal: Terminal = TERMINAL,
): Promise<Setting> {
  const box = new Box({ ...BASE, ...changes });
  closing.push(() => box[Symbol.asyncDispose]());
  const port = transport === 'telnet' ? await box.telnet() : await box.ssh(keys.private);
  const knownHosts = join(folder, `known_hosts-${port}`);
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${keys.public}\n`);
  const login = { host: '127.0.0.1', port, user: 'admin', password: 'secret', ...target };
  const ssh = { ...login, knownHosts };
  const credentials = new Credentials(ssh);
  const session = createShellSession(
    {
      description: `${transport} to 127.0.0.1:${port}`,
      terminal,
      enablePassword: target.enablePassword,
      connect: (signal) =>
        transport === 'telnet'
          ? logInByTelnet(login, terminal, signal)
          : openSshShell(ssh, credentials, LOGIN_DEFAULTS, signal),
    },
    options,
  );
  closing.push(() => session.close());
  return { box, session, port };
}

const within = (ms = 5000) => AbortSignal.timeout(ms);

describe.each(['telnet', 'ssh'] as const)('%s', (transport) => {
  test('commands, one after the other, over one login that is kept', async () => {
    const { box, session } = await settle(transport);
    expect(await session.run(['show one', 'show empty', 'show nothing'], within())).toEqual([
      'first line\nsecond line\n',
      '',
      "% Invalid input detected at '^' marker.\n",
    ]);
    const both = await Promise.all([session.run(['show one'], within()), session.run(['show long'], within())]);
    expect(both[1]![0]).toBe(`${OUTPUTS['show long']}\n`);
    expect(box.logins).toBe(1);
    expect(box.commands.slice(0, 2)).toEqual(['terminal length 0', 'terminal width 511']);
  });

  test('pages that cannot be switched off are turned', async () => {
    const { session } = await settle(transport, { pagesOff: 'no such command' });
    expect(await session.run(['show long'], within())).toEqual([`${OUTPUTS['show long']}\n`]);
  });

  test('a CLI that does not echo', async () => {
    const { session } = await settle(transport, { echoes: false });
    const [one] = await session.run(['show one'], within());
    expect(one?.trimStart()).toBe('first line\nsecond line\n');
  });

  test('a banner with lines that look like prompts and questions', async () => {
    const banner =
      'Last login: yesterday\nr9#\nPassword: must be changed\nlogin: never\nUnauthorized access denied\n\n';
    const { session } = await settle(transport, { banner });
    expect(await session.run(['show one'], within())).toEqual(['first line\nsecond line\n']);
  });

  test('a prompt in an output is not its end, where more follows', async () => {
    const { session } = await settle(transport);
    expect(await session.run(['show prompt'], within())).toEqual([`${OUTPUTS['show prompt']}\n`]);
  });

  test('privileged mode', async () => {
    const { session, box } = await settle(transport, { enablePassword: 'more' }, { enablePassword: 'more' });
    expect(await session.run(['show one'], within())).toEqual(['first line\nsecond line\n']);
    expect(box.commands[0]).toBe('enable');
  });

  test('a wrong enable password is said', async () => {
    const { session, port } = await settle(transport, { enablePassword: 'more' }, { enablePassword: 'less' });
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: `${transport} to 127.0.0.1:${port} refuses the enable password`,
    });
  });

  test('a wrong password is tried once, then not for a while, and said the same', async () => {
    const { session, box } = await settle(
      transport,
      {},
      { password: 'wrong' },
      { ...EAGER, firstWaitMs: 60_000, longestWaitMs: 60_000 },
    );
    for (let time = 0; time < 3; time++) {
      await expect(session.run(['show one'], within())).rejects.toMatchObject({ code: 'ERR_READER_AUTHENTICATION' });
    }
    expect(box.logins).toBe(1);
  });

  test.each(['hang', 'half'] as const)(
    '%s in an answer: the read ends in time, and the session goes on anew',
    async (fault) => {
      const { session, box } = await settle(
        transport,
        { fault: (command) => (command === 'show long' ? fault : undefined) },
        {},
        { ...EAGER, drainMs: 300 },
      );
      await session.run(['show one'], within());
      await expect(session.run(['show long'], within(150))).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
      expect(await session.run(['show one'], within())).toEqual(['first line\nsecond line\n']);
      expect(box.logins).toBe(2);
    },
  );

  test('an answer that comes too late is thrown away, and the login is kept', async () => {
    const { session, box } = await settle(transport, { delayMs: 200 });
    await session.run(['show one'], within());
    await expect(session.run(['show long'], within(100))).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    expect(await session.run(['show one'], within())).toEqual(['first line\nsecond line\n']);
    expect(box.logins).toBe(1);
  });

  test('a router that closes the session', async () => {
    const { session, box } = await settle(transport, {
      fault: (command) => (command === 'show long' ? 'close' : undefined),
    });
    await expect(session.run(['show one', 'show long'], within())).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringContaining('the router closed the session'),
    });
    expect(await session.run(['show one'], within())).toEqual(['first line\nsecond line\n']);
    box.drop();
    await expect.poll(() => box.open).toBe(0);
    expect(await session.run(['show one'], within())).toEqual(['first line\nsecond line\n']);
  });

  test('a greeting that takes long: the reads until then end in time, the login goes on', async () => {
    const { session, box } = await settle(transport, { greetingDelayMs: 600 });
    await expect(session.run(['show one'], within(150))).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    await expect(session.run(['show one'], within(150))).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    expect(await session.run(['show one'], within())).toEqual(['first line\nsecond line\n']);
    expect(box.logins).toBe(1);
  });

  test('no prompt at all: the login ends', async () => {
    const { session, box, port } = await settle(
      transport,
      { greetingDelayMs: 3_600_000 },
      {},
      { ...EAGER, loginTimeoutMs: 300 },
    );
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
      message: `${transport} to 127.0.0.1:${port}: no prompt in time`,
    });
    await expect.poll(() => box.open).toBe(0);
  });

  test('half a megabyte of routes', async () => {
    const routes = Array.from(
      { length: 8000 },
      (_, at) => `O    10.${at >> 8}.${at & 255}.0/24 [110/20] via 10.23.0.2, 01:02:03, Gi0/1`,
    ).join('\n');
    const { session } = await settle(transport, { outputs: { ...OUTPUTS, 'show routes': routes } });
    expect(await session.run(['show routes'], within())).toEqual([`${routes}\n`]);
  });

  test('what is typed ahead, where the CLI takes it', async () => {
    const { session, box } = await settle(transport, { delayMs: 20 }, {}, EAGER, { ...TERMINAL, takesTypeAhead: true });
    const outputs = await session.run(['show one', 'show empty', 'show long', 'show nothing', 'show one'], within());
    expect(outputs).toEqual([
      'first line\nsecond line\n',
      '',
      `${OUTPUTS['show long']}\n`,
      "% Invalid input detected at '^' marker.\n",
      'first line\nsecond line\n',
    ]);
    expect(box.logins).toBe(1);
  });

  test('an idle login ends, a closed session says so', async () => {
    const { session, box } = await settle(transport, {}, {}, { ...EAGER, idleMs: 100 });
    await session.run(['show one'], within());
    await expect.poll(() => box.open).toBe(0);
    await session.run(['show one'], within());
    expect(box.logins).toBe(2);
    await session.close();
    await expect(session.run(['show one'], within())).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
  });

  test('a thousand reads leave one login', async () => {
    const { session, box } = await settle(transport);
    for (let time = 0; time < 1000; time++) await session.run(['show one'], within());
    expect([box.logins, box.open]).toEqual([1, 1]);
  });
});

describe('telnet', () => {
  test('nothing but echo and Go Ahead is agreed to', async () => {
    const { session, box } = await settle('telnet');
    await session.run(['show one'], within());
    // DO ECHO, DO SUPPRESS-GO-AHEAD, WONT TERMINAL-TYPE, WONT NAWS
    expect(box.negotiated).toEqual([255, 253, 1, 255, 253, 3, 255, 252, 24, 255, 252, 31]);
  });

  test('no user, or no password, where one is asked for', async () => {
    const { port, box } = await settle('telnet');
    const where = `telnet to 127.0.0.1:${port}`;
    const logIn = (target: { user?: string; password?: string }) =>
      logInByTelnet({ host: '127.0.0.1', port, ...target }, TERMINAL, within());
    await expect(logIn({ password: 'x' })).rejects.toMatchObject({ message: `${where} asks for a user: set 'user'` });
    await expect(logIn({ user: 'admin' })).rejects.toMatchObject({
      message: `${where} asks for a password: set 'password'`,
    });
    await expect.poll(() => box.open).toBe(0);
  });

  test('a CLI that asks for a password only, or for nothing', async () => {
    for (const changes of [{ user: undefined }, { user: undefined, password: undefined }] as const) {
      const box = new Box({
        prompt: 'r1#',
        outputs: OUTPUTS,
        ...(changes.user === undefined && 'password' in changes ? {} : { password: 'secret' }),
      });
      closing.push(() => box[Symbol.asyncDispose]());
      const port = await box.telnet();
      const stream = await logInByTelnet({ host: '127.0.0.1', port, password: 'secret' }, TERMINAL, within());
      await stream.end();
    }
  });

  test('nobody listens there', async () => {
    const { port, box } = await settle('telnet');
    await box[Symbol.asyncDispose]();
    closing.shift();
    await expect(logInByTelnet({ host: '127.0.0.1', port }, TERMINAL, within())).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
