/** EOS: interfaces, PIM, boundaries and the CLI itself, each oddity once. */
import { describe, expect, test } from 'vitest';
import { parseBoundaries } from '../../../src/router/cli/arista-eos/parse-boundaries.ts';
import { parseCounters, parseInterfaces } from '../../../src/router/cli/arista-eos/parse-interfaces.ts';
import {
  parseCountersText,
  parseIndexes,
  parseInterfacesText,
} from '../../../src/router/cli/arista-eos/parse-interfaces-text.ts';
import { parsePath } from '../../../src/router/cli/arista-eos/parse-path.ts';
import { parseNeighbors, parsePimInterfaces, parseRps } from '../../../src/router/cli/arista-eos/parse-pim.ts';
import { aristaEos } from '../../../src/router/cli/arista-eos/platform.ts';
import type { Question } from '../../../src/router/cli/platform.ts';
import { OUTPUTS } from './support/box/arista-eos.ts';
import { fakeCli, type Outputs, readerWith } from './support/fake-shell.ts';

const C = 'command';

/** What a parser did not know. */
function strange() {
  const lines: string[] = [];
  return { lines, tell: (line: string) => lines.push(line) };
}

describe('interfaces', () => {
  const one = (row: object) => parseInterfaces(JSON.stringify({ interfaces: { Et1: row } }), C);
  const ip = (address: string, maskLen: number) => ({ address, maskLen });
  const NONE = ip('0.0.0.0', 0);

  test.each<[string, object, object]>([
    ['none', { mtu: 9214, interfaceAddress: [] }, { ipv4: [], ipv6: [], mtu: 9214 }],
    [
      'a list of one, with others beside it in order',
      {
        interfaceAddress: [
          {
            primaryIp: ip('10.1.0.1', 24),
            secondaryIps: { '10.3.0.1': ip('10.3.0.1', 24) },
            secondaryIpsOrderedList: [{ adddress: '10.3.0.1', maskLen: 24 }, ip('10.2.0.1', 25)],
            virtualIp: NONE,
          },
        ],
      },
      { ipv4: ['10.1.0.1/24', '10.3.0.1/24', '10.2.0.1/25'], ipv6: [], mtu: undefined },
    ],
    [
      'one, not in a list; others only by address',
      { interfaceAddress: { primaryIp: ip('10.1.0.1', 24), secondaryIps: { '10.2.0.1': ip('10.2.0.1', 24) } } },
      { ipv4: ['10.1.0.1/24', '10.2.0.1/24'], ipv6: [], mtu: undefined },
    ],
    [
      'only one that several switches share',
      { interfaceAddress: [{ primaryIp: NONE, virtualIp: ip('10.9.0.1', 24) }] },
      { ipv4: ['10.9.0.1/24'], ipv6: [], mtu: undefined },
    ],
    [
      'IPv6 as `show interfaces` has it, without a subnet and without a link-local one',
      {
        interfaceAddressIp6: {
          globalUnicastIp6s: [{ address: 'fd00::1', subnet: 'fd00::/64' }, { address: 'fd00::2' }],
        },
      },
      { ipv4: [], ipv6: ['fd00::1/64'], mtu: undefined },
    ],
  ])('addresses: %s', (_, row, expected) => {
    expect(one(row)).toEqual([{ name: 'Ethernet1', isDown: false, ...expected }]);
  });

  test('text: shared, secondary, by DHCP, virtual; lines of other kinds of interface', () => {
    const { lines, tell } = strange();
    const text = `Vlan10 is up, line protocol is up (connected)
  Internet address is virtual 10.9.0.1/24
  Secondary address is 10.8.0.1/24
  Broadcast address is 255.255.255.255
  IPv6 link-local address is fe80::1/64
  IPv6 global unicast address(es):
    fd00::1, subnet is fd00::/64
    fd01::1, subnet is fd01::/64 (virtual)
  IP MTU 9000 bytes
  Something new: 7
Management1 is administratively down, line protocol is down (disabled)
  Internet address is determined by DHCP
  IP MTU 1500 bytes (default), BW 1000000 kbit
`;
    expect(parseInterfacesText(text, C, tell)).toEqual([
      {
        name: 'Vlan10',
        ipv4: ['10.9.0.1/24', '10.8.0.1/24'],
        ipv6: ['fe80::1/64', 'fd00::1/64', 'fd01::1/64'],
        mtu: 9000,
        isDown: false,
      },
      { name: 'Management1', ipv4: [], ipv6: [], mtu: 1500, isDown: true },
    ]);
    expect(lines).toEqual(['  Something new: 7']);
  });

  test('a document behind lines of text; a list where names belong', () => {
    const document = JSON.stringify({ interfaces: { Et1: { mtu: 1500 } } });
    const found = [{ name: 'Ethernet1', ipv4: [], ipv6: [], mtu: 1500, isDown: false }];
    for (const before of ['! IP routing not enabled\n', 'r4#show interfaces | json\r\n']) {
      expect(parseInterfaces(before + document, C)).toEqual(found);
    }
    expect(() => parseInterfaces(`% This is an unconverted command\n${document}`, C)).toThrow('refused');
    expect(() => parseInterfaces('{"interfaces":[{"name":"Et1"}]}', C)).toThrow('cannot be understood');
  });

  test('text: what stands behind an address, an MTU that is not called that of IP', () => {
    const text = `Ethernet1 is up, line protocol is up (connected)
  Internet address is 10.9.0.1/31 (something new)
  MTU 9212 bytes, BW 10000000 Kbit
`;
    expect(parseInterfacesText(text, C)).toEqual([
      { name: 'Ethernet1', ipv4: ['10.9.0.1/31'], ipv6: [], mtu: 9212, isDown: false },
    ]);
  });

  test.each([
    'Ethernet1/1: Ifindex = 1001',
    'Et1/1: IfIndex = 1001',
    'Interface = Ethernet1/1, Ifindex = 1001',
    'Ethernet1/1    1001',
  ])('ifIndex: %s', (line) => {
    expect([...parseIndexes(`${line}\n`, C)]).toEqual([['Ethernet1/1', 1001]]);
  });

  test('counters: those of ports, exact or not at all', () => {
    const rows = {
      Ethernet1: { inMulticastPkts: 7, outMulticastPkts: 2 ** 53 + 2 },
      Vlan10: { inUcastPkts: 7 },
    };
    expect(parseCounters(JSON.stringify({ interfaces: rows }), C)).toEqual([
      { interface: 'Ethernet1', inPackets: '7', outPackets: null },
    ]);
  });
});

