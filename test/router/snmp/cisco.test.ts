/** What CISCO-IPMROUTE-MIB adds to the rows of either table of IPv4 routes. */
import { describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotRoute } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const routeOf = (group: string, upstream: string | null): SnapshotRoute => ({
  group,
  source: '10.2.0.9',
  incoming: 2,
  upstream,
  outgoing: [],
  packets: '17',
  multicastRoutingProtocol: 'pimSparseMode',
  routingProtocol: upstream === null ? 'local' : 'ospf',
  uptimeSeconds: 5,
});
const [REMOTE, NEXT_TO_SOURCE] = ['232.1.1.1', '232.1.1.2'];
const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [{ index: 2, name: 'Gi0/2', addresses: ['10.2.0.4/24'], multicast: true }],
  routes: [routeOf(REMOTE, '10.2.0.1'), routeOf(NEXT_TO_SOURCE, null)],
};
const MIBS = { pim: 'none', addresses: 'old', unicast: 'none', counters: 64 } as const;
const [PRUNE_FLAG, PKTS] = ['1.3.6.1.4.1.9.10.2.1.1.2.1.12', '1.3.6.1.4.1.9.10.2.1.1.2.1.28'];

/** @param prune ciscoIpMRoutePruneFlag, a TruthValue */
function served(routes: RouterMibs['routes'], prune: 1 | 2, packets?: bigint): mib.Mib {
  const all = mibOf(ROUTER, { ...MIBS, routes });
  all.set('1.3.6.1.4.1.9.10.2.1.1.1.0', mib.gauge32(2));
  for (const group of [REMOTE, NEXT_TO_SOURCE]) {
    const place = `${group}.10.2.0.9.255.255.255.255`;
    all.set(`${PRUNE_FLAG}.${place}`, mib.integer(prune));
    if (packets !== undefined) all.set(`${PKTS}.${place}`, mib.counter64(packets));
  }
  return all;
}

async function read(mibs: mib.Mib, group = REMOTE) {
  await using agent = await Agent.start({ mib: mibs });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  const query = { family: 4, group, source: '10.2.0.9' } as const;
  try {
    const signal = new AbortController().signal;
    await reader.readForwarding(query, signal);
    agent.reset();
    const { routes = [], interfaces } = await reader.readForwarding(query, signal);
    return { routes, interfaces: interfaces.length, roundTrips: agent.roundTrips };
  } finally {
    await reader.close();
  }
}

describe.each(['IPMROUTE', 'experimental'] as const)('%s', (routes) => {
  test('packets in 64 bits, and still one round trip', async () => {
    expect(await read(served(routes, 2, 5_000_000_000n))).toMatchObject({
      routes: [{ packets: '5000000000', pruneSent: false, incoming: 2, upstream: '10.2.0.1' }],
      interfaces: 1,
      roundTrips: 1,
    });
  });

  test('IOS before it counted in 64 bits', async () => {
    expect((await read(served(routes, 2))).routes).toMatchObject([{ packets: '17', pruneSent: false }]);
  });

  test('a pruned row: a prune has gone upstream, but not where nobody is', async () => {
    expect((await read(served(routes, 1))).routes).toMatchObject([{ pruneSent: true }]);
    expect((await read(served(routes, 1), NEXT_TO_SOURCE)).routes).toMatchObject([{ pruneSent: false }]);
  });

  test('a row of it alone is none', async () => {
    const all = served(routes, 2);
    all.set(`${PKTS}.232.1.1.3.10.2.0.9.255.255.255.255`, mib.counter64(7n));
    expect((await read(all, '232.1.1.3')).routes).toEqual([]);
  });

  test('PIM-STD-MIB beside it is believed', async () => {
    const pruned = served(routes, 2);
    pruned.set('1.3.6.1.2.1.157.1.6.1.23.1.4.232.1.1.1.4.10.2.0.9', mib.integer(3));
    expect((await read(pruned)).routes).toMatchObject([{ pruneSent: true }]);
    const forwarding = served(routes, 1);
    forwarding.set('1.3.6.1.2.1.157.1.6.1.23.1.4.232.1.1.1.4.10.2.0.9', mib.integer(1));
    expect((await read(forwarding)).routes).toMatchObject([{ pruneSent: false }]);
  });

  test('without it: nothing of prunes', async () => {
    const [route] = (await read(mibOf(ROUTER, { ...MIBS, routes }))).routes;
    expect(route).toMatchObject({ packets: '17' });
    expect(route?.pruneSent).toBeUndefined();
  });
});
