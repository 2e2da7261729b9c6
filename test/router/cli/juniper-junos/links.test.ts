/** What Junos tells of PIM’s links, neighbours and listeners, their counters and scopes. */

import { describe, expect, test } from 'vitest';
import { boundariesOf, parseScopes, parseStatistics } from '../../../../src/router/cli/juniper-junos/parse-links.ts';
import {
  parseListeners,
  parseNeighbors,
  parsePimInterfaces,
} from '../../../../src/router/cli/juniper-junos/parse-pim.ts';
import { inTime } from '../hostile/in-time.ts';
import { IPV4, IPV6, toldOf } from './told.ts';

describe('interfaces of PIM', () => {
  const read = (text: string, section = IPV4) =>
    toldOf(text, (output, tell) => parsePimInterfaces(output, section, tell));

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
  expect(toldOf(twice(interfaces), (output, tell) => parsePimInterfaces(output, IPV4, tell))).toEqual({
    part: { up: ['reth0.0'], designatedRouters: [{ address: '10.2.1.1', interface: 'reth0.0' }] },
    unknown: [],
  });
  expect(toldOf(twice(neighbors), (output, tell) => parseNeighbors(output, undefined, tell))).toEqual({
    part: [{ address: '10.2.1.2', interface: 'reth0.0' }],
    unknown: [],
  });
});

describe('neighbours of PIM', () => {
  const read = (text: string) => toldOf(text, (output, tell) => parseNeighbors(output, undefined, tell));

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
  expect(toldOf(text, parseListeners)).toEqual({ part: ['at-0/3/1.0'], unknown: [] });
});

describe('counters', () => {
  const read = (text: string, section = IPV4) => toldOf(text, (output, tell) => parseStatistics(output, section, tell));

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
  const read = (text: string) => toldOf(text, (output, tell) => parseScopes(output, undefined, tell));

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
    toldOf(`<rpc-reply><multicast-scope-information>${body}</multicast-scope-information></rpc-reply>`, (output) =>
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
