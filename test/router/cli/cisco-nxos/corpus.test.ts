/**
 * Outputs of real devices. They lie beside the project, and are not a part of it. What is expected was read in the texts,
 * or is read there by other means than the parsers'.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCounters } from '../../../../src/router/cli/cisco-nxos/parse-counters.ts';
import { parseDistribution } from '../../../../src/router/cli/cisco-nxos/parse-distribution.ts';
import { parseIpInterfaces, parseIpv6Interfaces } from '../../../../src/router/cli/cisco-nxos/parse-interfaces.ts';
import { parseMroutes } from '../../../../src/router/cli/cisco-nxos/parse-mroutes.ts';
import { parseNeighbors, parseRps } from '../../../../src/router/cli/cisco-nxos/parse-pim.ts';
import type { Asked } from '../../../../src/router/cli/cisco-nxos/sections.ts';
import type { RoutePart } from '../../../../src/router/cli/platform.ts';
import type { NotUnderstood } from '../../../../src/router/cli/tools/text.ts';

const CORPUS = join(import.meta.dirname, '../../../../../shared/corpus/cisco_nxos');
const isThere = existsSync(CORPUS);
if (!isThere) console.log('SKIPPED test/router/cli/cisco-nxos/corpus.test.ts: the corpus is not there');

const textOf = (file: string) => readFileSync(join(CORPUS, `${file}.txt`), 'utf8');
const filesIn = (folder: string) =>
  isThere
    ? readdirSync(join(CORPUS, folder))
        .filter((file) => file.endsWith('.txt'))
        .map((file) => `${folder}/${file.replace(/\.txt$/, '')}`)
    : [];

/** What a parser makes of a file in one VRF, and the lines that it does not know. */
function read<Part>(
  parse: (output: string, asked: Asked, notUnderstood: NotUnderstood) => Part,
  file: string,
  vrf?: string,
): { readonly part: Part; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const part = parse(textOf(file), { command: file, vrf }, (line) => unknown.push(line));
  return { part, unknown };
}

/** `SOURCE GROUP incoming upstream > outgoing`, and the packets. */
function inShort({ source, group, incoming, upstream, outgoing, packets }: RoutePart): string {
  const names = outgoing.map((one) => (one.state === 'forwarding' ? one.interface : `${one.interface} (${one.state})`));
  const short = `${source ?? '*'} ${group} ${incoming} ${upstream} > ${names.join(' ')}`.trimEnd();
  return packets === null ? short : `${short} = ${packets}`;
}

