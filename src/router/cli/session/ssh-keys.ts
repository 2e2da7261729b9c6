/**
 * Keys that sign for a login: one of the configuration's, or those of an agent. To a router that does not say which signatures
 * it takes (RFC 8308 §3.1), ssh2 has RSA keys sign by SHA-1: not these, unless that is wanted.
 */
import type { Duplex } from 'node:stream';
import ssh2, {
  type GetStreamCallback,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';

type Hash = SigningRequestOptions['hash'];

/** Where keys are. Both functions answer with an error in place of what is asked for. */
interface KeySource {
  list(answer: IdentityCallback<ParsedKey>): void;
  sign(key: ParsedKey, octets: Buffer, hash: Hash, answer: SignCallback): void;
  /** Nobody waits for an answer any more. */
  end(): void;
}

/** As an agent, whatever they are: ssh2 tries all keys of one, and goes on where one of them does not sign. */
export class Keys extends ssh2.BaseAgent<ParsedKey> {
  readonly #source: KeySource;
  readonly #mayUseSha1: boolean;

  constructor(source: KeySource, mayUseSha1: boolean) {
    super();
    this.#source = source;
    this.#mayUseSha1 = mayUseSha1;
  }

  override getIdentities(answer: IdentityCallback<ParsedKey>): void {
    this.#source.list(answer);
  }

  override sign(
    key: ParsedKey,
    octets: Buffer,
    options: SigningRequestOptions | SignCallback,
    answer: SignCallback = () => {},
  ): void {
    const [hash, answered] = typeof options === 'function' ? [undefined, options] : [options.hash, answer];
    if (!this.#mayUseSha1 && isSha1(key, hash)) answered(sha1Refused(key));
    else this.#source.sign(key, octets, hash, answered);
  }

  end(): void {
    this.#source.end();
  }
}

/** @param hash absent: the one that ssh2 takes where it is not told of another */
export function isSha1({ type }: ParsedKey, hash?: Hash): boolean {
  return type === 'ssh-dss' || (type === 'ssh-rsa' && hash !== 'sha256' && hash !== 'sha512');
}

function sha1Refused({ type }: ParsedKey): Error {
  const what = `signatures of ${type} keys are taken by SHA-1 only`;
  return new Error(`${what}; for a router that is too old for others, set legacyAlgorithms: true`);
}

export function ownKey(key: ParsedKey): KeySource {
  return {
    list: (answer) => answer(null, [key]),
    sign: (_key, octets, hash, answer) => {
      const signature: Buffer | Error = key.sign(octets, hash); // Its types leave the error out.
      if (signature instanceof Error) answer(signature);
      else answer(null, signature);
    },
    end: () => {},
  };
}

/**
 * @param path of the agent's socket
 * @param waitMs how long it may take for the list of its keys, and for each signature
 */
export function agentAt(path: string, waitMs: number): KeySource {
  const agent = new ImpatientAgent(path, waitMs);
  const named = (error: Error) => new Error(`the agent at ${path}: ${error.message}`, { cause: error });
  return {
    list: (answer) => agent.getIdentities((error, keys) => (error ? answer(named(error)) : answer(null, keys))),
    sign: (key, octets, hash, answer) => {
      const options = hash === undefined ? {} : { hash };
      agent.sign(key, octets, options, (error, signature) => (error ? answer(named(error)) : answer(null, signature)));
    },
    end: () => agent.end(),
  };
}

/** ssh2's own waits for ever. */
class ImpatientAgent extends ssh2.OpenSSHAgent {
  readonly #waitMs: number;
  /** A connection is for one answer. */
  #connection: Duplex | undefined;

  constructor(path: string, waitMs: number) {
    super(path);
    this.#waitMs = waitMs;
  }

  override getStream(answer: GetStreamCallback): void {
    super.getStream((error, connection) => {
      if (connection !== undefined) this.#bound(connection);
      answer(error, connection);
    });
  }

  end(): void {
    this.#connection?.destroy();
  }

  #bound(connection: Duplex): void {
    this.#connection = connection;
    const timer = setTimeout(() => connection.destroy(new Error('no answer in time')), this.#waitMs);
    connection.once('close', () => clearTimeout(timer));
  }
}
