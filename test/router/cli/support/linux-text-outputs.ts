/** Outputs of the host of linux-outputs.ts where its `ip` knows no JSON: text of iproute2, and the kernel's tables in /proc. */
import type { Outputs } from './fake-shell.ts';
import { LINUX_OUTPUTS } from './linux-outputs.ts';

export const OF_OLD = 'Option "-j" is unknown, try "ip -help".\n';
/** What 1.35 prints for whatever it does not know. */
export const BUSYBOX = `BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.

Usage: ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]

OPTIONS := -f[amily] inet|inet6|link | -o[neline]
`;

const ADDRESSES = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host 
       valid_lft forever preferred_lft forever
4: up@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:00:00:00:00:06 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.6/30 brd 192.0.2.7 scope global up
       valid_lft forever preferred_lft forever
    inet 192.0.2.9 peer 192.0.2.10/32 scope global secondary up:1
       valid_lft forever preferred_lft forever
    inet6 2001:db8::bad/64 scope global dadfailed tentative 
       valid_lft forever preferred_lft forever
    inet6 fe80::6/64 scope link 
       valid_lft forever preferred_lft forever
5: a-long-name.100@up: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 qdisc noqueue state UP
    link/ether 02:00:00:00:00:06 brd ff:ff:ff:ff:ff:ff
    alias inet 203.0.113.1/24 mtu 9000
    inet 198.51.100.1/24 scope global a-long-name.100
6: pimreg: <NOARP,UP,LOWER_UP> mtu 1472 qdisc pfifo_fast state UNKNOWN
    link/pimreg
`;

/** 239.1.2.3 and 198.18.0.5, on a host that has the last octet first; and 239.9.9.9, which the kernel waits for. */
export const CACHE4 = `Group    Origin   Iif     Pkts    Bytes    Wrong Oifs
030201EF 00000000 1          1      228        0  0:1    1:1   12:1
030201EF 050012C6 1        225    51300        0 12:1
090909EF 050012C6 -1         0        0        0
`;
const CACHE6 = `Group                            Origin                           Iif      Pkts  Bytes     Wrong  Oifs
ff3e:0000:0000:0000:0000:0000:0000:0001 2001:0db8:0005:0000:0000:0000:0000:0005 0          3      684        0  1:1
`;

const TEXT = {
  'ip addr': ADDRESSES,
  'cat /proc/net/ip_mr_cache': CACHE4,
  'cat /proc/net/ip6_mr_cache': CACHE6,
  'ip -4 route get 198.18.0.5': '198.18.0.5 via 192.0.2.5 dev up  src 192.0.2.6 \n    cache \n',
  'ip -4 route show match 198.18.0.5': `default via 198.51.100.9 dev a-long-name.100  proto static
198.18.0.0/15 via 192.0.2.5 dev up  proto bgp
198.18.0.0/24  proto ospf  metric 20
\tnexthop via 192.0.2.9  dev x weight 1
\tnexthop via 192.0.2.5  dev up weight 1
198.18.0.5 via 198.51.100.9 dev a-long-name.100  proto static
`,
  'ip -6 route get 2001:db8:5::5':
    '2001:db8:5::5 from :: via fe80::1 dev up proto ra src 2001:db8::6 metric 1024 pref medium\n',
  'ip -6 route show match 2001:db8:5::5': 'default via fe80::1 dev up  proto ra  metric 1024  expires 1700sec\n',
} satisfies Outputs;

/** @param refusal what `ip` says to -j */
export function linuxTextOutputs(refusal: string): Readonly<Record<string, string>> {
  const refused = Object.keys(LINUX_OUTPUTS).filter((command) => command.includes(' -j '));
  return { ...LINUX_OUTPUTS, ...Object.fromEntries(refused.map((command) => [command, refusal])), ...TEXT };
}
