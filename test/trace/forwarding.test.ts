/** What a router's rows and RPF paths say together, src/trace/forwarding.ts: seen in the one block that it adds. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const G = '239.1.1.1';
const S = '10.1.0.2';
const RP = '10.0.0.2';
const CLIENT = '10.4.0.2';

const UPLINK = { index: 2, name: 'up0', addresses: ['10.34.0.4/24'], multicast: true };
const DOWNLINK = { index: 3, name: 'down0', addresses: ['10.4.0.4/24'], multicast: true };
const OTHER = { index: 4, name: 'other0', addresses: ['10.9.0.4/24'], multicast: true };
const RPS = [{ groups: '239.0.0.0/8', address: RP }];

type Row = NonNullable<Snapshot['routes']>[number];
const row = (changes: Partial<Row>): Row => ({
  group: G,
  source: S,
  incoming: 2,
  upstream: null,
  outgoing: [{ index: 3, state: 'forwarding' as const }],
  ...changes,
});
const toSource = (changes: object = {}) => ({ prefix: '10.1.0.0/24', interface: 2, neighbor: '10.34.0.3', ...changes });
const toRp = (changes: object = {}) => ({ prefix: `${RP}/32`, interface: 2, neighbor: '10.34.0.7', ...changes });

/** The block of a router with these rows. The trace ends there, because nobody has the upstream router. */
function block(source: string | undefined, group: string | undefined, state: Partial<Snapshot>, uplink: object = {}) {
  const snapshot = { name: 'r', interfaces: [{ ...UPLINK, ...uplink }, DOWNLINK, OTHER], ...state };
  const driver = new EngineDriver({ snapshots: [snapshot] });
  driver.deliver(query(CLIENT, source, group), CLIENT);
  expect(driver.sent).toHaveLength(1);
  expect(driver.sent[0]?.blocks).toHaveLength(1);
  return driver.sent[0]!.blocks[0]!;
}
/** What `block` says of the upstream router, and how the trace ends: FATAL_ERROR where it would have gone on. */
function path(...args: Parameters<typeof block>) {
  const { incomingInterfaceAddress, upstreamRouterAddress, forwardingCodeName } = block(...args);
  return [incomingInterfaceAddress, upstreamRouterAddress, forwardingCodeName];
}
const UNNUMBERED = { addresses: [] };
const CONNECTED = ['10.34.0.4', '0.0.0.0', 'NO_ERROR'];
/** The routers' group: zero would say that the source was reached. RFC 8487 §5.8.1 */
const UNKNOWN = ['10.34.0.4', '224.0.0.2', 'FATAL_ERROR'];
/** A subnet that the source is in, out of which a more specific route leads. */
const WIDE = { addresses: ['10.1.8.4/16'] };
const BEHIND_ROUTER = ['10.1.8.4', '10.1.8.3', 'FATAL_ERROR'];
const NO_WAY = ['0.0.0.0', '0.0.0.0', 'NO_ROUTE'];
const NOWHERE = ['0.0.0.0', '0.0.0.0', 'FATAL_ERROR'];

