import { describe, expect, test } from 'vitest';
import { type ForwardingQuery, type Reader, ReaderError, type ReaderErrorCode } from '../../src/router/port.ts';
import { ReadLimit } from '../../src/router/read-limit.ts';
import { RouterReads, type RouterReadsOptions } from '../../src/router/reads.ts';
import type { Snapshot } from '../../src/router/snapshot.ts';

const SNAPSHOT: Snapshot = { name: 'r1', interfaces: [{ index: 1, name: 'eth0', addresses: ['192.0.2.1/24'] }] };
const V4: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '10.1.0.2' };
const V6: ForwardingQuery = { family: 6, group: 'ff3e::1', source: '2001:db8::2' };

/** A reader that answers as it is told, and counts. */
class Stub implements Reader {
  readonly description: string;
  reads = 0;
  open = 0;
  mostOpen = 0;
  isClosed = false;
  #answer: (query: ForwardingQuery | undefined) => Promise<Snapshot>;

  constructor(description: string, answer: (query: ForwardingQuery | undefined) => Promise<Snapshot>) {
    this.description = description;
    this.#answer = answer;
  }

  readInterfaces(signal: AbortSignal): Promise<Snapshot> {
    return this.#until(signal, undefined);
  }

  readForwarding(query: ForwardingQuery, signal: AbortSignal): Promise<Snapshot> {
    return this.#until(signal, query);
  }

  #until(signal: AbortSignal, query: ForwardingQuery | undefined): Promise<Snapshot> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([this.#read(query), aborted]);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  async #read(query: ForwardingQuery | undefined): Promise<Snapshot> {
    this.reads++;
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    try {
      return await this.#answer(query);
    } finally {
      this.open--;
    }
  }
}

const good = async () => SNAPSHOT;
const failing =
  (code: ReaderErrorCode, message: string = code) =>
  () =>
    Promise.reject(new ReaderError(code, message));

class Clock {
  ms = 0;
}

function readsOf(readers: readonly Reader[], changes: Partial<RouterReadsOptions> = {}) {
  const clock = new Clock();
  const troubles: string[] = [];
  const reads = new RouterReads({
    router: 'r1',
    readers,
    maxAgeMs: 1000,
    timeoutMs: 200,
    learnTimeoutMs: 1000,
    perSecond: 1000,
    concurrency: 4,
    onTrouble: (reader, trouble) => troubles.push(`${reader.description}: ${trouble?.message ?? 'good again'}`),
    monotonicMs: () => clock.ms,
    ...changes,
  });
  return { reads, clock, troubles };
}

const outcome = (read: Promise<unknown>) =>
  read.then(
    () => 'read',
    (error: ReaderError) => error.code,
  );

describe('what was read', () => {
  test('is remembered until it is maxAge old', async () => {
    const { reads, clock } = readsOf([new Stub('a', good)]);
    expect(reads.remembered(V4)).toBeUndefined();
    const state = await reads.forwarding(V4);
    clock.ms = 1000;
    expect(reads.remembered(V4)).toBe(state);
    expect(reads.remembered(V6)).toBeUndefined();
    clock.ms = 1001;
    expect(reads.remembered(V4)).toBeUndefined();
  });

  test('ages from when the read began: counters may be that old', async () => {
    const { reads, clock } = readsOf([
      new Stub('slow', async () => {
        clock.ms += 300;
        return SNAPSHOT;
      }),
    ]);
    await reads.forwarding(V4);
    clock.ms = 1000;
    expect(reads.remembered(V4)).toBeDefined();
    clock.ms = 1001;
    expect(reads.remembered(V4)).toBeUndefined();
  });

  test('is shared by all who want it at the same time', async () => {
    const reader = new Stub('a', good);
    const { reads } = readsOf([reader]);
    const all = await Promise.all([reads.forwarding(V4), reads.forwarding(V4), reads.forwarding(V6)]);
    expect(reader.reads).toBe(2);
    expect(all[0]).toBe(all[1]);
  });

  test('is indexed once when a reader yields the same snapshot again', async () => {
    const { reads } = readsOf([new Stub('a', good)]);
    expect(await reads.forwarding(V4)).toBe(await reads.forwarding(V6));
  });
});

