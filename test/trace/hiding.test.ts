/** Hiding Information, RFC 8487 §4.6: what is between our routers is all ones for those who may not know. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const ONES = { 4: '255.255.255.255', 6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' } as const;
const EVERYBODY = ['0.0.0.0/0', '::/0'].map((text) => parsePrefix(text)!);

describe.each([4, 6] as const)('IPv%i', (family) => {
  const names =
    family === 4
      ? {
          outgoing: 'outgoingInterfaceAddress',
          incoming: 'incomingInterfaceAddress',
          upstream: 'upstreamRouterAddress',
        }
      : { outgoing: 'outgoingInterfaceId', incoming: 'incomingInterfaceId', upstream: 'remoteAddress' };
  const interfaceOnes = family === 4 ? ONES[4] : 0xffff_ffff;
  const HIDDEN_OUT = { [names.outgoing]: interfaceOnes, outputPacketCount: null };
  const HIDDEN_IN = { [names.incoming]: interfaceOnes, [names.upstream]: ONES[family], inputPacketCount: null };
  const hidden = { forwardingCodeName: 'INFO_HIDDEN', sourceGroupPacketCount: null };

  function ask(options: Partial<DriverOptions> = {}, hops = 64) {
    const driver = new EngineDriver({ snapshots: ALL, hideFrom: EVERYBODY, ...options });
    driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family], { hops }), RECEIVER[family]);
    expect(driver.drops).toEqual([]);
    return driver;
  }
  const plain = () => ask({ hideFrom: [] }).sent[0]!.blocks;

  test('both sides of an inner router, the inner side of those at the border, and the count of all', () => {
    const { blocks } = ask().sent[0]!;
    const [r4, r3, r2, r1] = plain();
    const local = family === 4 ? {} : { localAddress: ONES[6] };
    expect(blocks).toHaveLength(4);
    expect(blocks[0]).toEqual({
      ...r4,
      ...HIDDEN_IN,
      ...(family === 4 ? {} : { localAddress: 'fd00:4::4' }),
      forwardingCode: 11,
      ...hidden,
    });
    for (const [i, block] of [r3, r2].entries()) {
      expect(blocks[i + 1]).toEqual({ ...block, ...HIDDEN_OUT, ...HIDDEN_IN, ...local, forwardingCode: 11, ...hidden });
    }
    expect(blocks[3]).toEqual({ ...r1, ...HIDDEN_OUT, forwardingCode: 11, ...hidden });
  });

  test('from whom it is to be hidden, and nobody else', () => {
    const other = [parsePrefix(family === 4 ? '10.4.0.3/32' : 'fd00:4::3/128')!];
    expect(ask({ hideFrom: other }).sent[0]!.blocks).toEqual(plain());
    const client = [parsePrefix(RECEIVER[family])!];
    expect(ask({ hideFrom: client }).sent[0]!.blocks[0]).toMatchObject(hidden);
  });

  test('at the border to a peer all is there that the next router needs', () => {
    const peers = [
      {
        name: 'east',
        addresses: [parseAddress(family === 4 ? '192.0.2.2' : '2001:db8::2')!],
        port: 33435,
        routers: ['10.23.0.2/32', 'fd00:23::/64'].map((text) => parsePrefix(text)!),
      },
    ];
    const { sent } = ask({ snapshots: ALL.slice(0, 2), peers });
    expect(sent[0]).toMatchObject({ header: { typeName: 'REQUEST' } });
    const [, r3] = plain();
    expect(sent[0]!.blocks[1]).toEqual({ ...r3, ...HIDDEN_OUT, forwardingCode: 11, ...hidden });
    const east = new EngineDriver({
      snapshots: ALL.slice(2),
      hideFrom: EVERYBODY,
      peers: [{ ...peers[0]!, routers: [] }],
    });
    east.deliver(sent[0]!.octets, family === 4 ? '192.0.2.2' : '2001:db8::2');
    const [, , r2, r1] = plain();
    expect(east.sent[0]!.blocks.slice(2)).toEqual([
      {
        ...r2,
        ...HIDDEN_IN,
        ...(family === 4 ? {} : { localAddress: 'fd00:23::2' }),
        forwardingCode: 11,
        ...hidden,
      },
      { ...r1, ...HIDDEN_OUT, forwardingCode: 11, ...hidden },
    ]);
  });

  test('of a router of which only the outer side is told, no address of the inner ones', () => {
    const inside = (driver: EngineDriver, i: number) => driver.sent[0]!.blocks.at(i)!.localAddress;
    const [r4, r3] = ALL as [Snapshot, Snapshot];
    // Its loopback first, by which IPv6 would know it.
    const asked = new EngineDriver({ snapshots: ALL, hideFrom: EVERYBODY });
    const extended = [6, 0, 8, 0, 0, 9, 0, 0];
    const octets = Uint8Array.of(...query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]), ...extended);
    asked.deliver(octets, RECEIVER[family]);
    expect(asked.sent[0]!.blocks.at(-1)).toMatchObject({ forwardingCodeName: 'UNKNOWN_QUERY' });
    const unread = [ask({ broken: [r4.name] }), ask({ broken: [r3.name] })] as const;
    const [outer, inner] = family === 4 ? [undefined, undefined] : ['fd00:4::4', ONES[6]];
    expect([inside(asked, -1), inside(unread[0], 0), inside(unread[1], 1)]).toEqual([outer, outer, inner]);
  });

  test('also where # Hops ends the trace inside', () => {
    const { blocks } = ask({}, 2).sent[0]!;
    expect(blocks[1]).toMatchObject({ ...HIDDEN_OUT, ...HIDDEN_IN, ...hidden });
  });

  test('a code that was noted before stays', () => {
    const [r4, ...others] = ALL as [Snapshot, ...Snapshot[]];
    const scopes = [{ groups: family === 4 ? '232.0.0.0/8' : 'ff3e::/16', interface: 2 }];
    const { blocks } = ask({ snapshots: [{ ...r4, scopes }, ...others] }).sent[0]!;
    expect(blocks[0]).toMatchObject({ ...HIDDEN_IN, forwardingCodeName: 'SCOPED', sourceGroupPacketCount: null });
  });

  test('an inner router that cannot be read: its link is not told either', () => {
    const { blocks } = ask({ broken: ['r3'] }).sent[0]!;
    expect(blocks[1]).toMatchObject({ ...HIDDEN_OUT, forwardingCodeName: 'FATAL_ERROR' });
  });

  test('the link to a router that may be ours, not having been read', () => {
    const driver = ask({
      snapshots: ALL.slice(0, 2),
      identities: [...ALL.slice(0, 2), { name: 'r2' }].map(({ name }) => ({ name, addresses: [], standIn: [] })),
    });
    expect(driver.sent[0]!.blocks[1]).toMatchObject({ ...HIDDEN_OUT, ...HIDDEN_IN, forwardingCodeName: 'FATAL_ERROR' });
  });

  test('the link to a router of ours beside a peer’s, right after a start: it is asked before the peer is', () => {
    const standIn = parseAddress(family === 4 ? '192.0.2.4' : '2001:db8::4')!;
    const identities = ALL.map(({ name }) => ({ name, addresses: [], standIn: name === 'r4' ? [standIn] : [] }));
    const routers = ['10.34.0.0/24', 'fd00:34::/64'].map((text) => parsePrefix(text)!);
    const addresses = ['203.0.113.9', '2001:db8:9::9'].map((text) => parseAddress(text)!);
    const peers = [{ name: 'east', addresses, port: 33435, routers }];
    const driver = new EngineDriver({
      snapshots: ALL,
      hideFrom: EVERYBODY,
      identities,
      peers,
      isLearned: false,
      queryNetworks: EVERYBODY,
    });
    const octets = query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]);
    driver.deliver(octets, RECEIVER[family], { destination: standIn });
    expect(driver.sent[0]!.blocks).toHaveLength(4);
    expect(driver.sent[0]!.blocks[0]).toMatchObject({ ...HIDDEN_IN, ...hidden });
  });

  test('not the source’s own link, whoever else of ours is on it: there the trace has arrived, RFC 8487 §5.8.1', () => {
    const r1 = ALL[3]!;
    const onSourceLink = r1.interfaces.find(({ addresses }) => addresses.some((one) => one.startsWith('10.1.0.')))!;
    const addresses = ['10.1.0.200/24', 'fd00:1::200/64'];
    const sibling: Snapshot = { name: 'r5', interfaces: [{ ...onSourceLink, addresses }] };
    expect(ask({ snapshots: [...ALL, sibling] }).sent[0]!.blocks[3]).toEqual(ask().sent[0]!.blocks[3]);
    // Nor when r1 names the source as its neighbour and other routers were never read: they may be anywhere but there.
    const identities = [...ALL, sibling].map(({ name }) => ({ name, addresses: [], standIn: [] }));
    const routes = r1.routes!.map((row) => ({ ...row, upstream: row.source }));
    const snapshots = [...ALL.slice(0, 3), { ...r1, routes }];
    expect(ask({ snapshots, identities }).sent[0]!.blocks[3]).toEqual(ask().sent[0]!.blocks[3]);
  });

  test('the upstream router is hidden from the client, but not from those on the link who are asked for it', () => {
    const [r4, r3, ...rest] = ALL as [Snapshot, Snapshot, ...Snapshot[]];
    const lost = { ...r4, rpf: [], routes: r4.routes!.map((row) => ({ ...row, upstream: null })) };
    const bystander: Snapshot = {
      name: 'r5',
      interfaces: [{ index: 2, name: 'up0', addresses: ['10.34.0.5/24', 'fd00:34::5/64'], multicast: true }],
    };
    const hostLinks = [{ network: parsePrefix(family === 4 ? '10.34.0.9/24' : 'fd00:34::9/64')!, interfaceIndex: 12 }];
    const { sent } = ask({ snapshots: [lost, bystander], native: { forward: true }, hostLinks });
    expect(sent).toMatchObject([{ header: { typeName: 'REQUEST' }, blocks: [HIDDEN_IN] }]);
    const other = new EngineDriver({ snapshots: [r3, ...rest], hostLinks });
    const sender = family === 4 ? '10.34.0.9' : 'fd00:34::9';
    const { destination } = sent[0]!.transmit;
    other.deliver(sent[0]!.octets, sender, { destination, interfaceIndex: 12 });
    expect(other.drops).toEqual([]);
    expect(other.sent[0]!.blocks).toHaveLength(4);
  });

  test('the link to a router that is not known, and may be ours: never having been read, it was not seen there', () => {
    const [r4, r3] = ALL as [Snapshot, Snapshot];
    const lost = { ...r4, rpf: [], routes: r4.routes!.map((row) => ({ ...row, upstream: null })) };
    const identities = [lost, r3].map(({ name }) => ({ name, addresses: [], standIn: [] }));
    expect(ask({ snapshots: [lost], identities }).sent[0]!.blocks[0]).toMatchObject(HIDDEN_IN);
  });
});
