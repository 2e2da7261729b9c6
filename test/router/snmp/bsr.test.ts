/** The RP of a group where a BSR has announced several: read from an agent with PIM-STD-MIB and PIM-BSR-MIB, or with PIM-MIB. */
import { expect, test } from 'vitest';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [{ index: 2, name: 'eth2', addresses: ['10.2.0.4/24'], multicast: true }],
  routes: [],
};
const MIBS: RouterMibs = { routes: 'IPMROUTE', pim: 'none', addresses: 'old', unicast: 'none', counters: 64 };
const RPS = ['10.0.0.2', '10.0.0.3', '10.0.0.4'];
/** pimBsrElectedBSRAddress, pimBsrElectedBSRHashMaskLength */
const [BSR_ADDRESS, HASH_MASK_LENGTH] = ['1.3.6.1.2.1.172.1.4.1.3.1', '1.3.6.1.2.1.172.1.4.1.5.1'];

async function rpsOf(served: mib.Mib, groups: readonly string[]): Promise<readonly (string | undefined)[]> {
  await using agent = await Agent.start({ mib: served });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  try {
    const rps: (string | undefined)[] = [];
    for (const group of groups) {
      const snapshot = await reader.readForwarding({ family: 4, group, source: null }, new AbortController().signal);
      rps.push(snapshot.rps?.[0]?.address);
    }
    return rps;
  } finally {
    await reader.close();
  }
}

/** Of origin bsr(4), 239.0.0.0/8, with one precedence. */
function standard(): mib.Mib {
  const served = mibOf(ROUTER, MIBS);
  for (const rp of RPS) {
    const index = `4.1.4.239.0.0.0.8.1.4.${rp}`;
    served.set(`1.3.6.1.2.1.157.1.13.1.7.${index}`, mib.integer(3));
    served.set(`1.3.6.1.2.1.157.1.13.1.8.${index}`, mib.gauge32(20));
  }
  return served;
}

// The values are those of group-mapping.test.ts.
test('by the hash over as many bits as the BSR has announced', async () => {
  const served = standard();
  expect(await rpsOf(served, ['239.1.1.4', '239.1.1.5', '239.1.1.8'])).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.4']);
  served.set(BSR_ADDRESS, mib.octets(10, 0, 0, 1));
  served.set(HASH_MASK_LENGTH, mib.gauge32(32));
  expect(await rpsOf(served, ['239.1.1.4', '239.1.1.5', '239.1.1.8'])).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4']);
});

test('of each family its own BSR', async () => {
  const served = standard();
  served.set(BSR_ADDRESS, mib.octets(253, ...Array(14).fill(0), 1));
  served.set(HASH_MASK_LENGTH, mib.gauge32(0));
  served.set(BSR_ADDRESS.replace(/1$/, '2'), mib.octets(10, 0, 0, 1));
  served.set(HASH_MASK_LENGTH.replace(/1$/, '2'), mib.gauge32(32));
  expect(await rpsOf(served, ['239.1.1.4', '239.1.1.5', '239.1.1.8'])).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4']);
});

test('a hash mask that cannot be is not believed', async () => {
  const served = standard();
  served.set(BSR_ADDRESS, mib.octets(10, 0, 0, 1));
  served.set(HASH_MASK_LENGTH, mib.gauge32(64));
  expect(await rpsOf(served, ['239.1.1.4', '239.1.1.5'])).toEqual(['10.0.0.2', '10.0.0.2']);
});

test('the RP set of the older PIM-MIB', async () => {
  const served = mibOf(ROUTER, MIBS);
  for (const rp of RPS) served.set(`1.3.6.1.3.61.1.1.6.1.4.1.239.0.0.0.255.0.0.0.${rp}`, mib.timeTicks(15_000));
  expect(await rpsOf(served, ['239.1.1.0', '239.1.1.4', '239.1.1.8'])).toEqual(['10.0.0.3', '10.0.0.2', '10.0.0.4']);
});

test('RPs of version 1 in PIM-MIB: before those of the RP set, where they are up', async () => {
  const served = mibOf(ROUTER, MIBS);
  served.set('1.3.6.1.3.61.1.1.6.1.4.1.239.1.1.1.255.255.255.255.10.0.0.2', mib.timeTicks(15_000));
  const state = (value: number) => served.set('1.3.6.1.3.61.1.1.5.1.3.239.1.1.1.10.0.0.3', mib.integer(value));
  state(1);
  expect(await rpsOf(served, ['239.1.1.1', '239.1.1.2'])).toEqual(['10.0.0.3', undefined]);
  state(2);
  expect(await rpsOf(served, ['239.1.1.1'])).toEqual(['10.0.0.2']);
});
