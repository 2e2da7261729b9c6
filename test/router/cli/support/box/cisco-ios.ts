/**
 * r5 of the mixed domain, as IOS 15 would print it: GigabitEthernet0/0 to r4, GigabitEthernet0/1 to the receiver. One output for
 * every command that the platform sends for it, hand-written; nothing here was taken from a router.
 */

const LEGEND = `IP Multicast Routing Table
Flags: D - Dense, S - Sparse, B - Bidir Group, s - SSM Group, C - Connected,
       L - Local, P - Pruned, R - RP-bit set, F - Register flag,
       T - SPT-bit set, J - Join SPT, M - MSDP created entry, E - Extranet,
       X - Proxy Join Timer Running, A - Candidate for MSDP Advertisement,
       U - URD, I - Received Source Specific Host Report,
       Z - Multicast Tunnel, z - MDT-data group sender,
       Y - Joined MDT-data group, y - Sending to MDT-data group,
       V - RD & Vector, v - Vector
Outgoing interface flags: H - Hardware switched, A - Assert winner
 Timers: Uptime/Expires
 Interface state: Interface, Next-Hop or VCD, State/Mode

`;

const LEGEND6 = `Multicast Routing Table
Flags: D - Dense, S - Sparse, B - Bidir Group, s - SSM Group,
       C - Connected, L - Local, I - Received Source Specific Host Report,
       P - Pruned, R - RP-bit set, F - Register flag, T - SPT-bit set,
       J - Join SPT, Y - Joined MDT-data group,
       y - Sending to MDT-data group
Timers: Uptime/Expires
Interface state: Interface, State

`;

const MFIB_LEGEND = `Entry Flags:    C - Directly Connected, S - Signal, IA - Inherit A flag,
                ET - Data Rate Exceeds Threshold, K - Keepalive
                DDE - Data Driven Event, HW - Hardware Installed
I/O Item Flags: IC - Internal Copy, NP - Not platform switched,
                NS - Negate Signalling, SP - Signal Present,
                A - Accept, F - Forward, RA - MRIB Accept, RF - MRIB Forward,
                MA - MFIB Accept
Forwarding Counts: Pkt Count/Pkts per second/Avg Pkt Size/Kbits per second
Other counts:      Total/RPF failed/Other drops
I/O Item Counts:   FS Pkt Count/PS Pkt Count
Default
`;

const COUNTS_HEADING = `Forwarding Counts: Pkt Count/Pkts per second/Avg Pkt Size/Kilobits per second
Other counts: Total/RPF failed/Other drops(OIF-null, rate-limit etc)

`;

/** The lines of `show ip interface` that say nothing to us. */
const TRAITS4 = `  Outgoing access list is not set
  Inbound  access list is not set
  Proxy ARP is enabled
  Local Proxy ARP is disabled
  Security level is default
  Split horizon is enabled
  ICMP redirects are always sent
  ICMP unreachables are always sent
  ICMP mask replies are never sent
  IP fast switching is enabled
  IP CEF switching is enabled
  IP multicast fast switching is enabled
  IP multicast distributed fast switching is disabled
  IP route-cache flags are Fast, CEF
  Router Discovery is disabled
  Policy routing is disabled
  Input features: MCI Check
`;

const interface4 = (name: string, address: string, mtu: number, reserved: string) => `${name} is up, line protocol is up
  Internet address is ${address}
  Broadcast address is 255.255.255.255
  Address determined by non-volatile memory
  MTU is ${mtu} bytes
  Helper address is not set
  Directed broadcast forwarding is disabled
  Multicast reserved groups joined: ${reserved}
${TRAITS4}`;

