/** EOS: entries of the multicast routing table and their counts, each oddity once. */
import { describe, expect, test } from 'vitest';
import { parseCounts } from '../../../../src/router/cli/arista-eos/parse-counts.ts';
import { parseGroup } from '../../../../src/router/cli/arista-eos/parse-routes.ts';
import type { RoutePart } from '../../../../src/router/cli/platform.ts';
import { ReaderError } from '../../../../src/router/port.ts';

const UNCONVERTED =
  '% This is an unconverted command\n{\n    "errors": [\n        "This is an unconverted command"\n    ]\n}';
const INVALID = "% Invalid input (at token 1: 'pim')\n";

const read = (document: string, text = INVALID, counts = INVALID, vrf?: string) =>
  parseGroup(
    {
      document: { command: 'D', output: document },
      text: { command: 'T', output: text },
      counts: { command: 'C', output: counts },
    },
    vrf,
  );
const inText = (...lines: string[]) =>
  read(UNCONVERTED, ['PIM Sparse Mode Multicast Routing Table', ...lines].join('\n'));

const ROW: RoutePart = {
  group: '239.1.1.1',
  source: '10.1.0.2',
  incoming: 'Ethernet1',
  upstream: '10.34.0.3',
  outgoing: [{ interface: 'Ethernet2', state: 'forwarding' }],
  packets: null,
  multicastRoutingProtocol: 'pimSparseMode',
  pruneSent: undefined,
  uptimeSeconds: null,
};
const SOURCE = {
  sourceAddress: '10.1.0.2',
  routeFlags: 'SP',
  rpfInterface: 'Ethernet1',
  rpf: { rpfNeighbor: '10.34.0.3', rpfAttached: false },
  oifList: ['Ethernet2'],
};
const groups = (...rows: object[]) => ({
  groups: { '239.1.1.1': { groupSources: Object.fromEntries(rows.map((row, at) => [`10.1.0.${2 + at}`, row])) } },
});
const vrfs = (tables: object) => JSON.stringify({ vrfs: { default: tables } });

describe('JSON', () => {
  test.each([
    ['groups on top', JSON.stringify(groups(SOURCE))],
    ['by mode', JSON.stringify({ sparseMode: groups(SOURCE) })],
    ['by VRF and mode', vrfs({ sparseMode: groups(SOURCE), bidirectional: { groups: {} } })],
  ])('%s', (_, document) => {
    expect(read(document)).toEqual({ routes: [ROW], rps: undefined });
  });

  test('of a VRF only its own entries', () => {
    const document = JSON.stringify({
      vrfs: { default: { sparseMode: groups(SOURCE) }, red: { sparseMode: groups() } },
    });
    expect(read(document, INVALID, INVALID, 'red').routes).toEqual([]);
    expect(() => read(document, INVALID, INVALID, 'blue')).toThrow('cannot be understood');
    expect(read('{"vrfs":{}}', INVALID, INVALID, 'blue').routes).toEqual([]);
  });

  test('the source is the one that the row names; the star and all zeros are none', () => {
    const shared = { ...SOURCE, sourceAddress: '0.0.0.0', rp: '10.0.0.2' };
    expect(read(vrfs({ sparseMode: groups(shared) }))).toEqual({
      routes: [{ ...ROW, source: null }],
      rps: [{ groups: '239.1.1.1/32', address: '10.0.0.2' }],
    });
  });

  test.each<[string, object, Partial<RoutePart>]>([
    ['attached', { rpf: { rpfNeighbor: '10.34.0.4', rpfAttached: true } }, { upstream: null }],
    ['behind EVPN', { rpf: { rpfNeighbor: '0.0.0.0', rpfEvpnTenantDomain: true } }, { upstream: undefined }],
    ['behind MVPN', { rpf: { rpfNeighbor: '10.0.0.9', rpfMvpn: true } }, { upstream: undefined }],
    ['no RPF told', { rpf: undefined }, { upstream: undefined }],
    ['an RP', { rpf: undefined, rpfInterface: 'Null0' }, { incoming: null, upstream: null }],
    ['Registers', { rpf: undefined, rpfInterface: 'Register' }, { incoming: null, upstream: null }],
    [
      'interfaces that are no links, short names, a star of EVPN',
      { oifList: ['Register', 'Cpu', 'Null0', 'Po7', 'Vlan10*', 'Et3/1.100', 7] },
      {
        outgoing: [
          { interface: 'Port-Channel7', state: 'forwarding' },
          { interface: 'Vlan10', state: 'forwarding' },
          { interface: 'Ethernet3/1.100', state: 'forwarding' },
        ],
      },
    ],
  ])('%s', (_, row, expected) => {
    expect(read(vrfs({ sparseMode: groups({ ...SOURCE, ...row }) })).routes).toEqual([{ ...ROW, ...expected }]);
  });

  test('dense and Bidirectional PIM; of an entry that both have the first', () => {
    const shared = { ...SOURCE, sourceAddress: '0.0.0.0' };
    const { routes } = read(vrfs({ denseMode: groups(SOURCE), bidirectional: groups(SOURCE, shared) }));
    expect(routes.map((row) => [row.source, row.multicastRoutingProtocol])).toEqual([
      ['10.1.0.2', 'pimDenseMode'],
      [null, 'pimSparseMode'],
    ]);
  });
});