describe.skipIf(!isThere)('multicast routes', () => {
  // Of group prefixes, `(*, 232.0.0.0/8)`, none are routes of a group.
  test.each<[string, string | undefined, string[]]>([
    ['show-ip-mroute-vrf-all/genie-golden-1', undefined, ['* 239.1.1.1 Ethernet9/13 10.2.3.2 > loopback2']],
    ['show-ip-mroute-vrf-all/genie-golden-1', 'VRF1', ['* 239.5.5.5 null null > loopback1']],
    [
      'show-ip-mroute-vrf-all/genie-golden-1',
      'VRF2',
      [
        '* 224.192.1.10 port-channel8 172.16.189.233 > Vlan864 Vlan812 Vlan803',
        '192.168.112.3 224.192.1.10 Vlan807 172.16.94.228 > port-channel9',
        '192.168.112.4 224.192.1.10 Ethernet1/1.10 172.16.94.228 > Ethernet1/2.20',
      ],
    ],
    [
      'show-ip-mroute-vrf-all/genie-golden-3',
      undefined,
      ['10.169.1.1 10.76.1.1 Ethernet1/9 null > port-channel12 Vlan200 Vlan30 Ethernet1/11'],
    ],
    ['show-ip-mroute-vrf-all/genie-golden-5', undefined, ['1.2.3.4 225.0.0.249 Ethernet1/2 10.2.3.1 > loopback0']],
    [
      'show-ip-mroutes-vrf-all/ntc-show-ip-mroutes-vrf-all',
      undefined,
      ['* 225.1.0.1 Ethernet1/1 10.1.1.1 > Ethernet1/3', '10.1.13.10 225.1.0.1 Ethernet1/1 10.1.1.1 > Ethernet1/3'],
    ],
    ['show-ipv6-mroute-vrf-all/genie-golden-2', undefined, []],
    ['show-ipv6-mroute-vrf-all/genie-golden-2', 'blue', []],
    [
      'show-ipv6-mroute-vrf-all/genie-golden-3',
      undefined,
      ['2001::222:1:1:1234 ff1e:1111::1:0 Ethernet1/33.10 null > Ethernet1/26 Vlan200'],
    ],
    [
      'show-ipv6-mroute-vrf-all/genie-golden-4',
      undefined,
      ['2001:db8:dd::1 ff05::32 Ethernet1/2 fe80::21e:14ff:fe79:1b08 > loopback0'],
    ],
  ])('%s, VRF %s', (file, vrf, expected) => {
    const { part, unknown } = read(parseMroutes, file, vrf);
    expect(part.map(inShort)).toEqual(expected);
    expect(unknown).toEqual([]);
  });

  test('what owns them, and for how long', () => {
    const both = (file: string) =>
      read(parseMroutes, file).part.map((one) => [one.multicastRoutingProtocol, one.uptimeSeconds]);
    expect(both('show-ip-mroute-vrf-all/genie-golden-3')).toEqual([['pimSparseMode', (24 + 22) * 3600]]);
    expect(both('show-ip-mroute-vrf-all/genie-golden-5')).toEqual([['pimSparseMode', 4031]]);
  });

  test('as handed to the forwarding engines', () => {
    const file = 'show-forwarding-distribution-multicast-route/genie-golden-1';
    const { part, unknown } = read(parseDistribution, file);
    const members = (group: string, name: string) => `* ${group} port-channel100 23.1.0.2 > ${name} = 0`;
    const local = (source: string, group: string) => `${source} ${group} Vlan461 null > Vlan461 = 13`;
    const remote = (source: string, group: string) => `${source} ${group} port-channel100 23.1.0.2 > Ethernet1/7 = 13`;
    expect(part.map(inShort)).toEqual([
      members('239.0.2.30', 'Vlan361'),
      '36.2.0.101 239.1.1.13 Ethernet1/7 null > port-channel100 = 13',
      members('239.1.1.22', 'Vlan461'),
      local('46.1.0.221', '239.1.1.22'),
      members('239.1.1.23', 'Vlan461'),
      local('46.1.0.231', '239.1.1.23'),
      members('239.2.1.2', 'Vlan461'),
      members('239.3.1.2', 'Vlan461'),
      local('46.1.0.211', '239.3.1.2'),
      members('239.3.1.3', 'Vlan461'),
      local('46.1.0.221', '239.3.1.3'),
      members('239.3.1.12', 'Ethernet1/7'),
      remote('16.1.0.101', '239.3.1.12'),
      members('239.3.1.13', 'Ethernet1/7'),
      remote('26.1.0.102', '239.3.1.13'),
      members('239.4.1.2', 'Vlan461'),
    ]);
    // The command itself, which the file begins with.
    expect(unknown).toEqual(['show forwarding distribution multicast route']);
  });
});