describe('an (S,G) row', () => {
  test.each<[string, Partial<Snapshot>, object, unknown[]]>([
    [
      'without a neighbour, a connected path on its link',
      { routes: [row({})], rpf: [toSource({ neighbor: null })] },
      {},
      CONNECTED,
    ],
    [
      'without a neighbour, a path on its link that names none (by interface only)',
      { routes: [row({})], rpf: [{ prefix: '10.1.0.0/24', interface: 2 }] },
      {},
      UNKNOWN,
    ],
    [
      'without a neighbour, a connected path on another link',
      { routes: [row({})], rpf: [toSource({ interface: 4, neighbor: null })] },
      {},
      UNKNOWN,
    ],
    [
      'with a neighbour, a connected path on its link',
      { routes: [row({ upstream: '10.34.0.9' })], rpf: [toSource({ neighbor: null })] },
      {},
      ['10.34.0.4', '10.34.0.9', 'FATAL_ERROR'],
    ],
    ['without interface, neighbour and path', { routes: [row({ incoming: null })] }, {}, NO_WAY],
    [
      'without interface and neighbour, and the source cannot be reached',
      { routes: [row({ incoming: null })], rpf: [{ prefix: '10.1.0.0/24', interface: null }] },
      {},
      NO_WAY,
    ],
    ['without a neighbour, on an unnumbered link, no path', { routes: [row({})] }, UNNUMBERED, NOWHERE],
    [
      'without a neighbour, on an unnumbered link, a path over another link',
      { routes: [row({})], rpf: [toSource({ interface: 4 })] },
      UNNUMBERED,
      NOWHERE,
    ],
    [
      'without a neighbour, on a link with addresses of the other family only, no path',
      { routes: [row({})] },
      { addresses: ['fd00:34::4/64', 'fe80::4/64'] },
      NOWHERE,
    ],
    [
      'whose neighbour is the source itself, on its link',
      { routes: [row({ upstream: S })] },
      { addresses: ['10.34.0.4/24', '10.1.0.4/24'] },
      ['10.1.0.4', '0.0.0.0', 'NO_ERROR'],
    ],
    [
      'whose neighbour is another router, though the source is in the subnet of its link',
      { routes: [row({ upstream: '10.1.8.3' })], rpf: [toSource({ neighbor: '10.1.8.3' })] },
      WIDE,
      BEHIND_ROUTER,
    ],
    [
      'without a neighbour, a path by another router on its link, though the source is in the subnet of that',
      { routes: [row({})], rpf: [toSource({ neighbor: '10.1.8.3' })] },
      WIDE,
      BEHIND_ROUTER,
    ],
  ])('%s', (_name, state, uplink, expected) => {
    expect(path(S, G, state, uplink)).toEqual(expected);
  });

  test('of a prefix counts many sources: S is set where a count is told; of the source alone it is not', () => {
    const fields = (changes: Partial<Row>) => {
      const { s, sourceMask, sourceGroupPacketCount } = block(S, G, { routes: [row(changes)] });
      return [s, sourceMask, sourceGroupPacketCount];
    };
    expect(fields({ sourcePrefixLength: 24, packets: '9' })).toEqual([1, 24, '9']);
    expect(fields({ sourcePrefixLength: 31, packets: '9' })).toEqual([1, 31, '9']);
    expect(fields({ packets: '9' })).toEqual([0, 32, '9']);
    expect(fields({ sourcePrefixLength: 24 })).toEqual([0, 24, null]);
  });
});

