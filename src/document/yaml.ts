/**
 * YAML 1.2 (core schema) with places: strict, unique text keys, a bounded number of aliases, no tags of one's own, one
 * document. Made for what people write; the parser's time grows with about a second per megabyte.
 */
import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml';
import type { Parsed, SyntaxProblem } from './parsed.ts';
import type { Path } from './problem.ts';

/** More aliases than a person writes, fewer than a text needs that means to grow in memory. */
const MAX_ALIASES = 100;

/** @returns the value with its places, or what keeps the text from being YAML, one problem per line. Never throws. */
export function parseYaml(text: string): Parsed | { syntax: SyntaxProblem[] } {
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    resolveKnownTags: false,
    prettyErrors: false, // a pretty error quotes the line, and with it perhaps a secret
    customTags: null,
  });
  const syntax: SyntaxProblem[] = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    offset: pos[0],
    what: OWN_WORDS[code] ?? message,
  }));
  syntax.push(...aliasProblems(document));
  if (syntax.length === 0) {
    const value = expand(document);
    if (value !== undefined) return { value: value.of, ...places(document) };
    syntax.push({ offset: 0, what: 'the aliases of this text repeat too much of it' });
  }
  return { syntax: firstOfEachLine(text, syntax) };
}

/**
 * What we say instead of the parser. Where it would quote the text it must not (a password that begins with `*` or
 * `!`, or that holds a backslash); elsewhere it speaks of its own inner parts.
 */
const OWN_WORDS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "'*' and '&' begin an alias or an anchor; a text that begins so needs quotes",
  BAD_COLLECTION_TYPE: 'this tag does not fit what follows',
  BAD_DIRECTIVE: "unknown directive; a text that begins with '%' needs quotes",
  BAD_DQ_ESCAPE: 'unknown escape after a backslash; in single quotes a backslash stands for itself',
  BLOCK_AS_IMPLICIT_KEY: "a key inside the value of a key: a text with ': ' needs quotes, a map its own line",
  DUPLICATE_KEY: 'this key was already given in this map',
  MULTILINE_IMPLICIT_KEY: "expected 'KEY: VALUE' on one line",
  MULTIPLE_DOCS: "expected one document, but another one begins with '---'",
  NON_STRING_KEY: 'expected a text as key, not a list or a map',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'tabs cannot indent; use spaces',
  TAG_RESOLVE_FAILED: "this tag is not known here; a text that begins with '!' needs quotes",
  UNEXPECTED_TOKEN: 'unexpected here; check the indentation, and quotes around texts with special characters',
};

function aliasProblems(document: Document): SyntaxProblem[] {
  const aliases: Alias[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      aliases.push(alias);
      return aliases.length > MAX_ALIASES ? visit.BREAK : undefined;
    },
  });
  const excess = aliases[MAX_ALIASES];
  if (excess !== undefined) return [{ offset: offsetOf(excess), what: `more than ${MAX_ALIASES} aliases` }];
  return aliases
    .filter((alias) => alias.resolve(document) === undefined)
    .map((alias) => ({
      offset: offsetOf(alias),
      what: "no anchor of this name stands before this alias; a text that begins with '*' needs quotes",
    }));
}

/** The plain value; `undefined` when aliases of aliases would repeat too much (the parser then throws). */
function expand(document: Document): { of: unknown } | undefined {
  try {
    return { of: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch {
    return undefined;
  }
}

/** One slip makes the parser stumble again and again behind it. */
function firstOfEachLine(text: string, problems: readonly SyntaxProblem[]): SyntaxProblem[] {
  const kept: SyntaxProblem[] = [];
  let end = -1;
  for (const problem of [...problems].sort((a, b) => a.offset - b.offset)) {
    if (problem.offset <= end) continue;
    kept.push(problem);
    const newline = text.indexOf('\n', problem.offset);
    end = newline < 0 ? text.length : newline;
  }
  return kept;
}

function places(document: Document): Pick<Parsed, 'valueAt' | 'keyAt'> {
  return {
    valueAt: (path) => {
      const found = walk(document, path);
      if (found === undefined) return undefined;
      // An empty value has no letter to point at: its key has.
      const [start, end] = found.node?.range ?? [0, 0];
      const empty = start === end && found.key !== undefined;
      return offsetOf(empty ? found.key : found.node);
    },
    keyAt: (path) => {
      const key = walk(document, path)?.key;
      return key === undefined ? undefined : offsetOf(key);
    },
  };
}

function walk(document: Document, path: Path): { key?: Node | undefined; node: Node | null } | undefined {
  let found: { key?: Node | undefined; node: Node | null } = { node: document.contents };
  for (const step of path) {
    const parent: Node | null | undefined = isAlias(found.node) ? found.node.resolve(document) : found.node;
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === String(step));
      if (pair === undefined) return undefined;
      found = { key: pair.key as Node, node: pair.value as Node | null };
    } else if (isSeq(parent) && typeof step === 'number') {
      const node = parent.items[step];
      if (node === undefined) return undefined;
      found = { node: node as Node | null };
    } else {
      return undefined;
    }
  }
  return found;
}

function offsetOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}
