/** The grammar of what IOS tells of paths, interfaces, PIM, RPs and boundaries, each oddity once. */
import { describe, expect, test } from 'vitest';
import { interfaceName } from '../../../src/router/cli/cisco-ios/names.ts';
import { boundariesOf, parseAccessLists } from '../../../src/router/cli/cisco-ios/parse-access-lists.ts';
import { parseIndexes, parseInterfaces } from '../../../src/router/cli/cisco-ios/parse-interfaces.ts';
import { parsePath, parseRouteProtocol } from '../../../src/router/cli/cisco-ios/parse-path.ts';
import {
  multicastRoutingProtocolOf,
  parseNeighbors,
  parsePim6,
  parsePimDetail,
} from '../../../src/router/cli/cisco-ios/parse-pim.ts';
import { parseRps, parseRps6 } from '../../../src/router/cli/cisco-ios/parse-rps.ts';
import { ciscoIos } from '../../../src/router/cli/cisco-ios/platform.ts';
import { rpOf } from '../../../src/router/cli/rps.ts';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import { OUTPUTS } from './support/box/cisco-ios.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

/** What `parse` yields of a text of which it understands every line. */
function understood<T>(parse: (notUnderstood: (line: string) => void) => T): T {
  const unknown: string[] = [];
  const part = parse((line) => unknown.push(line));
  expect(unknown).toEqual([]);
  return part;
}

const signal = () => new AbortController().signal;

test.each([
  ['Gi0/0/1.100', 'GigabitEthernet0/0/1.100'],
  ['Te1/1/3', 'TenGigabitEthernet1/1/3'],
  ['Tw1/0/25', 'TwoGigabitEthernet1/0/25'],
  ['Twe1/0/1', 'TwentyFiveGigE1/0/1'],
  ['Fo1/1/1', 'FortyGigabitEthernet1/1/1'],
  ['Hu1/0/49', 'HundredGigE1/0/49'],
  ['Fa0', 'FastEthernet0'],
  ['Et0/0', 'Ethernet0/0'],
  ['Se0/1:0.5', 'Serial0/1:0.5'],
  ['Po10', 'Port-channel10'],
  ['PO4/0', 'POS4/0'],
  ['Lo0', 'Loopback0'],
  ['Tu2', 'Tunnel2'],
  ['Vl100', 'Vlan100'],
  ['Vi2.21', 'Virtual-Access2.21'],
  ['BD12', 'BDI12'],
  ['LI0.1', 'LISP0.1'],
  ['VirtualPortGroup0', 'VirtualPortGroup0'],
  ['L2LISP0.699', 'L2LISP0.699'],
  ['ucse1/0/0', 'ucse1/0/0'],
  ['Sdwan-system-intf', 'Sdwan-system-intf'],
  ['Null', 'Null'],
])('%s is %s', (short, full) => expect(interfaceName(short)).toBe(full));

describe('the path of `show ip rpf`', () => {
  const path = (lines: string) => understood((told) => parsePath({ rpf: lines }, '10.1.0.2', 'show ip rpf', told));
  const rpf = (neighbor: string, mask: string, type: string) => `RPF information for ? (10.1.0.2) MoFRR Enabled
  RPF interface: Gi0/0
  RPF neighbor: ${neighbor}
  RPF route/mask: ${mask}
  RPF type: ${type}
  RPF recursion count: 0
  Doing distance-preferred lookups across tables
  Multicast Multipath enabled.
  Using Extranet RPF Rule: Static vrf, RPF VRF: blue
  BGP originator: 10.9.9.9
  RPF topology: ipv4 multicast base, originated from ipv4 unicast base
`;
  const known = { interface: 'GigabitEthernet0/0', prefix: '10.1.0.0/24', neighbor: '10.45.0.4' };

  test.each([
    ['? (10.45.0.4)', '10.1.0.0/24', 'unicast (ospf 1)', { ...known, routingProtocol: 'ospf' }],
    ['r4.example (10.45.0.4)', '10.1.0.0/255.255.255.0', 'unicast (bgp 65000)', { ...known, routingProtocol: 'bgp' }],
    ['? (10.45.0.4)', '10.1.0.0/24', 'unicast (eigrp 9)', { ...known, routingProtocol: 'ciscoEigrp' }],
    ['? (10.45.0.4)', '10.1.0.0/24', 'unicast (isis)', { ...known, routingProtocol: 'isIs' }],
    ['? (10.45.0.4)', '10.1.0.0/24', 'unicast (nhrp)', { ...known, routingProtocol: 'other' }],
    ['? (10.45.0.4)', '10.1.0.0/24', 'multicast (static)', { ...known, routingProtocol: 'netmgmt' }],
    ['? (10.45.0.4)', '10.1.0.0/24', 'Mroute', { ...known, routingProtocol: 'netmgmt' }],
    ['? (10.45.0.4)', '10.1.0.0/24', 'mbgp', { ...known, routingProtocol: 'bgp' }],
    ['? (10.45.0.4)', '10.1.0.0/24', 'unicast ()', { ...known, routingProtocol: null }],
    ['? (10.45.0.4)', '255.255.255.225', 'unicast', { ...known, prefix: '10.1.0.2/32', routingProtocol: null }],
    ['? (10.45.0.4)', '192.0.2.0/24', 'unicast', { ...known, prefix: '10.1.0.2/32', routingProtocol: null }],
    ['? (0.0.0.0)', '10.1.0.0/24', 'unicast (rip)', { ...known, neighbor: undefined, routingProtocol: 'rip' }],
    ['? (0.0.0.0)', '10.1.0.0/24', 'unicast (connected)', { ...known, neighbor: null, routingProtocol: 'local' }],
    [
      '? (10.1.0.2) - directly connected',
      '10.1.0.0/24',
      'unicast (static)',
      { ...known, neighbor: null, routingProtocol: 'netmgmt' },
    ],
    ['? (10.1.0.2)', '10.1.0.0/24', 'unicast (ospf 1)', { ...known, neighbor: null, routingProtocol: 'ospf' }],
  ] as const)('%s by %s, %s', (neighbor, mask, type, expected) => {
    expect(path(rpf(neighbor, mask, type))).toEqual(expected);
  });

  test.each([
    'RPF information for ? (10.1.0.2) failed, no route exists\n',
    'RPF information for unreachable.example (10.1.0.2) failed, no route exists\n',
    'RPF information for ? (10.1.0.2)\n  RPF interface: Null0\n',
  ])('there is none: %j', (text) => expect(path(text)).toBeNull());

  test.each(['unreachable.example', 'no.failed.example', 'failed'])('the name of a host says nothing: %s', (host) => {
    const text = rpf(`${host} (10.45.0.4)`, '10.1.0.0/24', 'unicast (ospf 1)').replace('?', host);
    expect(path(text)).toEqual({ ...known, routingProtocol: 'ospf' });
  });

  test('that of another address is none, whether it is there or not', () => {
    const other = (text: string) => () => path(text.replace('(10.1.0.2)', '(10.0.0.2)'));
    const unknown = expect.objectContaining({ code: 'ERR_READER_OUTPUT' });
    expect(other(rpf('? (10.45.0.4)', '10.0.0.2/32', 'unicast (ospf 1)'))).toThrow(unknown);
    expect(other('RPF information for ? (10.1.0.2) failed, no route exists\n')).toThrow(unknown);
  });

  test('refused, or without an interface, it is not known', () => {
    expect(() => path('% Invalid input\n')).toThrow(expect.objectContaining({ code: 'ERR_READER_COMMAND' }));
    expect(() => path('RPF information for ? (10.1.0.2)\n')).toThrow(ReaderError);
  });
});

