/**
 * Decides when the next login may begin, so that a router is never hammered: after a failure not before a wait that
 * doubles with every further one, and never more than a number of logins in any minute, successful or not (a router
 * that drops every connection right after the login is hammered as well). Pure: the clock is an argument.
 */
import type { ReaderError } from '../../port.ts';

export interface LoginPace {
  /** Wait after the first failure; it doubles up to `longestWaitMs`. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly loginsPerMinute: number;
}

const MINUTE_MS = 60_000;

export class LoginPacing {
  readonly #pace: LoginPace;
  /** When the logins of the last minute began: at most `loginsPerMinute` of them. */
  #begun: readonly number[] = [];
  /** Since the last one that succeeded. */
  #failures = 0;
  #lastFailure: ReaderError | undefined;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(pace: LoginPace) {
    this.#pace = pace;
  }

  /** Why the last login has failed; `undefined`: it has not. */
  get lastFailure(): ReaderError | undefined {
    return this.#lastFailure;
  }

  /** Milliseconds until a login may begin; 0 = now. */
  waitMs(now: number): number {
    this.#begun = this.#begun.filter((began) => now - began < MINUTE_MS);
    const oldest = this.#begun[0];
    const isFull = oldest !== undefined && this.#begun.length >= this.#pace.loginsPerMinute;
    return Math.max(0, this.#notBefore - now, isFull ? oldest + MINUTE_MS - now : 0);
  }

  /** A login begins; `waitMs` said 0. */
  began(now: number): void {
    this.#begun = [...this.#begun, now];
  }

  /** The one that began then has not come as far as the router. */
  withdrawn(began: number): void {
    this.#begun = this.#begun.filter((one) => one !== began);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#lastFailure = undefined;
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }

  failed(now: number, why?: ReaderError): void {
    const doubled = this.#pace.firstWaitMs * 2 ** Math.min(this.#failures, 30);
    this.#failures++;
    this.#lastFailure = why ?? this.#lastFailure;
    this.#notBefore = now + Math.min(doubled, this.#pace.longestWaitMs);
  }
}
