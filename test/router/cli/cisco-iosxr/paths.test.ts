/** The paths of IOS XR: PIM’s RPF and the RIB, each oddity once. */
import { describe, expect, test } from 'vitest';
import { parsePath } from '../../../../src/router/cli/cisco-iosxr/parse-path.ts';
import { ciscoIosXr } from '../../../../src/router/cli/cisco-iosxr/platform.ts';
import { OUTPUTS } from '../support/box/cisco-iosxr.ts';
import { readAll } from '../support/iosxr.ts';

describe('paths', () => {
  const COMMAND = 'show route ipv4 10.1.0.2';
  const path = (known: string, ...blocks: string[]) =>
    readAll((strange) =>
      parsePath(
        `
Routing entry for 10.1.0.0/24, supernet
  Known via ${known}
  Tag 65000, type internal
  Installed Nov 20 10:00:00.000 for 2d00h
  Routing Descriptor Blocks
${blocks.map((block) => `    ${block}\n      Route metric is 2, Wt is 1\n`).join('')}  No advertising protos. 
`,
        '10.1.0.2',
        undefined,
        COMMAND,
        strange,
      ),
    );
  const viaOne = { prefix: '10.1.0.0/24', interface: 'GigabitEthernet0/0/0/0', neighbor: '10.12.0.1', others: [] };

  test.each([
    ['"ospf 1", distance 110, metric 2, type intra area', 'ospf'],
    ['"isis CORE", distance 115, metric 20, type level-2', 'isIs'],
    ['"static", distance 1, metric 0', 'netmgmt'],
    ['"eigrp 1", distance 90, metric 3072, type internal', 'ciscoEigrp'],
    ['"rip", distance 120, metric 2', 'rip'],
    ['"application srte", distance 1, metric 0', 'other'],
  ])('%s', (known, routingProtocol) => {
    expect(path(known, '10.12.0.1, from 10.0.0.1, via Gi0/0/0/0')).toEqual({ ...viaOne, routingProtocol });
  });

  test('several next hops, and one in reserve', () => {
    const found = path(
      '"ospf 1", distance 110, metric 2, type intra area',
      '10.15.0.5, from 10.0.0.1, via Bundle-Ether5, Backup (Local-LFA)',
      '10.12.0.1, from 10.0.0.1, via GigabitEthernet0/0/0/0, Protected',
      '10.13.0.1, from 10.0.0.1, via TenGigE0/1/0/0',
    );
    const others = [{ interface: 'TenGigE0/1/0/0', neighbor: '10.13.0.1' }];
    expect(found).toEqual({ ...viaOne, others, routingProtocol: 'ospf' });
  });

  test('equal next hops that stand in for each other are none in reserve', () => {
    const found = path(
      '"isis CORE", distance 115, metric 20, labeled SR, type level-2',
      '10.12.0.1, from 10.0.0.1, via GigabitEthernet0/0/0/0, Protected, ECMP-Backup (Local-LFA)',
      '10.13.0.1, from 10.0.0.1, via TenGigE0/1/0/0, Protected, ECMP-Backup (Local-LFA)',
      '10.15.0.5, from 10.0.0.1, via Bundle-Ether5, Backup (TI-LFA)\n      Repair Node(s): 10.0.0.7',
    );
    const others = [{ interface: 'TenGigE0/1/0/0', neighbor: '10.13.0.1' }];
    expect(found).toEqual({ ...viaOne, others, routingProtocol: 'isIs' });
  });

  test('connected; and by an interface that does not say to whom it leads', () => {
    const known = '"connected", distance 0, metric 0 (connected)';
    const local = { ...viaOne, neighbor: null, routingProtocol: 'local' };
    expect(path(known, 'directly connected, via GigabitEthernet0/0/0/0')).toEqual(local);
    const tunnel = { ...viaOne, interface: 'tunnel-ip1', neighbor: undefined, routingProtocol: 'netmgmt' };
    expect(path('"static", distance 1, metric 0', 'directly connected, via tunnel-ip1')).toEqual(tunnel);
  });

  test.each([
    ['"static", distance 1, metric 0', undefined, 'netmgmt'],
    ['"connected", distance 0, metric 0 (connected)', null, 'local'],
    ['"local", distance 0, metric 0 (connected)', null, 'local'],
  ])('to one address by an interface alone, known via %s', (known, neighbor, routingProtocol) => {
    const text = `
Routing entry for 10.0.0.9/32
  Known via ${known}
  Routing Descriptor Blocks
    directly connected, via tunnel-ip5, permanent
      Route metric is 0, Wt is 1
`;
    const found = readAll((strange) => parsePath(text, '10.0.0.9', undefined, COMMAND, strange));
    expect(found).toEqual({ prefix: '10.0.0.9/32', interface: 'tunnel-ip5', neighbor, others: [], routingProtocol });
  });

  test('behind another route, of this table or of another', () => {
    const bgp = { prefix: '10.1.0.0/24', routingProtocol: 'bgp' };
    const known = '"bgp 65000", distance 200, metric 0';
    expect(path(known, '10.0.0.9, from 10.0.0.9')).toEqual({ ...bgp, nexthop: '10.0.0.9' });
    expect(path(known, '10.0.0.9, from 10.0.0.9, BGP multi path')).toEqual({ ...bgp, nexthop: '10.0.0.9' });
    const other =
      '10.0.0.9, from 10.0.0.9\n      Nexthop in Vrf: "CORE", Table: "default", IPv4 Unicast, Table Id: 0xe0000000';
    expect(path(known, other)).toEqual({ ...bgp, nexthop: null });
  });

  test('behind another route: one in reserve may stand first, and each has a VRF of its own', () => {
    const known = '"bgp 65000", distance 200, metric 0, [ei]-bgp';
    const vrf = (name: string) =>
      `\n      Nexthop in Vrf: "${name}", Table: "default", IPv4 Unicast, Table Id: 0xe0000000`;
    const reserve = `10.0.0.8, from 10.0.0.8, BGP backup path${vrf('CORE')}`;
    const bgp = { prefix: '10.1.0.0/24', routingProtocol: 'bgp' };
    expect(path(known, reserve, '10.0.0.9, from 10.0.0.9')).toEqual({ ...bgp, nexthop: '10.0.0.9' });
    expect(path(known, '10.0.0.9, from 10.0.0.9', reserve)).toEqual({ ...bgp, nexthop: '10.0.0.9' });
    expect(path(known, `10.0.0.7, from 10.0.0.9${vrf('CORE')}`, reserve)).toEqual({ ...bgp, nexthop: null });
  });

  test('that of another address is none', () => {
    const path = ciscoIosXr().path('10.1.0.2', 4);
    const other = OUTPUTS['show route ipv4 10.1.0.2']!.replace('10.1.0.0/24', '10.0.0.2/32');
    expect(path.parse([OUTPUTS['show route ipv4 10.1.0.2']!])).toMatchObject({ prefix: '10.1.0.0/24' });
    expect(() => path.parse([other])).toThrow(expect.objectContaining({ code: 'ERR_READER_OUTPUT' }));
  });

  test('behind a route of the other family: 6PE', () => {
    const text = `
Routing entry for fd00:1::/64
  Known via "bgp 65000", distance 200, metric 0, type internal
  Routing Descriptor Blocks
    ::ffff:10.0.0.4, from ::ffff:10.0.0.4
      Nexthop in Vrf: "default", Table: "default", IPv4 Unicast, Table Id: 0xe0000000
      Route metric is 0
`;
    const found = readAll((strange) => parsePath(text, 'fd00:1::2', undefined, COMMAND, strange));
    expect(found).toEqual({ prefix: 'fd00:1::/64', routingProtocol: 'bgp', nexthop: null });
  });

  test('a next hop that cannot be understood is not known; that is not to nowhere', () => {
    const text = `Routing entry for fd00:1::/64
  Known via "local-srv6 bgp-65000", distance 0, metric 0, SRv6 Endpoint uDT4, SRv6 Format f3216
  Routing Descriptor Blocks
    ::ffff:0.0.0.0 directly connected
      Route metric is 0
`;
    const unknown = { prefix: 'fd00:1::/64', routingProtocol: 'other', nexthop: null };
    expect(parsePath(text, 'fd00:1::2', undefined, COMMAND)).toEqual(unknown);
  });

  test('none, or to nowhere', () => {
    expect(
      parsePath('Sun Nov 22 10:00:00.123 UTC\n% Network not in table\n', '10.1.0.2', undefined, COMMAND),
    ).toBeNull();
    expect(path('"static", distance 1, metric 0', 'directly connected, via Null0')).toBeNull();
  });

  test.each([
    ["show route\n       ^\n% Invalid input detected at '^' marker.", 'ERR_READER_COMMAND'],
    ['Sun Nov 22 10:00:00.123 UTC\n% This command is not authorized', 'ERR_READER_COMMAND'],
    ['Sun Nov 22 10:00:00.123 UTC\n% No matching vrf found', 'ERR_READER_COMMAND'],
    ['', 'ERR_READER_OUTPUT'],
    ['Sun Nov 22 10:00:00.123 UTC\n', 'ERR_READER_OUTPUT'],
  ])('refused: %j', (output, code) => {
    expect(() => parsePath(output, '10.1.0.2', undefined, COMMAND)).toThrow(expect.objectContaining({ code }));
  });
});
