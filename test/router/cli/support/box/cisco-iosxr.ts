/**
 * Router 2 of a mixed domain of five: what IOS XR prints there for each command that the platform sends. The source is behind
 * router 1 (GigabitEthernet0/0/0/0), the receiver behind router 3 (GigabitEthernet0/0/0/1); this is the RP of both families.
 */

const TIME = 'Sun Nov 22 10:00:00.123 UTC';
const UP = GigabitEthernet(0);
const DOWN = GigabitEthernet(1);

function GigabitEthernet(port: number): string {
  return `GigabitEthernet0/0/0/${port}`;
}

/** The time stands before each output; the session's preparation does away with it, where the release knows how. */
function at(time: string, text: string): string {
  return `${time}\n${text}\n`;
}

const ipv4Interface = (
  name: string,
  address: string,
  mtu: number,
  groups: string,
) => `${name} is Up, ipv4 protocol is Up 
  Vrf is default (vrfid 0x60000000)
  Internet address is ${address}
  MTU is ${mtu} (1500 is available to IP)
  Helper address is not set
${groups}  Directed broadcast forwarding is disabled
  Outgoing access list is not set
  Inbound  common access list is not set, access list is not set
  Proxy ARP is disabled
  ICMP redirects are never sent
  ICMP unreachables are always sent
  ICMP mask replies are never sent
  Table Id is 0xe0000000`;

const GROUPS = `  Multicast reserved groups joined: 224.0.0.2 224.0.0.1 224.0.0.2
      224.0.0.5 224.0.0.6 224.0.0.13 224.0.0.22
`;

const IPV4_INTERFACES = [
  ipv4Interface('Loopback0', '10.0.0.2/32', 1500, ''),
  `MgmtEth0/RP0/CPU0/0 is Shutdown, ipv4 protocol is Down 
  Vrf is default (vrfid 0x60000000)
  Internet protocol processing disabled`,
  ipv4Interface(UP, '10.12.0.2/24', 1514, GROUPS),
  ipv4Interface(DOWN, '10.23.0.2/24', 1514, GROUPS),
].join('\n');

const ipv6Interface = (
  name: string,
  address: string,
  subnet: string,
) => `${name} is Up, ipv6 protocol is Up, Vrfid is default (0x60000000)
  IPv6 is enabled, link-local address is fe80::2 
  Global unicast address(es):
    ${address}, subnet is ${subnet} 
  Joined group address(es): ff02::1:ff00:2 ff02::2 ff02::1 ff02::5
      ff02::d ff02::16
  MTU is 1514 (1500 is available to IPv6)
  ICMP redirects are disabled
  ICMP unreachables are enabled
  ND DAD is enabled, number of DAD attempts 1
  ND reachable time is 0 milliseconds
  ND cache entry limit is 1000000000
  ND advertised retransmit interval is 0 milliseconds
  Hosts use stateless autoconfig for addresses.
  Outgoing access list is not set
  Inbound  common access list is not set, access list is not set
  Table Id is 0xe0800000
  Complete protocol adjacency: 1
  Complete glean adjacency: 1
  Incomplete protocol adjacency: 0
  Incomplete glean adjacency: 0
  Dropped protocol request: 0
  Dropped glean request: 0`;

const IPV6_INTERFACES = [
  ipv6Interface('Loopback0', 'fd00::2', 'fd00::2/128'),
  ipv6Interface(UP, 'fd00:12::2', 'fd00:12::/64'),
  ipv6Interface(DOWN, 'fd00:23::2', 'fd00:23::/64'),
].join('\n');

const pimInterface = (
  name: string,
  neighbors: number,
  lines: string,
  elected: string,
) => `${name.padEnd(27)} on   ${neighbors}     30     1     
${lines}
              Flags : B P${name === 'Loopback0' ? ' V' : ''} 
                BFD : Off/150 ms/3
                 DR : ${elected}

  Propagation delay : 500
  Override Interval : 2500
        Hello Timer : 00:00:15
    Neighbor Filter : -
`;

