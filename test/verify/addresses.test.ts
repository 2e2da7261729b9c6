/** Whose Queries are not answered, because of the addresses in them: RFC 8487 §3.2.1, §9.1. Through the engine. */
import { describe, expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { CHAIN, chain } from '../support/chain.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const EVERYBODY = ['0.0.0.0/0', '::/0'].map((text) => parsePrefix(text)!);
const STAND_IN = { 4: parseAddress('192.0.2.101')!, 6: parseAddress('2001:db8::101')! };

/** The reason for silence, or `answered`. */
function outcome(octets: Uint8Array, from: string, queryNetworks: typeof EVERYBODY | undefined = EVERYBODY): string {
  const [snapshot] = chain(1);
  const driver = new EngineDriver({
    snapshots: [snapshot!],
    identities: [{ name: 'c1', addresses: [], standIn: [STAND_IN[4], STAND_IN[6]] }],
    queryNetworks,
  });
  driver.deliver(octets, from, { destination: STAND_IN[from.includes(':') ? 6 : 4] });
  expect(driver.sent.length + driver.drops.length).toBe(1);
  expect(driver.freeSlots).toBe(8);
  return driver.drops[0]?.reason ?? 'answered';
}

const family = (address: string) => (address.includes(':') ? 6 : 4);
const { client: CLIENT, source: SOURCE, group: GROUP } = CHAIN[4];

describe('the client address, to which the Reply would go', () => {
  test.each([
    ['0.0.0.0', 'client-not-unicast'],
    ['0.1.2.3', 'client-not-unicast'],
    ['0.255.255.255', 'client-not-unicast'],
    ['1.0.0.0', 'answered'],
    ['169.253.255.255', 'answered'],
    ['169.254.1.1', 'client-not-unicast'],
    ['169.255.0.0', 'answered'],
    ['223.255.255.255', 'answered'],
    ['224.0.0.1', 'client-not-unicast'],
    ['239.255.255.255', 'client-not-unicast'],
    ['240.0.0.1', 'client-not-unicast'],
    ['255.255.255.254', 'client-not-unicast'],
    ['255.255.255.255', 'client-not-unicast'],
    ['127.0.0.1', 'client-loopback'], // of this host, and nobody's who asks from elsewhere
    ['127.255.255.254', 'client-loopback'],
    ['126.255.255.255', 'answered'],
    ['128.0.0.0', 'answered'],
    ['::1', 'client-loopback'],
    ['192.0.2.255', 'client-not-allowed'], // of a network of this host: broadcast
    ['10.200.0.255', 'client-not-allowed'], // of a router's link
    ['::', 'client-not-unicast'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'client-not-unicast'],
    ['ff02::2', 'client-not-unicast'],
    ['ff3e::1', 'client-not-unicast'],
    ['fe80::1', 'client-not-unicast'],
    ['febf::1', 'client-not-unicast'],
    ['fec0::1', 'answered'],
    ['fd00::1', 'answered'],
    ['2001:db8::7', 'answered'],
    // Octets that would mean something else in IPv4.
    ['e0::1', 'answered'],
    ['f0::1', 'answered'],
    ['::7', 'answered'],
  ])('%s: %s', (client, expected) => {
    const { client: sender, source, group } = CHAIN[family(client)];
    expect(outcome(query(client, source, group), sender)).toBe(expected);
  });
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.77', '127.0.0.1'],
  ['::1', '::1'],
])('a loopback client may ask on its own host: %s from %s', (client, sender) => {
  const { source, group } = CHAIN[family(client)];
  expect(outcome(query(client, source, group), sender)).toBe('answered');
});

describe('the source', () => {
  test.each([
    ['0.1.2.3', 'source-not-unicast'],
    ['224.1.1.1', 'source-not-unicast'],
    ['240.0.0.1', 'source-not-unicast'],
    ['255.255.255.254', 'source-not-unicast'],
    ['ff3e::1', 'source-not-unicast'],
    ['1.0.0.0', 'answered'],
    ['223.255.255.255', 'answered'],
    ['169.254.1.1', 'answered'], // such a source may be on a link, and its group traced there
    ['fe80::1', 'answered'],
    ['2001:db8::7', 'answered'],
  ])('%s: %s', (source, expected) => {
    const { client, group } = CHAIN[family(source)];
    expect(outcome(query(client, source, group), client)).toBe(expected);
    expect(outcome(query(client, source, undefined), client)).toBe(expected);
  });
});

describe('the group', () => {
  test.each([
    ['223.255.255.255', 'group-not-multicast'],
    ['240.0.0.0', 'group-not-multicast'],
    ['fe80::1', 'group-not-multicast'],
    ['2001:db8::7', 'group-not-multicast'],
    ['224.0.0.0', 'answered'],
    ['239.255.255.255', 'answered'],
    ['ff00::1', 'answered'],
  ])('%s: %s', (group, expected) => {
    const { client, source } = CHAIN[family(group)];
    expect(outcome(query(client, source, group), client)).toBe(expected);
  });

  test.each([
    ['all ones', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
  ])(
    'may be absent, written as %s, where there is a source; and the source so, where there is a group',
    (_name, none) => {
      const { client, source, group } = CHAIN[family(none)];
      expect(outcome(query(client, source, none), client)).toBe('answered');
      expect(outcome(query(client, none, group), client)).toBe('answered');
      expect(outcome(query(client, none, none), client)).toBe('no-group-and-no-source');
    },
  );
});

test('the client port, to which the Reply would go, is not 0', () => {
  const octets = query(CLIENT, SOURCE, GROUP);
  octets.fill(0, 18, 20);
  expect(outcome(octets, CLIENT)).toBe('client-port-zero');
  octets[18] = 1; // 256: an octet of 0 is no port of 0
  expect(outcome(octets, CLIENT)).toBe('answered');
});

describe('sender and client must both be allowed', () => {
  const networks = [parsePrefix('192.0.2.0/25')!, parsePrefix('198.51.100.0/24')!];
  test.each([
    ['192.0.2.1', '198.51.100.1', 'answered'],
    ['192.0.2.128', '198.51.100.1', 'sender-not-allowed'],
    ['192.0.2.1', '203.0.113.1', 'client-not-allowed'],
    ['203.0.113.1', '203.0.113.2', 'sender-not-allowed'],
  ])('from %s for %s: %s', (sender, client, expected) => {
    expect(outcome(query(client, SOURCE, GROUP), sender, networks)).toBe(expected);
  });
});

test('a Query of one family in a datagram of the other is not answered', () => {
  expect(outcome(query(CHAIN[6].client, CHAIN[6].source, CHAIN[6].group), CLIENT)).toBe('family-mixed');
  expect(outcome(query(CLIENT, SOURCE, GROUP), CHAIN[6].client)).toBe('family-mixed');
});
