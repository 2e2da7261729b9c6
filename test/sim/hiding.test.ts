/** Domains that do not tell the client of the links between their routers. RFC 8487 §4.6 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { lossyFault, wholeFault } from './faults.ts';
import { longPath } from './long-path.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { type Knobs, knobs } from './topology.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

describe.each([4, 6] as const)('IPv%i', (family) => {
  const only = { family: fc.constant(family), hidingShare: fc.constantFrom(0.5, 1) };

  /** How often each code was shown. */
  function codes(runs: number, arbitrary: fc.Arbitrary<Knobs>): Map<unknown, number> {
    const seen = new Map<unknown, number>();
    property(runs, arbitrary, (one) =>
      wholeFault(one, ({ hops }) => {
        for (const { forwardingCodeName } of hops.values())
          seen.set(forwardingCodeName, (seen.get(forwardingCodeName) ?? 0) + 1);
      }),
    );
    return seen;
  }

  test('daemons that are peers, and native routers', () => {
    expect(codes(80, knobs(only)).get('INFO_HIDDEN')).toBeGreaterThan(20);
  });

  test('routers that ask a whole link', () => {
    const asking = { unknownShare: fc.constantFrom(0.3, 0.7), hostShare: fc.constant(1) };
    const seen = codes(80, knobs({ ...only, ...asking, wantsNativeForward: fc.constant(true) }));
    expect(seen.get('INFO_HIDDEN')).toBeGreaterThan(20);
  });

  const long = { ...longPath(30, 90), ...only };

  test('paths that take many Replies', () => {
    expect(codes(20, knobs(long)).get('NO_SPACE')).toBeGreaterThan(5);
  });

  test('with loss', () => {
    const share = fc.constantFrom(0.05, 0.2);
    const faults = fc.record({ loss: share, duplication: share, reordering: share });
    property(30, fc.tuple(fc.oneof(knobs(only), knobs(long)), faults), ([one, wire]) => lossyFault(one, wire, 8));
  });
});
