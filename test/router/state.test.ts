import { describe, expect, test } from 'vitest';
import { UNKNOWN_COUNT } from '../../proto/field.ts';
import type { Snapshot, SnapshotRoute } from '../../src/router/snapshot.ts';
import { addressOn, interfaceOnSubnet, SnapshotError, stateOf } from '../../src/router/state.ts';
import { formatAddress, parseAddress } from '../../src/wire/address.ts';

const address = (text: string) => parseAddress(text)!;
const BASE: Snapshot = {
  name: 'r',
  interfaces: [
    { index: 1, name: 'a', addresses: ['10.0.0.1/24', '10.0.9.1/24', '2001:db8::1/64'] },
    {
      index: 2,
      name: 'b',
      addresses: ['10.0.1.1/24', 'fe80::1/64'],
      multicast: true,
      ttlThreshold: 16,
      inMulticastPackets: '7',
    },
  ],
};
const route = (group: string, source: string | null, more: Partial<SnapshotRoute> = {}): SnapshotRoute => ({
  group,
  source,
  incoming: 1,
  upstream: null,
  outgoing: [],
  ...more,
});

describe('a route is found', () => {
  const state = stateOf({
    ...BASE,
    routes: [
      route('239.1.1.1', null, { packets: '1' }),
      route('239.1.1.1', '10.9.0.0', { sourcePrefixLength: 16, packets: '2' }),
      route('239.1.1.1', '10.9.0.2', { packets: '3' }),
      route('239.2.0.0', null, { groupPrefixLength: 16, packets: '4' }),
      route('ff3e::1', '2001:db8::9', { packets: '5' }),
    ],
  });
  const packets = (source: string | undefined, group: string) =>
    state.route(source === undefined ? undefined : address(source), address(group))?.packets;

  test.each([
    ['(*,G), never for a source', undefined, '239.1.1.1', 1n],
    ['(S,G) by the longest prefix of the source', '10.9.0.2', '239.1.1.1', 3n],
    ['(S,G) by a shorter one', '10.9.0.3', '239.1.1.1', 2n],
    ['no (S,G), though there is a (*,G)', '10.8.0.2', '239.1.1.1', undefined],
    ['by the range of the group', undefined, '239.2.3.4', 4n],
    ['IPv6', '2001:db8::9', 'ff3e::1', 5n],
    ['not at all', '10.9.0.2', '239.1.1.2', undefined],
  ] as const)('%s', (_name, source, group, found) => {
    expect(packets(source, group)).toBe(found);
  });
});

test('RPF rows and RPs are found by the longest prefix', () => {
  const state = stateOf({
    ...BASE,
    rpf: [
      { prefix: '0.0.0.0/0', interface: 1, neighbor: '10.0.0.9', routingProtocol: 'bgp' },
      { prefix: '10.9.0.0/16', interface: 2, neighbor: null },
    ],
    rps: [
      { groups: '224.0.0.0/4', address: '10.0.0.7' },
      { groups: '239.1.0.0/16', address: '10.0.0.8' },
    ],
  });
  expect(state.rpf(address('10.9.1.1'))).toMatchObject({
    interface: { index: 2 },
    neighbor: undefined,
    routingProtocol: 0,
  });
  expect(state.rpf(address('10.8.1.1'))).toMatchObject({ interface: { index: 1 }, routingProtocol: 14 });
  expect(state.rpf(address('2001:db8::1'))).toBeUndefined();
  expect(formatAddress(state.rp(address('239.1.2.3'))!)).toBe('10.0.0.8');
  expect(formatAddress(state.rp(address('239.2.2.3'))!)).toBe('10.0.0.7');
  expect(state.rp(address('ff3e::1'))).toBeUndefined();
});