const PIM_HEAD = `PIM interfaces in VRF default
IP PIM Multicast Interface State
Flag: B - Bidir enabled, NB - Bidir disabled
      P - PIM Proxy enabled, NP - PIM Proxy disabled
      V - Virtual Interface
BFD State - State/Interval/Multiplier

Interface                  PIM  Nbr   Hello  DR
                                Count Intvl  Prior
`;

const primary = (address: string) => `    Primary Address : ${address}`;
const primary6 = (address: string) => `    Primary Address : fe80::2\n            Address : ${address}`;

const PIM4 = [
  PIM_HEAD,
  pimInterface('Loopback0', 1, primary('10.0.0.2'), 'this system'),
  pimInterface(UP, 2, primary('10.12.0.2'), 'this system'),
  pimInterface(DOWN, 2, primary('10.23.0.2'), '10.23.0.3'),
].join('\n');
const PIM6 = [
  PIM_HEAD,
  pimInterface('Loopback0', 1, primary6('fd00::2'), 'this system'),
  pimInterface(UP, 2, primary6('fd00:12::2'), 'this system'),
  pimInterface(DOWN, 2, primary6('fd00:23::2'), 'fe80::3'),
].join('\n');

const NEIGHBORS_HEAD = `PIM neighbors in VRF default
Flag: B - Bidir capable, P - Proxy capable, DR - Designated Router,
      E - ECMP Redirect capable
      * indicates the neighbor created for this router

Neighbor Address             Interface              Uptime    Expires  DR pri   Flags
`;

const NEIGHBORS4 = `${NEIGHBORS_HEAD}
10.0.0.2*                    Loopback0              2w3d      00:01:29 1 (DR)   B E
10.12.0.1                    ${UP} 2w3d      00:01:26 1      B
10.12.0.2*                   ${UP} 2w3d      00:01:17 1 (DR) B E
10.23.0.2*                   ${DOWN} 2w3d      00:01:20 1      B E
10.23.0.3                    ${DOWN} 2w3d      00:01:31 1 (DR) 
`;
const NEIGHBORS6 = `${NEIGHBORS_HEAD}
fe80::2*                     Loopback0              2w3d      00:01:29 1 (DR)   B E
fe80::1                      ${UP} 2w3d      00:01:26 1      B
fe80::2*                     ${UP} 2w3d      00:01:17 1 (DR) B E
fe80::2*                     ${DOWN} 2w3d      00:01:20 1      B E
fe80::3                      ${DOWN} 2w3d      00:01:31 1 (DR) 
`;

const RPS_HEAD = `IP PIM Group Mapping Table
(* indicates group mappings being used)
(+ indicates BSR group mappings active in MRIB)

Group Range         Proto Client   Groups RP address      Info
`;

const RPS4 = `${RPS_HEAD}
224.0.1.39/32*      DM    perm     1      0.0.0.0         
224.0.1.40/32*      DM    perm     1      0.0.0.0         
224.0.0.0/24*       NO    perm     0      0.0.0.0         
232.0.0.0/8*        SSM   config   1      0.0.0.0         
239.0.0.0/8*        SM    config   1      10.0.0.2        RPF: De0,10.0.0.2 (us)
224.0.0.0/4*        SM    static   0      0.0.0.0         RPF: Null,0.0.0.0
`;
const RPS6 = `${RPS_HEAD}
ff02::/16*          NO    perm     0      ::              
ff12::/16*          NO    perm     0      ::              
ff3e::/32*          SSM   config   1      ::              
ff15::/16*          SM    config   1      fd00::2         RPF: De6tunnel0,fd00::2 (us)
ff00::/8*           SM    static   0      ::              RPF: Null,::
`;

const MULTICAST_CONFIGURATION = `multicast-routing
 address-family ipv4
  interface Loopback0
   enable
  !
  interface ${UP}
   enable
  !
  interface ${DOWN}
   enable
  !
  accounting per-prefix
 !
 address-family ipv6
  interface Loopback0
   enable
  !
  interface ${UP}
   enable
  !
  interface ${DOWN}
   enable
  !
  accounting per-prefix
 !
!
`;

const NAMES = `Loopback0 is up, line protocol is up 
Null0 is up, line protocol is up 
MgmtEth0/RP0/CPU0/0 is administratively down, line protocol is administratively down 
${UP} is up, line protocol is up 
${DOWN} is up, line protocol is up `;

