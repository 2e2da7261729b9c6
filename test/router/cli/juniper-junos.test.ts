/** What Junos tells beside the rows of a group: PIM's interfaces and neighbours, RPs, counters, scopes, paths, interfaces. */
import { describe, expect, test } from 'vitest';
import type { Section } from '../../../src/router/cli/juniper-junos/asked.ts';
import type { Output } from '../../../src/router/cli/juniper-junos/output.ts';
import { parseUnitsOfOthers } from '../../../src/router/cli/juniper-junos/parse-instances.ts';
import { parseInterfaces } from '../../../src/router/cli/juniper-junos/parse-interfaces.ts';
import { boundariesOf, parseScopes, parseStatistics } from '../../../src/router/cli/juniper-junos/parse-links.ts';
import { parsePath } from '../../../src/router/cli/juniper-junos/parse-path.ts';
import { parseListeners, parseNeighbors, parsePimInterfaces } from '../../../src/router/cli/juniper-junos/parse-pim.ts';
import { parseRpOfGroup, parseRps } from '../../../src/router/cli/juniper-junos/parse-rps.ts';
import { type RpRange, usedRps } from '../../../src/router/cli/juniper-junos/rp-choice.ts';
import { platforms } from '../../../src/router/cli/platforms.ts';
import type { NotUnderstood } from '../../../src/router/cli/text.ts';
import { inTime } from './hostile/in-time.ts';
import { TEXT_OUTPUTS } from './support/box/juniper-junos-text.ts';

const IPV4: Section = { family: 4, vrf: undefined };
const IPV6: Section = { family: 6, vrf: undefined };

function told<T>(
  text: string,
  parse: (output: Output, notUnderstood: NotUnderstood) => T,
): { part: T; unknown: string[] } {
  const unknown: string[] = [];
  return { part: parse({ command: 'show', text }, (line) => unknown.push(line)), unknown };
}

describe('interfaces of PIM', () => {
  const read = (text: string, section = IPV4) =>
    told(text, (output, tell) => parsePimInterfaces(output, section, tell));

  test('with counts of joins, bidirectional states, a long name, one that is down, registers', () => {
    const text = `Instance: PIM.master

Stat = Status, V = Version, NbrCnt = Neighbor Count,
S = Sparse, D = Dense, B = Bidirectional,
DR = Designated Router, P2P = Point-to-point link,
Active = Bidirectional is active, NotCap = Not Bidirectional Capable

Name               Stat Mode IP V State        NbrCnt JoinCnt(sg/*g) DR address
ae200.12           Up   S     4 2 DR,NotCap         1 1/0            62.40.125.126
ae200.12           Up   S     6 2 NotDR,NotCap      1 0/0            fe80::ae4b:c800:c43:7fc2
demux0.1073741825
                   Up   SB    4 2 NotDR,Active      1 0/3            10.1.2.3
gr-0/0/0.1         Up   SD    4 2 P2P,NotCap        1 0/0
ge-0/0/9.0         Down S     4 2 DR,NotCap         0 0/0            10.9.0.1
pe-0/0/0.32769     Up   S     4 2 P2P               0 0/0
ppd0.32770         Up   S     4 2 P2P               0 0/0
`;
    expect(read(text)).toEqual({
      part: {
        up: ['ae200.12', 'demux0.1073741825', 'gr-0/0/0.1'],
        designatedRouters: [
          { address: '62.40.125.126', interface: 'ae200.12' },
          { address: '10.1.2.3', interface: 'demux0.1073741825' },
        ],
      },
      unknown: [],
    });
    expect(read(text, IPV6).part.up).toEqual(['ae200.12']);
  });

  test('an older release', () => {
    const text = `Instance: PIM.master
Name               Stat Mode       IP V State Count DR address
fe-0/0/0.0         Up   Sparse      4 2 NotDR     1 192.168.195.30
lo0.0              Up   SparseDense 4 2 DR        0 10.255.14.144
`;
    expect(read(text)).toEqual({
      part: {
        up: ['fe-0/0/0.0', 'lo0.0'],
        designatedRouters: [
          { address: '192.168.195.30', interface: 'fe-0/0/0.0' },
          { address: '10.255.14.144', interface: 'lo0.0' },
        ],
      },
      unknown: [],
    });
  });

  test('with tags that do not name the family: the address does, else what was asked', () => {
    const text = `<rpc-reply><pim-interfaces-information>
      <pim-interface><pim-interface-name>ge-0/0/0.0</pim-interface-name><designated-router-address>10.1.0.1</designated-router-address></pim-interface>
      <pim-interface><pim-interface-name>ge-0/0/0.0</pim-interface-name><designated-router-address>fe80::1</designated-router-address></pim-interface>
      <pim-interface><pim-interface-name>gr-0/0/0.1</pim-interface-name><neighbor-count>0</neighbor-count></pim-interface>
      <pim-interface><pim-interface-name>ae0.0</pim-interface-name><status>Down</status></pim-interface>
    </pim-interfaces-information></rpc-reply>`;
    expect(read(text).part).toEqual({
      up: ['ge-0/0/0.0', 'gr-0/0/0.1'],
      designatedRouters: [{ address: '10.1.0.1', interface: 'ge-0/0/0.0' }],
    });
  });
});

test('what both nodes of a cluster tell of PIM is there once', () => {
  const twice = (text: string) => ['node0', 'node1'].map((node) => `${node}:\n-----\n${text}`).join('\n');
  const interfaces = 'Instance: PIM.master\nreth0.0            Up   S     4 2 DR,NotCap     1 0/0    10.2.1.1\n';
  const neighbors = 'Instance: PIM.master\nreth0.0              4 2             HPLGT   01:09:47 10.2.1.2\n';
  expect(told(twice(interfaces), (output, tell) => parsePimInterfaces(output, IPV4, tell))).toEqual({
    part: { up: ['reth0.0'], designatedRouters: [{ address: '10.2.1.1', interface: 'reth0.0' }] },
    unknown: [],
  });
  expect(told(twice(neighbors), (output, tell) => parseNeighbors(output, undefined, tell))).toEqual({
    part: [{ address: '10.2.1.2', interface: 'reth0.0' }],
    unknown: [],
  });
});

