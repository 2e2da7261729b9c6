/** NX-OS's interfaces and PIM, each oddity once: outputs are written by hand, after the vendor's documentation. */
import { describe, expect, test } from 'vitest';
import { rpOf } from '../../../../src/router/cli/assemble/rps.ts';
import { REFUSED, tableOf } from '../support/nxos.ts';

describe('the table', () => {
  test('without PIM, IPv6 and ifIndexes', () => {
    const { interfaces, ...rest } = tableOf({});
    expect(rest).toEqual({
      multicast: { 4: ['loopback0', 'Ethernet1/1', 'Ethernet1/2'], 6: [] },
      untold: [],
      multicastRoutingProtocol: 'pimSparseMode',
      rps: [],
      neighbors: undefined,
      designatedRouters: [],
      boundaries: undefined,
    });
    expect(interfaces[1]).toEqual({ index: null, name: 'Ethernet1/1', addresses: ['10.23.0.3/24'], mtu: 1500 });
  });

  test('PIM of IPv4 that is not told is not none; that of IPv6 leaves IPv4 as it is', () => {
    const refusal = '% Permission denied for the role\n';
    expect(() => tableOf({ 'show ip pim interface': refusal })).toThrow('Permission denied');
    const { multicast } = tableOf({ 'show ip pim interface': '', 'show ipv6 pim interface': refusal });
    expect(multicast).toEqual({ 4: ['loopback0', 'Ethernet1/1', 'Ethernet1/2'], 6: [] });
  });

  test.each([
    "     ^\n% Invalid command at '^' marker.\n",
    "Syntax error while parsing 'show ip pim interface'\n\n\nCmd exec error.\n",
  ])('a switch that does not know PIM has none: %j', (refusal) => {
    expect(tableOf({ 'show ip pim interface': refusal }).designatedRouters).toEqual([]);
  });

  test('interfaces: secondary, unnumbered, without an address, of layer 2; duplicates, anycast', () => {
    const { interfaces, multicast } = tableOf({
      'show interface snmp-ifindex': `
Port                            IFMIB Ifindex (hex)
Eth1/7                          436210688 (0x1a000c00)
Vlan10                          151060490 (0x901000a)
Tunnel7                         1073741831(0x40000007)
Ov1                             1241513985(0x4a000001)
Null0                           7
`,
      'show ip interface': `IP Interface Status for VRF "default"(1)
  Vlan10, Interface status: protocol-up/link-up/admin-up, iod: 3,
    IP address: 10.1.0.3, IP subnet: 10.1.0.0/24
    IP address: 10.1.1.3, IP subnet: 10.1.1.0/25 secondary
    IP MTU: 9216 bytes (using link MTU)
    IP multicast routing: enabled
Tunnel7, Interface status: protocol-up/link-up/admin-up, iod: 4,
  IP unnumbered interface (loopback0)
  IP MTU: 1476 bytes (using link MTU)
  IP multicast routing: disabled
`,
      'show ipv6 interface': `IPv6 Interface Status for VRF "default"(1)
Vlan10, Interface status: protocol-up/link-up/admin-up, iod: 3
  IPv6 address: 
    fd00:1::3/64 [VALID]
    fd00:1::4/64 [DUPLICATE]
  IPv6 subnet:  fd00:1::/64
  Anycast configured addresses:
    fd00:9::9/64 [VALID]
  IPv6 link-local address: fe80::3 (default) [VALID]
  IPv6 multicast routing: disabled
  IPv6 MTU: 1500 (using link MTU)
Vlan20, Interface status: protocol-down/link-down/admin-up, iod: 5
  IPv6 address: none
  IPv6 link-local address: 0:: (default) [NONE] [Non RFC compliant]
  IPv6 multicast routing: enabled
  IPv6 MTU: 1400 (using link MTU)
`,
    });
    expect(interfaces).toEqual([
      { index: 436210688, name: 'Ethernet1/7', addresses: [], mtu: undefined },
      {
        index: 151060490,
        name: 'Vlan10',
        addresses: ['10.1.0.3/24', '10.1.1.3/25', 'fd00:1::3/64', 'fe80::3/64'],
        mtu: 9216,
      },
      { index: 1073741831, name: 'Tunnel7', addresses: [], mtu: 1476 },
      { index: 1241513985, name: 'Overlay1', addresses: [], mtu: undefined },
      { index: null, name: 'Vlan20', addresses: [], mtu: 1400 },
    ]);
    expect(multicast).toEqual({ 4: ['Vlan10'], 6: ['Vlan20'] });
  });

  test('what is shut down has neither addresses nor multicast, but its protocol may be down', () => {
    const ipv4 = (state: string) => `IP Interface Status for VRF "default"(1)
Vlan10, Interface status: ${state}, iod: 3,
  IP address: 10.1.0.3, IP subnet: 10.1.0.0/24
  IP MTU: 1500 bytes (using link MTU)
  IP multicast routing: enabled
`;
    const shown = (state: string) =>
      tableOf({
        'show ip interface': ipv4(state),
        'show ipv6 interface': `IPv6 Interface Status for VRF "default"(1)
Vlan10, Interface status: ${state}, iod: 3
  IPv6 address: 
    fd00:1::3/64 [VALID]
  IPv6 multicast routing: enabled
`,
        'show ip pim interface': `PIM Interface Status for VRF "default"
Vlan10, Interface status: ${state}
  PIM DR: 10.1.0.3, DR's priority: 1
`,
      });
    const name = 'Vlan10';
    expect(shown('protocol-down/link-down/admin-down')).toMatchObject({
      interfaces: [{ index: null, name, addresses: [], mtu: 1500 }],
      multicast: { 4: [], 6: [] },
      designatedRouters: [],
    });
    expect(shown('protocol-down/link-down/admin-up')).toMatchObject({
      interfaces: [{ index: null, name, addresses: ['10.1.0.3/24', 'fd00:1::3/64'], mtu: 1500 }],
      multicast: { 4: [name], 6: [name] },
      designatedRouters: [{ address: '10.1.0.3', interface: name }],
    });
  });

  test('an IPv6 address whose length stands with its subnet', () => {
    const { interfaces } = tableOf({
      'show ipv6 interface': `IPv6 Interface Status for VRF "default"
Ethernet1/1, Interface status: protocol-up/link-up/admin-up, iod: 36
  IPv6 address: 0db8:0000:0000:0000:0218:baff:fed8:239d
  IPv6 subnet:  0db8:0000:0000:0000:0000:0000:0000:0000/64
  IPv6 link-local address: fe80::0218:baff:fed8:239d (Default)
  IPv6 virtual addresses configured: 
      fe80::5:73ff:fea0:1  db8::99
  IPv6 multicast routing: disabled
  IPv6 MTU: 1500 (using link MTU)
`,
    });
    expect(interfaces[1]?.addresses).toEqual([
      '10.23.0.3/24',
      'db8::218:baff:fed8:239d/64',
      'fe80::218:baff:fed8:239d/64',
    ]);
  });

  test.each<[string, string, object[]]>([
    [
      'text: a name that fills its line',
      `PIM Neighbor Status for VRF "default"
Neighbor        Interface            Uptime    Expires   DR       Bidir-  BFD     ECMP Redirect
                                                         Priority Capable State     Capable
10.23.0.2       port-channel4096.4000
                                     07:31:36  00:01:34  1        yes     n/a     no
10.34.0.4	Vlan10	0.000000	never	0
`,
      [
        { address: '10.23.0.2', interface: 'port-channel4096.4000' },
        { address: '10.34.0.4', interface: 'Vlan10' },
      ],
    ],
    [
      'text: secondary addresses, and one that fills its line',
      `PIM6 Neighbor Status for VRF "default"
Neighbor Address          Interface            Uptime    Expires   DR       Bidir-
                                                                   Priority Capable
fe80::2                   Ethernet1/1          1w1d      00:01:17  1        no
   Secondary addresses:
     fd00:23::2, fd00:24::2
fe80::226:98ff:fe0c:c1c1
                          Eth1/2               00:00:20  00:01:17  1        no     n/a     no
`,
      [
        { address: 'fe80::2', interface: 'Ethernet1/1' },
        { address: 'fe80::226:98ff:fe0c:c1c1', interface: 'Ethernet1/2' },
      ],
    ],
    [
      'JSON of older releases: by interface',
      JSON.stringify({
        TABLE_iod: {
          ROW_iod: [
            { 'if-name': 'Ethernet1/1', TABLE_neighbor: { ROW_neighbor: [{ 'nbr-addr': '10.23.0.2' }, {}] } },
            { 'if-name': 'Eth1/2', TABLE_neighbor: { ROW_neighbor: { 'nbr-addr': '10.34.0.4' } } },
            { 'if-name': 'Eth1/3' },
          ],
        },
      }),
      [
        { address: '10.23.0.2', interface: 'Ethernet1/1' },
        { address: '10.34.0.4', interface: 'Ethernet1/2' },
      ],
    ],
    ['none', '', []],
    ['no PIM', 'Note:  process currently not running\n', []],
  ])('neighbours, %s', (_, output, expected) => {
    expect(tableOf({ 'show ip pim neighbor | json': output }).neighbors).toEqual(expected);
  });

  test('Designated Routers: of interfaces with addresses or none, elected or not', () => {
    const { designatedRouters, multicast } = tableOf({
      'show ip pim interface': `PIM Interface Status for VRF "default"
Vlan10, Interface status: protocol-up/link-up/admin-up
  IP address: 10.1.0.3, IP subnet: 10.1.0.0/24
  PIM DR: 10.1.0.9, DR's priority: 100
  PIM border interface: yes
Tunnel7, Interface status: protocol-down/link-down/admin-up
  IP unnumbered interface (loopback0)
  PIM DR: 0.0.0.0, DR's priority: 0
`,
    });
    expect(designatedRouters).toEqual([{ address: '10.1.0.9', interface: 'Vlan10' }]);
    expect(multicast[4]).toEqual(['loopback0', 'Ethernet1/1', 'Ethernet1/2', 'Vlan10', 'Tunnel7']);
  });

  test('RPs: static, of the BSR, of Auto-RP, anycast; denied and bidirectional ranges; all on few lines', () => {
    const { rps } = tableOf({
      'show ip pim rp': `PIM RP Status Information for VRF "default"
BSR: 10.0.0.9, uptime: 01:22:45, expires: 00:01:40,
     priority: 0, hash-length: 30
Auto-RP RPA: 10.0.0.8*, next Discovery message in: 00:00:11
BSR RP Candidate policy: None
BSR RP policy: None
Auto-RP Announce policy: None
Auto-RP Discovery policy: None

Anycast-RP 10.0.0.254 members:
  10.0.0.1*  10.0.0.2  

RP: 10.0.0.254*, (0), 
 uptime: 00:10:37   priority: 255, 
 RP-source: (local),  
 group ranges:
 239.0.0.0/8   
 239.9.0.0/16  (deny) 
RP: 10.0.0.7, (3), 
 uptime: 01:45:20   priority: 0, 
 RP-source: 10.0.0.9 (B), 10.0.0.8 (A), 
 group ranges:
 225.1.0.0/16 (bidir) , expires: 00:02:10 (B)
RP: 10.0.0.6, (0), uptime: 4d03h, expires: never,
  priority: 0, RP-source: (local), group ranges:
      224.0.0.0/4 226.0.0.0/8
`,
      'show ipv6 pim rp': 'Note:  process currently not running',
    });
    expect(rps).toEqual([
      { groups: '239.0.0.0/8', address: '10.0.0.254' },
      { groups: '225.1.0.0/16', address: '10.0.0.7' },
      { groups: '224.0.0.0/4', address: '10.0.0.6' },
      { groups: '226.0.0.0/8', address: '10.0.0.6' },
      { groups: '239.9.0.0/16', address: '0.0.0.0' },
    ]);
  });

  test.each([
    ['on lines of their own', ' uptime: 1d02h   priority: 192, \n RP-source: 10.0.0.9 (B),  \n group ranges:\n'],
    ['on one line', '  priority: 192, RP-source: 10.0.0.9 (B), group ranges:\n'],
  ])('RPs: of those of a BSR for the same groups the one whose priority is lower, %s', (_, about) => {
    const from = (rp: string, text: string, ranges: string) => `RP: ${rp}, (0), \n${text} ${ranges}\n`;
    const { rps } = tableOf({
      'show ip pim rp': `PIM RP Status Information for VRF "default"
BSR: 10.0.0.9, uptime: 1d02h, expires: 00:01:30,
     priority: 64, hash-length: 30
${from('10.0.0.2', about, '224.0.0.0/4   , expires: 00:02:10 (B)')}\
${from('10.0.0.3', about, '224.0.0.0/4   , expires: 00:02:10 (B)\n 239.3.0.0/16   , expires: 00:02:10 (B)')}\
${from('10.0.0.1*', about.replace('192', '10'), '224.0.0.0/4   , expires: 00:02:10 (B)')}\
${from('10.0.0.4', about.replace('10.0.0.9 (B)', '(local)').replace('192', '255'), '239.4.0.0/16')}`,
    });
    expect(rps).toEqual([
      { groups: '239.3.0.0/16', address: '10.0.0.3' },
      { groups: '224.0.0.0/4', address: '10.0.0.1' },
      { groups: '239.4.0.0/16', address: '10.0.0.4' },
    ]);
  });

  test.each([
    ['of the BSR', ' priority: 192, RP-source: 10.0.0.9 (B), '],
    ['static', ' priority: 255, RP-source: (local), '],
  ])('RPs: of several for the same groups, %s, which one a group has is not known', (_, about) => {
    const { rps } = tableOf({
      'show ip pim rp': `PIM RP Status Information for VRF "default"
BSR: 10.0.0.9, uptime: 1d02h, expires: 00:01:30,
     priority: 64, hash-length: 30
RP: 10.0.0.3*, (0), \n${about}group ranges:\n 239.0.0.0/8 \n
RP: 10.0.0.2, (0), \n${about}group ranges:\n 239.0.0.0/8  , 238.0.0.0/8 \n
RP: 10.0.0.6, (0), \n priority: 255, RP-source: (local), group ranges:\n 224.0.0.0/4 \n`,
    });
    expect(['239.1.1.1', '238.1.1.1', '225.1.1.1'].map((group) => rpOf(group, rps))).toEqual([
      null,
      '10.0.0.2',
      '10.0.0.6',
    ]);
  });

  test('RPs: a range that one denies is of nobody, unless another one has it', () => {
    const { rps } = tableOf({
      'show ip pim rp': `PIM RP Status Information for VRF "default"
RP: 10.0.0.9*, (0), 
 uptime: 00:10:37   priority: 255, 
 RP-source: (local),  
 group ranges:
 224.0.0.0/4  , 239.192.0.0/16 (deny)  , 239.193.0.0/16 (deny)
RP: 10.0.0.8, (0), 
 uptime: 00:10:37   priority: 255, 
 RP-source: (local),  
 group ranges:
 239.193.0.0/16  , 239.192.0.0/16 (deny)
`,
      'show ipv6 pim rp': `PIM6 RP Status Information for VRF "default"
RP: fd00::9*, (0), 
 uptime: 00:10:37   priority: 255, 
 RP-source: (local),  
 group ranges:
 ff00::/8   
 ff15:9::/32  (deny) 
`,
    });
    expect(rps).toEqual([
      { groups: '224.0.0.0/4', address: '10.0.0.9' },
      { groups: '239.193.0.0/16', address: '10.0.0.8' },
      { groups: '239.192.0.0/16', address: '0.0.0.0' },
      { groups: 'ff00::/8', address: 'fd00::9' },
      { groups: 'ff15:9::/32', address: '::' },
    ]);
    expect(rpOf('239.192.1.1', rps)).toBeNull();
  });

  const WIDEST = `PIM RP Status Information for VRF "default"
RP: 10.0.0.9*, (0), 
 uptime: 00:10:37   priority: 255, 
 RP-source: (local),  
 group ranges:
 224.0.0.0/4   
`;
  const WIDEST_ROW = { groups: '224.0.0.0/4', address: '10.0.0.9' };
  const nobody = (...ranges: string[]) => ranges.map((groups) => ({ groups, address: '0.0.0.0' }));
  test.each<[string, string, object[]]>([
    [
      'all columns',
      `PIM Group-Range Configuration for VRF "default"
Group-range        Action Mode  RP-address      Shrd-tree-range   Origin
232.0.0.0/8        Accept SSM   -               -                 Local
239.9.0.0/16       Deny   SSM   -               -                 Local
239.1.0.0/16       -      ASM   10.0.0.1        -                 Static
239.2.0.0/16       -      Bidir 10.0.0.1        -                 Static
`,
      nobody('232.0.0.0/8'),
    ],
    [
      'no action',
      `PIM Group-Range Configuration for VRF "default"
Group-range        Mode      RP-address      Shared-tree-only range
232.0.0.0/8        SSM       -               -
239.1.0.0/16       ASM       10.0.0.1        -
`,
      nobody('232.0.0.0/8'),
    ],
    [
      'columns of dashes, and of nothing',
      `PIM Group-Range Configuration for VRF "default"
Group-range        Action Mode  RP-address      Shrd-tree-range   Origin
232.0.0.0/8        -      SSM   -               -                 Local
239.232.0.0/16            SSM
239.1.0.0/16              ASM   10.0.0.1
`,
      nobody('232.0.0.0/8', '239.232.0.0/16'),
    ],
    ['no ranges', 'PIM Group-Range Configuration for VRF "default"\n', []],
    ['another VRF', 'PIM Group-Range Configuration for VRF "red"\n232.0.0.0/8 - SSM - - Local\n', []],
    ['no PIM', 'Note:  process currently not running\n', []],
    ['nothing', '', []],
    ['refused', REFUSED, []],
    ['what nobody knows', 'SSM: 232.0.0.0/8\n', []],
  ])('ranges of SSM have no RP: %s', (_, output, expected) => {
    const { rps } = tableOf({ 'show ip pim rp': WIDEST, 'show ip pim group-range': output });
    expect(rps).toEqual([...expected, WIDEST_ROW]);
    expect(rpOf('232.1.1.1', rps)).toBe(expected.length === 0 ? '10.0.0.9' : null);
  });

  test('ranges of SSM have no RP: IPv6, of one scope or of any, on a line or on two', () => {
    const { rps } = tableOf({
      'show ipv6 pim group-range': `PIM6 Group-Range Configuration for VRF "default"
Group-range        Action Mode  RP-address      Shrd-tree-range   Origin
ff3x::/32          -      SSM   -               -                 Local
ff15:1111:2222:3333::/64
                   -      SSM   -               -                 Local
ff15:1111:2222:4444::/64
                   -      ASM   fd00::2         -                 Static
`,
    });
    expect(rps).toHaveLength(17);
    expect(rps.slice(0, 2)).toEqual([
      { groups: 'ff30::/32', address: '::' },
      { groups: 'ff31::/32', address: '::' },
    ]);
    expect(rps.slice(15)).toEqual([
      { groups: 'ff3f::/32', address: '::' },
      { groups: 'ff15:1111:2222:3333::/64', address: '::' },
    ]);
  });

  test('a range of SSM has no RP, though one is configured for the same', () => {
    const { rps } = tableOf({
      'show ip pim rp': WIDEST.replace('224.0.0.0/4', '232.0.0.0/8'),
      'show ip pim group-range': 'PIM Group-Range Configuration for VRF "default"\n232.0.0.0/8 - SSM - - Local\n',
    });
    expect(rpOf('232.1.1.1', rps)).toBeNull();
  });

  test('without interfaces it is an error', () => {
    expect(() => tableOf({ 'show ip interface': REFUSED })).toThrow('`show ip interface` was refused');
    expect(() => tableOf({ 'show ip interface': '' })).toThrow('printed nothing');
  });
});
