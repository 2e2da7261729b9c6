/**
 * Commands over ssh, each a program of its own: one connection that is kept (kept-login.ts), a new exec channel for every
 * command, one command at a time.
 */
import { abortError, sessionClosed } from '../../abort.ts';
import { Turns } from '../../turns.ts';
import { KEPT_DEFAULTS, KeptLogin, type KeptTimes } from './kept-login.ts';
import type { Executor } from './session.ts';
import { Exchange, type SshConnection } from './ssh-connection.ts';
import { Credentials } from './ssh-credentials.ts';
import { LOGIN_DEFAULTS, type LoginTimes, login, type SshTarget } from './ssh-login.ts';

export interface SshOptions extends LoginTimes, KeptTimes {}

export function createSshExecutor(target: SshTarget, options: Partial<SshOptions> = {}): Executor {
  return new SshExecutor(target, { ...KEPT_DEFAULTS, ...LOGIN_DEFAULTS, ...options });
}

class SshExecutor implements Executor {
  readonly description: string;
  readonly #login: KeptLogin<SshConnection>;
  readonly #turns = new Turns();
  #exchange: Exchange | undefined;

  constructor(target: SshTarget, options: SshOptions) {
    const description = `ssh to ${target.host}:${target.port}`;
    const credentials = new Credentials(target);
    this.description = description;
    this.#login = new KeptLogin({
      ...options,
      description,
      logIn: (signal) => login(target, credentials, options, signal),
    });
  }

  async run(command: string, signal: AbortSignal): Promise<string> {
    await this.#turns.takeUnlessAborted(signal, this.description);
    let ended: Promise<void> = Promise.resolve();
    try {
      const connection = await this.#login.use(signal);
      const exchange = new Exchange(connection, command, this.description);
      ended = exchange.ended;
      this.#exchange = exchange;
      return await this.#answer(exchange, signal);
    } finally {
      void ended.then(() => this.#afterCommand());
    }
  }

  async close(): Promise<void> {
    this.#exchange?.stop(sessionClosed(this.description));
    await this.#login.close();
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
    this.#login.rest();
    this.#turns.give();
  }
}