describe('neighbours of PIM', () => {
  const read = (text: string) => told(text, (output, tell) => parseNeighbors(output, undefined, tell));

  test('in text, with and without options', () => {
    const text = `B = Bidirectional Capable, G = Generation Identifier
H = Hello Option Holdtime, L = Hello Option LAN Prune Delay,
P = Hello Option DR Priority, T = Tracking Bit

Instance: PIM.master
Interface           IP V Mode        Option       Uptime Neighbor addr
so-1/0/0.0           4 2             HPLG      00:07:54 10.111.10.2
ae0.5                6 2 Sparse                 3w2d 01:02 fe80::2
xe-0/0/1:3.1073741823
                     4 2             HPLGBTA      00:07:54 10.111.11.2
                     6 2             HPLGBTA      00:07:54 fe80::3
`;
    expect(read(text)).toEqual({
      part: [
        { address: '10.111.10.2', interface: 'so-1/0/0.0' },
        { address: 'fe80::2', interface: 'ae0.5' },
        { address: '10.111.11.2', interface: 'xe-0/0/1:3.1073741823' },
        { address: 'fe80::3', interface: 'xe-0/0/1:3.1073741823' },
      ],
      unknown: [],
    });
  });

  test('with tags, the name before or behind the address, several on one link', () => {
    const text = `<rpc-reply><pim-neighbors-information>
      <pim-interface><pim-neighbor><pim-neighbor-address>10.1.0.2</pim-neighbor-address>
        <pim-interface-name>ge-0/0/0.0</pim-interface-name></pim-neighbor></pim-interface>
      <pim-interface><pim-interface-name>ge-0/0/1.0</pim-interface-name>
        <pim-neighbor><pim-neighbor-address>10.2.0.2</pim-neighbor-address></pim-neighbor>
        <pim-neighbor><pim-neighbor-address>10.2.0.3</pim-neighbor-address></pim-neighbor></pim-interface>
      <pim-interface><pim-interface-name>ge-0/0/2.0</pim-interface-name></pim-interface>
    </pim-neighbors-information></rpc-reply>`;
    expect(read(text).part).toEqual([
      { address: '10.1.0.2', interface: 'ge-0/0/0.0' },
      { address: '10.2.0.2', interface: 'ge-0/0/1.0' },
      { address: '10.2.0.3', interface: 'ge-0/0/1.0' },
    ]);
  });
});

test('interfaces of IGMP, those of a cluster, and one that is down', () => {
  const text = `node0:
--------------------------------------------------------------------------
Interface: at-0/3/1.0
    Querier: 10.111.30.1
    State:         Up Timeout:    None Version:  2 Groups:      4
    SSM Map Policy: ssm-policy-A
    Immediate Leave: On
Interface: so-1/0/1.0
    State:         Down Timeout:    None Version:  2 Groups:      0
Interface: local
    State:         Up Timeout:    None Version:  2 Groups:      0

Configured Parameters:
IGMP Query Interval (1/10 secs): 1250
`;
  expect(told(text, parseListeners)).toEqual({ part: ['at-0/3/1.0'], unknown: [] });
});

