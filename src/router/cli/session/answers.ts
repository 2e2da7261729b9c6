/**
 * Tells what a CLI says to commands apart from their echoes and from prompts, line by line. Pure.
 *
 * A CLI may write a message of its log at any time, and draw its prompt anew behind it, with what has been typed so far. So a
 * prompt is the end of an output only where the command has been echoed; behind a message, or a line that has no end, only when it
 * comes again for an empty line. Messages themselves stay in an output: parsers pass over them.
 */

/** With a facility, a severity and a name, as of Cisco and Arista; or with a time at its beginning, as those for debugging. */
const MESSAGE =
  /%[A-Z]\w*(?:-\w+)*-[0-7]-\w+ ?:|^(?:[*.]|\S{1,64}:)? ?(?:\d{4} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d|^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|^(?:Message from|Broadcast message)/i;
const LONGEST_MESSAGE = 1000;

export function isMessage(line: string): boolean {
  return line.length <= LONGEST_MESSAGE && MESSAGE.test(line);
}

export interface Asked {
  readonly commands: readonly string[];
  readonly prompt: string;
  /** Those before these that were not echoed. */
  readonly before: readonly string[];
}

export class Answers {
  readonly #commands: readonly string[];
  readonly #before: readonly string[];
  readonly #prompt: string;
  /** The same without the blank behind it. */
  readonly #bare: string;
  readonly #take: () => string;
  readonly #outputs: string[] = [];
  #echoCount = 0;
  #isEchoOfBefore = false;
  #lineCount = 0;
  /** How many lines there were when an empty one was typed. */
  #probedAt = -1;
  // Since the last echo:
  /** The last line with something in it. */
  #last = '';
  /** Whether there was anything but messages and prompts. */
  #hasOutput = false;
  #hasPrompted = false;

  /** @param take takes what has been kept so far */
  constructor({ commands, prompt, before }: Asked, take: () => string) {
    this.#commands = commands;
    this.#before = before;
    this.#prompt = prompt;
    this.#bare = prompt.trimEnd();
    this.#take = take;
  }

  /** Whether any of the commands came back. */
  get hasEcho(): boolean {
    return this.#echoCount > 0;
  }

  /** Whether what comes is the answer to a command before, which seemed to be over. */
  get isLate(): boolean {
    return this.#isEchoOfBefore;
  }

  /** Whether every command came back: what follows is the output of the last one. */
  get isEchoed(): boolean {
    return this.#echoCount === this.#commands.length;
  }

  /** Whether a prompt that stands there now may have been drawn anew, because of a message. */
  get mayBeRedrawn(): boolean {
    return isMessage(this.#last);
  }

  /** Whether there was anything but messages and prompts since the last echo. */
  get hasOutput(): boolean {
    return this.#hasOutput;
  }

  /** Whether there was a prompt with something behind it. */
  get hasPrompted(): boolean {
    return this.#hasPrompted;
  }

  /** Whether an empty line may be typed, which brings the prompt of a CLI that waits: once behind each line. */
  probe(): boolean {
    if (this.#probedAt === this.#lineCount) return false;
    this.#probedAt = this.#lineCount;
    return true;
  }

  /** @returns what is kept of a line that has ended */
  keep(line: string): string | undefined {
    this.#lineCount++;
    this.#isEchoOfBefore ||= this.#before.some((command) => this.#isEcho(line, command));
    if (this.#isEcho(line, this.#commands[this.#echoCount])) return this.#begin();
    if (!this.#hasOutput && this.#isEcho(line, this.#commands[this.#echoCount - 1])) return this.#beginAnew();
    if (line === '') return line;
    if (this.#probedAt === this.#lineCount - 1 && line !== this.#bare && line.endsWith(this.#bare))
      return this.keep(line.slice(0, -this.#bare.length)); // The end of an output, which had none.
    const isBehindMessage = line.startsWith(this.#bare) && isMessage(this.#last);
    this.#last = line;
    this.#learn(line);
    return isBehindMessage ? this.#withoutPrompt(line) : line;
  }

  /** Of each command, when all of them are over. */
  outputs(): string[] {
    return [...this.#outputs, this.#taken()];
  }

  #isEcho(line: string, command: string | undefined): boolean {
    const echo = command?.trimEnd();
    if (echo === undefined || !line.endsWith(echo)) return echo !== undefined && this.#isScrolled(line, echo);
    const before = line.slice(0, line.length - echo.length).trim();
    return before === '' || (before.startsWith(this.#bare) && before.endsWith(this.#bare));
  }

  /** Of a line that is longer than the terminal is wide, IOS shows the end, `r4#$ vrf A 239.1.2.3 count`, and readline, `<rf A json`. */
  #isScrolled(line: string, echo: string): boolean {
    const shown = (line.startsWith(this.#bare) ? line.slice(this.#bare.length) : line).trimStart();
    return shown.length > 1 && /^[$<]/.test(shown) && echo.endsWith(shown.slice(1));
  }

  /** What follows is an output, and what was before is that of the command before, or of none. */
  #begin(): undefined {
    if (this.#echoCount++ > 0) this.#outputs.push(this.#taken());
    this.#beginAnew();
  }

  #beginAnew(): undefined {
    this.#take();
    this.#last = '';
    this.#hasOutput = false;
    this.#hasPrompted = false;
  }

  #learn(line: string): void {
    if (line === this.#bare || (line.startsWith(this.#bare) && isMessage(line))) this.#hasPrompted = true;
    else if (!this.#hasOutput) this.#hasOutput = !isMessage(line);
  }

  #withoutPrompt(line: string): string | undefined {
    if (line === this.#bare) return undefined;
    return line.slice(line.startsWith(this.#prompt) ? this.#prompt.length : this.#bare.length);
  }

  /** Without a prompt at its end, and the messages behind that. */
  #taken(): string {
    const text = this.#take();
    if (!this.#hasPrompted) return text;
    let end = text.length;
    for (let at = end; at > 0; ) {
      const from = at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1;
      const line = text.slice(from, at - 1);
      if (line.startsWith(this.#bare) && (line === this.#bare || isMessage(line))) end = from;
      else if (line !== '' && !isMessage(line)) break;
      at = from;
    }
    return text.slice(0, end);
  }
}
