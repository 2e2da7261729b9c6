/**
 * Reads text that a router printed for people, line by line: each line goes to the first rule whose pattern it matches. A
 * line that no rule knows is told, and costs nothing else: a router may say more than anybody has seen. Pure.
 * Patterns have to take a time that grows with the line and no faster: no repetition within a repetition.
 */
import { formatAddress, parseAddress } from '../../../wire/address.ts';

/** Told of each line that no rule knows, as it stands there. */
export type NotUnderstood = (line: string) => void;

/** A pattern, and what is to be done with what it has found. */
export type Rule = readonly [pattern: RegExp, read: (match: RegExpExecArray) => void];

/** Longer ones are lists, whose names may as well stand on several lines; patterns need not be quick for more. */
const LINE_LIMIT = 1000;
/** Lines that come of one: more than four thousand names of interfaces. */
const WRAPPED_LIMIT = 100;

/** What a rule does with lines that say nothing to us. */
export const passOver = (): void => {};

export function readLines(output: string, rules: readonly Rule[], notUnderstood: NotUnderstood = passOver): void {
  for (const line of linesOf(output)) {
    if (line === '') continue;
    if (!rules.some((rule) => applies(rule, line))) notUnderstood(line);
  }
}

/** Without what ends them, and without blanks at their ends. Long ones are wrapped between words, as a terminal would. */
export function linesOf(output: string): string[] {
  const lines: string[] = [];
  for (const line of output.split('\n')) {
    if (line.length <= LINE_LIMIT) lines.push(line.trimEnd());
    else wrap(line, lines);
  }
  return lines;
}

/** Each with the blanks that the line begins with. Of a word that is longer than a line only the beginning stays. */
function wrap(line: string, lines: string[]): void {
  const indent = /^ {0,100}/.exec(line)![0];
  let at = indent.length;
  for (let count = 0; at < line.length && count < WRAPPED_LIMIT; count++) {
    const end = at + LINE_LIMIT - indent.length;
    const blank = end < line.length ? line.slice(at, end + 1).search(/[ \t][^ \t]*$/) : -1;
    lines.push((indent + line.slice(at, blank > 0 ? at + blank : end)).trimEnd());
    at = blank > 0 ? at + blank : end;
    if (blank <= 0) while (at < line.length && !/[ \t]/.test(line[at]!)) at++;
    while (at < line.length && /[ \t]/.test(line[at]!)) at++;
  }
}

function applies([pattern, read]: Rule, line: string): boolean {
  const match = pattern.exec(line);
  if (match === null) return false;
  read(match);
  return true;
}

/** The unspecified address, as CLIs write it where there is nobody: 0.0.0.0, ::. */
export function isNobody(address: string): boolean {
  const octets = parseAddress(address);
  return octets?.every((octet) => octet === 0) ?? false;
}

/** Canonical address text without a zone (`fe80::1%eth0`), or `undefined` when it is no address. */
export function addressIn(text: string | undefined): string | undefined {
  const address = text === undefined ? undefined : parseAddress(text.replace(/%.*$/, ''));
  return address && formatAddress(address);
}

const MOST = 2n ** 64n - 1n;

/** A counter as a decimal string without the commas that some CLIs put in; `null`: it is none. */
export function countIn(text: string | undefined): string | null {
  const digits = text?.replaceAll(',', '') ?? '';
  return /^\d{1,20}$/.test(digits) ? countOf(BigInt(digits)) : null;
}

/** A counter as a decimal string; `null`: more than 64 bits, of which no counter has that many. */
export function countOf(count: bigint): string | null {
  return count <= MOST ? count.toString() : null;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  y: 365 * 86_400,
  w: 7 * 86_400,
  d: 86_400,
  h: 3600,
  m: 60,
  s: 1,
};

/**
 * A time that has passed: `00:04:08`, `00:04:08.123`, `1d02h`, `1d02h03m`, `3w4d`, `1y2w`, `3d:14h`, `2d 03:04:05`.
 * @returns whole seconds; `null` = none that we can read (`never`, `stopped`)
 */
export function secondsIn(text: string | undefined): number | null {
  const [, before = '', clock] =
    /^((?:\d{1,6}[ywdhms][ :,]?){0,6}) *(\d{1,6}(?::\d\d){1,2}(?:\.\d{1,9})?)?$/.exec(text ?? '') ?? [];
  if (before === '' && clock === undefined) return null;
  const parts = [...before.matchAll(/(\d{1,6})([ywdhms])/g)].map(
    ([, count, unit]) => Number(count) * UNIT_SECONDS[unit!]!,
  );
  const ofClock = clock?.split(':').reduce((seconds, part) => seconds * 60 + Math.floor(Number(part)), 0) ?? 0;
  return parts.reduce((sum, part) => sum + part, ofClock);
}
