/** Why a trace ends with FATAL_ERROR though its routers have answered: noted, so that an operator need not guess. */
import { expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';
import { labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const address = (text: string) => parseAddress(text)!;
const peer = (...routers: string[]) => ({
  name: 'east',
  addresses: [address('192.0.2.2')],
  port: 33435,
  routers: routers.map((text) => parsePrefix(text)!),
});
const R4 = labSnapshot(4);
const [ROUTE] = R4.routes!.filter(({ group, source }) => group === SSM_GROUP[4] && source === SOURCE[4]);

/** r4 with another row for the stream. */
const r4 = (changes: Partial<typeof ROUTE>, rpf = R4.rpf) => ({ ...R4, rpf, routes: [{ ...ROUTE!, ...changes }] });

function deadEnds(options: DriverOptions, client: string = RECEIVER[4], destination?: string) {
  const driver = new EngineDriver({ queryNetworks: [parsePrefix('0.0.0.0/0')!], ...options });
  const to = destination === undefined ? {} : { destination: address(destination) };
  driver.deliver(query(client, SOURCE[4], SSM_GROUP[4]), client, to);
  expect(driver.sent.map(({ blocks }) => blocks.at(-1)?.forwardingCodeName)).toEqual(['FATAL_ERROR']);
  return driver.notes.filter(({ event }) => event !== 'replied').map(({ event, subject }) => [event, subject]);
}

test("the upstream router is nobody's", () => {
  expect(deadEnds({ snapshots: [R4] })).toEqual([['upstream-unserved', '10.34.0.3']]);
});

test('nobody is named upstream', () => {
  const { name } = R4.interfaces.find(({ index }) => index === ROUTE!.incoming)!;
  expect(deadEnds({ snapshots: [r4({ upstream: null }, [])] })).toEqual([['upstream-not-known', name]]);
});

test('the path comes back', () => {
  const r3 = labSnapshot(3);
  const routes = r3.routes!.map((route) => ({ ...route, upstream: '10.4.0.4' }));
  expect(deadEnds({ snapshots: [R4, { ...r3, routes }] })).toEqual([['path-loops', 'r4']]);
});

test("a peer's client is on loopback", () => {
  const identities = [{ name: 'r4', addresses: [], standIn: [address('192.0.2.101')] }];
  const options = { snapshots: [R4], identities, peers: [peer('10.34.0.3/32')] };
  expect(deadEnds(options, '127.0.0.1', '192.0.2.101')).toEqual([['reply-cannot-return', '127.0.0.1']]);
});

test('a peer takes for ours what is not', () => {
  const downstream = new EngineDriver({ snapshots: [R4], peers: [peer('10.34.0.3/32')] });
  downstream.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
  const upstream = new EngineDriver({ snapshots: [labSnapshot(2)], peers: [peer()] });
  upstream.deliver(downstream.sent[0]!.octets, '192.0.2.2');
  expect(upstream.notes.map(({ event, subject }) => [event, subject])).toEqual([
    ['request-for-unknown-router', '10.34.0.3'],
    ['replied', undefined],
  ]);
});