describe('RPs', () => {
  const read = (text: string, section = IPV4) => told(text, (output, tell) => parseRps(output, section, tell));

  test('brief: ranges below each other, both families', () => {
    const text = `Instance: PIM.master
Address family INET
RP address               Type        Holdtime Timeout Groups Group prefixes
11.0.9.99                bootstrap        150     124      1 224.0.0.0/4
                                                             239.1.0.0/16
10.10.10.10              auto-rp          150     146      0 226.0.0.0/8

address-family INET6
RP address               Type        Mode   Holdtime Timeout Groups Group prefixes
2001:db8:aaaa:bbbb::1234 embedded    sparse       0    None      1 ff70::/12
2001:db8::2              auto-rp     sparse     150     120      1 ff16::/16
                                                                   ff17::/16
2001:db8:aaaa:bbbb:cccc:dddd:eeee:1234
                         static      sparse       0    None      0 ff15::/16
`;
    expect(read(text)).toEqual({
      part: [
        { groups: '224.0.0.0/4', address: '11.0.9.99' },
        { groups: '239.1.0.0/16', address: '11.0.9.99' },
        { groups: '226.0.0.0/8', address: '10.10.10.10' },
      ],
      unknown: [],
    });
    expect(read(text, IPV6).part).toEqual([
      { groups: 'ff70::/12', address: '2001:db8:aaaa:bbbb::1234', origin: 'embedded' },
      { groups: 'ff16::/16', address: '2001:db8::2' },
      { groups: 'ff17::/16', address: '2001:db8::2' },
      { groups: 'ff15::/16', address: '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1234', origin: 'static' },
    ]);
  });

  test('extensive: groups and registers are no ranges', () => {
    const text = `Instance: PIM.master
Address family INET

RP: 10.255.245.91
Learned from 10.255.245.90 via: bootstrap
Mode: Sparse
Time Active: 2w1d 12:02:10
Holdtime: 150 with 112 remaining
Device Index: 129
Subunit: 32768
Interface: pe-0/0/0.32769
Static RP Override: Off
Group Ranges:
        224.0.0.0/4, 112s remaining
Active groups using RP:
        235.1.0.7
        224.2.127.254

        total 2 groups active
Anycast-PIM rpset:
        10.100.111.34
Anycast-PIM local address used: 10.100.111.1
Register State for RP:
Group           Source          FirstHop        RP Address      State    Timeout
235.1.0.7       192.168.195.78  10.255.14.132   10.255.245.91   Receive        0
RP: 10.255.245.92
Learned via: static configuration
Group Ranges:
        239.0.0.0/8
RP: 10.255.245.93
Learned via: static configuration
Static RP Override: On
Group Ranges:
        238.0.0.0/8
`;
    expect(read(text)).toEqual({
      part: [
        { groups: '224.0.0.0/4', address: '10.255.245.91' },
        { groups: '239.0.0.0/8', address: '10.255.245.92', origin: 'static' },
        { groups: '238.0.0.0/8', address: '10.255.245.93', origin: 'overriding' },
      ],
      unknown: [],
    });
  });

  test('with tags, the length apart', () => {
    const text = `<rpc-reply><pim-rps-information><pim-rp-family><address-family>INET</address-family>
      <pim-rp><pim-rp-address>10.0.0.1</pim-rp-address>
        <group-prefix>238.0.0.0/8</group-prefix><pim-rp-type>static</pim-rp-type></pim-rp>
      <pim-rp><pim-rp-address>10.0.0.2</pim-rp-address>
        <group-address>239.0.0.0</group-address><group-prefix-length>8</group-prefix-length>
        <active-groups><group-address>239.1.1.1</group-address></active-groups>
        <register-state><rp-address>10.9.9.9</rp-address></register-state></pim-rp>
    </pim-rp-family></pim-rps-information></rpc-reply>`;
    expect(read(text).part).toEqual([
      { groups: '238.0.0.0/8', address: '10.0.0.1', origin: 'static' },
      { groups: '239.0.0.0/8', address: '10.0.0.2' },
    ]);
  });

  test('with tags: where it was learned in empty elements; registers, the anycast set and groups are no ranges', () => {
    const ranges = (...groups: string[]) =>
      groups
        .map(
          (one) => `<rendezvous-point-group-prefixes><multicast-group-prefix>${one}</multicast-group-prefix>
          <rp-group-timeout>112</rp-group-timeout></rendezvous-point-group-prefixes>`,
        )
        .join('');
    const rp = (address: string, body: string) =>
      `<rendezvous-point><rendezvous-point-address>${address}</rendezvous-point-address>${body}</rendezvous-point>`;
    const text = `<rpc-reply><pim-rps-information><pim-instance>PIM.master</pim-instance>
      <rp-family><address-family>INET</address-family>
      ${rp('10.0.0.1', `<rp-flag-static/><rp-flag-sparse/>${ranges('224.0.0.0/4')}`)}
      ${rp(
        '10.0.0.2',
        `<rendezvous-point-from-address>10.9.9.8</rendezvous-point-from-address><rp-flag-bootstrap/>
        ${ranges('239.1.0.0/16', '239.2.0.0/16')}
        <rendezvous-point-active-group-prefixes><rendezvous-point-active-groups>1</rendezvous-point-active-groups>
        <rendezvous-point-active-group-prefix><multicast-group-address>239.1.1.1</multicast-group-address>
        </rendezvous-point-active-group-prefix></rendezvous-point-active-group-prefixes>
        <rendezvous-point-register-state><multicast-group-address>239.1.1.1</multicast-group-address>
        <rendezvous-point-address>10.9.9.9</rendezvous-point-address></rendezvous-point-register-state>
        <rendezvous-point-anycast-pim-rpset><multicast-group-address>10.9.9.7</multicast-group-address>
        </rendezvous-point-anycast-pim-rpset>`,
      )}
      ${rp(
        '10.0.0.3',
        `<rp-flag-static/>${ranges('238.0.0.0/8')}
        <rendezvous-point-static-override>On</rendezvous-point-static-override>`,
      )}</rp-family>
      <rp-family><address-family>INET6</address-family>
      ${rp('fd00::4', `<rp-flag-embedded-rp/>${ranges('ff70::/12')}`)}</rp-family></pim-rps-information></rpc-reply>`;
    expect(read(text).part).toEqual([
      { groups: '224.0.0.0/4', address: '10.0.0.1', origin: 'static' },
      { groups: '239.1.0.0/16', address: '10.0.0.2' },
      { groups: '239.2.0.0/16', address: '10.0.0.2' },
      { groups: '238.0.0.0/8', address: '10.0.0.3', origin: 'overriding' },
    ]);
    expect(read(text, IPV6).part).toEqual([{ groups: 'ff70::/12', address: 'fd00::4', origin: 'embedded' }]);
  });

  test('what is learned comes before what is configured, if that does not override; what groups have in them is nobody else’s', () => {
    const row = (groups: string, address: string, origin?: RpRange['origin']): RpRange => ({ groups, address, origin });
    expect(
      usedRps([
        row('239.1.0.0/16', '10.0.0.1', 'static'),
        row('224.0.0.0/5', '10.0.0.1', 'static'),
        row('239.0.0.0/8', '10.0.0.2'),
        row('239.0.0.0/8', '10.0.0.3', 'overriding'),
        row('ff00::/8', 'fd00::1', 'static'),
        row('ff70::/12', 'fd00::2', 'embedded'),
      ]),
    ).toEqual([
      { groups: '239.0.0.0/8', address: '10.0.0.3' },
      { groups: '239.0.0.0/8', address: '10.0.0.2' },
      { groups: '224.0.0.0/5', address: '10.0.0.1' },
      { groups: 'ff00::/8', address: 'fd00::1' },
    ]);
  });
});

