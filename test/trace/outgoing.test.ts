/** Outgoing Interface, its counts and Fwd TTL, and the Incoming Interface's address: which of several, and what stays 0. RFC 8487 §3.2.4, §3.2.5 */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const R4 = labSnapshot(4);
const STAND_IN = { 4: '192.0.2.104', 6: '2001:db8::104' } as const;
const EVERYBODY = ['0.0.0.0/0', '::/0'].map((text) => parsePrefix(text)!);

/** The first block of r4, changed, asked at a stand-in address by this client. */
function standInBlock(
  client: string,
  snapshot: Snapshot,
  options: { standIn?: string; broken?: string[]; isLearned?: boolean } = {},
) {
  const family = client.includes(':') ? 6 : 4;
  const destination = parseAddress(options.standIn ?? STAND_IN[family])!;
  const driver = new EngineDriver({
    snapshots: [snapshot],
    identities: [{ name: 'r4', addresses: [], standIn: [destination] }],
    queryNetworks: EVERYBODY,
    broken: options.broken ?? [],
    isLearned: options.isLearned ?? true,
  });
  driver.deliver(query(client, SOURCE[family], SSM_GROUP[family], { hops: 1 }), client, { destination });
  expect(driver.sent[0]?.header.typeName).toBe('REPLY');
  return driver.sent[0]!.blocks[0]!;
}
const withDownlink = (changes: object): Snapshot => ({
  ...R4,
  interfaces: R4.interfaces.map((one) => (one.index === 3 ? { ...one, ...changes } : one)),
});
const withRouteTo = (...indexes: number[]): Snapshot => ({
  ...R4,
  routes: R4.routes?.map((row) => ({
    ...row,
    outgoing: indexes.map((index) => ({ index: Math.abs(index), state: index < 0 ? 'pruned' : 'forwarding' })),
  })) as NonNullable<Snapshot['routes']>,
});

describe('a stand-in', () => {
  test.each([
    ['the address on the client’s subnet', '10.4.8.2', ['10.4.0.4/24', '10.4.8.4/24'], '10.4.8.4'],
    [
      'the stand-in itself where it is one of that interface',
      '10.4.8.2',
      ['10.4.8.4/24', '192.0.2.104/24'],
      '192.0.2.104',
    ],
  ])('names its interface by %s', (_name, client, addresses, expected) => {
    expect(standInBlock(client, withDownlink({ addresses }))).toMatchObject({ outgoingInterfaceAddress: expected });
  });

  test('is answered for the interface on the client’s subnet rather than the one that owns it', () => {
    expect(standInBlock('10.34.0.77', R4, { standIn: '10.4.0.4' })).toMatchObject({
      outgoingInterfaceAddress: '10.34.0.4',
    });
  });

  test('is answered for the interface that owns it rather than the only one that the route forwards to', () => {
    expect(standInBlock('192.0.2.7', R4, { standIn: '10.34.0.4' })).toMatchObject({
      outgoingInterfaceAddress: '10.34.0.4',
    });
  });

  test.each([
    ['192.0.2.7', '10.0.0.4', { outgoingInterfaceAddress: '10.4.0.4' }],
    ['2001:db8::7', 'fd00::4', { outgoingInterfaceId: 3 }],
  ])(
    'is never answered for the loopback interface that owns it: nothing comes in there (%s)',
    (client, standIn, out) => {
      expect(standInBlock(client, R4, { standIn })).toMatchObject({ ...out, forwardingCodeName: 'NO_ERROR' });
      expect(standInBlock(client, { ...R4, routes: [] }, { standIn })).toMatchObject({
        outputPacketCount: null,
        forwardingCodeName: 'NO_ERROR',
      });
    },
  );

  test.each<[string, Snapshot, string, number]>([
    ['the only one that the route forwards to', withRouteTo(-2, 3), '10.4.0.4', 3],
    ['none of several', withRouteTo(1, 3), '0.0.0.0', 0],
    ['none that the route has pruned', withRouteTo(-3), '0.0.0.0', 0],
    ['none without a row', { ...R4, routes: [] }, '0.0.0.0', 0],
  ])('on no link of the client: %s', (_name, snapshot, outgoingAddress, outgoingId) => {
    const isKnown = outgoingId !== 0;
    expect(standInBlock('192.0.2.7', snapshot)).toMatchObject({
      outgoingInterfaceAddress: outgoingAddress,
      outputPacketCount: isKnown ? '80000' : null,
      forwardingTtl: isKnown ? 1 : 0,
    });
    expect(standInBlock('2001:db8::7', snapshot)).toMatchObject({
      outgoingInterfaceId: outgoingId,
      outputPacketCount: isKnown ? '80000' : null,
    });
  });

  test('whose router cannot be read is no address of the router', () => {
    expect(standInBlock('192.0.2.7', R4, { broken: ['r4'], isLearned: false })).toMatchObject({
      outgoingInterfaceAddress: '0.0.0.0',
      outputPacketCount: null,
      forwardingCodeName: 'FATAL_ERROR',
    });
  });

  test('whose router cannot be read, but was before, names the interface on the client’s subnet; its counts are old', () => {
    expect(standInBlock('10.4.0.2', R4, { broken: ['r4'] })).toMatchObject({
      outgoingInterfaceAddress: '10.4.0.4',
      outputPacketCount: null,
      forwardingCodeName: 'FATAL_ERROR',
    });
    expect(standInBlock('fd00:4::2', R4, { broken: ['r4'] })).toMatchObject({
      outgoingInterfaceId: 3,
      localAddress: 'fd00::4',
      forwardingCodeName: 'FATAL_ERROR',
    });
  });
});

test.each([
  ['the threshold that is configured', { ttlThreshold: 16 }, 16],
  ['0 where multicast is not enabled', { ttlThreshold: 16, multicast: false }, 0],
])('Fwd TTL is %s', (_name, changes, expected) => {
  expect(standInBlock('10.4.0.2', withDownlink(changes)).forwardingTtl).toBe(expected);
});

test('of the first hop’s addresses, the one on the source’s subnet names the Incoming Interface', () => {
  const r1 = labSnapshot(1);
  const snapshots = LAB_ROUTERS.map((n) =>
    n === 1 ? { ...r1, interfaces: r1.interfaces.map(renumber) } : labSnapshot(n),
  );
  function renumber(one: Snapshot['interfaces'][number]) {
    return one.index === 2 ? { ...one, addresses: ['10.77.0.1/24', '10.1.0.1/24'] } : one;
  }
  const driver = new EngineDriver({ snapshots });
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
  expect(driver.sent[0]?.blocks[3]).toMatchObject({
    incomingInterfaceAddress: '10.1.0.1',
    upstreamRouterAddress: '0.0.0.0',
  });
});

describe('S, IPv6: the count is for all sources that the prefix covers', () => {
  test.each([
    [64, 1],
    [127, 1],
    [128, 0],
  ])('a row of /%i: %i', (sourcePrefixLength, s) => {
    const routes = R4.routes?.map((row) => (row.group === SSM_GROUP[6] ? { ...row, sourcePrefixLength } : row)) ?? [];
    expect(standInBlock('fd00:4::2', { ...R4, routes })).toMatchObject({ sourcePrefixLength, s });
  });
});