describe('a reader that fails', () => {
  test('the next one is tried, and for a while tried first', async () => {
    const dead = new Stub('dead', failing('ERR_READER_UNREACHABLE'));
    const spare = new Stub('spare', good);
    const { reads, clock, troubles } = readsOf([dead, spare]);
    expect(await outcome(reads.forwarding(V4))).toBe('read');
    expect(await outcome(reads.forwarding(V6))).toBe('read');
    expect([dead.reads, spare.reads]).toEqual([1, 2]);
    clock.ms = 30_000;
    await reads.forwarding(V4);
    expect(dead.reads).toBe(2);
    expect(troubles).toEqual(['dead: ERR_READER_UNREACHABLE']);
  });

  test('a hanging one is aborted and the next one tried', async () => {
    const { reads } = readsOf([new Stub('hangs', () => new Promise(() => {})), new Stub('spare', good)]);
    expect(await outcome(reads.forwarding(V4))).toBe('read');
  });

  describe('of the time for a read', () => {
    const after = (ms: number) => async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return SNAPSHOT;
    };
    const silent = () => new Promise<never>(() => {});

    test('those behind the first leave it most', async () => {
      const [first, spare] = [new Stub('first', after(220)), new Stub('spare', good)];
      const { reads } = readsOf([first, spare], { timeoutMs: 400 });
      expect(await outcome(reads.forwarding(V4))).toBe('read');
      expect([first.reads, spare.reads]).toEqual([1, 0]);
    });

    test.each(['ERR_READER_COMMAND', 'ERR_READER_OUTPUT', 'ERR_READER_UNREACHABLE'] as const)(
      'one behind a first that fails at once has all that is left: %s',
      async (code) => {
        const { reads, clock } = readsOf([new Stub('first', failing(code)), new Stub('spare', after(200))], {
          timeoutMs: 400,
        });
        for (let time = 0; time < 3; time++) {
          clock.ms = time * 5_000;
          expect(await outcome(reads.forwarding(V4))).toBe('read');
        }
      },
    );

    test('of a table, which nobody waits for, each has all', async () => {
      const turns = { toAsk: async () => () => {}, toLearn: async () => () => {} };
      const late = async (signal: AbortSignal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        throw signal.reason;
      };
      const patient = Object.assign(new Stub('patient', good), { turns, readInterfaces: late });
      const [spare, last] = [new Stub('spare', failing('ERR_READER_COMMAND')), new Stub('last', after(120))];
      const { reads } = readsOf([patient, spare, last], { timeoutMs: 200, learnTimeoutMs: 300 });
      expect(await outcome(reads.interfaces())).toBe('read');
    });

    test('one that had too little of it is tried first the next time', async () => {
      const { reads, clock } = readsOf([new Stub('first', silent), new Stub('spare', after(200))], { timeoutMs: 400 });
      expect(await outcome(reads.forwarding(V4))).toBe('ERR_READER_TIMEOUT');
      clock.ms = 2_500;
      expect(await outcome(reads.forwarding(V4))).toBe('read');
    });

    test('of two that failed the one that did so longer ago comes first', async () => {
      let answer: () => Promise<Snapshot> = silent;
      const readers = [new Stub('first', silent), new Stub('spare', () => answer())];
      const { reads, clock } = readsOf(readers, { timeoutMs: 200 });
      const outcomes: string[] = [];
      for (const ms of [0, 2_500, 5_000, 7_500]) {
        if (ms === 5_000) answer = after(120);
        clock.ms = ms;
        outcomes.push(await outcome(reads.forwarding(V4)));
      }
      expect(outcomes.slice(2)).toContain('read');
    });

    const reset = new ReaderError('ERR_READER_UNREACHABLE', 'the last login has failed');
    test.each<[string, () => Promise<Snapshot>, () => Promise<Snapshot>]>([
      ['the first took some of it', () => after(150)().then(failing('ERR_READER_UNREACHABLE')), after(270)],
      [
        'its last login has failed',
        silent,
        () => Promise.reject(new ReaderError('ERR_READER_TIMEOUT', 'no', { cause: reset })),
      ],
    ])('one that had too little is not held for dead where %s', async (_why, first, atFirst) => {
      let answer = atFirst;
      const { reads, clock } = readsOf([new Stub('first', first), new Stub('spare', () => answer())], {
        timeoutMs: 400,
      });
      expect(await outcome(reads.forwarding(V4))).toBe('ERR_READER_TIMEOUT');
      answer = after(270);
      clock.ms = 2_500;
      expect(await outcome(reads.forwarding(V4))).toBe('read');
    });

    test('one that keeps a question waiting comes last for such questions', async () => {
      const cause = new ReaderError('ERR_READER_TIMEOUT', 'pim6d: no answer in time');
      const first = new Stub('first', async (query) => {
        if (query?.family === 6) throw new ReaderError('ERR_READER_COMMAND', cause.message, { cause });
        return SNAPSHOT;
      });
      const spare = new Stub('spare', good);
      const { reads } = readsOf([first, spare]);
      for (const source of ['2001:db8::1', '2001:db8::2'])
        expect(await outcome(reads.forwarding({ ...V6, source }))).toBe('read');
      expect([first.reads, spare.reads]).toEqual([1, 2]);
      expect(await outcome(reads.forwarding(V4))).toBe('read');
      expect([first.reads, spare.reads]).toEqual([2, 2]);
    });
  });

  test('all of them: the router is left alone for a moment', async () => {
    const dead = new Stub('dead', failing('ERR_READER_UNREACHABLE'));
    const { reads, clock } = readsOf([dead]);
    expect(await outcome(reads.forwarding(V4))).toBe('ERR_READER_UNREACHABLE');
    expect(await outcome(reads.forwarding(V6))).toBe('ERR_READER_UNREACHABLE');
    expect(await outcome(reads.interfaces())).toBe('ERR_READER_UNREACHABLE');
    expect(dead.reads).toBe(1);
    clock.ms = 2000;
    expect(await outcome(reads.forwarding(V6))).toBe('ERR_READER_UNREACHABLE');
    expect(dead.reads).toBe(2);
  });

  test('at one question only (no IPv6 on this router) does not keep it from answering others', async () => {
    const half = new Stub('half', (query) => (query?.family === 6 ? failing('ERR_READER_COMMAND')() : good()));
    const { reads, troubles } = readsOf([half]);
    expect(await outcome(reads.forwarding(V6))).toBe('ERR_READER_COMMAND');
    expect(await outcome(reads.forwarding(V4))).toBe('read');
    expect(await outcome(reads.forwarding(V6))).toBe('ERR_READER_COMMAND');
    expect(half.reads).toBe(2);
    expect(troubles).toEqual(['half: ERR_READER_COMMAND']);
  });

  test('is reported when its trouble begins, changes and ends, not at every read', async () => {
    const answers = [
      failing('ERR_READER_AUTHENTICATION', 'refused'),
      failing('ERR_READER_AUTHENTICATION', 'refused'),
      failing('ERR_READER_TIMEOUT', 'silent'),
      good,
      good,
    ];
    const { reads, clock, troubles } = readsOf([new Stub('a', () => answers.shift()!())]);
    for (let i = 0; i < 5; i++) {
      await outcome(reads.forwarding(V4));
      clock.ms += 5000;
    }
    expect(troubles).toEqual(['a: refused', 'a: silent', 'a: good again']);
  });

  test('a refusal to try again so soon is no new trouble', async () => {
    const refused = new ReaderError('ERR_READER_AUTHENTICATION', 'refused');
    let waitSeconds = 9;
    const answers = [
      () => Promise.reject(refused),
      () =>
        Promise.reject(new ReaderError(refused.code, `refused (next login in ${waitSeconds--} s)`, { cause: refused })),
    ];
    const { reads, clock, troubles } = readsOf([
      new Stub('a', () => (answers.length > 1 ? answers.shift()! : answers[0]!)()),
    ]);
    for (let i = 0; i < 4; i++) {
      await outcome(reads.forwarding(V4));
      clock.ms += 5000;
    }
    expect(troubles).toEqual(['a: refused']);
  });

  describe('is reported once for each kind of trouble, until it reads again', () => {
    async function troublesOf(answers: readonly (() => Promise<Snapshot>)[]): Promise<string[]> {
      const left = [...answers];
      const { reads, clock, troubles } = readsOf([new Stub('a', () => left.shift()!())]);
      for (const _ of answers) {
        await outcome(reads.forwarding(V4));
        clock.ms += 5000;
      }
      return troubles;
    }
    const refusalOf = (cause: ReaderError, seconds: number) =>
      new ReaderError(cause.code, `${cause.message} (next login in ${seconds} s)`, { cause });
    const caused = (code: string) => () => {
      const cause = Object.assign(new Error(`connect ${code}`), { code });
      return Promise.reject(new ReaderError('ERR_READER_UNREACHABLE', `a: ${cause.message}`, { cause }));
    };

    test('whatever it counts', async () => {
      const limit = new ReaderError('ERR_READER_UNREACHABLE', 'no more than 6 logins a minute');
      const limited = [41, 38, 35].map((s) => () => Promise.reject(refusalOf(limit, s)));
      const closed = failing('ERR_READER_UNREACHABLE', 'the router closed the session');
      expect(await troublesOf([closed, closed, ...limited, closed])).toEqual([
        'a: the router closed the session',
        'a: no more than 6 logins a minute (next login in 41 s)',
      ]);
    });

    test('of which the reason of a login that nobody waited for is one', async () => {
      const login = new ReaderError('ERR_READER_TIMEOUT', 'no prompt in time; it said last: r4 at home%');
      const refused = (s: number) => () => Promise.reject(refusalOf(login, s));
      const read = failing('ERR_READER_TIMEOUT', 'no answer within 2700 ms');
      expect(await troublesOf([read, read, refused(2), read, refused(4), refused(1), read])).toEqual([
        'a: no answer within 2700 ms',
        'a: no prompt in time; it said last: r4 at home% (next login in 2 s)',
      ]);
    });

    test('of which the same of another host is one', async () => {
      const unknown = (host: string) => new ReaderError('ERR_READER_HOST_KEY', `${host}: the host key is not known`);
      const login = (host: string) => () => Promise.reject(unknown(host));
      // A router's login that the jump host's pace has refused, refused by its own.
      const refused = (host: string) => () => Promise.reject(refusalOf(refusalOf(unknown(host), 2), 4));
      expect(await troublesOf([login('jump'), refused('jump'), login('r4'), refused('r4'), login('jump')])).toEqual([
        'a: jump: the host key is not known',
        'a: r4: the host key is not known',
      ]);
    });

    test('whose words, such as a time that stands in a banner, are not bounded, but their number', async () => {
      const closed = Array.from({ length: 100 }, (_, i) => failing('ERR_READER_UNREACHABLE', `closed: it is 10:${i}`));
      const refused = failing('ERR_READER_AUTHENTICATION');
      const troubles = await troublesOf([...closed, refused, ...closed, refused]);
      expect(troubles).toHaveLength(9);
      expect(troubles.at(-1)).toBe('a: ERR_READER_AUTHENTICATION');
    });

    test('of a question whatever the words, which quote it', async () => {
      const refused = ['10.1.0.2', '10.1.0.3'].map((source) =>
        failing('ERR_READER_COMMAND', `show ip route ${source}: %`),
      );
      expect(await troublesOf(refused)).toEqual(['a: show ip route 10.1.0.2: %']);
    });

    test('whatever the router said last', async () => {
      const late = (line: string) => failing('ERR_READER_TIMEOUT', `no prompt in time; it said last: ${line}`);
      const lines = Array.from({ length: 12 }, (_, i) => late(`line ${i} of the banner`));
      const troubles = await troublesOf([...lines, failing('ERR_READER_TIMEOUT', 'no TCP connection in time')]);
      expect(troubles).toEqual([
        'a: no prompt in time; it said last: line 0 of the banner',
        'a: no TCP connection in time',
      ]);
      const within = [211, 214, 217].map((ms) => failing('ERR_READER_TIMEOUT', `no answer within ${ms} ms`));
      expect(await troublesOf(within)).toEqual(['a: no answer within 211 ms']);
      const ended = ['Welcome to r4', 'All VTY lines in use'].map((line) => `closed; it said last: ${line}`);
      const closed = ended.map((text) => failing('ERR_READER_UNREACHABLE', text));
      expect(await troublesOf(closed)).toEqual(ended.map((text) => `a: ${text}`));
    });

    test('also when two of them alternate', async () => {
      const [one, other] = [failing('ERR_READER_TIMEOUT'), failing('ERR_READER_UNREACHABLE')];
      const said = ['a: ERR_READER_TIMEOUT', 'a: ERR_READER_UNREACHABLE'];
      expect(await troublesOf([one, other, one, other, one])).toEqual(said);
      expect(await troublesOf([one, other, good, one, other, one])).toEqual([...said, 'a: good again', ...said]);
    });

    test('of which another cause is one', async () => {
      expect(await troublesOf([caused('ECONNREFUSED'), caused('EHOSTUNREACH'), caused('ECONNREFUSED')])).toEqual([
        'a: a: connect ECONNREFUSED',
        'a: a: connect EHOSTUNREACH',
      ]);
    });

    test('also over a change of the configuration, which the reader outlives', async () => {
      const reader = new Stub('a', failing('ERR_READER_TIMEOUT'));
      for (const said of [['a: ERR_READER_TIMEOUT'], []]) {
        const { reads, troubles } = readsOf([reader]);
        await outcome(reads.forwarding(V4));
        expect(troubles).toEqual(said);
      }
    });
  });

  test('reads that waited for their turn while the router failed are not made', async () => {
    const dead = new Stub('dead', failing('ERR_READER_UNREACHABLE'));
    const { reads } = readsOf([dead], { concurrency: 1 });
    const outcomes = await Promise.all(
      [1, 2, 3].map((n) => outcome(reads.forwarding({ ...V4, source: `10.1.0.${n}` }))),
    );
    expect(outcomes).toEqual(Array(3).fill('ERR_READER_UNREACHABLE'));
    expect(dead.reads).toBe(1);
  });

  test('a snapshot that contradicts itself is a failure like any other', async () => {
    const { reads } = readsOf([
      new Stub('bad', async () => ({
        name: 'r1',
        interfaces: [],
        scopes: [],
        rpf: [{ prefix: '10.0.0.0/8', interface: 9, neighbor: null }],
      })),
    ]);
    expect(await outcome(reads.forwarding(V4))).toBe('ERR_SNAPSHOT');
  });
});

