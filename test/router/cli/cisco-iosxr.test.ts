/** The grammar of what IOS XR prints of links, PIM, the RIB and its configuration, each oddity once. */
import { describe, expect, test } from 'vitest';
import { linkIn } from '../../../src/router/cli/cisco-iosxr/names.ts';
import {
  boundariesOf,
  parseAccessLists,
  parseMulticastConfiguration,
} from '../../../src/router/cli/cisco-iosxr/parse-configuration.ts';
import { parseAddresses, parseIndexes } from '../../../src/router/cli/cisco-iosxr/parse-interfaces.ts';
import { parsePath } from '../../../src/router/cli/cisco-iosxr/parse-path.ts';
import { parseNeighbors, parsePim, parseRps } from '../../../src/router/cli/cisco-iosxr/parse-pim.ts';
import { ciscoIosXr } from '../../../src/router/cli/cisco-iosxr/platform.ts';
import { rpOf } from '../../../src/router/cli/rps.ts';
import { ReaderError } from '../../../src/router/port.ts';
import { OUTPUTS } from './support/box/cisco-iosxr.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';
import { readAll } from './support/iosxr.ts';

describe('interfaces', () => {
  test.each([
    ['Gi0/0/0/0.100', 'GigabitEthernet0/0/0/0.100'],
    ['Te0/1/0/0', 'TenGigE0/1/0/0'],
    ['TF0/0/0/1', 'TwentyFiveGigE0/0/0/1'],
    ['Fo0/0/0/0', 'FortyGigE0/0/0/0'],
    ['Hu0/0/1/0/3', 'HundredGigE0/0/1/0/3'],
    ['FH0/0/0/0', 'FourHundredGigE0/0/0/0'],
    ['BE10.5', 'Bundle-Ether10.5'],
    ['BV10', 'BVI10'],
    ['Lo0', 'Loopback0'],
    ['Mg0/RP0/CPU0/0', 'MgmtEth0/RP0/CPU0/0'],
    ['tt300', 'tunnel-te300'],
    ['mdtvpn1', 'mdtvpn1'],
    ['LmdtA', 'LmdtA'],
    ['Null', undefined],
    ['Nu0', undefined],
    ['Encapstunnel0', undefined],
    ['Decaps6tunnel0', undefined],
  ])('%s is %s', (text, name) => {
    expect(linkIn(text)).toBe(name);
  });

  test('IPv6: none, disabled, tentative, unnumbered', () => {
    const output = `GigabitEthernet0/0/0/0 is Up, ipv6 protocol is Up, Vrfid is default (0x60000000)
  IPv6 is enabled, link-local address is fe80::2 [TENTATIVE]
  Global unicast address(es):
    fd00:12::2 [TENTATIVE], subnet is fd00:12::/64 with route-tag 50
    fd00:12::22, subnet is fd00:12::/64
  Joined group address(es): ff02::1:ff00:2 ff02::2
  MTU is 9114 (9100 is available to IPv6)
GigabitEthernet0/0/0/1 is Up, ipv6 protocol is Down, Vrfid is default (0x60000000)
  IPv6 is disabled, link-local address unassigned
  No global unicast address is configured
GigabitEthernet0/0/0/2 is Up, ipv6 protocol is Up, Vrfid is RED (0x60000001)
  IPv6 is enabled, link-local address is fe80::2
`;
    expect(readAll((strange) => parseAddresses(output, 6, undefined, 'show ipv6 interface', strange))).toEqual([
      {
        name: 'GigabitEthernet0/0/0/0',
        isShut: false,
        addresses: ['fe80::2/64', 'fd00:12::2/64', 'fd00:12::22/64'],
        mtu: 9100,
      },
      { name: 'GigabitEthernet0/0/0/1', isShut: false, addresses: [], mtu: undefined },
    ]);
  });

  test("IPv6: an address that another host has is not the router's, wherever its mark stands", () => {
    const output = `GigabitEthernet0/0/0/1 is Up, ipv6 protocol is Up, Vrfid is default (0x60000000)
  IPv6 is enabled, link-local address is fe80::5054:ff:fe78:ebe0 [DUPLICATE]
  Global unicast address(es):
    2001:db8:1:5::1, subnet is 2001:db8:1:5::/64 [DUPLICATE]
    2001:db8:1:6::1 [DUPLICATE], subnet is 2001:db8:1:6::/64
    2001:db8:1:7::1, subnet is 2001:db8:1:7::/64
`;
    const [one] = readAll((strange) => parseAddresses(output, 6, undefined, 'show ipv6 interface', strange));
    expect(one?.addresses).toEqual(['2001:db8:1:7::1/64']);
  });

  test('before headings told the protocol of the family: the line protocol; unnumbered ones', () => {
    const output = `Loopback0 is Up, line protocol is Up 
  Internet address is 10.0.0.2/32
  Secondary address 10.0.1.2/32
  MTU is 1514 (1514 is available to IP)
POS0/1/5/0 is Up, line protocol is Up
  Interface is unnumbered. Using address of Loopback0 (10.0.0.2)
  MTU is 4474 (4470 is available to IP)
tunnel-ip5 is Up, line protocol is Up
  Interface is unnumbered. Using address of Loopback0 (10.0.0.2/32)
  MTU is 1500 (1476 is available to IP)
`;
    const loopback = { name: 'Loopback0', isShut: false, addresses: ['10.0.0.2/32', '10.0.1.2/32'], mtu: 1514 };
    expect(readAll((strange) => parseAddresses(output, 4, undefined, 'x', strange))).toEqual([
      loopback,
      { name: 'POS0/1/5/0', isShut: false, addresses: [], mtu: 4470 },
      { name: 'tunnel-ip5', isShut: false, addresses: [], mtu: 1476 },
    ]);
    const output6 = `GigabitEthernet0/2/0/0 is Up, line protocol is Up, Vrfid is default (0x60000000)
  IPv6 is enabled, link-local address is fe80::2
GigabitEthernet0/2/0/1 is Up, line protocol is Up, Vrfid is RED (0x60000001)
  IPv6 is enabled, link-local address is fe80::2
`;
    expect(readAll((strange) => parseAddresses(output6, 6, undefined, 'x', strange))).toEqual([
      { name: 'GigabitEthernet0/2/0/0', isShut: false, addresses: ['fe80::2/64'], mtu: undefined },
    ]);
  });

  test('addresses of nothing are none that can be understood', () => {
    const unknown = expect.objectContaining({ code: 'ERR_READER_OUTPUT' });
    expect(() => parseAddresses('Loopback0: up, 10.0.0.2/32\n', 4, undefined, 'x')).toThrow(unknown);
  });

  test('ifIndexes', () => {
    const output =
      'ifName : Null0    ifIndex : 2\nifName : MgmtEth0/RP0/CPU0/0  ifIndex : 3\nifName : X ifIndex : 99999999999\nifName : Gi0/0/0/0\tifIndex : 4\r\n';
    expect([...parseIndexes(output, 'show snmp interface')]).toEqual([
      ['MgmtEth0/RP0/CPU0/0', 3],
      ['GigabitEthernet0/0/0/0', 4],
    ]);
  });
});

