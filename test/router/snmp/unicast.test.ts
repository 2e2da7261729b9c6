/** The path to a source, by the longest prefix: what is answered, and what it costs. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reader } from '../../../src/router/port.ts';
import type { Snapshot, SnapshotRpf } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import {
  type Address,
  formatAddress,
  formatPrefix,
  inPrefix,
  masked,
  parseAddress,
  parsePrefix,
} from '../../../src/wire/address.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const LINKS = [2, 3, 4].map((index) => ({
  index,
  name: `eth${index}`,
  addresses: [`192.0.2.${index}/32`, `fe80::${index}/64`],
  multicast: true,
}));
const mibsOf = (unicast: RouterMibs['unicast']): RouterMibs => ({
  routes: 'IPMCAST',
  pim: 'none',
  addresses: 'current',
  unicast,
  counters: 64,
});
const routerOf = (rpf: readonly SnapshotRpf[]): Snapshot => ({ name: 'r', interfaces: LINKS, rpf });

function readerOf(agent: Agent): Reader {
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  return createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
}

async function pathTo(reader: Reader, source: string): Promise<SnapshotRpf | undefined> {
  const family = source.includes(':') ? 6 : 4;
  const snapshot = await reader.readForwarding({ family, group: null, source }, AbortSignal.timeout(4000));
  expect(snapshot.rpf).toHaveLength(1);
  return snapshot.rpf?.[0];
}

describe('any table of routes, before and after it has changed', () => {
  /** Prefixes of the target, and others beside it. */
  const routesAround = (target: Address) =>
    fc.array(
      fc.record({
        length: fc.integer({ min: 0, max: target.length * 8 }),
        flip: fc.option(fc.integer({ min: 0, max: target.length * 8 - 1 }), { freq: 2 }),
        link: fc.constantFrom(2, 3, 4),
      }),
      { maxLength: 12 },
    );
  const toRpf = (target: Address, { length, flip, link }: { length: number; flip: number | null; link: number }) => {
    const address = target.slice();
    if (flip !== null) address[flip >> 3]! ^= 0x80 >> (flip & 7);
    const neighbor = target.length === 4 ? `192.0.2.10${link}` : `fe80::10${link}`;
    return {
      prefix: formatPrefix({ address: masked(address, length), length }),
      interface: link,
      neighbor,
      routingProtocol: 'ospf' as const,
    };
  };
  const uniqueOf = (rows: readonly ReturnType<typeof toRpf>[]) => [
    ...new Map(rows.map((row) => [row.prefix, row])).values(),
  ];

  test.each([
    ['inetCidr', 4],
    ['inetCidr', 6],
    ['ipCidr', 4],
    ['ipRoute', 4],
  ] as const)(
    '%s, IPv%i',
    async (unicast, family) => {
      const octets = family === 4 ? 4 : 16;
      const cases = fc
        .uint8Array({ minLength: octets, maxLength: octets })
        .filter((one) => one[0]! > 0 && one[0]! < 200)
        .chain((target) =>
          fc.tuple(fc.constant(target), fc.array(routesAround(target), { minLength: 1, maxLength: 3 })),
        );
      const property = fc.asyncProperty(cases, async ([target, tables]) => {
        await using agent = await Agent.start({ mib: new mib.Mib() });
        const reader = readerOf(agent);
        try {
          for (const [at, table] of [...tables, tables.at(-1)!].entries()) {
            const all = uniqueOf(table.map((one) => toRpf(target, one)));
            // ipRouteTable has room for one mask only of each destination.
            const rows =
              unicast === 'ipRoute' ? [...new Map(all.map((one) => [one.prefix.split('/')[0], one])).values()] : all;
            // Something that keeps the table from being empty, so that it is known to be there.
            const besides = toRpf(target, { length: octets * 8, flip: 0, link: 4 });
            agent.change({ mib: mibOf(routerOf(uniqueOf([...rows, besides])), mibsOf(unicast)) });
            const covering = [...rows, besides].filter(({ prefix }) => inPrefix(target, parsePrefix(prefix)!));
            const longest = covering.sort((a, b) => parsePrefix(b.prefix)!.length - parsePrefix(a.prefix)!.length)[0];
            const source = formatAddress(target);
            const expected = longest ?? { prefix: `${source}/${octets * 8}`, interface: null };
            expect([at, await pathTo(reader, source)]).toEqual([at, expected]);
          }
        } finally {
          await reader.close();
        }
      });
      await fc.assert(property, { numRuns: 60 });
    },
    30_000,
  );
});

