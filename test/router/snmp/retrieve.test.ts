import { describe, expect, test } from 'vitest';
import { ReaderError } from '../../../src/router/port.ts';
import type { Found, Rows, Want } from '../../../src/router/snmp/mib/question.ts';
import { Single } from '../../../src/router/snmp/retrieve/asked.ts';
import { KnownTables } from '../../../src/router/snmp/retrieve/landmarks.ts';
import { packed } from '../../../src/router/snmp/retrieve/packing.ts';
import { retrieve } from '../../../src/router/snmp/retrieve/retrieve.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { PduError, type Session } from '../../../src/router/snmp/session/session.ts';
import { Agent, type AgentOptions, ErrorStatus, encodeResponse } from '../../support/snmp/agent.ts';
import { counter64, encodeValue, integer, Mib, partsOf, type Value } from '../../support/snmp/mib.ts';

const TABLE = '1.3.6.1.2.1.83.1.1.2.1';
const NULL = Buffer.of(5, 0);
/** A type that SNMP does not have. */
const NO_VALUE = Buffer.of(0x99, 1, 0);
const column = (number: number) => `${TABLE}.${number}`;

function tableOf(rows: number, columns: readonly number[]): Mib {
  const values: Record<string, Value> = { '1.3.6.1.2.1.1.3.0': integer(1), '1.3.9.1.0': integer(9) };
  for (const each of columns)
    for (let row = 1; row <= rows; row++) values[`${column(each)}.${row}`] = integer(each * 1000 + row);
  return new Mib(values);
}

interface Outcome {
  readonly found: Found;
  readonly oddities: readonly string[];
  readonly requests: number;
}

async function ask(wants: readonly Want[], options: AgentOptions, version: 1 | '2c' = '2c'): Promise<Outcome> {
  await using agent = await Agent.start(options);
  const session = createAgentSession({
    host: '127.0.0.1',
    port: agent.port,
    credentials: { version, community: 'public' },
  });
  const oddities = new Set<string>();
  try {
    const signal = AbortSignal.timeout(4000);
    const found = await retrieve(wants, {
      session,
      signal,
      tables: new KnownTables(),
      onOddity: (text) => oddities.add(text),
    });
    return { found, oddities: [...oddities], requests: agent.requests.length };
  } finally {
    session.close();
  }
}

const rows = (columns: readonly number[], guess = 0, prefix = ''): Rows => ({
  kind: 'rows',
  columns: columns.map(column),
  prefix,
  guess,
});

describe.each(['2c', 1] as const)('version %s', (version) => {
  test('instances, whether they are there or not, in one request', async () => {
    const wanted = ['1.3.6.1.2.1.1.3.0', `${column(5)}.1`, `${column(5)}.7`, `${column(6)}.1`, '1.3.9.1.0'];
    const wants = wanted.map((oid): Want => ({ kind: 'instance', oid }));
    const { found, requests } = await ask(wants, { mib: tableOf(2, [5]) }, version);
    expect(wanted.map((oid) => found.value(oid))).toEqual([1, 5001, undefined, undefined, 9]);
    expect(requests).toBe(1);
  });

  test('an instance behind the end of the MIB', async () => {
    const wants: Want[] = [
      { kind: 'instance', oid: '1.3.9.9.0' },
      { kind: 'instance', oid: '1.3.9.1.0' },
    ];
    const { found, oddities } = await ask(wants, { mib: tableOf(2, [5]) }, version);
    expect([found.value('1.3.9.9.0'), found.value('1.3.9.1.0')]).toEqual([undefined, 9]);
    expect(oddities).toEqual([]);
  });

  test('what comes next', async () => {
    const { found } = await ask([{ kind: 'next', after: `${column(5)}.1` }], { mib: tableOf(2, [5]) }, version);
    expect(found.next(`${column(5)}.1`)).toEqual({ oid: `${column(5)}.2`, value: 5002 });
  });

  test('a table with a column that is missing', async () => {
    const want = rows([5, 6, 7]);
    const { found, oddities } = await ask([want], { mib: tableOf(300, [5, 7]) }, version);
    const read = found.rows(want);
    expect(read).toHaveLength(300);
    expect(read[0]).toEqual({ index: '1', values: [5001, undefined, 7001] });
    expect(read[299]).toEqual({ index: '300', values: [5300, undefined, 7300] });
    expect(oddities).toEqual([]);
  });

  test('rows below a prefix only', async () => {
    const mib = new Mib({
      [`${column(6)}.1.5`]: integer(1),
      [`${column(6)}.2.3`]: integer(2),
      [`${column(6)}.2.9`]: integer(3),
      [`${column(6)}.20.1`]: integer(4),
    });
    const want = rows([6], 1, '2');
    const { found } = await ask([want], { mib }, version);
    expect(found.rows(want)).toEqual([
      { index: '2.3', values: [2] },
      { index: '2.9', values: [3] },
    ]);
  });
});

