/**
 * A conversation with a CLI, over whatever stream its login is: waits for the prompt, sends a line, takes what comes until
 * the same prompt stands there again. Echoes, pages and escape sequences are not in what it yields. It knows of the vendor
 * what terminal.ts says, and never looks into outputs. One command at a time is the caller's to keep.
 */
import { StringDecoder } from 'node:string_decoder';
import { ReaderError } from '../port.ts';
import { excerpt } from './excerpt.ts';
import { Screen } from './screen.ts';
import { OUTPUT_LIMIT_OCTETS, outputTooLong } from './session.ts';
import type { Terminal } from './terminal.ts';

/** A login, as octets in both directions. */
export interface CliStream {
  /** Resolves when it has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;
  onOctets(listener: (octets: Buffer) => void): void;
  /** A line, with what ends a line on this stream. */
  writeLine(line: string): void;
  /** As it stands there. */
  writeKey(key: string): void;
  /** Ends it, politely first; resolves when it is closed. */
  end(): Promise<void>;
  destroy(): void;
}

/** A prompt at the end of a banner may be a line of the banner: it counts when nothing has followed for a moment. */
const PROMPT_SETTLES_MS = 120;

interface Waiting {
  /** Whether what is there is all that was waited for. */
  isOver(): boolean;
  resolve(): void;
  reject(error: ReaderError): void;
}

export class Conversation {
  readonly #stream: CliStream;
  readonly #terminal: Terminal;
  readonly #description: string;
  readonly #screen = new Screen();
  readonly #decoder = new StringDecoder('utf8');
  /** The line that the CLI waits with, once it is known. */
  #prompt: string | undefined;
  #waiting: Waiting | undefined;
  #ended: ReaderError | undefined;
  #octetCount = 0;

  constructor(stream: CliStream, terminal: Terminal, description: string) {
    this.#stream = stream;
    this.#terminal = terminal;
    this.#description = description;
    stream.onOctets((octets) => this.#receive(octets));
    void stream.closed.then(() => this.#end());
  }

  get closed(): Promise<void> {
    return this.#stream.closed;
  }

  /** The line that the CLI waits with. */
  get prompt(): string {
    return this.#prompt ?? '';
  }

  /** Waits for a CLI that has just been logged in to. Rejects with a `ReaderError` when the stream ends before. */
  async begin(): Promise<void> {
    await this.#promptSettles();
  }

  /**
   * Answers a question of the CLI with a line that is not echoed, and waits for the prompt.
   * @param question what the question ends with
   */
  async answer(command: string, question: RegExp, line: string): Promise<void> {
    this.#stream.writeLine(command);
    await this.#until(() => question.test(this.#screen.line));
    this.#screen.clearLine();
    this.#stream.writeLine(line);
    await this.#promptSettles();
  }

  /** All that the CLI says to the command. Rejects with a `ReaderError` when the stream ends, or sends too much. */
  async ask(command: string): Promise<string> {
    const [output = ''] = await this.askAll([command]);
    return output;
  }

  /** Several, sent at once to a CLI that takes what is typed ahead. Outputs in order. */
  async askAll(commands: readonly string[]): Promise<string[]> {
    this.#screen.takeLines();
    this.#screen.clearLine();
    this.#octetCount = 0;
    for (const command of commands) this.#stream.writeLine(command);
    await this.#until(() => this.#screen.line === this.#prompt && this.#echoed(commands) === commands.length);
    return outputsIn(this.#screen.takeLines(), commands, this.prompt);
  }

  end(): Promise<void> {
    return this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
  }

  /** How many of the commands have come back, each at its prompt. The first one need not: some CLIs do not echo. */
  #echoed(commands: readonly string[]): number {
    return commands.length === 1 ? 1 : outputsIn(this.#screen.lines, commands, this.prompt).length;
  }

  async #promptSettles(): Promise<void> {
    for (;;) {
      await this.#until(() => this.#terminal.prompt.test(this.#screen.line));
      const octets = this.#octetCount;
      await new Promise((resolve) => setTimeout(resolve, PROMPT_SETTLES_MS));
      if (this.#ended !== undefined) throw this.#ended;
      if (octets !== this.#octetCount) continue;
      this.#prompt = this.#screen.line;
      return;
    }
  }

  #until(isOver: () => boolean): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting = { isOver, resolve, reject };
      this.#look();
    });
  }

  #receive(octets: Buffer): void {
    this.#octetCount += octets.length;
    this.#screen.write(this.#decoder.write(octets));
    if (this.#screen.length > OUTPUT_LIMIT_OCTETS) {
      this.#fail(outputTooLong(this.#description));
      this.#stream.destroy();
      return;
    }
    this.#look();
  }

  #look(): void {
    const waiting = this.#waiting;
    if (waiting?.isOver()) {
      this.#waiting = undefined;
      waiting.resolve();
    } else if (this.#terminal.pager.test(this.#screen.line)) {
      this.#screen.clearLine();
      this.#stream.writeKey(' ');
    }
  }

  #end(): void {
    const last = excerpt(this.#screen.line || (this.#screen.takeLines().trimEnd().split('\n').at(-1) ?? ''));
    const said = last === '' ? '' : `; it said last: ${last}`;
    this.#fail(new ReaderError('ERR_READER_UNREACHABLE', `${this.#description}: the router closed the session${said}`));
  }

  #fail(error: ReaderError): void {
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }
}

/** What stands behind each command that was echoed; behind the first one all that comes, echoed or not. */
function outputsIn(lines: string, commands: readonly string[], prompt: string): string[] {
  const [first = '', ...others] = commands;
  const outputs: string[] = [];
  let rest = withoutEcho(lines, first);
  for (const command of others) {
    const echo = `${prompt}${command}`.trimEnd();
    const at = rest.startsWith(`${echo}\n`) ? 0 : rest.indexOf(`\n${echo}\n`) + 1;
    if (at === 0 && !rest.startsWith(`${echo}\n`)) break;
    outputs.push(rest.slice(0, at));
    rest = rest.slice(at + echo.length + 1);
  }
  return [...outputs, rest];
}

/** The first line is the command. */
function withoutEcho(lines: string, command: string): string {
  const end = lines.indexOf('\n');
  return lines.slice(0, Math.max(0, end)).endsWith(command.trimEnd()) ? lines.slice(end + 1) : lines;
}
