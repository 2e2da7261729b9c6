/**
 * What an endless loop needs: somebody outside who notices that an execution does not end, says on which input, and ends
 * the process. The input lies in shared memory from before the execution.
 */
import { Worker } from 'node:worker_threads';

const PATIENCE_MS = 10_000;
const MOST_OCTETS = 1 << 16;

/** Runs in a thread of its own, without the hooks of instrument.mjs: plain JavaScript. */
const WATCH = `
const { workerData: { shared, patienceMs, file } } = require('node:worker_threads');
const { mkdirSync, writeFileSync, writeSync } = require('node:fs');
const { dirname } = require('node:path');
const head = new Int32Array(shared, 0, 2);
let last = -1;
setInterval(() => {
  const now = Atomics.load(head, 0);
  if (now === last && now % 2 === 1) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, new Uint8Array(shared, 8, head[1]));
    writeSync(1, 'FOUND an execution that does not end: ' + file + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }
  last = now;
}, patienceMs);
`;

export class Watchdog {
  readonly #shared = new SharedArrayBuffer(8 + MOST_OCTETS);
  readonly #head = new Int32Array(this.#shared, 0, 2);
  readonly #octets = new Uint8Array(this.#shared, 8);

  /** @param file where an input goes that is never done with */
  constructor(file: string) {
    const workerData = { shared: this.#shared, patienceMs: PATIENCE_MS, file };
    new Worker(WATCH, { eval: true, workerData, execArgv: [] }).unref();
  }

  begins(input: Uint8Array): void {
    this.#head[1] = Math.min(input.length, MOST_OCTETS);
    this.#octets.set(input.subarray(0, MOST_OCTETS));
    Atomics.add(this.#head, 0, 1);
  }

  ends(): void {
    Atomics.add(this.#head, 0, 1);
  }
}
