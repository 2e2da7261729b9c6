/**
 * Makes a route of what any of NX-OS's tables of multicast routes says of one, whichever way it was written: what is null,
 * what is no link, when a neighbour is none. Pure.
 */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import type { RoutePart } from '../platform.ts';
import { addressIn, countIn, isNobody } from '../tools/text.ts';
import { isLoopbackName, linkName, uptimeIn } from './names.ts';

/** One entry as it stands there; what a table does not have is absent. */
export interface Entry {
  /** `*` = any. */
  readonly source: string | undefined;
  readonly group: string | undefined;
  readonly groupLength: string | undefined;
  incoming?: string | undefined;
  neighbor?: string | undefined;
  /** The processes that want the route. */
  readonly owners?: readonly string[];
  readonly uptime?: string | undefined;
  packets?: string | undefined;
  readonly outgoing: string[];
}

export interface Route extends RoutePart {
  /** `undefined`: not told, which it only is at the RP itself. */
  readonly rp: string | undefined;
}

/**
 * None for the routes of group prefixes, `(*, 232.0.0.0/8)`, which say what becomes of groups that have no route, and for
 * what is no route.
 */
export function routeOf(entry: Entry): Route[] {
  const group = addressIn(entry.group);
  const source = entry.source === '*' ? null : addressIn(entry.source);
  if (group === undefined || source === undefined || !isFull(group, entry.groupLength)) return [];
  const incoming = linkName(entry.incoming) ?? null;
  const outgoing = new Set(entry.outgoing.map(linkName).filter((name) => name !== undefined));
  return [
    {
      group,
      source,
      incoming,
      ...(isNowhere(entry.incoming) ? { hasNoIncoming: true } : {}),
      upstream: upstreamOf(source, incoming, entry.neighbor),
      outgoing: [...outgoing].map((name) => ({ interface: name, state: 'forwarding' })),
      packets: countIn(entry.packets),
      multicastRoutingProtocol: protocolOf(entry.owners ?? []),
      pruneSent: undefined,
      uptimeSeconds: uptimeIn(entry.uptime),
      rp: source === null ? rpHere(incoming, entry.neighbor) : undefined,
    },
  ];
}

function isFull(group: string, length: string | undefined): boolean {
  return length === undefined || Number(length) === (group.includes(':') ? 128 : 32);
}

/** `0.0.0.0` is nobody. A source on the link is its own RPF neighbour; so is an RP on a loopback of the router itself. */
function upstreamOf(
  source: string | null,
  incoming: string | null,
  text: string | undefined,
): string | null | undefined {
  const neighbor = addressIn(text);
  if (neighbor === undefined) return undefined;
  const isHere = isNobody(neighbor) || neighbor === source || isOwn(incoming);
  return isHere ? null : neighbor;
}

/** `Null`: RPF finds nobody. */
function isNowhere(incoming: string | undefined): boolean {
  return /^null\d*$/i.test(incoming ?? '');
}

/** The RP, which is its own RPF neighbour. */
function rpHere(incoming: string | null, text: string | undefined): string | undefined {
  const neighbor = addressIn(text);
  return neighbor !== undefined && !isNobody(neighbor) && isOwn(incoming) ? neighbor : undefined;
}

function isOwn(incoming: string | null): boolean {
  return incoming !== null && isLoopbackName(incoming);
}

/** `ip`, `ipv6`, `mrib` and `m6rib` own every route. */
function protocolOf(owners: readonly string[]): MulticastRoutingProtocol | null {
  const has = (...names: string[]) => owners.some((owner) => names.includes(owner));
  if (has('pim', 'pim6')) return 'pimSparseMode'; // NX-OS has no dense mode; bidir and SSM have no numbers of their own
  if (has('static')) return 'netmgmt';
  return has('igmp', 'mld') ? 'igmpOnly' : null;
}
