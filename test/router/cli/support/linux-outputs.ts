/**
 * Outputs of a Linux host with iproute2 6.1, with members that are not read left out: multicast between `up`, towards
 * the source, and a VLAN with a name longer than the column of the VIF tables.
 */
import type { Outputs } from './fake-shell.ts';

const inet = (local: string, prefixlen: number) => ({ family: 'inet', local, prefixlen, scope: 'global' });

const ADDRESSES = JSON.stringify([
  { ifindex: 1, ifname: 'lo', flags: ['MULTICAST'], mtu: 65536, addr_info: [inet('127.0.0.1', 8), inet('::1', 128)] },
  { ifindex: 4, ifname: 'up', mtu: 1500, addr_info: [inet('192.0.2.6', 30), inet('fe80::6', 64)] },
  { ifindex: 5, ifname: 'a-long-name.100', mtu: 1400, addr_info: [inet('198.51.100.1', 24)] },
  { ifindex: 6, ifname: 'pimreg', mtu: 1472, addr_info: [] },
]);

export const VIFS4 = `Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote
 0 pimreg            0       0       228       1 00004 00000000 00000000
 1 up           102828     451         0       0 00008 00000004 00000000
12 a-long-name.100        0       0    102828     450 00008 00000005 00000000
`;
const VIFS6 = `Interface      BytesIn  PktsIn  BytesOut PktsOut Flags
 0 up           112344     453         0       7 00000
 1 a-long-name.100        0       0    112344     452 00000
 2 pim6reg           0       0         0       0 00001
`;

export const ROUTES4 = JSON.stringify([
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

export const LINUX_OUTPUTS = {
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
