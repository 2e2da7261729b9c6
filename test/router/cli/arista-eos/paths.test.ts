/** EOS: how an address is reached, as JSON and as text, each oddity once. */
import { describe, expect, test } from 'vitest';
import { parsePath } from '../../../../src/router/cli/arista-eos/parse-path.ts';
import { parsePathText } from '../../../../src/router/cli/arista-eos/parse-path-text.ts';
import { aristaEos } from '../../../../src/router/cli/arista-eos/platform.ts';
import type { PathPart, RecursivePart } from '../../../../src/router/cli/platform.ts';
import { OUTPUTS } from '../support/box/arista-eos.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

const C = 'command';
const inVrf = (vrf: string, table: object) => JSON.stringify({ vrfs: { [vrf]: table } });
const PATH: PathPart = {
  prefix: '10.1.0.0/24',
  interface: 'Ethernet1',
  neighbor: '10.34.0.3',
  others: [],
  routingProtocol: 'ospf',
};

/** There is a way, though not by a link. */
const NOT_KNOWN: RecursivePart = { prefix: '10.1.0.0/24', routingProtocol: 'ospf', nexthop: null };

describe('JSON', () => {
  const VIA = { nexthopAddr: '10.34.0.3', interface: 'Ethernet1' };
  const TUNNEL = { nexthopAddr: '10.0.0.9', vias: [VIA] };
  const VXLAN = { vtepAddr: '10.0.0.77', vni: 50001, routerMac: '00:1c:73:00:00:01', localInterface: 'Vxlan1' };
  const path = (prefix: string, route: object, target = '10.1.0.2') =>
    parsePath(inVrf('default', { routes: { [prefix]: route } }), C, undefined, target);

  test.each([
    ['ospfIntraArea', 'ospf'],
    ['ospfExternalType2', 'ospf'],
    ['OSPFv3Intra', 'ospf'],
    ['eBGP', 'bgp'],
    ['iBGP', 'bgp'],
    ['bgpAggregate', 'bgp'],
    ['isisLevel2', 'isIs'],
    ['isIsLevel1', 'isIs'],
    ['rip', 'rip'],
    ['static', 'netmgmt'],
    ['kernel', 'netmgmt'],
    ['dhcp', 'dhcp'],
    ['dynamicPolicy', 'other'],
  ])('a route of type %s', (routeType, routingProtocol) => {
    expect(path('10.1.0.0/24', { routeType, vias: [VIA] })).toEqual({ ...PATH, routingProtocol });
  });

  test.each<[string, string, object, PathPart | RecursivePart | null]>([
    [
      'to a next hop that is to be looked up',
      '10.1.0.0/24',
      { routeType: 'iBGP', vias: [{ nexthopAddr: '10.0.0.9' }, { nexthopAddr: '10.0.0.8' }] },
      { prefix: '10.1.0.0/24', routingProtocol: 'bgp', nexthop: '10.0.0.9' },
    ],
    [
      'to a next hop of the other family that is to be looked up',
      '10.1.0.0/24',
      { routeType: 'iBGP', vias: [{ nexthopAddr: 'fd00::9' }] },
      { prefix: '10.1.0.0/24', routingProtocol: 'bgp', nexthop: null },
    ],
    [
      'through a tunnel',
      '10.1.0.0/24',
      { routeType: 'iBGP', vias: [TUNNEL] },
      { ...NOT_KNOWN, routingProtocol: 'bgp' },
    ],
    [
      'through a tunnel with a descriptor',
      '10.1.0.0/24',
      { routeType: 'isisLevel2', vias: [{ tunnelDescriptor: { tunnelIndex: 1 }, nexthopAddr: '10.0.0.9' }] },
      { ...NOT_KNOWN, routingProtocol: 'isIs' },
    ],
    [
      'over a link, or through a tunnel or VXLAN as well',
      '10.1.0.0/24',
      { routeType: 'ospfIntraArea', vias: [TUNNEL, VXLAN, VIA] },
      PATH,
    ],
    [
      'that are to be looked up, or through a tunnel',
      '10.1.0.0/24',
      { routeType: 'iBGP', vias: [TUNNEL, { nexthopAddr: '10.0.0.8' }] },
      { ...NOT_KNOWN, routingProtocol: 'bgp', nexthop: '10.0.0.8' },
    ],
    [
      'connected',
      '10.1.0.0/24',
      { routeType: 'connected', directlyConnected: true, vias: [{ interface: 'Vl10' }] },
      { ...PATH, interface: 'Vlan10', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'by interface only: who is behind it is not known',
      '10.1.0.0/24',
      { routeType: 'static', directlyConnected: true, vias: [{ interface: 'Tunnel1' }] },
      { ...PATH, interface: 'Tunnel1', neighbor: undefined, routingProtocol: 'netmgmt' },
    ],
    [
      'by interface only, to the target alone, which may be far behind the tunnel',
      '10.1.0.2/32',
      { routeType: 'static', directlyConnected: true, vias: [{ interface: 'Tunnel1' }] },
      { ...PATH, prefix: '10.1.0.2/32', interface: 'Tunnel1', neighbor: undefined, routingProtocol: 'netmgmt' },
    ],
    [
      'an address of its own',
      '10.1.0.2/32',
      { routeType: 'connected', directlyConnected: true, vias: [{ interface: 'Loopback0' }] },
      { ...PATH, prefix: '10.1.0.2/32', interface: 'Loopback0', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'equal ones',
      '10.1.0.0/24',
      { routeType: 'eBGP', vias: [VIA, { nexthopAddr: '10.45.0.5', interface: 'Ethernet2' }] },
      { ...PATH, others: [{ interface: 'Ethernet2', neighbor: '10.45.0.5' }], routingProtocol: 'bgp' },
    ],
    ['to nowhere', '10.1.0.0/24', { routeType: 'static', routeAction: 'drop', vias: [] }, null],
    ['to Null0', '10.1.0.0/24', { routeType: 'static', vias: [{ interface: 'Null0' }] }, null],
    [
      'to Null0, or through a tunnel',
      '10.1.0.0/24',
      { routeType: 'static', vias: [{ interface: 'Null0' }, TUNNEL] },
      { ...NOT_KNOWN, routingProtocol: 'netmgmt' },
    ],
    ['through VXLAN', '10.1.0.0/24', { routeType: 'eBGP', vias: [VXLAN] }, { ...NOT_KNOWN, routingProtocol: 'bgp' }],
    [
      'through VXLAN, with its interface',
      '10.1.0.0/24',
      { routeType: 'eBGP', vias: [{ ...VXLAN, interface: 'Vxlan1' }] },
      { ...NOT_KNOWN, routingProtocol: 'bgp' },
    ],
    [
      'leaked from another VRF, to be looked up there',
      '10.1.0.0/24',
      { routeType: 'eBGP', routeLeaked: true, vias: [{ nexthopAddr: '10.0.0.9' }] },
      { ...NOT_KNOWN, routingProtocol: 'bgp' },
    ],
    [
      'leaked from another VRF, with its link',
      '10.1.0.0/24',
      { routeType: 'ospfIntraArea', routeLeaked: true, vias: [VIA] },
      PATH,
    ],
    [
      'to next hops that are not told',
      '10.1.0.0/24',
      { routeType: 'nexthopGroup', routeAction: 'forward', vias: [] },
      { ...NOT_KNOWN, routingProtocol: 'netmgmt' },
    ],
  ])('%s', (_, prefix, route, expected) => {
    expect(path(prefix, route)).toEqual(expected);
  });

  test('no route; no VRF of that name; IPv6 of releases without VRFs; of several the longest', () => {
    expect(parsePath(inVrf('red', { routes: {} }), C, 'red', '10.1.0.2')).toBeNull();
    expect(parsePath('{"vrfs":{}}', C, 'red', '10.1.0.2')).toBeNull();
    expect(() => parsePath(inVrf('blue', { routes: {} }), C, 'red', '10.1.0.2')).toThrow('cannot be understood');
    const route = { routeType: 'ospf', vias: [{ nexthopAddr: 'fe80::3%et1', interface: 'Ethernet1' }] };
    const routes = { '::/0': { ...route, routeType: 'static' }, 'fd00:1::/64': route, 'fd00:2::/64': route };
    expect(parsePath(JSON.stringify({ routes }), C, undefined, 'fd00:1::2')).toEqual({
      ...PATH,
      prefix: 'fd00:1::/64',
      neighbor: 'fe80::3',
    });
    expect(() => parsePath('{}', C, undefined, '10.1.0.2')).toThrow('cannot be understood');
    expect(() => parsePath('% IP Routing table for VRF red does not exist.', C, 'red', '10.1.0.2')).toThrow('refused');
  });
});

describe('text', () => {
  const HEADING = `
VRF: default
Source Codes:
       C - connected, S - static, K - kernel,
       O - OSPF, IA - OSPF inter area, E1 - OSPF external type 1,
       B I - iBGP, B E - eBGP, R - RIP, I L1 - IS-IS level 1,
       G  - gRIBI, RC - Route Cache Route

Gateway of last resort is not set

`;
  const lines = (...rows: string[]) => `${HEADING}${rows.join('\n')}\n`;
  const OTHER = { interface: 'Ethernet2', neighbor: '10.45.0.5' };

  test.each<[string, string[], PathPart | RecursivePart | null]>([
    ['on one line', [' O        10.1.0.0/24 [110/20] via 10.34.0.3, Ethernet1'], PATH],
    [
      'equal ones, on lines below each other',
      [
        ' O E2     10.1.0.0/24 [110/20] via 10.34.0.3, Ethernet1',
        '                               via 10.45.0.5, Ethernet2',
      ],
      { ...PATH, others: [OTHER] },
    ],
    [
      'equal ones, below the prefix',
      [' B E      10.1.0.0/24 [20/0]', '           via 10.34.0.3, Ethernet1', '           via 10.45.0.5, Ethernet2'],
      { ...PATH, others: [OTHER], routingProtocol: 'bgp' },
    ],
    [
      'connected',
      [' C        10.1.0.0/24 is directly connected, Vlan10'],
      { ...PATH, interface: 'Vlan10', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'connected, below the prefix',
      [' C        10.1.0.0/24', '           directly connected, Vlan10'],
      { ...PATH, interface: 'Vlan10', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'by interface only',
      [' S        10.1.0.0/24 is directly connected, Tunnel1, Static Interface GRE-Tunnel index 1, dst 10.0.0.9'],
      { ...PATH, interface: 'Tunnel1', neighbor: undefined, routingProtocol: 'netmgmt' },
    ],
    [
      'by interface only, to the target alone',
      [' S        10.1.0.2/32 is directly connected, Tunnel1'],
      { ...PATH, prefix: '10.1.0.2/32', interface: 'Tunnel1', neighbor: undefined, routingProtocol: 'netmgmt' },
    ],
    [
      'leaked from another VRF',
      [' S L      10.1.0.0/24 [1/0] (source VRF red) via 10.34.0.3, Ethernet1'],
      { ...PATH, routingProtocol: 'netmgmt' },
    ],
    [
      'to be looked up',
      [' B I      10.1.0.0/24 [200/0] via 10.0.0.9'],
      { prefix: '10.1.0.0/24', routingProtocol: 'bgp', nexthop: '10.0.0.9' },
    ],
    [
      'through VXLAN, though the default route goes elsewhere',
      [
        'Gateway of last resort:',
        ' S        0.0.0.0/0 [1/0] via 10.34.0.3, Ethernet1',
        '',
        ' B I      10.1.0.0/24 [200/0]',
        '           via VTEP 10.0.0.77 VNI 50001 router-mac 00:1c:73:00:00:01 local-interface Vxlan1',
      ],
      { ...NOT_KNOWN, routingProtocol: 'bgp' },
    ],
    [
      'through a tunnel',
      [
        ' I L2     10.1.0.0/24 [115/20]',
        '           via 10.0.0.9/32, IS-IS SR tunnel index 3, label 5',
        '              via TI-LFA tunnel index 8, label imp-null(3)',
        '                 via 10.34.0.3, Ethernet1, label imp-null(3)',
        '                 backup via 10.45.0.5, Ethernet2, label 7',
      ],
      { ...NOT_KNOWN, routingProtocol: 'isIs' },
    ],
    [
      'through a tunnel whose far end has no length',
      [' B I      10.1.0.0/24 [200/0] via 10.0.0.9, SRv6 tunnel index 3'],
      { ...NOT_KNOWN, routingProtocol: 'bgp' },
    ],
    [
      'over a link, or through a tunnel as well',
      [
        ' I L2     10.1.0.0/24 [115/20] via 10.0.0.9/32, IS-IS SR tunnel index 3',
        '                               via 10.34.0.3, Ethernet1',
      ],
      { ...PATH, routingProtocol: 'isIs' },
    ],
    [
      'to the interface of another VRF',
      [' B L      10.1.0.0/24 [20/0] (source VRF BLUE) via 10.34.0.3, Ethernet1 (egress VRF BLUE)'],
      { ...PATH, routingProtocol: 'bgp' },
    ],
    [
      'to be looked up in another VRF',
      [' S        10.1.0.0/24 [1/0] via 10.0.0.9 (egress VRF BLUE)'],
      { ...NOT_KNOWN, routingProtocol: 'netmgmt' },
    ],
    [
      'connected to another VRF',
      [' C L      10.1.0.0/24 is directly connected (source VRF BLUE), Vlan10 (egress VRF BLUE)'],
      { ...PATH, interface: 'Vlan10', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'by weight',
      [
        ' B E      10.1.0.0/24 [20/0] via 10.34.0.3, Ethernet1 weight 1/2',
        '                             via 10.45.0.5, Ethernet2 weight 1/2',
      ],
      { ...PATH, others: [OTHER], routingProtocol: 'bgp' },
    ],
    [
      'to be looked up, by weight',
      [
        ' B I      10.1.0.0/24 [200/0] via 10.0.0.9 weight 1/2',
        '                              via 10.0.0.8 weight 1/2',
      ],
      { ...NOT_KNOWN, routingProtocol: 'bgp', nexthop: '10.0.0.9' },
    ],
    [
      'with labels',
      [' B I      10.1.0.0/24 [200/0] via 10.34.0.3, Ethernet1, label 100 (more of it)'],
      { ...PATH, routingProtocol: 'bgp' },
    ],
    [
      'by a group of next hops',
      [' NG       10.1.0.0/24 [1/0] via Nexthop-Group Index 1, NHG1'],
      { ...NOT_KNOWN, routingProtocol: 'netmgmt' },
    ],
    ['to nowhere, in one word', [' S        10.1.0.0/24 [1/0] via drop'], null],
    ['to nowhere, of IPv6 style', [' S        10.1.0.0/24 [1/0]', '           via Null0, directly connected'], null],
    ['to nowhere', [' A B      10.1.0.0/24 is directly connected, Null0'], null],
    ['no route', ['! IP routing not enabled'], null],
  ])('%s', (_, rows, expected) => {
    const strange: string[] = [];
    const path = parsePathText(lines(...rows), C, undefined, '10.1.0.2', (line) => strange.push(line));
    expect(path).toEqual(expected);
    expect(strange).toEqual([]);
  });

  test('the route to something else does not say that the target is unreachable', () => {
    const row = ' O        10.9.0.0/24 [110/20] via 10.34.0.3, Ethernet1';
    expect(() => parsePathText(lines(row), C, undefined, '10.1.0.2')).toThrow('cannot be understood');
  });

  test('IPv6; an old heading; another VRF; a refusal; something else', () => {
    const text = `Displaying 2 of 7 IPv6 routing table entries
Codes: C - connected, S - static, K - kernel, O3 - OSPFv3,
       B - BGP, R - RIP, A B - BGP Aggregate

 O3       fd00:1::/64 [110/20]
           via fe80::3, Ethernet1
 C        fd00:34::/64 [0/1]
           via Ethernet1, directly connected
`;
    expect(parsePathText(text, C, undefined, 'fd00:1::2')).toEqual({
      ...PATH,
      prefix: 'fd00:1::/64',
      neighbor: 'fe80::3',
    });
    expect(parsePathText(text, C, undefined, 'fd00:34::3')).toEqual({
      ...PATH,
      prefix: 'fd00:34::/64',
      neighbor: null,
      routingProtocol: 'local',
    });
    const row = ' O        10.1.0.0/24 [110/20] via 10.34.0.3, Ethernet1\n';
    expect(() => parsePathText(`VRF name: red\n${row}`, C, undefined, '10.1.0.2')).toThrow('cannot be understood');
    expect(() => parsePathText(lines(row), C, 'red', '10.1.0.2')).toThrow('cannot be understood');
    expect(parsePathText(`VRF name: red\n${row}`, C, 'red', '10.1.0.2')).toEqual(PATH);
    expect(() => parsePathText('% IP Routing table for VRF red does not exist.', C, 'red', '10.1.0.2')).toThrow(
      'refused',
    );
    expect(() => parsePathText('Hello\n', C, undefined, '10.1.0.2')).toThrow('cannot be understood');
  });

  test('what is reached through a tunnel is not said to be unreachable', async () => {
    const routes = { '10.1.0.0/24': { routeType: 'eBGP', vias: [{ vtepAddr: '10.0.0.77', vni: 50001 }] } };
    const outputs = { ...OUTPUTS, 'show ip route 10.1.0.2 | json': inVrf('default', { routes }) };
    const query = { family: 4, group: null, source: '10.1.0.2' } as const;
    const reader = readerWith(aristaEos(), fakeCli(outputs));
    expect((await reader.readForwarding(query, new AbortController().signal)).rpf).toEqual([]);
  });

  test('a switch that has no JSON for IPv6 routes is asked for text, of counters, too', async () => {
    const {
      'show ipv6 route fd00:1::2 | json': route,
      'show interfaces counters | json': counters,
      ...outputs
    } = OUTPUTS;
    expect([route, counters]).not.toContain(undefined);
    const counted = 'Port  InOctets InUcastPkts InMcastPkts InBcastPkts\nEt1  1 2 3 4\n';
    const text =
      'Displaying 1 of 7 IPv6 routing table entries\n O3  fd00:1::/64 [110/20]\n      via fe80::3, Ethernet1\n';
    const reader = readerWith(
      aristaEos(),
      fakeCli({ ...outputs, 'show ipv6 route fd00:1::2': text, 'show interfaces counters': counted }),
    );
    const query = { family: 6, group: null, source: 'fd00:1::2' } as const;
    const { rpf, interfaces } = await reader.readForwarding(query, new AbortController().signal);
    expect(rpf).toEqual([{ prefix: 'fd00:1::/64', interface: 1, neighbor: 'fe80::3', routingProtocol: 'ospf' }]);
    expect(interfaces[0]!.inMulticastPackets).toBe('3');
  });
});
