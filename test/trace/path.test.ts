import { describe, expect, test } from 'vitest';
import { stateOf } from '../../src/router/state.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { ASM_GROUP, LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const address = (text: string) => parseAddress(text)!;

function onlyReply(driver: EngineDriver) {
  expect(driver.drops).toEqual([]);
  expect(driver.sent).toHaveLength(1);
  expect(driver.sent[0]?.header.typeName).toBe('REPLY');
  expect(driver.freeSlots).toBe(8);
  return driver.sent[0]!;
}

describe('(S,G), IPv4', () => {
  const driver = new EngineDriver({ snapshots: ALL });
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
  const reply = onlyReply(driver);

  test('the Reply goes to the client, header unchanged but for the Type (RFC 8487 §3.2.1, §4.4.1)', () => {
    expect(reply.to).toBe('10.4.0.2 40000');
    const header = query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]);
    header[0] = 3;
    expect(reply.octets.subarray(0, 20)).toEqual(header);
  });

  test('r4, r3, r2, r1, each with its own interfaces and upstream router', () => {
    const path = reply.blocks.map((block) => [
      block.incomingInterfaceAddress,
      block.outgoingInterfaceAddress,
      block.upstreamRouterAddress,
    ]);
    expect(path).toEqual([
      ['10.34.0.4', '10.4.0.4', '10.34.0.3'],
      ['10.23.0.3', '10.34.0.3', '10.23.0.2'],
      ['10.12.0.2', '10.23.0.2', '10.12.0.1'],
      ['10.1.0.1', '10.12.0.1', '0.0.0.0'],
    ]);
  });

  test('every other field of the last hop', () => {
    expect(reply.blocks[0]).toMatchObject({
      queryArrivalTimeUtc: '2026-11-22T10:00:01.000Z',
      inputPacketCount: '40000',
      outputPacketCount: '80000',
      sourceGroupPacketCount: '4004',
      routingProtocolName: 'ospf',
      multicastRoutingProtocolName: 'pimSparseMode',
      forwardingTtl: 1,
      s: 0,
      sourceMask: 32,
      forwardingCodeName: 'NO_ERROR',
    });
    expect(reply.blocks[3]).toMatchObject({ routingProtocolName: 'local', forwardingCodeName: 'NO_ERROR' });
  });

  test('no router is asked twice, and the client gets it from the address it asked', () => {
    expect(driver.asks.map((ask) => ask.router)).toEqual(['r4', 'r3', 'r2', 'r1']);
    expect(reply.transmit.source).toEqual(address('192.0.2.1'));
  });
});

describe('(S,G), IPv6, upstream routers link-local', () => {
  const driver = new EngineDriver({ snapshots: ALL });
  driver.deliver(query(RECEIVER[6], SOURCE[6], SSM_GROUP[6]), RECEIVER[6]);

  test('r4, r3, r2, r1 by interface ID, Local and Remote Address', () => {
    const { blocks } = onlyReply(driver);
    const path = blocks.map((block) => [
      block.incomingInterfaceId,
      block.outgoingInterfaceId,
      block.localAddress,
      block.remoteAddress,
    ]);
    expect(path).toEqual([
      [2, 3, 'fd00:34::4', 'fe80::3:3'],
      [2, 3, 'fd00:23::3', 'fe80::2:3'],
      [2, 3, 'fd00:12::2', 'fe80::1:3'],
      [2, 3, 'fd00:1::1', '::'],
    ]);
    expect(blocks[0]).toMatchObject({
      sourcePrefixLength: 128,
      s: 0,
      sourceGroupPacketCount: '4006',
      inputPacketCount: '40000',
    });
  });
});

