/** What a session makes of a CLI that draws its prompt anew, asks again, echoes secrets, or never stops. */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CliStream } from '../../../../src/router/cli/session/conversation.ts';
import type { Session } from '../../../../src/router/cli/session/session.ts';
import { createShellSession, type ShellOptions } from '../../../../src/router/cli/session/shell-session.ts';
import { logInByTelnet } from '../../../../src/router/cli/session/telnet.ts';
import type { Terminal } from '../../../../src/router/cli/session/terminal.ts';
import { takeStock } from '../support/resources.ts';
import { aMoment, type Login, type Script, ScriptedCli } from '../support/scripted.ts';

const TERMINAL: Terminal = {
  prompt: /^[\w.-]{1,64}[#>] ?$/,
  preparation: ['terminal length 0'],
  pager: /--More-- ?$/,
  enable: 'enable',
};
const EAGER: Partial<ShellOptions> = { firstWaitMs: 0, longestWaitMs: 0, loginsPerMinute: 100 };
const MESSAGE = '*Mar  1 00:00:01.123: %PIM-5-NBRCHG: neighbor 10.9.9.9 UP on interface Gi0/1';

let nothingLeft: () => Promise<void>;
const closing: (() => Promise<void>)[] = [];
beforeEach(() => {
  nothingLeft = takeStock();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await nothingLeft();
});

interface Changes {
  readonly greeting?: string;
  readonly user?: string;
  readonly enablePassword?: string;
  readonly terminal?: Terminal;
  readonly options?: Partial<ShellOptions>;
}

async function settle(
  script: Script,
  { greeting = 'r4#', user, enablePassword, terminal = TERMINAL, options = {} }: Changes = {},
): Promise<{ cli: ScriptedCli; session: Session }> {
  const cli = await ScriptedCli.start(greeting, script);
  closing.push(() => cli.close());
  const target = { host: '127.0.0.1', port: cli.port };
  const session = createShellSession(
    {
      description: 'telnet to r4',
      terminal,
      user,
      enablePassword,
      connect: (signal) => logInByTelnet(target, terminal, signal),
    },
    { ...EAGER, ...options },
  );
  closing.push(() => session.close());
  return { cli, session };
}

const within = (ms = 10_000) => AbortSignal.timeout(ms);

/** Echoes each line, and answers it by itself; but for one command, which the test plays. */
function cli(special: string, play: (login: Login) => void | Promise<void>, prompt = 'r4#'): Script {
  return (line, login) => {
    if (line === special) return play(login);
    login.say(line.startsWith('show') ? `${line}\nthis is ${line}\n${prompt}` : `${line}\n${prompt}`);
  };
}

describe('a message of the log, and the prompt drawn anew', () => {
  const WHOLE = 'first\nsecond\n';
  test.each<[string, readonly string[], string]>([
    ['before the echo', [`\n${MESSAGE}\nr4#`, 'show it\nfirst\nsecond\nr4#'], WHOLE],
    ['twice before it', [`\n${MESSAGE}\nr4#`, `\n${MESSAGE}\nr4#`, 'show it\nfirst\nsecond\nr4#'], WHOLE],
    ['within the echo', ['sho', `\n${MESSAGE}\nr4#`, 'sho', 'w it\nfirst\nsecond\nr4#'], WHOLE],
    ['behind the echo, which comes again', ['show it', `\n${MESSAGE}\nr4#`, 'show it\nfirst\nsecond\nr4#'], WHOLE],
    ['before an output', ['show it\n', `${MESSAGE}\nr4#`, 'first\nsecond\nr4#'], `${MESSAGE}\n${WHOLE}`],
    [
      'in the middle of an output',
      ['show it\nfirst\n', `${MESSAGE}\nr4#`, 'second\nr4#'],
      `first\n${MESSAGE}\nsecond\n`,
    ],
    [
      'and with it the end of a line',
      ['show it\nfirst\n', `${MESSAGE}\nr4#\nsecond\nr4#`],
      `first\n${MESSAGE}\nsecond\n`,
    ],
    ['at the end, at once', [`show it\nfirst\nsecond\nr4#\n${MESSAGE}\nr4#`], WHOLE],
    ['at the end, where the prompt does not come again', [`show it\nfirst\nsecond\nr4#\n${MESSAGE}\n`], WHOLE],
    ['behind the prompt on its line', [`show it\nfirst\nsecond\nr4#${MESSAGE}\n`], WHOLE],
    ['after the end', ['show it\nfirst\nsecond\nr4#', `\n${MESSAGE}\nr4#`], WHOLE],
    ['after the end, without the prompt', ['show it\nfirst\nsecond\nr4#', `\n${MESSAGE}\n`], WHOLE],
    ['instead of an output', [`show it\n${MESSAGE}\nr4#`], `${MESSAGE}\n`],
  ])('%s', async (_where, pieces, output) => {
    const { cli: router, session } = await settle(
      cli('show it', async ({ say }) => {
        for (const piece of pieces) {
          say(piece);
          await aMoment();
        }
      }),
    );
    for (let time = 0; time < 2; time++) {
      const outputs = await session.run(['show one', 'show it', 'show two', 'show it', 'show three'], within());
      expect(outputs).toEqual(['this is show one\n', output, 'this is show two\n', output, 'this is show three\n']);
    }
    expect(router.logins).toBe(1);
  });

  test('at the first command, when nothing is known of echoes', async () => {
    let isFirst = true;
    const { cli: router, session } = await settle(async (line, { say }) => {
      if (isFirst) {
        say(`\n${MESSAGE}\nr4#`);
        await aMoment();
      }
      isFirst = false;
      say(`${line}\nthis is ${line}\nr4#`);
    });
    expect(await session.run(['show one', 'show two'], within())).toEqual(['this is show one\n', 'this is show two\n']);
    expect(router.logins).toBe(1);
  });

  test('at the end of a login, where the prompt does not come again', async () => {
    const session = fed(`Welcome\r\nr4#\r\n${MESSAGE}\r\n`, (line, say) => say(`${line}\r\nr4#`));
    expect(await session.run(['show one'], within())).toEqual(['']);
  });

  test('where a command is typed ahead', async () => {
    const terminal = { ...TERMINAL, takesTypeAhead: true };
    const { session } = await settle(
      cli('show it', ({ say }) => say(`show it\nfirst\nsecond\nr4#\n${MESSAGE}\nr4#`)),
      { terminal },
    );
    expect(await session.run(['show one', 'show it', 'show one', 'show it'], within())).toEqual([
      'this is show one\n',
      WHOLE,
      'this is show one\n',
      WHOLE,
    ]);
  });
});

test('what was said last is told, too, where the connection is lost', async () => {
  const router: Fed = new Fed('r4#', (_line, say) => {
    say('\r\n% Maximum number of sessions reached\r\n');
    router.failure = new Error('read ECONNRESET');
    router.destroy();
  });
  const session = createShellSession(
    { description: 'ssh to r4', terminal: TERMINAL, connect: async () => router },
    EAGER,
  );
  closing.push(() => session.close());
  await expect(session.run(['show one'], within())).rejects.toMatchObject({
    code: 'ERR_READER_UNREACHABLE',
    message: 'ssh to r4: the connection was lost: read ECONNRESET; it said last: % Maximum number of sessions reached',
  });
});

describe('what has no end of its line in front of a prompt', () => {
  /** As IOS by ssh. */
  test.each<[string, string]>([
    ['a banner', '\r\n** ALL ATTEMPTS ARE LOGGED! **'],
    ['one word of it, which a prompt may begin with', '\r\nPRIVATE-'],
  ])('%s', async (_what, banner) => {
    const session = fed(
      `${banner}r4#`,
      (line, say) => say(`${line}\r\n${line === '' ? '' : `this is ${line}\r\n`}r4#`),
      {
        loginTimeoutMs: 3_000,
      },
    );
    const outputs = await session.run(['show one', 'show two'], within());
    expect(outputs).toEqual(['this is show one\n', 'this is show two\n']);
  });

  /** What a CLI has read of lines that it answers later, in order, with an echo or without. */
  test.each([true, false])('a banner that pauses where a prompt could be, with echoes: %s', async (hasEcho) => {
    const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
    let speak: (text: string) => void = () => {};
    let before = Promise.resolve();
    const later = (text: string) => {
      before = before.then(pause).then(() => speak(text));
    };
    const lines: string[] = [];
    const fake = new Fed('In trouble write to <noc@example.net>', (line, say) => {
      speak = say;
      lines.push(line);
      if (lines.length === 1) later(' or call 1234\r\nr4#');
      later(`${hasEcho ? line : ''}\r\n${line.startsWith('show') ? `this is ${line}\r\n` : ''}r4#`);
    });
    const session = createShellSession(
      { description: 'ssh to r4', terminal: TERMINAL, connect: async () => fake },
      { ...EAGER, loginTimeoutMs: 8_000 },
    );
    closing.push(() => session.close());
    const outputs = await session.run(['show one', 'show two'], within());
    expect(outputs.map((output) => output.trim())).toEqual(['this is show one', 'this is show two']);
    expect(lines.filter((line) => line === '')).toHaveLength(1);
  });

  test('a banner that pauses and looks like a prompt till then', async () => {
    let logins = 0;
    const session = createShellSession(
      {
        description: 'ssh to r4',
        terminal: { ...TERMINAL, preparation: ['terminal length 0', 'terminal width 511'] },
        connect: async () => {
          logins++;
          let isWhole = false;
          return new Fed('WARNING> ', async (line, say) => {
            await aMoment(200);
            if (!isWhole) say('authorised use only\r\n\r\nr4#');
            isWhole = true;
            say(`${line}\r\n${line.startsWith('show') ? `this is ${line}\r\n` : ''}r4#`);
          });
        },
      },
      { ...EAGER, loginTimeoutMs: 6_000 },
    );
    closing.push(() => session.close());
    const outputs = await session.run(['show one', 'show two'], within());
    expect(outputs).toEqual(['this is show one\n', 'this is show two\n']);
    expect(logins).toBe(1);
  });

  /** As NX-OS. */
  test.each(['Archive feature not enabled, and longer than the prompt', 'no', ''])(
    'an output, and the prompt goes over it: %j',
    async (output) => {
      const session = fed('\rr4-of-a-site# ', (line, say) =>
        say(`${line}\r\n${line.startsWith('show') ? `first\r\n${output}` : ''}\rr4-of-a-site# `),
      );
      for (let time = 0; time < 2; time++)
        expect(await session.run(['show one', 'terminal x', 'show one'], within(2_000))).toEqual([
          `first\n${output}\n`.replace('\n\n', '\n'),
          '',
          `first\n${output}\n`.replace('\n\n', '\n'),
        ]);
    },
  );

  test.each<[string, string, string]>([
    ['an output', 'r4#', 'first\r\n{"all": {}\r\n}'],
    ['an output, and a blank behind the prompt', 'r4# ', 'first\r\n{"all": {}\r\n}'],
  ])('%s', async (_what, prompt, output) => {
    const session = fed(prompt, (line, say) => say(`${line}\r\n${line.startsWith('show') ? output : ''}${prompt}`));
    for (let time = 0; time < 2; time++)
      expect(await session.run(['show one', 'terminal x', 'show one'], within(2_000))).toEqual([
        'first\n{"all": {}\n}\n',
        '',
        'first\n{"all": {}\n}\n',
      ]);
  });
});

describe('echoes', () => {
  test('a prompt without the echo is the end of no output, and of the login', async () => {
    const { cli: router, session } = await settle(
      cli('show it', ({ say, number }) => say(number === 0 ? `\n${MESSAGE}\nr4#` : 'show it\nfirst\nr4#')),
      { options: { echoMs: 50 } },
    );
    await expect(session.run(['show one', 'show it'], within())).rejects.toMatchObject({
      code: 'ERR_READER_OUTPUT',
      message: 'telnet to r4: the router does not echo what is typed any more',
    });
    expect(await session.run(['show it'], within())).toEqual(['first\n']);
    expect(router.logins).toBe(2);
  });

  test.each(['', 'r4#'])('twice, of the terminal and of the line editor, which draws %j before', async (prompt) => {
    const session = fed('r4#', (line, say) => say(`${line}\r\n${prompt}${line}\r\nthis is ${line}\r\nr4#`));
    expect(await session.run(['show one', 'show two'], within())).toEqual(['this is show one\n', 'this is show two\n']);
  });

  test('twice, the second one later, with the output', async () => {
    const { session } = await settle(async (line, { say }) => {
      say(`${line}\nr4#`);
      await aMoment();
      say(`${line}\n${line.startsWith('show') ? `this is ${line}\n` : ''}r4#`);
    });
    for (let time = 0; time < 2; time++)
      expect(await session.run(['show one', 'terminal x', 'show two'], within())).toEqual([
        'this is show one\n',
        '',
        'this is show two\n',
      ]);
  });

  test('a CLI without them that draws its prompt anew', async () => {
    const { cli: router, session } = await settle(async (line, { say }) => {
      say(`\n${MESSAGE}\nr4#`);
      await aMoment();
      say(`\nthis is ${line}\nr4#`);
    });
    const [one, two] = await session.run(['show one', 'show two'], within());
    expect([one, two]).toEqual([
      expect.stringContaining('this is show one'),
      expect.stringContaining('this is show two'),
    ]);
    expect(router.logins).toBe(1);
  });

  /** Whether a prompt behind what was typed first is drawn by the login, or by a message. */
  test.each(['', `${MESSAGE}\n`])('the first comes late, and prompts before it: %j', async (message) => {
    const { cli: router, session } = await settle(async (line, { say, number }) => {
      if (line === 'terminal length 0' && number === 0)
        for (let time = 0; time < 3; time++) {
          await aMoment(200);
          say(`\n${message}r4#`);
        }
      await aMoment(400);
      say(`${line}\n${line.startsWith('show') ? `this is ${line}\n` : ''}r4#`);
    });
    const outputs = await session.run(['show one', 'show two', 'show three'], within());
    expect(outputs).toEqual(['this is show one\n', 'this is show two\n', 'this is show three\n']);
    expect(router.logins).toBe(1);
  });

  test('a CLI that seems to have none, because the first comes later than that: the login ends', async () => {
    let isFirst = true;
    const script: Script = async (line, { say }) => {
      for (let time = 0; isFirst && time < 3; time++) {
        say('\nr4#');
        await aMoment(400);
      }
      isFirst = false;
      say(`${line}\nthis is ${line}\nr4#`);
    };
    const { cli: router, session } = await settle(script, { options: { echoMs: 50 } });
    await expect(session.run(['show one', 'show two', 'show three'], within())).rejects.toMatchObject({
      code: 'ERR_READER_OUTPUT',
      message: 'telnet to r4: the router answers a command before',
    });
    expect(await session.run(['show one'], within())).toEqual(['this is show one\n']);
    expect(router.logins).toBe(2);
  });

  test('a CLI whose first echo cannot be read', async () => {
    const { cli: router, session } = await settle((line, { say }) =>
      say(`${line.replace('length', 'len\x07gth ')}\nthis is ${line}\nr4#`),
    );
    expect(await session.run(['show one', 'show two'], within())).toEqual(['this is show one\n', 'this is show two\n']);
    expect(router.logins).toBe(1);
  });

  test('a CLI without them whose prompt stands behind a message: it may be no answer, and the login ends', async () => {
    const { session } = await settle(
      async (line, { say, number }) => {
        if (line === 'show two' && number === 0) {
          say(`\n${MESSAGE}\nr4#`);
          await aMoment(400);
        }
        say(`\nthis is ${line}\nr4#`);
      },
      { options: { echoMs: 50 } },
    );
    await expect(session.run(['show one', 'show two', 'show three'], within())).rejects.toMatchObject({
      code: 'ERR_READER_OUTPUT',
      message: 'telnet to r4: the router does not echo, and a message stands where an answer should end',
    });
    expect(await session.run(['show one', 'show two'], within())).toEqual([
      '\nthis is show one\n',
      '\nthis is show two\n',
    ]);
  });

  test('commands are not typed ahead to a CLI without them', async () => {
    const terminal = { ...TERMINAL, takesTypeAhead: true };
    const { session } = await settle((line, { say }) => say(`\nthis is ${line}\nr4#`), { terminal });
    expect(await session.run(['show one', 'show two'], within())).toEqual([
      '\nthis is show one\n',
      '\nthis is show two\n',
    ]);
  });
});

test('a page whose end is rubbed out directly before the prompt', async () => {
  const { session } = await settle(
    cli('show it', ({ say }) => say(`show it\nfirst\n--More--${'\b'.repeat(8)}${' '.repeat(8)}${'\b'.repeat(8)}r4#`)),
  );
  expect(await session.run(['show it', 'show it'], within())).toEqual(['first\n', 'first\n']);
});

describe('secrets', () => {
  test.each(['', '\n', '\n% Bad secrets: En4ble!pw\n'])(
    'an enable password that is echoed, then %j and the end',
    async (rest) => {
      const { session } = await settle(
        (line, { say, close }) => {
          if (line === 'enable') return say('enable\nPassword: ');
          say(`${line}${rest}`);
          close();
        },
        { greeting: 'r4>', enablePassword: 'En4ble!pw' },
      );
      await expect(session.run(['show one'], within())).rejects.toMatchObject({
        code: 'ERR_READER_UNREACHABLE',
        message: 'telnet to r4: the router closed the session',
      });
    },
  );

  test('nor when no prompt follows', async () => {
    const { session } = await settle(
      (line, { say }) => say(line === 'enable' ? 'enable\nPassword: ' : `${line}\nr4%`),
      {
        greeting: 'r4>',
        enablePassword: 'En4ble!pw',
        options: { loginTimeoutMs: 500 },
      },
    );
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      message: 'telnet to r4: no prompt in time',
    });
  });
});

