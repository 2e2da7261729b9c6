import { describe, expect, test } from 'vitest';
import { Domain } from '../../src/domain/domain.ts';
import type { Peer } from '../../src/domain/peers.ts';
import { stateOf } from '../../src/router/state.ts';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';

const address = (text: string) => parseAddress(text)!;
const prefix = (text: string) => parsePrefix(text)!;

/** A router with one interface for each list of addresses, indexes from 1. */
function interfaces(...lists: string[][]) {
  const rows = lists.map((addresses, i) => ({ index: i + 1, name: `eth${i}`, addresses, multicast: true }));
  return [...stateOf({ name: 'x', interfaces: rows }).interfaces.values()];
}

function domainOf(routers: Record<string, string[][]>, peers: readonly Peer[] = []): Domain {
  const domain = new Domain(
    Object.keys(routers).map((name) => ({ name, addresses: [], standIn: [] })),
    peers,
  );
  for (const [name, lists] of Object.entries(routers)) domain.learn(name, interfaces(...lists));
  return domain;
}

describe('who has this address', () => {
  test('the router, and on which interface', () => {
    const domain = domainOf({ a: [['10.0.0.1/24'], ['10.0.1.1/24', '2001:db8::1/64']], b: [['10.0.0.2/24']] });
    expect(domain.ownerOf(address('10.0.1.1'))).toMatchObject({ router: 'a', interface: { index: 2 } });
    expect(domain.ownerOf(address('2001:db8::1'))).toMatchObject({ router: 'a', interface: { index: 2 } });
    expect(domain.ownerOf(address('10.0.0.3'))).toBeUndefined();
  });

  test('configured addresses are known before anything was read, and keep their interface afterwards', () => {
    const domain = new Domain([{ name: 'a', addresses: [address('10.0.1.1'), address('192.0.2.1')], standIn: [] }], []);
    expect(domain.ownerOf(address('10.0.1.1'))).toEqual({ router: 'a', interface: undefined });
    expect(domain.unlearned()).toEqual(['a']);
    domain.learn('a', interfaces(['10.0.1.1/24']));
    expect(domain.ownerOf(address('10.0.1.1'))).toMatchObject({ router: 'a', interface: { index: 1 } });
    expect(domain.ownerOf(address('192.0.2.1'))).toEqual({ router: 'a', interface: undefined });
    expect(domain.unlearned()).toEqual([]);
  });

  test('an address that has moved is forgotten', () => {
    const domain = domainOf({ a: [['10.0.0.1/24']] });
    domain.learn('a', interfaces(['10.0.0.9/24']));
    expect(domain.ownerOf(address('10.0.0.1'))).toBeUndefined();
    expect(domain.ownerOf(address('10.0.0.9'))?.router).toBe('a');
  });

  test('a link-local address of ours on another link is not the neighbour on this one (RFC 8487 §3.2.5)', () => {
    const domain = domainOf({ a: [['fe80::1/64', '2001:db8:1::1/64']], bare: [['fe80::b/64']] });
    const [here] = interfaces(['fe80::9/64', '2001:db8:1::9/64']);
    const [elsewhere] = interfaces(['fe80::9/64', '2001:db8:2::9/64']);
    const [unnumbered] = interfaces(['fe80::9/64']);
    const [borrowing] = interfaces(['fe80::9/64', '192.0.2.9/32']);
    expect(domain.ownerOf(address('fe80::1'), here)?.router).toBe('a');
    expect(domain.ownerOf(address('fe80::1'), elsewhere)).toBeUndefined();
    // Where a link has link-local addresses only, nothing speaks against it.
    expect(domain.ownerOf(address('fe80::1'), unnumbered)?.router).toBe('a');
    expect(domain.ownerOf(address('fe80::1'), borrowing)?.router).toBe('a');
    expect(domain.ownerOf(address('fe80::b'), elsewhere)?.router).toBe('bare');
    expect(domain.ownerOf(address('2001:db8:1::1'), elsewhere)?.router).toBe('a');
  });

  test('a table that differs in any place is taken over', () => {
    const domain = domainOf({ a: [['10.0.0.1/24'], ['10.1.0.1/24', 'fe80::1/64']] });
    const seen = () => [domain.onSubnetOf(address('10.0.0.7')), domain.onSubnetOf(address('10.1.0.7'))].flat();
    const table = interfaces(['10.0.0.1/24'], ['10.1.0.1/24', 'fe80::1/64']);
    expect(seen().map((place) => place.interface?.index)).toEqual([1, 2]);
    domain.learn('a', [table[0]!, { ...table[1]!, index: 7 }]);
    expect(seen().map((place) => place.interface?.index)).toEqual([1, 7]);
    domain.learn('a', [{ ...table[0]!, multicast: false }, table[1]!]);
    expect(seen().map((place) => place.interface?.index)).toEqual([2]);
    domain.learn('a', interfaces(['10.0.0.1/25'], ['10.1.0.1/30', 'fe80::1/64']));
    expect(seen().map((place) => place.interface?.index)).toEqual([1]);
    domain.learn('a', interfaces(['10.0.0.1/24'], ['10.1.0.1/24', '10.2.0.1/24']));
    expect(domain.ownerOf(address('10.2.0.1'))?.interface?.index).toBe(2);
    domain.learn('a', interfaces(['10.0.0.1/24'], ['10.1.0.1/24']));
    expect(domain.ownerOf(address('10.2.0.1'))).toBeUndefined();
    domain.learn('a', interfaces(['10.0.0.1/24']));
    expect(seen().map((place) => place.interface?.index)).toEqual([1]);
  });

  test('the same link-local address on two routers is told apart by the link (RFC 8487 §3.2.5)', () => {
    const domain = domainOf({
      a: [['fe80::1/64', '2001:db8:1::1/64']],
      b: [['fe80::1/64', '2001:db8:2::1/64']],
      c: [['fe80::9/64', '2001:db8:2::9/64']],
    });
    const [link] = interfaces(['fe80::9/64', '2001:db8:2::9/64']);
    expect(domain.ownerOf(address('fe80::1'))).toBeUndefined();
    expect(domain.ownerOf(address('fe80::1'), link)?.router).toBe('b');
    expect(domain.ownerSeenFrom(address('fe80::1'), address('2001:db8:1::77'))?.router).toBe('a');
    expect(domain.ownerSeenFrom(address('fe80::1'), address('2001:db8:3::77'))).toBeUndefined();
    expect(domain.ownerSeenFrom(address('fe80::1'), undefined)).toBeUndefined();
  });

  test('a link-local address of one router is nobody’s on a link that is known, and where it does not have it', () => {
    const two = domainOf({ a: [['2001:db8:1::1/64', 'fe80::1/64']], b: [['2001:db8:2::1/64', 'fe80::2/64']] });
    expect(two.ownerSeenFrom(address('fe80::1'), address('2001:db8:1::77'))?.router).toBe('a');
    expect(two.ownerSeenFrom(address('fe80::1'), address('2001:db8:2::77'))).toBeUndefined();
    expect(two.ownerSeenFrom(address('fe80::1'), address('2001:db8:9::77'))?.router).toBe('a');
  });
});