describe('counters as text', () => {
  test('of both directions, long names, a port that is in one table only, none', () => {
    const { lines, tell } = strange();
    const text = `Port          InOctets  InUcastPkts  InMcastPkts  InBcastPkts
Et1               9000           10          700            1
Po100.4000      123456            0            0            0

Port         OutOctets OutUcastPkts OutMcastPkts OutBcastPkts
Et1               8000           20          800            2
Et2                  1            2
`;
    expect(parseCountersText(text, C, tell)).toEqual([
      { interface: 'Ethernet1', inPackets: '700', outPackets: '800' },
      { interface: 'Port-Channel100.4000', inPackets: '0', outPackets: null },
    ]);
    expect(lines).toEqual(['Et2                  1            2']);
    expect(() => parseCountersText('Hello\n', C)).toThrow('cannot be understood');
  });
});

describe('PIM', () => {
  test('interfaces: nobody elected, long names, modes of more than one word, IPv6', () => {
    const { lines, tell } = strange();
    const text = `Address        Interface         Mode            Neighbor  Hello  DR   DR Address  PktsQed  PktsDropped
                                                Count     Intvl  Pri
10.1.0.4       Port-Channel100.4000  sparse, bidir  0  30  1  0.0.0.0  0  0
10.2.0.4       Et2               sparse          1         30     1    10.2.0.5    0        0
fe80::4        Vlan10            sparse          1         30     1    fe80::ff:5  0        0
what
`;
    expect(parsePimInterfaces(text, C, 4, tell)).toEqual([
      { name: 'Port-Channel100.4000', designatedRouter: undefined },
      { name: 'Ethernet2', designatedRouter: '10.2.0.5' },
      { name: 'Vlan10', designatedRouter: 'fe80::ff:5' },
    ]);
    expect(lines).toEqual(['what']);
  });

  test('neighbours: one address on two links, and none', () => {
    const heading =
      'PIM Neighbor Table for red VRF\nNeighbor Address  Interface  Uptime    Expires   Mode    Transport\n';
    const rows =
      'fe80::3  Ethernet1  1d02h  00:01:32  sparse  datagram\nfe80::3  Ethernet2  never  --  sparse  stream\n';
    expect(parseNeighbors(heading + rows, C, 6)).toEqual([
      { address: 'fe80::3', interface: 'Ethernet1' },
      { address: 'fe80::3', interface: 'Ethernet2' },
    ]);
    expect(parseNeighbors(heading, C, 4)).toEqual([]);
    expect(() => parseNeighbors('', C, 4)).toThrow('nothing');
  });

  const candidate = (address: string, expires: string, priority: number, override: string) =>
    `  RP: ${address}\n    Uptime: 0:18:43, Expires: ${expires}, Priority: ${priority}, Override: ${override}\n`;

  test.each([
    [
      'learned before configured',
      [candidate('10.0.0.9', 'never', 0, 'False'), candidate('10.0.0.2', '0:01:48', 192, 'False')],
    ],
    [
      'configured to override',
      [candidate('10.0.0.9', '0:01:48', 0, 'False'), candidate('10.0.0.2', 'never', 192, 'True')],
    ],
    [
      'the lower priority',
      [candidate('10.0.0.9', '0:01:48', 10, 'False'), candidate('10.0.0.2', '0:01:48', 5, 'False')],
    ],
    [
      'the higher address',
      [candidate('10.0.0.1', '0:01:48', 5, 'False'), candidate('10.0.0.2', '0:01:48', 5, 'False')],
    ],
  ])('of several RPs: %s', (_, candidates) => {
    for (const all of [candidates, candidates.toReversed()]) {
      expect(parseRps(`Group: 239.0.0.0/8\n${all.join('')}`, C, 4)).toEqual([
        { groups: '239.0.0.0/8', address: '10.0.0.2' },
      ]);
    }
  });

  test('RPs: something else is none', () => {
    expect(() => parseRps('Hello\n', C, 4)).toThrow('cannot be understood');
    expect(parseRps('The PIM RP Set\n', C, 4)).toEqual([]);
  });

  test('RPs: ranges within one that is configured to override have no other; a range of one group; none; what is strange', () => {
    const { lines, tell } = strange();
    const text = `The PIM RP Set
Group: 239.1.0.0/16
${candidate('10.0.0.9', '0:01:48', 0, 'False')}Group: 239.0.0.0/8
${candidate('10.0.0.2', 'never', 0, 'True')}Group: 225.1.1.1
${candidate('10.0.0.9', '0:01:48', 0, 'False')}Group: 238.0.0.0/8
what
`;
    expect(parseRps(text, C, 4, tell)).toEqual([
      { groups: '239.0.0.0/8', address: '10.0.0.2' },
      { groups: '225.1.1.1/32', address: '10.0.0.9' },
    ]);
    expect(lines).toEqual(['what']);
  });
});

