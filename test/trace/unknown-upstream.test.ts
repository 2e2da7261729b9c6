/**
 * RFC 8487 §4.3.1: the Incoming Interface is known, the router on it is not. Of our routers on that link the one that
 * forwards onto it goes on; else the Request goes to the routers' group, where this host is on the link.
 */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const [R4, R3, ...REST] = ALL as [Snapshot, Snapshot, Snapshot, Snapshot];
/** r4 knows where packets come in, and not from whom. */
const LOST = { ...R4, rpf: [], routes: R4.routes!.map((row) => ({ ...row, upstream: null })) };
const NATIVE = { forward: true, port: 33435 };
const GROUP = { 4: '224.0.0.13', 6: 'ff02::d' } as const;
const LINK = { 4: '10.34.0.9/24', 6: 'fd00:34::9/64' } as const;

/** Another router on the link between r3 and r4, with the highest address there. */
function sibling(routes: Snapshot['routes']): Snapshot {
  return {
    name: 'r5',
    interfaces: [
      { index: 2, name: 'up0', addresses: ['10.34.0.250/24', 'fd00:34::ff/64'], multicast: true },
      { index: 3, name: 'down0', addresses: ['10.45.0.5/24', 'fd00:45::5/64'], multicast: true },
    ],
    routes,
  };
}

describe.each([4, 6] as const)('IPv%i', (family) => {
  const upstreamField = family === 4 ? 'upstreamRouterAddress' : 'remoteAddress';
  const link = { network: parsePrefix(LINK[family])!, interfaceIndex: 12 };

  function ask(options: ConstructorParameters<typeof EngineDriver>[0]) {
    const driver = new EngineDriver(options);
    driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]), RECEIVER[family]);
    expect(driver.drops).toEqual([]);
    return driver;
  }

  test('the block names the group, and our router that forwards onto the link goes on', () => {
    const { sent } = ask({ snapshots: [LOST, R3, ...REST] });
    expect(sent).toHaveLength(1);
    expect(sent[0]!.blocks).toHaveLength(4);
    expect(sent[0]!.blocks.map((block) => block.forwardingCodeName)).toEqual(Array(4).fill('NO_ERROR'));
    expect(sent[0]!.blocks[0]).toMatchObject({ [upstreamField]: GROUP[family] });
    expect(sent[0]!.blocks[1]).toMatchObject(
      family === 4 ? { outgoingInterfaceAddress: '10.34.0.3' } : { outgoingInterfaceId: 3, localAddress: 'fd00:23::3' },
    );
  });

  test('not one that is on the link and forwards elsewhere, whatever its address', () => {
    const row = {
      group: SSM_GROUP[family],
      source: SOURCE[family],
      incoming: 2,
      upstream: null,
      outgoing: [{ index: 3, state: 'forwarding' as const }],
    };
    for (const routes of [[], [row], [{ ...row, outgoing: [{ index: 2, state: 'pruned' as const }] }]]) {
      const { sent } = ask({ snapshots: [LOST, sibling(routes), R3, ...REST] });
      expect(sent[0]!.blocks).toHaveLength(4);
      expect(sent[0]!.blocks[1]).toMatchObject({ forwardingCodeName: 'NO_ERROR', outputPacketCount: '60000' });
    }
  });

  test('none of ours, and the host on the link: the Request goes to the group there', () => {
    const { sent, freeSlots } = ask({ snapshots: [LOST, sibling([])], native: NATIVE, hostLinks: [link] });
    expect(sent).toMatchObject([
      {
        to: `${GROUP[family]} 33435`,
        header: { typeName: 'REQUEST' },
        blocks: [{ [upstreamField]: GROUP[family], forwardingCodeName: 'NO_ERROR' }],
        transmit: { interfaceIndex: 12, hopLimit: 255, source: undefined },
      },
    ]);
    expect(freeSlots).toBe(7);
  });

  test.each([
    ['the host is on another link', NATIVE, [{ network: parsePrefix('192.0.2.1/24')!, interfaceIndex: 1 }]],
    ['Requests do not go to strangers', { forward: false }, [link]],
  ])('%s: FATAL_ERROR', (_name, native, hostLinks) => {
    const { sent } = ask({ snapshots: [LOST, sibling([])], native, hostLinks });
    expect(sent).toMatchObject([
      {
        header: { typeName: 'REPLY' },
        blocks: [{ [upstreamField]: GROUP[family], forwardingCodeName: 'FATAL_ERROR' }],
      },
    ]);
  });

  describe('a peer answers for routers of the link', () => {
    const daemon = { 4: '192.0.2.1', 6: '2001:db8::1' }[family];
    const routers = ['10.34.0.3/32', 'fd00:34::3/128'].map((text) => parsePrefix(text)!);
    const addresses = ['192.0.2.2', '2001:db8::2'].map((text) => parseAddress(text)!);
    const peers = [{ name: 'east', addresses, port: 33435, routers }];
    const fromPeer = { destination: addresses[family === 4 ? 0 : 1]! };
    const east = (snapshots: readonly Snapshot[], options: Partial<DriverOptions> = {}) =>
      new EngineDriver({
        ...options,
        snapshots,
        peers: [{ name: 'west', addresses: [parseAddress(daemon)!], port: 33435, routers: [] }],
      });
    const asked = () => ask({ snapshots: [LOST], peers }).sent[0]!;

    test('it gets the Request, and finds the one that forwards', () => {
      expect(asked()).toMatchObject({
        to: `${formatAddress(fromPeer.destination)} 33435`,
        header: { typeName: 'REQUEST' },
      });
      const driver = east([R3, ...REST, sibling([])]);
      driver.deliver(asked().octets, daemon, fromPeer);
      expect(driver.sent[0]!.blocks).toHaveLength(4);
      expect(driver.sent[0]!.header).toMatchObject({ typeName: 'REPLY' });
    });

    test('it reads its tables first, where it has not', () => {
      const driver = east([R3, ...REST], { isLearned: false });
      driver.deliver(asked().octets, daemon, fromPeer);
      expect(driver.sent[0]!.blocks).toHaveLength(4);
    });

    test('it is not asked where the block does not tell the link: FATAL_ERROR', () => {
      // A router of ours is on the link, so that it is hidden; IPv6, by default, tells the Local Address that is seen farthest.
      const hidden = { hideFrom: [parsePrefix('0.0.0.0/0')!, parsePrefix('::/0')!] };
      const farther = [{ index: 7, name: 'lo1', addresses: ['2001:db8:77::4/128'], multicast: false }];
      const elsewhere = { ...LOST, interfaces: [...LOST.interfaces, ...farther] };
      const options = family === 4 ? hidden : {};
      const { sent } = ask({ snapshots: [family === 4 ? LOST : elsewhere, sibling([])], peers, ...options });
      expect(sent).toMatchObject([{ header: { typeName: 'REPLY' }, blocks: [{ forwardingCodeName: 'FATAL_ERROR' }] }]);
    });

    test('which may be nobody: FATAL_ERROR', () => {
      const driver = east([sibling([])]);
      driver.deliver(asked().octets, daemon, fromPeer);
      expect(driver.sent[0]!.blocks).toMatchObject([{ forwardingCodeName: 'FATAL_ERROR' }]);
    });
  });

  test('the group is that of the protocol, else all routers', () => {
    const groupOf = (multicastRoutingProtocol: 'pimDenseMode' | 'dvmrp' | 'igmpOnly') => {
      const interfaces = LOST.interfaces.map((one) => ({ ...one, multicastRoutingProtocol: null }));
      const routes = LOST.routes.map((row) => ({ ...row, multicastRoutingProtocol }));
      const snapshots = [{ ...LOST, interfaces, routes }];
      return ask({ snapshots, native: NATIVE, hostLinks: [link] }).sent[0]!.to;
    };
    expect(groupOf('pimDenseMode')).toBe(`${GROUP[family]} 33435`);
    expect(groupOf('dvmrp')).toBe(family === 4 ? '224.0.0.4 33435' : 'ff02::4 33435');
    expect(groupOf('igmpOnly')).toBe(family === 4 ? '224.0.0.2 33435' : 'ff02::2 33435');
  });

  test('the Request has the address of the Incoming Interface where that is a stand-in (§4.3.2)', () => {
    const own = { 4: '10.34.0.4', 6: 'fd00:34::4' }[family];
    const { sent } = ask({
      snapshots: [LOST],
      identities: [{ name: 'r4', addresses: [], standIn: [parseAddress(own)!] }],
      native: NATIVE,
      hostLinks: [link],
    });
    expect(formatAddress(sent[0]!.transmit.source!)).toBe(own);
  });
});

