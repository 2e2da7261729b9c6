/** What IOS tells of PIM’s links and neighbours, each oddity once. */

import { describe, expect, test } from 'vitest';
import {
  multicastRoutingProtocolOf,
  parseNeighbors,
  parsePim6,
  parsePimDetail,
} from '../../../../src/router/cli/cisco-ios/parse-pim.ts';
import { understood } from '../support/told.ts';

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
