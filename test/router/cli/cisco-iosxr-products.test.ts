/** Two outputs of IOS XR that name the same entry again and again: time and memory grow with them, not with their product. */
import { expect, test } from 'vitest';
import { parseRoutes, type RouteOutputs } from '../../../src/router/cli/cisco-iosxr/routes.ts';

const MOST_MS_PER_MEGABYTE = 3000;
const ALLOWANCE_MS = 1000;

function rowsInTime(outputs: RouteOutputs) {
  const megabytes = Object.values(outputs).reduce((sum, output) => sum + output.length / 1e6, 0);
  const beganMs = performance.now();
  const { routes } = parseRoutes(outputs, '239.1.1.1', 'show mrib');
  expect(performance.now() - beganMs).toBeLessThan(ALLOWANCE_MS + MOST_MS_PER_MEGABYTE * megabytes);
  return routes;
}

test('one entry, over and over, in both views', { timeout: 120_000 }, () => {
  const entries = '(1.1.1.1,239.1.1.1)\n'.repeat(24_000);
  expect(rowsInTime({ routes: entries, topology: entries, counts: '' })).toHaveLength(1);
});

test('one entry, over and over, for which PIM lists many interfaces', { timeout: 120_000 }, () => {
  const interfaces = Array.from({ length: 20_000 }, (_, i) => ` e${i} 0 off Prune\n`).join('');
  const rows = rowsInTime({
    routes: '(*,239.1.1.1)\n'.repeat(20_000),
    topology: `(*,239.1.1.1)\n${interfaces}`,
    counts: '(*,239.1.1.1)\n'.repeat(20_000),
  });
  expect(rows.map(({ outgoing }) => outgoing.length)).toEqual([20_000]);
});
