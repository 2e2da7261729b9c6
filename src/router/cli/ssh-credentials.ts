/**
 * What a session proves itself with, and in which order. The private key is decrypted once for all logins: with a
 * passphrase that takes half a second, in which the whole daemon stands still.
 */
import ssh2, { type AnyAuthMethod, type AuthenticationType, type ParsedKey } from 'ssh2';
import { ReaderError } from '../port.ts';
import { excerpt } from './excerpt.ts';

export interface SshCredentials {
  readonly user: string;
  readonly password?: string | undefined;
  /** Text of a private key, PEM or OpenSSH format. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Path of the socket of an ssh-agent, whose keys are tried. */
  readonly agent?: string | undefined;
}

/** Which method to try next of those that the router offers (`null`: not known yet); `undefined` = none is left. */
export type MethodChooser = (offered: readonly AuthenticationType[] | null) => AnyAuthMethod | undefined;

export class Credentials {
  readonly #given: SshCredentials;
  #key: ParsedKey | undefined;

  constructor(given: SshCredentials) {
    this.#given = given;
  }

  /** Whose and of which kinds, for messages. */
  get description(): string {
    const { user, privateKey, agent, password } = this.#given;
    const given = { key: privateKey, 'keys of the agent': agent, password };
    const kinds = Object.entries(given).flatMap(([kind, value]) => (value === undefined ? [] : [kind]));
    return kinds.length === 0 ? `${user} without credentials` : `the ${kinds.join(' and the ')} of ${user}`;
  }

  /**
   * The methods of one login. `none` comes first, as with ssh(1), because only its refusal tells what the router
   * offers; the password is tried in one way, never in two, so that a wrong one counts once.
   * @throws ReaderError ERR_READER_AUTHENTICATION when the private key cannot be read or decrypted
   */
  methods(): MethodChooser {
    const { user: username, agent, password } = this.#given;
    const key = this.#privateKey();
    const wanted: AnyAuthMethod[] = [{ type: 'none', username }];
    if (key !== undefined) wanted.push({ type: 'publickey', username, key });
    if (agent !== undefined) wanted.push({ type: 'agent', username, agent });
    if (password !== undefined) wanted.push({ type: 'password', username, password });
    return (offered) => {
      for (let method = wanted.shift(); method !== undefined; method = wanted.shift()) {
        const kind = method.type === 'agent' ? 'publickey' : method.type;
        if (kind === 'none' || offered?.includes(kind)) return method;
        // Routers with AAA often ask for the password by keyboard-interactive only.
        if (method.type === 'password' && offered?.includes('keyboard-interactive')) {
          return answerPrompt(username, method.password);
        }
      }
      return undefined;
    };
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

/** The password is for the one hidden prompt, and for nothing else that may be asked. */
function answerPrompt(username: string, password: string): AnyAuthMethod {
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) => {
      finish(prompts.length === 1 && prompts[0]?.echo !== true ? [password] : []);
    },
  };
}
