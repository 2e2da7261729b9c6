/** What the RP does: RFC 8487 §4.2.2 (9), §6.1. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { ASM_GROUP, LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE } from '../support/lab-network.ts';

describe.each([4, 6] as const)('IPv%i', (family) => {
  test('a trace of a source that finds group state only ends at the RP, with no upstream router to go on to', () => {
    const snapshots = LAB_ROUTERS.map(labSnapshot).map((one) => ({
      ...one,
      routes: one.routes?.filter((row) => row.source === null) ?? [],
    }));
    const driver = new EngineDriver({ snapshots });
    driver.deliver(query(RECEIVER[family], SOURCE[family], ASM_GROUP[family]), RECEIVER[family]);
    const upstream = family === 4 ? 'upstreamRouterAddress' : 'remoteAddress';
    expect(driver.sent).toMatchObject([{ header: { typeName: 'REPLY' } }]);
    expect(driver.sent[0]?.blocks.map((block) => [block.forwardingCodeName, block[upstream]])).toEqual([
      ['NO_ERROR', family === 4 ? '10.34.0.3' : 'fe80::3:3'],
      ['NO_ERROR', family === 4 ? '10.23.0.2' : 'fe80::2:3'],
      ['REACHED_RP', family === 4 ? '0.0.0.0' : '::'],
    ]);
  });

  test('asked without a group, as a stand-in, it shows the way on to the source', () => {
    const rp = family === 4 ? '10.0.0.2' : 'fd00::2';
    const snapshots = LAB_ROUTERS.map(labSnapshot);
    const identities = snapshots.map(({ name }) => ({
      name,
      addresses: [],
      standIn: name === 'r2' ? [parseAddress(rp)!] : [],
    }));
    const driver = new EngineDriver({ snapshots, identities });
    driver.deliver(query(RECEIVER[family], SOURCE[family], undefined), RECEIVER[family], {
      destination: parseAddress(rp)!,
    });
    expect(driver.asks.map((ask) => ask.router)).toEqual(['r2', 'r1']);
    expect(driver.sent[0]?.blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR']);
  });
});

test('the trace ends at the RP, even where its row has packets come in by a link that this host and others are on', () => {
  const rows = (outgoing: number) => [
    {
      group: '239.1.1.1',
      source: null,
      incoming: 1,
      upstream: null,
      outgoing: [{ index: outgoing, state: 'forwarding' as const }],
    },
  ];
  const router = (name: string, host: number, outgoing: number): Snapshot => ({
    name,
    interfaces: [
      { index: 1, name: 'up', addresses: [`10.34.0.${host}/24`], multicast: true },
      { index: 2, name: 'lan', addresses: [`10.${host}.0.1/24`], multicast: true },
    ],
    rps: [{ groups: '239.0.0.0/8', address: '10.34.0.4' }],
    routes: rows(outgoing),
  });
  const link = { network: parsePrefix('10.34.0.9/24')!, interfaceIndex: 12 };
  // The other router forwards onto the RP's Incoming Interface.
  const snapshots = [router('rp', 4, 2), router('other', 5, 1)];
  const driver = new EngineDriver({ snapshots, native: { forward: true }, hostLinks: [link] });
  driver.deliver(query('10.4.0.2', undefined, '239.1.1.1'), '10.4.0.2');
  expect(driver.asks.map((ask) => ask.router)).toEqual(['rp']);
  expect(driver.sent).toMatchObject([
    { header: { typeName: 'REPLY' }, blocks: [{ forwardingCodeName: 'REACHED_RP' }] },
  ]);
});

describe('an RP that notes a code before REACHED_RP', () => {
  const RP = '10.0.0.2';
  const GROUP = '239.1.1.1';
  const lan = { index: 2, name: 'lan', addresses: ['10.4.0.4/24'], multicast: true };
  const lo = { index: 1, name: 'lo', addresses: [`${RP}/32`], multicast: true };
  const row = {
    group: GROUP,
    source: null,
    incoming: 1,
    upstream: null,
    outgoing: [{ index: 2, state: 'forwarding' as const }],
    multicastRoutingProtocol: 'pimSparseMode' as const,
  };
  const atRp = (changes: Partial<Snapshot>): Snapshot => ({
    name: 'rp',
    interfaces: [lo, lan],
    routes: [row],
    rps: [{ groups: '239.0.0.0/8', address: RP }],
    ...changes,
  });
  /** What it says of upstream: zero with a known Incoming Interface is "at the source", §5.8.1. */
  function block(source: string | undefined, changes: Partial<Snapshot>) {
    const driver = new EngineDriver({ snapshots: [atRp(changes)] });
    driver.deliver(query('10.4.0.2', source, GROUP), '10.4.0.2');
    expect(driver.sent).toMatchObject([{ header: { typeName: 'REPLY' } }]);
    const { incomingInterfaceAddress, upstreamRouterAddress, forwardingCodeName } = driver.sent[0]!.blocks[0]!;
    return [incomingInterfaceAddress, upstreamRouterAddress, forwardingCodeName];
  }

  test.each<[string, Partial<Snapshot>]>([
    ['SCOPED', { scopes: [{ groups: '239.1.0.0/16', interface: 2 }] }],
    ['WRONG_IF', { routes: [{ ...row, outgoing: [] }] }],
  ])('%s: where a source was asked for, it does not say that the source was reached', (code, changes) => {
    expect(block('10.1.0.2', changes)).toEqual([RP, '224.0.0.13', code]);
    expect(block(undefined, changes)).toEqual([RP, '0.0.0.0', code]);
  });

  test('none: it says REACHED_RP, and then zero is no claim of the source', () => {
    expect(block('10.1.0.2', {})).toEqual([RP, '0.0.0.0', 'REACHED_RP']);
    expect(block(undefined, {})).toEqual([RP, '0.0.0.0', 'REACHED_RP']);
  });
});

