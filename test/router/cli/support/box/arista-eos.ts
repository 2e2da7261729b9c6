/**
 * What r4 of the mixed domain prints: an EOS switch between r3 (Ethernet1) and r5 (Ethernet2). Hand-written in the form of
 * EOS 4.3x; serials and times are made up.
 */

const json = (document: unknown) => `${JSON.stringify(document, null, 4)}\n`;

/** Interfaces by name, with the host part and the networks of each. */
const LINKS = {
  Ethernet1: { address: '10.34.0.4', length: 24, ipv6: 'fd00:34::4', subnet: 'fd00:34::/64', mtu: 1500, mac: '0c:04' },
  Ethernet2: { address: '10.45.0.4', length: 24, ipv6: 'fd00:45::4', subnet: 'fd00:45::/64', mtu: 1500, mac: '0c:05' },
  Loopback0: { address: '10.0.0.4', length: 32, ipv6: 'fd00::4', subnet: 'fd00::4/128', mtu: 65535, mac: '' },
} as const;

const ofEach = (row: (name: string, link: (typeof LINKS)[keyof typeof LINKS]) => unknown) => ({
  interfaces: Object.fromEntries(Object.entries(LINKS).map(([name, link]) => [name, row(name, link)])),
});

const ipv4Block = (link: { address: string; length: number }) => ({
  primaryIp: { address: link.address, maskLen: link.length },
  secondaryIps: {},
  secondaryIpsOrderedList: [],
  virtualIp: { address: '0.0.0.0', maskLen: 0 },
  virtualSecondaryIps: {},
  virtualSecondaryIpsOrderedList: [],
  broadcastAddress: '255.255.255.255',
  dhcp: false,
});

const counters = (inMulticastPkts: number, outMulticastPkts: number) => ({
  inOctets: 9_000_000,
  inUcastPkts: 1234,
  inMulticastPkts,
  inBroadcastPkts: 3,
  outOctets: 8_000_000,
  outUcastPkts: 1200,
  outMulticastPkts,
  outBroadcastPkts: 3,
  lastUpdateTimestamp: 1795341600.25,
});

const rpf = (rpfPrefix: string, rpfNeighbor: string, rpfMetric: number) => ({
  rpfRib: 'U',
  rpfPrefix,
  rpfPreference: 110,
  rpfMetric,
  rpfNeighbor,
  rpfAttached: false,
  rpfEvpnTenantDomain: false,
  rpfMvpn: false,
});

const entry = (sourceAddress: string, routeFlags: string, more: object) => ({
  sourceAddress,
  creationTime: 1795337977.5,
  routeFlags,
  registerInOifList: false,
  rpfInterface: 'Ethernet1',
  oifList: ['Ethernet2'],
  ...more,
});

const mroute = (group: string, rows: readonly { sourceAddress: string }[]) =>
  json({
    vrfs: {
      default: {
        sparseMode: {
          groups: { [group]: { groupSources: Object.fromEntries(rows.map((row) => [row.sourceAddress, row])) } },
        },
        bidirectional: { groups: {} },
      },
    },
  });

const LEGEND = `PIM Bidirectional Mode Multicast Routing Table
RPF route: U - From unicast routing table
           M - From multicast routing table
PIM Sparse Mode Multicast Routing Table
Flags: E - Entry forwarding on the RPT, J - Joining to the SPT
    R - RPT bit is set, S - SPT bit is set, L - Source is attached
    W - Wildcard entry, X - External component interest
    I - SG Include Join alert rcvd, P - Programmed in hardware
    H - Joining SPT due to policy, D - Joining SPT due to protocol
    Z - Entry marked for deletion, C - Learned from a DR via a register
    A - Learned via Anycast RP Router, M - Learned via MSDP
    N - May notify MSDP, K - Keepalive timer not running
    T - Switching Incoming Interface, B - Learned via Border Router
    V - Source is reachable via Evpn Tenant Domain
    F - Learned via MVPN
RPF route: U - From unicast routing table
           M - From multicast routing table
* - Interface has EVPN information available in the 'detail' command output
`;

const detail = (head: string, route: string, macros: string) => `  ${head}
    Incoming interface: Ethernet1
    RPF route: [U] ${route}
    Outgoing interface list:
      Ethernet2
    Upstream joined state: upJoined
    Upstream RPT joined state: upRptNotJoined
    State summarization macros:
${macros}`;

