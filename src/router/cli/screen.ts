/**
 * What a terminal would show of what a CLI sends: escape sequences are gone, and a carriage return or a backspace goes back
 * and writes over, as CLIs do to take away a pager's line. Lines of text come out. Pure.
 */

/** CSI and OSC sequences, and those of two octets (ECMA-48): at most so long, so that no text is lost in one that never ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPE = /^\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,128}(?:\x07|\x1b\\)|[ -/]{0,2}[0-OQ-Z\\^-~])/;
const ESC = '\x1b';
/** Of an escape sequence that may go on in what comes next. */
const LONGEST_ESCAPE = 160;
/** The line in which the cursor is; a CLI that goes on without an end of line is cut off. */
const LINE_LIMIT = 65_536;

export class Screen {
  /** Lines that have ended, and are not taken yet. */
  #lines: string[] = [];
  #line = '';
  /** Where the next character goes; beyond the end only after blanks. */
  #column = 0;
  /** The beginning of an escape sequence. */
  #rest = '';
  #octetCount = 0;

  /** Characters in lines that have not been taken. */
  get length(): number {
    return this.#octetCount + this.#line.length;
  }

  /** The line in which the cursor is. */
  get line(): string {
    return this.#line;
  }

  write(text: string): void {
    const all = this.#rest + text;
    this.#rest = '';
    for (let at = 0; at < all.length; ) {
      const end = endOfPlain(all, at);
      if (end > at) this.#put(all.slice(at, end));
      at = end;
      if (at < all.length) at = this.#control(all, at);
    }
  }

  /** The lines that have ended, each with its end. */
  get lines(): string {
    return this.#lines.join('');
  }

  /** The same, and they are gone; the one that the cursor is in stays. */
  takeLines(): string {
    const { lines } = this;
    this.#lines = [];
    this.#octetCount = 0;
    return lines;
  }

  /** Takes the line away in which the cursor is, as a pager's. */
  clearLine(): void {
    this.#line = '';
    this.#column = 0;
  }

  #put(plain: string): void {
    if (this.#column === this.#line.length) this.#line += plain;
    else this.#line = this.#line.slice(0, this.#column) + plain + this.#line.slice(this.#column + plain.length);
    this.#line = this.#line.slice(0, LINE_LIMIT);
    this.#column = Math.min(this.#column + plain.length, this.#line.length);
  }

  /** @returns where it goes on */
  #control(all: string, at: number): number {
    const octet = all[at];
    if (octet === '\n') {
      const line = `${this.#line.trimEnd()}\n`;
      this.#octetCount += line.length;
      this.#lines.push(line);
      this.clearLine();
    } else if (octet === '\r') this.#column = 0;
    else if (octet === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (octet === '\t') this.#put(' '.repeat(8 - (this.#column % 8)));
    else if (octet === ESC) return this.#escape(all, at);
    return at + 1;
  }

  #escape(all: string, at: number): number {
    const sequence = ESCAPE.exec(all.slice(at, at + LONGEST_ESCAPE));
    if (sequence !== null) {
      // Erase in line: from the cursor to the end, which CLIs use to take a pager's line away.
      if (sequence[0] === `${ESC}[K` || sequence[0] === `${ESC}[0K`) this.#line = this.#line.slice(0, this.#column);
      if (sequence[0] === `${ESC}[2K`) this.clearLine();
      return at + sequence[0].length;
    }
    if (all.length - at >= LONGEST_ESCAPE) return at + 1;
    this.#rest = all.slice(at);
    return all.length;
  }
}

function endOfPlain(all: string, from: number): number {
  let at = from;
  while (at < all.length && all.charCodeAt(at) >= 0x20 && all.charCodeAt(at) !== 0x7f) at++;
  return at;
}
