/** Requests to all routers of a link, because the one upstream is not known: one of them goes on. RFC 8487 §4.3.1, §5.4 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Shown } from './client.ts';
import { wholeFault } from './faults.ts';
import type { Router } from './model.ts';
import { property, TIMEOUT_MS } from './runs.ts';
import { type Knobs, knobs } from './topology.ts';
import type { Trouble } from './troubles.ts';
import { isRoutersGroup } from './unknown-upstream.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

const voice = ({ speaker }: Router) => (speaker.kind === 'daemon' ? `daemon ${speaker.daemon}` : speaker.kind);

describe.each([4, 6] as const)('IPv%i', (family) => {
  const field = family === 4 ? 'upstreamRouterAddress' : 'remoteAddress';

  /** Who has asked a link, and who has answered, how often. */
  function crossings(runs: number, arbitrary: fc.Arbitrary<Knobs>): Map<string, number> {
    const seen = new Map<string, number>();
    const look = ({ hops }: Shown, path: readonly Router[]) => {
      for (const [i, below] of path.entries()) {
        const above = path[i + 1];
        if (above === undefined || !isRoutersGroup(String(hops.get(i + 1)?.[field]))) continue;
        const isOne = below.speaker.kind === 'daemon' && voice(below) === voice(above);
        const crossing = isOne ? 'within a daemon' : `${below.speaker.kind} to ${above.speaker.kind}`;
        seen.set(crossing, (seen.get(crossing) ?? 0) + 1);
      }
    };
    property(runs, arbitrary, (one) => wholeFault(one, look));
    return seen;
  }

  const forgetful = {
    family: fc.constant(family),
    target: fc.constantFrom('source-group' as const, 'group' as const),
    isMixed: fc.constant(false),
    size: fc.integer({ min: 4, max: 20 }),
    hops: fc.constant(255),
    hasUnnumbered: fc.constant(false),
    troubles: fc.constant<Trouble[]>([]),
    unknownShare: fc.constantFrom(0.5, 1),
    hostShare: fc.constantFrom(0.8, 1),
    wantsNativeForward: fc.constant(true),
  };

  test('daemons among themselves', () => {
    const seen = crossings(
      80,
      knobs({ ...forgetful, daemons: fc.integer({ min: 2, max: 4 }), nativeShare: fc.constant(0) }),
    );
    expect(seen.get('within a daemon')).toBeGreaterThan(5);
    expect(seen.get('daemon to daemon')).toBeGreaterThan(5);
  });

  test('daemons and native routers: each asks the other', () => {
    const seen = crossings(100, knobs({ ...forgetful, nativeShare: fc.constantFrom(0.3, 0.6) }));
    expect(seen.get('native to daemon')).toBeGreaterThan(5);
    expect(seen.get('daemon to native')).toBeGreaterThan(5);
    expect(seen.get('native to native')).toBeGreaterThan(5);
  });
});
