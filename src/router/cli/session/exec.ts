/**
 * Starts a local program for every command, with the command as its last argument: `vtysh -N r4 -c`,
 * `ip netns exec r1 sh -c`. Never through a shell of ours. Each program runs in a process group of its own, so that
 * an abort ends it together with whatever it has started; whoever ignores SIGTERM gets SIGKILL. One that is there all the same
 * (it may not be signalled, as sudo's, or waits for a disk) is not waited for, but no other one is started beside it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { abortError, sessionClosed } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import { whyOf } from '../excerpt.ts';
import { CommandOutput, type Executor, outputTooLong } from './session.ts';

/** How long a program may take to end after SIGTERM, and again after SIGKILL. */
const GRACE_MS = 500;

/** @param command program and first arguments, at least the program: `['vtysh', '-N', 'r4', '-c']` */
export function createExecutor(command: readonly string[]): Executor {
  return new LocalExecutor(command);
}

class LocalExecutor implements Executor {
  /** Only the program: its arguments may hold a secret. */
  readonly description: string;
  readonly #program: string;
  readonly #arguments: readonly string[];
  readonly #running = new Set<Run>();
  #closed = false;

  constructor(command: readonly string[]) {
    const [program = '', ...rest] = command;
    this.#program = program;
    this.#arguments = rest;
    this.description = `exec of ${program}`;
  }

  async run(command: string, signal: AbortSignal): Promise<string> {
    if (this.#closed) throw sessionClosed(this.description);
    if (signal.aborted) throw abortError(signal, this.description);
    if ([...this.#running].some(({ isStuck }) => isStuck))
      throw new ReaderError('ERR_READER_UNREACHABLE', `${this.description}: a program that was killed has not ended`);
    const run = new Run(start(this.#program, [...this.#arguments, command], this.description), this.description);
    this.#running.add(run);
    void run.gone.then(() => this.#running.delete(run));
    const stop = () => run.stop(abortError(signal, this.description));
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await run.answer;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const runs = [...this.#running];
    for (const run of runs) run.stop(sessionClosed(this.description));
    await Promise.all(runs.map((run) => run.ended));
  }
}

function start(program: string, args: readonly string[], description: string): ChildProcess {
  // Not the daemon's whole environment: secrets may stand in it (`env:NAME`). LC_ALL keeps messages and numbers plain.
  const { PATH, HOME } = process.env;
  try {
    return spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { PATH, HOME, LC_ALL: 'C' },
    });
  } catch (cause) {
    throw notStarted(description, cause); // An empty name, a NUL in an argument: spawn throws instead of emitting.
  }
}

function notStarted(description: string, cause: unknown): ReaderError {
  return new ReaderError('ERR_READER_UNREACHABLE', `${description}: cannot be started: ${whyOf(cause)}`, { cause });
}

/** One program under way. `answer` settles once, with its output or the first thing that went wrong; the others after that. */
class Run {
  readonly answer: Promise<string>;
  /** Resolves when the process is gone and its pipes are closed. Never rejects. */
  readonly gone: Promise<void>;
  /** Resolves then, or when it should be. Never rejects. */
  readonly ended: Promise<void>;
  /** Whether it has outlived SIGKILL. */
  isStuck = false;
  readonly #child: ChildProcess;
  readonly #stopped = new AbortController();
  #killTimer: NodeJS.Timeout | undefined;
  #giveUp = () => {};

  constructor(child: ChildProcess, description: string) {
    this.#child = child;
    const output = new CommandOutput();
    const outcome = new Promise<string>((resolve, reject) => {
      this.#stopped.signal.addEventListener('abort', () => reject(this.#stopped.signal.reason));
      child.stdout?.on('data', (chunk: Buffer) => {
        if (!output.addAnswer(chunk)) this.stop(outputTooLong(description));
      });
      child.stderr?.on('data', (chunk: Buffer) => output.addComplaint(chunk));
      child.once('error', (cause) => reject(notStarted(description, cause)));
      child.once('close', (status, killedBy) => {
        try {
          resolve(output.conclude({ status, killedBy }, description));
        } catch (error) {
          reject(error);
        }
      });
    });
    this.answer = outcome;
    this.gone = new Promise((resolve) => {
      child.once('close', () => resolve());
      if (child.pid === undefined) child.once('error', () => resolve()); // Never started: there will be no 'close'.
    });
    this.ended = new Promise((resolve) => {
      this.#giveUp = resolve;
      void this.gone.then(() => {
        clearTimeout(this.#killTimer);
        resolve();
      });
    });
  }

  /** Ends the program; `answer` rejects with `why` at once, unless it has settled. */
  stop(why: ReaderError): void {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort(why);
    this.#kill('SIGTERM');
    this.#killTimer = setTimeout(() => {
      this.#kill('SIGKILL');
      // Whatever has left the group must not keep us waiting for its end of the pipes.
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
      this.#killTimer = setTimeout(() => {
        this.isStuck = true;
        this.#giveUp();
      }, GRACE_MS);
    }, GRACE_MS);
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // ESRCH: the group is gone already, which is what was wanted. EPERM: it stays.
    }
  }
}
