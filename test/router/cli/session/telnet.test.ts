/** Logins by telnet: which lines ask for what, what no question is, and what is said of a login that fails. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logInByTelnet } from '../../../../src/router/cli/session/telnet.ts';
import type { Terminal } from '../../../../src/router/cli/session/terminal.ts';
import { takeStock } from '../support/resources.ts';

const TERMINAL: Terminal = { prompt: /^[\w.-]{1,64}[#>]$/, preparation: [], pager: /^--More--$/ };
const PASSWORD = 'S3cret!pw';
/** Longer than what is taken for the end of a line that asks. */
const PAUSE_MS = 400;

let nothingLeft: () => Promise<void>;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  nothingLeft = takeStock();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await nothingLeft();
});

/** The router's side of one login. */
class Player {
  readonly socket: Socket;
  /** Lines that the router got. */
  readonly got: string[];
  #rest = '';
  #wake = () => {};

  constructor(socket: Socket, got: string[]) {
    this.socket = socket;
    this.got = got;
    socket.on('error', () => {});
    socket.on('data', (octets) => {
      const lines = (this.#rest + octets.toString('latin1')).split('\r\0');
      this.#rest = lines.pop()!;
      this.got.push(...lines);
      this.#wake();
    });
  }

  /** Says it, and waits for the answer. */
  async ask(question: string): Promise<string> {
    const count = this.got.length;
    this.say(question);
    while (this.got.length === count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.got[count]!;
  }

  say(text: string): void {
    this.socket.write(text);
  }
}

const pause = (ms = PAUSE_MS) => new Promise((resolve) => setTimeout(resolve, ms));

interface Played {
  /** The lines that the router got, when the login is over; rejects as the login does. */
  readonly login: Promise<readonly string[]>;
  readonly got: readonly string[];
  readonly where: string;
}

/** One login to a router that plays it. */
async function logIn(
  play: (router: Player) => Promise<void>,
  target: { readonly user?: string; readonly password?: string } = { user: 'u', password: PASSWORD },
  ms = 8_000,
): Promise<Played> {
  const got: string[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    void play(new Player(socket, got));
    closing.push(async () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  const login = logInByTelnet({ host: '127.0.0.1', port, ...target }, TERMINAL, AbortSignal.timeout(ms)).then(
    (stream) => {
      stream.destroy();
      return got;
    },
  );
  return { login, got, where: `telnet to 127.0.0.1:${port}` };
}

const messageOf = (login: Promise<unknown>) =>
  login.then(
    () => 'logged in',
    (error: Error) => error.message,
  );

describe('a password is not in what is said of a login', () => {
  test.each([
    ['that is echoed', (password: string) => `${password}\r\n`],
    ['of which half is echoed', (password: string) => password.slice(0, 6)],
    ['that is a word of a complaint', (password: string) => `\r\n% Unknown command or host "${password}"\r\n`],
  ])('%s', async (_what, said) => {
    const { login, where } = await logIn(async (router) => {
      await router.ask('Username: ');
      router.say('u\r\n');
      const password = await router.ask('Password: ');
      router.socket.end(said(password));
    });
    await expect(login).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: `${where}: closed after the password`,
    });
  });

  test.each([
    'There were 2 failed login attempts since the last successful login.\r\n% All lines are busy',
    'Your password will be expired in 10 days\r\n% Connection timed out',
  ])('news of earlier logins is no refusal: %j', async (said) => {
    const { login, where } = await logIn(async (router) => {
      await router.ask('Username: ');
      router.say('u\r\n');
      await router.ask('Password: ');
      router.socket.end(`\r\n${said}\r\n`);
    });
    await expect(login).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: `${where}: closed after the password`,
    });
  });

  test('a refusal is known as one, in whatever words', async () => {
    const words = [
      '% Bad passwords',
      '% Bad secrets',
      '% Login invalid',
      'Login incorrect',
      'Login failed!',
      'Login denied',
      '% Authorization failed.',
      '% Authentication failed',
      '% Authentication error',
      '% Error in authentication.',
      'Authentication failure',
      'Authentication rejected',
      'Invalid login',
      'Invalid username or password.',
      'Incorrect user name or password',
      'Wrong password',
      'Username or password is incorrect',
      'Permission denied, please try again.',
      '% Access denied',
      '% Access rejected',
      'Account is locked',
      '% User u locked out',
      'Your account has been disabled.',
      'Too many login failures',
      'Too many authentication failures',
      'Maximum number of login attempts reached',
      'Your account has expired; please contact your system administrator',
      'User u is not authorized',
    ];
    const logins = words.map(async (line) => {
      const { login, where } = await logIn(async (router) => {
        await router.ask('Username: ');
        const password = await router.ask('Password: ');
        router.socket.end(`${password}\r\n${line}\r\n`);
      });
      const error = await login.catch(({ code, message }) => `${code} ${message.replace(where, '')}`);
      return [line, error];
    });
    expect(await Promise.all(logins)).toEqual(
      words.map((line) => [line, 'ERR_READER_AUTHENTICATION  refuses the login of u']),
    );
  });

  test.each([
    '% All lines are busy',
    'Session limit reached, try later',
    'Unauthorized use is prohibited. Last login: 1 May',
  ])('what is none: %s', async (line) => {
    const { login } = await logIn(async (router) => {
      await router.ask('Username: ');
      await router.ask('Password: ');
      router.socket.end(`\r\n${line}\r\n`);
    });
    await expect(login).rejects.toMatchObject({ code: 'ERR_READER_UNREACHABLE' });
  });

  test('what was said before it is quoted', async () => {
    const { login, where } = await logIn(async (router) => {
      router.socket.end('\r\n% All lines are busy\r\n');
    });
    expect(await messageOf(login)).toBe(`${where}: the connection was closed during login: % All lines are busy`);
  });
});

