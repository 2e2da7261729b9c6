/** The free list: every slot has one owner at a time, whatever the order in which they come and go. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlotPool } from '../../src/net/pool.ts';

describe('SlotPool', () => {
  it('is one slab of its slots', () => {
    const pool = new SlotPool(3, 64);
    expect(pool.slab.byteLength).toBe(3 * 64);
    expect(pool.octets.buffer).toBe(pool.slab);
    expect(pool.view.buffer).toBe(pool.slab);
    expect([pool.slots, pool.slotOctets, pool.freeCount]).toEqual([3, 64, 3]);
  });

  it('gives each slot once, then none', () => {
    const pool = new SlotPool(3, 64);
    expect(new Set([pool.take(), pool.take(), pool.take()])).toEqual(new Set([0, 1, 2]));
    expect(pool.take()).toBeUndefined();
    expect(pool.freeCount).toBe(0);
  });

  it.each([0, 2, 3, -1, 0.5, Number.NaN])('refuses slot %s, which is not taken', (slot) => {
    const pool = new SlotPool(3, 64);
    const taken = pool.take()!;
    pool.release(taken);
    expect(() => pool.release(slot)).toThrow(expect.objectContaining({ code: 'ERR_SLOT_NOT_TAKEN' }));
    expect(pool.freeCount).toBe(3);
  });

  it('never gives a slot that somebody has, in any order of takes and releases', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (steps) => {
        const pool = new SlotPool(4, 8);
        const owned: number[] = [];
        for (const step of steps) {
          if (step < 5) {
            const slot = pool.take();
            expect(slot === undefined).toBe(owned.length === 4);
            if (slot === undefined) continue;
            expect(owned).not.toContain(slot);
            owned.push(slot);
          } else if (owned.length > 0) {
            pool.release(owned.splice(step % owned.length, 1)[0]!);
          }
          expect(pool.freeCount).toBe(4 - owned.length);
        }
      }),
    );
  });
});
