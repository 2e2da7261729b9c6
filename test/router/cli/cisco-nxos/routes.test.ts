/** NX-OS's multicast routes, each oddity once: outputs are written by hand, after the vendor's documentation. */
import { describe, expect, test } from 'vitest';
import { REFUSED, read, routesOf, SHOW_DISTRIBUTION, SHOW_ROUTES, TEXTS } from '../support/nxos.ts';

const ROUTE = {
  group: '239.1.1.1',
  source: '10.1.0.2',
  incoming: 'Ethernet1/1',
  upstream: '10.23.0.2',
  outgoing: [{ interface: 'Vlan10', state: 'forwarding' }],
  packets: null,
  multicastRoutingProtocol: 'pimSparseMode',
  pruneSent: undefined,
  uptimeSeconds: 76,
};

describe('multicast routes', () => {
  test.each([
    ['refuses', REFUSED],
    ['prints nothing of', ''],
  ])('a release that prints no JSON of nothing, and %s the forwarding tables, is asked in text', async (_, output) => {
    const outputs = { ...TEXTS, [SHOW_ROUTES]: '', [SHOW_DISTRIBUTION]: output };
    const text = 'IP Multicast Routing Table for VRF "default"\n\nGroup not found\n';
    const { routes, rpf } = await read({ ...outputs, 'show ip mroute 239.1.1.1': text });
    expect(routes).toEqual([]);
    expect(rpf?.[0]).toMatchObject({ prefix: '10.1.0.0/24', neighbor: '10.23.0.2' });
    await expect(read({ ...outputs, 'show ip mroute 239.1.1.1': '' })).rejects.toThrow('printed nothing');
  });

  test.each<[string, string, object]>([
    [
      'detail, with what platforms add',
      `IP Multicast Routing Table for VRF "default"

Total number of routes: 3
Total number of (*,G) routes: 1

(10.1.0.2/32, 239.1.1.1/32), uptime: 00:01:16, ip(0) mrib(1) pim(0) 
  Data Created: Yes
  VXLAN Flags
    VXLAN Encap
  Stats: 15/1230 [Packets/Bytes], 0.000   bps
  Stats: Active Flow
  Incoming interface: Ethernet1/1, RPF nbr: 10.23.0.2, uptime: 00:01:16, internal
  Outgoing interface list: (count: 1) (bridge-only: 1)
    Vlan10, uptime: 00:01:16, mrib (bridge-only)
  Extranet receiver in vrf blue:
    Vlan77, uptime: 00:01:16, pim
`,
      { packets: '15' },
    ],
    [
      'owners in any order, indented by nothing, `internal` without a blank and with one before',
      `IP Multicast Routing Table for VRF "default"
(10.1.0.2/32,239.1.1.1/32), uptime: 00:01:16, mrib, pim.
Incoming interface: Eth1/1, RPF nbr: 10.23.0.2 ,internal (Router-Id: 2.2.2.2)
Outgoing interface list: (count: 3)
Null, uptime: 00:01:16, pim
Vlan10, uptime: 00:01:16, igmp, pim
Vlan10, uptime: 00:01:16, (vpc-svi)
`,
      {},
    ],
    [
      'a neighbour on a line of its own, an address without length, nobody but members',
      `IP Multicast Routing Table for VRF "default"
(10.1.0.2, 239.1.1.1), uptime: 3w2d, igmp ip
  Incoming interface: Ethernet1/1
    RPF nbr: 10.23.0.2
  Outgoing interface list: (count: 1)
    Vlan10, uptime: never, igmp
`,
      { multicastRoutingProtocol: 'igmpOnly', uptimeSeconds: 23 * 86_400 },
    ],
    [
      'a connected source, configured',
      `(10.1.0.2/32, 239.1.1.1/32), uptime: 00:01:16, static ip
  Incoming interface: Ethernet1/1, RPF nbr: 10.1.0.2, internal
  Outgoing interface list: (count: 0)
`,
      { upstream: null, outgoing: [], multicastRoutingProtocol: 'netmgmt' },
    ],
    [
      'an RP of its own',
      `(*, 239.1.1.1/32), bidir, uptime: 00:01:16, pim ip
  Incoming interface: loopback0, RPF nbr: 10.0.0.3
  Outgoing interface list: (count: 1)
    Vlan10, uptime: 00:01:16, pim, (RPF)
`,
      { source: null, incoming: 'loopback0', upstream: null, rp: '10.0.0.3' },
    ],
    [
      'detail, in which the list begins behind something else',
      `IP Multicast Routing Table for VRF "default"

Total number of (*,G-prefix) routes: 0

(10.1.0.2/32, 239.1.1.1/32) Route ptr: 0x5d0c1a48 , uptime: 00:01:16, igmp(0) pim(1) ip(0) 
  RPF-Source: 10.1.0.2 [41/110]
  Data Created: Yes
  Stats: Inactive Flow
  Incoming interface: Ethernet1/1, RPF nbr: 10.23.0.2, uptime: 00:01:16
  LISP dest context id: 0  Outgoing interface list: (count: 1) (Fabric OIF) (bridge-only: 0)
    Vlan10 (vpc-svi), uptime: 00:01:16, igmp
`,
      {},
    ],
    [
      'no incoming interface',
      `(*, 239.1.1.1/32), uptime: 00:01:16, nve ip
  Incoming interface: Null, RPF nbr: 0.0.0.0
  Outgoing interface list: (count: 0)

`,
      {
        source: null,
        incoming: null,
        hasNoIncoming: true,
        upstream: null,
        outgoing: [],
        multicastRoutingProtocol: null,
      },
    ],
  ])('text: %s', (_, text, expected) => {
    expect(routesOf({ [SHOW_ROUTES]: text })).toEqual([{ ...ROUTE, ...expected }]);
  });

  const row = (members: object) => ({
    'mcast-addrs': '(10.1.0.2/32, 239.1.1.1/32)',
    uptime: '00:01:16',
    'route-iif': 'Ethernet1/1',
    'rpf-nbr': '10.23.0.2',
    TABLE_mpib: { ROW_mpib: { 'mpib-name': 'pim' } },
    TABLE_oif: { ROW_oif: [{ 'oif-name': 'Vlan10' }] },
    ...members,
  });
  const inVrf = (name: string, rows: unknown) => ({ 'vrf-name': name, TABLE_one_route: { ROW_one_route: rows } });
  test.each<[string, object, object[]]>([
    [
      'several rows',
      { TABLE_vrf: { ROW_vrf: inVrf('default', [row({}), row({ uptime: 'PT1H' })]) } },
      [{}, { uptimeSeconds: 3600 }],
    ],
    ['tables that are lists', { TABLE_vrf: [{ ROW_vrf: inVrf('default', row({})) }] }, [{}]],
    ['another VRF', { TABLE_vrf: { ROW_vrf: [inVrf('red', row({})), inVrf('default', row({}))] } }, [{}]],
    [
      'no list, no owners, the addresses apart',
      {
        ROW_one_route: row({
          'mcast-addrs': undefined,
          source_addrs: '*',
          group_addrs: '239.1.1.1/32',
          'route-iif': 'Null',
          'rpf-nbr': '0.0.0.0',
          TABLE_mpib: '',
          TABLE_oif: '',
        }),
      },
      [
        {
          source: null,
          incoming: null,
          hasNoIncoming: true,
          upstream: null,
          outgoing: [],
          multicastRoutingProtocol: null,
        },
      ],
    ],
    [
      'receivers in another VRF, too',
      {
        ROW_one_route: row({
          TABLE_extranet: {
            ROW_extranet: { extranet_vrf_name: 'red', TABLE_oif: { ROW_oif: { 'oif-name': 'Vlan77' } } },
          },
        }),
      },
      [{}],
    ],
    ['a route of a prefix', { ROW_one_route: row({ 'mcast-addrs': '(*, 232.0.0.0/8)' }) }, []],
    ['nothing', {}, []],
  ])('JSON: %s', (_, document, expected) => {
    const routes = routesOf({ [SHOW_ROUTES]: JSON.stringify(document) });
    expect(routes).toEqual(expected.map((one) => ({ ...ROUTE, ...one })));
  });

  const FORWARDED = `IPv4 Multicast Routing Table for table-id: 1
Total number of groups: 2
Legend:
   C = Control Route
  (*, 239.1.1.1/32), RPF Interface: NULL, flags: D
    Received Packets: 0 Bytes: 0
    Number of Outgoing Interfaces: 0
    Null Outgoing Interface List

  (10.1.0.2/32, 239.1.1.1/32), RPF Interface: Ethernet1/1, flags:
    Uestream Nbr: 10.23.0.2
    Received Packets: 18446744073709551615 Bytes: 0
    Number of Outgoing Interfaces: 2
    Outgoing Interface List Index: 2
      Vlan10 (VPC)
        ( Mem L2 Ports: port-channel40 Ethernet1/8 )
        l2_oiflist_index: 7
      sup-eth1 Outgoing Packets:10 Bytes:1000
`;
  const UNTOLD = { multicastRoutingProtocol: null, uptimeSeconds: null };
  const SHARED = { ...ROUTE, ...UNTOLD, source: null, incoming: null, outgoing: [], packets: '0' };
  const SOURCE = { ...ROUTE, ...UNTOLD, packets: '18446744073709551615' };

  test('JSON that is refused is to be asked in text', () => {
    expect(() => routesOf({ [SHOW_ROUTES]: REFUSED, [SHOW_DISTRIBUTION]: FORWARDED })).toThrow('was refused');
  });

  test.each([
    ['nothing', ''],
    ['JSON that was cut off', '{"TABLE_vrf": {"ROW_vrf": '],
  ])('%s: the forwarding table does for the other one', (_, output) => {
    expect(routesOf({ [SHOW_ROUTES]: output, [SHOW_DISTRIBUTION]: FORWARDED })).toEqual([
      { ...SHARED, upstream: undefined },
      SOURCE,
    ]);
  });

  test('the forwarding table flush left, its counts with commas, or none', () => {
    const forwarded = FORWARDED.replace(/^ +(?!C)/gm, '').replace('0 Bytes', 'N/A Bytes');
    const counted = forwarded.replace('18446744073709551615', '18,446,744,073,709,551,615');
    expect(routesOf({ [SHOW_ROUTES]: '', [SHOW_DISTRIBUTION]: counted })).toEqual([
      { ...SHARED, upstream: undefined, packets: null },
      SOURCE,
    ]);
  });

  test.each([
    [
      'closed lines below',
      '( Mem L2 Ports: Ethernet1/3\n          Ethernet1/4 port-channel40\n          Ethernet1/8 )',
    ],
    ['closed on a line of its own', '( Mem L2 Ports: Ethernet1/3\n          Ethernet1/4\n        )'],
    ['longer than a line can be', `( Mem L2 Ports:${' Ethernet1/3'.repeat(200)} )`],
    ['closed nowhere', '( Mem L2 Ports: Ethernet1/3\n          Ethernet1/4'],
  ])('the forwarding table with ports of layer 2 in a bracket that is %s', (_, ports) => {
    const forwarded = FORWARDED.replace(/\( Mem.*\)/, ports);
    const again = forwarded.slice(forwarded.indexOf('  (10.1.0.2/32')).replaceAll('10.1.0.2', '10.1.0.3');
    expect(routesOf({ [SHOW_ROUTES]: '', [SHOW_DISTRIBUTION]: forwarded + again })).toEqual([
      { ...SHARED, upstream: undefined },
      SOURCE,
      { ...SOURCE, source: '10.1.0.3' },
    ]);
  });

  test('the forwarding table as JSON, whose counters may be numbers', () => {
    const forwarded = (members: object) => ({
      'group-addrs': '239.1.1.1',
      'group-len': '32',
      'rpf-intf': 'Ethernet1/1',
      'rpf-nbr': '10.23.0.2',
      'stats-pkts': 7,
      TABLE_oif: { ROW_oif: { 'oif-name': 'Vlan10' } },
      ...members,
    });
    const rows = [
      forwarded({ 'source-addrs': '*', 'rpf-intf': 'NULL', 'rpf-nbr': '0.0.0.0', 'stats-pkts': '0', TABLE_oif: {} }),
      forwarded({ 'source-addrs': '10.1.0.2', 'source-len': '32' }),
      forwarded({ 'source-addrs': '*', 'group-addrs': '232.0.0.0', 'group-len': '8' }),
    ];
    const document = { TABLE_vrf: { ROW_vrf: { 'vrf-name': 'default', TABLE_one_route: { ROW_one_route: rows } } } };
    const outputs = { [SHOW_ROUTES]: '', [SHOW_DISTRIBUTION]: JSON.stringify(document) };
    expect(routesOf(outputs)).toEqual([
      { ...SHARED, upstream: null },
      { ...SOURCE, packets: '7' },
    ]);
  });

  test('neither is an error, which shows what the router said', async () => {
    const refused = { [SHOW_ROUTES]: REFUSED, [SHOW_DISTRIBUTION]: REFUSED, 'show ip mroute 239.1.1.1': REFUSED };
    await expect(read(refused)).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: expect.stringContaining("`show ip mroute 239.1.1.1` was refused: % Invalid command at '^' marker."),
    });
  });

  test('without the forwarding table nothing is counted', async () => {
    const { routes } = await read({ [SHOW_DISTRIBUTION]: '% Permission denied for the role\n' });
    expect(routes?.map((one) => one.packets)).toEqual([null, null]);
  });
});
