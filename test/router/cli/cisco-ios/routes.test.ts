/** The grammar of IOS's entries and their counts, each oddity once. */

import { describe, expect, test } from 'vitest';
import { parseInterfaceCounts, parseRouteCounts } from '../../../../src/router/cli/cisco-ios/parse-counts.ts';
import { parseRoutes, rowsOfGroup } from '../../../../src/router/cli/cisco-ios/parse-routes.ts';
import type { RoutePart } from '../../../../src/router/cli/platform.ts';
import { ReaderError } from '../../../../src/router/port.ts';

const HEADING = 'IP Multicast Routing Table\nFlags: D - Dense, S - Sparse\n Timers: Uptime/Expires\n';

/** The entries of a text of which every line is understood. */
function routesIn(text: string): RoutePart[] {
  const unknown: string[] = [];
  const rows = parseRoutes(text, 'show ip mroute', (line) => unknown.push(line));
  expect(unknown).toEqual([]);
  return rows.map(({ route }) => route);
}

const entry = (change: Partial<RoutePart>): RoutePart => ({
  group: '239.1.1.1',
  source: '10.1.0.2',
  incoming: 'GigabitEthernet0/0',
  upstream: '10.45.0.4',
  outgoing: [],
  packets: null,
  multicastRoutingProtocol: 'pimSparseMode',
  pruneSent: false,
  uptimeSeconds: 60,
  ...change,
});

const forwarding = (...names: string[]) => names.map((name) => ({ interface: name, state: 'forwarding' }) as const);

test('a whole part: (*,G), whose mode (S,G) has, too, and who has sent a prune', () => {
  const text = `${HEADING}
(*, 239.1.1.1), 1d02h/stopped, RP 10.0.0.2, flags: SJC
  Incoming interface: Gi0/0, RPF nbr 10.45.0.4*
  Outgoing interface list:
    GigabitEthernet0/1.100, Forward/Sparse, 1d02h/00:02:20
    Te1/1/3, Prune/Sparse, 00:01:00/00:02:00, A

(10.1.0.2, 239.1.1.1), 00:01:00/00:02:52, flags: PT
  Incoming interface: GigabitEthernet0/0, RPF nbr 10.45.0.4, Mbgp
  Outgoing interface list: Null
`;
  expect(routesIn(text)).toEqual([
    entry({
      source: null,
      outgoing: [...forwarding('GigabitEthernet0/1.100'), { interface: 'TenGigabitEthernet1/1/3', state: 'pruned' }],
      uptimeSeconds: 93_600,
    }),
    entry({ pruneSent: true }),
  ]);
});

test.each([
  ['Null, RPF nbr 0.0.0.0', { incoming: null, hasNoIncoming: true, upstream: null }],
  ['Vlan100, RPF nbr 0.0.0.0, Registering', { incoming: 'Vlan100', upstream: null }],
  ['Vlan100, RPF nbr 10.1.1.1, using vrf blue', { incoming: 'Vlan100', upstream: '10.1.1.1' }],
  ['Tunnel1, RPF nbr 10.1.1.1, MDT:239.192.20.41/00:02:02', { incoming: 'Tunnel1', upstream: '10.1.1.1' }],
  ['LISP0.4100, RPF nbr 10.1.1.1, LISP: [10.1.1.1, 232.0.0.1]', { incoming: 'LISP0.4100', upstream: '10.1.1.1' }],
  ['Vlan500, RPF nbr 2001:DB8::2', { incoming: 'Vlan500', upstream: '2001:db8::2' }],
  ['Tunnel0, RPF neighbor 10.1.1.1, Dvmrp', { incoming: 'Tunnel0', upstream: '10.1.1.1' }],
  ['POS4/0', { incoming: 'POS4/0', upstream: undefined }],
])('Incoming interface: %s', (rest, expected) => {
  const text = `(10.1.0.2, 239.1.1.1), 00:01:00/00:02:00, flags: sT\n  Incoming interface: ${rest}\n  Outgoing interface list: Null\n`;
  expect(routesIn(text)).toEqual([entry(expected)]);
});

