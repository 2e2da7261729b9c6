import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import type { SnapshotInterface } from '../../../../src/router/snapshot.ts';
import { fakeVtysh, NOT_RUNNING, type Outputs, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS, NO_PATH, PATH_TO_SOURCE } from '../support/frr-outputs.ts';

const SOURCE_TREE: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };

const signal = () => new AbortController().signal;

function frrReader(outputs: Outputs = FRR_OUTPUTS) {
  const session = fakeVtysh(outputs);
  return { session, reader: readerWith(platforms.frr(), session) };
}

const OFF = { multicast: false, inMulticastPackets: null, outMulticastPackets: null };
const ON = {
  multicast: true,
  ttlThreshold: 1,
  multicastRoutingProtocol: 'pimSparseMode' as const,
  inMulticastPackets: null,
  outMulticastPackets: null,
};
const TABLE: readonly SnapshotInterface[] = [
  {
    ...ON,
    index: 7,
    name: 'east',
    addresses: ['192.0.2.1/30', '2001:db8:7::1/64', 'fe80::7/64'],
    mtu: 1500,
    designatedRouters: ['192.0.2.2'],
  },
  { ...ON, index: 9, name: 'lan', addresses: ['198.51.100.1/24'], mtu: 9000, designatedRouters: ['198.51.100.1'] },
  { ...OFF, index: 1, name: 'lo', addresses: ['203.0.113.9/32'], mtu: 65536, designatedRouters: ['203.0.113.9'] },
  { ...OFF, index: 3, name: 'mgmt', addresses: [] },
  { ...OFF, index: 12, name: 'pimreg', addresses: [], mtu: 1472 },
  { ...ON, index: 8, name: 'west', addresses: ['192.0.2.6/30'], mtu: 1500 },
];
const RP_ROWS = [
  { groups: '239.0.0.0/8', address: '203.0.113.2' },
  { groups: '239.1.0.0/16', address: '203.0.113.4' },
];
const NEIGHBOR_ROWS = [
  { address: '192.0.2.2', interface: 7 },
  { address: '192.0.2.5', interface: 8 },
];

test('the interface table: addresses of both families, MTU, multicast where there is a VIF, RPs and neighbours', async () => {
  const { reader, session } = frrReader();
  expect(await reader.readInterfaces(signal())).toEqual({
    name: 'core',
    interfaces: TABLE,
    rps: RP_ROWS,
    neighbors: NEIGHBOR_ROWS,
  });
  expect(session.trips).toHaveLength(1);
});

test('of IPv6 what pim6d tells: neighbours and Designated Routers of the same links', async () => {
  const { reader } = frrReader({
    ...FRR_OUTPUTS,
    'show ipv6 multicast count json': JSON.stringify({ east: { vif: 1 } }),
    'show ipv6 pim interface json': JSON.stringify({ east: { pimDesignatedRouter: 'fe80::7' } }),
    'show ipv6 pim neighbor json': JSON.stringify({ east: { 'fe80::2': { interface: 'east' } } }),
  });
  const { interfaces, neighbors } = await reader.readInterfaces(signal());
  expect(neighbors).toEqual([...NEIGHBOR_ROWS, { address: 'fe80::2', interface: 7 }]);
  expect(interfaces[0]?.designatedRouters).toEqual(['192.0.2.2', 'fe80::7']);
});

test('an interface that is down has no address; one without carrier has', async () => {
  const row = (administrativeStatus: string, operationalStatus: string, index: number) => ({
    administrativeStatus,
    operationalStatus,
    index,
    ipAddresses: [{ address: `192.0.2.${index}/30` }],
  });
  const { reader } = frrReader({
    ...FRR_OUTPUTS,
    'show interface vrf default json': JSON.stringify({ east: row('up', 'down', 7), west: row('down', 'down', 8) }),
  });
  const { interfaces } = await reader.readInterfaces(signal());
  expect(interfaces.map(({ addresses }) => addresses)).toEqual([['192.0.2.7/30'], []]);
});

test.each(['ip', 'ipv6'])('neighbours that are not told are not none: %s', async (keyword) => {
  const { reader } = frrReader({
    ...FRR_OUTPUTS,
    'show ipv6 multicast count json': '{}',
    'show ipv6 pim interface json': '{}',
    'show ipv6 pim neighbor json': '{}',
    [`show ${keyword} pim neighbor json`]: '% telnet to r4:2622: the router closed the session',
  });
  expect(await reader.readInterfaces(signal())).not.toHaveProperty('neighbors');
});

