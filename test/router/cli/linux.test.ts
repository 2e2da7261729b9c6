import { expect, test } from 'vitest';
import { platforms } from '../../../src/router/cli/platforms.ts';
import { createCliReader } from '../../../src/router/cli/reader.ts';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import { fakeSh, type Outputs } from './support/fake-shell.ts';

const inet = (local: string, prefixlen: number) => ({ family: 'inet', local, prefixlen, scope: 'global' });

const ADDRESSES = JSON.stringify([
  { ifindex: 1, ifname: 'lo', flags: ['MULTICAST'], mtu: 65536, addr_info: [inet('127.0.0.1', 8), inet('::1', 128)] },
  { ifindex: 4, ifname: 'up', mtu: 1500, addr_info: [inet('192.0.2.6', 30), inet('fe80::6', 64)] },
  { ifindex: 5, ifname: 'a-long-name.100', mtu: 1400, addr_info: [inet('198.51.100.1', 24)] },
  { ifindex: 6, ifname: 'pimreg', mtu: 1472, addr_info: [] },
]);

const VIFS4 = `Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote
 0 pimreg            0       0       228       1 00004 00000000 00000000
 1 up           102828     451         0       0 00008 00000004 00000000
12 a-long-name.100        0       0    102828     450 00008 00000005 00000000
`;
const VIFS6 = `Interface      BytesIn  PktsIn  BytesOut PktsOut Flags
 0 up           112344     453         0       7 00000
 1 a-long-name.100        0       0    112344     452 00000
 2 pim6reg           0       0         0       0 00001
`;

const ROUTES4 = JSON.stringify([
  {
    src: '0.0.0.0',
    dst: '239.1.2.3',
    iif: 'up',
    multipath: [{ oif: 'pimreg' }, { oif: 'a-long-name.100' }, { oif: 'up' }],
    state: 'resolved',
    packets: 1,
    bytes: 228,
    expires: 11.28,
  },
  {
    src: '198.18.0.5',
    dst: '239.1.2.3',
    iif: 'up',
    multipath: [{ oif: 'a-long-name.100' }],
    state: 'resolved',
    packets: 225,
    expires: 0.04,
  },
  { src: '198.18.0.5', dst: '239.9.9.9', iif: 'up', multipath: [], state: 'resolved', packets: 1 },
]);
const ROUTES6 = JSON.stringify([
  {
    src: '2001:db8:5::5',
    dst: 'ff3e::1',
    iif: 'up',
    multipath: [{ oif: 'a-long-name.100' }],
    state: 'resolved',
    packets: 3,
  },
  { src: '2001:db8:5::6', dst: 'ff3e::1', iif: 'unresolved', state: 'unresolved' },
]);

const TAKEN4 = JSON.stringify([{ dst: '198.18.0.5', gateway: '192.0.2.5', dev: 'up', prefsrc: '192.0.2.6' }]);
const COVERING4 = JSON.stringify([
  { dst: 'default', gateway: '198.51.100.9', dev: 'a-long-name.100', protocol: '4' },
  { dst: '198.18.0.0/15', gateway: '192.0.2.5', dev: 'up', protocol: '186' },
  {
    dst: '198.18.0.0/24',
    protocol: '188',
    nexthops: [
      { gateway: '192.0.2.9', dev: 'x' },
      { gateway: '192.0.2.5', dev: 'up' },
    ],
  },
  { dst: '198.18.0.5', gateway: '198.51.100.9', dev: 'a-long-name.100', protocol: '4' },
]);

const OUTPUTS = {
  'ip -j addr': ADDRESSES,
  'cat /proc/net/ip_mr_vif': VIFS4,
  'cat /proc/net/ip6_mr_vif': VIFS6,
  'ip -4 -s -j mroute show': ROUTES4,
  'ip -6 -s -j mroute show': ROUTES6,
  'ip -4 -j route get 198.18.0.5': TAKEN4,
  'ip -4 -j -N route show match 198.18.0.5': COVERING4,
  'ip -6 -j route get 2001:db8:5::5': JSON.stringify([{ dst: '2001:db8:5::5', gateway: 'fe80::1', dev: 'up' }]),
  'ip -6 -j -N route show match 2001:db8:5::5': JSON.stringify([
    { dst: 'default', gateway: 'fe80::1', dev: 'up', protocol: '9' },
  ]),
} satisfies Outputs;

