/**
 * Outputs of real IOS and IOS-XE devices. They lie beside the project, and are not a part of it. What is expected was written by
 * hand from the texts, or comes from somebody else's parse of them where that has the field; never from our own.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseInterfaceCounts, parseRouteCounts } from '../../../../src/router/cli/cisco-ios/parse-counts.ts';
import { parseFamilyInterfaces } from '../../../../src/router/cli/cisco-ios/parse-interfaces.ts';
import { parsePath } from '../../../../src/router/cli/cisco-ios/parse-path.ts';
import { parseNeighbors, parsePim6, parsePimDetail } from '../../../../src/router/cli/cisco-ios/parse-pim.ts';
import { parseRoutes } from '../../../../src/router/cli/cisco-ios/parse-routes.ts';
import { parseRps } from '../../../../src/router/cli/cisco-ios/parse-rps.ts';

const CORPUS = join(import.meta.dirname, '../../../../../shared/corpus');
const isThere = existsSync(join(CORPUS, 'cisco_ios'));
if (!isThere) console.log('SKIPPED test/router/cli/cisco-ios/corpus.test.ts: the corpus is not there');

type Told = (line: string) => void;

/** Lines that no rule knows, and why they may stay so. */
const NOT_UNDERSTOOD: Readonly<Record<string, readonly string[]>> = {
  // The first four letters of a legend that the text breaks in two.
  'cisco_iosxe/show-ip-mroute/genie-golden10': ['Outg'],
};

/** What `parse` makes of one text, after a look at the lines that it has not understood. */
function parsed<T>(path: string, parse: (text: string, told: Told) => T): T {
  const unknown: string[] = [];
  const part = parse(readFileSync(join(CORPUS, `${path}.txt`), 'utf8'), (line) => unknown.push(line));
  expect(unknown).toEqual(NOT_UNDERSTOOD[path] ?? []);
  return part;
}

/** Of each command that the platform sends, every case that is there; none may be forgotten below. */
function casesOf(command: string): string[] {
  return ['cisco_ios', 'cisco_iosxe'].flatMap((platform) => {
    const folder = join(CORPUS, platform, command);
    if (!existsSync(folder)) return [];
    const texts = readdirSync(folder).filter((name) => name.endsWith('.txt'));
    return texts.map((name) => `${platform}/${command}/${name.slice(0, -4)}`);
  });
}

/** Cases by path below the corpus, without the command. */
function covers(command: string, known: Readonly<Record<string, unknown>>): void {
  const expected = Object.keys(known).map((path) => path.replace('/', `/${command}/`));
  expect(expected.sort()).toEqual(casesOf(command).sort());
}