describe('PIM', () => {
  test('interfaces without detail: nobody elected, PIM off, an address on a line before', () => {
    const output = `PIM interfaces in VRF RED
Address               Interface                     PIM  Nbr   Hello  DR    DR
                                                         Count Intvl  Prior

10.12.0.2             Gi0/0/0/0                     on   2     30     1     this system
10.23.0.2             GigabitEthernet0/0/0/1        on   2     30     1     10.23.0.3
10.34.0.2             GigabitEthernet0/0/0/2        off  0     30     1     not elected
0.0.0.0               Encapstunnel0                 on   0     30     1     0.0.0.0
fe80::250:56ff:fe8d:8d58
                      GigabitEthernet0/0/0/4        on   1     30     1     this system
`;
    expect(readAll((strange) => parsePim(output, 'show pim interface', strange))).toEqual({
      names: ['GigabitEthernet0/0/0/0', 'GigabitEthernet0/0/0/1', 'GigabitEthernet0/0/0/4'],
      designatedRouters: [
        { interface: 'GigabitEthernet0/0/0/0', address: '10.12.0.2' },
        { interface: 'GigabitEthernet0/0/0/1', address: '10.23.0.3' },
        { interface: 'GigabitEthernet0/0/0/4', address: 'fe80::250:56ff:fe8d:8d58' },
      ],
    });
  });

  test('what is told of the Designated Router besides; and no interfaces of the family', () => {
    const output = `Interface                  PIM  Nbr   Hello  DR
                                Count Intvl  Prior

TwentyFiveGigE0/0/0/31.4000 on   1     30     1
    Primary Address : 10.12.0.2
                 DR : this system (sticky)
GigabitEthernet0/0/0/1      on   2     30     1
    Primary Address : 10.23.0.2
                 DR : 10.23.0.3 (sticky)
`;
    expect(readAll((strange) => parsePim(output, 'x', strange)).designatedRouters).toEqual([
      { interface: 'TwentyFiveGigE0/0/0/31.4000', address: '10.12.0.2' },
      { interface: 'GigabitEthernet0/0/0/1', address: '10.23.0.3' },
    ]);
    const none = { names: [], designatedRouters: [] };
    expect(parsePim('No interfaces found for VRF RED.\n', 'x')).toEqual(none);
  });

  test('neighbours: an address on a line before, other addresses behind, those of the router itself', () => {
    const output = `Neighbor Address             Interface              Uptime    Expires  DR pri   Flags

fe80::250:56ff:fe8d:8d58*    GigabitEthernet0/0/0/0 1d09h     00:01:29 1      B E
    fd00:12::2
fe80::2%GigabitEthernet0/0/0/2* GigabitEthernet0/0/0/2 1d09h  00:01:29 1      B E
fe80::1                      Gi0/0/0/0              1d09h     00:01:29 1 (DR) B E
    fd00:12::1
2001:db8:1111:2222:3333:4444:5555:6666
                             GigabitEthernet0/0/0/1 00:26:23  00:01:26 - 
`.replace('00:01:26 - ', '00:01:26 1 ');
    expect(readAll((strange) => parseNeighbors(output, 'show pim neighbor', strange))).toEqual([
      { address: 'fe80::1', interface: 'GigabitEthernet0/0/0/0' },
      { address: 'fd00:12::1', interface: 'GigabitEthernet0/0/0/0' },
      { address: '2001:db8:1111:2222:3333:4444:5555:6666', interface: 'GigabitEthernet0/0/0/1' },
    ]);
  });

  test('neighbours that tell no DR priority, or never expire; and none at all', () => {
    const output = `Neighbor Address             Interface          Uptime    Expires  DR pri Bidir

10.12.0.1                    GigabitEthernet0/0/0/0 1y39w     00:01:22 -
10.23.0.3                    HundredGigE0/0/0/10.2001 1d09h     never    N/A    (DR) P
`;
    expect(readAll((strange) => parseNeighbors(output, 'x', strange))).toEqual([
      { address: '10.12.0.1', interface: 'GigabitEthernet0/0/0/0' },
      { address: '10.23.0.3', interface: 'HundredGigE0/0/0/10.2001' },
    ]);
    expect(parseNeighbors('Sun Nov 22 10:00:00.123 UTC\nNo neighbors found for VRF RED.\n', 'x')).toEqual([]);
  });

  test('RPs: in use only, of every origin', () => {
    const output = `IP PIM Group Mapping Table
(* indicates group mappings being used)
(+ indicates BSR group mappings active in MRIB)

Group Range         Proto Client   Groups RP address      Info

224.0.1.39/32*      DM    perm     1      0.0.0.0
232.0.0.0/8*        SSM   config   0      0.0.0.0
239.255.0.0/16      SM    autorp   0      10.0.0.7        RPF: Gi0/0/0/0,10.12.0.1
239.255.0.0/16*     BD    autorp   2      10.0.0.8        RPF: Gi0/0/0/0,10.12.0.1
238.0.0.0/8*+       SM    bsr      2      10.0.0.9        RPF: Null,0.0.0.0
238.0.0.0/8+        SM    bsr+     0      10.0.0.10       RPF: Null,0.0.0.0
224.0.0.0/4*        SM    static   7      10.0.0.2        RPF: De0,10.0.0.2 (us)
ff7e:140:2001:db8:1:2:3:0/112*
                    SM    embd     1      2001:db8:1:2::1
                                                          RPF: De6tunnel0,2001:db8:1:2::1 (us)
`;
    expect(readAll((strange) => parseRps(output, 'show pim group-map', strange))).toEqual([
      { groups: '224.0.1.39/32', address: '0.0.0.0' },
      { groups: '232.0.0.0/8', address: '0.0.0.0' },
      { groups: '239.255.0.0/16', address: '10.0.0.8' },
      { groups: '238.0.0.0/8', address: '0.0.0.0' }, // Which one is a group's its entry tells.
      { groups: '224.0.0.0/4', address: '10.0.0.2' },
      { groups: 'ff7e:140:2001:db8:1:2:3:0/112', address: '2001:db8:1:2::1' },
    ]);
  });
});

