/** What is given to whom: passwords to prompts, signatures, agents that fail. Against a server that says what a test wants. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type KeyboardAuthContext } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSshExecutor, type SshOptions } from '../../../../src/router/cli/session/ssh.ts';
import { Credentials } from '../../../../src/router/cli/session/ssh-credentials.ts';
import type { SshTarget } from '../../../../src/router/cli/session/ssh-login.ts';
import { type FakeAgent, startAgent } from '../support/agent.ts';
import { generateKeys } from '../support/keys.ts';
import { takeStock } from '../support/resources.ts';
import { PASSWORD, type StandIn, startStandIn } from '../support/ssh-stand-in.ts';

const rsa = generateKeys('rsa').private;
const ed25519 = generateKeys().private;
const ecdsa = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;

let nothingLeft: () => Promise<void>;
let router: StandIn;
let directory: string;
let knownHosts: string;
let where: string;
let agent: FakeAgent | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ssh-credentials-'));
  nothingLeft = takeStock();
  router = await startStandIn();
  knownHosts = join(directory, 'known_hosts');
  await writeFile(knownHosts, router.knownHostsLine);
  where = `ssh to 127.0.0.1:${router.port}`;
});
afterEach(async () => {
  await router.close();
  await agent?.close();
  agent = undefined;
  await nothingLeft();
  await rm(directory, { recursive: true });
});

/** Logs in, and asks for `in`. */
async function echo(target: Partial<SshTarget> = {}, options: Partial<SshOptions> = {}): Promise<string> {
  const session = createSshExecutor(
    { host: '127.0.0.1', port: router.port, user: 'frr', knownHosts, ...target },
    options,
  );
  try {
    return await session.run('echo in', new AbortController().signal);
  } finally {
    await session.close();
  }
}

function refused(message: string) {
  return { code: 'ERR_READER_AUTHENTICATION', message };
}

interface Prompt {
  readonly prompt: string;
  readonly echo?: boolean;
}

describe('prompts of a router', () => {
  let answers: string[];
  beforeEach(() => {
    answers = [];
  });

  /** The router asks all of them in one login, one after the other, whatever the answers are, and lets us in. */
  function ask(...questions: readonly (string | readonly Prompt[])[]): void {
    const next = (context: KeyboardAuthContext, at: number): void => {
      const question = questions[at];
      if (question === undefined) return context.accept();
      context.prompt(typeof question === 'string' ? [{ prompt: question, echo: false }] : [...question], (given) => {
        answers.push(...given);
        next(context, at + 1);
      });
    };
    router.authenticate = (context) => {
      if (context.method === 'keyboard-interactive') next(context, 0);
      else context.reject(['keyboard-interactive']);
    };
  }

  test.each([
    'Password: ',
    'password:',
    "frr@new-york's password: ",
    'Password for admin@code-1: ',
    'Enter PASSCODE: ',
  ])('for a password are answered: %s', async (prompt) => {
    ask(prompt);
    expect(await echo({ password: PASSWORD })).toBe('in\n');
    expect(answers).toEqual([PASSWORD]);
  });

  test.each([
    'New password: ',
    'Retype new password: ',
    '(current) UNIX password: ',
    'Re-enter password:',
    'Password (again): ',
    'Confirm the password: ',
    'One-time code from token: ',
    'OTP password: ',
    'Passcode or option (1-3): ',
    'Verification code: ',
    'Username: ',
  ])('for something else are not: %s', async (prompt) => {
    ask(prompt, 'Password: ');
    await expect(echo({ password: PASSWORD })).rejects.toMatchObject(
      refused(`${where} asks for something other than the password of frr: ${prompt.trim()}`),
    );
    expect(answers).toEqual([]);
  });

  test.each<[string, readonly Prompt[]]>([
    ['that show what is typed', [{ prompt: 'Password: ', echo: true }]],
    ['for two things at once', [{ prompt: 'Password:' }, { prompt: 'Password:' }]],
  ])('%s are not', async (_what, prompts) => {
    ask(prompts);
    await expect(echo({ password: PASSWORD })).rejects.toMatchObject({ code: 'ERR_READER_AUTHENTICATION' });
    expect(answers).toEqual([]);
  });

  test('are answered once in a login', async () => {
    ask(...Array.from({ length: 5 }, () => 'Password: '));
    await expect(echo({ password: 'wrong' })).rejects.toMatchObject(
      refused(`${where} refuses the password of frr, and asks again: Password:`),
    );
    expect(answers).toEqual(['wrong']);
  });

  test('for a new password, when the old one has expired, do not get one', async () => {
    ask('Password: ', 'New password: ', 'Retype new password: ');
    await expect(echo({ password: PASSWORD })).rejects.toMatchObject(
      refused(`${where} asks for more than the password of frr: New password:`),
    );
    expect(answers).toEqual([PASSWORD]);
  });

  test('for a new password by method password do not get one either, and end the login', async () => {
    let changes = 0;
    router.authenticate = (context) => {
      if (context.method !== 'password') context.reject(['password']);
      else context.requestChange('Your password has expired.', () => changes++);
    };
    await expect(echo({ password: PASSWORD })).rejects.toMatchObject(
      refused(`${where} wants another password for frr: Your password has expired.`),
    );
    expect(changes).toBe(0);
  });

  test('are quoted short, and without the password', async () => {
    ask(`${PASSWORD} is no password, ${'x'.repeat(30_000)}: `);
    const message = await echo({ password: PASSWORD }).catch((error: Error) => error.message);
    expect(message).toContain(': [secret] is no password, xxx');
    expect(message.length).toBeLessThan(250);
  });
});