describe('boundaries', () => {
  test('prefixes may not pass; of a list what it permits may; old spelling; IPv6; lists that are not understood', () => {
    const text = `interface Ethernet1
   multicast ipv4 boundary 239.255.0.0/16
   multicast ipv4 boundary 239.192.0.0/14 out
interface Ethernet2
   ip multicast boundary SITE
   multicast ipv6 boundary ff15::/16
interface Ethernet3
   multicast ipv4 boundary MISSING
interface Ethernet4
   multicast ipv4 boundary ODD out
interface Ethernet5
   multicast ipv4 boundary LONG
ip access-list standard SITE
   10 remark permit nothing
   10 permit host 239.1.1.1
   20 deny 239.0.0.0/8
   30 permit 224.0.0.0 15.255.255.255 log
ip access-list ODD
   10 permit ip host 10.1.0.2 host 239.1.1.1
ip access-list LONG
   10 permit pim any any
   20 permit ip any 239.1.0.0/16
   30 deny ip any any
ip prefix-list SITE seq 10 permit 10.0.0.0/8
route-map X permit 10
   20 permit 225.0.0.0/8
`;
    expect(parseBoundaries(text, C)).toEqual([
      {
        family: 4,
        interface: 'Ethernet1',
        rules: [
          { groups: '239.255.0.0/16', isPermitted: false },
          { groups: '0.0.0.0/0', isPermitted: true },
        ],
      },
      {
        family: 4,
        interface: 'Ethernet1',
        direction: 'out',
        rules: [
          { groups: '239.192.0.0/14', isPermitted: false },
          { groups: '0.0.0.0/0', isPermitted: true },
        ],
      },
      {
        family: 4,
        interface: 'Ethernet2',
        rules: [
          { groups: '239.1.1.1/32', isPermitted: true },
          { groups: '239.0.0.0/8', isPermitted: false },
          { groups: '224.0.0.0/4', isPermitted: true },
        ],
      },
      {
        family: 6,
        interface: 'Ethernet2',
        rules: [
          { groups: 'ff15::/16', isPermitted: false },
          { groups: '::/0', isPermitted: true },
        ],
      },
      {
        family: 4,
        interface: 'Ethernet5',
        rules: [
          { groups: '239.1.0.0/16', isPermitted: true },
          { groups: '0.0.0.0/0', isPermitted: false },
        ],
      },
    ]);
    expect(parseBoundaries('', C)).toEqual([]);
    expect(() => parseBoundaries('% Invalid input (privileged mode required)', C)).toThrow('refused');
  });

  test.each([
    ['one line', '   multicast ipv4 boundary ONE TWO\n'],
    ['lines of their own', '   multicast ipv4 boundary ONE\n   multicast ipv4 boundary TWO\n'],
  ])('of several lists on %s what any of them permits may pass', (_, statements) => {
    const lists = (...ofTwo: string[]) => `ip access-list standard ONE
   10 permit 239.1.0.0/16
   20 deny any
ip access-list standard TWO
${ofTwo.join('\n')}
`;
    const text = `interface Ethernet1\n${statements}`;
    expect(parseBoundaries(text + lists('   10 permit 239.2.0.0/16'), C)).toEqual([
      {
        family: 4,
        interface: 'Ethernet1',
        rules: [
          { groups: '239.1.0.0/16', isPermitted: true },
          { groups: '239.2.0.0/16', isPermitted: true },
        ],
      },
    ]);
    expect(parseBoundaries(text + lists('   10 deny 239.2.2.2/32', '   20 permit 239.2.0.0/16'), C)).toEqual([]);
    expect(parseBoundaries(text + lists('   10 permit something'), C)).toEqual([]);
  });

  test('a list that is there twice at an interface is one, whatever it denies', () => {
    const text = `interface Ethernet1
   multicast ipv4 boundary ONE
   multicast ipv4 boundary ONE ONE
ip access-list standard ONE
   10 deny 239.1.0.0/16
   20 permit any
`;
    const rules = [
      { groups: '239.1.0.0/16', isPermitted: false },
      { groups: '0.0.0.0/0', isPermitted: true },
    ];
    expect(parseBoundaries(text, C)).toEqual([{ family: 4, interface: 'Ethernet1', rules }]);
  });

  test('a group that may not pass shows as a scope', async () => {
    const command = 'show running-config | include ^interface|boundary|access-list|permit|deny';
    const text = 'interface Ethernet2\n   multicast ipv4 boundary 239.0.0.0/8\n';
    const reader = readerWith(aristaEos(), fakeCli({ ...OUTPUTS, [command]: text }));
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const { scopes } = await reader.readForwarding(query, new AbortController().signal);
    expect(scopes).toEqual([{ groups: '239.1.1.1/32', interface: 2 }]);
  });
});

