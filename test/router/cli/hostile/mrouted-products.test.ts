/** What a kernel and mrouted tell of one group takes a time that grows with both, and not with their product. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { fakeSh, readerWith } from '../support/fake-shell.ts';
import { MROUTED_OUTPUTS, STATE } from '../support/mrouted-outputs.ts';
import { allInTime } from './in-time.ts';

test('many sources of one group, and as many entries of subnets', { timeout: 120_000 }, async () => {
  const count = 8000;
  const each = <Row>(rowOf: (at: number) => Row) => Array.from({ length: count }, (_, at) => rowOf(at));
  const subnet = (at: number) => `10.${at >> 8}.${at & 255}`;
  const kernel = JSON.stringify(
    each((at) => ({
      src: `${subnet(at)}.2`,
      dst: '239.1.2.3',
      iif: 'up',
      multipath: [],
      state: 'resolved',
      packets: 1,
    })),
  );
  const state = `${STATE}${each((at) => ` ${subnet(at)}/24        239.1.2.3        0:04:41  0:02:20        -  -  0   1p 2 \n`).join('')}`;
  const command = Object.keys(MROUTED_OUTPUTS).find((one) => one.includes('mroutectl'))!;
  const outputs = { ...MROUTED_OUTPUTS, 'ip -4 -s -j mroute show': kernel, [command]: state };
  const query = { family: 4, group: '239.1.2.3', source: '10.1.1.2' } as const;
  await allInTime(async () => {
    const reader = readerWith(platforms.mrouted(), fakeSh(outputs));
    const { routes } = await reader.readForwarding(query, new AbortController().signal);
    expect(routes).toMatchObject([{ source: '10.1.1.2', packets: '1', pruneSent: false, uptimeSeconds: 140 }]);
    return [kernel, state];
  });
});
