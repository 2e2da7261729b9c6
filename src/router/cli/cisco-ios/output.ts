/**
 * Reads one output of IOS: what stands among the lines of any of them, and what it prints instead of an answer.
 * What the lines of an answer say is the callers'. Pure.
 */
import { misunderstood } from '../tools/json.ts';
import { type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';

/** What IOS puts between and around the lines of an output. */
const NOISE: readonly Rule[] = [
  // Log messages, where the line is told them.
  [/%[A-Z0-9_]+-[A-Z0-9_-]*\d-[A-Z0-9_]+:/, passOver],
  // `terminal exec prompt timestamp`
  [/^Load for five secs: |^Time source is |^No time source, /, passOver],
  [/^Translating ".*"\.\.\./, passOver],
  // What is left of an echo, and of a prompt.
  [/^(?:\S{0,99}[#>] ?)?sh(?:ow?)? +ip(?:v6)? /, passOver],
  [/^[\w.:@/-]{1,99}[#>]$/, passOver],
  // Points at what was wrong.
  [/^ *\^$/, passOver],
];

const REFUSAL = /^ *% ?[A-Za-z]|^(?:Command|Line has) .*(?:authoriz|invalid)/i;

export interface OutputOptions {
  /** For the error. */
  readonly command: string;
  readonly notUnderstood?: NotUnderstood | undefined;
  /** Whether nothing is an answer, too: the table is empty, and its heading is left out. */
  readonly mayBeEmpty?: boolean;
}

/** @throws ReaderError when it is a refusal, or when no rule knows anything of it */
export function readOutput(output: string, rules: readonly Rule[], options: OutputOptions): void {
  let isKnown = false;
  let refusal: string | undefined;
  let hasOthers = false;
  const counted = rules.map(
    ([pattern, read]): Rule => [
      pattern,
      (match) => {
        isKnown = true;
        read(match);
      },
    ],
  );
  const refused: Rule = [REFUSAL, ({ input }) => (refusal ??= input.trim())];
  readLines(output, [...NOISE, ...counted, refused], (line) => {
    hasOthers = true;
    options.notUnderstood?.(line);
  });
  if (isKnown) return;
  if (refusal !== undefined) throw misunderstood(refusal.replace(/^(?!%)/, '% '), options.command);
  if (hasOthers || options.mayBeEmpty !== true) throw misunderstood(output, options.command);
}
