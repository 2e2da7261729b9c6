/**
 * r3 of the mixed domain, a Nexus 9000: what it prints for every command that is sent to it, as NX-OS 9.3 would. JSON where
 * there is JSON of it: one row as an object, several as an array, numbers as text. Between r2 (Ethernet1/1, towards the
 * source and the RP) and r4 (Ethernet1/2, towards the receiver).
 */

const IF_INDEXES = `
--------------------------------------------------------------------------------
Port                            IFMIB Ifindex (hex)
--------------------------------------------------------------------------------
mgmt0                           83886080  (0x5000000)
Eth1/1                          436207616 (0x1a000000)
Eth1/2                          436208128 (0x1a000200)
Lo0                             335544320 (0x14000000)
`;

const STATISTICS = `  IP interface software stats: (sent/received/forwarded/originated/consumed)
    Unicast packets    : 2112/2086/0/2112/4170
    Unicast bytes      : 169012/166012/0/169012/250120
    Multicast packets  : 4411/4392/0/4411/8784
    Multicast bytes    : 299948/298656/0/299948/509472
    Broadcast packets  : 0/0/0/0/0
    Broadcast bytes    : 0/0/0/0/0
    Labeled packets    : 0/0/0/0/0
    Labeled bytes      : 0/0/0/0/0`;

const ipInterface = (name: string, iod: number, address: string, subnet: string) =>
  `${name}, Interface status: protocol-up/link-up/admin-up, iod: ${iod},
  IP address: ${address}, IP subnet: ${subnet} route-preference: 0, tag: 0
  IP broadcast address: 255.255.255.255
  IP multicast groups locally joined:
      224.0.0.6  224.0.0.5  224.0.0.2  224.0.0.1  224.0.0.13
  IP MTU: 1500 bytes (using link MTU)
  IP primary address route-preference: 0, tag: 0
  IP proxy ARP : disabled
  IP Local Proxy ARP : disabled
  IP multicast routing: enabled
  IP icmp redirects: enabled
  IP directed-broadcast: disabled
  IP Forwarding: disabled
  IP icmp unreachables (except port): disabled
  IP icmp port-unreachable: enabled
  IP unicast reverse path forwarding: none
  IP load sharing: none
  IP interface statistics last reset: never
${STATISTICS}
`;

const INTERFACES4 = `IP Interface Status for VRF "default"(1)
${ipInterface('loopback0', 5, '10.0.0.3', '10.0.0.3/32')}${ipInterface('Ethernet1/1', 6, '10.23.0.3', '10.23.0.0/24')}${ipInterface('Ethernet1/2', 7, '10.34.0.3', '10.34.0.0/24')}`;

const ipv6Interface = (name: string, iod: number, address: string, subnet: string) =>
  `${name}, Interface status: protocol-up/link-up/admin-up, iod: ${iod}
  IPv6 address: 
    ${address} [VALID]
  IPv6 subnet:  ${subnet}
  IPv6 link-local address: fe80::3 (configured) [VALID]
  IPv6 virtual addresses configured: none
  IPv6 multicast routing: enabled
  IPv6 report link local: disabled
  IPv6 Forwarding feature: disabled
  IPv6 multicast groups locally joined:   
      ff02::d  ff02::2  ff02::1  ff02::1:ff00:3  ff02::5  ff02::6  
  IPv6 multicast (S,G) entries joined: none
  IPv6 MTU: 1500 (using link MTU)
  IPv6 unicast reverse path forwarding: none
  IPv6 load sharing: none 
  IPv6 interface statistics last reset: never
  IPv6 interface RP-traffic statistics: (forwarded/originated/consumed)
    Unicast packets:      0/1190/1206
    Unicast bytes:        0/107100/99012
    Multicast packets:    0/3399/6822
    Multicast bytes:      0/414438/591104
`;

const INTERFACES6 = `IPv6 Interface Status for VRF "default"(1)
${ipv6Interface('loopback0', 5, 'fd00::3/128', 'fd00::3/128')}${ipv6Interface('Ethernet1/1', 6, 'fd00:23::3/64', 'fd00:23::/64')}${ipv6Interface('Ethernet1/2', 7, 'fd00:34::3/64', 'fd00:34::/64')}`;

