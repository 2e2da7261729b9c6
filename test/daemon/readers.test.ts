/** Readers over a change of the configuration: those that stay, those that change, and what a router sees of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  ReaderConfig,
  RouterConfig,
  SnmpReaderConfig,
  SshReaderConfig,
  TelnetReaderConfig,
} from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { Readers } from '../../src/daemon/readers.ts';
import { createLog } from '../../src/log/log.ts';
import type { ForwardingQuery, Reader } from '../../src/router/port.ts';
import { RouterReads } from '../../src/router/reads.ts';
import { Box } from '../router/cli/support/box/box.ts';
import { DOMAIN } from '../router/cli/support/box/domain.ts';
import { generateKeys } from '../router/cli/support/keys.ts';
import { takeStock } from '../router/cli/support/resources.ts';

const { platform, prompt, outputs } = DOMAIN.find((router) => router.platform === 'cisco-ios')!;

const keys = generateKeys();

let folder: string;
let nothingLeft: () => Promise<void>;
let box: Box;
let port: number;
let readers: Readers;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mtrace2d-readers-'));
  nothingLeft = takeStock();
  box = new Box({ prompt, outputs, user: 'mt', password: 'secret' });
  port = await box.telnet();
  readers = new Readers(createLog({ level: 'silent' }));
});
afterEach(async () => {
  await box[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  await nothingLeft();
});

function telnet(password: string, changes: Partial<TelnetReaderConfig> = {}): TelnetReaderConfig {
  const to = { kind: 'cli', platform, transport: 'telnet', host: '127.0.0.1', port, user: 'mt' } as const;
  return { ...to, password: new Secret(password), loginsPerMinute: 6, ...changes };
}

async function ssh(password: string): Promise<SshReaderConfig> {
  const knownHosts = join(folder, 'known_hosts');
  const sshPort = await box.ssh(keys.private);
  writeFileSync(knownHosts, `[127.0.0.1]:${sshPort} ${keys.public}\n`);
  const to = {
    kind: 'cli',
    platform,
    transport: 'ssh',
    host: '127.0.0.1',
    port: sshPort,
    user: 'mt',
    knownHosts,
  } as const;
  return { ...to, legacyAlgorithms: false, loginsPerMinute: 6, password: new Secret(password) };
}

const routerOf = (config: ReaderConfig, name: string): RouterConfig => ({
  name,
  standIn: [],
  gateway: [],
  maxAgeMs: 0,
  readers: [config],
});
const readerOf = (config: ReaderConfig, name = 'r1') => readers.of(routerOf(config, name))[0]!;
const read = (reader: Reader) => reader.readInterfaces(AbortSignal.timeout(8000));
const refusal = { code: 'ERR_READER_AUTHENTICATION' };

describe('a reader whose configuration stays the same', () => {
  test('keeps its session; whoever closes it last ends it', async () => {
    const before = readerOf(telnet('secret'));
    await read(before);
    const after = readerOf(telnet('secret'));
    expect(after).toBe(before);
    await before.close();
    await read(after);
    expect([box.logins, box.open]).toEqual([1, 1]);
    await after.close();
    await expect(read(after)).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
    await expect.poll(() => box.open).toBe(0);
  });

  test('is another one of another router, and after its end', async () => {
    const [one, other] = [readerOf(telnet('secret')), readerOf(telnet('secret'), 'r2')];
    expect(other).not.toBe(one);
    await Promise.all([one.close(), other.close()]);
    const again = readerOf(telnet('secret'));
    expect(again).not.toBe(one);
    await again.close();
  });

  test('so do agents', async () => {
    const snmp = (community: string): SnmpReaderConfig => ({
      kind: 'snmp',
      version: '2c',
      host: '127.0.0.1',
      port: 1,
      community: new Secret(community),
    });
    const [one, same, other] = [readerOf(snmp('a')), readerOf(snmp('a')), readerOf(snmp('b'))];
    expect(same).toBe(one);
    expect(other).not.toBe(one);
    await Promise.all([one.close(), same.close(), other.close()]);
  });
});

test('a router whose table takes longer than an answer may is learned all the same', { timeout: 40_000 }, async () => {
  box.options = { ...box.options, delayMs: 300 };
  const reads = new RouterReads({
    router: 'r1',
    readers: [readerOf(telnet('secret'))],
    maxAgeMs: 0,
    timeoutMs: 2_700,
    learnTimeoutMs: 30_000,
    perSecond: 100,
    concurrency: 4,
    onTrouble: () => {},
    monotonicMs: () => performance.now(),
  });
  expect((await reads.interfaces()).interfaces.size).toBeGreaterThan(0);
  const query: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '10.1.0.2' };
  const again = reads.interfaces();
  await expect(reads.forwarding(query)).resolves.toMatchObject({ name: 'r1' }); // Between its commands.
  await again;
  await reads.close();
});

describe('no more logins in a minute than configured', () => {
  test.each<[string, () => Promise<ReaderConfig>]>([
    ['by telnet', async () => telnet('secret', { loginsPerMinute: 1 })],
    ['by ssh', async () => ({ ...(await ssh('secret')), loginsPerMinute: 1 })],
    [
      'by ssh, where commands are programs',
      async () => ({ ...(await ssh('secret')), platform: 'linux', loginsPerMinute: 1 }),
    ],
  ])('%s', async (_way, configure) => {
    const reader = readerOf(await configure());
    await read(reader).catch(() => {});
    box.drop();
    await expect.poll(() => box.open).toBe(0);
    const message = expect.stringContaining('no more than 1 logins a minute (loginsPerMinute)');
    await expect(read(reader)).rejects.toMatchObject({ code: 'ERR_READER_UNREACHABLE', message });
    expect(box.logins).toBe(1);
    await reader.close();
  });

  test('of a jump host, whatever is behind it', async () => {
    const jump = { ...(await ssh('secret')), loginsPerMinute: 1 };
    const [one, other] = ['r1', 'r2'].map((host) => readerOf({ ...jump, host, jump, loginsPerMinute: 6 }, host));
    await read(one!).catch(() => {});
    box.drop();
    await expect.poll(() => box.open).toBe(0);
    const message = expect.stringContaining('no more than 1 logins a minute (loginsPerMinute)');
    await expect(read(other!)).rejects.toMatchObject({ code: 'ERR_READER_UNREACHABLE', message });
    expect(box.logins).toBe(1);
    await Promise.all([one!.close(), other!.close()]);
  });
});

describe('names of one device, one for each VRF', () => {
  const namesOf = (config: ReaderConfig) => [
    readerOf(config, 'pe1'),
    readerOf({ ...config, vrf: 'red' } as ReaderConfig, 'pe1-red'),
    readerOf({ ...config, vrf: 'blue' } as ReaderConfig, 'pe1-blue'),
  ];
  const closed = (all: readonly Reader[]) => Promise.all(all.map((reader) => reader.close()));

  test('share a login, which the last of them ends', async () => {
    const all = namesOf(telnet('secret'));
    await Promise.allSettled(all.map(read));
    expect([box.logins, box.open]).toEqual([1, 1]);
    await closed(all.slice(1));
    await read(all[0]!);
    expect([box.logins, box.open]).toEqual([1, 1]);
    await all[0]!.close();
    await expect.poll(() => box.open).toBe(0);
  });

  test('are read for one at a time', async () => {
    const all = namesOf(telnet('secret'));
    const leave = await all[0]!.turns!.toAsk(5_000);
    const entered: string[] = [];
    const second = all[1]!.turns!.toAsk(5_000).then((leaveToo) => {
      entered.push('second');
      leaveToo();
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    entered.push('first');
    leave();
    await second;
    expect(entered).toEqual(['first', 'second']);
    await closed(all);
  });

  test('let a trace ask between the commands of a table, which goes on then', async () => {
    box.options = { ...box.options, delayMs: 60 };
    const all = namesOf(telnet('secret'));
    const [one, other] = all as [Reader, Reader, Reader];
    const table = read(one);
    await expect.poll(() => box.commands.at(-1)).toBe('show ipv6 interface');
    const leave = await other.turns!.toAsk(5_000);
    const count = box.commands.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(box.commands).toHaveLength(count);
    leave();
    expect((await table).interfaces).not.toHaveLength(0);
    expect(box.commands.length).toBeGreaterThan(count + 4);
    await closed(all);
  });

  test('do not wait in their own time for a command that another one has left behind', async () => {
    const all = namesOf(telnet('secret'));
    const [one, other] = all as [Reader, Reader, Reader];
    await read(one);
    box.options = { ...box.options, delayMs: 1_000 };
    const count = box.commands.length;
    const leave = await one.turns!.toAsk(5_000);
    const query: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '10.1.0.2' };
    const control = new AbortController();
    const asking = one.readForwarding(query, control.signal);
    await expect.poll(() => box.commands.length).toBe(count + 1);
    control.abort();
    await expect(asking).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    leave();
    await expect(other.turns!.toAsk(100)).rejects.toMatchObject({ code: 'ERR_READER_BUSY' });
    (await other.turns!.toAsk(5_000))();
    await closed(all);
  });

  test('are told apart by what they ask', async () => {
    const all = namesOf(telnet('secret'));
    await Promise.allSettled(all.map(read));
    const asked = (text: string) => box.commands.filter((command) => command.includes(text)).length;
    expect([asked(' vrf red '), asked(' vrf blue ')].every((count) => count > 0)).toBe(true);
    await closed(all);
  });

  test('try a wrong password once, and all say so', async () => {
    const all = namesOf(telnet('wrong'));
    await Promise.all(all.map((reader) => expect(read(reader)).rejects.toMatchObject(refusal)));
    expect(box.logins).toBe(1);
    await closed(all);
  });

  test('by ssh, too', async () => {
    const all = namesOf(await ssh('wrong'));
    await Promise.all(all.map((reader) => expect(read(reader)).rejects.toMatchObject(refusal)));
    expect(box.logins).toBe(1);
    await closed(all);
  });

  test('have logins of their own where anything but the VRF differs', async () => {
    const readersOf = [
      telnet('secret'),
      telnet('secret', { enablePassword: new Secret('other') }),
      telnet('secret', { vrf: 'red' }),
    ];
    const all = readersOf.map((config, i) => readerOf(config, `r${i}`));
    await Promise.allSettled(all.map(read));
    expect(box.logins).toBe(2);
    await closed(all);
  });
});

describe('a reader whose configuration changes', () => {
  test('in its VRF: keeps its session', async () => {
    const before = readerOf(telnet('secret'));
    await read(before);
    const after = readerOf(telnet('secret', { vrf: 'red' }));
    await before.close();
    expect(after).not.toBe(before);
    await read(after).catch(() => {});
    expect([box.logins, box.open]).toEqual([1, 1]);
    await after.close();
  });

  test('in its VRF: does not try the password again so soon that was refused', async () => {
    const before = readerOf(telnet('wrong'));
    await expect(read(before)).rejects.toMatchObject(refusal);
    const after = readerOf(telnet('wrong', { vrf: 'red' }));
    await before.close();
    await expect(read(after)).rejects.toMatchObject(refusal);
    expect(box.logins).toBe(1);
    await after.close();
  });

  test('in its password: tries that at once', async () => {
    const before = readerOf(telnet('wrong'));
    await expect(read(before)).rejects.toMatchObject(refusal);
    const after = readerOf(telnet('secret'));
    await before.close();
    await read(after);
    expect(box.logins).toBe(2);
    await after.close();
  });

  test('while it logs in: whoever goes is told at once, and the login goes on for the other', async () => {
    box.options = { ...box.options, greetingDelayMs: 500 };
    const before = readerOf(telnet('secret', { vrf: 'red' }));
    const reading = read(before);
    await expect.poll(() => box.open).toBe(1);
    const after = readerOf(telnet('secret'));
    await Promise.all([expect(reading).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' }), before.close()]);
    await read(after);
    expect(box.logins).toBe(1);
    await after.close();
  });
});