describe('the path of `show ipv6 rpf`', () => {
  const rpf = (type: string, neighbor: string) => `RPF information for 2001:DB8:1::2
  RPF interface:Ethernet3/2
  RPF neighbor:${neighbor}
  RPF route/mask:2001:DB8:1::/64
  RPF type:${type}
  RPF recursion count:0
  Metric preference:110
  Metric:30
`;
  const path = (type: string, neighbor: string, route: string) =>
    understood((told) => parsePath({ rpf: rpf(type, neighbor), route }, '2001:db8:1::2', 'show ipv6 rpf', told));
  const known = { interface: 'Ethernet3/2', prefix: '2001:db8:1::/64', neighbor: 'fe80::40:1:3' };

  test.each([
    ['Unicast', 'FE80::40:1:3', '  Known via "ospf 1", distance 110\n', { ...known, routingProtocol: 'ospf' }],
    ['Unicast', 'FE80::40:1:3', '% Authorization failed.', { ...known, routingProtocol: null }],
    ['Mroute', 'FE80::40:1:3', '  Known via "ospf 1"\n', { ...known, routingProtocol: 'netmgmt' }],
    ['MBGP', 'FE80::40:1:3', '', { ...known, routingProtocol: 'bgp' }],
    ['Unicast', '2001:DB8:1::2', 'Known via "connected"\n', { ...known, neighbor: null, routingProtocol: 'local' }],
    ['Unicast', 'FE80::5', 'Known via "connected"\n', { ...known, neighbor: null, routingProtocol: 'local' }],
  ] as const)('%s, %s', (type, neighbor, route, expected) => {
    expect(path(type, neighbor, route)).toEqual(expected);
  });

  test('that of another address is none', () => {
    const text = rpf('Unicast', 'FE80::5').replace('for 2001:DB8:1::2', 'for 2001:DB8::2');
    expect(() => parsePath({ rpf: text }, '2001:db8:1::2', 'x')).toThrow(ReaderError);
    expect(() => parsePath({ rpf: 'RPF information for 2001:DB8::2 failed\n' }, '2001:db8:1::2', 'x')).toThrow(
      ReaderError,
    );
  });

  test.each([
    ['O   2001:DB8:1::/64 [110/2]', 'ospf'],
    ['OE2 2001:DB8:1::/64 [110/2]', 'ospf'],
    ['EX  2001:DB8:1::/64 [170/2]', 'ciscoEigrp'],
    ['I1  2001:DB8:1::/64 [115/2]', 'isIs'],
    ['S*  ::/0 [1/0]', 'netmgmt'],
    ['LC  2001:DB8:1::/64 [0/0]', 'local'],
    ['R   2001:DB8:1::/64 [120/2]', 'rip'],
    ['B   2001:DB8:1::/64 [20/0]', 'bgp'],
    ['NDp 2001:DB8:1::/64 [2/0]', 'icmp'],
    ['X   2001:DB8:1::/64 [2/0]', 'other'],
    ['% Route not found', null],
  ])('releases before 15 print the table: %s', (line, protocol) => {
    const legend =
      'IPv6 Routing Table - 5 entries\nCodes: C - Connected, L - Local\n       U - Per-user Static route\n';
    expect(parseRouteProtocol(`${legend}${line}\n     via FE80::1, Ethernet0/0\n`)).toBe(protocol);
  });
});