test.each([
  ['Vlan500, VXLAN v4 Encap: (50901, 239.1.1.1), Forward/Sparse, 00:00:28/00:02:34, flags:', forwarding('Vlan500')],
  ['LISP0.1, 10.9.9.9, Forward/Sparse, 02:00:04/00:02:43, Pkts:2, flags: p', forwarding('LISP0.1')],
  ['LISP0.1, (10.9.9.9, 232.0.0.5), Forward/Sparse, 02:00:04/stopped, flags:', forwarding('LISP0.1')],
  ['ATM0/0, VCD 14, Forward/Sparse, 00:03:57/00:02:53', forwarding('ATM0/0')],
  ['Ethernet0, Forward state, Sparse mode, uptime 0:57:31, expires 0:02:52', forwarding('Ethernet0')],
  ['Po10, Forward/Sparse-Dense, 3d:14h/00:02:52, H', forwarding('Port-channel10')],
  ['Lspvif0, LSM ID: 1C000001, Forward/Sparse, 00:20:30/00:02:56', forwarding('Lspvif0')],
  ['Lspvif0, LSM MDT: 4E000003 (default),Forward/Sparse-Dense,\n          00:00:08/stopped', forwarding('Lspvif0')],
  ['Lspvif0, LSM MDT: 4E000003 (data) Forward/Sparse-Dense,', forwarding('Lspvif0')],
  ['MVRF blue, Forward/Sparse-Dense, 00:01:19/00:02:07', []],
  ['L2LISP0.699, L2LISP Decap, Forward/Sparse, 00:00:28/stopped', forwarding('L2LISP0.699')],
  ['Null0, Forward/Sparse, 00:00:28/stopped', []],
  ['Tunnel2, Forward/Sparse, 00:00:28/never', forwarding('Tunnel2')],
])('outgoing: %s', (line, outgoing) => {
  const text = `(10.1.0.2, 239.1.1.1), 00:01:00/00:02:00, flags: sTF\n  Incoming interface: Gi0/0, RPF nbr 10.45.0.4\n  Outgoing interface list:\n    ${line}\n`;
  expect(routesIn(text)).toEqual([entry({ outgoing })]);
});

test.each([
  [
    'an interface to several next hops is one',
    'Tunnel1, 10.9.9.1, Prune/Sparse, 0:1:0/0:2:0\n    Tunnel1, 10.9.9.2, Forward/Sparse, 0:1:0/0:2:0',
    forwarding('Tunnel1'),
  ],
  ['without the blanks before it', '\r\nVlan7, Forward/Sparse, 00:00:28/stopped', forwarding('Vlan7')],
])('%s', (_what, lines, outgoing) => {
  const text = `(10.1.0.2, 239.1.1.1), 00:01:00/00:02:00, flags: s\n  Incoming interface: Gi0/0, RPF nbr 10.45.0.4\n  Outgoing interface list:\n    ${lines}\n`;
  expect(routesIn(text)).toEqual([entry({ outgoing })]);
});

test.each([
  ['00:01:00/00:02:00, flags: D', { multicastRoutingProtocol: 'pimDenseMode' }],
  ['00:01:00/00:02:00, flags:', { multicastRoutingProtocol: null }],
  ['00:01:00/-, RP 10.0.0.2, OIF count: 0, flags: SPT', { pruneSent: true }],
  ['uptime 0:01:00, expires 0:02:52, flags: S', {}],
  ['2d 03:04:05/00:02:52, flags: S', { uptimeSeconds: 183_845 }],
  ['never/stopped', { multicastRoutingProtocol: null, pruneSent: undefined, uptimeSeconds: null }],
] as const)('(10.1.0.2/32, 239.1.1.1), %s', (rest, expected) => {
  const text = `(10.1.0.2/32, 239.1.1.1), ${rest}\n  Incoming interface: Gi0/0, RPF nbr 10.45.0.4\n  Outgoing interface list: Null\n`;
  expect(routesIn(text)).toEqual([entry(expected)]);
});

