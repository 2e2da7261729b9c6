/**
 * Outputs of a Linux host with mrouted 4.6, shortened: DVMRP between `up`, towards the source, and `side`, where a neighbour
 * has pruned two groups; members of two on `lan`.
 */
import { SHOW_STATE } from '../../../../src/router/cli/mrouted/commands.ts';
import type { Outputs } from './fake-shell.ts';
import { BUSYBOX } from './linux-text-outputs.ts';

const inet = (local: string, prefixlen: number) => ({ family: 'inet', local, prefixlen, scope: 'global' });
const row = (dst: string, oifs: readonly string[], packets: number) => ({
  src: '198.18.0.5',
  dst,
  iif: 'up',
  multipath: oifs.map((oif) => ({ oif })),
  state: 'resolved',
  packets,
});

export const VIFS = `Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote
 0 up              93480     410         0       0 00000 060200C0 00000000
 1 side                0       0     70452     309 00000 090200C0 00000000
 2 lan                 0       0     46512     204 00000 016433C6 00000000
 3 dvmrp3              0       0         0       0 00001 016433C6 097100CB
`;

export const STATE = `Virtual Interface Table (2 neighbors)
Vif  Name  Local-Address                               M  Thr  Rate   Flags
===============================================================================
 0     up  192.0.2.6       subnet: 192.0.2.4/30        2   1      0  
                            peers: 192.0.2.5 (3.255) [0] have-genid up  0:00:30
                                   192.0.2.7 (3.6) [2] leaf one-way up  0:00:01
                     IGMP querier: 192.0.2.5          up  0:00:30 last heard  0:00:30 ago
                      Nbr bitmaps: 0x0000000000000001
                   pkts/bytes in : 409/93252
                   pkts/bytes out: 0/0

 1   side  192.0.2.9       subnet: 192.0.2.8/30        1   8      0   querier
                alternate subnets: 203.0.113/24
                            peers: 192.0.2.10 (3.255) [1] have-genid up  0:00:30
                     IGMP querier: 192.0.2.9          (this system)
                      Nbr bitmaps: 0x0000000000000002
                   pkts/bytes in : 0/0
                   pkts/bytes out: 309/70452

 2    lan  198.51.100.1    subnet: 198.51.100/24       1   1      0   querier leaf
           group host (time left): 239.1.2.3       198.51.100.2    ( 0:04:20)
                                   239.1.2.9       198.51.100.2    ( 0:04:20)
                       boundaries: 239.8.1/24        
                                   239.9/16          
                            accept filter: 198.18/15          (exact)
                                   198.51.100/24     
                     IGMP querier: 198.51.100.1       (this system)
                      Nbr bitmaps: 0x0000000000000000
                   pkts/bytes in : 0/0
                   pkts/bytes out: 203/46284

 3    lan  198.51.100.1    tunnel: 203.0.113.9         1  64    500   leaf
                      Nbr bitmaps: 0x0000000000000000

Multicast Routing Table (6 entries)
 Origin-Subnet      From-Gateway    Metric Tmr Fl In-Vif  Out-Vifs
===============================================================================
 198.51.100/24                         1    30 ..   2    0[0] 1[1]
 198.18.0/24        192.0.2.5          3    20 ..   0    1[1] 2*
 198.18/15          192.0.2.10         4    20 C.   1    0[0] 2*
 203.0.113.66/32    192.0.2.5         NR   200 .H   0    1[1] 2*
 192.0.2.8/30                          1    30 ..   1    0[0] 2*
 default            192.0.2.10         9    20 ..   1    0[0] 2*

Multicast Routing Cache Table (5 entries)
 Origin             Mcast-group         CTmr     Age      Ptmr Rx IVif Forwvifs
===============================================================================
<(prunesrc:vif[idx]/tmr) prunebitmap
>Source             Lifetime SavPkt         Pkts    Bytes RPFf
 203.0.113.99/32    239.1.2.3        0:06:43  0:00:02        - -1 (no route)
>203.0.113.99
 198.18.0/24        239.1.2.3        0:04:41  0:02:20        -  -  0   1p 2 
<(192.0.2.10:1[1]/4192) 0x0000000000000002
>198.18.0.5          0:00:20      0          203    46284    0
 198.18.0/24        239.5.5.5        0:02:55  0:00:20  1:04:01  0  0P  1p
<(192.0.2.10:1[1]/3841) 0x0000000000000002
>198.18.0.5          0:00:20      0          103    23484    0
 198.18.0/24        239.6.6.6        0:02:55  0:00:20        -  1  0G  1! 2  3 
 198.18.0/24        239.9.1.1        0:04:03  0:00:20  1:38:37  0  0PB 1b
`;