describe('the RP of a group', () => {
  const read = (text: string) => told(text, parseRpOfGroup);
  const RANGES = '239.1.0.0/17\n        10.0.0.2        Hash: 1936241496\n        10.0.0.3        Hash: 1638507286\n\n';

  test.each<[string, string | null | undefined]>([
    [`${RANGES}224.0.0.0/4\n    10.0.0.8        Hash: 5\n\nRP selected: 10.0.0.3\n`, '10.0.0.3'],
    ['224.1.0.0/16\n    11.4.12.75 (Bidirectional)\n\nRP selected: 11.4.12.75\n', '11.4.12.75'],
    ['ff00::/8\n    fd00::2\n\nRP selected: fd00::2\n', 'fd00::2'],
    [
      'Source-specific Mode (SSM) active with Sparse Mode ASM override for group 232.1.1.1\n\nRP selected: 10.0.0.2\n',
      '10.0.0.2',
    ],
    ['Source-specific Mode (SSM) active for group 232.1.1.1\n', null],
    ['Dense Mode active for group 224.1.1.1\n', null],
    [`${RANGES}RP selected: (null)\n`, undefined],
    [RANGES, undefined],
    ['', undefined],
  ])('%j', (text, rp) => {
    expect(read(`Instance: PIM.master\nInstance: PIM.master\n\n${text}`)).toEqual({ part: rp, unknown: [] });
  });
});

describe('counters', () => {
  const read = (text: string, section = IPV4) => told(text, (output, tell) => parseStatistics(output, section, tell));

  test('two columns, a count that has wrapped, registers, both families', () => {
    const text = `Instance: master Family: INET
Interface: xe-10/1/0.0
    Routing protocol:           PIM   Mismatch error:                   0
    Kernel resolve:             287   Routing notify:                   0
    In kbytes:                 4273   In packets:                   45042
    Out kbytes:   18014398509409554   Out packets:   18446744073709258616
Interface: pe-0/0/0.32769
    In kbytes:                    1   In packets:                       2
Resolve requests on interfaces not enabled for multicast 3
Interface Mismatches on interfaces not enabled for multicast 0
Group Membership on interfaces not enabled for multicast 35
Instance: master Family: INET6
Interface: xe-10/1/0.0
    In kbytes:                    5   In packets:                       6
`;
    expect(read(text)).toEqual({
      part: [{ interface: 'xe-10/1/0.0', inPackets: '45042', outPackets: '18446744073709258616' }],
      unknown: [],
    });
    expect(read(text, IPV6).part).toEqual([{ interface: 'xe-10/1/0.0', inPackets: '6', outPackets: null }]);
  });

  test('with tags: point to multipoint, whose neighbours have counters of their own; counts of no interface', () => {
    const packets = (of: string, input: number, output: number) =>
      `<mc-${of}input-packets>${input}</mc-${of}input-packets><mc-${of}output-packets>${output}</mc-${of}output-packets>`;
    const neighbor = (address: string, input: number, output: number) => `<mc-stats-interface-p2mp-nbr>
      <mc-p2mp-nbr-address>${address}</mc-p2mp-nbr-address><protocol-name>PIM</protocol-name>
      ${packets('p2mp-', input, output)}</mc-stats-interface-p2mp-nbr>`;
    const text = `<rpc-reply><multicast-statistics-information><multicast-statistics>
      <instance-name>master</instance-name><address-family>INET</address-family>
      <mc-resolves-no-mc-interface>3</mc-resolves-no-mc-interface>
      <mc-stats-interface><interface-name>st0.0</interface-name><protocol-name>PIM</protocol-name>
      ${packets('', 1000, 3000)}${neighbor('10.2.0.2', 600, 1500)}${neighbor('10.2.0.3', 400, 0)}</mc-stats-interface>
      <mc-stats-interface><interface-name>ge-0/0/1.0</interface-name>${packets('', 5, 6)}</mc-stats-interface>
      </multicast-statistics></multicast-statistics-information></rpc-reply>`;
    expect(read(text).part).toEqual([
      { interface: 'st0.0', inPackets: '1000', outPackets: '3000' },
      { interface: 'ge-0/0/1.0', inPackets: '5', outPackets: '6' },
    ]);
  });
});

describe('scopes', () => {
  const read = (text: string) => told(text, (output, tell) => parseScopes(output, undefined, tell));

  test('names with blanks, several interfaces, all of them, both families', () => {
    const { part, unknown } = read(`                                        Resolve
Scope name   Group prefix   Interface   Rejects
232-net      232.232.0.0/16 fe-0/0/0.1        0
our own site 239.255.0.0/16 fe-0/0/0.1 fe-0/0/1.0   0
                            ae0.5             0
local        ff05::/16      all               0
`);
    expect(unknown).toEqual([]);
    expect(part).toEqual([
      { groups: '232.232.0.0/16', interface: 'fe-0/0/0.1' },
      { groups: '239.255.0.0/16', interface: 'fe-0/0/0.1' },
      { groups: '239.255.0.0/16', interface: 'fe-0/0/1.0' },
      { groups: '239.255.0.0/16', interface: 'ae0.5' },
      { groups: 'ff05::/16', interface: 'all' },
    ]);
    expect(boundariesOf(part, { 4: [], 6: ['ge-0/0/7.0'] })).toEqual([
      {
        family: 4,
        interface: 'fe-0/0/0.1',
        rules: [
          { groups: '232.232.0.0/16', isPermitted: false },
          { groups: '239.255.0.0/16', isPermitted: false },
          { groups: '0.0.0.0/0', isPermitted: true },
        ],
      },
      ...['fe-0/0/1.0', 'ae0.5'].map((name) => ({
        family: 4,
        interface: name,
        rules: [
          { groups: '239.255.0.0/16', isPermitted: false },
          { groups: '0.0.0.0/0', isPermitted: true },
        ],
      })),
      {
        family: 6,
        interface: 'ge-0/0/7.0',
        rules: [
          { groups: 'ff05::/16', isPermitted: false },
          { groups: '::/0', isPermitted: true },
        ],
      },
    ]);
  });
});

