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
import { endTrouble, isNewTrouble, isTimeout, type Scope, type Subject, scopeOf } from './trouble.ts';

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

/** Of the time for a read, what is kept for each reader that is still to be tried. */
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
  /** Whether it has as much time as the first one has. */
  readonly isFair: boolean;
  /** Whether nobody is behind it. */
  readonly isLast: boolean;
}

interface Failed {
  readonly error: Error;
  /** Without the wait for its turn. */
  readonly tookMs: number;
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
  readonly #states = new LRUCache<string, Remembered>({ max: REMEMBERED });
  readonly #inFlight = new Map<string, InFlight>();
  readonly #pausedUntilMs = new Map<Scope, Map<Reader, number>>();
  readonly #failures = new Map<Scope, Failure>();
  readonly #indexed = new WeakMap<Snapshot, RouterState>();
  #isClosed = false;

  constructor(options: RouterReadsOptions) {
    this.#options = options;
    this.#limit = new ReadLimit({ ...options, waitMs: options.timeoutMs });
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
    const turn = subject === 'interfaces' && this.#hasTurns ? NO_LIMIT : this.#limit.enter();
    const state = read(turn).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, { turn, state });
    return state;
  }

  async #read(subject: Subject, turn: Turn, ask: Asking): Promise<Remembered> {
    const done = await turn.granted;
    try {
      let error: Error = new ReaderError('ERR_READER_CLOSED', `${this.#options.router} has no reader`);
      const readers = this.#inOrder(subject);
      const spareMs = this.#options.timeoutMs * this.#shareOf(subject);
      let leftMs = this.#options.timeoutMs;
      for (const [at, reader] of readers.entries()) {
        const behind = readers.length - 1 - at;
        const timeoutMs = Math.floor(Math.max(spareMs, leftMs - spareMs * behind));
        const isFair = at === 0 || subject === 'interfaces';
        const read = await this.#tried(reader, { subject, ask, timeoutMs, isFair, isLast: behind === 0 });
        if ('state' in read) return read;
        error = read.error;
        leftMs -= read.tookMs;
        if (this.#isClosed) break;
      }
      throw error;
    } finally {
      done();
    }
  }

  /** Of the time for a read, for each reader that is tried. Nobody waits for a table: of it each has all. */
  #shareOf(subject: Subject): number {
    return subject === 'interfaces' ? 1 : Math.min(SPARE_SHARE, 1 / this.#options.readers.length);
  }

  get #hasTurns(): boolean {
    return this.#options.readers.some(({ turns }) => turns !== undefined);
  }

  /** What was read, or why it could not be. Throws where another read has failed meanwhile. */
  async #tried(reader: Reader, { subject, ask, timeoutMs, isFair, isLast }: Try): Promise<Remembered | Failed> {
    const isTable = subject === 'interfaces';
    const pausedUntilMs = this.#untilMs(reader, subject);
    let leave: Leave | undefined;
    try {
      leave = await this.#turnOf(reader, subject, timeoutMs);
    } catch (error) {
      return { error: asError(error), tookMs: 0 };
    }
    const beganMs = performance.now();
    const failed = (error: Error): Failed => ({ error, tookMs: performance.now() - beganMs });
    try {
      if (this.#isClosed)
        return failed(new ReaderError('ERR_READER_CLOSED', `${this.#options.router} is read no more`));
      this.#throwIfPaused(subject);
      // While this read waited, another one has failed: whoever is behind has no time to wait for that again.
      if (!isLast && this.#untilMs(reader, subject) > pausedUntilMs) return failed(busy(reader));
      const atMs = this.#options.monotonicMs();
      try {
        const isPatient = isTable && reader.turns !== undefined;
        const limitMs = isPatient ? this.#options.learnTimeoutMs : timeoutMs;
        const state = this.#stateOf(await within(limitMs, (signal) => ask(reader, signal)));
        this.#succeeded(reader, subject);
        return { state, atMs };
      } catch (thrown) {
        const error = asError(thrown);
        if (this.#isClosed || isBusy(error)) return failed(error); // cut off, or not asked: no trouble of the router
        this.#failed(reader, subject, error, isFair);
        if (isLast) this.#pause(subject, error);
        return failed(error);
      }
    } finally {
      void leave?.();
    }
  }

  /** A table that others are answered between must not keep them out meanwhile: it is bounded by the reader's turns alone. */
  #turnOf({ turns }: Reader, subject: Subject, waitMs: number): Promise<Leave> | undefined {
    if (subject !== 'interfaces') return turns?.toAsk(waitMs, subject);
    return turns === undefined ? (this.#hasTurns ? this.#limit.enter().granted : undefined) : turns.toLearn();
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

  /** As configured, but readers that failed lately come last, the latest behind the others: a dead one must not cost every trace its timeout. */
  #inOrder(subject: Subject): Reader[] {
    const now = this.#options.monotonicMs();
    const untilMs = (reader: Reader) => Math.max(now, this.#untilMs(reader, subject));
    return [...this.#options.readers].sort((a, b) => untilMs(a) - untilMs(b));
  }

  /** Until when it comes last. */
  #untilMs(reader: Reader, subject: Subject): number {
    const of = (scope: Scope) => this.#pausedUntilMs.get(scope)?.get(reader) ?? 0;
    return Math.max(of('session'), of(subject));
  }

  #succeeded(reader: Reader, subject: Subject): void {
    for (const scope of ['session', subject] as const) {
      this.#failures.delete(scope);
      this.#pausedUntilMs.get(scope)?.delete(reader);
    }
    if (endTrouble(reader, subject)) this.#options.onTrouble(reader, undefined);
  }

  /** @param isFair whether it had as much time as the first reader has */
  #failed(reader: Reader, subject: Subject, error: Error, isFair: boolean): void {
    const scope = scopeOf(error, subject);
    const isLate = isTimeout(error);
    if (isLate ? isFair : scope === 'session') {
      const readers = this.#pausedUntilMs.get(scope) ?? new Map<Reader, number>();
      this.#pausedUntilMs.set(scope, readers.set(reader, this.#options.monotonicMs() + READER_PAUSE_MS));
    }
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
