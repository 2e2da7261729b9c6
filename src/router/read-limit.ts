/** So many reads at once and so many per second: a tracer must never become the load that it is asked to explain. */
import { ReaderError } from './port.ts';

/** Reads that may wait for their turn. More are refused: their traces would not be answered in time anyway. */
const WAITING_LIMIT = 1000;

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

export class ReadLimit {
  readonly #perSecond: number;
  readonly #concurrency: number;
  readonly #monotonicMs: () => number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  /** Token bucket of one second's worth. */
  #tokens: number;
  #filledMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(perSecond: number, concurrency: number, monotonicMs: () => number) {
    this.#perSecond = perSecond;
    this.#concurrency = concurrency;
    this.#monotonicMs = monotonicMs;
    this.#tokens = perSecond;
    this.#filledMs = monotonicMs();
  }

  /** Resolves when the read may start, with what is to be called when it has ended. */
  enter(): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= WAITING_LIMIT) {
        reject(new ReaderError('ERR_READER_TIMEOUT', 'too many reads wait for this router (limits.reads)'));
        return;
      }
      this.#waiting.push({ start: () => resolve(() => this.#leave()), refuse: reject });
      this.#startNext();
    });
  }

  /** Refuses everything that waits. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { refuse } of this.#waiting.splice(0)) {
      refuse(new ReaderError('ERR_READER_CLOSED', 'the reader is closed'));
    }
  }

  #leave(): void {
    this.#running--;
    this.#startNext();
  }

  #startNext(): void {
    const now = this.#monotonicMs();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#filledMs) * this.#perSecond) / 1000);
    this.#filledMs = now;
    while (this.#waiting.length > 0 && this.#running < this.#concurrency && this.#tokens >= 1) {
      this.#tokens--;
      this.#running++;
      this.#waiting.shift()?.start();
    }
    if (this.#waiting.length === 0 || this.#running >= this.#concurrency || this.#timer !== undefined) return;
    const waitMs = ((1 - this.#tokens) * 1000) / this.#perSecond;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#startNext();
    }, waitMs);
  }
}
