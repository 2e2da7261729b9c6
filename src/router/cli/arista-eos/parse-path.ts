/**
 * Reads how an address is reached: `show ip route A | json` and its IPv6 twin. Pure. Text is read by parse-path-text.ts.
 * It is the unicast table: that of `rpf route` (static mroutes) shows in the RPF of entries only.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { longestMatch, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { NexthopPart, PathPart, RecursivePart } from '../platform.ts';
import { canonicalPrefix, entriesOf, itemsOf, memberOf, misunderstood, textOf } from '../tools/json.ts';
import { addressIn, isNobody } from '../tools/text.ts';
import { ofVrf, parseDocument } from './document.ts';
import { interfaceName, isLink } from './names.ts';

/** By how the type of a route begins, in small letters; what is not listed is `other`. */
const ROUTING_PROTOCOLS: readonly (readonly [RegExp, RoutingProtocol])[] = [
  [/^(?:connected|attached|local|receive|direct)/, 'local'],
  [/^(?:static|kernel|nexthopgroup)/, 'netmgmt'],
  [/^[ei]?bgp/, 'bgp'],
  [/^ospf/, 'ospf'],
  [/^is-?is/, 'isIs'],
  [/^rip/, 'rip'],
  [/^dhcp/, 'dhcp'],
];

/** One entry of the routing table. */
export interface Route {
  /** As the switch writes it. */
  readonly prefix: string;
  readonly routingProtocol: RoutingProtocol | null;
  readonly vias: readonly Via[];
}

export interface Via {
  /** `undefined`: none is told. */
  readonly interface: string | undefined;
  /** Without an interface: to be looked up; `undefined`: nobody is told, as where a tunnel leads to. */
  readonly nexthop: string | undefined;
}

/** There is a way, but not by a link, nor by another route of the table. */
export const ELSEWHERE: Via = { interface: undefined, nexthop: undefined };
const NOWHERE: Via = { interface: 'Null0', nexthop: undefined };

/** `null` when there is no route, or when it discards. */
export function parsePath(
  output: string,
  command: string,
  vrf: string | undefined,
  target: string,
): PathPart | RecursivePart | null {
  const table = ofVrf(parseDocument(output, command), vrf, output, command);
  if (table === undefined) return null; // no VRF of that name
  const routes = memberOf(table, 'routes');
  if (routes === undefined) throw misunderstood(output, command);
  const rows = entriesOf(routes).map(([prefix, route]) => routeOf(prefix, route));
  return pathAmong(rows, target, { output, command });
}

function routeOf(prefix: string, route: unknown): Route {
  const type = textOf(route, 'routeType')?.toLowerCase();
  const isLeaked = memberOf(route, 'routeLeaked') === true;
  const isDropped = /^(?:drop|discard|reject)/i.test(textOf(route, 'routeAction') ?? '');
  return {
    prefix,
    routingProtocol: type === undefined ? null : protocolOf(type),
    vias: isDropped ? [NOWHERE] : itemsOf(memberOf(route, 'vias')).map((via) => viaOf(via, isLeaked)),
  };
}

/** Members of tunnels, of VXLAN and others, which have `vias` of their own: the far end is no neighbour. */
const OF_TUNNELS = ['vias', 'tunnelDescriptor', 'vtepAddr', 'vni'];

/** @param isLeaked from another VRF, in whose table a next hop would have to be looked up */
function viaOf(via: unknown, isLeaked: boolean): Via {
  if (OF_TUNNELS.some((name) => memberOf(via, name) !== undefined)) return ELSEWHERE;
  const name = textOf(via, 'interface');
  return isLeaked && name === undefined ? ELSEWHERE : { interface: name, nexthop: textOf(via, 'nexthopAddr') };
}

function protocolOf(type: string): RoutingProtocol {
  return ROUTING_PROTOCOLS.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
}

/** The path by the longest of the prefixes that cover the target: where there is none there are no routes at all. */
export function pathAmong(
  routes: readonly Route[],
  target: string,
  { output, command }: { readonly output: string; readonly command: string },
): PathPart | RecursivePart | null {
  const best = routeTo(target, routes);
  if (routes.length > 0 && best === undefined) throw misunderstood(output, command);
  const prefix = canonicalPrefix(best?.prefix);
  if (best === undefined || prefix === undefined) return null;
  const { routingProtocol, vias } = best;
  // One of another kind by interface alone says of no target that it is on the link: it may be far behind a tunnel.
  const isConnected = routingProtocol === 'local';
  const [first, ...others] = vias.flatMap((via) => nexthopOf(via, isConnected));
  if (first !== undefined) return { prefix, ...first, others, routingProtocol };
  if (vias.length > 0 && vias.every(isDiscarding)) return null;
  const nexthops = vias.flatMap((via) => (via.interface === undefined ? (neighborIn(via) ?? []) : []));
  return { prefix, routingProtocol, nexthop: nexthops.find((one) => isLike(one, target)) ?? null };
}

function routeTo(target: string, routes: readonly Route[]): Route | undefined {
  return longestMatch(routes, (route) => parsePrefix(route.prefix), parseAddress(target) ?? new Uint8Array());
}

function isDiscarding(via: Via): boolean {
  return /^(?:null\d*|drop|discard|reject)$/i.test(via.interface ?? '');
}

function isLike(one: string, other: string): boolean {
  return one.includes(':') === other.includes(':');
}

function nexthopOf(via: Via, isConnected: boolean): NexthopPart[] {
  const name = interfaceName(via.interface ?? '');
  if (!isLink(name)) return [];
  return [{ interface: name, neighbor: neighborIn(via) ?? (isConnected ? null : undefined) }];
}

function neighborIn({ nexthop }: Via): string | undefined {
  const address = addressIn(nexthop);
  return address === undefined || isNobody(address) ? undefined : address;
}
