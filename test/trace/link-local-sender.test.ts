/** A router of ours may have the sender's link-local address, on a link that the sender is not on. RFC 8487 §4.2.1 */
import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const GROUP = 'ff3e::1:1';
const SOURCE = 'fd00:1::2';
const CLIENT = 'fd00:4::2';
const SENDER = 'fe80::2';
const hostLinks = [{ network: parsePrefix('fd00:a::9/64')!, interfaceIndex: 7 }];

/** Two interfaces, downstream and upstream; packets of the group come in on the second. */
function router(name: string, down: readonly string[], up: readonly string[], upstream: string | null): Snapshot {
  const of = (index: number, addresses: readonly string[]) => ({
    index,
    name: `if${index}`,
    addresses: addresses.map((address) => `${address}/64`),
    multicast: true,
    multicastRoutingProtocol: 'pimSparseMode' as const,
  });
  const outgoing = [{ index: 1, state: 'forwarding' as const }];
  return {
    name,
    interfaces: [of(1, down), of(2, up)],
    routes: [{ group: GROUP, source: SOURCE, incoming: 2, upstream, outgoing }],
  };
}

/** The Request that another daemon's router sends, with fd00:a::/64 upstream. */
function requestBy(upstream: string | null): Uint8Array {
  const asking = router('d', ['fd00:4::4'], ['fd00:a::2', SENDER], upstream);
  const driver = new EngineDriver({ snapshots: [asking], native: { forward: true }, hostLinks });
  driver.deliver(query(CLIENT, SOURCE, GROUP), CLIENT);
  expect(driver.sent[0]?.header.typeName).toBe('REQUEST');
  return driver.sent[0]!.octets;
}

test('by multicast: the router that forwards onto the link answers', () => {
  const snapshots = [router('r1', ['fd00:a::1', 'fe80::1'], ['fd00:1::1', SENDER], null)];
  const driver = new EngineDriver({ snapshots, hostLinks });
  driver.deliver(requestBy(null), SENDER, { destination: parseAddress('ff02::d')!, interfaceIndex: 7 });
  expect(driver.sent[0]?.blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR']);
});

test.each([['behind it'], ['on the link to it']])('further up: a router of ours that has it %s goes on', (where) => {
  const [own, beyond] = where === 'behind it' ? ['fe80::c5', SENDER] : [SENDER, 'fe80::5'];
  const snapshots = [
    router('r1', ['fd00:a::1', 'fe80::1'], ['fd00:c::1', 'fe80::c1'], null),
    router('r5', ['fd00:c::5', own], ['fd00:1::1', beyond], null),
  ];
  const driver = new EngineDriver({ snapshots, hostLinks });
  driver.deliver(requestBy('fe80::1'), SENDER, { destination: parseAddress('fe80::1')!, interfaceIndex: 7 });
  expect(driver.sent[0]?.blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR', 'NO_ERROR']);
});
