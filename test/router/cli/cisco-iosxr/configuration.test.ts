/** What IOS XR’s configuration tells: access lists, boundaries, thresholds. */
import { describe, expect, test } from 'vitest';
import {
  boundariesOf,
  parseAccessLists,
  parseMulticastConfiguration,
} from '../../../../src/router/cli/cisco-iosxr/parse-configuration.ts';
import { ciscoIosXr } from '../../../../src/router/cli/cisco-iosxr/platform.ts';
import { OUTPUTS } from '../support/box/cisco-iosxr.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

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