describe.skipIf(!isThere)('interfaces', () => {
  /** By VRF and interface what `grep` finds below the name. */
  function blocksOf(text: string): { vrf: string; name: string; block: string }[] {
    return text.split(/^(?=.* for VRF )/m).flatMap((section) => {
      const vrf = / for VRF "(.*)"/.exec(section)?.[1] ?? 'default';
      const blocks = section
        .split(/^(?=.*, Interface status)/m)
        .filter((block) => block.includes(', Interface status'));
      return blocks.map((block) => ({ vrf, name: block.split(',')[0]!.trim(), block }));
    });
  }
  const found = (block: string, pattern: RegExp) =>
    [...block.matchAll(pattern)].map(([, one, length]) => `${one}/${length}`);

  test.each([...filesIn('show-ip-interface-vrf-all'), ...filesIn('show-ip-interface')])('%s', (file) => {
    const blocks = blocksOf(textOf(file));
    expect(blocks.length).toBeGreaterThan(0);
    for (const vrf of new Set(blocks.map((one) => one.vrf))) {
      const { part, unknown } = read(parseIpInterfaces, file, vrf);
      expect(part.map((one) => ({ ...one, addresses: [...one.addresses] }))).toEqual(
        blocks
          .filter((one) => one.vrf === vrf)
          .map(({ name, block }) => ({
            name,
            isShut: block.includes('/admin-down'),
            addresses: found(block, /IP address: ([\d.]+), IP subnet: [\d.]+\/(\d+)/g),
            mtu: Number(/IP MTU: (\d+)/.exec(block)?.[1]),
            isMulticast: block.includes('IP multicast routing: enabled'),
          })),
      );
      // The command itself, where a file begins with it, and a prompt, where one ends with it.
      expect(unknown.filter((line) => line !== 'show ip interface vrf all' && line !== 'N95_1#')).toEqual([]);
    }
  });

  test.each([
    [
      'show-ipv6-interface-vrf-all/genie-golden2',
      'VRF1',
      [
        [
          'Ethernet2/1',
          1600,
          '2001:db8:1:1::1/64 2001:db8:3:3::3/64 2001:db8:4:4:a8aa:bbff:feff:8888/64 2001:db8:2:2::2/64 fe80::a8aa:bbff:feff:8888/64',
        ],
      ],
    ],
    [
      'show-ipv6-interface-vrf-all/genie-golden3',
      'VRF1',
      [
        [
          'Ethernet2/1',
          1600,
          '2001:db8:1:1::1/64 2001:db8:3:3::3/64 2001:db8:4:4:a8aa:bbff:feff:8888/64 2001:db8:2:2::2/64 fe80::a8aa:bbff:feff:8888/64',
        ],
      ],
    ],
    ['show-ipv6-interface-vrf-all/genie-golden3', undefined, []],
    [
      'show-ipv6-interface-vrf-all/genie-golden4',
      undefined,
      [
        ['Vlan902', 1500, '7:11:66:1::1/64 fe80::200:12ff:fe34:5678/64'],
        ['Vlan2401', 1500, ''],
      ],
    ],
  ])('%s, VRF %s', (file, vrf, expected) => {
    const { part, unknown } = read(parseIpv6Interfaces, file, vrf);
    expect(part.map(({ name, mtu, addresses }) => [name, mtu, [...addresses].join(' ')])).toEqual(expected);
    expect(part.some((one) => one.isMulticast)).toBe(false);
    expect(unknown).toEqual([]);
  });

  // A prompt stands at the end, and the command that was given at the beginning.
  test.each([
    [
      'show-interface-counters/genie-golden1',
      { interface: 'Ethernet1/33', inPackets: '64', outPackets: '65' },
      ['show interface Eth1/33 counters', 'P1#'],
    ],
    [
      'show-interface-counters/genie-golden3',
      { interface: 'Ethernet1/1.1', inPackets: '0', outPackets: '0' },
      ['show interface Ethernet1/8.2 counters', 'sanreg201-tor1#'],
    ],
  ])('%s', (file, expected, expectedUnknown) => {
    const { part, unknown } = read(parseCounters, file);
    expect(part).toEqual([expected]);
    expect(unknown).toEqual(expectedUnknown);
  });
});

describe.skipIf(!isThere)('PIM', () => {
  test.each([
    [undefined, { address: '192.0.2.2', interface: 'Ethernet1/1.10' }],
    ['red', { address: '192.0.2.3', interface: 'Ethernet1/1.20' }],
  ])('neighbours in VRF %s', (vrf, expected) => {
    const file = 'show-ip-pim-neighbor-vrf-all/ntc-cisco-nxos-show-ip-pim-neighbor-vrf-all';
    const { part, unknown } = read(parseNeighbors, file, vrf);
    expect(part).toEqual([expected]);
    expect(unknown).toEqual([]);
  });

  test.each([
    ['show-pim-rp/genie-golden', [{ groups: '225.0.0.0/8', address: '22.22.22.22' }]],
    ['show-ip-pim-rp-vrf-all/ntc-cisco-nxos-show-ip-pim-rp-vrf-all', []],
  ])('%s', (file, expected) => {
    const { part, unknown } = read(parseRps, file);
    expect(part).toEqual(expected);
    expect(unknown).toEqual([]);
  });
});
