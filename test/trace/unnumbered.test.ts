/** An upstream router is named only together with the interface it is on. RFC 8487 §3.2.4 Upstream Router Address, §3.2.5 Remote Address */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';
import { labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const R4 = labSnapshot(4);

/** The blocks of r4 and r3, where r4 is changed. */
function blocks(family: 4 | 6, changes: Partial<Snapshot>) {
  const driver = new EngineDriver({ snapshots: [{ ...R4, ...changes }, labSnapshot(3)] });
  driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family], { hops: 2 }), RECEIVER[family]);
  expect(driver.sent).toMatchObject([{ header: { typeName: 'REPLY' } }]);
  return driver.sent[0]!.blocks;
}

/** The interface towards the source, with these addresses only. */
const withUpstreamLink = (addresses: readonly string[]) => ({
  interfaces: R4.interfaces.map((one) => (one.index === 2 ? { ...one, addresses } : one)),
});
/** A row that names a neighbour, and no interface; no path to the source that would. */
const withoutIncoming = (family: 4 | 6, upstream: string) => ({
  routes: [
    {
      group: SSM_GROUP[family],
      source: SOURCE[family],
      incoming: null,
      upstream,
      outgoing: [{ index: 3, state: 'forwarding' as const }],
    },
  ],
  rpf: [],
});

describe('IPv4', () => {
  test.each([
    ['without any address', [], '0.0.0.0'],
    ['with IPv6 addresses only', ['fd00:34::4/64', 'fe80::4:2/64'], '10.34.0.3'],
  ])('an Incoming Interface %s: both are 0, its count is told, and the trace goes on', (_name, addresses, outgoing) => {
    const [r4, r3] = blocks(4, withUpstreamLink(addresses));
    expect(r4).toMatchObject({
      incomingInterfaceAddress: '0.0.0.0',
      upstreamRouterAddress: '0.0.0.0',
      inputPacketCount: '40000',
      forwardingCodeName: 'NO_ERROR',
    });
    expect(r3).toMatchObject({ incomingInterfaceAddress: '10.23.0.3', outgoingInterfaceAddress: outgoing });
  });

  test('an Incoming Interface that is not known: both are 0, and so is its count', () => {
    const [r4, r3] = blocks(4, withoutIncoming(4, '10.34.0.3'));
    expect(r4).toMatchObject({
      incomingInterfaceAddress: '0.0.0.0',
      upstreamRouterAddress: '0.0.0.0',
      inputPacketCount: null,
    });
    expect(r3).toMatchObject({ outgoingInterfaceAddress: '10.34.0.3' });
  });

  test('of several addresses, the one on the upstream router’s subnet', () => {
    const [r4] = blocks(4, withUpstreamLink(['192.0.2.4/24', '10.34.0.4/24']));
    expect(r4).toMatchObject({ incomingInterfaceAddress: '10.34.0.4', upstreamRouterAddress: '10.34.0.3' });
  });

  test('of several addresses, none of which shares a subnet with it: the first', () => {
    const [r4] = blocks(4, withUpstreamLink(['192.0.2.4/24', '198.51.100.4/24']));
    expect(r4).toMatchObject({ incomingInterfaceAddress: '192.0.2.4', upstreamRouterAddress: '10.34.0.3' });
  });
});

describe('an upstream router that the block may not name, because the Incoming Interface has no address', () => {
  const unnumbered = { ...R4, ...withUpstreamLink([]) };
  const ask = (changes: Partial<DriverOptions>) => {
    const driver = new EngineDriver({ snapshots: [unnumbered], ...changes });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    return driver.sent.map((one) => [one.header.typeName, one.to, one.blocks[0]?.forwardingCodeName]);
  };

  test('is a peer’s: the peer could not tell which router is meant, so the client is told at once', () => {
    const peer = { name: 'east', addresses: [parseAddress('192.0.2.2')!], port: 33435 };
    expect(ask({ peers: [{ ...peer, routers: [parsePrefix('10.34.0.0/24')!] }] })).toEqual([
      ['REPLY', `${RECEIVER[4]} 40000`, 'FATAL_ERROR'],
    ]);
  });

  test('speaks Mtrace2 itself: it knows that it is meant', () => {
    expect(ask({ native: { forward: true, port: 33435 } })).toEqual([['REQUEST', '10.34.0.3 33435', 'NO_ERROR']]);
  });
});

