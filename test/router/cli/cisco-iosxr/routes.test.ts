/** The grammar of what IOS XR prints of entries and their counts, each oddity once. */
import { describe, expect, test } from 'vitest';
import { parseCounters } from '../../../../src/router/cli/cisco-iosxr/parse-interfaces.ts';
import { parseMfibCounts } from '../../../../src/router/cli/cisco-iosxr/parse-mfib.ts';
import { parseTopology } from '../../../../src/router/cli/cisco-iosxr/parse-topology.ts';
import { parseRoutes } from '../../../../src/router/cli/cisco-iosxr/routes.ts';
import { readAll } from '../support/iosxr.ts';

const HEAD = 'IP Multicast Routing Information Base\n';

interface Views {
  readonly mrib: string;
  readonly topology?: string;
  readonly counts?: string;
}

function rowsOf({ mrib, topology = '', counts = '' }: Views, group = '239.1.1.1') {
  return parseRoutes({ routes: HEAD + mrib, topology, counts }, group, 'show mrib');
}

const SOURCE_TREE = `(10.1.0.2,239.1.1.1) RPF nbr: 10.12.0.1 Flags: RPF
  Up: 1d02h
  Incoming Interface List
    Gi0/0/0/0 Flags: A, Up: 1d02h
  Outgoing Interface List
    TenGigE0/1/0/0 (0/12/CPU0) Flags: F NS LI, Up: 00:00:01
`;
const NOTHING_FORWARDED = `(10.1.0.2,239.1.1.1) RPF nbr: 10.12.0.1 Flags: RPF P
  Up: 1d02h
  Incoming Interface List
    GigabitEthernet0/0/0/0 Flags: A, Up: 1d02h
`;

const ROW = {
  group: '239.1.1.1',
  source: '10.1.0.2',
  incoming: 'GigabitEthernet0/0/0/0',
  upstream: '10.12.0.1',
  outgoing: [{ interface: 'TenGigE0/1/0/0', state: 'forwarding' }],
  packets: null,
  multicastRoutingProtocol: 'pimSparseMode',
  pruneSent: false,
  uptimeSeconds: 93_600,
};

