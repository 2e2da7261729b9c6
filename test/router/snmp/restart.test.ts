/** An agent that starts again, with other interfaces by the same numbers; and surveys that take long. */
import { afterEach, expect, test } from 'vitest';
import type { ForwardingQuery, Reader } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';

const IPMROUTE = '1.3.6.1.2.1.83.1.1';
const ADDRESSES = '1.3.6.1.2.1.4.20.1';
const query = (group: string): ForwardingQuery => ({ family: 4, group, source: '10.9.0.7' });

const readers: Reader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

function readerOf(agent: Agent): Reader {
  const session = createAgentSession({
    host: '127.0.0.1',
    port: agent.port,
    credentials: { version: '2c', community: 'public' },
  });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  readers.push(reader);
  return reader;
}

/** `up` has the number `up`, `down` the other of 1 and 2; two groups come in on `up`. */
function router(up: 1 | 2, ticks: number): mib.Mib {
  const down = 3 - up;
  const served = new mib.Mib({ '1.3.6.1.2.1.1.3.0': mib.timeTicks(ticks), [`${IPMROUTE}.1.0`]: mib.integer(1) });
  for (const [index, name, address] of [
    [up, 'up', '10.1.0.1'],
    [down, 'down', '10.2.0.1'],
  ] as const) {
    served.set(`${ADDRESSES}.2.${address}`, mib.integer(index));
    served.set(`${ADDRESSES}.3.${address}`, mib.ipAddress('255.255.255.0'));
    served.set(`1.3.6.1.2.1.31.1.1.1.1.${index}`, mib.text(name));
    served.set(`${IPMROUTE}.4.1.2.${index}`, mib.integer(1));
  }
  for (const group of ['232.1.1.1', '232.1.1.2', '232.1.1.3']) {
    const place = `${group}.10.9.0.7.255.255.255.255`;
    served.set(`${IPMROUTE}.2.1.4.${place}`, mib.ipAddress('10.1.0.9'));
    served.set(`${IPMROUTE}.2.1.5.${place}`, mib.integer(up));
    served.set(`${IPMROUTE}.3.1.6.${place}.${down}.${group}`, mib.integer(2));
  }
  return served;
}

function told({ routes = [], interfaces }: Snapshot): string {
  const name = (index: number | null | undefined) => interfaces.find((one) => one.index === index)?.name;
  return `in ${name(routes[0]?.incoming)}, out ${name(routes[0]?.outgoing[0]?.index)}`;
}

test('whoever asks first or at the same time gets the new interfaces', async () => {
  await using agent = await Agent.start({ mib: router(1, 100_000), delayMs: 15 });
  const reader = readerOf(agent);
  const ask = async (group: string) => told(await reader.readForwarding(query(group), AbortSignal.timeout(4000)));
  expect(await ask('232.1.1.1')).toBe('in up, out down');
  agent.change({ mib: router(2, 100) });
  agent.reset();
  const all = await Promise.all(['232.1.1.1', '232.1.1.2', '232.1.1.3'].map(ask));
  expect(all).toEqual(Array(3).fill('in up, out down'));
});

test('a survey that fails after the restart leaves nothing old behind', async () => {
  await using agent = await Agent.start({ mib: router(1, 100_000) });
  const reader = readerOf(agent);
  const ask = (ms: number) => reader.readForwarding(query('232.1.1.1'), AbortSignal.timeout(ms)).then(told);
  expect(await ask(4000)).toBe('in up, out down');
  const isSurvey = (names: readonly (readonly number[])[]) =>
    names.some((name) => name.join('.').startsWith(ADDRESSES));
  agent.change({ mib: router(2, 100), instead: ({ names }, response) => (isSurvey(names) ? undefined : response) });
  for (let time = 0; time < 2; time++) await expect(ask(300)).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
  agent.change({ instead: (_, response) => response });
  expect(await ask(4000)).toBe('in up, out down');
});