describe('paths', () => {
  const COMMAND = 'show route ipv4 10.1.0.2';
  const path = (known: string, ...blocks: string[]) =>
    readAll((strange) =>
      parsePath(
        `
Routing entry for 10.1.0.0/24, supernet
  Known via ${known}
  Tag 65000, type internal
  Installed Nov 20 10:00:00.000 for 2d00h
  Routing Descriptor Blocks
${blocks.map((block) => `    ${block}\n      Route metric is 2, Wt is 1\n`).join('')}  No advertising protos. 
`,
        '10.1.0.2',
        undefined,
        COMMAND,
        strange,
      ),
    );
  const viaOne = { prefix: '10.1.0.0/24', interface: 'GigabitEthernet0/0/0/0', neighbor: '10.12.0.1', others: [] };

  test.each([
    ['"ospf 1", distance 110, metric 2, type intra area', 'ospf'],
    ['"isis CORE", distance 115, metric 20, type level-2', 'isIs'],
    ['"static", distance 1, metric 0', 'netmgmt'],
    ['"eigrp 1", distance 90, metric 3072, type internal', 'ciscoEigrp'],
    ['"rip", distance 120, metric 2', 'rip'],
    ['"application srte", distance 1, metric 0', 'other'],
  ])('%s', (known, routingProtocol) => {
    expect(path(known, '10.12.0.1, from 10.0.0.1, via Gi0/0/0/0')).toEqual({ ...viaOne, routingProtocol });
  });

  test('several next hops, and one in reserve', () => {
    const found = path(
      '"ospf 1", distance 110, metric 2, type intra area',
      '10.15.0.5, from 10.0.0.1, via Bundle-Ether5, Backup (Local-LFA)',
      '10.12.0.1, from 10.0.0.1, via GigabitEthernet0/0/0/0, Protected',
      '10.13.0.1, from 10.0.0.1, via TenGigE0/1/0/0',
    );
    const others = [{ interface: 'TenGigE0/1/0/0', neighbor: '10.13.0.1' }];
    expect(found).toEqual({ ...viaOne, others, routingProtocol: 'ospf' });
  });

  test('equal next hops that stand in for each other are none in reserve', () => {
    const found = path(
      '"isis CORE", distance 115, metric 20, labeled SR, type level-2',
      '10.12.0.1, from 10.0.0.1, via GigabitEthernet0/0/0/0, Protected, ECMP-Backup (Local-LFA)',
      '10.13.0.1, from 10.0.0.1, via TenGigE0/1/0/0, Protected, ECMP-Backup (Local-LFA)',
      '10.15.0.5, from 10.0.0.1, via Bundle-Ether5, Backup (TI-LFA)\n      Repair Node(s): 10.0.0.7',
    );
    const others = [{ interface: 'TenGigE0/1/0/0', neighbor: '10.13.0.1' }];
    expect(found).toEqual({ ...viaOne, others, routingProtocol: 'isIs' });
  });

  test('connected; and by an interface that does not say to whom it leads', () => {
    const known = '"connected", distance 0, metric 0 (connected)';
    const local = { ...viaOne, neighbor: null, routingProtocol: 'local' };
    expect(path(known, 'directly connected, via GigabitEthernet0/0/0/0')).toEqual(local);
    const tunnel = { ...viaOne, interface: 'tunnel-ip1', neighbor: undefined, routingProtocol: 'netmgmt' };
    expect(path('"static", distance 1, metric 0', 'directly connected, via tunnel-ip1')).toEqual(tunnel);
  });

  test.each([
    ['"static", distance 1, metric 0', undefined, 'netmgmt'],
    ['"connected", distance 0, metric 0 (connected)', null, 'local'],
    ['"local", distance 0, metric 0 (connected)', null, 'local'],
  ])('to one address by an interface alone, known via %s', (known, neighbor, routingProtocol) => {
    const text = `
Routing entry for 10.0.0.9/32
  Known via ${known}
  Routing Descriptor Blocks
    directly connected, via tunnel-ip5, permanent
      Route metric is 0, Wt is 1
`;
    const found = readAll((strange) => parsePath(text, '10.0.0.9', undefined, COMMAND, strange));
    expect(found).toEqual({ prefix: '10.0.0.9/32', interface: 'tunnel-ip5', neighbor, others: [], routingProtocol });
  });

  test('behind another route, of this table or of another', () => {
    const bgp = { prefix: '10.1.0.0/24', routingProtocol: 'bgp' };
    const known = '"bgp 65000", distance 200, metric 0';
    expect(path(known, '10.0.0.9, from 10.0.0.9')).toEqual({ ...bgp, nexthop: '10.0.0.9' });
    expect(path(known, '10.0.0.9, from 10.0.0.9, BGP multi path')).toEqual({ ...bgp, nexthop: '10.0.0.9' });
    const other =
      '10.0.0.9, from 10.0.0.9\n      Nexthop in Vrf: "CORE", Table: "default", IPv4 Unicast, Table Id: 0xe0000000';
    expect(path(known, other)).toEqual({ ...bgp, nexthop: null });
  });

  test('behind another route: one in reserve may stand first, and each has a VRF of its own', () => {
    const known = '"bgp 65000", distance 200, metric 0, [ei]-bgp';
    const vrf = (name: string) =>
      `\n      Nexthop in Vrf: "${name}", Table: "default", IPv4 Unicast, Table Id: 0xe0000000`;
    const reserve = `10.0.0.8, from 10.0.0.8, BGP backup path${vrf('CORE')}`;
    const bgp = { prefix: '10.1.0.0/24', routingProtocol: 'bgp' };
    expect(path(known, reserve, '10.0.0.9, from 10.0.0.9')).toEqual({ ...bgp, nexthop: '10.0.0.9' });
    expect(path(known, '10.0.0.9, from 10.0.0.9', reserve)).toEqual({ ...bgp, nexthop: '10.0.0.9' });
    expect(path(known, `10.0.0.7, from 10.0.0.9${vrf('CORE')}`, reserve)).toEqual({ ...bgp, nexthop: null });
  });

  test('that of another address is none', () => {
    const path = ciscoIosXr().path('10.1.0.2', 4);
    const other = OUTPUTS['show route ipv4 10.1.0.2']!.replace('10.1.0.0/24', '10.0.0.2/32');
    expect(path.parse([OUTPUTS['show route ipv4 10.1.0.2']!])).toMatchObject({ prefix: '10.1.0.0/24' });
    expect(() => path.parse([other])).toThrow(expect.objectContaining({ code: 'ERR_READER_OUTPUT' }));
  });

  test('behind a route of the other family: 6PE', () => {
    const text = `
Routing entry for fd00:1::/64
  Known via "bgp 65000", distance 200, metric 0, type internal
  Routing Descriptor Blocks
    ::ffff:10.0.0.4, from ::ffff:10.0.0.4
      Nexthop in Vrf: "default", Table: "default", IPv4 Unicast, Table Id: 0xe0000000
      Route metric is 0
`;
    const found = readAll((strange) => parsePath(text, 'fd00:1::2', undefined, COMMAND, strange));
    expect(found).toEqual({ prefix: 'fd00:1::/64', routingProtocol: 'bgp', nexthop: null });
  });

  test('a next hop that cannot be understood is not known; that is not to nowhere', () => {
    const text = `Routing entry for fd00:1::/64
  Known via "local-srv6 bgp-65000", distance 0, metric 0, SRv6 Endpoint uDT4, SRv6 Format f3216
  Routing Descriptor Blocks
    ::ffff:0.0.0.0 directly connected
      Route metric is 0
`;
    const unknown = { prefix: 'fd00:1::/64', routingProtocol: 'other', nexthop: null };
    expect(parsePath(text, 'fd00:1::2', undefined, COMMAND)).toEqual(unknown);
  });

  test('none, or to nowhere', () => {
    expect(
      parsePath('Sun Nov 22 10:00:00.123 UTC\n% Network not in table\n', '10.1.0.2', undefined, COMMAND),
    ).toBeNull();
    expect(path('"static", distance 1, metric 0', 'directly connected, via Null0')).toBeNull();
  });

  test.each([
    ["show route\n       ^\n% Invalid input detected at '^' marker.", 'ERR_READER_COMMAND'],
    ['Sun Nov 22 10:00:00.123 UTC\n% This command is not authorized', 'ERR_READER_COMMAND'],
    ['Sun Nov 22 10:00:00.123 UTC\n% No matching vrf found', 'ERR_READER_COMMAND'],
    ['', 'ERR_READER_OUTPUT'],
    ['Sun Nov 22 10:00:00.123 UTC\n', 'ERR_READER_OUTPUT'],
  ])('refused: %j', (output, code) => {
    expect(() => parsePath(output, '10.1.0.2', undefined, COMMAND)).toThrow(expect.objectContaining({ code }));
  });
});

