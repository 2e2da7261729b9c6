/** The built daemon and client as a user runs them, on loopback, with simulated routers from files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routerName, simulatedSnapshot } from '../../src/demo/network.ts';

const DIST = join(import.meta.dirname, '../../dist/src');
const PATIENCE_MS = 15_000;

/** A process whose output is collected. */
export class Program {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = '';
  #stdout = '';
  #stderr = '';

  /** @param stdout a file descriptor in place of the pipe that `output` is read from */
  constructor(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, stdout: number | 'pipe' = 'pipe') {
    this.#child = spawn(process.execPath, [join(DIST, path), ...args], {
      stdio: ['ignore', stdout, 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#child.stdout?.on('data', (octets: Buffer) => {
      this.#stdout += octets.toString();
      this.#output += octets.toString();
    });
    this.#child.stderr!.on('data', (octets: Buffer) => {
      this.#stderr += octets.toString();
      this.#output += octets.toString();
    });
    this.#closed = once(this.#child, 'close');
  }

  /** stdout and stderr so far. */
  get output(): string {
    return this.#output;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Log lines of this message, as objects. */
  lines(message: string): Record<string, unknown>[] {
    return this.#output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.msg === message);
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!isSo()) {
      if (performance.now() > end || !this.isRunning) throw new Error(`never came: ${what}\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for its end. @returns the exit status, `null` after a signal */
  async end(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.end();
  }
}

/** A folder with the snapshots of r1 to r4 of the simulated network, and what programs are run in it. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'mtrace2d-test-'));
  readonly #programs: Program[] = [];

  constructor() {
    for (const n of [1, 2, 3, 4]) this.writeSnapshot(n, 60);
  }

  writeSnapshot(n: number, seconds: number): void {
    this.write(`${routerName(n)}.json`, JSON.stringify(simulatedSnapshot(n, seconds, new Date())));
  }

  /** @returns the path */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Configuration text of a daemon for some of the routers. */
  config(address: string, routers: readonly number[], more: object = {}): string {
    return JSON.stringify({
      listen: [{ address, port: 33435 }],
      routers: routers.map((n) => ({
        name: routerName(n),
        readers: [{ kind: 'file', path: `${routerName(n)}.json` }],
      })),
      native: { forward: false },
      log: { level: 'debug' },
      ...more,
    });
  }

  /** Starts a daemon and waits until it has learned its routers. */
  async daemon(name: string, config: string, env: NodeJS.ProcessEnv = {}): Promise<Program> {
    const path = this.write(`${name}.yaml`, config);
    const daemon = this.run('main.js', ['run', '-c', path], env);
    const { routers = [] } = JSON.parse(config) as { routers?: unknown[] };
    await daemon.until('ready', () => daemon.lines('ready').length > 0);
    await daemon.until('learned', () => daemon.lines('learned').length === routers.length);
    return daemon;
  }

  run(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, stdout: number | 'pipe' = 'pipe'): Program {
    const program = new Program(path, args, env, stdout);
    this.#programs.push(program);
    return program;
  }

  /** Runs `mtrace2` to its end. */
  async mtrace2(
    ...args: readonly string[]
  ): Promise<{ status: number | null; output: string; stdout: string; stderr: string }> {
    const client = this.run('client/main.js', args);
    const status = await client.end();
    const { output, stdout, stderr } = client;
    return { status, output, stdout, stderr };
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.filter((one) => one.isRunning).map((one) => one.stop()));
    rmSync(this.folder, { recursive: true });
  }
}