describe('round trips of IPv6', () => {
  const SOURCE = '2001:db8:abcd:1234:5a7f:ebff:fe7b:d79d';
  const via = (prefix: string, link = 2): SnapshotRpf => ({
    prefix,
    interface: link,
    neighbor: `fe80::10${link}`,
    routingProtocol: 'ospf',
  });

  test.each([
    ['the default route', [via('::/0')], via('::/0'), 2],
    [
      'a /64 among others',
      [via('::/0'), via('2001:db8:abcd:1200::/64', 3), via('2001:db8:abcd:1234::/64')],
      via('2001:db8:abcd:1234::/64'),
      2,
    ],
    [
      'a /64 with a host below the source',
      [via('2001:db8:abcd:1234::/64'), via('2001:db8:abcd:1234::1/128', 3)],
      via('2001:db8:abcd:1234::/64'),
      2,
    ],
    ['a host route', [via('::/0'), via(`${SOURCE}/128`, 3)], via(`${SOURCE}/128`, 3), 2],
  ])('%s', async (_, rows, expected, cold) => {
    const served = mibOf(routerOf(rows), mibsOf('inetCidr'));
    await using agent = await Agent.start({ mib: served, delayMs: 20 });
    const reader = readerOf(agent);
    try {
      await reader.readInterfaces(AbortSignal.timeout(4000));
      agent.reset();
      expect(await pathTo(reader, SOURCE)).toEqual(expected);
      expect(agent.roundTrips).toBe(cold);
      agent.reset();
      expect(await pathTo(reader, SOURCE)).toEqual(expected);
      expect(agent.roundTrips).toBe(1);
      expect(agent.requests.length).toBeLessThanOrEqual(3);
    } finally {
      await reader.close();
    }
  });

  test('a route that has come since, of more than the usual bits', async () => {
    const network = via('2001:db8:abcd:1234::/64');
    const host = via(`${SOURCE}/128`, 3);
    await using agent = await Agent.start({ mib: mibOf(routerOf([network]), mibsOf('inetCidr')) });
    const reader = readerOf(agent);
    try {
      for (const rows of [[network], [network, host], [network]]) {
        agent.change({ mib: mibOf(routerOf(rows), mibsOf('inetCidr')) });
        expect(await pathTo(reader, SOURCE)).toEqual(rows.at(-1));
      }
    } finally {
      await reader.close();
    }
  });
});

describe('next hops that are on no link', () => {
  const route = (prefix: string, nextHop: string, ifIndex: number, type = 4, protocol = 14) => {
    const { address, length } = parsePrefix(prefix)!;
    const hop = parseAddress(nextHop)!;
    const row = `1.4.${address.join('.')}.${length}.2.0.0.1.4.${hop.join('.')}`;
    const columns = [7, 8, 9].map((column) => `1.3.6.1.2.1.4.24.7.1.${column}.${row}`);
    const values = [ifIndex, type, protocol].map((value) => mib.integer(value));
    return Object.fromEntries(columns.map((column, at) => [column, values[at]!]));
  };

  async function pathIn(...routes: Record<string, mib.Value>[]): Promise<readonly [SnapshotRpf | undefined, number[]]> {
    const served = mibOf(routerOf([]), mibsOf('inetCidr'));
    for (const [oid, value] of Object.entries(Object.assign({}, ...routes))) served.set(oid, value as mib.Value);
    await using agent = await Agent.start({ mib: served, delayMs: 20 });
    const reader = readerOf(agent);
    try {
      await reader.readInterfaces(AbortSignal.timeout(4000));
      agent.reset();
      const snapshot = await reader.readForwarding(
        { family: 4, group: null, source: '203.0.113.7' },
        AbortSignal.timeout(4000),
      );
      const trips = [agent.roundTrips];
      agent.reset();
      expect(await pathTo(reader, '203.0.113.7').catch(() => undefined)).toEqual(snapshot.rpf?.[0]);
      return [snapshot.rpf?.[0], [...trips, agent.roundTrips]];
    } finally {
      await reader.close();
    }
  }

  test('one behind the other', async () => {
    const [path, trips] = await pathIn(
      route('203.0.113.0/24', '172.16.0.1', 0),
      route('172.16.0.0/16', '172.17.0.1', 0, 4, 3),
      route('172.17.0.0/16', '192.0.2.102', 2, 4, 13),
    );
    expect(path).toEqual({ prefix: '203.0.113.0/24', interface: 2, neighbor: '192.0.2.102', routingProtocol: 'bgp' });
    expect(trips[1]).toBe(1);
  });

  test('the last of them is on the link', async () => {
    const [path] = await pathIn(route('203.0.113.0/24', '192.0.2.102', 0), route('192.0.2.0/24', '0.0.0.0', 2, 3, 2));
    expect(path).toMatchObject({ interface: 2, neighbor: '192.0.2.102' });
  });

  test('a next hop whose route leads nowhere (RFC 4292, blackhole): so does the path', async () => {
    const [path] = await pathIn(route('203.0.113.7/32', '192.0.2.1', 0), route('192.0.2.1/32', '0.0.0.0', 77, 5));
    expect(path).toEqual({ prefix: '203.0.113.7/32', interface: null });
  });

  test('in circles: there is no path, and an end', async () => {
    const [path] = await pathIn(route('203.0.113.0/24', '172.16.0.1', 0), route('172.16.0.0/16', '172.16.0.1', 0));
    expect(path).toBeUndefined();
  });
});
