/**
 * Outputs of real routers with IOS XR, as they stand there. They lie beside the project, and are not a part of it. What is
 * expected was read in the texts by eye.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAddresses, parseCounters, parseNames } from '../../../../src/router/cli/cisco-iosxr/parse-interfaces.ts';
import { type MribEntry, parseMrib } from '../../../../src/router/cli/cisco-iosxr/parse-mrib.ts';
import { parseNeighbors, parsePim, parseRps } from '../../../../src/router/cli/cisco-iosxr/parse-pim.ts';
import { parseRoutes } from '../../../../src/router/cli/cisco-iosxr/routes.ts';

const CORPUS = join(import.meta.dirname, '../../../../../shared/corpus/cisco_iosxr');
const isThere = existsSync(CORPUS);
if (!isThere) console.log('SKIPPED test/router/cli/cisco-iosxr/corpus.test.ts: the corpus is not there');

const textOf = (file: string) => readFileSync(join(CORPUS, `${file}.txt`), 'utf8');

/** What `parse` makes of a file; no line of it may stay without a rule. */
function readAll<T>(file: string, parse: (text: string, notUnderstood: (line: string) => void) => T): T {
  const strange: string[] = [];
  const parsed = parse(textOf(file), (line) => strange.push(line));
  expect(strange).toEqual([]);
  return parsed;
}

/** Of an entry: who is upstream, and each interface with its flags, `<` for an incoming one. */
function outlineOf({ source, group, rpfNeighbor, interfaces }: MribEntry): string {
  const links = interfaces.map((one) => `${one.isIncoming ? '<' : '>'}${one.name} ${[...one.flags].join(' ')}`);
  return [`(${source ?? '*'},${group})`, rpfNeighbor ?? 'nobody', ...links].join('; ');
}

describe.skipIf(!isThere)('show mrib route', () => {
  test('IPv4, with MVPN entries and a line card behind an interface', () => {
    const entries = readAll('show-mrib-vrf-route/genie-golden-1', (text, strange) => parseMrib(text, 'mrib', strange));
    expect(entries.map(outlineOf)).toEqual([
      '(*,224.0.1.39); nobody',
      '(*,227.1.1.1); 0.0.0.0; >Loopback0 F NS',
      '(192.168.0.12,227.1.1.1); 192.168.0.12; <Loopback0 F NS; >Loopback0 F A',
      '(172.16.1.2,232.1.1.1); 10.100.1.1; <Bundle-Ether2.200 A; >Bundle-Ether1.100 F NS',
      '(*,236.5.5.5); 0.0.0.0; >Loopback0 F NS',
      '(192.168.0.12,236.5.5.5); 192.168.0.12; <Loopback0 F A; >Loopback0 F A',
      '(192.168.0.22,236.5.5.5); 10.121.1.22; >Loopback0 F NS; >GigabitEthernet0/1/0/1 NS',
    ]);
  });

  test('IPv4, as rows: incoming, upstream, outgoing, uptime', () => {
    const routes = textOf('show-mrib-vrf-route/genie-golden-1');
    const rows = parseRoutes({ routes, topology: '', counts: '' }, '232.1.1.1', 'mrib').routes;
    const outline = rows.map((row) => [
      `${row.source ?? '*'} ${row.group}`,
      row.incoming,
      row.upstream,
      row.outgoing.map((oif) => `${oif.interface} ${oif.state}`).join(),
      row.uptimeSeconds,
    ]);
    expect(outline).toEqual([
      ['* 224.0.1.39', null, null, '', 58],
      ['* 227.1.1.1', null, null, 'Loopback0 forwarding', 54],
      ['192.168.0.12 227.1.1.1', 'Loopback0', null, 'Loopback0 forwarding', 54],
      ['172.16.1.2 232.1.1.1', 'Bundle-Ether2.200', '10.100.1.1', 'Bundle-Ether1.100 forwarding', 93 * 86_400],
      ['* 236.5.5.5', null, null, 'Loopback0 forwarding', 54],
      ['192.168.0.12 236.5.5.5', 'Loopback0', null, 'Loopback0 forwarding', 54],
      ['192.168.0.22 236.5.5.5', null, null, 'Loopback0 forwarding', 13],
    ]);
  });

  test('IPv6, with what is told of the entry on a line of its own, and MDT tunnels', () => {
    const file = 'show-mrib-vrf-route/genielibs-mribvrfdefaultipv6route';
    expect(readAll(file, (text, strange) => parseMrib(text, 'mrib', strange)).map(outlineOf)).toEqual([
      '(2001:db8:1:0:1:1:1:2,ff15::1:1); 2001:db8:1:0:1:1:1:2; <GigabitEthernet150/0/0/6 A; >mdtvpn1 F NS MI MT MA',
      '(2001:db8:10:0:4:4:4:5,ff15::2:1); ::ffff:c0a8:c3c8; <mdtvpn1 A MI; >GigabitEthernet150/0/0/6 F NS',
    ]);
  });

  test('IPv6, with nothing but ranges', () => {
    const file = 'show-mrib-vrf-route/genielibs-mribvrfvrf1ipv6route';
    expect(readAll(file, (text, strange) => parseMrib(text, 'mrib', strange))).toEqual([]);
  });
});

