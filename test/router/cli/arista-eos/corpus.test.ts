/** Outputs of real EOS switches. They lie beside the project, and are not a part of it: what they say was read off by eye. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseInterfacesText } from '../../../../src/router/cli/arista-eos/parse-interfaces-text.ts';
import { parseMrouteText } from '../../../../src/router/cli/arista-eos/parse-mroute-text.ts';
import { parsePimInterfaces } from '../../../../src/router/cli/arista-eos/parse-pim.ts';
import { parseGroup } from '../../../../src/router/cli/arista-eos/parse-routes.ts';
import { strange } from '../support/told.ts';

const CORPUS = join(import.meta.dirname, '../../../../../shared/corpus/arista_eos');
const isThere = existsSync(CORPUS);
if (!isThere) console.log('SKIPPED test/router/cli/arista-eos/corpus.test.ts: the corpus is not there');

const text = (path: string) => readFileSync(join(CORPUS, path), 'utf8');
const MROUTES = 'show-ip-mroute-vrf-all-detail/ntc-arista-eos-show-ip-mroute-vrf-all.txt';

describe.skipIf(!isThere)('outputs of real switches', () => {
  test('every command of the corpus has its test here', () => {
    expect(readdirSync(CORPUS).sort()).toEqual([
      'show-interfaces',
      'show-ip-mroute-vrf-all-detail',
      'show-pim-ipv4-interface',
    ]);
  });

  test('the multicast routing table: VRF default', () => {
    const { lines, tell } = strange();
    expect(parseMrouteText(text(MROUTES), 'text', undefined, tell).map((entry) => entry.rp)).toEqual([
      undefined,
      '204.14.0.136',
      undefined,
      undefined,
      '204.14.0.136',
      undefined,
      '204.14.0.136',
    ]);
    expect(lines).toEqual([]);
    const { routes, rps } = parseGroup(
      {
        text: { command: 'text', output: text(MROUTES) },
        counts: { command: 'counts', output: '% Invalid input' },
      },
      undefined,
    );
    const common = { multicastRoutingProtocol: 'pimSparseMode', packets: null };
    const forwarding = (...names: string[]) => names.map((name) => ({ interface: name, state: 'forwarding' }));
    const days = (days: number, hours: number) => (days * 24 + hours) * 3600;
    expect(routes).toEqual([
      {
        ...common,
        group: '224.0.1.129',
        source: '169.254.132.172',
        incoming: null,
        upstream: null,
        outgoing: [],
        pruneSent: undefined,
        uptimeSeconds: days(118, 18),
      },
      {
        ...common,
        group: '224.0.23.192',
        source: null,
        incoming: null,
        upstream: null,
        outgoing: forwarding('Ethernet2/1', 'Ethernet2/2'),
        pruneSent: undefined,
        uptimeSeconds: days(38, 14),
      },
      {
        ...common,
        group: '224.0.23.192',
        source: '192.26.98.17',
        incoming: null,
        upstream: null,
        outgoing: forwarding('Ethernet2/1'),
        pruneSent: undefined,
        uptimeSeconds: 8 * 3600 + 57 * 60 + 21,
      },
      {
        ...common,
        group: '224.0.23.192',
        source: '192.168.98.17',
        incoming: 'Ethernet10',
        upstream: '10.100.10.6',
        outgoing: forwarding('Ethernet2/1'),
        pruneSent: false,
        uptimeSeconds: 8 * 3600 + 57 * 60 + 21,
      },
      {
        ...common,
        group: '224.0.23.190',
        source: null,
        incoming: null,
        upstream: null,
        outgoing: forwarding('Ethernet0/1'),
        pruneSent: undefined,
        uptimeSeconds: days(38, 14),
      },
      {
        ...common,
        group: '224.0.23.190',
        source: '10.205.227.165',
        incoming: 'Ethernet32',
        upstream: undefined,
        outgoing: [...forwarding('Ethernet2/1'), { interface: 'Ethernet0/1', state: 'pruned' }],
        pruneSent: false,
        uptimeSeconds: days(38, 14),
      },
      {
        ...common,
        group: '224.0.23.190',
        source: '10.205.227.166',
        incoming: 'Ethernet32',
        upstream: undefined,
        outgoing: forwarding('Ethernet0/1', 'Ethernet2/1'),
        pruneSent: false,
        uptimeSeconds: days(18, 7),
      },
    ]);
    expect(rps).toEqual([
      { groups: '224.0.23.192/32', address: '204.14.0.136' },
      { groups: '224.0.23.190/32', address: '204.14.0.136' },
    ]);
  });

  test('the multicast routing table: another VRF', () => {
    const entries = parseMrouteText(text(MROUTES), 'text', 'FOO');
    expect(entries).toMatchObject([
      {
        group: '224.0.1.130',
        source: '169.254.132.173',
        incoming: null,
        forwarding: [],
        isJoined: false,
        uptimeSeconds: 42 * 3600,
      },
    ]);
    expect(entries).toHaveLength(1);
  });

  test('interfaces with PIM', () => {
    const { lines, tell } = strange();
    const output = text('show-pim-ipv4-interface/ntc-arista-eos-show-pim-ipv4-interface.txt');
    expect(parsePimInterfaces(output, 'command', 4, tell)).toEqual([
      { name: 'Ethernet20/1', designatedRouter: '192.0.2.2' },
      { name: 'Port-Channel1.10', designatedRouter: '192.0.2.4' },
      { name: 'Vlan100', designatedRouter: '192.0.2.6' },
      { name: 'Vlan200', designatedRouter: '192.0.2.8' },
    ]);
    expect(lines).toEqual([]);
  });

  test.each([
    [
      'portchannel',
      [
        ['Ethernet47', 9214],
        ['Ethernet48', 9214],
        ['Ethernet49', 9214],
        ['Ethernet50', 9214],
        ['Ethernet51', 1500, '172.16.1.2/24'],
        ['Ethernet52', 1500, '172.16.2.2/24'],
        ['Loopback0', 65535, '44.44.44.44/32'],
        ['Loopback2', 65535, '22.22.22.22/32'],
        ['Management1', 1500, '10.16.100.5/24'],
        ['Port-Channel1', 9214],
        ['Port-Channel2', 9214],
        ['Vlan16', 1500, '10.16.100.7/24'],
        ['Vlan4094', 1500, '1.1.1.2/30'],
      ],
    ],
    [
      's2',
      [
        ['Ethernet1', 1500, '10.0.0.1/30', 'fe80::a8c1:abff:fe3b:1c7a/64'],
        ['Ethernet2', 1500, '192.168.1.1/30', 'fe80::a8c1:abff:fe31:e593/64'],
        ['Ethernet3', 9214],
        ['Ethernet4', 9214],
        ['Loopback0', 65535, '1.1.1.1/32'],
        ['Management0', 1500, '172.20.20.2/24'],
        ['Vlan100', 1500, '10.100.0.1/24', 'fe80::21c:73ff:fe38:71c7/64'],
        ['Vlan500', 1500, '192.168.5.1/24', 'fe80::21c:73ff:fe38:71c7/64', '2001:192:168:5::1/64'],
      ],
    ],
    [
      's3',
      [
        ['Vlan888', 1500],
        ['Vxlan1', undefined],
      ],
    ],
  ] as const)('interfaces: %s', (name, expected) => {
    const { lines, tell } = strange();
    const file = `show-interfaces/ntc-arista-eos-show-interfaces${name.startsWith('s') ? name.slice(1) : `-${name}`}.txt`;
    const found = parseInterfacesText(text(file), 'command', tell);
    expect(found.map(({ name: own, mtu, ipv4, ipv6 }) => [own, mtu, ...ipv4, ...ipv6])).toEqual(expected);
    expect(lines).toEqual([]);
  });
});