const interface6 = (name: string, global: string, subnet: string, mtu: number) => `${name} is up, line protocol is up
  IPv6 is enabled, link-local address is FE80::5${' '}
  No Virtual link-local address(es):
  Global unicast address(es):
    ${global}, subnet is ${subnet}${' '}
  Joined group address(es):
    FF02::1
    FF02::2
    FF02::5
    FF02::D
    FF02::16
    FF02::1:FF00:5
  MTU is ${mtu} bytes
  ICMP error messages limited to one every 100 milliseconds
  ICMP redirects are enabled
  ICMP unreachables are sent
  ND DAD is enabled, number of DAD attempts: 1
  ND reachable time is 30000 milliseconds (using 30000)
  Hosts use stateless autoconfig for addresses.
`;

const pimDetail = (
  name: string,
  address: string,
  counts: string,
  dr: string,
  neighborCount: number,
) => `${name} is up, line protocol is up
  Internet address is ${address}
  Multicast switching: fast
  Multicast packets in/out: ${counts}
  Multicast TTL threshold: 0
  PIM: enabled
    PIM version: 2, mode: sparse
    PIM DR: ${dr} (this system)
    PIM neighbor count: ${neighborCount}
    PIM Hello/Query interval: 30 seconds
    PIM Hello packets in/out: 20155/20159
    PIM J/P interval: 60 seconds
    PIM State-Refresh processing: enabled
    PIM State-Refresh origination: disabled
    PIM NBMA mode: disabled
    PIM ATM multipoint signalling: disabled
    PIM domain border: disabled
    PIM neighbors rpf proxy capable: ${neighborCount > 0 ? 'TRUE' : 'FALSE'}
    PIM BFD: disabled
    PIM Non-DR-Join: FALSE
  Multicast Tagswitching: disabled
`;

const count = (
  group: string,
  shared: string,
  forwarded: number,
) => `Use "show ip mfib count" to get better response time for a large number of mroutes.

IP Multicast Statistics
4 routes using 3288 bytes of memory
3 groups, 0.66 average sources per group
${COUNTS_HEADING}Group: ${group}, Source count: 1, Packets forwarded: ${forwarded}, Packets received: ${forwarded}
${shared}  Source: 10.1.0.2/32, Forwarding: ${forwarded}/10/100/8, Other: ${forwarded}/0/0
`;

const mfibEntry = (entry: string, flags: string, forwarded: number) => ` ${entry} Flags:${flags}
   SW Forwarding: ${forwarded}/10/100/8, Other: 0/0/0
   GigabitEthernet0/0 Flags: A
   GigabitEthernet0/1 Flags: F NS
     Pkts: ${forwarded}/0
`;

const rpf4 = (target: string, prefix: string) => `RPF information for ? (${target})
  RPF interface: GigabitEthernet0/0
  RPF neighbor: ? (10.45.0.4)
  RPF route/mask: ${prefix}
  RPF type: unicast (ospf 1)
  Doing distance-preferred lookups across tables
  RPF topology: ipv4 multicast base, originated from ipv4 unicast base
`;

const rpf6 = (target: string, prefix: string) => `RPF information for ${target}
  RPF interface: GigabitEthernet0/0
  RPF neighbor: FE80::4
  RPF route/mask: ${prefix}
  RPF type: Unicast
  RPF recursion count: 0
  Metric preference: 110
  Metric: 4
`;

const route6 = (prefix: string) => `Routing entry for ${prefix}
  Known via "ospf 1", distance 110, metric 4, type intra area
  Route count is 1/1, share count 0
  Routing paths:
    FE80::4, GigabitEthernet0/0
      Last updated 1d02h ago
`;

