/** SNMPv3 with the agent's side of net-snmp: engines, keys, and what an operator is told of a wrong one. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import snmp from 'net-snmp';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import type { UserCredentials } from '../../../src/router/snmp/session/credentials.ts';

const NAME = '1.3.6.1.2.1.1.1';
const KEYS = { authKey: 'authentication-key', privKey: 'privacy-key' };
const USER: UserCredentials = { version: 3, user: 'mt', authProtocol: 'sha256', privProtocol: 'aes', ...KEYS };

interface Cipher {
  encryptPdu(scopedPdu: Buffer, ...rest: unknown[]): unknown;
}

const closing: (() => void)[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) close();
});

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

function startAgent(port: number, users: readonly snmp.User[], engineID = '8000b98380abcdef01'): () => void {
  const agent = snmp.createAgent({ port, address: '127.0.0.1', engineID }, () => {});
  for (const user of users) agent.getAuthorizer().addUser(user);
  agent.registerProvider({
    name: 'sysDescr',
    type: snmp.MibProviderType.Scalar,
    oid: NAME,
    scalarType: snmp.ObjectType.OctetString,
    maxAccess: snmp.MaxAccess['read-only'],
  });
  agent.getMib().setScalarValue('sysDescr', 'a router');
  const close = () => agent.close();
  closing.push(close);
  return () => {
    closing.splice(closing.indexOf(close), 1);
    close();
  };
}

function userOf({ user, authProtocol = 'sha', authKey = '', privProtocol, privKey = '' }: UserCredentials): snmp.User {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp;
  const signed = { name: user, authProtocol: AuthProtocols[authProtocol], authKey };
  if (authKey === '') return { name: user, level: SecurityLevel.noAuthNoPriv };
  if (privProtocol === undefined) return { ...signed, level: SecurityLevel.authNoPriv };
  return { ...signed, level: SecurityLevel.authPriv, privProtocol: PrivProtocols[privProtocol], privKey };
}

/** Between a session and an agent: how many datagrams went there. */
async function relayTo(port: number): Promise<{ readonly port: number; readonly count: () => number }> {
  const relay = createSocket('udp4').bind(0, '127.0.0.1');
  await once(relay, 'listening');
  closing.push(() => relay.close());
  let asking: number | undefined;
  let count = 0;
  relay.on('message', (datagram, from) => {
    if (from.port === port) return relay.send(datagram, asking, '127.0.0.1');
    asking = from.port;
    count++;
    relay.send(datagram, port, '127.0.0.1');
  });
  return { port: relay.address().port, count: () => count };
}

async function sessionWith(credentials: UserCredentials, users: readonly UserCredentials[] = [USER]) {
  const port = await freePort();
  const stop = startAgent(port, users.map(userOf));
  return { ask: askOf(port, credentials), stop, port };
}

function askOf(port: number, credentials: UserCredentials) {
  const session = createAgentSession({ host: '127.0.0.1', port, credentials });
  closing.push(() => session.close());
  return async (ms = 3000) => {
    const { singles } = await session.ask([NAME], [], 0, AbortSignal.timeout(ms));
    return String(singles[0]?.value);
  };
}

describe.each(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const)('%s', (authProtocol) => {
  test.each(['des', 'aes', 'aes256b', 'aes256r'] as const)('%s', async (privProtocol) => {
    const credentials: UserCredentials = { ...USER, authProtocol, privProtocol };
    const { ask } = await sessionWith(credentials, [credentials]);
    expect(await ask()).toBe('a router');
  });

  test('authNoPriv', async () => {
    const credentials: UserCredentials = { version: 3, user: 'mt', authProtocol, authKey: KEYS.authKey };
    const { ask } = await sessionWith(credentials, [credentials]);
    expect(await ask()).toBe('a router');
  });
});

test('noAuthNoPriv', async () => {
  const credentials: UserCredentials = { version: 3, user: 'mt' };
  const { ask } = await sessionWith(credentials, [credentials]);
  expect(await ask()).toBe('a router');
});

