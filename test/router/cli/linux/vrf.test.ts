/** A VRF of a Linux host: /proc knows the default table only, so that everything is asked of iproute2. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { fakeSh, type Outputs, readerWith } from '../support/fake-shell.ts';
import { LINUX_OUTPUTS } from '../support/linux-outputs.ts';
import { BLUE, LINUX_VRF_OUTPUTS } from '../support/linux-vrf-outputs.ts';

const QUERY4: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };
const QUERY6: ForwardingQuery = { family: 6, group: 'ff3e::1', source: '2001:db8:5::5' };

function blueReader(outputs: Outputs = {}) {
  const session = fakeSh({ ...LINUX_VRF_OUTPUTS, ...outputs });
  return { session, reader: readerWith(platforms.linux({ vrf: 'blue' }), session) };
}

const signal = () => new AbortController().signal;

test('IPv4: the members of the VRF, its entries and its paths, and no others; no counter is told', async () => {
  const { reader, session } = blueReader();
  const { takenAt, ...snapshot } = await reader.readForwarding(QUERY4, signal());
  expect(takenAt).toBeDefined();
  expect(session.trips).toHaveLength(1);
  const unknown = { inMulticastPackets: null, outMulticastPackets: null };
  const on = { ...unknown, multicast: true, ttlThreshold: 1, multicastRoutingProtocol: null };
  expect(snapshot).toEqual({
    name: 'core',
    interfaces: [
      { ...unknown, index: 9, name: 'blue', addresses: ['203.0.113.9/32'], mtu: 65575, multicast: false },
      { ...on, index: 5, name: 'vup', addresses: ['192.0.2.6/30'], mtu: 1500 },
      { ...on, index: 7, name: 'vlan', addresses: ['198.51.100.1/24'], mtu: 1400 },
    ],
    routes: [
      {
        group: '239.1.2.3',
        source: '198.18.0.5',
        incoming: 5,
        upstream: '192.0.2.5',
        outgoing: [{ index: 7, state: 'forwarding' }],
        packets: '225',
        multicastRoutingProtocol: 'pimSparseMode',
        routingProtocol: 'ospf',
        uptimeSeconds: null,
      },
    ],
    rpf: [{ prefix: '198.18.0.0/24', interface: 5, neighbor: '192.0.2.5', routingProtocol: 'ospf' }],
    rps: [],
  });
});

test('IPv6: its own entries; a VRF in which the source is unreachable', async () => {
  const { routes, rpf } = await blueReader().reader.readForwarding(QUERY6, signal());
  expect(routes).toMatchObject([{ incoming: 5, packets: '3', multicastRoutingProtocol: null }]);
  expect(rpf).toEqual([{ prefix: '2001:db8:5::5/128', interface: null }]);
});

test('a command that several parts of an answer need is sent once', async () => {
  const { reader, session } = blueReader();
  await reader.readForwarding(QUERY4, signal());
  const [trip = []] = session.trips;
  expect(trip.filter((command) => command === 'ip -j -d addr show dev blue')).toHaveLength(1);
  expect(new Set(trip).size).toBe(trip.length);
});

test.each([
  ['is not there', 'Device "blue" does not exist.\n'],
  ['is no VRF', BLUE.replace('"vrf"', '"bridge"')],
  ['has no table', BLUE.replace('"table":1001', '')],
])('a VRF that %s is an error, even when everything else was kept', async (_, output) => {
  const { reader, session } = blueReader();
  await reader.readForwarding(QUERY4, signal());
  session.outputs = { ...session.outputs, 'ip -j -d addr show dev blue': output };
  await expect(reader.readForwarding(QUERY4, signal())).rejects.toMatchObject({ code: 'ERR_READER_OUTPUT' });
  await expect(reader.readForwarding({ ...QUERY4, group: null }, signal())).rejects.toThrow('addr show dev blue');
});

test('what iproute2 says where a table changed while it was read is none of its rows', async () => {
  const said = 'Dump was interrupted and may be inconsistent.\n';
  const [members, forwarding] = ['ip -j addr show vrf blue', 'ip -4 -j netconf show'] as const;
  const outputs = {
    [members]: said + LINUX_VRF_OUTPUTS[members],
    [forwarding]: LINUX_VRF_OUTPUTS[forwarding].replace('"vlan"', `"vl${said}an"`),
  };
  const { takenAt: _, ...expected } = await blueReader().reader.readForwarding(QUERY4, signal());
  expect(await blueReader(outputs).reader.readForwarding(QUERY4, signal())).toMatchObject(expected);
});

test('the default table of IPv6, of which iproute2 shows the others, too', async () => {
  const outputs = {
    ...LINUX_OUTPUTS,
    'ip -6 -s -j mroute show': LINUX_VRF_OUTPUTS['ip -6 -s -j -N mroute show table all'],
  };
  const { routes } = await readerWith(platforms.linux(), fakeSh(outputs)).readForwarding(QUERY6, signal());
  expect(routes).toMatchObject([{ packets: '8' }]);
});