const counted = (
  inPackets: number,
  outPackets: number,
) => `     Received 0 broadcast packets, ${inPackets} multicast packets
     Output 0 broadcast packets, ${outPackets} multicast packets`;

const COUNTERS = `Loopback0 is up, line protocol is up 
Null0 is up, line protocol is up 
${counted(0, 0)}
MgmtEth0/RP0/CPU0/0 is administratively down, line protocol is administratively down 
${counted(0, 0)}
${UP} is up, line protocol is up 
${counted(200_000, 0)}
${DOWN} is up, line protocol is up 
${counted(0, 400_000)}`;

const MRIB_HEAD = `IP Multicast Routing Information Base
Entry flags: L - Domain-Local Source, E - External Source to the Domain,
    C - Directly-Connected Check, S - Signal, IA - Inherit Accept,
    IF - Inherit From, D - Drop, ME - MDT Encap, EID - Encap ID,
    MD - MDT Decap, MT - MDT Threshold Crossed, MH - MDT interface handle
    CD - Conditional Decap, MPLS - MPLS Decap, EX - Extranet
    MoFE - MoFRR Enabled, MoFS - MoFRR State, MoFP - MoFRR Primary
    MoFB - MoFRR Backup, RPFID - RPF ID Set, X - VXLAN
Interface flags: F - Forward, A - Accept, IC - Internal Copy,
    NS - Negate Signal, DP - Don't Preserve, SP - Signal Present,
    II - Internal Interest, ID - Internal Disinterest, LI - Local Interest,
    LD - Local Disinterest, DI - Decapsulation Interface
    EI - Encapsulation Interface, MI - MDT Interface, LVIF - MPLS Encap,
    EX - Extranet, A2 - Secondary Accept, MT - MDT Threshold Crossed,
    MA - Data MDT Assigned, LMI - mLDP MDT Interface, TMI - P2MP-TE MDT Interface
    IRMI - IR MDT Interface
`;

const SHARED_TREE_LISTS = (tunnel: string) => `  Up: 00:16:40
  Incoming Interface List
    ${tunnel} Flags: A DI, Up: 00:16:40
  Outgoing Interface List
    ${DOWN} Flags: F NS, Up: 00:16:40
`;
const SOURCE_TREE_LISTS = `  Up: 00:08:20
  Incoming Interface List
    ${UP} Flags: A, Up: 00:08:20
  Outgoing Interface List
    ${DOWN} Flags: F NS, Up: 00:08:20
`;

const MRIB_SSM4 = `${MRIB_HEAD}
(10.1.0.2,232.1.1.1) RPF nbr: 10.12.0.1 Flags: RPF
${SOURCE_TREE_LISTS}`;
const MRIB_ASM4 = `${MRIB_HEAD}
(*,239.1.1.1) RPF nbr: 10.0.0.2 Flags: C RPF
${SHARED_TREE_LISTS('Decapstunnel0')}
(10.1.0.2,239.1.1.1) RPF nbr: 10.12.0.1 Flags: RPF
${SOURCE_TREE_LISTS}`;
const MRIB_SSM6 = `${MRIB_HEAD}
(fd00:1::2,ff3e::1:1)
  RPF nbr: fe80::1 Flags: RPF
${SOURCE_TREE_LISTS}`;
const MRIB_ASM6 = `${MRIB_HEAD}
(*,ff15::1:1)
  RPF nbr: fd00::2 Flags: C RPF
${SHARED_TREE_LISTS('Decaps6tunnel0')}
(fd00:1::2,ff15::1:1)
  RPF nbr: fe80::1 Flags: RPF
${SOURCE_TREE_LISTS}`;

