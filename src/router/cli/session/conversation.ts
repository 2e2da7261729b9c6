/**
 * A conversation with a CLI, over whatever stream its login is: waits for the prompt, sends a line, takes what comes behind
 * its echo until the same prompt stands there again (answers.ts). Echoes, pages and escape sequences are not in what it yields.
 * It knows of the vendor what terminal.ts says. One command at a time is the caller's to keep.
 *
 * A CLI echoes unless the first echo does not come for a while. Then a command is over when the prompt has stood for a moment;
 * once an echo has been seen, each has to be echoed. A login ends when an echo does not come, or that of a command before: what
 * follows may be the answer to another one.
 */
import { StringDecoder } from 'node:string_decoder';
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';
import { Answers, isMessage } from './answers.ts';
import { Screen } from './screen.ts';
import { OUTPUT_LIMIT_OCTETS, outputTooLong } from './session.ts';
import { endsInPrompt, isPrompt, LONGEST_PROMPT, otherPromptHint, type Terminal } from './terminal.ts';

/** A login, as octets in both directions. */
export interface CliStream {
  /** Resolves when it has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;
  /** Why it has ended, where nobody has ended it. */
  readonly failure?: Error | undefined;
  onOctets(listener: (octets: Buffer) => void): void;
  /** A line, with what ends a line on this stream. */
  writeLine(line: string): void;
  /** As it stands there. */
  writeKey(key: string): void;
  /** Ends it, politely first; resolves when it is closed. */
  end(): Promise<void>;
  destroy(): void;
}

/** What may be the end is the end when nothing has followed for a moment, where nothing else tells. */
const SETTLES_MS = 120;
/** The same where an empty line was typed into a banner that may just have paused: its prompt comes as well, and is no answer. */
const PROBED_SETTLES_MS = 1_000;
const ECHO_MS = 3_000;
/** So many that were not echoed are remembered, so that their echoes are known when they come after all. */
const MOST_UNECHOED = 16;

type IsQuestion = (line: string) => boolean;

interface Waiting {
  /** Whether what is there is all that was waited for. */
  isOver(isQuiet: boolean): boolean;
  resolve(): void;
  reject(error: ReaderError): void;
}

export class Conversation {
  readonly #stream: CliStream;
  readonly #terminal: Terminal;
  readonly #description: string;
  readonly #echoMs: number;
  readonly #screen = new Screen((line) => this.#lineEnded(line));
  readonly #decoder = new StringDecoder('utf8');
  /** The line that the CLI waits with, once it is known. */
  #prompt: string | undefined;
  #echoes = false;
  #answers: Answers | undefined;
  /** The last commands, as far as none was echoed. */
  #unechoed: readonly string[] = [];
  /** What was entered last, until a line has ended. */
  #typed: string | undefined;
  /** The last line with something in it. */
  #lastSaid = '';
  /** Before the prompt is known: there was a line like one, with something behind it. */
  #hasPrompted = false;
  /** An empty line was typed behind a banner. */
  #hasProbed = false;
  /** A secret was typed, and may have been echoed. */
  #isHushed = false;
  #waiting: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended: ReaderError | undefined;
  #octetCount = 0;

