/**
 * The world that lives are lived in: routers with all that a snapshot can say (a row, a loop, two on one link, unnumbered
 * and scoped interfaces, a proxy, an RP, no way at all), peers, native neighbours, and the addresses that events choose from.
 */
import type { Peer, RouterIdentity } from '../../src/domain/domain.ts';
import type { Snapshot, SnapshotRoute } from '../../src/router/snapshot.ts';
import { type RouterState, stateOf } from '../../src/router/state.ts';
import { type Address, type Prefix, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { ASM_GROUP, LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

/** Bits of a life's first octet of options. */
export const Option = {
  NATIVE: 0x01,
  LEARNED: 0x02,
  PROHIBIT: 0x04,
  TIGHT_LIMITS: 0x08,
  /** `access.queries` and `access.requests` are not configured. */
  DEFAULT_ACCESS: 0x10,
  SLOW_PORT: 0x20,
  FEW_SLOTS: 0x40,
  FEW_RELAYED: 0x80,
} as const;

/** Bits of the second octet. */
export const Ours = {
  WITHOUT_UPSTREAM: 0x01,
  WITHOUT_LOOP: 0x02,
  WITHOUT_ODD: 0x04,
  WITHOUT_SECOND_ON_LINK: 0x08,
  STAND_INS: 0x10,
  ADDRESSES: 0x20,
  NO_REQUEST_PORT: 0x40,
} as const;

export const address = (text: string): Address => parseAddress(text)!;
export const prefix = (text: string): Prefix => parsePrefix(text)!;

export const NATIVE_PORT = 33435;
export const REPLY_TIMEOUT_MS = 10_000;
export const TIGHT = { queries: { perSecond: 2, burst: 3 }, requests: { perSecond: 4, burst: 2 } };
export const LOOSE = { perSecond: 1_000_000, burst: 1_000_000 };
export const HOST_NETWORKS = ['192.0.2.5/24', '2001:db8::5/64', '127.0.0.1/8', '::1/128'];
export const QUERY_NETWORKS = ['10.0.0.0/8', '192.0.2.0/24', 'fd00::/16', '2001:db8::/64'];
export const REQUEST_NETWORKS = ['10.23.0.0/24', '10.200.0.0/16', 'fd00:23::/64', 'fd00:200::/32'];
export const PROHIBIT = ['239.1.1.0/24', '10.9.0.66/32', 'ff15::/16', 'fd00:9::66/128'];

const families = [4, 6] as const;
const LOOPED = { 4: '232.2.2.2', 6: 'ff3e::2:2' } as const;
const ODD = { 4: '232.3.3.', 6: 'ff3e::3:' } as const;

/** c1 to c3: the receiver's end, and each the upstream of the one before; of the last one the first. */
function looping(n: 1 | 2 | 3): Snapshot {
  const near = (family: 4 | 6, link: number, host: number) =>
    family === 4 ? `10.200.${link}.${host}` : `fd00:200:0:${link}::${host}`;
  const addresses = (link: number, host: number) => [`${near(4, link, host)}/24`, `${near(6, link, host)}/64`];
  return {
    name: `c${n}`,
    interfaces: [
      { index: 1, name: 'up', addresses: addresses(n, 2), multicast: true, ...(n === 2 ? { mtu: 300 } : {}) },
      { index: 2, name: 'down', addresses: addresses(n - 1, 1), multicast: true },
      ...(n === 1 ? [{ index: 3, name: 'back', addresses: addresses(3, 1), multicast: true }] : []),
    ],
    routes: families.flatMap((family) =>
      [LOOPED[family], SSM_GROUP[family]].map((group, i) => ({
        group,
        source: SOURCE[family],
        incoming: 1,
        // The last one of the other group is nobody's: its path ends.
        upstream: near(family, n, i === 1 && n === 3 ? 9 : 1),
        outgoing: [2, ...(n === 1 ? [3] : [])].map((index) => ({ index, state: 'forwarding' as const })),
        packets: '1',
        multicastRoutingProtocol: 'pimSparseMode' as const,
      })),
    ),
    rpf: families.map((family) => ({
      prefix: family === 4 ? '0.0.0.0/0' : '::/0',
      interface: 1,
      neighbor: near(family, n, 1),
    })),
  };
}

/** A router on the receiver's link of the lab that does not forward there: only by address may it be the last hop. */
function second(): Snapshot {
  const lab = labSnapshot(4);
  const other = lab.interfaces.map((own) => ({
    ...own,
    addresses: own.addresses.map((text) =>
      text.replace(/^10\.(\d+)\.0\.4/, '10.$1.0.8').replace(/::4(:\d)?\//, '::8$1/'),
    ),
  }));
  return { ...lab, name: 'r4b', interfaces: other, routes: [] };
}

/** Nothing on this one is as it should be. */
function odd(): Snapshot {
  const routes = families.flatMap((family): SnapshotRoute[] => {
    const [near, far] = family === 4 ? ['10.10.0.', '198.18.0.1'] : ['fd00:10::', '2001:db8:8::1'];
    const row = (n: number, more: Partial<SnapshotRoute>): SnapshotRoute => ({
      group: `${ODD[family]}${n}`,
      source: SOURCE[family],
      incoming: 3,
      upstream: `${near}9`,
      outgoing: [{ index: 1, state: 'forwarding' }],
      packets: '18446744073709551614',
      ...more,
    });
    return [
      row(1, { incoming: 2, upstream: far }), // a peer's, behind an unnumbered interface
      row(2, {}), // a native neighbour
      row(3, { incoming: null, upstream: null }),
      row(4, { source: null, upstream: null, multicastRoutingProtocol: 'igmpOnly', incoming: 1 }),
      row(5, { upstream: far, outgoing: [{ index: 1, state: 'pruned' }], pruneSent: true }),
      row(6, { upstream: family === 4 ? '169.254.0.9' : 'fe80::9', outgoing: [{ index: 1, state: 'notForwarding' }] }),
      row(7, { upstream: family === 4 ? '224.0.0.13' : 'ff02::d' }),
      row(8, { incoming: 5, upstream: far, sourcePrefixLength: family === 4 ? 24 : 64 }),
      row(9, { incoming: 1, multicastRoutingProtocol: 'igmpOnly', upstream: null }),
    ];
  });
  return {
    name: 'x1',
    interfaces: [
      { index: 1, name: 'down', addresses: ['10.9.0.1/24', 'fd00:9::1/64', 'fe80::1/64'], multicast: true },
      { index: 2, name: 'ppp', addresses: [], multicast: true, inMulticastPackets: '0' },
      { index: 3, name: 'up', addresses: ['10.10.0.1/24', 'fd00:10::1/64', 'fe80::1/64'], multicast: true, mtu: 9000 },
      { index: 4, name: 'off', addresses: ['10.11.0.1/24', 'fd00:11::1/64'], multicast: false },
      { index: 4294967295, name: 'lo', addresses: ['10.0.9.9/32', 'fd00::99/128'], multicast: true },
      { index: 5, name: 'lower', addresses: ['10.13.0.1/31', 'fe80::1/64'], multicast: true, mtu: 1280 },
    ],
    routes: [
      ...routes,
      { group: '232.3.4.0', groupPrefixLength: 24, source: null, incoming: 3, upstream: '10.10.0.7', outgoing: [] },
    ],
    rpf: families.flatMap((family) => [
      {
        prefix: family === 4 ? '172.16.0.0/12' : 'fc00::/8',
        interface: 3,
        neighbor: family === 4 ? '10.10.0.8' : 'fe80::8',
      },
      { prefix: family === 4 ? '10.11.0.0/24' : 'fd00:11::/64', interface: 4, neighbor: null },
      {
        prefix: family === 4 ? '198.51.100.0/24' : '2001:db8:51::/48',
        interface: 3,
        neighbor: family === 4 ? 'fd00:10::7' : 'fd00:10::7',
      },
    ]),
    rps: [
      { groups: '239.2.0.0/16', address: '10.0.9.9' },
      { groups: '239.3.0.0/16', address: '172.16.0.1' },
      { groups: 'ff15::/16', address: 'fd00::99' },
    ],
    scopes: [
      { groups: '232.3.3.2/32', interface: 1 },
      { groups: 'ff3e::3:2/128', interface: 3 },
    ],
  };
}

/** The order of the bits that say which are silent and which are broken. */
export const SNAPSHOTS: readonly Snapshot[] = [
  ...[...LAB_ROUTERS].reverse().map(labSnapshot),
  second(),
  looping(1),
  looping(2),
  looping(3),
  odd(),
];
export const STATES: readonly RouterState[] = SNAPSHOTS.map(stateOf);
/** What a router says of itself after a restart: its interfaces are numbered anew, and their addresses went elsewhere. */
export const RENUMBERED: readonly RouterState[] = SNAPSHOTS.map((snapshot) => {
  const all = snapshot.interfaces;
  const moved = all.map((own, i) => ({ ...own, addresses: all[(i + 1) % all.length]!.addresses }));
  return stateOf({ ...snapshot, interfaces: moved });
});

export interface OursOf {
  readonly identities: readonly RouterIdentity[];
  /** Of `SNAPSHOTS`. */
  readonly indexes: readonly number[];
  /** Every network that they may say they are connected to. */
  readonly networks: readonly string[];
}

const byBits = new Map<number, OursOf>();

/** The routers of a life, by its second octet of options. */
export function oursOf(bits: number): OursOf {
  const known = byBits.get(bits);
  if (known !== undefined) return known;
  const rows = oursRows(bits);
  const ours = {
    identities: rows.map(({ identity }) => identity),
    indexes: rows.map(({ index }) => index),
    networks: rows.flatMap(({ index }) =>
      SNAPSHOTS[index]!.interfaces.flatMap((one) => one.addresses).filter((text) => !text.startsWith('fe80')),
    ),
  };
  byBits.set(bits, ours);
  return ours;
}

function oursRows(bits: number): { readonly index: number; readonly identity: RouterIdentity }[] {
  const isOut = (name: string) =>
    ((bits & Ours.WITHOUT_UPSTREAM) !== 0 && (name === 'r1' || name === 'r2')) ||
    ((bits & Ours.WITHOUT_LOOP) !== 0 && name.startsWith('c')) ||
    ((bits & Ours.WITHOUT_ODD) !== 0 && name === 'x1') ||
    ((bits & Ours.WITHOUT_SECOND_ON_LINK) !== 0 && name === 'r4b');
  return SNAPSHOTS.flatMap(({ name, interfaces }, index) => {
    if (isOut(name)) return [];
    const standIn =
      (bits & Ours.STAND_INS) === 0
        ? []
        : name === 'r3'
          ? ['192.0.2.3', '2001:db8::3']
          : name === 'x1'
            ? ['192.0.2.9']
            : [];
    const own = (bits & Ours.ADDRESSES) === 0 ? [] : interfaces.flatMap((one) => one.addresses);
    const addresses = own.map((text) => prefix(text).address).filter((one) => one[0] !== 0xfe);
    return [{ index, identity: { name, addresses, standIn: standIn.map(address) } }];
  });
}

export const PEERS: readonly Peer[] = [
  { name: 'west', addresses: ['192.0.2.1', '2001:db8::1'].map(address), port: 33435, routers: [] },
  {
    name: 'east',
    addresses: ['192.0.2.2', '2001:db8::2'].map(address),
    port: 33436,
    routers: ['10.23.0.2/32', '198.18.0.0/15', 'fd00:23::/64', '2001:db8:8::/48'].map(prefix),
  },
  { name: 'v4 only', addresses: [address('203.0.113.1')], port: 33435, routers: ['10.200.3.0/24', '::/0'].map(prefix) },
];

/** Who sends. */
export const SENDERS: readonly Address[] = [
  RECEIVER[4],
  RECEIVER[6], // of the lab
  '10.200.0.99',
  'fd00:200::99',
  '10.9.0.99',
  'fd00:9::99',
  '192.0.2.1',
  '2001:db8::1',
  '192.0.2.2',
  '2001:db8::2',
  '203.0.113.1', // peers
  '10.23.0.3',
  'fd00:23::3',
  '10.200.3.7', // on a router's link
  '198.51.100.1',
  '2001:db8:ffff::1', // strangers
  '192.0.2.255',
  '10.9.0.66',
  'fd00:9::66',
  '127.0.0.1',
  '::1',
  'fe80::77',
  '0.0.0.0',
  '255.255.255.255',
].map(address);
export const SENDER_PORTS = [33435, 40_000, 33436, 0, 65_535];
export const DESTINATIONS: readonly Address[] = [
  '192.0.2.5',
  '2001:db8::5', // ours
  '224.0.0.2',
  'ff02::2',
  '192.0.2.3',
  '2001:db8::3',
  '192.0.2.9', // stand-ins
  '192.0.2.255',
  '255.255.255.255',
  '10.23.0.2',
  '224.0.0.13',
  'ff02::d',
  '10.4.0.4',
].map(address);
export const HOP_LIMITS = [255, 254, 64, 1, 0, -1];
export const DURATIONS_MS = [0, 1, 20, 499, 1000, 2999, 3000, 3001, 4000, 5000, 9999, 10_000, 25_000];

/** What is put into fields of messages; those that are in the world, and those that mean something to the RFC. */
export const INTERESTING: readonly Address[] = [
  ...SENDERS,
  ...DESTINATIONS,
  ...[SOURCE[4], SOURCE[6], SSM_GROUP[4], SSM_GROUP[6], ASM_GROUP[4], ASM_GROUP[6], LOOPED[4], LOOPED[6]].map(address),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [`${ODD[4]}${n}`, `${ODD[6]}${n}`]).map(address),
  ...SNAPSHOTS.flatMap((one) => one.interfaces.flatMap((own) => own.addresses.map((text) => prefix(text).address))),
  ...['239.2.0.1', '239.3.0.1', '239.1.1.7', '232.3.4.5', '172.16.0.1', 'fc00::1', '10.11.0.2', 'fd00:11::2'].map(
    address,
  ),
  ...['0.0.0.0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '240.0.0.1', '169.254.1.1', 'ff05::2'].map(address),
];