describe.skipIf(!isThere)('show pim', () => {
  test.each([
    ['genie-golden-1', '10.1.2.3'],
    ['genielibs-pimvrfdefaultipv4interfacedetail', '10.1.2.2'],
    ['genielibs-pimvrfvrf1ipv4interfacedetail', '10.1.2.2'],
  ])('interface detail: %s', (file, elected) => {
    const pim = readAll(`show-pim-vrf-interface-detail/${file}`, (text, strange) => parsePim(text, 'pim', strange));
    expect(pim).toEqual({
      names: ['Loopback0', 'GigabitEthernet0/0/0/0', 'GigabitEthernet0/0/0/1'],
      designatedRouters: [
        { interface: 'Loopback0', address: '10.16.2.2' },
        { interface: 'GigabitEthernet0/0/0/0', address: '10.2.3.2' },
        { interface: 'GigabitEthernet0/0/0/1', address: elected },
      ],
    });
  });

  test('neighbor', () => {
    const file = 'show-pim-ipv4-neighbor/ntc-cisco-xr-show-pim-ipv4-neighbor';
    expect(readAll(file, (text, strange) => parseNeighbors(text, 'neighbor', strange))).toEqual([
      { address: '192.0.2.2', interface: 'Bundle-Ether10.20' },
      { address: '192.0.2.3', interface: 'BVI10' },
      { address: '192.0.2.4', interface: 'BVI10' },
      { address: '192.0.2.5', interface: 'BVI10' },
    ]);
  });

  test('group-map: five ranges, and no RP for any', () => {
    const file = 'show-pim-ipv4-group-map/ntc-cisco-xr-show-pim-ipv4-group-map';
    expect(readAll(file, (text, strange) => parseRps(text, 'group-map', strange))).toEqual(
      ['224.0.1.1/32', '224.0.1.2/32', '224.0.0.0/24', '232.0.0.0/8'].map((groups) => ({ groups, address: '0.0.0.0' })),
    );
  });
});