describe.skipIf(!isThere)('entries: `SOURCE GROUP: INCOMING from UPSTREAM to OUTGOING..., SECONDS`', () => {
  const ROUTES4 = {
    'cisco_ios/genie-golden2': [
      '* 239.1.1.1: Null from nobody to, 4',
      '10.229.11.11 239.1.1.1: Loopback1 from nobody to, 4',
      '* 224.0.1.40: Null from nobody to Loopback1, 538',
    ],
    'cisco_ios/ntc-cisco-ios-show-ip-mroute1': ['* 224.0.1.40: FastEthernet0/1 from 172.16.1.1 to, 3888'],
    'cisco_ios/ntc-cisco-ios-show-ip-mroute2': [],
    'cisco_iosxe/genie-golden10': [
      '* 239.1.1.1: Null from nobody to, 108000',
      '20.20.20.21 239.1.1.1: Vlan100 from nobody to Vlan500, 108000',
      '* 239.1.1.30: Null from nobody to Vlan100, 309600',
      '20.20.20.22 239.1.1.30: Vlan500 from 2000::2:2 to Vlan100, 49536',
      '20.20.20.21 232.1.1.5: Vlan100 from nobody to Vlan500, 108000',
      '20.20.20.22 232.1.1.6: Vlan500 from 2000::2:2 to Vlan100, 309600',
      '* 224.0.1.40: Null from nobody to Loopback2, 309600',
    ],
    'cisco_iosxe/genie-golden11': [
      '* 226.1.1.1: Vlan500 from 8888::8 to, 521',
      '30.0.0.2 226.1.1.1: Vlan100 from nobody to Vlan500, 521',
      '* 224.0.1.40: Vlan500 from 8888::8 to Loopback1, 4059',
    ],
    'cisco_iosxe/genie-golden12': [
      '* 239.0.0.13: Null from nobody to Vlan10, 72',
      '50.50.50.2 239.0.0.13: Null from nobody to Vlan10, 39',
    ],
    'cisco_iosxe/genie-golden13': [
      '* 225.1.1.1: Null from nobody to Tunnel2, 1169',
      '192.168.1.2 225.1.1.1: Port-channel10 from 192.168.10.2 to Tunnel2, 1169',
      '* 225.1.1.3: Null from nobody to Tunnel2, 1169',
    ],
    'cisco_iosxe/genie-golden14': [
      '* 225.1.1.1: Tunnel0 from 2.2.2.2 to Port-channel40, 1440',
      '192.168.1.2 225.1.1.1: Tunnel0 from 2.2.2.2 to Port-channel40, 414',
      '* 225.1.1.3: Tunnel0 from 2.2.2.2 to Port-channel40, 1440',
      '192.168.1.2 225.1.1.3: Tunnel0 from 2.2.2.2 to Port-channel40, 414',
    ],
    'cisco_iosxe/genie-golden4': ['* 229.1.0.0: Lspvif2 from 1.1.1.1 to, 238'],
    'cisco_iosxe/genie-golden5': ['192.168.1.10 225.1.1.1: Vlan2001 from nobody to LISP0.1, 7204'],
    'cisco_iosxe/genie-golden7': ['10.1.101.4 239.1.1.1: Vlan101 from nobody to Vlan102 Vlan901, 28'],
  };
  const ROUTES6 = {
    'cisco_iosxe/genie-golden4': ['ff8e::', 'ff8e::1'].flatMap((group) =>
      ['*', '2001::2'].map((source) => `${source} ${group}: Tunnel2 from ::ffff:202:202 to Port-channel40, 399`),
    ),
  };

  const routesIn = (path: string) =>
    parsed(path, (text, told) => parseRoutes(text, 'show ip mroute', told)).map(({ route }) => {
      const { source, group, incoming, upstream, outgoing, uptimeSeconds } = route;
      expect(outgoing.every(({ state }) => state === 'forwarding')).toBe(true);
      const to = ['to', ...outgoing.map((one) => one.interface)].join(' ');
      const from = upstream === undefined ? 'unknown' : (upstream ?? 'nobody');
      return `${source ?? '*'} ${group}: ${incoming ?? 'Null'} from ${from} ${to}, ${uptimeSeconds}`;
    });

  test('every case is expected', () => {
    covers('show-ip-mroute', ROUTES4);
    covers('show-ipv6-mroute', ROUTES6);
  });
  test.each(Object.entries(ROUTES4))('IPv4: %s', (path, expected) => {
    expect(routesIn(path.replace('/', '/show-ip-mroute/'))).toEqual(expected);
  });
  test.each(Object.entries(ROUTES6))('IPv6: %s', (path, expected) => {
    expect(routesIn(path.replace('/', '/show-ipv6-mroute/'))).toEqual(expected);
  });

  test('modes, RPs and prunes', () => {
    const read = (name: string) =>
      parsed(`cisco_ios${name}`, (text, told) => parseRoutes(text, 'show ip mroute', told));
    const dense = read('xe/show-ip-mroute/genie-golden12');
    expect(dense.map(({ route, rp }) => [route.multicastRoutingProtocol, rp])).toEqual([
      ['pimDenseMode', null],
      ['pimDenseMode', null],
    ]);
    const [pruned, registering] = read('xe/show-ip-mroute/genie-golden11');
    expect([pruned?.route.pruneSent, pruned?.rp]).toEqual([undefined, '10.10.10.10']);
    expect(registering?.route.pruneSent).toBe(false);
    const [range] = read('xe/show-ip-mroute/genie-golden4');
    expect([range?.groups, range?.rp]).toEqual(['229.1.0.0/16', '30.0.1.1']);
  });
});

