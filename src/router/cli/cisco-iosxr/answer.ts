/**
 * What stands around the outputs of IOS XR: the time at which a command was given, the command itself where a session has
 * kept it, explanations of flags; and the lines that are no answer but a refusal. Pure.
 */
import { misunderstood } from '../tools/json.ts';
import { linesOf, passOver, type Rule } from '../tools/text.ts';

/** Lines that say nothing to any of the parsers. */
export const AROUND: readonly Rule[] = [
  [/^\w{3} \w{3} +\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)? \S+(?: \d{4})?$/, passOver],
  [/^\S+#/, passOver],
  [/^ *show /, passOver],
  // C - Directly-Connected Check, S - Signal,
  [/^ *(?:(?:entry|interface) (?:flags|state): *|flags?: *)?[a-z][a-z0-9]{0,5} - \S/i, passOver],
  [/^entry state: |^interface state: /i, passOver],
];

/**
 * Passes over a refusal that is as good as an answer: that there is nothing to show.
 * @throws ReaderError when the router has refused the command instead of answering it
 */
export function checkAnswered(output: string, command: string): void {
  if (output.trim() === '') throw misunderstood(output, command);
  const refusal = linesOf(output).find((line) => /^ *%/.test(line) && !NOTHING.test(line));
  if (refusal !== undefined) throw misunderstood(refusal.trimStart(), command);
}

/**
 * `% Network not in table`, `% No such configuration item(s)`, `No matching routes in MRIB route-DB`, `No neighbors found for
 * VRF RED`; but not `% No matching vrf found`.
 */
export const NOTHING =
  /^ *%? ?(?:network not in|no such configuration item|no (?:matching |pim )?(?:topology|routes?|entries|neighbors|interfaces)\b)/im;