describe('entries', () => {
  test('MRIB alone', () => {
    expect(rowsOf({ mrib: SOURCE_TREE })).toEqual({ routes: [ROW], rps: undefined });
  });

  test('detail: a version, commas behind flags, numbers of hardware', () => {
    const mrib = SOURCE_TREE.replace(
      'RPF nbr: 10.12.0.1 Flags: RPF',
      'Ver: 0x8000 RPF nbr: 10.12.0.1 Flags: RPF, FGID: 46207, -1, -1',
    );
    expect(rowsOf({ mrib }).routes).toEqual([ROW]);
  });

  test('before lists had headings: what accepts is incoming', () => {
    const mrib = SOURCE_TREE.replace(/ +(?:Incoming|Outgoing) Interface List\n/g, '');
    expect(rowsOf({ mrib }).routes).toEqual([ROW]);
  });

  test('MoFRR: the interface in reserve does not count', () => {
    const mrib = SOURCE_TREE.replace('    Gi0/0', '    Gi0/0/0/7 Flags: A2, Up: 1d02h\n    Gi0/0');
    expect(rowsOf({ mrib }).routes).toEqual([ROW]);
  });

  test('an entry that is listed twice is one', () => {
    const mrib = `${NOTHING_FORWARDED}${SOURCE_TREE}`.replace(' P\n', '\n');
    const topology = '(10.1.0.2,239.1.1.1)SPT SM Up: 1d02h\nJP: Join(now) RPF: Gi0/0/0/0,10.12.0.1 Flags:\n'.repeat(2);
    expect(rowsOf({ mrib, topology }).routes).toEqual([ROW]);
  });

  test('no entry at all', () => {
    const output = 'Sun Nov 22 10:00:00.123 UTC\nNo matching routes in MRIB route-DB\n';
    const views = { routes: output, topology: 'No PIM topology table entries found\n', counts: '' };
    expect(parseRoutes(views, '239.1.1.1', 'show mrib')).toEqual({ routes: [], rps: undefined });
  });

  test('ranges are no entries, and a group may have a length', () => {
    const mrib = `(*,224.0.0.0/4) RPF nbr: 10.0.0.2 Flags: C RPF P\n  Up: 1d\n(*,239.1.1.1/32) Flags: D P\n  Up: 2d\n`;
    const { routes } = rowsOf({ mrib });
    expect(routes.map(({ group, uptimeSeconds }) => [group, uptimeSeconds])).toEqual([['239.1.1.1', 172_800]]);
  });

  test('Registers go and come by no interface', () => {
    const mrib = `(10.1.0.2,239.1.1.1) RPF nbr: 10.1.0.2 Flags: C RPF
  Up: 00:01:00
  Incoming Interface List
    GigabitEthernet0/0/0/0 Flags: A, Up: 00:01:00
  Outgoing Interface List
    Encapstunnel0 Flags: F EI, Up: 00:01:00
    tunnel-te7 Flags: F NS, Up: 00:01:00
(*,239.1.1.1) RPF nbr: 10.0.0.2 Flags: C RPF
  Up: 00:01:00
  Incoming Interface List
    Decapstunnel12 Flags: A DI, Up: 00:01:00
`;
    expect(rowsOf({ mrib }).routes).toMatchObject([
      { incoming: 'GigabitEthernet0/0/0/0', upstream: null, outgoing: [{ interface: 'tunnel-te7' }] },
      { incoming: null, upstream: null, outgoing: [] },
    ]);
  });

  test('IPv6: everything on lines of its own', () => {
    const mrib = `(fd00:1::2,ff15::1:1)
  RPF nbr: fe80::1 Flags: RPF
  Up: 00:01:00
  Incoming Interface List
    Bundle-Ether10.100 Flags: A, Up: 00:01:00
`;
    const topology = `(fd00:1::2,ff15::1:1)
SPT SM Up: 00:01:00
JP: Prune(00:00:10)
RPF: Bundle-Ether10.100,fe80::1
Flags: KAT(00:03:16) RA
  HundredGigE0/1/0/0.123456
                              00:00:10  off Prune(00:03:00)
(*,ff15::1:1)
SM Up: 00:01:00 RP: fd00::9
JP: Join(00:00:10)
RPF: Null,::
Flags:
`;
    expect(rowsOf({ mrib, topology }, 'ff15::1:1')).toEqual({
      routes: [
        {
          ...ROW,
          group: 'ff15::1:1',
          source: 'fd00:1::2',
          incoming: 'Bundle-Ether10.100',
          upstream: 'fe80::1',
          outgoing: [{ interface: 'HundredGigE0/1/0/0.123456', state: 'pruned' }],
          pruneSent: true,
          uptimeSeconds: 60,
        },
      ],
      rps: [{ groups: 'ff15::1:1/128', address: 'fd00::9' }],
    });
  });
});

