/** r3 of the mixed domain, asked for every tree: whole snapshots, as the domain has them. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import type { Snapshot } from '../../../../src/router/snapshot.ts';
import { stateOf } from '../../../../src/router/state.ts';
import { OUTPUTS } from '../support/box/cisco-nxos.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

const NOT_COUNTED = { inMulticastPackets: null, outMulticastPackets: null };
const PIM = { mtu: 1500, multicast: true, ttlThreshold: 1, multicastRoutingProtocol: 'pimSparseMode' };
const MGMT = { index: 83886080, name: 'mgmt0', addresses: [], multicast: false };
const UP = {
  ...PIM,
  index: 436207616,
  name: 'Ethernet1/1',
  addresses: ['10.23.0.3/24', 'fd00:23::3/64', 'fe80::3/64'],
  designatedRouters: ['10.23.0.3', 'fe80::3'],
};
const DOWN = {
  ...PIM,
  index: 436208128,
  name: 'Ethernet1/2',
  addresses: ['10.34.0.3/24', 'fd00:34::3/64', 'fe80::3/64'],
  designatedRouters: ['10.34.0.4', 'fe80::4'],
};
const LOOPBACK = {
  ...PIM,
  ...NOT_COUNTED,
  index: 335544320,
  name: 'loopback0',
  addresses: ['10.0.0.3/32', 'fd00::3/128', 'fe80::3/64'],
  designatedRouters: ['10.0.0.3', 'fe80::3'],
};
const COMMON = {
  name: 'core',
  rps: [
    { groups: '239.0.0.0/8', address: '10.0.0.2' },
    { groups: 'ff15::/16', address: 'fd00::2' },
  ],
  neighbors: [
    { address: '10.23.0.2', interface: UP.index },
    { address: '10.34.0.4', interface: DOWN.index },
    { address: 'fe80::2', interface: UP.index },
    { address: 'fe80::4', interface: DOWN.index },
  ],
};
const COUNTED = [
  { ...MGMT, inMulticastPackets: '0', outMulticastPackets: '0' },
  { ...UP, inMulticastPackets: '300000', outMulticastPackets: '0' },
  { ...DOWN, inMulticastPackets: '0', outMulticastPackets: '600000' },
  LOOPBACK,
];

const UPTIME = 93_784;
const route = (group: string, source: string | null, upstream: string, packets: string, uptimeSeconds = UPTIME) => ({
  group,
  source,
  incoming: UP.index,
  upstream,
  outgoing: [{ index: DOWN.index, state: 'forwarding' }],
  packets,
  multicastRoutingProtocol: 'pimSparseMode',
  routingProtocol: 'ospf',
  uptimeSeconds,
});
const path = (prefix: string, neighbor: string) => {
  return { prefix, interface: UP.index, neighbor, routingProtocol: 'ospf' };
};
const TO_SOURCE4 = path('10.1.0.0/24', '10.23.0.2');
const TO_RP4 = path('10.0.0.2/32', '10.23.0.2');
const TO_SOURCE6 = path('fd00:1::/64', 'fe80::2');
const TO_RP6 = path('fd00::2/128', 'fe80::2');

const ASM4 = [route('239.1.1.1', null, '10.23.0.2', '1502'), route('239.1.1.1', '10.1.0.2', '10.23.0.2', '3005')];
const SSM4 = [route('232.1.1.1', '10.1.0.2', '10.23.0.2', '3004')];
// In text the uptime is `1d02h`.
const ASM6 = [
  route('ff15::1:1', null, 'fe80::2', '1503', 93_600),
  route('ff15::1:1', 'fd00:1::2', 'fe80::2', '3007', 93_600),
];
const SSM6 = [route('ff3e::1:1', 'fd00:1::2', 'fe80::2', '3006')];

/** Beside a source's route, the path of the shared tree is not asked for. */
const ofSource = (routes: readonly object[]) => routes.with(0, { ...routes[0], routingProtocol: null });

test('the interface table', async () => {
  const reader = readerWith(platforms['cisco-nxos'](), fakeCli(OUTPUTS));
  expect(await reader.readInterfaces(new AbortController().signal)).toEqual({
    ...COMMON,
    interfaces: [{ ...MGMT, ...NOT_COUNTED }, { ...UP, ...NOT_COUNTED }, { ...DOWN, ...NOT_COUNTED }, LOOPBACK],
  });
});

test.each<[string, ForwardingQuery, object, number]>([
  ['SSM', { family: 4, group: '232.1.1.1', source: '10.1.0.2' }, { routes: SSM4, rpf: [TO_SOURCE4] }, 4],
  ['(S,G)', { family: 4, group: '239.1.1.1', source: '10.1.0.2' }, { routes: ofSource(ASM4), rpf: [TO_SOURCE4] }, 4],
  ['(*,G)', { family: 4, group: '239.1.1.1', source: null }, { routes: ASM4.slice(0, 1), rpf: [TO_RP4] }, 4],
  ['the source', { family: 4, group: null, source: '10.1.0.2' }, { routes: [], rpf: [TO_SOURCE4] }, 2],
  ['SSM', { family: 6, group: 'ff3e::1:1', source: 'fd00:1::2' }, { routes: SSM6, rpf: [TO_SOURCE6] }, 4],
  ['(S,G)', { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' }, { routes: ofSource(ASM6), rpf: [TO_SOURCE6] }, 4],
  ['(*,G)', { family: 6, group: 'ff15::1:1', source: null }, { routes: ASM6.slice(0, 1), rpf: [TO_RP6] }, 4],
  ['the source', { family: 6, group: null, source: 'fd00:1::2' }, { routes: [], rpf: [TO_SOURCE6] }, 2],
])('%s, %o', async (_, query, expected, commands) => {
  const session = fakeCli(OUTPUTS);
  const reader = readerWith(platforms['cisco-nxos'](), session);
  await reader.readInterfaces(new AbortController().signal);
  session.trips.length = 0;
  const { takenAt, ...snapshot } = await reader.readForwarding(query, new AbortController().signal);
  expect(takenAt).toBeDefined();
  expect(snapshot).toEqual({ ...COMMON, interfaces: COUNTED, ...expected });
  stateOf(snapshot as Snapshot); // contradicts itself nowhere
  expect(session.trips.flat()).toHaveLength(commands);
  for (const command of session.trips.flat()) expect(Object.keys(OUTPUTS)).toContain(command);
});
