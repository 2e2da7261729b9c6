/**
 * Reads FRR's JSON: interfaces, VIFs, neighbours, RPs and unicast routes. Pure: text in, parts out, or a ReaderError.
 * Shapes are those of 8.4.4; a member that a version does not have is as one that is not known.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import type { CounterPart, InterfacePart, NeighborPart, NexthopPart, PathPart } from '../platform.ts';
import {
  canonicalAddress,
  canonicalPrefix,
  counterOf,
  entriesOf,
  indexOf,
  itemsOf,
  memberOf,
  numberOf,
  parseJson,
  textOf,
} from '../tools/json.ts';
import type { RpRow } from './rp-choice.ts';

/** zebra's names of route types. What is not listed is `other`. */
const ROUTING_PROTOCOLS: ReadonlyMap<string, RoutingProtocol> = new Map([
  ['kernel', 'netmgmt'],
  ['static', 'netmgmt'],
  ['connected', 'local'],
  ['local', 'local'],
  ['rip', 'rip'],
  ['ripng', 'rip'],
  ['ospf', 'ospf'],
  ['ospf6', 'ospf'],
  ['isis', 'isIs'],
  ['bgp', 'bgp'],
  ['eigrp', 'ciscoEigrp'],
]);

/** pimd's own pseudo interface for PIM registers: `pimreg`, or `pimreg` and a table number in a VRF. Not a link. */
export function isRegister(name: string): boolean {
  return /^pim6?reg\d*$/.test(name);
}

export function parseInterfaces(output: string, command: string): InterfacePart[] {
  const interfaces: InterfacePart[] = [];
  for (const [name, row] of entriesOf(parseJson(output, command))) {
    const index = indexOf(row, 'index');
    if (index === undefined) continue; // 0: configured, but not there.
    // What its administrator has put down nobody reaches; what has no carrier keeps its addresses.
    const rows = textOf(row, 'administrativeStatus') === 'down' ? [] : itemsOf(memberOf(row, 'ipAddresses'));
    const addresses = rows
      .map((item) => canonicalPrefix(textOf(item, 'address')))
      .filter((address) => address !== undefined);
    interfaces.push({ index, name, addresses, mtu: numberOf(row, 'mtu') });
  }
  return interfaces;
}

export function parseVifs(output: string, command: string): CounterPart[] {
  const counters: CounterPart[] = [];
  for (const [name, row] of entriesOf(parseJson(output, command))) {
    // An interface that is down has PIM, but no VIF: -1, which is no whole number from 0.
    if (numberOf(row, 'vif') === undefined || isRegister(name)) continue;
    counters.push({ interface: name, inPackets: counterOf(row, 'pktsIn'), outPackets: counterOf(row, 'pktsOut') });
  }
  return counters;
}

export function parseNeighbors(output: string, command: string): NeighborPart[] {
  const neighbors: NeighborPart[] = [];
  for (const [name, rows] of entriesOf(parseJson(output, command))) {
    for (const [key] of entriesOf(rows)) {
      const address = canonicalAddress(key);
      if (address !== undefined) neighbors.push({ address, interface: name });
    }
  }
  return neighbors;
}

/** Of each link, as elected; `*` is nobody. */
export function parseDesignatedRouters(output: string, command: string): NeighborPart[] {
  const elected: NeighborPart[] = [];
  for (const [name, row] of entriesOf(parseJson(output, command))) {
    const address = canonicalAddress(textOf(row, 'pimDesignatedRouter'));
    if (address !== undefined && !isRegister(name)) elected.push({ address, interface: name });
  }
  return elected;
}

/** One row for each range of groups, or for the prefix list that permits them. */
export function parseRps(output: string, command: string): RpRow[] {
  return entriesOf(parseJson(output, command)).flatMap(([key, rows]) => {
    const address = canonicalAddress(key);
    return address === undefined ? [] : itemsOf(rows).flatMap((row) => rpRow(address, row));
  });
}

function rpRow(address: string, row: unknown): RpRow[] {
  const list = textOf(row, 'prefixList');
  if (list !== undefined) return [{ list, address }];
  const groups = canonicalPrefix(textOf(row, 'group'));
  return groups === undefined ? [] : [{ groups, address }];
}

/**
 * The selected route; `null` when there is none, or when it leads nowhere (blackhole).
 * Of a recursive route the next hops that it resolves to count. Where one is an interface only, the target is connected if
 * the route is that of a subnet of the router; any other (`ip route 10.1.0.0/24 gre0`) does not say to whom it leads, be it
 * to the target alone.
 */
export function parsePath(output: string, command: string): PathPart | null {
  for (const [key, routes] of entriesOf(parseJson(output, command))) {
    const route = itemsOf(routes).find((candidate) => memberOf(candidate, 'selected') === true);
    const prefix = canonicalPrefix(key);
    const protocol = textOf(route, 'protocol');
    const isConnected = protocol === 'connected' || protocol === 'local';
    const nexthops = itemsOf(memberOf(route, 'nexthops'));
    const [nexthop, ...others] = nexthops.flatMap((one) => nexthopOf(one, isConnected));
    if (prefix === undefined || nexthop === undefined) continue;
    return {
      prefix,
      ...nexthop,
      others,
      routingProtocol: protocol === undefined ? null : (ROUTING_PROTOCOLS.get(protocol) ?? 'other'),
    };
  }
  return null;
}

/** None, when it is not one to send packets to. */
function nexthopOf(nexthop: unknown, isConnected: boolean): NexthopPart[] {
  const name = textOf(nexthop, 'interfaceName');
  const isUsable =
    memberOf(nexthop, 'active') === true &&
    memberOf(nexthop, 'recursive') !== true &&
    memberOf(nexthop, 'duplicate') !== true;
  if (!isUsable || name === undefined) return [];
  const ip = textOf(nexthop, 'ip');
  return [{ interface: name, neighbor: ip === undefined && isConnected ? null : canonicalAddress(ip) }];
}
