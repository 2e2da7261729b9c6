/** The built daemon and client on nodes of the lab. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlvJson } from '../../src/wire/print.ts';
import type { Lab } from './lab.ts';
import type { LabProcess } from './process.ts';
import type { Node, Router } from './topology.ts';

const DAEMON = join(import.meta.dirname, '../../dist/src/main.js');
const CLIENT = join(import.meta.dirname, '../../dist/src/client/main.js');

/** What `mtrace2 --json` prints. */
export interface TraceJson {
  readonly query: TlvJson;
  readonly ending: string;
  readonly roundTripMs: number | null;
  readonly replies: readonly (TlvJson & { readonly blocks: readonly TlvJson[] })[];
  readonly hops: readonly TlvJson[];
}

/** Configuration of a daemon that reads routers by ssh from noc. */
export function routersBySsh(lab: Lab, routers: readonly Router[], platform: 'frr' | 'linux'): object[] {
  return routers.map((name) => ({
    name,
    readers: [
      {
        kind: 'cli',
        platform,
        transport: 'ssh',
        host: lab.management(name),
        user: platform === 'frr' ? 'frr' : 'root',
        privateKey: `file:${lab.privateKey}`,
        knownHosts: lab.knownHosts,
      },
    ],
  }));
}

/** As much of a configuration as the lab's tests set. */
export interface DaemonConfig {
  readonly routers: readonly object[];
  readonly listen?: readonly object[];
  readonly peers?: readonly object[];
  readonly multicast?: object;
}

/** Starts the daemon on a node and waits until it has learned all its routers. One that has not in time is stopped. */
export async function startDaemon(lab: Lab, node: Node, config: DaemonConfig): Promise<LabProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-lab-'));
  try {
    const path = join(folder, 'config.yaml');
    writeFileSync(path, JSON.stringify({ log: { level: 'debug' }, ...config }));
    const daemon = lab.spawn(node, [process.execPath, DAEMON, 'run', '-c', path]);
    try {
      await daemon.printed(/"msg":"ready"/);
      await daemon.printed(new RegExp(`(?:"msg":"learned"[^]*){${config.routers.length}}`));
    } catch (error) {
      await daemon.stop();
      throw error;
    }
    return daemon;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs `mtrace2 --json` on a node. Rejects when it exits with anything but 0 or 1. */
export async function trace(lab: Lab, node: Node, ...argv: readonly string[]): Promise<TraceJson> {
  const client = lab.spawn(node, [process.execPath, CLIENT, '--json', ...argv]);
  const status = await client.ended();
  if (status !== 0 && status !== 1)
    throw new Error(`mtrace2 ${argv.join(' ')} exits ${status}: ${client.stderr}${client.stdout}`);
  return JSON.parse(client.stdout) as TraceJson;
}
