/** The turns of one session, for all who read over it. */
import type { Session } from '../router/cli/session/session.ts';
import type { Leave, ReaderTurns } from '../router/port.ts';
import { ReadLimit } from '../router/read-limit.ts';

/** How long an interface table waits for others. */
const LEARN_MS = 60_000;

export class SessionTurns implements ReaderTurns {
  readonly #session: Session;
  readonly #questions = oneAtATime();
  readonly #tables = oneAtATime();

  constructor(session: Session) {
    this.#session = session;
  }

  /** What is left behind on the session is waited for with the turn, and not by whoever has the next one. */
  async toAsk(waitMs?: number): Promise<Leave> {
    const leave = await this.#questions.enter(waitMs).granted;
    return async () => {
      await this.#session.settled?.();
      leave();
    };
  }

  toLearn(): Promise<Leave> {
    return this.#tables.enter().granted;
  }

  /** Refuses all who wait. */
  close(): void {
    this.#questions.close();
    this.#tables.close();
  }
}

function oneAtATime(): ReadLimit {
  return new ReadLimit({ concurrency: 1, waitMs: LEARN_MS, monotonicMs: () => performance.now() });
}
