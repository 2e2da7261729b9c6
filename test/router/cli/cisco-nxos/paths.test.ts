/** How NX-OS reaches an address, each oddity once: outputs are written by hand, after the vendor's documentation. */
import { describe, expect, test } from 'vitest';
import { pathOf, REFUSED, read, SHOW_PATH, TEXTS } from '../support/nxos.ts';

describe('paths', () => {
  const text = (lines: string) => `IP Route Table for VRF "default"
'*' denotes best ucast next-hop
'**' denotes best mcast next-hop
'[x/y]' denotes [preference/metric]
'%<string>' in via output denotes VRF <string>

${lines}
`;
  const OSPF = { prefix: '10.1.0.0/24', interface: 'Ethernet1/1', neighbor: '10.23.0.2', routingProtocol: 'ospf' };
  const SECOND = { interface: 'Vlan10', neighbor: '10.34.0.4' };

  test.each<[string, string, object | null]>([
    ['one next hop', '10.1.0.0/24, ubest/mbest: 1/0\n    *via 10.23.0.2, Eth1/1, [110/41], 2d00h, ospf-1, intra', OSPF],
    [
      'equal next hops, and a backup',
      `10.1.0.0/24, ubest/mbest: 2/0
    *via 10.23.0.2, Eth1/1, [110/41], 2d00h, ospf-1, inter, tag 5,
    *via 10.34.0.4%default, Vlan10, [110/41], 2d00h, ospf-1, inter
     via 10.45.0.5, Vlan20, [200/0], 2d00h, bgp-1, internal`,
      { ...OSPF, others: [SECOND] },
    ],
    [
      'a static multicast route besides the unicast one',
      `10.1.0.0/24, ubest/mbest: 1/1
    *via 10.23.0.2, Eth1/1, [110/41], 2d00h, ospf-1, intra
    **via 10.34.0.4, Vlan10, [1/0], 00:00:04, mstatic`,
      { ...OSPF, ...SECOND, routingProtocol: 'netmgmt' },
    ],
    [
      'a connected source',
      '10.1.0.0/24, ubest/mbest: 1/0, attached\n    *via 10.1.0.3, Vlan10, [0/0], 2d00h, direct',
      { ...OSPF, interface: 'Vlan10', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'a host on the link, whom the adjacency manager knows',
      '10.1.0.2/32, ubest/mbest: 1/0, attached\n    *via 10.1.0.2, Vlan10, [250/0], 2d00h, am',
      { prefix: '10.1.0.2/32', interface: 'Vlan10', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'an address of its own, which two processes own',
      `10.1.0.2/32, ubest/mbest: 2/0, attached
    *via 10.1.0.2, Lo0, [0/0], 2d00h, local
    *via 10.1.0.2, Lo0, [0/0], 2d00h, direct`,
      { prefix: '10.1.0.2/32', interface: 'loopback0', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'by interface only',
      '10.0.0.0/8, ubest/mbest: 1/0\n    *via Tunnel7, [1/0], 2d00h, static',
      { prefix: '10.0.0.0/8', interface: 'Tunnel7', neighbor: undefined, routingProtocol: 'netmgmt' },
    ],
    [
      'release 4',
      '10.1.0.0/24, 1 ucast next-hops, 0 mcast next-hops\n   *via 10.23.0.2, Ethernet1/1, [110/41], 0.000013, ospf-1, intra',
      OSPF,
    ],
    ['a discarded one', '10.0.0.0/8, ubest/mbest: 1/0\n    *via Null0, [220/0], 2d00h, ospf-1, discard', null],
    ['none', 'Route not found', null],
    [
      'a process that has no number',
      '0.0.0.0/0, ubest/mbest: 1/0\n    *via 10.23.0.2, Eth1/1, [105/0], 2d00h, nve-1',
      { ...OSPF, prefix: '0.0.0.0/0', routingProtocol: 'other' },
    ],
  ])('text: %s', (_, lines, expected) => {
    expect(pathOf(text(lines))).toEqual(expected);
  });

  const BGP = { prefix: '10.1.0.0/24', routingProtocol: 'bgp' };
  test.each<[string, string, object]>([
    [
      'of BGP, in the order of the router',
      `*via 10.9.9.9, [200/0], 00:56:06, bgp-65401, internal, tag 65400
    *via 10.8.8.8%default, [200/0], 00:56:06, bgp-65401, internal, tag 65400`,
      { ...BGP, nexthop: '10.9.9.9' },
    ],
    [
      'of a static multicast route, whatever the unicast one says',
      '*via 10.23.0.2, Eth1/1, [110/41], 2d00h, ospf-1, intra\n   **via 10.9.9.9, [1/0], 00:00:04, mstatic',
      { ...BGP, routingProtocol: 'netmgmt', nexthop: '10.9.9.9' },
    ],
    [
      'in another VRF',
      '*via 10.9.9.9%red, [200/0], 00:56:06, bgp-65401, internal, tag 65400',
      { ...BGP, nexthop: null },
    ],
    [
      'behind a tunnel of VXLAN',
      '*via 10.9.9.9, [200/0], 00:56:06, bgp-65401, internal, tag 65400 (evpn) segid: 50000 tunnelid: 0xa090909 encap: VXLAN',
      { ...BGP, nexthop: null },
    ],
    [
      'of an MPLS VPN',
      '*via 10.9.9.9, [200/0], 00:56:06, bgp-65401, internal, tag 65400 (mpls-vpn)',
      { ...BGP, nexthop: null },
    ],
    [
      'of the other family (RFC 5549)',
      '*via fd00::9, [200/0], 00:56:06, bgp-65401, internal, tag 65400',
      { ...BGP, nexthop: null },
    ],
  ])('a next hop on no link, %s', (_, lines, expected) => {
    expect(pathOf(text(`10.1.0.0/24, ubest/mbest: 1/0\n    ${lines}`))).toEqual(expected);
  });

  test('JSON of next hops on no link: here, in another VRF, behind a tunnel of VXLAN', () => {
    const viaBgp = (members: object) =>
      pathOf(
        JSON.stringify({
          TABLE_prefix: {
            ROW_prefix: {
              ipprefix: '10.1.0.0/24',
              TABLE_path: { ROW_path: { ipnexthop: '10.9.9.9', ubest: 'true', clientname: 'bgp-1', ...members } },
            },
          },
        }),
      );
    expect(viaBgp({ evpn: 'false', segmentid: 0 })).toEqual({ ...BGP, nexthop: '10.9.9.9' });
    expect(viaBgp({ ipnexthop: '10.9.9.9%red' })).toEqual({ ...BGP, nexthop: null });
    expect(viaBgp({ segmentid: 50000, tunnelid: '0xa090909', encap: 'VXLAN' })).toEqual({ ...BGP, nexthop: null });
  });

  test.each([
    ['of another address', '10.2.0.0/24, ubest/mbest: 1/0\n    *via 10.23.0.2, Eth1/1, [110/41], 2d00h, ospf-1'],
    ['cut off behind the heading', ''],
  ])('an output %s does not say that there is no route', (_, lines) => {
    expect(() => pathOf(text(lines))).toThrow(expect.objectContaining({ code: 'ERR_READER_OUTPUT' }));
  });

  const VIA_BGP = text('10.1.0.0/24, ubest/mbest: 1/0\n    *via 10.9.9.9, [200/0], 00:56:06, bgp-65401, internal');
  test('a next hop on no link is asked for in its turn', async () => {
    const behind = text('10.9.9.9/32, ubest/mbest: 1/0\n    *via 10.34.0.4, Eth1/2, [110/41], 2d00h, ospf-1, intra');
    const { rpf } = await read({ [SHOW_PATH]: VIA_BGP, 'show ip route 10.9.9.9 | json': behind });
    expect(rpf?.[0]).toEqual({ ...BGP, interface: 436208128, neighbor: '10.34.0.4' });
  });

  test('next hops that nothing leads to are not known', async () => {
    const { rpf, routes } = await read({
      [SHOW_PATH]: VIA_BGP,
      'show ip route 10.9.9.9 | json': text('Route not found'),
    });
    expect(rpf).toEqual([expect.objectContaining({ prefix: '10.0.0.2/32' })]);
    expect(routes?.[1]).toMatchObject({ source: '10.1.0.2', upstream: '10.23.0.2' });
  });

  test('nothing, and what has no JSON, is to be asked in text', async () => {
    const outputs = { [SHOW_PATH]: 'ERROR: No structured output found\n' };
    const inText = text('10.1.0.0/16, ubest/mbest: 1/0\n    *via 10.23.0.2, Eth1/1, [110/41], 2d00h, ospf-1, intra');
    for (const output of ['', 'ERROR: No structured output found\n', REFUSED]) {
      expect(() => pathOf(output)).toThrow(expect.objectContaining({ code: 'ERR_READER_COMMAND' }));
    }
    await expect(read(outputs)).rejects.toMatchObject({ code: 'ERR_READER_COMMAND' });
    const { rpf } = await read({ ...outputs, ...TEXTS, 'show ip route 10.1.0.2': inText });
    expect(rpf?.[0]).toMatchObject({ prefix: '10.1.0.0/16' });
  });

  test('JSON: best ones of several, an attached one, IPv6', () => {
    const hop = (members: object) => ({ clientname: 'ospf-1', ifname: 'Eth1/1', ipnexthop: '10.23.0.2', ...members });
    const document = (prefix: string, attached: string, hops: unknown) =>
      JSON.stringify({
        TABLE_vrf: {
          ROW_vrf: {
            'vrf-name-out': 'default',
            TABLE_addrf: [
              { ROW_addrf: { TABLE_prefix: [{ ROW_prefix: { ipprefix: prefix, attached, TABLE_path: hops } }] } },
            ],
          },
        },
      });
    const second = hop({ ifname: 'Vlan10', ipnexthop: '10.34.0.4' });
    const several = [hop({ ubest: 'true' }), { ...second, ubest: 'true' }, hop({ ifname: 'Vlan20', ubest: 'false' })];
    expect(pathOf(document('10.1.0.0/24', 'false', [{ ROW_path: several }]))).toEqual({ ...OSPF, others: [SECOND] });
    const marked = [hop({ ubest: true }), { ...second, mbest: true }];
    expect(pathOf(document('10.1.0.0/24', 'false', { ROW_path: marked }))).toEqual({ ...OSPF, ...SECOND });
    const link = hop({ ipnexthop: 'fd00:1::3', ifname: 'Vlan10', clientname: 'direct', ubest: 'TRUE' });
    expect(pathOf(document('fd00:1::/64', 'TRUE', { ROW_path: link }), 'fd00:1::2')).toEqual({
      prefix: 'fd00:1::/64',
      interface: 'Vlan10',
      neighbor: null,
      routingProtocol: 'local',
    });
  });
});
