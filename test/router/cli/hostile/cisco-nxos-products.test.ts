/** NX-OS: rows of one output and next hops of another take time that grows with both and no faster. */
import { expect, test } from 'vitest';
import { ciscoNxos } from '../../../../src/router/cli/cisco-nxos/platform.ts';
import { OUTPUTS } from '../support/box/cisco-nxos.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';
import { QUERY, TEXTS } from '../support/nxos.ts';
import { allInTime } from './in-time.ts';

const many = (count: number, lineOf: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => lineOf(n)).join('');

test('many rows of one source, and many next hops to it', async () => {
  const plain = Object.fromEntries(Object.entries(OUTPUTS).filter(([command]) => !command.endsWith('| json')));
  const row = `(10.1.0.2/32, 239.1.1.1/32), uptime: 1d02h, ip
  Incoming interface: Ethernet1/9, RPF nbr: 10.23.0.2
`;
  const hop = (n: number) =>
    `    *via 10.${n >> 16}.${(n >> 8) & 255}.${n & 255}, Eth1/1, [110/41], 1d02h, ospf-1, intra\n`;
  const outputs: Readonly<Record<string, string>> = {
    ...plain,
    ...TEXTS,
    'show ip mroute 239.1.1.1': `IP Multicast Routing Table for VRF "default"\n\n${many(25_000, () => row)}`,
    'show ip route 10.1.0.2': `IP Route Table for VRF "default"\n10.1.0.0/24, ubest/mbest: 9/0\n${many(25_000, hop)}`,
  };
  const session = fakeCli(outputs);
  const reader = readerWith(ciscoNxos(), session);
  await allInTime(async () => {
    const { routes } = await reader.readForwarding(QUERY, new AbortController().signal);
    expect(routes?.length).toBeGreaterThan(0);
    return session.trips.flat().map((command) => outputs[command] ?? '');
  });
});
