/** r1 of the mixed domain, whole snapshots, with tags and without. What is expected is the domain's, written by hand. */
import { expect, test } from 'vitest';
import { platforms } from '../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import type { Snapshot, SnapshotInterface, SnapshotRoute } from '../../../src/router/snapshot.ts';
import { stateOf } from '../../../src/router/state.ts';
import { OUTPUTS } from './support/box/juniper-junos.ts';
import { TEXT_OUTPUTS } from './support/box/juniper-junos-text.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

const SIGNAL = new AbortController().signal;
const UNCOUNTED = { inMulticastPackets: null, outMulticastPackets: null };
const ON = { multicast: true, ttlThreshold: 1, multicastRoutingProtocol: 'pimSparseMode' } as const;
const OFF = { multicast: false, addresses: [], ...UNCOUNTED };

/** @param counted whether the packets of the two links are known */
function interfaces(counted: boolean): SnapshotInterface[] {
  return [
    { index: 517, name: 'ge-0/0/0', ...OFF },
    {
      index: 537,
      name: 'ge-0/0/0.0',
      addresses: ['10.1.0.1/24', 'fd00:1::1/64', 'fe80::1/64'],
      ...ON,
      mtu: 1500,
      designatedRouters: ['10.1.0.1', 'fe80::1'],
      inMulticastPackets: counted ? '100000' : null,
      outMulticastPackets: counted ? '0' : null,
    },
    { index: 518, name: 'ge-0/0/1', ...OFF },
    {
      index: 538,
      name: 'ge-0/0/1.0',
      addresses: ['10.12.0.1/24', 'fd00:12::1/64', 'fe80::1/64'],
      ...ON,
      mtu: 1500,
      designatedRouters: ['10.12.0.2', 'fe80::2'],
      inMulticastPackets: counted ? '0' : null,
      outMulticastPackets: counted ? '200000' : null,
    },
    { index: 520, name: 'pe-0/0/0', ...OFF },
    { index: 560, name: 'pe-0/0/0.32769', ...OFF },
    { index: 23, name: 'em1', ...OFF },
    { index: 24, name: 'em1.0', ...OFF, mtu: 1500 },
    { index: 6, name: 'lo0', ...OFF },
    {
      index: 16,
      name: 'lo0.0',
      addresses: ['10.0.0.1/32', 'fd00::1/128'],
      ...ON,
      designatedRouters: ['10.0.0.1', 'fd00::1'],
      ...UNCOUNTED,
    },
  ];
}

const NEIGHBORS = [
  { address: '10.12.0.2', interface: 538 },
  { address: 'fe80::2', interface: 538 },
];
const RP4 = { groups: '239.0.0.0/8', address: '10.0.0.2' };
const RP6 = { groups: 'ff15::/16', address: 'fd00::2' };
const OF_GROUP4 = { ...RP4, groups: '239.1.1.1/32' };
const OF_GROUP6 = { ...RP6, groups: 'ff15::1:1/128' };
const TO_SOURCE4 = { prefix: '10.1.0.0/24', interface: 537, neighbor: null, routingProtocol: 'local' } as const;
const TO_SOURCE6 = { prefix: 'fd00:1::/64', interface: 537, neighbor: null, routingProtocol: 'local' } as const;
const TO_RP4 = { prefix: '10.0.0.2/32', interface: 538, neighbor: '10.12.0.2', routingProtocol: 'ospf' } as const;
const TO_RP6 = { prefix: 'fd00::2/128', interface: 538, neighbor: 'fe80::2', routingProtocol: 'ospf' } as const;

function row(group: string, source: string, packets: string): SnapshotRoute {
  return {
    group,
    source,
    incoming: 537,
    upstream: null,
    outgoing: [{ index: 538, state: 'forwarding' }],
    packets,
    multicastRoutingProtocol: 'pimSparseMode',
    routingProtocol: 'local',
    pruneSent: false,
    uptimeSeconds: 412,
  };
}