describe('configuration', () => {
  const CONFIGURATION = `multicast-routing
 address-family ipv4
  interface GigabitEthernet0/0/0/0
   enable
   boundary SCOPES
   ttl-threshold 16
  !
  interface GigabitEthernet0/0/0/1
   boundary GONE
  !
  interface all enable
 !
 address-family ipv6
  interface GigabitEthernet0/0/0/0
   boundary SCOPES
  !
 !
 vrf RED
  address-family ipv4
   interface GigabitEthernet0/0/0/2
    boundary SCOPES
   !
  !
 !
!
`;
  const LISTS4 = `ipv4 access-list SCOPES
 5 remark scoped groups
 10 deny ipv4 any 239.255.0.0 0.0.255.255 log
 20 deny ipv4 any host 239.1.2.3
 30 deny 239.192.0.0/14
 40 deny ipv4 238.0.0.0/8 any
 50 permit ipv4 any any
!
ipv4 access-list SOME-SOURCES
 10 deny ipv4 10.0.0.0/8 239.0.0.0/8
!
ipv4 access-list HOLES
 10 deny ipv4 any 239.0.0.0 0.255.0.255
!
`;
  const LISTS6 = 'ipv6 access-list SCOPES\n 10 deny ipv6 any ff18::/16\n 20 permit ipv6 any any\n!\n';
  const RULES4 = [
    { groups: '239.255.0.0/16', isPermitted: false },
    { groups: '239.1.2.3/32', isPermitted: false },
    { groups: '239.192.0.0/14', isPermitted: false },
    { groups: '238.0.0.0/8', isPermitted: false },
    { groups: '0.0.0.0/0', isPermitted: true },
  ];
  const RULES6 = [
    { groups: 'ff18::/16', isPermitted: false },
    { groups: '::/0', isPermitted: true },
  ];

  test('access lists; one with a line that cannot be understood is left out', () => {
    expect([...parseAccessLists(LISTS4, 4, 'x')]).toEqual([['SCOPES', RULES4]]);
  });

  test('boundaries and thresholds of the default VRF, and of another', () => {
    const lists = { 4: parseAccessLists(LISTS4, 4, 'x'), 6: parseAccessLists(LISTS6, 6, 'x') };
    const own = parseMulticastConfiguration(CONFIGURATION, undefined, 'x');
    expect([...own.ttlThresholds]).toEqual([['GigabitEthernet0/0/0/0', 16]]);
    expect(boundariesOf(own, lists)).toEqual([
      { family: 4, interface: 'GigabitEthernet0/0/0/0', rules: RULES4 },
      { family: 6, interface: 'GigabitEthernet0/0/0/0', rules: RULES6 },
    ]);
    expect(parseMulticastConfiguration(CONFIGURATION, 'default', 'x')).toEqual(own);
    const red = parseMulticastConfiguration(CONFIGURATION, 'RED', 'x');
    expect(boundariesOf(red, lists)).toEqual([{ family: 4, interface: 'GigabitEthernet0/0/0/2', rules: RULES4 }]);
  });

  test('headings of releases before: a family on the line of its VRF, or none, which is IPv4', () => {
    const output = `multicast-routing
 interface POS0/1/0/0
  boundary SCOPES
  ttl-threshold 16
 !
 vrf RED address-family ipv6
  interface GigabitEthernet0/0/0/2
   boundary SCOPES
  !
 !
!
`;
    const own = parseMulticastConfiguration(output, undefined, 'x');
    expect([...own.ttlThresholds]).toEqual([['POS0/1/0/0', 16]]);
    expect(own.boundaries).toEqual([{ family: 4, interface: 'POS0/1/0/0', accessList: 'SCOPES' }]);
    const red = parseMulticastConfiguration(output, 'RED', 'x');
    expect(red.boundaries).toEqual([{ family: 6, interface: 'GigabitEthernet0/0/0/2', accessList: 'SCOPES' }]);
  });

  test('in a snapshot: a scope of the group, and a threshold', async () => {
    const session = fakeCli({
      ...OUTPUTS,
      'show running-config multicast-routing': CONFIGURATION,
      'show running-config ipv4 access-list': LISTS4.replaceAll('239.1.2.3', '239.1.1.1'),
      'show running-config ipv6 access-list': LISTS6,
    });
    const reader = readerWith(ciscoIosXr(), session);
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const { scopes, interfaces } = await reader.readForwarding(query, new AbortController().signal);
    expect(scopes).toEqual([{ groups: '239.1.1.1/32', interface: 21 }]);
    expect(interfaces.map((one) => one.ttlThreshold)).toEqual([1, undefined, 16, 1]);
  });
});

