/**
 * The `file` reader: a snapshot that something else writes, read again when it has changed.
 *
 * State: the last good snapshot, and the identity of the file that was last judged. Each ask compares the identity, so
 * nothing has to watch. A bad or missing file is reported once per change while the last good snapshot keeps serving;
 * before the first good one an ask fails.
 *
 * A file may be written in place while it is read, and what was read may then be half of it. So an identity is kept,
 * and a bad file reported, only when the file stood still from before the read until after it, and is older than a
 * tick of the kernel's clock (a second write within one tick need not change the time). Else the next ask reads again.
 */
import { readDocument } from '../../document/document.ts';
import { formatProblem } from '../../document/problem.ts';
import { unreadable } from '../../document/unreadable.ts';
import { type Reader, ReaderError, type ReaderErrorCode } from '../port.ts';
import type { Snapshot } from '../snapshot.ts';
import { snapshotSchema } from './schema.ts';
import { type FileState, fileOnDisk, type WatchedFile } from './state.ts';

/** Over 20,000 routes; so much takes about half a second in which the daemon does nothing else. */
const MAX_OCTETS = 8 * 1024 * 1024;
/** A file that is wrong throughout shall not flood the log. */
const MAX_LINES = 20;

/** Told of a bad file once per change: one or more lines `FILE:LINE:COL: key: what is wrong`. */
export type ReportProblems = (lines: readonly string[]) => void;

/**
 * @param name the router's name, which the snapshot must bear
 * @param path of the snapshot, which need not be there yet; stands in messages
 */
export function createFileReader(
  name: string,
  path: string,
  report: ReportProblems,
  file: WatchedFile = fileOnDisk(path),
): Reader {
  return new FileReader(name, path, report, file);
}

/** Why a file gives no snapshot. */
interface Refusal {
  readonly code: ReaderErrorCode;
  readonly lines: readonly string[];
}

class FileReader implements Reader {
  readonly description: string;
  readonly #path: string;
  readonly #schema: ReturnType<typeof snapshotSchema>;
  readonly #report: ReportProblems;
  readonly #file: WatchedFile;
  /** Ends the asks that wait for a read. */
  readonly #waiting = new Set<() => void>();
  #closed = false;
  #good: Snapshot | undefined;
  #refusal: Refusal | undefined;
  #judged: string | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(name: string, path: string, report: ReportProblems, file: WatchedFile) {
    this.description = `file ${path}`;
    this.#path = path;
    this.#schema = snapshotSchema(name);
    this.#report = report;
    this.#file = file;
  }

  readInterfaces(signal: AbortSignal): Promise<Snapshot> {
    return this.#read(signal);
  }

  /** The whole snapshot: the rows of the query are among all the others. */
  readForwarding(_query: unknown, signal: AbortSignal): Promise<Snapshot> {
    return this.#read(signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const end of this.#waiting) end();
  }

  async #read(signal: AbortSignal): Promise<Snapshot> {
    if (this.#closed || signal.aborted) throw this.#ended();
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#unlessEnded(this.#refreshing, signal);
    if (this.#good !== undefined) return this.#good;
    throw this.#noneYet();
  }

  #noneYet(): ReaderError {
    const { code, lines } = this.#refusal ?? refusal('ERR_READER_UNREACHABLE', this.#path, 'not read');
    const more = lines.length > 1 ? ` (and ${lines.length - 1} more)` : '';
    return new ReaderError(code, `${lines[0]}${more}`);
  }

  /** Waits for `work`, which other asks share, no longer than the signal and this reader last. */
  #unlessEnded(work: Promise<void>, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => reject(this.#ended());
      this.#waiting.add(end);
      signal.addEventListener('abort', end);
      work.then(resolve, reject).finally(() => {
        this.#waiting.delete(end);
        signal.removeEventListener('abort', end);
      });
    });
  }

  #ended(): ReaderError {
    return this.#closed
      ? new ReaderError('ERR_READER_CLOSED', `${this.description} is closed`)
      : new ReaderError('ERR_READER_TIMEOUT', `${this.description} was not read in time`);
  }

  /** Judges the file if it has changed. Never rejects. */
  async #refresh(): Promise<void> {
    const before = await this.#file.state();
    if (before.identity === this.#judged) return;
    const result = await this.#judge(before);
    const after = await this.#file.state();
    const stoodStill = before.settled && before.identity === after.identity;
    this.#judged = stoodStill ? before.identity : undefined;
    if ('interfaces' in result) {
      this.#good = result;
      this.#refusal = undefined;
    } else {
      this.#refusal = result;
      if (stoodStill) this.#report(shortened(this.#path, result.lines));
    }
  }

  async #judge(state: FileState): Promise<Snapshot | Refusal> {
    if (state.missing !== undefined) return refusal('ERR_READER_UNREACHABLE', this.#path, state.missing);
    if (state.octets > MAX_OCTETS) {
      return refusal('ERR_READER_OUTPUT', this.#path, `too long for a snapshot (${state.octets} octets)`);
    }
    let text: string;
    try {
      text = await this.#file.read();
    } catch (error) {
      return refusal('ERR_READER_UNREACHABLE', this.#path, unreadable(error));
    }
    const reading = readDocument(text, 'json', this.#schema);
    if (!('problems' in reading)) return reading.value;
    return { code: 'ERR_READER_OUTPUT', lines: reading.problems.map((problem) => formatProblem(this.#path, problem)) };
  }
}

function refusal(code: ReaderErrorCode, path: string, what: string): Refusal {
  return { code, lines: [formatProblem(path, { line: 1, column: 1, path: '', what })] };
}

function shortened(path: string, lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES), `${path}: and ${lines.length - MAX_LINES} more`];
}