test('IPv6: a link-local upstream router that speaks Mtrace2 gets the Request, where the host is on its link', () => {
  const link = { network: parsePrefix(LINK[6])!, interfaceIndex: 12 };
  const driver = new EngineDriver({ snapshots: [R4], native: NATIVE, hostLinks: [link] });
  driver.deliver(query(RECEIVER[6], SOURCE[6], SSM_GROUP[6]), RECEIVER[6]);
  expect(driver.sent).toMatchObject([{ to: 'fe80::3:3 33435', transmit: { interfaceIndex: 12 } }]);
});

describe('the port of a native router', () => {
  const ports = ['10.34.0.0/16 10240', '10.34.0.3/32 33433', '10.0.0.0/8 5000', 'fd00:34::/64 33433'].map((text) => {
    const [routers, port] = text.split(' ');
    return { routers: parsePrefix(routers!)!, port: Number(port) };
  });

  test('is that of the longest prefix', () => {
    const driver = new EngineDriver({ snapshots: [R4], native: { ...NATIVE, ports } });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(driver.sent[0]!.to).toBe('10.34.0.3 33433');
  });

  test('of a link-local address or a group is that of the link', () => {
    for (const [family, r4, to] of [
      [6, R4, 'fe80::3:3 33433'],
      [4, LOST, '224.0.0.13 10240'],
    ] as const) {
      const hostLinks = [{ network: parsePrefix(LINK[family])!, interfaceIndex: 12 }];
      const driver = new EngineDriver({ snapshots: [r4], native: { ...NATIVE, ports }, hostLinks });
      driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]), RECEIVER[family]);
      expect(driver.sent[0]!.to).toBe(to);
    }
  });
});

test('IPv6: a Request that came to a link-local address is answered from one that the client can hear', () => {
  const downstream = new EngineDriver({
    snapshots: [R4],
    native: NATIVE,
    hostLinks: [{ network: parsePrefix(LINK[6])!, interfaceIndex: 12 }],
  });
  downstream.deliver(query(RECEIVER[6], SOURCE[6], SSM_GROUP[6]), RECEIVER[6]);
  const driver = new EngineDriver({
    snapshots: [R3, ...REST],
    hostLinks: [{ network: parsePrefix('fd00:34::3/64')!, interfaceIndex: 3 }],
  });
  const destination = parseAddress('fe80::3:3')!;
  driver.deliver(downstream.sent[0]!.octets, 'fe80::4:2', { destination, interfaceIndex: 3 });
  expect(driver.sent).toMatchObject([{ header: { typeName: 'REPLY' }, transmit: { source: undefined } }]);
});