describe('the platform', () => {
  test('what an answer is whole without may be refused', async () => {
    const needed = [
      'show ipv4 interface',
      'show pim ipv4 interface detail',
      'show mrib ipv4 route 239.1.1.1',
      'show route ipv4 10.1.0.2',
    ];
    const session = fakeCli(Object.fromEntries(needed.map((command) => [command, OUTPUTS[command]!])));
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const snapshot = await readerWith(ciscoIosXr(), session).readForwarding(query, new AbortController().signal);
    expect(snapshot).not.toHaveProperty('neighbors');
    expect(snapshot).not.toHaveProperty('scopes');
    expect(snapshot.routes?.[1]).toMatchObject({ source: '10.1.0.2', upstream: '10.12.0.1', packets: null });
    for (const command of needed) {
      const { [command]: _, ...outputs } = session.outputs;
      const reader = readerWith(ciscoIosXr(), fakeCli(outputs));
      await expect(reader.readForwarding(query, new AbortController().signal)).rejects.toMatchObject({
        code: 'ERR_READER_COMMAND',
      });
    }
  });

  describe('IPv4 refused, IPv6 told', () => {
    const { commands, parse } = ciscoIosXr().table;
    const refusing = (refusal: string, ...refused: readonly string[]) =>
      parse(commands.map((command) => (refused.includes(command) ? refusal : (OUTPUTS[command] ?? ''))));
    const showPim = 'show pim ipv4 interface detail';
    const showNeighbors = 'show pim ipv4 neighbor';

    test.each(['% This command is not authorized\n', ''])('nothing is known: %j', (refusal) => {
      expect(() => refusing(refusal, showPim)).toThrow(ReaderError);
      expect(refusing(refusal, showNeighbors).neighbors).toBeUndefined();
    });

    test.each(["   ^\n% Invalid input detected at '^' marker.\n", '% Error: the process PIM is not running\n'])(
      'there is none: %j',
      (refusal) => {
        const { multicast } = refusing(refusal, showPim, showNeighbors);
        expect(multicast[4]).toEqual([]);
        expect(multicast[6]).not.toEqual([]);
      },
    );

    test('the other way round IPv4 is told', () => {
      const { multicast, neighbors } = refusing(
        '% This command is not authorized\n',
        'show pim ipv6 interface detail',
        'show pim ipv6 neighbor',
      );
      expect(multicast[4]).not.toEqual([]);
      expect(neighbors).not.toEqual([]);
    });
  });

  test('groups of SSM have no RP, though a wider range has one: nobody asks for the way there', async () => {
    const rps = `Group Range         Proto Client   Groups RP address      Info

232.0.0.0/8*        SSM   config   1      0.0.0.0         
224.0.0.0/4*        SM    config   1      10.0.0.2        RPF: De0,10.0.0.2 (us)
`;
    const session = fakeCli({
      ...OUTPUTS,
      'show pim ipv4 group-map': rps,
      'show pim ipv4 topology 232.1.1.1': 'No PIM topology table entries found\n',
    });
    const reader = readerWith(ciscoIosXr(), session);
    const { signal } = new AbortController();
    const table = await reader.readInterfaces(signal);
    expect(table.rps?.filter(({ groups }) => groups.includes('.'))).toEqual([
      { groups: '224.0.0.0/4', address: '10.0.0.2' },
    ]);
    session.trips.length = 0;
    const query = { family: 4, group: '232.1.1.1', source: '10.1.0.2' } as const;
    const { rps: ofGroup, rpf } = await reader.readForwarding(query, signal);
    expect(session.trips.flat()).not.toContain('show route ipv4 10.0.0.2');
    expect(ofGroup?.filter(({ groups }) => groups.includes('.'))).toEqual([]);
    expect(rpf).toHaveLength(1);
  });

  test('an RP in the address of an IPv6 group is not that of a wider range', () => {
    const map = `Group Range         Proto Client   Groups RP address      Info

ff00::/8*           SM    static   0      fd00::2
                                          RPF: De6tunnel0,fd00::2 (us)
`;
    const { commands, parse } = ciscoIosXr().table;
    const outputs: Readonly<Record<string, string>> = { ...OUTPUTS, 'show pim ipv6 group-map': map };
    const { rps } = parse(commands.map((command) => outputs[command] ?? ''));
    expect(['ff15::1', 'ff7e:140:2001:db8::1'].map((group) => rpOf(group, rps))).toEqual(['fd00::2', null]);
  });

  test('what is shut down has neither addresses nor multicast, but its protocol may be down', async () => {
    const name = 'GigabitEthernet0/0/0/1';
    const stated = (command: string, state: string) =>
      OUTPUTS[command]!.replace(
        new RegExp(`^${name} is Up, (\\w+) protocol is Up`, 'm'),
        `${name} is ${state}, $1 protocol is Down`,
      );
    const shown = async (ipv4: string, ipv6: string) => {
      const session = fakeCli({
        ...OUTPUTS,
        'show ipv4 interface': stated('show ipv4 interface', ipv4),
        'show ipv6 interface': stated('show ipv6 interface', ipv6),
      });
      const { interfaces } = await readerWith(ciscoIosXr(), session).readInterfaces(new AbortController().signal);
      const { addresses, multicast, designatedRouters } = interfaces.find((one) => one.name === name)!;
      return { addresses, multicast, designatedRouters };
    };
    const nothing = { addresses: [], multicast: false, designatedRouters: undefined };
    expect(await shown('Shutdown', 'Shutdown')).toEqual(nothing);
    expect(await shown('administratively down', 'Up')).toEqual(nothing);
    const down = await shown('Down', 'Down');
    expect(down.addresses).toContain('10.23.0.2/24');
    expect(down).toMatchObject({ multicast: true, designatedRouters: expect.anything() });
  });

  test('a VRF stands in every command that has one', () => {
    const { table, forwarding, path } = ciscoIosXr({ vrf: 'RED' });
    const ask = forwarding({ family: 6, group: 'ff3e::1', source: 'fd00::1' });
    const commands = [...table.commands, ...ask.commands, ...path('10.1.0.2', 4).commands];
    expect(commands.filter((command) => !/ vrf RED /.test(command))).toEqual([
      'show running-config ipv4 access-list',
      'show running-config ipv6 access-list',
      'show interfaces | include "line protocol is"',
      'show snmp interface',
      'show running-config multicast-routing',
      'show interfaces | include "line protocol is|multicast packets"',
    ]);
    expect(commands.every((command) => command.startsWith('show '))).toBe(true);
  });

  test('a source behind BGP is followed to the link', async () => {
    const bgp = `Routing entry for 10.1.0.0/16
  Known via "bgp 65000", distance 200, metric 0, type internal
  Routing Descriptor Blocks
    10.0.0.1, from 10.0.0.1
      Route metric is 0
`;
    const session = fakeCli({
      ...OUTPUTS,
      'show route ipv4 10.1.0.2': bgp,
      'show route ipv4 10.0.0.1': OUTPUTS['show route ipv4 10.1.0.2']!.replace('10.1.0.0/24', '10.0.0.1/32'),
    });
    const query = { family: 4, group: null, source: '10.1.0.2' } as const;
    const { rpf } = await readerWith(ciscoIosXr(), session).readForwarding(query, new AbortController().signal);
    expect(rpf).toEqual([{ prefix: '10.1.0.0/16', interface: 21, neighbor: '10.12.0.1', routingProtocol: 'bgp' }]);
  });

  test.each([
    'RP/0/RSP0/CPU0:r2#',
    'RP/0/RP0/CPU0:ios#',
    'RP/0/0/CPU0:R2_xr-1.example#',
    'RP/1/RSP1/CPU0:core.2# ',
    'RP/0/RP0/CPU0:r2(config)#',
  ])('prompt: %s', (line) => {
    expect(line).toMatch(ciscoIosXr().terminal!.prompt);
  });

  test.each(['interface GigabitEthernet0/0/0/0', '0/RP0/CPU0:', 'RP/0/RP0/CPU0:r2#show', '#', ' --More-- '])(
    'no prompt: %s',
    (line) => {
      expect(line).not.toMatch(ciscoIosXr().terminal!.prompt);
    },
  );
});
