/** The interfaces of Junos, and which of them are other instances’. */

import { describe, expect, test } from 'vitest';
import { parseUnitsOfOthers } from '../../../../src/router/cli/juniper-junos/parse-instances.ts';
import { parseInterfaces } from '../../../../src/router/cli/juniper-junos/parse-interfaces.ts';
import { toldOf } from './told.ts';

describe('interfaces', () => {
  const read = (text: string) => toldOf(text, (output, tell) => parseInterfaces(output, tell));

  test('the primary address first, as it is the one that PIM speaks from', () => {
    const text = `Physical interface: ae0, Enabled, Physical link is Up
  Logical interface ae0.5 (Index 3) (SNMP ifIndex 7)
    Protocol inet, MTU: 1500
      Addresses, Flags: Is-Preferred
        Destination: 10.0.1/24, Local: 10.0.1.1, Broadcast: 10.0.1.255
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: 10.0.2/24, Local: 10.0.2.1, Broadcast: 10.0.2.255
      Addresses, Flags: None
        Destination: 10.0.3/24, Local: 10.0.3.1, Broadcast: 10.0.3.255
`;
    const { part, unknown } = read(text);
    expect(unknown).toEqual([]);
    expect(part.interfaces).toMatchObject([{}, { addresses: ['10.0.2.1/24', '10.0.1.1/24', '10.0.3.1/24'] }]);
  });

  test.each([
    ['em2.32768', true],
    ['em4.32768', true],
    ['sp-0/0/0.16383', true],
    ['sp-2/1/0.16383', true],
    ['sp-0/0/0.0', false],
    ['em0.0', false],
    ['re0:mgmt-0.0', false],
  ])('%s is between parts of the router: %j', (name, isInternal) => {
    const { part } = read(`${name}   up    up   inet     192.0.2.2/24\n`);
    expect(part.interfaces).toMatchObject([{ name, isInternal }]);
  });

  test('names that are members of every object', () => {
    const text = `  Logical interface __proto__.0 (Index 3) (SNMP ifIndex 5)
  Logical interface constructor.0 (Index 4) (SNMP ifIndex 4294967295)
`;
    expect(read(text).part.interfaces.map(({ name, index }) => [name, index])).toEqual([
      ['__proto__.0', 5],
      ['constructor.0', null],
    ]);
  });

  test('an own address without a subnet, and one that is broken off', () => {
    const text = `Physical interface: gr-0/0/0, Enabled, Physical link is Up
  Interface index: 1, SNMP ifIndex: 0
  Logical interface gr-0/0/0.1 (Index 3) (SNMP ifIndex 7)
    Protocol inet, MTU: Unlimited
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: 10.0.0.2, Local: 10.0.0.1
    Protocol inet6, MTU: 1480, Generation: 150, Route table: 0
        Destination: 2001:db8:1234:5678::/64,
        Local: 2001:db8:1234:5678:9abc:def0:1234:5678
`;
    expect(read(text)).toEqual({
      part: {
        interfaces: [
          { index: null, name: 'gr-0/0/0', addresses: [], mtu: undefined, isDisabled: false, isInternal: false },
          {
            index: 7,
            name: 'gr-0/0/0.1',
            addresses: ['10.0.0.1/32', '2001:db8:1234:5678:9abc:def0:1234:5678/64'],
            mtu: 1480,
            isDisabled: false,
            isInternal: false,
          },
        ],
        counters: [],
      },
      unknown: [],
    });
  });

  test('an unnumbered one has no address but its link-local one; the donor has, and who only has one like it', () => {
    const text = `Physical interface: ae0, Enabled, Physical link is Up
  Logical interface ae0.200 (Index 3) (SNMP ifIndex 7)
    Flags: Up SNMP-Traps 0x4000 VLAN-Tag [ 0x8100.200 ] Encapsulation: ENET2
    Protocol inet, MTU: 1500
      Flags: Sendbcast-pkt-to-re, Unnumbered
      Donor interface: lo0.0 (Index 64)
      Preferred source address: 10.0.0.5
      Addresses, Flags: Is-Primary
        Local: 10.0.0.5
    Protocol inet6, MTU: 1500
      Flags: Is-Primary, Unnumbered
      Donor interface: lo0.0 (Index 64)
      Addresses, Flags: Is-Preferred
        Destination: fe80::/64, Local: fe80::5
        Local: fd00::5
  Logical interface ae0.300 (Index 4) (SNMP ifIndex 8)
    Protocol inet, MTU: 1500
      Flags: Sendbcast-pkt-to-re
      Addresses, Flags: Is-Preferred Is-Primary
        Local: 10.0.0.5
Physical interface: lo0, Enabled, Physical link is Up
  Logical interface lo0.0 (Index 64) (SNMP ifIndex 16)
    Protocol inet, MTU: Unlimited
      Addresses, Flags: Is-Default Is-Primary
        Local: 10.0.0.5
`;
    const { part, unknown } = read(text);
    expect(unknown).toEqual([]);
    const units = part.interfaces.filter(({ name }) => name.includes('.'));
    expect(units.map(({ name, addresses }) => [name, ...addresses])).toEqual([
      ['ae0.200', 'fe80::5/64'],
      ['ae0.300', '10.0.0.5/32'],
      ['lo0.0', '10.0.0.5/32'],
    ]);
  });

  test.each([[''], ['error: device gx-0/0/0 not found\n']])('none at all: %j', (text) => {
    expect(() => read(text)).toThrow();
  });
});