test.each([
  ['RP 0.0.0.0, flags: SJC', true],
  ['RP 10.0.0.2, flags: S', true], // At the RP itself, too: whose address that is, the entry does not say.
  ['RP 10.0.0.2, flags: BC', true],
  ['RP 0.0.0.0, flags: DC', undefined], // Dense mode has none of (*,G)'s own.
  ['RP 0.0.0.0, flags: sSP', undefined],
  ['flags:', undefined],
])('(*,G) comes in by nothing: %s', (rest, hasNoIncoming) => {
  const text = `(*, 239.1.1.1), 00:28:36/00:02:01, ${rest}\n  Incoming interface: Null, RPF nbr 0.0.0.0\n  Outgoing interface list: Null\n`;
  expect(routesIn(text).map((route) => route.hasNoIncoming)).toEqual([hasNoIncoming]);
});

test('a source that is pruned from the shared tree comes in as (*,G) does: nothing is said of the path to it', () => {
  const text = `(10.1.0.2, 239.1.1.1), 00:01:00/00:02:00, flags: SR\n  Incoming interface: Null, RPF nbr 0.0.0.0\n  Outgoing interface list: Null\n`;
  expect(routesIn(text)[0]).not.toHaveProperty('hasNoIncoming');
});

test('an entry of a subnet has its length', () => {
  const text = `(10.1.0.0/24, 239.1.1.1), uptime 0:01:00, expires 0:02:52, flags: C
  Incoming interface: Gi0/0, RPF neighbor 10.45.0.4
  Outgoing interface list: Null
`;
  const expected = { source: '10.1.0.0', sourcePrefixLength: 24, multicastRoutingProtocol: null };
  expect(routesIn(text)).toEqual([entry(expected)]);
});

test.each([
  ['*', 'SP', true],
  ['*', 'SJPC', false], // Its members are on the link towards the RP.
  ['*', 'SPL', false],
  ['*', 'SPF', undefined],
  ['10.1.0.2', 'PT', true],
  ['10.1.0.2', 'PR', true],
  ['10.1.0.2', 'P', undefined], // At the RP, which has stopped the Registers.
] as const)('nobody is forwarded to: (%s, G) %s', (source, flags, pruneSent) => {
  const text = `(${source}, 239.1.1.1), 00:01:00/00:02:00, RP 10.0.0.2, flags: ${flags}\n  Incoming interface: Gi0/0, RPF nbr 10.45.0.4\n  Outgoing interface list: Null\n`;
  expect(routesIn(text).map((route) => route.pruneSent)).toEqual([pruneSent]);
});

test.each(['  ', ''])(
  'the entries of an extranet in other VRFs are not entries of this one: %j before them',
  (blanks) => {
    const text = `(10.1.0.2, 239.1.1.1), 00:01:00/00:02:00, flags: sTE
  Incoming interface: Gi0/0, RPF nbr 10.45.0.4
  Outgoing interface list:
    Vlan7, Forward/Sparse, 00:00:28/stopped
${blanks}Extranet receivers in vrf blue:
${blanks}(*, 239.1.1.1), 00:00:30/stopped, RP 10.9.9.9, OIF count: 0, flags: S
${blanks}(10.1.0.2, 239.1.1.1), 00:00:30/stopped, OIF count: 1, flags: sT
(10.1.0.3, 239.1.1.1), 00:01:00/00:02:00, flags: sT
  Incoming interface: Gi0/0, RPF nbr 10.45.0.4
  Outgoing interface list: Null
`;
    expect(routesIn(text)).toEqual([entry({ outgoing: forwarding('Vlan7') }), entry({ source: '10.1.0.3' })]);
  },
);

