/** Twenty routers in a row, read over SNMP by the built daemon. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stage } from '../support/programs.ts';
import { Agent } from '../support/snmp/agent.ts';
import { mibOf } from '../support/snmp/router-mib.ts';
import { rowOfRouters } from '../support/snmp/row-of-routers.ts';

const ROUTERS = 20;
const DELAY_MS = 60;
/** Of this test run alone, so that two may run at once. */
const DAEMON = `127.${64 + (process.pid % 60)}.${(process.pid >> 6) % 256}.31`;
const { snapshots, receiver, source, group } = rowOfRouters(ROUTERS);

const stage = new Stage();
const agents: Agent[] = [];
beforeAll(async () => {
  const mibs = { routes: 'IPMROUTE', pim: 'none', addresses: 'old', unicast: 'ipCidr', counters: 64 } as const;
  for (const snapshot of snapshots) agents.push(await Agent.start({ mib: mibOf(snapshot, mibs), delayMs: DELAY_MS }));
  const daemon = await stage.daemon(
    'chain',
    JSON.stringify({
      listen: [{ address: DAEMON, port: 33435 }],
      routers: agents.map(({ port }, i) => ({
        name: `r${i}`,
        readers: [{ kind: 'snmp', version: '2c', host: '127.0.0.1', port, community: 'public' }],
      })),
      log: { level: 'debug' },
    }),
  );
  await daemon.until('all learned', () => daemon.lines('learned').length === ROUTERS);
});
afterAll(async () => {
  await stage.close();
  for (const agent of agents) await agent[Symbol.asyncDispose]();
});

async function trace() {
  for (const agent of agents) agent.reset();
  const { stdout } = await stage.mtrace2('--json', '-w', '9', '-g', DAEMON, source, receiver, group);
  const { ending, hops } = JSON.parse(stdout) as { ending: string; hops: Record<string, unknown>[] };
  return { ending, codes: new Set(hops.map((hop) => hop.forwardingCodeName)), hops: hops.length };
}

const WHOLE = { ending: 'reached-source', codes: new Set(['NO_ERROR']), hops: ROUTERS };

test('a way that was taken before is read at once: one round trip for all', async () => {
  expect(await trace()).toEqual(WHOLE);
  expect(agents.map(({ roundTrips }) => roundTrips).every((count) => count >= 1 && count <= 3)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 1100)); // maxAge
  expect(await trace()).toEqual(WHOLE);
  expect(agents.map(({ requests }) => requests.length)).toEqual(Array(ROUTERS).fill(1));
  const asked = agents.map(({ firstAskedMs }) => firstAskedMs);
  // One after the other, it would be nineteen times the delay.
  expect(Math.max(...asked) - Math.min(...asked)).toBeLessThan(5 * DELAY_MS);
});

test('a router upstream that no longer answers: the path to it', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1100));
  agents[12]!.change({ instead: () => undefined });
  expect(await trace()).toEqual({ ending: 'ended-before', codes: new Set(['NO_ERROR', 'FATAL_ERROR']), hops: 13 });
});
