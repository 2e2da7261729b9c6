/** r5 of the mixed domain: whole snapshots, compared with what the domain is, for every kind of query. */
import { describe, expect, test } from 'vitest';
import { ciscoIos } from '../../../../src/router/cli/cisco-ios/platform.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { stateOf } from '../../../../src/router/state.ts';
import { OUTPUTS } from '../support/box/cisco-ios.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

const TOWARDS_SOURCE = 1;
const TOWARDS_RECEIVER = 2;
const LOOPBACK = 5;
const SOURCE = { 4: '10.1.0.2', 6: 'fd00:1::2' } as const;
const RP = { 4: '10.0.0.2', 6: 'fd00::2' } as const;
const UPSTREAM = { 4: '10.45.0.4', 6: 'fe80::4' } as const;

const ON = { multicast: true, ttlThreshold: 1, multicastRoutingProtocol: 'pimSparseMode' };
const off = (index: number, name: string) => ({
  index,
  name,
  addresses: [],
  multicast: false,
  inMulticastPackets: null,
  outMulticastPackets: null,
});

/** @param counts in and out, towards the source, towards the receiver and of the loopback; of IPv6 there are none */
function interfaces(counts: readonly (readonly [string, string])[]) {
  const packets = (at: number) => ({
    inMulticastPackets: counts[at]?.[0] ?? null,
    outMulticastPackets: counts[at]?.[1] ?? null,
  });
  const linkLocal = 'fe80::5/64';
  return [
    {
      ...ON,
      ...packets(0),
      index: TOWARDS_SOURCE,
      name: 'GigabitEthernet0/0',
      addresses: ['10.45.0.5/24', linkLocal, 'fd00:45::5/64'],
      mtu: 1500,
      designatedRouters: ['10.45.0.5', 'fe80::5'],
    },
    {
      ...ON,
      ...packets(1),
      index: TOWARDS_RECEIVER,
      name: 'GigabitEthernet0/1',
      addresses: ['10.5.0.5/24', linkLocal, 'fd00:5::5/64'],
      mtu: 1500,
      designatedRouters: ['10.5.0.5', 'fe80::5'],
    },
    off(3, 'GigabitEthernet0/2'),
    {
      ...ON,
      ...packets(2),
      index: LOOPBACK,
      name: 'Loopback0',
      addresses: ['10.0.0.5/32', linkLocal, 'fd00::5/128'],
      mtu: 1514,
      designatedRouters: ['10.0.0.5', 'fe80::5'],
    },
    { ...off(6, 'Tunnel0'), mtu: 1472 },
    { ...off(7, 'Tunnel1'), addresses: ['fe80::21e:49ff:fe5d:5/64'], mtu: 1452 },
  ];
}

const COUNTS4 = [
  ['500000', '0'],
  ['0', '1000000'],
  ['0', '0'],
] as const;
const ofFamily = (family: 4 | 6) => interfaces(family === 4 ? COUNTS4 : []);

const NEIGHBORS = [
  { address: '10.45.0.4', interface: TOWARDS_SOURCE },
  { address: 'fe80::4', interface: TOWARDS_SOURCE },
];
const RPS = [
  { groups: '239.0.0.0/8', address: '10.0.0.2' },
  { groups: 'ff15::/16', address: 'fd00::2' },
];

const path = (family: 4 | 6, prefix: string) => ({
  prefix,
  interface: TOWARDS_SOURCE,
  neighbor: UPSTREAM[family],
  routingProtocol: 'ospf',
});
const PATHS = {
  4: { source: path(4, '10.1.0.0/24'), rp: path(4, '10.0.0.2/32') },
  6: { source: path(6, 'fd00:1::/64'), rp: path(6, 'fd00::2/128') },
};

const route = (family: 4 | 6, group: string, source: string | null, packets: string, uptimeSeconds: number) => ({
  group,
  source,
  incoming: TOWARDS_SOURCE,
  upstream: UPSTREAM[family],
  outgoing: [{ index: TOWARDS_RECEIVER, state: 'forwarding' }],
  packets,
  multicastRoutingProtocol: 'pimSparseMode',
  routingProtocol: 'ospf',
  pruneSent: false,
  uptimeSeconds,
});

