/** What the platform asks of IOS, and what it makes of refusals. */

import { describe, expect, test } from 'vitest';
import { rpOf } from '../../../../src/router/cli/assemble/rps.ts';
import { ciscoIos } from '../../../../src/router/cli/cisco-ios/platform.ts';
import { type ForwardingQuery, ReaderError } from '../../../../src/router/port.ts';
import { OUTPUTS } from '../support/box/cisco-ios.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';
import { LISTS } from './lists.ts';

const signal = () => new AbortController().signal;

describe('the platform', () => {
  test('every command names the VRF', () => {
    const blue = ciscoIos({ vrf: 'blue' });
    const questions = [
      blue.table,
      blue.forwarding({ family: 4, group: '239.1.1.1', source: null }),
      blue.forwarding({ family: 6, group: 'ff15::1', source: null }),
      blue.path('10.1.0.2', 4),
      blue.path('2001:db8::2', 6),
    ];
    expect(questions.flatMap(({ commands }) => commands)).toEqual([
      'show ip interface',
      'show ipv6 interface',
      'show snmp mib ifmib ifindex',
      'show ip pim vrf blue interface detail',
      'show ip pim vrf blue neighbor',
      'show ip pim vrf blue rp mapping',
      'show ip access-lists',
      'show ipv6 pim vrf blue interface',
      'show ipv6 pim vrf blue neighbor',
      'show ipv6 pim vrf blue group-map',
      'show ip mroute vrf blue 239.1.1.1',
      'show ip mroute vrf blue 239.1.1.1 count',
      'show ip pim vrf blue interface count',
      'show ipv6 mroute vrf blue ff15::1',
      'show ipv6 mfib vrf blue ff15::1',
      'show ip rpf vrf blue 10.1.0.2',
      'show ipv6 rpf vrf blue 2001:db8::2',
      'show ipv6 route vrf blue 2001:db8::2',
    ]);
  });

  test('TTL thresholds and boundaries; what the rest is whole without may be refused', async () => {
    const outputs = {
      'show ip interface': OUTPUTS['show ip interface']!,
      'show ip pim interface detail': OUTPUTS['show ip pim interface detail']!.replaceAll(
        'Multicast TTL threshold: 0',
        'Multicast TTL threshold: 16\n  Multicast boundary: SCOPE (in/out)',
      ),
      'show ip access-lists': LISTS,
      'show ip mroute 239.1.1.1': OUTPUTS['show ip mroute 239.1.1.1']!,
      'show ip rpf 10.0.0.2': OUTPUTS['show ip rpf 10.0.0.2']!,
    };
    const reader = readerWith(ciscoIos(), fakeCli(outputs));
    const snapshot = await reader.readForwarding({ family: 4, group: '239.1.1.1', source: null }, signal());
    const { interfaces, scopes = [], neighbors, rps, routes = [] } = snapshot;
    expect(interfaces.map((row) => row.ttlThreshold)).toEqual([16, 16, undefined, 16, undefined]);
    expect(interfaces.every((row) => row.index >= 2 ** 31 && row.inMulticastPackets === null)).toBe(true);
    expect(scopes.map(({ groups }) => groups)).toEqual(['239.1.1.1/32', '239.1.1.1/32', '239.1.1.1/32']);
    expect([neighbors, rps]).toEqual([undefined, [{ groups: '239.1.1.1/32', address: '10.0.0.2' }]]);
    expect(routes.map(({ packets }) => packets)).toEqual([null]);
  });

  test.each(['239.1.1.1', null])('packets of interfaces may be refused, with a group or without: %s', async (group) => {
    const { 'show ip pim interface count': _, ...outputs } = OUTPUTS;
    const reader = readerWith(ciscoIos(), fakeCli(outputs));
    const { rpf, interfaces } = await reader.readForwarding({ family: 4, group, source: '10.1.0.2' }, signal());
    expect(rpf?.some((row) => row.interface !== null)).toBe(true);
    expect(interfaces.every((row) => row.inMulticastPackets === null)).toBe(true);
  });

  test('what is shut down has neither addresses nor multicast, but its line protocol may be down', async () => {
    const shut = (output: string) =>
      output.replace(/^GigabitEthernet0\/1 is up/m, 'GigabitEthernet0/1 is administratively down');
    const commands = ['show ip interface', 'show ipv6 interface', 'show ip pim interface detail'];
    const outputs = Object.fromEntries(commands.map((command) => [command, shut(OUTPUTS[command]!)]));
    const shown = async (changed: Readonly<Record<string, string>>) => {
      const reader = readerWith(ciscoIos(), fakeCli({ ...OUTPUTS, ...changed }));
      const { interfaces } = await reader.readInterfaces(signal());
      const { addresses, multicast, designatedRouters } = interfaces.find(({ name }) => name.endsWith('0/1'))!;
      return { addresses, multicast, designatedRouters };
    };
    expect(await shown(outputs)).toEqual({ addresses: [], multicast: false, designatedRouters: undefined });
    const ipv4 = { 'show ip interface': outputs['show ip interface']! };
    expect(await shown(ipv4)).toEqual({ addresses: [], multicast: false, designatedRouters: undefined });
    const down = (output: string) => output.replaceAll('line protocol is up', 'line protocol is down');
    const plain = await shown({});
    expect(plain.addresses).toContain('10.5.0.5/24');
    expect(await shown(Object.fromEntries(commands.map((one) => [one, down(OUTPUTS[one]!)])))).toEqual(plain);
  });

  test('IPv6 has no dense mode, whatever IPv4 speaks on the same link', async () => {
    const detail = OUTPUTS['show ip pim interface detail']!.replaceAll('mode: sparse', 'mode: sparse-dense');
    const reader = readerWith(ciscoIos(), fakeCli({ ...OUTPUTS, 'show ip pim interface detail': detail }));
    const spoken = async (query: ForwardingQuery) => {
      const { interfaces } = await reader.readForwarding(query, signal());
      return interfaces.find(({ name }) => name === 'GigabitEthernet0/1')?.multicastRoutingProtocol;
    };
    expect(await spoken({ family: 4, group: '239.1.1.1', source: '10.1.0.2' })).toBe('pimSparseDense');
    expect(await spoken({ family: 6, group: 'ff3e::1:1', source: 'fd00:1::2' })).toBe('pimSparseMode');
    expect(await spoken({ family: 6, group: null, source: 'fd00:1::2' })).toBe('pimSparseMode');
  });

  test('without PIM of either family nothing is known of multicast', async () => {
    const reader = readerWith(ciscoIos(), fakeCli({ 'show ip interface': OUTPUTS['show ip interface']! }));
    await expect(reader.readInterfaces(signal())).rejects.toMatchObject({ code: 'ERR_READER_COMMAND' });
  });

  describe('IPv6 has none, and', () => {
    const tableWith = (ipv4: string, ipv6: string) => {
      const { commands, parse } = ciscoIos().table;
      const pim = { 'show ip pim interface detail': ipv4, 'show ipv6 pim interface': ipv6 };
      const outputs: Readonly<Record<string, string>> = { ...OUTPUTS, ...pim };
      return parse(commands.map((command) => outputs[command] ?? ''));
    };
    const NONE = ['', 'Interface          PIM   Nbr   Hello  DR\n                         Count Intvl  Prior\n'];

    test.each([
      'Command authorization failed.\n',
      '% Authorization failed.\n',
      '% Authorization failed: AAA is not configured\n',
      'Error: AAA authorization server is not configured\n',
      '*** no answer ***\n',
    ])('IPv4 is not told: nothing is known: %j', (refusal) => {
      for (const ipv6 of NONE) expect(() => tableWith(refusal, ipv6)).toThrow(ReaderError);
      expect(tableWith(OUTPUTS['show ip pim interface detail']!, refusal).multicast[4]).not.toEqual([]);
    });

    test.each([
      "     ^\n% Invalid input detected at '^' marker.\n",
      '% Incomplete command.\n',
      '% Ambiguous command:  "show ip pim interface detail"\n',
      '% Unrecognized command\n',
      '% Unknown command or computer name, or unable to find computer address\n',
      '%PIM not enabled\n',
      '% PIM is not configured\n',
      '%IP multicast routing is not enabled for VRF red\n',
      'Error: PIM process is not running\n',
      'Process "pim" is not running\n',
      '% IP multicast-routing is not enabled\n',
      'PIM is currently not running\n',
    ])('nor has IPv4: %j', (refusal) => {
      for (const ipv6 of NONE) expect(tableWith(refusal, ipv6).multicast).toEqual({ 4: [], 6: [] });
    });
  });

  test('an RP in the address of an IPv6 group is not that of a wider range', () => {
    const map = (range: string, rp: string) => `${range}*\n    SM, RP: ${rp}\n    Info source: Static\n`;
    const learned = map('FF7E:140:2001:DB8:0:1::/96', '2001:DB8:0:1::1');
    const text = map('FF00::/8', 'FD00::2') + learned + map('FF78::/16', 'FD00::3');
    const { commands, parse } = ciscoIos().table;
    const outputs: Readonly<Record<string, string>> = { ...OUTPUTS, 'show ipv6 pim group-map': text };
    const { rps } = parse(commands.map((command) => outputs[command] ?? ''));
    const groups = ['ff15::1', 'ff7e:140:2001:db8::1', 'ff7e:140:2001:db8:0:1::5', 'ff78:140:2001:db8::1'];
    expect(groups.map((group) => rpOf(group, rps))).toEqual(['fd00::2', null, '2001:db8:0:1::1', 'fd00::3']);
  });

  const { prompt, pager } = ciscoIos().terminal!;
  test.each(['r4#', 'r4>', 'dc1-core.example#', 'Switch-2-standby#'])('prompt %s', (line) => {
    expect(line).toMatch(prompt);
  });
  test.each(['r4(config)#', 'Password:', '% Invalid input', '  RPF type: unicast', 'r4# show'])(
    'no prompt: %s',
    (line) => {
      expect(line).not.toMatch(prompt);
    },
  );
  test('pager', () => expect(' --More-- ').toMatch(pager));
});
