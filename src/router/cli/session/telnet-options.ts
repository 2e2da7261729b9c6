/**
 * Telnet's part of a stream of octets: RFC 854, RFC 855. Options are refused politely, but for those by which the other side
 * echoes (RFC 857) and leaves out Go Ahead (RFC 858); NAWS is never offered, because some CLIs page only for who tells his
 * window. Pure: octets in; text of the CLI, and octets to be sent back, out.
 */

const IAC = 255;
const DONT = 254;
const DO = 253;
const WONT = 252;
const WILL = 251;
const SB = 250;
const SE = 240;
const ECHO = 1;
const SUPPRESS_GO_AHEAD = 3;
const NUL = 0;
const CR = 13;

/** Answers that one stream may cost: who offers options without end gets no more. */
const MOST_ANSWERS = 200;

export interface Received {
  /** What the CLI says. */
  readonly octets: Buffer;
  /** To be sent back. */
  readonly answers: Buffer;
}

type State = 'plain' | 'iac' | 'will' | 'wont' | 'do' | 'dont' | 'sub' | 'sub-iac' | 'cr';

export class TelnetOptions {
  #state: State = 'plain';
  #answerCount = 0;
  /** The options that are on, so that nobody agrees to the same thing for ever (RFC 854, loops). */
  readonly #agreed = new Set<number>();

  receive(chunk: Uint8Array): Received {
    const octets: number[] = [];
    const answers: number[] = [];
    for (const octet of chunk) this.#next(octet, octets, answers);
    return { octets: Buffer.from(octets), answers: Buffer.from(answers) };
  }

  #next(octet: number, octets: number[], answers: number[]): void {
    const state = this.#state;
    this.#state = 'plain';
    if (state === 'will') return this.#offered(octet, answers);
    if (state === 'do') return this.#answer([IAC, WONT, octet], answers);
    if (state === 'wont' || state === 'dont') {
      this.#agreed.delete(octet);
      return;
    }
    if (state === 'sub' || state === 'sub-iac') {
      this.#state = state === 'sub' ? (octet === IAC ? 'sub-iac' : 'sub') : octet === SE ? 'plain' : 'sub';
      return;
    }
    if (state === 'iac') return this.#command(octet, octets);
    if (octet === IAC) this.#state = 'iac';
    else if (state !== 'cr' || octet !== NUL) {
      // CR NUL is a carriage return alone (RFC 854).
      octets.push(octet);
      if (octet === CR) this.#state = 'cr';
    }
  }

  #command(octet: number, octets: number[]): void {
    const next: Readonly<Record<number, State>> = {
      [WILL]: 'will',
      [WONT]: 'wont',
      [DO]: 'do',
      [DONT]: 'dont',
      [SB]: 'sub',
    };
    if (octet === IAC) octets.push(IAC);
    else this.#state = next[octet] ?? 'plain';
  }

  #offered(option: number, answers: number[]): void {
    const isWanted = option === ECHO || option === SUPPRESS_GO_AHEAD;
    if (isWanted && this.#agreed.has(option)) return;
    if (isWanted) this.#agreed.add(option);
    this.#answer([IAC, isWanted ? DO : DONT, option], answers);
  }

  #answer(octets: readonly number[], answers: number[]): void {
    if (this.#answerCount++ < MOST_ANSWERS) answers.push(...octets);
  }
}

/** A line as the Network Virtual Terminal ends it where every key counts: CR NUL. IAC is doubled. */
export function telnetLine(line: string): Buffer {
  return Buffer.concat([telnetText(line), Buffer.of(CR, NUL)]);
}

export function telnetText(text: string): Buffer {
  return Buffer.from(Array.from(Buffer.from(text, 'utf8')).flatMap((octet) => (octet === IAC ? [IAC, IAC] : [octet])));
}
