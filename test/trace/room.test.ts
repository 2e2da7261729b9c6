/** RFC 8487 §3, §4.3.3: 1472 octets of IPv4 and 1232 of IPv6 are what a message may have, and all of them may be used. */
import { describe, expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { CHAIN, chain } from '../support/chain.ts';
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

function replyOf(family: 4 | 6, routers: number, octets: Uint8Array) {
  const driver = new EngineDriver({ snapshots: chain(routers) });
  driver.deliver(octets, CHAIN[family].client);
  expect(driver.drops).toEqual([]);
  expect(driver.sent).toHaveLength(1);
  expect(driver.freeSlots).toBe(8);
  const [{ octets: reply, blocks, header }] = driver.sent as [(typeof driver.sent)[number]];
  expect(header.typeName).toBe('REPLY');
  const standard = blocks.filter((block) => block.typeName === 'STANDARD_RESPONSE_BLOCK');
  return { octets: reply.length, codes: standard.map((block) => block.forwardingCodeName) };
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
    const { octets, codes: seen } = replyOf(family, most + 1, question(family));
    expect(seen).toEqual(codes(most, 'NO_SPACE'));
    expect(octets).toBe(header + most * BLOCK[family]);
  });

  test('# Hops that end the trace at the last block that fits are no lack of space', () => {
    expect(replyOf(family, most + 1, question(family, 0, most)).codes).toEqual(codes(most, 'NO_ERROR'));
  });

  test('a message may be filled to the last octet, by blocks that are not all of one size', () => {
    const { octets, codes: seen } = replyOf(family, most + 1, question(family, spare));
    expect([octets, seen]).toEqual([LIMIT[family], codes(most, 'NO_SPACE')]);
    const less = replyOf(family, most + 1, question(family, spare + 4));
    expect([less.octets, less.codes]).toEqual([LIMIT[family] + 4 - BLOCK[family], codes(most - 1, 'NO_SPACE')]);
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
