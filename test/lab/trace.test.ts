/** The first trace: a Query from the receiver, answered on behalf of four real routers, against what their kernels know. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TlvJson } from '../../src/wire/print.ts';
import { routersBySsh, startDaemon, type TraceJson, trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import type { LabProcess } from './process.ts';
import { find, routeTables, type Streams } from './streams.ts';
import { ROUTERS, type Router, STREAMS } from './topology.ts';

const PATH: readonly Router[] = ['r4', 'r3', 'r2', 'r1'];
const NOC4 = '10.255.0.100';
const NOC6 = 'fd00:ff::100';
/** A little more than maxAge: the next trace reads anew. */
const FORGOTTEN_MS = 1100;

/** [incoming, outgoing, upstream] of r4, r3, r2, r1 on the way to the source. */
const WAY_TO_SOURCE = [
  ['10.34.0.4', '10.4.0.4', '10.34.0.3'],
  ['10.23.0.3', '10.34.0.3', '10.23.0.2'],
  ['10.12.0.2', '10.23.0.2', '10.12.0.1'],
  ['10.1.0.1', '10.12.0.1', '0.0.0.0'],
];

function way({ hops }: TraceJson) {
  return hops.map((hop) => [hop.incomingInterfaceAddress, hop.outgoingInterfaceAddress, hop.upstreamRouterAddress]);
}

/** Counts of an entry on the routers of the path, straight from their kernels. */
async function kernelCounts(
  lab: Parameters<typeof routeTables>[0],
  source: string | null,
  group: string,
): Promise<number[]> {
  const tables = await routeTables(lab);
  return PATH.map((router) => find(tables[router], source, group)?.packets ?? Number.NaN);
}

/** What does not change while streams flow. */
function withoutCounts(hop: TlvJson): TlvJson {
  return Object.fromEntries(Object.entries(hop).filter(([name]) => !/Count$|^queryArrivalTime/.test(name)));
}

/** All hosts of the lab share one clock: every router was reached after the Query left and before the Reply came. */
function expectArrivalsInOrder(found: TraceJson): void {
  const times = found.hops.map((hop) => Date.parse(String(hop.queryArrivalTimeUtc)));
  const sent = Date.parse(String(found.query.sentAt));
  const all = [sent - 1, ...times, sent + Number(found.roundTripMs) + 1];
  expect(all).toEqual([...all].sort((a, b) => a - b));
  expect(Math.abs(times[0]! - sent)).toBeLessThan(1000);
}

