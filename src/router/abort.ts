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

/** Runs with a signal that fires as `signal` does, or after so long: then without a reason, so that each step says what it awaits. */
export async function inTime<T>(
  timeoutMs: number,
  signal: AbortSignal,
  run: (either: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    return await run(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
