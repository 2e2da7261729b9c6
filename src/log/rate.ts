/**
 * Keeps a flood of datagrams from becoming a flood of log lines (RFC 8487 §9.2): one line per reason and second. Pure; the clock comes
 * in with each call, memory is bounded.
 */

const INTERVAL_MS = 1000;
/** Reasons are a closed union of a few dozen; whatever else might be given as one shares a single budget. */
const MAX_REASONS = 256;
const OTHERS = '';

interface Budget {
  nextMs: number;
  suppressedCount: number;
}

export class LineRate {
  readonly #budgets = new Map<string, Budget>();

  /**
   * Whether a line for this reason may be written now.
   * @param nowMs monotonic clock
   * @returns how many lines were suppressed since the last one (say so in this one), or `undefined`: write nothing
   */
  admit(reason: string, nowMs: number): number | undefined {
    const budget = this.#budgetOf(reason);
    if (nowMs < budget.nextMs) {
      budget.suppressedCount++;
      return undefined;
    }
    const suppressedCount = budget.suppressedCount;
    budget.nextMs = nowMs + INTERVAL_MS;
    budget.suppressedCount = 0;
    return suppressedCount;
  }

  #budgetOf(reason: string): Budget {
    const key = this.#budgets.has(reason) || this.#budgets.size < MAX_REASONS ? reason : OTHERS;
    let budget = this.#budgets.get(key);
    if (budget === undefined) {
      budget = { nextMs: Number.NEGATIVE_INFINITY, suppressedCount: 0 };
      this.#budgets.set(key, budget);
    }
    return budget;
  }
}
