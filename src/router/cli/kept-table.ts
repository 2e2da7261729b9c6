/**
 * The interface table that a reader keeps between reads. Reads overlap: of two tables the one whose reading began later is
 * kept, whichever comes in last.
 */
import type { TablePart } from './platform.ts';

/** Interfaces that no table lists; more are asked for again, as if they were new. */
const UNLISTED_LIMIT = 4096;

export class KeptTable {
  #part: TablePart | undefined;
  #keptNumber = 0;
  #lastNumber = 0;
  readonly #unlisted = new Set<string>();

  /** `undefined`: none has been read yet. */
  get part(): TablePart | undefined {
    return this.#part;
  }

  /** Begins to read it. @returns what takes the table that was read */
  reading(): (part: TablePart) => void {
    const number = ++this.#lastNumber;
    return (part) => {
      if (number < this.#keptNumber) return;
      this.#keptNumber = number;
      this.#part = part;
      for (const { name } of part.interfaces) this.#unlisted.delete(name);
    };
  }

  /** Whether one of these interfaces, which the table did not list, may be in it when it is read again. */
  mayList(names: readonly string[]): boolean {
    return names.some((name) => !this.#unlisted.has(name));
  }

  /** It has been read again for these, and does not list them: tunnels of MPLS and MVPN, say. */
  doesNotList(names: readonly string[]): void {
    if (this.#unlisted.size + names.length > UNLISTED_LIMIT) this.#unlisted.clear();
    for (const name of names.slice(0, UNLISTED_LIMIT)) this.#unlisted.add(name);
  }
}
