/** The RPs that Junos tells of, and which of them a group has. */

import { describe, expect, test } from 'vitest';
import { parseRpOfGroup, parseRps } from '../../../../src/router/cli/juniper-junos/parse-rps.ts';
import { type RpRange, usedRps } from '../../../../src/router/cli/juniper-junos/rp-choice.ts';
import { IPV4, IPV6, toldOf } from './told.ts';

describe('RPs', () => {
  const read = (text: string, section = IPV4) => toldOf(text, (output, tell) => parseRps(output, section, tell));

  test('brief: ranges below each other, both families', () => {
    const text = `Instance: PIM.master
Address family INET
RP address               Type        Holdtime Timeout Groups Group prefixes
11.0.9.99                bootstrap        150     124      1 224.0.0.0/4
                                                             239.1.0.0/16
10.10.10.10              auto-rp          150     146      0 226.0.0.0/8

address-family INET6
RP address               Type        Mode   Holdtime Timeout Groups Group prefixes
2001:db8:aaaa:bbbb::1234 embedded    sparse       0    None      1 ff70::/12
2001:db8::2              auto-rp     sparse     150     120      1 ff16::/16
                                                                   ff17::/16
2001:db8:aaaa:bbbb:cccc:dddd:eeee:1234
                         static      sparse       0    None      0 ff15::/16
`;
    expect(read(text)).toEqual({
      part: [
        { groups: '224.0.0.0/4', address: '11.0.9.99' },
        { groups: '239.1.0.0/16', address: '11.0.9.99' },
        { groups: '226.0.0.0/8', address: '10.10.10.10' },
      ],
      unknown: [],
    });
    expect(read(text, IPV6).part).toEqual([
      { groups: 'ff70::/12', address: '2001:db8:aaaa:bbbb::1234', origin: 'embedded' },
      { groups: 'ff16::/16', address: '2001:db8::2' },
      { groups: 'ff17::/16', address: '2001:db8::2' },
      { groups: 'ff15::/16', address: '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1234', origin: 'static' },
    ]);
  });

  test('extensive: groups and registers are no ranges', () => {
    const text = `Instance: PIM.master
Address family INET

RP: 10.255.245.91
Learned from 10.255.245.90 via: bootstrap
Mode: Sparse
Time Active: 2w1d 12:02:10
Holdtime: 150 with 112 remaining
Device Index: 129
Subunit: 32768
Interface: pe-0/0/0.32769
Static RP Override: Off
Group Ranges:
        224.0.0.0/4, 112s remaining
Active groups using RP:
        235.1.0.7
        224.2.127.254

        total 2 groups active
Anycast-PIM rpset:
        10.100.111.34
Anycast-PIM local address used: 10.100.111.1
Register State for RP:
Group           Source          FirstHop        RP Address      State    Timeout
235.1.0.7       192.168.195.78  10.255.14.132   10.255.245.91   Receive        0
RP: 10.255.245.92
Learned via: static configuration
Group Ranges:
        239.0.0.0/8
RP: 10.255.245.93
Learned via: static configuration
Static RP Override: On
Group Ranges:
        238.0.0.0/8
`;
    expect(read(text)).toEqual({
      part: [
        { groups: '224.0.0.0/4', address: '10.255.245.91' },
        { groups: '239.0.0.0/8', address: '10.255.245.92', origin: 'static' },
        { groups: '238.0.0.0/8', address: '10.255.245.93', origin: 'overriding' },
      ],
      unknown: [],
    });
  });

  test('with tags, the length apart', () => {
    const text = `<rpc-reply><pim-rps-information><pim-rp-family><address-family>INET</address-family>
      <pim-rp><pim-rp-address>10.0.0.1</pim-rp-address>
        <group-prefix>238.0.0.0/8</group-prefix><pim-rp-type>static</pim-rp-type></pim-rp>
      <pim-rp><pim-rp-address>10.0.0.2</pim-rp-address>
        <group-address>239.0.0.0</group-address><group-prefix-length>8</group-prefix-length>
        <active-groups><group-address>239.1.1.1</group-address></active-groups>
        <register-state><rp-address>10.9.9.9</rp-address></register-state></pim-rp>
    </pim-rp-family></pim-rps-information></rpc-reply>`;
    expect(read(text).part).toEqual([
      { groups: '238.0.0.0/8', address: '10.0.0.1', origin: 'static' },
      { groups: '239.0.0.0/8', address: '10.0.0.2' },
    ]);
  });

  test('with tags: where it was learned in empty elements; registers, the anycast set and groups are no ranges', () => {
    const ranges = (...groups: string[]) =>
      groups
        .map(
          (one) => `<rendezvous-point-group-prefixes><multicast-group-prefix>${one}</multicast-group-prefix>
          <rp-group-timeout>112</rp-group-timeout></rendezvous-point-group-prefixes>`,
        )
        .join('');
    const rp = (address: string, body: string) =>
      `<rendezvous-point><rendezvous-point-address>${address}</rendezvous-point-address>${body}</rendezvous-point>`;
    const text = `<rpc-reply><pim-rps-information><pim-instance>PIM.master</pim-instance>
      <rp-family><address-family>INET</address-family>
      ${rp('10.0.0.1', `<rp-flag-static/><rp-flag-sparse/>${ranges('224.0.0.0/4')}`)}
      ${rp(
        '10.0.0.2',
        `<rendezvous-point-from-address>10.9.9.8</rendezvous-point-from-address><rp-flag-bootstrap/>
        ${ranges('239.1.0.0/16', '239.2.0.0/16')}
        <rendezvous-point-active-group-prefixes><rendezvous-point-active-groups>1</rendezvous-point-active-groups>
        <rendezvous-point-active-group-prefix><multicast-group-address>239.1.1.1</multicast-group-address>
        </rendezvous-point-active-group-prefix></rendezvous-point-active-group-prefixes>
        <rendezvous-point-register-state><multicast-group-address>239.1.1.1</multicast-group-address>
        <rendezvous-point-address>10.9.9.9</rendezvous-point-address></rendezvous-point-register-state>
        <rendezvous-point-anycast-pim-rpset><multicast-group-address>10.9.9.7</multicast-group-address>
        </rendezvous-point-anycast-pim-rpset>`,
      )}
      ${rp(
        '10.0.0.3',
        `<rp-flag-static/>${ranges('238.0.0.0/8')}
        <rendezvous-point-static-override>On</rendezvous-point-static-override>`,
      )}</rp-family>
      <rp-family><address-family>INET6</address-family>
      ${rp('fd00::4', `<rp-flag-embedded-rp/>${ranges('ff70::/12')}`)}</rp-family></pim-rps-information></rpc-reply>`;
    expect(read(text).part).toEqual([
      { groups: '224.0.0.0/4', address: '10.0.0.1', origin: 'static' },
      { groups: '239.1.0.0/16', address: '10.0.0.2' },
      { groups: '239.2.0.0/16', address: '10.0.0.2' },
      { groups: '238.0.0.0/8', address: '10.0.0.3', origin: 'overriding' },
    ]);
    expect(read(text, IPV6).part).toEqual([{ groups: 'ff70::/12', address: 'fd00::4', origin: 'embedded' }]);
  });

  test('what is learned comes before what is configured, if that does not override; what groups have in them is nobody else’s', () => {
    const row = (groups: string, address: string, origin?: RpRange['origin']): RpRange => ({ groups, address, origin });
    expect(
      usedRps([
        row('239.1.0.0/16', '10.0.0.1', 'static'),
        row('224.0.0.0/5', '10.0.0.1', 'static'),
        row('239.0.0.0/8', '10.0.0.2'),
        row('239.0.0.0/8', '10.0.0.3', 'overriding'),
        row('ff00::/8', 'fd00::1', 'static'),
        row('ff70::/12', 'fd00::2', 'embedded'),
      ]),
    ).toEqual([
      { groups: '239.0.0.0/8', address: '10.0.0.3' },
      { groups: '239.0.0.0/8', address: '10.0.0.2' },
      { groups: '224.0.0.0/5', address: '10.0.0.1' },
      { groups: 'ff00::/8', address: 'fd00::1' },
    ]);
  });
});

