/** A path that leads back to a router that has had its turn ends there, within a daemon and between daemons. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { type Prefix, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const [R4, R3, R2] = LAB_ROUTERS.map(labSnapshot) as [Snapshot, Snapshot, Snapshot, Snapshot];
describe.each([4, 6] as const)('IPv%i', (family) => {
  const question = query(RECEIVER[family], SOURCE[family], SSM_GROUP[family], { hops: 255 });
  const codes = (driver: EngineDriver) => driver.sent.map(({ blocks }) => blocks.map((one) => one.forwardingCodeName));

  /** c1 → c2 → c3 → c1 …: each has the row, and each the next one's address. */
  function ring(names: readonly string[], hideFrom: readonly Prefix[] = []): EngineDriver {
    const subnet = (i: number) => (family === 4 ? `10.50.${i}` : `fd00:50:${i}:`);
    const snapshots = [1, 2, 3].map((n): Snapshot => {
      return {
        name: `c${n}`,
        interfaces: [
          {
            index: 1,
            name: 'up',
            addresses: [`${subnet(n)}${family === 4 ? '.' : ':'}2/${family === 4 ? 24 : 64}`],
            multicast: true,
          },
          {
            index: 2,
            name: 'down',
            addresses: [`${subnet(n === 1 ? 3 : n - 1)}${family === 4 ? '.' : ':'}1/${family === 4 ? 24 : 64}`],
            multicast: true,
          },
          ...(n === 1
            ? [{ index: 3, name: 'rcv', addresses: [family === 4 ? '10.4.0.4/24' : 'fd00:4::4/64'], multicast: true }]
            : []),
        ],
        routes: [
          {
            group: SSM_GROUP[family],
            source: SOURCE[family],
            incoming: 1,
            upstream: `${subnet(n)}${family === 4 ? '.' : ':'}1`,
            outgoing: [2, ...(n === 1 ? [3] : [])].map((index) => ({ index, state: 'forwarding' as const })),
          },
        ],
      };
    });
    const peers = [
      {
        name: 'other',
        addresses: [parseAddress(family === 4 ? '192.0.2.2' : '2001:db8::2')!],
        port: 33435,
        routers: [parsePrefix(family === 4 ? '10.50.0.0/16' : 'fd00:50::/32')!],
      },
    ];
    return new EngineDriver({ snapshots: snapshots.filter(({ name }) => names.includes(name)), peers, hideFrom });
  }

  test('within one daemon: the second turn of a router is its last', () => {
    const driver = ring(['c1', 'c2', 'c3']);
    driver.deliver(question, RECEIVER[family]);
    expect(codes(driver)).toEqual([['NO_ERROR', 'NO_ERROR', 'NO_ERROR', 'FATAL_ERROR']]);
    expect(driver.asks.filter(({ router }) => router === 'c1')).toHaveLength(2);
  });

  test('hidden blocks say nothing of who has been there, and it ends all the same', () => {
    const driver = ring(
      ['c1', 'c2', 'c3'],
      ['0.0.0.0/0', '::/0'].map((text) => parsePrefix(text)!),
    );
    driver.deliver(question, RECEIVER[family]);
    expect(codes(driver)).toEqual([['INFO_HIDDEN', 'INFO_HIDDEN', 'INFO_HIDDEN', 'FATAL_ERROR']]);
  });

  test('between two daemons: neither has to remember the trace', () => {
    const west = ring(['c1', 'c2']);
    const east = ring(['c3']);
    const from = family === 4 ? '192.0.2.2' : '2001:db8::2';
    west.deliver(question, RECEIVER[family]);
    east.deliver(west.sent[0]!.octets, from);
    expect(east.sent[0]).toMatchObject({ header: { typeName: 'REQUEST' }, blocks: [{}, {}, {}] });
    west.deliver(east.sent[0]!.octets, from);
    expect(west.sent).toHaveLength(2);
    expect(west.sent[1]).toMatchObject({ header: { typeName: 'REPLY' } });
    expect(codes(west)[1]).toEqual(['NO_ERROR', 'NO_ERROR', 'NO_ERROR', 'FATAL_ERROR']);
  });
});

test('routers whose blocks say alike that an interface is not known are not one router', () => {
  const unnumbered = (n: 3 | 4): Snapshot => {
    const r = n === 4 ? R4 : R3;
    return { ...r, interfaces: r.interfaces.map((one) => (one.index === 2 ? { ...one, addresses: [] } : one)) };
  };
  const driver = new EngineDriver({ snapshots: [unnumbered(4), unnumbered(3), R2] });
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 3 }), RECEIVER[4]);
  expect(driver.sent[0]!.blocks.map((one) => one.incomingInterfaceAddress)).toEqual([
    '0.0.0.0',
    '0.0.0.0',
    '10.12.0.2',
  ]);
  expect(driver.sent[0]!.blocks.at(-1)).toMatchObject({ forwardingCodeName: 'NO_ERROR' });
});