describe('privileged mode', () => {
  /** What IOS asks, until it is told the right thing. */
  const asking =
    (questions: readonly (readonly [asks: string, right: string])[], refusal = ''): Script =>
    (line, { say, number }) => {
      const state = states[number] ?? { at: -1, isPrivileged: false };
      states[number] = state;
      if (state.at >= 0 && state.at < questions.length) {
        if (questions[state.at]?.[1] === line) state.at++;
        state.isPrivileged = state.at === questions.length;
        return say(`\n${questions[state.at]?.[0] ?? 'r4#'}`);
      }
      if (line === 'enable') {
        state.at = 0;
        if (questions.length > 0) return say(`enable\n${questions[0]?.[0]}`);
        state.isPrivileged = refusal === '';
        return say(`enable\n${refusal}${state.isPrivileged ? 'r4#' : 'r4>'}`);
      }
      say(`${line}\n${line.startsWith('show') ? `this is ${line}\n` : ''}${state.isPrivileged ? 'r4#' : 'r4>'}`);
    };
  let states: { at: number; isPrivileged: boolean }[] = [];
  beforeEach(() => {
    states = [];
  });
  const BASE = { greeting: 'r4>', enablePassword: 'right', options: { loginTimeoutMs: 60_000 } };

  test.each([
    'Password: ',
    'Password (TACACS+): ',
    'Enter PASSCODE: ',
    'Password for u: ',
    'r4, say the enable Password: ',
    'Corp-Password: ',
    '[TACACS]Password: ',
  ])('a password: %j', async (question) => {
    const { session } = await settle(asking([[question, 'right']]), BASE);
    expect(await session.run(['show one'], within())).toEqual(['this is show one\n']);
  });

  test('a new password is not what was given', async () => {
    const { session } = await settle(asking([['New password: ', 'right']]), BASE);
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: 'telnet to r4 wants a new password',
    });
  });

  test.each(['Choose a new password: ', 'Old password: ', 'Enter one-time password: '])(
    'nor is it what is asked for by %j',
    async (question) => {
      const { cli: router, session } = await settle(asking([[question, 'right']]), {
        ...BASE,
        options: { loginTimeoutMs: 700 },
      });
      await expect(session.run(['show one'], within())).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
      expect(router.lines).toEqual(['enable']);
    },
  );

  test('a wrong password, which is asked for again: it is sent once', async () => {
    const { cli: router, session } = await settle(asking([['Password: ', 'other']]), BASE);
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: 'telnet to r4 refuses the enable password',
    });
    expect(router.lines).toEqual(['enable', 'right']);
  });

  test('nothing is asked', async () => {
    const { session } = await settle(asking([]), BASE);
    expect(await session.run(['show one'], within())).toEqual(['this is show one\n']);
  });

  test('none is set', async () => {
    const { session } = await settle(asking([], '% No password set\n'), BASE);
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: 'telnet to r4 gives no privileges: % No password set',
    });
  });

  test.each<[string, string]>([
    ['the command', 'enable'],
    ['the password', 'right'],
  ])('a message of the log, and the prompt anew, while %s is on its way', async (_what, onItsWay) => {
    const answer = asking([['Password: ', 'right']]);
    const { cli: router, session } = await settle(async (line, login) => {
      if (line === onItsWay) {
        login.say(`\n${MESSAGE}\nr4>`);
        await aMoment(400);
      }
      return answer(line, login);
    }, BASE);
    expect(await session.run(['show one'], within())).toEqual(['this is show one\n']);
    expect(router.lines.slice(0, 3)).toEqual(['enable', 'right', 'terminal length 0']);
  });

  test('a message of the log behind a refusal', async () => {
    const { session } = await settle(asking([], `% No password set\n${MESSAGE}\n`), {
      ...BASE,
      options: { ...BASE.options, echoMs: 50 },
    });
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringContaining('telnet to r4 gives no privileges: '),
    });
  });

  const BOTH = [
    ['Username: ', 'admin'],
    ['Password: ', 'right'],
  ] as const;

  test('a user is asked for, too', async () => {
    const { cli: router, session } = await settle(asking(BOTH), { ...BASE, user: 'admin' });
    expect(await session.run(['show one'], within())).toEqual(['this is show one\n']);
    expect(router.lines.slice(0, 3)).toEqual(['enable', 'admin', 'right']);
  });

  test('a user is asked for, and there is none', async () => {
    const { session } = await settle(asking(BOTH), BASE);
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: "telnet to r4 asks for a user before it gives privileges: set 'user'",
    });
  });

  test('another user is asked for', async () => {
    const { cli: router, session } = await settle(asking(BOTH), { ...BASE, user: 'nobody' });
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: 'telnet to r4 refuses the enable user',
    });
    expect(router.lines).toEqual(['enable', 'nobody']);
  });
});