describe.skipIf(!isThere)('show ipv4 interface, show ipv6 interface', () => {
  const ipv4 = (file: string, vrf?: string) =>
    readAll(`show-ipv4-vrf-all-interface/${file}`, (text, strange) => parseAddresses(text, 4, vrf, 'ipv4', strange));
  const down = { isShut: true, addresses: [], mtu: undefined };

  test('of the default VRF, where others are told, too', () => {
    expect(ipv4('genie-golden1')).toEqual([
      { name: 'Loopback0', isShut: false, addresses: ['10.4.1.1/32'], mtu: 1500 },
      { name: 'Loopback11', isShut: false, addresses: ['10.69.111.111/32'], mtu: 1500 },
      { ...down, name: 'MgmtEth0/0/CPU0/0' },
      { name: 'GigabitEthernet0/0/0/0', isShut: false, addresses: ['10.1.3.1/24'], mtu: 1500 },
      { name: 'GigabitEthernet0/0/0/3', isShut: false, addresses: ['10.1.2.1/24'], mtu: 1500 },
      { name: 'GigabitEthernet0/0/0/4', isShut: false, addresses: [], mtu: 1500 },
      { ...down, name: 'GigabitEthernet0/0/0/5' },
      { ...down, name: 'GigabitEthernet0/0/0/6' },
    ]);
    expect(ipv4('genie-golden3').map(({ name, addresses }) => [name, ...addresses])).toEqual([
      ['GigabitEthernet0/0/0/1', '192.168.2.249/24'],
      ['GigabitEthernet0/0/0/2'],
      ['GigabitEthernet0/0/0/4'],
      ['GigabitEthernet0/0/0/5'],
    ]);
  });

  test('of another VRF, with a secondary address and a tag', () => {
    expect(ipv4('genie-golden1', 'VRF1')).toEqual([
      { name: 'GigabitEthernet0/0/0/1', isShut: false, addresses: ['10.1.5.1/24', '10.2.2.2/24'], mtu: 1500 },
    ]);
    expect(ipv4('genie-golden3', 'VRF1:111')).toEqual([
      { name: 'GigabitEthernet0/0/0/0', isShut: false, addresses: ['192.168.1.242/24'], mtu: 1500 },
    ]);
  });

  test.each([
    [
      'show-ipv6-interface/genie-golden1',
      undefined,
      {
        name: 'GigabitEthernet0/0/0/0',
        isShut: false,
        addresses: ['fe80::250:56ff:fe8d:8d58/64', '2001:112::1/64'],
        mtu: 1500,
      },
    ],
    [
      'show-ipv6-vrf-all-interface/genie-golden3',
      'VRF1',
      {
        name: 'GigabitEthernet0/0/0/1',
        isShut: false,
        addresses: ['fe80::5054:ff:fe78:ebe0/64', '2001:db8:1:5::1/64'],
        mtu: 1500,
      },
    ],
  ])('%s', (file, vrf, expected) => {
    expect(readAll(file, (text, strange) => parseAddresses(text, 6, vrf, 'ipv6', strange))).toEqual([expected]);
  });
});

describe.skipIf(!isThere)('show interfaces', () => {
  test.each([
    ['show-interfaces/genie-golden2', 'Bundle-Ether1', '642898', '642896'],
    ['show-interfaces/genie-golden3', 'Bundle-Ether1', '642898', '642896'],
    ['show-interfaces-detail/genie-golden2', 'GigabitEthernet0/0/0/1', '29056', '6246'],
    ['show-interfaces-detail/genie-golden3', 'GigabitEthernet0/0/0/3', '435', '435'],
  ])('%s', (file, name, inPackets, outPackets) => {
    const counters = readAll(file, (text, strange) => parseCounters(text, 'interfaces', strange));
    expect(counters).toEqual([{ interface: name, inPackets, outPackets }]);
  });

  test('of a whole router', () => {
    const file = 'show-interfaces/ntc-cisco-xr-show-interfaces';
    const counters = readAll(file, (text, strange) => parseCounters(text, 'interfaces', strange));
    expect(counters.map((row) => [row.interface, row.inPackets, row.outPackets])).toEqual([
      ['tunnel-te300', '0', '0'],
      ['MgmtEth0/RSP0/CPU0/1', '0', '0'],
      ['MgmtEth0/RSP1/CPU0/0', '5015358', '62985'],
      ['FortyGigE0/0/0/0', '1675582', '1677091'],
      ['TenGigE0/3/0/0', '70041', '63014'],
      ['TenGigE0/3/0/4', '0', '0'],
      ['Bundle-Ether123456', '0', '0'],
      ['GigabitEthernet0/0/0/12.456', '0', '0'],
    ]);
    expect(parseNames(textOf(file), 'interfaces')).toEqual(['Loopback5', ...counters.map((row) => row.interface)]);
  });
});

test.skipIf(!isThere)('any output for any other makes an error or a part, and no other throw', () => {
  const texts = readdirSync(CORPUS).flatMap((folder) =>
    readdirSync(join(CORPUS, folder))
      .filter((file) => file.endsWith('.txt'))
      .map((file) => readFileSync(join(CORPUS, folder, file), 'utf8')),
  );
  const parsers: ((text: string) => unknown)[] = [
    (text) => parseMrib(text, 'x'),
    (text) => parsePim(text, 'x'),
    (text) => parseNeighbors(text, 'x'),
    (text) => parseRps(text, 'x'),
    (text) => parseAddresses(text, 4, undefined, 'x'),
    (text) => parseCounters(text, 'x'),
    (text) => parseRoutes({ routes: text, topology: text, counts: text }, '232.1.1.1', 'x'),
  ];
  for (const text of texts) {
    for (const parse of parsers) {
      try {
        parse(text);
      } catch (error) {
        expect(error).toMatchObject({ name: 'ReaderError' });
      }
    }
  }
});
