/** Knobs of networks whose traces are long, and come in many Replies. */
import fc from 'fast-check';
import type { Shape } from './graph.ts';
import type { Trouble } from './troubles.ts';

/** @param least routers */
export function longPath(least: number, most: number) {
  return {
    shape: fc.constantFrom<Shape>('chain', 'chain', 'tree'),
    size: fc.integer({ min: least, max: most }),
    lan: fc.constant(1),
    target: fc.constantFrom('source-group' as const, 'source' as const),
    way: fc.constantFrom('lan' as const, 'multicast' as const),
    hasSmallMtu: fc.constant(true),
    hasUnnumbered: fc.constant(false),
    troubles: fc.constant<Trouble[]>([]),
    hops: fc.constant(255),
    isMixed: fc.constant(false),
    unknownShare: fc.constant(0),
    gatewayShare: fc.constant(0),
    transitiveShare: fc.constant(1),
  };
}
