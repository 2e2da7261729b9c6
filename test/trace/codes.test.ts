/**
 * Which Forwarding Code a router notes, and whether the trace goes on: RFC 8487 §4.2.2 (2), (7), (8), (11), one router of
 * ours in front of a native one. "The first one encountered is the one that is reported."
 */
import { describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotInterface, SnapshotRoute } from '../../src/router/snapshot.ts';
import { parsePrefix } from '../../src/wire/address.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';

const UP = 1;
const DOWN = 2;
const SIDE = 3;

const PLACES = {
  4: { client: '10.4.0.2', source: '10.1.0.2', group: '239.1.1.1', upstream: '10.34.0.3', rp: '10.0.0.2' },
  6: { client: 'fd00:4::2', source: 'fd00:1::2', group: 'ff15::1:1', upstream: 'fd00:34::3', rp: 'fd00::2' },
} as const;

const forwarding = (index: number) => ({ index, state: 'forwarding' as const });
const pruned = (index: number) => ({ index, state: 'pruned' as const });
const notForwarding = (index: number) => ({ index, state: 'notForwarding' as const });

interface Situation {
  readonly down?: Partial<SnapshotInterface>;
  /** The (S,G) row; `null`: none. */
  readonly row?: Partial<SnapshotRoute> | null;
  /** The (*,G) row. */
  readonly shared?: Partial<SnapshotRoute>;
  readonly scopes?: Snapshot['scopes'];
  readonly ask?: { readonly source?: null; readonly group?: null };
  readonly options?: Partial<DriverOptions>;
  /** Octets behind the Query's header. */
  readonly extended?: readonly number[];
}

/** Code of the block, and whether a Request or a Reply leaves: `SCOPED, on`, `WRONG_IF, end`. */
function outcome(family: 4 | 6, situation: Situation): string {
  const { header, blocks } = trace(family, situation).sent[0]!;
  return `${blocks[0]?.forwardingCodeName}, ${header.typeName === 'REQUEST' ? 'on' : 'end'}`;
}

function trace(family: 4 | 6, { down, row, shared, scopes, ask, options, extended = [] }: Situation): EngineDriver {
  const at = PLACES[family];
  const route = { group: at.group, incoming: UP, upstream: at.upstream, outgoing: [forwarding(DOWN)] };
  const snapshot: Snapshot = {
    name: 'r',
    interfaces: [
      { index: UP, name: 'up', addresses: ['10.34.0.4/24', 'fd00:34::4/64'], multicast: true },
      { index: DOWN, name: 'down', addresses: ['10.4.0.4/24', 'fd00:4::4/64'], multicast: true, ...down },
      { index: SIDE, name: 'side', addresses: ['10.5.0.4/24', 'fd00:5::4/64'], multicast: true },
    ],
    routes: [
      ...(row === null ? [] : [{ ...route, source: at.source, ...row }]),
      ...(shared === undefined ? [] : [{ ...route, source: null, ...shared }]),
    ],
    rpf: [at.source, at.rp].map((target) => ({ prefix: target, interface: UP, neighbor: at.upstream })),
    rps: [{ groups: family === 4 ? '239.0.0.0/8' : 'ff15::/16', address: at.rp }],
    scopes,
  };
  const standIn = [{ name: 'r', addresses: [], standIn: [family === 4 ? Uint8Array.of(192, 0, 2, 1) : V6_STAND_IN] }];
  const driver = new EngineDriver({
    snapshots: [snapshot],
    identities: standIn,
    native: { forward: true, port: 33435 },
    ...options,
  });
  const source = ask?.source === null ? undefined : at.source;
  const group = ask?.group === null ? undefined : at.group;
  driver.deliver(Uint8Array.of(...query(at.client, source, group), ...extended), at.client);
  expect(driver.sent).toHaveLength(1);
  return driver;
}

const V6_STAND_IN = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