test('an interface with a VIF of IPv6 only is a multicast interface of the table', async () => {
  const vifs6 = JSON.stringify({ mgmt: { vif: 1 }, pim6reg: { vif: 0 } });
  const { reader } = frrReader({ ...FRR_OUTPUTS, 'show ipv6 multicast count json': vifs6 });
  const { interfaces } = await reader.readInterfaces(signal());
  expect(interfaces.filter((row) => row.multicast).map((row) => row.name)).toEqual(['east', 'lan', 'mgmt', 'west']);
});

test('a forwarding answer: every field of every row', async () => {
  const { reader } = frrReader();
  const { takenAt, ...snapshot } = await reader.readForwarding(SOURCE_TREE, signal());
  expect(Date.parse(takenAt ?? '')).not.toBeNaN();
  expect(snapshot).toEqual({
    name: 'core',
    interfaces: [
      { ...TABLE[0], inMulticastPackets: '0', outMulticastPackets: '412' },
      { ...TABLE[1], inMulticastPackets: '5', outMulticastPackets: null }, // 2^53 may be a rounded number
      ...TABLE.slice(2, 5),
      { ...TABLE[5], inMulticastPackets: '417', outMulticastPackets: '0' },
    ],
    routes: [
      {
        group: '239.1.2.3',
        source: null,
        incoming: 7,
        upstream: '192.0.2.2',
        outgoing: [{ index: 9, state: 'forwarding' }],
        packets: '1',
        multicastRoutingProtocol: 'pimSparseMode',
        routingProtocol: 'ospf',
        pruneSent: false,
        uptimeSeconds: 412,
      },
      {
        group: '239.1.2.3',
        source: '198.18.0.5',
        incoming: 8,
        upstream: '192.0.2.5',
        outgoing: [
          { index: 7, state: 'forwarding' },
          { index: 9, state: 'forwarding' },
          { index: 1, state: 'pruned' },
        ],
        packets: '215',
        multicastRoutingProtocol: 'pimSparseMode',
        routingProtocol: 'bgp',
        pruneSent: false,
        uptimeSeconds: 93780,
      },
    ],
    rpf: [
      { prefix: '198.18.0.0/24', interface: 8, neighbor: '192.0.2.5', routingProtocol: 'bgp' },
      { prefix: '203.0.113.4/32', interface: 7, neighbor: '192.0.2.2', routingProtocol: 'ospf' },
    ],
    scopes: [{ groups: '239.1.2.3/32', interface: 9, direction: 'out' }],
    rps: RP_ROWS,
    neighbors: NEIGHBOR_ROWS,
  });
});

/** The (S,G) row and the RPF row of the source, with some outputs replaced. */
async function answerWith(outputs: Outputs) {
  const { reader } = frrReader({ ...FRR_OUTPUTS, ...outputs });
  const { routes, rpf } = await reader.readForwarding(SOURCE_TREE, signal());
  return {
    route: routes?.find((row) => row.source !== null),
    rpf: rpf?.find((row) => row.prefix !== '203.0.113.4/32'),
  };
}

function pathWith(protocol: string, nexthop: object): Outputs {
  const route = { protocol, selected: true, nexthops: [{ active: true, interfaceName: 'west', ...nexthop }] };
  return { 'show ip route 198.18.0.5 json': JSON.stringify({ '198.18.0.0/24': [route] }) };
}

test.each([
  ['kernel', 'netmgmt'],
  ['static', 'netmgmt'],
  ['connected', 'local'],
  ['local', 'local'],
  ['ospf', 'ospf'],
  ['bgp', 'bgp'],
  ['isis', 'isIs'],
  ['rip', 'rip'],
  ['eigrp', 'ciscoEigrp'],
  ['babel', 'other'],
  ['__proto__', 'other'],
])('a route of zebra type %s is IANA %s', async (type, iana) => {
  const { route, rpf } = await answerWith(pathWith(type, { ip: '192.0.2.5' }));
  expect([route?.routingProtocol, rpf?.routingProtocol]).toEqual([iana, iana]);
});