test('a hop is asked in one request: instances, and short lists of rows', async () => {
  const want = rows([6], 2);
  const wants: Want[] = [...[4, 5, 8].map((one): Want => ({ kind: 'instance', oid: `${column(one)}.1` })), want];
  const { found, requests } = await ask(wants, { mib: tableOf(2, [4, 5, 6, 8]) });
  expect([found.value(`${column(8)}.1`), found.rows(want).length, requests]).toEqual([8001, 2, 1]);
});

test('a table comes in requests that a datagram of 1,500 octets has room for', async () => {
  const want = rows([5, 6]);
  let longest = 0;
  const { found, requests } = await ask([want], {
    mib: tableOf(200, [5, 6]),
    instead: (_, response) => {
      longest = Math.max(longest, response.bindings.length);
      return response;
    },
  });
  expect(found.rows(want)).toHaveLength(200);
  expect(requests).toBeLessThan(15);
  expect(longest).toBeGreaterThan(30);
});

test('tables are read side by side', async () => {
  const all = [5, 6, 7].map((one) => rows([one]));
  const asked: number[] = [];
  const { found } = await ask(all, {
    mib: tableOf(100, [5, 6, 7]),
    instead: ({ names }, response) => {
      asked.push(names[0]!.at(TABLE.split('.').length)!);
      return response;
    },
  });
  expect(all.map((table) => found.rows(table).length)).toEqual([100, 100, 100]);
  expect(asked.indexOf(7)).toBeLessThan(asked.lastIndexOf(5));
});

test('no answer is longer than a datagram of 1,500 octets has room for, whatever travels together', async () => {
  const value = counter64(2n ** 63n - 1n);
  const names = Array.from({ length: 120 }, (_, at) => `${column(5)}.232.1.1.${at + 1}.10.1.0.2`);
  const all: Record<string, Value> = Object.fromEntries(names.map((name) => [name, value]));
  const tables = [6, 7, 8, 9].map((one) => rows([one, one + 10], 12));
  for (const { columns } of tables)
    for (const each of columns) for (let row = 1; row <= 15; row++) all[`${each}.10.1.0.2.5.${row}`] = value;
  let longest = 0;
  const wants = [...names.map((oid): Want => ({ kind: 'instance', oid })), ...tables];
  const { found, requests } = await ask(wants, {
    mib: new Mib(all),
    instead: (request, response) => {
      longest = Math.max(longest, encodeResponse(request, response).length);
      return response;
    },
  });
  expect(names.every((name) => found.value(name) === 2n ** 63n - 1n)).toBe(true);
  expect(tables.every((table) => found.rows(table).length === 15)).toBe(true);
  expect(longest).toBeLessThanOrEqual(1500 - 28);
  expect(requests).toBeLessThan(16);
});

describe('an agent with less room', () => {
  test('cuts its answers: the rest is asked for', async () => {
    const wants = Array.from({ length: 30 }, (_, at): Want => ({ kind: 'instance', oid: `${column(5)}.${at + 1}` }));
    const want = rows([6], 20);
    const { found } = await ask([...wants, want], { mib: tableOf(30, [5, 6]), mostOctets: 300 });
    expect(wants.every((one) => one.kind === 'instance' && found.value(one.oid) !== undefined)).toBe(true);
    expect(found.rows(want)).toHaveLength(30);
  });

  test.each(['2c', 1] as const)('says tooBig: it is asked for less (version %s)', async (version) => {
    const wants = Array.from({ length: 30 }, (_, at): Want => ({ kind: 'instance', oid: `${column(5)}.${at + 1}` }));
    const { found, oddities } = await ask(wants, { mib: tableOf(30, [5]), mostOctets: 200 }, version);
    expect(wants.every((one) => one.kind === 'instance' && found.value(one.oid) !== undefined)).toBe(true);
    expect(oddities).toEqual([]);
  });

  test('has none for one value: it is not there, and that is said', async () => {
    const { found, oddities } = await ask([{ kind: 'instance', oid: '1.3.9.1.0' }], {
      mib: tableOf(1, [5]),
      mostOctets: 20,
    });
    expect(found.value('1.3.9.1.0')).toBeUndefined();
    expect(oddities).toEqual(['answers tooBig at 1.3.9.1']);
  });
});

