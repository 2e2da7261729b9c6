/**
 * The corpus against the built daemon, on real sockets of both families, in a network of its own that nothing can leave:
 * it lives, counts every datagram once, does not grow, and answers a plain Query as if nothing had been.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../../src/wire/address.ts';
import { SENDERS } from '../engine/world.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SEED = 8487;
const DATAGRAMS = 12_000;
const MOST_GROWTH_OCTETS = 64 * 1024 * 1024;
const LISTENED = ['2001:db8::5', '2001:db8::3'];

/** Root needs no user namespace, and may be forbidden to make one. */
const UNSHARE = process.getuid?.() === 0 ? ['--net'] : ['--map-root-user', '--net'];

function inNamespace(...command: readonly string[]) {
  const addresses = SENDERS.filter((one) => one.length === 16 && one[0] !== 0xfe && one[15] !== 0).map(formatAddress);
  const own = [...addresses.filter((text) => text !== '::1'), ...LISTENED];
  const script = join(import.meta.dirname, 'namespace.sh');
  return spawnSync('unshare', [...UNSHARE, script, ...own, '--', ...command], { cwd: ROOT, encoding: 'utf8' });
}

const { status, stderr, error } = inNamespace('true');
const missing = status === 0 ? '' : ` (SKIPPED: no network namespace: ${error?.message ?? stderr.trim()})`;
if (missing !== '') console.warn(`test/fuzz/daemon${missing}`);

describe.skipIf(missing !== '')(`${DATAGRAMS} datagrams of the corpus${missing}`, () => {
  test('are each counted once, and the daemon is as before', { timeout: 180_000 }, () => {
    const driver = ['--import', './test/fuzz/instrument.mjs', 'test/fuzz/daemon/driver.ts'];
    const run = inNamespace(process.execPath, ...driver, String(SEED), String(DATAGRAMS));
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const result = JSON.parse(run.stdout.split('\n').at(-2)!);

    expect(result.status, 'of the daemon, after SIGTERM').toBe(0);
    expect(result.malformed).toBe(0);
    expect(result.received).toBeGreaterThan(100);
    for (const trace of result.traces) {
      expect(trace.status, trace.output).toBe(0);
      expect(JSON.parse(trace.stdout).hops).toMatchObject(Array(4).fill({ forwardingCodeName: 'NO_ERROR' }));
    }
    expect(result.residentAfter - result.residentBefore).toBeLessThan(MOST_GROWTH_OCTETS);

    // The two traces were received and answered, too.
    const { counts, ports } = result.stopped;
    const sum = (name: string) => ports.reduce((all: number, port: Record<string, number>) => all + port[name]!, 0);
    const dropped = Object.values<number>(counts.dropped).reduce((all, one) => all + one, 0);
    const { replied, relayed, split } = counts;
    const unreachable = counts['upstream-unreachable'];
    expect(sum('received') + sum('truncated') + sum('poolEmpty')).toBe(result.sent + 2);
    expect([sum('truncated'), counts.dropped['longer-than-slot']]).toEqual([result.long, result.long]);
    expect(sum('received') + sum('truncated')).toBe(dropped + relayed + (replied - unreachable));
    expect(sum('sent') + sum('failed') + sum('queueFull')).toBe(replied + relayed + split);
    expect(counts.unsent ?? 0).toBe(sum('failed') + sum('queueFull'));
    for (const one of [dropped, replied, relayed, split, unreachable]) expect(one).toBeGreaterThan(10);
  });
});
