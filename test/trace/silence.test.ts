/** What gets no answer: dropped with its reason and the offending value, its slot free, its sender for the log. */
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { CHAIN, chain } from '../support/chain.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const { client, source, group } = CHAIN[4];
const question = () => query(client, source, group);

function replyOctets(): Uint8Array {
  const driver = new EngineDriver({ snapshots: chain(1) });
  driver.deliver(question(), client);
  return driver.sent[0]!.octets;
}

test.each<[string, Uint8Array, string, number | string | undefined]>([
  ['nothing', new Uint8Array(0), 'too-short', 0],
  ['half a header', question().slice(0, 12), 'truncated-header', 12],
  ['what is no Mtrace2', Uint8Array.of(9, 0, 20, ...new Uint8Array(17)), 'unknown-tlv-type', 9],
  ['a block of no Type', Uint8Array.of(...question(), 7, 0, 8, ...new Uint8Array(5)), 'unknown-tlv-type', 7],
  ['a block of 3 octets', Uint8Array.of(...question(), 6, 0, 3, 0), 'length-below-4', 3],
  [
    'a block of 10 octets',
    Uint8Array.of(...question(), 6, 0, 10, ...new Uint8Array(9)),
    'length-not-multiple-of-4',
    10,
  ],
  ['a Query about nothing in an empty block', Uint8Array.of(...question(), 6, 0, 4, 0), 'block-length', 4],
  ['a block and no header', Uint8Array.of(4, 0, 52, ...new Uint8Array(49)), 'no-header', 4],
  ['a header of a length that none has', Uint8Array.of(1, 0, 24, ...new Uint8Array(21)), 'header-length', 24],
  ['a Reply, which no Query of ours asked for', replyOctets(), 'reply-not-ours', 0x1234],
  ['a Query of a block', Uint8Array.of(...question(), 4, 0, 52, ...new Uint8Array(49)), 'misplaced-tlv', 4],
  ['a Query for somebody else', query('203.0.113.7', source, group), 'client-not-allowed', '203.0.113.7'],
  ['a Query for all of a group', query('224.0.0.5', source, group), 'client-not-unicast', '224.0.0.5'],
  ['a Query to port 0', query(client, source, group, { clientPort: 0 }), 'client-port-zero', 0],
  ['a Query for loopback', query('127.0.0.1', source, group), 'client-loopback', '127.0.0.1'],
  ['a Query about no group', query(client, source, '10.9.9.9'), 'group-not-multicast', '10.9.9.9'],
  ['a Query about no source', query(client, '232.1.1.1', group), 'source-not-unicast', '232.1.1.1'],
])('%s', (_name, octets, reason, value) => {
  const driver = new EngineDriver({ snapshots: chain(1) });
  driver.deliver(octets, client);
  expect(driver.sent).toEqual([]);
  const [drop] = driver.drops;
  expect(drop).toMatchObject({ reason });
  expect(typeof drop?.value === 'object' ? formatAddress(drop.value) : drop?.value).toBe(value);
  expect(formatAddress(driver.drops[0]!.sender)).toBe(client);
  expect([driver.freeSlots, driver.engine.isIdle]).toEqual([8, true]);
});