describe('an agent that is strange', () => {
  test('answers genErr at one name: the others are had', async () => {
    const wants: Want[] = [1, 2].map((one) => ({ kind: 'instance', oid: `${column(5)}.${one}` }));
    const bad = `${column(5)}.1`;
    const { found, oddities } = await ask(wants, {
      mib: tableOf(2, [5]),
      instead: ({ names }, response) => {
        const at = names.findIndex((name) => name.join('.') === bad);
        return at < 0 ? response : { ...response, errorStatus: ErrorStatus.genErr, errorIndex: at + 1 };
      },
    });
    expect([found.value(`${column(5)}.1`), found.value(bad.replace(/1$/, '2'))]).toEqual([5001, undefined]);
    expect(oddities).toEqual([`answers genErr at ${bad}`]);
  });

  test.each([
    ['genErr', ErrorStatus.genErr, 2, undefined],
    ['tooBig, which is about all of them', ErrorStatus.tooBig, 3, 5003],
  ])('says at which name: %s', async (_, errorStatus, expected, value) => {
    const wants = Array.from({ length: 8 }, (_, at): Want => ({ kind: 'instance', oid: `${column(5)}.${at + 1}` }));
    const bad = `${column(5)}.2`;
    const { found, requests } = await ask(wants, {
      mib: tableOf(8, [5]),
      instead: ({ names }, response) => {
        const at = names.findIndex((name) => name.join('.') === bad);
        if (at < 0 || (errorStatus === ErrorStatus.tooBig && names.length < 8)) return response;
        return { errorStatus, errorIndex: at + 1, bindings: names.map((oid) => ({ oid, value: NULL })) };
      },
    });
    const values = wants.map((one) => one.kind === 'instance' && found.value(one.oid));
    expect(values).toEqual([5001, 5002, value, 5004, 5005, 5006, 5007, 5008]);
    expect(requests).toBe(expected);
  });

  test('does not say at which name: it is found', async () => {
    const wants = Array.from({ length: 8 }, (_, at): Want => ({ kind: 'instance', oid: `${column(5)}.${at + 1}` }));
    const { found } = await ask(wants, {
      mib: tableOf(8, [5]),
      instead: ({ names }, response) =>
        names.some((name) => name.join('.') === `${column(5)}.4`)
          ? { errorStatus: ErrorStatus.genErr, errorIndex: 0, bindings: [] }
          : response,
    });
    expect(wants.map((one) => one.kind === 'instance' && found.value(one.oid))).toEqual([
      5001,
      5002,
      5003,
      5004,
      undefined,
      5006,
      5007,
      5008,
    ]);
  });

  test('says nothing that can be read: asked a few times only', async () => {
    let requests = 0;
    const wants = Array.from({ length: 200 }, (_, at): Want => ({ kind: 'instance', oid: `${column(5)}.${at + 1}` }));
    const asked = ask(wants, {
      mib: tableOf(200, [5]),
      instead: (_, response) => {
        requests++;
        return { ...response, bindings: response.bindings.map(({ oid }) => ({ oid, value: NO_VALUE })) };
      },
    });
    await expect(asked).rejects.toMatchObject({
      code: 'ERR_READER_OUTPUT',
      message: expect.stringMatching(/: nothing that the agent answers can be read$/),
    });
    expect(requests).toBeLessThan(40);
  });

  test.each([0, 1])('lets us read nothing, and says so of name %i: asked a few times only', async (errorIndex) => {
    const want = rows([5, 6, 7, 8]);
    let requests = 0;
    const wants = Array.from({ length: 200 }, (_, at): Want => ({ kind: 'instance', oid: `${column(5)}.${at + 1}` }));
    const asked = ask([...wants, want], {
      mib: tableOf(200, [5]),
      instead: (_, response) => {
        requests++;
        return { ...response, errorStatus: ErrorStatus.authorizationError, errorIndex };
      },
    });
    await expect(asked).rejects.toMatchObject({
      code: 'ERR_READER_AUTHENTICATION',
      message: expect.stringMatching(/: the agent lets us read nothing \(authorizationError\)$/),
    });
    expect(requests).toBeLessThan(20);
  });

  test('lets us not read many names, and answers others: they are had', async () => {
    const wants = Array.from({ length: 200 }, (_, at): Want => ({ kind: 'instance', oid: `${column(5)}.${at + 1}` }));
    const isBad = (name: readonly number[]) => name.join('.').startsWith(`${column(5)}.`) && name.at(-1)! < 13;
    const { found, oddities } = await ask(wants, {
      mib: tableOf(200, [5]),
      instead: ({ names }, response) => {
        const at = names.findIndex(isBad);
        return at < 0 ? response : { ...response, errorStatus: ErrorStatus.authorizationError, errorIndex: at + 1 };
      },
    });
    const values = wants.map((one) => one.kind === 'instance' && found.value(one.oid));
    expect(values.filter((value) => value !== undefined)).toHaveLength(187);
    expect(oddities).toHaveLength(13);
  });

  test.each([
    ['lets us not read one name', ErrorStatus.authorizationError, 'answers authorizationError at NAME'],
    ['has one value that is none', undefined, 'answers NAME with octets that are no value'],
  ])('%s: the others are had', async (_what, status, oddity) => {
    const wants = Array.from({ length: 8 }, (_, at): Want => ({ kind: 'instance', oid: `${column(5)}.${at + 1}` }));
    const bad = `${column(5)}.3`;
    const isBad = (name: readonly number[]) => name.join('.') === bad;
    const { found, oddities } = await ask([...wants, { kind: 'instance', oid: '1.3.9.1.0' }], {
      mib: tableOf(8, [5]),
      instead: ({ names }, response) => {
        if (!names.some(isBad)) return response;
        if (status !== undefined) return { ...response, errorStatus: status, errorIndex: 0 };
        const bindings = response.bindings.map((one, at) => (isBad(names[at]!) ? { ...one, value: NO_VALUE } : one));
        return { ...response, bindings };
      },
    });
    const values = wants.map((one) => one.kind === 'instance' && found.value(one.oid));
    expect(values).toEqual([5001, 5002, 5003, undefined, 5005, 5006, 5007, 5008]);
    expect(found.value('1.3.9.1.0')).toBe(9);
    expect(oddities).toEqual([oddity.replace('NAME', bad)]);
  });

  test.each([
    ['lets us not read every fourth name', ErrorStatus.authorizationError],
    ['has no value in every fourth place', undefined],
  ])('%s: the others are had', async (_, status) => {
    const places = Array.from({ length: 32 }, (_, at) => `${column(5)}.${at + 1}`);
    const isBad = (name: readonly number[]) => name.length > 4 && name.at(-1)! % 4 === 3;
    const { found } = await ask(
      places.map((oid): Want => ({ kind: 'instance', oid })),
      {
        mib: tableOf(40, [5]),
        instead: ({ names }, response) => {
          if (!names.some(isBad)) return response;
          if (status !== undefined) return { ...response, errorStatus: status, errorIndex: 0 };
          const bindings = response.bindings.map((one, at) => (isBad(names[at]!) ? { ...one, value: NO_VALUE } : one));
          return { ...response, bindings };
        },
      },
    );
    expect(places.filter((oid) => found.value(oid) !== undefined)).toHaveLength(24);
  });

  test('goes round in circles: what was there is had, once', async () => {
    const want = rows([5]);
    const circle = [3, 7, 1];
    const { found, oddities, requests } = await ask([want], {
      mib: tableOf(40, [5]),
      instead: ({ names }, response) => {
        const from = circle.indexOf(names[0]!.at(-1)!) + 1;
        const row = (at: number) => partsOf(`${column(5)}.${circle[(from + at) % 3]}`);
        return { ...response, bindings: response.bindings.map(({ value }, at) => ({ oid: row(at), value })) };
      },
    });
    expect(found.rows(want).map(({ index }) => index)).toEqual(['3', '7', '1']);
    expect(oddities).toEqual([`goes round in circles below ${column(5)}`]);
    expect(requests).toBe(2);
  });

  test('goes round in circles later: what was there is had, once', async () => {
    const want = rows([5]);
    const next: Readonly<Record<number, number>> = { 9: 3, 3: 4, 4: 3 };
    const { found, oddities } = await ask([want], {
      mib: tableOf(40, [5]),
      instead: ({ names, maxRepetitions }, response) => {
        let row = names[0]!.join('.') === column(5) ? undefined : names[0]!.at(-1);
        const bindings = Array.from({ length: Math.max(1, Math.min(4, maxRepetitions)) }, () => {
          row = row === undefined ? 9 : next[row]!;
          return { oid: partsOf(`${column(5)}.${row}`), value: encodeValue(integer(1)) };
        });
        return { ...response, bindings };
      },
    });
    expect(found.rows(want).map(({ index }) => index)).toEqual(['9', '3', '4']);
    expect(oddities).toContain(`goes round in circles below ${column(5)}`);
  });

  test('has rows without end: so many are read, and no more', async () => {
    const want = rows([5], 30);
    let asked = 0;
    const session: Session = {
      description: 'v2c at 127.0.0.1:161',
      mostRepetitions: Number.POSITIVE_INFINITY,
      silence: 'no answer',
      ask: async (_, repeated, repetitions) => {
        asked += repetitions;
        if (asked > 300_000) throw new Error('it never ends');
        const from = Number(repeated[0] === column(5) ? 0 : repeated[0]?.slice(column(5).length + 1));
        const list = Array.from({ length: repetitions }, (_, at) => ({
          oid: `${column(5)}.${from + at + 1}`,
          value: 1,
        }));
        return { singles: [], lists: [list] };
      },
      close: () => {},
    };
    const oddities: string[] = [];
    const found = await retrieve([want], {
      session,
      signal: AbortSignal.timeout(15_000),
      tables: new KnownTables(),
      onOddity: (text) => oddities.push(text),
    });
    expect(found.rows(want)).toHaveLength(100_000);
    expect(oddities).toEqual([`has more than 100000 rows below ${column(5)}: the rest was not read`]);
  });

  test('has its rows out of order: all are had', async () => {
    const want = rows([5]);
    const order = [2, 10, 1, 30];
    const { found, oddities } = await ask([want], {
      mib: tableOf(1, [5]),
      instead: ({ names, maxRepetitions }, response) => {
        const from = order.indexOf(names[0]!.at(-1)!) + 1;
        const bindings = Array.from({ length: Math.max(1, Math.min(2, maxRepetitions)) }, (_, at) => {
          const row = order[from + at];
          return {
            oid: row === undefined ? partsOf('1.3.9.1.0') : partsOf(`${column(5)}.${row}`),
            value: encodeValue(integer(1)),
          };
        });
        return { ...response, bindings };
      },
    });
    expect(found.rows(want).map(({ index }) => index)).toEqual(['2', '10', '1', '30']);
    expect(oddities).toEqual([`has its rows below ${column(5)} out of order`]);
  });

  test('answers with another name: nothing is there', async () => {
    const want = rows([5]);
    const wants: Want[] = [{ kind: 'instance', oid: '1.3.9.1.0' }, want];
    const { found, oddities } = await ask(wants, {
      mib: tableOf(1, [5]),
      instead: (_, response) => ({
        ...response,
        bindings: response.bindings.map(({ value }) => ({ oid: partsOf('1.3.6.1.2.1.1.1.0'), value })),
      }),
    });
    expect([found.value('1.3.9.1.0'), found.rows(want)]).toEqual([undefined, []]);
    expect(oddities).toEqual(['answers 1.3.9.1 with what is before it', `answers ${column(5)} with what is before it`]);
  });

  test('answers with nothing at all: an error', async () => {
    const asked = ask([{ kind: 'instance', oid: '1.3.9.1.0' }], {
      mib: tableOf(1, [5]),
      instead: (_, response) => ({ ...response, bindings: [] }),
    });
    await expect(asked).rejects.toMatchObject({ code: 'ERR_READER_OUTPUT' });
  });
});

