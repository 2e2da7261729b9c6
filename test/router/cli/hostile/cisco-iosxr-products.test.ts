/** Two outputs of IOS XR that name the same entry again and again: time and memory grow with them, not with their product. */
import { expect, test } from 'vitest';
import { parseRoutes, type RouteOutputs } from '../../../../src/router/cli/cisco-iosxr/routes.ts';
import { inTime } from './in-time.ts';

function rowsInTime(outputs: RouteOutputs) {
  return inTime(Object.values(outputs), () => parseRoutes(outputs, '239.1.1.1', 'show mrib')).routes;
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
