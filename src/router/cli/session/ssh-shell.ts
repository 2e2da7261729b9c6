/** A login by ssh to a CLI that is typed to: one connection with one channel, which has a terminal that is wide and simple. */
import type { ClientChannel } from 'ssh2';
import { unlessAborted } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';
import type { CliStream } from './conversation.ts';
import { connectionLost, type SshConnection } from './ssh-connection.ts';
import type { Credentials } from './ssh-credentials.ts';
import { type LoginTimes, login, type SshTarget } from './ssh-login.ts';

/** Columns, so that no line is broken, and rows, so that few outputs are more than a page. */
const TERMINAL = { term: 'dumb', cols: 511, rows: 1000 } as const;

/** Rejects with a `ReaderError`, at the latest when the signal fires. Then nothing is left open. */
export async function openSshShell(
  target: SshTarget,
  credentials: Credentials,
  times: LoginTimes,
  signal: AbortSignal,
): Promise<CliStream> {
  const where = `ssh to ${target.host}:${target.port}`;
  const connection = await login(target, credentials, times, signal);
  try {
    const opened = new Promise<ClientChannel>((resolve, reject) => {
      connection.client.shell(TERMINAL, (cause, channel) => {
        if (cause === undefined) resolve(channel);
        else reject(connection.isClosed ? connectionLost(where, cause) : refused(where, cause));
      });
    });
    return new SshShell(connection, await unlessAborted(opened, signal, where, 'shell'));
  } catch (error) {
    connection.destroy();
    await connection.closed;
    throw error instanceof ReaderError ? error : connectionLost(where, error); // 'Not connected' is ssh2's.
  }
}

function refused(where: string, cause: Error): ReaderError {
  return new ReaderError('ERR_READER_COMMAND', `${where} gives no shell: ${excerpt(cause.message)}`, { cause });
}

class SshShell implements CliStream {
  readonly closed: Promise<void>;
  readonly #connection: SshConnection;
  readonly #channel: ClientChannel;

  constructor(connection: SshConnection, channel: ClientChannel) {
    this.#connection = connection;
    this.#channel = channel;
    channel.on('error', () => connection.destroy());
    channel.stderr.resume();
    // A router that ends the shell is done with us.
    channel.once('close', () => void connection.end());
    this.closed = connection.closed;
  }

  get failure(): Error | undefined {
    return this.#connection.failure;
  }

  onOctets(listener: (octets: Buffer) => void): void {
    this.#channel.on('data', listener);
  }

  writeLine(line: string): void {
    this.#channel.write(`${line}\r`);
  }

  writeKey(key: string): void {
    this.#channel.write(key);
  }

  end(): Promise<void> {
    return this.#connection.end();
  }

  destroy(): void {
    this.#connection.destroy();
  }
}