/** The router takes any key. Yields how it has been signed with: the digest where it has a name, else the algorithm. */
function takeAnyKey(): string[] {
  const signed: string[] = [];
  router.authenticate = (context) => {
    if (context.method !== 'publickey') return context.reject(['publickey', 'password']);
    if (context.signature !== undefined) signed.push(context.hashAlgo ?? context.key.algo);
    context.accept();
  };
  return signed;
}

describe('signatures for a router that does not say which it takes', () => {
  beforeEach(() => {
    router.saysSignatures = false;
  });
  const refusal = 'signatures of ssh-rsa keys are taken by SHA-1 only; for a router that is too old for others, set';

  test('are not made by SHA-1 with an RSA key, unless algorithms of old may be used', async () => {
    const signed = takeAnyKey();
    await expect(echo({ privateKey: rsa })).rejects.toMatchObject(
      refused(`${where}: ${refusal} legacyAlgorithms: true`),
    );
    expect(signed).toEqual([]);
    expect(await echo({ privateKey: rsa, legacyAlgorithms: true })).toBe('in\n');
    expect(signed).toEqual(['ssh-rsa']);
  });

  test('are not made by an agent either', async () => {
    const path = join(directory, 'agent');
    agent = await startAgent(path, [rsa]);
    const signed = takeAnyKey();
    await expect(echo({ agent: path })).rejects.toMatchObject(refused(`${where}: ${refusal} legacyAlgorithms: true`));
    expect([agent.signed, signed]).toEqual([[], []]);
    expect(await echo({ agent: path, legacyAlgorithms: true })).toBe('in\n');
    expect(signed).toEqual(['ssh-rsa']);
  });

  test('are made with the other key of an agent', async () => {
    const path = join(directory, 'agent');
    agent = await startAgent(path, [rsa, ed25519]);
    takeAnyKey();
    expect(await echo({ agent: path })).toBe('in\n');
    expect(agent.signed).toEqual([undefined]);
  });

  test.each([
    ['Ed25519', ed25519],
    ['ECDSA', ecdsa],
  ])('are made with a key of %s', async (_type, privateKey) => {
    const signed = takeAnyKey();
    expect(await echo({ privateKey })).toBe('in\n');
    expect(signed).toHaveLength(1);
  });

  test('that are not made leave the password', async () => {
    router.authenticate = (context) => {
      if (context.method === 'publickey' || (context.method === 'password' && context.password === PASSWORD))
        context.accept();
      else context.reject(['publickey', 'password']);
    };
    expect(await echo({ privateKey: rsa, password: PASSWORD })).toBe('in\n');
    await expect(echo({ privateKey: rsa, password: 'wrong' })).rejects.toMatchObject(
      refused(`${where} refuses the password of frr; ${refusal} legacyAlgorithms: true`),
    );
  });
});

test.each([
  ['RSA', rsa, 'sha256'],
  ['Ed25519', ed25519, 'ssh-ed25519'],
  ['ECDSA', ecdsa, 'ecdsa-sha2-nistp256'],
])('signatures with a key of %s for a router that says which it takes', async (_type, privateKey, how) => {
  const path = join(directory, 'agent');
  agent = await startAgent(path, [privateKey]);
  const signed = takeAnyKey();
  expect(await echo({ privateKey })).toBe('in\n');
  expect(await echo({ agent: path })).toBe('in\n');
  expect(signed).toEqual([how, how]);
  expect(agent.signed).toHaveLength(1);
});

