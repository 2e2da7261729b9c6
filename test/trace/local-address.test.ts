/** By which address an IPv6 block identifies its router. RFC 8487 §3.2.5 Local Address */
import { expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const DOWN = 'fd00:4::4/64';
const STAND_IN = parseAddress('2001:db8::104')!;

/** Addresses of the loopback (index 1), the Incoming Interface (2), the client's link (3), and one more (4). */
test.each<[string, Record<number, string[]>, string]>([
  [
    'global before unique local on the Incoming Interface',
    { 1: ['2001:db8::4/128'], 2: ['fd00:34::4/64'] },
    '2001:db8::4',
  ],
  ['global before unique local on one interface', { 2: ['fd00:34::4/64', '2001:db8::4/64'] }, '2001:db8::4'],
  ['global before link-local of a lower interface', { 1: ['fe80::1/64'], 4: ['2001:db8::4/64'] }, '2001:db8::4'],
  ['unique local before link-local', { 2: ['fe80::4/64'], 3: [DOWN] }, 'fd00:4::4'],
  [
    'of all that are unique local, one of the Incoming Interface',
    { 1: ['fd00::4/128'], 2: ['fd00:34::4/64'] },
    'fd00:34::4',
  ],
  [
    'of all that are global, one of the Incoming Interface',
    { 1: ['2001:db8::1/128'], 2: ['2001:db8::2/64'] },
    '2001:db8::2',
  ],
  ['among others, that of the lowest interface', { 4: ['2001:db8::4/64'], 1: ['2001:db8::1/128'] }, '2001:db8::1'],
  ['the first of its interface', { 2: ['2001:db8::22/64', '2001:db8::2/64'] }, '2001:db8::22'],
  ['never the loopback address', { 1: ['::1/128'], 2: ['fe80::4/64'], 3: ['fd00:4::4/64'] }, 'fd00:4::4'],
  ['never an IPv4 address', { 1: ['192.0.2.4/32'], 2: ['10.34.0.4/24'], 3: [DOWN] }, 'fd00:4::4'],
])('%s', (_name, addresses, expected) => {
  const r4 = labSnapshot(4);
  // As a router may list them: not in the order of their indexes.
  const interfaces = [4, 3, 2, 1].map((index) => ({
    index,
    name: `if${index}`,
    multicast: true,
    addresses: addresses[index] ?? [],
  }));
  const driver = new EngineDriver({
    snapshots: [{ ...r4, interfaces }],
    identities: [{ name: 'r4', addresses: [], standIn: [STAND_IN] }],
    queryNetworks: [parsePrefix('::/0')!],
  });
  driver.deliver(query(RECEIVER[6], SOURCE[6], SSM_GROUP[6], { hops: 1 }), RECEIVER[6], { destination: STAND_IN });
  expect(driver.sent[0]?.blocks).toMatchObject([{ localAddress: expected, incomingInterfaceId: 2 }]);
});
