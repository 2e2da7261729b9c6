/**
 * A login by telnet: connects, answers the prompts for a user and a password, once each, and yields the stream. A password is
 * sent to a prompt that asks for one and to nothing else, and never twice: accounts are locked for less.
 */
import { connect, type Socket } from 'node:net';
import { unlessAborted } from '../abort.ts';
import { ReaderError } from '../port.ts';
import type { CliStream } from './conversation.ts';
import { excerpt } from './excerpt.ts';
import { Screen } from './screen.ts';
import { outputTooLong } from './session.ts';
import { TelnetOptions, telnetLine, telnetText } from './telnet-options.ts';
import type { Terminal } from './terminal.ts';

export interface TelnetTarget {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

const USER_PROMPT = /(?:user ?name|login|user)(?: name)?: *$/i;
const PASSWORD_PROMPT = /(?:password|passcode)[^:\n]{0,40}: *$/i;
/** What stands before the end of a login that was refused. */
const REFUSED =
  /login (?:invalid|incorrect|failed)|authentication failed|access denied|bad (?:passwords|secrets)|permission denied/i;
/** How long the other side may take to close. */
const END_GRACE_MS = 1_000;

/** Rejects with a `ReaderError`, at the latest when the signal fires. Then nothing is left open. */
export async function logInByTelnet(target: TelnetTarget, terminal: Terminal, signal: AbortSignal): Promise<CliStream> {
  const where = `telnet to ${target.host}:${target.port}`;
  const stream = new TelnetStream(connect({ host: target.host, port: target.port, noDelay: true }));
  try {
    await unlessAborted(stream.connected(where), signal, where);
    await unlessAborted(prove(stream, target, terminal, where), signal, where);
    return stream;
  } catch (error) {
    stream.destroy();
    await stream.closed;
    throw error;
  }
}

/** A banner's line may look like a prompt while it is not whole: what is asked for is what nothing has followed. */
const SETTLES_MS = 120;
const LONGEST_GREETING = 1024 * 1024;

/** Answers what is asked for until the CLI's prompt is there, which stays for who listens next. */
async function prove(stream: TelnetStream, target: TelnetTarget, terminal: Terminal, where: string): Promise<void> {
  const { user, password } = target;
  const given = { user: false, password: false };
  const refused = (why: string) => new ReaderError('ERR_READER_AUTHENTICATION', `${where} ${why}`);
  const isAsked = (line: string) => [PASSWORD_PROMPT, USER_PROMPT, terminal.prompt].some((one) => one.test(line));
  const screen = new Screen();
  for (;;) {
    try {
      await stream.said(screen, where);
    } catch (error) {
      throw given.password && REFUSED.test(screen.lines)
        ? refused(`refuses the login${user ? ` of ${user}` : ''}`)
        : error;
    }
    if (screen.length > LONGEST_GREETING) throw outputTooLong(where);
    if (!isAsked(screen.line) || !(await stream.isQuiet(SETTLES_MS))) continue;
    const isPassword = PASSWORD_PROMPT.test(screen.line);
    if (!isPassword && !USER_PROMPT.test(screen.line)) return stream.unread(screen.line);
    const kind = isPassword ? 'password' : 'user';
    const answer = isPassword ? password : user;
    if (answer === undefined) throw refused(`asks for a ${kind}: set '${kind}'`);
    if (given[kind]) throw refused(`refuses the login${user ? ` of ${user}` : ''}`);
    given[kind] = true;
    screen.takeLines();
    screen.clearLine();
    stream.writeLine(answer);
  }
}

class TelnetStream implements CliStream {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #options = new TelnetOptions();
  #listener: ((octets: Buffer) => void) | undefined;
  /** Not listened to yet. */
  #waiting: Buffer[] = [];
  #wake: () => void = () => {};
  #isClosed = false;
  #failure: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', (error) => {
      this.#failure = error;
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      });
    });
    socket.on('data', (chunk: Buffer) => {
      const { octets, answers } = this.#options.receive(chunk);
      if (answers.length > 0) socket.write(answers);
      if (octets.length === 0) return;
      if (this.#listener !== undefined) this.#listener(octets);
      else this.#waiting.push(octets);
      this.#wake();
    });
  }

  async connected(where: string): Promise<void> {
    if (!this.#socket.connecting) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('connect', resolve);
      void this.closed.then(resolve);
    });
    if (this.#isClosed) throw this.#lost(where, 'the connection was closed');
  }

  /** Resolves when the router has said something more, which is then on the screen. */
  async said(screen: Screen, where: string): Promise<void> {
    while (this.#waiting.length === 0) {
      if (this.#isClosed) {
        const last = excerpt(screen.line || (screen.lines.trimEnd().split('\n').at(-1) ?? ''));
        throw this.#lost(where, `the connection was closed during login${last === '' ? '' : `: ${last}`}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    for (const octets of this.#waiting) screen.write(octets.toString('utf8'));
    this.#waiting = [];
  }

  /** Whether nothing more comes for so long. */
  async isQuiet(ms: number): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.#waiting.length === 0;
  }

  /** For the next listener. */
  unread(text: string): void {
    this.#waiting.unshift(Buffer.from(text));
  }

  onOctets(listener: (octets: Buffer) => void): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const octets of waiting) listener(octets);
  }

  writeLine(line: string): void {
    this.#socket.write(telnetLine(line));
  }

  writeKey(key: string): void {
    this.#socket.write(telnetText(key));
  }

  async end(): Promise<void> {
    const timer = setTimeout(() => this.destroy(), END_GRACE_MS);
    this.#socket.end();
    await this.closed;
    clearTimeout(timer);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #lost(where: string, otherwise: string): ReaderError {
    const why = this.#failure === undefined ? otherwise : excerpt(this.#failure.message);
    return new ReaderError('ERR_READER_UNREACHABLE', `${where}: ${why}`, { cause: this.#failure });
  }
}