describe.each([4, 6] as const)('(*,G), IPv%i', (family) => {
  test('ends at the RP with REACHED_RP, on group state (RFC 8487 §4.2.2 (9), §3.2.4 Src Mask)', () => {
    const driver = new EngineDriver({ snapshots: ALL });
    driver.deliver(query(RECEIVER[family], undefined, ASM_GROUP[family]), RECEIVER[family]);
    const { blocks } = onlyReply(driver);
    expect(blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR', 'REACHED_RP']);
    const mask = family === 4 ? 'sourceMask' : 'sourcePrefixLength';
    expect(blocks.map((block) => [block[mask], block.s, block.sourceGroupPacketCount])).toEqual(
      Array(3).fill([family === 4 ? 127 : 255, 1, '7']),
    );
    expect(blocks[2]).toMatchObject(
      family === 4
        ? { upstreamRouterAddress: '0.0.0.0', incomingInterfaceAddress: '10.0.0.2' }
        : { remoteAddress: '::', incomingInterfaceId: 1 },
    );
  });

  test('no group state anywhere: the way a join to the RP would go', () => {
    const driver = new EngineDriver({ snapshots: ALL.map((one) => ({ ...one, routes: [] })) });
    driver.deliver(query(RECEIVER[family], undefined, ASM_GROUP[family]), RECEIVER[family]);
    const { blocks } = onlyReply(driver);
    expect(blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR', 'REACHED_RP']);
    expect(blocks.every((block) => block.sourceGroupPacketCount === null && block.s === 0)).toBe(true);
  });
});

test('a neighbour known by an address of the other family only (RFC 5549) is not known: no octet of it is written', () => {
  const { routes: _routes, ...r4 } = labSnapshot(4);
  const rpf = [{ prefix: '10.1.0.0/24', interface: 2, neighbor: '2001:db8::dead', routingProtocol: 'bgp' as const }];
  const row = {
    group: SSM_GROUP[4],
    source: SOURCE[4],
    incoming: 2,
    upstream: 'fe80::1',
    outgoing: [{ index: 3, state: 'forwarding' as const }],
  };
  for (const routes of [[], [row]]) {
    const driver = new EngineDriver({ snapshots: [{ ...r4, rpf, routes }], native: { forward: true, port: 33435 } });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toMatchObject([
      {
        incomingInterfaceAddress: '10.34.0.4',
        upstreamRouterAddress: '224.0.0.13',
        inputPacketCount: '40000',
        outputPacketCount: '80000',
        forwardingCodeName: 'FATAL_ERROR',
      },
    ]);
  }
});

describe('an (S,G) row and the RPF path that do not agree', () => {
  const withRow = (row: object, rpf: object[]) => {
    const { routes: _routes, rpf: _rpf, ...r4 } = labSnapshot(4);
    const route = {
      group: SSM_GROUP[4],
      source: SOURCE[4],
      outgoing: [{ index: 3, state: 'forwarding' as const }],
      ...row,
    };
    const driver = new EngineDriver({ snapshots: [{ ...r4, routes: [route], rpf } as never, ...ALL.slice(1)] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1 }), RECEIVER[4]);
    return onlyReply(driver).blocks[0]!;
  };
  const elsewhere = [{ prefix: '10.1.0.0/24', interface: 3, neighbor: '10.4.0.9', routingProtocol: 'ospf' }];

  test('the row’s interface is the one that counts; its neighbour is not known, and the source not connected', () => {
    const driver = new EngineDriver({
      snapshots: [
        {
          ...labSnapshot(4),
          routes: [
            {
              group: SSM_GROUP[4],
              source: SOURCE[4],
              incoming: 2,
              upstream: null,
              outgoing: [{ index: 3, state: 'forwarding' as const }],
            },
          ],
          rpf: elsewhere,
        } as never,
      ],
    });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toMatchObject([
      { incomingInterfaceAddress: '10.34.0.4', upstreamRouterAddress: '224.0.0.13', forwardingCodeName: 'FATAL_ERROR' },
    ]);
  });

  test('the row’s neighbour is the one that counts', () => {
    expect(withRow({ incoming: 2, upstream: '10.34.0.3' }, elsewhere)).toMatchObject({
      incomingInterfaceAddress: '10.34.0.4',
      upstreamRouterAddress: '10.34.0.3',
    });
  });

  test('what the row leaves open the path fills in, where it is on the same link', () => {
    const sameLink = [{ prefix: '10.1.0.0/24', interface: 2, neighbor: '10.34.0.3', routingProtocol: 'ospf' }];
    const filled = {
      incomingInterfaceAddress: '10.34.0.4',
      upstreamRouterAddress: '10.34.0.3',
      routingProtocolName: 'ospf',
    };
    expect(withRow({ incoming: 2, upstream: null }, sameLink)).toMatchObject(filled);
    expect(withRow({ incoming: null, upstream: null }, sameLink)).toMatchObject(filled);
  });

  test.each([
    ['an interface whose subnet the source is not in: not known', ['10.34.0.4/24'], '224.0.0.13', 'FATAL_ERROR'],
    ['an interface whose subnet the source is in: directly connected', ['10.1.0.9/24'], '0.0.0.0', 'NO_ERROR'],
    ['an interface without an address: not known, and in IPv4 not to be named', [], '0.0.0.0', 'FATAL_ERROR'],
  ])('a row without a neighbour, no path to the source at all, %s', (_name, addresses, upstream, code) => {
    const r4 = labSnapshot(4);
    const interfaces = r4.interfaces.map((one) => (one.index === 2 ? { ...one, addresses } : one));
    const route = {
      group: SSM_GROUP[4],
      source: SOURCE[4],
      incoming: 2,
      upstream: null,
      outgoing: [{ index: 3, state: 'forwarding' as const }],
    };
    const driver = new EngineDriver({ snapshots: [{ ...r4, interfaces, routes: [route], rpf: [] }] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toMatchObject([{ upstreamRouterAddress: upstream, forwardingCodeName: code }]);
  });
});

describe('group state without any RP (static routes)', () => {
  /** (*,G) as a kernel has it: an interface, no upstream router, and nobody who knows an RP. */
  const STATIC = ALL.map((one, i) => ({
    ...one,
    rps: [],
    routes: [
      {
        group: SSM_GROUP[4],
        source: null,
        incoming: 2,
        upstream: null,
        outgoing: [{ index: 3, state: 'forwarding' as const }],
        packets: String(i),
      },
    ],
  }));

  test('a trace of a source follows the neighbours towards it', () => {
    const driver = new EngineDriver({ snapshots: STATIC });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    const { blocks } = onlyReply(driver);
    expect(
      blocks.map((block) => [block.upstreamRouterAddress, block.sourceMask, block.sourceGroupPacketCount]),
    ).toEqual([
      ['10.34.0.3', 127, '0'],
      ['10.23.0.2', 127, '1'],
      ['10.12.0.1', 127, '2'],
      ['0.0.0.0', 127, '3'],
    ]);
  });

  test('but not when they are on another interface than packets are expected on', () => {
    const [r4] = STATIC;
    const driver = new EngineDriver({
      snapshots: [{ ...r4!, rpf: [{ prefix: '10.1.0.0/24', interface: 3, neighbor: '10.4.0.9' }] }],
    });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toMatchObject([
      { incomingInterfaceAddress: '10.34.0.4', upstreamRouterAddress: '224.0.0.13', forwardingCodeName: 'FATAL_ERROR' },
    ]);
  });
});

describe('source only', () => {
  test('the RPF path, with the prefix length of the route and no packet count', () => {
    const driver = new EngineDriver({ snapshots: ALL });
    driver.deliver(query(RECEIVER[4], SOURCE[4], undefined), RECEIVER[4]);
    const { blocks } = onlyReply(driver);
    expect(blocks.map((block) => block.upstreamRouterAddress)).toEqual([
      '10.34.0.3',
      '10.23.0.2',
      '10.12.0.1',
      '0.0.0.0',
    ]);
    expect(blocks[0]).toMatchObject({
      sourceMask: 24,
      s: 0,
      sourceGroupPacketCount: null,
      multicastRoutingProtocolName: 'pimSparseMode',
    });
  });

  test('a source that nobody knows a way to: NO_ROUTE from the last hop, the rest zero (RFC 8487 §4.2.2 (5))', () => {
    const driver = new EngineDriver({ snapshots: ALL });
    driver.deliver(query(RECEIVER[4], '203.0.113.9', undefined), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toMatchObject([
      {
        forwardingCodeName: 'NO_ROUTE',
        outgoingInterfaceAddress: '10.4.0.4',
        outputPacketCount: '80000',
        forwardingTtl: 1,
        incomingInterfaceAddress: '0.0.0.0',
        upstreamRouterAddress: '0.0.0.0',
        inputPacketCount: '0',
        sourceGroupPacketCount: '0',
        routingProtocol: 0,
        multicastRoutingProtocol: 0,
        s: 0,
        sourceMask: 0,
      },
    ]);
  });

  test('the same in IPv6', () => {
    const driver = new EngineDriver({ snapshots: ALL });
    driver.deliver(query(RECEIVER[6], '2001:db8:bad::9', undefined), RECEIVER[6]);
    const { octets } = onlyReply(driver);
    const remaining = Uint8Array.of(...octets.subarray(56 + 8, 56 + 12), ...octets.subarray(56 + 16, 56 + 56));
    const counted = Uint8Array.of(...remaining, ...octets.subarray(56 + 64, 56 + 79));
    expect(counted).toEqual(new Uint8Array(counted.length));
    expect(driver.sent[0]?.blocks).toMatchObject([{ outgoingInterfaceId: 3, forwardingCodeName: 'NO_ROUTE' }]);
  });
});

describe('# Hops', () => {
  test.each([1, 2, 3, 4, 5])('%i', (hops) => {
    const driver = new EngineDriver({ snapshots: ALL });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops }), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toHaveLength(Math.min(hops, 4));
  });
});

describe('who is the last hop (src/README.md)', () => {
  const r4 = labSnapshot(4);
  const swap = (index: number) => (index === 2 ? 3 : index === 3 ? 2 : index);
  const renumbered = {
    ...r4,
    interfaces: r4.interfaces.map((one) => ({ ...one, index: swap(one.index) })),
    routes: r4.routes?.map((one) => ({
      ...one,
      incoming: swap(one.incoming!),
      outgoing: one.outgoing.map(({ index, state }) => ({ index: swap(index), state })),
    })),
    rpf: r4.rpf?.map((one) => ({ ...one, interface: swap(one.interface!) })),
  };
  const second = {
    ...labSnapshot(4),
    name: 'r5',
    interfaces: labSnapshot(4).interfaces.map((one) =>
      one.index === 3 ? { ...one, addresses: ['10.4.0.200/24'] } : { ...one, addresses: [] },
    ),
  };

  test('of two routers on the link, the one that forwards', () => {
    const driver = new EngineDriver({ snapshots: [{ ...second, routes: [] }, ...ALL] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(onlyReply(driver).blocks[0]).toMatchObject({ outgoingInterfaceAddress: '10.4.0.4' });
    expect(driver.asks.filter((ask) => ask.router === 'r4')).toHaveLength(1);
  });

  test('when none forwards, the one with the highest address', () => {
    const driver = new EngineDriver({
      snapshots: [{ ...second, routes: [] }, { ...labSnapshot(4), routes: [] }, ...ALL.slice(1)],
    });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(onlyReply(driver).blocks[0]).toMatchObject({ outgoingInterfaceAddress: '10.4.0.200' });
  });

  test('of the two, one that turns out to have left the link is not asked for more', () => {
    const gone = { ...second, interfaces: labSnapshot(1).interfaces, routes: [] };
    const driver = new EngineDriver({ snapshots: [gone, { ...labSnapshot(4), routes: [] }, ...ALL.slice(1)] });
    driver.domain.learn('r5', [...stateOf(second).interfaces.values()]);
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1 }), RECEIVER[4]);
    expect(onlyReply(driver).blocks[0]).toMatchObject({ outgoingInterfaceAddress: '10.4.0.4' });
  });

  test('of the two, the one that forwards, though it has numbered its interfaces anew', () => {
    const driver = new EngineDriver({ snapshots: [{ ...second, routes: [] }, renumbered, ...ALL.slice(1)] });
    driver.domain.learn('r4', [...stateOf(labSnapshot(4)).interfaces.values()]);
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1 }), RECEIVER[4]);
    expect(onlyReply(driver).blocks[0]).toMatchObject({ outgoingInterfaceAddress: '10.4.0.4' });
  });

  test('when one does not answer in time, the one that did', () => {
    const driver = new EngineDriver({ snapshots: [second, ...ALL], silent: ['r5'] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    driver.pass(5000);
    expect(onlyReply(driver).blocks[0]).toMatchObject({ outgoingInterfaceAddress: '10.4.0.4' });
  });

  test('nobody: WRONG_LAST_HOP and an otherwise empty block; silence when asked by multicast (RFC 8487 §4.1.1)', () => {
    const driver = new EngineDriver({ snapshots: ALL });
    driver.deliver(query('192.0.2.77', SOURCE[4], SSM_GROUP[4]), '192.0.2.77');
    const { blocks, to } = onlyReply(driver);
    expect([to, blocks.length]).toEqual(['192.0.2.77 40000', 1]);
    const {
      type,
      typeName,
      length,
      forwardingCode,
      forwardingCodeName,
      queryArrivalTimeUtc,
      routingProtocolName,
      multicastRoutingProtocolName,
      ...rest
    } = blocks[0]!;
    expect(forwardingCodeName).toBe('WRONG_LAST_HOP');
    expect(new Set(Object.values(rest))).toEqual(new Set([0, '0', '0.0.0.0']));

    const another = query('192.0.2.77', SOURCE[4], SSM_GROUP[4], { queryId: 2 });
    driver.deliver(another, '192.0.2.77', { destination: address('224.0.0.2') });
    expect(driver.sent).toHaveLength(1);
    expect(driver.drops.map((drop) => drop.reason)).toEqual(['query-by-multicast-not-last-hop']);
  });

  test('a Query to a broadcast address is for nobody', () => {
    const driver = new EngineDriver({ snapshots: ALL });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4], { destination: address('192.0.2.255') });
    expect(driver.sent).toEqual([]);
    expect(driver.drops.map((drop) => drop.reason)).toEqual(['sent-to-broadcast']);
  });

  test('a stand-in address is its router, whoever asks; the Outgoing Interface is the one that owns it', () => {
    const identities = ALL.map(({ name }) => ({
      name,
      addresses: [],
      standIn: name === 'r2' ? [address('10.23.0.2')] : [],
    }));
    const driver = new EngineDriver({ snapshots: ALL, identities });
    driver.deliver(query('192.0.2.77', SOURCE[4], SSM_GROUP[4]), '192.0.2.77', { destination: address('10.23.0.2') });
    const reply = onlyReply(driver);
    expect(reply.blocks).toHaveLength(2);
    expect(reply.blocks[0]).toMatchObject({
      outgoingInterfaceAddress: '10.23.0.2',
      incomingInterfaceAddress: '10.12.0.2',
    });
    expect(reply.transmit.source).toEqual(address('10.23.0.2'));
  });

  test('a stand-in address that is none of the router’s: the only interface that the route forwards to', () => {
    const identities = ALL.map(({ name }) => ({
      name,
      addresses: [],
      standIn: name === 'r2' ? [address('192.0.2.102')] : [],
    }));
    const driver = new EngineDriver({ snapshots: ALL, identities });
    driver.deliver(query('192.0.2.77', SOURCE[4], SSM_GROUP[4]), '192.0.2.77', { destination: address('192.0.2.102') });
    expect(onlyReply(driver).blocks[0]).toMatchObject({ outgoingInterfaceAddress: '10.23.0.2' });
  });

  test('a stand-in answers its first trace, before any table was read, as every later one', () => {
    const identities = ALL.map(({ name }) => ({
      name,
      addresses: [],
      standIn: name === 'r4' ? [address('192.0.2.104')] : [],
    }));
    const driver = new EngineDriver({
      snapshots: ALL,
      identities,
      isLearned: false,
      queryNetworks: [parsePrefix('0.0.0.0/0')!],
    });
    const ask = (queryId: number) =>
      driver.deliver(query('10.34.0.77', SOURCE[4], SSM_GROUP[4], { hops: 1, queryId }), '10.34.0.77', {
        destination: address('192.0.2.104'),
      });
    ask(1);
    driver.domain.learn('r4', [...stateOf(labSnapshot(4)).interfaces.values()]);
    ask(2);
    const [first, second] = driver.sent;
    expect(first?.blocks).toEqual(second?.blocks);
    expect(first?.blocks).toMatchObject([{ outgoingInterfaceAddress: '10.34.0.4' }]);
  });

  test('a router that numbered its interfaces anew is reported by its new numbers, whatever was learned before', () => {
    const driver = new EngineDriver({ snapshots: [renumbered, ...ALL.slice(1)] });
    driver.domain.learn('r4', [...stateOf(labSnapshot(4)).interfaces.values()]);
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1 }), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toMatchObject([
      { incomingInterfaceAddress: '10.34.0.4', outgoingInterfaceAddress: '10.4.0.4', outputPacketCount: '80000' },
    ]);
  });

  test('a router that numbered its interfaces anew and does not forward to the one that was asked says so of that one', () => {
    const routes = renumbered.routes?.map((row) => ({
      ...row,
      outgoing: [{ index: 1, state: 'forwarding' as const }],
    }));
    const driver = new EngineDriver({ snapshots: [{ ...renumbered, routes: routes ?? [] }, ...ALL.slice(1)] });
    driver.domain.learn('r4', [...stateOf(labSnapshot(4)).interfaces.values()]);
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toMatchObject([
      { outgoingInterfaceAddress: '10.4.0.4', outputPacketCount: '80000', forwardingCodeName: 'WRONG_IF' },
    ]);
  });

  test('interface tables that were never read are read first, once a trace', () => {
    const driver = new EngineDriver({ snapshots: ALL, isLearned: false, queryNetworks: [parsePrefix('10.0.0.0/8')!] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(onlyReply(driver).blocks).toHaveLength(4);
    expect(driver.asks.filter((ask) => ask.wanted === 'interfaces').map((ask) => ask.router)).toEqual([
      'r4',
      'r3',
      'r2',
      'r1',
    ]);
  });
});

