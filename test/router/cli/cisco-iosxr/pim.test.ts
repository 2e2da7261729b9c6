/** What IOS XR tells of PIM’s links, neighbours and RPs, each oddity once. */
import { describe, expect, test } from 'vitest';
import { parseNeighbors, parsePim, parseRps } from '../../../../src/router/cli/cisco-iosxr/parse-pim.ts';
import { readAll } from '../support/iosxr.ts';

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