export const OUTPUTS: Readonly<Record<string, string>> = {
  'show ip interface': `${interface4('GigabitEthernet0/0', '10.45.0.5/24', 1500, '224.0.0.1 224.0.0.2 224.0.0.22 224.0.0.13\n      224.0.0.5')}${interface4('GigabitEthernet0/1', '10.5.0.5/24', 1500, '224.0.0.1 224.0.0.2 224.0.0.22 224.0.0.13')}GigabitEthernet0/2 is administratively down, line protocol is down
  Internet protocol processing disabled
${interface4('Loopback0', '10.0.0.5/32', 1514, '224.0.0.1 224.0.0.2 224.0.0.22 224.0.0.13')}Tunnel0 is up, line protocol is up
  Interface is unnumbered. Using address of GigabitEthernet0/0 (10.45.0.5)
  Broadcast address is 255.255.255.255
  MTU is 1472 bytes
  Helper address is not set
  Directed broadcast forwarding is disabled
${TRAITS4}`,
  'show ipv6 interface': `${interface6('GigabitEthernet0/0', 'FD00:45::5', 'FD00:45::/64', 1500)}${interface6('GigabitEthernet0/1', 'FD00:5::5', 'FD00:5::/64', 1500)}${interface6('Loopback0', 'FD00::5', 'FD00::5/128', 1514)}Tunnel1 is up, line protocol is up
  IPv6 is enabled, link-local address is FE80::21E:49FF:FE5D:5 [UNA]
  No Virtual link-local address(es):
  Interface is unnumbered. Using address of Loopback0
  No global unicast address is configured
  Joined group address(es):
    FF02::1
  MTU is 1452 bytes
`,
  'show snmp mib ifmib ifindex': `GigabitEthernet0/0: Ifindex = 1
GigabitEthernet0/1: Ifindex = 2
GigabitEthernet0/2: Ifindex = 3
Null0: Ifindex = 4
Loopback0: Ifindex = 5
Tunnel0: Ifindex = 6
Tunnel1: Ifindex = 7
VoIP-Null0: Ifindex = 8
`,
  'show ip pim interface detail': `${pimDetail('GigabitEthernet0/0', '10.45.0.5/24', '500000/0', '10.45.0.5', 1)}${pimDetail('GigabitEthernet0/1', '10.5.0.5/24', '0/1000000', '10.5.0.5', 0)}GigabitEthernet0/2 is administratively down, line protocol is down
  Internet protocol processing: disabled
${pimDetail('Loopback0', '10.0.0.5/32', '0/0', '10.0.0.5', 0)}`,
  'show ip pim neighbor': `PIM Neighbor Table
Mode: B - Bidir Capable, DR - Designated Router, N - Default DR Priority,
      P - Proxy Capable, S - State Refresh Capable, G - GenID Capable,
      L - DR Load-balancing Capable
Neighbor          Interface                Uptime/Expires    Ver   DR
Address                                                            Prio/Mode
10.45.0.4         GigabitEthernet0/0       1d02h/00:01:31    v2    1 / G
`,
  'show ip pim rp mapping': `PIM Group-to-RP Mappings

Group(s): 239.0.0.0/8, Static
    RP: 10.0.0.2 (?)
`,
  'show ip access-lists': `Standard IP access list 23
    10 permit 10.255.0.0, wildcard bits 0.0.255.255 (41 matches)
`,
  'show ipv6 pim interface': `Interface          PIM   Nbr   Hello  DR
                         Count Intvl  Prior

Tunnel1            off   0     30     1${'     '}
    Address: FE80::21E:49FF:FE5D:5
    DR     : not elected
Loopback0          on    0     30     1${'     '}
    Address: FE80::5
    DR     : this system
GigabitEthernet0/0 on    1     30     1${'     '}
    Address: FE80::5
    DR     : this system
GigabitEthernet0/1 on    0     30     1${'     '}
    Address: FE80::5
    DR     : this system
`,
  'show ipv6 pim neighbor': `PIM Neighbor Table
Mode: B - Bidir Capable, G - GenID Capable
Neighbor Address           Interface          Uptime    Expires  Mode DR pri

FE80::4                    GigabitEthernet0/0 1d02h     00:01:27 B G     1
`,
  'show ipv6 pim group-map': `FF00::/8*
    NO
    Info source: Default
    Uptime: 1d02h, Groups: 0
FF15::/16*
    SM, RP: FD00::2
    RPF: Gi0/0,FE80::4
    Info source: Static
    Uptime: 1d02h, Groups: 1
FF33::/32*
    SSM
    Info source: Default
    Uptime: 1d02h, Groups: 0
FF3E::/32*
    SSM
    Info source: Default
    Uptime: 1d02h, Groups: 1
`,
  'show ip pim interface count': `
State: * - Fast Switched, D - Distributed Fast Switched
       H - Hardware Switching Enabled
Address          Interface                FS  Mpackets In/Out
10.45.0.5        GigabitEthernet0/0       *   500000/0
10.5.0.5         GigabitEthernet0/1       *   0/1000000
10.0.0.5         Loopback0                *   0/0
`,
  'show ip mroute 232.1.1.1': `${LEGEND}(10.1.0.2, 232.1.1.1), 1d02h/00:02:41, flags: sTI
  Incoming interface: GigabitEthernet0/0, RPF nbr 10.45.0.4
  Outgoing interface list:
    GigabitEthernet0/1, Forward/Sparse, 1d02h/00:02:41

`,
  'show ip mroute 239.1.1.1': `${LEGEND}(*, 239.1.1.1), 1d02h/stopped, RP 10.0.0.2, flags: SJC
  Incoming interface: GigabitEthernet0/0, RPF nbr 10.45.0.4
  Outgoing interface list:
    GigabitEthernet0/1, Forward/Sparse, 1d02h/00:02:20

(10.1.0.2, 239.1.1.1), 02:00:05/00:02:52, flags: JT
  Incoming interface: GigabitEthernet0/0, RPF nbr 10.45.0.4
  Outgoing interface list:
    GigabitEthernet0/1, Forward/Sparse, 02:00:05/00:02:20

`,
  'show ip mroute 232.1.1.1 count': count('232.1.1.1', '', 5004),
  'show ip mroute 239.1.1.1 count': count('239.1.1.1', '  RP-tree: Forwarding: 2502/0/100/0, Other: 2502/0/0\n', 5005),
  'show ipv6 mroute ff3e::1:1': `${LEGEND6}(FD00:1::2, FF3E::1:1), 1d02h/never, flags: sTI
  Incoming interface: GigabitEthernet0/0
  RPF nbr: FE80::4
  Immediate Outgoing interface list:
    GigabitEthernet0/1, Forward, 1d02h/never

`,
  'show ipv6 mroute ff15::1:1': `${LEGEND6}(*, FF15::1:1), 1d02h/never, RP FD00::2, flags: SCJ
  Incoming interface: GigabitEthernet0/0
  RPF nbr: FE80::4
  Immediate Outgoing interface list:
    GigabitEthernet0/1, Forward, 1d02h/never

(FD00:1::2, FF15::1:1), 02:00:05/00:03:14, flags: SJT
  Incoming interface: GigabitEthernet0/0
  RPF nbr: FE80::4
  Inherited Outgoing interface list:
    GigabitEthernet0/1, Forward, 1d02h/never

`,
  'show ipv6 mfib ff3e::1:1': `${MFIB_LEGEND}${mfibEntry('(FD00:1::2,FF3E::1:1)', '', 5006)}`,
  'show ipv6 mfib ff15::1:1': `${MFIB_LEGEND}${mfibEntry('(*,FF15::1:1)', ' C', 2503)}${mfibEntry('(FD00:1::2,FF15::1:1)', '', 5007)}`,
  'show ip rpf 10.1.0.2': rpf4('10.1.0.2', '10.1.0.0/24'),
  'show ip rpf 10.0.0.2': rpf4('10.0.0.2', '10.0.0.2/32'),
  'show ipv6 rpf fd00:1::2': rpf6('FD00:1::2', 'FD00:1::/64'),
  'show ipv6 rpf fd00::2': rpf6('FD00::2', 'FD00::2/128'),
  'show ipv6 route fd00:1::2': route6('FD00:1::/64'),
  'show ipv6 route fd00::2': route6('FD00::2/128'),
};
