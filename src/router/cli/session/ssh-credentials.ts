/**
 * What a session proves itself with, and in which order. A private key is decrypted once for all logins to all routers: with a
 * passphrase that takes a second, in which the whole daemon stands still.
 */
import { LRUCache } from 'lru-cache';
import ssh2, { type AnyAuthMethod, type AuthenticationType, type ParsedKey } from 'ssh2';
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';
import { asksForOther, withoutUserAndHost } from './login-questions.ts';
import { agentAt, isSha1, Keys, ownKey } from './ssh-keys.ts';

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

  constructor(given: SshCredentials) {
    this.#given = given;
  }

  /** @throws ReaderError ERR_READER_AUTHENTICATION when the private key cannot be read or decrypted */
  attempt(options: AttemptOptions): Attempt {
    return new Attempt(this.#given, this.#privateKey(), options);
  }

  #privateKey(): ParsedKey | undefined {
    const { user, privateKey, passphrase } = this.#given;
    if (privateKey === undefined) return undefined;
    const key = decrypted(privateKey, passphrase);
    if (!(key instanceof Error) && key.isPrivateKey()) return key;
    const why = key instanceof Error ? excerpt(key.message) : 'it is not a private key';
    throw new ReaderError('ERR_READER_AUTHENTICATION', `the private key of ${user} cannot be used: ${why}`);
  }
}

/** By text and passphrase. */
const keys = new LRUCache<string, ParsedKey | Error>({ max: 256 });

function decrypted(text: string, passphrase: string | undefined): ParsedKey | Error {
  const at = JSON.stringify([text, passphrase]);
  const known = keys.get(at);
  if (known !== undefined) return known;
  const [key = new Error('there is none')] = [ssh2.utils.parseKey(text, passphrase)].flat(); // Its types leave out that it may be a list.
  keys.set(at, key);
  return key;
}

type GiveUp = (why: ReaderError) => void;
type Kind = 'key' | 'keys of the agent' | 'password';

/** One login's way through the methods. */
export class Attempt {
  readonly #user: string;
  readonly #password: string | undefined;
  readonly #options: AttemptOptions;
  readonly #key: ParsedKey | undefined;
  readonly #keys: ReadonlyMap<Kind, Keys>;
  /** Tried, but for those that have failed on our side. */
  readonly #tried = new Set<Kind>();
  /** Passed over, because the router does not take them. */
  readonly #untaken: Kind[] = [];
  /** Not tried yet. */
  readonly #left: Kind[];
  #current: Kind | undefined;
  #hasBegun = false;
  /** To a prompt. */
  #hasGivenPassword = false;
  readonly #hindrances = new Set<string>();

  constructor({ user, password, agent }: SshCredentials, key: ParsedKey | undefined, options: AttemptOptions) {
    this.#user = user;
    this.#password = password;
    this.#options = options;
    this.#key = key;
    const keys = new Map<Kind, Keys>();
    if (key !== undefined) keys.set('key', new Keys(ownKey(key), options.mayUseSha1));
    if (agent !== undefined)
      keys.set('keys of the agent', new Keys(agentAt(agent, options.agentWaitMs), options.mayUseSha1));
    this.#keys = keys;
    this.#left = [...keys.keys(), ...(password === undefined ? [] : (['password'] as const))];
  }

