/**
 * The SNMP reader against `snmpbulkwalk` (net-snmp's, Debian's package snmp) on the same agent, in turns in one run, and a
 * domain of many agents read in full. The agents are a process of their own. Prints CPU time besides time, because the
 * agent is the slower one. About a minute.
 *
 *     npm run bench:snmp
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { createSnmpReader, type SnmpReader } from '../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../src/router/snmp/session/agent-session.ts';
import { median, printMachine } from '../measure.ts';
import { routeNumber } from './route.ts';

const ROUTES = 1000;
const AGENTS = 200;
/** Agents that are read in full at a time. */
const AT_ONCE = 20;
const ROUNDS = 5;
const HOPS = 2000;
const ASKS = 10_000;
/** ipMRouteEntry and ipMRouteNextHopEntry: all that a reader of routes wants. */
const TABLES = ['1.3.6.1.2.1.83.1.1.2', '1.3.6.1.2.1.83.1.1.3'];
const NEXT_HOP_STATE = '1.3.6.1.2.1.83.1.1.3.1.6';
const WALKED_HOPS = 50;
/** Columns of the two that the agents have. */
const VARBINDS = ROUTES * 9;

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

async function agents(count: number): Promise<{ readonly ports: readonly number[]; end(): Promise<void> }> {
  const script = fileURLToPath(new URL('agents.js', import.meta.url));
  const child = spawn(process.execPath, [script, String(count), String(ROUTES)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    ports: JSON.parse(line) as number[],
    end: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

function readerOf(port: number): SnmpReader {
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port, credentials });
  return createSnmpReader({ name: 'r', session, onOddity: console.error, monotonicMs: () => performance.now() });
}

const never = () => new AbortController().signal;

async function costOf(run: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - started, cpuMs: (user + system) / 1000 };
}

/** `times` of the shell: user and system time of its children, as `0m0.012s 0m0.004s`. */
function costOfCommands(commands: readonly string[]): Cost {
  const started = performance.now();
  const output = execFileSync('bash', ['-c', `${commands.join(' && ')} && times`], { encoding: 'utf8' });
  const ms = performance.now() - started;
  const children = output.trim().split('\n')[1] ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return { ms, cpuMs: seconds.reduce((sum, one) => sum + one, 0) * 1000 };
}

function walkOf(port: number, root: string): string {
  return `snmpbulkwalk -v2c -c public -Cr25 -On 127.0.0.1:${port} ${root} >/dev/null`;
}

function print(name: string, { ms, cpuMs }: Cost, count: number, base?: Cost): void {
  const rate = `${Math.round((count / ms) * 1000)} /s`;
  const cpu = `${((cpuMs / count) * 1000).toFixed(1)} us CPU each`;
  const ratios = base && `x ${(base.ms / ms).toFixed(2)} the rate, x ${(cpuMs / base.cpuMs).toFixed(2)} the CPU`;
  console.log(`  ${name.padEnd(36)} ${rate.padStart(12)}  ${cpu.padStart(20)}  ${ratios ?? ''}`);
}

const middle = (costs: readonly Cost[]): Cost => ({
  ms: median(costs.map(({ ms }) => ms)),
  cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
});

async function compareWithWalk(port: number): Promise<void> {
  const reader = readerOf(port);
  for (let i = 0; i < 3; i++) await reader.readRoutes(never()); // warm-up
  const walks: Cost[] = [];
  const reads: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    walks.push(costOfCommands(TABLES.map((table) => walkOf(port, table))));
    reads.push(await costOf(() => reader.readRoutes(never())));
  }
  console.log(`varbinds of ${ROUTES} (S,G) rows (median of ${ROUNDS} rounds)`);
  print('snmpbulkwalk -Cr25, two tables', middle(walks), VARBINDS);
  print('readRoutes', middle(reads), VARBINDS, middle(walks));
  await reader.close();
}

async function hops(port: number): Promise<void> {
  const reader = readerOf(port);
  const ask = (i: number) => {
    const { group, source } = routeNumber(i % ROUTES);
    return reader.readForwarding({ family: 4, group, source }, never());
  };
  for (let i = 0; i < ROUTES; i++) await ask(i);
  const cost = await costOf(async () => {
    for (let i = 0; i < HOPS; i++) await ask(i);
  });
  const placeOf = (i: number) => `${routeNumber(i).group}.${routeNumber(i).source}.255.255.255.255`;
  const nextHops = Array.from({ length: WALKED_HOPS }, (_, i) => walkOf(port, `${NEXT_HOP_STATE}.${placeOf(i)}`));
  const walk = costOfCommands(nextHops);
  const one = ({ ms, cpuMs }: Cost, count: number): Cost => ({ ms: ms / count, cpuMs: cpuMs / count });
  console.log('hops whose rows are where they were, one after the other');
  print('snmpbulkwalk of the next hops alone', one(walk, WALKED_HOPS), 1);
  print('readForwarding, all of a block', one(cost, HOPS), 1, one(walk, WALKED_HOPS));
  await reader.close();
}

async function memory(port: number): Promise<void> {
  const reader = readerOf(port);
  const ask = (i: number) => {
    const { group, source } = routeNumber(i);
    return reader.readForwarding({ family: 4, group, source }, never());
  };
  const heapMiB = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  console.log(`heap after asks, each for another row, of which ${ROUTES} are there`);
  for (let asked = 0; asked <= ASKS; asked += ASKS / 5) {
    console.log(`  ${String(asked).padStart(6)} asks ${heapMiB().toFixed(1).padStart(8)} MiB`);
    if (asked < ASKS) for (let i = 0; i < ASKS / 5; i++) await ask(asked + i);
  }
  await reader.close();
}

async function domain(): Promise<void> {
  const { ports, end } = await agents(AGENTS);
  const readers = ports.map(readerOf);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  let routes = 0;
  const cost = await costOf(async () => {
    const left = [...readers];
    const snapshots: Snapshot[] = [];
    const readOn = async () => {
      for (let reader = left.pop(); reader; reader = left.pop()) snapshots.push(await reader.readRoutes(never()));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, readOn));
    peak = Math.max(peak, process.memoryUsage().rss);
    routes = snapshots.reduce((sum, one) => sum + (one.routes?.length ?? 0), 0);
  });
  clearInterval(watch);
  const mib = (octets: number) => `${Math.round(octets / 2 ** 20)} MiB`;
  console.log(`${AGENTS} agents in full, ${AT_ONCE} at a time: ${routes} of ${AGENTS * ROUTES} rows`);
  console.log(`  ${(cost.ms / 1000).toFixed(1)} s, ${(cost.cpuMs / 1000).toFixed(1)} s CPU`);
  console.log(`  resident ${mib(before)} before, ${mib(peak)} at most, all snapshots kept`);
  await Promise.all(readers.map((reader) => reader.close()));
  await end();
}

printMachine();
if (spawnSync('snmpbulkwalk', ['-V']).error !== undefined) {
  console.error("there is no snmpbulkwalk to compare with: install net-snmp's tools (Debian: apt-get install snmp)");
  process.exit(1);
}
const { ports, end } = await agents(1);
await compareWithWalk(ports[0]!);
await hops(ports[0]!);
await memory(ports[0]!);
await end();
await domain();