/** A login that is no connection: what comes is said at once. */
class Fed implements CliStream {
  readonly closed: Promise<void>;
  failure: Error | undefined;
  readonly #listeners: ((octets: Buffer) => void)[] = [];
  readonly #script: (line: string, say: (text: string) => void) => void;
  #close = () => {};

  constructor(greeting: string, script: (line: string, say: (text: string) => void) => void) {
    this.#script = script;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    setImmediate(() => this.say(greeting));
  }
  say(text: string): void {
    for (const listener of this.#listeners) listener(Buffer.from(text));
  }
  onOctets(listener: (octets: Buffer) => void): void {
    this.#listeners.push(listener);
  }
  writeLine(line: string): void {
    setImmediate(() => this.#script(line, (text) => this.say(text)));
  }
  writeKey(): void {}
  end(): Promise<void> {
    this.#close();
    return this.closed;
  }
  destroy(): void {
    this.#close();
  }
}

function fed(greeting: string, script: (line: string, say: (text: string) => void) => void, options = {}): Session {
  const session = createShellSession(
    { description: 'ssh to r4', terminal: TERMINAL, connect: async () => new Fed(greeting, script) },
    { ...EAGER, ...options },
  );
  closing.push(() => session.close());
  return session;
}

describe('a terminal that is narrower than the line, which is scrolled as IOS does', () => {
  const COMMANDS = ['show one', 'show ip mroute vrf CUSTOMER-A 239.255.100.100 10.255.100.100 count', 'show one'];

  /** The line as it is echoed: whenever the cursor comes to the end, it goes ten characters to the left, behind `$`. */
  function echoOf(line: string, prompt: string, width: number): string {
    let [echo, shown] = ['', ''];
    for (const [at, key] of [...line].entries()) {
      shown += key;
      echo += key;
      if (prompt.length + shown.length < width) continue;
      const before = shown.length - 1;
      shown = `$${line.slice(at + 1 - (shown.length - 11), at + 1)}`;
      echo = `${echo.slice(0, -1)}${'\b'.repeat(before)}${shown}${' '.repeat(9)}${'\b'.repeat(9)}`;
    }
    return echo;
  }

  function narrow(prompt: string, mayWiden: boolean) {
    let logins = 0;
    const session = createShellSession(
      {
        description: 'ssh to r4',
        terminal: { ...TERMINAL, preparation: ['terminal length 0', 'terminal width 511'] },
        connect: async () => {
          logins++;
          let width = 80;
          return new Fed(prompt, (line, say) => {
            const refusal =
              line.startsWith('terminal width') && !mayWiden ? 'Command authorization failed.\r\n\r\n' : '';
            const output = line.startsWith('show') ? `this is ${line}\r\n` : refusal;
            say(`${echoOf(line, prompt, width)}\r\n${output}${prompt}`);
            if (mayWiden && line.startsWith('terminal width')) width = 511;
          });
        },
      },
      { ...EAGER, echoMs: 300, loginTimeoutMs: 2_000 },
    );
    closing.push(() => session.close());
    return { session, loginCount: () => logins };
  }

  test.each<[string, string, boolean]>([
    ['because it may not be told to be wide', 'edge-router-1#', false],
    ['the same, with a blank behind the prompt', 'edge-router-1# ', false],
    ['until it is told to be wide', `${'r'.repeat(61)}#`, true],
  ])('%s', async (_why, prompt, mayWiden) => {
    const { session, loginCount } = narrow(prompt, mayWiden);
    for (let time = 0; time < 2; time++)
      expect(await session.run(COMMANDS, within())).toEqual(COMMANDS.map((command) => `this is ${command}\n`));
    expect(loginCount()).toBe(1);
  });

  /** GNU's, on a terminal of which it knows nothing, or no width: 80 columns, and no way to go up. */
  test('or as a readline does', async () => {
    const prompt = 'r4# ';
    const session = fed(
      prompt,
      (line, say) => {
        const isLong = prompt.length + line.length >= 80;
        const echo = isLong ? `${line.slice(0, 40)}\r<${line.slice(-52)}` : line;
        say(`${echo}\r\n${line.startsWith('show') ? `this is ${line}\r\n` : ''}${prompt}`);
      },
      { echoMs: 300 },
    );
    const command = 'show pim ipv6 vrf MANAGEMENT-NETWORK sparse-mode route ff3e:1234:5678:9abc::1234 detail json';
    expect(await session.run(['show one', command, 'show one'], within())).toEqual([
      'this is show one\n',
      `this is ${command}\n`,
      'this is show one\n',
    ]);
  });

  test('the end of another command is no echo', async () => {
    const session = fed(
      'r4#',
      (line, say) =>
        say(`${line === COMMANDS[1] ? `r4#$${COMMANDS[1].slice(20).replace('count', 'cost')}` : line}\r\nr4#`),
      { echoMs: 50 },
    );
    await expect(session.run(COMMANDS, within())).rejects.toMatchObject({ code: 'ERR_READER_OUTPUT' });
  });
});

test('a read leaves nothing on a signal that lives on', async () => {
  const session = fed('r4#', (line, say) => say(`${line}\r\nr4#`));
  const { signal } = new AbortController();
  for (let time = 0; time < 5; time++) await session.run(['show one'], signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  // What AbortSignal.any leaves, which nothing else tells.
  const left = Object.getOwnPropertySymbols(signal).filter((symbol) => symbol.description === 'kDependantSignals');
  expect(
    left.map((symbol) => (signal as unknown as Record<symbol, Set<unknown> | undefined>)[symbol]?.size ?? 0),
  ).toEqual(left.map(() => 0));
});

describe('a login that gets no prompt', () => {
  test.each(['r4(boot)#', '[r4]#', 'r4%', 'Press any key to continue'])('%s is said', async (line) => {
    const session = fed(`Welcome\r\n${line}`, () => {}, { loginTimeoutMs: 200 });
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
      message: `ssh to r4: no prompt in time; it said last: ${line}`,
    });
  });
});

describe('a router that never stops', () => {
  const CHUNK = 65_536;
  const pour = (unit: string, say: (text: string) => void) => {
    const chunk = unit.repeat(Math.ceil(CHUNK / unit.length));
    for (let time = 0; time < 257; time++) say(chunk);
  };
  const TOO_LONG = { code: 'ERR_READER_OUTPUT', message: 'ssh to r4: the output is longer than 16 MiB' };

  test.each(['a\n', '\n', '\rx', '\b\bx', 'r4#\r\n'])('%j in an output', async (unit) => {
    const session = fed('r4#', (line, say) => {
      say(`${line}\r\n`);
      if (line === 'show it') pour(unit, say);
      say('r4#');
    });
    const before = process.memoryUsage.rss();
    await expect(session.run(['show it'], within(60_000))).rejects.toMatchObject(TOO_LONG);
    expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(200);
    expect(await session.run(['show one'], within())).toEqual(['']);
  });

  test('before the prompt', async () => {
    let isFirst = true;
    const session = createShellSession(
      {
        description: 'ssh to r4',
        terminal: TERMINAL,
        connect: async () => {
          const stream = new Fed('r4', (_line, say) => say('r4#'));
          if (isFirst) setImmediate(() => pour('\rx', (text) => stream.say(text)));
          isFirst = false;
          return stream;
        },
      },
      EAGER,
    );
    closing.push(() => session.close());
    await expect(session.run(['show it'], within(60_000))).rejects.toMatchObject(TOO_LONG);
  });
});