test('an (S,G) whose flags do not tell its mode has the one of its (*,G), whatever the links are for', () => {
  const text = `(*, 239.1.1.1), 00:01:00/stopped, RP 10.0.0.2, flags: SC
  Incoming interface: Gi0/0, RPF nbr 10.45.0.4
  Outgoing interface list:
    Vlan7, Forward/Dense, 00:01:00/stopped
(10.1.0.2, 239.1.1.1), 00:01:00/00:02:00, flags: T
  Incoming interface: Gi0/0, RPF nbr 10.45.0.4
  Outgoing interface list:
    Vlan7, Forward/Dense, 00:01:00/stopped
`;
  const outgoing = forwarding('Vlan7');
  expect(routesIn(text)).toEqual([entry({ source: null, outgoing }), entry({ outgoing })]);
});

test('a legend and an entry with no blanks behind colons', () => {
  const text = `IP Multicast Routing Table
Flags:D - Dense, S - Sparse, B - Bidir Group
Outgoing interface flags:H - Hardware switched
Timers:Uptime/Expires
Interface state:Interface, Next-Hop or VCD, State/Mode
(10.1.0.2, 239.1.1.1), 00:01:00/00:02:59, flags:sTI
  Incoming interface:Gi0/0, RPF nbr 10.45.0.4
  Outgoing interface list:Null
`;
  expect(routesIn(text)).toEqual([entry({})]);
});

describe('bidirectional groups', () => {
  const RANGE = `(*,239.1.0.0/16), 00:03:58/-, RP 10.0.0.2, flags: B
  Bidir-Upstream: Ethernet0/0, RPF nbr: 10.1.1.1
  Incoming interface list:
    Vlan3001, Accepting/Sparse
    Ethernet0/0, Accepting/Sparse
`;
  const OWN = `(*, 239.1.1.1), 00:01:00/00:02:00, RP 10.0.0.2, flags: BC
  Bidir-Upstream: Ethernet0/0, RPF nbr 10.1.1.1
  Outgoing interface list:
    Vlan7, Forward/Sparse, 00:01:00/00:02:30
    Ethernet0/0, Bidir-Upstream/Sparse, 00:01:00/00:00:00
`;
  const bidir = { source: null, incoming: 'Ethernet0/0', upstream: '10.1.1.1' };
  const rps = [{ groups: '239.1.1.1/32', address: '10.0.0.2' }];

  test('what comes in is forwarded to the others', () => {
    expect(routesIn(OWN)).toEqual([entry({ ...bidir, outgoing: forwarding('Vlan7') })]);
  });

  test('a range is the group that it covers, where the group has no row of its own', () => {
    const rows = parseRoutes(RANGE, 'show ip mroute');
    expect(rowsOfGroup(rows, '239.1.1.1')).toEqual({ routes: [entry({ ...bidir, uptimeSeconds: 238 })], rps });
    expect(rowsOfGroup(rows, '239.2.1.1')).toEqual({ routes: [] });
    const both = rowsOfGroup(parseRoutes(RANGE + OWN, 'show ip mroute'), '239.1.1.1');
    expect(both).toEqual({ routes: [entry({ ...bidir, outgoing: forwarding('Vlan7') })], rps });
  });
});

test('the RP of a group: none in dense mode and of SSM, and not told where there is no (*,G)', () => {
  const rpsOf = (text: string) => rowsOfGroup(parseRoutes(`${HEADING}${text}`, 'show ip mroute'), '239.1.1.1').rps;
  expect(rpsOf('(*, 239.1.1.1), 00:01:00/stopped, RP 0.0.0.0, flags: D\n')).toEqual([]);
  expect(rpsOf('(10.1.0.2, 239.1.1.1), 00:01:00/stopped, flags: sT\n')).toEqual([]);
  expect(rpsOf('(*, 239.1.1.1), 00:01:00/stopped, RP 2001:DB8::1, flags: S\n')).toEqual([]);
  expect(rpsOf('(10.1.0.2, 239.1.1.1), 00:01:00/stopped, flags: T\n')).toBeUndefined();
  expect(rpsOf('')).toBeUndefined();
});