describe('interfaces', () => {
  const IPV4 = `GigabitEthernet0/0 is up, line protocol is up (connected)
  Internet address is 10.1.1.1/24
  Secondary address 10.1.2.1/24
  MTU is 9000 bytes
Control Plane Interface is up, line protocol is up
  VPN Routing/Forwarding "blue"
  MTU is 1500 bytes
Vlan1 is up, line protocol is up , Autostate Enabled
Internet address 10.1.3.1, subnet mask is 255.255.255.0
Helper addresses are 10.9.9.9
10.9.9.8
VPN Routing/Forwarding "blue"
MTU is 1500 bytes
Serial0/0.1 is deleted, line protocol is down
  Internet address is 10.1.4.1/24
Tunnel1 is up, line protocol is up
  Interface is unnumbered. Using address of Loopback0 (10.0.0.5)
Dialer1 is up, line protocol is up
  Internet address will be negotiated using IPCP
Null0 is up, line protocol is up
`;
  const IPV6 = `Vlan1 is up, line protocol is up
  IPv6 is enabled, link-local address is FE80::1 [TEN]
  VPN Routing/Forwarding "blue"
  MTU is 1480 bytes
Vlan2 is up, line protocol is up
  IPv6 is enabled, link-local address is FE80::1
  Description: its link-local address is FE80::9
  Global unicast address(es):
    2001:DB8:2::1, subnet is 2001:DB8:2::/64 [EUI/CAL/PRE]
      valid lifetime 2591965 preferred lifetime 604765
    2001:DB8:3::1, subnet is 2001:DB8:3::/64 [DUP]
    2001:DB8:4::1, subnet is 2001:DB8:4::/64 [UNA/TEN/DUP]
  Joined group address(es):
    FF02::1
  MTU is 1480 bytes
`;
  const names = { ipv4: 'show ip interface', ipv6: 'show ipv6 interface', indexes: 'show snmp mib ifmib ifindex' };
  const outputs = { ipv4: IPV4, ipv6: IPV6, indexes: 'Vlan1: Ifindex = 51\nATM1/0-aal5 layer: Ifindex = 12\n' };
  const none = { index: null, addresses: [], mtu: undefined };

  test('of the default VRF: those of others have no addresses here', () => {
    expect(parseInterfaces(outputs, names, undefined).interfaces).toEqual([
      { index: null, name: 'GigabitEthernet0/0', addresses: ['10.1.1.1/24', '10.1.2.1/24'], mtu: 9000 },
      { ...none, index: 51, name: 'Vlan1', mtu: 1500 },
      { ...none, name: 'Tunnel1' },
      { ...none, name: 'Dialer1' },
      { index: null, name: 'Vlan2', addresses: ['fe80::1/64', '2001:db8:2::1/64'], mtu: 1480 },
    ]);
  });

  test('of a VRF, and where nothing but IPv4 is told', () => {
    const rest = { ...outputs, ipv6: '', indexes: '%SNMP agent not enabled\n' };
    const { interfaces } = parseInterfaces(rest, names, 'blue');
    expect(interfaces.filter(({ addresses }) => addresses.length > 0)).toEqual([
      { index: null, name: 'Vlan1', addresses: ['10.1.3.1/24'], mtu: 1500 },
    ]);
    expect(() => parseInterfaces({ ...outputs, ipv4: '% Authorization failed.' }, names, undefined)).toThrow(
      ReaderError,
    );
  });

  test('ifIndexes', () => {
    const text = `Gi0/1: Ifindex = 2
Interface = Vlan1, Ifindex = 51
Vlan2: Ifindex = 4294967295
GigabitEthernet0/1.100-802.1Q vLAN subif: Ifindex = 12
Interface = Port-channel1.5-ISL vLAN subif, Ifindex = 13
ATM1/0.9-atm subif: Ifindex = 31
ATM1/0.9-aal5 layer: Ifindex = 32
Tunnel1-mpls layer: Ifindex = 33
`;
    const indexes = understood((told) => parseIndexes(text, 'ifindex', told));
    expect([...indexes]).toEqual([
      ['GigabitEthernet0/1', 2],
      ['Vlan1', 51],
      ['GigabitEthernet0/1.100', 12],
      ['Port-channel1.5', 13],
      ['ATM1/0.9', 31],
    ]);
  });
});

