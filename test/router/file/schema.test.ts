import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/document/document.ts';
import { formatProblem } from '../../../src/document/problem.ts';
import { snapshotSchema } from '../../../src/router/file/schema.ts';

/** Every key once. */
const FULL = {
  name: 'r4',
  takenAt: '2026-11-22T10:00:00.000Z',
  interfaces: [
    { index: 2, name: 'eth0', addresses: ['10.34.0.4/24'], multicast: true },
    {
      index: 3,
      name: 'rcv0',
      addresses: ['10.4.0.4/24', 'fd00:4::4/64', 'fe80::4/64'],
      multicast: true,
      ttlThreshold: 1,
      mtu: 1500,
      inMulticastPackets: '1200',
      outMulticastPackets: null,
    },
  ],
  routes: [
    {
      group: '232.1.1.1',
      groupPrefixLength: 32,
      source: '10.1.0.2',
      sourcePrefixLength: 32,
      incoming: 2,
      upstream: '10.34.0.3',
      outgoing: [{ index: 3, state: 'forwarding' }],
      packets: '18446744073709551615',
      multicastRoutingProtocol: 'pimSparseMode',
      routingProtocol: 'ospf',
      pruneSent: false,
      uptimeSeconds: 412,
    },
    { group: 'ff3e::1:1', source: null, incoming: null, upstream: null, outgoing: [] },
  ],
  rpf: [{ prefix: '10.1.0.0/24', interface: 2, neighbor: '10.34.0.3', routingProtocol: 'ospf' }],
  rps: [{ groups: '239.0.0.0/8', address: '10.0.0.2' }],
  scopes: [{ groups: '239.255.0.0/16', interface: 2 }],
  neighbors: [{ address: '10.34.0.3', interface: 2 }],
};

function read(text: string): unknown {
  const reading = readDocument(text, 'json', snapshotSchema('r4'));
  return 'problems' in reading ? reading.problems.map((problem) => formatProblem('r4.json', problem)) : reading.value;
}

const INTERFACES = '"interfaces": [{"index": 2, "name": "eth0", "addresses": []}]';
const ROUTE = '"group": "232.1.1.1", "source": "10.1.0.2", "incoming": 2, "upstream": null, "outgoing": []';

describe('a snapshot', () => {
  it('with every key is taken as it is', () => {
    expect(read(JSON.stringify(FULL))).toEqual(FULL);
  });

  it('with only a name and interfaces is enough', () => {
    expect(read('{"name": "r4", "interfaces": []}')).toEqual({ name: 'r4', interfaces: [] });
  });

  it('comes out in canonical text', () => {
    const text = `{"name": "r4", "interfaces": [{"index": 1, "name": "a", "addresses": ["FD00:0::1/64"], "inMulticastPackets": "007"}],
      "rpf": [{"prefix": "FD00::/16", "interface": 1, "neighbor": "FE80:0::1"}]}`;
    expect(read(text)).toMatchObject({
      interfaces: [{ addresses: ['fd00::1/64'], inMulticastPackets: '7' }],
      rpf: [{ prefix: 'fd00::/16', neighbor: 'fe80::1' }],
    });
  });

  it('keeps a path whose neighbour is not told apart from a connected one', () => {
    const text = `{"name": "r4", ${INTERFACES}, "rpf": [{"prefix": "10.1.0.0/24", "interface": 2},
      {"prefix": "10.2.0.0/24", "interface": 2, "neighbor": null}]}`;
    expect(read(text)).toHaveProperty('rpf', [
      { prefix: '10.1.0.0/24', interface: 2 },
      { prefix: '10.2.0.0/24', interface: 2, neighbor: null },
    ]);
  });

  it('may say that a prefix is unreachable', () => {
    const text = `{"name": "r4", ${INTERFACES}, "rpf": [{"prefix": "10.1.0.2/32", "interface": null}]}`;
    expect(read(text)).toHaveProperty('rpf', [{ prefix: '10.1.0.2/32', interface: null }]);
  });

  it('keeps what is not known apart from what is absent', () => {
    const text = `{"name": "r4", ${INTERFACES}, "routes": [{${ROUTE}, "packets": null, "routingProtocol": null}]}`;
    expect(read(text)).toMatchObject({ routes: [{ packets: null, routingProtocol: null }] });
  });
});