describeLab('a trace on behalf of real routers', (lab) => {
  let streams: Streams;
  beforeAll(async () => {
    streams = await lab.streams();
  });
  afterAll(() => streams?.stop());

  describe('IPv4, one daemon, FRR by ssh', () => {
    let daemon: LabProcess;
    beforeAll(async () => {
      daemon = await startDaemon(lab, 'noc', { routers: routersBySsh(lab, ROUTERS, 'frr') });
    });
    afterAll(() => daemon?.stop());

    it.each([
      ['SSM', STREAMS.ssm4],
      ['ASM', STREAMS.asm4],
    ] as const)('(S,G), %s', async (_name, { source, group }) => {
      const before = await kernelCounts(lab, source, group);
      const found = await trace(lab, 'rcv', '-g', NOC4, String(source), group);
      const after = await kernelCounts(lab, source, group);
      expect(found.replies).toHaveLength(1);
      expect(found.ending).toBe('reached-source');
      expect(way(found)).toEqual(WAY_TO_SOURCE);
      expectArrivalsInOrder(found);
      for (const [i, hop] of found.hops.entries()) {
        expect(hop).toMatchObject({
          forwardingCodeName: 'NO_ERROR',
          multicastRoutingProtocolName: 'pimSparseMode',
          routingProtocolName: i < 3 ? 'ospf' : 'local',
          forwardingTtl: 1,
          s: 0,
          sourceMask: 32,
        });
        expect(Number(hop.sourceGroupPacketCount)).toBeGreaterThanOrEqual(before[i]!);
        expect(Number(hop.sourceGroupPacketCount)).toBeLessThanOrEqual(after[i]!);
        expect(Number(hop.inputPacketCount)).toBeGreaterThan(0);
        expect(Number(hop.outputPacketCount)).toBeGreaterThan(0);
      }

      await delay(FORGOTTEN_MS);
      const again = await trace(lab, 'rcv', '-g', NOC4, String(source), group);
      for (const [i, hop] of again.hops.entries()) {
        for (const count of ['sourceGroupPacketCount', 'inputPacketCount', 'outputPacketCount']) {
          expect(Number(hop[count])).toBeGreaterThan(Number(found.hops[i]![count]));
        }
      }
    });

    it('(*,G) ends at the RP r2', async () => {
      const found = await trace(lab, 'rcv', '-g', NOC4, 'any', STREAMS.asm4.group);
      expect(found.ending).toBe('reached-rp');
      expect(way(found)).toEqual([...WAY_TO_SOURCE.slice(0, 2), ['10.0.0.2', '10.23.0.2', '0.0.0.0']]);
      expect(found.hops.map((hop) => hop.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR', 'REACHED_RP']);
      expect(found.hops.map((hop) => hop.routingProtocolName)).toEqual(['ospf', 'ospf', 'local']);
      expect(found.hops.every((hop) => hop.sourceMask === 127)).toBe(true);
      expect(found.hops.every((hop) => hop.multicastRoutingProtocolName === 'pimSparseMode')).toBe(true);
      expectArrivalsInOrder(found);
    });

    it('source only: the RPF path, nothing but that', async () => {
      const found = await trace(lab, 'rcv', '-g', NOC4, '10.1.0.2');
      expect(found.ending).toBe('reached-source');
      expect(way(found)).toEqual(WAY_TO_SOURCE);
      expect(found.hops.map((hop) => hop.routingProtocolName)).toEqual(['ospf', 'ospf', 'ospf', 'local']);
      expect(found.hops.every((hop) => hop.multicastRoutingProtocolName === 'pimSparseMode')).toBe(true);
      expect(found.hops.every((hop) => hop.sourceGroupPacketCount === null && hop.sourceMask === 24)).toBe(true);
      expectArrivalsInOrder(found);
    });

    it('# Hops is honoured', async () => {
      const found = await trace(lab, 'rcv', '-g', NOC4, '-m', '2', '10.1.0.2', '232.1.1.1');
      expect(found.ending).toBe('ended-before');
      expect(way(found)).toEqual(WAY_TO_SOURCE.slice(0, 2));
    });
  });

  it('a Query to all routers of the link, heard by a daemon on the last-hop router itself', async () => {
    const readers = (name: Router) => [
      { kind: 'cli', platform: 'frr', transport: 'exec', command: ['vtysh', '-N', lab.namespace(name), '-c'] },
    ];
    const daemon = await startDaemon(lab, 'r4', {
      routers: ROUTERS.map((name) => ({ name, readers: readers(name) })),
      multicast: { interfaces: ['rcv0'] },
    });
    try {
      const found = await trace(lab, 'rcv', '-i', 'eth0', '10.1.0.2', '232.1.1.1');
      expect(found.ending).toBe('reached-source');
      expect(way(found)).toEqual(WAY_TO_SOURCE);
      expect(found.replies).toMatchObject([{ from: '10.4.0.4' }]);
    } finally {
      await daemon.stop();
    }
  });

  describe('two daemons as peers, by exec', () => {
    const execOf = (names: readonly Router[], platform: 'frr' | 'linux') =>
      names.map((name) => {
        const command =
          platform === 'frr'
            ? ['vtysh', '-N', lab.namespace(name), '-c']
            : ['ip', 'netns', 'exec', lab.namespace(name), 'sh', '-c'];
        return { name, readers: [{ kind: 'cli', platform, transport: 'exec', command }] };
      });
    const onNoc = (verb: 'add' | 'delete', address: string) =>
      lab.exec('noc', [
        'ip',
        'address',
        verb,
        `${address}/${address.includes(':') ? '64' : '24'}`,
        'dev',
        'br0',
        ...(verb === 'add' && address.includes(':') ? ['nodad'] : []),
      ]);

    it.each([
      {
        family: 4,
        platform: 'frr',
        west: { name: 'west', address: '10.255.0.101', routers: ['10.34.0.0/24'] },
        east: { name: 'east', address: '10.255.0.102', routers: ['10.23.0.2', '10.12.0.0/24'] },
        target: ['10.1.0.2', '232.1.1.1'],
        octets: 20 + 2 * 52,
      },
      {
        family: 6,
        platform: 'linux',
        west: { name: 'west', address: 'fd00:ff::101', routers: ['fd00:34::/64'] },
        east: { name: 'east', address: 'fd00:ff::102', routers: ['fd00:23::2', 'fd00:12::/64'] },
        target: ['fd00:1::2', 'ff3e::1:1'],
        octets: 56 + 2 * 80,
      },
    ] as const)(
      'IPv$family: the same Reply, and exactly one Request between them',
      async ({ platform, west, east, target, octets }) => {
        const daemons: LabProcess[] = [];
        for (const { address } of [west, east]) await onNoc('add', address);
        try {
          daemons.push(await startDaemon(lab, 'noc', { routers: execOf(ROUTERS, platform) }));
          const alone = await trace(lab, 'rcv', '-g', west.address, ...target);
          await daemons.pop()?.stop();
          for (const [names, own, peer] of [
            [['r3', 'r4'], west, east],
            [['r1', 'r2'], east, west],
          ] as const) {
            const listen = [{ address: own.address, port: 33435 }];
            daemons.push(await startDaemon(lab, 'noc', { listen, routers: execOf(names, platform), peers: [peer] }));
          }
          // Both are on noc, so what they send each other passes its loopback interface.
          const capture = await lab.capture('noc', 'lo', 'udp');
          const split = await trace(lab, 'rcv', '-g', west.address, ...target);
          await delay(200);
          const captured = await capture.stop();

          expect(split.replies).toHaveLength(1);
          expect(split.replies[0]).toMatchObject({ from: east.address, fromPort: 33435 });
          expect(split.ending).toBe('reached-source');
          expect(split.hops.map(withoutCounts)).toEqual(alone.hops.map(withoutCounts));
          expect(
            captured.map(({ payload, ...rest }) => ({ ...rest, type: payload[0], octets: payload.length })),
          ).toEqual([
            {
              source: west.address,
              sourcePort: 33435,
              destination: east.address,
              destinationPort: 33435,
              hopLimit: 255,
              type: 2,
              octets,
            },
          ]);
        } finally {
          await Promise.all(daemons.map((daemon) => daemon.stop()));
          for (const { address } of [west, east]) await onNoc('delete', address);
        }
      },
    );
  });

  describe('IPv6, static multicast routes, Linux by ssh', () => {
    let daemon: LabProcess;
    beforeAll(async () => {
      daemon = await startDaemon(lab, 'noc', { routers: routersBySsh(lab, ROUTERS, 'linux') });
    });
    afterAll(() => daemon?.stop());

    /** [interface index, link-local address] of an interface. */
    async function interfaceOf(router: Router, name: string): Promise<[number, string]> {
      const { stdout } = await lab.exec(router, ['ip', '-6', '-j', 'address', 'show', 'dev', name]);
      const rows = JSON.parse(stdout) as { ifindex: number; addr_info: { local: string; scope: string }[] }[];
      const [row] = rows.filter((one) => 'ifindex' in one);
      return [row!.ifindex, row!.addr_info.find((one) => one.scope === 'link')!.local];
    }

    /** [Incoming Interface ID, Outgoing Interface ID, Remote Address] of r4, r3, r2, r1. */
    async function expectedWay() {
      const names = {
        r4: ['to-r3', 'rcv0'],
        r3: ['to-r2', 'to-r4'],
        r2: ['to-r1', 'to-r3'],
        r1: ['src0', 'to-r2'],
      } as const;
      return Promise.all(
        (['r4', 'r3', 'r2', 'r1'] as const).map(async (router, i, all) => {
          const [incoming] = await interfaceOf(router, names[router][0]);
          const [outgoing] = await interfaceOf(router, names[router][1]);
          const next = all[i + 1];
          return [incoming, outgoing, next === undefined ? '::' : (await interfaceOf(next, names[next][1]))[1]];
        }),
      );
    }

    it.each([
      ['(S,G)', ['fd00:1::2', 'ff3e::1:1'], 'fd00:1::2' as string | null, 'ff3e::1:1'],
      ['(*,G) of a static route', ['fd00:1::2', 'ff15::1:1'], null, 'ff15::1:1'],
      ['source only', ['fd00:1::2'], undefined, undefined],
    ] as const)('%s', async (_name, argv, source, group) => {
      const before = group === undefined ? [] : await kernelCounts(lab, source!, group);
      const found = await trace(lab, 'rcv', '-g', NOC6, ...argv);
      const after = group === undefined ? [] : await kernelCounts(lab, source!, group);
      expect(found.replies).toHaveLength(1);
      expect(found.ending).toBe('reached-source');
      expect(found.hops.map((hop) => [hop.incomingInterfaceId, hop.outgoingInterfaceId, hop.remoteAddress])).toEqual(
        await expectedWay(),
      );
      expect(found.hops.map((hop) => hop.localAddress)).toEqual([
        'fd00:34::4',
        'fd00:23::3',
        'fd00:12::2',
        'fd00:1::1',
      ]);
      expect(found.hops.map((hop) => hop.routingProtocolName)).toEqual(['ospf', 'ospf', 'ospf', 'local']);
      expect(found.hops.every((hop) => hop.forwardingCodeName === 'NO_ERROR')).toBe(true);
      expectArrivalsInOrder(found);
      for (const [i, hop] of found.hops.entries()) {
        if (group === undefined) expect(hop).toMatchObject({ sourceGroupPacketCount: null, sourcePrefixLength: 64 });
        else {
          expect(hop).toMatchObject(
            source === null ? { sourcePrefixLength: 255, s: 1 } : { sourcePrefixLength: 128, s: 0 },
          );
          expect(Number(hop.sourceGroupPacketCount)).toBeGreaterThanOrEqual(before[i]!);
          expect(Number(hop.sourceGroupPacketCount)).toBeLessThanOrEqual(after[i]!);
        }
      }
    });
  });

  describe('trouble', () => {
    it('a router that is off the management network: the path to it and FATAL_ERROR, well before the client gives up', async () => {
      const daemon = await startDaemon(lab, 'noc', { routers: routersBySsh(lab, ROUTERS, 'frr') });
      try {
        await lab.exec('r2', ['ip', 'link', 'set', 'mgmt', 'down']);
        const began = performance.now();
        const found = await trace(lab, 'rcv', '-g', NOC4, '10.1.0.2', '232.1.1.1');
        expect(performance.now() - began).toBeLessThan(7000);
        expect(found.ending).toBe('ended-before');
        expect(way(found)).toEqual([...WAY_TO_SOURCE.slice(0, 2), ['0.0.0.0', '10.23.0.2', '0.0.0.0']]);
        expect(found.hops.map((hop) => hop.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR', 'FATAL_ERROR']);
      } finally {
        await lab.exec('r2', ['ip', 'link', 'set', 'mgmt', 'up']);
        await daemon.stop();
      }
    });
  });
});