describe('PIM', () => {
  const detail = (mode: string, dr: string, boundary: string) => `Ethernet1/0 is up, line protocol is up
  Internet address is 172.16.8.1/24
  Multicast switching:process
  Multicast packets in/out:0/0
  Multicast boundary:${boundary}
  Multicast TTL threshold:16
  PIM:enabled
    PIM version:2, mode:${mode}
    PIM DR:${dr}
Loopback8 is up, line protocol is up
  Internet protocol processing: disabled
`;
  test.each([
    ['sparse', '172.16.8.2', 'not set', { mode: 'sparse', designatedRouter: '172.16.8.2' }],
    ['dense', '0.0.0.0 (this system)', ' SCOPE (in/out)', { mode: 'dense', boundaries: [{ list: 'SCOPE' }] }],
    [
      'sparse',
      '172.16.8.2',
      ' SITE (in)\n  Multicast boundary: SCOPE (out)',
      {
        mode: 'sparse',
        designatedRouter: '172.16.8.2',
        boundaries: [
          { list: 'SITE', direction: 'in' },
          { list: 'SCOPE', direction: 'out' },
        ],
      },
    ],
    [
      'sparse-dense',
      '172.16.8.1 (this system)',
      ' 10',
      { mode: 'sparse-dense', designatedRouter: '172.16.8.1', boundaries: [{ list: '10' }] },
    ],
  ])('`interface detail`: %s, %s, %s', (mode, dr, boundary, expected) => {
    const rows = understood((told) => parsePimDetail(detail(mode, dr, boundary), 'detail', told));
    expect(rows).toEqual([
      {
        name: 'Ethernet1/0',
        isEnabled: true,
        ttlThreshold: 16,
        designatedRouter: undefined,
        ...expected,
      },
      { name: 'Loopback8', isEnabled: false, designatedRouter: undefined },
    ]);
  });

  test('what is spoken on the links', () => {
    const of = (...modes: string[]) =>
      multicastRoutingProtocolOf(
        modes.map((mode) => ({ name: mode, isEnabled: true, designatedRouter: undefined, mode })),
      );
    expect([of(), of('sparse', 'passive'), of('dense'), of('sparse-dense', 'sparse-dense')]).toEqual([
      'pimSparseMode',
      'pimSparseMode',
      'pimDenseMode',
      'pimSparseDense',
    ]);
    expect([of('dense', 'sparse'), of('sparse', 'sparse-dense')]).toEqual(['pimSparseDense', 'pimSparseDense']);
  });

  test('IPv6 interfaces: a long name has a line of its own', () => {
    const text = `Interface          PIM   Nbr   Hello  DR
                         Count Intvl  Prior

TenGigabitEthernet1/1/1.1000
                   on    1     30     1
    Address: FE80::5
    DR     : FE80::9
Ethernet0          on    0     30     1
    Address:FE80::6
    DR     :this system
Tunnel5            off   0     30     1
    Address: ::
    DR     : not elected
`;
    expect(understood((told) => parsePim6(text, 'interface', told))).toEqual([
      { name: 'TenGigabitEthernet1/1/1.1000', isEnabled: true, designatedRouter: 'fe80::9' },
      { name: 'Ethernet0', isEnabled: true, designatedRouter: 'fe80::6' },
      { name: 'Tunnel5', isEnabled: false, designatedRouter: undefined },
    ]);
  });

  test('neighbours of all releases', () => {
    const text = `PIM Neighbor Table
Mode: B - Bidir Capable, DR - Designated Router, N - Default DR Priority,
      P - Proxy Capable, S - State Refresh Capable, G - GenID Capable
Neighbor          Interface                Uptime/Expires    Ver   DR
Address                                                            Prio/Mode
10.45.0.4         GigabitEthernet0/2/3.100 4w4d/00:01:40     v2    1 / DR S P G
10.46.0.4
                  TenGigabitEthernet1/1/1.1000 4w4d/00:01:40     v2    N /
Neighbor Address  Interface          Uptime    Expires   Ver  Mode
10.47.0.4         Et0/0              00:01:10  00:01:34  v2   Sparse (DR)
Neighbor Address(es)       Interface          Uptime    Expires  Mode DR pri
Address-list Hello option included as type 24 and 65001
FE80::21A:30FF:FE47:6EC0   Port-channel1.100  3w3d      00:01:37 B G     1
2001:DB8::1
::FFFF:4.4.4.4             Tunnel2            00:02:18  00:01:26 B G     1
FE80::21A:30FF:FE47:6EC1
                           TenGigabitEthernet1/1/1.1000
                                              3w3d      00:01:37 B G     1
`;
    expect(understood((told) => parseNeighbors(text, 'neighbor', told))).toEqual([
      { address: '10.45.0.4', interface: 'GigabitEthernet0/2/3.100' },
      { address: '10.46.0.4', interface: 'TenGigabitEthernet1/1/1.1000' },
      { address: '10.47.0.4', interface: 'Ethernet0/0' },
      { address: 'fe80::21a:30ff:fe47:6ec0', interface: 'Port-channel1.100' },
      { address: '2001:db8::1', interface: 'Port-channel1.100' },
      { address: '::ffff:404:404', interface: 'Tunnel2' },
      { address: 'fe80::21a:30ff:fe47:6ec1', interface: 'TenGigabitEthernet1/1/1.1000' },
    ]);
    expect(parseNeighbors('', 'neighbor')).toEqual([]);
  });
});

const LISTS = `Standard IP access list 10
    10 deny   239.255.0.0, wildcard bits 0.0.255.255 (5 matches)
    20 permit 239.1.1.1 log
    30 permit any
Standard IP access list GAPS
    permit 239.0.1.0, wildcard bits 0.255.0.255
Extended IP access list SCOPE
    10 deny ip any 239.255.0.0 0.0.255.255 (12 matches)
    20 deny ip any host 239.1.1.1
    30 permit ip any any log
Extended IP access list 101
    10 permit ip host 10.1.0.2 239.0.0.0 0.255.255.255
    20 permit tcp any any eq 22
Extended IP access list HOURS
    10 deny ip any host 239.1.1.1 time-range WORK (inactive)
    20 permit ip any any
Extended IP access list LOCK
    Dynamic x permit ip any any
    20 permit ip any any
Extended IP access list MIRROR
    10 evaluate mirrored
    20 permit ip any any
Extended MAC access list M
    permit any any
`;