describe('a link-local address on a link without a subnet: who hears whom', () => {
  const LINK = { index: 2, name: 'up', addresses: ['fe80::9/64'], multicast: true };
  const row = (index: number) => ({ index, name: `if${index}`, addresses: ['fe80::1/64'], multicast: true });
  const [link] = [...stateOf({ name: 'down', interfaces: [LINK] }).interfaces.values()];
  /** Each router has fe80::1 on two links, and these neighbours: the first number of each is that of the interface. */
  const owner = (routers: Record<string, [number, string][]>) => {
    const names = Object.keys(routers);
    const domain = new Domain(
      names.map((name) => ({ name, addresses: [], standIn: [] })),
      [],
    );
    for (const [name, heard] of Object.entries(routers)) {
      const neighbors = heard.map(([at, text]) => ({ address: text, interface: at }));
      const state = stateOf({ name, interfaces: [row(1), row(2)], neighbors });
      domain.learn(name, [...state.interfaces.values()], state.neighbors);
    }
    const found = domain.ownerOf(address('fe80::1'), link);
    return found && [found.router, found.interface?.index];
  };

  test('the only one that hears the downstream router', () => {
    expect(owner({ a: [[2, 'fe80::9']], b: [[1, 'fe80::8']] })).toEqual(['a', 2]);
    expect(owner({ a: [[2, 'fe80::9']], b: [] })).toEqual(['a', 2]);
  });

  test('not one that hears others only', () => {
    expect(owner({ a: [[1, 'fe80::8']] })).toBeUndefined();
    expect(owner({ a: [[1, 'fe80::8']], b: [] })).toEqual(['b', undefined]);
  });

  test('two, of which neighbours are not known or both hear it: it cannot be told', () => {
    expect(owner({ a: [], b: [] })).toBeUndefined();
    expect(owner({ a: [[1, '10.0.0.9']], b: [] })).toBeUndefined();
    expect(owner({ a: [[1, 'fe80::9']], b: [[1, 'fe80::9']] })).toBeUndefined();
  });
});

