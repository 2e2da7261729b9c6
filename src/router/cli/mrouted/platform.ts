/**
 * A Linux host on which mrouted routes IPv4 multicast by DVMRP. What a kernel tells is read as of any Linux host
 * (linux/kernel.ts), IPv6 included, of which mrouted knows nothing. A source is reached by DVMRP's own routes: the unicast
 * ones may lead elsewhere.
 */
import { longestMatch, parseAddress, parsePrefix } from '../../../wire/address.ts';
import { batching } from '../linux/commands.ts';
import { defaultKernel as kernel } from '../linux/kernel.ts';
import type { Links } from '../linux/parse.ts';
import { forwardedBetween } from '../linux/platform.ts';
import {
  type BoundaryPart,
  type ForwardingPart,
  made,
  type NeighborPart,
  type PathPart,
  type Platform,
  type Question,
  together,
} from '../platform.ts';
import { misunderstood } from '../tools/json.ts';
import { SHOW_STATE } from './commands.ts';
import { parseFiles } from './parse-files.ts';
import { parseState, type State, type Vif } from './parse-state.ts';
import { joinRoutes, type NameOf } from './routes.ts';

/** Files begin with the time of the host. */
const state: Question<State> = {
  commands: [SHOW_STATE],
  parse: ([output = '']) => {
    if (/^\d/.test(output)) return parseState(parseFiles(output), 'cat mrouted.dump');
    const told = parseState(output, 'mroutectl show compat');
    if (told.entries === undefined) throw misunderstood(output, 'mroutectl show compat');
    return told;
  },
};

export const mrouted: Platform = {
  name: 'mrouted',
  batching,
  table: made(
    together(kernel.interfaces, kernel.links(4), kernel.links(6), state),
    ([interfaces, links4, links6, { vifs }]) => {
      const nameOf = namesOf(links4, vifs);
      const thresholds = new Map(vifs.map(({ number, ttlThreshold }) => [nameOf(number), ttlThreshold]));
      return {
        interfaces: interfaces.map((row) => ({ ...row, ttlThreshold: thresholds.get(row.name) })),
        multicast: { 4: links4.names, 6: links6.names },
        multicastRoutingProtocol: 'dvmrp',
        rps: [],
        neighbors: vifs.flatMap((vif) => neighborsOf(vif, nameOf)),
        designatedRouters: [],
        boundaries: vifs.flatMap((vif) => boundariesOf(vif, nameOf)),
      };
    },
  ),
  forwarding: ({ family, group, source }) => {
    if (family === 6) return ipv6Forwarding(group);
    if (group === null) {
      return made(kernel.links(4), (links) => ({ ...forwardedBetween(links), routes: [], rps: undefined }));
    }
    return made(together(kernel.entries(4), state), ([{ links, routes }, told]) => ({
      ...forwardedBetween(links),
      routes: joinRoutes(routes, told, { group, source }, namesOf(links, told.vifs)),
      rps: undefined,
    }));
  },
  path: (target, family) =>
    family === 6
      ? kernel.path(target, family)
      : made(together(kernel.links(4), state), ([links, told]) => pathTo(target, told, namesOf(links, told.vifs))),
};

/** Who forwards IPv6 here is not known. */
function ipv6Forwarding(group: string | null): Question<ForwardingPart> {
  const unknown = { multicastRoutingProtocol: null, rps: undefined };
  return group === null
    ? made(kernel.links(6), (links) => ({ ...forwardedBetween(links), routes: [], ...unknown }))
    : made(kernel.entries(6), ({ links, routes }) => ({ ...forwardedBetween(links), routes, ...unknown }));
}

/** As the kernel calls them: mrouted 3.9 calls a tunnel by the interface that its packets leave by. */
function namesOf({ byNumber }: Links, vifs: readonly Vif[]): NameOf {
  const told = new Map(vifs.map((vif) => [vif.number, vif.name]));
  return (number) => byNumber.get(number) ?? told.get(number);
}

function neighborsOf({ number, neighbors }: Vif, nameOf: NameOf): NeighborPart[] {
  const name = nameOf(number);
  return name === undefined ? [] : neighbors.map((address) => ({ address, interface: name }));
}

function boundariesOf({ number, boundaries }: Vif, nameOf: NameOf): BoundaryPart[] {
  const name = nameOf(number);
  if (name === undefined || boundaries.length === 0) return [];
  const rules = boundaries.map((groups) => ({ groups, isPermitted: false }));
  return [{ family: 4, interface: name, rules: [...rules, { groups: '0.0.0.0/0', isPermitted: true }] }];
}

/** What mrouted has no route to, it forwards nothing from. */
function pathTo(target: string, { routes }: State, nameOf: NameOf): PathPart | null {
  const address = parseAddress(target);
  const route = address && longestMatch(routes, ({ prefix }) => parsePrefix(prefix), address);
  const name = route?.isReachable ? nameOf(route.vif) : undefined;
  if (route === undefined || name === undefined) return null;
  const { prefix, gateway } = route;
  return { prefix, interface: name, neighbor: gateway, routingProtocol: gateway === null ? 'local' : 'dvmrp' };
}
