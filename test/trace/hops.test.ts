/** # Hops counts every router traced, those whose blocks an earlier Reply took back among them. RFC 8487 §3.2.6, §4.2.2 (13) */
import { describe, expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { CHAIN, chain } from '../support/chain.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const HOPS = 30;
const FROM = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;

/** A Request with one block, of the router c1, behind which Augmented blocks say what was returned before. */
function request(family: 4 | 6, hops: number, ...augmented: Uint8Array[]): Uint8Array {
  const { client, source, group } = CHAIN[family];
  const downstream = new EngineDriver({
    snapshots: chain(1),
    peers: [
      {
        name: 'upstream',
        addresses: [parseAddress('192.0.2.2')!, parseAddress('2001:db8::2')!],
        port: 33435,
        routers: [parsePrefix('10.200.0.0/16')!, parsePrefix('fd00:200::/32')!],
      },
    ],
  });
  downstream.deliver(query(client, source, group, { hops }), client);
  expect(downstream.sent[0]?.header.typeName).toBe('REQUEST');
  return Uint8Array.of(...downstream.sent[0]!.octets, ...augmented.flatMap((block) => [...block]));
}

/** Two octets of value, as they are sent. RFC 8487 §3.2.6 */
function returned(count: number, type = 1): Uint8Array {
  return Uint8Array.of(5, 0, 8, 0, 0, type, count >> 8, count & 0xff);
}

/** What a daemon that has c2 and c3 makes of it: the drop, or how many blocks its Reply has and how the last one ends. */
function outcome(family: 4 | 6, octets: Uint8Array) {
  const driver = new EngineDriver({
    snapshots: chain(3).slice(1),
    peers: [{ name: 'downstream', addresses: [parseAddress(FROM[family])!], port: 33435, routers: [] }],
  });
  driver.deliver(octets, FROM[family]);
  expect(driver.freeSlots).toBe(8);
  if (driver.sent.length === 0) return driver.drops.map((drop) => drop.reason);
  const standard = driver.sent[0]!.blocks.filter((block) => block.typeName === 'STANDARD_RESPONSE_BLOCK');
  return [standard.length, standard.at(-1)!.forwardingCodeName];
}

describe.each([4, 6] as const)('IPv%i, # Hops 30, one block in the Request', (family) => {
  test.each<[string, Uint8Array[], (string | number)[]]>([
    ['nothing returned: as far as the routers go', [], [3, 'FATAL_ERROR']],
    ['27 returned, 28 traced: two more', [returned(27)], [3, 'NO_ERROR']],
    ['28 returned, 29 traced: one more', [returned(28)], [2, 'NO_ERROR']],
    ['14 and 14 returned: one more', [returned(14), returned(14)], [2, 'NO_ERROR']],
    ['29 returned, 30 traced: none', [returned(29)], ['hops-exhausted']],
    ['more returned than # Hops allow: none', [returned(300)], ['hops-exhausted']],
    ['an Augmented block of another type counts nothing', [returned(28), returned(9, 2)], [2, 'NO_ERROR']],
  ])('%s', (_name, augmented, expected) => {
    expect(outcome(family, request(family, HOPS, ...augmented))).toEqual(expected);
  });
});