const TOPOLOGY_HEAD = `IP PIM Multicast Topology Table
Entry state: (*/S,G)[RPT/SPT] Protocol Uptime Info
Entry flags: KAT - Keep Alive Timer, AA - Assume Alive, PA - Probe Alive
    RA - Really Alive, IA - Inherit Alive, LH - Last Hop
    DSS - Don't Signal Sources,  RR - Register Received
    SR - Sending Registers, SNR - Sending Null Registers
    E - MSDP External, EX - Extranet
    MFA - Mofrr Active, MFP - Mofrr Primary, MFB - Mofrr Backup
    DCC - Don't Check Connected, ME - MDT Encap, MD - MDT Decap
    MT - Crossed Data MDT threshold, MA - Data MDT Assigned
    SAJ - BGP Source Active Joined, SAR - BGP Source Active Received,
    SAS - BGP Source Active Sent, IM - Inband mLDP, X - VxLAN
Interface state: Name, Uptime, Fwd, Info
Interface flags: LI - Local Interest, LD - Local Dissinterest,
    II - Internal Interest, ID - Internal Dissinterest,
    LH - Last Hop, AS - Assert, AB - Admin Boundary, EX - Extranet,
    BGP - BGP C-Multicast Join, BP - BGP Source Active Prune,
    MVS - MVPN Safi Learned, MV6S - MVPN IPv6 Safi Learned
`;

const JOINED = `  ${DOWN}      00:08:20  fwd Join(00:02:55) `;

const topology = (entries: string) => `${TOPOLOGY_HEAD}\n${entries}\n`;
const TOPOLOGY_SSM4 = topology(`(10.1.0.2,232.1.1.1)SPT SSM Up: 00:08:20 
JP: Join(00:00:24) RPF: ${UP},10.12.0.1 Flags: 
${JOINED}`);
const TOPOLOGY_ASM4 = topology(`(*,239.1.1.1) SM Up: 00:16:40 RP: 10.0.0.2*
JP: Join(never) RPF: Decapstunnel0,10.0.0.2 Flags: 
${JOINED}

(10.1.0.2,239.1.1.1)SPT SM Up: 00:08:20 
JP: Join(00:00:24) RPF: ${UP},10.12.0.1 Flags: KAT(00:03:16) RA RR 
${JOINED}`);
const TOPOLOGY_SSM6 = topology(`(fd00:1::2,ff3e::1:1)SPT SSM Up: 00:08:20 
JP: Join(00:00:24) RPF: ${UP},fe80::1 Flags: 
${JOINED}`);
const TOPOLOGY_ASM6 = topology(`(*,ff15::1:1) SM Up: 00:16:40 RP: fd00::2*
JP: Join(never) RPF: Decaps6tunnel0,fd00::2 Flags: 
${JOINED}

(fd00:1::2,ff15::1:1)SPT SM Up: 00:08:20 
JP: Join(00:00:24) RPF: ${UP},fe80::1 Flags: KAT(00:03:16) RA RR 
${JOINED}`);

const MFIB_HEAD = `IP Multicast Forwarding Information Base
Entry flags: C - Directly-Connected Check, S - Signal, D - Drop,
  IA - Inherit Accept, IF - Inherit From, EID - Encap ID,
  ME - MDT Encap, MD - MDT Decap, MT - MDT Threshold Crossed,
  MH - MDT interface handle, CD - Conditional Decap,
  DT - MDT Decap True, EX - Extranet, RPFID - RPF ID Set,
  MoFE - MoFRR Enabled, MoFS - MoFRR State, X - VXLAN
Interface flags: F - Forward, A - Accept, IC - Internal Copy,
  NS - Negate Signal, DP - Don't Preserve, SP - Signal Present,
  EG - Egress, EI - Encapsulation Interface, MI - MDT Interface,
  EX - Extranet, A2 - Secondary Accept
Forwarding/Replication Counts: Packets in/Packets out/Bytes out
Failure Counts: RPF / TTL / Empty Olist / Encap RL / Other
`;

/** Some packets the software has forwarded, before the hardware knew the entry. */
const counts = (entry: string, hardware: number, software: number, from: string) => `${entry},   Flags: 
  Up: 00:08:20
  Last Used: 00:00:00
  SW Forwarding Counts: ${software}/${software}/${software * 100}
  SW Replication Counts: 0/0/0
  SW Failure Counts: 0/0/0/0/0
  HW Forwarding Counts: ${hardware}/${hardware}/${hardware * 100}
  HW Replication Counts: ${hardware}/${hardware}/${hardware * 100}
  ${from} Flags:  A, Up:00:08:20
  ${DOWN} Flags:  NS EG, Up:00:08:20
`;

