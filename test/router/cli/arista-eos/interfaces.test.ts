/** The interfaces of EOS and their counters. */

import { describe, expect, test } from 'vitest';
import { parseCounters, parseInterfaces } from '../../../../src/router/cli/arista-eos/parse-interfaces.ts';
import {
  parseCountersText,
  parseIndexes,
  parseInterfacesText,
} from '../../../../src/router/cli/arista-eos/parse-interfaces-text.ts';
import { strange } from '../support/told.ts';

const C = 'command';

describe('interfaces', () => {
  const one = (row: object) => parseInterfaces(JSON.stringify({ interfaces: { Et1: row } }), C);
  const ip = (address: string, maskLen: number) => ({ address, maskLen });
  const NONE = ip('0.0.0.0', 0);

  test.each<[string, object, object]>([
    ['none', { mtu: 9214, interfaceAddress: [] }, { ipv4: [], ipv6: [], mtu: 9214 }],
    [
      'a list of one, with others beside it in order',
      {
        interfaceAddress: [
          {
            primaryIp: ip('10.1.0.1', 24),
            secondaryIps: { '10.3.0.1': ip('10.3.0.1', 24) },
            secondaryIpsOrderedList: [{ adddress: '10.3.0.1', maskLen: 24 }, ip('10.2.0.1', 25)],
            virtualIp: NONE,
          },
        ],
      },
      { ipv4: ['10.1.0.1/24', '10.3.0.1/24', '10.2.0.1/25'], ipv6: [], mtu: undefined },
    ],
    [
      'one, not in a list; others only by address',
      { interfaceAddress: { primaryIp: ip('10.1.0.1', 24), secondaryIps: { '10.2.0.1': ip('10.2.0.1', 24) } } },
      { ipv4: ['10.1.0.1/24', '10.2.0.1/24'], ipv6: [], mtu: undefined },
    ],
    [
      'only one that several switches share',
      { interfaceAddress: [{ primaryIp: NONE, virtualIp: ip('10.9.0.1', 24) }] },
      { ipv4: ['10.9.0.1/24'], ipv6: [], mtu: undefined },
    ],
    [
      'IPv6 as `show interfaces` has it, without a subnet and without a link-local one',
      {
        interfaceAddressIp6: {
          globalUnicastIp6s: [{ address: 'fd00::1', subnet: 'fd00::/64' }, { address: 'fd00::2' }],
        },
      },
      { ipv4: [], ipv6: ['fd00::1/64'], mtu: undefined },
    ],
  ])('addresses: %s', (_, row, expected) => {
    expect(one(row)).toEqual([{ name: 'Ethernet1', isDown: false, ...expected }]);
  });

  test('text: shared, secondary, by DHCP, virtual; lines of other kinds of interface', () => {
    const { lines, tell } = strange();
    const text = `Vlan10 is up, line protocol is up (connected)
  Internet address is virtual 10.9.0.1/24
  Secondary address is 10.8.0.1/24
  Broadcast address is 255.255.255.255
  IPv6 link-local address is fe80::1/64
  IPv6 global unicast address(es):
    fd00::1, subnet is fd00::/64
    fd01::1, subnet is fd01::/64 (virtual)
  IP MTU 9000 bytes
  Something new: 7
Management1 is administratively down, line protocol is down (disabled)
  Internet address is determined by DHCP
  IP MTU 1500 bytes (default), BW 1000000 kbit
`;
    expect(parseInterfacesText(text, C, tell)).toEqual([
      {
        name: 'Vlan10',
        ipv4: ['10.9.0.1/24', '10.8.0.1/24'],
        ipv6: ['fe80::1/64', 'fd00::1/64', 'fd01::1/64'],
        mtu: 9000,
        isDown: false,
      },
      { name: 'Management1', ipv4: [], ipv6: [], mtu: 1500, isDown: true },
    ]);
    expect(lines).toEqual(['  Something new: 7']);
  });

  test('a document behind lines of text; a list where names belong', () => {
    const document = JSON.stringify({ interfaces: { Et1: { mtu: 1500 } } });
    const found = [{ name: 'Ethernet1', ipv4: [], ipv6: [], mtu: 1500, isDown: false }];
    for (const before of ['! IP routing not enabled\n', 'r4#show interfaces | json\r\n']) {
      expect(parseInterfaces(before + document, C)).toEqual(found);
    }
    expect(() => parseInterfaces(`% This is an unconverted command\n${document}`, C)).toThrow('refused');
    expect(() => parseInterfaces('{"interfaces":[{"name":"Et1"}]}', C)).toThrow('cannot be understood');
  });

  test('text: what stands behind an address, an MTU that is not called that of IP', () => {
    const text = `Ethernet1 is up, line protocol is up (connected)
  Internet address is 10.9.0.1/31 (something new)
  MTU 9212 bytes, BW 10000000 Kbit
`;
    expect(parseInterfacesText(text, C)).toEqual([
      { name: 'Ethernet1', ipv4: ['10.9.0.1/31'], ipv6: [], mtu: 9212, isDown: false },
    ]);
  });

  test.each([
    'Ethernet1/1: Ifindex = 1001',
    'Et1/1: IfIndex = 1001',
    'Interface = Ethernet1/1, Ifindex = 1001',
    'Ethernet1/1    1001',
  ])('ifIndex: %s', (line) => {
    expect([...parseIndexes(`${line}\n`, C)]).toEqual([['Ethernet1/1', 1001]]);
  });

  test('counters: those of ports, exact or not at all', () => {
    const rows = {
      Ethernet1: { inMulticastPkts: 7, outMulticastPkts: 2 ** 53 + 2 },
      Vlan10: { inUcastPkts: 7 },
    };
    expect(parseCounters(JSON.stringify({ interfaces: rows }), C)).toEqual([
      { interface: 'Ethernet1', inPackets: '7', outPackets: null },
    ]);
  });
});

describe('counters as text', () => {
  test('of both directions, long names, a port that is in one table only, none', () => {
    const { lines, tell } = strange();
    const text = `Port          InOctets  InUcastPkts  InMcastPkts  InBcastPkts
Et1               9000           10          700            1
Po100.4000      123456            0            0            0

Port         OutOctets OutUcastPkts OutMcastPkts OutBcastPkts
Et1               8000           20          800            2
Et2                  1            2
`;
    expect(parseCountersText(text, C, tell)).toEqual([
      { interface: 'Ethernet1', inPackets: '700', outPackets: '800' },
      { interface: 'Port-Channel100.4000', inPackets: '0', outPackets: null },
    ]);
    expect(lines).toEqual(['Et2                  1            2']);
    expect(() => parseCountersText('Hello\n', C)).toThrow('cannot be understood');
  });
});
