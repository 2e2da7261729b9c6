/** The interfaces of IOS XR and their names, each oddity once. */
import { describe, expect, test } from 'vitest';
import { linkIn } from '../../../../src/router/cli/cisco-iosxr/names.ts';
import { parseAddresses, parseIndexes } from '../../../../src/router/cli/cisco-iosxr/parse-interfaces.ts';
import { readAll } from '../support/iosxr.ts';

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