describe('what asks for nothing, though it stands there for a while', () => {
  test.each(['Forgot your password? Call: ', 'Forgot your password: ', 'No one but the owner knows the password: '])(
    'a banner: %s',
    async (line) => {
      const { login } = await logIn(async (router) => {
        router.say(line);
        await pause();
        await router.ask('555-1234\r\nUsername: ');
        await router.ask('\r\nPassword: ');
        router.say('\r\nr4#');
      });
      expect(await login).toEqual(['u', PASSWORD]);
    },
  );

  test('the same, to who has a password only', async () => {
    const play = async (router: Player) => {
      router.say('Forgot your password? Call: ');
      await pause();
      await router.ask('555-1234\r\nPassword: ');
      router.say('\r\nr4#');
    };
    const { login } = await logIn(play, { password: PASSWORD });
    expect(await login).toEqual([PASSWORD]);
  });

  test("a password for somebody, before the user was asked for: 'Username:' comes first", async () => {
    const { login } = await logIn(async (router) => {
      router.say('Password for guests: ');
      await pause();
      await router.ask('welcome\r\nUsername: ');
      await router.ask('\r\nPassword: ');
      router.say('\r\nr4#');
    });
    expect(await login).toEqual(['u', PASSWORD]);
  });

  test("a banner's line that looks like a prompt: the user was not asked for yet", async () => {
    const { login } = await logIn(async (router) => {
      router.say('WARNING>');
      await pause();
      await router.ask('authorized use only\r\nUsername: ');
      await router.ask('\r\nPassword: ');
      router.say('\r\nr4#');
    });
    expect(await login).toEqual(['u', PASSWORD]);
  });

  test.each([
    ['to who has a password only', PAUSE_MS, { password: PASSWORD }, ['Password: ']],
    ['to who has a user', 1_300, { user: 'u', password: PASSWORD }, ['Username: ', 'Password: ']],
  ])('a banner that tells of a new password, %s', async (_whom, ms, target, questions) => {
    const { login, got } = await logIn(async (router) => {
      router.say('Call for a new password:');
      await pause(ms);
      router.say(' 555-1234');
      for (const question of questions) await router.ask(`\r\n${question}`);
      router.say('\r\nr4#');
    }, target);
    expect(await login).toBe(got);
    expect(got).toEqual(Object.values(target));
  });

  test('the same, between the user and the password', async () => {
    const { login } = await logIn(async (router) => {
      await router.ask('Username: ');
      router.say('\r\nTo get a new password:');
      await pause();
      await router.ask(' call 555-1234\r\nPassword: ');
      router.say('\r\nr4#');
    });
    expect(await login).toEqual(['u', PASSWORD]);
  });

  test("a banner that begins with 'Password:' and is slow", async () => {
    const { login } = await logIn(async (router) => {
      router.say('Password: ');
      await pause();
      await router.ask('must be changed every month\r\n\r\nUsername: ');
      await router.ask('\r\nPassword: ');
      router.say('\r\nr4#');
    });
    expect(await login).toEqual(['u', PASSWORD]);
  });

  test.each(['Last login: ', 'Last failed login: ', 'Previous successful login: '])(
    'when all is well already: %s',
    async (line) => {
      const { login } = await logIn(async (router) => {
        await router.ask('r4 login: ');
        await router.ask('u\r\nPassword: ');
        router.say(`\r\n${line}`);
        await pause();
        router.say('Tue Nov 10 from 192.0.2.1\r\nr4#');
      });
      expect(await login).toEqual(['u', PASSWORD]);
    },
  );
});

