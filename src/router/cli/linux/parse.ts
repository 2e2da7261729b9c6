/**
 * Reads iproute2's JSON and the VIF tables of /proc. Pure: text in, parts out, or a ReaderError.
 * Errors of iproute2 are plain text even where JSON was asked for.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { type Family, parsePrefix } from '../../../wire/address.ts';
import {
  canonicalAddress,
  canonicalPrefix,
  counterOf,
  indexOf,
  itemsOf,
  memberOf,
  misunderstood,
  numberOf,
  parseJson,
  textOf,
  unlessUnreadable,
} from '../json.ts';
import type { CounterPart, InterfacePart, PathPart, RoutePart } from '../platform.ts';

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

/** VIFF_REGISTER of linux/mroute.h and MIFF_REGISTER of linux/mroute6.h: PIM's register interface, which is no link. */
const REGISTER_FLAG = { 4: 0x4, 6: 0x1 } as const;

export interface Vifs {
  readonly counters: readonly CounterPart[];
  /** Names of the register interfaces. */
  readonly registers: ReadonlySet<string>;
}

export function parseInterfaces(output: string, command: string): InterfacePart[] {
  const interfaces: InterfacePart[] = [];
  for (const row of itemsOf(parseJson(output, command))) {
    const index = indexOf(row, 'ifindex');
    const name = textOf(row, 'ifname');
    if (index === undefined || name === undefined) continue;
    const addresses = itemsOf(memberOf(row, 'addr_info'))
      .map((item) => canonicalPrefix(`${textOf(item, 'local')}/${numberOf(item, 'prefixlen')}`))
      .filter((address) => address !== undefined);
    interfaces.push({ index, name, addresses, mtu: numberOf(row, 'mtu') });
  }
  return interfaces;
}

/** Number, name, octets and packets in, octets and packets out, flags; IPv4 has two columns more. */
const VIF_ROW = /^ *\d+ (\S+) +\d+ +(\d{1,20}) +\d+ +(\d{1,20}) +([0-9A-F]{1,8})\b/;

export function parseVifs(output: string, family: Family, command: string): Vifs {
  const lines = output.split('\n');
  // A kernel without multicast routing for this family has no table, and forwards nothing.
  if (output.includes('No such file')) return { counters: [], registers: new Set() };
  if (!lines[0]?.startsWith('Interface ')) throw misunderstood(output, command);
  const counters: CounterPart[] = [];
  const registers = new Set<string>();
  for (const line of lines) {
    const [, name, inPackets, outPackets, flags] = VIF_ROW.exec(line) ?? [];
    if (name === undefined || inPackets === undefined || outPackets === undefined || flags === undefined) continue;
    if (Number.parseInt(flags, 16) & REGISTER_FLAG[family]) registers.add(name);
    else counters.push({ interface: name, inPackets, outPackets });
  }
  return { counters, registers };
}

/**
 * The resolved entries of the kernel's forwarding cache; while one is unresolved the kernel only waits for its daemon.
 * Which daemon that is the kernel does not tell, but only PIM sparse mode has a register interface; without one the
 * protocol is not known. `expires`, in spite of its name, is the time since the last packet, so the age is not known.
 */
export function parseRoutes(output: string, registers: ReadonlySet<string>, command: string): RoutePart[] {
  const routes: RoutePart[] = [];
  for (const row of itemsOf(parseJson(output, command))) {
    const group = canonicalAddress(textOf(row, 'dst'));
    const source = canonicalAddress(textOf(row, 'src'));
    if (group === undefined || source === undefined || textOf(row, 'state') !== 'resolved') continue;
    routes.push({
      group,
      source: source === '0.0.0.0' || source === '::' ? null : source,
      incoming: textOf(row, 'iif') ?? null,
      upstream: undefined,
      outgoing: itemsOf(memberOf(row, 'multipath'))
        .map((hop) => textOf(hop, 'oif'))
        .filter((name) => name !== undefined && !registers.has(name))
        .map((name) => ({ interface: name as string, state: 'forwarding' })),
      packets: counterOf(row, 'packets'),
      multicastRoutingProtocol: registers.size > 0 ? 'pimSparseMode' : null,
      pruneSent: undefined,
      uptimeSeconds: null,
    });
  }
  return routes;
}

/**
 * Joins the route that the kernel takes with the longest covering prefix that leads over the same interface.
 * Another interface there means policy routing; then the prefix is the target alone, and the protocol is not known.
 * Without a gateway the target is connected where the kernel has made the route, of a subnet, or where it is a route to the
 * target alone; any other says by which interface, and not to whom.
 * @param taken output of `ip route get`; no JSON when the target is unreachable, which is no path
 * @param covering output of `ip route show match`
 */
export function parsePath(taken: string, covering: string, target: string): PathPart | null {
  const [route] = unlessUnreadable(() => itemsOf(parseJson(taken, 'route get')), []);
  const name = textOf(route, 'dev');
  if (name === undefined) return null;
  const host = canonicalPrefix(target) ?? target;
  if (textOf(route, 'type') === 'local')
    return { prefix: host, interface: name, neighbor: null, routingProtocol: 'local' };

  const gateway = textOf(route, 'gateway') ?? textOf(memberOf(route, 'via'), 'host');
  let best: { prefix: string; length: number; row: unknown } | undefined;
  for (const row of unlessUnreadable(() => itemsOf(parseJson(covering, 'route match')), [])) {
    const prefix = prefixOf(row, target);
    const length = prefix === undefined ? -1 : (parsePrefix(prefix)?.length ?? -1);
    if (prefix === undefined || length <= (best?.length ?? -1) || !leadsOver(row, name)) continue;
    best = { prefix, length, row };
  }
  const isConnected = gateway === undefined && best !== undefined && (best.prefix === host || isKernels(best.row));
  const neighbor = isConnected ? null : canonicalAddress(gateway);
  if (best === undefined) return { prefix: host, interface: name, neighbor, routingProtocol: null };
  return { prefix: best.prefix, interface: name, neighbor, routingProtocol: protocolOf(best.row, neighbor) };
}

function prefixOf(row: unknown, target: string): string | undefined {
  const text = textOf(row, 'dst');
  if (text !== 'default') return canonicalPrefix(text);
  return target.includes(':') ? '::/0' : '0.0.0.0/0';
}

function leadsOver(row: unknown, name: string): boolean {
  return textOf(row, 'dev') === name || itemsOf(memberOf(row, 'nexthops')).some((hop) => textOf(hop, 'dev') === name);
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