describe.skipIf(!isThere)('counts of entries: software and hardware', () => {
  const COUNTS: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {
    'cisco_iosxe/show-ip-mroute-count/genie-golden': Object.fromEntries(
      [85, 84, 83, 82].flatMap((last) => [
        [`* 239.10.1.${last}`, 0n],
        [`4.4.4.4 239.10.1.${last}`, 7n],
      ]),
    ),
    'cisco_iosxe/show-ip-mfib/genie-golden-10': {
      '* 232.0.0.7': 0n,
      '192.168.1.2 232.0.0.7': 32815778n,
      '* 232.0.0.8': 0n,
      '192.168.1.2 232.0.0.8': 1n + 32802283n,
      '* 232.0.0.9': 0n,
      '192.168.1.2 232.0.0.9': 32763284n,
      '* 232.0.0.10': 0n,
      '192.168.1.2 232.0.0.10': 32839179n,
    },
    'cisco_iosxe/show-ip-mfib/genie-golden-2': {
      '* 224.0.0.0/4': 0n,
      '* 224.0.1.40': 0n,
      '* 232.0.0.0/8': 0n,
      '30.0.0.2 232.1.1.1': 0n,
      '20.0.0.2 232.1.1.2': 0n,
      '20.0.0.4 232.1.1.2': 0n,
      '20.0.0.5 232.1.1.2': 0n,
    },
    'cisco_iosxe/show-ip-mfib/genie-golden-6': { '7.255.0.4 239.0.0.7': 6n + 15864306n },
    'cisco_iosxe/show-ip-mfib/genie-golden-7': { '1.1.1.1 225.2.2.2': 1n + 5003n },
    'cisco_iosxe/show-ip-mfib/genie-golden-8': { '2.2.2.2 225.2.2.2': 1n + 2517n },
    'cisco_iosxe/show-ip-mfib/genie-golden-9': {
      '192.168.1.2 232.0.0.6': 32804078n,
      '* 232.0.0.7': 0n,
      '192.168.1.2 232.0.0.7': 32815778n,
    },
    'cisco_iosxe/show-ipv6-mfib/genie-golden-10': { '1111::1 ff13::1': 1n + 1242n },
    'cisco_iosxe/show-ipv6-mfib/genie-golden-11': { '2222::2 ff13::1': 1n + 750n },
    'cisco_iosxe/show-ipv6-mfib/genie-golden-13': {
      '2001::2 ff8e::': 1n + 191233n,
      '* ff8e::1': 16n,
      '2001::2 ff8e::1': 1n + 191231n,
      '* ff8e::2': 87n,
    },
    'cisco_iosxe/show-ipv6-mfib/genie-golden-2': { '2000::1:1 ff05::1': 9n + 38797693n },
    'cisco_iosxe/show-ipv6-mfib/genie-golden-3': { '2000::1:1 ff05::1': 1n + 38715783n },
    'cisco_iosxe/show-ipv6-mfib/genie-golden-4': {},
    'cisco_iosxe/show-ipv6-mfib/genie-golden-5': { '* ff13::1': 12n },
    'cisco_iosxe/show-ipv6-mfib/genie-golden-8': { '2000::21 ff05:1::5': 2n + 594209n },
    'cisco_iosxe/show-ipv6-mfib-group-count/genie-golden-1': { '10::1:1:200 ff03::1:1:1': 5n },
  };

  test('every case is expected', () => {
    const commands = ['show-ip-mroute-count', 'show-ip-mfib', 'show-ipv6-mfib', 'show-ipv6-mfib-group-count'];
    expect(Object.keys(COUNTS).sort()).toEqual(commands.flatMap(casesOf).sort());
  });
  test.each(Object.entries(COUNTS))('%s', (path, expected) => {
    const counts = parsed(path, (text, told) => parseRouteCounts(text, 'counts', told));
    const texts = Object.entries(expected).map(([key, count]) => [key, count.toString()]);
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(texts));
  });

  test('of interfaces', () => {
    const [path = '', ...others] = casesOf('show-ip-pim-interface-count');
    expect(others).toEqual([]);
    expect(parsed(path, (text, told) => parseInterfaceCounts(text, 'counts', told))).toEqual([
      { interface: 'GigabitEthernet0/1', inPackets: '0', outPackets: '0' },
    ]);
  });
});

