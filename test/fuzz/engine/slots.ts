/** The slab of a life. Free slots are full of poison, so that a write to one shows, and so does reading from one. */
import { memoryOf } from '../../../src/wire/view.ts';
import { check } from './invariants.ts';

export const SLOT_OCTETS = 2048;
export const MOST_SLOTS = 10;
const POISON = 0xa5;
const poison = new Uint8Array(SLOT_OCTETS).fill(POISON);

/** One for all lives, which come one after the other. */
export const memory = memoryOf(new Uint8Array(MOST_SLOTS * SLOT_OCTETS));

export class Slots {
  readonly #free: number[];
  readonly #count: number;

  constructor(count: number) {
    memory.octets.fill(POISON);
    this.#count = count;
    this.#free = Array.from({ length: count }, (_, slot) => slot);
  }

  get freeCount(): number {
    return this.#free.length;
  }

  get areAllFree(): boolean {
    return this.#free.length === this.#count;
  }

  /** The one that was released last comes first, as in the daemon. */
  take(): number | undefined {
    return this.#free.pop();
  }

  release(slot: number): void {
    this.octetsOf(slot).fill(POISON);
    this.#free.push(slot);
  }

  octetsOf(slot: number): Uint8Array {
    return memory.octets.subarray(slot * SLOT_OCTETS, (slot + 1) * SLOT_OCTETS);
  }

  /** @param takenCount slots that somebody has */
  check(takenCount: number): void {
    check(takenCount + this.#free.length === this.#count, 'has lost a slot');
    for (const slot of this.#free) {
      check(Buffer.compare(this.octetsOf(slot), poison) === 0, `writes to slot ${slot}, which is free`);
    }
  }
}