type Case = readonly [ForwardingQuery, Partial<Snapshot>, number];
const CASES: readonly Case[] = [
  [
    { family: 4, group: '232.1.1.1', source: '10.1.0.2' },
    { routes: [row('232.1.1.1', '10.1.0.2', '1004')], rpf: [TO_SOURCE4], rps: [], scopes: [] },
    4,
  ],
  [
    { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
    { routes: [row('239.1.1.1', '10.1.0.2', '1005')], rpf: [TO_SOURCE4], rps: [OF_GROUP4], scopes: [] },
    5,
  ],
  [{ family: 4, group: '239.1.1.1', source: null }, { routes: [], rpf: [TO_RP4], rps: [OF_GROUP4], scopes: [] }, 4],
  [{ family: 4, group: null, source: '10.1.0.2' }, { routes: [], rpf: [TO_SOURCE4], rps: [RP4, RP6] }, 2],
  [
    { family: 6, group: 'ff3e::1:1', source: 'fd00:1::2' },
    { routes: [row('ff3e::1:1', 'fd00:1::2', '1006')], rpf: [TO_SOURCE6], rps: [], scopes: [] },
    4,
  ],
  [
    { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' },
    { routes: [row('ff15::1:1', 'fd00:1::2', '1007')], rpf: [TO_SOURCE6], rps: [OF_GROUP6], scopes: [] },
    5,
  ],
  [{ family: 6, group: 'ff15::1:1', source: null }, { routes: [], rpf: [TO_RP6], rps: [OF_GROUP6], scopes: [] }, 4],
  [{ family: 6, group: null, source: 'fd00:1::2' }, { routes: [], rpf: [TO_SOURCE6], rps: [RP4, RP6] }, 2],
];

const FORMS = [
  ['with tags', OUTPUTS],
  ['in text', TEXT_OUTPUTS],
] as const;

test.each(FORMS)('the interface table, %s', async (_form, outputs) => {
  const reader = readerWith(platforms['juniper-junos'](), fakeCli(outputs));
  const snapshot = await reader.readInterfaces(SIGNAL);
  stateOf(snapshot);
  expect(snapshot).toEqual({
    name: 'core',
    interfaces: interfaces(false),
    neighbors: NEIGHBORS,
    rps: [RP4, RP6],
  });
});

test.each(
  FORMS.flatMap(([form, outputs]) => CASES.map(([query, ...rest]) => [form, query, ...rest, outputs] as const)),
)('%s: %j', async (_form, query, expected, commandCount, outputs) => {
  const cli = fakeCli(outputs);
  const reader = readerWith(platforms['juniper-junos'](), cli);
  await reader.readInterfaces(SIGNAL);
  cli.trips.length = 0;
  const { takenAt, ...snapshot } = await reader.readForwarding(query, SIGNAL);
  expect(takenAt).toBeDefined();
  stateOf(snapshot);
  expect(snapshot).toEqual({
    name: 'core',
    interfaces: interfaces(true),
    neighbors: NEIGHBORS,
    ...expected,
  });
  expect(cli.trips.flat()).toHaveLength(commandCount);
});

test('scopes are those of the group', async () => {
  const reader = readerWith(
    platforms['juniper-junos'](),
    fakeCli({
      ...OUTPUTS,
      'show pim join extensive inet 239.255.1.1 | display xml': OUTPUTS['show multicast scope | display xml']!.replace(
        /<multicast-scope-info[\s\S]*<.multicast-scope-information>/,
        '<pim-join-information/>',
      ),
    }),
  );
  const { scopes } = await reader.readForwarding({ family: 4, group: '239.255.1.1', source: null }, SIGNAL);
  expect(scopes).toEqual([{ groups: '239.255.1.1/32', interface: 538 }]);
});

test('a router that refuses the pipe is asked in text, and from then on at once', async () => {
  const cli = fakeCli(TEXT_OUTPUTS);
  const reader = readerWith(platforms['juniper-junos'](), cli);
  await reader.readInterfaces(SIGNAL);
  expect(cli.trips.flat().filter((command) => command.includes('|'))).toHaveLength(6);
  await reader.readForwarding({ family: 4, group: '232.1.1.1', source: '10.1.0.2' }, SIGNAL);
  expect(cli.trips.flat().filter((command) => command.includes('|'))).toHaveLength(6);
  // Text is refused, too: it may have become another router.
  cli.outputs = OUTPUTS;
  await expect(reader.readInterfaces(SIGNAL)).rejects.toMatchObject({ code: 'ERR_READER_COMMAND' });
  await expect(reader.readInterfaces(SIGNAL)).resolves.toMatchObject({ neighbors: NEIGHBORS });
});
