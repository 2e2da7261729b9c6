/** How a session with a router stops waiting, whatever it is made of. */
import { ReaderError } from './port.ts';

export function sessionClosed(description: string): ReaderError {
  return new ReaderError('ERR_READER_CLOSED', `${description}: the session is closed`);
}

/** What an ask rejects with when its signal has fired. */
export function abortError(signal: AbortSignal, description: string, awaited = 'answer', hint = ''): ReaderError {
  if (signal.reason instanceof ReaderError) return signal.reason;
  return new ReaderError('ERR_READER_TIMEOUT', `${description}: no ${awaited} in time${hint}`);
}

/** Settles as `work` does, or rejects as soon as the signal fires; `work` then goes on by itself. */
export function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  description: string,
  awaited?: string,
): Promise<T> {
  return unlessFired(work, signal, () => abortError(signal, description, awaited));
}

/** What is waited for under each signal, one thing after the other. */
const awaitedUnder = new WeakMap<AbortSignal, () => ReaderError>();

/** What would be said if the signal fired now, for those who give up before it does; `undefined`: nothing is waited for. */
export function saidIfFired(signal: AbortSignal): ReaderError | undefined {
  return awaitedUnder.get(signal)?.();
}

/** As `unlessAborted`, with what is said when the signal fires. */
export async function unlessFired<T>(work: Promise<T>, signal: AbortSignal, error: () => ReaderError): Promise<T> {
  let stop = () => {};
  const fired = new Promise<never>((_, reject) => {
    stop = () => reject(error());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  awaitedUnder.set(signal, error);
  try {
    return await Promise.race([work, fired]);
  } finally {
    awaitedUnder.delete(signal);
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
