/** Which state a trace follows, RFC 8487 §4.2.2 (4): (S,G), else (*,G) and the way to the RP, else the way to the source. */
import { describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotRoute } from '../../src/router/snapshot.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { ASM_GROUP, labSnapshot, RECEIVER, SOURCE } from '../support/lab-network.ts';

const G = ASM_GROUP[4];
const PIM = { multicast: true, multicastRoutingProtocol: 'pimSparseMode' as const };

/** Each kind of state leads to another neighbour, on an interface of its own. */
function router(rows: Partial<Pick<Snapshot, 'routes' | 'rpf' | 'rps'>>): Snapshot {
  const link = (index: number, label: number) => ({
    ...PIM,
    index,
    name: `up${label}`,
    addresses: [`10.3${label}.0.4/24`],
  });
  return {
    ...labSnapshot(4),
    interfaces: [
      { ...PIM, index: 3, name: 'down0', addresses: ['10.4.0.4/24'] },
      link(11, 1),
      link(12, 2),
      link(13, 3),
      link(14, 4),
    ],
    routes: rows.routes ?? [],
    rpf: rows.rpf ?? [],
    rps: rows.rps ?? [],
  };
}

const row = (source: string | null, incoming: number): SnapshotRoute => ({
  group: G,
  source,
  incoming,
  upstream: `10.3${incoming - 10}.0.1`,
  outgoing: [{ index: 3, state: 'forwarding' as const }],
});
const SOURCE_ROW = row(SOURCE[4], 11);
const GROUP_ROW = row(null, 12);
const RPF = [
  { prefix: '10.0.0.2/32', interface: 13, neighbor: '10.33.0.1' },
  { prefix: '10.1.0.0/24', interface: 14, neighbor: '10.34.0.1' },
];
const RPS = [{ groups: '239.0.0.0/8', address: '10.0.0.2' }];

function followed(snapshot: Snapshot, source: string | undefined, group: string | undefined) {
  const driver = new EngineDriver({ snapshots: [snapshot] });
  driver.deliver(query(RECEIVER[4], source, group, { hops: 1 }), RECEIVER[4]);
  expect(driver.sent).toHaveLength(1);
  const [{ incomingInterfaceAddress, upstreamRouterAddress, sourceMask, forwardingCodeName }] = driver.sent[0]!
    .blocks as [Record<string, unknown>];
  expect(forwardingCodeName).toBe('NO_ERROR');
  return [incomingInterfaceAddress, upstreamRouterAddress, sourceMask];
}

const SOURCE_STATE = ['10.31.0.4', '10.31.0.1', 32];
const GROUP_STATE = ['10.32.0.4', '10.32.0.1', 127];
const WAY_TO_RP = ['10.33.0.4', '10.33.0.1', 127];
const WAY_TO_SOURCE = ['10.34.0.4', '10.34.0.1', 24];

describe('a trace of (S,G)', () => {
  test.each<[string, Partial<Snapshot>, unknown[]]>([
    [
      'follows the (S,G) row, whatever else there is',
      { routes: [GROUP_ROW, SOURCE_ROW], rpf: RPF, rps: RPS },
      SOURCE_STATE,
    ],
    ['without one, the (*,G) row', { routes: [GROUP_ROW], rpf: RPF, rps: RPS }, GROUP_STATE],
    ['a row of another source is none', { routes: [row('10.1.0.3', 11), GROUP_ROW], rpf: RPF, rps: RPS }, GROUP_STATE],
    ['without any row, the way to the source, not to the RP', { rpf: RPF, rps: RPS }, WAY_TO_SOURCE],
    [
      'a row of another source alone changes nothing',
      { routes: [row('10.1.0.3', 11)], rpf: RPF, rps: RPS },
      WAY_TO_SOURCE,
    ],
  ])('%s', (_name, rows, expected) => {
    expect(followed(router(rows), SOURCE[4], G)).toEqual(expected);
  });
});

describe('a trace of (*,G)', () => {
  test.each<[string, Partial<Snapshot>, unknown[]]>([
    ['follows the (*,G) row, never an (S,G) one', { routes: [SOURCE_ROW, GROUP_ROW], rpf: RPF, rps: RPS }, GROUP_STATE],
    ['without one, the way to the RP', { routes: [SOURCE_ROW], rpf: RPF, rps: RPS }, WAY_TO_RP],
  ])('%s', (_name, rows, expected) => {
    expect(followed(router(rows), undefined, G)).toEqual(expected);
  });
});

test('a trace of a source alone follows the way to it, whatever rows there are', () => {
  const rows = { routes: [SOURCE_ROW, GROUP_ROW], rpf: RPF, rps: RPS };
  expect(followed(router(rows), SOURCE[4], undefined)).toEqual(WAY_TO_SOURCE);
});
