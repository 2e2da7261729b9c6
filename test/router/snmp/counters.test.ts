/** The agent's clock, and counters that end, start anew, or are read out of order. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Reader } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { WideCounts } from '../../../src/router/snmp/wide-counts.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [2, 3].map((index) => ({
    index,
    name: `eth${index}`,
    addresses: [`10.${index}.0.4/24`],
    multicast: true,
    inMulticastPackets: '100',
    outMulticastPackets: '200',
  })),
  routes: [
    {
      group: '232.1.1.1',
      source: '10.1.0.2',
      incoming: 2,
      upstream: '10.2.0.1',
      outgoing: [{ index: 3, state: 'forwarding' }],
      packets: '5000',
      multicastRoutingProtocol: 'pimSparseMode',
      routingProtocol: 'ospf',
      uptimeSeconds: 412,
    },
  ],
};
const MIBS: RouterMibs = { routes: 'IPMROUTE', pim: 'none', addresses: 'old', unicast: 'none', counters: 32 };
const SG = { family: 4, group: '232.1.1.1', source: '10.1.0.2' } as const;

const UP_TIME = '1.3.6.1.2.1.1.3.0';
const IN_2 = '1.3.6.1.2.1.31.1.1.1.2.2';
const PLACE = '232.1.1.1.10.1.0.2.255.255.255.255';
const AGE = `1.3.6.1.2.1.83.1.1.2.1.6.${PLACE}`;
const PACKETS = `1.3.6.1.2.1.83.1.1.2.1.8.${PLACE}`;
/** What only a survey asks for: the name before sysObjectID.0. */
const SURVEY = '1.3.6.1.2.1.1.2';

const readers: Reader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

/** A reader whose clock the test moves on. */
class Bench {
  readonly agent: Agent;
  readonly served: mib.Mib;
  readonly reader: Reader;
  nowMs = 0;

  private constructor(agent: Agent, served: mib.Mib) {
    this.agent = agent;
    this.served = served;
    const credentials = { version: '2c', community: 'public' } as const;
    const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
    this.reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => this.nowMs });
    readers.push(this.reader);
  }

  static async start(mibs: RouterMibs = MIBS, router = ROUTER): Promise<Bench> {
    const served = mibOf(router, mibs);
    return new Bench(await Agent.start({ mib: served }), served);
  }

  read(): Promise<Snapshot> {
    return this.reader.readForwarding(SG, AbortSignal.timeout(4000));
  }

  get surveys(): number {
    return this.agent.requests.filter(({ names }) => names.some((name) => name.join('.') === SURVEY)).length;
  }

  /** Time passes, for the agent as well. */
  pass(seconds: number, upTimeTicks: number, changes: Record<string, mib.Value> = {}): void {
    this.nowMs += seconds * 1000;
    this.served.set(UP_TIME, mib.timeTicks(upTimeTicks));
    for (const [oid, value] of Object.entries(changes)) this.served.set(oid, value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.agent[Symbol.asyncDispose]();
  }
}

const packetsOf = ({ routes, interfaces }: Snapshot) => [routes?.[0]?.packets, interfaces[0]?.inMulticastPackets];

