/** Hosts whose `ip` knows no JSON: iproute2 of old, busybox. Their kernels tell the same in text. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { fakeSh, type Outputs, readerWith } from '../support/fake-shell.ts';
import { LINUX_OUTPUTS, VIFS4 } from '../support/linux-outputs.ts';
import { BUSYBOX, CACHE4, linuxTextOutputs, OF_OLD } from '../support/linux-text-outputs.ts';

const QUERY4: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };
const QUERY6: ForwardingQuery = { family: 6, group: 'ff3e::1', source: '2001:db8:5::5' };

const hostSaying = (refusal: string, changes: Outputs = {}): Outputs => ({ ...linuxTextOutputs(refusal), ...changes });

function reading(outputs: Outputs) {
  const session = fakeSh(outputs);
  const reader = readerWith(platforms.linux(), session);
  return { session, read: (query: ForwardingQuery) => reader.readForwarding(query, new AbortController().signal) };
}

test.each([
  ['iproute2 of old', OF_OLD],
  ['busybox', BUSYBOX],
])('%s: the same as by JSON, asked for in text from then on', async (_, refusal) => {
  const [byJson, byText] = [reading(LINUX_OUTPUTS), reading(hostSaying(refusal))];
  for (const query of [QUERY4, QUERY6, { ...QUERY4, source: null }, { ...QUERY4, group: null }]) {
    const { takenAt: _, ...expected } = await byJson.read(query);
    const { takenAt, ...snapshot } = await byText.read(query);
    expect(snapshot).toEqual({
      ...expected,
      // JSON's outputs of these tests have one address less.
      interfaces: expected.interfaces.map((row) =>
        row.name === 'up' ? { ...row, addresses: ['192.0.2.6/30', '192.0.2.9/32', 'fe80::6/64'] } : row,
      ),
    });
  }
  const { trips } = byText.session;
  expect(trips[0]?.some((command) => command.includes(' -j '))).toBe(true);
  expect(trips.slice(1).flat()).not.toContainEqual(expect.stringContaining(' -j '));
  expect(trips).toHaveLength(5);
});

test.each([
  ['as the kernel says it', 'RTNETLINK answers: Network is unreachable\n'],
  ['as busybox does', 'ip: RTNETLINK answers: No route to host\n'],
])('an unreachable source, %s', async (_, said) => {
  const { read } = reading(hostSaying(OF_OLD, { 'ip -4 route get 198.18.0.5': said }));
  expect((await read(QUERY4)).rpf).toEqual([{ prefix: '198.18.0.5/32', interface: null }]);
});

test('a route to nowhere, which names an interface', async () => {
  const said =
    'unreachable 2001:db8:5::5 from :: dev lo proto kernel src ::1 metric 4294967295 error -113 pref medium\n';
  const { read } = reading(hostSaying(OF_OLD, { 'ip -6 route get 2001:db8:5::5': said }));
  expect((await read(QUERY6)).rpf).toEqual([{ prefix: '2001:db8:5::5/128', interface: null }]);
});

test.each<[string, string, string, object]>([
  [
    'an address of the host',
    'local 198.18.0.5 dev lo  src 198.18.0.5 \n    cache <local> \n',
    '198.18.0.0/24 dev up  proto kernel  scope link  src 198.18.0.5\n',
    { prefix: '198.18.0.5/32', interface: 1, neighbor: null, routingProtocol: 'local' },
  ],
  [
    'a subnet of the host',
    '198.18.0.5 dev up src 198.18.0.1 uid 0 \n    cache \n',
    '198.18.0.0/24 dev up proto kernel scope link src 198.18.0.1 \n',
    { prefix: '198.18.0.0/24', interface: 4, neighbor: null, routingProtocol: 'local' },
  ],
  [
    'a next hop of the other family',
    '198.18.0.5 via inet6 fe80::1 dev up src 192.0.2.6 uid 0 \n    cache \n',
    '198.18.0.0/16 nhid 12 via inet6 fe80::1 dev up proto bgp metric 20 \n',
    { prefix: '198.18.0.0/16', interface: 4, neighbor: 'fe80::1', routingProtocol: 'bgp' },
  ],
  [
    'a subnet of the host, of whose route busybox does not tell who made it',
    '198.18.0.5 dev up  src 198.18.0.1 \n',
    '198.18.0.0/24 dev up scope link  src 198.18.0.1 \n',
    { prefix: '198.18.0.0/24', interface: 4, neighbor: null, routingProtocol: 'local' },
  ],
  [
    'by interface only, from an address of another subnet: who is behind it is not known',
    '198.18.0.5 dev up  src 192.0.2.6 \n',
    '198.18.0.0/24 dev up scope link  src 192.0.2.6 \n',
    { prefix: '198.18.0.0/24', interface: 4, routingProtocol: null },
  ],
  [
    'policy routing to the same next hop',
    '198.18.0.5 via 192.0.2.5 dev up table 100 src 192.0.2.6 uid 0 \n    cache \n',
    'default via 192.0.2.5 dev up proto bgp \n',
    { prefix: '198.18.0.5/32', interface: 4, neighbor: '192.0.2.5', routingProtocol: null },
  ],
  [
    'equal next hops, of which busybox shows none',
    '198.18.0.5 via 192.0.2.5 dev up  src 192.0.2.6 \n',
    '198.18.0.0/16 via 192.0.2.5 dev up \n198.18.0.0/24  metric 30 \n',
    { prefix: '198.18.0.0/24', interface: 4, neighbor: '192.0.2.5', routingProtocol: null },
  ],
  [
    'a shorter prefix: that of a longer one, in another table, is unreachable',
    '198.18.0.5 via 192.0.2.5 dev up  src 192.0.2.6 \n',
    '198.18.0.0/16 via 192.0.2.5 dev up proto bgp \nunreachable 198.18.0.0/24 proto static \n',
    { prefix: '198.18.0.0/16', interface: 4, neighbor: '192.0.2.5', routingProtocol: 'bgp' },
  ],
  [
    'covering routes that busybox does not show',
    '198.18.0.5 via 192.0.2.5 dev up  src 192.0.2.6 \n',
    'BusyBox v1.30.1 multi-call binary.\n\nUsage: ip route list|flush|add|del|change|append|replace|test ROUTE\n',
    { prefix: '198.18.0.5/32', interface: 4, neighbor: '192.0.2.5', routingProtocol: null },
  ],
])('a path: %s', async (_, taken, covering, expected) => {
  const { read } = reading(
    hostSaying(OF_OLD, { 'ip -4 route get 198.18.0.5': taken, 'ip -4 route show match 198.18.0.5': covering }),
  );
  expect((await read(QUERY4)).rpf).toEqual([expected]);
});

const ROUTES4_AS_TEXT = `(198.18.0.5,239.1.2.3)           Iif: up         Oifs: a-long-name.100  State: resolved
  225 packets, 51300 bytes
`;
const PATH4_AS_TEXT = {
  'ip -4 -j route get 198.18.0.5': '198.18.0.5 via 192.0.2.5 dev up src 192.0.2.6 uid 0 \n    cache \n',
};
const NO_NUMBERS = { 'ip -4 -j -N route show match 198.18.0.5': 'Option "-N" is unknown, try "ip -help".\n' };

test.each<[string, Outputs]>([
  ['iproute2 4.20, which takes -j, and prints one route as text all the same', { ...PATH4_AS_TEXT, ...NO_NUMBERS }],
  ['4.15, which prints entries as text, too', { ...PATH4_AS_TEXT, 'ip -4 -s -j mroute show': ROUTES4_AS_TEXT }],
  ['4.15, of no entries', { ...PATH4_AS_TEXT, 'ip -4 -s -j mroute show': '' }],
  [
    'ip-tiny of OpenWrt, which knows no entries',
    { 'ip -4 -s -j mroute show': 'Object "mroute" is unknown, try "ip help".\n' },
  ],
])('%s: what is not told as JSON is asked for in text', async (_, outputs) => {
  const [byJson, byText] = [
    reading(LINUX_OUTPUTS),
    reading({ ...linuxTextOutputs(OF_OLD), ...LINUX_OUTPUTS, ...outputs }),
  ];
  const [expected, told] = [await byJson.read(QUERY4), await byText.read(QUERY4)];
  expect([told.routes, told.rpf]).toEqual([expected.routes, expected.rpf]);
});

test('an iproute2 that has JSON, and cannot tell protocols by number', async () => {
  const outputs: Record<string, string> = { ...linuxTextOutputs(OF_OLD) };
  for (const [command, output] of Object.entries(LINUX_OUTPUTS)) {
    outputs[command] = command.includes(' -N ') ? 'Option "-N" is unknown, try "ip -help".\n' : output;
  }
  expect((await reading(outputs).read(QUERY4)).rpf).toEqual([
    { prefix: '198.18.0.0/24', interface: 4, neighbor: '192.0.2.5', routingProtocol: 'ospf' },
  ]);
});

test('an interface that is down has no address; one without carrier has', async () => {
  const addresses = `4: up: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue qlen 1000
    inet 192.0.2.6/30 scope global up
5: a-long-name.100@up: <BROADCAST,MULTICAST,M-DOWN> mtu 1400 qdisc noqueue qlen 1000
    inet 198.51.100.1/24 scope global a-long-name.100
`;
  const { read } = reading(hostSaying(BUSYBOX, { 'ip addr': addresses }));
  expect((await read(QUERY4)).interfaces).toMatchObject([
    { name: 'up', addresses: ['192.0.2.6/30'] },
    { name: 'a-long-name.100', addresses: [] },
  ]);
});

test('addresses in a VRF, and of its device, are none of the default table', async () => {
  const addresses = `4: up: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    inet 192.0.2.6/30 scope global up
20: blue: <NOARP,MASTER,UP,LOWER_UP> mtu 65575 qdisc noqueue state UP group default qlen 1000
    inet 203.0.113.9/32 scope global blue
21: customer: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master blue state UP group default
    inet 192.0.2.6/30 scope global customer
`;
  const vrfs = '20: blue: <NOARP,MASTER,UP,LOWER_UP> mtu 65575 qdisc noqueue state UP mode DEFAULT group default\n';
  const { read } = reading(hostSaying(OF_OLD, { 'ip addr': addresses, 'ip link show type vrf': vrfs }));
  expect((await read(QUERY4)).interfaces.slice(0, 3).map((row) => row.addresses)).toEqual([['192.0.2.6/30'], [], []]);
});

test("a subnet that is the peer's is none of the host's", async () => {
  const addresses = `4: up: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue
    inet 10.0.0.1 peer 10.0.9.2/30 scope global up
    inet 10.0.1.1 peer 10.0.1.2/30 scope global up
`;
  const { read } = reading(hostSaying(OF_OLD, { 'ip addr': addresses }));
  expect((await read(QUERY4)).interfaces[0]?.addresses).toEqual(['10.0.0.1/32', '10.0.1.1/30']);
});

test('a host that has the first octet of an address first', async () => {
  const cache = CACHE4.replaceAll('030201EF', 'EF010203')
    .replaceAll('050012C6', 'C6120005')
    .replace('090909EF', 'EF090909');
  const { read } = reading(hostSaying(OF_OLD, { 'cat /proc/net/ip_mr_cache': cache }));
  expect((await read(QUERY4)).routes).toMatchObject([{ source: null }, { source: '198.18.0.5', packets: '225' }]);
});

test('the TTL threshold of an interface is that of its entries', async () => {
  const { read } = reading(hostSaying(OF_OLD, { 'cat /proc/net/ip_mr_cache': CACHE4.replaceAll('12:1', '12:11') }));
  expect((await read(QUERY4)).interfaces.slice(1, 3)).toMatchObject([{ ttlThreshold: 1 }, { ttlThreshold: 11 }]);
});

test('an entry whose incoming VIF is gone forwards nothing, whatever path there is', async () => {
  const { read } = reading(hostSaying(OF_OLD, { 'cat /proc/net/ip_mr_vif': VIFS4.replace(/^ 1 up.*\n/m, '') }));
  const { rpf, routes } = await read(QUERY4);
  expect(rpf).toEqual([{ prefix: '198.18.0.5/32', interface: null }]);
  expect(routes?.[1]).toMatchObject({ source: '198.18.0.5', incoming: null, upstream: null });
});

test('an entry of all groups, which proxies have, says nothing of the order of octets', async () => {
  const { read } = reading(
    hostSaying(OF_OLD, {
      'cat /proc/net/ip_mr_cache': `${CACHE4}00000000 00000000 1          0        0        0 12:1\n`,
    }),
  );
  expect((await read(QUERY4)).routes).toMatchObject([{ source: null }, { source: '198.18.0.5', packets: '225' }]);
});

test('a kernel without multicast routing has no entries', async () => {
  const nothing = 'cat: /proc/net/ip_mr_cache: No such file or directory\n';
  const { read } = reading(
    hostSaying(OF_OLD, { 'cat /proc/net/ip_mr_cache': nothing, 'cat /proc/net/ip_mr_vif': nothing }),
  );
  expect((await read(QUERY4)).routes).toEqual([]);
});

test.each([
  ['ip addr', 'sh: 1: ip: not found\n'],
  ['cat /proc/net/ip_mr_cache', 'cat: /proc/net/ip_mr_cache: Permission denied\n'],
  ['ip -4 route get 198.18.0.5', 'sh: 1: ip: not found\n'],
])('%s without an answer is an error that shows what was printed', async (command, output) => {
  const { read } = reading(hostSaying(OF_OLD, { [command]: output }));
  await expect(read(QUERY4)).rejects.toMatchObject({
    code: 'ERR_READER_OUTPUT',
    message: expect.stringContaining(output.trim()),
  });
});

const corpus = join(import.meta.dirname, '../../../../../shared/corpus/linux');
const isThere = existsSync(corpus);
if (!isThere) console.log('SKIPPED: no shared/corpus/linux');

describe.skipIf(!isThere)('real outputs', () => {
  interface Expected {
    readonly id: string;
    readonly interface: string;
    readonly mtu: string;
    readonly ip_addresses: readonly string[];
    readonly ip_masks: readonly string[];
    readonly ipv6_addresses: readonly string[];
  }

  test.each(['ntc-linux-ip-address-show', 'ntc-busybox-ip-address-show'])('%s', async (name) => {
    const file = (ending: string) => readFileSync(join(corpus, 'ip-address-show', `${name}${ending}`), 'utf8');
    const expected = JSON.parse(file('.expected.json')) as Expected[];
    const { read } = reading(hostSaying(OF_OLD, { 'ip addr': file('.txt') }));
    const { interfaces } = await read({ ...QUERY4, group: null, source: null });
    expect(interfaces.map((row) => [row.index, row.name, row.mtu])).toEqual(
      expected.map((row) => [Number(row.id), row.interface, Number(row.mtu)]),
    );
    for (const [at, { interface: name, ip_addresses, ip_masks, ipv6_addresses }] of expected.entries()) {
      if (name === 'lo') continue; // Its addresses are nobody's.
      const { addresses } = interfaces[at]!;
      expect(addresses.filter((address) => !address.includes(':'))).toEqual(
        ip_addresses.map((address, i) => `${address}/${ip_masks[i]}`),
      );
      expect(addresses.filter((address) => address.includes(':'))).toHaveLength(ipv6_addresses.length);
    }
  });

  test('ceos-unresolved', async () => {
    const cache = readFileSync(join(corpus, 'proc-net-ip-mr-cache/ceos-unresolved.txt'), 'utf8');
    const { read } = reading(
      hostSaying(OF_OLD, { 'cat /proc/net/ip_mr_cache': cache, 'cat /proc/net/ip_mr_vif': VIFS4 }),
    );
    const { routes } = await read({ family: 4, group: '233.84.178.0', source: null });
    expect(routes).toMatchObject([{ group: '233.84.178.0', source: null, outgoing: [], packets: '0' }]);
  });
});
