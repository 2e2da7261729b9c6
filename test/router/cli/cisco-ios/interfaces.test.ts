/** The interfaces of IOS and their names, each oddity once. */

import { describe, expect, test } from 'vitest';
import { interfaceName } from '../../../../src/router/cli/cisco-ios/names.ts';
import { parseIndexes, parseInterfaces } from '../../../../src/router/cli/cisco-ios/parse-interfaces.ts';
import { ReaderError } from '../../../../src/router/port.ts';
import { understood } from '../support/told.ts';

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
