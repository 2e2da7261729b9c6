/** `ip multicast boundary oil PREFIX-LIST`: which groups pimd lets nobody join on an interface. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { allInTime } from '../hostile/in-time.ts';
import { fakeVtysh, type Outputs, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';

const COMMAND = 'show configuration running json pimd';
const QUERY: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };
const EAST = 7;
/** What comes in there is let in. */
const SCOPED = [{ groups: '239.1.2.3/32', interface: EAST, direction: 'out' }];

const deny = (prefix: string) => ({ sequence: 5, action: 'deny', 'ipv4-prefix': prefix });
const permit = (prefix: string) => ({ sequence: 5, action: 'permit', 'ipv4-prefix': prefix });
const PERMIT_ANY = { sequence: 99, action: 'permit', any: [null] };

/** As 8.4.4 prints it, with what is not read left out: `east` has the list SITE for its boundary. */
function configuration(entry: readonly object[] | undefined, { type = 'ipv4', family = 'ipv4' } = {}): string {
  const list = { type, name: 'SITE', ...(entry === undefined ? {} : { entry }) };
  const pim = (more: object) => ({ 'address-family': [{ 'address-family': `frr-routing:${family}`, ...more }] });
  return JSON.stringify({
    'frr-filter:lib': { 'prefix-list': [{ type: 'ipv4', name: 'OTHER', entry: [PERMIT_ANY] }, list] },
    'frr-interface:lib': {
      interface: [
        { name: 'lan', 'frr-pim:pim': pim({ 'pim-enable': true }) },
        { name: 'east', 'frr-pim:pim': pim({ 'pim-enable': true, 'multicast-boundary-oil': 'SITE' }) },
        { name: 'mgmt' },
      ],
    },
  });
}

async function scopes(output: string, query: ForwardingQuery = QUERY, more: Outputs = {}) {
  const session = fakeVtysh({ ...FRR_OUTPUTS, ...more, [COMMAND]: output });
  const reader = readerWith(platforms.frr(), session);
  return (await reader.readForwarding(query, new AbortController().signal)).scopes;
}

test.each<[string, readonly object[] | undefined, object[]]>([
  ['denied', [deny('239.1.0.0/16'), PERMIT_ANY], SCOPED],
  ['permitted', [permit('239.1.0.0/16')], []],
  ['covered by no entry', [permit('239.2.0.0/16')], SCOPED],
  [
    'covered by two: the first by number decides',
    [{ ...permit('239.1.0.0/16'), sequence: 10 }, deny('239.1.2.0/24')],
    SCOPED,
  ],
  // pimd looks at addresses here: lengths do not matter.
  [
    'denied whatever le and ge say',
    [{ ...deny('239.0.0.0/8'), 'ipv4-prefix-length-lesser-or-equal': 16 }, PERMIT_ANY],
    SCOPED,
  ],
  ['not denied by a list without entries', [], []],
  ['not denied by a list without a member `entry`', undefined, []],
  ['not judged by a list with an entry that cannot be read', [deny('239.1.0.0/99'), PERMIT_ANY], []],
])('a group is %s', async (_name, entries, expected) => {
  expect(await scopes(configuration(entries))).toEqual(expected);
});

const access = (action: string, sequence: number, what: object) => ({ sequence, action, ...what });
const SOURCES = { 'source-any': [null] };
const ANY = { 'destination-any': [null], ...SOURCES };
const within = (address: string, mask: string) => ({ address, mask });

/** As FRR prints it: `ip multicast boundary LIST`, which 10.3 and newer have, beside that of a prefix list. */
function accessConfiguration(entry: readonly object[], prefixes: readonly object[] = [PERMIT_ANY]): string {
  const boundary = { 'multicast-boundary-oil': 'OTHER', 'multicast-boundary-acl': 'SITE' };
  const family = { 'address-family': 'frr-routing:ipv4', 'pim-enable': true, ...boundary };
  return JSON.stringify({
    'frr-filter:lib': {
      'access-list': [{ type: 'ipv4', name: 'SITE', entry }],
      'prefix-list': [{ type: 'ipv4', name: 'OTHER', entry: prefixes }],
    },
    'frr-interface:lib': { interface: [{ name: 'east', 'frr-pim:pim': { 'address-family': [family] } }] },
  });
}

