/** How a session with a router stops waiting, whatever it is made of. */
import { ReaderError } from './port.ts';

export function sessionClosed(description: string): ReaderError {
  return new ReaderError('ERR_READER_CLOSED', `${description}: the session is closed`);
}

/** What an ask rejects with when its signal has fired. */
export function abortError(signal: AbortSignal, description: string, awaited = 'answer'): ReaderError {
  if (signal.reason instanceof ReaderError) return signal.reason;
  return new ReaderError('ERR_READER_TIMEOUT', `${description}: no ${awaited} in time`);
}

/** Settles as `work` does, or rejects as soon as the signal fires; `work` then goes on by itself. */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  description: string,
  awaited?: string,
): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortError(signal, description, awaited));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Runs with a signal that fires when one of these does, and leaves nothing on them. AbortSignal.any leaves a little each time, for
 * as long as they live (Node 20), and a session's is there for millions of reads.
 */
export async function withEither<T>(
  signals: readonly AbortSignal[],
  run: (either: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const fire = () => either.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) signal.addEventListener('abort', fire);
  if (signals.some(({ aborted }) => aborted)) fire();
  try {
    return await run(either.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', fire);
  }
}

/** Runs with a signal that fires as `signal` does, or after so long: then without a reason, so that each step says what it awaits. */
export async function inTime<T>(
  timeoutMs: number,
  signal: AbortSignal,
  run: (either: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    return await withEither([signal, late.signal], run);
  } finally {
    clearTimeout(timer);
  }
}
