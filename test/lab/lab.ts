/**
 * The lab of README.md for tests: brings it up, runs programs on its nodes, and reads what its kernels and routers know.
 * A test file gets its Lab from `describeLab`; only the global setup calls `up` and `down`.
 */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Family } from '../../src/wire/address.ts';
import { type Datagram, readDatagrams } from './pcap.ts';
import { LabProcess, type Output, run } from './process.ts';
import { type Streams, startStreams } from './streams.ts';
import type { Node, Router } from './topology.ts';

/** One entry of a kernel's multicast forwarding cache. Interfaces by name, counters since the entry was made. */
export interface KernelRoute {
  /** `null`: (*,G). */
  readonly source: string | null;
  readonly group: string;
  /** `undefined`: the entry is not resolved yet. */
  readonly incoming: string | undefined;
  /** As the kernel has it: in a (*,G) the incoming interface is among them. */
  readonly outgoing: readonly string[];
  readonly packets: number;
  readonly octets: number;
  /** Packets that came in on another interface than `incoming`. */
  readonly wrongInterface: number;
}

/** A row of `ip -s -j mroute`. */
interface MrouteRow {
  readonly src: string;
  readonly dst: string;
  readonly iif?: string;
  readonly multipath?: readonly { readonly oif: string }[];
  readonly packets?: number;
  readonly bytes?: number;
  readonly wrong_if?: number;
}

/** A running tcpdump. */
export interface Capture {
  /** What was captured so far. */
  datagrams(): Datagram[];
  /** Ends the capture and returns all of it. */
  stop(): Promise<Datagram[]>;
}

const HERE = import.meta.dirname;
const UP_MS = 120_000;

export class Lab {
  /** Prefix of the lab's namespaces. */
  readonly id: string;
  readonly #processes: LabProcess[] = [];

  /** Attaches to the lab of that name (default: environment variable MT2_LAB, else `mt2`), whether it is up or not. */
  constructor(id: string = process.env.MT2_LAB || 'mt2') {
    this.id = id;
  }

  /** The reason why no lab can be brought up here; `undefined` when one can. */
  static available(): string | undefined {
    const lab = new Lab();
    const check = spawnSync(lab.script('lab.sh'), ['check'], { encoding: 'utf8', env: lab.#environment });
    if (check.status === 0) return undefined;
    return check.error?.message ?? (check.stdout.trim() || check.stderr.trim());
  }

  /** Builds the lab, on behalf of this process, and waits until its routers have converged. Rejects with what is missing. */
  static async up(): Promise<Lab> {
    const lab = new Lab();
    const env = lab.#environment;
    await run(lab.script('lab.sh'), ['up', String(process.pid)], { env, timeoutMs: UP_MS });
    return lab;
  }

  /** Ends every process in the lab's namespaces and removes the lab. Synchronous, for use while the process exits. */
  down(): void {
    const down = spawnSync(this.script('lab.sh'), ['down'], { encoding: 'utf8', env: this.#environment });
    if (down.status !== 0) throw new Error(down.error?.message ?? down.stderr);
  }

  /** Ends the processes that were spawned through this object. */
  async end(): Promise<void> {
    await Promise.all(this.#processes.splice(0).map((process) => process.stop()));
  }

  /** The name of a node's network namespace. */
  namespace(node: Node): string {
    return `${this.id}-${node}`;
  }

  /** The path of a file of this folder, such as `multicast.py`. */
  script(name: string): string {
    return join(HERE, name);
  }

  /** The private key that opens every router, for user frr (the CLI) and root (a shell). */
  get privateKey(): string {
    return join(this.#state, 'id');
  }

  /** The routers' host keys, by management address of both families. */
  get knownHosts(): string {
    return join(this.#state, 'known_hosts');
  }

  /** The address of a router on the management LAN. */
  management(router: Router, family: Family = 4): string {
    return `${family === 4 ? '10.255.0.' : 'fd00:ff::'}${router.slice(1)}`;
  }

  /**
   * Starts a program on a node. It ends with the suite, or by its `stop`.
   * @param options `env` is the environment; default: that of this process
   */
  spawn(node: Node, argv: readonly string[], options: { readonly env?: NodeJS.ProcessEnv } = {}): LabProcess {
    const process = new LabProcess('ip', ['netns', 'exec', this.namespace(node), ...argv], options.env);
    this.#processes.push(process);
    return process;
  }

  /** Runs a program on a node to its end. Rejects when it exits with anything but 0. */
  exec(node: Node, argv: readonly string[]): Promise<Output> {
    return run('ip', ['netns', 'exec', this.namespace(node), ...argv]);
  }

  /** What a router's CLI answers. */
  async vtysh(router: Router, command: string): Promise<string> {
    return (await run('vtysh', ['-N', this.namespace(router), '-c', command])).stdout;
  }

  /** Changes a router's configuration, line by line. Nothing is kept when its daemons restart. */
  async configure(router: Router, ...lines: readonly string[]): Promise<void> {
    await this.vtysh(router, ['configure terminal', ...lines].join('\n'));
  }

  /** What a router answers by ssh from noc: its CLI to user frr, a shell to root. Strict about the host's key. */
  async ssh(router: Router, user: 'frr' | 'root', command: string, family: Family = 4): Promise<string> {
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'GlobalKnownHostsFile=none'];
    const argv = ['-F', 'none', '-i', this.privateKey, '-o', `UserKnownHostsFile=${this.knownHosts}`];
    for (const option of options) argv.push('-o', option);
    return (await this.exec('noc', ['ssh', ...argv, `${user}@${this.management(router, family)}`, command])).stdout;
  }

  /** A router's multicast forwarding cache, straight from its kernel. */
  async kernelMroute(router: Router, family: Family): Promise<KernelRoute[]> {
    const { stdout } = await run('ip', ['-n', this.namespace(router), `-${family}`, '-s', '-j', 'mroute', 'show']);
    const rows = JSON.parse(stdout || '[]') as MrouteRow[];
    return rows.map((row) => ({
      source: row.src === '0.0.0.0' || row.src === '::' ? null : row.src,
      group: row.dst,
      incoming: row.iif,
      outgoing: (row.multipath ?? []).map((hop) => hop.oif),
      packets: row.packets ?? 0,
      octets: row.bytes ?? 0,
      wrongInterface: row.wrong_if ?? 0,
    }));
  }

  /**
   * Captures the UDP datagrams that pass an interface, in both directions, from the moment this resolves.
   * @param filter of tcpdump, such as `udp port 33435`
   */
  async capture(node: Node, interfaceName: string, filter: string): Promise<Capture> {
    const tcpdump = this.spawn(node, [
      'tcpdump',
      '-n',
      '-U',
      '--immediate-mode',
      '-i',
      interfaceName,
      '-w',
      '-',
      filter,
    ]);
    await tcpdump.printed(/listening on/);
    return {
      datagrams: () => readDatagrams(tcpdump.octets),
      stop: async () => {
        await tcpdump.stop('SIGINT');
        return readDatagrams(tcpdump.octets);
      },
    };
  }

  /** Starts all streams (`STREAMS`) and waits until every router forwards them. */
  streams(): Promise<Streams> {
    return startStreams(this);
  }

  /** Where lab.sh keeps keys and logs; it derives the same path. */
  get #state(): string {
    return join(tmpdir(), `${this.id}-lab`);
  }

  /** lab.sh must look for the same instance in the same place as we do. */
  get #environment(): NodeJS.ProcessEnv {
    return { ...process.env, MT2_LAB: this.id, TMPDIR: tmpdir() };
  }
}
