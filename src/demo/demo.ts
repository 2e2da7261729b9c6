/**
 * `npm run demo`: the built daemon, twice, as peers for the two halves of a simulated network that has a real SNMP agent for
 * each router, and a trace through both. Needs no root and sends nothing off this host. Stays up until ^C, with counters that
 * grow; `--once` ends at once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMUNITY, type SimulatedAgent, startAgent } from './agent.ts';
import { ASM_GROUP, downstreamAddress, RECEIVER, routerName, SOURCE, SSM_GROUP, simulatedSnapshot } from './network.ts';

const WEST = '127.0.0.1';
const EAST = '127.0.0.2';
const ROUTERS = [1, 2, 3, 4];
const SECRET = 'MTRACE2D_DEMO_COMMUNITY';
const UPDATE_MS = 250;
const READY_MS = 10_000;
/** As if the streams had flowed for a while. */
const HEAD_START_SECONDS = 60;

const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));

async function main(): Promise<void> {
  const isOnce = process.argv.includes('--once');
  const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-demo-'));
  const startedMs = Date.now();
  const now = (n: number) => simulatedSnapshot(n, HEAD_START_SECONDS + (Date.now() - startedMs) / 1000, new Date());
  const port = await freePort();
  const agents = new Map<number, SimulatedAgent>();
  for (const n of ROUTERS) agents.set(n, startAgent(agentAddress(n), port, now(n)));
  const updating = setInterval(() => {
    for (const [n, agent] of agents) agent.show(now(n));
  }, UPDATE_MS);
  const daemons: ChildProcess[] = [];
  try {
    console.log(`A simulated network: source ${SOURCE} - r1 - r2 - r3 - r4 - receiver ${RECEIVER}.`);
    console.log('Each router has an SNMP agent, whose tables change as the streams flow.');
    console.log(`One mtrace2d on ${WEST} reads r3 and r4, another on ${EAST} reads r1 and r2.\n`);
    const [west, east] = [
      { name: 'west', address: WEST, routers: [4, 3] },
      { name: 'east', address: EAST, routers: [2, 1] },
    ];
    daemons.push(await startDaemon(folder, west, east, port));
    daemons.push(await startDaemon(folder, east, west, port));
    const traces = [
      await trace(['-n', '-g', WEST, SOURCE, RECEIVER, SSM_GROUP]),
      await trace(['-n', '-g', WEST, 'any', RECEIVER, ASM_GROUP]),
    ];
    if (traces.some((status) => status !== 0)) process.exitCode = 1;
    if (isOnce) return;
    console.log(`The daemons stay up: try  npx mtrace2 -g ${WEST} ${SOURCE} ${RECEIVER} ${SSM_GROUP}`);
    console.log(`or, as JSON,              npx mtrace2 --json -g ${WEST} ${SOURCE} ${RECEIVER}`);
    console.log('^C ends them.');
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), ...daemons.map((one) => once(one, 'exit'))]);
  } finally {
    clearInterval(updating);
    await Promise.all(daemons.map(stop));
    for (const agent of agents.values()) agent.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the agent of r(n) is. */
function agentAddress(n: number): string {
  return `127.0.1.${n}`;
}

/** One that is free on all of 127.0.0.0/8, as good as certainly. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

interface Half {
  readonly name: string;
  readonly address: string;
  readonly routers: readonly number[];
}

async function startDaemon(folder: string, own: Half, peer: Half, agentPort: number): Promise<ChildProcess> {
  const { name, address, routers } = own;
  const config = join(folder, `${name}.yaml`);
  writeFileSync(
    config,
    JSON.stringify({
      listen: [{ address, port: 33435 }],
      routers: routers.map((n) => ({
        name: routerName(n),
        readers: [{ kind: 'snmp', version: '2c', host: agentAddress(n), port: agentPort, community: `env:${SECRET}` }],
      })),
      peers: [{ name: peer.name, address: peer.address, routers: peer.routers.map(downstreamAddress) }],
      native: { forward: false },
    }),
  );
  const daemon = spawn(process.execPath, [program('../main.js'), 'run', '-c', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, [SECRET]: COMMUNITY },
  });
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} is not ready:\n${log}`)), READY_MS);
    daemon.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const learned = log.split('"msg":"learned"').length - 1;
      if (log.includes('"msg":"ready"') && learned === routers.length) resolve(clearTimeout(late));
    });
    daemon.once('exit', () => reject(new Error(`${name} ended:\n${log}`)));
  });
  try {
    await ready;
  } catch (error) {
    daemon.kill();
    throw error;
  }
  return daemon;
}

/** Runs the client on this terminal. @returns its exit status */
async function trace(args: readonly string[]): Promise<number> {
  console.log(`$ mtrace2 ${args.join(' ')}`);
  const client = spawn(process.execPath, [program('../client/main.js'), ...args], { stdio: 'inherit' });
  const [status] = (await once(client, 'exit')) as [number | null];
  console.log('');
  return status ?? 1;
}

async function stop(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  await ended;
}

await main();
