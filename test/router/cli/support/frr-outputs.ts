/**
 * Outputs of an FRR router, in the shape of 8.4.4 with members that are not read left out but for a few: a core
 * router between `west` (towards the source) and `east`, with a receiver on `lan`, PIM off on `mgmt`.
 */
import type { Outputs } from './fake-shell.ts';

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function oif(name: string, more: object = {}): object {
  return { outboundInterface: name, inboundInterface: 'west', protocolPim: true, ttl: 1, upTime: '00:01:00', ...more };
}

function mroute(source: string, iif: string, oil: object, more: object = {}): object {
  return { source, group: '239.1.2.3', installed: 1, oilSize: 1, iif, upTime: '00:06:52', flags: 'S', oil, ...more };
}

export const INTERFACES = json({
  east: {
    administrativeStatus: 'up',
    index: 7,
    mtu: 1500,
    description: '% Unbalanced square brackets\n% Unbalanced square brackets',
    ipAddresses: [
      { address: '192.0.2.1/30', secondary: false },
      { address: '2001:db8:7:0::1/64', secondary: false },
      { address: 'fe80::7/64', secondary: false },
    ],
  },
  gone: { administrativeStatus: 'down', index: 0, ipAddresses: [] },
  lan: { index: 9, mtu: 9000, ipAddresses: [{ address: '198.51.100.1/24' }] },
  lo: { index: 1, mtu: 65536, ipAddresses: [{ address: '203.0.113.9/32' }, { address: '127.0.0.1/8' }] },
  mgmt: { index: 3, ipAddresses: [{ address: 'not an address' }] },
  pimreg: { index: 12, mtu: 1472, ipAddresses: [] },
  west: { index: 8, mtu: 1500, ipAddresses: [{ address: '192.0.2.6/30' }] },
});

export const VIFS = json({
  east: { name: 'east', ifIndex: 7, vif: 2, pktsIn: 0, pktsOut: 412, bytesIn: 0, bytesOut: 94000 },
  down: { name: 'down', ifIndex: 0, vif: -1, pktsIn: 0, pktsOut: 0 },
  lan: { name: 'lan', ifIndex: 9, vif: 3, pktsIn: 5, pktsOut: Number.MAX_SAFE_INTEGER + 1 },
  pimreg: { name: 'pimreg', ifIndex: 12, vif: 0, pktsIn: 0, pktsOut: 1 },
  west: { name: 'west', ifIndex: 8, vif: 1, pktsIn: 417, pktsOut: 0 },
});

const ROUTES = json({
  '239.1.2.3': {
    '*': mroute('*', 'east', { pimreg: oif('pimreg'), east: oif('east'), lan: oif('lan', { protocolIgmp: true }) }),
    '198.18.0.5': mroute('198.18.0.5', 'west', { east: oif('east'), lan: oif('lan') }, { upTime: '1d02h03m' }),
    '198.18.0.6': mroute('198.18.0.6', 'west', { lan: oif('lan') }),
  },
});

const COUNTS = json({
  '239.1.2.3': {
    '*': { lastUsed: 10, packets: 1, bytes: 228, wrongIf: 0 },
    '198.18.0.5': { lastUsed: 0, packets: 215, bytes: 49020, wrongIf: 0 },
  },
  '239.9.9.9': { '*': { packets: 77 } },
});

const RPF = json({
  rpfCacheRefreshDelayMsecs: 50,
  rpfCacheRefreshLast: '00:02:05',
  '239.1.2.3': {
    '*': { source: '*', group: '239.1.2.3', rpfInterface: 'east', rpfAddress: '192.0.2.2', ribNexthop: '192.0.2.2' },
    '198.18.0.5': { source: '198.18.0.5', group: '239.1.2.3', rpfInterface: 'west', rpfAddress: '192.0.2.5' },
  },
});

const UPSTREAM = json({
  '239.1.2.3': {
    '*': { sendSGRptPrune: false, joinState: 'Joined' },
    '198.18.0.5': { sendSGRptPrune: false, joinState: 'NotJoined' },
  },
});

