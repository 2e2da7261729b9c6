/** Router 2 of the mixed domain: whole snapshots, compared with what the domain is. */
import { describe, expect, test } from 'vitest';
import { ciscoIosXr } from '../../../../src/router/cli/cisco-iosxr/platform.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import type { Snapshot } from '../../../../src/router/snapshot.ts';
import { OUTPUTS } from '../support/box/cisco-iosxr.ts';
import { type FakeShell, fakeCli, readerWith } from '../support/fake-shell.ts';

const LOOPBACK = 20;
const UP = 21;
const DOWN = 22;

const link = {
  multicast: true,
  multicastRoutingProtocol: 'pimSparseMode',
  ttlThreshold: 1,
  mtu: 1500,
  inMulticastPackets: '0',
  outMulticastPackets: '0',
};

const INTERFACES = [
  {
    ...link,
    index: LOOPBACK,
    name: 'Loopback0',
    addresses: ['10.0.0.2/32', 'fe80::2/64', 'fd00::2/128'],
    designatedRouters: ['10.0.0.2', 'fe80::2'],
    inMulticastPackets: null,
    outMulticastPackets: null,
  },
  {
    index: 3,
    name: 'MgmtEth0/RP0/CPU0/0',
    addresses: [],
    multicast: false,
    inMulticastPackets: '0',
    outMulticastPackets: '0',
  },
  {
    ...link,
    index: UP,
    name: 'GigabitEthernet0/0/0/0',
    addresses: ['10.12.0.2/24', 'fe80::2/64', 'fd00:12::2/64'],
    designatedRouters: ['10.12.0.2', 'fe80::2'],
    inMulticastPackets: '200000',
  },
  {
    ...link,
    index: DOWN,
    name: 'GigabitEthernet0/0/0/1',
    addresses: ['10.23.0.2/24', 'fe80::2/64', 'fd00:23::2/64'],
    designatedRouters: ['10.23.0.3', 'fe80::3'],
    outMulticastPackets: '400000',
  },
];

const NEIGHBORS = [
  { address: '10.12.0.1', interface: UP },
  { address: '10.23.0.3', interface: DOWN },
  { address: 'fe80::1', interface: UP },
  { address: 'fe80::3', interface: DOWN },
];

const RPS = [
  { groups: '239.0.0.0/8', address: '10.0.0.2' },
  { groups: 'ff15::/16', address: 'fd00::2' },
];

const TO_SOURCE = { prefix: '10.1.0.0/24', interface: UP, neighbor: '10.12.0.1', routingProtocol: 'ospf' };
const TO_RP = { prefix: '10.0.0.2/32', interface: LOOPBACK, neighbor: null, routingProtocol: 'local' };
const TO_SOURCE6 = { ...TO_SOURCE, prefix: 'fd00:1::/64', neighbor: 'fe80::1' };
const TO_RP6 = { ...TO_RP, prefix: 'fd00::2/128' };

const entry = {
  outgoing: [{ index: DOWN, state: 'forwarding' }],
  multicastRoutingProtocol: 'pimSparseMode',
  pruneSent: false,
};

function ofSource(source: string, group: string, upstream: string, packets: string) {
  return { ...entry, group, source, incoming: UP, upstream, packets, routingProtocol: 'ospf', uptimeSeconds: 500 };
}

/** What comes to the RP comes in Registers, by no interface; the way to the RP itself is its own. */
function ofAll(group: string, packets: string) {
  const nobody = { source: null, incoming: null, upstream: null };
  return { ...entry, ...nobody, group, packets, routingProtocol: 'local', uptimeSeconds: 1000 };
}

/** Of a tree whose path was not asked for. */
const UNASKED = { routingProtocol: null };

const common = { name: 'core', interfaces: INTERFACES, neighbors: NEIGHBORS, scopes: [], takenAt: expect.any(String) };

async function read(session: FakeShell, query: ForwardingQuery): Promise<Snapshot> {
  return readerWith(ciscoIosXr(), session).readForwarding(query, new AbortController().signal);
}