describe('IPv6', () => {
  test('an Incoming Interface that is not known: its ID is 0 and the Remote Address ::', () => {
    const [r4, r3] = blocks(6, withoutIncoming(6, 'fd00:34::3'));
    expect(r4).toMatchObject({ incomingInterfaceId: 0, remoteAddress: '::', inputPacketCount: null });
    expect(r3).toMatchObject({ outgoingInterfaceId: 3 });
  });

  test('an Incoming Interface with link-local addresses only has an ID, and so the Remote Address is told', () => {
    const [r4] = blocks(6, withUpstreamLink(['fe80::4:2/64']));
    expect(r4).toMatchObject({ incomingInterfaceId: 2, remoteAddress: 'fe80::3:3' });
  });
});

describe('a link without addresses, whose routers know each other by their loopback addresses', () => {
  /** r4 and r3 with nothing on the link between them. */
  const bare = (n: 3 | 4, index: number, rows: Snapshot['routes'] = labSnapshot(n).routes): Snapshot => ({
    ...labSnapshot(n),
    interfaces: labSnapshot(n).interfaces.map((one) => (one.index === index ? { ...one, addresses: [] } : one)),
    ...(rows && { routes: rows }),
  });
  const toLoopback =
    R4.routes?.map((row) => (row.group === SSM_GROUP[4] ? { ...row, upstream: '10.0.0.3' } : row)) ?? [];
  const blockOfR3 = (changes: Partial<DriverOptions> = {}, multicast = true) => {
    const r3 = bare(3, 3);
    const interfaces = r3.interfaces.map((one) => (one.index === 1 ? { ...one, multicast } : one));
    const driver = new EngineDriver({ snapshots: [bare(4, 2, toLoopback), { ...r3, interfaces }], ...changes });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 2 }), RECEIVER[4]);
    return driver.sent[0]?.blocks[1];
  };

  test.each([[true], [false]])(
    'nothing came in by the loopback interface, multicast there or not (%s)',
    (multicast) => {
      expect(blockOfR3({}, multicast)).toMatchObject({
        incomingInterfaceAddress: '10.23.0.3',
        outgoingInterfaceAddress: '0.0.0.0',
        forwardingCodeName: 'NO_ERROR',
      });
    },
  );

  test('whose router cannot be read, but was before', () => {
    expect(blockOfR3({ broken: ['r3'] })).toMatchObject({
      outgoingInterfaceAddress: '0.0.0.0',
      outputPacketCount: null,
      forwardingTtl: 0,
      forwardingCodeName: 'FATAL_ERROR',
    });
  });
});

describe('an upstream router that is known by an address of another of its links', () => {
  /** r3 borrows the address of a link of its own for the one towards r4; the block of r3. */
  const blockOfR3 = (linkAddresses: readonly string[], forwardsToLan: boolean) => {
    const lan = { ...labSnapshot(3).interfaces[1]!, index: 9, name: 'lan', addresses: ['10.33.0.3/24'] };
    const r3 = labSnapshot(3);
    const interfaces = r3.interfaces.map((one) => (one.index === 3 ? { ...one, addresses: [] } : one));
    const toLan = { index: 9, state: 'forwarding' as const };
    const rows = r3.routes?.map((row) => ({
      ...row,
      outgoing: forwardsToLan ? [...row.outgoing, toLan] : row.outgoing,
    }));
    const changes = { ...r3, interfaces: [...interfaces, lan], ...(rows && { routes: rows }) };
    const routes =
      R4.routes?.map((row) => (row.group === SSM_GROUP[4] ? { ...row, upstream: '10.33.0.3' } : row)) ?? [];
    const r4 = { ...R4, ...withUpstreamLink(linkAddresses), routes };
    const driver = new EngineDriver({ snapshots: [r4, changes] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 2 }), RECEIVER[4]);
    return driver.sent[0]?.blocks[1];
  };
  const unknown = { outgoingInterfaceAddress: '0.0.0.0', outputPacketCount: null, forwardingCodeName: 'NO_ERROR' };

  test.each<[string, string[]]>([
    ['without addresses', []],
    ['with a borrowed one', ['10.0.0.4/32']],
    ['with another subnet', ['10.34.0.4/24']],
  ])(
    'a link %s is not that one: the Outgoing Interface is unknown, and nothing is wrong with it',
    (_name, addresses) => {
      expect(blockOfR3(addresses, false)).toMatchObject(unknown);
      expect(blockOfR3(addresses, true)).toMatchObject(unknown);
    },
  );

  test('a link of the same subnet is: nothing goes there', () => {
    expect(blockOfR3(['10.33.0.4/24'], false)).toMatchObject({
      outgoingInterfaceAddress: '10.33.0.3',
      forwardingCodeName: 'WRONG_IF',
    });
  });
});
