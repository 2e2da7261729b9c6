/**
 * The tree that `| display xml` and `| display json` are two writings of, and that tree as a row of fields in the router's
 * order: what a parser looks for is a field by its name, wherever releases have put it. Pure.
 * JSON writes each element as a list: of objects, or of `{ "data": TEXT }`; `export-format compact` leaves the lists out.
 */
import { SaxesParser } from 'saxes';

export interface Element {
  /** Without a prefix of a namespace; the namespaces themselves name the release, and do not matter. '' = too long. */
  readonly name: string;
  /** Without blanks around it. */
  text: string;
  /** Of a time, `junos:seconds`. */
  readonly seconds: string | undefined;
  readonly children: Element[];
}

export interface Field {
  readonly name: string;
  readonly value: string;
  /** What it is in: names of the elements around it, from the outside in. */
  readonly within: readonly string[];
  readonly seconds?: string | undefined;
}

/** More are none that a router prints in one answer, and none that the memory is there for. */
const ELEMENTS_LIMIT = 500_000;
const DEPTH_LIMIT = 32;
/** A longer name is none that anybody looks for. */
const NAME_LIMIT = 64;

/** Anything else than a tree of the two forms. */
export class MalformedTree extends Error {}

function limited(count: number, depth: number): void {
  if (count > ELEMENTS_LIMIT || depth > DEPTH_LIMIT) throw new MalformedTree('more elements than any answer has');
}

/**
 * Entities other than the five of XML itself are errors, and a document type is refused: nothing expands.
 * @throws MalformedTree
 */
export function readXml(text: string): Element {
  const root: Element = { name: '', text: '', seconds: undefined, children: [] };
  const open: Element[] = [root];
  let count = 0;
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const refuse = (): never => {
    throw new MalformedTree('not well-formed XML');
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name, attributes }) => {
    limited(++count, open.length);
    const element = { name: localName(name), text: '', seconds: attributes['junos:seconds'], children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  const addText = (more: string) => {
    open.at(-1)!.text += more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop()!;
    closed.text = closed.text.trim();
  });
  // Such characters XML cannot have; that a description has one must not cost the whole table.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  parser.write(text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '')).close();
  return root;
}

function localName(name: string): string {
  return name.length > NAME_LIMIT ? '' : name.slice(name.indexOf(':') + 1);
}

/** @throws MalformedTree */
export function readJson(text: string): Element {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedTree('not JSON');
  }
  let count = 0;
  const read = (name: string, member: unknown, depth: number): Element => {
    limited(++count, depth);
    const element: Element = { name: localName(name), text: '', seconds: undefined, children: [] };
    if (typeof member === 'string' || typeof member === 'number') element.text = String(member).trim();
    if (typeof member !== 'object' || member === null) return element;
    let seconds: string | undefined;
    for (const [key, below] of Object.entries(member)) {
      if (key === 'data' && typeof below !== 'object') element.text = String(below).trim();
      else if (key === 'attributes') seconds = secondsIn(below);
      else for (const one of Array.isArray(below) ? below : [below]) element.children.push(read(key, one, depth + 1));
    }
    return { ...element, seconds };
  };
  return read('', value, 0);
}

function secondsIn(attributes: unknown): string | undefined {
  const isThere = typeof attributes === 'object' && attributes !== null && Object.hasOwn(attributes, 'junos:seconds');
  return isThere ? String((attributes as Readonly<Record<string, unknown>>)['junos:seconds']) : undefined;
}

/** All elements of one of the names, not those within another of them. */
export function elementsNamed(root: Element, names: readonly string[]): Element[] {
  return root.children.flatMap((child) => (names.includes(child.name) ? [child] : elementsNamed(child, names)));
}

/** The element and all below it, in order; those that have others in them without a value. */
export function fieldsOf(element: Element): Field[] {
  const fields: Field[] = [];
  collect(element, [], fields);
  return fields;
}

function collect({ name, text, seconds, children }: Element, within: readonly string[], fields: Field[]): void {
  fields.push({ name, value: children.length === 0 ? text : '', within, seconds });
  if (children.length === 0) return;
  const around = [...within, name];
  for (const child of children) collect(child, around, fields);
}

/** Whether one of the elements around it has such a name. */
export function isWithin({ within }: Pick<Field, 'within'>, name: RegExp): boolean {
  return within.some((outer) => name.test(outer));
}