describe('scopes with tags', () => {
  const read = (body: string) =>
    told(`<rpc-reply><multicast-scope-information>${body}</multicast-scope-information></rpc-reply>`, (output) =>
      parseScopes(output, undefined),
    ).part;
  const scope = (name: string, interfaceName: string, ...prefixes: string[]) => `<multicast-scope>
    <scope-name>${name}</scope-name>${prefixes.map((one) => `<address-prefix>${one}</address-prefix>`).join('')}
    <interface-name>${interfaceName}</interface-name><scope-rejects>0</scope-rejects></multicast-scope>`;

  test('a name with what XML cannot have', () => {
    expect(read(scope('bell \u0007 &#38; whistle', 'ae0.5', '239.255.0.0/16'))).toEqual([
      { groups: '239.255.0.0/16', interface: 'ae0.5' },
    ]);
  });

  test('each of several prefixes; another interface of the same scope', () => {
    const more = '<multicast-scope><interface-name>ae0.6</interface-name></multicast-scope>';
    expect(read(scope('site', 'ae0.5', '239.192.0.0/14', 'ff05::/16') + more)).toEqual([
      { groups: '239.192.0.0/14', interface: 'ae0.5' },
      { groups: 'ff05::/16', interface: 'ae0.5' },
      { groups: '239.192.0.0/14', interface: 'ae0.6' },
      { groups: 'ff05::/16', interface: 'ae0.6' },
    ]);
  });

  test('a great many prefixes of one scope, and interfaces', { timeout: 60_000 }, () => {
    const count = 20_000;
    const prefixes = Array.from({ length: count }, (_, n) => `239.${n >> 8}.${n & 255}.0/24`);
    const text = scope('site', Array.from({ length: count }, (_, n) => `a.${n}`).join(' '), ...prefixes);
    const scopes = inTime([text], () => read(text));
    expect(new Set(scopes.map((one) => one.interface)).size).toBe(count);
  });

  test('interfaces of a policy, and their instance, are none of a scope', () => {
    const policy = `<multicast-scope-policy>[ site ]</multicast-scope-policy><multicast-scope-policy-interfaces>
      <instance-name>red</instance-name><address-family>INET</address-family><multicast-scope-policy-interface>
      <interface-name>ge-0/0/9.0</interface-name><scope-rejects>2</scope-rejects></multicast-scope-policy-interface>
      </multicast-scope-policy-interfaces>`;
    const [one, other] = [scope('a', 'ae0.5', '239.255.0.0/16'), scope('b', 'ae0.6', '239.254.0.0/16')];
    expect(read(one + policy + other)).toEqual([
      { groups: '239.255.0.0/16', interface: 'ae0.5' },
      { groups: '239.254.0.0/16', interface: 'ae0.6' },
    ]);
  });
});