describe('text', () => {
  test('an old release: a mask behind the source, the protocol of the RPF route, what is connected by its own address', () => {
    expect(
      inText(
        'Flags: E - Entry forwarding on the RPT, J - Joining to the SPT',
        '       R - RPT bit is set, S - SPT bit is set',
        'RPF route: U - From unicast routing table',
        '           M - From multicast routing table',
        '239.1.1.1',
        '  0.0.0.0/0, 12d03h, RP 10.0.0.4, flags: W',
        '    Incoming interface: register',
        '    RPF route: [U][C] 10.0.0.4/32 [0/1] via 10.0.0.4',
        '    Outgoing interface list:',
        '      Vlan20',
        '  10.1.0.2, 5d02h, flags: SAN',
        '    Incoming interface: Vlan20',
        '    RPF route: [U][C] 10.1.0.0/24 [0/1] via 10.1.0.4',
        '    Outgoing interface list:',
        '  10.1.0.3, 0:01:00, flags: S',
        '    Incoming interface: Ethernet1',
        '    RPF route: [M][S] 10.1.0.0/24 [1/0] via 10.34.0.3',
      ),
    ).toEqual({
      routes: [
        {
          ...ROW,
          source: null,
          incoming: null,
          upstream: null,
          outgoing: [{ interface: 'Vlan20', state: 'forwarding' }],
          uptimeSeconds: 12 * 86400 + 3 * 3600,
        },
        { ...ROW, incoming: 'Vlan20', upstream: null, outgoing: [], uptimeSeconds: 5 * 86400 + 2 * 3600 },
        { ...ROW, source: '10.1.0.3', outgoing: [], uptimeSeconds: 60 },
      ],
      rps: [{ groups: '239.1.1.1/32', address: '10.0.0.4' }],
    });
  });

  test('without indentation, as documents print it', () => {
    const lines = [
      'Flags: E - Entry forwarding on the RPT, J - Joining to the SPT',
      'R - RPT bit is set, S - SPT bit is set',
      'RPF route: U - From unicast routing table',
      'M - From multicast routing table',
      '239.1.1.1',
      '10.1.0.2, 0:00:09, flags: SP',
      'Incoming interface: Ethernet1',
      'RPF route: [U] 10.1.0.0/24 [110/20] via 10.34.0.3',
      'Outgoing interface list:',
      'Ethernet2',
      'r4#',
    ];
    expect(inText(...lines).routes).toEqual([{ ...ROW, uptimeSeconds: 9 }]);
  });

  test('without uptime and RP, with EVPN, and with lines of the CPU', () => {
    const { routes } = inText(
      '239.1.1.1',
      '  10.1.0.2, flags: SLVP',
      '    Incoming interface: Vlan4001*',
      '    RPF route: [none] ::/0 [1/0]',
      '    Outgoing interface list:',
      '      Cpu',
      '      Vlan30* (peer)',
      '    Upstream joined state: upJoined',
      '    EVPN information for Vlan4001:',
      '        VNI: 70',
      '        SBD VLAN for VRF red: True',
      '        PEG DR: False',
    );
    const outgoing = [{ interface: 'Vlan30', state: 'forwarding' }];
    expect(routes).toEqual([{ ...ROW, incoming: 'Vlan4001', upstream: undefined, outgoing, pruneSent: false }]);
  });

  const entry = (...lines: string[]) =>
    inText('239.1.1.1', '  10.1.0.2, 0:00:09, flags: SP', '    Incoming interface: Et1', ...lines).routes[0];
  const VIA = '    RPF route: [U] 10.1.0.0/24 [110/20] via 10.34.0.3';
  const NOT_JOINED = '    Upstream joined state: upNotJoined';
  const EXCLUDED = ['    Interfaces not in OIL:', '      Ethernet2: RPT Pruned', '      Ethernet3: Assert Loser'];

  test('interfaces that get nothing, and why', () => {
    expect(entry(VIA, '    Outgoing interface list:', '      Ethernet4', ...EXCLUDED)?.outgoing).toEqual([
      { interface: 'Ethernet4', state: 'forwarding' },
      { interface: 'Ethernet2', state: 'pruned' },
      { interface: 'Ethernet3', state: 'notForwarding' },
    ]);
  });

  test('a source whose route is learned, and goes by no neighbour, is behind EVPN, and not connected', () => {
    const behind = '    RPF route: [U] 10.1.0.2/32 [20/0]';
    const connected = '    RPF route: [U] 10.1.0.0/24 [0/0]';
    expect([behind, connected].map((route) => entry(route)?.upstream)).toEqual([undefined, null]);
  });

  test('what is behind MVPN has no neighbour of PIM upstream', () => {
    const via = '    RPF route: [U] 10.1.0.0/24 [200/0] via 10.0.0.9';
    const { routes } = inText('239.1.1.1', '  10.1.0.2, 0:00:09, flags: SPF', '    Incoming interface: Et1', via);
    expect(routes).toMatchObject([{ incoming: 'Ethernet1', upstream: undefined }]);
  });

  test('an interface that gets nothing, and no reason why, is one as the others are', () => {
    expect(entry(VIA, '    Interfaces not in OIL:', '      Ethernet2:', '      Ethernet3: Pruned')?.outgoing).toEqual([
      { interface: 'Ethernet2', state: 'notForwarding' },
      { interface: 'Ethernet3', state: 'pruned' },
    ]);
  });

  test.each([
    ['that are ready for when the DR fails', '    Non-DR outgoing interface list:'],
    ['of a kind that nobody knows', '    Standby interfaces:'],
  ])('interfaces %s are not forwarded to', (_, heading) => {
    const lists = ['    Outgoing interface list:', '      Ethernet4', heading, '      Vlan10', '      Vlan20'];
    expect(entry(VIA, ...lists, ...EXCLUDED)?.outgoing).toEqual([
      { interface: 'Ethernet4', state: 'forwarding' },
      { interface: 'Ethernet2', state: 'pruned' },
      { interface: 'Ethernet3', state: 'notForwarding' },
    ]);
  });

  test.each<[string, string[], boolean | undefined]>([
    ['joined', [VIA, '    Upstream joined state: upJoined'], false],
    ['not joined, all downstream pruned', [VIA, ...EXCLUDED, NOT_JOINED], true],
    ['not joined, nobody ever downstream', [VIA, NOT_JOINED], undefined],
    ['pruned off the shared tree', [VIA, NOT_JOINED, '    Upstream RPT joined state: upRptPruned'], true],
    ['by the shared tree', [VIA, '    Outgoing interface list:', '      Ethernet4', NOT_JOINED], false],
    ['the source on the link', ['    RPF route: [U] 10.1.0.0/24 [0/0]', ...EXCLUDED, NOT_JOINED], undefined],
    ['not told', [VIA], undefined],
  ])('a Prune upstream: %s', (_, lines, expected) => {
    expect(entry(...lines)?.pruneSent).toBe(expected);
  });

  test('IPv6', () => {
    const { routes } = inText(
      'ff3e::1:1',
      '  fd00:1::2, 0:00:09, flags: SP',
      '    Incoming interface: Ethernet1',
      '    RPF route: [U] fd00:1::/64 [110/40] via fe80::3',
      '    Outgoing interface list:',
      '      Ethernet2',
      'ff15::1:1',
      '  ::, 0:00:10, RP fd00::2, flags: W',
    );
    expect(routes).toMatchObject([
      { group: 'ff3e::1:1', source: 'fd00:1::2', upstream: 'fe80::3', outgoing: ROW.outgoing },
      { group: 'ff15::1:1', source: null, incoming: null },
    ]);
  });

  test('ranges of Bidirectional PIM are no entries; an entry may stand on the line of its group', () => {
    const text = [
      'PIM Bidirectional Mode Multicast Routing Table',
      '224.0.0.0/4',
      '  0.0.0.0, 0:00:09, RP 10.0.0.2, flags: W',
      '    Outgoing interface list:',
      '      Ethernet2',
      '239.1.1.1, 0:00:09, RP 10.0.0.2, flags: W',
      '    Incoming interface: Ethernet1',
      '    RPF route: [U] 10.0.0.2/32 [110/20] via 10.34.0.3',
      '    Outgoing interface list:',
      '      Ethernet2',
    ];
    expect(read(UNCONVERTED, text.join('\n')).routes).toEqual([{ ...ROW, source: null, uptimeSeconds: 9 }]);
  });

  test('of several VRFs the wanted one', () => {
    const vrf = (name: string, source: string) =>
      `VRF:${name}\nPIM Sparse Mode Multicast Routing Table\n239.1.1.1\n  ${source}, 0:00:09, flags: S\n`;
    const text = vrf('default', '10.1.0.2') + vrf('red', '10.1.0.3');
    expect(read(INVALID, text).routes.map((row) => row.source)).toEqual(['10.1.0.2']);
    expect(read(INVALID, text, INVALID, 'red').routes.map((row) => row.source)).toEqual(['10.1.0.3']);
    expect(() => read(INVALID, text, INVALID, 'blue')).toThrow(ReaderError);
  });
});

