/** The rows that iproute2 prints as JSON. Its errors are plain text even where JSON was asked for. Pure. */
import { entriesOf, itemsOf, misunderstood, parseJson, unlessUnreadable } from '../tools/json.ts';

/** Said somewhere in between (rows are buffered, complaints are not), where a table has changed while it was read. */
const INTERRUPTED = 'Dump was interrupted and may be inconsistent.\n';
/** -N is of 5.2; who has no JSON does not get as far. */
const NO_NUMBERS = /^Option "-N" is unknown/m;
/**
 * What the kernel says of a target that it does not reach, whether nothing leads there or a route or a rule says so (unreachable,
 * prohibit, blackhole), as glibc words it and as musl does. Other errors say nothing of the target.
 */
const UNREACHABLE = new RegExp(
  `^(?:ip: )?RTNETLINK answers: (?:${[
    'Network is unreachable',
    'Network unreachable',
    'No route to host',
    'Host is unreachable',
    'Permission denied',
    'Invalid argument',
  ].join('|')})$`,
  'm',
);

export function jsonRows(output: string, command: string): readonly unknown[] {
  return itemsOf(parseJson(output.replaceAll(INTERRUPTED, ''), command));
}

/**
 * The routes that cover a target, which an answer is whole without: none where the output is none of iproute2's. A protocol that
 * it leaves out is `boot`, that of `ip route add`.
 */
export function coveringRows(output: string, command: string): readonly unknown[] {
  if (NO_NUMBERS.test(output)) throw misunderstood(output, command);
  const rows = unlessUnreadable(() => jsonRows(output, command), []);
  return rows.map((row) => Object.fromEntries([['protocol', 'boot'], ...entriesOf(row)]));
}

/** Whether `ip route get`, in whatever form, says that there is no way. */
export function isUnreachable(output: string): boolean {
  return UNREACHABLE.test(output);
}
