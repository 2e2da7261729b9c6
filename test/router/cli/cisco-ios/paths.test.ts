/** The paths of IOS, each oddity once. */

import { describe, expect, test } from 'vitest';
import { parsePath, parseRouteProtocol } from '../../../../src/router/cli/cisco-ios/parse-path.ts';
import { ReaderError } from '../../../../src/router/port.ts';
import { understood } from '../support/told.ts';

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