describe('paths', () => {
  const read = (text: string, target = '10.1.0.2') => told(text, (output, tell) => parsePath(output, target, tell));
  const rpf = (body: string) => `Multicast RPF table: inet.0 , 27 entries\n\n${body}`;
  const rpfXml = (route: string) => `<rpc-reply><multicast-rpf-information><rpf-family>
    <rpf-table-name>inet.0</rpf-table-name><rpf-table-entry-count>27</rpf-table-entry-count>
    <rpf-route>${route}</rpf-route></rpf-family></multicast-rpf-information></rpc-reply>`;

  test.each<[string, string, object | null]>([
    [
      'by a neighbour, octets left out',
      '10.1/16\n    Protocol: IS-IS\n    Interface: so-1/1/1.0\n    Neighbor: 192.168.195.21\n',
      { prefix: '10.1.0.0/16', interface: 'so-1/1/1.0', neighbor: '192.168.195.21', routingProtocol: 'isIs' },
    ],
    [
      'connected',
      '10.1.0.0/24\n    Protocol: Direct\n    Interface: ge-0/0/0.0\n',
      { prefix: '10.1.0.0/24', interface: 'ge-0/0/0.0', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'by an interface alone',
      '10.1.0.0/24\n    Protocol: Static\n    Interface: gr-0/0/0.1\n    Neighbor: (null)\n',
      { prefix: '10.1.0.0/24', interface: 'gr-0/0/0.1', neighbor: undefined, routingProtocol: 'netmgmt' },
    ],
    [
      'the longest of several; two next hops',
      '0/0\n    Protocol: Static\n    Interface: fxp0.0\n    Neighbor: 192.0.2.1\n\n10.1.0.2/32\n    Protocol: OSPF\n' +
        '    Interface: ae0.1\n    Neighbor: 10.5.0.1\n    Interface: ae0.2\n    Neighbor: 10.6.0.1\n',
      {
        prefix: '10.1.0.2/32',
        interface: 'ae0.1',
        neighbor: '10.5.0.1',
        others: [{ interface: 'ae0.2', neighbor: '10.6.0.1' }],
        routingProtocol: 'ospf',
      },
    ],
    [
      'by an interface alone, to a single address, which need not be on it',
      '10.1.0.2/32\n    Protocol: OSPF\n    Interface: so-0/0/0.0\n    Neighbor: (null)\n',
      { prefix: '10.1.0.2/32', interface: 'so-0/0/0.0', neighbor: undefined, routingProtocol: 'ospf' },
    ],
    [
      'of a subscriber',
      '10.1.0.2/32\n    Protocol: Access-internal\n    Interface: demux0.1\n',
      { prefix: '10.1.0.2/32', interface: 'demux0.1', neighbor: null, routingProtocol: 'local' },
    ],
    [
      'the router itself',
      '10.1.0.0/24\n    Protocol: Direct\n    Interface: ge-0/0/0.0\n\n10.1.0.2/32\n    Protocol: Local\n',
      { prefix: '10.1.0.2/32', interface: 'local', neighbor: null, routingProtocol: 'local' },
    ],
    ['inactive', '10.1.0.0/24\n    Inactive\n', null],
    [
      'behind an inactive one, whose line does not end',
      '10.1.0.0/16\n    Inactive10.1.0.0/24\n    Protocol: Direct\n    Interface: ge-0/0/0.0\n',
      { prefix: '10.1.0.0/24', interface: 'ge-0/0/0.0', neighbor: null, routingProtocol: 'local' },
    ],
    ['discarded', '0.0.0.0/0\n    Protocol: Static\n', null],
    ['none', '', null],
  ])('RPF, %s', (_case, body, path) => {
    expect(read(rpf(body))).toEqual({ part: path, unknown: [] });
  });

  test('of another address, it is no answer', () => {
    const entry = '10.2.0.0/24\n    Protocol: Direct\n    Interface: ge-0/0/0.0\n';
    expect(() => read(rpf(entry))).toThrow(/cannot be understood/);
    const route = '<prefix>10.0.0.2/32</prefix><rpf-route-protocol>OSPF</rpf-route-protocol>';
    expect(() => read(rpfXml(route))).toThrow(/cannot be understood/);
  });

  test('RPF with tags: octets left out; inactive', () => {
    const prefix = '<prefix>10.1/16</prefix>';
    const by = `<rpf-route-protocol>IS-IS</rpf-route-protocol><interface-name>ae0.1</interface-name>
      <rpf-route-neighbor>10.5.0.1</rpf-route-neighbor>`;
    const path = { prefix: '10.1.0.0/16', interface: 'ae0.1', neighbor: '10.5.0.1', routingProtocol: 'isIs' };
    expect(read(rpfXml(prefix + by)).part).toEqual(path);
    expect(read(rpfXml(`${prefix}<rpf-route-inactive/>`)).part).toBeNull();
  });

  test.each([
    'show pim interfaces inet',
    'show pim rps inet',
    'show multicast statistics inet',
    'show igmp interface',
    'show interfaces',
  ])('the output of %s is no path', (command) => {
    expect(() => read(TEXT_OUTPUTS[command]!)).toThrow(/cannot be understood/);
  });

  test('in a table that was made for RPF', () => {
    const text =
      'Multicast RPF table: mcast.inet.5 , 3 entries\n\n10.1.0.0/24\n    Protocol: BGP\n    Interface: ae0.1\n';
    expect(read(text).part).toMatchObject({ prefix: '10.1.0.0/24', interface: 'ae0.1' });
  });

  test('of an instance, IPv6', () => {
    const text = `Multicast RPF table: blue.inet6.0, 9 entries\n\nfd00:1::/64\n    Protocol: OSPF3\n    Interface: ae0.1\n    Neighbor: fe80::2\n`;
    expect(read(text, 'fd00:1::2').part).toEqual({
      prefix: 'fd00:1::/64',
      interface: 'ae0.1',
      neighbor: 'fe80::2',
      routingProtocol: 'ospf',
    });
  });

  test('a route: the active entry of the table of unicast', () => {
    const text = `
inet.0: 23 destinations, 24 routes (22 active, 0 holddown, 1 hidden)
+ = Active Route, - = Last Active, * = Both

10.1.0.0/24        *[OSPF/10] 3w2d 01:00:00, metric 1
                    > to 10.5.0.1 via ae0.1
                      to 10.6.0.1 via ae0.2
                    [BGP/170] 00:10:00, localpref 100
                      AS path: 65001 I
                    > to 10.7.0.1 via ae0.3

inet.1: 3 destinations, 3 routes (3 active, 0 holddown, 0 hidden)
10.1.0.2/32        *[PIM/105] 00:10:00
                    > via ge-0/0/9.0
`;
    expect(read(text)).toEqual({
      part: {
        prefix: '10.1.0.0/24',
        interface: 'ae0.1',
        neighbor: '10.5.0.1',
        others: [{ interface: 'ae0.2', neighbor: '10.6.0.1' }],
        routingProtocol: 'ospf',
      },
      unknown: [],
    });
  });

  test.each([
    [
      '2001:db8:1:2::/64\n                   *[Direct/0] 1w0d\n                    > via ge-0/0/0.0',
      null,
      'ge-0/0/0.0',
    ],
    ['2001:db8:1:2::5/128*[Local/0] 1w0d\n                      Local via ge-0/0/0.0', null, 'ge-0/0/0.0'],
    ['::/0               *[Static/5] 1w0d\n                      Discard', undefined, undefined],
    ['::/0               *[Static/5] 1w0d\n                    > to fe80::9 via ge-0/0/1.0', 'fe80::9', 'ge-0/0/1.0'],
    ['2001:db8:1:2::/64   [BGP/170] 1w0d\n                    > to fe80::9 via ge-0/0/1.0', undefined, undefined],
  ])('a route: %j', (body, neighbor, name) => {
    const { part } = read(
      `inet6.0: 5 destinations, 5 routes (5 active, 0 holddown, 0 hidden)\n${body}\n`,
      '2001:db8:1:2::5',
    );
    expect(part === null ? undefined : part.neighbor).toBe(neighbor);
    expect(part?.interface).toBe(name);
  });

  test('with tags: a route of several entries; one that is discarded', () => {
    const text = (nh: string) => `<rpc-reply><route-information xmlns="x"><!-- keepalive --><route-table>
      <table-name>inet.0</table-name><rt junos:style="brief"><rt-destination>10.1.0.0/24</rt-destination>
      <rt-entry><active-tag>*</active-tag><protocol-name>OSPF</protocol-name>${nh}</rt-entry>
      <rt-entry><active-tag> </active-tag><protocol-name>BGP</protocol-name><nh><to>10.9.0.1</to><via>ae0.9</via></nh></rt-entry>
      </rt></route-table></route-information></rpc-reply>`;
    const hop = (to: string, via: string) => `<nh><to>${to}</to><via>${via}</via></nh>`;
    expect(read(text(hop('10.5.0.1', 'ae0.1') + hop('10.6.0.1', 'ae0.2'))).part).toEqual({
      prefix: '10.1.0.0/24',
      interface: 'ae0.1',
      neighbor: '10.5.0.1',
      others: [{ interface: 'ae0.2', neighbor: '10.6.0.1' }],
      routingProtocol: 'ospf',
    });
    expect(read(text('<nh-type>Discard</nh-type>')).part).toBeNull();
  });

  test('an empty reply is no answer; that multicast does not run, is; in a description it is not said', () => {
    const description = '<description>LACP is not running</description>';
    expect(() =>
      read(`<rpc-reply><interface-information>${description}</interface-information></rpc-reply>`),
    ).toThrow();
    expect(() => read('<rpc-reply><cli><banner>{master}</banner></cli></rpc-reply>')).toThrow(/cannot be understood/);
    expect(read('<rpc-reply>\n  <output>\ninstance is not running\n  </output>\n</rpc-reply>').part).toBeNull();
  });
});

describe('interfaces', () => {
  const read = (text: string) => told(text, (output, tell) => parseInterfaces(output, tell));

  test('the primary address first, as it is the one that PIM speaks from', () => {
    const text = `Physical interface: ae0, Enabled, Physical link is Up
  Logical interface ae0.5 (Index 3) (SNMP ifIndex 7)
    Protocol inet, MTU: 1500
      Addresses, Flags: Is-Preferred
        Destination: 10.0.1/24, Local: 10.0.1.1, Broadcast: 10.0.1.255
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: 10.0.2/24, Local: 10.0.2.1, Broadcast: 10.0.2.255
      Addresses, Flags: None
        Destination: 10.0.3/24, Local: 10.0.3.1, Broadcast: 10.0.3.255
`;
    const { part, unknown } = read(text);
    expect(unknown).toEqual([]);
    expect(part.interfaces).toMatchObject([{}, { addresses: ['10.0.2.1/24', '10.0.1.1/24', '10.0.3.1/24'] }]);
  });

  test.each([
    ['em2.32768', true],
    ['em4.32768', true],
    ['sp-0/0/0.16383', true],
    ['sp-2/1/0.16383', true],
    ['sp-0/0/0.0', false],
    ['em0.0', false],
    ['re0:mgmt-0.0', false],
  ])('%s is between parts of the router: %j', (name, isInternal) => {
    const { part } = read(`${name}   up    up   inet     192.0.2.2/24\n`);
    expect(part.interfaces).toMatchObject([{ name, isInternal }]);
  });

  test('names that are members of every object', () => {
    const text = `  Logical interface __proto__.0 (Index 3) (SNMP ifIndex 5)
  Logical interface constructor.0 (Index 4) (SNMP ifIndex 4294967295)
`;
    expect(read(text).part.interfaces.map(({ name, index }) => [name, index])).toEqual([
      ['__proto__.0', 5],
      ['constructor.0', null],
    ]);
  });

  test('an own address without a subnet, and one that is broken off', () => {
    const text = `Physical interface: gr-0/0/0, Enabled, Physical link is Up
  Interface index: 1, SNMP ifIndex: 0
  Logical interface gr-0/0/0.1 (Index 3) (SNMP ifIndex 7)
    Protocol inet, MTU: Unlimited
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: 10.0.0.2, Local: 10.0.0.1
    Protocol inet6, MTU: 1480, Generation: 150, Route table: 0
        Destination: 2001:db8:1234:5678::/64,
        Local: 2001:db8:1234:5678:9abc:def0:1234:5678
`;
    expect(read(text)).toEqual({
      part: {
        interfaces: [
          { index: null, name: 'gr-0/0/0', addresses: [], mtu: undefined, isDisabled: false, isInternal: false },
          {
            index: 7,
            name: 'gr-0/0/0.1',
            addresses: ['10.0.0.1/32', '2001:db8:1234:5678:9abc:def0:1234:5678/64'],
            mtu: 1480,
            isDisabled: false,
            isInternal: false,
          },
        ],
        counters: [],
      },
      unknown: [],
    });
  });

  test('an unnumbered one has no address but its link-local one; the donor has, and who only has one like it', () => {
    const text = `Physical interface: ae0, Enabled, Physical link is Up
  Logical interface ae0.200 (Index 3) (SNMP ifIndex 7)
    Flags: Up SNMP-Traps 0x4000 VLAN-Tag [ 0x8100.200 ] Encapsulation: ENET2
    Protocol inet, MTU: 1500
      Flags: Sendbcast-pkt-to-re, Unnumbered
      Donor interface: lo0.0 (Index 64)
      Preferred source address: 10.0.0.5
      Addresses, Flags: Is-Primary
        Local: 10.0.0.5
    Protocol inet6, MTU: 1500
      Flags: Is-Primary, Unnumbered
      Donor interface: lo0.0 (Index 64)
      Addresses, Flags: Is-Preferred
        Destination: fe80::/64, Local: fe80::5
        Local: fd00::5
  Logical interface ae0.300 (Index 4) (SNMP ifIndex 8)
    Protocol inet, MTU: 1500
      Flags: Sendbcast-pkt-to-re
      Addresses, Flags: Is-Preferred Is-Primary
        Local: 10.0.0.5
Physical interface: lo0, Enabled, Physical link is Up
  Logical interface lo0.0 (Index 64) (SNMP ifIndex 16)
    Protocol inet, MTU: Unlimited
      Addresses, Flags: Is-Default Is-Primary
        Local: 10.0.0.5
`;
    const { part, unknown } = read(text);
    expect(unknown).toEqual([]);
    const units = part.interfaces.filter(({ name }) => name.includes('.'));
    expect(units.map(({ name, addresses }) => [name, ...addresses])).toEqual([
      ['ae0.200', 'fe80::5/64'],
      ['ae0.300', '10.0.0.5/32'],
      ['lo0.0', '10.0.0.5/32'],
    ]);
  });

  test.each([[''], ['error: device gx-0/0/0 not found\n']])('none at all: %j', (text) => {
    expect(() => read(text)).toThrow();
  });
});

describe('units of other instances', () => {
  const read = (text: string) => {
    const { part, unknown } = told(text, parseUnitsOfOthers);
    return { units: [...part], unknown };
  };
  const instance = (name: string, type: string, ...units: string[]) => `${name}:
  Description: some: thing
  Router ID: 10.1.0.1
  Type: ${type}               State: Active
  Restart State: Complete Path selection timeout: 300
  Interfaces:
${units.map((unit) => `    ${unit}\n`).join('')}  Route-distinguisher: 65000:1
  Vrf-import: [ __vrf-import-${name}-internal__ ]
  Fast-reroute-priority: low
  Tables:
    ${name}.inet.0             : 2 routes (2 active, 0 holddown, 0 hidden)
    ${name}.mdt.0: 2 routes (2 active, 0 holddown, 0 hidden)
`;

  test('of layer 3, each with its tables', () => {
    const text = `master:
  Router ID: 10.0.0.1
  Type: forwarding        State: Active
  Interfaces:
    ge-0/0/9.0
  Tables:
    inet.0                 : 16 routes (16 active, 0 holddown, 0 hidden)
${instance('VPN-A', 'vrf', 'ge-0/0/1.100', 'irb.5', 'lo0.1')}${instance('lab', 'virtual-router', 'xe-0/0/1:2.5')}
${instance('mgmt_junos', 'forwarding', 'fxp0.0')}${instance('bridge', 'virtual-switch', 'irb.7')}
${instance('ospf2', 'no-forwarding', 'ge-0/0/8.0')}${instance('customer', 'vpls', 'ge-0/0/2.600', 'lsi.1049089')}`;
    expect(read(text)).toEqual({
      units: ['ge-0/0/1.100', 'irb.5', 'lo0.1', 'xe-0/0/1:2.5', 'fxp0.0'],
      unknown: [],
    });
  });

  test('with tags, of several engines', () => {
    const core = (name: string, type: string, unit: string) => `<instance-core><instance-name>${name}</instance-name>
      <instance-type>${type}</instance-type><instance-interface><interface-name>${unit}</interface-name>
      </instance-interface></instance-core>`;
    const text = `<rpc-reply><multi-routing-engine-results><multi-routing-engine-item><re-name>node0</re-name>
      <instance-information>${core('master', 'forwarding', 'ge-0/0/9.0')}${core('red', 'vrf', 'ae0.5')}
      ${core('bridge', 'virtual-switch', 'irb.7')}</instance-information>
      </multi-routing-engine-item></multi-routing-engine-results></rpc-reply>`;
    expect(read(text).units).toEqual(['ae0.5']);
  });
});

describe('the platform', () => {
  test('master is the default instance', () => {
    const master = platforms['juniper-junos']({ vrf: 'master' });
    expect(master.table.commands).toEqual(platforms['juniper-junos']().table.commands);
    expect(master.path('10.1.0.2', 4).commands).toEqual(['show multicast rpf inet 10.1.0.2 | display xml']);
  });

  test('a routing instance is in every command that has one', () => {
    const blue = platforms['juniper-junos']({ vrf: 'blue' });
    const questions = [
      blue.table,
      blue.forwarding({ family: 4, group: '239.1.1.1', source: '10.1.0.2' }),
      blue.forwarding({ family: 6, group: null, source: 'fd00::2' }),
      blue.path('fd00::2', 6),
    ];
    const sent = questions.flatMap(({ commands }) => commands);
    expect(sent).toEqual([
      'show interfaces routing-instance blue',
      'show pim interfaces inet instance blue | display xml',
      'show pim interfaces inet6 instance blue | display xml',
      'show pim neighbors instance blue | display xml',
      'show pim rps inet instance blue | display xml',
      'show pim rps inet6 instance blue | display xml',
      'show multicast scope instance blue | display xml',
      'show igmp interface',
      'show mld interface',
      'show pim join extensive inet 239.1.1.1 instance blue | display xml',
      'show multicast statistics inet instance blue | display xml',
      'show multicast route extensive inet group 239.1.1.1 source-prefix 10.1.0.2 instance blue | display xml',
      'show pim rps inet 239.1.1.1 instance blue',
      'show multicast statistics inet6 instance blue | display xml',
      'show multicast rpf inet6 fd00::2 instance blue | display xml',
    ]);
    const plain = questions.flatMap(({ otherwise }) => otherwise?.commands ?? []);
    expect(plain).toEqual(sent.map((command) => command.replace(' | display xml', '')));
  });

  test.each([
    ['user@r1> ', true],
    ['user@r1-re0>', true],
    ['j.doe+lab@core-1.example.net> ', true],
    ['user@r1:blue> ', true],
    ['user@corp.example@r1> ', true], // of a domain
    ['root> ', true],
    ['user@r1# ', false],
    ['root@r1% ', false],
    ['    </cli>', false],
    ['</rpc-reply>', false],
    ['<output>a>', false],
    ['10.0.0.1 --> 0/0', false],
  ])('%j is a prompt: %j', (line, isPrompt) => {
    expect(platforms['juniper-junos']().terminal?.prompt.test(line)).toBe(isPrompt);
  });

  test.each([
    ['---(more)---', true],
    ['---(more 45%)---', true],
    ['more', false],
  ])('%j is a pager: %j', (line, isPager) => {
    expect(platforms['juniper-junos']().terminal?.pager.test(line)).toBe(isPager);
  });
});