const SG_MACROS = `      Could register (S,G): False
      Register stop (S,G): False
      Join desired (S,G): True
      Prune desired (S,G,Rpt): False
      No interfaces in immediate olist (S,G): False
      No interfaces in inherited olist (S,G): False
`;
const G_MACROS = `      Join desired (*,G): True
      Join desired (*,*,RP): False
      RPT join desired (*,G): True
      No interfaces in immediate olist (*,G): False
      No interfaces in immediate olist (*,*,G): True
`;

const fib = (...rows: readonly [entry: string, packets: string][]) =>
  `Activity poll time: 60 seconds\n${rows
    .map(([key, packets]) => `${key}\n  Packet: ${packets}\n  Ethernet1 (iif)\n  Ethernet2\n  Activity 0:00:17 ago\n`)
    .join('')}`;

const route = (prefix: string, nexthopAddr: string, routeType: string, metric: number) =>
  json({
    vrfs: {
      default: {
        routingDisabled: false,
        allRoutesProgrammedHardware: true,
        allRoutesProgrammedKernel: true,
        defaultRouteState: 'notSet',
        routes: {
          [prefix]: {
            hardwareProgrammed: true,
            routeType,
            routeLeaked: false,
            kernelProgrammed: true,
            routeAction: 'forward',
            directlyConnected: false,
            preference: 110,
            metric,
            vias: [{ nexthopAddr, interface: 'Ethernet1' }],
          },
        },
      },
    },
  });

const PIM_INTERFACES = `Address       Interface  Mode    Neighbor  Hello  DR   DR Address    PktsQed  PktsDropped
                                 Count     Intvl  Pri
10.34.0.4     Ethernet1  sparse  1         30     1    10.34.0.4     0        0
10.45.0.4     Ethernet2  sparse  1         30     1    10.45.0.5     0        0
`;

const PIM_NEIGHBORS = `PIM Neighbor Table for default VRF
Neighbor Address  Interface  Uptime    Expires   Mode    Transport
10.34.0.3         Ethernet1  02:54:25  00:01:32  sparse  datagram
10.45.0.5         Ethernet2  02:54:20  00:01:18  sparse  datagram
`;

const PIM_RPS = `Group: 239.0.0.0/8
  RP: 10.0.0.2
    Uptime: 3:09:44, Expires: never, Priority: 0, Override: False
`;

const INTERFACES_TEXT = `Ethernet1 is up, line protocol is up (connected)
  Hardware is Ethernet, address is 0c00.0004.0c04 (bia 0c00.0004.0c04)
  Description: to r3
  Internet address is 10.34.0.4/24
  Broadcast address is 255.255.255.255
  IPv6 link-local address is fe80::4/64
  IPv6 global unicast address(es):
    fd00:34::4, subnet is fd00:34::/64
  IP MTU 1500 bytes (default), BW 10000000 kbit
  Full-duplex, 10Gb/s, auto negotiation: off, uni-link: disabled
  Up 3 hours, 10 minutes, 2 seconds
  Loopback Mode : None
  2 link status changes since last clear
  Last clearing of "show interface" counters never
  5 minutes input rate 1.20 Mbps (0.0% with framing overhead), 113 packets/sec
  5 minutes output rate 2.31 kbps (0.0% with framing overhead), 2 packets/sec
     401237 packets input, 9000000 bytes
     Received 3 broadcasts, 400000 multicast
     0 runts, 0 giants
     0 input errors, 0 CRC, 0 alignment, 0 symbol, 0 input discards
     0 PAUSE input
     1203 packets output, 8000000 bytes
     Sent 3 broadcasts, 0 multicast
     0 output errors, 0 collisions
     0 late collision, 0 deferred, 0 output discards
     0 PAUSE output
Ethernet2 is up, line protocol is up (connected)
  Hardware is Ethernet, address is 0c00.0004.0c05 (bia 0c00.0004.0c05)
  Description: to r5
  Internet address is 10.45.0.4/24
  Broadcast address is 255.255.255.255
  IPv6 link-local address is fe80::4/64
  IPv6 global unicast address(es):
    fd00:45::4, subnet is fd00:45::/64
  IP MTU 1500 bytes (default), BW 10000000 kbit
  Up 3 hours, 10 minutes, 2 seconds
     Received 3 broadcasts, 0 multicast
     Sent 3 broadcasts, 800000 multicast
Loopback0 is up, line protocol is up (connected)
  Hardware is Loopback
  Internet address is 10.0.0.4/32
  Broadcast address is 255.255.255.255
  IPv6 link-local address is fe80::4/64
  IPv6 global unicast address(es):
    fd00::4, subnet is fd00::4/128
  IP MTU 65535 bytes (default)
  Up 3 hours, 12 minutes, 40 seconds
`;