/** As 3.9 prints the head. */
export const DUMP = `mrouted version 3.9-beta3+IOS12 up 1:02:03 Sun Nov 29 03:02:52 2026

vifs_with_neighbors = 2

${STATE.slice(0, STATE.indexOf('Multicast Routing Cache')).replaceAll(/^=+\n/gm, '')}`;

export const CACHE = `mrouted version 3.9-beta3+IOS12 up 1:02:03 Sun Nov 29 03:02:52 2026

${STATE.slice(STATE.indexOf('Multicast Routing Cache')).replaceAll(/^=+\n/gm, '')}`;

export const MROUTED_OUTPUTS = {
  'ip -j addr': JSON.stringify([
    { ifindex: 1, ifname: 'lo', mtu: 65536, addr_info: [inet('127.0.0.1', 8)] },
    { ifindex: 4, ifname: 'up', mtu: 1500, addr_info: [inet('192.0.2.6', 30), inet('fe80::6', 64)] },
    { ifindex: 5, ifname: 'side', mtu: 1500, addr_info: [inet('192.0.2.9', 30), inet('203.0.113.1', 24)] },
    { ifindex: 6, ifname: 'lan', mtu: 1400, addr_info: [inet('198.51.100.1', 24)] },
    { ifindex: 7, ifname: 'dvmrp3', mtu: 1480, addr_info: [] },
  ]),
  'cat /proc/net/ip_mr_vif': VIFS,
  'cat /proc/net/ip6_mr_vif': `Interface      BytesIn  PktsIn  BytesOut PktsOut Flags
 0 up             112344     453         0       7 00000
`,
  'ip -4 -s -j mroute show': JSON.stringify([
    row('239.1.2.3', ['lan'], 204),
    row('239.5.5.5', [], 103),
    row('239.6.6.6', ['lan'], 5),
    row('239.9.1.1', [], 103),
    row('239.7.7.7', ['lan'], 1),
  ]),
  'ip -6 -s -j mroute show': JSON.stringify([
    { src: '2001:db8:5::5', dst: 'ff3e::1', iif: 'up', multipath: [], state: 'resolved', packets: 3 },
  ]),
  [SHOW_STATE]: STATE,
  'ip -6 -j route get 2001:db8:5::5': JSON.stringify([{ dst: '2001:db8:5::5', gateway: 'fe80::1', dev: 'up' }]),
  'ip -6 -j -N route show match 2001:db8:5::5': '[{"dst":"default","gateway":"fe80::1","dev":"up","protocol":"9"}]',
} satisfies Outputs;

/** Of a host without mroutectl. */
export const MROUTED_FILE_OUTPUTS = {
  ...MROUTED_OUTPUTS,
  [SHOW_STATE]: `1000\n990 /var/tmp/mrouted.dump\n${DUMP}995 /var/tmp/mrouted.cache\n${CACHE}`,
} satisfies Outputs;

/** Of a host whose `ip` has no JSON. */
export const MROUTED_TEXT_OUTPUTS = {
  ...MROUTED_OUTPUTS,
  'ip -j addr': BUSYBOX,
  'ip -4 -s -j mroute show': BUSYBOX,
  'ip addr': `1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue
    inet 127.0.0.1/8 scope host lo
4: up: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue
    inet 192.0.2.6/30 scope global up
    inet6 fe80::6/64 scope link 
5: side: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue
    inet 192.0.2.9/30 scope global side
    inet 203.0.113.1/24 scope global side
6: lan: <BROADCAST,MULTICAST,UP> mtu 1400 qdisc noqueue
    inet 198.51.100.1/24 scope global lan
7: dvmrp3: <NOARP,UP> mtu 1480 qdisc noqueue
`,
  'cat /proc/net/ip_mr_cache': `Group    Origin   Iif     Pkts    Bytes    Wrong Oifs
030201EF 050012C6 0        204    46512        0  2:1
`,
} satisfies Outputs;
