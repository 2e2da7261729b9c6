/** What the file system tells of a file without reading it: enough to see that it has changed. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { unreadable } from '../../document/unreadable.ts';

export interface FileState {
  /** Equal as long as nothing has changed. */
  readonly identity: string;
  /** Whether the last write is long enough ago for another one to show in the file's times. */
  readonly settled: boolean;
  /** Why there is nothing to look at; the two below then say nothing. */
  readonly missing?: string;
  readonly isFile: boolean;
  readonly octets: number;
}

/** Two ticks of the slowest kernels, which have 100 per second: writes within one tick may bear the same time. */
const SETTLED_AFTER_MS = 20;

/** Never rejects. */
export async function stateOf(path: string): Promise<FileState> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    const missing = unreadable(error);
    return { identity: missing, settled: true, missing, isFile: false, octets: 0 };
  }
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  return {
    identity: `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`,
    // A time in the future (a copied file, a file server's clock) tells nothing about now.
    settled: Math.abs(Date.now() - mtimeMs) >= SETTLED_AFTER_MS,
    isFile: stats.isFile(),
    octets: size,
  };
}
