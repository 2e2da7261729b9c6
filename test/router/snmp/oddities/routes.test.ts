/** What real agents leave out of multicast routes, or show otherwise than others do. */
import { describe, expect, test } from 'vitest';
import { Agent } from '../../../support/snmp/agent.ts';
import * as mib from '../../../support/snmp/mib.ts';
import { ADDRESS, type Changes, IPMROUTE, PLACE, ROUTER, read, readerOf, SG, served } from './router.ts';

describe('multicast routes', () => {
  test.each([
    ['forwards to one of several next hops of an interface without broadcast', [1, 2, 1], 'forwarding'],
    ['has pruned them all', [1, 1, 1], 'pruned'],
  ])('a row that %s', async (_, states, expected) => {
    const hops = states.map(
      (state, at) => [`${IPMROUTE}.3.1.6.${PLACE}.3.10.3.0.${at + 7}`, mib.integer(state)] as const,
    );
    const { routes } = await read(SG, Object.fromEntries(hops));
    expect(routes?.[0]?.outgoing).toEqual([{ index: 3, state: expected }]);
  });

  test('no table of multicast interfaces: they are not said to be without multicast, and are counted', async () => {
    const gone = [2, 3].flatMap((index) => [2, 3].map((column) => [`${IPMROUTE}.4.1.${column}.${index}`, undefined]));
    const { interfaces } = await read(SG, Object.fromEntries(gone));
    expect(interfaces).toMatchObject([2, 3].map(() => ({ multicast: true, inMulticastPackets: '100' })));
    const spoken = { '1.3.6.1.3.61.1.1.2.1.4.2': mib.integer(2) };
    const told = await read(SG, { ...Object.fromEntries(gone), ...spoken });
    expect(told.interfaces.map(({ multicast }) => multicast)).toEqual([true, false]);
  });

  test('a table of multicast interfaces that lacks one to which a row forwards', async () => {
    const gone = [2, 3].map((column) => [`${IPMROUTE}.4.1.${column}.3`, undefined] as const);
    const forwards = { [`${IPMROUTE}.3.1.6.${PLACE}.3.232.1.1.1`]: mib.integer(2) };
    const { interfaces } = await read(SG, { ...Object.fromEntries(gone), ...forwards });
    expect(interfaces[1]).toMatchObject({ index: 3, multicast: true, inMulticastPackets: '100' });
  });

  test('a row without its incoming interface: the one on whose subnet the upstream neighbor is', async () => {
    const { routes } = await read(SG, { [`${IPMROUTE}.2.1.5.${PLACE}`]: undefined });
    expect(routes).toMatchObject([{ incoming: 2, upstream: '10.2.0.1' }]);
  });

  test('a row that says that it has none (IOS: Null) gets no path over a link without multicast', async () => {
    const none = {
      [`${IPMROUTE}.2.1.4.${PLACE}`]: mib.ipAddress('0.0.0.0'),
      [`${IPMROUTE}.2.1.5.${PLACE}`]: mib.integer(0),
      [`${IPMROUTE}.4.1.2.2`]: undefined,
      [`${IPMROUTE}.4.1.3.2`]: undefined,
    };
    const { routes, rpf } = await read(SG, none);
    expect(routes).toMatchObject([{ incoming: null, upstream: null }]);
    expect(rpf).toEqual([]);
    const some = { ...none, [`${IPMROUTE}.2.1.5.${PLACE}`]: mib.integer(3) };
    expect((await read(SG, some)).rpf).toContainEqual(ROUTER.rpf![0]);
  });

  test('a row without it, whose upstream neighbor is on no subnet, or on those of several links', async () => {
    const gone = { [`${IPMROUTE}.2.1.5.${PLACE}`]: undefined };
    const elsewhere = await read(SG, { ...gone, [`${IPMROUTE}.2.1.4.${PLACE}`]: mib.ipAddress('10.9.0.1') });
    expect(elsewhere.routes).toMatchObject([{ incoming: null, upstream: null }]);
    const twice = {
      [`${ADDRESS}.2.10.2.0.5`]: mib.integer(3),
      [`${ADDRESS}.3.10.2.0.5`]: mib.ipAddress('255.255.255.0'),
    };
    expect((await read(SG, { ...gone, ...twice })).routes).toMatchObject([{ incoming: null, upstream: null }]);
  });

  test('a row that lists its incoming interface among the outgoing ones', async () => {
    const both = [2, 3].map((index) => [`${IPMROUTE}.3.1.6.${PLACE}.${index}.232.1.1.1`, mib.integer(2)] as const);
    const { routes } = await read(SG, Object.fromEntries(both));
    expect(routes?.[0]?.outgoing).toEqual([{ index: 3, state: 'forwarding' }]);
  });

  test('(*,G) in one place of one group, and in the other of another', async () => {
    const shared = (group: string, mask: string): Changes => {
      const place = `${group}.0.0.0.0.${mask}`;
      return {
        [`${IPMROUTE}.2.1.4.${place}`]: mib.ipAddress('10.2.0.1'),
        [`${IPMROUTE}.2.1.5.${place}`]: mib.integer(2),
      };
    };
    const mibs = served({ ...shared('239.1.1.1', '0.0.0.0'), ...shared('239.1.1.2', '255.255.255.255') });
    await using agent = await Agent.start({ mib: mibs });
    const reader = readerOf(agent);
    for (const group of ['239.1.1.1', '239.1.1.2', '239.1.1.1', '239.1.1.2']) {
      const { routes } = await reader.readForwarding({ family: 4, group, source: null }, AbortSignal.timeout(4000));
      expect(routes).toMatchObject([{ group, source: null, incoming: 2 }]);
    }
  });
});

test('a (*,G) in both places: that of the usual one, and its path', async () => {
  const shared = (mask: string, upstream: string, length: string): Changes => {
    const column = (number: number) => `${IPMROUTE}.2.1.${number}.239.1.1.1.0.0.0.0.${mask}`;
    return {
      [column(4)]: mib.ipAddress(upstream),
      [column(5)]: mib.integer(2),
      [column(12)]: mib.integer(13),
      [column(13)]: mib.ipAddress('10.1.0.0'),
      [column(14)]: mib.ipAddress(length),
    };
  };
  const { routes, rpf } = await read(
    { family: 4, group: '239.1.1.1', source: null },
    { ...shared('0.0.0.0', '10.2.0.1', '255.255.0.0'), ...shared('255.255.255.255', '10.2.0.9', '255.255.255.0') },
  );
  expect(routes?.map(({ upstream }) => upstream)).toEqual(['10.2.0.1']);
  expect(rpf?.map(({ prefix }) => prefix)).toEqual(['10.1.0.0/16']);
});