describe('a reader whose session takes one read at a time', () => {
  /** Two names of one device, whose reads take some time each. */
  function device(takesMs: number, timeoutMs: number) {
    const [turns, tables] = [1, 2].map(
      () => new ReadLimit({ concurrency: 1, waitMs: 300, monotonicMs: () => performance.now() }),
    ) as [ReadLimit, ReadLimit];
    const stub = new Stub('a', async () => {
      await new Promise((resolve) => setTimeout(resolve, takesMs));
      return SNAPSHOT;
    });
    const entered = Object.assign(stub, {
      turns: { toAsk: (waitMs: number) => turns.enter(waitMs).granted, toLearn: () => tables.enter().granted },
    });
    const names = [1, 2].map(() => readsOf([entered], { timeoutMs, monotonicMs: () => performance.now() }));
    return { stub, turns, tables, names };
  }

  /** Its read takes a moment, and fails. */
  const dying = (stub: Stub) => async () => {
    stub.reads++;
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw new ReaderError('ERR_READER_UNREACHABLE', 'reset');
  };

  test('is read for one at a time; waiting is no part of the time that it has', async () => {
    const { stub, names } = device(100, 150);
    const both = names.map(({ reads }) => outcome(reads.forwarding(V4)));
    expect(await Promise.all(both)).toEqual(['read', 'read']);
    expect(stub.mostOpen).toBe(1);
  });

  test('is no trouble where its turn does not come: the next one is tried, and nobody is left alone', async () => {
    const { stub, turns } = device(0, 150);
    const leave = await turns.enter().granted;
    const spare = new Stub('spare', good);
    const both = readsOf([stub, spare]);
    expect(await outcome(both.reads.forwarding(V4))).toBe('read');
    const alone = readsOf([stub]);
    expect(await outcome(alone.reads.forwarding(V4))).toBe('ERR_READER_BUSY');
    leave();
    expect(await outcome(alone.reads.forwarding(V4))).toBe('read');
    expect([stub.reads, spare.reads, both.troubles, alone.troubles]).toEqual([1, 1, [], []]);
  });

  test('is asked no more by those that waited while it failed', async () => {
    const { stub, names } = device(300, 50);
    const [{ reads, troubles }] = names as [(typeof names)[0]];
    const first = outcome(reads.forwarding(V4));
    await new Promise((resolve) => setTimeout(resolve, 25));
    const second = outcome(reads.forwarding({ ...V4, source: '10.1.0.3' }));
    expect([await first, await second]).toEqual(['ERR_READER_TIMEOUT', 'ERR_READER_TIMEOUT']);
    expect([stub.reads, troubles.length]).toEqual([1, 1]);
  });

  test('has its interfaces read for one at a time, too, with more patience', async () => {
    const { stub, names } = device(120, 50);
    const both = names.map(({ reads }) => outcome(reads.interfaces()));
    expect(await Promise.all(both)).toEqual(['read', 'read']);
    expect(stub.mostOpen).toBe(1);
  });

  test('is no trouble where its table gets no turn between the questions', async () => {
    const { stub } = device(0, 300);
    Object.assign(stub, { readInterfaces: failing('ERR_READER_BUSY') });
    const { reads, troubles } = readsOf([stub]);
    expect(await outcome(reads.interfaces())).toBe('ERR_READER_BUSY');
    expect(await outcome(reads.forwarding(V4))).toBe('read');
    expect(troubles).toEqual([]);
  });

  test('is passed over by those that waited while it failed, where another reader is behind it', async () => {
    const { stub } = device(100, 200);
    Object.assign(stub, { readForwarding: dying(stub) });
    const spare = new Stub('spare', good);
    const { reads } = readsOf([stub, spare], { monotonicMs: () => performance.now() });
    const all = [1, 2, 3].map((n) => outcome(reads.forwarding({ ...V4, source: `10.1.0.${n}` })));
    expect(await Promise.all(all)).toEqual(['read', 'read', 'read']);
    expect([stub.reads, spare.reads]).toEqual([1, 3]);
  });

  test('is asked again a moment after all have failed', async () => {
    const { stub } = device(0, 200);
    const spare = new Stub('spare', failing('ERR_READER_TIMEOUT'));
    const { reads, clock } = readsOf([stub, spare]);
    const { readForwarding } = stub;
    stub.readForwarding = failing('ERR_READER_UNREACHABLE');
    expect(await outcome(reads.forwarding(V4))).toBe('ERR_READER_TIMEOUT');
    Object.assign(stub, { readForwarding });
    clock.ms = 2_500;
    expect(await outcome(reads.forwarding(V4))).toBe('read');
  });

  test('is waited for as long as it may take', async () => {
    const waits: number[] = [];
    const turns = { toAsk: async (waitMs: number) => () => void waits.push(waitMs), toLearn: async () => () => {} };
    const { reads } = readsOf([Object.assign(new Stub('a', good), { turns })], { timeoutMs: 170 });
    expect(await outcome(reads.forwarding(V4))).toBe('read');
    expect(waits).toEqual([170]);
  });

  test('does not free the interfaces of another reader from the limits', async () => {
    const { stub: cli } = device(0, 300);
    const slow = new Stub('snmp', async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return SNAPSHOT;
    });
    const { reads } = readsOf([slow, cli], { concurrency: 1 });
    await Promise.all([reads.interfaces(), reads.forwarding(V4)]);
    expect([slow.reads, slow.mostOpen]).toEqual([2, 1]);
  });

  test('does not keep questions out while its interfaces wait for those of others', async () => {
    const { stub, tables } = device(0, 300);
    const leave = await tables.enter().granted;
    const { reads } = readsOf([stub], { concurrency: 1, monotonicMs: () => performance.now() });
    const table = reads.interfaces();
    expect(await outcome(reads.forwarding(V4))).toBe('read');
    leave();
    await table;
  });

  test('is not read for what was closed while it waited', async () => {
    const { stub, tables } = device(0, 300);
    const leave = await tables.enter().granted;
    const { reads } = readsOf([stub]);
    const table = outcome(reads.interfaces());
    await reads.close();
    leave();
    expect(await table).toBe('ERR_READER_CLOSED');
    expect(stub.reads).toBe(0);
  });

  test('is free again after a read that failed', async () => {
    const { names } = device(300, 50);
    for (const { reads } of names) expect(await outcome(reads.forwarding(V4))).toBe('ERR_READER_TIMEOUT');
  });
});