describe.skipIf(!isThere)('paths', () => {
  const path = (prefix: string, name: string, neighbor: string | null, routingProtocol: string | null) => ({
    prefix,
    interface: name,
    neighbor,
    routingProtocol,
  });
  const PATHS: Readonly<Record<string, readonly [target: string, expected: unknown]>> = {
    // Its mask is no prefix: what is known is the target alone.
    'cisco_ios/show-ip-rpf/genie-golden2': [
      '192.168.16.226',
      path('192.168.16.226/32', 'Ethernet1/4', '192.168.145.2', 'ospf'),
    ],
    'cisco_iosxe/show-ip-rpf/genie-golden1': ['10.1.101.4', path('10.1.101.4/32', 'Vlan101', null, 'netmgmt')],
    'cisco_iosxe/show-ip-rpf/genie-golden2': ['10.1.1.100', path('10.1.1.0/24', 'Ethernet3/0', '10.1.1.5', 'rip')],
    'cisco_iosxe/show-ip-rpf/genie-golden3': ['1.1.1.1', path('0.0.0.0/5', 'LISP0.4099', '172.19.1.64', null)],
    'cisco_iosxe/show-ipv6-rpf/genie-golden2': [
      '2001:99:99::99',
      path('2001:99:99::99/128', 'GigabitEthernet3', null, 'netmgmt'),
    ],
  };
  test('every case is expected', () => {
    expect(Object.keys(PATHS).sort()).toEqual(['show-ip-rpf', 'show-ipv6-rpf'].flatMap(casesOf).sort());
  });
  test.each(Object.entries(PATHS))('%s', (file, [target, expected]) => {
    expect(parsed(file, (rpf, told) => parsePath({ rpf }, target, 'rpf', told))).toEqual(expected);
  });
});

describe.skipIf(!isThere)('interfaces: addresses, MTU and VRF as in the text', () => {
  /** A reading of its own, without rules: every address and MTU, with the interface whose block it stands in. */
  function factsOf(text: string): string[] {
    let name = '';
    return text.split(/\r?\n/).flatMap((line) => {
      name = / line protocol is /.test(line) ? line.split(' ')[0]! : name;
      const [, address = / address is ([\dA-F:]+)/.exec(line)?.[1]] =
        /(?:address is|Secondary address) ([\d.]+\/\d+)/.exec(line) ?? [];
      const [, global, length] = /([\dA-F:]+), subnet is .*\/(\d+)/i.exec(line) ?? [];
      const [, mtu] = /MTU is (\d+)/.exec(line) ?? [];
      const [, vrf] = /^ *VPN Routing\/Forwarding "(.*)"/.exec(line) ?? [];
      if (global !== undefined) return [`${name} ${global.toLowerCase()}/${length}`];
      if (address?.includes(':')) return [`${name} ${address.toLowerCase()}/64`];
      if (address?.includes('/')) return [`${name} ${address}`];
      if (vrf !== undefined) return [`${name} vrf ${vrf}`];
      return mtu === undefined ? [] : [`${name} mtu ${mtu}`];
    });
  }
  const cases = isThere ? ['show-ip-interface', 'show-ipv6-interface'].flatMap(casesOf) : [];
  test.each(cases)('%s', (path) => {
    const rows = parsed(path, (text, told) => parseFamilyInterfaces(text, 'show ipv6 interface', told));
    const found = rows.flatMap(({ name, addresses, mtu, vrf }) => [
      ...addresses.map((address) => `${name} ${address}`),
      ...(mtu === undefined ? [] : [`${name} mtu ${mtu}`]),
      ...(vrf === undefined ? [] : [`${name} vrf ${vrf}`]),
    ]);
    const text = readFileSync(join(CORPUS, `${path}.txt`), 'utf8');
    expect(found.sort()).toEqual(factsOf(text).sort());
    expect(rows).toHaveLength(text.match(/ line protocol is /g)?.length ?? 0);
  });
});

