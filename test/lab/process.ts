/**
 * Processes of the lab: run one to its end (`run`), or keep one and watch what it prints (`LabProcess`).
 * Nothing here knows the lab; `ip netns exec` replaces itself by the command, so the pid is the command's own.
 */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const POLL_MS = 50;
/** How long a process may take to end after `stop` before it is killed. */
const STOP_MS = 5_000;

const execFileAsync = promisify(execFile);

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** The command is ended after this time. */
  readonly timeoutMs?: number;
}

/** Runs a command to its end. Rejects when it exits with anything but 0; the message carries what it wrote to stderr. */
export function run(command: string, argv: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { env = process.env, timeoutMs = 30_000 } = options;
  return execFileAsync(command, argv, { env, timeout: timeoutMs, maxBuffer: 16 << 20 });
}

/**
 * Asks again and again until `probe` gives something other than `undefined` and `false`, and resolves with it.
 * Rejects with `what` when nothing came in time.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`timed out after ${timeoutMs} ms: ${what}`);
    await delay(POLL_MS);
  }
}

/** A running process whose output is collected from the start. */
export class LabProcess {
  readonly #argv: readonly string[];
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  /** Settled once the process is gone and all its output is here. */
  readonly #closed: Promise<unknown>;

  constructor(command: string, argv: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.#argv = [command, ...argv];
    this.#child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.#child.stdout.on('data', (octets: Buffer) => this.#stdout.push(octets));
    this.#child.stderr.on('data', (octets: Buffer) => this.#stderr.push(octets));
    // A command that cannot be started has no output but its error.
    this.#child.on('error', (error) => this.#stderr.push(Buffer.from(String(error))));
    this.#closed = once(this.#child, 'close').catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it wrote so far, as octets. */
  get octets(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  get stdout(): string {
    return this.octets.toString();
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString();
  }

  get running(): boolean {
    return this.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Resolves once stdout or stderr matches. Rejects when the process ends before, or nothing came in time; the message
   * carries what it wrote.
   */
  async printed(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray> {
    const found = () => this.stdout.match(pattern) ?? this.stderr.match(pattern) ?? undefined;
    try {
      return await until(
        `to print ${pattern}`,
        () => {
          const match = found();
          if (match === undefined && !this.running) throw new Error('ended');
          return match;
        },
        timeoutMs,
      );
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`${this.#argv.join(' ')}: ${message}\n${this.stderr}${this.stdout}`, { cause: error });
    }
  }

  /** Waits until it has ended by itself. Returns its exit code, `null` when a signal ended it. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  /** Ends it with a signal, and with SIGKILL when that does not help. Returns its exit code as `ended`. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    const code = await this.ended();
    clearTimeout(killer);
    return code;
  }
}
