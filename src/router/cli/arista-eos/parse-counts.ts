/**
 * Reads how many packets each entry has forwarded: `show multicast fib ipv4 G count`. Pure.
 * A switch counts packets or bytes, as it is configured: of bytes nothing follows.
 */
import { isMulticast, parseAddress } from '../../../wire/address.ts';
import { addressIn, countIn, type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { answerIn } from './document.ts';
import { sourceIn } from './parse-mroute.ts';

/** By `SOURCE GROUP`, and `* GROUP`. */
export type Counts = ReadonlyMap<string, string>;

export function countKey(source: string | null, group: string): string {
  return `${source ?? '*'} ${group}`;
}

export function parseCounts(output: string, command: string, notUnderstood: NotUnderstood = passOver): Counts {
  const counts = new Map<string, string>();
  let key: string | undefined;
  const rules: readonly Rule[] = [
    [
      /^ *([\dA-Fa-f.:]+)(?:\/(?:32|128))?(?:,? +([\dA-Fa-f.:*]+)(?:\/\d{1,3})?)?,?$/,
      ([line, groupText, sourceText = '*']) => {
        const group = addressIn(groupText);
        const source = sourceIn(sourceText);
        const isEntry = group !== undefined && source !== undefined && isMulticast(parseAddress(group)!);
        key = isEntry ? countKey(source, group) : undefined;
        if (!isEntry) notUnderstood(line);
      },
    ],
    [/^ *[Tt]otal\b/, passOver], // of all sources of the group
    [
      /^ *(?:[Bb]ytes?(?: [Rr]eceived)?: *[^\s,]+,? *)?(?:[Pp]ackets?|[Ff]rames?)(?: [Rr]eceived)?: *([\d,]*\d|N\/A)/,
      ([, text]) => {
        const count = countIn(text);
        if (key !== undefined && count !== null) counts.set(key, count);
      },
    ],
    [/^ *(?:Activity|VRF|[Bb]ytes?\b|RPF [Ff]ail|Packets (?:Forwarded|Dropped)|[\d:]+ ago)/, passOver],
    [/^ *(?:[A-Za-z][A-Za-z-]*\d[\w/.]*\*?|Cpu|Register|Null\d?|None)(?: \(.*\))?$/i, passOver],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  return counts;
}