const pimInterface = (pim: string, name: string, addresses: string, dr: string, neighbors: number) =>
  `${name}, Interface status: protocol-up/link-up/admin-up
${addresses}
  ${pim} DR: ${dr}, DR's priority: 1
  ${pim} neighbor count: ${neighbors}
  ${pim} hello interval: 30 secs, next hello sent in: 00:00:17
  ${pim} neighbor holdtime: 105 secs
  ${pim} configured DR priority: 1
  ${pim} configured DR delay: 3 secs
  ${pim} border interface: no
  ${pim} GenID sent in Hellos: 0x1c5d3a0f 
  ${pim} Hello MD5-AH Authentication: disabled
  ${pim} Neighbor policy: none configured
  ${pim} Join-Prune inbound policy: none configured
  ${pim} Join-Prune outbound policy: none configured
  ${pim} Join-Prune interval: 1 minutes
  ${pim} Join-Prune next sending: 0 minutes
  ${pim} BFD enabled: no
  ${pim} passive interface: no
  ${pim} VPC SVI: no
  ${pim} Auto Enabled: no
  ${pim} Interface Statistics, last reset: never
    General (sent/received):
      Hellos: 4410/4391 (early: 0), JPs: 1203/1201, Asserts: 0/0
      Grafts: 0/0, Graft-Acks: 0/0
      DF-Offers: 0/0, DF-Winners: 0/0, DF-Backoffs: 0/0, DF-Passes: 0/0
    Errors:
      Checksum errors: 0, Invalid packet types/DF subtypes: 0/0
      Authentication failed: 0
      Packet length errors: 0, Bad version packets: 0, Packets from self: 0
      Packets from non-neighbors: 0
          Packets received on passiveinterface: 0
      JPs received on RPF-interface: 0
      (*,G) Joins received with no/wrong RP: 0/0
      (*,G)/(S,G) JPs received for SSM/Bidir groups: 0/0
      JPs filtered by inbound policy: 0
      JPs filtered by outbound policy: 0
`;

const PIM4 = `PIM Interface Status for VRF "default"
${pimInterface('PIM', 'loopback0', '  IP address: 10.0.0.3, IP subnet: 10.0.0.3/32', '10.0.0.3', 0)}${pimInterface('PIM', 'Ethernet1/1', '  IP address: 10.23.0.3, IP subnet: 10.23.0.0/24', '10.23.0.3', 1)}${pimInterface('PIM', 'Ethernet1/2', '  IP address: 10.34.0.3, IP subnet: 10.34.0.0/24', '10.34.0.4', 1)}`;

const PIM6 = `PIM6 Interface Status for VRF "default"
${pimInterface('PIM6', 'loopback0', '  IPv6 address:\n    fd00::3/128', 'fe80::3', 0)}${pimInterface('PIM6', 'Ethernet1/1', '  IPv6 address:\n    fd00:23::3/64', 'fe80::3', 1)}${pimInterface('PIM6', 'Ethernet1/2', '  IPv6 address:\n    fd00:34::3/64', 'fe80::4', 1)}`;

const neighbor = (address: string, name: string) => ({
  'vrf-name': 'default',
  'nbr-addr': address,
  'if-name': name,
  uptime: '1d02h',
  expires: '00:01:34',
  'dr-priority': '1',
  'bidir-capable': 'no',
  'bfd-state': 'n/a',
});
const neighbors = (upstream: string, downstream: string) =>
  JSON.stringify({
    TABLE_neighbor: { ROW_neighbor: [neighbor(upstream, 'Ethernet1/1'), neighbor(downstream, 'Ethernet1/2')] },
  });

const rps = (pim: string, rp: string, groups: string) => `${pim} RP Status Information for VRF "default"
BSR disabled
Auto-RP disabled
BSR RP Candidate policy: None
BSR RP policy: None
Auto-RP Announce policy: None
Auto-RP Discovery policy: None

RP: ${rp}, (0), 
 uptime: 1d02h   priority: 255, 
 RP-source: (local),  
 group ranges:
 ${groups}   

`;

const groupRanges = (pim: string, ssm: string, asm: string, rp: string) => {
  const row = (groups: string, mode: string, address: string, origin: string) =>
    `${groups.padEnd(18)} -      ${mode}   ${address.padEnd(15)} -                 ${origin}`;
  return `${pim} Group-Range Configuration for VRF "default"
Group-range        Action Mode  RP-address      Shrd-tree-range   Origin
${row(ssm, 'SSM', '-', 'Local')}
${row(asm, 'ASM', rp, 'Static')}

`;
};