const MFIB_SSM4 = [MFIB_HEAD, counts('(10.1.0.2,232.1.1.1)', 2000, 4, UP)].join('\n');
const MFIB_ASM4 = [
  MFIB_HEAD,
  counts('(*,239.1.1.1)', 1000, 2, 'Decapstunnel0'),
  counts('(10.1.0.2,239.1.1.1)', 2000, 5, UP),
].join('\n');
const MFIB_SSM6 = [MFIB_HEAD, counts('(fd00:1::2,ff3e::1:1)', 2000, 6, UP)].join('\n');
const MFIB_ASM6 = [
  MFIB_HEAD,
  counts('(*,ff15::1:1)', 1000, 3, 'Decaps6tunnel0'),
  counts('(fd00:1::2,ff15::1:1)', 2000, 7, UP),
].join('\n');

const route = (prefix: string, known: string, block: string) => `
Routing entry for ${prefix}
  Known via ${known}
  Installed Nov 20 10:00:00.000 for 2d00h
  Routing Descriptor Blocks
    ${block}
      Route metric is 2
  No advertising protos. `;

const OSPF = '"ospf 1", distance 110, metric 2, type intra area';
const LOCAL = '"local", distance 0, metric 0 (connected)';

export const OUTPUTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'show ipv4 interface': IPV4_INTERFACES,
    'show pim ipv4 interface detail': PIM4,
    'show pim ipv4 neighbor': NEIGHBORS4,
    'show pim ipv4 group-map': RPS4,
    'show running-config ipv4 access-list': '% No such configuration item(s)\n',
    'show ipv6 interface': IPV6_INTERFACES,
    'show pim ipv6 interface detail': PIM6,
    'show pim ipv6 neighbor': NEIGHBORS6,
    'show pim ipv6 group-map': RPS6,
    'show running-config ipv6 access-list': '% No such configuration item(s)\n',
    'show interfaces | include "line protocol is"': NAMES,
    'show snmp interface': `ifName : Loopback0                ifIndex : 20
ifName : Null0                    ifIndex : 2
ifName : MgmtEth0/RP0/CPU0/0      ifIndex : 3
ifName : ${UP}   ifIndex : 21
ifName : ${DOWN}   ifIndex : 22`,
    'show running-config multicast-routing': MULTICAST_CONFIGURATION,
    'show interfaces | include "line protocol is|multicast packets"': COUNTERS,
    'show mrib ipv4 route 232.1.1.1': MRIB_SSM4,
    'show mrib ipv4 route 239.1.1.1': MRIB_ASM4,
    'show mrib ipv6 route ff3e::1:1': MRIB_SSM6,
    'show mrib ipv6 route ff15::1:1': MRIB_ASM6,
    'show pim ipv4 topology 232.1.1.1': TOPOLOGY_SSM4,
    'show pim ipv4 topology 239.1.1.1': TOPOLOGY_ASM4,
    'show pim ipv6 topology ff3e::1:1': TOPOLOGY_SSM6,
    'show pim ipv6 topology ff15::1:1': TOPOLOGY_ASM6,
    'show mfib ipv4 route statistics 232.1.1.1': MFIB_SSM4,
    'show mfib ipv4 route statistics 239.1.1.1': MFIB_ASM4,
    'show mfib ipv6 route statistics ff3e::1:1': MFIB_SSM6,
    'show mfib ipv6 route statistics ff15::1:1': MFIB_ASM6,
    'show route ipv4 10.1.0.2': route('10.1.0.0/24', OSPF, `10.12.0.1, from 10.0.0.1, via ${UP}`),
    'show route ipv4 10.0.0.2': route('10.0.0.2/32', LOCAL, 'directly connected, via Loopback0'),
    'show route ipv6 fd00:1::2': route('fd00:1::/64', OSPF, `fe80::1, from 10.0.0.1, via ${UP}`),
    'show route ipv6 fd00::2': route('fd00::2/128', LOCAL, 'directly connected, via Loopback0'),
  }).map(([command, text]) => [command, at(TIME, text)]),
);
