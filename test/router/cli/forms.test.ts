/** A router that refuses one form of a question is asked the other, and how long that is remembered. */
import { afterEach, expect, test, vi } from 'vitest';
import { given, type Platform, type Question } from '../../../src/router/cli/platform.ts';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

const NOTHING = { counters: [], routes: [], rps: undefined };

function inEitherForm<Part>(command: string, part: Part): Question<Part> {
  const parse = ([output = '']: readonly string[]) => {
    if (output.startsWith('%')) throw new ReaderError('ERR_READER_COMMAND', output);
    return part;
  };
  return { commands: [`${command} | json`], parse, otherwise: { commands: [command], parse } };
}

const PLATFORM: Platform = {
  name: 'fake',
  table: given({
    interfaces: [{ index: 1, name: 'eth0', addresses: [], mtu: 1500 }],
    multicast: { 4: [], 6: [] },
    multicastRoutingProtocol: null,
    rps: [],
    neighbors: [],
    designatedRouters: [],
    boundaries: [],
  }),
  forwarding: ({ family }) => inEitherForm(`show ipv${family}`, NOTHING),
  path: () => given(null),
};

const QUERIES: Readonly<Record<4 | 6, ForwardingQuery>> = {
  4: { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
  6: { family: 6, group: 'ff15::1', source: 'fd00:1::2' },
};

function asking(outputs: Readonly<Record<string, string>>) {
  const session = fakeCli(outputs);
  const reader = readerWith(PLATFORM, session);
  const ask = async (family: 4 | 6) => {
    session.trips.length = 0;
    await reader.readForwarding(QUERIES[family], new AbortController().signal).catch(() => {});
    return session.trips.flat();
  };
  return { session, ask };
}

afterEach(() => {
  vi.useRealTimers();
});

test('the form that was refused is not tried each time', async () => {
  const { ask } = asking({ 'show ipv4': '' });
  expect(await ask(4)).toEqual(['show ipv4 | json', 'show ipv4']);
  expect(await ask(4)).toEqual(['show ipv4']);
});

test('IPv6 that is refused in both says nothing of IPv4', async () => {
  const { ask } = asking({ 'show ipv4': '' });
  await ask(4);
  expect(await ask(6)).toEqual(['show ipv6']);
  expect(await ask(4)).toEqual(['show ipv4']);
});

test('a refusal that has passed is not for ever', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { session, ask } = asking({ 'show ipv4': '' });
  await ask(4);
  session.outputs = { 'show ipv4': '', 'show ipv4 | json': '' };
  vi.advanceTimersByTime(599_000);
  expect(await ask(4)).toEqual(['show ipv4']);
  vi.advanceTimersByTime(2000);
  expect(await ask(4)).toEqual(['show ipv4 | json']);
  expect(await ask(4)).toEqual(['show ipv4 | json']);
});

test('a table in the other form does not keep a router from being asked as at first again', async () => {
  const table = inEitherForm('show interfaces', await PLATFORM.table.parse([]));
  const session = fakeCli({ 'show interfaces': '' });
  const reader = readerWith({ ...PLATFORM, table }, session);
  await reader.readInterfaces(new AbortController().signal);
  session.outputs = { 'show ipv4 | json': '' };
  const ask = () => reader.readForwarding(QUERIES[4], new AbortController().signal);
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_READER_COMMAND' });
  await expect(ask()).resolves.toBeDefined();
});

test('a router that refuses the other form by now is asked as at first again', async () => {
  const { session, ask } = asking({ 'show ipv4': '' });
  await ask(4);
  session.outputs = { 'show ipv4 | json': '' };
  await ask(4);
  expect(await ask(4)).toEqual(['show ipv4 | json']);
});
