/**
 * A Linux host read by its shell, IPv4 and IPv6. The kernel knows no RPs, no PIM neighbours, no boundaries and no prunes:
 * an interface that was pruned is one that a route does not have.
 */
import { type ForwardingPart, made, type Platform, type PlatformOptions, together } from '../platform.ts';
import { batching } from './commands.ts';
import { kernelOf } from './kernel.ts';
import type { Links } from './parse.ts';

export function linux({ vrf }: PlatformOptions = {}): Platform {
  const kernel = kernelOf(vrf);
  return {
    name: 'linux',
    batching,
    table: made(together(kernel.interfaces, kernel.links(4), kernel.links(6)), ([interfaces, links4, links6]) => ({
      interfaces,
      multicast: { 4: links4.names, 6: links6.names },
      multicastRoutingProtocol: null, // the kernel does not know who writes its table
      rps: [],
      neighbors: undefined,
      designatedRouters: [],
      boundaries: undefined,
    })),
    forwarding: ({ family, group }) =>
      group === null
        ? made(kernel.links(family), (links) => ({ ...forwardedBetween(links), routes: [], rps: undefined }))
        : made(kernel.entries(family), ({ links, routes }) => ({ ...forwardedBetween(links), routes, rps: undefined })),
    path: kernel.path,
  };
}

export function forwardedBetween({ names, counters }: Links): Pick<ForwardingPart, 'multicast' | 'counters'> {
  return { multicast: names, counters };
}
