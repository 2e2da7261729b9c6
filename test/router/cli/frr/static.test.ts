/** A static multicast route (`ip mroute`), as pimd 8.4.4 prints it: among the others, with fewer members. */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { fakeVtysh, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';

const oif = (more: object) => ({ source: '198.18.0.5', group: '239.1.2.3', iVifI: 3, oVifI: 2, ttl: 1, ...more });

const ROUTES = JSON.stringify({
  '239.1.2.3': { '198.18.0.5': { iif: 'west', oil: { lan: oif({ protocolStatic: true, upTime: '00:00:07' }) } } },
});

test('it is a row like any other, made by management', async () => {
  const session = fakeVtysh({
    ...FRR_OUTPUTS,
    'show ip mroute 239.1.2.3 json': ROUTES,
    'show ip pim rpf json': '{}',
    'show ip pim upstream 239.1.2.3 json': '{}',
    'show ip pim join 239.1.2.3 json': '{}',
  });
  const reader = readerWith(platforms.frr(), session);
  const query = { family: 4, group: '239.1.2.3', source: '198.18.0.5' } as const;
  const { routes } = await reader.readForwarding(query, new AbortController().signal);
  expect(routes).toEqual([
    {
      group: '239.1.2.3',
      source: '198.18.0.5',
      incoming: 8,
      upstream: '192.0.2.5',
      outgoing: [{ index: 9, state: 'forwarding' }],
      packets: '215',
      multicastRoutingProtocol: 'netmgmt',
      routingProtocol: 'bgp',
      uptimeSeconds: null,
    },
  ]);
});
