/** A slot that the port is sending from is not the engine's: nothing is written to it and it is not given away, whatever happens. */
import { expect, test } from 'vitest';
import { parseAddress } from '../../src/wire/address.ts';
import { EngineDriver, query, type Sent } from '../support/engine-driver.ts';
import { labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

function driverOf(relayedLimit = 4) {
  return new EngineDriver({
    snapshots: [labSnapshot(4)],
    native: { forward: true, port: 33435 },
    isPortSlow: true,
    relayedLimit,
  });
}
const ask = (driver: EngineDriver, queryId = 1, hops = 255) =>
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { queryId, hops }), RECEIVER[4]);

function report(driver: EngineDriver, about: Sent, changes: { destination?: string; quoted?: Uint8Array } = {}) {
  const { destination, destinationPort } = about.transmit;
  driver.engine.unreachable(
    {
      port: 0,
      destination: changes.destination === undefined ? destination : parseAddress(changes.destination)!,
      destinationPort,
      errno: 'ECONNREFUSED',
      quoted: changes.quoted ?? new Uint8Array(0),
      offender: undefined,
    },
    driver.now,
  );
  driver.drain();
}
const types = (driver: EngineDriver) => driver.sent.map((one) => [one.header.typeName, one.header.queryId]);

test('a Reply’s slot is free when the port gives it back, not before', () => {
  const driver = driverOf();
  ask(driver, 1, 1);
  expect([types(driver), driver.freeSlots]).toEqual([[['REPLY', 1]], 7]);
  driver.pass(60_000);
  expect(driver.freeSlots).toBe(7);
  driver.giveBack(driver.sent[0]!);
  expect(driver.freeSlots).toBe(8);
});

test('bad news about a destination is about the Requests that have left, not about one that is leaving', () => {
  const driver = driverOf();
  ask(driver, 1);
  ask(driver, 2);
  const [first, second] = driver.sent as [Sent, Sent];
  driver.giveBack(first);
  report(driver, first);
  expect(types(driver)).toEqual([
    ['REQUEST', 1],
    ['REQUEST', 2],
    ['REPLY', 1],
  ]);
  driver.giveBack(second);
  report(driver, second);
  expect(types(driver)[3]).toEqual(['REPLY', 2]);
});

test('bad news about another address is about no Request, and a whole header quoted is about that one alone', () => {
  const driver = driverOf();
  ask(driver, 1);
  ask(driver, 2);
  const [first, second] = driver.sent as [Sent, Sent];
  driver.giveBack(first);
  driver.giveBack(second);
  report(driver, first, { destination: '10.34.0.9' });
  expect(driver.sent).toHaveLength(2);
  report(driver, second, { quoted: second.octets.slice(0, 20) });
  expect(types(driver).slice(2)).toEqual([['REPLY', 2]]);
});

test('a Request that waits to leave for longer than it is kept is free when it has left', () => {
  const driver = driverOf();
  ask(driver);
  driver.pass(4000);
  expect(driver.freeSlots).toBe(7);
  driver.giveBack(driver.sent[0]!);
  expect(driver.freeSlots).toBe(8);
  report(driver, driver.sent[0]!);
  expect(driver.sent).toHaveLength(1);
});

test('one that must make room while it is leaving is free when it has left', () => {
  const driver = driverOf(1);
  ask(driver, 1);
  ask(driver, 2);
  expect(driver.freeSlots).toBe(6);
  driver.giveBack(driver.sent[0]!);
  expect(driver.freeSlots).toBe(7);
  driver.giveBack(driver.sent[1]!);
  expect(driver.freeSlots).toBe(7);
  ask(driver, 3);
  expect(driver.freeSlots).toBe(7);
});

test('one that could not leave is replied to, and the Reply’s slot is lent in its turn', () => {
  const driver = new EngineDriver({
    snapshots: [labSnapshot(4)],
    native: { forward: true, port: 33435 },
    isPortSlow: true,
    unsendable: ['10.34.0.3 33435'],
  });
  ask(driver);
  driver.giveBack(driver.sent[0]!);
  expect(types(driver)[1]).toEqual(['REPLY', 1]);
  expect(driver.freeSlots).toBe(7);
  driver.giveBack(driver.sent[1]!);
  expect(driver.freeSlots).toBe(8);
});
