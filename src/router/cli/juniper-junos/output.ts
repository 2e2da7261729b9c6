/**
 * What kind of output a command has yielded: a tree (XML or JSON, told apart by how it begins), text, nothing to speak
 * of because the protocol does not run, or a refusal. Also here: what Junos prints around any output. Pure.
 */
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';
import { misunderstood } from '../tools/json.ts';
import { type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { type Element, elementsNamed, fieldsOf, MalformedTree, readJson, readXml } from './element.ts';

export interface Output {
  readonly text: string;
  readonly command: string;
}

/** `{master}`, `{primary:node0}`, `{master:0}`, `{linecard:1}`: which routing engine it is, on a line of its own. */
const ENGINE = /^\{[a-z]+(?::[\w-]+)?\}[ \r]*$/gm;

/** Of several routing engines or nodes each begins with its name and a ruler; the rest is said to whoever has logged in. */
export const NOISE: readonly Rule[] = [
  [/^\{[a-z]+(?::[\w-]+)?\}$/, passOver],
  [/^[\w.-]+@[^\s>]+[>#%]/, passOver],
  [/^(?:node|fpc|re|member|lcc|sfc)\d+(?:-[\w-]+)?:$/, passOver],
  [/^ *-{3,}$/, passOver],
  [/^\[edit[^\]]*\]$/, passOver],
  [/^warning: /i, passOver],
  [/^[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d$/, passOver], // `set cli timestamp`
  [/^#? ?(?:run )?show [\w -]/, passOver], // the command itself
];

const WITHOUT_PROTOCOL = /\b(?:is|are) not (?:running|configured|enabled)\b/i;
/** Of the system, not of a protocol in it: then nothing is known. */
const NOT_AT_WORK = /routing subsystem|rpd|daemon/i;
const REFUSED =
  /^ *(?:error:|\^$|syntax error|unknown command|invalid |missing (?:mandatory )?argument|permission denied|command is not|could not|connection refused|no permission)/im;

/** The error of Junos' own words, or that nobody understands them. */
export function refusal({ text, command }: Output): ReaderError {
  if (!REFUSED.test(text)) return misunderstood(text, command);
  return new ReaderError('ERR_READER_COMMAND', `\`${command}\` was refused: ${excerpt(text)}`);
}

/**
 * The parts of a tree with one of these names. None, when the reply is empty or says that nothing runs.
 * @returns `undefined`: it is no tree
 * @throws ReaderError when it is one of something else, or is broken
 */
export function partsOf(output: Output, names: readonly string[]): Element[] | undefined {
  const tree = treeIn(output);
  if (tree === undefined) return undefined;
  const parts = elementsNamed(tree, names);
  if (parts.length > 0) return parts;
  const said = fieldsOf(tree).filter(({ within, value }) => value !== '' && !within.includes('cli'));
  // In other fields is what people write.
  const words = said.filter(({ name }) => /message|output/.test(name)).map(({ value }) => value);
  if (said.length === 0 || words.some(isNotRunning)) return [];
  throw refusal({ text: `error: ${words.length > 0 ? words.join(' ') : said[0]!.value}`, command: output.command });
}

function treeIn({ text, command }: Output): Element | undefined {
  const bare = text.replace(ENGINE, '');
  const xmlAt = bare.search(/^[ \t]*<[A-Za-z?!]/m);
  const jsonAt = xmlAt < 0 ? bare.search(/^[ \t]*\{/m) : -1;
  if (xmlAt < 0 && jsonAt < 0) return undefined;
  try {
    if (xmlAt >= 0) return readXml(bare.slice(xmlAt, endOfXml(bare)).trim());
    return readJson(bare.slice(jsonAt, bare.lastIndexOf('}') + 1));
  } catch (error) {
    if (error instanceof MalformedTree) throw misunderstood(text, command, error);
    throw error;
  }
}

/** Behind the last element that ends; a prompt may follow. */
function endOfXml(text: string): number {
  const closing = text.lastIndexOf('</');
  return Math.max(closing < 0 ? 0 : text.indexOf('>', closing) + 1, text.lastIndexOf('/>') + 2);
}

export function isNotRunning(text: string): boolean {
  return WITHOUT_PROTOCOL.test(text) && !NOT_AT_WORK.test(text);
}

/**
 * Reads text by rules.
 * @param own what each output of the command has a line of, and no other command's: rules know lines of many outputs
 * @throws ReaderError when there is none, unless the protocol does not run, and that is all that it says
 */
export function readText(
  output: Output,
  own: RegExp,
  rules: readonly Rule[],
  notUnderstood: NotUnderstood = passOver,
): void {
  let isOwn = false;
  let isSilent = false;
  let saysMore = false;
  const silence: Rule = [
    WITHOUT_PROTOCOL,
    ({ input }) => {
      isSilent ||= isNotRunning(input);
    },
  ];
  const counted = rules.map(([pattern, read]): Rule => {
    const count = (match: RegExpExecArray) => {
      isOwn ||= own.test(match.input);
      saysMore ||= !/^ *Instance: /.test(match.input);
      read(match);
    };
    return [pattern, count];
  });
  readLines(output.text, [...NOISE, silence, ...counted], (line) => {
    saysMore = true;
    notUnderstood(line);
  });
  if (!isOwn && (saysMore || !isSilent)) throw refusal(output);
}

/** A rule for what stands in outputs of other commands only, between lines that this one's has, too. */
export function foreign(pattern: RegExp, output: Output): Rule {
  const refuse = () => {
    throw refusal(output);
  };
  return [pattern, refuse];
}