test('first hop: no upstream neighbour, a connected path of protocol local', async () => {
  const { route, rpf } = await answerWith({
    ...pathWith('connected', { directlyConnected: true }),
    'show ip pim rpf json': JSON.stringify({ '239.1.2.3': { '198.18.0.5': { rpfAddress: '0.0.0.0' } } }),
  });
  expect(route).toMatchObject({ incoming: 8, upstream: null, routingProtocol: 'local' });
  expect(rpf).toEqual({ prefix: '198.18.0.0/24', interface: 8, neighbor: null, routingProtocol: 'local' });
});

test.each<[string, string, string, object]>([
  ['static, by interface only: not known', 'static', '198.18.0.0/24', {}],
  ['of the kernel, by interface only: not known', 'kernel', '198.18.0.0/24', {}],
  ['static, by interface only, to the source itself: it may be behind a tunnel', 'static', '198.18.0.5/32', {}],
  ['of an address of the router', 'local', '198.18.0.5/32', { neighbor: null }],
])('who is behind a route that names no next hop: %s', async (_, protocol, prefix, expected) => {
  const nexthops = [{ active: true, interfaceName: 'west', directlyConnected: true }];
  const { route, rpf } = await answerWith({
    'show ip route 198.18.0.5 json': JSON.stringify({ [prefix]: [{ protocol, selected: true, nexthops }] }),
    'show ip pim rpf json': '{}',
  });
  expect(rpf).toEqual({ prefix, interface: 8, routingProtocol: expect.anything(), ...expected });
  expect(route).toMatchObject({ incoming: 8, upstream: null });
});

test.each([
  ['no route', NO_PATH],
  [
    'a blackhole',
    JSON.stringify({ '198.18.0.0/24': [{ selected: true, nexthops: [{ active: true, blackhole: true }] }] }),
  ],
  ['a route that is not selected', PATH_TO_SOURCE.replace('"selected": true', '"selected": false')],
])('%s: the source is unreachable, whatever covers the RP, and the route keeps what PIM says', async (_, output) => {
  const { route, rpf } = await answerWith({ 'show ip route 198.18.0.5 json': output });
  expect(rpf).toEqual({ prefix: '198.18.0.5/32', interface: null });
  expect(route).toMatchObject({ incoming: 8, upstream: '192.0.2.5', routingProtocol: null });
});

test.each<[string, Outputs, object]>([
  ['counts', { 'show ip mroute count json': '% Cannot count\n' }, { packets: null }],
  ['prunes sent', { 'show ip pim upstream 239.1.2.3 json': '{}' }, { packets: '215' }],
  ['RPF neighbours', { 'show ip pim rpf json': '' }, { incoming: 8, upstream: '192.0.2.5' }],
  ['joins', { 'show ip pim join 239.1.2.3 json': 'garbage' }, { outgoing: [expect.anything(), expect.anything()] }],
])('a router that does not tell %s still answers with the rest', async (_, outputs, expected) => {
  const { route } = await answerWith(outputs);
  expect(route).toMatchObject({ group: '239.1.2.3', source: '198.18.0.5', uptimeSeconds: 93780, ...expected });
});

test('an RP of one family with a range of the other is none, and costs nothing else', async () => {
  const { reader } = frrReader({
    ...FRR_OUTPUTS,
    'show ip pim rp-info json': JSON.stringify({ '203.0.113.2': [{ group: 'ff00::/8' }, { group: '239.0.0.0/8' }] }),
  });
  const { rps } = await reader.readInterfaces(signal());
  expect(rps).toEqual([{ groups: '239.0.0.0/8', address: '203.0.113.2' }]);
});

test('where neither PIM nor the path tells the neighbour, the incoming interface is all that is known', async () => {
  const { route } = await answerWith({ 'show ip pim rpf json': '{}', 'show ip route 198.18.0.5 json': NO_PATH });
  expect(route).toMatchObject({ incoming: 8, upstream: null });
});