describe('IPv6', () => {
  const entry6 = (change: Partial<RoutePart>) =>
    entry({ group: 'ff15::1', source: '2001:db8:1::2', upstream: 'fe80::4', ...change });

  test('the neighbour has a line of its own; of both lists an interface is taken once', () => {
    const text = `Multicast Routing Table
(2001:DB8:1::2, FF15::1), 00:01:00/00:03:02, flags: SPT
  Incoming interface:GigabitEthernet0/0
  RPF nbr:FE80::4
  Immediate Outgoing interface list:
    POS4/0, Null, 00:01:00/never
    Vlan7, Prune, 00:01:00/00:02:00
  Inherited Outgoing interface list:
    Vlan7, Forward, 00:01:00/00:02:00
`;
    const outgoing = [{ interface: 'POS4/0', state: 'notForwarding' } as const, ...forwarding('Vlan7')];
    expect(routesIn(text)).toEqual([entry6({ outgoing, pruneSent: true })]);
  });

  test('at the first router the source is its own neighbour, and the tunnel of the Registers is no interface', () => {
    const text = `(2001:DB8:1::2, FF15::1), 00:01:00/00:03:02, flags: SFT
  Incoming interface: Vlan7 MDT: 239.192.20.41/00:02:17
  RPF nbr: 2001:DB8:1::2
  Immediate Outgoing interface list:
    Tunnel0, Forward, 00:01:00/never
    Tunnel9, Forward, 00:01:00/00:02:11
`;
    expect(routesIn(text)).toEqual([entry6({ incoming: 'Vlan7', upstream: null, outgoing: forwarding('Tunnel9') })]);
  });

  test('at the RP (*,G) comes out of a tunnel from itself', () => {
    const text = `(*, FF15::1), 00:01:00/never, RP 2001:DB8::2, flags: SCJ
  Incoming interface: Tunnel5
  RPF nbr: 2001:DB8::2
  Outgoing interface list: Null
`;
    expect(routesIn(text)).toEqual([entry6({ source: null, incoming: null, upstream: null })]);
  });
});

test.each([
  'Group 239.1.1.1 not found\n',
  'No mroute entries found.\n',
  'IP Multicast Forwarding is not enabled.\n',
  HEADING,
])('nothing there: %j', (text) => expect(routesIn(text)).toEqual([]));

