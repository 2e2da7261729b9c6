/** What r1 of `juniper-junos.ts` prints without the pipe. */
const INTERFACES = `Physical interface: ge-0/0/0, Enabled, Physical link is Up
  Interface index: 137, SNMP ifIndex: 517
  Description: Logical interface to src, Protocol inet, MTU: 9
  Link-level type: Ethernet, MTU: 1514, MRU: 1522, LAN-PHY mode, Speed: 1000mbps, BPDU Error: None,
  Loop Detect PDU Error: None, Ethernet-Switching Error: None, MAC-REWRITE Error: None, Loopback: Disabled,
  Source filtering: Disabled, Flow control: Enabled, Auto-negotiation: Enabled, Remote fault: Online
  Device flags   : Present Running
  Interface flags: SNMP-Traps Internal: 0x4000
  Last flapped   : 2024-05-06 07:08:09 UTC (3w2d 01:15 ago)
  Input rate     : 408000 bps (100 pps)
  Output rate    : 0 bps (0 pps)
  Active alarms  : None

  Logical interface ge-0/0/0.0 (Index 337) (SNMP ifIndex 537)
    Flags: Up SNMP-Traps 0x4004000 Encapsulation: ENET2
    Input packets : 101234
    Output packets: 1234
    Protocol inet, MTU: 1500
    Max nh cache: 75000, New hold nh limit: 75000, Curr nh cnt: 1, Curr new hold cnt: 0, NH drop cnt: 0
      Flags: Sendbcast-pkt-to-re
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: 10.1.0/24, Local: 10.1.0.1, Broadcast: 10.1.0.255
    Protocol inet6, MTU: 1500
    Max nh cache: 75000, New hold nh limit: 75000, Curr nh cnt: 1, Curr new hold cnt: 0, NH drop cnt: 0
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: fd00:1::/64, Local: fd00:1::1
      Addresses, Flags: Is-Preferred
        Destination: fe80::/64, Local: fe80::1
    Protocol multiservice, MTU: Unlimited

Physical interface: ge-0/0/1, Enabled, Physical link is Up
  Interface index: 138, SNMP ifIndex: 518
  Link-level type: Ethernet, MTU: 1514, Speed: 1000mbps

  Logical interface ge-0/0/1.0 (Index 338) (SNMP ifIndex 538)
    Flags: Up SNMP-Traps 0x4004000 Encapsulation: ENET2
    Protocol inet, MTU: 1500
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: 10.12.0/24, Local: 10.12.0.1, Broadcast: 10.12.0.255
    Protocol inet6, MTU: 1500
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: fd00:12::/64, Local: fd00:12::1
      Addresses, Flags: Is-Preferred
        Destination: fe80::/64, Local: fe80::1

Physical interface: pe-0/0/0, Enabled, Physical link is Up
  Interface index: 140, SNMP ifIndex: 520
  Type: PIME, Link-level type: PIM-Encapsulator, MTU: Unlimited, Speed: 800mbps

  Logical interface pe-0/0/0.32769 (Index 340) (SNMP ifIndex 560)
    Flags: Point-To-Point SNMP-Traps 0x4000 Encapsulation: PIM-Encapsulator
    Protocol inet, MTU: Unlimited

Physical interface: em1, Enabled, Physical link is Up
  Interface index: 9, SNMP ifIndex: 23
  Type: Ethernet, Link-level type: Ethernet, MTU: 1514

  Logical interface em1.0 (Index 5) (SNMP ifIndex 24)
    Flags: Up SNMP-Traps 0x4000000 Encapsulation: ENET2
    Protocol inet, MTU: 1500
      Addresses, Flags: Preferred Kernel Is-Preferred
        Destination: 10/8, Local: 10.0.0.4, Broadcast: 10.255.255.255
      Addresses, Flags: Primary Is-Default Is-Primary
        Destination: 128/2, Local: 128.0.0.1, Broadcast: 191.255.255.255
    Protocol tnp, MTU: 1500
      Addresses
        Local: 0x4

Physical interface: lo0, Enabled, Physical link is Up
  Interface index: 6, SNMP ifIndex: 6
  Type: Loopback, MTU: Unlimited

  Logical interface lo0.0 (Index 320) (SNMP ifIndex 16)
    Flags: SNMP-Traps Encapsulation: Unspecified
    Protocol inet, MTU: Unlimited
      Addresses, Flags: Is-Default Is-Primary
        Local: 10.0.0.1
      Addresses
        Local: 127.0.0.1
    Protocol inet6, MTU: Unlimited
      Addresses, Flags: Is-Default Is-Primary
        Local: fd00::1
`;