test.each([
  [{ iif: '<iif?>' }, { incoming: null, upstream: null }],
  [{ installed: 0 }, { outgoing: [{ index: 1, state: 'pruned' }] }],
  [{ oil: { '<oif?>': { ttl: 1 }, lan: { ttl: 0 }, west: { ttl: 1 } } }, { outgoing: [{ index: 1, state: 'pruned' }] }],
  [{ upTime: '02w1d03h' }, { uptimeSeconds: 1306800 }],
  [{ upTime: '--:--:--' }, { uptimeSeconds: null }],
  [{ flags: 'SFT' }, { multicastRoutingProtocol: 'pimSparseMode' }],
  [{ flags: 'CD' }, { multicastRoutingProtocol: 'pimDenseMode' }],
  [{ flags: 'CP' }, { multicastRoutingProtocol: 'pimDenseMode' }],
  [{ flags: 'STD' }, { multicastRoutingProtocol: 'pimDenseMode' }], // the S is left from the entry before
])('an entry with %o', async (change, expected) => {
  const entry = { source: '198.18.0.5', group: '239.1.2.3', installed: 1, iif: 'west', oil: {}, ...change };
  const output = JSON.stringify({ '239.1.2.3': { '198.18.0.5': entry } });
  expect((await answerWith({ 'show ip mroute 239.1.2.3 json': output })).route).toMatchObject(expected);
});

test('names that JavaScript uses itself are names like any other', async () => {
  const interfaces = '{"__proto__":{"index":5,"ipAddresses":[]},"constructor":{"index":6,"ipAddresses":[]}}';
  const vifs = '{"__proto__":{"vif":1,"pktsIn":3,"pktsOut":4}}';
  const { reader } = frrReader({
    ...FRR_OUTPUTS,
    'show interface vrf default json': interfaces,
    'show ip multicast count json': vifs,
  });
  const snapshot = await reader.readForwarding({ family: 4, group: null, source: '198.18.0.5' }, signal());
  expect(snapshot.interfaces).toEqual([
    { ...ON, index: 5, name: '__proto__', addresses: [], inMulticastPackets: '3', outMulticastPackets: '4' },
    { ...OFF, index: 6, name: 'constructor', addresses: [] },
    { ...OFF, index: expect.any(Number), name: 'west', addresses: [] }, // on the path, and not listed
  ]);
  expect(Object.hasOwn(Object.prototype, 'index')).toBe(false);
});

test('IPv6 is asked of pim6d', async () => {
  const { reader, session } = frrReader({ ...FRR_OUTPUTS, 'show ipv6 multicast count json': NOT_RUNNING });
  const query: ForwardingQuery = { family: 6, group: 'ff3e::1', source: '2001:db8::5' };
  await expect(reader.readForwarding(query, signal())).rejects.toMatchObject({
    code: 'ERR_READER_COMMAND',
    message: 'fake: pimd is not running',
  });
  session.outputs = {
    ...FRR_OUTPUTS,
    'show ipv6 multicast count json': JSON.stringify({ west: { vif: 1, pktsIn: 9, pktsOut: 0 } }),
    'show ipv6 pim rp-info json': '{}',
    'show ipv6 mroute ff3e::1 json': JSON.stringify({
      'ff3e::1': {
        '2001:db8::5': {
          source: '2001:db8::5',
          group: 'ff3e::1',
          installed: 1,
          iif: 'west',
          oil: { east: { ttl: 1 } },
        },
      },
    }),
    'show ipv6 mroute count json': '{}',
    'show ipv6 pim rpf json': JSON.stringify({ 'ff3e::1': { '2001:db8::5': { rpfAddress: 'fe80::5' } } }),
    'show ipv6 pim upstream ff3e::1 json': '{}',
    'show ipv6 pim join ff3e::1 json': '{}',
    'show ipv6 route 2001:db8::5 json': JSON.stringify({
      '2001:db8::/32': [
        { protocol: 'ospf6', selected: true, nexthops: [{ ip: 'fe80::5', interfaceName: 'west', active: true }] },
      ],
    }),
  };
  const { interfaces, routes, rpf } = await reader.readForwarding(query, signal());
  expect(interfaces.filter((row) => row.multicast).map((row) => row.name)).toEqual(['west']);
  expect(routes).toMatchObject([{ source: '2001:db8::5', incoming: 8, upstream: 'fe80::5', routingProtocol: 'ospf' }]);
  expect(rpf).toEqual([{ prefix: '2001:db8::/32', interface: 8, neighbor: 'fe80::5', routingProtocol: 'ospf' }]);
});

test('the command that kills pimd 8.4.4 is never sent', async () => {
  const { reader, session } = frrReader();
  await reader.readInterfaces(signal());
  await reader.readForwarding(SOURCE_TREE, signal());
  await reader.readForwarding({ ...SOURCE_TREE, source: null }, signal());
  expect(session.trips.flat().filter((command) => command.includes('detail'))).toEqual([]);
});