describe('router 2 of the mixed domain', () => {
  test('a channel of SSM, IPv4', async () => {
    expect(await read(fakeCli(OUTPUTS), { family: 4, group: '232.1.1.1', source: '10.1.0.2' })).toEqual({
      ...common,
      rps: [],
      rpf: [TO_SOURCE],
      routes: [ofSource('10.1.0.2', '232.1.1.1', '10.12.0.1', '2004')],
    });
  });

  test('a source of ASM at the RP, IPv4', async () => {
    expect(await read(fakeCli(OUTPUTS), { family: 4, group: '239.1.1.1', source: '10.1.0.2' })).toEqual({
      ...common,
      rps: [{ groups: '239.1.1.1/32', address: '10.0.0.2' }],
      rpf: [TO_SOURCE],
      routes: [{ ...ofAll('239.1.1.1', '1002'), ...UNASKED }, ofSource('10.1.0.2', '239.1.1.1', '10.12.0.1', '2005')],
    });
  });

  test('the shared tree at the RP, IPv4', async () => {
    expect(await read(fakeCli(OUTPUTS), { family: 4, group: '239.1.1.1', source: null })).toEqual({
      ...common,
      rps: [{ groups: '239.1.1.1/32', address: '10.0.0.2' }],
      rpf: [TO_RP],
      routes: [ofAll('239.1.1.1', '1002')],
    });
  });

  test('the path to a source alone, IPv4', async () => {
    const { scopes, ...rest } = { ...common, rps: RPS, rpf: [TO_SOURCE], routes: [] };
    expect(await read(fakeCli(OUTPUTS), { family: 4, group: null, source: '10.1.0.2' })).toEqual(rest);
    expect(scopes).toEqual([]);
  });

  test('a channel of SSM, IPv6', async () => {
    expect(await read(fakeCli(OUTPUTS), { family: 6, group: 'ff3e::1:1', source: 'fd00:1::2' })).toEqual({
      ...common,
      rps: [],
      rpf: [TO_SOURCE6],
      routes: [ofSource('fd00:1::2', 'ff3e::1:1', 'fe80::1', '2006')],
    });
  });

  test('a source of ASM at the RP, IPv6', async () => {
    expect(await read(fakeCli(OUTPUTS), { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' })).toEqual({
      ...common,
      rps: [{ groups: 'ff15::1:1/128', address: 'fd00::2' }],
      rpf: [TO_SOURCE6],
      routes: [{ ...ofAll('ff15::1:1', '1003'), ...UNASKED }, ofSource('fd00:1::2', 'ff15::1:1', 'fe80::1', '2007')],
    });
  });

  test('the shared tree and the path to a source alone, IPv6', async () => {
    expect(await read(fakeCli(OUTPUTS), { family: 6, group: 'ff15::1:1', source: null })).toEqual({
      ...common,
      rps: [{ groups: 'ff15::1:1/128', address: 'fd00::2' }],
      rpf: [TO_RP6],
      routes: [ofAll('ff15::1:1', '1003')],
    });
    const { rpf } = await read(fakeCli(OUTPUTS), { family: 6, group: null, source: 'fd00:1::2' });
    expect(rpf).toEqual([TO_SOURCE6]);
  });

  test('with the table at hand a hop takes five commands', async () => {
    const session = fakeCli(OUTPUTS);
    const reader = readerWith(ciscoIosXr(), session);
    const { signal } = new AbortController();
    await reader.readInterfaces(signal);
    for (const group of ['232.1.1.1', '239.1.1.1']) {
      session.trips.length = 0;
      await reader.readForwarding({ family: 4, group, source: '10.1.0.2' }, signal);
      expect(session.trips.flat()).toEqual([
        `show mrib ipv4 route ${group}`,
        `show pim ipv4 topology ${group}`,
        `show mfib ipv4 route statistics ${group}`,
        'show interfaces | include "line protocol is|multicast packets"',
        'show route ipv4 10.1.0.2',
      ]);
    }
  });

  test('every output is asked for, and every command has one', async () => {
    const session = fakeCli(OUTPUTS);
    for (const [family, source, groups] of [
      [4, '10.1.0.2', ['232.1.1.1', '239.1.1.1']],
      [6, 'fd00:1::2', ['ff3e::1:1', 'ff15::1:1']],
    ] as const) {
      for (const group of groups) {
        for (const of of [source, null]) await read(session, { family, group, source: of });
      }
    }
    expect([...new Set(session.trips.flat())].sort()).toEqual(Object.keys(OUTPUTS).sort());
  });
});
