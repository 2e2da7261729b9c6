/** Proxying Mtrace2 Query, RFC 8487 §4.5: a Reply up to the gateway, and a Query of its own that goes on. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const EVERYBODY = ['0.0.0.0/0', '::/0'].map((text) => parsePrefix(text)!);
const address = (text: string) => parseAddress(text)!;

describe.each([4, 6] as const)('IPv%i', (family) => {
  const client = RECEIVER[family];
  const other = family === 4 ? '10.4.0.3' : 'fd00:4::3';
  const daemon = family === 4 ? '192.0.2.1' : '2001:db8::1';
  const east = family === 4 ? '192.0.2.2' : '2001:db8::2';
  /** r3's interface towards r2, on which it is known by the outside. */
  const rpfAddress = family === 4 ? '10.23.0.3' : 'fd00:23::3';
  const group = SSM_GROUP[family];
  const codes = (driver: EngineDriver) =>
    driver.sent.map(({ blocks }) => blocks.flatMap((one) => (one.forwardingCodeName as string) ?? []));
  const reasons = (driver: EngineDriver) => driver.drops.map((one) => one.reason);

  interface Gateway {
    readonly standIn?: readonly string[];
    readonly of?: readonly string[];
  }

  function driverOf(
    snapshots: readonly Snapshot[],
    { standIn = [rpfAddress], of = ['r3'] }: Gateway = {},
    options: Partial<DriverOptions> = {},
  ): EngineDriver {
    return new EngineDriver({
      snapshots,
      identities: snapshots.map(({ name }) => ({
        name,
        addresses: [],
        standIn: name === 'r3' ? standIn.map(address) : [],
        gateway: of.includes(name) ? EVERYBODY : [],
      })),
      ...options,
    });
  }

  function ask(driver: EngineDriver, hops = 64, queryId = 7, from: string = client): EngineDriver {
    driver.deliver(query(from, SOURCE[family], group, { hops, queryId }), from);
    return driver;
  }

  const peers = [
    {
      name: 'east',
      addresses: [address(east)],
      port: 33435,
      routers: ['10.23.0.2/32', 'fd00:23::/64'].map((text) => parsePrefix(text)!),
    },
  ];
  /** r4 and r3, the gateway; what is upstream of it is a peer's. */
  const west = (gateway: Gateway = {}, options: Partial<DriverOptions> = {}) =>
    driverOf(ALL.slice(0, 2), gateway, { peers, ...options });
  const eastern = () =>
    new EngineDriver({
      snapshots: ALL.slice(2),
      queryNetworks: EVERYBODY,
      peers: [{ name: 'west', addresses: [address(daemon)], port: 33435, routers: [] }],
    });

  describe('the routers upstream are ours', () => {
    test('two Replies with the header of the Query, and not a datagram between', () => {
      const driver = ask(driverOf(ALL));
      expect(codes(driver)).toEqual([
        ['NO_ERROR', 'REACHED_GW'],
        ['NO_ERROR', 'NO_ERROR'],
      ]);
      for (const { to, header } of driver.sent) {
        expect(to).toBe(`${client} 40000`);
        expect(header).toMatchObject({
          typeName: 'REPLY',
          clientAddress: client,
          clientPort: 40000,
          queryId: 7,
          hops: 64,
        });
      }
      const { sent } = ask(new EngineDriver({ snapshots: ALL }));
      const plain = sent[0]!.blocks;
      expect(driver.sent[0]!.blocks[0]).toEqual(plain[0]);
      expect(driver.sent[1]!.blocks).toEqual([...plain.slice(2), returned(2)]);
      expect(driver.freeSlots).toBe(8);
    });

    test('a second gateway: three Replies, the last through both', () => {
      const driver = ask(driverOf(ALL, { of: ['r4', 'r3'] }));
      expect(codes(driver)).toEqual([['REACHED_GW'], ['REACHED_GW'], ['NO_ERROR', 'NO_ERROR']]);
      expect(driver.sent.map(({ octets }) => returnedIn(octets))).toEqual([0, 1, 2]);
      expect(new Set(driver.sent.map(({ to, header }) => `${to} ${header.queryId} ${header.hops}`))).toEqual(
        new Set([`${client} 40000 7 64`]),
      );
    });

    test('a gateway that is no stand-in does as well, until the trace would have to leave', () => {
      expect(codes(ask(driverOf(ALL, { standIn: [] })))).toHaveLength(2);
      const driver = ask(driverOf(ALL.slice(0, 3), { standIn: [] }, { native: { forward: true } }));
      expect(codes(driver)).toEqual([['NO_ERROR', 'REACHED_GW'], ['FATAL_ERROR']]);
      expect(driver.sent[1]!.to).toBe(`${client} 40000`);
    });

    test('no slot is free: the Reply up to the gateway is all', () => {
      const driver = ask(driverOf(ALL, {}, { slots: 1 }));
      expect(codes(driver)).toEqual([['NO_ERROR', 'REACHED_GW']]);
      expect(driver.freeSlots).toBe(1);
    });
  });

  test('# Hops that end at the gateway end the trace; else they are less by the blocks returned but one', () => {
    const at = (hops: number) => ask(driverOf(ALL), hops);
    expect(codes(at(2))).toEqual([['NO_ERROR', 'REACHED_GW']]);
    // The RFC's formula gives 3 - (2 - 1): one router more than was asked for.
    expect(codes(at(3))).toEqual([
      ['NO_ERROR', 'REACHED_GW'],
      ['NO_ERROR', 'NO_ERROR'],
    ]);
    expect(ask(west(), 9).sent[1]!.header).toMatchObject({ hops: 8 });
  });

  test('for its own clients only', () => {
    const identities = ALL.map(({ name }) => ({
      name,
      addresses: [],
      standIn: [],
      gateway: [parsePrefix(client)!],
    }));
    const driver = new EngineDriver({ snapshots: ALL, identities });
    expect(codes(ask(driver, 64, 1, other))).toEqual([Array(4).fill('NO_ERROR')]);
    expect(codes(ask(driver, 64, 1))[1]).toEqual(['REACHED_GW']);
  });

  describe('the routers upstream are somebody else’s', () => {
    test('a Query in the name of the RPF interface goes there, and its Reply to the client', () => {
      const gateway = ask(west());
      expect(codes(gateway)[0]).toEqual(['NO_ERROR', 'REACHED_GW']);
      const asked = gateway.sent[1]!;
      expect(asked).toMatchObject({
        to: `${east} 33435`,
        blocks: [],
        header: { typeName: 'QUERY', clientAddress: rpfAddress, clientPort: 33435, queryId: 7, hops: 63 },
        transmit: { hopLimit: 255 },
      });
      expect(formatAddress(asked.transmit.source!)).toBe(rpfAddress);

      const upstream = eastern();
      upstream.deliver(asked.octets, rpfAddress, { destination: address(east) });
      expect(upstream.sent[0]!.to).toBe(`${rpfAddress} 33435`);
      gateway.deliver(upstream.sent[0]!.octets, east, { destination: address(rpfAddress) });
      expect(gateway.sent[2]).toMatchObject({
        to: `${client} 40000`,
        header: { typeName: 'REPLY', clientAddress: client, clientPort: 40000, queryId: 7, hops: 64 },
        blocks: [...upstream.sent[0]!.blocks, returned(2)],
      });
      expect(formatAddress(gateway.sent[2]!.transmit.source!)).toBe(daemon);
      expect(gateway.freeSlots).toBe(8);
      expect(gateway.drops).toEqual([]);
    });

    test('several Replies come for one Query: all are relayed', () => {
      const gateway = ask(west());
      const reply = gateway.sent[1]!.octets.slice();
      reply[0] = 3;
      const answer = Uint8Array.of(...reply, ...block(family));
      for (let i = 0; i < 3; i++) gateway.deliver(answer, east, { destination: address(rpfAddress) });
      expect(gateway.sent.slice(2).map(({ to }) => to)).toEqual(Array(3).fill(`${client} 40000`));
    });

    test('two clients with one Query ID: the Queries have two, and each client gets its own Reply', () => {
      const gateway = ask(ask(west()), 64, 7, other);
      const ids = [1, 3].map((i) => gateway.sent[i]!.header.queryId);
      expect(ids).toEqual([7, 8]);
      for (const [i, to] of [
        [3, other],
        [1, client],
      ] as const) {
        const upstream = eastern();
        upstream.deliver(gateway.sent[i]!.octets, rpfAddress, { destination: address(east) });
        gateway.deliver(upstream.sent[0]!.octets, east, { destination: address(rpfAddress) });
        expect(gateway.sent.at(-1)).toMatchObject({ to: `${to} 40000`, header: { queryId: 7, clientAddress: to } });
      }
    });

    test('no Reply within [Mtrace Reply Timeout]: it is too late, and the Query ID is free again', () => {
      const gateway = ask(west());
      const reply = Uint8Array.of(...gateway.sent[1]!.octets, ...block(family));
      reply[0] = 3;
      gateway.pass(9_999);
      gateway.deliver(reply, east, { destination: address(rpfAddress) });
      expect(gateway.sent).toHaveLength(3);
      gateway.pass(1);
      gateway.deliver(reply, east, { destination: address(rpfAddress) });
      expect(reasons(gateway)).toEqual(['reply-not-ours']);
      ask(gateway, 64, 7);
      expect(gateway.sent.at(-1)!.header).toMatchObject({ typeName: 'QUERY', queryId: 7 });
    });

    test('what is not the Reply to it is dropped: another header, or no block', () => {
      const gateway = ask(west());
      const reply = Uint8Array.of(...gateway.sent[1]!.octets, ...block(family));
      reply[0] = 3;
      const header = family === 4 ? 20 : 56;
      for (let at = 3; at < header; at++) {
        const changed = reply.slice();
        changed[at]! ^= 1;
        gateway.deliver(changed, east, { destination: address(rpfAddress) });
      }
      gateway.deliver(reply.slice(0, header), east, { destination: address(rpfAddress) });
      expect(new Set(reasons(gateway))).toEqual(new Set(['reply-not-ours']));
      expect(gateway.sent).toHaveLength(2);
      expect(gateway.freeSlots).toBe(8);
    });

    test('its Reply comes from wherever the trace ends, far from any neighbor', () => {
      const gateway = ask(west());
      const reply = Uint8Array.of(...gateway.sent[1]!.octets, ...block(family));
      reply[0] = 3;
      gateway.deliver(reply, family === 4 ? '198.51.100.1' : '2001:db8:99::1', { destination: address(rpfAddress) });
      expect(gateway.sent[2]).toMatchObject({ to: `${client} 40000`, header: { typeName: 'REPLY' } });
    });

    test('its own Query, which a multicast group brings back to it, is nobody’s', () => {
      const gateway = ask(west());
      const group = address(family === 4 ? '224.0.0.13' : 'ff02::d');
      gateway.deliver(gateway.sent[1]!.octets, rpfAddress, { destination: group });
      expect(reasons(gateway)).toEqual(['query-our-own']);
      expect(gateway.sent).toHaveLength(2);
    });

    test('sixteen of one client for the same are out at most: two gateways that have each other upstream come to an end', () => {
      const gateway = west();
      for (let queryId = 1; queryId <= 20; queryId++) ask(gateway, 64, queryId);
      ask(gateway, 64, 77, other);
      const asked = gateway.sent.filter(({ header }) => header.typeName === 'QUERY');
      expect(asked.map(({ header }) => header.queryId)).toEqual([...Array.from({ length: 16 }, (_, i) => i + 1), 77]);
      expect(gateway.freeSlots).toBe(8);
      gateway.pass(10_000);
      ask(gateway, 64, 8);
      expect(gateway.sent.at(-1)!.header).toMatchObject({ typeName: 'QUERY', queryId: 8 });
    });

    test('a Reply that is longer than any may be is not relayed, RFC 8487 §3', () => {
      const gateway = ask(west());
      const room = (family === 4 ? 1472 : 1232) - gateway.sent[1]!.octets.length;
      const most = Math.floor(room / block(family).length);
      const replyOf = (blocks: number) => {
        const reply = Uint8Array.of(
          ...gateway.sent[1]!.octets,
          ...Array(blocks)
            .fill([...block(family)])
            .flat(),
        );
        reply[0] = 3;
        return reply;
      };
      gateway.deliver(replyOf(most + 1), east, { destination: address(rpfAddress) });
      expect(reasons(gateway)).toEqual(['reply-too-long']);
      gateway.deliver(replyOf(most), east, { destination: address(rpfAddress) });
      expect(gateway.sent).toHaveLength(3);
      // And it does not become too long here.
      const { length } = gateway.sent[2]!.octets;
      expect(length - replyOf(most).length).toBe(room - most * block(family).length < 8 ? 0 : 8);
    });

    test('a Reply that is full already: its own count of returned blocks counts for the gateway, too', () => {
      const gateway = ask(west());
      const asked = gateway.sent[1]!.octets;
      const limit = family === 4 ? 1472 : 1232;
      const blocks = Math.floor((limit - asked.length - 16) / block(family).length);
      const counted = [
        ...Array(blocks)
          .fill([...block(family)])
          .flat(),
        5,
        0,
        8,
        0,
        0,
        1,
        0,
        4,
      ];
      const rest = limit - asked.length - counted.length;
      const reply = Uint8Array.of(...asked, ...counted, 5, 0, rest, 0, 0, 9, ...Array(rest - 6).fill(0xab));
      reply[0] = 3;
      gateway.deliver(reply, east, { destination: address(rpfAddress) });
      expect(gateway.sent[2]!.octets).toHaveLength(limit);
      expect(returnedIn(gateway.sent[2]!.octets)).toBe(4 + 2);
    });

    test.each([
      ['it goes in two, each with what was returned before', 4, [2, 2 + (family === 4 ? 13 : 7)]],
      ['without a slot for the second, it goes as it is', 3, [0]],
    ] as const)('a Reply that is full, and counts nothing itself: %s', (_name, slots, expected) => {
      const gateway = ask(west({}, { slots, isPortSlow: true }));
      const asked = gateway.sent[1]!.octets;
      const limit = family === 4 ? 1472 : 1232;
      const blocks = Math.floor((limit - asked.length - 8) / block(family).length);
      const told = Array(blocks)
        .fill([...block(family)])
        .flat();
      const rest = limit - asked.length - told.length;
      const reply = Uint8Array.of(...asked, ...told, 5, 0, rest, 0, 0, 9, ...Array(rest - 6).fill(0xab));
      reply[0] = 3;
      gateway.deliver(reply, east, { destination: address(rpfAddress) });
      const relayed = gateway.sent.slice(2);
      expect(relayed.map(({ octets }) => returnedIn(octets))).toEqual(expected);
      const standard = relayed.flatMap((one) => one.blocks.filter(({ type }) => type === 4));
      expect(standard).toHaveLength(blocks);
      expect(Math.max(...relayed.map(({ octets }) => octets.length))).toBeLessThanOrEqual(limit);
      expect(relayed.map(({ to }) => to)).toEqual(relayed.map(() => `${client} 40000`));
    });

    test('a Reply of one family in a datagram of the other is not relayed, RFC 8487 §3', () => {
      const addresses = ['192.0.2.2', '2001:db8::2'].map(address);
      const gateway = ask(west({}, { peers: peers.map((peer) => ({ ...peer, addresses })) }));
      const reply = Uint8Array.of(...gateway.sent[1]!.octets, ...block(family));
      reply[0] = 3;
      gateway.deliver(reply, family === 4 ? '2001:db8::2' : '192.0.2.2');
      expect(reasons(gateway)).toEqual(['family-mixed']);
      expect(gateway.sent).toHaveLength(2);
    });

    test('at most 255 Replies are relayed for one Query', () => {
      const gateway = ask(west());
      const reply = Uint8Array.of(...gateway.sent[1]!.octets, ...block(family));
      reply[0] = 3;
      for (let i = 0; i < 300; i++) gateway.deliver(reply, east, { destination: address(rpfAddress) });
      expect(gateway.sent).toHaveLength(2 + 255);
    });

    test('a Reply that counts more blocks than any path has is not relayed', () => {
      const gateway = ask(west());
      const counting = (count: number) => {
        const reply = Uint8Array.of(
          ...gateway.sent[1]!.octets,
          ...block(family),
          5,
          0,
          8,
          0,
          0,
          1,
          count >> 8,
          count & 0xff,
        );
        reply[0] = 3;
        return reply;
      };
      gateway.deliver(counting(510), east, { destination: address(rpfAddress) });
      expect(gateway.drops).toMatchObject([{ reason: 'reply-of-too-many-blocks', value: 511 }]);
      gateway.deliver(counting(509), east, { destination: address(rpfAddress) });
      expect(gateway.sent).toHaveLength(3);
    });

    test('Extended Query Blocks go along', () => {
      const gateway = west();
      const extended = [6, 0, 8, 1, 0, 9, 0xab, 0xcd];
      gateway.deliver(Uint8Array.of(...query(client, SOURCE[family], group), ...extended), client);
      expect(gateway.sent[1]!.octets.slice(-8)).toEqual(Uint8Array.from(extended));
    });

    test('the gateway is no stand-in: the Reply up to it is all, and no Query leaves whose Reply nobody would hear', () => {
      const gateway = ask(west({ standIn: [] }));
      expect(codes(gateway)).toEqual([['NO_ERROR', 'REACHED_GW']]);
      expect(reasons(gateway)).toEqual(['gateway-query-undeliverable']);
      expect(gateway.freeSlots).toBe(8);
    });

    test('of several stand-ins, that on the RPF interface is the client', () => {
      const other = family === 4 ? '192.0.2.103' : '2001:db8::103';
      expect(ask(west({ standIn: [other, rpfAddress] })).sent[1]!.header).toMatchObject({ clientAddress: rpfAddress });
    });

    test('a stand-in elsewhere is no client on that link: nobody there would be its last hop', () => {
      const standIn = family === 4 ? '192.0.2.103' : '2001:db8::103';
      const gateway = ask(west({ standIn: [standIn] }));
      expect(codes(gateway)).toEqual([['NO_ERROR', 'REACHED_GW']]);
      expect(reasons(gateway)).toEqual(['gateway-not-on-link']);
      expect(gateway.drops[0]?.value).toEqual(address(standIn));
    });

    test('a peer behind one more router of ours gets a Request in the gateway’s name, and its bad news reach the client', () => {
      const behind = [{ ...peers[0]!, routers: ['10.12.0.1/32', 'fd00:12::/64'].map((text) => parsePrefix(text)!) }];
      const gateway = ask(driverOf(ALL.slice(0, 3), {}, { peers: behind }));
      expect(gateway.sent[1]).toMatchObject({
        header: { typeName: 'REQUEST', clientAddress: rpfAddress, clientPort: 33435 },
        blocks: [{ forwardingCodeName: 'NO_ERROR' }],
      });
      const { destination, destinationPort } = gateway.sent[1]!.transmit;
      const event = {
        port: 0,
        destination,
        destinationPort,
        errno: 'ECONNREFUSED',
        quoted: new Uint8Array(0),
        offender: undefined,
      };
      gateway.engine.unreachable(event, gateway.now);
      gateway.drain();
      expect(gateway.sent[2]).toMatchObject({
        to: `${client} 40000`,
        blocks: [{ forwardingCodeName: 'FATAL_ERROR' }, returned(2)],
      });
    });
  });
});

/** RFC 8487 §3.2.6: how many blocks the client has been given before. */
function returned(count: number) {
  return expect.objectContaining({ typeName: 'AUGMENTED_RESPONSE_BLOCK', value: `000${count}` });
}

/** The sum of these. */
function returnedIn(octets: Uint8Array): number {
  const message = emptyMessage();
  expect(checkMessage(memoryOf(octets).view, 0, octets.length, message)).toBeUndefined();
  return message.returnedBlockCount;
}

/** A Standard Response Block of zeros. */
function block(family: 4 | 6): Uint8Array {
  const octets = new Uint8Array(family === 4 ? 52 : 80);
  octets.set([4, 0, octets.length]);
  return octets;
}
