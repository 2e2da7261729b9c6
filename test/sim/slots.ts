/** The slots of a simulated daemon: each is free, the engine's, or lent for sending. Throws when the engine mixes that up. */
import { type Memory, memoryOf } from '../../src/wire/view.ts';

export const SLOT_OCTETS = 2048;

export class Slots {
  readonly memory: Memory;
  readonly #free: number[];
  readonly #lent = new Set<number>();
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
    this.memory = memoryOf(new Uint8Array(count * SLOT_OCTETS).fill(0xa5));
    this.#free = Array.from({ length: count }, (_, slot) => slot);
  }

  /** How many are not free. */
  get taken(): number {
    return this.#count - this.#free.length;
  }

  take(): number | undefined {
    return this.#free.shift();
  }

  /** Puts a datagram there, and nothing that could be taken for a part of it behind. @returns the slot's base */
  fill(slot: number, octets: Uint8Array): number {
    const base = slot * SLOT_OCTETS;
    this.memory.octets.fill(0xa5, base, base + SLOT_OCTETS);
    this.memory.octets.set(octets, base);
    return base;
  }

  release(slot: number): void {
    if (this.#free.includes(slot)) throw new Error(`slot ${slot} released twice`);
    if (this.#lent.has(slot)) throw new Error(`slot ${slot} released while it is being sent`);
    this.#free.push(slot);
  }

  /** @returns what is to be sent */
  lend(slot: number, length: number): Uint8Array {
    if (this.#lent.has(slot) || this.#free.includes(slot))
      throw new Error(`slot ${slot} is sent from, but not the engine's`);
    this.#lent.add(slot);
    return this.memory.octets.slice(slot * SLOT_OCTETS, slot * SLOT_OCTETS + length);
  }

  giveBack(slot: number): void {
    this.#lent.delete(slot);
  }
}