const INSTANCES = `master:
  Router ID: 10.0.0.1
  Type: forwarding        State: Active
  Tables:
    inet.0                 : 16 routes (16 active, 0 holddown, 0 hidden)
    inet6.0                : 9 routes (9 active, 0 holddown, 0 hidden)
__juniper_private1__:
  Router ID: 0.0.0.0
  Type: forwarding        State: Active
  Interfaces:
    em1.0
  Tables:
    __juniper_private1__.inet.0: 4 routes (2 active, 0 holddown, 2 hidden)

{master}
`;

const pimInterfaces = (version: number, own: string, next: string, loopback: string) => `Instance: PIM.master

Stat = Status, V = Version, NbrCnt = Neighbor Count,
S = Sparse, D = Dense, B = Bidirectional,
DR = Designated Router, DDR = Dual DR, DistDR = Distributed DR,
P2P = Point-to-point link, P2MP = Point-to-Multipoint,
Active = Bidirectional is active, NotCap = Not Bidirectional Capable

Name               Stat Mode IP V State        NbrCnt JoinCnt(sg/*g) DR address
ge-0/0/0.0         Up   S     ${version} 2 DR,NotCap         0 0/0            ${own}
ge-0/0/1.0         Up   S     ${version} 2 NotDR,NotCap      1 2/0            ${next}
lo0.0              Up   S     ${version} 2 DR,NotCap         0 0/0            ${loopback}
pe-0/0/0.32769     Up   S     ${version} 2 P2P,NotCap        0 0/0

{master}
`;

const NEIGHBORS = `B = Bidirectional Capable, G = Generation Identifier
H = Hello Option Holdtime, L = Hello Option LAN Prune Delay,
P = Hello Option DR Priority, T = Tracking Bit,
A = Hello Option Join Attribute

Instance: PIM.master
Interface           IP V Mode        Option       Uptime Neighbor addr
ge-0/0/1.0           4 2             HPLGT   1d 00:00:00 10.12.0.2
ge-0/0/1.0           6 2             HPLGT      00:10:00 fe80::2

{master}
`;

const rpOfGroup = (groups: string, rp: string) => `Instance: PIM.master
Instance: PIM.master

${groups}
    ${rp}

RP selected: ${rp}

{master}
`;

const parameters = (protocol: string) => `
Configured Parameters:
${protocol} Query Interval: 125.0
${protocol} Query Response Interval: 10.0
${protocol} Last Member Query Interval: 1.0
${protocol} Robustness Count: 2

Derived Parameters:
${protocol} Membership Timeout: 260.0
${protocol} Other Querier Present Timeout: 255.0

{master}
`;

const MLD_INTERFACES = `Interface: ge-0/0/0.0
    Querier: fe80::1
    State:         Up Timeout:    None Version:  2 Groups:      0
    Immediate leave: Off
    Promiscuous mode: Off
    Passive: Off
Interface: ge-0/0/1.0
    Querier: fe80::1
    State:         Up Timeout:    None Version:  2 Groups:      2
`;

/** By command: asked without tags by all. */
export const TEXT_ONLY: Readonly<Record<string, string>> = {
  'show interfaces': INTERFACES,
  'show igmp interface': parameters('IGMP'), // nobody listens for members of IPv4
  'show mld interface': MLD_INTERFACES + parameters('MLD'),
  'show pim rps inet 239.1.1.1': rpOfGroup('239.0.0.0/8', '10.0.0.2'),
  'show pim rps inet6 ff15::1:1': rpOfGroup('ff15::/16', 'fd00::2'),
};

const rps = (family: string, rp: string, groups: string) => `Instance: PIM.master

Address family ${family}
RP address      Type        Mode   Holdtime Timeout Groups Group prefixes
${rp.padEnd(15)} static      sparse        0    None      1 ${groups}

{master}
`;

const SCOPES = `                                                        Resolve
Scope name                   Group prefix       Interface   Rejects
site                         239.255.0.0/16     ge-0/0/1.0        0
`;

const statistics = (family: string) => `Instance: master Family: ${family}
Interface: ge-0/0/0.0
    Routing protocol:           PIM   Mismatch error:                   0
    Mismatch:                     3   Mismatch no route:                0
    Kernel resolve:               7   Routing notify:                   0
    Resolve no route:             0   Resolve error:                    0
    Resolve filtered:             0   Notify filtered:                  0
    In kbytes:                97000   In packets:                  100000
    Out kbytes:                   0   Out packets:                      0
Interface: ge-0/0/1.0
    Routing protocol:           PIM   Mismatch error:                   0
    Mismatch:                     0   Mismatch no route:                0
    In kbytes:                    0   In packets:                       0
    Out kbytes:              194000   Out packets:                 200000

Resolve requests on interfaces not enabled for multicast 0
Resolve requests with no route to source 0
Routing notifications on interfaces not enabled for multicast 0
Routing notifications with no route to source 0
`;

