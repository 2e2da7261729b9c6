/**
 * A Linux host read by its shell, IPv4 and IPv6. The kernel knows no RPs, no PIM neighbours, no boundaries and no prunes:
 * an interface that was pruned is one that a route does not have.
 */

import type { Family } from '../../../wire/address.ts';
import type { ForwardingPart, Platform } from '../platform.ts';
import * as commands from './commands.ts';
import { parseInterfaces, parsePath, parseRoutes, parseVifs, type Vifs } from './parse.ts';

export const linux: Platform = {
  name: 'linux',
  batching: commands.batching,
  table: {
    commands: [commands.SHOW_ADDRESSES, commands.showVifs(4), commands.showVifs(6)],
    parse: ([addresses = '', vifs4 = '', vifs6 = '']) => ({
      interfaces: parseInterfaces(addresses, commands.SHOW_ADDRESSES),
      multicast: { 4: namesOf(vifsOf(vifs4, 4)), 6: namesOf(vifsOf(vifs6, 6)) },
      multicastRoutingProtocol: null, // the kernel does not know who writes its table
      rps: [],
      neighbors: undefined,
      designatedRouters: [],
      boundaries: undefined,
    }),
  },
  forwarding: ({ family, group }) => {
    const showVifs = commands.showVifs(family);
    if (group === null) {
      return {
        commands: [showVifs],
        parse: ([vifs = '']) => ({ ...linksOf(vifsOf(vifs, family)), routes: [], rps: undefined }),
      };
    }
    const showRoutes = commands.showRoutes(family);
    return {
      commands: [showVifs, showRoutes],
      parse: ([vifs = '', routes = '']) => {
        const read = vifsOf(vifs, family);
        return { ...linksOf(read), routes: parseRoutes(routes, read.registers, showRoutes), rps: undefined };
      },
    };
  },
  path: (target, family) => ({
    commands: [commands.showPath(family, target), commands.showCovering(family, target)],
    parse: ([path = '', covering = '']) => parsePath(path, covering, target),
  }),
};

function vifsOf(output: string, family: Family): Vifs {
  return parseVifs(output, family, commands.showVifs(family));
}

function namesOf({ counters }: Vifs): string[] {
  return counters.map((vif) => vif.interface);
}

function linksOf(vifs: Vifs): Pick<ForwardingPart, 'multicast' | 'counters'> {
  return { multicast: namesOf(vifs), counters: vifs.counters };
}
