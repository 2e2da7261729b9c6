/**
 * What traces have asked of routers, and not been told yet. A trace waits for one set of answers at a time, until all are
 * there or its time is over; then it goes on with those that came, in either case.
 */
import type { Answer, Ask, ForwardingWanted, Now } from './events.ts';
import type { Trace } from './pending.ts';

interface Waiting {
  readonly trace: Trace;
  readonly answers: Answer[];
  readonly openAskIds: Set<number>;
  readonly deadlineMs: number;
  readonly resume: (answers: readonly Answer[]) => void;
}

export class Questions {
  readonly #replyTimeoutMs: number;
  readonly #emit: (ask: Ask) => void;
  readonly #waiting = new Set<Waiting>();
  readonly #asks = new Map<number, { readonly waiting: Waiting; readonly at: number }>();
  #lastAskId = 0;
  /** Never later than the earliest deadline. */
  #deadlineMs = Number.POSITIVE_INFINITY;

  /** @param replyTimeoutMs of which one router takes READ_SHARE at most */
  constructor(replyTimeoutMs: number, emit: (ask: Ask) => void) {
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#emit = emit;
  }

  /** Traces that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  nextDeadline(): number {
    return this.#deadlineMs;
  }

  /** Whether the answer would still be of use. */
  isWanted(askId: number): boolean {
    return this.#asks.has(askId);
  }

  /**
   * Asks these routers, at least one.
   * @param resume is called once, later, with their answers in this order; `undefined`: none came in time, or it could not be
   * read
   */
  put(
    trace: Trace,
    routers: readonly string[],
    wanted: ForwardingWanted | 'interfaces',
    now: Now,
    resume: (answers: readonly Answer[]) => void,
  ): void {
    const after = [...trace.visited].at(-1);
    const asks = routers.map((router): Ask => ({ kind: 'ask', askId: ++this.#lastAskId, router, wanted, after }));
    const waiting: Waiting = {
      trace,
      answers: routers.map(() => undefined),
      openAskIds: new Set(asks.map(({ askId }) => askId)),
      deadlineMs: Math.min(trace.budgetEndsMs, now.monotonicMs + this.#replyTimeoutMs * READ_SHARE),
      resume,
    };
    this.#waiting.add(waiting);
    this.#deadlineMs = Math.min(this.#deadlineMs, waiting.deadlineMs);
    for (const [at, ask] of asks.entries()) {
      this.#asks.set(ask.askId, { waiting, at });
      this.#emit(ask);
    }
  }

  /** Late and unknown ones are ignored. */
  answered(askId: number, answer: Answer): void {
    const ask = this.#asks.get(askId);
    if (ask === undefined) return;
    const { waiting, at } = ask;
    this.#asks.delete(askId);
    waiting.answers[at] = answer;
    waiting.openAskIds.delete(askId);
    if (waiting.openAskIds.size === 0) this.#resume(waiting);
  }

  /** Goes on with what has waited too long. */
  tick(nowMs: number): void {
    if (nowMs < this.#deadlineMs) return;
    for (const waiting of [...this.#waiting]) if (waiting.deadlineMs <= nowMs) this.#resume(waiting);
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    for (const { deadlineMs } of this.#waiting) this.#deadlineMs = Math.min(this.#deadlineMs, deadlineMs);
  }

  /** Goes on with all, and with what they ask thereupon, until nothing is asked any more. */
  finish(): void {
    while (this.#waiting.size > 0) for (const waiting of [...this.#waiting]) this.#resume(waiting);
    this.#deadlineMs = Number.POSITIVE_INFINITY;
  }

  #resume(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    for (const askId of waiting.openAskIds) this.#asks.delete(askId);
    waiting.resume(waiting.answers);
  }
}

/** Share of the client's patience that one router takes at most. */
export const READ_SHARE = 0.3;