describe('counters of 32 bits', () => {
  test('go on over their end', async () => {
    await using bench = await Bench.start();
    bench.pass(0, 1_000_000, { [PACKETS]: mib.counter32(2 ** 32 - 5), [IN_2]: mib.counter32(2 ** 32 - 10) });
    expect(packetsOf(await bench.read())).toEqual([String(2 ** 32 - 5), String(2 ** 32 - 10)]);
    bench.pass(10, 1_001_000, { [PACKETS]: mib.counter32(7), [IN_2]: mib.counter32(8) });
    expect(packetsOf(await bench.read())).toEqual([String(2 ** 32 + 7), String(2 ** 32 + 8)]);
    bench.pass(10, 1_002_000, { [PACKETS]: mib.counter32(9), [IN_2]: mib.counter32(9) });
    expect(packetsOf(await bench.read())).toEqual([String(2 ** 32 + 9), String(2 ** 32 + 9)]);
  });

  test('start anew with the agent, where the hop is the first to see that it has started again', async () => {
    await using bench = await Bench.start();
    bench.pass(0, 1_000_000, { [IN_2]: mib.counter32(2 ** 32 - 10) });
    await bench.read();
    bench.pass(10, 100, { [IN_2]: mib.counter32(5) });
    expect(packetsOf(await bench.read())[1]).toBe('5');
  });

  test('go on over their end as fast as a link can fill them', async () => {
    await using bench = await Bench.start();
    bench.pass(0, 1_000_000, { [IN_2]: mib.counter32(2 ** 32 - 1_000_000_000) });
    await bench.read();
    bench.pass(1000, 1_100_000, { [IN_2]: mib.counter32(5) });
    expect(packetsOf(await bench.read())[1]).toBe(String(2 ** 32 + 5));
  });

  test('that fall far too soon have started anew', async () => {
    await using bench = await Bench.start();
    await bench.read();
    bench.pass(600, 1_060_000, { [PACKETS]: mib.counter32(7), [IN_2]: mib.counter32(0) });
    expect(packetsOf(await bench.read())).toEqual(['7', '0']);
  });

  test('of a row that is newer than the last reading start at zero', async () => {
    await using bench = await Bench.start();
    await bench.read();
    bench.pass(86_400, 9_640_000, { [PACKETS]: mib.counter32(7), [AGE]: mib.timeTicks(100) });
    expect(packetsOf(await bench.read())[0]).toBe('7');
  });

  test('of a row that is a little newer, and might as well be at its end', async () => {
    await using bench = await Bench.start();
    bench.pass(0, 1_000_000, { [PACKETS]: mib.counter32(2 ** 32 - 10) });
    await bench.read();
    bench.pass(600, 1_060_000, { [PACKETS]: mib.counter32(7), [AGE]: mib.timeTicks(100) });
    expect(packetsOf(await bench.read())[0]).toBe('7');
  });

  test('of an interface that has started anew since, as ifCounterDiscontinuityTime says', async () => {
    await using bench = await Bench.start();
    const changes = { [IN_2]: mib.counter32(9), '1.3.6.1.2.1.31.1.1.1.19.2': mib.timeTicks(9_639_000) };
    await bench.read();
    bench.pass(86_400, 9_640_000, changes);
    expect(packetsOf(await bench.read())[1]).toBe('9');
  });

  test('of an interface that counts in 64 bits what comes in, and nothing else', async () => {
    await using bench = await Bench.start({ ...MIBS, counters: 64 });
    bench.served.set('1.3.6.1.2.1.31.1.1.1.12.2', undefined);
    bench.served.set('1.3.6.1.2.1.31.1.1.1.8.2', mib.counter64(5_000_000_000n));
    expect(packetsOf(await bench.read())[1]).toBe('5000000000');
  });

  test('beside those of 64 bits of other interfaces', async () => {
    await using bench = await Bench.start({ ...MIBS, counters: 64 });
    for (const column of [8, 12]) bench.served.set(`1.3.6.1.2.1.31.1.1.1.${column}.3`, undefined);
    const { interfaces } = await bench.read();
    expect(interfaces.map((one) => [one.inMulticastPackets, one.outMulticastPackets])).toEqual([
      ['100', '200'],
      ['100', '200'],
    ]);
  });

  test('go on where the agent has started again, and not what it counts', async () => {
    await using bench = await Bench.start();
    bench.pass(0, 1_000_000, { [IN_2]: mib.counter32(2 ** 32 - 10), [PACKETS]: mib.counter32(2 ** 32 - 10) });
    await bench.read();
    bench.pass(10, 1_001_000, { [IN_2]: mib.counter32(8), [PACKETS]: mib.counter32(8) });
    await bench.read();
    bench.pass(10, 100, { [IN_2]: mib.counter32(20), [PACKETS]: mib.counter32(3), [AGE]: mib.timeTicks(50_000) });
    expect(packetsOf(await bench.read())).toEqual(['3', String(2 ** 32 + 20)]);
  });
});

test('counters of 64 bits that fall have started anew', async () => {
  await using bench = await Bench.start({ ...MIBS, routes: 'IPMCAST', addresses: 'current', counters: 64 });
  const columns = ['1.3.6.1.2.1.168.1.5.1.19.1.4.232.1.1.1.32.1.4.10.1.0.2.32', '1.3.6.1.2.1.31.1.1.1.8.2'] as const;
  const both = (value: bigint) => Object.fromEntries(columns.map((column) => [column, mib.counter64(value)]));
  bench.pass(0, 1_000_000, both(2n ** 33n - 10n));
  expect(packetsOf(await bench.read())).toEqual([String(2n ** 33n - 10n), String(2n ** 33n - 10n)]);
  bench.pass(10, 1_001_000, both(5n));
  expect(packetsOf(await bench.read())).toEqual(['5', '5']);
});

