/** What Junos’s PIM tells of the rows of a group, and the rows that both views make. */
import { describe, expect, test } from 'vitest';
import type { Asked } from '../../../../src/router/cli/juniper-junos/asked.ts';
import { joinViews, rpsOf } from '../../../../src/router/cli/juniper-junos/join-views.ts';
import { type JoinEntry, parseJoins } from '../../../../src/router/cli/juniper-junos/parse-joins.ts';
import type { Entry } from '../../../../src/router/cli/juniper-junos/parse-routes.ts';
import { ASKED, ENTRY, to } from './rows.ts';
import { toldOf } from './told.ts';

function joins(text: string, asked: Partial<Asked> = {}) {
  const { part: rows, unknown } = toldOf(text, (output, tell) => parseJoins(output, { ...ASKED, ...asked }, tell));
  return { rows: rows.map((row) => ({ ...row, downstream: Object.fromEntries(row.downstream) })), unknown };
}

const JOIN = {
  source: '10.1.0.2',
  rp: null,
  incoming: 'ge-0/0/0.0',
  upstream: '10.12.0.2',
  upstreamState: 'join to source',
  flags: 'sparse,spt',
  downstream: {},
  uptimeSeconds: null,
} as const;

describe('PIM’s state', () => {
  test('(*,G) and (S,G): one neighbour prunes where another joins, members, an empty keepalive', () => {
    const { rows, unknown } = joins(`Instance: PIM.master Family: INET
R = Rendezvous Point Tree, S = Sparse, W = Wildcard

Group: 239.1.1.1
    Source: *
    RP: 10.0.0.2
    Flags: sparse,rptree,wildcard
    Upstream interface: irb.2000
    Upstream neighbor: 80.1.1.70
    Upstream state: Join to RP
    Uptime: 02:13:27
    Downstream neighbors:
        Interface: irb.900
            90.1.1.50 State: Join Flags: SRW  Timeout: Infinity
            Uptime: 02:13:27 Time since last Join: 00:14:28
        Interface: lo0.0
            10.0.0.1 State: Join Flags: SRW Timeout: Infinity
        Interface: Pseudo-GMP
            fe-0/0/0.0 fe-0/0/1.0
    Number of downstream interfaces: 4
    Number of downstream neighbors: 4

Group: 239.1.1.1
    Source: 10.1.0.2
    Flags: sparse,spt
    Upstream protocol: PIM
    Upstream interface: irb.101
    Upstream neighbor: Direct
    Upstream state: Local Source, Prune to RP
    Keepalive timeout:
    Uptime: 3w2d 04:05
    Downstream neighbors:
        Interface: irb.2000
            80.1.1.60 State: Prune Flags: SR Timeout: 185
            Uptime: 00:13:25 Time since last Prune: 00:00:25
            80.1.1.70 State: Join Flags: S Timeout: 195
        Interface: ae0.5 (pruned)
        Interface: ae0.6  (assert loser)
            10.6.0.9 State: Join Flags: S Timeout: 195
            Assert Timeout: 140
        Interface: ae0.7
            fe80::7 State: Prune Flags:   Timeout: 12
    Number of downstream interfaces: 4

Instance: PIM.master Family: INET6
R = Rendezvous Point Tree, S = Sparse, W = Wildcard
`);
    expect(unknown).toEqual([]);
    expect(rows).toEqual([
      {
        ...JOIN,
        source: null,
        rp: '10.0.0.2',
        incoming: 'irb.2000',
        upstream: '80.1.1.70',
        upstreamState: 'join to rp',
        flags: 'sparse,rptree,wildcard',
        downstream: { 'irb.900': 'joined', 'fe-0/0/0.0': 'joined', 'fe-0/0/1.0': 'joined' },
        uptimeSeconds: 8007,
      },
      {
        ...JOIN,
        incoming: 'irb.101',
        upstream: null,
        upstreamState: 'local source, prune to rp',
        downstream: { 'irb.2000': 'joined', 'ae0.5': 'pruned', 'ae0.6': 'notForwarding', 'ae0.7': 'pruned' },
        uptimeSeconds: 23 * 86_400 + 4 * 3600 + 300,
      },
    ]);
  });

  test.each([
    ['Upstream neighbor: 10.12.0.2 (assert winner)', '10.12.0.2'],
    ['Upstream neighbor: (assert winner) 10.12.0.2', '10.12.0.2'],
    ['Upstream neighbor: Local', null],
    ['Upstream neighbor: Through MVPN', undefined],
    ['Upstream neighbor: unknown', undefined],
    ['Upstream neighbor:', undefined],
    ['Keepalive timeout: 0', undefined],
  ])('%s', (line, upstream) => {
    const { rows } = joins(`Instance: PIM.master Family: INET\nGroup: 239.1.1.1\n    Source: 10.1.0.2\n    ${line}\n`);
    expect(rows).toMatchObject([{ upstream }]);
  });

  test('an old release, at the RP; bidirectional, whose accepting interfaces are none downstream', () => {
    const { rows, unknown } = joins(`Instance: PIM.master Family: INET

Group: 239.1.1.1
    Source: 10.1.0.2
    Flags: sparse,spt
    Upstream interface: Local
    Upstream State: Local Source, Local RP
    Keepalive timeout: 344
    Downstream Neighbors:
        Interface: so-1/0/0.0
            10.111.10.2 State: Join Flags: S Timeout: 174
        Interface: mt-1/1/0.32768
            10.10.47.100 State: Join Flags: S Timeout: Infinity

Group: 239.1.0.0
    Bidirectional group prefix length: 16
    Source: *
    RP: 10.10.13.2
    Flags: bidirectional,rptree,wildcard
    Upstream interface: ge-0/0/1.0
    Upstream neighbor: 10.10.1.2
    Upstream state: None
    Bidirectional accepting interfaces:
        Interface: ge-0/0/1.0 (RPF)
        Interface: lo0.0 (DF Winner)
    Downstream neighbors:
        Interface: xe-4/1/0.0
            10.10.2.2 State: Join Flags: RW Timeout: 174
    Number of downstream interfaces: 1
`);
    expect(unknown).toEqual([]);
    expect(rows).toEqual([
      {
        ...JOIN,
        incoming: null,
        upstream: undefined,
        upstreamState: 'local source, local rp',
        downstream: { 'so-1/0/0.0': 'joined', 'mt-1/1/0.32768': 'joined' },
      },
      {
        ...JOIN,
        source: null,
        rp: '10.10.13.2',
        incoming: 'ge-0/0/1.0',
        upstream: '10.10.1.2',
        upstreamState: 'none',
        flags: 'bidirectional,rptree,wildcard',
        downstream: { 'xe-4/1/0.0': 'joined' },
      },
    ]);
  });

  test('bidirectional: the group comes before its range, wherever they stand', () => {
    const range = `Group: 239.2.0.0
    Bidirectional group prefix length: 16
    Source: *
    RP: 10.10.13.2
    Flags: bidirectional,rptree,wildcard
    Upstream interface: ge-0/0/1.0
    Upstream neighbor: 10.10.1.2
    Upstream state: None
`;
    const group = `Group: 239.2.1.1
    Source: *
    RP: 10.10.13.2
    Flags: bidirectional,rptree,wildcard
    Upstream interface: ge-0/0/1.0
    Upstream neighbor: 10.10.1.2
    Upstream state: Join to RP
    Downstream neighbors:
        Interface: ae0.100
            10.100.0.9 State: Join Flags: RW Timeout: 174
`;
    const said = { incoming: 'ge-0/0/1.0', upstream: '10.10.1.2' };
    for (const records of [`${range}\n${group}`, `${group}\n${range}`]) {
      const { rows } = joins(`Instance: PIM.master Family: INET\n${records}`, { group: '239.2.1.1' });
      expect(rows).toMatchObject([{ ...said, upstreamState: 'join to rp', downstream: { 'ae0.100': 'joined' } }]);
    }
    const { rows } = joins(`Instance: PIM.master Family: INET\n${group}\n${range}`, { group: '239.2.1.2' });
    expect(rows).toMatchObject([{ ...said, upstreamState: 'none', downstream: {} }]);
  });

  test('with tags: states as words or as elements, interfaces of members, BGP', () => {
    const text = `<rpc-reply xmlns:junos="http://xml.juniper.net/junos/21.2R1/junos">
<pim-join-information xmlns="http://xml.juniper.net/junos/21.2R1/junos-routing" junos:style="extensive">
 <join-family><pim-instance>PIM.master</pim-instance><address-family>INET</address-family>
  <join-group>
   <multicast-group-address>239.1.1.1</multicast-group-address>
   <rp-address>10.0.0.2</rp-address>
   <join-flags><sparse/><rptree/><wildcard/></join-flags>
   <upstream-interface-name>ge-0/0/0.0</upstream-interface-name>
   <upstream-neighbor>10.12.0.2</upstream-neighbor>
   <upstream-state-flags><join-to-rp/></upstream-state-flags>
   <uptime junos:seconds="7">00:00:07</uptime>
   <downstream-interfaces>
    <downstream-interface><pim-interface-name>Pseudo-GMP</pim-interface-name>
     <pim-pseudo-downstream-interface-name>et-0/0/8.11</pim-pseudo-downstream-interface-name></downstream-interface>
    <downstream-interface><pim-interface-name>irb.10</pim-interface-name>
     <pim-interface-state>(assert winner)</pim-interface-state>
     <downstream-neighbors><downstream-neighbor><address>10.10.0.3</address><state>Join</state>
      <uptime junos:seconds="5">00:00:05</uptime></downstream-neighbor></downstream-neighbors></downstream-interface>
   </downstream-interfaces>
  </join-group>
  <join-group>
   <multicast-group-address>239.1.1.1</multicast-group-address>
   <multicast-source-address>10.1.0.2</multicast-source-address>
   <upstream-interface-name>Through BGP</upstream-interface-name>
   <upstream-neighbor>Through MVPN</upstream-neighbor>
   <downstream-interfaces>
    <downstream-interface><pim-interface-name>Pseudo-MVPN</pim-interface-name></downstream-interface>
    <downstream-interface><pim-interface-name>irb.11</pim-interface-name>
     <neighbor><state>Prune</state></neighbor></downstream-interface>
   </downstream-interfaces>
  </join-group>
 </join-family>
 <join-family><pim-instance>PIM.master</pim-instance><address-family>INET6</address-family></join-family>
</pim-join-information>
</rpc-reply>`;
    expect(joins(text).rows).toEqual([
      {
        ...JOIN,
        source: null,
        rp: '10.0.0.2',
        upstreamState: 'join to rp',
        flags: 'sparse,rptree,wildcard',
        downstream: { 'et-0/0/8.11': 'joined', 'irb.10': 'joined' },
        uptimeSeconds: 7,
      },
      {
        ...JOIN,
        incoming: null,
        upstream: undefined,
        upstreamState: '',
        flags: '',
        downstream: { 'irb.11': 'pruned' },
      },
    ]);
  });
});

