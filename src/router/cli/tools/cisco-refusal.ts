/**
 * Why a Cisco has refused a command: it does not have what it was asked for (no IPv6, no PIM, an older release), which is as good as
 * an answer; or it may not be asked, or not now (AAA), and nothing is known. Pure.
 */
import type { Family } from '../../../wire/address.ts';
import { ReaderError } from '../../port.ts';
import { unlessUnreadable } from './json.ts';

export type OfBoth<T> = Readonly<Record<Family, T>>;

/** `% Invalid input detected at '^' marker.`, `% Incomplete command.`, `Syntax error while parsing 'show ip pim interface'` */
const NO_SUCH_COMMAND =
  /^ *(?:% ?(?:invalid|incomplete|ambiguous|unrecognized|unknown) (?:input|command)|syntax error while parsing)\b/im;
/** `% Error: the process PIM is not running`, `%IP multicast routing is not enabled`; `AAA is not configured` is no answer. */
const NO_PIM =
  /\b(?:pim6?"?|multicast[ -]routing)(?: process)?(?: is)?(?: currently)? not (?:running|enabled|configured)\b/i;

/**
 * What `parse` yields of the output, or `none` where the router does not have what it was asked for.
 * @throws ReaderError where it may have it, and does not tell
 */
export function unlessNotThere<T>(output: string, parse: (output: string) => T, none: T): T {
  try {
    return parse(output);
  } catch (error) {
    if (error instanceof ReaderError && (NO_SUCH_COMMAND.test(output) || NO_PIM.test(output))) return none;
    throw error;
  }
}

/**
 * What PIM tells for each family. Many routers have none for IPv6, and say so in as many ways; of IPv4 "none" would be a false
 * answer where it is not told, and so where neither family is there.
 */
export function pimOfBoth<T>(
  outputs: OfBoth<string>,
  parse: (output: string, family: Family) => T,
  none: T,
): OfBoth<T> {
  const read4 = (output: string) => parse(output, 4);
  const ipv6 = unlessUnreadable(() => parse(outputs[6], 6), undefined);
  const ipv4 = ipv6 === undefined ? read4(outputs[4]) : unlessNotThere(outputs[4], read4, none);
  return { 4: ipv4, 6: ipv6 ?? none };
}
