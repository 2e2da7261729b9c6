import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { fakeSh, fakeVtysh, type Outputs, readerWith } from '../support/fake-shell.ts';
import { LINUX_OUTPUTS, ROUTES4, VIFS4 } from '../support/linux-outputs.ts';
import { CACHE4 } from '../support/linux-text-outputs.ts';

const QUERY4: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };
const QUERY6: ForwardingQuery = { family: 6, group: 'ff3e::1', source: '2001:db8:5::5' };

const ON = { multicast: true, ttlThreshold: 1, multicastRoutingProtocol: null };
const UP = { ...ON, index: 4, name: 'up', addresses: ['192.0.2.6/30', 'fe80::6/64'], mtu: 1500 };
const LAN = { ...ON, index: 5, name: 'a-long-name.100', addresses: ['198.51.100.1/24'], mtu: 1400 };
const NO_COUNTERS = { inMulticastPackets: null, outMulticastPackets: null };
const LO = { ...NO_COUNTERS, index: 1, name: 'lo', addresses: [], mtu: 65536, multicast: false };
const REGISTER = { ...NO_COUNTERS, index: 6, name: 'pimreg', addresses: [], mtu: 1472, multicast: false };

function linuxReader(outputs: Outputs = LINUX_OUTPUTS) {
  const session = fakeSh(outputs);
  return { session, reader: readerWith(platforms.linux(), session) };
}

const read = (query: ForwardingQuery, outputs: Outputs = {}) =>
  linuxReader({ ...LINUX_OUTPUTS, ...outputs }).reader.readForwarding(query, new AbortController().signal);

