/**
 * Reads JSON only for where things stand: one pass, strict, the first fault ends it. Values are not kept, so a tree of
 * a large snapshot stays small.
 */
import type { SyntaxProblem } from './parsed.ts';

/** Where one value begins, and where its parts do. Offsets are UTF-16 units. */
export interface JsonNode {
  readonly offset: number;
  readonly members?: ReadonlyMap<string, { readonly keyOffset: number; readonly node: JsonNode }>;
  readonly items?: readonly JsonNode[];
}

/** Deeper than any schema of ours, far from the end of the stack. */
const MAX_DEPTH = 64;
const SPACE = /[ \t\r\n]*/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** @returns the tree, or the first fault. Never throws. */
export function readJsonTree(text: string): JsonNode | SyntaxProblem {
  try {
    const reader = new TreeReader(text);
    const root = reader.value(0);
    if (reader.next() !== '') reader.fail('expected the end of the text');
    return root;
  } catch (fault) {
    if (fault instanceof Fault) return fault.problem;
    throw fault;
  }
}

/** Unwinds the recursion; caught above. */
class Fault extends Error {
  readonly problem: SyntaxProblem;
  constructor(problem: SyntaxProblem) {
    super(problem.what);
    this.problem = problem;
  }
}

class TreeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character that is not space, not yet taken; empty at the end. */
  next(): string {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
    return this.#text.charAt(this.#at);
  }

  fail(what: string, offset = this.#at): never {
    const ended = offset >= this.#text.length;
    // A backslash as the last character skips one that is not there.
    throw new Fault({
      offset: Math.min(offset, this.#text.length),
      what: ended ? `${what}, but the text ends here` : what,
    });
  }

  value(depth: number): JsonNode {
    const first = this.next();
    if (depth > MAX_DEPTH) this.fail('nested too deeply');
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    const offset = this.#at;
    if (first === '"') {
      this.#string();
      return { offset };
    }
    NUMBER_OR_WORD.lastIndex = offset;
    if (!NUMBER_OR_WORD.test(this.#text)) this.fail('expected a value (texts in double quotes)');
    this.#at = NUMBER_OR_WORD.lastIndex;
    return { offset };
  }

  #object(depth: number): JsonNode {
    const offset = this.#at++;
    const members = new Map<string, { keyOffset: number; node: JsonNode }>();
    while (!this.#closes('}', members.size)) {
      if (this.next() !== '"') this.fail('expected a key in double quotes');
      const keyOffset = this.#at;
      const key = this.#string();
      if (members.has(key)) this.fail('this key was already given in this object', keyOffset);
      if (this.next() !== ':') this.fail("expected ':' after the key");
      this.#at++;
      members.set(key, { keyOffset, node: this.value(depth + 1) });
    }
    return { offset, members };
  }

  #array(depth: number): JsonNode {
    const offset = this.#at++;
    const items: JsonNode[] = [];
    while (!this.#closes(']', items.length)) items.push(this.value(depth + 1));
    return { offset, items };
  }

  /** Takes the closing bracket, or the comma before the next part, of which `count` have been read. */
  #closes(bracket: string, count: number): boolean {
    const char = this.next();
    if (char === bracket) {
      this.#at++;
      return true;
    }
    if (count === 0) return false;
    if (char !== ',') this.fail(`expected ',' or '${bracket}'`);
    this.#at++;
    if (this.next() === bracket) this.fail(`expected another entry after ',', not '${bracket}'`);
    return false;
  }

  #string(): string {
    const start = this.#at++;
    for (let char = this.#text[this.#at]; char !== '"'; char = this.#text[++this.#at]) {
      if (char === undefined) this.fail('expected a closing quote');
      if (char < ' ') this.fail('control characters and line ends must be escaped in a text');
      if (char === '\\') this.#at++;
    }
    const literal = this.#text.slice(start, ++this.#at);
    try {
      return String(JSON.parse(literal));
    } catch {
      return this.fail('unknown escape after a backslash in this text', start);
    }
  }
}