const COUNTERS = JSON.stringify({
  TABLE_rx_counters: {
    ROW_rx_counters: [
      { interface_rx: 'mgmt0', eth_inpkts: '31210', eth_inucast: '30982' },
      { interface_rx: 'Ethernet1/1', eth_inbytes: '389210480', eth_inucast: '4276' },
      { interface_rx: 'Ethernet1/2', eth_inbytes: '410281', eth_inucast: '4301' },
      { interface_rx: 'mgmt0', eth_inmcast: '0', eth_inbcast: '12' },
      { interface_rx: 'Ethernet1/1', eth_inmcast: '300000', eth_inbcast: '0' },
      { interface_rx: 'Ethernet1/2', eth_inmcast: '0', eth_inbcast: '0' },
    ],
  },
  TABLE_tx_counters: {
    ROW_tx_counters: [
      { interface_tx: 'mgmt0', eth_outpkts: '22904', eth_outucast: '22900' },
      { interface_tx: 'Ethernet1/1', eth_outbytes: '402210', eth_outucast: '4320' },
      { interface_tx: 'Ethernet1/2', eth_outbytes: '778420961', eth_outucast: '4219' },
      { interface_tx: 'mgmt0', eth_outmcast: '0', eth_outbcast: '4' },
      { interface_tx: 'Ethernet1/1', eth_outmcast: '0', eth_outbcast: '0' },
      { interface_tx: 'Ethernet1/2', eth_outmcast: '600000', eth_outbcast: '0' },
    ],
  },
});

const mroute = (source: string, group: string, owners: readonly string[], upstream: string) => ({
  'mcast-addrs': `(${source}, ${group})`,
  source_addrs: source,
  group_addrs: group,
  pending: 'false',
  bidir: 'false',
  uptime: 'P1DT2H3M4S',
  TABLE_mpib: { ROW_mpib: owners.map((owner) => ({ 'mpib-name': owner, 'stale-route': 'false' })) },
  'route-iif': 'Ethernet1/1',
  'rpf-nbr': upstream,
  internal: 'false',
  'oif-count': '1',
  TABLE_oif: {
    ROW_oif: {
      'oif-name': 'Ethernet1/2',
      'oif-uptime': 'P1DT2H3M4S',
      TABLE_oif_mpib: {
        ROW_oif_mpib: { 'oif-mpib-name': owners.includes('mrib') ? 'mrib' : 'pim', 'stale-oif': 'false' },
      },
    },
  },
});
type Mroute = ReturnType<typeof mroute>;
const mroutes = (rows: Mroute | readonly Mroute[]) =>
  JSON.stringify({ TABLE_vrf: { ROW_vrf: { 'vrf-name': 'default', TABLE_one_route: { ROW_one_route: rows } } } });

const LEGEND = `Legend:
   C = Control Route
   D = Drop Route
   G = Local Group (directly connected receivers)
   O = Drop on RPF Fail
   P = Punt to supervisor
   L = SRC behind L3
   d = Decap Route
   Es = Extranet src entry
   Er = Extranet recv entry
   Nf = VPC None-Forwarder
   dm = MVPN Decap Route
   em = MVPN Encap Route
   IPre = Ingress Service-reflect Pre
   EPre = Egress Service-reflect Pre
   Pst = Ingress/Egress Service-reflect Post
`;

const forwarded = (addresses: string, upstream: string, packets: number) => `
  ${addresses}, RPF Interface: Ethernet1/1, flags: 
    ${addresses.startsWith('(*') ? 'Uestream' : 'Upstream'} Nbr: ${upstream}
    Received Packets: ${packets} Bytes: ${packets * 1328}
    Number of Outgoing Interfaces: 1
    Outgoing Interface List Index: 3
      Ethernet1/2
`;
const distribution = (family: 4 | 6, routes: string) =>
  `\nIPv${family} Multicast Routing Table for table-id: 1\nTotal number of groups: 1\n${LEGEND}${routes}\n`;

const route = (prefix: string, nexthop: string, metric: string, process: string) =>
  JSON.stringify({
    TABLE_vrf: {
      ROW_vrf: {
        'vrf-name-out': 'default',
        TABLE_addrf: {
          ROW_addrf: {
            addrf: prefix.includes(':') ? 'ipv6' : 'ipv4',
            TABLE_prefix: {
              ROW_prefix: {
                ipprefix: prefix,
                'ucast-nhops': '1',
                'mcast-nhops': '0',
                attached: 'false',
                TABLE_path: {
                  ROW_path: {
                    ipnexthop: nexthop,
                    ifname: 'Ethernet1/1',
                    uptime: 'P1DT2H3M4S',
                    pref: '110',
                    metric,
                    clientname: process,
                    type: 'intra',
                    ubest: 'true',
                  },
                },
              },
            },
          },
        },
      },
    },
  });

