/** Every multicast route that an agent has, in either MIB. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotRoute } from '../../../src/router/snapshot.ts';
import { createSnmpReader, type SnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { stateOf } from '../../../src/router/state.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const MIBS: RouterMibs = { routes: 'IPMCAST', pim: 'none', addresses: 'current', unicast: 'none', counters: 64 };
const ROUTES = 300;

function routeOf(i: number, family: 4 | 6): SnapshotRoute {
  const isShared = i % 10 === 0;
  return {
    group: family === 4 ? `239.1.${i >> 8}.${i & 255}` : `ff0e::${(i + 1).toString(16)}`,
    source: isShared ? null : family === 4 ? '10.1.0.2' : 'fd00:1::2',
    incoming: 2,
    upstream: family === 4 ? '10.34.0.3' : 'fe80::3',
    outgoing: [
      { index: 3, state: 'forwarding' },
      { index: 4 + (i % 3), state: 'pruned' },
    ],
    packets: String(1000 + i),
    multicastRoutingProtocol: 'pimSparseMode',
    routingProtocol: 'ospf',
    uptimeSeconds: i,
  };
}

const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [2, 3, 4, 5, 6].map((index) => ({
    index,
    name: `eth${index}`,
    addresses: [`10.${index}.0.4/24`],
    multicast: true,
  })),
  routes: ([4, 6] as const).flatMap((family) => Array.from({ length: ROUTES }, (_, i) => routeOf(i, family))),
};

const open: { reader: SnmpReader; agent: Agent }[] = [];
afterEach(async () => {
  for (const { reader, agent } of open.splice(0)) {
    await reader.close();
    await agent[Symbol.asyncDispose]();
  }
});

async function read(served: mib.Mib): Promise<{ snapshot: Snapshot; oddities: readonly string[] }> {
  const agent = await Agent.start({ mib: served });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const oddities: string[] = [];
  const onOddity = (text: string) => void oddities.push(text);
  const reader = createSnmpReader({ name: 'r', session, onOddity, monotonicMs: () => performance.now() });
  open.push({ reader, agent });
  return { snapshot: await reader.readRoutes(new AbortController().signal), oddities };
}

const inOrder = (routes: Snapshot['routes'] = []) => [...routes].sort((a, b) => (a.group < b.group ? -1 : 1));
const withLengths = (row: SnapshotRoute) => {
  const bits = row.group.includes(':') ? 128 : 32;
  return { ...row, groupPrefixLength: bits, ...(row.source === null ? {} : { sourcePrefixLength: bits }) };
};

describe.each(['IPMCAST', 'IPMROUTE', 'experimental'] as const)('%s', (routes) => {
  test('every row, with all its columns and next hops', async () => {
    const { snapshot, oddities } = await read(mibOf(ROUTER, { ...MIBS, routes }));
    const expected = (ROUTER.routes ?? []).filter(({ group }) => routes === 'IPMCAST' || !group.includes(':'));
    expect(inOrder(snapshot.routes)).toEqual(inOrder(expected.map(withLengths)));
    expect(oddities).toEqual([]);
    expect(stateOf(snapshot).interfaces.size).toBe(5);
  });
});

test('ranges of groups and of sources', async () => {
  const served = mibOf({ ...ROUTER, routes: [] }, MIBS);
  served.set('1.3.6.1.2.1.168.1.5.1.9.1.4.239.2.0.0.16.1.4.10.1.0.0.24', mib.integer(2));
  const { snapshot } = await read(served);
  expect(snapshot.routes).toMatchObject([
    {
      group: '239.2.0.0',
      groupPrefixLength: 16,
      source: '10.1.0.0',
      sourcePrefixLength: 24,
      incoming: 2,
      outgoing: [],
    },
  ]);
});

test('(*,G) whose source is the unspecified address', async () => {
  const served = mibOf({ ...ROUTER, routes: [] }, MIBS);
  served.set('1.3.6.1.2.1.168.1.5.1.9.1.4.239.2.0.1.32.1.4.0.0.0.0.0', mib.integer(2));
  const { snapshot } = await read(served);
  expect(snapshot.routes).toMatchObject([{ group: '239.2.0.1', groupPrefixLength: 32, source: null }]);
});

test('rows that cannot be are passed over', async () => {
  const served = mibOf({ ...ROUTER, routes: [routeOf(1, 4)] }, MIBS);
  const column = '1.3.6.1.2.1.168.1.5.1.9';
  const impossible = [
    '1.4.239.2.0.0.33.0.0.0', // a prefix that is too long
    '1.4.239.2.0.0.32.1.4.10.1.0.0.64',
    `1.4.239.2.0.0.32.2.16.${'0.'.repeat(15)}1.128`, // a source of the other family
    `1.4.239.2.0.0.32.2.16.${'0.'.repeat(15)}1.32`,
    '1.4.239.2.0.0.32.1.4.10.1.0.0.32.7', // more than an index
    '1.4.239.2.0.300.32.0.0.0', // no octet
    '1.4.239.2.0.0.32.0.0', // less
  ];
  for (const index of impossible) served.set(`${column}.${index}`, mib.integer(2));
  const { snapshot } = await read(served);
  expect(snapshot.routes?.map(({ group }) => group)).toEqual(['239.1.0.1']);
  expect(() => stateOf(snapshot)).not.toThrow();
});

test('an interface that only a route names is there as well', async () => {
  const served = mibOf(
    { ...ROUTER, routes: [{ ...routeOf(1, 4), outgoing: [{ index: 77, state: 'forwarding' }] }] },
    MIBS,
  );
  served.set('1.3.6.1.2.1.31.1.1.1.1.77', mib.text('tun77'));
  const { snapshot } = await read(served);
  expect(snapshot.interfaces.find(({ index }) => index === 77)?.name).toBe('tun77');
  expect(() => stateOf(snapshot)).not.toThrow();
});

test('more interfaces that only routes name than are remembered', async () => {
  const outgoing = Array.from({ length: 300 }, (_, at) => ({ index: 1000 + at, state: 'forwarding' as const }));
  const { snapshot } = await read(mibOf({ ...ROUTER, routes: [{ ...routeOf(1, 4), outgoing }] }, MIBS));
  expect(stateOf(snapshot).interfaces.size).toBe(305);
});

test('no MIB of routes: no routes', async () => {
  const { snapshot } = await read(mibOf(ROUTER, { ...MIBS, routes: 'none' }));
  expect(snapshot.routes).toEqual([]);
});
