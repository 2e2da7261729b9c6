/** Several clients at once, with the same Query IDs and others, on one host, one link, or anywhere: each gets its own path. */
import fc from 'fast-check';
import { describe, test, vi } from 'vitest';
import { crowdFault } from './faults.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { knobs } from './topology.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

describe.each([4, 6] as const)('IPv%i', (family) => {
  // A daemon that has read half of its routers, for another client, answers by what it knows.
  const only = { family: fc.constant(family), isUnlearned: fc.constant(false) };
  const one = knobs(only);
  const clients = fc.integer({ min: 2, max: 5 });

  test('whatever they trace', () => {
    property(80, fc.tuple(one, clients), ([network, count]) => crowdFault(network, count));
  });

  test('through gateways, whose Query IDs are their own', () => {
    const behind = knobs({ ...only, gatewayShare: fc.constantFrom(0.3, 0.6) });
    property(50, fc.tuple(behind, clients), ([network, count]) => crowdFault(network, count));
  });

  test('with loss', () => {
    const share = fc.constantFrom(0, 0.05, 0.2);
    const faults = fc.record({ loss: share, duplication: share, reordering: share });
    property(50, fc.tuple(one, clients, faults), ([network, count, wire]) => crowdFault(network, count, wire));
  });
});