const QUERY4: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };
const QUERY6: ForwardingQuery = { family: 6, group: 'ff3e::1', source: '2001:db8:5::5' };

const ON = { multicast: true, ttlThreshold: 1, multicastRoutingProtocol: null };
const UP = { ...ON, index: 4, name: 'up', addresses: ['192.0.2.6/30', 'fe80::6/64'], mtu: 1500 };
const LAN = { ...ON, index: 5, name: 'a-long-name.100', addresses: ['198.51.100.1/24'], mtu: 1400 };
const NO_COUNTERS = { inMulticastPackets: null, outMulticastPackets: null };
const LO = { ...NO_COUNTERS, index: 1, name: 'lo', addresses: [], mtu: 65536, multicast: false };
const REGISTER = { ...NO_COUNTERS, index: 6, name: 'pimreg', addresses: [], mtu: 1472, multicast: false };

function linuxReader(outputs: Outputs = OUTPUTS) {
  const session = fakeSh(outputs);
  return { session, reader: createCliReader({ name: 'core', platform: platforms.linux, session }) };
}

const read = (query: ForwardingQuery, outputs: Outputs = {}) =>
  linuxReader({ ...OUTPUTS, ...outputs }).reader.readForwarding(query, new AbortController().signal);

test('the interface table: multicast is where there is a VIF, not where the flag is', async () => {
  const { reader } = linuxReader();
  expect(await reader.readInterfaces(new AbortController().signal)).toEqual({
    name: 'core',
    interfaces: [LO, { ...UP, ...NO_COUNTERS }, { ...LAN, ...NO_COUNTERS }, REGISTER],
    rps: [],
    neighbors: [],
  });
});

test('IPv4: every field of every row, in one round trip', async () => {
  const { reader, session } = linuxReader();
  const { takenAt, ...snapshot } = await reader.readForwarding(QUERY4, new AbortController().signal);
  expect(takenAt).toBeDefined();
  expect(session.trips).toHaveLength(1);
  expect(snapshot).toEqual({
    name: 'core',
    interfaces: [
      LO,
      { ...UP, inMulticastPackets: '451', outMulticastPackets: '0' },
      { ...LAN, inMulticastPackets: '0', outMulticastPackets: '450' },
      REGISTER,
    ],
    routes: [
      {
        group: '239.1.2.3',
        source: null,
        incoming: null, // The kernel does not know the RP, and so not its neighbour.
        upstream: null,
        outgoing: [{ index: 5, state: 'forwarding' }],
        packets: '1',
        multicastRoutingProtocol: 'pimSparseMode',
        routingProtocol: null,
        uptimeSeconds: null,
      },
      {
        group: '239.1.2.3',
        source: '198.18.0.5',
        incoming: 4,
        upstream: '192.0.2.5',
        outgoing: [{ index: 5, state: 'forwarding' }],
        packets: '225',
        multicastRoutingProtocol: 'pimSparseMode',
        routingProtocol: 'ospf',
        uptimeSeconds: null,
      },
    ],
    rpf: [{ prefix: '198.18.0.0/24', interface: 4, neighbor: '192.0.2.5', routingProtocol: 'ospf' }],
    rps: [],
    neighbors: [],
  });
});

test('IPv6: its own VIFs and routes; the unresolved are none', async () => {
  const snapshot = await read(QUERY6);
  expect(snapshot.interfaces).toMatchObject([
    { name: 'lo', multicast: false },
    { name: 'up', multicast: true, inMulticastPackets: '453', outMulticastPackets: '7' },
    { name: 'a-long-name.100', multicast: true, inMulticastPackets: '0', outMulticastPackets: '452' },
    { name: 'pimreg', multicast: false },
  ]);
  expect(snapshot.routes).toMatchObject([{ source: '2001:db8:5::5', incoming: 4, upstream: 'fe80::1', packets: '3' }]);
  expect(snapshot.rpf).toEqual([{ prefix: '::/0', interface: 4, neighbor: 'fe80::1', routingProtocol: 'icmp' }]);
});

test('without a register interface the multicast protocol is not known', async () => {
  const { routes } = await read(QUERY4, { 'cat /proc/net/ip_mr_vif': VIFS4.replace(/^ 0 pimreg.*\n/m, '') });
  expect(routes?.map((row) => row.multicastRoutingProtocol)).toEqual([null, null]);
});

