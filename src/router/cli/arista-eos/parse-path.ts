/**
 * Reads how an address is reached: `show ip route A | json` and its IPv6 twin. Pure.
 * It is the unicast table: that of `rpf route` (static mroutes) shows in the RPF of entries only.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { longestMatch, parseAddress, parsePrefix } from '../../../wire/address.ts';
import { canonicalPrefix, entriesOf, itemsOf, memberOf, misunderstood, textOf } from '../json.ts';
import type { NexthopPart, PathPart } from '../platform.ts';
import { addressIn, isNobody } from '../text.ts';
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

/** `null` when there is no route, or when it leads nowhere. */
export function parsePath(output: string, command: string, vrf: string | undefined, target: string): PathPart | null {
  const document = parseDocument(output, command);
  const own = ofVrf(document, vrf);
  const routes = memberOf(own, 'routes');
  const isTold = routes !== undefined || memberOf(document, 'vrfs') !== undefined;
  const address = parseAddress(target);
  if (!isTold || address === undefined) throw misunderstood(output, command);
  const best = longestMatch(entriesOf(routes), ([key]) => parsePrefix(key), address);
  return best === undefined ? null : pathOf(best[0], best[1]);
}

function pathOf(key: string, route: unknown): PathPart | null {
  const prefix = canonicalPrefix(key);
  const type = textOf(route, 'routeType')?.toLowerCase();
  const routingProtocol = type === undefined ? null : protocolOf(type);
  if (prefix === undefined || /^(?:drop|discard|reject)/i.test(textOf(route, 'routeAction') ?? '')) return null;
  // A route of another kind by interface alone says of no target but its only one that it is on the link.
  const isConnected = routingProtocol === 'local' || isFull(prefix);
  const vias = itemsOf(memberOf(route, 'vias')).flatMap((via) => nexthopOf(via, isConnected));
  const [first, ...others] = vias;
  return first === undefined ? null : { prefix, ...first, others, routingProtocol };
}

function protocolOf(type: string): RoutingProtocol {
  return ROUTING_PROTOCOLS.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
}

function isFull(prefix: string): boolean {
  const { address, length } = parsePrefix(prefix)!;
  return length === address.length * 8;
}

function nexthopOf(via: unknown, isConnected: boolean): NexthopPart[] {
  const name = interfaceName(textOf(via, 'interface') ?? '');
  if (!isLink(name)) return [];
  const address = addressIn(textOf(via, 'nexthopAddr'));
  const isNamed = address !== undefined && !isNobody(address);
  return [{ interface: name, neighbor: isNamed ? address : isConnected ? null : undefined }];
}