test.each([
  ["      ^\n% Invalid input detected at '^' marker.\n", 'ERR_READER_COMMAND', '% Invalid input'],
  ['% Authorization failed.\n', 'ERR_READER_COMMAND', '% Authorization failed.'],
  ['Command authorization failed.\n', 'ERR_READER_COMMAND', 'Command authorization failed.'],
  ['', 'ERR_READER_OUTPUT', 'nothing'],
  ['whatever\n', 'ERR_READER_OUTPUT', 'whatever'],
])('refused: %j', (text, code, message) => {
  expect(() => parseRoutes(text, 'show ip mroute')).toThrow(ReaderError);
  expect(() => parseRoutes(text, 'show ip mroute')).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test('log messages, timestamps and what is left of an echo are passed over', () => {
  const text = `show ip mroute 239.1.1.1
Load for five secs: 1%/0%; one minute: 1%; five minutes: 1%
Time source is NTP, 12:34:56.789 UTC Mon Jan 1 2024
${HEADING}
*Mar  1 00:00:01.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan1, changed state to up
(10.1.0.2, 239.1.1.1), 00:01:00/00:02:00, flags: sT
  Incoming interface: Gi0/0, RPF nbr 10.45.0.4
  Outgoing interface list: Null
r5#
`;
  expect(routesIn(text)).toEqual([entry({})]);
});

describe('counts', () => {
  const countsIn = (text: string) => {
    const unknown: string[] = [];
    const counts = [...parseRouteCounts(text, 'show ip mroute count', (line) => unknown.push(line))];
    expect(unknown).toEqual([]);
    return counts;
  };

  test('of `show ip mroute count`, with hardware of its own on a line below', () => {
    const text = `IP Multicast Statistics
3 routes using 2742 bytes of memory
1 groups, 2.00 average sources per group
Forwarding Counts:Pkt Count/Pkts per second/Avg Pkt Size/Kilobits per second
Other counts: Total/RPF failed/Other drops(OIF-null, rate-limit etc)

Group: 239.1.1.1, Source count: 2, Packets forwarded: 7, Packets received: 9
  RP-tree: Forwarding: 3/0/100/0, Other: 3/0/0
  Source: 10.1.0.2/32, Forwarding: 18446744073709551615/-278/73/0, Other: 5172/1/5164
  HW Forwd: 0/0/0/0, Other: NA/NA/NA
  Source:10.1.0.3/32, Forwarding:NA/NA/NA/NA, Other:NA/NA/NA
  Source: 10.1.0.4/32, 5/0/14/0
Group: 239.1.1.2, Source count: 0, Packets forwarded: 0, Packets received: 0
Group: 239.1.1.3
  RP-tree,
   SW Forwarding: 1/0/100/0, Other: 0/0/0
   HW Forwarding:   9/0/100/0, Other: 0/0/0
`;
    expect(countsIn(text)).toEqual([
      ['* 239.1.1.1', '3'],
      ['10.1.0.2 239.1.1.1', '18446744073709551615'],
      ['10.1.0.3 239.1.1.1', null],
      ['10.1.0.4 239.1.1.1', '5'],
      ['* 239.1.1.3', '10'],
    ]);
  });

  test('a sum beyond 64 bits is not known', () => {
    const text = (hardware: number) => `Group: 239.1.1.1
  RP-tree,
   SW Forwarding: 18446744073709551614/0/100/0, Other: 0/0/0
   HW Forwarding: ${hardware}/0/100/0, Other: 0/0/0
`;
    expect(countsIn(text(1))).toEqual([['* 239.1.1.1', '18446744073709551615']]);
    expect(countsIn(text(2))).toEqual([['* 239.1.1.1', null]]);
  });

  test('of the MFIB: software and hardware together; NA is nothing where the hardware has no entry', () => {
    const text = `Default
 (*,FF00::/8) Flags: C
   Forwarding: 1/0/0/0, Other: 0/0/0
 (2001:DB8::1,FF15::1) Flags: HW
   SW Forwarding: 9/0/144/0, Other: 0/0/0
   HW Forwarding:   38797693/396/166/513, Other: 0/0/0
     Last asserted on: POS1/1
   GigabitEthernet1/0/6 Flags: F NS
     Pkts:0/0/0    Rate: 0 pps
 (2001:DB8::2,FF15::1) Flags:
   SW Forwarding: 9/0/144/0, Other: 0/0/0
   HW Forwarding:   NA/NA/NA/NA, Other: NA/NA/NA
 (2001:DB8::3,FF15::1) Flags: HW
   SW Forwarding: 9/0/144/0, Other: 0/0/0
   HW Forwarding:   NA/NA/NA/NA, Other: NA/NA/NA
`;
    expect(countsIn(text)).toEqual([
      ['* ff00::/8', '1'],
      ['2001:db8::1 ff15::1', '38797702'],
      ['2001:db8::2 ff15::1', '9'],
      ['2001:db8::3 ff15::1', null],
    ]);
  });

  test('of interfaces, whose names may take a line', () => {
    const text = `
State: * - Fast Switched, D - Distributed Fast Switched
       H - Hardware Switching Enabled
Address          Interface                FS  Mpackets In/Out
10.1.1.1         Gi0/1                        548305239/13744856
10.1.1.2         Vlan2                    * H 1/2
10.1.1.3         TenGigabitEthernet1/1/1.1000
                                          D   3/NA
`;
    const unknown: string[] = [];
    expect(parseInterfaceCounts(text, 'count', (line) => unknown.push(line))).toEqual([
      { interface: 'GigabitEthernet0/1', inPackets: '548305239', outPackets: '13744856' },
      { interface: 'Vlan2', inPackets: '1', outPackets: '2' },
      { interface: 'TenGigabitEthernet1/1/1.1000', inPackets: '3', outPackets: null },
    ]);
    expect(unknown).toEqual([]);
    expect(parseInterfaceCounts('', 'count')).toEqual([]);
  });
});
