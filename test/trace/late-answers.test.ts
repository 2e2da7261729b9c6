/** Answers that come too late, twice, or for nobody change nothing: no second block, no second Reply, no slot released twice. */
import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
/** Another router on the receiver's link, which forwards nothing there. */
const IDLE: Snapshot = {
  name: 'r5',
  interfaces: [{ index: 3, name: 'down0', addresses: ['10.4.0.200/24'], multicast: true }],
};
const question = (queryId = 1) => query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { queryId, hops: 2 });
/** One router has this long, src/trace/engine.ts. */
const READ_MS = 3000;

function codes(driver: EngineDriver) {
  return driver.sent.map((one) => [one.header.typeName, one.blocks.map((block) => block.forwardingCodeName)]);
}

test('after the Reply that went out without it, also when another trace has the slot by then', () => {
  const driver = new EngineDriver({ snapshots: ALL, silent: ['r4'] });
  driver.deliver(question(1), RECEIVER[4]);
  const [late] = driver.asks;
  driver.pass(READ_MS);
  expect(codes(driver)).toEqual([['REPLY', ['FATAL_ERROR']]]);
  driver.answerLate('r4', late);
  expect([driver.sent.length, driver.freeSlots]).toEqual([1, 8]);

  driver.deliver(question(2), RECEIVER[4]);
  driver.answerLate('r4', late);
  expect([driver.sent.length, driver.freeSlots]).toEqual([1, 7]);
  driver.answerLate('r4');
  expect(codes(driver)[1]).toEqual(['REPLY', ['NO_ERROR', 'NO_ERROR']]);
  expect([driver.sent[1]?.header.queryId, driver.freeSlots]).toEqual([2, 8]);
});

test('a second answer to the same ask', () => {
  const driver = new EngineDriver({ snapshots: ALL, silent: ['r4', 'r3'] });
  driver.deliver(question(), RECEIVER[4]);
  const [first] = driver.asks;
  driver.answerLate('r4', first);
  driver.answerLate('r4', first);
  expect(driver.sent).toEqual([]);
  driver.answerLate('r3');
  expect(driver.sent[0]?.blocks.map((block) => block.outgoingInterfaceAddress)).toEqual(['10.4.0.4', '10.34.0.3']);
  driver.answerLate('r3');
  expect([driver.sent.length, driver.freeSlots]).toEqual([1, 8]);
});

test('a router on the client’s link, when the trace has long gone on to the next router', () => {
  const driver = new EngineDriver({ snapshots: [IDLE, ...ALL], silent: ['r5', 'r3'] });
  driver.deliver(question(), RECEIVER[4]);
  driver.pass(READ_MS);
  expect(driver.asks.map((ask) => ask.router)).toEqual(['r5', 'r4', 'r3']);
  driver.answerLate('r5');
  expect(driver.sent).toEqual([]);
  driver.answerLate('r3');
  expect(driver.sent[0]?.blocks.map((block) => block.outgoingInterfaceAddress)).toEqual(['10.4.0.4', '10.34.0.3']);
});

test('a router on the client’s link that answers twice does not stand for the other one', () => {
  const driver = new EngineDriver({ snapshots: [IDLE, ...ALL], silent: ['r5', 'r4'] });
  driver.deliver(question(), RECEIVER[4]);
  driver.answerLate('r5');
  driver.answerLate('r5');
  expect(driver.sent).toEqual([]);
  driver.answerLate('r4');
  expect(driver.sent[0]?.blocks[0]).toMatchObject({ outgoingInterfaceAddress: '10.4.0.4' });
});

test('an interface table, when the trace has gone on without it', () => {
  const driver = new EngineDriver({
    snapshots: [IDLE, ...ALL],
    isLearned: false,
    silent: ['r5', 'r3'],
    queryNetworks: [parsePrefix('10.0.0.0/8')!],
  });
  driver.deliver(question(), RECEIVER[4]);
  const [tableOfIdle] = driver.asks;
  expect(tableOfIdle).toMatchObject({ router: 'r5', wanted: 'interfaces' });
  driver.answerLate('r3');
  driver.pass(READ_MS);
  expect(driver.asks.slice(-2)).toMatchObject([
    { router: 'r4', wanted: { family: 4 } },
    { router: 'r3', wanted: { family: 4 } },
  ]);
  driver.answerLate('r5', tableOfIdle);
  expect(driver.sent).toEqual([]);
  driver.answerLate('r3');
  expect(codes(driver)).toEqual([['REPLY', ['NO_ERROR', 'NO_ERROR']]]);
});

test('an ask that there never was', () => {
  const driver = new EngineDriver({ snapshots: ALL, silent: ['r4'] });
  driver.deliver(question(), RECEIVER[4]);
  driver.engine.answered(driver.asks[0]!.askId + 1000, undefined, driver.now);
  driver.drain();
  expect([driver.sent.length, driver.freeSlots]).toEqual([0, 7]);
});