describe('the RP of a group', () => {
  const read = (text: string) => toldOf(text, parseRpOfGroup);
  const RANGES = '239.1.0.0/17\n        10.0.0.2        Hash: 1936241496\n        10.0.0.3        Hash: 1638507286\n\n';

  test.each<[string, string | null | undefined]>([
    [`${RANGES}224.0.0.0/4\n    10.0.0.8        Hash: 5\n\nRP selected: 10.0.0.3\n`, '10.0.0.3'],
    ['224.1.0.0/16\n    11.4.12.75 (Bidirectional)\n\nRP selected: 11.4.12.75\n', '11.4.12.75'],
    ['ff00::/8\n    fd00::2\n\nRP selected: fd00::2\n', 'fd00::2'],
    [
      'Source-specific Mode (SSM) active with Sparse Mode ASM override for group 232.1.1.1\n\nRP selected: 10.0.0.2\n',
      '10.0.0.2',
    ],
    ['Source-specific Mode (SSM) active for group 232.1.1.1\n', null],
    ['Dense Mode active for group 224.1.1.1\n', null],
    [`${RANGES}RP selected: (null)\n`, undefined],
    [RANGES, undefined],
    ['', undefined],
  ])('%j', (text, rp) => {
    expect(read(`Instance: PIM.master\nInstance: PIM.master\n\n${text}`)).toEqual({ part: rp, unknown: [] });
  });
});
