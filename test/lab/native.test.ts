/**
 * A daemon on each router, which answers for that router only and knows no other daemon: the Request goes from router to
 * router as RFC 8487 §4.3 has it, over their real links, with their real addresses and TTLs.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDaemon, trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import type { LabProcess } from './process.ts';
import { told } from './stand-ins.ts';
import type { Streams } from './streams.ts';
import { ROUTERS, type Router, STREAMS } from './topology.ts';

/** Interfaces on which routers are asked by multicast: those towards the receiver. */
const DOWNSTREAM: Readonly<Record<Router, string>> = { r1: 'to-r2', r2: 'to-r3', r3: 'to-r4', r4: 'rcv0' };
const REQUEST = 2;
const REPLY = 3;

describeLab('a daemon on each router', (lab) => {
  let streams: Streams;
  beforeAll(async () => {
    streams = await lab.streams();
  });
  afterAll(() => streams?.stop());

  const readers = (name: Router, platform: 'frr' | 'linux') => [
    {
      kind: 'cli',
      platform,
      transport: 'exec',
      command: platform === 'frr' ? ['vtysh', '-N', lab.namespace(name), '-c'] : ['sh', '-c'],
    },
  ];

  /** The daemons of all routers. */
  async function startAll(platform: 'frr' | 'linux'): Promise<LabProcess[]> {
    return Promise.all(
      ROUTERS.map((name) =>
        startDaemon(lab, name, {
          routers: [{ name, readers: readers(name, platform) }],
          multicast: { interfaces: [DOWNSTREAM[name]] },
        }),
      ),
    );
  }

  describe.each([
    { family: 4, platform: 'frr', stream: STREAMS.ssm4 },
    { family: 6, platform: 'linux', stream: STREAMS.ssm6 },
  ] as const)('IPv$family, read by $platform', ({ platform, stream: { source, group } }) => {
    let daemons: LabProcess[] = [];
    beforeAll(async () => {
      daemons = await startAll(platform);
    });
    afterAll(() => Promise.all(daemons.map((daemon) => daemon.stop())));

    it('a Query by multicast, three Requests with TTL 255 from neighbor to neighbor, one Reply from the first-hop router', async () => {
      const capture = await lab.capture('r3', 'to-r4', 'udp port 33435');
      const found = await trace(lab, 'rcv', '-i', 'eth0', String(source), group);
      const captured = await capture.stop();
      expect(found.hops.map((hop) => hop.forwardingCodeName)).toEqual(Array(4).fill('NO_ERROR'));
      expect(found.ending).toBe('reached-source');
      expect(found.replies).toHaveLength(1);
      const requests = captured.filter(({ payload }) => payload[0] === REQUEST);
      expect(requests).toHaveLength(1);
      expect(requests[0]).toMatchObject({ hopLimit: 255, destinationPort: 33435 });
    });
  });

  describe('two daemons on one link, and a Query by multicast there: only the last hop answers', () => {
    const { source, group } = STREAMS.ssm4;
    let daemons: LabProcess[] = [];
    beforeAll(async () => {
      const on = { r3: 'to-r4', r4: 'to-r3' } as const;
      daemons = await Promise.all(
        (['r3', 'r4'] as const).map((name) =>
          startDaemon(lab, name, {
            routers: [{ name, readers: readers(name, 'frr') }],
            multicast: { interfaces: [on[name]] },
          }),
        ),
      );
    });
    afterAll(async () => {
      await Promise.all(daemons.map((daemon) => daemon.stop()));
    });

    it.each([
      ['r3, which forwards the group onto it', group, '10.34.0.3', ['10.34.0.3']],
      ['r4, its Designated Router, where nobody forwards', '232.1.1.99', '10.34.0.4', []],
    ])('%s', async (_name, asked, outgoing, across) => {
      const capture = await lab.capture('r3', 'to-r4', 'udp port 33435');
      const found = await trace(lab, 'r4', '-i', 'to-r3', '-m', '1', String(source), asked);
      const captured = await capture.stop();
      expect(found.hops.map((hop) => hop.outgoingInterfaceAddress)).toEqual([outgoing]);
      expect(captured.filter(({ payload }) => payload[0] === REPLY).map((reply) => reply.source)).toEqual(across);
    });
  });

  describe('r4 does not know who is upstream of it', () => {
    const { source, group } = STREAMS.ssm4;
    const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-lab-'));
    let daemons: LabProcess[] = [];
    beforeAll(async () => {
      const path = join(folder, 'r4.json');
      const snapshot = {
        name: 'r4',
        interfaces: [
          { index: 1, name: 'to-r3', addresses: ['10.34.0.4/24'], multicast: true },
          { index: 2, name: 'rcv0', addresses: ['10.4.0.4/24'], multicast: true },
        ],
        routes: [
          {
            group,
            source,
            incoming: 1,
            upstream: null,
            outgoing: [{ index: 2, state: 'forwarding' }],
            multicastRoutingProtocol: 'pimSparseMode',
          },
        ],
      };
      writeFileSync(path, JSON.stringify(snapshot));
      daemons = await Promise.all(
        (['r1', 'r2', 'r3'] as const).map((name) =>
          startDaemon(lab, name, {
            routers: [{ name, readers: readers(name, 'frr') }],
            multicast: { interfaces: [DOWNSTREAM[name]] },
          }),
        ),
      );
      daemons.push(
        await startDaemon(lab, 'r4', {
          routers: [{ name: 'r4', readers: [{ kind: 'file', path }] }],
        }),
      );
    });
    afterAll(async () => {
      await Promise.all(daemons.map((daemon) => daemon.stop()));
      rmSync(folder, { recursive: true });
    });

    it('the Request goes to all PIM routers of the link (§4.3.1), and r3 takes it', async () => {
      const capture = await lab.capture('r3', 'to-r4', 'udp port 33435');
      const found = await trace(lab, 'rcv', '-g', '10.4.0.4', source, group);
      const captured = await capture.stop();
      expect(told(found)).toEqual([
        ['NO_ERROR', '10.34.0.4', '10.4.0.4', '224.0.0.13'],
        ['NO_ERROR', '10.23.0.3', '10.34.0.3', '10.23.0.2'],
        ['NO_ERROR', '10.12.0.2', '10.23.0.2', '10.12.0.1'],
        ['NO_ERROR', '10.1.0.1', '10.12.0.1', '0.0.0.0'],
      ]);
      expect(found.ending).toBe('reached-source');
      expect(captured.filter(({ payload }) => payload[0] === REQUEST)).toMatchObject([
        { source: '10.34.0.4', destination: '224.0.0.13', hopLimit: 255 },
      ]);
    });
  });
});
