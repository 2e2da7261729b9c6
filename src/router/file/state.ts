/** A file as the reader sees it: what the file system tells without reading it, enough to see a change; and its text. */
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { unreadable } from '../../document/unreadable.ts';

export interface FileState {
  /** Equal as long as nothing has changed. */
  readonly identity: string;
  /** Whether the last write is long enough ago for another one to show in the file's times. */
  readonly settled: boolean;
  /** Why there is nothing to look at; the size then says nothing. */
  readonly missing?: string;
  readonly octets: number;
}

/** A file on disk; tests put one in its place that changes when they say so. */
export interface WatchedFile {
  /** Never rejects. */
  state(): Promise<FileState>;
  /** Rejects with a system error. */
  read(): Promise<string>;
}

/** Two ticks of the slowest kernels, which have 100 per second: writes within one tick may bear the same time. */
const SETTLED_AFTER_MS = 20;

/** @param now milliseconds since 1970 */
export function fileOnDisk(path: string, now: () => number = Date.now): WatchedFile {
  return { state: () => stateOf(path, now), read: () => readFile(path, 'utf8') };
}

async function stateOf(path: string, now: () => number): Promise<FileState> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    const missing = unreadable(error);
    return { identity: missing, settled: true, missing, octets: 0 };
  }
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  return {
    identity: `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`,
    // A time in the future (a copied file, a file server's clock) tells nothing about now.
    settled: Math.abs(now() - mtimeMs) >= SETTLED_AFTER_MS,
    ...(stats.isFile() ? {} : { missing: 'not a file' }),
    octets: size,
  };
}