describe('one of several RPs of a range', () => {
  const OWN = '10.0.0.2';
  const interfaces = [
    { index: 1, name: 'lo', addresses: [`${OWN}/32`], multicast: true },
    { index: 2, name: 'up', addresses: ['10.23.0.3/24'], multicast: true },
    { index: 3, name: 'lan', addresses: ['10.4.0.4/24'], multicast: true },
  ];
  const outgoing = [{ index: 3, state: 'forwarding' as const }];
  const row = { group: '239.1.1.1', source: null, incoming: 2, outgoing };
  function block(source: string | undefined, upstream: string | null) {
    const rps = [{ groups: '239.0.0.0/8', address: OWN }];
    const driver = new EngineDriver({ snapshots: [{ name: 'rp', interfaces, rps, routes: [{ ...row, upstream }] }] });
    driver.deliver(query('10.4.0.2', source, '239.1.1.1'), '10.4.0.2');
    const { upstreamRouterAddress, forwardingCodeName } = driver.sent[0]!.blocks[0]!;
    return [upstreamRouterAddress, forwardingCodeName];
  }

  test.each([[undefined], ['10.1.0.2']])(
    'is not that of a group whose row comes from a neighbor (source %s)',
    (source) => {
      expect(block(source, '10.23.0.2')).toEqual(['10.23.0.2', 'FATAL_ERROR']); // Nobody here is 10.23.0.2.
    },
  );

  test.each([[null], [OWN]])('is that of a group whose row comes from %s', (upstream) => {
    expect(block(undefined, upstream)).toEqual(['0.0.0.0', 'REACHED_RP']);
  });
});

describe('an RP by its address on the link of the receivers', () => {
  const RP = '10.4.0.4';
  const row = {
    group: '239.1.1.1',
    source: null,
    upstream: null,
    outgoing: [{ index: 2, state: 'forwarding' as const }],
  };
  const forAll = { routingProtocol: 'local' as const, neighbor: null };
  /** Incoming and Outgoing Interface, and the code. */
  function block(source: string | undefined, changes: Partial<Snapshot>, client = '10.4.0.2') {
    const snapshot: Snapshot = {
      name: 'rp',
      interfaces: [
        { index: 1, name: 'up', addresses: ['10.34.0.4/24'], multicast: true },
        { index: 2, name: 'lan', addresses: ['10.4.0.4/24'], multicast: true },
        { index: 3, name: 'other', addresses: ['10.5.0.4/24'], multicast: true },
      ],
      rps: [{ groups: '239.0.0.0/8', address: RP }],
      rpf: [{ prefix: '10.4.0.0/24', interface: 2, ...forAll }],
      ...changes,
    };
    const driver = new EngineDriver({ snapshots: [snapshot] });
    driver.deliver(query(client, source, '239.1.1.1'), client);
    const told = driver.sent[0]!.blocks[0]!;
    return [told.incomingInterfaceAddress, told.outgoingInterfaceAddress, told.forwardingCodeName];
  }

  test.each([[undefined], ['10.1.0.2']])(
    'the way to its own address is no Incoming Interface: packets come from senders (source %s)',
    (source) => {
      const routes = [{ ...row, incoming: null }];
      expect(block(source, { routes })).toEqual(['0.0.0.0', RP, 'REACHED_RP']);
    },
  );

  test('nor is it without a row', () => {
    expect(block(undefined, {})).toEqual(['0.0.0.0', RP, 'REACHED_RP']);
  });

  test('a row that has that interface for incoming, as FRR and kernels do, is no reason for RPF_IF or WRONG_IF', () => {
    for (const outgoing of [row.outgoing, []]) {
      expect(block(undefined, { routes: [{ ...row, incoming: 2, outgoing }] })).toEqual([RP, RP, 'REACHED_RP']);
    }
  });

  test('on other interfaces the row decides as ever', () => {
    const routes = [{ ...row, incoming: 2 }];
    expect(block(undefined, { routes }, '10.5.0.2')).toEqual([RP, '10.5.0.4', 'WRONG_IF']);
  });

  test('of a source whose row comes in by it, it is the RPF interface as on any router', () => {
    const routes = [{ ...row, source: '10.1.0.2', incoming: 2 }];
    expect(block('10.1.0.2', { routes })).toEqual([RP, RP, 'RPF_IF']);
  });
});
