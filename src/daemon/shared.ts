/** What several have together: made for the first of them, closed by the last. */

export interface Made<Value> {
  readonly value: Value;
  close(): Promise<void>;
}

export class Shared<Value> {
  readonly #all = new Map<string, Made<Value> & { users: number }>();

  /** Of a key there is one. Whoever takes it must leave it, once. */
  take(key: string, make: () => Made<Value>): Value {
    const shared = this.#all.get(key) ?? { ...make(), users: 0 };
    shared.users++;
    this.#all.set(key, shared);
    return shared.value;
  }

  /** Resolves, for the last one, when it is closed. */
  async leave(key: string): Promise<void> {
    const shared = this.#all.get(key);
    if (shared === undefined || --shared.users > 0) return;
    this.#all.delete(key);
    await shared.close();
  }
}