test('what is unreachable has no path, though a shorter prefix has one', () => {
  const rpf = [
    { prefix: '10.0.0.0/8', interface: 1, neighbor: '10.0.0.9' },
    { prefix: '10.9.0.2/32', interface: null },
  ];
  const state = stateOf({ ...BASE, rpf });
  expect(state.rpf(address('10.9.0.2'))).toBeUndefined();
  expect(state.rpf(address('10.9.0.3'))).toMatchObject({ interface: { index: 1 } });
});

test('a path is connected where it says so, and not where its neighbour is not told or of the other family', () => {
  const rpf = [
    { prefix: '10.9.0.0/16', interface: 2, neighbor: null },
    { prefix: '10.8.0.0/16', interface: 2 },
    { prefix: '10.7.0.0/16', interface: 2, neighbor: 'fe80::9' },
  ];
  const state = stateOf({ ...BASE, rpf });
  const paths = ['10.9.0.1', '10.8.0.1', '10.7.0.1'].map((text) => state.rpf(address(text)));
  expect(paths.map((path) => [path?.neighbor, path?.isConnected])).toEqual([
    [undefined, true],
    [undefined, false],
    [undefined, false],
  ]);
});

test('what is not known is said in the wire’s own way', () => {
  const [a, b] = [...stateOf(BASE).interfaces.values()];
  expect(a).toMatchObject({
    multicast: false,
    ttlThreshold: 1,
    mtu: undefined,
    inMulticastPackets: UNKNOWN_COUNT,
    multicastRoutingProtocol: 0,
  });
  expect(b).toMatchObject({
    multicast: true,
    ttlThreshold: 16,
    inMulticastPackets: 7n,
    outMulticastPackets: UNKNOWN_COUNT,
  });
});

test('an interface’s address is the one on the neighbour’s subnet, else the first of the family', () => {
  const [a, b] = [...stateOf(BASE).interfaces.values()];
  const text = (...args: Parameters<typeof addressOn>) => {
    const found = addressOn(...args);
    return found && formatAddress(found);
  };
  expect(text(a!, 4, address('10.0.9.77'))).toBe('10.0.9.1');
  expect(text(a!, 4, address('192.0.2.1'))).toBe('10.0.0.1');
  expect(text(a!, 6, undefined)).toBe('2001:db8::1');
  expect(text(b!, 6, undefined)).toBe('fe80::1');
  expect(interfaceOnSubnet([a!, b!], address('10.0.1.200'))).toBe(b);
  expect(interfaceOnSubnet([a!, b!], address('fe80::2'))).toBeUndefined();
});

test.each<[string, Partial<Snapshot>, RegExp]>([
  [
    'an interface that is not there',
    { routes: [route('239.1.1.1', null, { incoming: 9 })] },
    /\(\*, 239\.1\.1\.1\): no interface has index 9/,
  ],
  [
    'an outgoing interface that is not there',
    { routes: [route('239.1.1.1', '10.0.0.2', { outgoing: [{ index: 8, state: 'forwarding' }] })] },
    /\(10\.0\.0\.2, 239\.1\.1\.1\): no interface has index 8/,
  ],
  ['a group that is no address', { routes: [route('239.1.1', null)] }, /239\.1\.1 is not an address/],
  [
    'a prefix that is none',
    { rpf: [{ prefix: '10.0.0.0/40', interface: 1, neighbor: null }] },
    /10\.0\.0\.0\/40 is not ADDRESS\/LENGTH/,
  ],
  [
    'a source of another family than its group',
    { routes: [route('239.1.1.1', '2001:db8::1')] },
    /IPv4 and IPv6 in one row/,
  ],
  [
    'an RP of another family than its groups',
    { rps: [{ groups: '239.0.0.0/8', address: 'fd00::2' }] },
    /IPv4 and IPv6 in one row/,
  ],
  ['a counter that is none', { routes: [route('239.1.1.1', null, { packets: '-1' })] }, /-1 is not a counter/],
])('%s: an error that names the row', (_name, changes, message) => {
  expect(() => stateOf({ ...BASE, ...changes })).toThrow(message);
  expect(() => stateOf({ ...BASE, ...changes })).toThrow(SnapshotError);
});