describe('counters of 32 bits of an agent that has started again', () => {
  const nearEnd = { [IN_2]: mib.counter32(2 ** 32 - 10) };

  test('start at zero where the survey has seen it first', async () => {
    await using bench = await Bench.start();
    bench.pass(0, 1_000_000, nearEnd);
    await bench.read();
    bench.pass(10, 100, { [IN_2]: mib.counter32(5) });
    await bench.reader.readInterfaces(AbortSignal.timeout(4000));
    expect(packetsOf(await bench.read())[1]).toBe('5');
  });

  test('go on over their end once they have been read again', async () => {
    await using bench = await Bench.start();
    await bench.read();
    bench.pass(10, 100, { [IN_2]: mib.counter32(5) });
    await bench.read();
    bench.pass(86_400, 8_640_100, nearEnd);
    await bench.read();
    bench.pass(10, 8_641_100, { [IN_2]: mib.counter32(8) });
    expect(packetsOf(await bench.read())[1]).toBe(String(2 ** 32 + 8));
  });
});

describe('readings that come in another order than they were made', () => {
  const count = (value: number) => ({ value: BigInt(value), bits: 32 }) as const;
  const at = (fromMs: number, toMs: number) => ({ fromMs, toMs });

  test('an older one neither adds 2^32 nor takes it away', () => {
    const wide = new WideCounts();
    wide.widen('a', count(2 ** 32 - 6), at(0, 10));
    expect(wide.widen('a', count(1000), at(60_000, 60_010))).toBe(2n ** 32n + 1000n);
    expect(wide.widen('a', count(1002), at(70_005, 70_020))).toBe(2n ** 32n + 1002n);
    expect(wide.widen('a', count(1001), at(70_000, 70_030))).toBe(2n ** 32n + 1001n);
    expect(wide.widen('a', count(1003), at(80_000, 80_010))).toBe(2n ** 32n + 1003n);
  });

  test('from before the end of the counter', () => {
    const wide = new WideCounts();
    wide.widen('a', count(2 ** 32 - 6), at(0, 10));
    expect(wide.widen('a', count(3), at(10_005, 10_020))).toBe(2n ** 32n + 3n);
    expect(wide.widen('a', count(2 ** 32 - 2), at(10_000, 10_030))).toBe(2n ** 32n - 2n);
    expect(wide.widen('a', count(4), at(20_000, 20_010))).toBe(2n ** 32n + 4n);
  });
});

test('an older reading, of before the counter has started anew, is what it was', () => {
  const wide = new WideCounts();
  wide.widen('a', { value: 5n, bits: 32 }, { fromMs: 10_005, toMs: 10_020 });
  const older = { fromMs: 10_000, toMs: 10_030 };
  expect(wide.widen('a', { value: 2n ** 32n - 2n, bits: 32 }, older)).toBe(2n ** 32n - 2n);
});

