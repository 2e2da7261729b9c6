import { describe, expect, test } from 'vitest';
import { daemonOf } from '../../../src/router/cli/frr/commands.ts';
import type { Session } from '../../../src/router/cli/session.ts';
import { splitSession } from '../../../src/router/cli/split-session.ts';
import { ReaderError } from '../../../src/router/port.ts';

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

function failing(code: 'ERR_READER_UNREACHABLE' | 'ERR_READER_TIMEOUT'): Session {
  return { ...saying('x'), run: async () => Promise.reject(new ReaderError(code, 'no')) };
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

test('one that need not be there says nothing; any other trouble is one', async () => {
  expect(await split(saying('A'), failing('ERR_READER_UNREACHABLE')).run(['a', 'b'], signal)).toEqual(['A: a', '']);
  const late = split(saying('A'), failing('ERR_READER_TIMEOUT')).run(['a', 'b'], signal);
  await expect(late).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
  const away = split(failing('ERR_READER_UNREACHABLE'), saying('B')).run(['a', 'b'], signal);
  await expect(away).rejects.toMatchObject({ code: 'ERR_READER_UNREACHABLE' });
});

describe('which daemon of FRR knows a command', () => {
  test.each([
    ['show interface json', 'zebra'],
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
