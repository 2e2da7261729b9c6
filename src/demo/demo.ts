/**
 * `npm run demo`: the built daemon, twice, as peers for the two halves of a simulated network, and a trace through both.
 * Needs no root and sends nothing off this host. Stays up until ^C, with counters that grow; `--once` ends at once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ASM_GROUP, downstreamAddress, RECEIVER, routerName, SOURCE, SSM_GROUP, simulatedSnapshot } from './network.ts';

const WEST = '127.0.0.1';
const EAST = '127.0.0.2';
const UPDATE_MS = 250;
const READY_MS = 10_000;
/** As if the streams had flowed for a while. */
const HEAD_START_SECONDS = 60;

const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));

async function main(): Promise<void> {
  const isOnce = process.argv.includes('--once');
  const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-demo-'));
  const startedMs = Date.now();
  const writeSnapshots = () => {
    const seconds = HEAD_START_SECONDS + (Date.now() - startedMs) / 1000;
    for (const n of [1, 2, 3, 4]) writeSnapshot(folder, n, seconds);
  };
  writeSnapshots();
  const updating = setInterval(writeSnapshots, UPDATE_MS);
  const daemons: ChildProcess[] = [];
  try {
    console.log(`A simulated network: source ${SOURCE} - r1 - r2 - r3 - r4 - receiver ${RECEIVER}.`);
    console.log(`One mtrace2d on ${WEST} answers for r3 and r4, another on ${EAST} for r1 and r2.\n`);
    daemons.push(await startDaemon(folder, 'west', WEST, [4, 3], { name: 'east', address: EAST, routers: [2, 1] }));
    daemons.push(await startDaemon(folder, 'east', EAST, [2, 1], { name: 'west', address: WEST, routers: [4, 3] }));
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
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Written beside and moved into place, so that no reader sees half of it. */
function writeSnapshot(folder: string, n: number, seconds: number): void {
  const path = join(folder, `${routerName(n)}.json`);
  writeFileSync(`${path}.new`, JSON.stringify(simulatedSnapshot(n, seconds, new Date())));
  renameSync(`${path}.new`, path);
}

async function startDaemon(
  folder: string,
  name: string,
  address: string,
  routers: readonly number[],
  peer: { readonly name: string; readonly address: string; readonly routers: readonly number[] },
): Promise<ChildProcess> {
  const config = join(folder, `${name}.yaml`);
  writeFileSync(
    config,
    JSON.stringify({
      listen: [{ address, port: 33435 }],
      routers: routers.map((n) => ({
        name: routerName(n),
        readers: [{ kind: 'file', path: `${routerName(n)}.json` }],
      })),
      peers: [{ name: peer.name, address: peer.address, routers: peer.routers.map(downstreamAddress) }],
      native: { forward: false },
    }),
  );
  const daemon = spawn(process.execPath, [program('../main.js'), 'run', '-c', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} is not ready:\n${log}`)), READY_MS);
    daemon.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('"msg":"ready"')) resolve(clearTimeout(late));
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