  /**
   * What to try next; `undefined` = nothing is left. `none` comes first, as with ssh(1), because only its refusal tells what the
   * router offers; the password is tried in one way, never in two, so that a wrong one counts once.
   * @param giveUp called where the router asks for what must not be answered
   */
  next(offered: readonly AuthenticationType[] | null, giveUp: GiveUp): AnyAuthMethod | undefined {
    const username = this.#user;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      return { type: 'none', username };
    }
    for (this.#current = this.#left.shift(); this.#current !== undefined; this.#current = this.#left.shift()) {
      const method = this.#method(this.#current, offered ?? [], giveUp);
      if (method !== undefined) {
        this.#tried.add(this.#current);
        return method;
      }
      this.#untaken.push(this.#current);
      this.#hindrances.add(`it takes ${excerpt(offered?.join(', ') ?? '') || 'nothing'} only`);
    }
    return undefined;
  }

  /** Something of ours has failed, such as an agent: what is left is tried nevertheless, as by ssh(1). */
  hindered(why: Error): void {
    if (this.#current !== undefined) this.#tried.delete(this.#current);
    this.#hindrances.add(excerpt(why.message));
  }

  /** @param why the router ends it, where something is left */
  refused(why?: string): ReaderError {
    const { where } = this.#options;
    if (why !== undefined) this.#hindrances.add(why);
    const untried = [...this.#untaken, ...this.#left];
    if (untried.length > 0) this.#hindrances.add(`not tried: ${untried.join(', ')}`);
    const kinds = [...this.#tried];
    const whose =
      kinds.length === 0 ? `${this.#user} without credentials` : `the ${kinds.join(' and the ')} of ${this.#user}`;
    const hindrances = [...this.#hindrances].join('; ');
    if (hindrances === '') return refusal(`${where} refuses ${whose}`);
    return refusal(kinds.length === 0 ? `${where}: ${hindrances}` : `${where} refuses ${whose}; ${hindrances}`);
  }

  /** The router wants a new password (RFC 4252 §8), which is not ours to set. */
  expired(prompt: string): ReaderError {
    const { where } = this.#options;
    return refusal(`${where} wants another password for ${this.#user}: ${this.#quoted(prompt)}`);
  }

  /** Nothing is tried any more. */
  end(): void {
    this.#left.length = 0;
    for (const keys of this.#keys.values()) keys.end();
  }

  #method(kind: Kind, offered: readonly AuthenticationType[], giveUp: GiveUp): AnyAuthMethod | undefined {
    const username = this.#user;
    const keys = this.#keys.get(kind);
    if (keys !== undefined) {
      if (!offered.includes('publickey')) return undefined;
      // Only of a key by itself does ssh2 tell what is to follow it; but it may have it sign by SHA-1.
      if (kind === 'key' && this.#key !== undefined && !isSha1(this.#key))
        return { type: 'publickey', username, key: this.#key };
      return { type: 'agent', username, agent: keys };
    }
    if (this.#password === undefined) return undefined;
    if (offered.includes('password')) return { type: 'password', username, password: this.#password };
    // Routers with AAA often ask for the password by keyboard-interactive only.
    if (offered.includes('keyboard-interactive')) return this.#answerPrompt(this.#password, giveUp);
    return undefined;
  }

  #answerPrompt(password: string, giveUp: GiveUp): AnyAuthMethod {
    return {
      type: 'keyboard-interactive',
      username: this.#user,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        const [only, ...others] = prompts;
        const isAsked = only !== undefined && others.length === 0 && only.echo !== true && asksForPassword(only.prompt);
        if (!isAsked || this.#hasGivenPassword)
          return giveUp(this.#unanswered(prompts.map(({ prompt }) => prompt).join(' ')));
        this.#hasGivenPassword = true;
        finish([password]);
      },
    };
  }

  #unanswered(prompt: string): ReaderError {
    const { where } = this.#options;
    const whose = `the password of ${this.#user}`;
    const quoted = this.#quoted(prompt);
    if (!this.#hasGivenPassword) return refusal(`${where} asks for something other than ${whose}: ${quoted}`);
    if (asksForPassword(prompt)) return refusal(`${where} refuses ${whose}, and asks again: ${quoted}`);
    return refusal(`${where} asks for more than ${whose}: ${quoted}`);
  }

  /** @param prompt may hold anything, the password included */
  #quoted(prompt: string): string {
    const secret = this.#password ?? '';
    return excerpt(secret === '' ? prompt : prompt.replaceAll(secret, '[secret]'), QUOTED_PROMPT);
  }
}

function refusal(message: string): ReaderError {
  return new ReaderError('ERR_READER_AUTHENTICATION', message);
}

/** Characters of a prompt in a message. */
const QUOTED_PROMPT = 80;
const LONGEST_PROMPT = 1024;
const PASSWORD = /password|passcode/i;

function asksForPassword(prompt: string): boolean {
  if (prompt.length > LONGEST_PROMPT) return false;
  return PASSWORD.test(withoutUserAndHost(prompt)) && !asksForOther(prompt);
}
