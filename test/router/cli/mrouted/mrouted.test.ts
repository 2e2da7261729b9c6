/** DVMRP by mrouted: what mrouted tells on top of what the kernel does. */
import { expect, test } from 'vitest';
import { SHOW_STATE } from '../../../../src/router/cli/mrouted/commands.ts';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { fakeSh, type Outputs, readerWith } from '../support/fake-shell.ts';
import { CACHE, DUMP, MROUTED_OUTPUTS, MROUTED_TEXT_OUTPUTS, STATE } from '../support/mrouted-outputs.ts';

const QUERY: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };
const [UP, SIDE, LAN, TUNNEL] = [4, 5, 6, 7];

const signal = () => new AbortController().signal;

function mroutedReader(outputs: Outputs = {}) {
  const session = fakeSh({ ...MROUTED_OUTPUTS, ...outputs });
  return { session, reader: readerWith(platforms.mrouted(), session) };
}

const read = (query: Partial<ForwardingQuery> = {}, outputs: Outputs = {}) =>
  mroutedReader(outputs).reader.readForwarding({ ...QUERY, ...query }, signal());

const files = (text: string) => ({ [SHOW_STATE]: text });

test('the interface table: thresholds of VIFs, DVMRP neighbours, and a tunnel by the name that the kernel has for it', async () => {
  const { reader } = mroutedReader();
  const { interfaces, neighbors } = await reader.readInterfaces(signal());
  expect(interfaces).toMatchObject([
    { index: 1, name: 'lo', multicast: false },
    { index: UP, mtu: 1500, multicast: true, ttlThreshold: 1, multicastRoutingProtocol: 'dvmrp' },
    { index: SIDE, multicast: true, ttlThreshold: 8, multicastRoutingProtocol: 'dvmrp' },
    { index: LAN, mtu: 1400, multicast: true, ttlThreshold: 1, multicastRoutingProtocol: 'dvmrp' },
    { index: TUNNEL, multicast: true, ttlThreshold: 64, multicastRoutingProtocol: 'dvmrp' },
  ]);
  expect(neighbors).toEqual([
    { address: '192.0.2.5', interface: UP },
    { address: '192.0.2.7', interface: UP },
    { address: '192.0.2.10', interface: SIDE },
  ]);
});

test('an (S,G): what the kernel counts and forwards to, and who has pruned; the way is that of DVMRP', async () => {
  const { session, reader } = mroutedReader();
  const snapshot = await reader.readForwarding(QUERY, signal());
  expect(session.trips).toHaveLength(1);
  expect(session.trips.flat().filter((command) => command === SHOW_STATE)).toHaveLength(1);
  expect(snapshot.routes).toEqual([
    {
      group: '239.1.2.3',
      source: '198.18.0.5',
      incoming: UP,
      upstream: '192.0.2.5',
      outgoing: [
        { index: LAN, state: 'forwarding' },
        { index: SIDE, state: 'pruned' },
      ],
      packets: '204',
      multicastRoutingProtocol: 'dvmrp',
      routingProtocol: 'dvmrp',
      pruneSent: false,
      uptimeSeconds: 140,
    },
  ]);
  expect(snapshot.rpf).toEqual([
    { prefix: '198.18.0.0/24', interface: UP, neighbor: '192.0.2.5', routingProtocol: 'dvmrp' },
  ]);
  expect(snapshot.interfaces[1]).toMatchObject({ inMulticastPackets: '410', outMulticastPackets: '0' });
  expect(snapshot.scopes).toEqual([]);
});

test('a prune sent upstream', async () => {
  const { routes } = await read({ group: '239.5.5.5' });
  expect(routes).toMatchObject([{ pruneSent: true, packets: '103', outgoing: [{ index: SIDE, state: 'pruned' }] }]);
});

test('routers that depend on us and get nothing; and a VIF that the kernel does not forward to, whatever mrouted says', async () => {
  const { routes } = await read({ group: '239.6.6.6' });
  expect(routes).toMatchObject([
    {
      pruneSent: false,
      outgoing: [
        { index: LAN, state: 'forwarding' },
        { index: SIDE, state: 'notForwarding' },
        { index: TUNNEL, state: 'notForwarding' },
      ],
    },
  ]);
});

test('a boundary: the group may not pass, and is not asked for there', async () => {
  const { routes, scopes } = await read({ group: '239.9.1.1' });
  expect(scopes).toEqual([{ groups: '239.9.1.1/32', interface: LAN }]);
  expect(routes).toMatchObject([{ pruneSent: true, outgoing: [] }]);
});

test('an entry of the kernel that mrouted does not have: whether a prune was sent is not known', async () => {
  const { routes } = await read({ group: '239.7.7.7' });
  expect(routes).toMatchObject([{ packets: '1', multicastRoutingProtocol: 'dvmrp', uptimeSeconds: null }]);
  expect(routes?.[0]).not.toHaveProperty('pruneSent');
});

test('a source that has not sent yet has the entry of its subnet, without a count', async () => {
  const { routes } = await read({ source: '198.18.0.77' });
  expect(routes).toEqual([
    {
      group: '239.1.2.3',
      source: '198.18.0.0',
      sourcePrefixLength: 24,
      incoming: UP,
      upstream: '192.0.2.5',
      outgoing: [
        { index: SIDE, state: 'pruned' },
        { index: LAN, state: 'forwarding' },
      ],
      packets: null,
      multicastRoutingProtocol: 'dvmrp',
      routingProtocol: 'dvmrp',
      pruneSent: false,
      uptimeSeconds: 140,
    },
  ]);
  expect((await read({ source: '198.19.0.77' })).routes).toEqual([]);
  expect((await read({ source: null })).routes).toEqual([]);
});