describe('what is wrong is said', () => {
  test('the user', async () => {
    const { ask, port } = await sessionWith({ ...USER, user: 'nobody' });
    await expect(ask()).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: `v3 at 127.0.0.1:${port}: the agent does not know the user nobody`,
    });
  });

  // This agent does not answer them; snmpd, which does, is asked in test/lab.
  test.each([
    ['the key', { authKey: 'another-key' }],
    ['the protocol', { authProtocol: 'sha512' }],
    ['the privacy key', { privKey: 'another-key' }],
  ] as const)('%s', async (_what, wrong) => {
    const { ask, port } = await sessionWith({ ...USER, ...wrong });
    const text = 'no answer; the agent is there, and does not answer mt: check its keys, protocols and context';
    await expect(ask(300)).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
      message: `v3 at 127.0.0.1:${port}: ${text}`,
    });
  });
});

test('what is wrong is said in the same words each time, and to all who ask', async () => {
  const { ask, stop, port } = await sessionWith({ ...USER, privKey: 'another-key' });
  const said = new Set<string>();
  const note = (error: unknown) => said.add((error as Error).message);
  for (let time = 0; time < 3; time++) {
    const first = ask(250).catch(note);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await Promise.all([first, ask(250).catch(note)]);
  }
  const where = `v3 at 127.0.0.1:${port}: no answer; the agent`;
  expect([...said]).toEqual([`${where} is there, and does not answer mt: check its keys, protocols and context`]);
  said.clear();
  stop();
  const silent = createSocket('udp4').bind(port, '127.0.0.1');
  await once(silent, 'listening');
  closing.push(() => silent.close());
  for (let time = 0; time < 3; time++) await Promise.all([ask(100), ask(100)].map((asked) => asked.catch(note)));
  expect([...said]).toEqual([`${where} cannot be reached`]);
});

describe('an agent that starts again', () => {
  test.each([
    ['with the same engine', undefined],
    ['with another engine', '8000b98380fedcba99'],
  ])('%s', async (_what, engineId) => {
    const { ask, stop, port } = await sessionWith(USER);
    expect(await ask()).toBe('a router');
    stop();
    startAgent(port, [userOf(USER)], engineId);
    // Until it has bound its port, the system says that nobody is there.
    const another = askOf(port, USER);
    await vi.waitFor(() => another(), { timeout: 3000 });
    expect(await ask()).toBe('a router');
  });
});

test('an answer that cannot be read, with keys that are right', async () => {
  const { ask } = await sessionWith(USER);
  expect(await ask()).toBe('a router');
  const { Encryption } = snmp as unknown as { Encryption: { algorithms: Record<number, Cipher> } };
  const cipher = Encryption.algorithms[snmp.PrivProtocols.aes]!;
  const { encryptPdu } = cipher;
  vi.spyOn(cipher, 'encryptPdu').mockImplementation((scopedPdu, ...rest) => {
    const at = scopedPdu.indexOf('a router');
    const isAnswer = at > 0;
    // The tag of a type that SNMP does not have.
    if (isAnswer) scopedPdu[at - 2] = 0x99;
    return encryptPdu.call(cipher, scopedPdu, ...rest);
  });
  await expect(ask()).rejects.toMatchObject({ name: 'PduError', status: 'unreadable' });
  vi.restoreAllMocks();
  expect(await ask()).toBe('a router');
});

test('many at once, before the engine is known: it is discovered once', async () => {
  const { port } = await sessionWith(USER);
  const relay = await relayTo(port);
  const session = createAgentSession({ host: '127.0.0.1', port: relay.port, credentials: USER });
  closing.push(() => session.close());
  const asked = Array.from({ length: 8 }, () => session.ask([NAME], [], 0, AbortSignal.timeout(3000)));
  for (const { singles } of await Promise.all(asked)) expect(String(singles[0]?.value)).toBe('a router');
  expect(relay.count()).toBe(9);
});

test('who waits for the engine to be known may give up before who asks for it', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  closing.push(() => silent.close());
  await once(silent, 'listening');
  const ask = askOf(silent.address().port, USER);
  const first = ask(1500).catch(() => 'first');
  await once(silent, 'message');
  const second = ask(50).catch(() => 'second');
  expect(await Promise.race([first, second])).toBe('second');
  await first;
});
