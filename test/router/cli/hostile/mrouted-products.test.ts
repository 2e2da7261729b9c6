/** What a kernel and mrouted tell takes a time that grows with both, and not with their product. */
import { expect, test } from 'vitest';
import { SHOW_STATE } from '../../../../src/router/cli/mrouted/commands.ts';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { fakeSh, readerWith } from '../support/fake-shell.ts';
import { MROUTED_OUTPUTS, STATE } from '../support/mrouted-outputs.ts';
import { allInTime } from './in-time.ts';

const rowsOf =
  (count: number) =>
  <Row>(rowOf: (at: number) => Row) =>
    Array.from({ length: count }, (_, at) => rowOf(at));

test('many sources of one group, and as many entries of subnets', { timeout: 120_000 }, async () => {
  const each = rowsOf(8000);
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
  const outputs = { ...MROUTED_OUTPUTS, 'ip -4 -s -j mroute show': kernel, [SHOW_STATE]: state };
  const query = { family: 4, group: '239.1.2.3', source: '10.1.1.2' } as const;
  await allInTime(async () => {
    const reader = readerWith(platforms.mrouted(), fakeSh(outputs));
    const { routes } = await reader.readForwarding(query, new AbortController().signal);
    expect(routes).toMatchObject([{ source: '10.1.1.2', packets: '1', pruneSent: false, uptimeSeconds: 140 }]);
    return [kernel, state];
  });
});

test('many interfaces, and as many VIFs of other names', { timeout: 120_000 }, async () => {
  const each = rowsOf(30_000);
  const addresses = JSON.stringify(each((at) => ({ ifindex: at + 1, ifname: `e${at}`, mtu: 1500, addr_info: [] })));
  const vifs = each((at) => ` ${at % 1000}     u${at}  192.0.2.6       subnet: 192.0.2.4/30        2   1      0  \n`);
  const state = STATE.replace('\nMulticast Routing Table', `${vifs.join('')}$&`);
  const outputs = { ...MROUTED_OUTPUTS, 'ip -j addr': addresses, [SHOW_STATE]: state };
  await allInTime(async () => {
    const reader = readerWith(platforms.mrouted(), fakeSh(outputs));
    const { interfaces } = await reader.readInterfaces(new AbortController().signal);
    expect(interfaces).toHaveLength(30_000);
    return [addresses, state];
  });
});
