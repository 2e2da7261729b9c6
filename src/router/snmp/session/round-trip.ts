/**
 * When a request that has not been answered is sent again: RFC 6298's estimate, per agent. An agent near by is asked again
 * soon, so that a lost datagram does not cost a trace; a slow one is not hit with the same work several times.
 */

/** RFC 6298 §2.1 */
const FIRST_MS = 1000;
/** Timers and agents are not more exact than this. */
const LEAST_MS = 150;
const MOST_MS = 3000;

export class RoundTrip {
  #smoothedMs: number | undefined;
  #variationMs = 0;
  /** Doubled by each request that need not have been sent again, until one is measured: RFC 6298 §5.5, §5.7. */
  #backoff = 1;

  get retransmitAfterMs(): number {
    const estimateMs = this.#smoothedMs === undefined ? FIRST_MS : this.#smoothedMs + 4 * this.#variationMs;
    return Math.round(Math.min(MOST_MS, Math.max(LEAST_MS, estimateMs) * this.#backoff));
  }

  /** Only of requests that were sent once: of others nobody knows which one was answered (RFC 6298 §3). */
  measured(ms: number): void {
    this.#backoff = 1;
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = ms;
      this.#variationMs = ms / 2;
      return;
    }
    this.#variationMs = 0.75 * this.#variationMs + 0.25 * Math.abs(this.#smoothedMs - ms);
    this.#smoothedMs = 0.875 * this.#smoothedMs + 0.125 * ms;
  }

  /** An agent has answered what was sent again twice: nothing was lost, it has become slow. */
  wasTooSoon(): void {
    this.#backoff = Math.min(this.#backoff * 2, MOST_MS / LEAST_MS);
  }
}
