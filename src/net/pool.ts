/**
 * The slab that every datagram lives in while the daemon works on it, and the free list of its slots. The memory is
 * taken once, so a flood costs drops, never memory. A slot has one owner (src/net/port.ts), who may release it once.
 */

export class SlotPool {
  readonly slots: number;
  /** Octets of a slot: the longest datagram that can be received or built. */
  readonly slotOctets: number;
  /** `slots × slotOctets` octets, slot i at `i * slotOctets`. Must not be transferred: sockets receive into it. */
  readonly slab: ArrayBuffer;
  readonly octets: Uint8Array;
  readonly view: DataView;
  /** A stack, so that the slot that is still in the processor's cache is the next one taken. */
  readonly #free: Uint32Array;
  #freeCount: number;
  readonly #taken: Uint8Array;

  constructor(slots: number, slotOctets: number) {
    this.slots = slots;
    this.slotOctets = slotOctets;
    this.slab = new ArrayBuffer(slots * slotOctets);
    this.octets = new Uint8Array(this.slab);
    this.view = new DataView(this.slab);
    this.#free = Uint32Array.from({ length: slots }, (_, i) => slots - 1 - i);
    this.#freeCount = slots;
    this.#taken = new Uint8Array(slots);
  }

  get freeCount(): number {
    return this.#freeCount;
  }

  /** A slot, now the caller's, with whatever octets it last had; `undefined` when all are taken. */
  take(): number | undefined {
    if (this.#freeCount === 0) return undefined;
    this.#freeCount -= 1;
    const slot = this.#free[this.#freeCount]!;
    this.#taken[slot] = 1;
    return slot;
  }

  /** Gives a slot back. Throws ERR_SLOT_NOT_TAKEN for one that is free or not of this pool: a defect of its owner. */
  release(slot: number): void {
    if (this.#taken[slot] !== 1) {
      throw Object.assign(new Error(`slot ${slot} is not taken`), { code: 'ERR_SLOT_NOT_TAKEN' });
    }
    this.#taken[slot] = 0;
    this.#free[this.#freeCount] = slot;
    this.#freeCount += 1;
  }
}