describe('who is on this link', () => {
  test('routers with a multicast interface on the subnet; the longest subnet of each', () => {
    const domain = domainOf({ a: [['10.0.0.1/8'], ['10.4.0.4/24']], b: [['10.4.0.5/24']], c: [['10.5.0.1/24']] });
    const found = domain.onSubnetOf(address('10.4.0.2'));
    expect(found.map(({ router, interface: on }) => [router, on?.index])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(domain.isOnRouterLink(address('10.5.0.200'))).toBe(true);
    expect(domain.isOnRouterLink(address('192.0.2.1'))).toBe(false);
  });

  test('everybody on it', () => {
    const domain = domainOf({ a: [['10.0.0.1/24', '2001:db8::1/64']], b: [['10.0.1.1/31']] });
    const everybody = ['10.0.0.255', '10.0.0.254', '10.0.1.255', '2001:db8::ffff:ffff:ffff:ffff', '255.255.255.255'];
    expect(everybody.filter((text) => domain.isBroadcast(address(text)))).toEqual(['10.0.0.255', '255.255.255.255']);
  });

  test('not by a link-local subnet: that one is on every link', () => {
    expect(domainOf({ a: [['fe80::1/64']] }).onSubnetOf(address('fe80::2'))).toEqual([]);
  });

  test('not where multicast is off', () => {
    const domain = new Domain([{ name: 'a', addresses: [], standIn: [] }], []);
    const rows = [{ index: 1, name: 'mgmt', addresses: ['10.4.0.4/24'], multicast: false }];
    domain.learn('a', [...stateOf({ name: 'a', interfaces: rows }).interfaces.values()]);
    expect(domain.onSubnetOf(address('10.4.0.2'))).toEqual([]);
    expect(domain.isOnRouterLink(address('10.4.0.2'))).toBe(true);
  });
});

describe('who speaks for an upstream router', () => {
  const peer = (name: string, addresses: string[], routers: string[]): Peer => ({
    name,
    addresses: addresses.map(address),
    port: 33435,
    routers: routers.map(prefix),
  });
  const domain = domainOf({}, [
    peer('wide', ['192.0.2.1', '2001:db8:ff::1'], ['10.0.0.0/8', '2001:db8::/32']),
    peer('narrow', ['192.0.2.2'], ['10.8.0.0/16', '2001:db8:8::/48']),
  ]);

  test('the longest prefix wins', () => {
    expect(domain.peerFor(address('10.8.0.1'), undefined)?.label).toBe('narrow');
    expect(domain.peerFor(address('10.9.0.1'), undefined)?.label).toBe('wide');
    expect(domain.peerFor(address('192.0.2.9'), undefined)).toBeUndefined();
  });

  test('but only a peer that can be reached in the family of the trace (RFC 8487 §3)', () => {
    const found = domain.peerFor(address('2001:db8:8::1'), undefined);
    expect([found?.label, found && formatAddress(found.address)]).toEqual(['wide', '2001:db8:ff::1']);
  });

  test('a link-local upstream is looked for by the subnets of its link', () => {
    const [link] = interfaces(['10.8.0.9/24', 'fe80::9/64', '2001:db8:1::9/64']);
    expect(domain.peerFor(address('fe80::1'), link)?.label).toBe('wide');
    expect(domain.peerFor(address('fe80::1'), undefined)).toBeUndefined();
    const [elsewhere] = interfaces(['fe80::9/64']);
    expect(domain.peerFor(address('fe80::1'), elsewhere)).toBeUndefined();
  });

  test('IPv4 link-local, as tunnels have it: by the address as by any other', () => {
    const tunnel = domainOf({}, [peer('tunnel', ['192.0.2.3'], ['169.254.8.0/30'])]);
    const [link] = interfaces(['169.254.8.2/30']);
    expect(tunnel.peerFor(address('169.254.8.1'), link)?.label).toBe('tunnel');
  });

  test('a datagram is a peer’s by address and port', () => {
    expect(domain.isPeer(address('192.0.2.2'), 33435)).toBe(true);
    expect(domain.isPeer(address('192.0.2.2'), 33436)).toBe(false);
    expect(domain.isPeer(address('192.0.2.3'), 33435)).toBe(false);
  });
});

test('a stand-in address is its router', () => {
  const domain = new Domain([{ name: 'a', addresses: [], standIn: [address('192.0.2.4')] }], []);
  expect(domain.standInFor(address('192.0.2.4'))).toBe('a');
  expect(domain.standInFor(address('192.0.2.5'))).toBeUndefined();
});

describe('who may be a neighbor (RFC 8487 §9.7.2)', () => {
  const DOWN = { index: 1, name: 'down', addresses: ['10.0.0.1/24', '2001:db8::1/64'], multicast: true };
  const known = (neighbors: { address: string; interface: number }[] | undefined, pim = true) => {
    const multicastRoutingProtocol = pim ? ('pimSparseMode' as const) : undefined;
    const state = stateOf({ name: 'a', interfaces: [{ ...DOWN, multicastRoutingProtocol }], neighbors });
    const domain = new Domain([{ name: 'a', addresses: [], standIn: [] }], []);
    domain.learn('a', [...state.interfaces.values()], state.neighbors);
    return ['10.0.0.2', '10.0.0.3', '10.0.1.2', '2001:db8::2', 'fe80::2', 'fe80::3'].filter((text) =>
      domain.mayBeNeighbor(address(text), [prefix('10.0.0.9/24')]),
    );
  };

  test('those that PIM knows on its links; of global IPv6 addresses it knows nothing', () => {
    const linkLocal = ['fe80::2', 'fe80::3'];
    expect(known([{ address: '10.0.0.2', interface: 1 }])).toEqual(['10.0.0.2', '2001:db8::2', ...linkLocal]);
    expect(known([{ address: '10.0.0.2', interface: 1 }], false)).toEqual(['10.0.0.2', '2001:db8::2', ...linkLocal]);
    expect(known([{ address: 'fe80::2', interface: 1 }])).toEqual(['2001:db8::2', 'fe80::2']);
    expect(known([])).toEqual(['2001:db8::2', ...linkLocal]);
  });

  test('a link-local address on a link where no router of ours is', () => {
    const state = stateOf({ name: 'a', interfaces: [DOWN] });
    const domain = new Domain([{ name: 'a', addresses: [], standIn: [] }], []);
    domain.learn('a', [...state.interfaces.values()]);
    expect(domain.mayBeNeighbor(address('fe80::2'), [prefix('10.9.0.9/24')])).toBe(false);
    expect(domain.mayBeNeighbor(address('fe80::2'), [])).toBe(false);
  });

  test('all of the link where the router does not speak PIM, or was not asked', () => {
    const all = ['10.0.0.2', '10.0.0.3', '2001:db8::2', 'fe80::2', 'fe80::3'];
    expect(known([], false)).toEqual(all);
    expect(known(undefined)).toEqual(all);
  });

  test('by the protocol that the link speaks now', () => {
    const table = (multicastRoutingProtocol: 'pimSparseMode' | null) => [
      ...stateOf({ name: 'a', interfaces: [{ ...DOWN, multicastRoutingProtocol }] }).interfaces.values(),
    ];
    const domain = new Domain([{ name: 'a', addresses: [], standIn: [] }], []);
    domain.learn('a', table(null), []);
    expect(domain.mayBeNeighbor(address('10.0.0.2'), [])).toBe(true);
    domain.learn('a', table('pimSparseMode'), []);
    expect(domain.mayBeNeighbor(address('10.0.0.2'), [])).toBe(false);
  });

  test('as they were read last, and as before where a reading says nothing of them', () => {
    const { interfaces: table, neighbors } = stateOf({
      name: 'a',
      interfaces: [DOWN],
      neighbors: [{ address: 'fe80::2', interface: 1 }],
    });
    const domain = new Domain([{ name: 'a', addresses: [], standIn: [] }], []);
    domain.learn('a', [...table.values()], neighbors);
    domain.learn('a', [...table.values()]);
    expect(domain.mayBeNeighbor(address('fe80::2'), [])).toBe(true);
    domain.learn('a', [...table.values()], []);
    expect(domain.mayBeNeighbor(address('fe80::2'), [])).toBe(false);
  });
});