test.each<[string, readonly object[], object[]]>([
  ['denied', [access('deny', 5, { 'ipv4-prefix': '239.1.2.0/24' }), access('permit', 10, { any: [null] })], SCOPED],
  ['permitted', [access('permit', 5, { 'ipv4-prefix': '239.1.0.0/16' })], []],
  ['covered by no entry', [access('permit', 5, { 'ipv4-prefix': '239.2.0.0/16' })], SCOPED],
  [
    'not judged by a shorter prefix that has to be exact',
    [access('permit', 5, { 'ipv4-prefix': '239.0.0.0/8', 'ipv4-exact-match': true })],
    [],
  ],
  [
    'covered by itself, exactly',
    [access('permit', 5, { 'ipv4-prefix': '239.1.2.3/32', 'ipv4-exact-match': true })],
    [],
  ],
  [
    'denied with all that a wildcard leaves',
    [access('deny', 5, { network: within('239.1.0.0', '0.0.255.255') }), access('permit', 6, { 'source-any': [null] })],
    SCOPED,
  ],
  ['permitted as a host', [access('permit', 5, { host: '239.1.2.3' })], []],
  [
    'denied from any source, as a destination',
    [
      access('deny', 5, { ...SOURCES, 'destination-network': within('239.1.2.0', '0.0.0.255') }),
      access('permit', 6, ANY),
    ],
    SCOPED,
  ],
  ['permitted from any source', [access('permit', 5, { ...SOURCES, 'destination-host': '239.1.2.3' })], []],
  [
    'denied after destinations',
    [
      access('permit', 5, { ...SOURCES, 'destination-host': '239.9.9.9' }),
      access('deny', 6, { 'ipv4-prefix': '239.0.0.0/8' }),
    ],
    SCOPED,
  ],
  // 10.3 to 10.6 look at destinations first, 10.7 at one entry after the other.
  [
    'not judged where the order of destinations among others would matter',
    [
      access('permit', 5, { 'ipv4-prefix': '239.0.0.0/8' }),
      access('deny', 6, { ...SOURCES, 'destination-host': '239.1.2.3' }),
    ],
    [],
  ],
  [
    'denied before a host',
    [access('deny', 5, { network: within('239.1.0.0', '0.0.255.255') }), access('permit', 6, { host: '239.1.2.3' })],
    SCOPED,
  ],
  [
    'not judged by a list that is about sources, too',
    [access('deny', 5, { host: '198.18.0.5', 'destination-host': '239.1.2.3' }), access('permit', 6, ANY)],
    [],
  ],
  ['not judged by a wildcard with holes', [access('deny', 5, { network: within('239.0.2.3', '0.255.0.0') })], []],
  [
    'denied by what comes before a wildcard',
    [
      access('deny', 5, { 'ipv4-prefix': '239.0.0.0/8' }),
      access('permit', 10, { network: within('239.1.0.0', '0.0.255.255') }),
    ],
    SCOPED,
  ],
  ['not denied by a list without entries', [], []],
])('by an access list, a group is %s', async (_name, entries, expected) => {
  expect(await scopes(accessConfiguration(entries))).toEqual(expected);
});

test('a group that the access list permits and the prefix list denies may not pass', async () => {
  const permitted = [access('permit', 5, { any: [null] })];
  expect(await scopes(accessConfiguration(permitted, [deny('239.1.0.0/16')]))).toEqual(SCOPED);
});

test('a boundary without its list is none', async () => {
  expect(await scopes(configuration([deny('239.1.0.0/16')]).replace('"name":"SITE"', '"name":"TYPO"'))).toEqual([]);
});

test.each([{ type: 'ipv6' }, { family: 'ipv6' }])(
  'a list or a boundary of the other family is none: %o',
  async (other) => {
    expect(await scopes(configuration([deny('239.1.0.0/16')], other))).toEqual([]);
  },
);

test('a boundary of IPv4 says nothing of IPv6', async () => {
  const query: ForwardingQuery = { family: 6, group: 'ff3e::1', source: '2001:db8::5' };
  const empty = [
    'mroute ff3e::1',
    'mroute count',
    'pim rpf',
    'pim upstream ff3e::1',
    'pim join ff3e::1',
    'pim rp-info',
  ];
  const outputs = Object.fromEntries(
    [...empty, 'multicast count', 'route 2001:db8::5'].map((what) => [`show ipv6 ${what} json`, '{}']),
  );
  expect(await scopes(configuration([deny('0.0.0.0/0')]), query, outputs)).toEqual([]);
});

test('without a group there is no scope', async () => {
  expect(await scopes(configuration([deny('0.0.0.0/0')]), { ...QUERY, group: null })).toBeUndefined();
});

test.each<[string, unknown]>([
  ['', undefined],
  ['% Unknown command', undefined],
  ['{}', []],
  ['{"frr-interface:lib": {"interface": [null, 7]}}', []],
])('a router that says %j of its configuration answers with the rest', async (output, expected) => {
  expect(await scopes(output)).toEqual(expected);
});

test('it is read with the interface table: a warm read does not ask for it, and takes one trip', async () => {
  const session = fakeVtysh({ ...FRR_OUTPUTS, [COMMAND]: configuration([deny('239.1.0.0/16')]) });
  const reader = readerWith(platforms.frr(), session);
  const read = () => reader.readForwarding(QUERY, new AbortController().signal);
  await read();
  const before = session.trips.length;
  expect((await read()).scopes).toEqual(SCOPED);
  expect(session.trips).toHaveLength(before + 1);
  expect(session.trips.at(-1)).not.toContain(COMMAND);
});

test('a great many interfaces with one great list take no time that grows with their product', async () => {
  const count = 6000;
  const names = Array.from({ length: count }, (_, n) => `eth${n}`);
  const boundary = [{ 'address-family': 'frr-routing:ipv4', 'multicast-boundary-oil': 'SITE' }];
  const output = JSON.stringify({
    'frr-filter:lib': {
      'prefix-list': [{ type: 'ipv4', name: 'SITE', entry: Array(count).fill(deny('239.9.0.0/16')) }],
    },
    'frr-interface:lib': { interface: names.map((name) => ({ name, 'frr-pim:pim': { 'address-family': boundary } })) },
  });
  const interfaces = JSON.stringify(
    Object.fromEntries(names.map((name, n) => [name, { index: 100 + n, administrativeStatus: 'up' }])),
  );
  await allInTime(async () => {
    expect(await scopes(output, QUERY, { 'show interface vrf default json': interfaces })).toHaveLength(count);
    return [output, interfaces];
  });
});