describe('a router that cannot be read (src/README.md)', () => {
  test.each([
    ['says so', { broken: ['r2'] }, 0],
    ['is silent', { silent: ['r2'] }, 3000],
  ])('%s: its block carries what is known and FATAL_ERROR, well before the client gives up', (_name, trouble, ms) => {
    const driver = new EngineDriver({ snapshots: ALL, ...trouble });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    if (ms > 0) {
      driver.pass(ms - 1);
      expect(driver.sent).toEqual([]);
      expect(driver.engine.nextDeadline()).toBeLessThanOrEqual(driver.now.monotonicMs + 1);
      driver.pass(1);
    }
    const { blocks } = onlyReply(driver);
    expect(blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR', 'FATAL_ERROR']);
    expect(blocks[2]).toMatchObject({
      outgoingInterfaceAddress: '10.23.0.2',
      incomingInterfaceAddress: '0.0.0.0',
      upstreamRouterAddress: '0.0.0.0',
      inputPacketCount: null,
      outputPacketCount: null, // those of its table are as old as that
      sourceGroupPacketCount: null,
    });
  });

  test('was never read either, but has configured addresses: the one that was named as upstream', () => {
    const identities = ALL.map(({ name }) => ({
      name,
      addresses: name === 'r2' ? [address('10.23.0.2')] : [],
      standIn: [],
    }));
    const driver = new EngineDriver({
      snapshots: ALL,
      identities,
      broken: ['r2'],
      isLearned: false,
      queryNetworks: [parsePrefix('10.0.0.0/8')!],
    });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    const { blocks } = onlyReply(driver);
    expect(blocks[2]).toMatchObject({ outgoingInterfaceAddress: '10.23.0.2', forwardingCodeName: 'FATAL_ERROR' });
  });

  test('all are silent and none was ever read: WRONG_LAST_HOP within half of replyTimeout (RFC 8487 §4.1.1)', () => {
    const driver = new EngineDriver({
      snapshots: ALL,
      silent: ['r1', 'r2', 'r3', 'r4'],
      isLearned: false,
      queryNetworks: [parsePrefix('10.0.0.0/8')!],
    });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    driver.pass(5000);
    expect(onlyReply(driver).blocks[0]).toMatchObject({ forwardingCodeName: 'WRONG_LAST_HOP' });
  });

  test('the log is told of it with the code that the client gets', () => {
    const driver = new EngineDriver({ snapshots: ALL, broken: ['r2'] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(driver.notes).toMatchObject([
      { event: 'router-not-read', subject: 'r2', standardBlockCount: 3, forwardingCode: 0x80 },
      { event: 'replied', standardBlockCount: 3, forwardingCode: 0x80 },
    ]);
  });

  test('an upstream router that is nobody’s, with native forwarding off: FATAL_ERROR in the block that names it', () => {
    const driver = new EngineDriver({ snapshots: ALL.slice(0, 2) });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    const { blocks } = onlyReply(driver);
    expect(blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'FATAL_ERROR']);
    expect(blocks[1]).toMatchObject({ upstreamRouterAddress: '10.23.0.2' });
  });
});
