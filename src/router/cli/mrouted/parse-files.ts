/**
 * Picks what mrouted 3.9 has written into files, and refuses what is too old: it is written only when somebody sends a
 * signal, which is not ours to send. Pure: text in, text out, or a ReaderError.
 */
import { ReaderError } from '../../port.ts';
import { misunderstood } from '../tools/json.ts';

/** For a host whose cron has mrouted write every minute. What the kernel tells is of now in any case. */
const OLDEST_S = 90;

interface File {
  readonly name: string;
  readonly writtenS: number;
  readonly text: string;
}

/**
 * The newest .dump and, where there is one, the newest .cache.
 * @throws ReaderError ERR_READER_OUTPUT without a .dump, or where one of the two is too old
 */
export function parseFiles(output: string): string {
  const [, now = '', rest = ''] = /^(\d{1,12})\n(.*)$/s.exec(output) ?? [];
  const nowS = Number(now);
  const files = filesIn(output);
  const dump = newest(files, '.dump');
  if (now === '' || (files.length === 0 && rest !== '')) throw misunderstood(rest || output, 'cat mrouted.dump');
  if (dump === undefined) {
    const message = 'neither mroutectl (mrouted 4.0 and newer) nor a mrouted.dump (SIGUSR1 to an older one) is there';
    throw new ReaderError('ERR_READER_OUTPUT', message);
  }
  const read = [dump, newest(files, '.cache')].filter((file) => file !== undefined);
  for (const { name, writtenS } of read) {
    const ageS = nowS - writtenS;
    if (ageS <= OLDEST_S) continue;
    const remedy = 'mrouted writes it when it gets SIGUSR1 (.dump) or SIGUSR2 (.cache)';
    const message = `${name} is ${ageS} s old, more than ${OLDEST_S} s: ${remedy}`;
    throw new ReaderError('ERR_READER_OUTPUT', message);
  }
  return read.map((file) => file.text).join('\n');
}

function filesIn(output: string): File[] {
  const heads = [...output.matchAll(/^(\d{1,12}) (\/[\w/.]{1,64}\.(?:dump|cache))$/gm)];
  return heads.map(({ index, 0: head, 1: writtenS, 2: name = '' }, i) => ({
    name,
    writtenS: Number(writtenS),
    text: output.slice(index + head.length, heads[i + 1]?.index),
  }));
}

function newest(files: readonly File[], suffix: string): File | undefined {
  return files
    .filter((file) => file.name.endsWith(suffix))
    .reduce<File | undefined>(
      (best, file) => (best !== undefined && best.writtenS >= file.writtenS ? best : file),
      undefined,
    );
}