  /** @param echoMs how long a prompt may stand without the echo of what was typed, unless it is known that there is none */
  constructor(stream: CliStream, terminal: Terminal, description: string, echoMs = ECHO_MS) {
    this.#stream = stream;
    this.#terminal = terminal;
    this.#description = description;
    this.#echoMs = echoMs;
    stream.onOctets((octets) => this.#receive(octets));
    void stream.closed.then(() => this.#end());
  }

  get closed(): Promise<void> {
    return this.#stream.closed;
  }

  /** Whether it has been seen that the CLI echoes what is typed. */
  get echoes(): boolean {
    return this.#echoes;
  }

  /** The line that the CLI waits with. */
  get prompt(): string {
    return this.#prompt ?? '';
  }

  /** The end of a message: what stands there, or the last line before; nothing where that may be a secret. */
  get saidLast(): string {
    const last = this.#isHushed ? '' : excerpt(this.#line || this.#lastSaid);
    return last === '' ? '' : `; it said last: ${last}${otherPromptHint(this.#line, this.#terminal)}`;
  }

  /** What it said before the prompt or the question that stands there. */
  get said(): string {
    return this.#isHushed ? '' : excerpt(this.#lastSaid);
  }

  /** Waits for a CLI that has just been logged in to. Rejects with a `ReaderError` when the stream ends before. */
  async begin(): Promise<void> {
    await this.#settles();
  }

  /**
   * Types what is no command for an output, and waits for a question or the prompt.
   * @returns the line that stands there then
   */
  async enter(line: string, isQuestion: IsQuestion, isSecret = false): Promise<string> {
    this.#screen.clearLine();
    this.#lastSaid = '';
    this.#isHushed ||= isSecret;
    this.#typed = line;
    this.#stream.writeLine(line);
    return this.#settles(isQuestion);
  }

  /** All that the CLI says to the command. Rejects with a `ReaderError` when the stream ends, or sends too much. */
  async ask(command: string): Promise<string> {
    const [output = ''] = await this.askAll([command]);
    return output;
  }

  /** Several, sent at once to a CLI that takes what is typed ahead, and echoes. Outputs in order. */
  async askAll(commands: readonly string[]): Promise<string[]> {
    this.#screen.takeLines();
    this.#screen.clearLine();
    this.#octetCount = 0;
    const asked = { commands, prompt: this.prompt, before: this.#unechoed };
    const answers = new Answers(asked, () => this.#screen.takeLines());
    this.#answers = answers;
    for (const command of commands) this.#stream.writeLine(command);
    await this.#until((isQuiet) => this.#isAnswered(answers, isQuiet));
    this.#answers = undefined;
    this.#echoes ||= answers.hasEcho;
    this.#unechoed = answers.hasEcho ? [] : [...this.#unechoed, ...commands].slice(-MOST_UNECHOED);
    return answers.outputs();
  }

  end(): Promise<void> {
    return this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
  }

  /** The line in which the cursor is, if it may be a prompt or a question. */
  get #line(): string {
    return this.#screen.lineLength > LONGEST_PROMPT ? '' : this.#screen.line;
  }

  get #isAtPrompt(): boolean {
    return this.#line !== '' && this.#line.trimEnd() === this.#prompt?.trimEnd();
  }

  /** Where what was said before has no end of its line. */
  get #endsInPrompt(): boolean {
    return this.#line.trimEnd().endsWith(this.prompt.trimEnd());
  }

  /** @returns what is kept of a line that has ended */
  #lineEnded(line: string): string | undefined {
    const isEcho = this.#typed !== undefined && line.endsWith(this.#typed);
    this.#typed = undefined;
    if (line !== '' && !isEcho) this.#lastSaid = line;
    if (this.#prompt === undefined) this.#hasPrompted ||= line.length <= LONGEST_PROMPT && this.#isPrompt(line);
    return this.#answers?.keep(line);
  }

  #isAnswered(answers: Answers, isQuiet: boolean): boolean {
    if (isQuiet && !this.#echoes) this.#learnOtherPrompt(answers);
    // Where nothing stands before the prompt, it may be between the echo of the terminal and that of the line editor.
    if (answers.isEchoed && this.#isAtPrompt && !answers.mayBeRedrawn) return isQuiet || answers.hasOutput;
    if (this.#isAtPrompt && !answers.isEchoed) return this.#isUnechoed(answers, isQuiet);
    // A CLI that waits answers with its prompt alone, and one that does not has it typed ahead.
    const isDoubtful =
      this.#isAtPrompt || (isQuiet && (answers.hasPrompted || (answers.isEchoed && this.#endsInPrompt)));
    if (isDoubtful && answers.probe()) this.#stream.writeLine('');
    return false;
  }

  /** Of a CLI that does not echo, nothing else tells the end. One that does, or may, has not read the command yet. */
  #isUnechoed(answers: Answers, isQuiet: boolean): boolean {
    if (!isQuiet) return false;
    if (!this.#echoes && this.#unechoed.length > 0) {
      if (answers.mayBeRedrawn) this.#drop('does not echo, and a message stands where an answer should end');
      return !answers.mayBeRedrawn;
    }
    const tooLong = () => (this.#echoes ? this.#drop('does not echo what is typed any more') : this.#goOn());
    this.#timer = setTimeout(tooLong, this.#echoMs);
    return false;
  }

  async #settles(isQuestion?: IsQuestion): Promise<string> {
    await this.#until((isQuiet) => isQuiet && this.#isSettled(isQuestion));
    const { line } = this.#screen;
    if (!this.#isPrompt(line)) return line;
    this.#learnPrompt(line);
    if (this.#isHushed) this.#lastSaid = '';
    this.#isHushed = false;
    return line;
  }

  #isSettled(isQuestion: IsQuestion | undefined): boolean {
    if (isQuestion !== undefined && this.#isAtPrompt && isMessage(this.#lastSaid)) return this.#isUnanswered();
    if (isQuestion?.(this.#line) || this.#isPrompt(this.#line)) return true;
    const isBehindMessage = this.#hasPrompted && this.#line === '' && isMessage(this.#lastSaid);
    // A banner may have no end of its last line: the prompt comes alone for an empty one.
    const isBehindBanner = isQuestion === undefined && !this.#hasProbed && endsInPrompt(this.#line, this.#terminal);
    if (isBehindMessage || isBehindBanner) this.#stream.writeLine('');
    this.#hasProbed ||= isBehindBanner;
    this.#hasPrompted = false;
    return false;
  }

  /** The prompt may be drawn anew before the answer, and an empty line would be one of ours: it has to stand for longer. */
  #isUnanswered(): false {
    this.#timer = setTimeout(() => this.#goOn(), this.#echoMs);
    return false;
  }

  #learnPrompt(line: string): void {
    this.#prompt = line.trimEnd() === line ? line : `${line.trimEnd()} `;
    this.#screen.prompt = line.trimEnd();
  }

  /** What was taken for the prompt may have begun with the end of a banner, or have been the beginning of a banner's line. */
  #learnOtherPrompt({ isEchoed }: Answers): void {
    const isOther = isEchoed ? this.prompt.trimEnd().endsWith(this.#line.trimEnd()) : this.#unechoed.length === 0;
    if (isOther && this.#isPrompt(this.#line)) this.#learnPrompt(this.#line);
  }

  #isPrompt(line: string): boolean {
    return isPrompt(line, this.#terminal);
  }

  #until(isOver: (isQuiet: boolean) => boolean): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting = { isOver, resolve, reject };
      this.#look();
    });
  }

  #receive(octets: Buffer): void {
    this.#octetCount += octets.length;
    if (this.#ended !== undefined) return;
    if (this.#octetCount > OUTPUT_LIMIT_OCTETS) {
      this.#fail(outputTooLong(this.#description));
      this.#stream.destroy();
      return;
    }
    this.#screen.write(this.#decoder.write(octets));
    if (this.#answers?.isLate) this.#drop('answers a command before');
    else this.#look();
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (this.#waiting === undefined || this.#isOver(false)) return;
    if (this.#terminal.pager.test(this.#line)) {
      this.#screen.clearLine();
      this.#stream.writeKey(' ');
    }
    const isProbed = this.#hasProbed && this.#prompt === undefined;
    this.#timer = setTimeout(() => this.#isOver(true), isProbed ? PROBED_SETTLES_MS : SETTLES_MS);
  }

  #isOver(isQuiet: boolean): boolean {
    if (!this.#waiting?.isOver(isQuiet)) return false;
    this.#goOn();
    return true;
  }

  #goOn(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  #end(): void {
    const { failure } = this.#stream;
    const why =
      failure === undefined ? 'the router closed the session' : `the connection was lost: ${excerpt(failure.message)}`;
    this.#fail(new ReaderError('ERR_READER_UNREACHABLE', `${this.#description}: ${why}${this.saidLast}`));
  }

  /** What comes on this login may be the answer to anything. */
  #drop(why: string): void {
    this.#fail(new ReaderError('ERR_READER_OUTPUT', `${this.#description}: the router ${why}`));
    this.#stream.destroy();
  }

  #fail(error: ReaderError): void {
    clearTimeout(this.#timer);
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }
}