const SSM4 = '(10.1.0.2/32, 232.1.1.1/32)';
const ASM4 = '(10.1.0.2/32, 239.1.1.1/32)';
const SSM6 = '(fd00:1::2/128, ff3e::1:1/128)';
const ASM6 = '(fd00:1::2/128, ff15::1:1/128)';

export const OUTPUTS: Readonly<Record<string, string>> = {
  'show interface snmp-ifindex': IF_INDEXES,
  'show ip interface': INTERFACES4,
  'show ipv6 interface': INTERFACES6,
  'show ip pim interface': PIM4,
  'show ipv6 pim interface': PIM6,
  'show ip pim neighbor | json': neighbors('10.23.0.2', '10.34.0.4'),
  'show ipv6 pim neighbor | json': neighbors('fe80::2', 'fe80::4'),
  'show ip pim rp': rps('PIM', '10.0.0.2', '239.0.0.0/8'),
  'show ipv6 pim rp': rps('PIM6', 'fd00::2', 'ff15::/16'),
  'show ip pim group-range': groupRanges('PIM', '232.0.0.0/8', '239.0.0.0/8', '10.0.0.2'),
  'show ipv6 pim group-range': groupRanges('PIM6', 'ff3x::/32', 'ff15::/16', 'fd00::2'),
  'show interface counters | json': COUNTERS,
  'show ip mroute 232.1.1.1 | json': mroutes(mroute('10.1.0.2/32', '232.1.1.1/32', ['pim', 'ip'], '10.23.0.2')),
  'show ip mroute 239.1.1.1 | json': mroutes([
    mroute('*', '239.1.1.1/32', ['pim', 'ip'], '10.23.0.2'),
    mroute('10.1.0.2/32', '239.1.1.1/32', ['ip', 'mrib', 'pim'], '10.23.0.2'),
  ]),
  'show ipv6 mroute ff3e::1:1 | json': mroutes(mroute('fd00:1::2/128', 'ff3e::1:1/128', ['pim6', 'ipv6'], 'fe80::2')),
  // As a release answers that has no JSON of it.
  'show ipv6 mroute ff15::1:1 | json': `IPv6 Multicast Routing Table for VRF "default"

(*, ff15::1:1/128), uptime: 1d02h, pim6 ipv6 
  Incoming interface: Ethernet1/1, RPF nbr: fe80::2
  Outgoing interface list: (count: 1)
    Ethernet1/2, uptime: 1d02h, pim6


${ASM6}, uptime: 1d02h, ipv6 m6rib pim6 
  Incoming interface: Ethernet1/1, RPF nbr: fe80::2
  Outgoing interface list: (count: 1)
    Ethernet1/2, uptime: 1d02h, m6rib

`,
  'show forwarding distribution multicast route group 232.1.1.1': distribution(4, forwarded(SSM4, '10.23.0.2', 3004)),
  'show forwarding distribution multicast route group 239.1.1.1': distribution(
    4,
    forwarded('(*, 239.1.1.1/32)', '10.23.0.2', 1502) + forwarded(ASM4, '10.23.0.2', 3005),
  ),
  'show forwarding distribution ipv6 multicast route group ff3e::1:1': distribution(
    6,
    forwarded(SSM6, 'fe80::2', 3006),
  ),
  'show forwarding distribution ipv6 multicast route group ff15::1:1': distribution(
    6,
    forwarded('(*, ff15::1:1/128)', 'fe80::2', 1503) + forwarded(ASM6, 'fe80::2', 3007),
  ),
  'show ip route 10.1.0.2 | json': route('10.1.0.0/24', '10.23.0.2', '120', 'ospf-1'),
  'show ip route 10.0.0.2 | json': route('10.0.0.2/32', '10.23.0.2', '41', 'ospf-1'),
  'show ipv6 route fd00:1::2 | json': route('fd00:1::/64', 'fe80::2', '120', 'ospfv3-1'),
  'show ipv6 route fd00::2 | json': route('fd00::2/128', 'fe80::2', '41', 'ospfv3-1'),
};
