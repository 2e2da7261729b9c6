/**
 * What a session proves itself with, and in which order. The private key is decrypted once for all logins: with a
 * passphrase that takes half a second, in which the whole daemon stands still.
 */
import ssh2, { type AnyAuthMethod, type AuthenticationType, type ParsedKey } from 'ssh2';
import { ReaderError } from '../port.ts';
import { excerpt } from './excerpt.ts';
import { agentAt, Keys, ownKey } from './ssh-keys.ts';

export interface SshCredentials {
  readonly user: string;
  readonly password?: string | undefined;
  /** Text of a private key, PEM or OpenSSH format. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Path of the socket of an ssh-agent, whose keys are tried. */
  readonly agent?: string | undefined;
}

/** What one login does with them. */
export interface AttemptOptions {
  /** `ssh to 10.255.0.4:22` */
  readonly where: string;
  readonly mayUseSha1: boolean;
  /** How long an agent may take for one answer. */
  readonly agentWaitMs: number;
}

export class Credentials {
  readonly #given: SshCredentials;
  #key: ParsedKey | undefined;

  constructor(given: SshCredentials) {
    this.#given = given;
  }

  /** @throws ReaderError ERR_READER_AUTHENTICATION when the private key cannot be read or decrypted */
  attempt(options: AttemptOptions): Attempt {
    return new Attempt(this.#given, this.#privateKey(), options);
  }

  #privateKey(): ParsedKey | undefined {
    const { user, privateKey, passphrase } = this.#given;
    if (privateKey === undefined || this.#key !== undefined) return this.#key;
    const [key] = [ssh2.utils.parseKey(privateKey, passphrase)].flat(); // Its types leave out that it may be a list.
    if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
      const why = key instanceof Error ? excerpt(key.message) : 'it is not a private key';
      throw new ReaderError('ERR_READER_AUTHENTICATION', `the private key of ${user} cannot be used: ${why}`);
    }
    this.#key = key;
    return key;
  }
}

type Kind = 'key' | 'keys of the agent' | 'password';

/** One login's way through the methods. */
export class Attempt {
  readonly #user: string;
  readonly #password: string | undefined;
  readonly #options: AttemptOptions;
  readonly #keys: ReadonlyMap<Kind, Keys>;
  /** Kinds that are there, but for those that have failed on our side. */
  readonly #kinds: Set<Kind>;
  /** Not tried yet. */
  readonly #left: Kind[];
  #current: Kind | undefined;
  #hasBegun = false;
  readonly #hindrances = new Set<string>();

  constructor({ user, password, agent }: SshCredentials, key: ParsedKey | undefined, options: AttemptOptions) {
    this.#user = user;
    this.#password = password;
    this.#options = options;
    const keys = new Map<Kind, Keys>();
    if (key !== undefined) keys.set('key', new Keys(ownKey(key), options.mayUseSha1));
    if (agent !== undefined)
      keys.set('keys of the agent', new Keys(agentAt(agent, options.agentWaitMs), options.mayUseSha1));
    this.#keys = keys;
    this.#left = [...keys.keys(), ...(password === undefined ? [] : (['password'] as const))];
    this.#kinds = new Set(this.#left);
  }

  /**
   * What to try next; `undefined` = nothing is left. `none` comes first, as with ssh(1), because only its refusal tells what the
   * router offers; the password is tried in one way, never in two, so that a wrong one counts once.
   */
  next(offered: readonly AuthenticationType[] | null): AnyAuthMethod | undefined {
    const username = this.#user;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      return { type: 'none', username };
    }
    for (this.#current = this.#left.shift(); this.#current !== undefined; this.#current = this.#left.shift()) {
      const keys = this.#keys.get(this.#current);
      if (keys !== undefined) {
        if (offered?.includes('publickey')) return { type: 'agent', username, agent: keys };
      } else if (this.#password !== undefined) {
        if (offered?.includes('password')) return { type: 'password', username, password: this.#password };
        // Routers with AAA often ask for the password by keyboard-interactive only.
        if (offered?.includes('keyboard-interactive')) return this.#answerPrompt(this.#password);
      }
    }
    return undefined;
  }

  /** Something of ours has failed, such as an agent: what is left is tried nevertheless, as by ssh(1). */
  hindered(why: Error): void {
    if (this.#current !== undefined) this.#kinds.delete(this.#current);
    this.#hindrances.add(excerpt(why.message));
  }

  /** Nothing is left. */
  refused(): ReaderError {
    const { where } = this.#options;
    const kinds = [...this.#kinds];
    const whose =
      kinds.length === 0 ? `${this.#user} without credentials` : `the ${kinds.join(' and the ')} of ${this.#user}`;
    const hindrances = [...this.#hindrances].join('; ');
    if (hindrances === '') return refusal(`${where} refuses ${whose}`);
    return refusal(kinds.length === 0 ? `${where}: ${hindrances}` : `${where} refuses ${whose}; ${hindrances}`);
  }

  /** Nothing is tried any more. */
  end(): void {
    this.#left.length = 0;
    for (const keys of this.#keys.values()) keys.end();
  }

  /** The password is for the one hidden prompt, and for nothing else that may be asked. */
  #answerPrompt(password: string): AnyAuthMethod {
    return {
      type: 'keyboard-interactive',
      username: this.#user,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.length === 1 && prompts[0]?.echo !== true ? [password] : []);
      },
    };
  }
}

function refusal(message: string): ReaderError {
  return new ReaderError('ERR_READER_AUTHENTICATION', message);
}
