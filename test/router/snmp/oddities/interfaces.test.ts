/** What real agents leave out of interfaces, or show otherwise than others do. */
import { describe, expect, test } from 'vitest';
import { Agent } from '../../../support/snmp/agent.ts';
import * as mib from '../../../support/snmp/mib.ts';
import { ADDRESS, ADDRESSES, CIDR, IPMROUTE, PATH, PIM_EXPERIMENTAL, read, readerOf, SG, served } from './router.ts';

describe('interfaces', () => {
  test('no addresses: those of multicast are there all the same', async () => {
    const gone = [2, 3].flatMap((index) => [2, 3].map((column) => [`${ADDRESS}.${column}.10.${index}.0.4`, undefined]));
    const { interfaces } = await read(SG, Object.fromEntries(gone));
    expect(interfaces).toMatchObject([2, 3].map((index) => ({ index, addresses: [], multicast: true })));
  });

  test.each([
    ['ipAddrTable', { [`${ADDRESS}.2.127.0.0.1`]: 1, [`${ADDRESS}.2.0.0.0.0`]: 1 }],
    ['ipAddressTable', { [`${ADDRESSES}.3.1.4.127.0.0.1`]: 1, [`${ADDRESSES}.3.2.16.${'0.'.repeat(15)}1`]: 1 }],
    ['broadcast ones', { [`${ADDRESSES}.3.1.4.10.2.0.255`]: 2, [`${ADDRESSES}.4.1.4.10.2.0.255`]: 3 }],
  ])('addresses that are not its own, of %s', async (_, integers) => {
    const changes = Object.entries(integers).map(([oid, value]) => [oid, mib.integer(value)]);
    const { interfaces } = await read(PATH, Object.fromEntries(changes));
    expect(interfaces.map(({ index, addresses }) => [index, addresses])).toEqual([
      [2, ['10.2.0.4/24']],
      [3, ['10.3.0.4/24']],
    ]);
  });

  test.each([
    ['nowhere', '0.0'],
    ['to something else', '1.3.6.1.2.1.4.20.1.3.10.2.0.16'],
    ['to a prefix that has no length', '1.3.6.1.2.1.4.32.1.5.2.1.4.10.2.0.0.0'],
    ['to a prefix that is too long', '1.3.6.1.2.1.4.32.1.5.2.1.4.10.2.0.0.33'],
  ])('an address whose prefix points %s: its mask, else its full length', async (_, prefix) => {
    const row = {
      [`${ADDRESSES}.3.1.4.10.2.0.4`]: mib.integer(2),
      [`${ADDRESSES}.5.1.4.10.2.0.4`]: mib.pointer(prefix),
    };
    const gone = Object.fromEntries([2, 3].map((column) => [`${ADDRESS}.${column}.10.2.0.4`, undefined]));
    expect((await read(PATH, row)).interfaces[0]?.addresses).toEqual(['10.2.0.4/24']);
    expect((await read(PATH, { ...row, ...gone })).interfaces[0]?.addresses).toEqual(['10.2.0.4/32']);
  });

  test('one address on two of them', async () => {
    const { interfaces } = await read(PATH, { [`${ADDRESSES}.3.1.4.10.2.0.4`]: mib.integer(3) });
    expect(interfaces.map(({ addresses }) => addresses)).toEqual([['10.2.0.4/24'], ['10.2.0.4/32', '10.3.0.4/24']]);
  });

  test('neither multicast routes nor PIM: none is said to have multicast, and nothing of neighbors', async () => {
    const { interfaces, neighbors } = await read(PATH, {}, { routes: 'none' });
    expect(interfaces.map(({ multicast }) => multicast)).toEqual([false, false]);
    expect(neighbors).toBeUndefined();
  });

  test.each([
    ['dense(1)', 1, 'pimDenseMode'],
    ['sparse(2)', 2, 'pimSparseMode'],
    ['sparseDense(3)', 3, 'pimSparseDense'],
  ])('PIM-MIB alone tells of multicast, and its mode: %s', async (_, mode, multicastRoutingProtocol) => {
    const spoken = { '1.3.6.1.3.61.1.1.2.1.4.2': mib.integer(mode) };
    const { interfaces } = await read(PATH, spoken, { routes: 'none' });
    expect(interfaces).toMatchObject([
      { multicast: true, multicastRoutingProtocol, inMulticastPackets: '100' },
      { multicast: false, inMulticastPackets: null },
    ]);
  });

  test('one that only the path names is not counted, neither at first nor later', async () => {
    const byWay = {
      [`${CIDR}.5.10.1.0.0.255.255.255.0.0.10.2.0.1`]: mib.integer(7),
      '1.3.6.1.2.1.31.1.1.1.8.7': mib.counter64(100n),
    };
    await using agent = await Agent.start({ mib: served(byWay) });
    const reader = readerOf(agent);
    for (let time = 0; time < 2; time++) {
      const { interfaces } = await reader.readForwarding(PATH, AbortSignal.timeout(4000));
      expect(interfaces.find(({ index }) => index === 7)).toMatchObject({ multicast: false, inMulticastPackets: null });
    }
  });

  test('one that PIM alone names, beside a table of multicast interfaces, is counted', async () => {
    const gone = Object.fromEntries([2, 3].map((column) => [`${IPMROUTE}.4.1.${column}.3`, undefined]));
    expect((await read(SG, gone)).interfaces[1]).toMatchObject({ multicast: false, inMulticastPackets: null });
    const spoken = { '1.3.6.1.3.61.1.1.2.1.4.3': mib.integer(2) };
    const { interfaces } = await read(SG, { ...gone, ...spoken });
    expect(interfaces[1]).toMatchObject({ multicast: true, inMulticastPackets: '100' });
  });
});

describe('interfaces', () => {
  test.each([
    ['ipMRouteInterfaceTable', { [`${IPMROUTE}.4.1.2.3.77`]: mib.integer(1) }],
    ['pimInterfaceTable', { [`${PIM_EXPERIMENTAL}.2.1.4.3.77`]: mib.integer(2) }],
  ])('%s: an index of two numbers is no ifIndex', async (_, changes) => {
    const { interfaces } = await read(SG, changes);
    expect(interfaces.map(({ index }) => index)).toEqual([2, 3]);
  });
});
