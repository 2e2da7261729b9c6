/**
 * Decides when the next login may begin, so that a router is never hammered: after a failure not before a wait that
 * doubles with every further one, and never more than a number of logins in any minute, successful or not (a router
 * that drops every connection right after the login is hammered as well). Pure: the clock is an argument.
 */
import type { ReaderError } from '../port.ts';

export interface LoginPace {
  /** Wait after the first failure; it doubles up to `longestWaitMs`. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly loginsPerMinute: number;
  /** Of logins that count as well; absent: there were none. */
  readonly history?: LoginHistory | undefined;
}

const MINUTE_MS = 60_000;

/** What is known of the logins to one target. May outlive whoever logs in there, and be that of several. */
export class LoginHistory {
  /** When the logins of the last minute began: at most `loginsPerMinute` of them. */
  begun: readonly number[] = [];
  /** Since the last one that succeeded. */
  failures = 0;
  lastFailure: ReaderError | undefined;
  notBefore = Number.NEGATIVE_INFINITY;
}

export class LoginPacing {
  readonly #pace: LoginPace;
  readonly #history: LoginHistory;

  constructor(pace: LoginPace) {
    this.#pace = pace;
    this.#history = pace.history ?? new LoginHistory();
  }

  /** Why the last login has failed; `undefined`: it has not. */
  get lastFailure(): ReaderError | undefined {
    return this.#history.lastFailure;
  }

  /** Milliseconds until a login may begin; 0 = now. */
  waitMs(now: number): number {
    const history = this.#history;
    history.begun = history.begun.filter((began) => now - began < MINUTE_MS);
    const oldest = history.begun[0];
    const full = oldest !== undefined && history.begun.length >= this.#pace.loginsPerMinute;
    return Math.max(0, history.notBefore - now, full ? oldest + MINUTE_MS - now : 0);
  }

  /** A login begins; `waitMs` said 0. */
  began(now: number): void {
    this.#history.begun = [...this.#history.begun, now];
  }

  /** The one that began then has not come as far as the router. */
  withdrawn(began: number): void {
    this.#history.begun = this.#history.begun.filter((one) => one !== began);
  }

  succeeded(): void {
    this.#history.failures = 0;
    this.#history.lastFailure = undefined;
    this.#history.notBefore = Number.NEGATIVE_INFINITY;
  }

  failed(now: number, why?: ReaderError): void {
    const history = this.#history;
    const doubled = this.#pace.firstWaitMs * 2 ** Math.min(history.failures, 30);
    history.failures++;
    history.lastFailure = why ?? history.lastFailure;
    history.notBefore = now + Math.min(doubled, this.#pace.longestWaitMs);
  }
}
