/** What pimd lists in `show ip mroute` and the kernel does not forward by: no interface of it may count as forwarding. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { fakeVtysh, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';

const EAST = { index: 7, state: 'forwarding' };
const LAN = { index: 9, state: 'forwarding' };
const PRUNED = { index: 1, state: 'pruned' };

/** The (S,G) row's outgoing interfaces, where the entry of pimd has these members. */
async function outgoing(entry: object) {
  const member = { source: '198.18.0.5', group: '239.1.2.3', iif: 'west', ...entry };
  const session = fakeVtysh({
    ...FRR_OUTPUTS,
    'show ip mroute 239.1.2.3 json': JSON.stringify({ '239.1.2.3': { '198.18.0.5': member } }),
  });
  const reader = readerWith(platforms.frr(), session);
  const query = { family: 4, group: '239.1.2.3', source: '198.18.0.5' } as const;
  const { routes } = await reader.readForwarding(query, new AbortController().signal);
  return routes!.find(({ source }) => source !== null)!.outgoing;
}

const oil = { east: { ttl: 1 }, lan: { ttl: 1 } };

test.each<[string, object, object[]]>([
  ['an entry in the kernel forwards to all', { installed: 1, oil }, [EAST, LAN, PRUNED]],
  [
    'an entry that is not in the kernel to none; what was pruned stays pruned',
    { installed: 0, oil },
    [...[EAST, LAN].map(({ index }) => ({ index, state: 'notForwarding' })), PRUNED],
  ],
  ['an entry of a version that does not say so counts as installed', { oil }, [EAST, LAN, PRUNED]],
  ['an interface of TTL 0 is a place not in use', { installed: 1, oil: { ...oil, lan: { ttl: 0 } } }, [EAST, PRUNED]],
  ['an interface without a TTL is in use', { installed: 1, oil: { ...oil, lan: {} } }, [EAST, LAN, PRUNED]],
  ['a TTL threshold above 1 is in use', { installed: 1, oil: { ...oil, lan: { ttl: 16 } } }, [EAST, LAN, PRUNED]],
  ['the register interface is no link', { installed: 1, oil: { ...oil, pimreg: { ttl: 1 } } }, [EAST, LAN, PRUNED]],
  ['nor is that of a VRF', { installed: 1, oil: { ...oil, pimreg1001: { ttl: 1 } } }, [EAST, LAN, PRUNED]],
  [
    'the interface that packets come in on is not one that they leave by',
    { installed: 1, oil: { west: { ttl: 1 }, lan: { ttl: 1 } } },
    [LAN, PRUNED],
  ],
  ['no list at all', { installed: 1 }, [PRUNED]],
])('%s', async (_name, entry, expected) => {
  expect(await outgoing(entry)).toEqual(expected);
});
