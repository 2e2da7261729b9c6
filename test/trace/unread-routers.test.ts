/** A router of ours whose interface table was never read may be anybody: it is asked before somebody is taken for a stranger. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { stateOf } from '../../src/router/state.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const [R4, R3, R2] = [labSnapshot(4), labSnapshot(3), labSnapshot(2)] as [Snapshot, Snapshot, Snapshot];
const NATIVE = { forward: true, port: 33435 };

/** The table of the first router is known, those of the others are not. */
function driverOf(snapshots: readonly Snapshot[], changes: object = {}): EngineDriver {
  const driver = new EngineDriver({ snapshots, isLearned: false, native: NATIVE, ...changes });
  driver.domain.learn(snapshots[0]!.name, [...stateOf(snapshots[0]!).interfaces.values()]);
  return driver;
}

const ask = (driver: EngineDriver, hops = 255, family: 4 | 6 = 4) => {
  driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family], { hops }), RECEIVER[family]);
  return driver.sent.map((one) => [one.header.typeName, one.blocks.length]);
};
const tables = (driver: EngineDriver) =>
  driver.asks.filter((one) => one.wanted === 'interfaces').map((one) => one.router);

/** Of each an address is configured. */
const placed = (snapshots: readonly Snapshot[]) => ({
  identities: snapshots.map(({ name }) => ({ name, addresses: [parseAddress('10.99.0.3')!], standIn: [] })),
});

describe('the upstream router', () => {
  test('turns out to be ours: no datagram goes to it', () => {
    const driver = driverOf([R4, R3]);
    expect(ask(driver, 2)).toEqual([['REPLY', 2]]);
    expect(tables(driver)).toEqual(['r3']);
  });

  test('turns out to be a stranger', () => {
    const driver = driverOf([R4, R2]);
    expect(ask(driver)).toEqual([['REQUEST', 1]]);
    expect(driver.sent[0]?.to).toBe('10.34.0.3 33435');
  });

  const PARTIAL = { header: { typeName: 'REPLY' }, blocks: [{ forwardingCodeName: 'FATAL_ERROR' }] };
  const MAY_BE_R3 = { event: 'upstream-may-be-unread', subject: '10.34.0.3: r3', forwardingCode: 0x80 };

  test('may be one of ours that cannot be read: the path up to there, and whose login to look at', () => {
    const driver = driverOf([R4, R3], { broken: ['r3'] });
    expect(ask(driver)).toEqual([['REPLY', 1]]);
    expect(driver.sent).toMatchObject([PARTIAL]);
    expect(driver.notes).toContainEqual(expect.objectContaining(MAY_BE_R3));
  });

  test('so it may where the table comes too late', () => {
    const driver = driverOf([R4, R3], { silent: ['r3'] });
    expect(ask(driver)).toEqual([]);
    driver.pass(3000);
    expect(driver.sent).toMatchObject([PARTIAL]);
  });

  test.each([
    [
      'its address is one of those that are known to speak Mtrace2',
      { native: { ...NATIVE, ports: [{ routers: parsePrefix('10.34.0.0/24')!, port: 33435 }] } },
    ],
    ['of all that cannot be read the addresses are known', placed([R4, R3])],
  ])('is a stranger all the same where %s', (_where, changes) => {
    const driver = driverOf([R4, R3], { broken: ['r3'], ...changes });
    expect(ask(driver)).toEqual([['REQUEST', 1]]);
    expect(driver.sent[0]?.to).toBe('10.34.0.3 33435');
  });

  const onLink = (network: string) => ({ hostLinks: [{ interfaceIndex: 9, network: parsePrefix(network)! }] });
  const withoutUpstream = {
    ...R4,
    rpf: [],
    routes: [
      {
        group: SSM_GROUP[4],
        source: SOURCE[4],
        incoming: 2,
        upstream: null,
        outgoing: [{ index: 3, state: 'forwarding' as const }],
      },
    ],
  };

  test.each([
    ['no Requests go to strangers', 4, R4, { native: { ...NATIVE, forward: false } }, '10.34.0.3: r3'],
    ['its link-local address is out of reach', 6, R4, {}, 'fe80::3:3: r3'],
    [
      'of it only other addresses are known than the link-local one',
      6,
      R4,
      { ...onLink('fd00:34::/64'), ...placed([R4, R3]) },
      'fe80::3:3: r3',
    ],
    ['nobody is named, though a Request could go to its link', 4, withoutUpstream, onLink('10.34.0.0/24'), 'up0: r3'],
  ] as const)('is said to be perhaps one of ours also where %s', (_where, family, r4, changes, subject) => {
    const driver = driverOf([r4, R3], { broken: ['r3'], ...changes });
    ask(driver, 255, family);
    expect(driver.sent).toMatchObject([PARTIAL]);
    expect(driver.notes).toContainEqual(expect.objectContaining({ ...MAY_BE_R3, subject }));
  });

  test.each([
    [
      'it is known to speak Mtrace2',
      { native: { ...NATIVE, ports: [{ routers: parsePrefix('10.34.0.0/24')!, port: 33433 }] } },
    ],
    ['the addresses of all that cannot be read are known', placed([R4, R3])],
  ])('is asked by its link where %s', (_where, changes) => {
    const driver = driverOf([withoutUpstream, R3], { broken: ['r3'], ...onLink('10.34.0.0/24'), ...changes });
    expect(ask(driver)).toEqual([['REQUEST', 1]]);
  });

  test('is asked in the name of a gateway, of which nobody would hear that it ends', () => {
    const gateway = { addresses: [], standIn: [parseAddress('10.34.0.4')!], gateway: [parsePrefix('10.4.0.0/24')!] };
    const driver = driverOf([R4, R3], {
      broken: ['r3'],
      identities: [
        { name: 'r4', ...gateway },
        { name: 'r3', addresses: [], standIn: [] },
      ],
    });
    ask(driver);
    expect(driver.sent.map((one) => one.header.typeName)).toEqual(['REPLY', 'QUERY']);
  });

  test('of which nothing is known but its link: the tables tell who is on that link', () => {
    const route = {
      group: SSM_GROUP[4],
      source: SOURCE[4],
      incoming: 2,
      upstream: null,
      outgoing: [{ index: 3, state: 'forwarding' as const }],
    };
    const driver = driverOf([{ ...R4, routes: [route], rpf: [] }, R3]);
    ask(driver);
    expect(tables(driver)).not.toEqual([]);
    expect(driver.sent[0]?.blocks[1]).toMatchObject({ outgoingInterfaceAddress: '10.34.0.3' });
  });
});

