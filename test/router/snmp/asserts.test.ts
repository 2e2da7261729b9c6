/** Links that a router has left to the winner of an Assert: by PIM-STD-MIB and PIM-MIB, as one agent shows them. */
import { describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotRoute } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { parseAddress } from '../../../src/wire/address.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const GROUP = { 4: '239.1.1.1', 6: 'ff0e::1' } as const;
const SOURCE = { 4: '10.1.0.2', 6: 'fd00:1::2' } as const;
type Family = 4 | 6;

/** (S,G) to 3, and 4 that was pruned; (*,G) to 3 and 6; of all links this is the Designated Router. */
const routes = (family: Family): SnapshotRoute[] => [
  route(family, SOURCE[family], [
    [3, 'forwarding'],
    [4, 'pruned'],
  ]),
  route(family, null, [
    [3, 'forwarding'],
    [4, 'pruned'],
    [6, 'forwarding'],
  ]),
];
function route(family: Family, source: string | null, outgoing: [number, 'forwarding' | 'pruned'][]): SnapshotRoute {
  return {
    group: GROUP[family],
    source,
    incoming: 2,
    upstream: family === 4 ? '10.2.0.1' : 'fe80::1',
    outgoing: outgoing.map(([index, state]) => ({ index, state })),
    packets: '1',
    multicastRoutingProtocol: 'pimSparseMode',
    routingProtocol: 'ospf',
  };
}
const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [2, 3, 4, 5, 6].map((index) => ({
    index,
    name: `eth${index}`,
    addresses: [`10.${index}.0.4/24`, `fe80::${index}:4/64`],
    multicast: true,
    designatedRouters: [`10.${index}.0.4`, `fe80::${index}:4`],
    inMulticastPackets: '1',
    outMulticastPackets: '1',
  })),
  routes: [...routes(4), ...routes(6)],
};
const MIBS: RouterMibs = { routes: 'IPMCAST', pim: 'standard', addresses: 'current', unicast: 'none', counters: 64 };
const OLD: Partial<RouterMibs> = { routes: 'IPMROUTE', pim: 'experimental' };

const octets = (text: string) => [...parseAddress(text)!];
const group = (family: Family) => `${family === 4 ? '1.4' : '2.16'}.${octets(GROUP[family]).join('.')}`;
const source = (family: Family) => `${family === 4 ? '4' : '16'}.${octets(SOURCE[family]).join('.')}`;

type Changes = Record<string, mib.Value>;
const PIM_STD = '1.3.6.1.2.1.157.1';
const WINNER = 2;
const LOSER = 3;
const ofSource = (family: Family, index: number, state = LOSER): Changes => ({
  [`${PIM_STD}.7.1.7.${group(family)}.${source(family)}.${index}`]: mib.integer(state),
});
const ofGroup = (family: Family, index: number, state = LOSER): Changes => ({
  [`${PIM_STD}.5.1.7.${group(family)}.${index}`]: mib.integer(state),
});
/** pimIpMRouteNextHopPruneReason: prune(2), assert(3) */
const reason = (place: string, index: number, value: number): Changes => ({
  [`1.3.6.1.3.61.1.1.7.1.2.${place}.${index}.${GROUP[4]}`]: mib.integer(value),
});
/** mgmdRouterCacheTable, mgmdRouterSrcListTable */
function listener(family: Family, index: number, mode: 'include' | 'exclude'): Changes {
  const root = '1.3.6.1.2.1.185.1';
  return {
    [`${root}.2.1.5.2.${family === 4 ? 1 : 2}`]: mib.integer(1),
    [`${root}.4.1.10.${group(family)}.${index}`]: mib.integer(mode === 'include' ? 1 : 2),
    ...(mode === 'include' ? { [`${root}.8.1.5.${group(family)}.${index}.${source(family)}`]: mib.timeTicks(9) } : {}),
  };
}

