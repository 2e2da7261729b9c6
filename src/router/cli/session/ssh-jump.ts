/**
 * A jump host (ssh(1), ProxyJump): one connection to it that is kept (kept-login.ts) and shared by all that are reached through
 * it. What passes through is ssh again, so that the jump host sees nothing of it.
 */
import { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { unlessAborted } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import { whyOf } from '../excerpt.ts';
import { KEPT_DEFAULTS, KeptLogin, type KeptTimes, WayError } from './kept-login.ts';
import { type SshConnection, whenClosed } from './ssh-connection.ts';
import { Credentials } from './ssh-credentials.ts';
import { type Jump, LOGIN_DEFAULTS, login, type SshTarget } from './ssh-login.ts';

export class JumpHost implements Jump {
  readonly #description: string;
  readonly #login: KeptLogin<SshConnection>;

  constructor(target: SshTarget, options: Partial<KeptTimes> = {}) {
    const credentials = new Credentials(target);
    this.#description = `ssh to ${target.host}:${target.port}`;
    this.#login = new KeptLogin({
      ...KEPT_DEFAULTS,
      ...options,
      description: this.#description,
      logIn: (signal) => login(target, credentials, LOGIN_DEFAULTS, signal),
    });
  }

  async connect(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    const where = `ssh to ${host}:${port} by way of ${this.#description}`;
    try {
      const opening = open(await this.#client(signal), host, port);
      try {
        const tunnel = await unlessAborted(opening, signal, where, 'TCP connection');
        void whenClosed(tunnel).then(() => this.#login.rest());
        return tunnel;
      } catch (error) {
        opening.then((tunnel) => tunnel.destroy()).catch(() => {}); // Nobody waits for it any more.
        throw error;
      }
    } catch (cause) {
      this.#login.rest();
      if (cause instanceof ReaderError) throw cause;
      throw new ReaderError('ERR_READER_UNREACHABLE', `${where}: ${whyNot(cause)}`, { cause });
    }
  }

  /** Ends all that goes through it. */
  close(): Promise<void> {
    return this.#login.close();
  }

  async #client(signal: AbortSignal): Promise<Client> {
    try {
      return (await this.#login.use(signal)).client;
    } catch (error) {
      throw error instanceof ReaderError ? new WayError(error.code, error.message, { cause: error }) : error;
    }
  }
}

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254 §5.1). */
const PROHIBITED = 1;

function whyNot(cause: unknown): string {
  const isProhibited = cause instanceof Error && 'reason' in cause && cause.reason === PROHIBITED;
  const hint = 'the jump host refuses to forward (of OpenSSH: AllowTcpForwarding, PermitOpen): ';
  return `${isProhibited ? hint : ''}${whyOf(cause)}`;
}

function open(client: Client, host: string, port: number): Promise<Tunnel> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (cause, channel) => {
      if (cause === undefined) resolve(new Tunnel(channel));
      else reject(cause);
    });
  });
}

/** A channel as a stream that is gone when it is destroyed: ssh2's own waits until the other side agrees. */
class Tunnel extends Duplex {
  readonly #channel: ClientChannel;

  constructor(channel: ClientChannel) {
    super({ allowHalfOpen: false }); // As a socket. OpenSSH says only that the router has ended, and waits for us.
    this.#channel = channel;
    channel.on('data', (octets: Buffer) => {
      if (!this.push(octets)) channel.pause();
    });
    channel.once('end', () => this.push(null));
    channel.once('close', () => this.destroy());
    channel.on('error', (error: Error) => this.destroy(error));
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(octets: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channel.write(octets, done);
  }

  override _final(done: () => void): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.close();
    done(error);
  }
}
