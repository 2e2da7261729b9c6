/**
 * Outputs of a Linux host whose VRF `blue` (table 1001) forwards between `vup` and `vlan`, while the default table forwards
 * between others: iproute2 6.1 with members that are not read left out.
 */
import type { Outputs } from './fake-shell.ts';

const inet = (local: string, prefixlen: number) => ({ family: 'inet', local, prefixlen, scope: 'global' });
const row = (src: string, dst: string, iif: string, more: object) => ({ src, dst, iif, state: 'resolved', ...more });
const forwarding = (family: string, names: readonly string[]) =>
  JSON.stringify([
    ...['lo', 'vup', 'vlan', 'eth0', 'pimreg1001', 'blue'].map((name) => ({
      family,
      interface: name,
      forwarding: true,
      mc_forwarding: names.includes(name),
    })),
    { family, interface: 'all', mc_forwarding: true },
  ]);

export const BLUE = JSON.stringify([
  {
    ifindex: 9,
    ifname: 'blue',
    mtu: 65575,
    linkinfo: { info_kind: 'vrf', info_data: { table: 1001 } },
    addr_info: [inet('127.0.0.1', 8), inet('203.0.113.9', 32)],
  },
]);

export const LINUX_VRF_OUTPUTS = {
  'ip -j -d addr show dev blue': BLUE,
  'ip -j addr show vrf blue': JSON.stringify([
    {},
    { ifindex: 5, ifname: 'vup', master: 'blue', mtu: 1500, addr_info: [inet('192.0.2.6', 30)] },
    { ifindex: 7, ifname: 'vlan', master: 'blue', mtu: 1400, addr_info: [inet('198.51.100.1', 24)] },
  ]),
  'ip -4 -j netconf show': forwarding('inet', ['vup', 'vlan', 'eth0', 'pimreg1001']),
  'ip -6 -j netconf show': forwarding('inet6', ['vup', 'vlan']),
  'ip -4 -s -j -N mroute show table all': JSON.stringify([
    row('198.18.0.5', '239.1.2.3', 'eth0', { multipath: [{ oif: 'eth1' }], packets: 7, table: '253' }),
    row('198.18.0.5', '239.1.2.3', 'vup', {
      multipath: [{ oif: 'vlan' }, { oif: 'pimreg1001' }],
      packets: 225,
      table: '1001',
    }),
  ]),
  'ip -6 -s -j -N mroute show table all': JSON.stringify([
    row('2001:db8:5::5', 'ff3e::1', 'eth0', { multipath: [{ oif: 'eth1' }], packets: 8 }),
    row('2001:db8:5::5', 'ff3e::1', 'vup', { multipath: [{ oif: 'vlan' }], packets: 3, table: '1001' }),
  ]),
  'ip -4 -j route get 198.18.0.5 vrf blue': JSON.stringify([
    { dst: '198.18.0.5', gateway: '192.0.2.5', dev: 'vup', table: 'blue' },
  ]),
  'ip -4 -j -N route show match 198.18.0.5 vrf blue': JSON.stringify([
    { type: 'unreachable', dst: 'default', metric: 4278198272 },
    { dst: '198.18.0.0/24', gateway: '192.0.2.5', dev: 'vup', protocol: '188' },
  ]),
  'ip -6 -j route get 2001:db8:5::5 vrf blue': 'RTNETLINK answers: No route to host\n',
  'ip -6 -j -N route show match 2001:db8:5::5 vrf blue': '[]',
} satisfies Outputs;