test.each<[string, object[], object[], object]>([
  [
    'on-link',
    [{ dst: '198.18.0.5', dev: 'up' }],
    [{ dst: '198.18.0.0/24', dev: 'up', protocol: '2' }],
    { prefix: '198.18.0.0/24', neighbor: null, routingProtocol: 'local' },
  ],
  [
    'a protocol by name',
    [{ dev: 'up', gateway: '192.0.2.5' }],
    [{ dst: '198.18.0.0/24', dev: 'up', protocol: 'isis' }],
    { prefix: '198.18.0.0/24', neighbor: '192.0.2.5', routingProtocol: 'isIs' },
  ],
  [
    'a protocol without IANA number',
    [{ dev: 'up', gateway: '192.0.2.5' }],
    [{ dst: '198.18.0.0/24', dev: 'up', protocol: '42' }],
    { prefix: '198.18.0.0/24', neighbor: '192.0.2.5', routingProtocol: 'other' },
  ],
  [
    'policy routing',
    [{ dev: 'up', gateway: '192.0.2.5' }],
    [{ dst: 'default', dev: 'a-long-name.100', protocol: '4' }],
    { prefix: '198.18.0.5/32', neighbor: '192.0.2.5', routingProtocol: null },
  ],
  [
    'an IPv6 next hop',
    [{ dev: 'up', via: { family: 'inet6', host: 'fe80::1' } }],
    [{ dst: 'default', dev: 'up', protocol: '186' }],
    { prefix: '0.0.0.0/0', neighbor: 'fe80::1', routingProtocol: 'bgp' },
  ],
  [
    'an address of the host',
    [{ type: 'local', dst: '198.18.0.5', dev: 'up' }],
    [{ dst: 'default', dev: 'up', protocol: '4' }],
    { prefix: '198.18.0.5/32', neighbor: null, routingProtocol: 'local' },
  ],
])('a path: %s', async (_, taken, covering, expected) => {
  const { rpf } = await read(QUERY4, {
    'ip -4 -j route get 198.18.0.5': JSON.stringify(taken),
    'ip -4 -j -N route show match 198.18.0.5': JSON.stringify(covering),
  });
  expect(rpf).toEqual([{ interface: 4, ...expected }]);
});

test('an unreachable source has no path, and its route no known incoming interface', async () => {
  const { rpf, routes } = await read(QUERY4, {
    'ip -4 -j route get 198.18.0.5': 'RTNETLINK answers: Network is unreachable\n',
    'ip -4 -j -N route show match 198.18.0.5': '[]',
  });
  expect(rpf).toEqual([]);
  expect(routes?.[1]).toMatchObject({ source: '198.18.0.5', incoming: null, upstream: null });
});

test('a route that comes in elsewhere than the path leads has no known upstream', async () => {
  const { routes } = await read(QUERY4, { 'ip -4 -s -j mroute show': ROUTES4.replaceAll('"iif":"up"', '"iif":"lo"') });
  expect(routes?.[1]).toMatchObject({ source: '198.18.0.5', incoming: null, upstream: null });
});

test('a kernel without multicast routing for IPv6 has no multicast interfaces', async () => {
  const { interfaces } = await read(
    { ...QUERY6, group: null },
    { 'cat /proc/net/ip6_mr_vif': 'cat: /proc/net/ip6_mr_vif: No such file or directory\n' },
  );
  expect(interfaces.some((row) => row.multicast)).toBe(false);
});

test.each<[string, Outputs, string, string]>([
  [
    'no iproute2',
    { 'ip -j addr': 'sh: 1: ip: not found\n' },
    'ERR_READER_OUTPUT',
    '`ip -j addr` printed "sh: 1: ip: not found"',
  ],
  [
    'an unreadable VIF table',
    { 'cat /proc/net/ip_mr_vif': 'cat: Permission denied\n' },
    'ERR_READER_OUTPUT',
    'ip_mr_vif',
  ],
  [
    'an iproute2 without JSON',
    { 'ip -4 -s -j mroute show': 'Option "-j" is unknown\n' },
    'ERR_READER_OUTPUT',
    'mroute',
  ],
])('%s is an error that shows what was printed', async (_, outputs, code, message) => {
  await expect(read(QUERY4, outputs)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});
