/** The rows that iproute2 prints as JSON. Its errors are plain text even where JSON was asked for. Pure. */
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';
import { itemsOf, parseJson } from '../json.ts';

/** iproute2 before 4.14 and busybox know no -j, those before 5.2 no -N. */
const NO_SUCH_OPTION = /^(?:Option "-\w+" is unknown|ip: (?:unrecognized|invalid) option)/m;
/** What the kernel says of a target that it does not reach, whether nothing leads there or something says so. */
const UNREACHABLE = /^(?:ip: )?RTNETLINK answers: /m;

/** @throws ReaderError ERR_READER_COMMAND when there is no JSON to be had, ERR_READER_OUTPUT when it is anything else */
export function jsonRows(output: string, command: string): readonly unknown[] {
  if (NO_SUCH_OPTION.test(output))
    throw new ReaderError('ERR_READER_COMMAND', `\`${command}\` was refused: ${excerpt(output)}`);
  return itemsOf(parseJson(output, command));
}

/** The same of what an answer is whole without: no rows where the output is none of iproute2's. */
export function jsonRowsOrNone(output: string, command: string): readonly unknown[] {
  try {
    return jsonRows(output, command);
  } catch (error) {
    if (error instanceof ReaderError && error.code === 'ERR_READER_OUTPUT') return [];
    throw error;
  }
}

/** Whether `ip route get`, in whatever form, says that there is no way. */
export function isUnreachable(output: string): boolean {
  return UNREACHABLE.test(output);
}
