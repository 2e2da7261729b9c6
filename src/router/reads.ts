/**
 * The reads of one router: its readers in the order of the configuration, behind one memory. Traces that want the same
 * thing at the same time share one read; what was read is served again until it is `maxAge` old; a router that failed
 * is left alone for a moment; and never more is asked of it, or faster, than its limits say. DESIGN §5
 *
 * A read belongs to nobody: it goes on when the trace that wanted it first has given up, because its answer serves the
 * next one. It ends by its own timeout.
 */
import { LRUCache } from 'lru-cache';
import type { ForwardingQuery, Reader } from './port.ts';
import { ReaderError } from './port.ts';
import { ReadLimit } from './read-limit.ts';
import type { Snapshot } from './snapshot.ts';
import { type RouterState, stateOf } from './state.ts';

export interface RouterReadsOptions {
  readonly router: string;
  /** At least one. */
  readonly readers: readonly Reader[];
  /** Oldest forwarding state that may be answered. */
  readonly maxAgeMs: number;
  /** For one read of one reader. */
  readonly timeoutMs: number;
  readonly perSecond: number;
  readonly concurrency: number;
  /** Called when a reader's trouble begins or changes, and with `undefined` when it is over. */
  readonly onTrouble: (reader: Reader, trouble: Error | undefined) => void;
  readonly monotonicMs: () => number;
}

/** Questions remembered at once, per router. */
const REMEMBERED = 1000;
/** How long a router that could not be read is not asked again. */
const FAILURE_PAUSE_MS = 2000;
/** How long a reader that failed comes last. */
const READER_PAUSE_MS = 30_000;

interface Remembered {
  readonly state: RouterState;
  readonly atMs: number;
}

export class RouterReads {
  readonly #options: RouterReadsOptions;
  readonly #limit: ReadLimit;
  readonly #states = new LRUCache<string, Remembered>({ max: REMEMBERED });
  readonly #inFlight = new Map<string, Promise<RouterState>>();
  readonly #troubles = new Map<Reader, { readonly message: string; readonly untilMs: number }>();
  #failure: { readonly error: Error; readonly untilMs: number } | undefined;

  constructor(options: RouterReadsOptions) {
    this.#options = options;
    this.#limit = new ReadLimit(options.perSecond, options.concurrency, options.monotonicMs);
  }

  /** A state that is young enough, without asking anybody. */
  remembered(query: ForwardingQuery): RouterState | undefined {
    const found = this.#states.get(keyOf(query));
    if (found === undefined || this.#options.monotonicMs() - found.atMs > this.#options.maxAgeMs) return undefined;
    return found.state;
  }

  /** Rejects with what the last reader that was tried said. */
  forwarding(query: ForwardingQuery): Promise<RouterState> {
    const key = keyOf(query);
    return this.#share(key, async () => {
      const state = await this.#read((reader, signal) => reader.readForwarding(query, signal));
      this.#states.set(key, { state, atMs: this.#options.monotonicMs() });
      return state;
    });
  }

  /** The interface table, read now. */
  interfaces(): Promise<RouterState> {
    return this.#share('interfaces', () => this.#read((reader, signal) => reader.readInterfaces(signal)));
  }

  async close(): Promise<void> {
    this.#limit.close();
    await Promise.all(this.#options.readers.map((reader) => reader.close()));
  }

  #share(key: string, read: () => Promise<RouterState>): Promise<RouterState> {
    const running = this.#inFlight.get(key);
    if (running !== undefined) return running;
    const started = read().finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, started);
    return started;
  }

  async #read(read: (reader: Reader, signal: AbortSignal) => Promise<Snapshot>): Promise<RouterState> {
    const now = this.#options.monotonicMs();
    if (this.#failure !== undefined && now < this.#failure.untilMs) throw this.#failure.error;
    const done = await this.#limit.enter();
    try {
      let last: Error | undefined;
      for (const reader of this.#inOrder()) {
        try {
          const state = stateOf(await within(this.#options.timeoutMs, (signal) => read(reader, signal)));
          this.#report(reader, undefined);
          this.#failure = undefined;
          return state;
        } catch (error) {
          last = error instanceof Error ? error : new Error(String(error));
          this.#report(reader, last);
        }
      }
      const error = last ?? new ReaderError('ERR_READER_CLOSED', `${this.#options.router} has no reader`);
      this.#failure = { error, untilMs: this.#options.monotonicMs() + FAILURE_PAUSE_MS };
      throw error;
    } finally {
      done();
    }
  }

  /** As configured, but readers that failed lately come last: a dead one must not cost every trace its timeout. */
  #inOrder(): Reader[] {
    const now = this.#options.monotonicMs();
    const isPaused = (reader: Reader) => (this.#troubles.get(reader)?.untilMs ?? 0) > now;
    return [...this.#options.readers].sort((a, b) => Number(isPaused(a)) - Number(isPaused(b)));
  }

  #report(reader: Reader, trouble: Error | undefined): void {
    const before = this.#troubles.get(reader);
    if (trouble === undefined) this.#troubles.delete(reader);
    else {
      const untilMs = this.#options.monotonicMs() + READER_PAUSE_MS;
      this.#troubles.set(reader, { message: trouble.message, untilMs });
    }
    if (before?.message !== trouble?.message) this.#options.onTrouble(reader, trouble);
  }
}

function keyOf(query: ForwardingQuery): string {
  return `${query.source ?? '*'} ${query.group ?? '-'}`;
}

async function within<T>(timeoutMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const reason = new ReaderError('ERR_READER_TIMEOUT', `no answer within ${timeoutMs} ms`);
  const timer = setTimeout(() => controller.abort(reason), timeoutMs);
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