test.each<[string, string, object]>([
  [
    'the longest prefix',
    '198.19.0.1',
    { prefix: '198.18.0.0/15', interface: SIDE, neighbor: '192.0.2.10', routingProtocol: 'dvmrp' },
  ],
  [
    'a link of its own',
    '198.51.100.7',
    { prefix: '198.51.100.0/24', interface: LAN, neighbor: null, routingProtocol: 'local' },
  ],
  [
    'unreachable, though a shorter prefix leads somewhere',
    '203.0.113.66',
    { prefix: '203.0.113.66/32', interface: null },
  ],
  [
    'the default route',
    '203.0.113.99',
    { prefix: '0.0.0.0/0', interface: SIDE, neighbor: '192.0.2.10', routingProtocol: 'dvmrp' },
  ],
])('a path: %s', async (_, source, expected) => {
  expect((await read({ group: null, source })).rpf).toEqual([expected]);
});

test('of a source without a DVMRP route there is no path, whatever the unicast table has', async () => {
  const { rpf } = await read(
    { group: null },
    { [SHOW_STATE]: STATE.replaceAll(/^ (?:198.18|default).* \.\. .*$|^ 198.18.* C\. .*$/gm, '') },
  );
  expect(rpf).toEqual([{ prefix: '198.18.0.5/32', interface: null }]);
});

test('IPv6 is the kernel, of whose daemon nothing is known', async () => {
  const { routes, rpf, interfaces } = await read({ family: 6, group: 'ff3e::1', source: '2001:db8:5::5' });
  expect(routes).toMatchObject([{ incoming: UP, upstream: 'fe80::1', packets: '3', multicastRoutingProtocol: null }]);
  expect(rpf).toMatchObject([{ prefix: '::/0', routingProtocol: 'icmp' }]);
  expect(interfaces[1]).toMatchObject({ name: 'up', multicast: true, multicastRoutingProtocol: null });
  expect(interfaces[2]).toMatchObject({ name: 'side', multicast: false });
});

test('before 4.0, from files, in one trip as well', async () => {
  const text = `1000\n990 /var/tmp/mrouted.dump\n${DUMP}995 /var/tmp/mrouted.cache\n${CACHE}`;
  const { session, reader } = mroutedReader(files(text));
  const snapshot = await reader.readForwarding(QUERY, signal());
  const { takenAt: _, ...expected } = await read();
  expect(snapshot).toMatchObject(expected);
  expect(session.trips).toHaveLength(1);
});

test('a host with mroutectl whose `ip` has no JSON: the kernel in text, mrouted as before', async () => {
  const { routes, rpf } = await read({}, { ...MROUTED_TEXT_OUTPUTS });
  const expected = await read();
  expect(routes).toEqual(expected.routes);
  expect(rpf).toEqual(expected.rpf);
});

test('files: the newest of each counts, and without a cache prunes are not known', async () => {
  const old = DUMP.replaceAll('192.0.2.5', '192.0.2.77');
  const text = `1000\n900 /var/run/mrouted/mrouted.dump\n${old}990 /var/tmp/mrouted.dump\n${DUMP}`;
  const { routes } = await read({}, files(text));
  expect(routes).toMatchObject([{ upstream: '192.0.2.5', outgoing: [{ index: LAN, state: 'forwarding' }] }]);
  expect(routes?.[0]).not.toHaveProperty('pruneSent');
});

test.each([
  ['no file', '1000\n', 'neither mroutectl'],
  ['a cache alone', `1000\n999 /var/tmp/mrouted.cache\n${CACHE}`, 'neither mroutectl'],
  ['a dump that is too old', `1000\n900 /var/tmp/mrouted.dump\n${DUMP}`, '/var/tmp/mrouted.dump is 100 s old'],
  [
    'a cache that is too old',
    `9000\n8999 /var/tmp/mrouted.dump\n${DUMP}1000 /var/tmp/mrouted.cache\n${CACHE}`,
    '/var/tmp/mrouted.cache is 8000 s old',
  ],
  ['a host without stat', '1000\nsh: 1: stat: not found\n', 'stat: not found'],
  ['something else in the file', '1000\n999 /var/tmp/mrouted.dump\nhello\n', 'printed'],
])('files: %s is an error that says so', async (_, text, message) => {
  await expect(read({}, files(text))).rejects.toMatchObject({
    code: 'ERR_READER_OUTPUT',
    message: expect.stringContaining(message),
  });
});

test.each([
  ['does not run', 'Cannot connect to mrouted, verify it has started.\n', 'Cannot connect'],
  ['may not be asked', 'Failed connecting to mrouted: Permission denied\n', 'Permission denied'],
  ['breaks off', STATE.slice(0, STATE.indexOf(' Origin ')), 'printed'],
])('a mrouted that %s is an error that shows what was printed', async (_, output, message) => {
  await expect(read({}, { [SHOW_STATE]: output })).rejects.toMatchObject({
    code: 'ERR_READER_OUTPUT',
    message: expect.stringContaining(message),
  });
});
