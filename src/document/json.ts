/**
 * Plain JSON (RFC 8259) with places. The engine's own JSON.parse reads good texts; the slower reader of json-tree.ts
 * runs only to say where a bad one is bad, and where a value stands that a schema refused.
 */

import { type JsonNode, readJsonTree } from './json-tree.ts';
import type { Parsed, SyntaxProblem } from './parsed.ts';
import type { Path } from './problem.ts';

/** @returns the value with its places, or the one thing that keeps the text from being JSON. Never throws. */
export function parseJson(text: string): Parsed | { syntax: SyntaxProblem[] } {
  const good = parseStrictly(text);
  if (good === undefined) {
    const tree = readJsonTree(text);
    return { syntax: ['what' in tree ? tree : { offset: 0, what: 'expected JSON' }] };
  }
  let tree: JsonNode | undefined;
  const root = (): JsonNode => {
    if (tree === undefined) {
      const read = readJsonTree(text);
      tree = 'what' in read ? { offset: 0 } : read; // good JSON, yet nested more deeply than the tree reader goes
    }
    return tree;
  };
  return {
    value: good.value,
    valueAt: (path) => descend(root(), path)?.offset,
    keyAt: (path) => descend(root(), path.slice(0, -1))?.members?.get(String(path.at(-1)))?.keyOffset,
  };
}

function descend(root: JsonNode, path: Path): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path) {
    node = typeof step === 'number' ? node?.items?.[step] : node?.members?.get(String(step))?.node;
  }
  return node;
}

/** What JSON.parse makes of the text; `undefined` when it is not JSON, or gives a key twice (the last would win). */
function parseStrictly(text: string): { value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return keysIn(value) === colonsIn(text) ? { value } : undefined;
  } catch {
    return undefined;
  }
}

function keysIn(root: unknown): number {
  let count = 0;
  const open = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const inner: unknown[] = Object.values(value);
    if (!Array.isArray(value)) count += inner.length;
    for (const entry of inner) open.push(entry);
  }
  return count;
}

/** Colons outside of strings: in a JSON text there is one for each key. */
function colonsIn(json: string): number {
  let count = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (char === ':' && !quoted) count++;
  }
  return count;
}
