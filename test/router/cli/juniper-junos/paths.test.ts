/** The paths of Junos’s RPF table. */

import { describe, expect, test } from 'vitest';
import { parsePath } from '../../../../src/router/cli/juniper-junos/parse-path.ts';
import { TEXT_OUTPUTS } from '../support/box/juniper-junos-text.ts';
import { toldOf } from './told.ts';

describe('paths', () => {
  const read = (text: string, target = '10.1.0.2') => toldOf(text, (output, tell) => parsePath(output, target, tell));
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
