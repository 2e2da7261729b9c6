/**
 * The daemon's log: JSON lines on stdout, which systemd keeps; on a terminal one human line each.
 * Secrets print as `[secret]` by themselves (config/secret.ts); keys that name one are redacted here once more, for
 * what libraries put into their errors.
 */
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogConfig } from '../config/config.ts';
import { humanLine } from './human.ts';

export type { Logger } from 'pino';

/** Where lines go. `process.stdout` is one. */
export interface LogOutput {
  readonly isTTY?: boolean | undefined;
  write(line: string): unknown;
}

const SECRET_KEYS = ['password', 'passphrase', 'privateKey', 'community', 'authKey', 'privKey', 'secret'];
const REDACTED = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** @param output where lines go; default: stdout, written at once, so that nothing is lost when the daemon ends */
export function createLog(config: LogConfig, output?: LogOutput): Logger {
  const terminal = output === undefined ? process.stdout.isTTY : output.isTTY;
  const lines: LogOutput = output ?? stdout(terminal === true);
  return pino(
    {
      level: config.level,
      base: null, // the journal knows process id and host
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: REDACTED, censor: '[secret]' },
    },
    terminal
      ? { write: (line: string) => void lines.write(humanLine(line)) }
      : { write: (line) => void lines.write(line) },
  );
}

/** Lines that may wait while they cannot be written; more are lost. */
const WAITING_OCTETS = 1024 * 1024;

/** A full disk or a reader that has gone costs lines, never the daemon. */
function stdout(isTerminal: boolean): LogOutput {
  const lines = isTerminal ? process.stdout : destination({ dest: 1, sync: true, maxLength: WAITING_OCTETS });
  lines.on('error', () => {});
  return lines;
}
