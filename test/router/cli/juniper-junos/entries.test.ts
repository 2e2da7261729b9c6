/** What Junos’s forwarder tells of the rows of a group. */
import { describe, expect, test } from 'vitest';
import type { Asked } from '../../../../src/router/cli/juniper-junos/asked.ts';
import { parseEntries } from '../../../../src/router/cli/juniper-junos/parse-routes.ts';
import { ASKED, ENTRY, to } from './rows.ts';
import { toldOf } from './told.ts';

function entries(text: string, asked: Partial<Asked> = {}) {
  const { part: rows, unknown } = toldOf(text, (output, tell) => parseEntries(output, { ...ASKED, ...asked }, tell));
  return { rows, unknown };
}

describe('the forwarder’s entries', () => {
  test('extensive: several interfaces on one line, pruned ones, registers, and a line that nobody knows', () => {
    const { rows, unknown } = entries(`{master}
Instance: master Family: INET

Group: 239.1.1.1
    Source: 10.1.0.2/32
    Upstream interface: ge-0/0/0.0
    Downstream interface list:
        irb.900 xe-0/0/1:2.100 (pruned)
        pe-0/0/0.32769 lo0.0 ae0.5
    Number of outgoing interfaces: 5
    Session description: Administratively Scoped
    Statistics: 577 kBps, 1178 pps, 18446744073709551615 packets
    RPF Next-hop ID: 0
    Next-hop ID: 47749
    Upstream protocol: Multicast
    Route state: Active
    Forwarding state: Forwarding
    Cache lifetime/timeout: 360 seconds
    Wrong incoming interface notifications: 1
    Uptime: 2w1d 12:02:10
    Sensor ID: 0xf0000011
  something new

Group: 239.1.1.2
    Source: 10.1.0.3/32
    Upstream interface: ge-0/0/9.0

Instance: master Family: INET6

{master}
user@r1>`);
    expect(rows).toEqual([
      {
        ...ENTRY,
        outgoing: [to('irb.900'), to('xe-0/0/1:2.100', true), to('ae0.5')],
        packets: '18446744073709551615',
        state: 'forwarding',
        protocol: 'Multicast',
        uptimeSeconds: 15 * 86_400 + 12 * 3600 + 130,
      },
    ]);
    expect(unknown).toEqual(['  something new']);
  });

  test('detail of an old release: families alone, no state', () => {
    const text = `Family: INET

Group: 239.1.1.1
    Source: 10.1.0.2/32
    Upstream interface: local
    Downstream interface list: fe-1/3/0.777
    Session description: Unknown
    Statistics: 61 kBps, 80 pps, 22195 packets
    Next-hop ID: 262267
    Upstream protocol: PIM

Address family: INET6`;
    expect(entries(text)).toEqual({
      rows: [{ ...ENTRY, incoming: null, outgoing: [to('fe-1/3/0.777')], packets: '22195', protocol: 'PIM' }],
      unknown: [],
    });
  });

  test('bidirectional: a range that has the group, of all sources, with interfaces that it comes in on', () => {
    const text = `Instance: master Family: INET

Group: 239.1.0.0/16
    Source: *
    Incoming interface list:
        lo0.0 ge-0/0/2.0
    Downstream interface list:
        ge-0/0/1.0
    Forwarding state: Forwarding

Group: 239.2.0.0/16
    Source: *
    Downstream interface list:
        ge-0/0/3.0`;
    expect(entries(text).rows).toEqual([
      { ...ENTRY, source: null, incoming: null, outgoing: [to('ge-0/0/1.0')], state: 'forwarding' },
    ]);
  });

  test('bidirectional: the group comes before ranges, and a longer range before a shorter, wherever they stand', () => {
    const record = (group: string, packets: number, names: string) => `Group: ${group}
    Source: *
    Downstream interface list:
        ${names}
    Statistics: 1 kBps, 1 pps, ${packets} packets
`;
    const records = [
      record('239.2.0.0/16', 77, 'ge-0/0/0.0'),
      record('239.2.1.1', 5, 'ge-0/0/0.0 ae0.100'),
      record('239.2.1.0/24', 99, 'ge-0/0/3.0'),
    ];
    for (const some of [records, records.toReversed()]) {
      const { rows } = entries(`Instance: master Family: INET\n${some.join('\n')}`, { group: '239.2.1.1' });
      expect(rows).toMatchObject([{ source: null, outgoing: [to('ge-0/0/0.0'), to('ae0.100')], packets: '5' }]);
    }
    for (const some of [records.slice(0, 1), records.slice(2)]) {
      const { rows } = entries(`Instance: master Family: INET\n${some.join('\n')}`, { group: '239.2.1.9' });
      expect(rows).toHaveLength(1);
    }
  });

  test('two upstream interfaces, of which the primary counts; tunnels without a name; pruned; inactive', () => {
    const text = (state: string) => `Instance: master Family: INET
Group: 239.1.1.1
    Source: 10.1.0.2/32
    Upstream rpf interface list:
        ge-0/0/0.0 (P) ge-0/0/1.0 (B)
    Downstream interface list:
        Push 990003, BS:0:0:0:0:0:0:0:00000041, label 16
    ${state}`;
    expect(entries(text('Forwarding state: Pruned')).rows).toEqual([{ ...ENTRY, state: 'pruned' }]);
    expect(entries(text('Route state: Inactive\n    Forwarding state: Forwarding')).rows).toEqual([
      { ...ENTRY, state: 'inactive' },
    ]);
    expect(entries(text('Forwarding state: Pruned')).unknown).toEqual([]);
  });

  test('the backup may stand before the primary', () => {
    const text = `Instance: master Family: INET
Group: 239.1.1.1
    Source: 10.1.0.2/32
    Upstream rpf interface list:
        ge-0/0/1.0 (B) ge-0/0/0.0 (P)`;
    expect(entries(text)).toEqual({ rows: [ENTRY], unknown: [] });
  });

  test('point to multipoint: neighbours behind their interface; numbers of next hops', () => {
    const text = `Instance: master Family: INET
Group: 239.1.1.1
    Source: 10.1.0.2/32
    Upstream interface: ge-0/0/0.0
    Upstream neighbor: 10.12.0.2
    Downstream interface list:
        st0.0-198.51.100.1 st0.0-198.51.100.2
        ge-0/0/3.0-(1048574) st0.1-2001:db8::7 (pruned)`;
    expect(entries(text)).toEqual({
      rows: [{ ...ENTRY, outgoing: [to('st0.0'), to('ge-0/0/3.0'), to('st0.1', true)] }],
      unknown: [],
    });
  });

  test('point to multipoint: where one neighbour is pruned and another is not, packets are sent', () => {
    const text = `Instance: master Family: INET
Group: 239.1.1.1
    Source: 10.1.0.2/32
    Upstream interface: ge-0/0/0.0
    Downstream interface list:
        st0.0-198.51.100.1 st0.0-198.51.100.2 (pruned)`;
    expect(entries(text).rows).toEqual([{ ...ENTRY, outgoing: [to('st0.0')] }]);
  });

  test('only of the asked instance and family', () => {
    const text = `Instance: blue Family: INET
Group: 239.1.1.1
    Source: 10.1.0.2/32
    Upstream interface: ge-0/0/0.0
Instance: master Family: INET
Group: 239.1.1.1
    Source: 10.9.0.2/32
    Upstream interface: ge-0/0/9.0`;
    expect(entries(text, { vrf: 'blue' }).rows.map((row) => row.source)).toEqual(['10.1.0.2']);
    expect(entries(text).rows.map((row) => row.source)).toEqual(['10.9.0.2']);
    expect(entries(text, { vrf: 'red' }).rows).toEqual([]);
  });

  test('IPv6', () => {
    const text = `Instance: master Family: INET6

Group: ff3e::1:1
    Source: fd00:1::2/128
    Upstream interface: ge-0/0/0.0
    Downstream interface list:
        ge-0/0/1.0`;
    const { rows } = entries(text, { family: 6, group: 'ff3e::1:1' });
    expect(rows).toEqual([{ ...ENTRY, source: 'fd00:1::2', outgoing: [to('ge-0/0/1.0')] }]);
  });

  test('with tags: several engines, of which one stands by; counts that have timed out', () => {
    const route = (packets: string) => `<multicast-route-information xmlns="http://xml.juniper.net/x/junos-routing">
      <route-family><address-family>INET</address-family><multicast-route>
        <multicast-group-address>239.1.1.1</multicast-group-address>
        <multicast-source-address>10.1.0.2</multicast-source-address>
        <upstream-interface-name>ge-0/0/0.0</upstream-interface-name>
        <downstream-interface-names><interface-name>ge-0/0/1.0</interface-name><interface-name>ae0.5</interface-name>
        </downstream-interface-names>
        <forwarding-rate-packets>7</forwarding-rate-packets>${packets}
        <multicast-route-uptime junos:seconds="98">00:01:38</multicast-route-uptime>
      </multicast-route></route-family></multicast-route-information>`;
    const text = (first: string, second: string) => `
<rpc-reply xmlns:junos="http://xml.juniper.net/junos/22.3R1/junos">
  <multi-routing-engine-results>
    <multi-routing-engine-item><re-name>node0</re-name>${route(first)}</multi-routing-engine-item>
    <multi-routing-engine-item><re-name>node1</re-name>${route(second)}</multi-routing-engine-item>
  </multi-routing-engine-results>
</rpc-reply>
{primary:node0}
`;
    const row = { ...ENTRY, outgoing: [to('ge-0/0/1.0'), to('ae0.5')], uptimeSeconds: 98 };
    const counted = '<forwarding-packets>9855</forwarding-packets>';
    expect(entries(text('<multicast-statistics-timed-out/>', counted)).rows).toEqual([{ ...row, packets: '9855' }]);
    expect(entries(text(counted, '')).rows).toEqual([{ ...row, packets: '9855' }]);
    expect(entries(text('<multicast-statistics-timed-out/>', '')).rows).toEqual([row]);
  });

  test.each(['PIM', 'MVPN', 'Multicast', 'IGMP'])('with tags, with its label: protocol %s', (protocol) => {
    const text = `<rpc-reply><multicast-route-information><route-family><multicast-instance>master</multicast-instance>
      <address-family>INET</address-family><multicast-route>
        <multicast-group-address>239.1.1.1</multicast-group-address>
        <multicast-source-address>10.1.0.2</multicast-source-address>
        <multicast-source-prefix-length>32</multicast-source-prefix-length>
        <upstream-interface-name>ge-0/0/0.0</upstream-interface-name>
        <outgoing-interface-count>0</outgoing-interface-count>
        <for-blank-line-line/>
        <session-name>Administratively Scoped</session-name>
        <forwarded-packet-count>33954</forwarded-packet-count>
        <upstream-protocol>Upstream protocol: ${protocol}</upstream-protocol>
      </multicast-route></route-family></multicast-route-information></rpc-reply>`;
    expect(entries(text).rows).toEqual([{ ...ENTRY, packets: '33954', protocol }]);
  });

  test('as JSON, in lists and compact', () => {
    const data = (text: string) => [{ data: text }];
    const lists = {
      'multicast-route-information': [
        {
          attributes: { xmlns: 'http://xml.juniper.net/junos/20.4R0/junos-routing', 'junos:style': 'extensive' },
          'route-family': [
            {
              'multicast-instance': data('master'),
              'address-family': data('INET'),
              'multicast-route': [
                {
                  'multicast-group-address': data('239.1.1.1'),
                  'multicast-source-address': data('10.1.0.2'),
                  'upstream-interface-name': data('ge-0/0/0.0'),
                  'downstream-interface-names': [{ 'interface-name': [{ data: 'ge-0/0/1.0' }, { data: 'ae0.5' }] }],
                  'multicast-route-uptime': [{ data: '00:01:38', attributes: { 'junos:seconds': '98' } }],
                },
              ],
            },
          ],
        },
      ],
    };
    const compact = {
      'multicast-route-information': {
        'route-family': {
          'address-family': 'INET',
          'multicast-route': {
            'multicast-group-address': '239.1.1.1',
            'multicast-source-address': '10.1.0.2',
            'upstream-interface-name': 'ge-0/0/0.0',
            'downstream-interface-names': { 'interface-name': ['ge-0/0/1.0', 'ae0.5'] },
            'multicast-route-uptime': '00:01:38',
          },
        },
      },
    };
    const row = { ...ENTRY, outgoing: [to('ge-0/0/1.0'), to('ae0.5')], uptimeSeconds: 98 };
    for (const tree of [lists, compact]) {
      const text = `{master:0}\n${JSON.stringify(tree, undefined, 4)}\n{master:0}\n`;
      expect(entries(text).rows).toEqual([row]);
    }
  });

  test.each([
    ['instance is not running\n'],
    ['<rpc-reply xmlns:junos="x">\n  <output>\nPIM instance is not running\n</output>\n</rpc-reply>\n'],
    ['<rpc-reply>\n<cli><banner>{master}</banner></cli>\n</rpc-reply>'],
    ['<rpc-reply><multicast-route-information/></rpc-reply>'],
    ['Instance: master Family: INET\n\nInstance: master Family: INET6\n'],
    ["Warning: License key missing; requires 'PIM' license\n\nInstance: master Family: INET\n"],
  ])('there are none: %j', (text) => {
    expect(entries(text)).toEqual({ rows: [], unknown: [] });
  });

  test.each([
    ['\n                   ^\nsyntax error, expecting <command>.\n', 'ERR_READER_COMMAND'],
    ['error: permission denied: display\n', 'ERR_READER_COMMAND'],
    ['unknown command.\n', 'ERR_READER_COMMAND'],
    ['error: the routing subsystem is not running\n', 'ERR_READER_COMMAND'],
    ['<rpc-reply><xnm:error><message>syntax error</message></xnm:error></rpc-reply>', 'ERR_READER_COMMAND'],
    ['', 'ERR_READER_OUTPUT'],
    ['{master}\n', 'ERR_READER_OUTPUT'],
    ['<rpc-reply><multicast-route-information>', 'ERR_READER_OUTPUT'],
    ['<!DOCTYPE a [<!ENTITY b "c">]>\n<rpc-reply>&b;</rpc-reply>', 'ERR_READER_OUTPUT'],
    [`${'<a>'.repeat(70)}${'</a>'.repeat(70)}`, 'ERR_READER_OUTPUT'],
    ['{\n"multicast-route-information" : [', 'ERR_READER_OUTPUT'],
  ])('an error: %j', (text, code) => {
    expect(() => entries(text)).toThrow(expect.objectContaining({ code }));
  });
});
