/** The world around the routers: options, policy, peers, and the addresses and numbers that events choose from. */
import type { RouterIdentity } from '../../../src/domain/domain.ts';
import type { Peer } from '../../../src/domain/peers.ts';
import type { HostLink } from '../../../src/net/port.ts';
import { type Address, type Prefix, parseAddress, parsePrefix } from '../../../src/wire/address.ts';
import { ASM_GROUP, RECEIVER, SOURCE, SSM_GROUP } from '../../support/lab-network.ts';
import { LOOPED, ODD, SNAPSHOTS } from './routers.ts';

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
  GATEWAYS: 0x80,
} as const;

export const address = (text: string): Address => parseAddress(text)!;
export const prefix = (text: string): Prefix => parsePrefix(text)!;

/** The daemon's ports: its index of the one that hears this family. */
export function arrivalPort(family: 4 | 6): number {
  return family === 4 ? 3 : 4;
}

/** The one that can send from a stand-in address. */
export function standInPort(source: Uint8Array): number {
  return source.length === 4 ? 5 : 6;
}

export const NATIVE_PORT = 33435;
export const REPLY_TIMEOUT_MS = 10_000;
export const TIGHT = { queries: { perSecond: 2, burst: 3 }, requests: { perSecond: 4, burst: 2 } };
export const LOOSE = { perSecond: 1_000_000, burst: 1_000_000 };
/** The host's own addresses and networks; on the last two links there is a router of ours, too. */
const HOST_LINKS_TEXT = [
  ['192.0.2.5/24', 1],
  ['2001:db8::5/64', 1],
  ['127.0.0.1/8', 2],
  ['::1/128', 2],
  ['10.10.0.200/24', 3],
  ['fd00:10::200/64', 3],
] as const;
export const HOST_NETWORKS = HOST_LINKS_TEXT.map(([network]) => network);
export const HOST_LINKS: readonly HostLink[] = HOST_LINKS_TEXT.map(([network, interfaceIndex]) => ({
  network: prefix(network),
  interfaceIndex,
}));
/** Where Replies to Queries of gateways come. */
export const REPLY_PORT = 33435;
/** Clients that are shown less, in lives in which others are prohibited. */
export const HIDE_FROM = ['10.4.0.0/24', 'fd00:4::/64', '10.9.0.64/26'];
export const QUERY_NETWORKS = ['10.0.0.0/8', '192.0.2.0/25', 'fd00::/15', '2001:db8::/63'];
export const REQUEST_NETWORKS = ['10.23.0.0/30', '10.200.0.0/16', 'fd00:23::/126', 'fd00:200::/32'];
export const PROHIBIT = ['239.1.1.0/27', '10.9.0.66/32', 'ff15::/16', 'fd00:9::66/128'];

export interface OursOf {
  readonly identities: readonly RouterIdentity[];
  /** Of `SNAPSHOTS`. */
  readonly indexes: readonly number[];
  /** Every network that they may say they are connected to. */
  readonly networks: readonly string[];
}

const STAND_INS: Readonly<Record<string, readonly string[]>> = {
  r3: ['192.0.2.3', '2001:db8::3'],
  x1: ['192.0.2.9', '10.10.0.1', 'fd00:10::1'],
  c2: ['192.0.2.12', '2001:db8::12'],
};
export const ALL_STAND_INS = Object.values(STAND_INS).flat().map(address);
const GATEWAYS: Readonly<Record<string, readonly string[]>> = {
  r3: ['0.0.0.0/0', '::/0'],
  c2: ['10.200.0.0/24', 'fd00:200::/64'],
  x1: ['10.9.0.0/24', 'fd00:9::/64'],
};

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
    ((bits & Ours.WITHOUT_ODD) !== 0 && name.startsWith('x')) ||
    ((bits & Ours.WITHOUT_SECOND_ON_LINK) !== 0 && name === 'r4b');
  return SNAPSHOTS.flatMap(({ name, interfaces }, index) => {
    if (isOut(name)) return [];
    const standIn = (bits & Ours.STAND_INS) === 0 ? [] : (STAND_INS[name] ?? []);
    // r3 is one for all: the lab's path goes on from there; c2 is one in a circle.
    const gateway = (bits & Ours.GATEWAYS) === 0 ? [] : (GATEWAYS[name] ?? []);
    const own = (bits & Ours.ADDRESSES) === 0 ? [] : interfaces.flatMap((one) => one.addresses);
    const addresses = own.map((text) => prefix(text).address).filter((one) => one[0] !== 0xfe);
    return [{ index, identity: { name, addresses, standIn: standIn.map(address), gateway: gateway.map(prefix) } }];
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
  '192.0.2.130', // one bit out of the networks above
  '2001:db8:0:2::1',
  'fd02::1',
  '10.23.0.4',
  'fd00:23::4',
  'fe80::9', // link-local, of neighbours
  '169.254.0.9',
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
  '192.0.2.12', // one more stand-in
  'fd00:10::1',
  '224.0.1.1', // beyond a link
  'ff05::2',
].map(address);
export const HOP_LIMITS = [255, 254, 64, 1, 0, -1];
export const DURATIONS_MS = [0, 1, 20, 499, 1000, 2999, 3000, 3001, 4000, 5000, 9999, 10_000, 25_000];

/** What is put into fields of messages; those that are in the world, and those that mean something to the RFC. */
export const INTERESTING: readonly Address[] = [
  ...SENDERS,
  ...DESTINATIONS,
  ...[SOURCE[4], SOURCE[6], SSM_GROUP[4], SSM_GROUP[6], ASM_GROUP[4], ASM_GROUP[6], LOOPED[4], LOOPED[6]].map(address),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].flatMap((n) => [`${ODD[4]}${n}`, `${ODD[6]}${n}`]).map(address),
  ...SNAPSHOTS.flatMap((one) => one.interfaces.flatMap((own) => own.addresses.map((text) => prefix(text).address))),
  ...[
    '239.2.0.1',
    '239.3.0.1',
    '239.4.0.1',
    'ff16::1',
    '239.1.1.7',
    '239.1.1.32',
    '232.3.4.5',
    '172.16.0.1',
    'fc00::1',
    '10.11.0.2',
    'fd00:11::2',
  ].map(address),
  ...['0.0.0.0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '240.0.0.1', '169.254.1.1', 'ff05::2'].map(address),
];