describe('access lists', () => {
  const lists = understood((told) => parseAccessLists(LISTS, 'show ip access-lists', told));
  const rule = (groups: string, isPermitted: boolean) => ({ groups, isPermitted });

  test('rules of groups; others cannot be said', () => {
    expect([...lists]).toEqual([
      ['10', [rule('239.255.0.0/16', false), rule('239.1.1.1/32', true), rule('0.0.0.0/0', true)]],
      ['GAPS', [undefined]],
      ['SCOPE', [rule('239.255.0.0/16', false), rule('239.1.1.1/32', false), rule('0.0.0.0/0', true)]],
      ['101', [undefined, undefined]],
      ['HOURS', [undefined, rule('0.0.0.0/0', true)]],
      ['LOCK', [undefined, rule('0.0.0.0/0', true)]],
      ['MIRROR', [undefined, rule('0.0.0.0/0', true)]],
    ]);
  });

  test('boundaries by lists that are there, that are about groups alone and always in force', () => {
    const of = (list: string, only = {}) => ({
      name: 'Vlan1',
      isEnabled: true,
      designatedRouter: undefined,
      boundaries: [{ list, ...only }],
    });
    const others = ['GAPS', '101', 'HOURS', 'LOCK', 'MIRROR', 'missing'].map((list) => of(list));
    expect(boundariesOf([of('10'), ...others, of('SCOPE', { direction: 'in' })], lists)).toEqual([
      { family: 4, interface: 'Vlan1', rules: lists.get('10') },
      { family: 4, interface: 'Vlan1', direction: 'in', rules: lists.get('SCOPE') },
    ]);
  });
});

describe('RPs', () => {
  test('of several for the same groups the one that is taken', () => {
    const text = `PIM Group-to-RP Mappings
This system is an RP-mapping agent (Loopback0)

Group(s) 224.0.0.0/4
  RP 10.0.0.3 (?), v2
    Info source: 10.64.4.4 (?), via bootstrap, priority 5, holdtime 150
         Uptime: 00:00:19, expires: 00:02:19
  RP 10.0.0.2 (rp.example), v2v1, bidir
    Info source: 10.64.4.4 (?), via bootstrap, priority 0, holdtime 150
         Uptime: 00:00:35, expires: 00:02:03
Group(s) 239.0.0.0/8, uptime: 1w4d, expires: 00:02:32
  RP 10.0.0.4 (?), v2v1
    Info source: 10.0.0.9 (?), elected via Auto-RP
Group(s) (-)239.9.0.0/16
  RP 10.0.0.4 (?), v2v1
    Info source: 10.0.0.9 (?), via Auto-RP
Group(s): 239.0.0.0/8, Static
    RP: 10.0.0.5 (?)
Group(s) of a form that is yet to come
    RP: 10.0.0.4 (?)
Group(s): 238.0.0.0/8, Static
    RP: 0.0.0.0 (?)
Group(s): 239.1.0.0/16, Static-Override, Bidir Mode
    RP: 10.0.0.6 (?)
Acl: 10, Static
    RP: 10.0.0.7 (?)
`;
    const rows = understood((told) => parseRps(text, 'mapping', parseAccessLists(LISTS, 'lists'), told));
    expect(rows.map(({ groups, address }) => `${groups} ${address}`)).toEqual([
      '239.1.0.0/16 10.0.0.6',
      '239.9.0.0/16 0.0.0.0',
      '239.0.0.0/8 10.0.0.4',
      '224.0.0.0/4 10.0.0.2',
      '239.255.0.0/16 10.0.0.4',
      '239.1.1.1/32 10.0.0.6',
    ]);
    expect(parseRps('', 'mapping', new Map())).toEqual([]);
  });

  test("which of a BSR's equals is a group's is not known, nor is it the RP of a wider range", () => {
    const ofBsr = (rp: string, priority: number) => `  RP ${rp} (?), v2
    Info source: 10.64.4.4 (?), via bootstrap, priority ${priority}, holdtime 150
         Uptime: 00:00:19, expires: 00:02:19
`;
    const rpIn = (...rps: readonly string[]) => {
      const wide =
        'Group(s) 224.0.0.0/4\n  RP 10.0.0.9 (?), v2v1\n    Info source: 10.0.0.8 (?), elected via Auto-RP\n';
      const text = `${wide}Group(s) 239.0.0.0/8\n${rps.join('')}Group(s): 239.0.0.0/8, Static\n    RP: 10.0.0.5 (?)\n`;
      return rpOf('239.1.1.1', parseRps(text, 'mapping', new Map()));
    };
    expect(rpIn(ofBsr('3.3.3.3', 0), ofBsr('2.2.2.2', 0))).toBeNull();
    expect(rpIn(ofBsr('3.3.3.3', 0), ofBsr('2.2.2.2', 0), ofBsr('1.1.1.1', 5))).toBeNull();
    expect(rpIn(ofBsr('3.3.3.3', 5), ofBsr('2.2.2.2', 5), ofBsr('1.1.1.1', 0))).toBe('1.1.1.1');
  });

  test('a static one counts where none is learned, of several the one with the highest address, whatever their ranges', () => {
    const learned =
      'Group(s) 239.0.0.0/8\n  RP 10.0.0.2 (?), v2v1\n    Info source: 10.0.0.9 (?), elected via Auto-RP\n';
    const wide = (kind: string) => `Group(s): 224.0.0.0/4, ${kind}\n    RP: 10.0.0.9 (?)\n`;
    const narrow = (kind: string) => `Acl: 11, ${kind}\n    RP: 10.0.0.7 (?)\n`;
    const lists = parseAccessLists(
      'Standard IP access list 11\n    10 permit 239.1.1.0, wildcard bits 0.0.0.255\n',
      'x',
    );
    const rpsIn = (text: string) => {
      const rows = parseRps(text, 'mapping', lists);
      return ['239.1.1.1', '239.2.2.2', '232.1.1.1'].map((group) => rpOf(group, rows));
    };
    expect(rpsIn(learned + narrow('Static'))).toEqual(['10.0.0.2', '10.0.0.2', null]);
    expect(rpsIn(wide('Static') + narrow('Static'))).toEqual(['10.0.0.9', '10.0.0.9', '10.0.0.9']);
    expect(rpsIn(learned + wide('Static') + narrow('Static'))).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.9']);
    expect(rpsIn(learned + narrow('Static-Override'))).toEqual(['10.0.0.7', '10.0.0.2', null]);
    expect(rpsIn(learned + wide('Static-Override') + narrow('Static-Override'))).toEqual(Array(3).fill('10.0.0.9'));
  });

  test('groups that Auto-RP denies have none, whoever announces them, but for a static one that overrides', () => {
    const announced = (groups: string) => `Group(s) ${groups}
  RP 10.0.0.9 (?), v2v1
    Info source: 10.0.0.8 (?), elected via Auto-RP
`;
    const text = `${announced('224.0.0.0/4')}${announced('239.255.0.0/16')}${announced('(-)239.255.0.0/16')}`;
    const override = 'Group(s): 239.255.0.0/16, Static-Override\n    RP: 10.0.0.5 (?)\n';
    const rpIn = (output: string) => rpOf('239.255.1.1', parseRps(output, 'mapping', new Map()));
    expect([rpIn(announced('239.255.0.0/16')), rpIn(text), rpIn(text + override)]).toEqual([
      '10.0.0.9',
      null,
      '10.0.0.5',
    ]);
  });

  test('IPv6: only the mapping in use; SSM has none, nor have groups that are not routed', () => {
    const text = `IP PIM Group Mapping Table
(* indicates group mappings being used)

FF33::/32*
    SSM
    Info source: Static
    Uptime: 00:08:32, Groups: 0
FF00::/8
    SM, RP: 2001:DB8::3
    RPF: Fa0/0,FE80::212:D9FF:FEF9:C8A0
    Info source: BSR From: 2001:DB8::9(00:01:31), Priority: 192
    Uptime: 00:00:58, Groups: 1
FF00::/8*
    SM, RP: 2001:DB8::2
    RPF: Tu2,2001:DB8::2 (us)
    Info source: Static
FF7E:140:2001:DB8:0:1::/96*
    SM, RP: 2001:DB8:0:1::1
    Info source: Embedded
FF02::/16*
    NO
    Info source: Static
FF08::/16*
    BD, RP: ::
FF3E::/32
    SSM
FF3F::/32* SSM
FF09::/16* SM, RP: 2001:DB8::4
FF0A::/16
    SM, RP: 2001:DB8::3
`;
    const rps = understood((told) => parseRps6(text, 'group-map', told));
    expect(rps).toEqual([
      { groups: 'ff33::/32', address: '::' },
      { groups: 'ff00::/8', address: '2001:db8::2' },
      { groups: 'ff7e:140:2001:db8:0:1::/96', address: '2001:db8:0:1::1' },
      { groups: 'ff02::/16', address: '::' },
      { groups: 'ff3f::/32', address: '::' },
      { groups: 'ff09::/16', address: '2001:db8::4' },
    ]);
    expect(['ff33::1', 'ff3e::1', 'ff05::1'].map((group) => rpOf(group, rps))).toEqual([
      null,
      '2001:db8::2',
      '2001:db8::2',
    ]);
    expect(parseRps6('FF0A::/16\n    SM, RP: 2001:DB8::3\n', 'group-map')).toEqual([
      { groups: 'ff0a::/16', address: '2001:db8::3' },
    ]);
    const several = ['2001:DB8::3', '2001:DB8::2'].map((rp) => `FF0A::/16*\n    SM, RP: ${rp}\n`).join('');
    expect(parseRps6(several, 'group-map')).toEqual([{ groups: 'ff0a::/16', address: '::' }]);
  });
});