test('with tags: states of interfaces and neighbours, as words or as elements', () => {
  const one = (name: string, body: string) =>
    `<downstream-interface><pim-interface-name>${name}</pim-interface-name>${body}</downstream-interface>`;
  const neighbor = (state: string) =>
    `<downstream-neighbors><downstream-neighbor><address>10.2.0.2</address><state>${state}</state>
     <join-flags><sparse/><rptree/></join-flags></downstream-neighbor></downstream-neighbors>`;
  const text = `<rpc-reply><pim-join-information><join-family><pim-instance>PIM.master</pim-instance>
    <address-family>INET</address-family><join-group><multicast-group-address>239.1.1.1</multicast-group-address>
    <multicast-source-address>10.1.0.2</multicast-source-address><downstream-interfaces>
    ${one('ge-0/0/1.0', neighbor('Prune'))}${one('ge-0/0/2.0', neighbor('<prune/>'))}
    ${one('ge-0/0/3.0', neighbor('<prune/>') + neighbor('<join/>'))}
    ${one('ge-0/0/4.0', `<pim-interface-state>(assert loser)</pim-interface-state>${neighbor('Join')}`)}
    ${one('ge-0/0/5.0', `<pim-interface-state><assert-loser/></pim-interface-state>${neighbor('<join/>')}`)}
    ${one('ge-0/0/6.0', '<pim-interface-state><pruned/></pim-interface-state>')}
    </downstream-interfaces></join-group></join-family></pim-join-information></rpc-reply>`;
  expect(joins(text).rows[0]?.downstream).toEqual({
    'ge-0/0/1.0': 'pruned',
    'ge-0/0/2.0': 'pruned',
    'ge-0/0/3.0': 'joined',
    'ge-0/0/4.0': 'notForwarding',
    'ge-0/0/5.0': 'notForwarding',
    'ge-0/0/6.0': 'pruned',
  });
});

