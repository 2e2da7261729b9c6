/** The (S,G) rows of the agents. */
import type { SnapshotRoute } from '../../src/router/snapshot.ts';

export function routeNumber(i: number): SnapshotRoute & { readonly source: string } {
  return {
    group: `239.1.${i >> 8}.${i & 255}`,
    source: `10.1.${i % 7}.2`,
    incoming: 1,
    upstream: '10.0.1.2',
    outgoing: [2 + (i % 3)].map((index) => ({ index, state: 'forwarding' })),
    packets: String(i),
    multicastRoutingProtocol: 'pimSparseMode',
    routingProtocol: 'ospf',
    uptimeSeconds: i,
  };
}
