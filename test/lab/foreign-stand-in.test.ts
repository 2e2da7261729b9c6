/** A stand-in that is no address of the daemon's host: routed to it, taken there by a rule of its own, bound transparently. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routersBySsh, startDaemon, trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import type { LabProcess } from './process.ts';
import type { Streams } from './streams.ts';
import { NOC, type Node, ROUTERS, STREAMS } from './topology.ts';

/** RFC 5737, RFC 3849: nobody's. */
const STAND_IN = { 4: '192.0.2.3', 6: '2001:db8::3' } as const;
const TABLE = '100';
const REPLY = 3;
/** Where the daemon listens by address. */
const BESIDE = 33436;

describeLab('a stand-in that no interface has', (lab) => {
  let streams: Streams | undefined;
  let daemon: LabProcess | undefined;
  const ip = async (verb: 'add' | 'delete') => {
    const on = (node: Node, family: 4 | 6, ...argv: string[]) => lab.exec(node, ['ip', `-${family}`, ...argv]);
    for (const family of [4, 6] as const) {
      await on('r4', family, 'route', verb, STAND_IN[family], 'via', NOC[family]);
      await on('noc', family, 'rule', verb, 'to', STAND_IN[family], 'lookup', TABLE);
      await on('noc', family, 'route', verb, 'local', 'default', 'dev', 'lo', 'table', TABLE);
    }
  };
  beforeAll(async () => {
    await ip('add');
    const routers = routersBySsh(lab, ROUTERS, 'linux').map((router, i) =>
      ROUTERS[i] === 'r3' ? { ...router, standIn: [STAND_IN[4], STAND_IN[6]] } : router,
    );
    const addressed = ([4, 6] as const).map((family) => ({ address: NOC[family], port: BESIDE }));
    const wildcards = [
      { address: '0.0.0.0', port: 33435 },
      { address: '::', port: 33435 },
    ];
    daemon = await startDaemon(lab, 'noc', { routers, listen: [...wildcards, ...addressed] });
    streams = await lab.streams();
  });
  afterAll(async () => {
    await streams?.stop();
    await daemon?.stop();
    await ip('delete');
  });

  describe.each([
    { family: 4, stream: STREAMS.ssm4 },
    { family: 6, stream: STREAMS.ssm6 },
  ] as const)('IPv$family', ({ family, stream: { source, group } }) => {
    it.each([
      ['heard by a wildcard', 33435],
      ['on a socket of its own', BESIDE],
    ])('answers as its router, from its own address, %s', async (_, port) => {
      const capture = await lab.capture('rcv', 'eth0', 'udp');
      const found = await trace(lab, 'rcv', '-g', STAND_IN[family], '--port', String(port), source, group);
      const captured = await capture.stop();
      expect(found.hops.map((hop) => hop.forwardingCodeName)).toEqual(Array(3).fill('NO_ERROR'));
      expect(found.ending).toBe('reached-source');
      const replies = captured.filter(({ payload }) => payload[0] === REPLY);
      expect(replies.map((reply) => reply.source)).toEqual([STAND_IN[family]]);
    });
  });
});