const route = (family: string, group: string, source: string, packets: number) => `Instance: master Family: ${family}

Group: ${group}
    Source: ${source}/${family === 'INET' ? 32 : 128}
    Upstream interface: ge-0/0/0.0
    Downstream interface list:
        ge-0/0/1.0
    Number of outgoing interfaces: 1
    Session description: Unknown
    Statistics: 51 kBps, 100 pps, ${packets} packets
    Next-hop ID: 1048576
    Upstream protocol: PIM
    Route state: Active
    Forwarding state: Forwarding
    Cache lifetime/timeout: forever
    Wrong incoming interface notifications: 0
    Uptime: 00:06:52

{master}
`;

const join = (family: string, group: string, source: string, next: string) => `Instance: PIM.master Family: ${family}
R = Rendezvous Point Tree, S = Sparse, W = Wildcard

Group: ${group}
    Source: ${source}
    Flags: sparse,spt
    Upstream interface: ge-0/0/0.0
    Upstream neighbor: Direct
    Upstream state: Local Source
    Keepalive timeout:
    Uptime: 00:06:53
    Downstream neighbors:
        Interface: ge-0/0/1.0
            ${next} State: Join Flags: S Timeout: 174
            Uptime: 00:06:53 Time since last Join: 00:00:36
    Number of downstream interfaces: 1
    Number of downstream neighbors: 1

{master}
`;

const rpf = (table: string, prefix: string, protocol: string, unit: string, neighbor = '') =>
  `Multicast RPF table: ${table} , 14 entries

${prefix}
    Protocol: ${protocol}
    Interface: ${unit}
${neighbor === '' ? '' : `    Neighbor: ${neighbor}\n`}
{master}
`;

const STREAMS = [
  { family: 'INET', option: 'inet', group: '232.1.1.1', source: '10.1.0.2', next: '10.12.0.2', packets: 1004 },
  { family: 'INET', option: 'inet', group: '239.1.1.1', source: '10.1.0.2', next: '10.12.0.2', packets: 1005 },
  { family: 'INET6', option: 'inet6', group: 'ff3e::1:1', source: 'fd00:1::2', next: 'fe80::2', packets: 1006 },
  { family: 'INET6', option: 'inet6', group: 'ff15::1:1', source: 'fd00:1::2', next: 'fe80::2', packets: 1007 },
] as const;

/** By command. */
export const TEXT_OUTPUTS: Readonly<Record<string, string>> = {
  ...TEXT_ONLY,
  'show route instance detail': INSTANCES,
  'show pim interfaces inet': pimInterfaces(4, '10.1.0.1', '10.12.0.2', '10.0.0.1'),
  'show pim interfaces inet6': pimInterfaces(6, 'fe80::1', 'fe80::2', 'fd00::1'),
  'show pim neighbors': NEIGHBORS,
  'show pim rps inet': rps('INET', '10.0.0.2', '239.0.0.0/8'),
  'show pim rps inet6': rps('INET6', 'fd00::2', 'ff15::/16'),
  'show multicast scope': SCOPES,
  'show multicast statistics inet': statistics('INET'),
  'show multicast statistics inet6': statistics('INET6'),
  'show multicast rpf inet 10.1.0.2': rpf('inet.0', '10.1.0.0/24', 'Direct', 'ge-0/0/0.0'),
  'show multicast rpf inet 10.0.0.2': rpf('inet.0', '10.0.0.2/32', 'OSPF', 'ge-0/0/1.0', '10.12.0.2'),
  'show multicast rpf inet6 fd00:1::2': rpf('inet6.0', 'fd00:1::/64', 'Direct', 'ge-0/0/0.0'),
  'show multicast rpf inet6 fd00::2': rpf('inet6.0', 'fd00::2/128', 'OSPF3', 'ge-0/0/1.0', 'fe80::2'),
  ...Object.assign(
    {},
    ...STREAMS.map(({ family, option, group, source, next, packets }) => ({
      [`show pim join extensive ${option} ${group}`]: join(family, group, source, next),
      [`show multicast route extensive ${option} group ${group} source-prefix ${source}`]: route(
        family,
        group,
        source,
        packets,
      ),
    })),
  ),
};