describe('units of other instances', () => {
  const read = (text: string) => {
    const { part, unknown } = toldOf(text, parseUnitsOfOthers);
    return { units: [...part], unknown };
  };
  const instance = (name: string, type: string, ...units: string[]) => `${name}:
  Description: some: thing
  Router ID: 10.1.0.1
  Type: ${type}               State: Active
  Restart State: Complete Path selection timeout: 300
  Interfaces:
${units.map((unit) => `    ${unit}\n`).join('')}  Route-distinguisher: 65000:1
  Vrf-import: [ __vrf-import-${name}-internal__ ]
  Fast-reroute-priority: low
  Tables:
    ${name}.inet.0             : 2 routes (2 active, 0 holddown, 0 hidden)
    ${name}.mdt.0: 2 routes (2 active, 0 holddown, 0 hidden)
`;

  test('of layer 3, each with its tables', () => {
    const text = `master:
  Router ID: 10.0.0.1
  Type: forwarding        State: Active
  Interfaces:
    ge-0/0/9.0
  Tables:
    inet.0                 : 16 routes (16 active, 0 holddown, 0 hidden)
${instance('VPN-A', 'vrf', 'ge-0/0/1.100', 'irb.5', 'lo0.1')}${instance('lab', 'virtual-router', 'xe-0/0/1:2.5')}
${instance('mgmt_junos', 'forwarding', 'fxp0.0')}${instance('bridge', 'virtual-switch', 'irb.7')}
${instance('ospf2', 'no-forwarding', 'ge-0/0/8.0')}${instance('customer', 'vpls', 'ge-0/0/2.600', 'lsi.1049089')}`;
    expect(read(text)).toEqual({
      units: ['ge-0/0/1.100', 'irb.5', 'lo0.1', 'xe-0/0/1:2.5', 'fxp0.0'],
      unknown: [],
    });
  });

  test('with tags, of several engines', () => {
    const core = (name: string, type: string, unit: string) => `<instance-core><instance-name>${name}</instance-name>
      <instance-type>${type}</instance-type><instance-interface><interface-name>${unit}</interface-name>
      </instance-interface></instance-core>`;
    const text = `<rpc-reply><multi-routing-engine-results><multi-routing-engine-item><re-name>node0</re-name>
      <instance-information>${core('master', 'forwarding', 'ge-0/0/9.0')}${core('red', 'vrf', 'ae0.5')}
      ${core('bridge', 'virtual-switch', 'irb.7')}</instance-information>
      </multi-routing-engine-item></multi-routing-engine-results></rpc-reply>`;
    expect(read(text).units).toEqual(['ae0.5']);
  });
});
