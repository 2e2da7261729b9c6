/** The numbers of RFC 8487, written down a second time from its tables: nothing else notices when one of them changes. */
import { expect, test } from 'vitest';
import {
  ALL_ROUTERS,
  AugmentedResponseType,
  ForwardingCode,
  MTRACE2_PORT,
  nameOf,
  ROUTERS_GROUP,
  TlvType,
} from '../../proto/registry.ts';

test('TLV Types (RFC 8487 §3.2)', () => {
  expect(Object.entries(TlvType)).toEqual([
    ['QUERY', 1],
    ['REQUEST', 2],
    ['REPLY', 3],
    ['STANDARD_RESPONSE_BLOCK', 4],
    ['AUGMENTED_RESPONSE_BLOCK', 5],
    ['EXTENDED_QUERY_BLOCK', 6],
  ]);
});

test('Forwarding Codes (RFC 8487 §3.2.4)', () => {
  const names = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => nameOf(ForwardingCode, from + i));
  expect(names(0x00, 0x0e)).toEqual([
    'NO_ERROR',
    'WRONG_IF',
    'PRUNE_SENT',
    'PRUNE_RCVD',
    'SCOPED',
    'NO_ROUTE',
    'WRONG_LAST_HOP',
    'NOT_FORWARDING',
    'REACHED_RP',
    'RPF_IF',
    'NO_MULTICAST',
    'INFO_HIDDEN',
    'REACHED_GW',
    'UNKNOWN_QUERY',
    undefined,
  ]);
  expect(names(0x80, 0x84)).toEqual(['FATAL_ERROR', 'NO_SPACE', undefined, 'ADMIN_PROHIB', undefined]);
  expect(Object.keys(ForwardingCode)).toHaveLength(17);
});

test('Augmented Response Types (RFC 8487 §3.2.6)', () => {
  expect(AugmentedResponseType).toEqual({ RETURNED_STANDARD_RESPONSE_BLOCKS: 0x0001 });
});

test('the UDP port (RFC 8487 §8.3) and the all-routers groups (§5.1.1)', () => {
  expect(MTRACE2_PORT).toBe(33435);
  expect([...ALL_ROUTERS[4]]).toEqual([224, 0, 0, 2]);
  expect([...ALL_ROUTERS[6]]).toEqual([0xff, 2, ...Array(13).fill(0), 2]);
});

test('the groups of routers are link-scoped, and none is that of all systems (RFC 8487 §4.3.1)', () => {
  const groups = [ALL_ROUTERS, ...Object.values(ROUTERS_GROUP)];
  for (const group of groups) {
    expect([...group[4].subarray(0, 3)]).toEqual([224, 0, 0]);
    expect([...group[6].subarray(0, 15)]).toEqual([0xff, 2, ...Array(13).fill(0)]);
    expect(group[4][3]).toBeGreaterThan(1);
    expect(group[6][15]).toBe(group[4][3]);
  }
  expect(Object.keys(ROUTERS_GROUP)).toHaveLength(5);
});
