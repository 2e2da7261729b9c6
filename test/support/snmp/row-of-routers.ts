/** Routers in a row with one (S,G), on loopback addresses, so that a client on this host is the receiver. */
import type { Snapshot } from '../../../src/router/snapshot.ts';

const GROUP = '232.1.1.1';
const sourceOf = (count: number) => `127.60.${count}.9`;

export function rowOfRouters(count: number) {
  const snapshots = Array.from({ length: count }, (_, i) => snapshotOf(i, count));
  return { snapshots, receiver: '127.60.0.9', source: sourceOf(count), group: GROUP };
}

/** Router 0 is the last hop; each has interface 1 downstream, 2 upstream. */
function snapshotOf(i: number, count: number): Snapshot {
  const isFirstHop = i === count - 1;
  const interfaceRow = (index: number, address: string) => ({
    index,
    name: `eth${index}`,
    addresses: [`${address}/24`],
    multicast: true,
    multicastRoutingProtocol: 'pimSparseMode' as const,
    inMulticastPackets: '1000',
    outMulticastPackets: '1000',
  });
  const upstream = isFirstHop ? null : `127.60.${i + 1}.1`;
  const routingProtocol = isFirstHop ? ('local' as const) : ('ospf' as const);
  return {
    name: `r${i}`,
    interfaces: [interfaceRow(1, `127.60.${i}.1`), interfaceRow(2, `127.60.${i + 1}.2`)],
    routes: [
      {
        group: GROUP,
        source: sourceOf(count),
        incoming: 2,
        upstream,
        outgoing: [{ index: 1, state: 'forwarding' }],
        packets: '500',
        multicastRoutingProtocol: 'pimSparseMode',
        routingProtocol,
      },
    ],
    rpf: [{ prefix: `127.60.${count}.0/24`, interface: 2, neighbor: upstream, routingProtocol }],
  };
}