test('a survey that takes longer than a read goes on, is shared, and serves the next ones', async () => {
  const served = router(1, 100_000);
  for (let at = 0; at < 600; at++) {
    const address = `100.${at >> 8}.${at & 255}.1`;
    served.set(`${ADDRESSES}.2.${address}`, mib.integer(1000 + at));
    served.set(`${ADDRESSES}.3.${address}`, mib.ipAddress('255.255.255.0'));
  }
  await using agent = await Agent.start({ mib: served, delayMs: 15 });
  const reader = readerOf(agent);
  const read = (ms: number) => reader.readInterfaces(AbortSignal.timeout(ms));
  await expect(read(100)).rejects.toMatchObject({
    code: 'ERR_READER_TIMEOUT',
    message: `v2c at 127.0.0.1:${agent.port}: the agent is still telling its interfaces`,
  });
  const [one, other] = await Promise.all([read(10_000), read(10_000)]);
  expect(one).toEqual(other);
  expect(one.interfaces).toHaveLength(602);
  const perSurvey = agent.requests.length;
  agent.reset();
  await read(10_000);
  expect(Math.abs(agent.requests.length - perSurvey)).toBeLessThan(30); // no second one ran beside it
});

test('hops do not wait for a survey', async () => {
  const served = router(1, 100_000);
  for (let at = 0; at < 1500; at++) served.set(`${ADDRESSES}.2.100.${at >> 8}.${at & 255}.1`, mib.integer(1000 + at));
  await using agent = await Agent.start({ mib: served, delayMs: 15 });
  const reader = readerOf(agent);
  await reader.readInterfaces(AbortSignal.timeout(20_000));
  await reader.readForwarding(query('232.1.1.1'), AbortSignal.timeout(4000));
  agent.reset();
  const survey = reader.readInterfaces(AbortSignal.timeout(20_000));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const before = agent.requests.length;
  await reader.readForwarding(query('232.1.1.1'), AbortSignal.timeout(4000));
  const meanwhile = agent.requests.length - before;
  await survey;
  expect(meanwhile).toBeLessThan(agent.requests.length / 4);
});

test('an agent that is silent is asked by one survey, whoever asks and gives up', async () => {
  await using agent = await Agent.start({ mib: router(1, 1), instead: () => undefined });
  const reader = readerOf(agent);
  const giveUp = async () => {
    const reads = await Promise.allSettled([100, 150].map((ms) => reader.readInterfaces(AbortSignal.timeout(ms))));
    for (const read of reads) {
      expect(read).toMatchObject({
        reason: {
          code: 'ERR_READER_TIMEOUT',
          message: expect.stringContaining('no answer; the agent cannot be reached'),
        },
      });
    }
  };
  for (let time = 0; time < 3; time++) await giveUp();
  expect(agent.requests.length).toBeLessThanOrEqual(4);
});

test('an agent whose first answer comes after a read has given up is known to the next one', async () => {
  await using agent = await Agent.start({ mib: router(1, 1), delayMs: 300 });
  const reader = readerOf(agent);
  await expect(reader.readInterfaces(AbortSignal.timeout(150))).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
  expect((await reader.readInterfaces(AbortSignal.timeout(4000))).interfaces).toHaveLength(2);
});

test('a MIB without scalars whose first row comes after the survey', async () => {
  const bare = new mib.Mib(
    Object.fromEntries([
      ['1.3.6.1.2.1.1.3.0', mib.timeTicks(100)],
      [`${ADDRESSES}.2.10.1.0.1`, mib.integer(1)],
      [`${ADDRESSES}.3.10.1.0.1`, mib.ipAddress('255.255.255.0')],
    ]),
  );
  await using agent = await Agent.start({ mib: bare });
  const reader = readerOf(agent);
  const ask = () => reader.readForwarding(query('232.1.1.1'), AbortSignal.timeout(4000));
  await expect(ask()).rejects.toMatchObject({ message: expect.stringContaining('no MIB of multicast routes of IPv4') });
  bare.set(`${IPMROUTE}.2.1.5.232.1.1.1.10.9.0.7.255.255.255.255`, mib.integer(1));
  expect((await ask()).routes).toMatchObject([{ incoming: 1, group: '232.1.1.1' }]);
});
