/** The words of a command line as in getopt_long(3), for both programs. What is wrong is said in one line. */
import { parseArgs } from 'node:util';

/** By its long name; `short` is one character. */
export type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>;

export interface CommandLine<O extends Options> {
  /** Of those that were given. A value is what was typed. */
  readonly values: { readonly [Name in keyof O]?: O[Name]['type'] extends 'boolean' ? true : string };
  /** What is no option, in order. */
  readonly words: readonly string[];
}

/** @returns text: what is wrong, each option named as it was typed */
export function readCommandLine<O extends Options>(args: readonly string[], options: O): CommandLine<O> | string {
  // Not `strict`: its errors are paragraphs, and it takes a value that begins with a dash for a mistake.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const values: Record<string, string | true> = {};
  const words: string[] = [];
  const unknown: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!Object.hasOwn(options, name)) unknown.push(rawName);
    else if (options[name]?.type === 'boolean') {
      if (value !== undefined) return `${rawName} takes no value`;
      values[name] = true;
    } else {
      if (value === undefined) return `${rawName} needs a value`;
      if (Object.hasOwn(values, name)) return `${rawName} is given twice`;
      values[name] = value;
    }
  }
  if (unknown.length > 0) return `unknown option: ${unknown.join(', ')}`;
  return { values: values as CommandLine<O>['values'], words };
}