test('of ten thousand names it is known in no time how they travel', async () => {
  const names = Array.from({ length: 40_000 }, (_, at) => new Single(`1.3.6.1.2.1.31.1.1.1.1.${at}`));
  const began = performance.now();
  const pdus = packed(names, []);
  expect(performance.now() - began).toBeLessThan(1500); // to look for room among all of them takes a minute
  expect(pdus.flatMap(({ once }) => once)).toEqual(names);
  expect(pdus.length).toBeLessThan(1200);
});

test('what has failed asks no further, though parts of it are under way', async () => {
  let asks = 0;
  const session: Session = {
    description: 'v2c at 127.0.0.1:161',
    mostRepetitions: Number.POSITIVE_INFINITY,
    silence: 'no answer',
    ask: async () => {
      if (++asks === 1) throw new ReaderError('ERR_READER_UNREACHABLE', 'gone');
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new PduError('tooBig', undefined); // whereupon each half would be asked for
    },
    close: () => {},
  };
  const wants = [4, 5, 6, 7].map((one) => rows([one], 100));
  const signal = new AbortController().signal;
  const asked = retrieve(wants, { session, signal, tables: new KnownTables(), onOddity: () => {} });
  await expect(asked).rejects.toMatchObject({ code: 'ERR_READER_UNREACHABLE' });
  const before = asks;
  expect(before).toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(asks).toBe(before);
});