describe('both together', () => {
  const text = [
    'PIM Sparse Mode Multicast Routing Table',
    '239.1.1.1',
    '  10.1.0.2, 0:01:00, flags: SP',
    '    Incoming interface: Ethernet1',
    '    RPF route: [U] 10.1.0.0/24 [110/20] via 10.34.0.3',
    '    Interfaces not in OIL:',
    '      Ethernet2: Pruned',
    '      Ethernet3: Pruned',
    '    Upstream joined state: upJoined',
  ].join('\n');

  test('text adds what JSON does not tell, and does not take back what it does', () => {
    const { routes } = read(vrfs({ sparseMode: groups({ ...SOURCE, rpf: undefined }) }), text);
    const outgoing = [...ROW.outgoing, { interface: 'Ethernet3', state: 'pruned' }];
    expect(routes).toEqual([{ ...ROW, outgoing, pruneSent: false, uptimeSeconds: 60 }]);
  });

  test('the RP, where only the text tells it', () => {
    const shared = [
      'PIM Sparse Mode Multicast Routing Table',
      '239.1.1.1',
      '  0.0.0.0, 0:01:00, RP 10.0.0.2, flags: W',
    ];
    const document = vrfs({ sparseMode: groups({ ...SOURCE, sourceAddress: '0.0.0.0' }) });
    expect(read(document, shared.join('\n')).rps).toEqual([{ groups: '239.1.1.1/32', address: '10.0.0.2' }]);
  });

  test('an entry that has moved in between keeps no neighbour of another interface', () => {
    const { routes } = read(vrfs({ sparseMode: groups({ ...SOURCE, rpf: undefined, rpfInterface: 'Et9' }) }), text);
    expect(routes).toMatchObject([{ incoming: 'Ethernet9', upstream: undefined }]);
  });

  test.each([
    ['refused', UNCONVERTED, INVALID, 'ERR_READER_COMMAND', 'unconverted'],
    ['refused by a document', '{"errors":["Authorization denied"]}', '', 'ERR_READER_COMMAND', 'Authorization denied'],
    ['a document of something else', '{"interfaces":{}}', '', 'ERR_READER_OUTPUT', 'D'],
    ['text of something else', INVALID, 'Hello\n', 'ERR_READER_COMMAND', 'Invalid input'],
  ])('neither of use: %s', (_, document, output, code, message) => {
    let error: unknown;
    try {
      read(document, output);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ReaderError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('counts', () => {
  const counts = (...lines: string[]) => [...parseCounts(`Activity poll time: 60 seconds\n${lines.join('\n')}`, 'C')];

  test.each<[string, string[], [string, string][]]>([
    [
      'packets',
      ['239.1.1.1 10.1.0.2', 'Packet: 815', 'Vlan11 (iif)', 'Vlan12', 'Activity 0:00:31 ago'].map((l, i) =>
        i ? `  ${l}` : l,
      ),
      [['10.1.0.2 239.1.1.1', '815']],
    ],
    [
      '64 bits',
      ['  239.1.1.1 10.1.0.2', '    Packets: 18446744073709551615'],
      [['10.1.0.2 239.1.1.1', '18446744073709551615']],
    ],
    ['both', ['239.1.1.1 10.1.0.2', '  Byte: 9000, Packet: 1,234'], [['10.1.0.2 239.1.1.1', '1234']]],
    ['not indented', ['239.1.1.1 10.1.0.2', 'Packet: 8', 'Vlan11 (iif)', 'Vlan12'], [['10.1.0.2 239.1.1.1', '8']]],
    ['frames', ['239.1.1.1 10.1.0.2', '  Frames: 7'], [['10.1.0.2 239.1.1.1', '7']]],
    [
      'software',
      ['239.1.1.1 10.1.0.2', '  Packets Received: 18', '  Packets Forwarded: 17'],
      [['10.1.0.2 239.1.1.1', '18']],
    ],
    [
      'the shared tree',
      ['239.1.1.1', '  Packet: 5', '239.1.1.2 0.0.0.0', '  Packet: 6'],
      [
        ['* 239.1.1.1', '5'],
        ['* 239.1.1.2', '6'],
      ],
    ],
    ['bytes', ['239.1.1.1 10.1.0.2', '  Byte: 123'], []],
    ['no counter', ['239.1.1.1 10.1.0.2', '  Packet: N/A'], []],
    ['a total is of no entry', ['239.1.1.1 10.1.0.2', '  Total Packets: 9', 'Total packets: 9'], []],
    ['IPv6', ['ff3e::1:1 fd00:1::2', '  Packet: 4006'], [['fd00:1::2 ff3e::1:1', '4006']]],
  ])('%s', (_, lines, expected) => {
    expect(counts(...lines)).toEqual(expected);
  });

  test('a line that nobody knows is told', () => {
    const strange: string[] = [];
    parseCounts('239.1.1.1 10.1.0.2\n  Packet: 1\n  Something: else\n  Ethernet1 (iif)\n  Cpu\n', 'C', (line) =>
      strange.push(line),
    );
    expect(strange).toEqual(['  Something: else']);
  });
});
