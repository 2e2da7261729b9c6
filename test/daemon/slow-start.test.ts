/** A router that cannot be read when the daemon starts is known soon after it can be. */
import { createSocket } from 'node:dgram';
import { afterAll, expect, test } from 'vitest';
import { parseAddress } from '../../src/wire/address.ts';
import { emitQuery } from '../../src/wire/emit.ts';
import { Stage } from '../support/programs.ts';
import { Agent } from '../support/snmp/agent.ts';
import { mibOf } from '../support/snmp/router-mib.ts';
import { rowOfRouters } from '../support/snmp/row-of-routers.ts';

/** Of this test run alone, so that two may run at once. */
const DAEMON = `127.${64 + (process.pid % 60)}.${(process.pid >> 6) % 256}.32`;
const stage = new Stage();
afterAll(() => stage.close());

/** From a network that nobody knows: one of a router of ours, or of none. */
async function query(client: string): Promise<void> {
  const addresses = { multicastAddress: parseAddress('232.1.1.1'), sourceAddress: parseAddress('10.1.0.2') };
  const { octets } = emitQuery({
    ...addresses,
    clientAddress: parseAddress(client)!,
    hops: 9,
    queryId: 7,
    clientPort: 9,
  });
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.send(octets, 33435, DAEMON, resolve));
  socket.close();
}

test('an agent that is silent at first', { timeout: 40_000 }, async () => {
  const mibs = { routes: 'IPMROUTE', pim: 'none', addresses: 'old', unicast: 'ipCidr', counters: 64 } as const;
  const { snapshots } = rowOfRouters(1);
  await using agent = await Agent.start({ mib: mibOf(snapshots[0]!, mibs), instead: () => undefined });
  const reader = { kind: 'snmp', version: '2c', host: '127.0.0.1', port: agent.port, community: 'public' };
  const config = { listen: [{ address: DAEMON, port: 33435 }], routers: [{ name: 'r0', readers: [reader] }] };
  const daemon = stage.run('main.js', ['run', '-c', stage.write('slow.yaml', JSON.stringify(config))]);
  await daemon.until('it is said', () => daemon.lines('cannot be read').length === 1);
  await query('198.51.100.7');
  await daemon.until('it is dropped', () => daemon.lines('dropped').length === 1);
  expect(daemon.lines('dropped')).toMatchObject([{ reason: 'client-not-allowed', unread: ['r0'] }]);
  agent.change({ instead: (_, response) => response });
  const began = performance.now();
  while (daemon.lines('learned').length === 0 && performance.now() - began < 25_000) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(daemon.lines('learned')).toHaveLength(1);
  expect(daemon.lines('cannot be read')).toHaveLength(1);
});
