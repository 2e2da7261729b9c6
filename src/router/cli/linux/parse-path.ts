/** Reads by which way a kernel reaches an address, of iproute2's rows. Pure, and never throws. */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { parsePrefix } from '../../../wire/address.ts';
import type { PathPart } from '../platform.ts';
import { canonicalAddress, canonicalPrefix, itemsOf, memberOf, textOf } from '../tools/json.ts';

/** RTPROT_* of linux/rtnetlink.h, as numbers and as the names that iproute2 ships. What is not listed is `other`. */
const ROUTING_PROTOCOLS: ReadonlyMap<string, RoutingProtocol> = new Map([
  ['1', 'icmp'],
  ['redirect', 'icmp'],
  ['2', 'netmgmt'],
  ['kernel', 'netmgmt'],
  ['3', 'netmgmt'],
  ['boot', 'netmgmt'],
  ['4', 'netmgmt'],
  ['static', 'netmgmt'],
  ['9', 'icmp'],
  ['ra', 'icmp'],
  ['16', 'dhcp'],
  ['dhcp', 'dhcp'],
  ['186', 'bgp'],
  ['bgp', 'bgp'],
  ['187', 'isIs'],
  ['isis', 'isIs'],
  ['188', 'ospf'],
  ['ospf', 'ospf'],
  ['189', 'rip'],
  ['rip', 'rip'],
  ['192', 'ciscoEigrp'],
  ['eigrp', 'ciscoEigrp'],
]);

/** Types of routes by which nothing is reached, though they name an interface: of IPv6 always `lo`. */
const NO_WAY: ReadonlySet<string> = new Set(['unreachable', 'prohibit', 'blackhole', 'throw']);

/**
 * Joins the route that the kernel takes with the longest covering prefix that leads to the same next hop.
 * Another one there means policy routing; then the prefix is the target alone, and the protocol is not known.
 * Without a gateway the target is connected where the kernel has made the route; any other says by which interface, and not
 * to whom, be it to the target alone.
 * @param taken rows of `ip route get`
 * @param covering rows of `ip route show match`
 * @param vrf whose they are; absent: those of the main table, the only one that goes without a name in `taken`
 */
export function pathOf(
  taken: readonly unknown[],
  covering: readonly unknown[],
  target: string,
  vrf: string | undefined,
): PathPart | null {
  const [route] = taken;
  const name = textOf(route, 'dev');
  const type = textOf(route, 'type') ?? 'unicast';
  if (name === undefined || NO_WAY.has(type)) return null;
  const host = canonicalPrefix(target) ?? target;
  if (type === 'local') return { prefix: host, interface: name, neighbor: null, routingProtocol: 'local' };

  const gateway = gatewayOf(route);
  const isOfOtherTable = vrf === undefined && textOf(route, 'table') !== undefined;
  let best: { prefix: string; length: number; row: unknown } | undefined;
  for (const row of isOfOtherTable ? [] : covering) {
    const prefix = prefixOf(row, target);
    const length = prefix === undefined ? -1 : (parsePrefix(prefix)?.length ?? -1);
    if (prefix === undefined || length <= (best?.length ?? -1) || !leadsTo(row, name, gateway)) continue;
    best = { prefix, length, row };
  }
  const isConnected = gateway === undefined && best !== undefined && isKernels(best.row);
  const neighbor = isConnected ? null : gateway;
  if (best === undefined) return { prefix: host, interface: name, neighbor, routingProtocol: null };
  return { prefix: best.prefix, interface: name, neighbor, routingProtocol: protocolOf(best.row, neighbor) };
}

function prefixOf(row: unknown, target: string): string | undefined {
  const text = textOf(row, 'dst');
  if (text !== 'default') return canonicalPrefix(text);
  return target.includes(':') ? '::/0' : '0.0.0.0/0';
}

function gatewayOf(hop: unknown): string | undefined {
  return canonicalAddress(textOf(hop, 'gateway') ?? textOf(memberOf(hop, 'via'), 'host'));
}

/** busybox does not say by which interfaces equal next hops are reached: it may be this one. */
function leadsTo(row: unknown, name: string, gateway: string | undefined): boolean {
  const hops = [row, ...itemsOf(memberOf(row, 'nexthops'))].filter((hop) => textOf(hop, 'dev') !== undefined);
  if (hops.length === 0) return !NO_WAY.has(textOf(row, 'type') ?? 'unicast');
  return hops.some((hop) => textOf(hop, 'dev') === name && gatewayOf(hop) === gateway);
}

/** What the kernel has made itself without a gateway comes from an address of the host. */
function protocolOf(row: unknown, neighbor: string | null | undefined): RoutingProtocol | null {
  const text = textOf(row, 'protocol');
  if (text === undefined) return null;
  return neighbor === null && isKernels(row) ? 'local' : (ROUTING_PROTOCOLS.get(text) ?? 'other');
}

function isKernels(row: unknown): boolean {
  const text = textOf(row, 'protocol');
  return text === '2' || text === 'kernel';
}