describe('what PIM wants', () => {
  const entry = (attributes: string, interfaces = '') =>
    `(10.1.0.2,239.1.1.1)${attributes}\n${interfaces || 'No interfaces in immediate olist\n'}`;
  const RPF = 'RPF: GigabitEthernet0/0/0/0,10.12.0.1';

  test.each([
    ['Join(00:00:24)', 'KAT(00:01:02)', false],
    ['Join(BGP)', '', false],
    ['Prune(00:00:24)', '', true],
    ['Null(never)', 'KAT(00:01:02)', true],
    ['Null(never)', 'KAT(00:01:02) RA RR', undefined],
    ['Null(never)', 'KAT(00:01:02) E RA', undefined],
    ['Prune(00:00:24)', 'KAT(00:01:02) E RA', true],
  ])('nothing is forwarded, JP: %s, Flags: %s', (joinPrune, flags, pruneSent) => {
    const topology = entry(`SPT SM Up: 1d02h\nJP: ${joinPrune} ${RPF} Flags: ${flags}`);
    expect(rowsOf({ mrib: NOTHING_FORWARDED, topology }).routes).toEqual([{ ...ROW, outgoing: [], pruneSent }]);
  });

  test('nobody by RPF: no incoming interface, whatever route there is', () => {
    const mrib = NOTHING_FORWARDED.replace(/^ +GigabitEthernet0\/0\/0\/0 .*\n/m, '');
    const topology = entry('SPT SM Up: 1d02h\nJP: Null(never) RPF: Null,0.0.0.0 Flags:');
    expect(rowsOf({ mrib, topology }).routes).toMatchObject([{ incoming: null, hasNoIncoming: true, upstream: null }]);
    // A tunnel of PIM's own, and no view of PIM's: not told.
    const tunnel = entry('SPT SM Up: 1d02h\nJP: Null(never) RPF: Decapstunnel0,10.0.0.2 Flags:');
    for (const other of [tunnel, '']) {
      const [row] = rowsOf({ mrib, topology: other }).routes;
      expect(row).toMatchObject({ incoming: null });
      expect(row).not.toHaveProperty('hasNoIncoming');
    }
  });

  test('without its view the flag P tells', () => {
    expect(rowsOf({ mrib: NOTHING_FORWARDED }).routes).toEqual([{ ...ROW, outgoing: [], pruneSent: true }]);
    expect(rowsOf({ mrib: NOTHING_FORWARDED.replace(' P', '') }).routes[0]?.pruneSent).toBeUndefined();
    expect(rowsOf({ mrib: NOTHING_FORWARDED.replace(' P', ' E P') }).routes[0]?.pruneSent).toBeUndefined();
  });

  test('a star: the source is connected; nobody can have been sent a prune', () => {
    const topology = entry(`SPT SSM Up: 1d02h\nJP: Null(never) RPF: GigabitEthernet0/0/0/0,10.1.0.2* Flags:`);
    const { routes, rps } = rowsOf({ mrib: NOTHING_FORWARDED, topology });
    expect(routes).toEqual([{ ...ROW, upstream: null, outgoing: [], pruneSent: undefined }]);
    expect(rps).toEqual([]); // SSM
  });

  test('downstream: pruned, joined in vain, Assert lost, and listed in vain for a host', () => {
    const topology = entry(
      `SPT SM Up: 1d02h\nJP: Join(now) ${RPF} Flags:`,
      `  TenGigE0/1/0/0              00:00:01  fwd Join(00:03:29) LI LH
  TenGigE0/1/0/1              00:00:01  off Prune(00:03:29)
  TenGigE0/1/0/2              00:00:01  off Join(00:03:29)
  TenGigE0/1/0/3              00:00:01  off Join(00:03:29) AS
  TenGigE0/1/0/4              00:00:01  off LI
`,
    );
    expect(rowsOf({ mrib: SOURCE_TREE, topology }).routes[0]?.outgoing).toEqual([
      { interface: 'TenGigE0/1/0/0', state: 'forwarding' },
      { interface: 'TenGigE0/1/0/1', state: 'pruned' },
      { interface: 'TenGigE0/1/0/2', state: 'notForwarding' },
    ]);
  });

  test('a prune of the shared tree goes to another router than the join of the own tree', () => {
    const topology = `${entry(`RPT SM Up: 1d02h RP: 10.0.0.9\nJP: Prune(00:00:24) RPF: GigabitEthernet0/0/0/5,10.15.0.5 Flags:`)}
${entry(`SPT SM Up: 1d02h\nJP: Join(00:00:24) ${RPF} Flags:`)}`;
    expect(rowsOf({ mrib: SOURCE_TREE, topology })).toEqual({
      routes: [ROW],
      rps: [{ groups: '239.1.1.1/32', address: '10.0.0.9' }],
    });
  });

  test.each([
    ['DM', 'pimDenseMode'],
    ['BD', 'pimSparseMode'],
    ['SSM', 'pimSparseMode'],
    ['SM', 'pimSparseMode'],
  ])('%s', (mode, protocol) => {
    const topology = entry(`SPT ${mode} Up: 1d02h\nJP: Join(now) ${RPF} Flags:`);
    expect(rowsOf({ mrib: SOURCE_TREE, topology }).routes[0]?.multicastRoutingProtocol).toBe(protocol);
  });

  test('where MRIB inherits what is accepted (bidirectional), the RPF interface is incoming', () => {
    const mrib = `(*,239.1.1.1) RPF nbr: 10.12.0.1 Flags: IA\n  Up: 1d02h\n  Outgoing Interface List\n    Te0/1/0/0 Flags: F, Up: 1d\n`;
    const topology = `(*,239.1.1.1) BD Up: 1d02h RP: 10.0.0.9\nJP: Join(00:00:24) ${RPF} Flags:\n`;
    expect(rowsOf({ mrib, topology }).routes).toEqual([{ ...ROW, source: null }]);
  });

  test('of several links that packets are accepted on (bidirectional), the RPF interface is incoming', () => {
    const mrib = `(*,239.1.1.1) RPF nbr: 10.12.0.1 Flags: C RPF
  Up: 1d02h
  Incoming Interface List
    TenGigE0/1/0/0 Flags: F A, Up: 1d02h
    GigabitEthernet0/0/0/0 Flags: F A, Up: 1d02h
  Outgoing Interface List
    TenGigE0/1/0/0 Flags: F A, Up: 1d02h
    GigabitEthernet0/0/0/0 Flags: F A, Up: 1d02h
`;
    const topology = `(*,239.1.1.1) BD Up: 1d02h RP: 10.0.0.9\nJP: Join(00:00:24) ${RPF} Flags:\n`;
    const inAndOut = { interface: 'GigabitEthernet0/0/0/0', state: 'forwarding' };
    expect(rowsOf({ mrib, topology }).routes).toEqual([
      { ...ROW, source: null, outgoing: [...ROW.outgoing, inAndOut] },
    ]);
  });

  test('another VRF (extranet) whose router joins, and detail of the entry', () => {
    const topology = `(10.1.0.2,239.1.1.1)SPT SM Up: 1d02h
JP: Join(00:00:06) ${RPF} Flags: EX LH
Up: MT clr (00:00:00) MDT: JoinSend N, Cache N/N, Misc (0x0,0/0)
Cache: Add 00:00:00, Rem 00:00:00. MT Cnt: Set 0, Unset 0. Joins sent 0
MDT-ifh 0x0/0x0, MT Slot none/ none
RPF-redirect BW usage: 0, Flags: 0x0, ObjID: 0x0
c-multicast-routing: PIM BGPJP: 5d02h
RPF Table: IPv4-Unicast-default
  VRF: RED
   Bundle-Ether1.100           00:00:43  off Join(00:03:00) EX
`;
    expect(readAll((strange) => parseTopology(topology, strange))).toMatchObject([
      {
        ...{ mode: 'SM', joinPrune: 'Join', rpfInterface: 'GigabitEthernet0/0/0/0', rpfNeighbor: '10.12.0.1' },
        flags: new Set(['EX', 'LH']),
        interfaces: [{ name: 'Bundle-Ether1.100', isForwarding: false, reasons: new Set(['Join', 'EX']) }],
      },
    ]);
  });
});

