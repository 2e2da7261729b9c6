/** Of equal next hops, the one that pimd takes: the first behind which it has a neighbour, where it does not look up one itself. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { Reader } from '../../../../src/router/port.ts';

import { fakeVtysh, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';

const hop = (interfaceName: string, ip?: string) => ({ fib: true, active: true, interfaceName, ...(ip ? { ip } : {}) });
const EAST = hop('east', '192.0.2.2');
const WEST = hop('west', '192.0.2.5');
const LAN = hop('lan', '192.0.2.9');

const QUERY = { family: 4, group: null, source: '198.18.7.7' } as const;

/** Where the path to a source leads; pimd's neighbours are 192.0.2.2 on east and 192.0.2.5 on west. */
async function nextHop(nexthops: readonly object[], neighbors: string = FRR_OUTPUTS['show ip pim neighbor json']) {
  const session = fakeVtysh({ ...FRR_OUTPUTS, 'show ip pim neighbor json': neighbors, ...pathBy(nexthops) });
  return nextHopOf(readerWith(platforms.frr(), session));
}

function pathBy(nexthops: readonly object[]) {
  const route = { '198.18.7.0/24': [{ protocol: 'ospf', selected: true, nexthops }] };
  return { 'show ip route 198.18.7.7 json': JSON.stringify(route) };
}

async function nextHopOf(reader: Reader) {
  const { rpf, interfaces } = await reader.readForwarding(QUERY, new AbortController().signal);
  const row = rpf?.find((one) => one.prefix === '198.18.7.0/24');
  return [interfaces.find((one) => one.index === row?.interface)?.name, row?.neighbor];
}

test.each<[string, object[], unknown[]]>([
  ['both have a neighbour: the first', [WEST, EAST], ['west', '192.0.2.5']],
  ['the first has none', [LAN, WEST, EAST], ['west', '192.0.2.5']],
  ['a neighbour, but on another interface', [hop('lan', '192.0.2.5'), EAST], ['east', '192.0.2.2']],
  ['the first is an interface only: nobody knows who is behind it', [hop('lan'), EAST], ['east', '192.0.2.2']],
  ['none has one: none is taken', [LAN, hop('lan', '192.0.2.10')], [undefined, undefined]],
  ['one by another address of a neighbor', [hop('west', '192.0.2.99')], ['west', '192.0.2.99']],
  ['an interface only, and nothing else', [hop('lan')], ['lan', undefined]],
])('%s', async (_name, nexthops, expected) => {
  expect(await nextHop(nexthops)).toEqual(expected);
});

test('where nothing is known of neighbours, the first', async () => {
  expect(await nextHop([LAN, WEST], '% Command refused')).toEqual(['lan', '192.0.2.9']);
});

test('where there are no neighbours, none', async () => {
  expect(await nextHop([LAN, WEST], '{}')).toEqual([undefined, undefined]);
});

test('where pim6d does not tell its own, those of pimd count, and are not told as all that there are', async () => {
  const late = '% telnet to 192.0.2.1:2622: no answer in time';
  const pim6d = Object.fromEntries(
    ['multicast count', 'pim interface', 'pim neighbor'].map((view) => [`show ipv6 ${view} json`, late]),
  );
  const readerOf = (nexthops: readonly object[]) =>
    readerWith(platforms.frr(), fakeVtysh({ ...FRR_OUTPUTS, ...pim6d, ...pathBy(nexthops) }));
  expect(await nextHopOf(readerOf([LAN, WEST]))).toEqual(['west', '192.0.2.5']);
  expect(await nextHopOf(readerOf([LAN]))).toEqual([undefined, undefined]);
  const snapshot = await readerOf([WEST]).readForwarding(QUERY, new AbortController().signal);
  expect(snapshot).not.toHaveProperty('neighbors');
});

test('neighbours are those of now, not those of the table', async () => {
  const session = fakeVtysh({ ...FRR_OUTPUTS, ...pathBy([EAST, WEST]) });
  const reader = readerWith(platforms.frr(), session);
  expect(await nextHopOf(reader)).toEqual(['east', '192.0.2.2']);
  session.outputs = { ...session.outputs, 'show ip pim neighbor json': '{"east":{},"west":{"192.0.2.5":{}}}' };
  expect(await nextHopOf(reader)).toEqual(['west', '192.0.2.5']);
});
