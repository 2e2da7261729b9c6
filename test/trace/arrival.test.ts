/** Query Arrival Time: the kernel's for the router that the datagram reached, the turn's for those behind it. RFC 8487 §3.2.4 */
import { describe, expect, test } from 'vitest';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const START = '2026-11-22T10:00:01.000Z';

/** Steps before each router answers: milliseconds that pass, and by how much the wall clock is then set back. */
function arrivals(...steps: readonly (readonly [pass: number, setBack: number])[]) {
  const driver = new EngineDriver({ snapshots: LAB_ROUTERS.map(labSnapshot), silent: ['r1', 'r2', 'r3', 'r4'] });
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: steps.length }), RECEIVER[4]);
  for (const [i, [pass, setBack]] of steps.entries()) {
    driver.pass(pass);
    driver.setWallClockBack(setBack);
    driver.answerLate(`r${4 - i}`);
  }
  expect(driver.sent[0]?.header.typeName).toBe('REPLY');
  return driver.sent[0]!.blocks.map((block) => Date.parse(String(block.queryArrivalTimeUtc)) - Date.parse(START));
}

test('moves with the clock while routers are read: a router’s turn begins when the one before has answered', () => {
  expect(arrivals([250, 0], [500, 0], [750, 0], [125, 0])).toEqual([0, 250, 750, 1500]);
});

test('routers that answer at once have the same time', () => {
  expect(arrivals([0, 0], [0, 0], [0, 0])).toEqual([0, 0, 0]);
});

test('does not go back when the wall clock does: within the second, into another one, and on from there', () => {
  expect(arrivals([750, 0], [0, 250], [0, 0])).toEqual([0, 750, 750]);
  expect(arrivals([250, 0], [500, 1000], [0, 0])).toEqual([0, 250, 250]);
  expect(arrivals([0, 5000], [250, 0], [0, 0])).toEqual([0, 0, 0]);
  expect(arrivals([500, 250], [750, 250], [0, 0])).toEqual([0, 250, 750]);
});

test('of the first router is when the kernel received the datagram, not when it was looked at', () => {
  const driver = new EngineDriver({ snapshots: LAB_ROUTERS.map(labSnapshot) });
  const arrivalSeconds = Date.parse(START) / 1000 - 1;
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 2 }), RECEIVER[4], {
    arrivalSeconds,
    arrivalNanoseconds: 500_000_000,
  });
  expect(driver.sent[0]?.blocks.map((block) => block.queryArrivalTimeUtc)).toEqual(['2026-11-22T10:00:00.500Z', START]);
});

test('does not go back behind the kernel’s time either', () => {
  const driver = new EngineDriver({ snapshots: LAB_ROUTERS.map(labSnapshot), silent: ['r4'] });
  driver.pass(750);
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 2 }), RECEIVER[4]);
  driver.setWallClockBack(250);
  driver.answerLate('r4');
  const [first, second] = driver.sent[0]!.blocks;
  expect(second?.queryArrivalTimeUtc).toBe(first?.queryArrivalTimeUtc);
});

describe('behind a router on the client’s link that was waited for in vain', () => {
  const idle = { name: 'r5', interfaces: [{ index: 1, name: 'e', addresses: ['10.4.0.9/24'], multicast: true }] };
  const waiting = () => {
    const driver = new EngineDriver({ snapshots: [idle, ...LAB_ROUTERS.map(labSnapshot)], silent: ['r5'] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 2 }), RECEIVER[4]);
    expect(driver.sent).toEqual([]);
    return driver;
  };
  const seen = (driver: EngineDriver) => driver.sent[0]?.blocks.map((block) => block.queryArrivalTimeUtc);

  test('is when the wait was over', () => {
    const driver = waiting();
    driver.pass(3000);
    expect(seen(driver)).toEqual([START, '2026-11-22T10:00:04.000Z']);
  });

  test('is when the daemon ended', () => {
    const driver = waiting();
    const { monotonicMs, unixMs } = driver.now;
    driver.engine.finish({ monotonicMs: monotonicMs + 1000, unixMs: unixMs + 1000 });
    driver.drain();
    expect(seen(driver)).toEqual([START, '2026-11-22T10:00:02.000Z']);
    expect(driver.engine.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});
