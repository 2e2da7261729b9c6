/**
 * A session with a CLI that is logged in to (conversation.ts) and kept (kept-login.ts), over whatever stream. One read at a
 * time: its commands one after the other, or at once where the CLI takes what is typed ahead.
 *
 * A read that gives up leaves a command behind that the router still answers. What comes is waited for and thrown away before
 * the next command goes out, for a while; then the login is ended, which nothing else could make clean.
 */
import { abortError, sessionClosed, unlessAborted, unlessFired, withEither } from '../../abort.ts';
import { Turns } from '../../turns.ts';
import { type CliStream, Conversation } from './conversation.ts';
import { enable, isUnprivileged } from './enable.ts';
import { KEPT_DEFAULTS, KeptLogin, type KeptTimes } from './kept-login.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

export interface ShellOptions extends KeptTimes {
  /** How long a command that nobody waits for may go on. */
  readonly drainMs: number;
  /** How long a prompt may stand without the echo of what was typed, where the CLI echoes; then the login is ended. */
  readonly echoMs: number;
}

export const SHELL_DEFAULTS: ShellOptions = {
  ...KEPT_DEFAULTS,
  drainMs: 5_000,
  echoMs: 3_000,
};

export interface ShellTarget {
  /** `telnet to 10.255.0.4:23` */
  readonly description: string;
  readonly terminal: Terminal;
  /** For a CLI that asks for one before it gives privileges. */
  readonly user?: string | undefined;
  /** For a CLI whose prompt ends in `>`. */
  readonly enablePassword?: string | undefined;
  /** Connects and, where the CLI itself asks for it, proves who we are. Rejects with a `ReaderError`. */
  connect(signal: AbortSignal): Promise<CliStream>;
}

export function createShellSession(target: ShellTarget, options: Partial<ShellOptions> = {}): Session {
  return new ShellSession(target, { ...SHELL_DEFAULTS, ...options });
}

class ShellSession implements Session {
  readonly description: string;
  readonly #target: ShellTarget;
  readonly #options: ShellOptions;
  readonly #login: KeptLogin<Conversation>;
  readonly #turns = new Turns();
  readonly #closing = new AbortController();

  constructor(target: ShellTarget, options: ShellOptions) {
    this.description = target.description;
    this.#target = target;
    this.#options = options;
    const { description } = target;
    this.#login = new KeptLogin({ ...options, description, logIn: (signal) => this.#begin(signal) });
  }

  run(commands: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return withEither([signal, this.#closing.signal], (either) => this.#run(commands, either));
  }

  async settled(): Promise<void> {
    await this.#turns.take();
    this.#turns.give();
  }

  async close(): Promise<void> {
    this.#closing.abort(sessionClosed(this.description));
    await this.#login.close();
  }

  async #run(commands: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    try {
      await this.#turns.takeUnlessAborted(signal, this.description);
    } catch (error) {
      throw this.#login.explained(error);
    }
    let asked: Promise<unknown> = Promise.resolve();
    let conversation: Conversation | undefined;
    try {
      conversation = await this.#login.use(signal);
      const outputs: string[] = [];
      // Echoes are what tells outputs apart.
      const isTypedAhead = this.#target.terminal.takesTypeAhead && conversation.echoes;
      const batches = isTypedAhead ? [commands] : commands.map((command) => [command]);
      for (const batch of batches) {
        const answered = conversation.askAll(batch);
        asked = answered;
        outputs.push(...(await unlessAborted(answered, signal, this.description)));
      }
      return outputs;
    } finally {
      void this.#afterwards(conversation, asked);
    }
  }

  /** When the last command is over, whoever has waited for it. */
  async #afterwards(conversation: Conversation | undefined, asked: Promise<unknown>): Promise<void> {
    const timer = setTimeout(() => conversation?.destroy(), this.#options.drainMs);
    // What fails ends the login, and the next turn is for the next one.
    await asked.catch(() => conversation?.closed);
    clearTimeout(timer);
    this.#login.rest();
    this.#turns.give();
  }

  async #begin(signal: AbortSignal): Promise<Conversation> {
    const { description, terminal } = this.#target;
    const stream = await this.#target.connect(signal);
    const conversation = new Conversation(stream, terminal, description, this.#options.echoMs);
    try {
      const late = () => abortError(signal, description, 'prompt', conversation.saidLast);
      await unlessFired(this.#prepare(conversation), signal, late);
      return conversation;
    } catch (error) {
      stream.destroy();
      await stream.closed;
      throw error;
    }
  }

  async #prepare(conversation: Conversation): Promise<void> {
    await conversation.begin();
    const { terminal, user, enablePassword: password, description } = this.#target;
    if (terminal.enable !== undefined && password !== undefined && isUnprivileged(conversation.prompt))
      await enable(conversation, terminal.enable, { user, password }, description);
    for (const command of terminal.preparation) await conversation.ask(command);
  }
}