describe('a snapshot is refused', () => {
  it.each([
    ['{"name": "r4"}', "r4.json:1:1: missing key 'interfaces': expected a list"],
    ['{"name": "r5", "interfaces": []}', "r4.json:1:10: name: 'r5' is not the name of this router (r4)"],
    [
      '{"name": "r4", "interfaces": [], "uptime": 1}',
      "r4.json:1:34: unknown key 'uptime' (known: name, takenAt, interfaces, routes, rpf, rps, scopes, neighbors)",
    ],
    [
      '{"name": "r4", "interfaces": [], "takenAt": "today"}',
      "r4.json:1:45: takenAt: 'today' is not a time such as 2026-11-22T10:00:00.000Z",
    ],
    [
      '{"name": "r4", "interfaces": [{"index": 1, "name": "a", "addresses": ["10.0.0.1"]}]}',
      "r4.json:1:71: interfaces[0].addresses[0]: '10.0.0.1' is not an address with its prefix length",
    ],
    [
      '{"name": "r4", "interfaces": [{"index": 1, "name": "a", "addresses": [], "inMulticastPackets": 12}]}',
      'r4.json:1:96: interfaces[0].inMulticastPackets: expected text, not a number (quote it to make it text)',
    ],
    [
      '{"name": "r4", "interfaces": [{"index": 1, "name": "a", "addresses": [], "outMulticastPackets": "18446744073709551616"}]}',
      "r4.json:1:97: interfaces[0].outMulticastPackets: '18446744073709551616' is not a counter (decimal digits in quotes, at most 2^64-1)",
    ],
    [
      '{"name": "r4", "interfaces": [{"index": 1, "name": "a", "addresses": []}, {"index": 1, "name": "b", "addresses": []}]}',
      'r4.json:1:85: interfaces[1].index: 1 is already the ifIndex of another interface',
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });

  it.each([
    [
      'routes',
      '{"group": "10.0.0.1", "source": null, "incoming": 2, "upstream": null, "outgoing": []}',
      "2:23: routes[0].group: '10.0.0.1' is not a multicast address",
    ],
    [
      'routes',
      `{${ROUTE.replace('"incoming": 2', '"incoming": 7')}}`,
      '2:70: routes[0].incoming: 7 is not the ifIndex of any interface of this file',
    ],
    [
      'routes',
      `{${ROUTE.replace('[]', '[{"index": 2, "state": "forwarding"}, {"index": 8, "state": "pruned"}]')}}`,
      '2:151: routes[0].outgoing[1].index: 8 is not the ifIndex of any interface of this file',
    ],
    [
      'routes',
      `{${ROUTE.replace('[]', '[{"index": 2, "state": "up"}]')}}`,
      "2:126: routes[0].outgoing[0].state: 'up' is not one of forwarding, pruned, notForwarding",
    ],
    [
      'routes',
      `{${ROUTE.replace('"10.1.0.2"', '"fd00::2"')}}`,
      '2:46: routes[0].source: fd00::2 is not IPv4, but the group is',
    ],
    [
      'routes',
      `{${ROUTE.replace('"upstream": null', '"upstream": "0.0.0.0"')}}`,
      "2:85: routes[0].upstream: '0.0.0.0' is not a unicast address",
    ],
    [
      'routes',
      `{${ROUTE}, "sourcePrefixLength": 64}`,
      '2:129: routes[0].sourcePrefixLength: 64 is not a prefix length of IPv4 (0 to 32)',
    ],
    [
      'routes',
      `{${ROUTE}, "multicastRoutingProtocol": "pim"}`,
      "2:135: routes[0].multicastRoutingProtocol: 'pim' is not a multicast routing protocol of IANA-RTPROTO-MIB (pimSparseMode, dvmrp, ...)",
    ],
    [
      'rpf',
      '{"prefix": "10.1.0.0/24", "interface": 9, "neighbor": null}',
      '2:49: rpf[0].interface: 9 is not the ifIndex of any interface of this file',
    ],
    [
      'rpf',
      '{"prefix": "10.1.0.0/24", "neighbor": null}',
      "2:10: rpf[0]: missing key 'interface': expected an ifIndex (1 to 4294967295)",
    ],
    [
      'rpf',
      '{"prefix": "10.1.0.0/24", "interface": null, "neighbor": "10.34.0.3"}',
      '2:67: rpf[0].neighbor: 10.34.0.3 is behind no interface: null says that 10.1.0.0/24 is unreachable',
    ],
    [
      'rps',
      '{"groups": "10.0.0.0/8", "address": "10.0.0.2"}',
      "2:21: rps[0].groups: '10.0.0.0/8' is not a multicast address or prefix",
    ],
    [
      'scopes',
      '{"groups": "239.255.0.0/16", "interface": 9}',
      '2:55: scopes[0].interface: 9 is not the ifIndex of any interface of this file',
    ],
    [
      'neighbors',
      '{"address": "10.0.0.3", "interface": 9}',
      '2:53: neighbors[0].interface: 9 is not the ifIndex of any interface of this file',
    ],
  ])('in its %s: %s', (key, row, expected) => {
    expect(read(`{"name": "r4", ${INTERFACES},\n "${key}": [${row}]}`)).toEqual([`r4.json:${expected}`]);
  });
});
