/** Which of pimd's two RPF neighbours of a source, or of none, is a row's upstream router. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { fakeVtysh, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';

const RPF = {
  '*': { rpfInterface: 'east', rpfAddress: '192.0.2.2' },
  '198.18.0.5': { rpfInterface: 'west', rpfAddress: '192.0.2.5' },
};

test.each([
  ['the way to the source', 'west', { upstream: '192.0.2.5', routingProtocol: 'bgp' }],
  // An (S,G) that only keeps its source off the shared tree: pimd tells the way to the source all the same.
  ['the shared tree', 'east', { upstream: '192.0.2.2', routingProtocol: 'ospf' }],
  ['neither', 'lan', { upstream: null, routingProtocol: null }],
])('it is on the incoming interface: where that is the one of %s', async (_name, iif, expected) => {
  const entry = { source: '198.18.0.5', group: '239.1.2.3', installed: 1, iif };
  const session = fakeVtysh({
    ...FRR_OUTPUTS,
    'show ip mroute 239.1.2.3 json': JSON.stringify({ '239.1.2.3': { '198.18.0.5': entry } }),
    'show ip pim rpf json': JSON.stringify({ '239.1.2.3': RPF }),
  });
  const reader = readerWith(platforms.frr(), session);
  const query = { family: 4, group: '239.1.2.3', source: '198.18.0.5' } as const;
  const { routes } = await reader.readForwarding(query, new AbortController().signal);
  expect(routes!.filter(({ source }) => source !== null)).toMatchObject([expected]);
});
