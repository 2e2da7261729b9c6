/** `ip pim rp ADDRESS prefix-list NAME`: of which groups it is the RP, only the configuration tells. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import type { SnapshotRp } from '../../../../src/router/snapshot.ts';
import { longestMatch, parseAddress, parsePrefix } from '../../../../src/wire/address.ts';
import { allInTime } from '../hostile/in-time.ts';
import { fakeVtysh, type Outputs, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';

const QUERY: ForwardingQuery = { family: 4, group: '239.1.2.3', source: null };
const [ALL, OWN] = ['203.0.113.2', '203.0.113.9'];

const permit = (prefix: string, sequence = 5) => ({ sequence, action: 'permit', 'ipv4-prefix': prefix });
const deny = (prefix: string, sequence = 5) => ({ sequence, action: 'deny', 'ipv4-prefix': prefix });
const rp = (address: string, more: object) => ({ [address]: [{ rpAddress: address, source: 'Static', ...more }] });

const OF_ALL = rp(ALL, { group: '224.0.0.0/4' });
const OF_LIST = rp(OWN, { prefixList: 'LABS', iAmRP: true, outboundInterface: 'lo' });

function outputsOf(rps: object, lists: Readonly<Record<string, readonly object[]>>): Outputs {
  const prefixLists = Object.entries(lists).map(([name, entry]) => ({ type: 'ipv4', name, entry }));
  return {
    ...FRR_OUTPUTS,
    'show ip pim rp-info json': JSON.stringify(rps),
    'show configuration running json pimd': JSON.stringify({ 'frr-filter:lib': { 'prefix-list': prefixLists } }),
    'show ip route 203.0.113.2 json': FRR_OUTPUTS['show ip route 203.0.113.4 json'],
    'show ip route 203.0.113.9 json': '{}',
  };
}

async function rpsIn(outputs: Outputs, query = QUERY): Promise<readonly SnapshotRp[]> {
  const reader = readerWith(platforms.frr(), fakeVtysh(outputs));
  return (await reader.readForwarding(query, new AbortController().signal)).rps ?? [];
}

const rpOf = (rps: readonly SnapshotRp[], group = QUERY.group!) =>
  longestMatch(rps, ({ groups }) => parsePrefix(groups), parseAddress(group)!)?.address;

test.each<[string, object, Readonly<Record<string, readonly object[]>>, string | undefined]>([
  ['permitted by a list', OF_LIST, { LABS: [permit('239.1.0.0/16')] }, OWN],
  ['permitted by a list, and in a wider range', { ...OF_ALL, ...OF_LIST }, { LABS: [permit('239.1.0.0/16')] }, OWN],
  ['in an equal range: the list counts', { ...OF_ALL, ...OF_LIST }, { LABS: [permit('224.0.0.0/4')] }, OWN],
  ['in a longer range', { ...rp(ALL, { group: '239.1.2.0/24' }), ...OF_LIST }, { LABS: [permit('239.1.0.0/16')] }, ALL],
  [
    'permitted with everything: a range of groups is longer',
    { ...OF_ALL, ...OF_LIST },
    { LABS: [permit('0.0.0.0/0')] },
    ALL,
  ],
  ['covered by no entry', { ...OF_ALL, ...OF_LIST }, { LABS: [permit('239.2.0.0/16')] }, ALL],
  [
    'denied before it is permitted',
    { ...OF_ALL, ...OF_LIST },
    { LABS: [permit('239.1.0.0/16', 10), deny('239.1.2.0/24')] },
    ALL,
  ],
  ['denied, and in no other range', OF_LIST, { LABS: [deny('239.1.2.0/24'), permit('239.1.0.0/16', 10)] }, undefined],
  [
    'permitted by two lists: the longer entry counts',
    { ...rp(ALL, { prefixList: 'ALL' }), ...OF_LIST },
    { ALL: [permit('239.0.0.0/8')], LABS: [permit('239.1.0.0/16')] },
    OWN,
  ],
  ['of a list that is not there', { ...OF_ALL, ...OF_LIST }, {}, ALL],
  ['of a list that has no entries', { ...OF_ALL, ...OF_LIST }, { LABS: [] }, ALL],
  [
    'of a list that is not understood, so that any RP may be its own',
    { ...OF_ALL, ...OF_LIST },
    { LABS: [{}] },
    undefined,
  ],
])('a group that is %s', async (_, rps, lists, expected) => {
  expect(rpOf(await rpsIn(outputsOf(rps, lists)))).toBe(expected);
});

test('where the configuration is not told, no RP is', async () => {
  const outputs = { ...outputsOf({ ...OF_ALL, ...OF_LIST }, {}), 'show configuration running json pimd': '' };
  expect(await rpsIn(outputs)).toEqual([]);
});

/** The last entry alone is about the group. */
const GREAT = [
  ...Array.from({ length: 5000 }, (_, n) => permit(`238.${n >> 8}.${n & 255}.0/24`, n)),
  permit('239.1.0.0/16', 5000),
];

test.each<[string, object]>([
  ['of one RP', OF_LIST],
  [
    'of a great many RPs, of which pimd would take one',
    Object.assign({}, OF_LIST, ...GREAT.map((_, n) => rp(`198.18.${n >> 8}.${n & 255}`, { prefixList: 'LABS' }))),
  ],
])('a list with a great many entries tells like any other, and in time: %s', async (_, rps) => {
  const outputs = outputsOf({ ...OF_ALL, ...rps }, { LABS: GREAT });
  await allInTime(async () => {
    expect(rpOf(await rpsIn(outputs))).toBe(OWN);
    return Object.values(outputs).filter((output) => typeof output === 'string');
  });
});

test('a list of pim6d, whose configuration nobody reads', async () => {
  const query: ForwardingQuery = { family: 6, group: 'ff3e::1', source: null };
  const what = [
    'mroute ff3e::1',
    'mroute count',
    'pim rpf',
    'pim upstream ff3e::1',
    'pim join ff3e::1',
    'multicast count',
  ];
  const outputs = {
    ...outputsOf(OF_ALL, {}),
    ...Object.fromEntries(what.map((one) => [`show ipv6 ${one} json`, '{}'])),
    'show ipv6 pim rp-info json': JSON.stringify({
      ...rp('2001:db8::9', { prefixList: 'LABS' }),
      ...rp('2001:db8::8', { group: 'ff00::/8' }),
    }),
  };
  expect(rpOf(await rpsIn(outputs, query), query.group!)).toBeUndefined();
});
