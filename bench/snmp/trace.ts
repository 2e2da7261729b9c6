/**
 * A trace through twenty routers whose agents take 20 ms to answer, by the built daemon and client: the first one, where
 * nothing of the way is known, and later ones. Beside them the time of one GetNextRequest to an agent. About ten seconds.
 *
 *     npm run bench:snmp
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAgentSession } from '../../src/router/snmp/session/agent-session.ts';
import { Agent } from '../../test/support/snmp/agent.ts';
import { mibOf } from '../../test/support/snmp/router-mib.ts';
import { rowOfRouters } from '../../test/support/snmp/row-of-routers.ts';
import { median, printMachine } from '../measure.ts';

const ROUTERS = 20;
const DELAY_MS = 20;
const TRACES = 5;
/** State may be so old that it is given again: each trace shall read anew. */
const MAX_AGE_MS = 1000;
const DAEMON = '127.61.0.31';
const SYS_UP_TIME = '1.3.6.1.2.1.1.3';
const program = (name: string) => fileURLToPath(new URL(`../../src/${name}`, import.meta.url));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const { snapshots, receiver, source, group } = rowOfRouters(ROUTERS);
const mibs = { routes: 'IPMROUTE', pim: 'none', addresses: 'old', unicast: 'ipCidr', counters: 64 } as const;
const agents = await Promise.all(
  snapshots.map((snapshot) => Agent.start({ mib: mibOf(snapshot, mibs), delayMs: DELAY_MS })),
);

async function roundTripMs(): Promise<number> {
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agents[0]!.port, credentials });
  const times: number[] = [];
  for (let i = 0; i < TRACES; i++) {
    const started = performance.now();
    await session.ask([SYS_UP_TIME], [], 0, new AbortController().signal);
    times.push(performance.now() - started);
  }
  session.close();
  return median(times);
}

async function traceMs(): Promise<number> {
  const args = ['--json', '-w', '9', '-g', DAEMON, source, receiver, group];
  const { stdout } = await promisify(execFile)(process.execPath, [program('client/main.js'), ...args]);
  const {
    ending,
    hops,
    roundTripMs: ms,
  } = JSON.parse(stdout) as { ending: string; hops: unknown[]; roundTripMs: number };
  if (ending !== 'reached-source' || hops.length !== ROUTERS) throw new Error(`${ending} after ${hops.length} hops`);
  return ms;
}

const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-bench-'));
const config = {
  listen: [{ address: DAEMON, port: 33435 }],
  routers: agents.map(({ port }, i) => ({
    name: `r${i}`,
    readers: [{ kind: 'snmp', version: '2c', host: '127.0.0.1', port, community: 'public' }],
  })),
  log: { level: 'debug' },
};
writeFileSync(join(folder, 'chain.yaml'), JSON.stringify(config));
const daemon = spawn(process.execPath, [program('main.js'), 'run', '-c', join(folder, 'chain.yaml')]);
let learned = 0;
for await (const line of createInterface(daemon.stdout)) {
  if (line.includes('"learned"') && ++learned === ROUTERS) break;
}
daemon.stdout.resume();

printMachine();
const base = await roundTripMs();
const first = await traceMs();
const known: number[] = [];
for (let i = 0; i < TRACES; i++) {
  await sleep(MAX_AGE_MS + 100);
  known.push(await traceMs());
}
const print = (name: string, ms: number) =>
  console.log(`  ${name.padEnd(48)} ${ms.toFixed(1).padStart(7)} ms   x ${(ms / base).toFixed(2)}`);
console.log(`${ROUTERS} hops over agents with ${DELAY_MS} ms delay`);
print('one GetNextRequest', base);
print('the first trace', first);
print(`a way that is known (median of ${TRACES})`, median(known));
daemon.kill();
rmSync(folder, { recursive: true });
for (const agent of agents) await agent[Symbol.asyncDispose]();
