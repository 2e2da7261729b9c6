/** r4 of the mixed domain: whole snapshots, as the domain is, and not as the parser reads it. */
import { expect, test } from 'vitest';
import { aristaEos } from '../../../../src/router/cli/arista-eos/platform.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { OUTPUTS } from '../support/box/arista-eos.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

const RPS = [
  { groups: '239.0.0.0/8', address: '10.0.0.2' },
  { groups: 'ff15::/16', address: 'fd00::2' },
];
const NEIGHBORS = [
  { address: '10.34.0.3', interface: 1 },
  { address: '10.45.0.5', interface: 2 },
  { address: 'fe80::3', interface: 1 },
  { address: 'fe80::5', interface: 2 },
];
const LINK = { mtu: 1500, multicast: true, ttlThreshold: 1, multicastRoutingProtocol: 'pimSparseMode' };
const TO_R3 = {
  ...LINK,
  index: 1,
  name: 'Ethernet1',
  addresses: ['10.34.0.4/24', 'fe80::4/64', 'fd00:34::4/64'],
  designatedRouters: ['10.34.0.4', 'fe80::4'],
};
const TO_R5 = {
  ...LINK,
  index: 2,
  name: 'Ethernet2',
  addresses: ['10.45.0.4/24', 'fe80::4/64', 'fd00:45::4/64'],
  designatedRouters: ['10.45.0.5', 'fe80::5'],
};
const LOOPBACK = {
  index: 5000000,
  name: 'Loopback0',
  addresses: ['10.0.0.4/32', 'fe80::4/64', 'fd00::4/128'],
  mtu: 65535,
  multicast: false,
};
const UNCOUNTED = { inMulticastPackets: null, outMulticastPackets: null };
const COMMON = {
  name: 'core',
  interfaces: [
    { ...TO_R3, inMulticastPackets: '400000', outMulticastPackets: '0' },
    { ...TO_R5, inMulticastPackets: '0', outMulticastPackets: '800000' },
    { ...LOOPBACK, ...UNCOUNTED },
  ],
  neighbors: NEIGHBORS,
};
const ROUTE = {
  incoming: 1,
  outgoing: [{ index: 2, state: 'forwarding' }],
  multicastRoutingProtocol: 'pimSparseMode',
  routingProtocol: 'ospf',
  pruneSent: false,
};

async function read(query: ForwardingQuery) {
  const session = fakeCli(OUTPUTS);
  const reader = readerWith(aristaEos(), session);
  const { takenAt, ...snapshot } = await reader.readForwarding(query, new AbortController().signal);
  expect(takenAt).toBeDefined();
  return { snapshot, commands: session.trips.flat(), reader, session };
}

const FAMILIES = [
  {
    family: 4,
    source: '10.1.0.2',
    upstream: '10.34.0.3',
    ssm: '232.1.1.1',
    asm: '239.1.1.1',
    length: 32,
    rp: '10.0.0.2',
    rpf: { prefix: '10.1.0.0/24', interface: 1, neighbor: '10.34.0.3', routingProtocol: 'ospf' },
    rpfRp: { prefix: '10.0.0.2/32', interface: 1, neighbor: '10.34.0.3', routingProtocol: 'ospf' },
    packets: { ssm: '4004', asm: '4005', shared: '2002' },
  },
  {
    family: 6,
    source: 'fd00:1::2',
    upstream: 'fe80::3',
    ssm: 'ff3e::1:1',
    asm: 'ff15::1:1',
    length: 128,
    rp: 'fd00::2',
    rpf: { prefix: 'fd00:1::/64', interface: 1, neighbor: 'fe80::3', routingProtocol: 'ospf' },
    rpfRp: { prefix: 'fd00::2/128', interface: 1, neighbor: 'fe80::3', routingProtocol: 'ospf' },
    packets: { ssm: '4006', asm: '4007', shared: '2003' },
  },
] as const;

test('the table', async () => {
  const reader = readerWith(aristaEos(), fakeCli(OUTPUTS));
  expect(await reader.readInterfaces(new AbortController().signal)).toEqual({
    name: 'core',
    interfaces: [
      { ...TO_R3, ...UNCOUNTED },
      { ...TO_R5, ...UNCOUNTED },
      { ...LOOPBACK, ...UNCOUNTED },
    ],
    rps: RPS,
    neighbors: NEIGHBORS,
  });
});

/** Of a tree whose path was not asked for. */
const UNASKED = { routingProtocol: null };

test.each(FAMILIES)('IPv$family: (S,G) of SSM', async ({ family, source, upstream, ssm: group, rpf, packets }) => {
  const { snapshot } = await read({ family, group, source });
  expect(snapshot).toEqual({
    ...COMMON,
    rps: RPS,
    routes: [{ ...ROUTE, group, source, upstream, packets: packets.ssm, uptimeSeconds: 3622 }],
    rpf: [rpf],
    scopes: [],
  });
});

test.each(FAMILIES)('IPv$family: (S,G) and (*,G)', async (domain) => {
  const { family, source, upstream, asm: group, length, rp, rpf, packets } = domain;
  const { snapshot } = await read({ family, group, source });
  expect(snapshot).toEqual({
    ...COMMON,
    rps: [{ groups: `${group}/${length}`, address: rp }],
    routes: [
      { ...ROUTE, ...UNASKED, group, source: null, upstream, packets: packets.shared, uptimeSeconds: 3625 },
      { ...ROUTE, group, source, upstream, packets: packets.asm, uptimeSeconds: 3622 },
    ],
    rpf: [rpf],
    scopes: [],
  });
});

test.each(FAMILIES)('IPv$family: (*,G) alone', async (domain) => {
  const { family, upstream, asm: group, length, rp, rpfRp, packets } = domain;
  const { snapshot } = await read({ family, group, source: null });
  expect(snapshot).toEqual({
    ...COMMON,
    rps: [{ groups: `${group}/${length}`, address: rp }],
    routes: [{ ...ROUTE, group, source: null, upstream, packets: packets.shared, uptimeSeconds: 3625 }],
    rpf: [rpfRp],
    scopes: [],
  });
});

test.each(FAMILIES)('IPv$family: a source alone', async ({ family, source, rpf }) => {
  const { snapshot } = await read({ family, group: null, source });
  expect(snapshot).toEqual({ ...COMMON, rps: RPS, routes: [], rpf: [rpf] });
});

test('with the table known, four commands answer for a source and a group with an RP', async () => {
  const { reader, session } = await read({ family: 4, group: '239.1.1.1', source: '10.1.0.2' });
  session.trips.length = 0;
  await reader.readForwarding({ family: 4, group: '239.1.1.1', source: '10.1.0.2' }, new AbortController().signal);
  expect(session.trips.flat()).toEqual([
    'show ip mroute 239.1.1.1 detail',
    'show multicast fib ipv4 239.1.1.1 count',
    'show interfaces counters | json',
    'show ip route 10.1.0.2 | json',
  ]);
});

test('nothing is asked that the box does not know', async () => {
  for (const { family, source, ssm, asm } of FAMILIES) {
    for (const query of [ssm, asm].flatMap((group) => [source, null].map((of) => ({ family, group, source: of })))) {
      const { commands } = await read(query);
      for (const command of commands) expect(OUTPUTS).toHaveProperty([command]);
    }
  }
});