describe('what asks', () => {
  test('for a user and a password, in whatever words', async () => {
    const words = [
      ['Username: ', 'Password: '],
      ['User:', 'Password:'],
      ['Username : ', 'Password : '],
      ['Domain username: ', 'Domain Password: '],
      ['User Name: ', 'Passcode: '],
      ['r4 login: ', 'Password: '],
      ['r4 (ttyp0) login: ', 'Password:'],
      ['login as: ', "u@r4's password: "],
      ['User ID: ', 'Enter password: '],
      ['UserId:', 'Enter PASSCODE: '],
      ['Account: ', 'Password for u: '],
      ['Username (1-32 characters): ', 'Password (8-64 characters): '],
      ['Please enter your username: ', 'Please enter your password: '],
      ['TACACS+ username: ', 'TACACS+ password: '],
      ['  Login ID [admin]: ', '  Password for user u on r4: '],
      ['Corp Username: ', 'Corp password: '],
      ['Please Enter Your TACACS+ Username: ', 'Please Enter Your TACACS+ Password: '],
      ['Network username:', 'Active Directory password:'],
      ['Enter your name here:', 'Enter your password now:'],
      ['Your username: ', 'Your SecurID Passcode: '],
      ['Login: ', 'u@new-york password: '],
      ['User: ', 'u@core-code password: '],
      ['login: ', "u@new-york's password: "],
      ['UserName: ', 'Password for u@new-york: '],
      ['user name: ', "code-1's password: "],
      ['user id: ', 'Password for user u on code-1: '],
    ];
    const logins = words.map(async ([user, password]) => {
      const { login } = await logIn(async (router) => {
        await router.ask(`Welcome\r\n\r\n${user}`);
        await router.ask(`\r\n${password}`);
        router.say('\r\nr4#');
      });
      return [user, ...(await login.catch((error: Error) => [error.message]))];
    });
    expect(await Promise.all(logins)).toEqual(words.map(([user]) => [user, 'u', PASSWORD]));
  });

  test('for a password only, though there is a user', async () => {
    const { login } = await logIn(async (router) => {
      await router.ask('\r\nUser Access Verification\r\n\r\nPassword: ');
      router.say('\r\nr4>');
    });
    expect(await login).toEqual([PASSWORD]);
  });

  test('for nothing, though there is a user', async () => {
    const { login, got } = await logIn(async (router) => router.say('\r\nr4>'));
    expect(await login).toBe(got);
    expect(got).toEqual([]);
  });

  test.each([
    ['the user anew', '\r\n% Login invalid\r\n\r\nUsername: ', 'refuses the login of u'],
    ['the password anew', '\r\nPassword: ', 'refuses the login of u'],
    ['a new password', '\r\nThe password has expired.\r\nEnter new password: ', 'wants a new password'],
  ])('for %s: it is sent once', async (_what, question, why) => {
    const { login, got, where } = await logIn(async (router) => {
      await router.ask('Username: ');
      await router.ask('\r\nPassword: ');
      await router.ask(question);
    });
    await expect(login).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: `${where} ${why}`,
    });
    expect(got).toEqual(['u', PASSWORD]);
  });
});