const igmpInterface = (name: string) => `${name} is up
  IGMP on this interface: enabled
  Multicast routing on this interface: enabled
  Multicast TTL threshold: 0
  Current IGMP router version: 3
  IGMP query interval: 125 seconds
  Robustness: 2
  Multicast groups joined:
`;

export const OUTPUTS: Readonly<Record<string, string>> = {
  'show interfaces | json': json(
    ofEach((name, link) => ({
      name,
      forwardingModel: 'routed',
      lineProtocolStatus: 'up',
      interfaceStatus: 'connected',
      hardware: link.mac === '' ? 'loopback' : 'ethernet',
      interfaceAddress: [ipv4Block(link)],
      interfaceAddressIp6: {
        linkLocalIp6: { address: 'fe80::4', subnet: 'fe80::/64', active: true, dadfailed: false },
        globalUnicastIp6s: [{ address: link.ipv6, subnet: link.subnet, active: true, dadfailed: false }],
        addrSource: 'manual',
      },
      physicalAddress: link.mac === '' ? undefined : `0c:00:00:04:${link.mac}`,
      description: '',
      bandwidth: 10_000_000_000,
      mtu: link.mtu,
      l3MtuConfigured: false,
      l2Mru: 0,
    })),
  ),
  'show interfaces': INTERFACES_TEXT,
  'show ip interface vrf default | json': json(
    ofEach((name, link) => ({
      name,
      lineProtocolStatus: 'up',
      interfaceStatus: 'connected',
      mtu: link.mtu,
      interfaceAddress: ipv4Block(link),
      ipv4Routable240: false,
      enabled: true,
      description: '',
      proxyArp: false,
      vrf: 'default',
      urpf: 'disable',
    })),
  ),
  'show ipv6 interface vrf default | json': json(
    ofEach((name, link) => ({
      name,
      lineProtocolStatus: 'up',
      interfaceStatus: 'connected',
      mtu: link.mtu,
      state: 'enabled',
      linkLocal: { address: 'fe80::4', subnet: 'fe80::/64', active: true, dadfailed: false },
      addresses: [{ address: link.ipv6, subnet: link.subnet, active: true, dadfailed: false }],
      vrf: 'default',
    })),
  ),
  'show snmp mib ifmib ifindex': `Ethernet1: Ifindex = 1
Ethernet2: Ifindex = 2
Loopback0: Ifindex = 5000000
`,
  'show pim ipv4 interface': PIM_INTERFACES,
  'show ip pim interface': PIM_INTERFACES,
  'show pim ipv4 neighbor': PIM_NEIGHBORS,
  'show ip pim neighbor': PIM_NEIGHBORS,
  'show ip igmp interface': ['Ethernet1', 'Ethernet2'].map(igmpInterface).join(''),
  'show pim ipv4 rp': PIM_RPS,
  'show ip pim rp': PIM_RPS,
  'show pim ipv6 interface': `Address  Interface  Mode    Neighbor  Hello  DR   DR Address  PktsQed  PktsDropped
                            Count     Intvl  Pri
fe80::4  Ethernet1  sparse  1         30     1    fe80::4     0        0
fe80::4  Ethernet2  sparse  1         30     1    fe80::5     0        0
`,
  'show pim ipv6 neighbor': `PIM Neighbor Table for default VRF
Neighbor Address  Interface  Uptime    Expires   Mode    Transport
fe80::3           Ethernet1  02:54:25  00:01:32  sparse  datagram
fe80::5           Ethernet2  02:54:20  00:01:18  sparse  datagram
`,
  'show pim ipv6 rp': `Group: ff15::/16
  RP: fd00::2
    Uptime: 3:09:44, Expires: never, Priority: 0, Override: False
`,
  'show running-config | include ^interface|boundary|access-list|permit|deny': `interface Ethernet1
interface Ethernet2
interface Loopback0
interface Management1
`,
  'show interfaces counters | json': json({
    interfaces: { Ethernet1: counters(400_000, 0), Ethernet2: counters(0, 800_000) },
  }),

  'show ip mroute 232.1.1.1 | json': mroute('232.1.1.1', [
    entry('10.1.0.2', 'SP', { rpf: rpf('10.1.0.0/24', '10.34.0.3', 40) }),
  ]),
  'show ip mroute 232.1.1.1 detail': `${LEGEND}232.1.1.1
${detail('10.1.0.2, 1:00:22, flags: SP', '10.1.0.0/24 [110/40] via 10.34.0.3', SG_MACROS)}`,
  'show multicast fib ipv4 232.1.1.1 count': fib(['232.1.1.1 10.1.0.2', '4004']),

  'show ip mroute 239.1.1.1 | json': mroute('239.1.1.1', [
    entry('0.0.0.0', 'W', { rp: '10.0.0.2', rpf: rpf('10.0.0.2/32', '10.34.0.3', 30) }),
    entry('10.1.0.2', 'SP', { rpf: rpf('10.1.0.0/24', '10.34.0.3', 40) }),
  ]),
  'show ip mroute 239.1.1.1 detail': `${LEGEND}239.1.1.1
${detail('0.0.0.0, 1:00:25, RP 10.0.0.2, flags: W', '10.0.0.2/32 [110/30] via 10.34.0.3', G_MACROS)}${detail(
  '10.1.0.2, 1:00:22, flags: SP',
  '10.1.0.0/24 [110/40] via 10.34.0.3',
  SG_MACROS,
)}`,
  'show multicast fib ipv4 239.1.1.1 count': fib(['239.1.1.1', '2002'], ['239.1.1.1 10.1.0.2', '4005']),

  'show pim ipv6 sparse-mode route ff3e::1:1 | json': mroute('ff3e::1:1', [
    entry('fd00:1::2', 'SP', { rpf: rpf('fd00:1::/64', 'fe80::3', 40) }),
  ]),
  'show pim ipv6 sparse-mode route ff3e::1:1 detail': `${LEGEND}ff3e::1:1
${detail('fd00:1::2, 1:00:22, flags: SP', 'fd00:1::/64 [110/40] via fe80::3', SG_MACROS)}`,
  'show multicast fib ipv6 ff3e::1:1 count': fib(['ff3e::1:1 fd00:1::2', '4006']),

  'show pim ipv6 sparse-mode route ff15::1:1 | json': mroute('ff15::1:1', [
    entry('::', 'W', { rp: 'fd00::2', rpf: rpf('fd00::2/128', 'fe80::3', 30) }),
    entry('fd00:1::2', 'SP', { rpf: rpf('fd00:1::/64', 'fe80::3', 40) }),
  ]),
  'show pim ipv6 sparse-mode route ff15::1:1 detail': `${LEGEND}ff15::1:1
${detail('::, 1:00:25, RP fd00::2, flags: W', 'fd00::2/128 [110/30] via fe80::3', G_MACROS)}${detail(
  'fd00:1::2, 1:00:22, flags: SP',
  'fd00:1::/64 [110/40] via fe80::3',
  SG_MACROS,
)}`,
  'show multicast fib ipv6 ff15::1:1 count': fib(['ff15::1:1', '2003'], ['ff15::1:1 fd00:1::2', '4007']),

  'show ip route 10.1.0.2 | json': route('10.1.0.0/24', '10.34.0.3', 'ospfIntraArea', 40),
  'show ip route 10.0.0.2 | json': route('10.0.0.2/32', '10.34.0.3', 'ospfIntraArea', 30),
  'show ipv6 route fd00:1::2 | json': route('fd00:1::/64', 'fe80::3', 'ospfIntraArea', 40),
  'show ipv6 route fd00::2 | json': route('fd00::2/128', 'fe80::3', 'ospfIntraArea', 30),
};
