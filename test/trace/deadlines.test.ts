/** How long a trace waits, and when the engine wants to be woken: three tenths and a half of a replyTimeout of ten seconds. */
import { expect, test } from 'vitest';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const question = (queryId = 1) => query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { queryId });
const codes = (driver: EngineDriver) => driver.sent.map((one) => one.blocks.map((block) => block.forwardingCodeName));

test('a router has three seconds, all of them together five', () => {
  const driver = new EngineDriver({ snapshots: ALL, silent: ['r4', 'r3', 'r2'] });
  driver.deliver(question(), RECEIVER[4]);
  expect(driver.engine.nextDeadline()).toBe(driver.now.monotonicMs + 3000);
  driver.pass(1500);
  driver.answerLate('r4');
  driver.pass(1500); // r4's time would be over
  expect(driver.sent).toEqual([]);
  driver.pass(1499);
  driver.answerLate('r3');
  driver.pass(500);
  expect(driver.sent).toEqual([]);
  driver.pass(1); // the fifth second
  expect(codes(driver)).toEqual([['NO_ERROR', 'NO_ERROR', 'FATAL_ERROR']]);
  expect([driver.engine.nextDeadline(), driver.freeSlots]).toEqual([Number.POSITIVE_INFINITY, 8]);
});

test('a router that is asked after a wait has its own three seconds, as far as the five allow', () => {
  const never = { name: 'r5', interfaces: [] };
  const driver = new EngineDriver({
    snapshots: [never, ...ALL],
    isLearned: false,
    silent: ['r5', 'r4'],
    queryNetworks: [parsePrefix('10.0.0.0/8')!],
  });
  driver.deliver(question(), RECEIVER[4]);
  driver.answerLate('r4');
  driver.pass(3000);
  expect(driver.asks.at(-1)).toMatchObject({ router: 'r4', wanted: { family: 4 } });
  driver.pass(1999);
  expect(driver.sent).toEqual([]);
  driver.pass(1);
  expect(codes(driver)).toEqual([['FATAL_ERROR']]);
});

test('of several traces each has its own time, and the earliest is when the engine wants to be woken', () => {
  const driver = new EngineDriver({ snapshots: ALL, silent: ['r4'] });
  const start = driver.now.monotonicMs;
  for (const queryId of [1, 2, 3]) {
    driver.deliver(question(queryId), RECEIVER[4]);
    driver.pass(1000);
  }
  // Three seconds have passed.
  expect(driver.sent.map((one) => one.header.queryId)).toEqual([1]);
  expect(driver.engine.nextDeadline()).toBe(start + 4000);
  expect(driver.engine.isIdle).toBe(false);
  driver.pass(1000);
  expect(driver.sent.map((one) => one.header.queryId)).toEqual([1, 2]);
  expect(driver.engine.nextDeadline()).toBe(start + 5000);
  driver.pass(1000);
  expect(driver.sent.map((one) => one.header.queryId)).toEqual([1, 2, 3]);
  expect([driver.engine.nextDeadline(), driver.engine.isIdle]).toEqual([Number.POSITIVE_INFINITY, true]);
});

test('a relayed Request is kept for four seconds, also while a trace waits longer', () => {
  const driver = new EngineDriver({
    snapshots: [ALL[0]!, { name: 'slow', interfaces: [] }],
    identities: [
      { name: 'r4', addresses: [], standIn: [] },
      { name: 'slow', addresses: [], standIn: [parseAddress('192.0.2.9')!] },
    ],
    silent: ['slow'],
    native: { forward: true, port: 33435 },
  });
  const start = driver.now.monotonicMs;
  driver.deliver(question(1), RECEIVER[4]);
  expect(driver.sent[0]?.header.typeName).toBe('REQUEST');
  driver.pass(2000);
  driver.deliver(question(2), RECEIVER[4], { destination: parseAddress('192.0.2.9')! });
  driver.pass(1999);
  expect(driver.freeSlots).toBe(6);
  expect(driver.engine.nextDeadline()).toBeLessThanOrEqual(start + 4000);
  driver.pass(1);
  expect([driver.freeSlots, driver.engine.nextDeadline()]).toEqual([7, start + 5000]);
  driver.pass(1000);
  expect([driver.freeSlots, driver.engine.nextDeadline()]).toEqual([8, Number.POSITIVE_INFINITY]);
});

test('what waits answers from where it was asked, whatever datagrams came meanwhile', () => {
  const driver = new EngineDriver({ snapshots: ALL, silent: ['r4'] });
  driver.deliver(question(1), RECEIVER[4], { destination: parseAddress('192.0.2.50')!, port: 5 });
  driver.deliver(question(2), RECEIVER[4], { destination: parseAddress('192.0.2.51')!, port: 6 });
  for (const ask of [...driver.asks]) driver.answerLate('r4', ask);
  expect(
    driver.sent.map(({ header, transmit }) => [header.queryId, formatAddress(transmit.source!), transmit.port]),
  ).toEqual([
    [1, '192.0.2.50', 5],
    [2, '192.0.2.51', 6],
  ]);
  expect(driver.sent[1]?.blocks).toEqual(driver.sent[0]?.blocks);
});

test('the log is told of each end of a trace, with the blocks and the code of its last one', () => {
  const driver = new EngineDriver({
    snapshots: ALL.slice(0, 2),
    native: { forward: true, port: 33435 },
    unsendable: ['10.23.0.2 33435'],
  });
  driver.deliver(question(7), RECEIVER[4]);
  expect(driver.notes).toMatchObject([
    { event: 'relayed', queryId: 7, subject: '10.23.0.2', standardBlockCount: 2, forwardingCode: 0 },
    { event: 'upstream-unreachable', queryId: 7, subject: '10.23.0.2', standardBlockCount: 2, forwardingCode: 0x80 },
    { event: 'replied', queryId: 7, subject: undefined, standardBlockCount: 2, forwardingCode: 0x80 },
  ]);
  expect(driver.notes.map((note) => formatAddress(note.client))).toEqual(Array(3).fill(RECEIVER[4]));
});