describe('a message of the log', () => {
  const MESSAGE = '\r\n*Mar  1 00:00:01.123: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: u]\r\n';
  const within = async (router: Player, question: string) => {
    setTimeout(() => router.say(MESSAGE), 40);
    return router.ask(question);
  };

  test('behind the first prompt, which is not drawn anew', async () => {
    const { login } = await logIn(async (router) => {
      await router.ask('\r\nUsername: ');
      await router.ask('u\r\nPassword: ');
      router.say('\r\nr4#');
      await new Promise((resolve) => setTimeout(resolve, 40));
      router.say(MESSAGE);
    });
    expect(await login).toEqual(['u', PASSWORD]);
  });

  test('behind the questions, which do not come anew', async () => {
    const { login } = await logIn(async (router) => {
      await within(router, '\r\nUsername: ');
      await within(router, 'u\r\nPassword: ');
      router.say('\r\nr4#');
    });
    expect(await login).toEqual(['u', PASSWORD]);
  });

  test('behind what is no question any more', async () => {
    const { login, got, where } = await logIn(
      async (router) => {
        router.say(`Password: \r\nmust be changed every month\r\n${MESSAGE}`);
      },
      undefined,
      2_000,
    );
    expect(await messageOf(login)).toContain(`${where}: no prompt in time`);
    expect(got).toEqual([]);
  });
});

test.each([
  ['Enter new UNIX password:', 'wants a new password'],
  ['Retype new password:', 'wants a new password'],
  ['Old password:', 'no prompt in time'],
  ['Enter one-time password:', 'no prompt in time'],
  ['RSA token passcode:', 'no prompt in time'],
  ['New York password:', 'no prompt in time; it said last: New York password:'],
  ['Password (one-time):', 'no prompt in time'],
  ['Password (one time password):', 'no prompt in time'],
  ['Password (2-factor):', 'no prompt in time'],
  ['Password (RSA-token):', 'no prompt in time'],
  ['Password (OTP):', 'no prompt in time'],
  ['Password (token code):', 'no prompt in time'],
  ['Password [new]:', 'no prompt in time'],
  ['Enter password (again):', 'no prompt in time'],
])('a password is not sent to: %s', async (question, why) => {
  const { login, got } = await logIn(
    async (router) => {
      await router.ask('\r\nUsername: ');
      router.say(`u\r\n${question} `);
    },
    undefined,
    1_000,
  );
  await expect(login).rejects.toThrow(why);
  expect(got).toEqual(['u']);
});

test('a banner without an end that looks like a prompt, and a question that takes its time', async () => {
  const { login } = await logIn(async (router) => {
    router.say('\r\nIn trouble write to <noc@example.net>');
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    await router.ask('\r\nUsername: ');
    await router.ask('u\r\nPassword: ');
    router.say('\r\nr4#');
  });
  expect(await login).toEqual(['u', PASSWORD]);
});

