/**
 * A login by telnet: connects, answers the questions for a user and a password, once each, and yields the stream. A password is
 * sent to a question for one and to nothing else, and never twice: accounts are locked for less.
 */
import type { Socket } from 'node:net';
import { abortError, unlessAborted, unlessFired } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import { excerpt, whyOf } from '../excerpt.ts';
import { isMessage } from './answers.ts';
import type { CliStream } from './conversation.ts';
import { isLonePassword, type LoginQuestion, loginQuestionIn } from './login-questions.ts';
import { Screen } from './screen.ts';
import { connectTo } from './tcp.ts';
import { TelnetOptions, telnetLine, telnetText } from './telnet-options.ts';
import { endsInPrompt, isPrompt, LONGEST_PROMPT, otherPromptHint, type Terminal } from './terminal.ts';

export interface TelnetTarget {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** What stands before the end of a login that was refused: `% Authorization failed.`, `User u locked out`, `Bad secrets` */
const REFUSED =
  /\b(?:log-?in|authentication|authorization|access|permission|password|account|user)\b.{0,30}\b(?:invalid|incorrect|errors?|failed|failures?|denied|rejected|refused|locked|disabled|expired|not authorized|attempts)\b|\b(?:invalid|incorrect|bad|wrong|error in) (?:log-?in|authentication|passwords?|secrets|user(?:name)?)\b/i;
/** How long the other side may take to close. */
const END_GRACE_MS = 1_000;

/** Rejects with a `ReaderError`, at the latest when the signal fires. Then nothing is left open. */
export async function logInByTelnet(target: TelnetTarget, terminal: Terminal, signal: AbortSignal): Promise<CliStream> {
  const where = `telnet to ${target.host}:${target.port}`;
  const stream = new TelnetStream(connectTo(target.host, target.port));
  const proof = new Proof();
  try {
    await unlessAborted(stream.connected(where), signal, where, 'TCP connection');
    const late = () => abortError(signal, where, 'prompt', saidLast(proof, terminal, target.password));
    await unlessFired(prove(stream, target, terminal, where, proof), signal, late);
    return stream;
  } catch (error) {
    stream.destroy();
    await stream.closed;
    throw error;
  }
}

/** A banner's line may look like a question while it is not whole: what is asked for is what nothing has followed. */
const SETTLES_MS = 120;
/** The same for a password or a prompt that comes before the user, or a prompt before the password, was asked for. */
const TOO_SOON_SETTLES_MS = 1_000;
/** The same for a prompt behind a banner on its line, which may as well be the banner's end (`write to <noc@example.net>`). */
const BANNER_SETTLES_MS = 4_000;
const LONGEST_GREETING = 1024 * 1024;

/** How far a login has come. */
class Proof {
  readonly given = { user: false, password: false };
  readonly screen = new Screen((line) => this.#lineEnded(line));
  /** The last line with something in it that is no message of the log, and whether there was one behind it. */
  #said = '';
  #isBehindMessage = false;

  /** What stands there, if it may be a question or a prompt. Not every CLI draws it anew behind a message. */
  get line(): string {
    if (this.screen.lineLength > LONGEST_PROMPT) return '';
    return this.screen.line || (this.#isBehindMessage ? this.#said : '');
  }

  answered(): void {
    this.screen.takeLines();
    this.screen.clearLine();
    this.#said = '';
    this.#isBehindMessage = false;
  }

  #lineEnded(line: string): string {
    if (line !== '') this.#isBehindMessage = isMessage(line);
    if (line !== '' && !this.#isBehindMessage) this.#said = line.length > LONGEST_PROMPT ? '' : line;
    return line;
  }
}

/** Answers what is asked for until the CLI's prompt is there, which stays for who listens next. */
async function prove(
  stream: TelnetStream,
  target: TelnetTarget,
  terminal: Terminal,
  where: string,
  proof: Proof,
): Promise<void> {
  const { user } = target;
  const { screen, given } = proof;
  const failed = (why: string) => new ReaderError('ERR_READER_AUTHENTICATION', `${where} ${why}`);
  const refused = () => failed(`refuses the login${user ? ` of ${user}` : ''}`);
  for (;;) {
    if (!(await stream.said(screen))) {
      if (!given.password)
        throw stream.lost(where, ['the connection was closed during login', ...lastOf(screen)].join(': '));
      // What follows a password is not quoted: it may be an echo. Before the last line there may be news of earlier logins.
      const last = `${screen.lines}${screen.line}`.trimEnd().split('\n').at(-1)!;
      throw REFUSED.test(last) ? refused() : stream.lost(where, 'closed after the password');
    }
    if (stream.octetCount > LONGEST_GREETING) throw greetingTooLong(where);
    const isUserDue = user !== undefined && !given.user && !given.password;
    const { line } = proof;
    const isPasswordDue = target.password !== undefined && !given.password;
    const asked = askedIn(line, isUserDue, given.user) ?? (endsInPrompt(line, terminal) ? 'command' : undefined);
    if (asked === undefined) continue;
    const isTooSoon = asked === 'command' ? isUserDue || isPasswordDue : isUserDue && asked !== 'user';
    const tooSoonMs = asked === 'command' && !isPrompt(line, terminal) ? BANNER_SETTLES_MS : TOO_SOON_SETTLES_MS;
    if (!(await stream.isQuiet(isTooSoon ? tooSoonMs : SETTLES_MS))) continue;
    if (asked === 'command') return stream.unread(line);
    if (asked === 'new password') throw failed('wants a new password');
    if (given.password || given[asked]) throw refused();
    const answer = target[asked];
    if (answer === undefined) throw failed(`asks for a ${asked}: set '${asked}'`);
    given[asked] = true;
    proof.answered();
    stream.writeLine(answer);
  }
}

function askedIn(line: string, isUserDue: boolean, isUserGiven: boolean): LoginQuestion | undefined {
  const question = loginQuestionIn(line, isUserGiven);
  const isTooSoon = question === 'password' && isUserDue && !isLonePassword(line);
  return isTooSoon ? undefined : question;
}

/** The last line with something in it, if there is one. */
function lastOf(screen: Screen): string[] {
  const last = excerpt(screen.line || (screen.lines.trimEnd().split('\n').at(-1) ?? ''));
  return last === '' ? [] : [last];
}

/** Shows the operator a question or a prompt that no pattern fits; but nothing that may be an echo of the password. */
function saidLast({ screen, given }: Proof, terminal: Terminal, password = ''): string {
  const isHushed = given.password && (screen.lines === '' || screen.line === '' || holdsPiece(screen.line, password));
  const [last] = isHushed ? [] : lastOf(screen);
  return last === undefined ? '' : `; it said last: ${last}${otherPromptHint(screen.line, terminal)}`;
}

/** Characters of a secret that are no accident. */
const PIECE_LENGTH = 4;

function holdsPiece(text: string, secret: string): boolean {
  if (secret.length <= PIECE_LENGTH) return text.includes(secret);
  for (let at = 0; at + PIECE_LENGTH <= secret.length; at++)
    if (text.includes(secret.slice(at, at + PIECE_LENGTH))) return true;
  return false;
}

function greetingTooLong(where: string): ReaderError {
  const limit = LONGEST_GREETING / (1024 * 1024);
  return new ReaderError('ERR_READER_OUTPUT', `${where}: what stands before the prompt is longer than ${limit} MiB`);
}

class TelnetStream implements CliStream {
  readonly closed: Promise<void>;
  /** Of those that were said. */
  octetCount = 0;
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
    if (this.#isClosed) throw this.lost(where, 'the connection was closed');
  }

  /** Resolves when the router has said more, which is then on the screen; with `false` when it has closed. */
  async said(screen: Screen): Promise<boolean> {
    while (this.#waiting.length === 0) {
      if (this.#isClosed) return false;
      await this.#woken();
    }
    for (const octets of this.#waiting) {
      this.octetCount += octets.length;
      screen.write(octets.toString('utf8'));
    }
    this.#waiting = [];
    return true;
  }

  /** Whether nothing more comes for so long: `false` as soon as something does. */
  async isQuiet(ms: number): Promise<boolean> {
    const timer = setTimeout(() => this.#wake(), ms);
    await this.#woken();
    clearTimeout(timer);
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

  lost(where: string, otherwise: string): ReaderError {
    const why = this.#failure === undefined ? otherwise : whyOf(this.#failure);
    return new ReaderError('ERR_READER_UNREACHABLE', `${where}: ${why}`, { cause: this.#failure });
  }

  /** Resolves when octets come, or the end. */
  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
