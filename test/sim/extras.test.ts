/** Blocks of types that nobody knows: Extended Query Blocks, RFC 8487 §3.2.7, and Augmented Response Blocks, §3.2.6. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Shown } from './client.ts';
import { lossyFault, wholeFault } from './faults.ts';
import { longPath } from './long-path.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { knobs } from './topology.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

describe.each([4, 6] as const)('IPv%i', (family) => {
  const only = { family: fc.constant(family), extendedQueries: fc.integer({ min: 1, max: 8 }) };
  const codesOf = ({ hops }: Shown) => [...hops.values()].map(({ forwardingCodeName }) => forwardingCodeName);

  test('a Query with a block that is not transitive gets no further than one router', () => {
    let unknown = 0;
    property(60, knobs({ ...only, transitiveShare: fc.constantFrom(0, 0.8) }), (one) =>
      wholeFault(one, (shown) => {
        if (codesOf(shown).includes('UNKNOWN_QUERY')) unknown++;
      }),
    );
    expect(unknown).toBeGreaterThan(20);
  });

  /** Long, and by way of gateways, so that new Requests and Queries are made of old ones. */
  const far = {
    ...longPath(12, 60),
    ...only,
    augmentedShare: fc.constantFrom(0.5, 1),
    nativeShare: fc.constantFrom(0.2, 0.5),
    gatewayShare: fc.constantFrom(0, 0.1),
  };

  test('transitive blocks go to the end, through gateways, too', () => {
    const near = { ...far, size: fc.integer({ min: 2, max: 8 }), gatewayShare: fc.constant(0.3) };
    property(40, knobs(near), (one) => wholeFault(one));
  });

  // Not through gateways: what is full already has no room for the count of what was returned before (§3.2.6).
  test('and through splits; what routers add to their own comes back', () => {
    let augmented = 0;
    let pieces = 0;
    property(60, knobs({ ...far, gatewayShare: fc.constant(0) }), (one) =>
      wholeFault(one, (shown) => {
        augmented += [...shown.augmented.values()].filter((some) => some !== '').length;
        if (codesOf(shown).includes('NO_SPACE')) pieces++;
      }),
    );
    expect(augmented).toBeGreaterThan(20);
    expect(pieces).toBeGreaterThan(5);
  });

  test('with loss', () => {
    const share = fc.constantFrom(0, 0.05, 0.2);
    const faults = fc.record({ loss: share, duplication: share, reordering: share });
    property(40, fc.tuple(knobs(far), faults), ([one, wire]) => lossyFault(one, wire, 8));
  });
});
