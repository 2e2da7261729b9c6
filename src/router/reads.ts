/**
 * The reads of one router: its readers in the order of the configuration, behind one memory. Traces that want the same
 * thing at the same time share one read; what was read is served again until it is `maxAge` old; a router that failed
 * is left alone for a moment; and never more is asked of it, or faster, than its limits say.
 *
 * A read belongs to nobody: it goes on when the trace that wanted it first has given up, because its answer serves the
 * next one. It ends by its own timeout.
 */
import { LRUCache } from 'lru-cache';
import { type ForwardingQuery, isBusy, type Leave, type Reader, ReaderError } from './port.ts';
import { ReadLimit, type Turn } from './read-limit.ts';
import type { Snapshot } from './snapshot.ts';
import { type RouterState, stateOf } from './state.ts';
import { endTrouble, isNewTrouble, type Scope, type Subject, scopeOf } from './trouble.ts';

export interface RouterReadsOptions {
  readonly router: string;
  /** At least one. */
  readonly readers: readonly Reader[];
  /** Oldest forwarding state that may be answered. */
  readonly maxAgeMs: number;
  /** For one read, with all readers that are tried for it. */
  readonly timeoutMs: number;
  /** For an interface table that is read command by command, while others are answered between. */
  readonly learnTimeoutMs: number;
  readonly perSecond: number;
  readonly concurrency: number;
  /** Called when a reader's trouble begins or becomes another one, and with `undefined` when it is over. */
  readonly onTrouble: (reader: Reader, trouble: Error | undefined) => void;
  readonly monotonicMs: () => number;
}

/** Questions remembered at once, per router. */
const REMEMBERED = 256;
/** How long a router that could not be read is not asked again. */
const FAILURE_PAUSE_MS = 2000;
/** How long a reader that failed comes last. */
const READER_PAUSE_MS = 30_000;

/** Of the time for a read, for each reader behind the first: one that fails comes last for a while. */
const SPARE_SHARE = 0.3;

interface Remembered {
  readonly state: RouterState;
  /** When the read began: its counters are at least that young. */
  readonly atMs: number;
}

type Asking = (reader: Reader, signal: AbortSignal) => Promise<Snapshot>;

/** Of a table, for which each reader that is tried has a turn of its own. */
const NO_LIMIT: Turn = { granted: Promise.resolve(() => {}), renew: () => {} };

interface Try {
  readonly subject: Subject;
  readonly ask: Asking;
  readonly timeoutMs: number;
  /** Whether nobody is behind it. */
  readonly isLast: boolean;
}

interface InFlight {
  readonly turn: Turn;
  readonly state: Promise<RouterState>;
}

interface Failure {
  readonly error: Error;
  readonly untilMs: number;
}

export class RouterReads {
  readonly #options: RouterReadsOptions;
  readonly #limit: ReadLimit;
  /** For the first reader that is tried for a read, and for each one behind it. */
  readonly #firstMs: number;
  readonly #spareMs: number;
  readonly #states = new LRUCache<string, Remembered>({ max: REMEMBERED });
  readonly #inFlight = new Map<string, InFlight>();
  readonly #pausedUntilMs = new Map<Reader, number>();
  readonly #failures = new Map<Scope, Failure>();
  readonly #indexed = new WeakMap<Snapshot, RouterState>();
  #isClosed = false;

  constructor(options: RouterReadsOptions) {
    this.#options = options;
    this.#limit = new ReadLimit({ ...options, waitMs: options.timeoutMs });
    const { timeoutMs, readers } = options;
    this.#spareMs = Math.floor(timeoutMs * Math.min(SPARE_SHARE, 1 / readers.length));
    this.#firstMs = timeoutMs - this.#spareMs * (readers.length - 1);
  }