describe('the answer to another question', () => {
  const entries = OUTPUTS['show ip mroute 239.1.1.1 detail']!;

  test('entries, with their legend, are no interfaces and no neighbours of PIM', () => {
    expect(() => parsePimInterfaces(entries, C, 4)).toThrow('cannot be understood');
    expect(() => parseNeighbors(entries, C, 4)).toThrow('cannot be understood');
  });

  test.each<[string, (output: string) => unknown, string[]]>([
    [
      'interfaces',
      (output) => parsePimInterfaces(output, C, 4),
      ['show ip pim neighbor', 'show pim ipv6 interface', 'show pim ipv4 rp'],
    ],
    [
      'neighbours',
      (output) => parseNeighbors(output, C, 6),
      ['show pim ipv6 interface', 'show ip pim neighbor', 'show pim ipv6 rp'],
    ],
    [
      'RPs',
      (output) => parseRps(output, C, 4),
      ['show ip pim neighbor', 'show pim ipv4 interface', 'show pim ipv6 rp', 'show ip mroute 239.1.1.1 detail'],
    ],
  ])('other tables of PIM, and the same of IPv6, are not its %s', (_, parse, commands) => {
    for (const command of commands) expect(() => parse(OUTPUTS[command]!)).toThrow('cannot be understood');
  });

  test('links with IGMP are not interfaces', () => {
    expect(() => parseInterfacesText(OUTPUTS['show ip igmp interface']!, C)).toThrow('cannot be understood');
  });

  test.each([
    'show ip mroute 232.1.1.1 detail',
    'show multicast fib ipv4 239.1.1.1 count',
    'show pim ipv6 sparse-mode route ff15::1:1 detail',
  ])('%s does not say that a group has no entries', async (command) => {
    const own = 'show ip mroute 239.1.1.1 detail';
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const read = (outputs: Outputs) =>
      readerWith(aristaEos(), fakeCli(outputs)).readForwarding(query, new AbortController().signal);
    const outputs = { ...OUTPUTS, [own]: OUTPUTS[command]! };
    expect((await read(outputs)).routes).toHaveLength(2); // as JSON
    await expect(
      read({ ...outputs, [`${own.replace(' detail', '')} | json`]: '% Invalid input' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('Invalid input') });
  });

  test.each(['show interfaces', 'show ip mroute 239.1.1.1 detail', 'show ip route 10.1.0.2 | json'])(
    '%s has no boundaries, and does not say that there are none',
    (command) => expect(() => parseBoundaries(OUTPUTS[command]!, C)).toThrow('cannot be understood'),
  );

  test.each(['show ip route 10.0.0.2 | json', 'show ip mroute 239.1.1.1 | json'])(
    '%s does not say that something else is unreachable',
    (command) => expect(() => parsePath(OUTPUTS[command]!, C, undefined, '10.1.0.2')).toThrow('cannot be understood'),
  );
});

test('no output is taken for that of another command', () => {
  const platform = aristaEos();
  const queries = [
    { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
    { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' },
  ] as const;
  const questions: Question<unknown>[] = [
    platform.table,
    ...queries.flatMap((query) => [platform.forwarding(query), platform.path(query.source, query.family)]),
  ];
  const taken = questions.flatMap(({ commands, parse }) => {
    const own = commands.map((command) => OUTPUTS[command] ?? '% Invalid input');
    const partOf = (output: string, at: number) => {
      try {
        return JSON.stringify(parse(own.with(at, output)));
      } catch {
        return 'refused';
      }
    };
    return commands.flatMap((command, at) => {
      const rightful = [partOf(own[at]!, at), partOf('% Invalid input', at)];
      const others = Object.keys(OUTPUTS).filter((other) => !rightful.includes(partOf(OUTPUTS[other]!, at)));
      return others.map((other) => `${other} for ${command}`);
    });
  });
  expect(taken).toEqual([]);
});

describe('the platform', () => {
  const without = (...commands: string[]): Outputs =>
    Object.fromEntries(Object.entries(OUTPUTS).filter(([command]) => !commands.includes(command)));
  const table = (outputs: Outputs) =>
    readerWith(aristaEos(), fakeCli(outputs)).readInterfaces(new AbortController().signal);

  test('a link with IGMP alone, without PIM, is one that multicast is forwarded to', async () => {
    const igmp = `Loopback0 is up
  IGMP on this interface: enabled
  Interface address: 10.0.0.4
  Multicast routing on this interface: enabled
  Multicast groups joined:
Ethernet2 is up
  IGMP on this interface: enabled
  Multicast routing on this interface: disabled
`;
    const pim = OUTPUTS['show pim ipv4 interface']!.replace(/^.*Ethernet2.*\n/m, '');
    const { interfaces } = await table({
      ...without('show pim ipv6 interface'),
      'show pim ipv4 interface': pim,
      'show ip igmp interface': igmp,
    });
    expect(interfaces.map(({ name, multicast }) => [name, multicast])).toEqual([
      ['Ethernet1', true],
      ['Ethernet2', false],
      ['Loopback0', true],
    ]);
  });

  test.each([
    ['JSON', (text: string) => text, (json: string) => json.replace('"connected"', '"disabled"')],
    [
      'text',
      (text: string) =>
        text.replace(
          'Ethernet1 is up, line protocol is up (connected)',
          'Ethernet1 is administratively down, line protocol is down (disabled)',
        ),
      () => '% Invalid input',
    ],
  ])('an interface that is down, by %s: it has no addresses, and does no multicast', async (_, inText, inJson) => {
    const { interfaces } = await table({
      ...OUTPUTS,
      'show interfaces': inText(OUTPUTS['show interfaces']!),
      'show interfaces | json': inJson(OUTPUTS['show interfaces | json']!),
    });
    expect(interfaces.map(({ addresses, multicast }) => [addresses.length, multicast])).toEqual([
      [0, false],
      [3, true],
      [3, false],
    ]);
  });

  test('a release that has no other spelling for IPv4: the same table', async () => {
    const old = Object.keys(OUTPUTS).filter((command) => command.startsWith('show ip pim'));
    expect(await table(without(...old))).toEqual(await table(OUTPUTS));
  });

  test('an old release, with other spellings and text: the same table', async () => {
    const old = Object.fromEntries(
      Object.entries(OUTPUTS).filter(
        ([command]) => !command.includes('show pim') && !/^show interfaces .*json/.test(command),
      ),
    );
    const expected = await table(without('show pim ipv6 interface', 'show pim ipv6 neighbor', 'show pim ipv6 rp'));
    expect(await table(old)).toEqual(expected);
    expect(expected.neighbors).toHaveLength(2);
  });

  test('what an answer is whole without may be refused', async () => {
    const { interfaces, rps, neighbors } = await table({
      'show interfaces': OUTPUTS['show interfaces']!,
      'show pim ipv4 interface': OUTPUTS['show pim ipv4 interface']!,
    });
    expect(rps).toEqual([]);
    expect(neighbors).toBeUndefined();
    expect(interfaces.map(({ name, addresses, multicast }) => ({ name, addresses, multicast }))).toEqual([
      { name: 'Ethernet1', addresses: ['10.34.0.4/24', 'fe80::4/64', 'fd00:34::4/64'], multicast: true },
      { name: 'Ethernet2', addresses: ['10.45.0.4/24', 'fe80::4/64', 'fd00:45::4/64'], multicast: true },
      { name: 'Loopback0', addresses: ['10.0.0.4/32', 'fe80::4/64', 'fd00::4/128'], multicast: false },
    ]);
    for (const { index } of interfaces) expect(index).toBeGreaterThanOrEqual(2 ** 31);
  });

  test('addresses that only the output of all interfaces tells, of those that are in the VRF', async () => {
    const document = JSON.stringify({ interfaces: { Ethernet1: { mtu: 1400 } } });
    const { interfaces } = await table({ ...OUTPUTS, 'show ipv6 interface vrf default | json': document });
    expect(interfaces.map(({ addresses }) => addresses)).toEqual([
      ['10.34.0.4/24', 'fe80::4/64', 'fd00:34::4/64'],
      ['10.45.0.4/24'],
      ['10.0.0.4/32'],
    ]);
  });

  test.each(['', '\n{\n    "errors": [\n        "No IPv6 configured interfaces"\n    ]\n}'])(
    'a VRF without IPv6 has no IPv6 address of another one',
    async (document) => {
      const nothing = `% No IPv6 configured interfaces${document}`;
      const { interfaces } = await table({ ...OUTPUTS, 'show ipv6 interface vrf default | json': nothing });
      expect(interfaces.map(({ addresses }) => addresses)).toEqual([
        ['10.34.0.4/24'],
        ['10.45.0.4/24'],
        ['10.0.0.4/32'],
      ]);
    },
  );

  test('of interfaces text is asked for where JSON is refused, and not else', async () => {
    for (const [outputs, expected] of [
      [OUTPUTS, false],
      [without('show interfaces | json'), true],
    ] as const) {
      const session = fakeCli(outputs);
      await readerWith(aristaEos(), session).readInterfaces(new AbortController().signal);
      expect(session.trips.flat().includes('show interfaces')).toBe(expected);
    }
  });

  test.each(['', '% ', '! '])(
    'without `ip multicast-routing` there is no multicast, whatever says so: %j',
    async (before) => {
      const message = `${before}ipv4 multicast routing is not configured on VRF default\n`;
      const outputs: Outputs = Object.fromEntries(
        Object.entries(without('show pim ipv6 interface')).map(([command, output]) => [
          command,
          /pim ipv4|ip pim|igmp|mroute|fib/.test(command) ? message : output,
        ]),
      );
      const { interfaces, neighbors } = await table(outputs);
      expect(interfaces.map(({ multicast }) => multicast)).toEqual([false, false, false]);
      expect(neighbors?.filter(({ address }) => address.includes('.'))).toEqual([]);
      const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
      const reader = readerWith(aristaEos(), fakeCli(outputs));
      const { routes, rpf } = await reader.readForwarding(query, new AbortController().signal);
      expect(routes).toEqual([]);
      expect(rpf).toHaveLength(1);
    },
  );

  test('without interfaces, or without PIM, there is no table', async () => {
    await expect(table(without('show interfaces', 'show interfaces | json'))).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: expect.stringContaining('`show interfaces | json` was refused'),
    });
    const noPim = without('show pim ipv4 interface', 'show ip pim interface');
    const session = fakeCli(noPim);
    const reader = readerWith(aristaEos(), session);
    const refused = { code: 'ERR_READER_OUTPUT', message: expect.stringContaining('pim') };
    await expect(reader.readInterfaces(new AbortController().signal)).rejects.toMatchObject(refused);
    // There is no other form to ask for.
    expect(session.trips.flat().filter((command) => command === 'show interfaces | json')).toHaveLength(1);
  });

  test.each([
    ['refuses', '% Invalid input'],
    ['does not understand', 'Multicast routes: 1\n'],
    ['prints nothing at all', ''],
  ])('entries of a switch whose text it %s: JSON', async (_, text) => {
    const outputs = { ...OUTPUTS, 'show ip mroute 239.1.1.1 detail': text };
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const reader = readerWith(aristaEos(), fakeCli(outputs));
    const { routes, rps } = await reader.readForwarding(query, new AbortController().signal);
    expect(routes).toMatchObject([
      { source: null, upstream: '10.34.0.3', packets: '2002' },
      { source: '10.1.0.2', upstream: '10.34.0.3', packets: '4005' },
    ]);
    expect(rps).toEqual([{ groups: '239.1.1.1/32', address: '10.0.0.2' }]);
  });

  test('a VRF: its name in every command that takes one, and addresses of its own interfaces only', async () => {
    const red = Object.fromEntries(
      Object.entries(OUTPUTS).map(([command, output]) => [
        command
          .replace('vrf default', 'vrf red')
          .replace(
            /^show (pim ipv[46]|ip pim|ip igmp|ip mroute|multicast fib ipv[46]|ipv?6? route)/,
            'show $1 vrf red',
          ),
        output.replaceAll('"default"', '"red"'),
      ]),
    );
    const own = JSON.parse(red['show ip interface vrf red | json']!);
    delete own.interfaces.Ethernet2;
    red['show ip interface vrf red | json'] = JSON.stringify(own);
    const session = fakeCli(red);
    const reader = readerWith(aristaEos({ vrf: 'red' }), session);
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const { interfaces, routes, rpf } = await reader.readForwarding(query, new AbortController().signal);
    expect(routes).toMatchObject([{ packets: '2002' }, { packets: '4005' }]);
    expect(rpf).toHaveLength(1);
    expect(interfaces[1]!.addresses).toEqual(['fe80::4/64', 'fd00:45::4/64']);
    for (const command of session.trips.flat()) expect(red).toHaveProperty([command]);
  });

  test.each([
    'r4>',
    'r4#',
    'r4(config)#',
    'r4(config-if-Et1-4)#',
    'leaf-1.dc_2(s1)(config-router-bgp)#',
    'r4.12:34:56#',
  ])('the prompt %s', (prompt) => expect(aristaEos().terminal!.prompt.test(prompt)).toBe(true));

  test.each(['Password: ', 'Interface  Mode >', '[admin@r4 ~]$ ', '  flags: SP', '', '>'])('no prompt: %s', (line) =>
    expect(aristaEos().terminal!.prompt.test(line)).toBe(false),
  );

  test('the pager', () => expect(aristaEos().terminal!.pager.test(' --More-- ')).toBe(true));
});
