/** The turns of one session, for all who read over it. */
import type { Session } from '../router/cli/session/session.ts';
import type { Leave, ReaderTurns } from '../router/port.ts';
import { ReadLimit } from '../router/read-limit.ts';
import type { Family } from '../wire/address.ts';

/** How long an interface table waits for others. */
const LEARN_MS = 60_000;

export class SessionTurns implements ReaderTurns {
  readonly #session: Session;
  readonly #questions: Readonly<Record<Family, ReadLimit>>;
  readonly #tables = oneAtATime();

  /** @param isOfTwo whether IPv6 is another one's question: FRR's pim6d must not keep out IPv4 */
  constructor(session: Session, isOfTwo: boolean) {
    this.#session = session;
    const questions = oneAtATime();
    this.#questions = { 4: questions, 6: isOfTwo ? oneAtATime() : questions };
  }

  /** What is left behind on the session is waited for with the turn, and not by whoever has the next one. */
  async toAsk(waitMs?: number, family: Family = 4): Promise<Leave> {
    const leave = await this.#questions[family].enter(waitMs).granted;
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
    for (const questions of Object.values(this.#questions)) questions.close();
    this.#tables.close();
  }
}

function oneAtATime(): ReadLimit {
  return new ReadLimit({ concurrency: 1, waitMs: LEARN_MS, monotonicMs: () => performance.now() });
}