  /** A state that is young enough, without asking anybody. */
  remembered(query: ForwardingQuery): RouterState | undefined {
    const key = keyOf(query);
    const found = this.#states.get(key);
    if (found === undefined) return undefined;
    if (this.#options.monotonicMs() - found.atMs <= this.#options.maxAgeMs) return found.state;
    this.#states.delete(key);
    return undefined;
  }

  /** Rejects with what the last reader that was tried said, or with ERR_READER_BUSY. */
  async forwarding(query: ForwardingQuery): Promise<RouterState> {
    const key = keyOf(query);
    return this.#share(key, query.family, async (turn) => {
      const read = await this.#read(query.family, turn, (reader, signal) => reader.readForwarding(query, signal));
      this.#states.set(key, read);
      return read.state;
    });
  }

  /** What is likely to be wanted in a moment; `undefined`: it is there already, or would be too old by then. */
  ahead(query: ForwardingQuery): Promise<RouterState> | undefined {
    const isOfUse = this.#options.maxAgeMs > 0 && !this.#inFlight.has(keyOf(query));
    return isOfUse && this.remembered(query) === undefined ? this.forwarding(query) : undefined;
  }

  /** The interface table, read now. */
  async interfaces(): Promise<RouterState> {
    return this.#share('interfaces', 'interfaces', async (turn) => {
      const read = await this.#read('interfaces', turn, (reader, signal) => reader.readInterfaces(signal));
      return read.state;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#limit.close();
    await Promise.all(this.#options.readers.map((reader) => reader.close()));
  }

  #share(key: string, subject: Subject, read: (turn: Turn) => Promise<RouterState>): Promise<RouterState> {
    const running = this.#inFlight.get(key);
    if (running !== undefined) {
      running.turn.renew();
      return running.state;
    }
    this.#throwIfPaused(subject);
    const turn = subject === 'interfaces' ? NO_LIMIT : this.#limit.enter();
    const state = read(turn).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, { turn, state });
    return state;
  }

  async #read(subject: Subject, turn: Turn, ask: Asking): Promise<Remembered> {
    const done = await turn.granted;
    try {
      let error: Error = new ReaderError('ERR_READER_CLOSED', `${this.#options.router} has no reader`);
      const readers = this.#inOrder();
      for (const reader of readers) {
        const timeoutMs = reader === readers[0] ? this.#firstMs : this.#spareMs;
        const read = await this.#tried(reader, { subject, ask, timeoutMs, isLast: reader === readers.at(-1) });
        if (!(read instanceof Error)) return read;
        error = read;
        if (this.#isClosed) break;
      }
      throw error;
    } finally {
      done();
    }
  }

  /** What was read, or why it could not be. Throws where another read has failed meanwhile. */
  async #tried(reader: Reader, { subject, ask, timeoutMs, isLast }: Try): Promise<Remembered | Error> {
    const isTable = subject === 'interfaces';
    const pausedUntilMs = this.#pausedUntilMs.get(reader) ?? 0;
    let leave: Leave | undefined;
    try {
      leave = await this.#turnOf(reader, isTable, timeoutMs);
    } catch (error) {
      return asError(error);
    }
    try {
      if (this.#isClosed) return new ReaderError('ERR_READER_CLOSED', `${this.#options.router} is read no more`);
      this.#throwIfPaused(subject);
      // While this read waited, another one has failed: whoever is behind has no time to wait for that again.
      if (!isLast && (this.#pausedUntilMs.get(reader) ?? 0) > pausedUntilMs) return busy(reader);
      const atMs = this.#options.monotonicMs();
      try {
        const isPatient = isTable && reader.turns !== undefined;
        const limitMs = isPatient ? this.#options.learnTimeoutMs : timeoutMs;
        const state = this.#stateOf(await within(limitMs, (signal) => ask(reader, signal)));
        this.#succeeded(reader, subject);
        return { state, atMs };
      } catch (thrown) {
        const error = asError(thrown);
        if (this.#isClosed || isBusy(error)) return error; // cut off, or not asked: no trouble of the router
        this.#failed(reader, subject, error);
        if (isLast) this.#pause(subject, error);
        return error;
      }
    } finally {
      void leave?.();
    }
  }

  /** A table that others are answered between must not keep them out meanwhile: it is bounded by the reader's turns alone. */
  #turnOf({ turns }: Reader, isTable: boolean, waitMs: number): Promise<Leave> | undefined {
    if (turns === undefined) return isTable ? this.#limit.enter().granted : undefined;
    return isTable ? turns.toLearn() : turns.toAsk(waitMs);
  }

  #pause(subject: Subject, error: Error): void {
    this.#failures.set(scopeOf(error, subject), {
      error,
      untilMs: this.#options.monotonicMs() + FAILURE_PAUSE_MS,
    });
  }

  #throwIfPaused(subject: Subject): void {
    for (const failure of [this.#failures.get('session'), this.#failures.get(subject)]) {
      if (failure !== undefined && this.#options.monotonicMs() < failure.untilMs) throw failure.error;
    }
  }

  /** A reader that yields the very same snapshot again (a file that has not changed) costs no second indexing. */
  #stateOf(snapshot: Snapshot): RouterState {
    const known = this.#indexed.get(snapshot);
    if (known !== undefined) return known;
    const state = stateOf(snapshot);
    this.#indexed.set(snapshot, state);
    return state;
  }

  /** As configured, but readers whose session failed lately come last: a dead one must not cost every trace its timeout. */
  #inOrder(): Reader[] {
    const now = this.#options.monotonicMs();
    const isPaused = (reader: Reader) => (this.#pausedUntilMs.get(reader) ?? 0) > now;
    return [...this.#options.readers].sort((a, b) => Number(isPaused(a)) - Number(isPaused(b)));
  }

  #succeeded(reader: Reader, subject: Subject): void {
    this.#failures.delete('session');
    this.#failures.delete(subject);
    this.#pausedUntilMs.delete(reader);
    if (endTrouble(reader, subject)) this.#options.onTrouble(reader, undefined);
  }

  #failed(reader: Reader, subject: Subject, error: Error): void {
    const scope = scopeOf(error, subject);
    if (scope === 'session') this.#pausedUntilMs.set(reader, this.#options.monotonicMs() + READER_PAUSE_MS);
    if (isNewTrouble(reader, scope, error)) this.#options.onTrouble(reader, error);
  }
}

function keyOf(query: ForwardingQuery): string {
  return `${query.source ?? '*'} ${query.group ?? '-'}`;
}

function busy({ description }: Reader): ReaderError {
  return new ReaderError('ERR_READER_BUSY', `${description}: not asked, another read has just failed`);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
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
