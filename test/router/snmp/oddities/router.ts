/** A router that shows what its agent has been made to. */
import { afterEach, expect } from 'vitest';
import { snapshotSchema } from '../../../../src/router/file/schema.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import type { Snapshot } from '../../../../src/router/snapshot.ts';
import { createSnmpReader, type SnmpReader } from '../../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../../src/router/snmp/session/agent-session.ts';
import { stateOf } from '../../../../src/router/state.ts';
import { Agent } from '../../../support/snmp/agent.ts';
import type * as mib from '../../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../../support/snmp/router-mib.ts';

export const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [2, 3].map((index) => ({
    index,
    name: `eth${index}`,
    addresses: [`10.${index}.0.4/24`],
    multicast: true,
    inMulticastPackets: '100',
    outMulticastPackets: '200',
  })),
  routes: [
    {
      group: '232.1.1.1',
      source: '10.1.0.2',
      incoming: 2,
      upstream: '10.2.0.1',
      outgoing: [],
      packets: '5000',
      multicastRoutingProtocol: 'pimSparseMode',
      routingProtocol: 'ospf',
    },
  ],
  rpf: [{ prefix: '10.1.0.0/24', interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' }],
};

export const MIBS: RouterMibs = { routes: 'IPMROUTE', pim: 'none', addresses: 'old', unicast: 'ipCidr', counters: 64 };
export const SG: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '10.1.0.2' };
export const PATH: ForwardingQuery = { family: 4, group: null, source: '10.1.0.2' };

export const IPMROUTE = '1.3.6.1.2.1.83.1.1';
export const PLACE = '232.1.1.1.10.1.0.2.255.255.255.255';
export const ADDRESS = '1.3.6.1.2.1.4.20.1';
export const ADDRESSES = '1.3.6.1.2.1.4.34.1';
export const CIDR = '1.3.6.1.2.1.4.24.4.1';
export const INET_CIDR = '1.3.6.1.2.1.4.24.7.1';
export const PIM = '1.3.6.1.2.1.157.1';
export const PIM_EXPERIMENTAL = '1.3.6.1.3.61.1.1';

const readers: SnmpReader[] = [];

afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

export function readerOf(agent: Agent, onOddity: (text: string) => void = () => {}): SnmpReader {
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity, monotonicMs: () => performance.now() });
  readers.push(reader);
  return reader;
}

export type Changes = Record<string, mib.Value | undefined>;

export function served(changes: Changes, mibs: Partial<RouterMibs> = {}): mib.Mib {
  const all = mibOf(ROUTER, { ...MIBS, ...mibs });
  for (const [oid, value] of Object.entries(changes)) all.set(oid, value);
  return all;
}

export async function read(query: ForwardingQuery, changes: Changes, mibs?: Partial<RouterMibs>): Promise<Snapshot> {
  await using agent = await Agent.start({ mib: served(changes, mibs) });
  const reader = readerOf(agent);
  const snapshot = await reader.readForwarding(query, AbortSignal.timeout(4000));
  expectSound(await reader.readInterfaces(AbortSignal.timeout(4000)));
  expectSound(snapshot);
  return snapshot;
}

export async function readAll(changes: Changes, mibs?: Partial<RouterMibs>): Promise<Snapshot> {
  await using agent = await Agent.start({ mib: served(changes, mibs) });
  const snapshot = await readerOf(agent).readRoutes(AbortSignal.timeout(4000));
  expectSound(snapshot);
  return snapshot;
}

/** Contradicts itself nowhere, and could as well stand in a file. */
export function expectSound(snapshot: Snapshot): void {
  stateOf(snapshot);
  const text = JSON.stringify(snapshot);
  expect(snapshotSchema('r').safeParse(JSON.parse(text)).error).toBeUndefined();
}
