/**
 * Commands over ssh: one connection that is kept, a new exec channel for every command, one command at a time.
 * The connection begins with the first command. It ends after a while without commands, when the router ends it, or
 * with `close`; the next command begins a new one, but not before the pace allows it (login-pacing.ts). Until then
 * commands are refused at once, with the reason of the last failure: a read has seconds, and none of them to wait.
 */
import { abortError, sessionClosed, unlessAborted } from '../abort.ts';
import { ReaderError } from '../port.ts';
import { Turns } from '../turns.ts';
import { type LoginPace, LoginPacing } from './login-pacing.ts';
import type { Executor } from './session.ts';
import { Exchange, type SshConnection } from './ssh-connection.ts';
import { Credentials } from './ssh-credentials.ts';
import { type LoginTimes, login, type SshTarget } from './ssh-login.ts';

export interface SshOptions extends LoginTimes, LoginPace {
  /** A connection without commands ends after this time. */
  readonly idleMs: number;
}

const DEFAULTS: SshOptions = {
  loginTimeoutMs: 10_000,
  keepaliveMs: 15_000,
  idleMs: 120_000,
  firstWaitMs: 2_000,
  longestWaitMs: 120_000,
  loginsPerMinute: 6,
};

export function createSshExecutor(target: SshTarget, options: Partial<SshOptions> = {}): Executor {
  return new SshExecutor(target, { ...DEFAULTS, ...options });
}

class SshExecutor implements Executor {
  readonly description: string;
  readonly #target: SshTarget;
  readonly #credentials: Credentials;
  readonly #options: SshOptions;
  readonly #pacing: LoginPacing;
  readonly #turns = new Turns();
  readonly #closing = new AbortController();
  /** The connection in use, or the login that will yield it. It is forgotten when it fails and when it ends. */
  #current: Promise<SshConnection> | undefined;
  /** All connections whose sockets are not closed yet: the one in use, and those that are ending. */
  readonly #open = new Set<SshConnection>();
  #exchange: Exchange | undefined;
  #lastFailure: ReaderError | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(target: SshTarget, options: SshOptions) {
    this.description = `ssh to ${target.host}:${target.port}`;
    this.#target = target;
    this.#credentials = new Credentials(target);
    this.#options = options;
    this.#pacing = new LoginPacing(options);
  }

  async run(command: string, signal: AbortSignal): Promise<string> {
    const turn = this.#turns.take();
    try {
      await unlessAborted(turn, signal, this.description);
    } catch (error) {
      void turn.then(() => this.#turns.give());
      throw error;
    }
    clearTimeout(this.#idleTimer);
    let ended: Promise<void> = Promise.resolve();
    try {
      const connection = await unlessAborted(this.#connect(), signal, this.description);
      const exchange = new Exchange(connection, command, this.description);
      ended = exchange.ended;
      this.#exchange = exchange;
      return await this.#answer(exchange, signal);
    } finally {
      void ended.then(() => this.#afterCommand());
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(sessionClosed(this.description));
    clearTimeout(this.#idleTimer);
    this.#exchange?.stop(sessionClosed(this.description));
    await this.#current?.catch(() => {}); // A login under way ends with the signal.
    await Promise.all([...this.#open].map((connection) => connection.end()));
  }

  async #answer(exchange: Exchange, signal: AbortSignal): Promise<string> {
    const stop = () => exchange.stop(abortError(signal, this.description));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await exchange.answer;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #afterCommand(): void {
    this.#exchange = undefined;
    const current = this.#current;
    if (current !== undefined && !this.#closing.signal.aborted) {
      this.#idleTimer = setTimeout(() => this.#endIdle(current), this.#options.idleMs);
    }
    this.#turns.give();
  }

  #endIdle(connection: Promise<SshConnection>): void {
    this.#forget(connection);
    void connection.then((idle) => idle.end()).catch(() => {});
  }

  #connect(): Promise<SshConnection> {
    if (this.#closing.signal.aborted) return Promise.reject(sessionClosed(this.description));
    if (this.#current !== undefined) return this.#current;
    const now = performance.now();
    const waitMs = this.#pacing.waitMs(now);
    if (waitMs > 0) return Promise.reject(this.#tooEarly(waitMs));
    this.#pacing.began(now);
    const connection = this.#logIn();
    this.#current = connection;
    connection.then(({ closed }) => closed.then(() => this.#forget(connection))).catch(() => this.#forget(connection));
    return connection;
  }

  #forget(connection: Promise<SshConnection>): void {
    if (this.#current !== connection) return;
    this.#current = undefined;
    clearTimeout(this.#idleTimer);
  }

  async #logIn(): Promise<SshConnection> {
    try {
      const connection = await login(this.#target, this.#credentials, this.#options, this.#closing.signal);
      this.#pacing.succeeded();
      this.#lastFailure = undefined;
      this.#open.add(connection);
      void connection.closed.then(() => this.#open.delete(connection));
      return connection;
    } catch (error) {
      this.#pacing.failed(performance.now());
      if (error instanceof ReaderError) this.#lastFailure = error;
      throw error;
    }
  }

  #tooEarly(waitMs: number): ReaderError {
    const seconds = Math.ceil(waitMs / 1000);
    const last = this.#lastFailure;
    if (last !== undefined)
      return new ReaderError(last.code, `${last.message} (next login in ${seconds} s)`, { cause: last });
    const why = `no more than ${this.#options.loginsPerMinute} logins a minute, the next one in ${seconds} s`;
    return new ReaderError('ERR_READER_UNREACHABLE', `${this.description}: ${why}`);
  }
}