describe('static RPs of access lists that deny groups', () => {
  const AUTO_RP = `Group(s) 224.0.0.0/4
  RP 10.0.0.9 (?), v2v1
    Info source: 10.0.0.8 (?), elected via Auto-RP
`;
  const acl = (list: string, rp: string, kind = 'Static') => `Acl: ${list}, ${kind}\n    RP: ${rp} (?)\n`;
  const list = (name: string, ...rules: string[]) =>
    `Standard IP access list ${name}\n${rules.map((rule, at) => `    ${at * 10} ${rule}\n`).join('')}`;
  const bits = (action: string, groups: string, wildcard: string) => `${action} ${groups}, wildcard bits ${wildcard}`;
  const deny24 = bits('deny  ', '239.2.2.0', '0.0.0.255');
  const permit16 = bits('permit', '239.2.0.0', '0.0.255.255');
  const permit8 = bits('permit', '239.0.0.0', '0.255.255.255');
  const rpIn = (group: string, mappings: string, lists: string) =>
    rpOf(group, parseRps(mappings, 'mapping', parseAccessLists(lists, 'lists')));

  test('have what the other mappings say, or none', () => {
    const bidir = acl('BIDIR', '10.0.0.5', 'Static-Override');
    const lists = list('BIDIR', deny24, permit16);
    expect(rpIn('239.2.2.9', AUTO_RP + bidir, lists)).toBe('10.0.0.9');
    expect(rpIn('239.2.3.9', AUTO_RP + bidir, lists)).toBe('10.0.0.5');
    expect(rpIn('239.2.2.9', bidir, lists)).toBeNull();
    expect(rpIn('239.3.3.9', bidir, lists)).toBeNull();
    expect(rpIn('239.2.2.9', `Group(s) (-)239.2.0.0/16\n${AUTO_RP}${bidir}`, lists)).toBeNull();
  });

  test('the first rule that matches decides', () => {
    const override = acl('1', '10.0.0.5', 'Static-Override');
    const of = (...rules: string[]) => rpIn('239.2.2.9', AUTO_RP + override, list('1', ...rules));
    expect(of(permit16, deny24)).toBe('10.0.0.5');
    expect(of('permit 239.2.2.9', deny24, permit16)).toBe('10.0.0.5');
    expect(of(deny24, 'permit 239.2.2.9', permit16)).toBe('10.0.0.9');
    expect(of(deny24, 'deny   any', permit16)).toBe('10.0.0.9');
    expect(of('deny   any', permit16)).toBe('10.0.0.9');
    expect(of(deny24, bits('deny', '239.2.0.0', '0.0.255.255'), 'permit any')).toBe('10.0.0.9');
    expect(of('permit 239.2.2.9', 'deny   any')).toBe('10.0.0.5');
    // What is no prefix is passed over.
    expect(of(bits('deny  ', '239.2.2.0', '0.0.255.0'), permit16)).toBe('10.0.0.5');
  });

  test('two lists: neither has what both deny, each what the other denies', () => {
    const mappings = acl('A', '10.0.0.5', 'Static-Override') + acl('B', '10.0.0.6', 'Static-Override');
    const deny = bits('deny  ', '239.3.0.0', '0.0.255.255');
    const denyB = bits('deny  ', '239.5.0.0', '0.0.255.255');
    const lists = list('A', deny24, deny, permit8) + list('B', deny24, denyB, 'permit any');
    expect(rpIn('239.2.2.9', AUTO_RP + mappings, lists)).toBe('10.0.0.9');
    expect(rpIn('239.2.2.9', mappings, lists)).toBeNull();
    expect(rpIn('239.3.0.9', AUTO_RP + mappings, lists)).toBe('10.0.0.6');
    expect(rpIn('239.4.0.9', AUTO_RP + mappings, lists)).toBe('10.0.0.6');
    expect(rpIn('239.5.0.9', AUTO_RP + mappings, lists)).toBe('10.0.0.5');
    const within = list('A', bits('deny  ', '239.2.0.0', '0.0.255.255'), permit8);
    expect(rpIn('239.2.2.9', mappings, within + list('B', deny24, 'permit any'))).toBeNull();
    expect(rpIn('239.2.3.9', mappings, within + list('B', deny24, 'permit any'))).toBe('10.0.0.6');
  });

  test('of one list the RP that overrides', () => {
    const mappings = acl('1', '10.0.0.7') + acl('1', '10.0.0.5', 'Static-Override');
    expect(rpIn('239.2.2.9', mappings, list('1', permit16))).toBe('10.0.0.5');
  });
});

