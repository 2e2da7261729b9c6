/** Walks of real devices, served as they were recorded. They lie beside the project, and are not a part of it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { stateOf } from '../../../src/router/state.ts';
import { Agent } from '../../support/snmp/agent.ts';
import { readWalk } from '../../support/snmp/mib.ts';

const CORPUS = join(import.meta.dirname, '../../../../shared/corpus/snmp');
const isThere = existsSync(CORPUS);
if (!isThere) console.log('SKIPPED test/router/snmp/corpus.test.ts: the corpus is not there');

interface Known {
  readonly interfaces: number;
  readonly multicast: number;
  readonly rps: number;
}

/** What stands in the walks, counted there with grep: interfaces with addresses or multicast, those with multicast, RPs. */
const KNOWN: Readonly<Record<string, Known>> = {
  'cisco-6509-ios': { interfaces: 168, multicast: 97, rps: 5 },
  'cisco-c3560-ios12.2': { interfaces: 2, multicast: 0, rps: 0 },
  'cisco-n5000-uk9': { interfaces: 15, multicast: 0, rps: 0 },
  'h3c-comware-7.1.075': { interfaces: 11, multicast: 1, rps: 1 },
  'juniper-mx960-16.1r6': { interfaces: 1, multicast: 1, rps: 0 },
  'maipu-sm4200': { interfaces: 1, multicast: 1, rps: 0 },
};

async function read(device: string, version: 1 | '2c', query: ForwardingQuery | undefined): Promise<Snapshot> {
  await using agent = await Agent.start({ mib: readWalk(join(CORPUS, device, `${device}.snmprec`)) });
  const credentials = { version, community: 'public' };
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: device, session, onOddity: () => {}, monotonicMs: () => performance.now() });
  try {
    const signal = AbortSignal.timeout(15_000);
    const snapshot = await (query === undefined ? reader.readInterfaces(signal) : reader.readForwarding(query, signal));
    stateOf(snapshot); // contradicts itself nowhere
    return snapshot;
  } finally {
    await reader.close();
  }
}

describe.skipIf(!isThere).each([['2c'], [1]] as const)('walks of real devices, version %s', (version) => {
  const devices = isThere ? readdirSync(CORPUS) : [];
  test.each(devices)('%s: its interfaces are found, or it is said that there are none', async (device) => {
    if (device === 'cisco-ucs6100-nxos') {
      const none = { code: 'ERR_READER_OUTPUT', message: expect.stringContaining('neither addresses nor multicast') };
      return expect(read(device, version, undefined)).rejects.toMatchObject(none);
    }
    const { interfaces, rps = [] } = await read(device, version, undefined);
    const found = {
      interfaces: interfaces.length,
      multicast: interfaces.filter((one) => one.multicast).length,
      rps: rps.length,
    };
    expect(found).toEqual(KNOWN[device] ?? { interfaces: 1, multicast: 0, rps: 0 });
  });
});

test.skipIf(!isThere)('cisco-6509-ios: a (*,G) with the mask 255.255.255.255, at its RP', async () => {
  const { routes = [], rps } = await read('cisco-6509-ios', '2c', {
    family: 4,
    group: '239.255.255.250',
    source: '10.1.1.1',
  });
  const outgoing = routes[0]?.outgoing ?? [];
  const forwarding = outgoing.filter(({ state }) => state === 'forwarding');
  // Of 36 interfaces with listeners (experimental IGMP-MIB), whose Designated Router it is on all.
  expect(outgoing.filter(({ state }) => state === 'notForwarding')).toHaveLength(34);
  expect(routes.map((route) => ({ ...route, outgoing: forwarding }))).toEqual([
    {
      group: '239.255.255.250',
      source: null,
      incoming: null,
      upstream: null,
      outgoing: [137, 149].map((index) => ({ index, state: 'forwarding' })),
      packets: '0',
      multicastRoutingProtocol: 'pimSparseMode',
      routingProtocol: 'local',
      uptimeSeconds: 4294967,
    },
  ]);
  expect(rps).toEqual([{ groups: '239.255.255.250/32', address: '10.10.39.100' }]);
});

test.skipIf(!isThere)('what an agent does not have is not known, and a MIB that it lacks is said', async () => {
  const group = { family: 4, group: '239.1.1.1', source: '10.1.1.1' } as const;
  expect((await read('thola-arista-eos-device-1', '2c', group)).routes).toEqual([]);
  await expect(read('maipu-sm4200', '2c', group)).rejects.toMatchObject({
    code: 'ERR_READER_COMMAND',
    message: expect.stringContaining('no MIB of multicast routes of IPv4'),
  });
  const path = await read('maipu-sm4200', '2c', { family: 4, group: null, source: '10.2.3.4' });
  expect(path.rpf).toEqual([
    { prefix: '0.0.0.0/0', interface: 4999, neighbor: '10.3.0.1', routingProtocol: 'netmgmt' },
  ]);
});
