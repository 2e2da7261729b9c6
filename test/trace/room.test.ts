/** RFC 8487 §3, §4.3.3: 1472 octets of IPv4 and 1232 of IPv6 are what a message may have, and all of them may be used. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { CHAIN, chain, chainAddress } from '../support/chain.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const LIMIT = { 4: 1472, 6: 1232 } as const;
const BLOCK = { 4: 52, 6: 80 } as const;
const EVERYTHING = { 4: parsePrefix('0.0.0.0/0')!, 6: parsePrefix('::/0')! };
const MOST_BLOCKS = { 4: 27, 6: 14 } as const;

function question(family: 4 | 6, extendedOctets = 0, hops = 255): Uint8Array {
  const { client, source, group } = CHAIN[family];
  const extended = new Uint8Array(extendedOctets);
  if (extendedOctets > 0) extended.set([6, extendedOctets >> 8, extendedOctets & 0xff, 1, 0, 1]);
  return Uint8Array.of(...query(client, source, group, { hops }), ...extended);
}

const ROOM = 8;

/** Each Reply's length and codes, and what its Augmented block says. */
function repliesOf(family: 4 | 6, octets: Uint8Array, snapshots: readonly Snapshot[], slots = ROOM) {
  const driver = new EngineDriver({ snapshots, slots });
  driver.deliver(octets, CHAIN[family].client);
  expect(driver.drops).toEqual([]);
  expect(driver.freeSlots).toBe(slots);
  return driver.sent.map(({ octets: reply, blocks, header }) => {
    expect(header).toMatchObject({ typeName: 'REPLY', queryId: 0x1234 });
    expect(blocks.filter((block) => block.mbz !== 0)).toEqual([]);
    const standard = blocks.filter((block) => block.typeName === 'STANDARD_RESPONSE_BLOCK');
    const augmented = blocks.flatMap((block, i) =>
      block.typeName === 'AUGMENTED_RESPONSE_BLOCK' ? [`${i} ${block.augmentedResponseTypeName} ${block.value}`] : [],
    );
    return { octets: reply.length, codes: standard.map((block) => block.forwardingCodeName), blocks, augmented };
  });
}

/** The only Reply. */
function replyOf(family: 4 | 6, routers: number, octets: Uint8Array) {
  const replies = repliesOf(family, octets, chain(routers));
  expect(replies).toHaveLength(1);
  return replies[0]!;
}

/** `count` blocks of which all but the last say NO_ERROR. */
const codes = (count: number, last: string) => [...Array(count - 1).fill('NO_ERROR'), last];

