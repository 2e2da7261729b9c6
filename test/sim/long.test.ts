/** 200 routers in a row: more than any datagram holds, so that Replies come in pieces (RFC 8487 §4.3.3), and whole. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { wholeFault } from './faults.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { type Knobs, knobs } from './topology.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

const chain = (family: 4 | 6): fc.Arbitrary<Knobs> =>
  knobs({
    family: fc.constant(family),
    shape: fc.constant('chain'),
    size: fc.constant(200),
    lan: fc.constant(1),
    way: fc.constantFrom('lan', 'multicast', 'stand-in'),
    hops: fc.constant(255),
    isMixed: fc.constant(false),
    hasUnnumbered: fc.constant(false),
    target: fc.constantFrom('source-group', 'source'),
    troubles: fc.constant([]),
    unknownShare: fc.constant(0),
    gatewayShare: fc.constant(0),
    extendedQueries: fc.constant(0),
  });

test.each([
  [4, 8],
  [6, 15],
] as const)('IPv%i: 200 hops, in at least %i Replies', (family, least) => {
  const seen: { hops: number; replies: number }[] = [];
  property(4, chain(family), (one) =>
    wholeFault(one, ({ hops, replies }) => seen.push({ hops: hops.size, replies: replies.length })),
  );
  expect(seen.every(({ hops, replies }) => hops === 200 && replies >= least)).toBe(true);
});