const A_DAY_AND_TWO_HOURS = 93_600;
const TWO_HOURS = 7205;

async function read(query: ForwardingQuery) {
  const session = fakeCli(OUTPUTS);
  const reader = readerWith(ciscoIos(), session);
  const signal = new AbortController().signal;
  await reader.readInterfaces(signal);
  const before = session.trips.length;
  const { takenAt, ...snapshot } = await reader.readForwarding(query, signal);
  stateOf({ ...snapshot, takenAt }); // contradicts itself nowhere
  expect(Date.parse(takenAt ?? '')).not.toBeNaN();
  return { snapshot, commands: session.trips.slice(before).flat() };
}

test('the interface table', async () => {
  const reader = readerWith(ciscoIos(), fakeCli(OUTPUTS));
  expect(await reader.readInterfaces(new AbortController().signal)).toEqual({
    name: 'core',
    interfaces: interfaces([]),
    rps: RPS,
    neighbors: NEIGHBORS,
  });
});

describe.each([
  [4, '232.1.1.1', '5004'],
  [6, 'ff3e::1:1', '5006'],
] as const)('IPv%i, SSM', (family, group, packets) => {
  test('of (S,G) there is no RP', async () => {
    const { snapshot, commands } = await read({ family, group, source: SOURCE[family] });
    expect(snapshot).toEqual({
      name: 'core',
      interfaces: ofFamily(family),
      routes: [route(family, group, SOURCE[family], packets, A_DAY_AND_TWO_HOURS)],
      rpf: [PATHS[family].source],
      rps: [],
      scopes: [],
      neighbors: NEIGHBORS,
    });
    expect(commands).toHaveLength(4);
  });
});

describe.each([
  [4, '239.1.1.1', '2502', '5005'],
  [6, 'ff15::1:1', '2503', '5007'],
] as const)('IPv%i, with an RP', (family, group, shared, own) => {
  const rest = {
    name: 'core',
    interfaces: ofFamily(family),
    rps: [{ groups: `${group}/${family === 4 ? 32 : 128}`, address: RP[family] }],
    scopes: [],
    neighbors: NEIGHBORS,
  };
  const sharedTree = route(family, group, null, shared, A_DAY_AND_TWO_HOURS);

  test('(S,G)', async () => {
    const { snapshot, commands } = await read({ family, group, source: SOURCE[family] });
    expect(snapshot).toEqual({
      ...rest,
      // The path to the RP, which tells the shared tree's protocol, is not asked for.
      routes: [{ ...sharedTree, routingProtocol: null }, route(family, group, SOURCE[family], own, TWO_HOURS)],
      rpf: [PATHS[family].source],
    });
    expect(commands).toHaveLength(4);
  });

  test('(*,G)', async () => {
    const { snapshot, commands } = await read({ family, group, source: null });
    expect(snapshot).toEqual({ ...rest, routes: [sharedTree], rpf: [PATHS[family].rp] });
    expect(commands).toHaveLength(4);
  });
});

test.each([4, 6] as const)('IPv%i, the source alone', async (family) => {
  const { snapshot, commands } = await read({ family, group: null, source: SOURCE[family] });
  expect(snapshot).toEqual({
    name: 'core',
    interfaces: ofFamily(family),
    routes: [],
    rpf: [PATHS[family].source],
    rps: RPS,
    neighbors: NEIGHBORS,
  });
  expect(commands).toHaveLength(2);
});

test('nothing is asked that the box does not have', async () => {
  const asked = new Set<string>();
  for (const [family, groups] of [
    [4, ['232.1.1.1', '239.1.1.1']],
    [6, ['ff3e::1:1', 'ff15::1:1']],
  ] as const) {
    for (const group of groups) {
      const session = fakeCli(OUTPUTS);
      const reader = readerWith(ciscoIos(), session);
      for (const source of [SOURCE[family], null])
        await reader.readForwarding({ family, group, source }, new AbortController().signal);
      for (const command of session.trips.flat()) asked.add(command);
    }
  }
  expect([...asked].sort()).toEqual(Object.keys(OUTPUTS).sort());
});