describe.each([4, 6] as const)('IPv%i', (family) => {
  const check = (situation: Situation) => outcome(family, situation);
  const { group, client } = PLACES[family];
  const scope = (index: number, groups: string = family === 4 ? '239.0.0.0/8' : 'ff15::/16') => [
    { groups, interface: index },
  ];

  test('nothing to note', () => {
    expect(check({})).toBe('NO_ERROR, on');
  });

  describe('(7) the Outgoing Interface', () => {
    test('is not enabled for multicast', () => {
      expect(check({ down: { multicast: false } })).toBe('NO_MULTICAST, end');
    });

    test('is the one that data is expected on', () => {
      expect(check({ row: { incoming: DOWN, upstream: null } })).toBe('RPF_IF, end');
      expect(check({ row: null, shared: { incoming: DOWN, upstream: null } })).toBe('RPF_IF, end');
    });

    test('is that of an IGMP or MLD proxy towards its upstream router: WRONG_IF (RFC 8487 §6.4)', () => {
      const proxy = { multicastRoutingProtocol: 'igmpOnly' as const };
      expect(check({ row: { ...proxy, incoming: DOWN, upstream: null } })).toBe('WRONG_IF, end');
      expect(check({ row: proxy })).toBe('NO_ERROR, on');
    });

    test('is not one that the row forwards to', () => {
      expect(check({ row: { outgoing: [forwarding(SIDE)] } })).toBe('WRONG_IF, end');
      expect(check({ row: { outgoing: [] } })).toBe('WRONG_IF, end');
      expect(check({ row: null, shared: { outgoing: [pruned(SIDE)] }, ask: { source: null } })).toBe('WRONG_IF, end');
    });

    test('is judged by group state where there is none of the source', () => {
      expect(check({ row: null, shared: { outgoing: [forwarding(SIDE)] } })).toBe('WRONG_IF, end');
      expect(check({ row: null, shared: {} })).toBe('NO_ERROR, on');
    });

    test('is judged by nothing where there is no row, or no group is asked for', () => {
      expect(check({ row: null })).toBe('NO_ERROR, on');
      expect(check({ row: { outgoing: [] }, ask: { group: null } })).toBe('NO_ERROR, on');
    });

    test('is not known, on a stand-in that the client is no neighbour of: no verdict', () => {
      const down = { addresses: [], multicast: false };
      const options = { queryNetworks: ['10.0.0.0/8', 'fd00::/16'].map((text) => parsePrefix(text)!) };
      expect(check({ down, row: { outgoing: [forwarding(SIDE), forwarding(DOWN)] }, options })).toBe('NO_ERROR, on');
    });
  });

  describe('(8) administrative scoping', () => {
    test.each([
      ['Outgoing', DOWN],
      ['Incoming', UP],
    ])('on the %s Interface', (_name, index) => {
      expect(check({ scopes: scope(index) })).toBe('SCOPED, on');
    });

    test.each([
      ['out', DOWN, UP],
      ['in', UP, DOWN],
    ] as const)('only for what goes %s', (direction, crossed, other) => {
      const one = (index: number) => scope(index).map((row) => ({ ...row, direction }));
      expect(check({ scopes: one(crossed) })).toBe('SCOPED, on');
      expect(check({ scopes: one(other) })).toBe('NO_ERROR, on');
    });

    test('on another interface, or of other groups, is none', () => {
      expect(check({ scopes: scope(SIDE) })).toBe('NO_ERROR, on');
      expect(check({ scopes: scope(DOWN, family === 4 ? '239.2.0.0/16' : 'ff18::/16') })).toBe('NO_ERROR, on');
      expect(check({ scopes: scope(DOWN), ask: { group: null } })).toBe('NO_ERROR, on');
    });
  });

  describe('(11) prunes', () => {
    test('sent upstream', () => {
      expect(check({ row: { pruneSent: true } })).toBe('PRUNE_SENT, on');
    });

    test('received from downstream, on the Outgoing Interface', () => {
      expect(check({ row: { outgoing: [pruned(DOWN)] } })).toBe('PRUNE_RCVD, on');
      expect(check({ row: { outgoing: [pruned(SIDE), forwarding(DOWN)] } })).toBe('NO_ERROR, on');
    });

    test('of the source on the shared tree, whose row forwards', () => {
      expect(check({ row: { outgoing: [pruned(DOWN)] }, shared: {} })).toBe('PRUNE_RCVD, on');
    });

    test('none, and yet the router does not forward', () => {
      expect(check({ row: { outgoing: [notForwarding(DOWN)] } })).toBe('NOT_FORWARDING, on');
      expect(check({ row: { outgoing: [] }, shared: {} })).toBe('NOT_FORWARDING, on');
    });
  });

  describe('the first one encountered is reported', () => {
    test.each<[string, Situation, string]>([
      [
        'NO_MULTICAST before RPF_IF',
        { down: { multicast: false }, row: { incoming: DOWN, upstream: null } },
        'NO_MULTICAST, end',
      ],
      ['RPF_IF before WRONG_IF', { row: { incoming: DOWN, upstream: null, outgoing: [] } }, 'RPF_IF, end'],
      ['WRONG_IF before SCOPED', { row: { outgoing: [] }, scopes: scope(DOWN) }, 'WRONG_IF, end'],
      ['SCOPED before PRUNE_SENT', { row: { pruneSent: true }, scopes: scope(UP) }, 'SCOPED, on'],
      ['PRUNE_SENT before PRUNE_RCVD', { row: { pruneSent: true, outgoing: [pruned(DOWN)] } }, 'PRUNE_SENT, on'],
    ])('%s', (_name, situation, expected) => {
      expect(check(situation)).toBe(expected);
    });
  });

  test('nobody upstream takes the Request: a code that tells where packets are lost stays, else FATAL_ERROR', () => {
    const nobody = { native: { forward: false } };
    const at = (situation: Situation) => check({ ...situation, options: { ...nobody, ...situation.options } });
    expect(at({})).toBe('FATAL_ERROR, end');
    expect(at({ row: { outgoing: [pruned(DOWN)] } })).toBe('PRUNE_RCVD, end');
    expect(at({ scopes: scope(UP) })).toBe('SCOPED, end');
    const hideFrom = [parsePrefix(family === 4 ? '10.0.0.0/8' : 'fd00::/16')!];
    expect(at({ options: { hideFrom } })).toBe('FATAL_ERROR, end');
  });

  describe('(2) prohibited', () => {
    const prohibit = (text: string): Situation => ({ options: { prohibit: [parsePrefix(text)!] } });

    test('the group, or the client', () => {
      expect(check(prohibit(group))).toBe('ADMIN_PROHIB, end');
      expect(check(prohibit(`${client}/24`))).toBe('ADMIN_PROHIB, end');
      expect(check(prohibit(PLACES[family].source))).toBe('NO_ERROR, on');
    });

    test('comes before all others', () => {
      expect(check({ ...prohibit(group), down: { multicast: false } })).toBe('ADMIN_PROHIB, end');
    });

    test('a trace without a group is prohibited by its client only', () => {
      expect(check({ ...prohibit(group), ask: { group: null } })).toBe('NO_ERROR, on');
    });

    test('nothing but the code is told, and no router is asked', () => {
      const driver = trace(family, prohibit(group));
      expect(driver.asks).toEqual([]);
      const { octets } = driver.sent[0]!;
      const header = family === 4 ? 20 : 56;
      const block = family === 4 ? 52 : 80;
      const empty = new Uint8Array(block);
      empty.set([4, 0, block]);
      empty[block - 1] = 0x83;
      expect(octets.subarray(header)).toEqual(empty);
    });
  });

  describe('an Extended Query Block of a type that nobody knows (RFC 8487 §3.2.7)', () => {
    const block = (t: 0 | 1, mbz = 0) => [6, 0, 8, t | mbz, 0x12, 0x34, 0, 0];

    test('that is transitive goes with the Request', () => {
      const driver = trace(family, { extended: [...block(1), ...block(1, 0xfe)] });
      expect(driver.sent[0]).toMatchObject({ header: { typeName: 'REQUEST' } });
      const types = driver.sent[0]!.blocks.map((one) => one.typeName);
      expect(types).toEqual(['EXTENDED_QUERY_BLOCK', 'EXTENDED_QUERY_BLOCK', 'STANDARD_RESPONSE_BLOCK']);
    });

    test('that is not: a Reply from the router that met it, which is not asked for its state', () => {
      for (const extended of [block(0), block(0, 0xfe), [...block(1), ...block(0)]]) {
        const driver = trace(family, { extended });
        expect(driver.asks).toEqual([]);
        expect(driver.sent[0]).toMatchObject({ header: { typeName: 'REPLY' } });
        expect(driver.sent[0]!.blocks.at(-1)).toMatchObject({
          forwardingCodeName: 'UNKNOWN_QUERY',
          ...(family === 4 ? { outgoingInterfaceAddress: '10.4.0.4' } : { outgoingInterfaceId: DOWN }),
          inputPacketCount: null,
          outputPacketCount: null,
          sourceGroupPacketCount: null,
        });
      }
    });
  });
});
