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
import { readFile, stat } from 'node:fs/promises';
import { readDocument } from '../../document/document.ts';
import { formatProblem } from '../../document/problem.ts';
import { type Reader, ReaderError, type ReaderErrorCode } from '../port.ts';
import type { Snapshot } from '../snapshot.ts';
import { snapshotSchema } from './schema.ts';

/** About 50,000 routes; reading that much takes a part of a second in which the daemon does nothing else. */
const MAX_OCTETS = 16 * 1024 * 1024;
/** The slowest kernels have 100 ticks per second. */
const TICK_MS = 10;
/** A file that is wrong throughout shall not flood the log. */
const MAX_LINES = 20;

/** Told of a bad file once per change: one or more lines `FILE:LINE:COL: key: what is wrong`. */
export type ReportProblems = (lines: readonly string[]) => void;

/**
 * @param name the router's name, which the snapshot must bear
 * @param path of the snapshot; need not be there yet
 */
export function createFileReader(name: string, path: string, report: ReportProblems): Reader {
  return new FileReader(name, path, report);
}

/** Why a file gives no snapshot. */
interface Refusal {
  readonly code: ReaderErrorCode;
  readonly lines: readonly string[];
}

/** One state of a file, as far as the file system tells. */
interface FileState {
  /** Equal when nothing changed. */
  readonly identity: string;
  /** Whether the last write is long enough ago for another one to show. */
  readonly settled: boolean;
  /** Set when there is nothing to read. */
  readonly refusal?: Refusal;
}

class FileReader implements Reader {
  readonly description: string;
  readonly #path: string;
  readonly #schema: ReturnType<typeof snapshotSchema>;
  readonly #report: ReportProblems;
  readonly #closing = new AbortController();
  #good: Snapshot | undefined;
  #refusal: Refusal | undefined;
  #judged: string | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(name: string, path: string, report: ReportProblems) {
    this.description = `file ${path}`;
    this.#path = path;
    this.#schema = snapshotSchema(name);
    this.#report = report;
  }

  readInterfaces(signal: AbortSignal): Promise<Snapshot> {
    return this.#read(signal);
  }

  /** The whole snapshot: the rows of the query are among all the others. */
  readForwarding(_query: unknown, signal: AbortSignal): Promise<Snapshot> {
    return this.#read(signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  async #read(signal: AbortSignal): Promise<Snapshot> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#unlessEnded(this.#refreshing, signal);
    if (this.#good !== undefined) return this.#good;
    const { code, lines } = this.#refusal ?? { code: 'ERR_READER_OUTPUT', lines: [] };
    const more = lines.length > 1 ? ` (and ${lines.length - 1} more)` : '';
    throw new ReaderError(code, `${lines[0]}${more}`);
  }

  /** Waits for `work`, shared with other asks, no longer than the signal and this reader allow. */
  #unlessEnded(work: Promise<void>, signal: AbortSignal): Promise<void> {
    const closing = this.#closing.signal;
    return new Promise((resolve, reject) => {
      const end = () => {
        if (closing.aborted) reject(new ReaderError('ERR_READER_CLOSED', `${this.description} is closed`));
        else reject(new ReaderError('ERR_READER_TIMEOUT', `${this.description} was not read in time`));
      };
      if (closing.aborted || signal.aborted) end();
      closing.addEventListener('abort', end);
      signal.addEventListener('abort', end);
      work.then(resolve, reject).finally(() => {
        closing.removeEventListener('abort', end);
        signal.removeEventListener('abort', end);
      });
    });
  }

  async #refresh(): Promise<void> {
    const before = await stateOf(this.#path);
    if (before.identity === this.#judged) return;
    const result = before.refusal ?? (await this.#parse());
    const after = await stateOf(this.#path);
    const still = before.settled && before.identity === after.identity;
    this.#judged = still ? before.identity : undefined;
    if ('lines' in result) {
      this.#refusal = result;
      if (still) this.#report(shortened(this.#path, result.lines));
    } else {
      this.#refusal = undefined;
      this.#good = result;
    }
  }

  async #parse(): Promise<Snapshot | Refusal> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      return unreadable(this.#path, error);
    }
    const reading = readDocument(text, 'json', this.#schema);
    if (!('problems' in reading)) return reading.value;
    return { code: 'ERR_READER_OUTPUT', lines: reading.problems.map((problem) => formatProblem(this.#path, problem)) };
  }
}

async function stateOf(path: string): Promise<FileState> {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs, isFile } = await stat(path).then((s) => ({ ...s, isFile: s.isFile() }));
    const identity = [dev, ino, size, mtimeMs, ctimeMs].join(' ');
    const settled = Math.abs(Date.now() - mtimeMs) > TICK_MS;
    if (!isFile) return { identity, settled, refusal: outputRefusal(path, 'not a file') };
    if (size > MAX_OCTETS) return { identity, settled, refusal: outputRefusal(path, `too long for a snapshot (${size} octets)`) };
    return { identity, settled };
  } catch (error) {
    const refusal = unreadable(path, error);
    return { identity: refusal.lines.join(), settled: true, refusal };
  }
}
