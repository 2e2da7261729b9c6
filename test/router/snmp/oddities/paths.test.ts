/** What real agents leave out of unicast routes, or show otherwise than others do, and the paths by them. */
import { describe, expect, test } from 'vitest';
import * as mib from '../../../support/snmp/mib.ts';
import { ADDRESS, type Changes, CIDR, INET_CIDR, IPMROUTE, PATH, PIM, PLACE, read, SG } from './router.ts';

describe('unicast routes', () => {
  const row = (index: string, ifIndex: number, type: number, protocol: number, status?: number): Changes => ({
    [`${CIDR}.5.${index}`]: mib.integer(ifIndex),
    [`${CIDR}.6.${index}`]: mib.integer(type),
    [`${CIDR}.7.${index}`]: mib.integer(protocol),
    ...(status === undefined ? {} : { [`${CIDR}.16.${index}`]: mib.integer(status) }),
  });
  const OWN = '10.1.0.0.255.255.255.0.0';

  test.each([
    ['an own address is connected, whatever its type (Comware)', '10.3.0.4', 4, null],
    ['another router is none, though its type is local', '10.3.0.9', 3, '10.3.0.9'],
    ['none is connected, where its type is local', '0.0.0.0', 3, null],
    ['none is not known, where its type is not', '0.0.0.0', 4, undefined],
  ])('a next hop that is %s', async (_, nextHop, type, neighbor) => {
    const gone = Object.fromEntries([5, 6, 7].map((column) => [`${CIDR}.${column}.${OWN}.10.2.0.1`, undefined]));
    const { rpf } = await read(PATH, { ...gone, ...row(`${OWN}.${nextHop}`, 3, type, 2) });
    expect(rpf).toMatchObject([{ prefix: '10.1.0.0/24', interface: 3 }]);
    expect(rpf![0]!.neighbor).toBe(neighbor);
  });

  test('a row that is not in service', async () => {
    for (const status of [2, 3]) {
      const { rpf } = await read(PATH, row(`${OWN}.10.1.0.9`, 3, 4, 8, status));
      expect(rpf).toMatchObject([{ interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' }]);
    }
    const behind = row('10.1.0.0.255.255.255.128.0.10.3.0.9', 3, 4, 8, 3);
    expect((await read(PATH, behind)).rpf).toMatchObject([{ prefix: '10.1.0.0/24', interface: 2 }]);
  });

  test.each([
    ['ipCidr', { [`${CIDR}.6.${OWN}.10.2.0.1`]: mib.integer(2) }],
    ['inetCidr', { [`${INET_CIDR}.8.1.4.10.1.0.0.24.2.0.0.1.4.10.2.0.1`]: mib.integer(2) }],
    ['inetCidr', { [`${INET_CIDR}.8.1.4.10.1.0.0.24.2.0.0.1.4.10.2.0.1`]: mib.integer(5) }],
    ['ipRoute', { '1.3.6.1.2.1.4.21.1.8.10.1.0.0': mib.integer(2) }],
  ] as const)('%s: one that leads nowhere', async (unicast, type) => {
    expect((await read(PATH, type, { unicast })).rpf).toEqual([{ prefix: '10.1.0.2/32', interface: null }]);
  });

  test('one whose mask has a hole', async () => {
    const hole = { '1.3.6.1.2.1.4.21.1.11.10.1.0.0': mib.ipAddress('255.0.255.0') };
    const { rpf } = await read(PATH, hole, { unicast: 'ipRoute' });
    expect(rpf).toEqual([{ prefix: '10.1.0.2/32', interface: null }]);
  });

  test.each(['0', '2.0.0', '5.1.3.6.1.4'])('a policy in its index: %s', async (policy) => {
    const index = `1.4.10.1.0.0.24.${policy}.1.4.10.3.0.9`;
    const changes = { [`${INET_CIDR}.7.${index}`]: 3, [`${INET_CIDR}.8.${index}`]: 4, [`${INET_CIDR}.9.${index}`]: 14 };
    const values = Object.entries(changes).map(([oid, value]) => [oid, mib.integer(value)]);
    const { rpf } = await read(PATH, Object.fromEntries(values), { unicast: 'none' });
    expect(rpf).toEqual([{ prefix: '10.1.0.0/24', interface: 3, neighbor: '10.3.0.9', routingProtocol: 'bgp' }]);
  });

  test('of equal ones the first that is connected, or behind which a neighbor is', async () => {
    const equal = row(`${OWN}.10.3.0.9`, 3, 4, 13);
    expect((await read(PATH, equal)).rpf).toMatchObject([{ interface: 2, neighbor: '10.2.0.1' }]);
    const heard = { [`${PIM}.1.1.6.3.1`]: mib.octets(10, 3, 0, 9), [`${PIM}.2.1.6.3.1.4.10.3.0.9`]: mib.timeTicks(1) };
    expect((await read(PATH, { ...equal, ...heard })).rpf).toMatchObject([{ interface: 3, neighbor: '10.3.0.9' }]);
    const connected = row(`${OWN}.10.3.0.4`, 3, 4, 2);
    expect((await read(PATH, connected)).rpf).toMatchObject([{ interface: 3, neighbor: null }]);
  });

  test('a next hop that is on no link itself, but on that to which its own route leads', async () => {
    const changes = { ...row(`${OWN}.10.2.0.1`, 0, 4, 14), ...row('10.2.0.0.255.255.255.0.0.0.0.0.0', 2, 3, 2) };
    expect((await read(PATH, changes)).rpf).toEqual([
      { prefix: '10.1.0.0/24', interface: 2, neighbor: '10.2.0.1', routingProtocol: 'bgp' },
    ]);
  });

  test('a table with interfaces alone gives way to one with types and protocols', async () => {
    const { rpf } = await read(PATH, { [`${INET_CIDR}.7.1.4.10.1.0.0.24.2.0.0.1.4.10.3.0.9`]: mib.integer(3) });
    expect(rpf).toMatchObject([{ interface: 2, routingProtocol: 'ospf' }]);
    const alone = { [`${INET_CIDR}.7.1.4.10.1.0.0.24.2.0.0.1.4.10.3.0.9`]: mib.integer(3) };
    expect((await read(PATH, alone, { unicast: 'none' })).rpf).toMatchObject([{ interface: 3, neighbor: '10.3.0.9' }]);
  });
});

describe('the path that a row does not tell', () => {
  const route = (prefix: string, ifIndex: number, type: number, protocol: number): Changes => ({
    [`${CIDR}.5.${prefix}`]: mib.integer(ifIndex),
    [`${CIDR}.6.${prefix}`]: mib.integer(type),
    [`${CIDR}.7.${prefix}`]: mib.integer(protocol),
  });
  const CONNECTED = {
    ...route('10.2.0.0.255.255.255.0.0.0.0.0.0', 2, 3, 2),
    ...route('10.3.0.0.255.255.255.0.0.0.0.0.0', 3, 3, 2),
  };
  const TO_SOURCE = { prefix: '10.1.0.0/24', interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' };
  const nobody = { [`${IPMROUTE}.2.1.4.${PLACE}`]: mib.ipAddress('0.0.0.0') };

  test('is not looked up where a row tells it', async () => {
    expect((await read(SG, {})).rpf).toEqual([TO_SOURCE]);
    const next = { ...nobody, [`${IPMROUTE}.2.1.12.${PLACE}`]: mib.integer(2) };
    expect((await read(SG, next)).rpf).toEqual([{ ...TO_SOURCE, neighbor: null, routingProtocol: 'local' }]);
  });

  test('is looked up for the protocol', async () => {
    const gone = Object.fromEntries([12, 13, 14].map((column) => [`${IPMROUTE}.2.1.${column}.${PLACE}`, undefined]));
    expect((await read(SG, gone)).rpf).toEqual([TO_SOURCE]);
  });

  test('is looked up for the neighbor, of whom the row says nothing', async () => {
    const { rpf = [] } = await read(SG, nobody);
    expect(rpf).toEqual([{ ...TO_SOURCE, neighbor: undefined }, TO_SOURCE]);
  });

  test.each([
    ['of its incoming interface: it tells', '10.2.0.9', []],
    ['of another one: it does not', '10.3.0.9', [{ prefix: '10.3.0.0/24', interface: 3, routingProtocol: 'local' }]],
  ])('a row without a neighbor, and its source on the subnet %s', async (_, source, expected) => {
    const place = `232.1.1.1.${source}.255.255.255.255`;
    const row = {
      [`${IPMROUTE}.2.1.5.${place}`]: mib.integer(2),
      [`${IPMROUTE}.2.1.12.${place}`]: mib.integer(1),
    };
    const { rpf } = await read({ ...SG, source }, { ...CONNECTED, ...row });
    expect(rpf).toMatchObject(expected);
    expect(rpf).toHaveLength(expected.length);
  });

  const GROUP = '239.1.1.1';
  const SHARED = { [`${IPMROUTE}.2.1.5.${GROUP}.0.0.0.0.0.0.0.0`]: mib.integer(2) };
  const rp = (address: string): Changes => ({ [`${PIM}.13.1.7.2.1.4.239.0.0.0.8.1.4.${address}`]: mib.integer(3) });
  const prefixesOf = async (source: string | null, changes: Changes) => {
    const { rpf } = await read({ family: 4, group: GROUP, source }, { ...CONNECTED, ...changes });
    return rpf?.map(({ prefix }) => prefix);
  };

  test('is that to the source, to the RP of (*,G), or to nobody where this is the RP', async () => {
    expect(await prefixesOf('10.1.0.2', rp('10.3.0.9'))).toEqual(['10.1.0.0/24']);
    expect(await prefixesOf(null, rp('10.3.0.9'))).toEqual(['10.3.0.0/24']);
    expect(await prefixesOf('10.1.0.2', { ...SHARED, ...rp('10.3.0.9') })).toEqual(['10.3.0.0/24']);
    expect(await prefixesOf('10.1.0.2', SHARED)).toEqual(['10.1.0.0/24']);
    expect(await prefixesOf('10.1.0.2', { ...SHARED, ...rp('10.3.0.4') })).toEqual([]);
  });

  test('is that to an RP whose address an own one begins with', async () => {
    const own = {
      [`${ADDRESS}.2.10.3.0.4`]: undefined,
      [`${ADDRESS}.3.10.3.0.4`]: undefined,
      [`${ADDRESS}.2.10.3.0.40`]: mib.integer(3),
      [`${ADDRESS}.3.10.3.0.40`]: mib.ipAddress('255.255.255.0'),
    };
    expect(await prefixesOf(null, { ...own, ...rp('10.3.0.4') })).toEqual(['10.3.0.0/24']);
  });
});