describe('counts', () => {
  const counts = (lines: string) =>
    readAll((strange) => parseMfibCounts(`(10.1.0.2,239.1.1.1),   Flags:  RPF\n${lines}`, strange));

  test.each([
    [
      'SW and HW',
      '  SW Forwarding Counts: 5/5/500\n  HW Forwarding Counts: 18446744073709551610/0/0',
      '18446744073709551615',
    ],
    [
      'SW and HW, of which the sum has no room in 64 bits',
      '  SW Forwarding Counts: 6/6/600\n  HW Forwarding Counts: 18446744073709551610/0/0',
      undefined,
    ],
    ['one that has no room in 64 bits', '  SW Forwarding Counts: 18446744073709551616/0/0', undefined],
    ['SW alone', '  SW Forwarding Counts: 5/5/500\n  SW Failure Counts: 0/0/0/0/0', '5'],
    ['before SW and HW were told apart', '  Forwarding Counts: 7/7/700', '7'],
    ['the hardware does not count', '  SW Forwarding Counts: 5/5/500\n  HW Forwarding Counts: NA /NA /NA ', undefined],
    [
      'the hardware does not count, in other words',
      '  SW Forwarding Counts: 5/5/500\n  HW Forwarding Counts: N/A/N/A/N/A',
      undefined,
    ],
    ['nothing', '  Up: 00:01:00\n  Last Used: never', undefined],
  ])('%s', (_, lines, packets) => {
    expect(counts(`${lines}\n`).get('10.1.0.2 239.1.1.1')).toBe(packets);
  });

  test('of interfaces: 64 bits, none of Null and of a loopback, which counts none', () => {
    const output = `Sun Nov 22 10:00:00.123 UTC
Loopback0 is up, line protocol is up 
  Last input Unknown, output Unknown
Null0 is up, line protocol is up 
     Received 0 broadcast packets, 7 multicast packets
TenGigE0/0/0/1.100 is administratively down, line protocol is administratively down 
     Received 0 broadcast packets, 18446744073709551615 multicast packets
     Output 0 broadcast packets, 9 multicast packets
`;
    expect(readAll((strange) => parseCounters(output, 'show interfaces', strange))).toEqual([
      { interface: 'TenGigE0/0/0/1.100', inPackets: '18446744073709551615', outPackets: '9' },
    ]);
  });
});