test('the last-hop router may be one of ours that cannot be read: the log says which', () => {
  const driver = driverOf([R2, R4, R3], { broken: ['r3', 'r4'], queryNetworks: [parsePrefix('0.0.0.0/0')!] });
  expect(ask(driver)).toEqual([['REPLY', 1]]);
  expect(driver.sent[0]?.blocks).toMatchObject([{ forwardingCodeName: 'WRONG_LAST_HOP' }]);
  expect(driver.notes).toContainEqual(
    expect.objectContaining({ event: 'last-hop-may-be-unread', subject: 'r4, r3', forwardingCode: 6 }),
  );
  const others = driverOf([R2, R4, R3], {
    ...placed([R2, R4, R3]),
    broken: ['r3', 'r4'],
    queryNetworks: [parsePrefix('0.0.0.0/0')!],
  });
  ask(others);
  expect(others.notes.map(({ event }) => event)).toContain('last-hop-may-be-unread');
});

describe.each([4, 6] as const)('a Request for a router that was never read, IPv%i', (family) => {
  const from = { 4: '10.23.0.3', 6: 'fd00:23::3' }[family];

  /** As r3's daemon sends it; the IPv6 one names a link-local address, by an interface that both routers share. */
  function request(): Uint8Array {
    const upstream = { 4: '10.23.0.2', 6: 'fd00:23::2' }[family];
    const routes = R3.routes?.map((row) => ({ ...row, upstream: row.group === SSM_GROUP[family] ? upstream : null }));
    const downstream = new EngineDriver({ snapshots: [R4, { ...R3, routes: routes ?? [] }], native: NATIVE });
    downstream.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family], { hops: 3 }), RECEIVER[family]);
    expect(downstream.sent[0]?.header.typeName).toBe('REQUEST');
    return downstream.sent[0]!.octets;
  }

  test('is answered once its table has been read', () => {
    const driver = driverOf([{ name: 'known', interfaces: [R2.interfaces[2]!] }, R2], {
      requestNetworks: [{ address: new Uint8Array(family === 4 ? 4 : 16), length: 0 }],
    });
    driver.domain.learn('known', []);
    driver.deliver(request(), from);
    expect(driver.sent.map((one) => [one.header.typeName, one.blocks.length])).toEqual([['REPLY', 3]]);
    expect(tables(driver)).toEqual(['r2']);
  });
});

describe('a Request for a link-local address that several routers have, IPv6', () => {
  /** Two routers with the same link-local address, on two links. */
  const router = (name: string, subnet: string): Snapshot => ({
    name,
    interfaces: [{ index: 7, name: 'down0', addresses: [`${subnet}2/64`, 'fe80::2:3/64'], multicast: true }],
    routes: [],
    rpf: [{ prefix: 'fd00:1::/64', interface: 7, neighbor: null }],
  });

  test('is for the one on the link of the router that names it', () => {
    const downstream = new EngineDriver({
      snapshots: [R4, R3],
      peers: [
        {
          name: 'upstream',
          addresses: [new Uint8Array(16).fill(0x20)],
          port: 33435,
          routers: [{ address: new Uint8Array(16), length: 0 }],
        },
      ],
    });
    downstream.deliver(query(RECEIVER[6], SOURCE[6], SSM_GROUP[6]), RECEIVER[6]);
    for (const snapshots of [
      [router('elsewhere', 'fd00:99::'), router('here', 'fd00:23::')],
      [router('here', 'fd00:23::'), router('elsewhere', 'fd00:99::')],
    ]) {
      const driver = new EngineDriver({ snapshots });
      driver.deliver(downstream.sent[0]!.octets, 'fd00:23::3');
      expect(driver.asks.map((one) => one.router)).toEqual(['here']);
      expect(driver.sent[0]?.blocks[2]).toMatchObject({ localAddress: 'fd00:23::2', outgoingInterfaceId: 7 });
    }
  });
});
