/** FRR's daemons typed to by telnet, one by one: the same trace as by vtysh. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TlvJson } from '../../src/wire/print.ts';
import { routersBySsh, startDaemon, type TraceJson, trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import type { Streams } from './streams.ts';
import { ROUTERS, STREAMS } from './topology.ts';

const NOC4 = '10.255.0.100';

/** What does not change while streams flow. */
function withoutCounts(hop: TlvJson): TlvJson {
  return Object.fromEntries(Object.entries(hop).filter(([name]) => !/Count$|^queryArrivalTime/.test(name)));
}

describeLab('a trace by telnet equals the one by vtysh', (lab) => {
  let streams: Streams;
  const bySsh = new Map<string, TraceJson>();
  const byTelnet = new Map<string, TraceJson>();
  const targets = {
    '(S,G), SSM': [String(STREAMS.ssm4.source), STREAMS.ssm4.group],
    '(S,G), ASM': [String(STREAMS.asm4.source), STREAMS.asm4.group],
    '(*,G)': ['any', STREAMS.asm4.group],
    'source only': ['10.1.0.2'],
  };

  const traceAll = async (routers: readonly object[], found: Map<string, TraceJson>) => {
    const daemon = await startDaemon(lab, 'noc', { routers });
    try {
      for (const [name, target] of Object.entries(targets))
        found.set(name, await trace(lab, 'rcv', '-g', NOC4, ...target));
    } finally {
      await daemon.stop();
    }
  };

  beforeAll(async () => {
    streams = await lab.streams();
    await traceAll(routersBySsh(lab, ROUTERS, 'frr'), bySsh);
    const reader = { kind: 'cli', platform: 'frr', transport: 'telnet', password: 'lab' };
    await traceAll(
      ROUTERS.map((name) => ({ name, readers: [{ ...reader, host: lab.management(name) }] })),
      byTelnet,
    );
  });
  afterAll(() => streams?.stop());

  it.each(Object.keys(targets))('%s', (name) => {
    const [expected, found] = [bySsh.get(name)!, byTelnet.get(name)!];
    expect(found.hops.map(withoutCounts)).toEqual(expected.hops.map(withoutCounts));
    expect(found.ending).toBe(expected.ending);
    for (const [i, hop] of found.hops.entries()) {
      for (const count of ['sourceGroupPacketCount', 'inputPacketCount', 'outputPacketCount'] as const) {
        const before = expected.hops[i]![count];
        if (before === null) expect(hop[count]).toBeNull();
        else expect(Number(hop[count])).toBeGreaterThanOrEqual(Number(before));
      }
    }
  });
});
