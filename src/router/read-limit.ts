/**
 * So many reads at once and so many per second: a tracer must never become the load that it is asked to explain.
 *
 * Where more is wanted, the newest comes first and the oldest is given up: who asked long ago has stopped waiting, and in
 * order of arrival every read would come just too late.
 */
import { ReaderError } from './port.ts';

/** Reads that may wait for their turn. */
const WAITING_LIMIT = 1000;

/** A read's place among those that wait. */
export interface Turn {
  /** Resolves when the read may start, with what is to be called when it has ended. Rejects with ERR_READER_BUSY. */
  readonly granted: Promise<() => void>;
  /** Somebody wants it anew: it counts as the newest. */
  renew(): void;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
  untilMs: number;
}

export interface ReadLimitOptions {
  /** Absent: any number. */
  readonly perSecond?: number;
  readonly concurrency: number;
  /** How long a read may wait for its turn. */
  readonly waitMs: number;
  readonly monotonicMs: () => number;
}

/** In place of none: nothing is read as often. */
const ANY_NUMBER = 1e9;

export class ReadLimit {
  readonly #options: Required<ReadLimitOptions>;
  /** Oldest first. */
  readonly #waiting = new Set<Waiting>();
  #running = 0;
  /** Token bucket of one second's worth. */
  #tokens: number;
  #filledMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReadLimitOptions) {
    this.#options = { perSecond: ANY_NUMBER, ...options };
    this.#tokens = this.#options.perSecond;
    this.#filledMs = options.monotonicMs();
  }

  /** @param waitMs how long it may wait for its turn; absent: as the options have it */
  enter(waitMs = this.#options.waitMs): Turn {
    let entry: Waiting | undefined;
    const granted = new Promise<() => void>((resolve, reject) => {
      entry = { start: () => resolve(() => this.#leave()), refuse: reject, untilMs: this.#untilMs(waitMs) };
      this.#waiting.add(entry);
    });
    this.#startNext();
    return { granted, renew: () => entry && this.#renew(entry) };
  }

  /** Refuses everything that waits. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { refuse } of this.#waiting) refuse(new ReaderError('ERR_READER_CLOSED', 'the reader is closed'));
    this.#waiting.clear();
  }

  #renew(entry: Waiting): void {
    if (!this.#waiting.delete(entry)) return;
    entry.untilMs = this.#untilMs(this.#options.waitMs);
    this.#waiting.add(entry);
  }

  #leave(): void {
    this.#running--;
    this.#startNext();
  }

  #startNext(): void {
    const { perSecond, concurrency, monotonicMs } = this.#options;
    const now = monotonicMs();
    this.#tokens = Math.min(perSecond, this.#tokens + ((now - this.#filledMs) * perSecond) / 1000);
    this.#filledMs = now;
    while (this.#waiting.size > 0 && this.#running < concurrency && this.#tokens >= 1) {
      this.#tokens--;
      this.#running++;
      this.#takeNewest()?.start();
    }
    for (const entry of this.#waiting) {
      if (entry.untilMs > now && this.#waiting.size <= WAITING_LIMIT) continue;
      this.#waiting.delete(entry);
      entry.refuse(
        new ReaderError(
          'ERR_READER_BUSY',
          'more reads of this router are wanted than limits.reads or its session allow',
        ),
      );
    }
    this.#setTimer(now);
  }

  #takeNewest(): Waiting | undefined {
    const newest = [...this.#waiting].at(-1);
    if (newest !== undefined) this.#waiting.delete(newest);
    return newest;
  }

  /** For the next token, or the next one to be given up. */
  #setTimer(now: number): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return;
    const untilMs = [...this.#waiting].reduce(
      (least, entry) => Math.min(least, entry.untilMs),
      Number.POSITIVE_INFINITY,
    );
    const { perSecond, concurrency } = this.#options;
    const turnMs = this.#running < concurrency ? ((1 - this.#tokens) * 1000) / perSecond : Number.POSITIVE_INFINITY;
    this.#timer = setTimeout(() => this.#startNext(), Math.ceil(Math.min(turnMs, untilMs - now)));
  }

  #untilMs(waitMs: number): number {
    return this.#options.monotonicMs() + waitMs;
  }
}