const JOINS = json({
  east: {
    name: 'east',
    index: 7,
    flagMulticast: true,
    '239.1.2.3': { '*': { source: '*', group: '239.1.2.3', channelJoinName: 'JOIN', protocolPim: 1 } },
  },
  mgmt: { '239.1.2.3': { '198.18.0.5': { channelJoinName: 'PRUNEP' } } },
  lo: { '239.1.2.3': { '198.18.0.5': { channelJoinName: 'SGRpt(P)', sgRpt: 1 } } },
});

export const RPS = json({
  '203.0.113.2': [{ rpAddress: '203.0.113.2', outboundInterface: 'east', iAmRP: false, group: '239.0.0.0/8' }],
  '203.0.113.4': [{ rpAddress: '203.0.113.4', group: '239.1.0.0/16', source: 'Static' }],
});

const nexthop = (more: object) => ({ flags: 3, fib: true, afi: 'ipv4', active: true, weight: 1, ...more });

export const PATH_TO_SOURCE = json({
  '198.18.0.0/24': [
    { protocol: 'ospf', distance: 110, nexthops: [nexthop({ ip: '192.0.2.2', interfaceName: 'east' })] },
    {
      protocol: 'bgp',
      selected: true,
      nexthops: [
        { flags: 5, ip: '203.0.113.1', active: true, recursive: true },
        nexthop({ ip: '192.0.2.5', interfaceName: 'west', interfaceIndex: 8, resolver: true }),
      ],
    },
  ],
});

export const PATH_TO_RP = json({
  '203.0.113.4/32': [
    { protocol: 'ospf', selected: true, nexthops: [nexthop({ ip: '192.0.2.2', interfaceName: 'east' })] },
  ],
});

export const NO_PATH = json({ '0.0.0.0/0': [] });

export const NEIGHBORS = json({
  lo: {},
  east: { '192.0.2.2': { interface: 'east', neighbor: '192.0.2.2', upTime: '00:02:05', drPriority: 1 } },
  west: { '192.0.2.5': { interface: 'west', neighbor: '192.0.2.5' } },
});

const PIM = json({
  lo: { name: 'lo', state: 'up', address: '203.0.113.9', pimDesignatedRouter: '203.0.113.9' },
  pimreg: { name: 'pimreg', state: 'up', address: '0.0.0.0', pimDesignatedRouter: '*', pimDesignatedRouterLocal: true },
  east: { name: 'east', address: '192.0.2.1', pimNeighbors: 1, pimDesignatedRouter: '192.0.2.2' },
  lan: { name: 'lan', pimDesignatedRouter: '198.51.100.1', pimDesignatedRouterLocal: true },
});

/** LABS denies the group, and is the boundary of `lan`. */
const CONFIGURATION = json({
  'frr-filter:lib': {
    'prefix-list': [
      {
        type: 'ipv4',
        name: 'LABS',
        entry: [
          { sequence: 5, action: 'deny', 'ipv4-prefix': '239.1.2.0/24', 'ipv4-prefix-length-lesser-or-equal': 32 },
          { sequence: 10, action: 'permit', any: [null] },
        ],
      },
    ],
  },
  'frr-interface:lib': {
    interface: [
      {
        name: 'lan',
        'frr-pim:pim': {
          'address-family': [
            { 'address-family': 'frr-routing:ipv4', 'pim-enable': true, 'multicast-boundary-oil': 'LABS' },
          ],
        },
      },
    ],
  },
});

export const FRR_OUTPUTS = {
  'show interface vrf default json': INTERFACES,
  'show ip multicast count json': `\n${VIFS}`,
  'show ip pim interface json': PIM,
  'show ip pim neighbor json': NEIGHBORS,
  'show ip pim rp-info json': RPS,
  'show configuration running json pimd': CONFIGURATION,
  'show ip mroute 239.1.2.3 json': ROUTES,
  'show ip mroute count json': COUNTS,
  'show ip pim rpf json': RPF,
  'show ip pim upstream 239.1.2.3 json': UPSTREAM,
  'show ip pim join 239.1.2.3 json': JOINS,
  'show ip route 198.18.0.5 json': PATH_TO_SOURCE,
  'show ip route 203.0.113.4 json': PATH_TO_RP,
} as const satisfies Outputs;