describe.skipIf(!isThere)('PIM', () => {
  const NEIGHBORS: Readonly<Record<string, readonly string[]>> = {
    'cisco_ios/show-ip-pim-neighbor/genie-golden': [
      '192.168.4.1 Port-channel1.100',
      '192.168.205.2 GigabitEthernet0/2/3.100',
    ],
    'cisco_iosxe/show-ip-pim-neighbor/genie-golden-1': ['172.19.1.64 LISP0.4099'],
    'cisco_ios/show-ipv6-pim-neighbor/genie-golden': [100, 101, 103].map(
      (vlan) => `fe80::21a:30ff:fe47:6ec1 Port-channel2.${vlan}`,
    ),
    'cisco_iosxe/show-ipv6-pim-neighbor/genie-golden2': [
      '::ffff:404:404 Tunnel2',
      '::ffff:606:606 Tunnel2',
      'fe80::20:1:2 Port-channel10',
    ],
    'cisco_ios/show-ipv6-pim-neighbor-detail/genie-golden': [
      ['fe80::21a:30ff:fe47:6ec0', '2001::1:1', 'Port-channel1.100'],
      ['fe80::21a:30ff:fe47:6ec0', '2001:1::1:1', 'Port-channel1.101'],
      ['fe80::21a:30ff:fe47:6e01', '2001::1', 'GigabitEthernet0/2/0.100'],
      ['fe80::21a:30ff:fe47:6e01', '2001:1::1', 'GigabitEthernet0/2/0.101'],
      ['fe80::2d7:8fff:fecb:8602', '2001::4:2', 'GigabitEthernet0/2/3.100'],
      ['fe80::2d7:8fff:fecb:8602', '2001:1::4:2', 'GigabitEthernet0/2/3.101'],
    ].flatMap(([linkLocal, global, name]) => [`${linkLocal} ${name}`, `${global} ${name}`]),
  };
  test('every case of neighbours is expected', () => {
    const commands = ['show-ip-pim-neighbor', 'show-ipv6-pim-neighbor', 'show-ipv6-pim-neighbor-detail'];
    expect(Object.keys(NEIGHBORS).sort()).toEqual(commands.flatMap(casesOf).sort());
  });
  test.each(Object.entries(NEIGHBORS))('%s', (path, expected) => {
    const rows = parsed(path, (text, told) => parseNeighbors(text, 'neighbor', told));
    expect(rows.map((row) => `${row.address} ${row.interface}`)).toEqual(expected);
  });

  const on = (name: string, mode: string, designatedRouter: string | undefined) => ({
    name,
    isEnabled: true,
    designatedRouter,
    mode,
    ttlThreshold: 0,
  });
  const off = (name: string) => ({ name, isEnabled: false, designatedRouter: undefined });
  test.each([
    [
      'cisco_ios/show-ip-pim-interface-detail/genie-golden-intf-detail-2',
      [on('GigabitEthernet3', 'passive', '10.1.5.5')],
    ],
    [
      'cisco_ios/show-ip-pim-interface-detail/genie-golden-intf-detail-3',
      [
        on('Loopback0', 'sparse', '10.4.4.14'),
        off('Loopback8'),
        off('GigabitEthernet15'),
        on('GigabitEthernet16', 'sparse', undefined),
      ],
    ],
  ])('%s', (path, expected) => {
    expect(casesOf('show-ip-pim-interface-detail')).toHaveLength(2);
    expect(parsed(path, (text, told) => parsePimDetail(text, 'detail', told))).toEqual(expected);
  });

  test('IPv6 interfaces', () => {
    const [path = '', ...others] = casesOf('show-ipv6-pim-interface');
    expect(others).toEqual([]);
    const rows = parsed(path, (text, told) => parsePim6(text, 'interface', told));
    expect(rows.map(({ name, isEnabled, designatedRouter }) => [name, isEnabled, designatedRouter])).toEqual([
      ['GigabitEthernet3', true, 'fe80::5054:ff:fe84:f097'],
      ['Tunnel5', false, undefined],
      ['Tunnel6', false, undefined],
      ['Tunnel7', false, undefined],
      ['Loopback1', true, 'fe80::21e:f6ff:feac:a600'],
    ]);
  });

  test.each([
    ['cisco_ios/show-ip-pim-rp-mapping/genie-golden-mapping-1', '10.145.0.3'],
    ['cisco_iosxe/show-ip-pim-rp-mapping/genie-golden-mapping-3', '10.145.0.4'],
  ])('%s: Auto-RP before BSR and static', (path, address) => {
    expect(casesOf('show-ip-pim-rp-mapping')).toHaveLength(2);
    const rows = parsed(path, (text, told) => parseRps(text, 'mapping', new Map(), told));
    expect(rows).toEqual([{ groups: '224.0.0.0/4', address }]);
  });
});
