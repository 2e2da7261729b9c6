/** Gateways: a Reply up to each, and Queries of their own for what is behind. RFC 8487 §4.5 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Shown } from './client.ts';
import { lossyFault, wholeFault } from './faults.ts';
import { longPath } from './long-path.ts';
import type { Router } from './model.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { type Knobs, knobs } from './topology.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

describe.each([4, 6] as const)('IPv%i', (family) => {
  const only = {
    family: fc.constant(family),
    gatewayShare: fc.constantFrom(0.2, 0.5, 1),
    isUnlearned: fc.constant(false),
  };

  /** Of paths through gateways: how many, how many through two of them, how many with pieces in between, who asked whom. */
  function count(runs: number, arbitrary: fc.Arbitrary<Knobs>) {
    const seen = { one: 0, two: 0, pieces: 0, toDaemon: 0, toNative: 0 };
    const look = ({ hops }: Shown, path: readonly Router[]) => {
      const codes = [...hops.values()].map(({ forwardingCodeName }) => forwardingCodeName);
      const at = codes.flatMap((code, i) => (code === 'REACHED_GW' && path[i + 1] ? [i] : []));
      if (at.length > 0) seen.one++;
      if (at.length > 1) seen.two++;
      if (at.length > 0 && codes.includes('NO_SPACE')) seen.pieces++;
      for (const i of at) {
        const [below, above] = [path[i]!.speaker, path[i + 1]!.speaker];
        if (above.kind === 'native') seen.toNative++;
        if (below.kind === 'daemon' && above.kind === 'daemon' && below.daemon !== above.daemon) seen.toDaemon++;
      }
    };
    property(runs, arbitrary, (one) => wholeFault(one, look));
    return seen;
  }

  test('between daemons', () => {
    const seen = count(80, knobs({ ...only, nativeShare: fc.constant(0) }));
    expect(seen.two).toBeGreaterThan(3);
    expect(seen.toDaemon).toBeGreaterThan(3);
  });

  test('in front of native routers', () => {
    expect(count(80, knobs({ ...only, nativeShare: fc.constantFrom(0.3, 0.6) })).toNative).toBeGreaterThan(3);
  });

  const long = {
    ...longPath(30, 90),
    ...only,
    gatewayShare: fc.constantFrom(0.03, 0.1),
    hops: fc.constantFrom(255, 40),
  };

  test('on paths that take many Replies', () => {
    expect(count(25, knobs(long)).pieces).toBeGreaterThan(5);
  });

  test('with loss', () => {
    const share = fc.constantFrom(0, 0.05, 0.2);
    const faults = fc.record({ loss: share, duplication: share, reordering: share });
    property(30, fc.tuple(fc.oneof(knobs(only), knobs(long)), faults), ([one, wire]) => lossyFault(one, wire, 8));
  });
});