describe('a (*,G) row', () => {
  test.each<[string, string | undefined, Partial<Snapshot>, unknown[]]>([
    [
      'its neighbour before that of the path to the RP',
      undefined,
      { routes: [row({ source: null, upstream: '10.34.0.9' })], rps: RPS, rpf: [toRp()] },
      ['10.34.0.4', '10.34.0.9', 'FATAL_ERROR'],
    ],
    [
      'no neighbour: that of the path to the RP',
      undefined,
      { routes: [row({ source: null })], rps: RPS, rpf: [toRp()] },
      ['10.34.0.4', '10.34.0.7', 'FATAL_ERROR'],
    ],
    [
      'neither interface nor neighbour: those of the path to the RP',
      undefined,
      { routes: [row({ source: null, incoming: null })], rps: RPS, rpf: [toRp()] },
      ['10.34.0.4', '10.34.0.7', 'FATAL_ERROR'],
    ],
    [
      'the RP is on the link: it is the neighbour',
      undefined,
      { routes: [row({ source: null })], rps: RPS, rpf: [toRp({ neighbor: null })] },
      ['10.34.0.4', RP, 'FATAL_ERROR'],
    ],
    [
      'the path to the RP is by interface only: the neighbour is not known, and it is not the RP',
      undefined,
      { routes: [row({ source: null })], rps: RPS, rpf: [{ prefix: `${RP}/24`, interface: 2 }] },
      UNKNOWN,
    ],
    [
      'the path to the RP leaves by another interface: the neighbour is not known, and it is not the RP',
      undefined,
      { routes: [row({ source: null })], rps: RPS, rpf: [toRp({ interface: 4 })] },
      UNKNOWN,
    ],
    [
      'no path to the RP: the neighbour is not known, and it is not the RP',
      undefined,
      { routes: [row({ source: null })], rps: RPS },
      UNKNOWN,
    ],
    [
      'no RP is known: the interface is all there is',
      undefined,
      { routes: [row({ source: null })], rpf: [toSource()] },
      UNKNOWN,
    ],
    [
      'for a source on its link, with an RP: connected, whoever is upstream of the shared tree',
      S,
      {
        routes: [row({ source: null, incoming: 2 })],
        rps: RPS,
        rpf: [toRp()],
        interfaces: [{ ...UPLINK, addresses: ['10.1.0.4/24'] }, DOWNLINK],
      },
      ['10.1.0.4', '0.0.0.0', 'NO_ERROR'],
    ],
    [
      'for a source in the subnet of its link, with an RP, and behind another router: to the RP',
      S,
      {
        routes: [row({ source: null, incoming: 2 })],
        rps: RPS,
        rpf: [toRp(), toSource()],
        interfaces: [{ ...UPLINK, addresses: ['10.1.0.4/24'] }, DOWNLINK],
      },
      ['10.1.0.4', '10.34.0.7', 'FATAL_ERROR'],
    ],
    [
      'for a source that the path says is on its link, where no subnet does: connected',
      S,
      { routes: [row({ source: null })], rpf: [toSource({ neighbor: null })] },
      [UNKNOWN[0], '0.0.0.0', 'NO_ERROR'],
    ],
    [
      'for a source on its link, with no RP: connected',
      S,
      {
        routes: [row({ source: null, incoming: 2 })],
        interfaces: [{ ...UPLINK, addresses: ['10.1.0.4/24'] }, DOWNLINK],
      },
      ['10.1.0.4', '0.0.0.0', 'NO_ERROR'],
    ],
    [
      'for a source in the subnet of its link, with no RP, and with another router as neighbour: to that one',
      S,
      {
        routes: [row({ source: null, upstream: '10.1.8.3' })],
        interfaces: [{ ...UPLINK, ...WIDE }, DOWNLINK],
      },
      BEHIND_ROUTER,
    ],
    ['for no source, with no RP: never connected', undefined, { routes: [row({ source: null })], rpf: [] }, UNKNOWN],
  ])('%s', (_name, source, state, expected) => {
    expect(path(source, G, state)).toEqual(expected);
  });

  test.each<[string, Partial<Snapshot>]>([
    ['an RP, and no way to it', { rps: RPS, rpf: [toSource()] }],
    ['no RP', { rpf: [toSource()] }],
    ['nothing', {}],
  ])('none, and %s: NO_ROUTE', (_name, state) => {
    expect(path(undefined, G, state)).toEqual(['0.0.0.0', '0.0.0.0', 'NO_ROUTE']);
  });

  test('none, at the RP: the trace ends there all the same', () => {
    const lo = { index: 1, name: 'lo', addresses: [`${RP}/32`] };
    expect(path(undefined, G, { rps: RPS, interfaces: [lo, DOWNLINK] })).toEqual(['0.0.0.0', '0.0.0.0', 'REACHED_RP']);
  });
});

describe('the path to the source, where there is no row', () => {
  test.each<[string, Partial<Snapshot>, object, unknown[]]>([
    ['connected, on an interface that tells no subnet of it', { rpf: [toSource({ neighbor: null })] }, {}, CONNECTED],
    ['a neighbour', { rpf: [toSource()] }, {}, ['10.34.0.4', '10.34.0.3', 'FATAL_ERROR']],
    [
      'none, though a shorter prefix has one: that of the RP',
      { rpf: [{ prefix: `${S}/32`, interface: null }, toSource({ prefix: '10.0.0.0/8' })] },
      {},
      ['0.0.0.0', '0.0.0.0', 'NO_ROUTE'],
    ],
    ['by interface only', { rpf: [{ prefix: '10.1.0.0/24', interface: 2 }] }, {}, UNKNOWN],
    [
      'by interface only, on an interface with a subnet of it',
      { rpf: [{ prefix: '10.1.0.0/24', interface: 2 }] },
      { addresses: ['10.1.0.4/24'] },
      ['10.1.0.4', '0.0.0.0', 'NO_ERROR'],
    ],
    [
      'another router as neighbour, in a subnet of both',
      { rpf: [toSource({ neighbor: '10.1.8.3' })] },
      WIDE,
      BEHIND_ROUTER,
    ],
    [
      'the source itself as neighbour',
      { rpf: [toSource({ neighbor: S })] },
      { addresses: ['10.1.0.4/24'] },
      ['10.1.0.4', '0.0.0.0', 'NO_ERROR'],
    ],
  ])('%s', (_name, state, uplink, expected) => {
    expect(path(S, G, state, uplink)).toEqual(expected);
  });
});

