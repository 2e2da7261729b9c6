/** Datagrams are lost, doubled and late: what the client shows may have holes, and is never wrong; all ends, all slots come back. */
import fc from 'fast-check';
import { describe, test, vi } from 'vitest';
import { lossyFault } from './faults.ts';
import { longPath } from './long-path.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { knobs } from './topology.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

const share = fc.constantFrom(0, 0.05, 0.15, 0.3);
const faults = fc.record({ loss: share, duplication: share, reordering: share });
/** Few: then datagrams are lost in daemons, too. */
const slots = fc.integer({ min: 1, max: 8 });

describe.each([4, 6] as const)('IPv%i', (family) => {
  const only = { family: fc.constant(family) };
  const check = ([one, wire, some]: [Parameters<typeof lossyFault>[0], Parameters<typeof lossyFault>[1], number]) =>
    lossyFault(one, wire, some);

  test('any network', () => {
    property(120, fc.tuple(knobs(only), faults, slots), check);
  });

  test('a long path, in many Replies', () => {
    const long = knobs({ ...only, ...longPath(30, 90) });
    const often = fc.constantFrom(0.15, 0.3);
    const rough = fc.record({ loss: often, duplication: often, reordering: share });
    property(25, fc.tuple(long, rough, slots), check);
  });
});
