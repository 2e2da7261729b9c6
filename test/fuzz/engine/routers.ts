/**
 * The routers that lives are lived among, with all that a snapshot can say: the lab's row, a second one on its receiver's
 * link, a loop of three, and one on which nothing is as it should be.
 */
import type { Snapshot, SnapshotRoute } from '../../../src/router/snapshot.ts';
import { type RouterState, stateOf } from '../../../src/router/state.ts';
import { LAB_ROUTERS, labSnapshot, SOURCE, SSM_GROUP } from '../../support/lab-network.ts';

const families = [4, 6] as const;
export const LOOPED = { 4: '232.2.2.2', 6: 'ff3e::2:2' } as const;
/** Of the group's text; 1 to 9 follow. */
export const ODD = { 4: '232.3.3.', 6: 'ff3e::3:' } as const;

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
      // The row of the source has nobody downstream; the group's has, on another interface than it comes in on.
      row(10, { outgoing: [] }),
      row(10, { source: null, upstream: far }),
      // Both are several: of routers (anycast), of interfaces of one (link-local).
      row(11, { upstream: family === 4 ? '10.0.7.7' : 'fe80::a' }),
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
      { index: 4294967295, name: 'lo', addresses: ['10.0.9.9/32', '2001:db8:99::9/128'], multicast: true },
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
      { prefix: family === 4 ? '10.10.0.0/24' : 'fd00:10::/64', interface: 3, neighbor: null },
      { prefix: family === 4 ? '10.11.0.0/24' : 'fd00:11::/64', interface: 4, neighbor: null },
      {
        prefix: family === 4 ? '198.51.100.0/24' : '2001:db8:51::/48',
        interface: 3,
        neighbor: family === 4 ? 'fd00:10::7' : 'fd00:10::7',
      },
    ]),
    rps: [
      { groups: '239.2.0.0/16', address: '10.0.9.9' }, // itself
      { groups: '239.3.0.0/16', address: '172.16.0.1' },
      { groups: '239.4.0.0/16', address: '10.10.0.50' }, // on its link
      { groups: 'ff15::/16', address: '2001:db8:99::9' },
      { groups: 'ff16::/16', address: 'fd00:10::50' },
    ],
    scopes: [
      { groups: '232.3.3.2/32', interface: 1 },
      { groups: 'ff3e::3:2/128', interface: 3 },
    ],
  };
}

/** x1's neighbours, two of one kind: the same anycast address, and one of them with one link-local address everywhere. */
function twin(n: 2 | 3): Snapshot {
  const addresses = (link: number) => [`10.1${link}.0.${n}/24`, `fd00:1${link}::${n}/64`];
  return {
    name: `x${n}`,
    interfaces: [
      { index: 1, name: 'lo', addresses: ['10.0.7.7/32', 'fd00::77/128'], multicast: true },
      { index: 2, name: 'down', addresses: [...addresses(0), ...(n === 2 ? ['fe80::a/64'] : [])], multicast: true },
      { index: 3, name: 'up', addresses: [...addresses(5), ...(n === 2 ? ['fe80::a/64'] : [])], multicast: true },
    ],
    routes: families.map((family) => ({
      group: `${ODD[family]}11`,
      source: SOURCE[family],
      incoming: 3,
      upstream: null,
      outgoing: [{ index: 2, state: 'forwarding' }],
    })),
    rpf: [{ prefix: '10.1.0.0/24', interface: 3, neighbor: '10.15.0.9' }],
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
  twin(2),
  twin(3),
];
export const STATES: readonly RouterState[] = SNAPSHOTS.map(stateOf);
/** What a router says of itself after a restart: its interfaces are numbered anew, and their addresses went elsewhere. */
export const RENUMBERED: readonly RouterState[] = SNAPSHOTS.map((snapshot) => {
  const all = snapshot.interfaces;
  const moved = all.map((own, i) => ({ ...own, addresses: all[(i + 1) % all.length]!.addresses }));
  return stateOf({ ...snapshot, interfaces: moved });
});
