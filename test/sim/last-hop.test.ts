/** Who is not the proper last-hop router says so, or nothing where all were asked. RFC 8487 §4.1.1 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { wholeFault } from './faults.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { type Knobs, knobs } from './topology.ts';
import type { Trouble } from './troubles.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

const small = { size: fc.integer({ min: 1, max: 8 }), troubles: fc.constant<Trouble[]>([]) };

/** The codes of first hops, and `silence`. */
function firstHops(runs: number, arbitrary: fc.Arbitrary<Knobs>): Set<unknown> {
  const codes = new Set<unknown>();
  property(runs, arbitrary, (one) =>
    wholeFault(one, ({ hops }) => codes.add(hops.get(1)?.forwardingCodeName ?? 'silence')),
  );
  return codes;
}

describe.each([4, 6] as const)('IPv%i', (family) => {
  const only = { ...small, family: fc.constant(family) };

  test('a daemon with no router on the client’s link', () => {
    const daemons = fc.integer({ min: 2, max: 4 });
    const elsewhere = knobs({ ...only, way: fc.constant('wrong'), daemons, nativeShare: fc.constant(0) });
    expect(firstHops(40, elsewhere)).toEqual(new Set(['WRONG_LAST_HOP']));
  });

  test('a native router that is not the one which forwards onto the link', () => {
    const others = knobs({ ...only, way: fc.constant('wrong'), lan: fc.constant(3), nativeShare: fc.constant(1) });
    expect(firstHops(40, others)).toContain('WRONG_LAST_HOP');
  });

  test('no router with multicast on the client’s link', () => {
    const troubles = fc.constant<Trouble[]>([{ kind: 'noMulticast', at: 0 }]);
    const alone = { ...only, troubles, lan: fc.constant(1), nativeShare: fc.constant(0) };
    expect(firstHops(20, knobs({ ...alone, way: fc.constant('lan') }))).toEqual(new Set(['WRONG_LAST_HOP']));
    expect(firstHops(20, knobs({ ...alone, way: fc.constant('multicast') }))).toEqual(new Set(['silence']));
  });
});