test.each([
  [
    'in text',
    `Instance: PIM.master Family: INET

Group: 239.1.1.1
    Source: 10.1.0.2
    Flags: dense
    Upstream interface: ge-0/0/0.0
    Downstream interfaces:
        fe-0/0/1.0
        fe-0/0/2.0 (Pruned timeout 170)
`,
  ],
  [
    'with tags',
    `<rpc-reply><pim-join-information><join-family><pim-instance>PIM.master</pim-instance>
      <address-family>INET</address-family><join-group><multicast-group-address>239.1.1.1</multicast-group-address>
      <multicast-source-address>10.1.0.2</multicast-source-address><pim-group-flags><dense/></pim-group-flags>
      <upstream-interface-name>ge-0/0/0.0</upstream-interface-name>
      <dense-event><dense-receive-prune><pim-interface-name>fe-0/0/2.0</pim-interface-name>
      <dense-timeout>170</dense-timeout></dense-receive-prune></dense-event>
      <downstream-interfaces><dummy/>
      <downstream-interface><pim-interface-name>fe-0/0/1.0</pim-interface-name></downstream-interface>
      <downstream-interface><pim-interface-name>fe-0/0/2.0</pim-interface-name>
      <pruned-timeout>170</pruned-timeout></downstream-interface>
      </downstream-interfaces></join-group></join-family></pim-join-information></rpc-reply>`,
  ],
])('dense mode: an interface whose prune has a time left is pruned, %s', (_form, text) => {
  const downstream = { 'fe-0/0/1.0': 'joined', 'fe-0/0/2.0': 'pruned' };
  expect(joins(text)).toMatchObject({ rows: [{ flags: 'dense', downstream }], unknown: [] });
});