test('what only looked like a prompt costs no time once the router goes on', async () => {
  const play = async (router: Player) => {
    router.say('\r\nIn trouble write to <noc@example.net>');
    await pause(20);
    await router.ask('\r\nUsername: ');
    await router.ask('u\r\nPassword: ');
    router.say('\r\nr4#');
  };
  const { login } = await logIn(play, undefined, 2_700);
  expect(await login).toEqual(['u', PASSWORD]);
});

describe('a banner whose last line has no end, in front of the prompt', () => {
  const BANNER = '\r\nWelcome to r4, unauthorised use is forbidden. r4#';

  test('behind a password: the prompt is there', async () => {
    const { login } = await logIn(async (router) => {
      await router.ask('\r\nUsername: ');
      await router.ask('u\r\nPassword: ');
      router.say(BANNER);
    });
    expect(await login).toEqual(['u', PASSWORD]);
  });

  test.each([{}, { user: 'u', password: PASSWORD }])('and nothing was asked of %j', async (target) => {
    const { login } = await logIn(async (router) => router.say(BANNER), target);
    expect(await login).toEqual([]);
  });

  test('or so it seems, and it goes on', async () => {
    const { login } = await logIn(async (router) => {
      router.say('In trouble write to <noc@example.net>');
      await pause();
      await router.ask(' or call 1234\r\nUsername: ');
      await router.ask('u\r\nPassword: ');
      router.say('\r\nr4#');
    });
    expect(await login).toEqual(['u', PASSWORD]);
  });
});

test('a line without an end costs little, however long it is', async () => {
  const before = process.cpuUsage();
  const { login } = await logIn(
    async (router) => {
      for (let count = 0; count < 730; count++) {
        router.say('password for '.repeat(112));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    undefined,
    30_000,
  );
  await expect(login).rejects.toMatchObject({ code: 'ERR_READER_OUTPUT' });
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(1.5);
});

describe('a login that comes to no prompt in time says what stood there', () => {
  test('a prompt that does not look like one', async () => {
    const { login, where } = await logIn(async (router) => router.say('welcome\r\nr4 at home%'), {}, PAUSE_MS);
    expect(await messageOf(login)).toBe(`${where}: no prompt in time; it said last: r4 at home%`);
  });

  test('also behind a password, on a line of its own', async () => {
    const play = async (router: Player) => {
      await router.ask('Password: ');
      router.say('\r\n--- JUNOS 20.4R3\r\nroot@r4% ');
    };
    const { login, where } = await logIn(play, { password: PASSWORD }, 2 * PAUSE_MS);
    expect(await messageOf(login)).toBe(`${where}: no prompt in time; it said last: root@r4%`);
  });

  test.each([PASSWORD, 'bad word S3cret', 'ret!pw is no command'])('but not of a password: %s', async (said) => {
    const play = async (router: Player) => {
      await router.ask('Password: ');
      router.say(`\r\n${said}`);
    };
    const { login, where } = await logIn(play, { password: PASSWORD }, 2 * PAUSE_MS);
    expect(await messageOf(login)).toBe(`${where}: no prompt in time`);
  });

  test('nor what stands directly behind one: it may be an echo', async () => {
    const { login, where } = await logIn(
      async (router) => router.say(`${await router.ask('Password: ')}r4 at home%`),
      { password: PASSWORD },
      2 * PAUSE_MS,
    );
    expect(await messageOf(login)).toBe(`${where}: no prompt in time`);
  });
});

test.each([
  ['of lines', `${'#'.repeat(78)}\r\n`.repeat(15_000)],
  ['that goes back and writes over itself', '\rx'.repeat(600_000)],
])('a greeting without end is refused, and its limit said: one %s', async (_shape, greeting) => {
  const { login, where } = await logIn(async (router) => router.say(greeting));
  await expect(login).rejects.toMatchObject({
    code: 'ERR_READER_OUTPUT',
    message: `${where}: what stands before the prompt is longer than 1 MiB`,
  });
});
