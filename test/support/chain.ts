/**
 * Any number of routers in a row, c1 at the receiver's end, with (S,G) state for one source and group and a numbered
 * link between each two: 10.200.K.0/24 and fd00:200:K::/64 is the link upstream of cK, K = 0 the receiver's.
 */
import type { Snapshot } from '../../src/router/snapshot.ts';

export const CHAIN = {
  4: { client: '10.200.0.99', source: '10.1.0.2', group: '232.1.1.1' },
  6: { client: 'fd00:200::99', source: 'fd00:1::2', group: 'ff3e::1:1' },
} as const;

const DOWN = 2;
const UP = 1;

/** The address of c`router` on link `link`. */
export function chainAddress(family: 4 | 6, link: number, router: number): string {
  const host = link === router ? 2 : 1;
  return family === 4 ? `10.200.${link}.${host}` : `fd00:200:0:${link.toString(16)}::${host}`;
}

/** @param count routers; the upstream neighbour of the last is c`count + 1`, whom nobody has */
export function chain(count: number): Snapshot[] {
  return Array.from({ length: count }, (_, i) => {
    const router = i + 1;
    const addresses = (link: number) => [`${chainAddress(4, link, router)}/24`, `${chainAddress(6, link, router)}/64`];
    return {
      name: `c${router}`,
      interfaces: [
        { index: UP, name: 'up', addresses: addresses(router), multicast: true },
        { index: DOWN, name: 'down', addresses: addresses(router - 1), multicast: true },
      ],
      routes: ([4, 6] as const).map((family) => ({
        group: CHAIN[family].group,
        source: CHAIN[family].source,
        incoming: UP,
        upstream: chainAddress(family, router, router + 1),
        outgoing: [{ index: DOWN, state: 'forwarding' as const }],
      })),
    };
  });
}