describe('a restart of the agent', () => {
  test('is noticed where one answer did not tell the time', async () => {
    await using bench = await Bench.start();
    await bench.read();
    bench.served.set(UP_TIME, undefined);
    await bench.read();
    bench.pass(60, 100, { '1.3.6.1.2.1.31.1.1.1.1.2': mib.text('renamed') });
    expect((await bench.read()).interfaces[0]!.name).toBe('renamed');
  });

  test('again and again: nothing that it says is believed', async () => {
    await using bench = await Bench.start();
    await bench.read();
    let ticks = 1_000_000;
    bench.agent.change({
      instead: (_, response) => {
        ticks -= 10_000;
        bench.served.set(UP_TIME, mib.timeTicks(ticks));
        return response;
      },
    });
    await bench.read(); // its first answer is from before
    await expect(bench.read()).rejects.toMatchObject({
      code: 'ERR_READER_OUTPUT',
      message: expect.stringMatching(/: the agent starts again and again$/),
    });
  });

  test.each([
    ['after ten minutes', 60_000, 60, 2000],
    ['after 300 days', 300 * 8_640_000, 30, 2000],
    ['after three hours, five minutes ago', 1_080_000, 1800, 30_000],
    ['long ago, and longer up again than it was', 2000, 86_400, 1_000_000],
  ])('%s is noticed', async (_, before, seconds, now) => {
    await using bench = await Bench.start();
    bench.pass(0, before);
    await bench.read();
    bench.pass(seconds, now, { '1.3.6.1.2.1.31.1.1.1.1.2': mib.text('renamed') });
    expect((await bench.read()).interfaces[0]!.name).toBe('renamed');
  });

  test.each([
    ['its clock starts at zero after 497 days', 2 ** 32 - 500, 60, 5500],
    ['its clock stands still', 1_000_000, 600, 1_000_000],
    ['its clock goes a little slower than ours', 1_000_000, 600, 1_059_800],
    ['its clock jumps ahead', 1_000_000, 60, 9_000_000],
  ])('is none where %s', async (_, before, seconds, now) => {
    await using bench = await Bench.start();
    bench.pass(0, before);
    await bench.read();
    bench.pass(seconds, now);
    await bench.read();
    expect(bench.surveys).toBe(1);
  });

  test('is none where its clock is at its end while an answer is long under way', async () => {
    await using bench = await Bench.start();
    bench.pass(0, 2 ** 32 - 500);
    await bench.read();
    bench.pass(60, 7500);
    bench.agent.change({
      instead: (_, response) => {
        bench.nowMs += 20_000;
        return response;
      },
    });
    await bench.read();
    expect(bench.surveys).toBe(1);
  });

  test('is none where answers overtake each other', async () => {
    const served = mibOf(ROUTER, MIBS);
    await using agent = await Agent.start({
      mib: served,
      delayMs: 15,
      // The values are those of the moment of the request.
      instead: (_, response) => {
        served.set(UP_TIME, mib.timeTicks(1_000_000 + Math.round(performance.now() / 10)));
        return response;
      },
    });
    const credentials = { version: '2c', community: 'public' } as const;
    const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
    const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
    readers.push(reader);
    await reader.readForwarding(SG, AbortSignal.timeout(4000));
    const reads: Promise<Snapshot>[] = [];
    for (let i = 0; i < 60; i++) {
      // Every other one was never asked for, and takes a second round trip.
      const group = i % 2 === 0 ? SG.group : `232.9.9.${i}`;
      reads.push(reader.readForwarding({ ...SG, group }, AbortSignal.timeout(4000)));
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
    await Promise.all(reads);
    const surveys = agent.requests.filter(({ names }) => names.some((name) => name.join('.') === SURVEY));
    expect(surveys).toHaveLength(1);
  });
});

test('a route that has come since sysUpTime was read is new', async () => {
  await using bench = await Bench.start({ ...MIBS, routes: 'IPMCAST', addresses: 'current' });
  bench.served.set('1.3.6.1.2.1.168.1.5.1.10.1.4.232.1.1.1.32.1.4.10.1.0.2.32', mib.timeTicks(1_000_002));
  expect((await bench.read()).routes?.[0]?.uptimeSeconds).toBe(0);
});

test('a route that has come before the clock of the agent was at its end', async () => {
  await using bench = await Bench.start({ ...MIBS, routes: 'IPMCAST', addresses: 'current' });
  const column = '1.3.6.1.2.1.168.1.5.1.10.1.4.232.1.1.1.32.1.4.10.1.0.2.32';
  bench.pass(0, 60_000, { [column]: mib.timeTicks(2 ** 32 - 50_000) });
  expect((await bench.read()).routes?.[0]?.uptimeSeconds).toBe(1100);
});

test('of a router with many interfaces those of the route are counted, the first time too', async () => {
  const interfaces = Array.from({ length: 60 }, (_, i) => ({
    index: i + 2,
    name: `eth${i + 2}`,
    addresses: [`10.${i + 2}.0.4/24`],
    multicast: true,
    inMulticastPackets: String(i + 2),
    outMulticastPackets: '9',
  }));
  const routes = ROUTER.routes!.map((one) => ({
    ...one,
    incoming: 55,
    outgoing: [{ index: 56, state: 'forwarding' } as const],
  }));
  await using bench = await Bench.start(MIBS, { ...ROUTER, interfaces, routes });
  const countsOf = ({ interfaces }: Snapshot) =>
    interfaces.filter(({ index }) => index === 55 || index === 56).map((one) => one.inMulticastPackets);
  expect(countsOf(await bench.read())).toEqual(['55', '56']);
  bench.agent.change({ delayMs: 20 });
  bench.agent.reset();
  expect(countsOf(await bench.read())).toEqual(['55', '56']);
  expect(bench.agent.roundTrips).toBe(1);
});

test('of a row with many interfaces so many are counted at a time, and no more', async () => {
  const interfaces = Array.from({ length: 100 }, (_, i) => ({
    index: i + 2,
    name: `eth${i + 2}`,
    addresses: [`10.${i + 2}.0.4/24`],
    multicast: true,
    inMulticastPackets: '7',
    outMulticastPackets: '9',
  }));
  const outgoing = interfaces.slice(1).map(({ index }) => ({ index, state: 'forwarding' }) as const);
  const routes = ROUTER.routes!.map((one) => ({ ...one, outgoing }));
  await using bench = await Bench.start(MIBS, { ...ROUTER, interfaces, routes });
  await bench.reader.readInterfaces(AbortSignal.timeout(4000));
  /** Names asked for below ifInMulticastPkts. */
  const counted = async () => {
    bench.agent.reset();
    await bench.read();
    const names = bench.agent.requests.flatMap((request) => request.names.map((name) => name.join('.')));
    return new Set(names.filter((name) => name.startsWith('1.3.6.1.2.1.31.1.1.1.2.'))).size;
  };
  expect(await counted()).toBe(80); // those of the first round trip, and as many that only the row has named
  expect(await counted()).toBe(80);
});