describe('the platform', () => {
  test('every command names the VRF', () => {
    const blue = ciscoIos({ vrf: 'blue' });
    const questions = [
      blue.table,
      blue.forwarding({ family: 4, group: '239.1.1.1', source: null }),
      blue.forwarding({ family: 6, group: 'ff15::1', source: null }),
      blue.path('10.1.0.2', 4),
      blue.path('2001:db8::2', 6),
    ];
    expect(questions.flatMap(({ commands }) => commands)).toEqual([
      'show ip interface',
      'show ipv6 interface',
      'show snmp mib ifmib ifindex',
      'show ip pim vrf blue interface detail',
      'show ip pim vrf blue neighbor',
      'show ip pim vrf blue rp mapping',
      'show ip access-lists',
      'show ipv6 pim vrf blue interface',
      'show ipv6 pim vrf blue neighbor',
      'show ipv6 pim vrf blue group-map',
      'show ip mroute vrf blue 239.1.1.1',
      'show ip mroute vrf blue 239.1.1.1 count',
      'show ip pim vrf blue interface count',
      'show ipv6 mroute vrf blue ff15::1',
      'show ipv6 mfib vrf blue ff15::1',
      'show ip rpf vrf blue 10.1.0.2',
      'show ipv6 rpf vrf blue 2001:db8::2',
      'show ipv6 route vrf blue 2001:db8::2',
    ]);
  });

  test('TTL thresholds and boundaries; what the rest is whole without may be refused', async () => {
    const outputs = {
      'show ip interface': OUTPUTS['show ip interface']!,
      'show ip pim interface detail': OUTPUTS['show ip pim interface detail']!.replaceAll(
        'Multicast TTL threshold: 0',
        'Multicast TTL threshold: 16\n  Multicast boundary: SCOPE (in/out)',
      ),
      'show ip access-lists': LISTS,
      'show ip mroute 239.1.1.1': OUTPUTS['show ip mroute 239.1.1.1']!,
      'show ip rpf 10.0.0.2': OUTPUTS['show ip rpf 10.0.0.2']!,
    };
    const reader = readerWith(ciscoIos(), fakeCli(outputs));
    const snapshot = await reader.readForwarding({ family: 4, group: '239.1.1.1', source: null }, signal());
    const { interfaces, scopes = [], neighbors, rps, routes = [] } = snapshot;
    expect(interfaces.map((row) => row.ttlThreshold)).toEqual([16, 16, undefined, 16, undefined]);
    expect(interfaces.every((row) => row.index >= 2 ** 31 && row.inMulticastPackets === null)).toBe(true);
    expect(scopes.map(({ groups }) => groups)).toEqual(['239.1.1.1/32', '239.1.1.1/32', '239.1.1.1/32']);
    expect([neighbors, rps]).toEqual([undefined, [{ groups: '239.1.1.1/32', address: '10.0.0.2' }]]);
    expect(routes.map(({ packets }) => packets)).toEqual([null]);
  });

  test.each(['239.1.1.1', null])('packets of interfaces may be refused, with a group or without: %s', async (group) => {
    const { 'show ip pim interface count': _, ...outputs } = OUTPUTS;
    const reader = readerWith(ciscoIos(), fakeCli(outputs));
    const { rpf, interfaces } = await reader.readForwarding({ family: 4, group, source: '10.1.0.2' }, signal());
    expect(rpf?.some((row) => row.interface !== null)).toBe(true);
    expect(interfaces.every((row) => row.inMulticastPackets === null)).toBe(true);
  });

  test('what is shut down has neither addresses nor multicast, but its line protocol may be down', async () => {
    const shut = (output: string) =>
      output.replace(/^GigabitEthernet0\/1 is up/m, 'GigabitEthernet0/1 is administratively down');
    const commands = ['show ip interface', 'show ipv6 interface', 'show ip pim interface detail'];
    const outputs = Object.fromEntries(commands.map((command) => [command, shut(OUTPUTS[command]!)]));
    const shown = async (changed: Readonly<Record<string, string>>) => {
      const reader = readerWith(ciscoIos(), fakeCli({ ...OUTPUTS, ...changed }));
      const { interfaces } = await reader.readInterfaces(signal());
      const { addresses, multicast, designatedRouters } = interfaces.find(({ name }) => name.endsWith('0/1'))!;
      return { addresses, multicast, designatedRouters };
    };
    expect(await shown(outputs)).toEqual({ addresses: [], multicast: false, designatedRouters: undefined });
    const ipv4 = { 'show ip interface': outputs['show ip interface']! };
    expect(await shown(ipv4)).toEqual({ addresses: [], multicast: false, designatedRouters: undefined });
    const down = (output: string) => output.replaceAll('line protocol is up', 'line protocol is down');
    const plain = await shown({});
    expect(plain.addresses).toContain('10.5.0.5/24');
    expect(await shown(Object.fromEntries(commands.map((one) => [one, down(OUTPUTS[one]!)])))).toEqual(plain);
  });

  test('IPv6 has no dense mode, whatever IPv4 speaks on the same link', async () => {
    const detail = OUTPUTS['show ip pim interface detail']!.replaceAll('mode: sparse', 'mode: sparse-dense');
    const reader = readerWith(ciscoIos(), fakeCli({ ...OUTPUTS, 'show ip pim interface detail': detail }));
    const spoken = async (query: ForwardingQuery) => {
      const { interfaces } = await reader.readForwarding(query, signal());
      return interfaces.find(({ name }) => name === 'GigabitEthernet0/1')?.multicastRoutingProtocol;
    };
    expect(await spoken({ family: 4, group: '239.1.1.1', source: '10.1.0.2' })).toBe('pimSparseDense');
    expect(await spoken({ family: 6, group: 'ff3e::1:1', source: 'fd00:1::2' })).toBe('pimSparseMode');
    expect(await spoken({ family: 6, group: null, source: 'fd00:1::2' })).toBe('pimSparseMode');
  });

  test('without PIM of either family nothing is known of multicast', async () => {
    const reader = readerWith(ciscoIos(), fakeCli({ 'show ip interface': OUTPUTS['show ip interface']! }));
    await expect(reader.readInterfaces(signal())).rejects.toMatchObject({ code: 'ERR_READER_COMMAND' });
  });

  test.each(['Command authorization failed.\n', '% Authorization failed.\n', '*** no answer ***\n'])(
    'nor is it where IPv6 has none, and IPv4 is not told: %j',
    (refusal) => {
      const { commands, parse } = ciscoIos().table;
      const tableWith = (ipv4: string, ipv6: string) => {
        const pim = { 'show ip pim interface detail': ipv4, 'show ipv6 pim interface': ipv6 };
        const outputs: Readonly<Record<string, string>> = { ...OUTPUTS, ...pim };
        return parse(commands.map((command) => outputs[command] ?? ''));
      };
      const none = 'Interface          PIM   Nbr   Hello  DR\n                         Count Intvl  Prior\n';
      for (const ipv6 of ['', none]) {
        expect(() => tableWith(refusal, ipv6)).toThrow(ReaderError);
        expect(tableWith("     ^\n% Invalid input detected at '^' marker.\n", ipv6).multicast).toEqual({
          4: [],
          6: [],
        });
      }
      expect(tableWith(OUTPUTS['show ip pim interface detail']!, refusal).multicast[4]).not.toEqual([]);
    },
  );

  test('an RP in the address of an IPv6 group is not that of a wider range', () => {
    const map = (range: string, rp: string) => `${range}*\n    SM, RP: ${rp}\n    Info source: Static\n`;
    const learned = map('FF7E:140:2001:DB8:0:1::/96', '2001:DB8:0:1::1');
    const text = map('FF00::/8', 'FD00::2') + learned + map('FF78::/16', 'FD00::3');
    const { commands, parse } = ciscoIos().table;
    const outputs: Readonly<Record<string, string>> = { ...OUTPUTS, 'show ipv6 pim group-map': text };
    const { rps } = parse(commands.map((command) => outputs[command] ?? ''));
    const groups = ['ff15::1', 'ff7e:140:2001:db8::1', 'ff7e:140:2001:db8:0:1::5', 'ff78:140:2001:db8::1'];
    expect(groups.map((group) => rpOf(group, rps))).toEqual(['fd00::2', null, '2001:db8:0:1::1', 'fd00::3']);
  });

  const { prompt, pager } = ciscoIos().terminal!;
  test.each(['r4#', 'r4>', 'dc1-core.example#', 'Switch-2-standby#'])('prompt %s', (line) => {
    expect(line).toMatch(prompt);
  });
  test.each(['r4(config)#', 'Password:', '% Invalid input', '  RPF type: unicast', 'r4# show'])(
    'no prompt: %s',
    (line) => {
      expect(line).not.toMatch(prompt);
    },
  );
  test('pager', () => expect(' --More-- ').toMatch(pager));
});
