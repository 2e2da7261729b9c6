/**
 * An ssh connection and one command on it. The socket is ours, not ssh2's: its `destroy` does nothing once one side
 * has ended, so that a router which never closes its side would hold the connection for ever.
 */
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';
import { CommandOutput, type Ending, outputTooLong } from './session.ts';

/** Resolves when it is closed, which it may be already. */
export async function whenClosed(stream: Duplex): Promise<void> {
  if (!stream.closed) await new Promise<void>((resolve) => stream.once('close', () => resolve()));
}

export function connectionLost(description: string, cause?: unknown): ReaderError {
  return new ReaderError('ERR_READER_UNREACHABLE', `${description}: the connection was lost`, { cause });
}

/** What ssh2 says of a router that runs no programs. */
const NO_PROGRAMS = 'Unable to exec';

/** How long the other side may take to agree to the end of a channel or connection. */
const END_GRACE_MS = 1_000;

export class SshConnection {
  readonly client: Client;
  /** Resolves when the socket is closed. Never rejects. */
  readonly closed: Promise<void>;
  /** Why it was lost, if it was. */
  failure: Error | undefined;
  readonly #socket: Duplex;

  constructor(client: Client, socket: Duplex) {
    this.client = client;
    this.#socket = socket;
    this.closed = whenClosed(socket);
  }

  get isClosed(): boolean {
    return this.#socket.closed;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends the connection, politely first, and resolves when it is closed. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.destroy(), END_GRACE_MS);
    this.client.end();
    await this.closed;
    clearTimeout(timer);
  }
}

/**
 * One command on a channel of its own. It ends with the channel; after `stop`, a channel that does not end within
 * the grace takes the connection along.
 */
export class Exchange {
  /** The output. Rejects with a `ReaderError`. */
  readonly answer: Promise<string>;
  /** Resolves when the channel is gone, which may be after `answer` has rejected. Never rejects. */
  readonly ended: Promise<void>;
  readonly #connection: SshConnection;
  readonly #description: string;
  readonly #output = new CommandOutput();
  #channel: ClientChannel | undefined;
  /** Without a word, which RFC 4254 §6.10 allows, it is well. */
  #ending: Ending = { status: 0 };
  #stopped = false;
  #graceTimer: NodeJS.Timeout | undefined;
  #succeed: (output: string) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #end: () => void = () => {};

  constructor(connection: SshConnection, command: string, description: string) {
    this.#connection = connection;
    this.#description = description;
    this.answer = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    try {
      connection.client.exec(command, (cause, channel) => {
        if (cause === undefined) this.#opened(channel);
        else this.#over(cause);
      });
    } catch (cause) {
      connection.destroy(); // 'Not connected': one side has ended already.
      this.#over(cause);
    }
  }

  /** Gives up: `answer` rejects with `why` at once, unless it has settled. */
  stop(why: ReaderError): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#fail(why);
    if (this.#channel !== undefined) abandon(this.#channel);
    this.#graceTimer = setTimeout(() => this.#connection.destroy(), END_GRACE_MS);
    void this.ended.then(() => clearTimeout(this.#graceTimer));
  }

  #opened(channel: ClientChannel): void {
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => {
      if (!this.#output.addAnswer(chunk)) this.stop(outputTooLong(this.#description));
    });
    channel.stderr.on('data', (chunk: Buffer) => this.#output.addComplaint(chunk));
    channel.on('exit', (status: number | null, killedBy?: string) => {
      this.#ending = { status, killedBy };
    });
    channel.once('close', () => this.#over(undefined));
    // Some close a channel only when both sides have ended. Not before: a channel that has ended takes no signal.
    channel.once('end', () => channel.end());
    if (this.#stopped) abandon(channel);
  }

  /** @param refusal why there was no channel at all */
  #over(refusal: unknown): void {
    // The end of the connection ends its channels too; only this tells a whole output from the first half of one.
    if (this.#connection.isClosed) {
      this.#fail(connectionLost(this.#description));
    } else if (refusal !== undefined) {
      const said = refusal instanceof Error ? excerpt(refusal.message) : 'unknown';
      const why = said === NO_PROGRAMS ? `${said}: is it a login with a shell?` : said;
      this.#fail(new ReaderError('ERR_READER_COMMAND', `${this.#description}: ${why}`, { cause: refusal }));
    } else {
      try {
        this.#succeed(this.#output.conclude(this.#ending, this.#description));
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#end();
  }
}

/**
 * Ends a channel whose command may still run. OpenSSH closes it only when the command has ended, and nothing but the
 * signal makes it do that (RFC 4254 §6.9; OpenSSH 7.9 and newer, for users other than root; others ignore it).
 */
function abandon(channel: ClientChannel): void {
  channel.signal('TERM');
  channel.close();
}