describe('limits', () => {
  const queries = (count: number) => Array.from({ length: count }, (_, i) => ({ ...V4, source: `10.1.0.${i + 1}` }));

  test('never more reads at once than the concurrency', async () => {
    const reader = new Stub('a', () => new Promise((resolve) => setImmediate(() => resolve(SNAPSHOT))));
    const { reads } = readsOf([reader], { concurrency: 3 });
    await Promise.all(queries(20).map((query) => reads.forwarding(query)));
    expect(reader.reads).toBe(20);
    expect(reader.mostOpen).toBe(3);
  });

  test('never more in a second than perSecond', async () => {
    const reader = new Stub('a', good);
    const { reads } = readsOf([reader], { perSecond: 5 });
    for (const query of queries(20)) void reads.forwarding(query).catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(reader.reads).toBe(5);
    await reads.close();
  });

  describe('more reads than the limits allow', () => {
    /** Two questions that are read at once, then `waiting` others that have to wait; a turn comes every 500 ms. */
    function overload(waiting: number) {
      const reader = new Stub('a', good);
      const { reads } = readsOf([reader], { perSecond: 2, timeoutMs: 900, monotonicMs: () => performance.now() });
      const ask = (n: number) =>
        reads.forwarding({ ...V4, source: `10.1.1.${n}` }).then(
          () => `${n} read`,
          (error: ReaderError) => `${n} ${error.code}`,
        );
      return { reads, ask, answers: Array.from({ length: 2 + waiting }, (_, i) => ask(i)) };
    }

    test('the newest is read first, because its trace still waits; those that waited too long are given up', async () => {
      const { reads, answers, ask } = overload(4);
      expect(await Promise.race(answers.slice(2))).toBe('5 read');
      expect(await Promise.all(answers)).toEqual([
        '0 read',
        '1 read',
        '2 ERR_READER_BUSY',
        '3 ERR_READER_BUSY',
        '4 ERR_READER_BUSY',
        '5 read',
      ]);
      expect(await ask(9)).toBe('9 read');
      await reads.close();
    });

    test('so is a table', async () => {
      const order: string[] = [];
      const reader = new Stub('a', async (query) => {
        order.push(query?.source ?? 'table');
        await new Promise((resolve) => setTimeout(resolve, 10));
        return SNAPSHOT;
      });
      const { reads } = readsOf([reader], { concurrency: 1 });
      const all: Promise<unknown>[] = [reads.forwarding(V4), reads.interfaces()];
      for (const source of ['10.1.0.3', '10.1.0.4']) all.push(reads.forwarding({ ...V4, source }));
      all.push(reads.interfaces());
      await Promise.all(all);
      expect(order).toEqual(['10.1.0.2', 'table', '10.1.0.4', '10.1.0.3']);
    });

    test('a question that is asked again while it waits is a new one', async () => {
      const { reads, answers, ask } = overload(3);
      const again = ask(2);
      expect(await Promise.race(answers.slice(2))).toBe('2 read');
      expect(await again).toBe('2 read');
      await reads.close();
      await Promise.all(answers);
    });

    test('their number is bounded: the oldest is given up', async () => {
      const { reads, answers } = overload(1001);
      expect(await Promise.race(answers.slice(2))).toBe('2 ERR_READER_BUSY');
      await reads.close();
      await Promise.all(answers);
    });
  });

  test('a read that closing cuts off is no trouble of the router', async () => {
    let fail = (_: Error) => {};
    const stub = new Stub('slow', () => new Promise((_, reject) => (fail = reject)));
    const { reads, troubles } = readsOf([stub]);
    const read = reads.forwarding(V4);
    await Promise.resolve();
    const closing = reads.close();
    fail(new ReaderError('ERR_READER_CLOSED', 'closed'));
    await expect(read).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
    await closing;
    expect(troubles).toEqual([]);
  });

  test('what waits when it is closed is refused', async () => {
    const reader = new Stub('a', good);
    const { reads } = readsOf([reader], { perSecond: 1 });
    const [first, second] = queries(2).map((query) => outcome(reads.forwarding(query)));
    expect(await first).toBe('read');
    await reads.close();
    expect(await second).toBe('ERR_READER_CLOSED');
    expect(reader.isClosed).toBe(true);
  });
});
