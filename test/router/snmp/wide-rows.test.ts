/** Rows that are about more than one source or group: DVMRP's subnets, ranges of bidirectional PIM. */
import { expect, test } from 'vitest';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { stateOf } from '../../../src/router/state.ts';
import { parseAddress } from '../../../src/wire/address.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';

const IPMROUTE = '1.3.6.1.2.1.83.1.1';
const IPMCAST = '1.3.6.1.2.1.168.1';
const BASE = {
  '1.3.6.1.2.1.1.3.0': mib.timeTicks(1000),
  '1.3.6.1.2.1.4.20.1.2.10.34.0.4': mib.integer(2),
  '1.3.6.1.2.1.4.20.1.3.10.34.0.4': mib.ipAddress('255.255.255.0'),
};
const SUBNET_ROW = '239.1.1.1.10.1.0.0.255.255.255.0';

function ipMRoute(...places: string[]): mib.Mib {
  const agentMib = new mib.Mib({
    ...BASE,
    [`${IPMROUTE}.1.0`]: mib.integer(1),
    [`${IPMROUTE}.4.1.2.2`]: mib.integer(1),
  });
  for (const place of places) {
    agentMib.set(`${IPMROUTE}.2.1.4.${place}`, mib.ipAddress('10.34.0.3'));
    agentMib.set(`${IPMROUTE}.2.1.5.${place}`, mib.integer(2));
    agentMib.set(`${IPMROUTE}.2.1.8.${place}`, mib.counter32(77));
  }
  return agentMib;
}

function ipMcast(place: string): mib.Mib {
  const agentMib = new mib.Mib({
    ...BASE,
    [`${IPMCAST}.1.0`]: mib.integer(1),
    [`${IPMCAST}.3.1.3.1.2`]: mib.gauge32(1),
  });
  agentMib.set(`${IPMCAST}.5.1.9.${place}`, mib.integer(2));
  agentMib.set(`${IPMCAST}.5.1.19.${place}`, mib.counter64(77n));
  return agentMib;
}

/** The snapshot, cold and warm, and how many round trips each took. */
async function read(
  agentMib: mib.Mib,
  query: ForwardingQuery,
  then: (agent: Agent) => void = () => {},
): Promise<{ readonly cold: Snapshot; readonly warm: Snapshot; readonly trips: number[] }> {
  await using agent = await Agent.start({ mib: agentMib, delayMs: 20 });
  const session = createAgentSession({
    host: '127.0.0.1',
    port: agent.port,
    credentials: { version: '2c', community: 'public' },
  });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  try {
    await reader.readInterfaces(AbortSignal.timeout(4000));
    agent.reset();
    const cold = await reader.readForwarding(query, AbortSignal.timeout(4000));
    const trips = [agent.roundTrips];
    then(agent);
    agent.reset();
    const warm = await reader.readForwarding(query, AbortSignal.timeout(4000));
    return { cold, warm, trips: [...trips, agent.roundTrips] };
  } finally {
    await reader.close();
  }
}

const SG: ForwardingQuery = { family: 4, group: '239.1.1.1', source: '10.1.0.2' };
const packetsOf = (snapshot: Snapshot) =>
  stateOf(snapshot).route(parseAddress('10.1.0.2'), parseAddress('239.1.1.1')!)?.packets;

test('a route of a subnet of sources', async () => {
  const { cold, warm, trips } = await read(ipMRoute(SUBNET_ROW), SG);
  for (const snapshot of [cold, warm]) {
    expect(snapshot.routes).toMatchObject([
      {
        group: '239.1.1.1',
        groupPrefixLength: 32,
        source: '10.1.0.0',
        sourcePrefixLength: 24,
        incoming: 2,
        upstream: '10.34.0.3',
      },
    ]);
    expect(packetsOf(snapshot)).toBe(77n);
  }
  expect(trips).toEqual([3, 1]);
});

test('of several the longest prefix', async () => {
  const { cold } = await read(
    ipMRoute('239.1.1.1.10.0.0.0.255.0.0.0', SUBNET_ROW, '239.1.1.1.10.1.0.4.255.255.255.252'),
    SG,
  );
  expect(cold.routes).toMatchObject([{ source: '10.1.0.0', sourcePrefixLength: 24 }]);
});

test('a subnet whose address is nobody is none', async () => {
  const { cold } = await read(ipMRoute('239.1.1.1.0.0.0.0.240.0.0.0'), SG);
  expect(cold.routes).toEqual([]);
});

test('one that came when there was none', async () => {
  const { cold, warm, trips } = await read(ipMRoute(), SG, (agent) => agent.change({ mib: ipMRoute(SUBNET_ROW) }));
  expect(cold.routes).toEqual([]);
  expect(warm.routes).toMatchObject([{ source: '10.1.0.0', sourcePrefixLength: 24 }]);
  expect(trips).toEqual([2, 2]);
});

test('a row of the source itself takes its place', async () => {
  const exact = '239.1.1.1.10.1.0.2.255.255.255.255';
  const { warm } = await read(ipMRoute(SUBNET_ROW), SG, (agent) => agent.change({ mib: ipMRoute(SUBNET_ROW, exact) }));
  expect(warm.routes?.[0]).toMatchObject({ source: '10.1.0.2' });
  expect(stateOf(warm).route(parseAddress('10.1.0.2'), parseAddress('239.1.1.1')!)?.source?.length).toBe(32);
});

test.each([
  ['sources', '1.4.239.1.1.1.32.1.4.10.1.0.0.24', { group: '239.1.1.1', source: '10.1.0.0', sourcePrefixLength: 24 }],
  ['groups', '1.4.239.1.0.0.16.0.0.0', { group: '239.1.0.0', groupPrefixLength: 16, source: null }],
  ['(*,G) whose source is 0.0.0.0/32', '1.4.239.1.1.1.32.1.4.0.0.0.0.32', { group: '239.1.1.1', source: null }],
])('IPMCAST-MIB: %s', async (_, place, row) => {
  const { cold, warm } = await read(ipMcast(place), SG);
  for (const snapshot of [cold, warm]) {
    expect(snapshot.routes).toMatchObject([row]);
    expect(packetsOf(snapshot) ?? stateOf(snapshot).route(undefined, parseAddress('239.1.1.1')!)?.packets).toBe(77n);
  }
});