describe('an agent', () => {
  let path: string;
  beforeEach(() => {
    path = join(directory, 'agent');
    router.authenticate = (context) => {
      if (context.method === 'password' && context.password === PASSWORD) context.accept();
      else context.reject(['publickey', 'password']);
    };
  });

  test('that is away leaves the password', async () => {
    expect(await echo({ agent: path, password: PASSWORD })).toBe('in\n');
    await expect(echo({ agent: path, password: 'wrong' })).rejects.toMatchObject(
      refused(`${where} refuses the password of frr; the agent at ${path}: Failed to connect to agent`),
    );
  });

  test('that says nothing is waited for, and leaves the password', async () => {
    agent = await startAgent(path, 'mute');
    expect(await echo({ agent: path, password: PASSWORD }, { agentWaitMs: 20 })).toBe('in\n');
    await expect(echo({ agent: path }, { agentWaitMs: 20 })).rejects.toMatchObject(
      refused(`${where}: the agent at ${path}: no answer in time`),
    );
    await vi.waitFor(() => expect(agent?.sockets.size).toBe(0));
  });

  test('that says nothing is left alone when the session is closed', async () => {
    agent = await startAgent(path, 'mute');
    const target = { host: '127.0.0.1', port: router.port, user: 'frr', knownHosts, agent: path };
    const session = createSshExecutor(target, { agentWaitMs: 3_600_000 });
    const run = session.run('echo in', new AbortController().signal);
    void run.catch(() => {});
    await vi.waitFor(() => expect(agent?.sockets.size).toBe(1));
    await session.close();
    await expect(run).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
    await vi.waitFor(() => expect(agent?.sockets.size).toBe(0));
  });
});

describe('a private key that many routers have', () => {
  const locked = ssh2.utils.generateKeyPairSync('ecdsa', {
    bits: 256,
    passphrase: 'right',
    cipher: 'aes256-ctr',
  }).private;
  const [opens, doesNot] = [
    ['right', expect.anything()],
    ['wrong', expect.objectContaining({ code: 'ERR_READER_AUTHENTICATION' })],
  ] as const;

  test.each([opens, doesNot])('is decrypted once for all of them, with the %s passphrase', (passphrase, outcome) => {
    const decrypts = vi.spyOn(ssh2.utils, 'parseKey');
    for (const user of ['one', 'two']) {
      const credentials = new Credentials({ user, privateKey: locked, passphrase });
      let got: unknown;
      try {
        got = credentials.attempt({ where, mayUseSha1: false, agentWaitMs: 0 });
      } catch (error) {
        got = error;
      }
      expect(got).toEqual(outcome);
    }
    expect(decrypts).toHaveBeenCalledTimes(1);
    decrypts.mockRestore();
  });
});

test.each([
  ['ed25519', ed25519],
  ['ecdsa', ecdsa],
])('a router that wants the password behind the key (%s)', async (_type, privateKey) => {
  router.authenticate = (context) => {
    if (context.method === 'password') return context.accept();
    if (context.method !== 'publickey') return context.reject(['publickey']);
    if (context.signature === undefined) return context.accept(); // The key will do; now it has to sign.
    context.reject(['password'], true);
  };
  expect(await echo({ privateKey, password: PASSWORD })).toBe('in\n');
});

describe('what the router does not take is not said to be refused', () => {
  const key = { privateKey: ed25519 };
  const password = { password: PASSWORD };
  test.each<[string, Partial<SshTarget>, string[], string]>([
    ['a password', password, ['publickey'], ': it takes publickey only; not tried: password'],
    [
      'a key',
      key,
      ['password', 'keyboard-interactive'],
      ': it takes password, keyboard-interactive only; not tried: key',
    ],
    [
      'a password, but a key',
      { ...key, ...password },
      ['publickey'],
      ' refuses the key of frr; it takes publickey only; not tried: password',
    ],
    [
      'neither',
      { ...key, ...password },
      ['gssapi-with-mic'],
      ': it takes gssapi-with-mic only; not tried: key, password',
    ],
  ])('%s', async (_what, credentials, methods, message) => {
    const tried: string[] = [];
    router.authenticate = (context) => {
      tried.push(context.method);
      context.reject(methods as Parameters<typeof context.reject>[0]);
    };
    await expect(echo(credentials)).rejects.toMatchObject(refused(`${where}${message}`));
    expect(tried.includes('publickey')).toBe(message.includes('refuses the key'));
    expect(tried).not.toContain('password');
  });
});
