/** What a session makes of a CLI that draws its prompt anew, or never stops. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CliStream } from '../../../src/router/cli/conversation.ts';
import type { Session } from '../../../src/router/cli/session.ts';
import { createShellSession, type ShellOptions } from '../../../src/router/cli/shell-session.ts';
import { logInByTelnet } from '../../../src/router/cli/telnet.ts';
import type { Terminal } from '../../../src/router/cli/terminal.ts';
import { takeStock } from './support/resources.ts';
import { aMoment, type Login, type Script, ScriptedCli } from './support/scripted.ts';

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
  readonly terminal?: Terminal;
  readonly options?: Partial<ShellOptions>;
}

async function settle(
  script: Script,
  { greeting = 'r4#', terminal = TERMINAL, options = {} }: Changes = {},
): Promise<{ cli: ScriptedCli; session: Session }> {
  const cli = await ScriptedCli.start(greeting, script);
  closing.push(() => cli.close());
  const target = { host: '127.0.0.1', port: cli.port };
  const session = createShellSession(
    {
      description: 'telnet to r4',
      terminal,
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

  test('a CLI that seems to have none, because the first comes late: the login ends', async () => {
    const { cli: router, session } = await settle(async (line, { say, number }) => {
      if (number === 0) {
        say(`\n${MESSAGE}\nr4#`);
        await aMoment(400);
      }
      say(`${line}\nthis is ${line}\nr4#`);
    });
    await expect(session.run(['show one'], within())).rejects.toMatchObject({
      code: 'ERR_READER_OUTPUT',
      message: 'telnet to r4: the router echoes what is typed, which it did not before',
    });
    expect(await session.run(['show one'], within())).toEqual(['this is show one\n']);
    expect(router.logins).toBe(2);
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

/** A login that is no connection: what comes is said at once. */
class Fed implements CliStream {
  readonly closed: Promise<void>;
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