describe.each([4, 6] as const)('IPv%i', (family) => {
  const most = MOST_BLOCKS[family];
  const header = family === 4 ? 20 : 56;
  const spare = LIMIT[family] - header - most * BLOCK[family];

  test(`a path of ${most} routers fits; the block of one more does not, and the last that fits says NO_SPACE`, () => {
    // The upstream router of the chain's end is nobody's: FATAL_ERROR, if the trace comes that far.
    expect(replyOf(family, most, question(family)).codes).toEqual(codes(most, 'FATAL_ERROR'));
    const [first, second, ...others] = repliesOf(family, question(family), chain(most + 1));
    expect(others).toEqual([]);
    expect(first).toMatchObject({ codes: codes(most, 'NO_SPACE'), augmented: [] });
    expect(first?.octets).toBe(header + most * BLOCK[family]);
    const count = most.toString(16).padStart(4, '0');
    expect(second).toMatchObject({
      codes: ['FATAL_ERROR'],
      augmented: [`1 RETURNED_STANDARD_RESPONSE_BLOCKS ${count}`],
    });
    expect(second?.octets).toBe(header + BLOCK[family] + 8);
  });

  test.each([40, 100, 200])(
    '%i routers: every block arrives, once and in order, in Replies that count those before',
    (routers) => {
      const replies = repliesOf(family, question(family), chain(routers));
      const standard = replies.flatMap(({ blocks }) =>
        blocks.filter((block) => block.typeName === 'STANDARD_RESPONSE_BLOCK'),
      );
      const upstream = family === 4 ? 'upstreamRouterAddress' : 'remoteAddress';
      expect(standard.map((block) => block[upstream])).toEqual(
        Array.from({ length: routers }, (_, i) => chainAddress(family, i + 1, i + 2)),
      );
      let before = 0;
      for (const [i, { octets, augmented, codes: seen }] of replies.entries()) {
        const count = before.toString(16).padStart(4, '0');
        expect(augmented).toEqual(i === 0 ? [] : [`1 RETURNED_STANDARD_RESPONSE_BLOCKS ${count}`]);
        expect(seen).toEqual(codes(seen.length, i < replies.length - 1 ? 'NO_SPACE' : 'FATAL_ERROR'));
        expect(octets).toBeLessThanOrEqual(LIMIT[family]);
        before += seen.length;
      }
    },
  );

  test('# Hops count what went back: the trace ends where it should', () => {
    for (const hops of [most + 1, 2 * most, 3 * most]) {
      const replies = repliesOf(family, question(family, 0, hops), chain(200));
      expect(replies.flatMap((one) => one.codes)).toHaveLength(hops);
      expect(replies.at(-1)?.codes.at(-1)).toBe('NO_ERROR');
    }
  });

  test.each([
    [576, { 4: 10, 6: most }],
    [1000, { 4: 18, 6: most }],
    [9000, { 4: most, 6: most }],
    [68, { 4: 10, 6: most }], // less than any IPv4 host takes: not believed
  ])('the Incoming Interface takes %i octets: the message is cut there, and not above 1500 or 1280', (mtu, blocks) => {
    const snapshots = chain(most + 1).map((one) => ({
      ...one,
      interfaces: one.interfaces.map((own) => ({ ...own, mtu: own.name === 'up' ? mtu : 1400 })),
    }));
    const [first] = repliesOf(family, question(family), snapshots);
    expect(first?.codes).toEqual(codes(blocks[family], 'NO_SPACE'));
  });

  test('no slot is free for the rest: it is not traced', () => {
    const replies = repliesOf(family, question(family), chain(most + 1), 1);
    expect(replies).toMatchObject([{ codes: codes(most, 'NO_SPACE'), octets: header + most * BLOCK[family] }]);
  });

  test('# Hops that end the trace at the last block that fits are no lack of space', () => {
    expect(replyOf(family, most + 1, question(family, 0, most)).codes).toEqual(codes(most, 'NO_ERROR'));
  });

  test('a message may be filled to the last octet, by blocks that are not all of one size', () => {
    const [full, rest] = repliesOf(family, question(family, spare), chain(most + 1));
    expect(full).toMatchObject({ octets: LIMIT[family], codes: codes(most, 'NO_SPACE') });
    // Extended Query Blocks belong to the Query: they go on with it.
    expect(rest?.blocks[0]).toEqual(full?.blocks[0]);
    expect(rest).toMatchObject({ codes: ['FATAL_ERROR'], octets: header + spare + BLOCK[family] + 8 });
    const [less] = repliesOf(family, question(family, spare + 4), chain(most + 1));
    expect(less).toMatchObject({ octets: LIMIT[family] + 4 - BLOCK[family], codes: codes(most - 1, 'NO_SPACE') });
  });

  test('a Query with room for one block is answered, one with less is not', () => {
    const largest = LIMIT[family] - header - BLOCK[family];
    const { octets, codes: seen } = replyOf(family, 2, question(family, largest));
    expect([octets, seen]).toEqual([LIMIT[family], ['NO_SPACE']]);

    const driver = new EngineDriver({ snapshots: chain(2) });
    driver.deliver(question(family, largest + 4), CHAIN[family].client);
    expect(driver.sent).toEqual([]);
    expect(driver.drops).toMatchObject([{ reason: 'query-too-long', value: header + largest + 4 }]);
  });

  test('a Request that is full goes back as a Reply, its last block changed and none added', () => {
    const downstream = new EngineDriver({
      snapshots: chain(most),
      peers: [
        {
          name: 'upstream',
          addresses: ['192.0.2.2', '2001:db8::2'].map((text) => parseAddress(text)!),
          port: 33435,
          routers: ['10.200.0.0/16', 'fd00:200::/32'].map((text) => parsePrefix(text)!),
        },
      ],
    });
    downstream.deliver(question(family, spare), CHAIN[family].client);
    const [request] = downstream.sent;
    expect([request?.header.typeName, request?.octets.length]).toEqual(['REQUEST', LIMIT[family]]);

    const upstream = new EngineDriver({
      snapshots: chain(most + 1).slice(most),
      peers: [
        {
          name: 'downstream',
          addresses: ['192.0.2.1', '2001:db8::1'].map((text) => parseAddress(text)!),
          port: 33435,
          routers: [],
        },
      ],
    });
    upstream.deliver(request!.octets, family === 4 ? '192.0.2.1' : '2001:db8::1');
    expect(upstream.drops).toEqual([]);
    const expected = request!.octets.slice();
    expected[0] = 3;
    expected[LIMIT[family] - 1] = 0x81;
    expect(upstream.sent[0]?.octets).toEqual(expected);
  });

  test('a Request that is longer is dropped, and the log is told how long it was', () => {
    const snapshots = chain(most + 1);
    const driver = new EngineDriver({ snapshots, silent: ['c1'], requestNetworks: [EVERYTHING[family]] });
    driver.deliver(question(family), CHAIN[family].client); // has the first slot
    const octets = new Uint8Array(LIMIT[family] + 4);
    octets.set(question(family, spare + 4));
    octets[0] = 2;
    for (let at = header + spare + 4; at < octets.length; at += BLOCK[family]) octets.set([4, 0, BLOCK[family]], at);
    driver.deliver(octets, CHAIN[family].client);
    expect(driver.drops).toMatchObject([{ reason: 'request-too-long', value: LIMIT[family] + 4 }]);
  });
});
