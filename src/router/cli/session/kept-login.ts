/**
 * One login that is kept: it begins when it is first needed, and ends after a while without use, when the router ends it, or
 * with `close`. The next one begins when it is needed, but not before the pace allows it (login-pacing.ts); until then whoever
 * needs it is refused at once, with the reason of the last failure: a read has seconds, and none of them to wait. The reason is
 * the refusal's cause.
 */
import { abortError, inTime, saidIfFired, sessionClosed, unlessFired } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import { type LoginPace, LoginPacing } from './login-pacing.ts';

/** What a login yields. */
export interface Login {
  /** Resolves when it is over, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;
  /** Ends it, politely first; resolves when it is closed. */
  end(): Promise<void>;
}

/** The way to the router has failed, whose own logins are paced by themselves: nothing was asked of the router. */
export class WayError extends ReaderError {}

export interface KeptTimes extends LoginPace {
  /** A login without use ends after this time. */
  readonly idleMs: number;
  /** For everything from the TCP connection, a jump host's login included, to what can be used. */
  readonly loginTimeoutMs: number;
}

export interface KeptLoginOptions<Own extends Login> extends KeptTimes {
  readonly description: string;
  /** Logs in once. Rejects with a `ReaderError`; at the latest when the signal fires. */
  logIn(signal: AbortSignal): Promise<Own>;
}

/**
 * Routers with AAA that is away, or with a busy processor, take half a minute, and some print long banners slowly. Reads give up
 * before; the login goes on.
 */
export const KEPT_DEFAULTS: KeptTimes = {
  idleMs: 120_000,
  loginTimeoutMs: 45_000,
  firstWaitMs: 2_000,
  longestWaitMs: 120_000,
  loginsPerMinute: 6,
};

export class KeptLogin<Own extends Login> {
  readonly #options: KeptLoginOptions<Own>;
  readonly #pacing: LoginPacing;
  readonly #closing = new AbortController();
  /** How long the login goes on that is under way: until this fires. */
  #patience: AbortSignal | undefined;
  /** The login in use, or the one under way. It is forgotten when it fails and when it ends. */
  #current: Promise<Own> | undefined;
  /** All that are not closed yet: the one in use, and those that are ending. */
  readonly #open = new Set<Own>();
  #users = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: KeptLoginOptions<Own>) {
    this.#options = options;
    this.#pacing = new LoginPacing(options);
  }

  /**
   * It is in use from now on, until `rest`, which must follow also when this fails. Rejects with a `ReaderError`, at the latest
   * when the signal fires.
   */
  use(signal: AbortSignal): Promise<Own> {
    this.#users++;
    clearTimeout(this.#idleTimer);
    return unlessFired(this.#used(), signal, () => this.explained(abortError(signal, this.#options.description)));
  }

  /**
   * Whoever gives up while a login is under way learns what that waits for just then, and why the one before has failed: nobody
   * may have waited for that.
   */
  explained<E>(error: E): E | ReaderError {
    if (!(error instanceof ReaderError) || error.code !== 'ERR_READER_TIMEOUT') return error;
    const late = (this.#patience && saidIfFired(this.#patience)) ?? error;
    const cause = this.#pacing.lastFailure;
    if (cause === undefined) return late;
    return new ReaderError(late.code, `${late.message}; the last login has failed: ${cause.message}`, { cause });
  }

  /** One of those that use it does so no longer. */
  rest(): void {
    if (--this.#users > 0) return;
    const current = this.#current;
    if (current === undefined || this.#closing.signal.aborted) return;
    this.#idleTimer = setTimeout(() => {
      this.#forget(current);
      void current.then((idle) => idle.end()).catch(() => {});
    }, this.#options.idleMs);
  }

  /** Resolves when all is closed. */
  async close(): Promise<void> {
    this.#closing.abort(sessionClosed(this.#options.description));
    clearTimeout(this.#idleTimer);
    await this.#current?.catch(() => {}); // A login under way ends with the signal.
    await Promise.all([...this.#open].map((login) => login.end()));
  }

  #used(): Promise<Own> {
    if (this.#closing.signal.aborted) return Promise.reject(sessionClosed(this.#options.description));
    if (this.#current !== undefined) return this.#current;
    const now = performance.now();
    const waitMs = this.#pacing.waitMs(now);
    if (waitMs > 0) return Promise.reject(this.#tooEarly(waitMs));
    this.#pacing.began(now);
    const login = this.#logIn(now);
    this.#current = login;
    login.then(({ closed }) => closed.then(() => this.#forget(login))).catch(() => this.#forget(login));
    return login;
  }

  #forget(login: Promise<Own>): void {
    if (this.#current !== login) return;
    this.#current = undefined;
    clearTimeout(this.#idleTimer);
  }

  async #logIn(began: number): Promise<Own> {
    try {
      const login = await inTime(this.#options.loginTimeoutMs, this.#closing.signal, (signal) => {
        this.#patience = signal;
        return this.#options.logIn(signal);
      });
      this.#pacing.succeeded();
      this.#open.add(login);
      void login.closed.then(() => this.#open.delete(login));
      return login;
    } catch (error) {
      // One that is cut off says nothing of the router, whose history may not end here.
      if (error instanceof WayError) this.#pacing.withdrawn(began);
      else if (!this.#closing.signal.aborted)
        this.#pacing.failed(performance.now(), error instanceof ReaderError ? error : undefined);
      throw error;
    } finally {
      this.#patience = undefined;
    }
  }

  #tooEarly(waitMs: number): ReaderError {
    const { description, loginsPerMinute } = this.#options;
    const tooMany = `${description}: no more than ${loginsPerMinute} logins a minute (loginsPerMinute)`;
    const cause = this.#pacing.lastFailure ?? new ReaderError('ERR_READER_UNREACHABLE', tooMany);
    return new ReaderError(cause.code, `${cause.message} (next login in ${Math.ceil(waitMs / 1000)} s)`, { cause });
  }
}