/** [ifIndex, state] of (S,G) and of (*,G), and the round trips of the query and of the same one again. */
async function read(family: Family, changes: readonly Changes[], mibs: Partial<RouterMibs> = {}) {
  const served = mibOf(ROUTER, { ...MIBS, ...mibs });
  for (const [oid, value] of changes.flatMap((one) => Object.entries(one))) served.set(oid, value);
  await using agent = await Agent.start({ mib: served, delayMs: 10 });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  const query = { family, group: GROUP[family], source: SOURCE[family] } as const;
  const once = async () => {
    agent.reset();
    const { routes: found = [] } = await reader.readForwarding(query, AbortSignal.timeout(4000));
    const of = (wanted: string | null) =>
      found
        .filter((one) => one.source === wanted)
        .flatMap((one) => one.outgoing.map(({ index, state }) => [index, state]));
    return { source: of(SOURCE[family]), shared: of(null), trips: agent.roundTrips };
  };
  try {
    await reader.readInterfaces(AbortSignal.timeout(4000));
    const first = await once();
    const again = await once();
    expect(again).toEqual({ ...first, trips: 1 });
    expect(first.trips).toBeLessThanOrEqual(3);
    return { source: first.source, shared: first.shared };
  } finally {
    await reader.close();
  }
}

const OWN = [
  [3, 'forwarding'],
  [4, 'pruned'],
];
const SHARED = [...OWN, [6, 'forwarding']];
const MISSED = [5, 'notForwarding'];

describe.each([4, 6] as const)('PIM-STD-MIB, IPv%s', (family) => {
  test('a Designated Router that has lost leaves its listeners to the winner', async () => {
    const lost = [listener(family, 5, 'exclude'), ofGroup(family, 5)];
    expect(await read(family, lost)).toEqual({ source: OWN, shared: SHARED });
  });

  test('one that has won, or of whom nothing is said, does not', async () => {
    const missed = { source: [...OWN, MISSED], shared: [...SHARED, MISSED] };
    expect(await read(family, [listener(family, 5, 'exclude')])).toEqual(missed);
    const won = [ofGroup(family, 5, WINNER), ofSource(family, 5, WINNER)];
    expect(await read(family, [listener(family, 5, 'exclude'), ...won])).toEqual(missed);
  });

  test('listeners to any source are of (*,G) and, of this source, of (S,G); those to the source are of (S,G)', async () => {
    const any = listener(family, 5, 'exclude');
    const one = listener(family, 5, 'include');
    expect(await read(family, [any, ofSource(family, 5)])).toEqual({ source: OWN, shared: [...SHARED, MISSED] });
    expect(await read(family, [one, ofGroup(family, 5)])).toEqual({ source: [...OWN, MISSED], shared: SHARED });
    expect(await read(family, [one, ofSource(family, 5)])).toEqual({ source: OWN, shared: SHARED });
  });

  test('what was pruned by an Assert was not pruned by a router downstream', async () => {
    const [forwarded] = OWN;
    expect(await read(family, [ofSource(family, 4), ofGroup(family, 4)])).toEqual({
      source: [forwarded],
      shared: [forwarded, [6, 'forwarding']],
    });
  });

  test('(*,G) forwards to a link, and the packets of the source are left to another router', async () => {
    expect(await read(family, [ofSource(family, 6)])).toEqual({ source: OWN, shared: OWN });
    expect(await read(family, [ofSource(family, 3)])).toEqual({ source: OWN, shared: SHARED });
  });
});

describe('PIM-MIB', () => {
  const OWN_PLACE = `${GROUP[4]}.${SOURCE[4]}.255.255.255.255`;

  test.each(['0.0.0.0', '255.255.255.255'] as const)(
    'the reason of a prune, (*,G) with the mask %s',
    async (sharedMask) => {
      const sharedPlace = `${GROUP[4]}.0.0.0.0.${sharedMask}`;
      const reasons = (value: number) => [reason(OWN_PLACE, 4, value), reason(sharedPlace, 4, value)];
      expect(await read(4, reasons(2), { ...OLD, sharedMask })).toEqual({ source: OWN, shared: SHARED });
      expect(await read(4, reasons(3), { ...OLD, sharedMask })).toEqual({
        source: [[3, 'forwarding']],
        shared: [
          [3, 'forwarding'],
          [6, 'forwarding'],
        ],
      });
    },
  );
});
