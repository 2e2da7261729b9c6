/**
 * The ports of a transport. A session knows how to reach a router, to log in and to stop waiting; it knows nothing of
 * vendors but what their prompt looks like, and it never looks into what it carries.
 * Also here: what every transport does alike, namely to bound what a router may send.
 */
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';

/** Where commands are asked. */
export interface Session {
  /** Transport and target, never a secret: `ssh to 10.255.0.4:22`. */
  readonly description: string;
  /**
   * Resolves with the whole output of each command, in order; '' where the router had nothing to say.
   * Rejects with a `ReaderError`: with `signal.reason` when that is one, else ERR_READER_TIMEOUT, as soon as the
   * signal fires; ERR_READER_COMMAND when the first command failed without any output.
   */
  run(commands: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Resolves when no command is under way, not even one that nobody waits for any more. Absent: such a one is ended within
   * seconds, and is nobody's concern but the session's, whose next `run` waits for it where it has to.
   */
  settled?(): Promise<void>;
  /** Ends the connection, processes and timers, and resolves when they are gone. Runs under way reject with ERR_READER_CLOSED. */
  close(): Promise<void>;
}

/** What runs each command as a program of its own, and so several only as one (batch.ts): a local one, or one by ssh. */
export interface Executor {
  readonly description: string;
  /** As `run` of `Session`, of one command, which may have several lines where the router takes that. */
  run(command: string, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** Octets of output that one command may have; a table of 10,000 groups is about 9 MiB of JSON. */
export const OUTPUT_LIMIT_OCTETS = 16 * 1024 * 1024;

/** Octets of error output that are kept for a message. */
const COMPLAINT_LIMIT_OCTETS = 4096;

/** What shells say of who was killed by a signal: 128 and its number. */
const KILLED_STATUS = 128;
/** What ssh(1) says when it has lost the connection. */
const LOST_STATUS = 255;

/** How a command has ended. */
export interface Ending {
  /** `null`: by a signal. */
  readonly status: number | null;
  readonly killedBy?: string | null | undefined;
}

/** Gathers the two outputs of one command: the answer up to a limit, of the complaints only the beginning. */
export class CommandOutput {
  readonly #answer: Buffer[] = [];
  readonly #complaint: Buffer[] = [];
  #answerOctets = 0;
  #complaintOctets = 0;

  /** Returns `false` when the limit is exceeded; then nothing more is kept. */
  addAnswer(chunk: Buffer): boolean {
    this.#answerOctets += chunk.length;
    if (this.#answerOctets > OUTPUT_LIMIT_OCTETS) return false;
    this.#answer.push(chunk);
    return true;
  }

  addComplaint(chunk: Buffer): void {
    if (this.#complaintOctets >= COMPLAINT_LIMIT_OCTETS) return;
    this.#complaintOctets += chunk.length;
    this.#complaint.push(chunk);
  }

  /**
   * The answer of a command that has ended.
   * A status that is not zero is an error only when there is no answer: shells of routers end with it after one bad
   * line of several, and what stands before that line is good. Who was killed, or has lost the router, has told half of it.
   */
  conclude({ status, killedBy }: Ending, description: string): string {
    const isCutOff = status === null || status >= KILLED_STATUS;
    if (isCutOff || (status !== 0 && this.#answerOctets === 0)) {
      const complaint = excerpt(Buffer.concat(this.#complaint).toString('utf8'));
      const why = complaint || (status === null ? `ended by ${killedBy}` : `exit status ${status}`);
      const code = isCutOff ? 'ERR_READER_OUTPUT' : 'ERR_READER_COMMAND'; // Half an output is no refusal.
      throw new ReaderError(status === LOST_STATUS ? 'ERR_READER_UNREACHABLE' : code, `${description}: ${why}`);
    }
    return Buffer.concat(this.#answer).toString('utf8');
  }
}

export function outputTooLong(description: string): ReaderError {
  const limit = OUTPUT_LIMIT_OCTETS / (1024 * 1024);
  return new ReaderError('ERR_READER_OUTPUT', `${description}: the output is longer than ${limit} MiB`);
}
