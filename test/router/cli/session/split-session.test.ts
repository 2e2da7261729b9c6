import { describe, expect, test } from 'vitest';
import { unlessAborted } from '../../../../src/router/abort.ts';
import { daemonOf } from '../../../../src/router/cli/frr/commands.ts';
import type { Session } from '../../../../src/router/cli/session/session.ts';
import { splitSession } from '../../../../src/router/cli/session/split-session.ts';
import { ReaderError, type ReaderErrorCode } from '../../../../src/router/port.ts';

const signal = new AbortController().signal;

function saying(name: string, log: string[][] = []): Session {
  return {
    description: name,
    run: async (commands) => {
      log.push([name, ...commands]);
      return commands.map((command) => `${name}: ${command}`);
    },
    close: async () => {
      log.push([`${name} closed`]);
    },
  };
}

function failingWith(why: ReaderError): Session {
  return { ...saying('x'), run: async () => Promise.reject(why) };
}

const split = (a: Session, b: Session) =>
  splitSession({
    description: 'both',
    sessions: { a, b },
    keyOf: (command) => (command.startsWith('a') ? 'a' : 'b'),
    optional: ['b'],
  });

test('each is asked for what it knows, at once, and the outputs are in order', async () => {
  const log: string[][] = [];
  const session = split(saying('A', log), saying('B', log));
  expect(await session.run(['a1', 'b1', 'a2'], signal)).toEqual(['A: a1', 'B: b1', 'A: a2']);
  expect(log).toEqual([
    ['A', 'a1', 'a2'],
    ['B', 'b1'],
  ]);
  expect(await session.run(['a1'], signal)).toEqual(['A: a1']);
  await session.close();
  expect(log.slice(2)).toEqual([['A', 'a1'], ['A closed'], ['B closed']]);
});

describe('one that need not be there', () => {
  const taking = (ms: number): Session => ({
    ...saying('slow'),
    run: async (commands, until) => {
      await unlessAborted(new Promise((resolve) => setTimeout(resolve, ms)), until, 'slow');
      return commands.map(() => 'late');
    },
  });

  test('has its time where it is asked in the first place', async () => {
    expect(await split(saying('A'), taking(1_300)).run(['b', 'a'], AbortSignal.timeout(5_000))).toEqual([
      'late',
      'A: a',
    ]);
  });

  const refusal = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const refused = new ReaderError('ERR_READER_UNREACHABLE', 'b: refused', { cause: refusal });

  test.each([
    ['refuses the connection', refused],
    ['has refused it', new ReaderError(refused.code, 'b: refused (next login in 9 s)', { cause: refused })],
  ])('and %s says nothing', async (_what, why) => {
    expect(await split(saying('A'), failingWith(why)).run(['a', 'b'], signal)).toEqual(['A: a', '']);
  });

  test('and is there, but cannot be asked, has that for its answer', async () => {
    const lost = new ReaderError('ERR_READER_UNREACHABLE', 'b: the router closed the session');
    const outputs = await split(saying('A'), failingWith(lost)).run(['a', 'b1', 'b2'], signal);
    expect(outputs).toEqual(['A: a', '% b: the router closed the session', '% b: the router closed the session']);
  });

  test('is missed where the first question is its own: the reason is said, and is one of that question', async () => {
    const asked = split(saying('A'), failingWith(refused)).run(['b', 'a'], signal);
    await expect(asked).rejects.toMatchObject({ code: 'ERR_READER_COMMAND', message: 'b: refused', cause: refused });
  });

  const no = (code: ReaderErrorCode) => failingWith(new ReaderError(code, 'no'));

  test.each<ReaderErrorCode>(['ERR_READER_TIMEOUT', 'ERR_READER_AUTHENTICATION', 'ERR_READER_OUTPUT'])(
    'and has trouble has that for its answer: %s',
    async (code) => {
      expect(await split(saying('A'), no(code)).run(['a', 'b'], signal)).toEqual(['A: a', '% no']);
      const cause = expect.objectContaining({ code });
      const whole = split(saying('A'), no(code)).run(['b', 'a'], signal);
      await expect(whole).rejects.toMatchObject({ code: 'ERR_READER_COMMAND', message: 'no', cause });
    },
  );

  const silent: Session = {
    ...saying('B'),
    run: (_commands, until) => unlessAborted(new Promise<never>(() => {}), until, 'telnet to r4:2611'),
  };

  test('and is silent is not waited for when the others have answered', async () => {
    const outputs = await split(saying('A'), silent).run(['a', 'b'], AbortSignal.timeout(5_000));
    expect(outputs).toEqual(['A: a', '% telnet to r4:2611: no answer in time']);
  });

  test('and is silent is waited for where nobody else is asked, or the others are silent, too', async () => {
    const alone = split(saying('A'), silent).run(['b'], AbortSignal.timeout(1_500));
    const cause = expect.objectContaining({ code: 'ERR_READER_TIMEOUT' });
    await expect(alone).rejects.toMatchObject({ code: 'ERR_READER_COMMAND', cause });
    const both = split(silent, silent).run(['a', 'b'], AbortSignal.timeout(100));
    await expect(both).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    const ownFirst = split(silent, silent).run(['b', 'a'], AbortSignal.timeout(100));
    await expect(ownFirst).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
  });

  test.each([
    ['it', ['a', 'b']],
    ['the others', ['b', 'a']],
  ])('and %s are asked no longer when one has failed', async (_who, commands) => {
    const ended: boolean[] = [];
    const waiting: Session = {
      ...saying('B'),
      run: (_commands, until) =>
        new Promise((_, reject) => {
          until.addEventListener('abort', () => {
            ended.push(true);
            reject(new ReaderError('ERR_READER_TIMEOUT', 'B'));
          });
        }),
    };
    await expect(split(no('ERR_READER_UNREACHABLE'), waiting).run(commands, signal)).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
    });
    expect(ended).toEqual([true]);
  });

  test('others may have no trouble at all', async () => {
    for (const code of ['ERR_READER_TIMEOUT', 'ERR_READER_UNREACHABLE'] as const)
      await expect(split(no(code), saying('B')).run(['a', 'b'], signal)).rejects.toMatchObject({ code });
  });
});

describe('which daemon of FRR knows a command', () => {
  test.each([
    ['show interface vrf default json', 'zebra'],
    ['show ip route 10.1.0.2 json', 'zebra'],
    ['show ipv6 route fd00::1 json', 'zebra'],
    ['show ip mroute 239.1.1.1 json', 'pimd'],
    ['show ip multicast count json', 'pimd'],
    ['show ipv6 pim interface json', 'pim6d'],
    ['show configuration running json pimd', 'pimd'],
  ])('%s: %s', (command, daemon) => {
    expect(daemonOf(command)).toBe(daemon);
  });
});