describe('a Request', () => {
  const upstreamAt = 20 + 16;

  /** As c1's daemon sends it. */
  function request(): Uint8Array {
    const downstream = new EngineDriver({ snapshots: chain(1), native: { forward: true, port: 33435 } });
    downstream.deliver(question(), client);
    return downstream.sent[0]!.octets;
  }

  const driver = () => new EngineDriver({ snapshots: chain(2).slice(1) });

  test('of a router on our link is answered, when it is adjacent', () => {
    const upstream = driver();
    upstream.deliver(request(), '10.200.1.2');
    expect(upstream.sent[0]?.blocks).toHaveLength(2);
  });

  test('that crossed a router shows its TTL, one that may not be told apart shows none', () => {
    const upstream = driver();
    upstream.deliver(request(), '10.200.1.2', { hopLimit: 64 });
    upstream.deliver(request(), '10.200.1.2', { hopLimit: -1 });
    upstream.deliver(request(), '203.0.113.1', { hopLimit: 64 });
    expect(upstream.drops).toMatchObject([
      { reason: 'not-adjacent', value: 64 },
      { reason: 'not-adjacent', value: -1 },
      { reason: 'sender-not-allowed', value: undefined },
    ]);
  });

  test('of a peer may have crossed any number of routers', () => {
    const addresses = [parseAddress('203.0.113.1')!];
    const upstream = new EngineDriver({
      snapshots: chain(2).slice(1),
      peers: [{ name: 'downstream', addresses, port: 33435, routers: [] }],
    });
    upstream.deliver(request(), '203.0.113.1', { hopLimit: 37 });
    expect(upstream.sent[0]?.blocks).toHaveLength(2);
  });

  test.each([
    ['224.0.0.13', 'request-names-no-upstream'],
    ['0.0.0.0', 'request-names-no-upstream'],
    ['10.200.9.1', 'request-not-for-us'],
  ])('for %s', (upstream, reason) => {
    const octets = request();
    octets.set(parseAddress(upstream)!, upstreamAt);
    const one = driver();
    one.deliver(octets, '10.200.1.2');
    expect(one.drops).toMatchObject([{ reason, value: parseAddress(upstream) }]);
    expect([one.freeSlots, one.engine.isIdle]).toEqual([8, true]);
  });

  test('that has been everywhere it may go', () => {
    const octets = request();
    octets[3] = 1;
    const upstream = driver();
    upstream.deliver(octets, '10.200.1.2');
    expect(upstream.drops).toMatchObject([{ reason: 'hops-exhausted', value: 1 }]);
  });

  test('whose addresses no Query may have', () => {
    const octets = request();
    octets.set(parseAddress('224.0.0.1')!, 12);
    const upstream = driver();
    upstream.deliver(octets, '10.200.1.2');
    expect(upstream.drops).toMatchObject([{ reason: 'client-not-unicast' }]);
  });

  test('whose Reply would go to this host itself, though it came from another', () => {
    const octets = request();
    octets.set(parseAddress('127.0.0.1')!, 12);
    const upstream = driver();
    upstream.deliver(octets, '10.200.1.2');
    expect(upstream.drops).toMatchObject([{ reason: 'client-loopback', value: parseAddress('127.0.0.1') }]);
  });

  test('whose Reply would go to everybody on a link of this host', () => {
    const octets = request();
    octets.set(parseAddress('192.0.2.255')!, 12);
    const upstream = driver();
    upstream.deliver(octets, '10.200.1.2');
    expect(upstream.sent).toEqual([]);
    expect(upstream.drops).toMatchObject([{ reason: 'client-not-allowed', value: parseAddress('192.0.2.255') }]);
  });

  test('of one family in a datagram of the other', () => {
    const upstream = new EngineDriver({ snapshots: chain(2).slice(1), requestNetworks: [parsePrefix('::/0')!] });
    upstream.deliver(request(), 'fd00:200:0:1::2');
    expect(upstream.drops).toMatchObject([{ reason: 'family-mixed' }]);
  });

  test('that nobody is found for after a wait: the log is told who sent it, not who sent the last datagram', () => {
    const octets = request();
    octets.set(parseAddress('10.200.9.1')!, upstreamAt);
    const upstream = new EngineDriver({
      snapshots: chain(3).slice(1),
      isLearned: false,
      silent: ['c3'],
      requestNetworks: [parsePrefix('10.0.0.0/8')!],
    });
    upstream.deliver(octets, '10.200.1.2');
    upstream.deliver(new Uint8Array(3), '192.0.2.9');
    expect(upstream.drops).toHaveLength(1);
    upstream.answerLate('c3');
    expect(upstream.drops).toMatchObject([{ reason: 'too-short' }, { reason: 'request-not-for-us' }]);
    expect(upstream.drops.map((drop) => formatAddress(drop.sender))).toEqual(['192.0.2.9', '10.200.1.2']);
    expect([upstream.freeSlots, upstream.engine.isIdle]).toEqual([8, true]);
  });
});
