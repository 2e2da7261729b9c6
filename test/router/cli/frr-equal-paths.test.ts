/** Of equal next hops, the one that pimd takes: the first behind which it has a neighbour. */
import { expect, test } from 'vitest';
import { platforms } from '../../../src/router/cli/platforms.ts';
import { fakeVtysh, readerWith } from './support/fake-shell.ts';
import { FRR_OUTPUTS } from './support/frr-outputs.ts';

const hop = (interfaceName: string, ip?: string) => ({ fib: true, active: true, interfaceName, ...(ip ? { ip } : {}) });
const EAST = hop('east', '192.0.2.2');
const WEST = hop('west', '192.0.2.5');
const LAN = hop('lan', '192.0.2.9');

/** Where the path to a source leads; pimd's neighbours are 192.0.2.2 on east and 192.0.2.5 on west. */
async function nextHop(nexthops: readonly object[], neighbors: string = FRR_OUTPUTS['show ip pim neighbor json']) {
  const session = fakeVtysh({
    ...FRR_OUTPUTS,
    'show ip pim neighbor json': neighbors,
    'show ip route 198.18.7.7 json': JSON.stringify({
      '198.18.7.0/24': [{ protocol: 'ospf', selected: true, nexthops }],
    }),
  });
  const reader = readerWith(platforms.frr(), session);
  const { rpf, interfaces } = await reader.readForwarding(
    { family: 4, group: null, source: '198.18.7.7' },
    new AbortController().signal,
  );
  const row = rpf?.find((one) => one.prefix === '198.18.7.0/24');
  return [interfaces.find((one) => one.index === row?.interface)?.name, row?.neighbor];
}

test.each<[string, object[], unknown[]]>([
  ['both have a neighbour: the first', [WEST, EAST], ['west', '192.0.2.5']],
  ['the first has none', [LAN, WEST, EAST], ['west', '192.0.2.5']],
  ['a neighbour, but on another interface', [hop('lan', '192.0.2.5'), EAST], ['east', '192.0.2.2']],
  ['the first is an interface only: nobody knows who is behind it', [hop('lan'), EAST], ['east', '192.0.2.2']],
  ['none has one: the first', [LAN, hop('lan', '192.0.2.10')], ['lan', '192.0.2.9']],
])('%s', async (_name, nexthops, expected) => {
  expect(await nextHop(nexthops)).toEqual(expected);
});

test('where nothing is known of neighbours, the first', async () => {
  expect(await nextHop([LAN, WEST], '{}')).toEqual(['lan', '192.0.2.9']);
});
