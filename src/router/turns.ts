import { unlessAborted } from './abort.ts';

/** So many at a time, in the order of arrival. Whoever has a turn must give it back, whatever happens. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce = 1) {
    this.#free = atOnce;
  }

  /** Resolves when it is the caller's turn. Never rejects: who gives up waiting must still give the turn back. */
  async take(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** As `take`, but whoever gives up waiting has no turn. Rejects with what the signal says. */
  async takeUnlessAborted(signal: AbortSignal, description: string): Promise<void> {
    const turn = this.take();
    try {
      await unlessAborted(turn, signal, description);
    } catch (error) {
      void turn.then(() => this.give());
      throw error;
    }
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