test('a link-local subnet is on every link: it makes no source connected', () => {
  const snapshot = {
    name: 'r',
    interfaces: [
      { ...UPLINK, addresses: ['fd00:34::4/64', 'fe80::4/64'] },
      { ...DOWNLINK, addresses: ['fd00:4::4/64'] },
    ],
    routes: [row({ group: 'ff3e::1', source: 'fe80::99', upstream: 'fd00:34::3' })],
  };
  const driver = new EngineDriver({ snapshots: [snapshot] });
  driver.deliver(query('fd00:4::2', 'fe80::99', 'ff3e::1'), 'fd00:4::2');
  expect(driver.sent[0]?.blocks).toMatchObject([{ remoteAddress: 'fd00:34::3', forwardingCodeName: 'FATAL_ERROR' }]);
});

test.each<[string, Snapshot['rpf'], object]>([
  ['no path: who is upstream is not known', [], { remoteAddress: 'ff02::2', forwardingCodeName: 'FATAL_ERROR' }],
  [
    'a connected path: connected',
    [{ prefix: 'fd00:1::/64', interface: 2, neighbor: null }],
    { remoteAddress: '::', forwardingCodeName: 'NO_ERROR' },
  ],
])('on a link with a link-local subnet only, a row without a neighbour, and %s', (_name, rpf, expected) => {
  const snapshot = {
    name: 'r',
    interfaces: [
      { ...UPLINK, addresses: ['fe80::4/64', '10.34.0.4/24'] },
      { ...DOWNLINK, addresses: ['fd00:4::4/64'] },
    ],
    routes: [row({ group: 'ff3e::1', source: 'fd00:1::2' })],
    rpf,
  };
  const driver = new EngineDriver({ snapshots: [snapshot] });
  driver.deliver(query('fd00:4::2', 'fd00:1::2', 'ff3e::1'), 'fd00:4::2');
  expect(driver.sent[0]?.blocks).toMatchObject([expected]);
});

describe('protocols are the row’s; where it does not tell, the path’s and the interface’s; else 0', () => {
  const names = (source: string | undefined, state: Partial<Snapshot>, uplink: object = {}) => {
    const told = block(source, G, state, uplink);
    return [told.routingProtocol, told.multicastRoutingProtocol];
  };
  const OWN = { routingProtocol: 'bgp', multicastRoutingProtocol: 'pimDenseMode' } as const;
  const OF_PATH = { routingProtocol: 'ospf' as const };
  const OF_LINK = { multicastRoutingProtocol: 'dvmrp' };

  test.each<[string, string | undefined, string | null, object]>([
    ['(S,G)', S, S, toSource(OF_PATH)],
    ['(*,G)', undefined, null, toRp(OF_PATH)],
  ])('%s', (_name, source, rowSource, rpf) => {
    const state = (changes: Partial<Row>, withPath = true) => ({
      routes: [row({ source: rowSource, upstream: '10.34.0.9', ...changes })],
      rps: RPS,
      rpf: withPath ? [rpf as ReturnType<typeof toSource>] : [],
    });
    expect(names(source, state(OWN), OF_LINK)).toEqual([14, 9]);
    expect(names(source, state({}), OF_LINK)).toEqual([13, 4]);
    expect(names(source, state({}, false))).toEqual([0, 0]);
    expect(names(source, state({ incoming: null }, false))).toEqual([0, 0]);
  });

  test.each<[string, string | undefined, string | null, object]>([
    ['(S,G)', S, S, toSource({ ...OF_PATH, interface: 4 })],
    ['(*,G)', undefined, null, toRp({ ...OF_PATH, interface: 4 })],
  ])('%s: not those of a path over another interface', (_name, source, rowSource, rpf) => {
    const routes = [row({ source: rowSource, upstream: '10.34.0.9' })];
    const state = { routes, rps: RPS, rpf: [rpf as ReturnType<typeof toSource>] };
    expect(names(source, state)).toEqual([0, 0]);
  });
});