test('the interface table: multicast is where there is a VIF, not where the flag is', async () => {
  const { reader } = linuxReader();
  expect(await reader.readInterfaces(new AbortController().signal)).toEqual({
    name: 'core',
    interfaces: [LO, { ...UP, ...NO_COUNTERS }, { ...LAN, ...NO_COUNTERS }, REGISTER],
    rps: [],
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
        incoming: 4, // But no upstream: the kernel does not know the RP, and so not its neighbour.
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

test('an address that another host has is none of its own', async () => {
  const rows = JSON.parse(LINUX_OUTPUTS['ip -j addr']) as { ifname: string; addr_info: object[] }[];
  const duplicate = { family: 'inet6', local: '2001:db8::bad', prefixlen: 64, dadfailed: true, tentative: true };
  const addresses = rows.map((row) =>
    row.ifname === 'up' ? { ...row, addr_info: [...row.addr_info, duplicate] } : row,
  );
  const { interfaces } = await read(QUERY4, { 'ip -j addr': JSON.stringify(addresses) });
  expect(interfaces[1]).toMatchObject(UP);
});

test('an interface that is down has no address; one without carrier has', async () => {
  const flags = { up: ['NO-CARRIER', 'BROADCAST', 'MULTICAST', 'UP'], 'a-long-name.100': ['BROADCAST', 'MULTICAST'] };
  const rows = JSON.parse(LINUX_OUTPUTS['ip -j addr']) as { ifname: keyof typeof flags }[];
  const addresses = JSON.stringify(rows.map((row) => ({ ...row, flags: flags[row.ifname] })));
  const { interfaces } = await read(QUERY4, { 'ip -j addr': addresses });
  expect(interfaces.slice(1, 3)).toMatchObject([{ addresses: UP.addresses }, { addresses: [] }]);
});

test('addresses in a VRF, and of its device, are none of the default table', async () => {
  const rows = JSON.parse(LINUX_OUTPUTS['ip -j addr']) as object[];
  const inet = { family: 'inet', local: '192.0.2.6', prefixlen: 30 };
  const more = ['blue', 'customer', 'port'].map((ifname, i) => ({ ifindex: 20 + i, ifname, addr_info: [inet] }));
  const [blue, customer, port] = more;
  const addresses = [...rows, blue, { ...customer, master: 'blue' }, { ...port, master: 'bridge' }];
  const { interfaces } = await read(QUERY4, {
    'ip -j addr': JSON.stringify(addresses),
    'ip -j link show type vrf': '[{},{"ifindex":20,"ifname":"blue"},{}]',
  });
  expect(interfaces.slice(4).map((row) => [row.name, ...row.addresses])).toEqual([
    ['blue'],
    ['customer'],
    ['port', '192.0.2.6/30'],
  ]);
});

test("a subnet that is the peer's is none of the host's", async () => {
  const local = (address: string, peer: string) => ({ family: 'inet', local: address, address: peer, prefixlen: 30 });
  const addr_info = [local('10.0.0.1', '10.0.9.2'), local('10.0.1.1', '10.0.1.2')];
  const { interfaces } = await read(QUERY4, {
    'ip -j addr': JSON.stringify([{ ifindex: 4, ifname: 'up', addr_info }]),
  });
  expect(interfaces[0]?.addresses).toEqual(['10.0.0.1/32', '10.0.1.1/30']);
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
    'by device only (WireGuard, GRE, PPP): who is behind it is not known',
    [{ dst: '198.18.0.5', dev: 'up' }],
    [{ dst: '198.18.0.0/24', dev: 'up', protocol: '4', scope: '253' }],
    { prefix: '198.18.0.0/24', routingProtocol: 'netmgmt' },
  ],
  [
    'by device only, to the source itself: it may be behind a tunnel',
    [{ dst: '198.18.0.5', dev: 'up' }],
    [{ dst: '198.18.0.5', dev: 'up', protocol: '4', scope: '253' }],
    { prefix: '198.18.0.5/32', routingProtocol: 'netmgmt' },
  ],
  [
    'the other end of a link of two',
    [{ dst: '198.18.0.5', dev: 'up' }],
    [{ dst: '198.18.0.5', dev: 'up', protocol: '2', scope: '253' }],
    { prefix: '198.18.0.5/32', neighbor: null, routingProtocol: 'local' },
  ],
  [
    'policy routing by device only',
    [{ dst: '198.18.0.5', dev: 'up' }],
    [{ dst: 'default', dev: 'a-long-name.100', protocol: '2' }],
    { prefix: '198.18.0.5/32', routingProtocol: null },
  ],
  [
    'a protocol by name',
    [{ dev: 'up', gateway: '192.0.2.5' }],
    [{ dst: '198.18.0.0/24', gateway: '192.0.2.5', dev: 'up', protocol: 'isis' }],
    { prefix: '198.18.0.0/24', neighbor: '192.0.2.5', routingProtocol: 'isIs' },
  ],
  [
    'a route of `ip route add`, whose protocol (boot) iproute2 leaves out',
    [{ dev: 'up', gateway: '192.0.2.5' }],
    [{ dst: '198.18.0.0/24', gateway: '192.0.2.5', dev: 'up' }],
    { prefix: '198.18.0.0/24', neighbor: '192.0.2.5', routingProtocol: 'netmgmt' },
  ],
  [
    'a protocol without IANA number',
    [{ dev: 'up', gateway: '192.0.2.5' }],
    [{ dst: '198.18.0.0/24', gateway: '192.0.2.5', dev: 'up', protocol: '42' }],
    { prefix: '198.18.0.0/24', neighbor: '192.0.2.5', routingProtocol: 'other' },
  ],
  [
    'policy routing',
    [{ dev: 'up', gateway: '192.0.2.5' }],
    [{ dst: 'default', dev: 'a-long-name.100', protocol: '4' }],
    { prefix: '198.18.0.5/32', neighbor: '192.0.2.5', routingProtocol: null },
  ],
  [
    'policy routing over the same interface',
    [{ dev: 'up', gateway: '192.0.2.5' }],
    [
      { dst: 'default', dev: 'up', gateway: '192.0.2.7', protocol: '4' },
      { dst: '198.18.0.0/16', dev: 'up', protocol: '2' },
    ],
    { prefix: '198.18.0.5/32', neighbor: '192.0.2.5', routingProtocol: null },
  ],
  [
    'policy routing to the same next hop',
    [{ dev: 'up', gateway: '192.0.2.5', table: '100' }],
    [{ dst: 'default', dev: 'up', gateway: '192.0.2.5', protocol: '4' }],
    { prefix: '198.18.0.5/32', neighbor: '192.0.2.5', routingProtocol: null },
  ],
  [
    'an IPv6 next hop',
    [{ dev: 'up', via: { family: 'inet6', host: 'fe80::1' } }],
    [{ dst: 'default', dev: 'up', via: { family: 'inet6', host: 'fe80::1' }, protocol: '186' }],
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

test.each([
  'Network is unreachable',
  'No route to host',
  'Permission denied',
  'Invalid argument',
  'Network unreachable',
  'Host is unreachable',
])('an unreachable source has no path, which is a fact, and its route no known upstream: %s', async (said) => {
  const { rpf, routes } = await read(QUERY4, {
    'ip -4 -j route get 198.18.0.5': `RTNETLINK answers: ${said}\n`,
    'ip -4 -j -N route show match 198.18.0.5': '[]',
  });
  expect(rpf).toEqual([{ prefix: '198.18.0.5/32', interface: null }]);
  expect(routes?.[1]).toMatchObject({ source: '198.18.0.5', incoming: 4, upstream: null });
});

test('a route that comes in elsewhere than the path leads has no known upstream', async () => {
  const { routes } = await read(QUERY4, { 'ip -4 -s -j mroute show': ROUTES4.replaceAll('"iif":"up"', '"iif":"lo"') });
  expect(routes?.[1]).toMatchObject({ source: '198.18.0.5', incoming: 1, upstream: null });
});

test.each<[string, object[], number]>([
  ['of the source, where iproute2 leaves out the least one', [{ src: '198.18.0.5' }, { src: '0.0.0.0', ttl: 32 }], 1],
  ['of the source', [{ src: '198.18.0.5', ttl: 11 }, { src: '0.0.0.0' }], 11],
  [
    'of the group',
    [
      { src: '0.0.0.0', ttl: 11 },
      { src: '198.18.0.5', dst: '239.9.9.9', ttl: 32 },
    ],
    11,
  ],
  ['of other groups: daemons have one for each interface, not for each entry', [{ dst: '239.9.9.9', ttl: 32 }], 32],
  ['no TTL at all', [{ ttl: 70_000 }], 255],
])('the TTL threshold of an interface is that of its entries: %s', async (_, entries, expected) => {
  const rows = entries.map((entry) => {
    const { ttl, ...row } = { src: '198.18.0.5', dst: '239.1.2.3', ttl: undefined, ...entry };
    return { ...row, iif: 'up', multipath: [{ oif: 'a-long-name.100', ttl }], state: 'resolved', packets: 1 };
  });
  const { interfaces } = await read(QUERY4, { 'ip -4 -s -j mroute show': JSON.stringify(rows) });
  expect(interfaces.slice(1, 3)).toMatchObject([{ ttlThreshold: 1 }, { ttlThreshold: expected }]);
});

test('an entry whose incoming VIF is gone is resolved, and forwards nothing, whatever path there is', async () => {
  const { interfaces, rpf, routes } = await read(QUERY4, {
    'ip -4 -s -j mroute show': ROUTES4.replaceAll('"iif":"up"', '"iif":"unresolved"'),
  });
  expect(interfaces).toHaveLength(4);
  expect(rpf).toEqual([{ prefix: '198.18.0.5/32', interface: null }]);
  expect(routes?.[1]).toMatchObject({ source: '198.18.0.5', incoming: null, upstream: null, routingProtocol: null });
});

test('a kernel of 32 bits writes its counters with a sign: from 2^31 on they are negative', async () => {
  const row = ' 1 up         -1894967296 -2147483648         0      -1 00008 00000004 00000000';
  const { interfaces, routes } = await read(QUERY4, {
    'cat /proc/net/ip_mr_vif': VIFS4.replace(/^ 1 up.*$/m, row),
  });
  expect(interfaces[1]).toEqual({ ...UP, inMulticastPackets: '2147483648', outMulticastPackets: '4294967295' });
  expect(routes).toMatchObject([{ incoming: 4 }, { incoming: 4 }]);
});

test('a kernel without multicast routing for IPv6 has no multicast interfaces', async () => {
  const { interfaces } = await read(
    { ...QUERY6, group: null },
    { 'cat /proc/net/ip6_mr_vif': 'cat: /proc/net/ip6_mr_vif: No such file or directory\n' },
  );
  expect(interfaces.some((row) => row.multicast)).toBe(false);
});

test('a kernel without multicast routing for IPv6 has no entries: iproute2 has but prose to say of it', async () => {
  const { routes, rpf } = await read(QUERY6, {
    'cat /proc/net/ip6_mr_vif': 'cat: /proc/net/ip6_mr_vif: No such file or directory\n',
    'ip -6 -s -j mroute show': 'Non multicast route received, kernel does support IP multicast?\nDump terminated\n',
  });
  expect(routes).toEqual([]);
  expect(rpf).toMatchObject([{ interface: 4, neighbor: 'fe80::1' }]);
});

test.each<[string, Outputs, string, string]>([
  [
    'no iproute2',
    { 'ip -j addr': 'sh: 1: ip: not found\n', 'cat /proc/net/ip_mr_cache': CACHE4 },
    'ERR_READER_OUTPUT',
    '`ip -4 route get 198.18.0.5` printed "sh: 1: ip: not found"',
  ],
  [
    'an unreadable VIF table',
    { 'cat /proc/net/ip_mr_vif': 'cat: Permission denied\n' },
    'ERR_READER_OUTPUT',
    'ip_mr_vif',
  ],
])('%s is an error that shows what was printed', async (_, outputs, code, message) => {
  await expect(read(QUERY4, outputs)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test.each([
  'sh: 1: ip: not found',
  'RTNETLINK answers: No buffer space available',
  'RTNETLINK answers: Operation not permitted',
])('what is no answer about a path is no word of an unreachable source: %s', async (said) => {
  const query: ForwardingQuery = { ...QUERY4, group: null };
  const asked = ['ip -4 -j route get 198.18.0.5', 'ip -4 route get 198.18.0.5'];
  await expect(read(query, Object.fromEntries(asked.map((one) => [one, `${said}\n`])))).rejects.toMatchObject({
    code: 'ERR_READER_OUTPUT',
    message: expect.stringContaining(said),
  });
});

test('covering routes that cannot be read cost the prefix and the protocol, and no more', async () => {
  for (const covering of ['', 'Dump terminated\n']) {
    const { rpf } = await read(QUERY4, { 'ip -4 -j -N route show match 198.18.0.5': covering });
    expect(rpf).toEqual([{ prefix: '198.18.0.5/32', interface: 4, neighbor: '192.0.2.5', routingProtocol: null }]);
  }
});

test.each(['unreachable', 'prohibit', 'blackhole', 'throw'])('a route of type %s is no path', async (type) => {
  const taken = JSON.stringify([{ type, dst: '2001:db8:5::5', dev: 'lo', protocol: 'kernel', metric: 4294967295 }]);
  const { rpf } = await read(QUERY6, { 'ip -6 -j route get 2001:db8:5::5': taken });
  expect(rpf).toEqual([{ prefix: '2001:db8:5::5/128', interface: null }]);
});

test("what a shell's own files print stands before the answers, and is none of them", async () => {
  const { session, reader } = linuxReader();
  const { run } = session;
  session.run = async (...asked) => `Welcome to core, all is \nlogged${await run(...asked)}`;
  const { takenAt: _, ...expected } = await read(QUERY4);
  expect(await reader.readForwarding(QUERY4, new AbortController().signal)).toMatchObject(expected);
  expect(session.trips).toHaveLength(1);
});

test('an output that ends before its end is no answer, though the rest could be asked for', async () => {
  const readCut = async (at: number) => {
    const { session, reader } = linuxReader();
    const { run } = session;
    let length = 0;
    session.run = async (...asked) => {
      const output = await run(...asked);
      if (length > 0) return output;
      length = output.length;
      return output.slice(0, at);
    };
    await reader.readForwarding(QUERY4, new AbortController().signal);
    return length;
  };
  const length = await readCut(Number.POSITIVE_INFINITY);
  for (let at = 0; at < length; at += 7)
    await expect(readCut(at), `cut at ${at}`).rejects.toMatchObject({ code: 'ERR_READER_OUTPUT' });
});

test('where no shell answers, that is said', async () => {
  const reader = readerWith(platforms.linux(), fakeVtysh({}));
  await expect(reader.readInterfaces(new AbortController().signal)).rejects.toMatchObject({
    code: 'ERR_READER_OUTPUT',
    message: expect.stringMatching(
      /^the output ends too soon: % Unknown command: PATH=.*: is it a login with a shell\?$/,
    ),
  });
});
