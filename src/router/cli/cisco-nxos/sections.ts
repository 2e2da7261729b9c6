/**
 * Reads texts of NX-OS, which stand in sections, one for each VRF. Of the sections only that of the reader's own VRF is
 * read. A text in which nothing is understood is an error of the router, and is told as such. Pure.
 */
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';
import { misunderstood } from '../tools/json.ts';
import { linesOf, type NotUnderstood, type Rule, readLines } from '../tools/text.ts';

export const DEFAULT_VRF = 'default';

/** What a text is asked by, and for. */
export interface Asked {
  readonly command: string;
  /** Absent: the default one. */
  readonly vrf?: string | undefined;
}

/** What `command` is, in the VRF of the platform. */
export type Asking = (command: string) => Asked;

/** @throws ReaderError ERR_READER_COMMAND, by which the router is asked otherwise, where it prints nothing */
export function checkPrinted(output: string, { command }: Asked): void {
  if (output.trim() === '') throw new ReaderError('ERR_READER_COMMAND', `\`${command}\` printed nothing`);
}

/** `IP Multicast Routing Table for VRF "default"`, `IP Interface Status for VRF "default"(1)`. */
const HEADING = /^.{1,60} for (?:VRF|context) "?([^"\s(]{1,64})/;

/** @throws ReaderError when not one line is understood */
export function readSections(
  output: string,
  { command, vrf = DEFAULT_VRF }: Asked,
  rules: readonly Rule[],
  notUnderstood?: NotUnderstood,
): void {
  let isOurs = true;
  let isUnderstood = false;
  const heading: Rule = [
    HEADING,
    ([, name]) => {
      isOurs = name === vrf;
      isUnderstood = true;
    },
  ];
  const inOurs = rules.map(([pattern, read]): Rule => {
    return [
      pattern,
      (match) => {
        isUnderstood = true;
        if (isOurs) read(match);
      },
    ];
  });
  readLines(output, [heading, ...inOurs], notUnderstood);
  if (!isUnderstood) throw refused(output, command);
}

/**
 * NX-OS puts a line with `^` below the place of the command that it does not know, and only then says so: `% Invalid command
 * at '^' marker.` What has no JSON is refused with `ERROR: No structured output found`.
 */
function refused(output: string, command: string): ReaderError {
  const complaint = linesOf(output).find((line) => /^(?:%|error\b)/i.test(line));
  if (complaint === undefined) return misunderstood(output, command);
  return new ReaderError('ERR_READER_COMMAND', `\`${command}\` was refused: ${excerpt(complaint)}`);
}
