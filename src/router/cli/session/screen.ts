/**
 * What a terminal would show of what a CLI sends: escape sequences are gone, and a carriage return or a backspace goes back
 * and writes over, as CLIs do to take away a pager's line. Lines of text come out. Pure. Whatever is sent costs a time that
 * grows with its length, and little more memory than that.
 */

/** CSI and OSC sequences, and those of two octets (ECMA-48): at most so long, so that no text is lost in one that never ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPE = /\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,128}(?:\x07|\x1b\\)|[ -/]{0,2}[0-OQ-Z\\^-~])/y;
/** The beginning of one, which may go on in what comes next. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BEGUN_ESCAPE = /\x1b(?:\[[0-?]{0,32}[ -/]{0,4}|\][^\x07\x1b]{0,128}\x1b?|[ -/]{0,2})$/y;
const ESC = 0x1b;
const BS = 8;
const TAB = 9;
const LF = 10;
const CR = 13;
/** Characters of the line in which the cursor is. A document may be one line, as JSON of NX-OS is. */
const LINE_LIMIT = 16 * 1024 * 1024;

/** Characters of lines that are kept as one string. */
const BLOCK_LENGTH = 8192;

/** What becomes of a line that has ended: what is kept of it, if anything. */
export type Keep = (line: string) => string | undefined;

export class Screen {
  /** A line that is gone over by this has ended before: NX-OS goes back to the beginning of the line for it. */
  prompt = '';
  readonly #keep: Keep;
  readonly #kept = new KeptLines();
  /** The line in which the cursor is. */
  #codes = new Uint16Array(256);
  #length = 0;
  /** Where the next character goes; never beyond the end. */
  #column = 0;
  /** The beginning of an escape sequence. */
  #rest = '';
  /** The cursor has gone back from the end of the line to its beginning. */
  #isBack = false;
  /** The line that is gone over since. */
  #over = '';

  constructor(keep: Keep = (line) => line) {
    this.#keep = keep;
  }

  /** Characters in lines that have not been taken. */
  get length(): number {
    return this.#kept.length + this.#length;
  }

  /** The line in which the cursor is. */
  get line(): string {
    return textOf(this.#codes.subarray(0, this.#length));
  }

  get lineLength(): number {
    return this.#length;
  }

  write(text: string): void {
    const all = this.#rest + text;
    this.#rest = '';
    for (let at = 0; at < all.length; ) {
      const end = endOfPlain(all, at);
      const next = this.#length === 0 ? endOfLine(all, end) : undefined;
      if (next !== undefined) {
        this.#end(all.slice(at, end));
        at = next;
      } else {
        this.#put(all, at, end);
        at = end < all.length ? this.#control(all, end) : end;
      }
    }
  }

  /** The lines that have ended, each with its end. */
  get lines(): string {
    return this.#kept.text;
  }

  /** The same, and they are gone; the one that the cursor is in stays. */
  takeLines(): string {
    return this.#kept.take();
  }

  /** Takes the line away in which the cursor is, as a pager's. */
  clearLine(): void {
    this.#length = 0;
    this.#column = 0;
    this.#isBack = false;
    this.#over = '';
  }

  #put(text: string, from: number, to: number): void {
    if (this.#isBack && to > from) this.#over = this.line.trimEnd();
    if (to > from) this.#isBack = false;
    const end = Math.min(this.#column + to - from, LINE_LIMIT);
    if (end > this.#codes.length) this.#makeRoom(end);
    for (let at = from; this.#column < end; at++) this.#codes[this.#column++] = text.charCodeAt(at);
    this.#length = Math.max(this.#length, end);
    if (this.#over !== '' && this.#column >= this.prompt.length) this.#endOver();
  }

  #endOver(): void {
    const over = this.#over;
    this.#over = '';
    if (over.startsWith(this.prompt) || textOf(this.#codes.subarray(0, this.prompt.length)) !== this.prompt) return;
    this.#length = this.#column;
    this.#end(over);
  }

  #makeRoom(length: number): void {
    const codes = new Uint16Array(Math.min(LINE_LIMIT, length * 2));
    codes.set(this.#codes.subarray(0, this.#length));
    this.#codes = codes;
  }

  #end(line: string): void {
    const kept = this.#keep(line.trimEnd());
    if (kept !== undefined) this.#kept.add(kept);
  }

  /** @returns where it goes on */
  #control(all: string, at: number): number {
    const code = all.charCodeAt(at);
    if (code === LF) {
      const { line } = this;
      this.clearLine();
      this.#end(line);
    } else if (code === CR) {
      this.#isBack ||= this.#column > 0 && this.#column === this.#length;
      this.#column = 0;
    } else if (code === BS) this.#column = Math.max(0, this.#column - 1);
    else if (code === TAB) this.#put('        ', this.#column % 8, 8);
    else if (code === ESC) return this.#escape(all, at);
    return at + 1;
  }

  #escape(all: string, at: number): number {
    ESCAPE.lastIndex = at;
    const sequence = ESCAPE.exec(all)?.[0];
    if (sequence !== undefined) {
      // Erase in line: from the cursor to the end, which CLIs use to take a pager's line away.
      if (sequence === '\x1b[K' || sequence === '\x1b[0K') this.#length = this.#column;
      if (sequence === '\x1b[2K') this.clearLine();
      return at + sequence.length;
    }
    BEGUN_ESCAPE.lastIndex = at;
    if (!BEGUN_ESCAPE.test(all)) return at + 1;
    this.#rest = all.slice(at);
    return all.length;
  }
}

/** Text of many lines in few strings: one for each line costs ten times the memory of short ones. */
class KeptLines {
  /** Of many lines each. */
  #blocks: string[] = [];
  readonly #codes = new Uint16Array(BLOCK_LENGTH);
  /** Of the block that is not full yet. */
  #codeCount = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get text(): string {
    this.#endBlock();
    this.#blocks = [this.#blocks.join('')];
    return this.#blocks[0] ?? '';
  }

  add(line: string): void {
    this.#length += line.length + 1;
    if (this.#codeCount + line.length >= BLOCK_LENGTH) this.#endBlock();
    if (line.length >= BLOCK_LENGTH) {
      this.#blocks.push(`${line}\n`);
      return;
    }
    for (let at = 0; at < line.length; at++) this.#codes[this.#codeCount++] = line.charCodeAt(at);
    this.#codes[this.#codeCount++] = LF;
  }

  take(): string {
    const { text } = this;
    this.#blocks = [];
    this.#length = 0;
    return text;
  }

  #endBlock(): void {
    if (this.#codeCount > 0) this.#blocks.push(textOf(this.#codes.subarray(0, this.#codeCount)));
    this.#codeCount = 0;
  }
}

/** Characters, which are arguments of one call. */
const PIECE = 8192;

function textOf(codes: Uint16Array): string {
  if (codes.length <= PIECE) return String.fromCharCode.apply(null, codes as unknown as number[]);
  const pieces: string[] = [];
  for (let at = 0; at < codes.length; at += PIECE) pieces.push(textOf(codes.subarray(at, at + PIECE)));
  return pieces.join('');
}

function endOfPlain(all: string, from: number): number {
  let at = from;
  while (at < all.length && all.charCodeAt(at) >= 0x20 && all.charCodeAt(at) !== 0x7f) at++;
  return at;
}

/** Behind the end of a line that stands there; `undefined` where none does. */
function endOfLine(all: string, at: number): number | undefined {
  const end = all.charCodeAt(at) === CR ? at + 1 : at;
  return all.charCodeAt(end) === LF ? end + 1 : undefined;
}