test('with tags: of several upstream paths the active one counts, wherever it stands', () => {
  const path = (name: string, unit: string, neighbor: string) => `<${name}-upstream-path>
    <upstream-interface-name>${unit}</upstream-interface-name><upstream-neighbor>${neighbor}</upstream-neighbor>
    </${name}-upstream-path>`;
  const active = path('active', 'ge-0/0/0.0', '10.12.0.2');
  const others = path('mofrr-backup', 'ge-0/0/8.0', '10.12.8.2') + path('standby', 'ge-0/0/9.0', '10.12.9.2');
  const read = (paths: string) =>
    joins(`<rpc-reply><pim-join-information><join-family><pim-instance>PIM.master</pim-instance>
      <address-family>INET</address-family><join-group><multicast-group-address>239.1.1.1</multicast-group-address>
      <multicast-source-address>10.1.0.2</multicast-source-address>${paths}</join-group></join-family>
      </pim-join-information></rpc-reply>`).rows;
  for (const paths of [active + others, others + active]) {
    expect(read(paths)).toMatchObject([{ incoming: 'ge-0/0/0.0', upstream: '10.12.0.2' }]);
  }
  expect(read(others)).toMatchObject([{ incoming: null, upstream: undefined }]);
});

describe('both views', () => {
  const join = (more: Partial<JoinEntry> = {}): JoinEntry => ({ ...JOIN, downstream: new Map(), ...more });
  const row = (entry: Partial<Entry> | undefined, more?: Partial<JoinEntry>) => {
    const [found] = joinViews(
      '239.1.1.1',
      entry === undefined ? [] : [{ ...ENTRY, ...entry }],
      more === undefined ? [] : [join(more)],
    );
    return found!;
  };

  test('what PIM has joined or pruned beside the entry; what only PIM has', () => {
    const downstream = new Map([
      ['a.0', 'joined'],
      ['b.0', 'joined'],
      ['c.0', 'pruned'],
    ] as const);
    expect(row({ outgoing: [to('a.0')] }, { downstream }).outgoing).toEqual([
      { interface: 'a.0', state: 'forwarding' },
      { interface: 'b.0', state: 'notForwarding' },
      { interface: 'c.0', state: 'pruned' },
    ]);
    const states = (more: Partial<JoinEntry>) =>
      row(undefined, { downstream, ...more }).outgoing.map(({ state }) => state);
    expect(states({ source: null })).toEqual(['forwarding', 'forwarding', 'pruned']);
    expect(states({})).toEqual(['notForwarding', 'notForwarding', 'pruned']);
    expect(row({ outgoing: [to('a.0')], state: 'inactive' }).outgoing).toEqual([
      { interface: 'a.0', state: 'notForwarding' },
    ]);
  });

  test('the neighbour of another interface than the entry’s is not its own', () => {
    expect(row({}, {}).upstream).toBe('10.12.0.2');
    expect(row({ incoming: 'ge-0/0/5.0' }, {}).upstream).toBeUndefined();
    expect(row({}).upstream).toBeUndefined();
  });

  test.each<[string, Partial<Entry> | undefined, Partial<JoinEntry> | undefined, boolean | undefined]>([
    ['it forwards', { outgoing: [to('a.0')] }, { upstreamState: 'prune to rp' }, false],
    ['it has joined the source', { state: 'pruned' }, { upstreamState: 'join to source, prune to rp' }, false],
    ['pruned off its tree', { state: 'pruned' }, { upstreamState: 'prune to rp' }, true],
    ['pruned, by the entry alone', { state: 'pruned' }, { upstreamState: '' }, true],
    ['pruned by DVMRP', { state: 'pruned', protocol: 'DVMRP' }, undefined, true],
    ['somebody else’s stream is heard', { state: 'pruned', protocol: 'Multicast' }, undefined, undefined],
    ['PIM has no state', { state: 'pruned', protocol: 'PIM' }, undefined, undefined],
    ['the source is its own', { state: 'pruned' }, { upstream: null, upstreamState: 'local source' }, undefined],
    ['no prune', { state: undefined }, { upstreamState: 'no prune to rp' }, undefined],
    ['nothing is told', {}, undefined, undefined],
  ])('a prune was sent: %s', (_case, entry, more, pruneSent) => {
    expect(row(entry, more).pruneSent).toBe(pruneSent);
  });

  test.each([
    ['PIM', '', 'pimSparseMode'],
    ['PIM', 'dense,spt', 'pimDenseMode'],
    ['DVMRP', '', 'dvmrp'],
    ['MVPN', '', 'pimSparseMode'],
    ['Multicast', '', 'pimSparseMode'],
    ['IGMP', '', 'igmpOnly'],
    ['Static', '', 'other'],
    ['', 'bidirectional,rptree', 'pimSparseMode'],
    ['', '', null],
  ] as const)('upstream protocol %j with flags %j is %s', (protocol, flags, expected) => {
    expect(row({ protocol }, { flags }).multicastRoutingProtocol).toBe(expected);
  });

  test('the RP of (*,G) is the group’s, else the one that is selected for it', () => {
    const shared = join({ source: null, rp: '10.0.0.2' });
    const rp = (address: string) => [{ groups: '239.1.1.1/32', address }];
    expect(rpsOf('239.1.1.1', 32, [join(), shared], '10.0.0.9')).toEqual(rp('10.0.0.2'));
    expect(rpsOf('239.1.1.1', 32, [join(), shared], null)).toEqual(rp('10.0.0.2'));
    expect(rpsOf('239.1.1.1', 32, [join({ source: null })], '10.0.0.9')).toEqual(rp('10.0.0.9'));
    expect(rpsOf('239.1.1.1', 32, [], null)).toEqual([]);
    expect(rpsOf('239.1.1.1', 32, [], undefined)).toBeUndefined();
  });
});
