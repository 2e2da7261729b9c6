/**
 * Reads how an address is reached: `show ip route A`, and `show forwarding route A`, which has the next hops resolved. For
 * RPF the RIB marks next hops of static multicast routes, `**`; where it has none, those of the unicast route count, `*`.
 * Routes of BGP name no interface, not even for neighbours on a link; then the resolved ones count. Pure.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import { canonicalPrefix, unlessUnreadable } from '../json.ts';
import type { NexthopPart, PathPart } from '../platform.ts';
import { addressIn, type NotUnderstood, passOver, type Rule } from '../text.ts';
import { linkName } from './names.ts';
import { parseResolved } from './parse-resolved.ts';
import { type Asked, DEFAULT_VRF, readSections } from './sections.ts';
import { documentIn, rowsOf } from './structure.ts';

/** Processes that own routes, without their tag: `ospf-1` = `ospf`. What is not listed is `other`. */
const ROUTING_PROTOCOLS: ReadonlyMap<string, RoutingProtocol> = new Map([
  ['direct', 'local'],
  ['local', 'local'],
  ['broadcast', 'local'],
  ['am', 'local'],
  ['hmm', 'local'],
  ['icmpv6', 'local'],
  ['hsrp', 'local'],
  ['hsrp_engine', 'local'],
  ['vrrp', 'local'],
  ['vrrpv3', 'local'],
  ['glbp', 'local'],
  ['static', 'netmgmt'],
  ['mstatic', 'netmgmt'],
  ['rip', 'rip'],
  ['ospf', 'ospf'],
  ['ospfv3', 'ospf'],
  ['isis', 'isIs'],
  ['isis_fabricpath', 'isIs'],
  ['bgp', 'bgp'],
  ['eigrp', 'ciscoEigrp'],
  ['dhcp', 'dhcp'],
  ['dhcp_snoop', 'dhcp'],
]);

/** A next hop of a route, as it stands there. */
interface Hop {
  readonly prefix: string;
  readonly isAttached: boolean;
  readonly stars: string;
  readonly address: string | undefined;
  /** `undefined`: to be resolved. */
  readonly interface: string | undefined;
  readonly isDiscard: boolean;
  readonly owner: string | undefined;
}

export interface PathOutputs {
  /** `show ip route A` */
  readonly route: string;
  /** `show forwarding route A` */
  readonly resolved: string;
}

/** @throws ReaderError when neither output is of use */
export function parsePath(
  { route, resolved }: PathOutputs,
  asked: Asked,
  target: string,
  notUnderstood?: NotUnderstood,
): PathPart | null {
  const forwarding = unlessUnreadable(() => parseResolved(resolved, asked, target, notUnderstood), undefined);
  const readRoute = () => covering(hopsOf(route, asked, notUnderstood), target);
  const hops = forwarding === undefined ? readRoute() : unlessUnreadable(readRoute, undefined);
  if (hops === undefined) return pathOf(forwarding?.prefix, forwarding?.nexthops ?? [], null);

  const best = bestOf(hops);
  const isResolved = best.every((hop) => hop.interface !== undefined || hop.isDiscard);
  const own = best.filter((hop) => !hop.isDiscard).map(nexthopOf);
  const nexthops =
    isResolved || forwarding === undefined || forwarding.nexthops.length === 0 ? own : forwarding.nexthops;
  return pathOf(best[0]?.prefix, nexthops, protocolOf(best[0]?.owner));
}

function pathOf(
  prefixText: string | undefined,
  nexthops: readonly NexthopPart[],
  routingProtocol: RoutingProtocol | null,
): PathPart | null {
  const prefix = canonicalPrefix(prefixText);
  // An own address has two routes to it, by `local` and `direct`, which say the same.
  const [nexthop, ...others] = new Map(nexthops.map((hop) => [`${hop.interface} ${hop.neighbor}`, hop])).values();
  if (prefix === undefined || nexthop === undefined) return null;
  return { prefix, ...nexthop, routingProtocol, ...(others.length === 0 ? {} : { others }) };
}

/** Those of the longest prefix that the target is in. */
function covering(hops: readonly Hop[], target: string): Hop[] {
  const address = parseAddress(target);
  const lengthOf = ({ prefix: text }: Hop) => {
    const prefix = parsePrefix(text);
    return address !== undefined && prefix !== undefined && inPrefix(address, prefix) ? prefix.length : -1;
  };
  const longest = hops.reduce((length, hop) => Math.max(length, lengthOf(hop)), -1);
  return longest < 0 ? [] : hops.filter((hop) => lengthOf(hop) === longest);
}

/** Without stars: backups, and routes that are not in use. */
function bestOf(hops: readonly Hop[]): readonly Hop[] {
  const multicast = hops.filter((hop) => hop.stars === '**');
  return multicast.length > 0 ? multicast : hops.filter((hop) => hop.stars === '*');
}

function nexthopOf({ interface: name = UNKNOWN_INTERFACE, address, isAttached, owner }: Hop): NexthopPart {
  return { interface: name, neighbor: isAttached || protocolOf(owner) === 'local' ? null : address };
}

/** The name of none in any table: no row comes of it, so that the path is not known. */
const UNKNOWN_INTERFACE = '';

function protocolOf(owner: string | undefined): RoutingProtocol | null {
  if (owner === undefined || owner === '') return null;
  return ROUTING_PROTOCOLS.get(owner.replace(/-.*$/, '').toLowerCase()) ?? 'other';
}

function hopsOf(output: string, asked: Asked, notUnderstood?: NotUnderstood): Hop[] {
  const document = documentIn(output, asked.command);
  return document === undefined ? inText(output, asked, notUnderstood) : inJson(document, asked);
}

function inJson(document: unknown, { vrf = DEFAULT_VRF }: Asked): Hop[] {
  return rowsOf(document, 'path').flatMap((row): Hop[] => {
    const isTrue = (name: string) => row.text(name)?.toLowerCase() === 'true';
    if ((row.text('vrf-name-out') ?? vrf) !== vrf) return [];
    return [
      {
        prefix: row.text('ipprefix') ?? '',
        isAttached: isTrue('attached'),
        stars: isTrue('mbest') ? '**' : isTrue('ubest') ? '*' : '',
        address: addressIn(row.text('ipnexthop')),
        ...linkOf(row.text('ifname')),
        owner: row.text('clientname'),
      },
    ];
  });
}

function inText(output: string, asked: Asked, notUnderstood?: NotUnderstood): Hop[] {
  const hops: Hop[] = [];
  let route: Pick<Hop, 'prefix' | 'isAttached'> = { prefix: '', isAttached: false };
  const rules: Rule[] = [
    [
      // `ubest/mbest: 1/0, attached`; release 4: `1 ucast next-hops, 0 mcast next-hops, attached`.
      /^\s*([0-9a-fA-F.:]+\/\d+), (?:ubest\/mbest:|\d+ ucast )(.*)$/,
      ([, prefix, rest]) => {
        route = { prefix: prefix!, isAttached: /\battached\b/.test(rest!) };
      },
    ],
    [
      /^\s*(\*{0,2})via (.+)$/,
      ([, stars, rest]) => {
        // ADDRESS, INTERFACE, [preference/metric], age, owner, ...: either of the first two may be missing.
        const fields = rest!.split(',').map((field) => field.trim());
        const metric = fields.findIndex((field) => field.startsWith('['));
        const [first = '', second] = fields.slice(0, Math.max(0, metric));
        const address = addressIn(first);
        hops.push({
          ...route,
          stars: stars!,
          address,
          ...linkOf(address === undefined ? first : second),
          owner: fields[metric + 2],
        });
      },
    ],
    [/^'/, passOver],
    [/^\s*(?:Route not found|Total number of )/i, passOver],
    [/^IP(?:v6)? Rout(?:e|ing) Table/, passOver],
  ];
  readSections(output, asked, rules, notUnderstood);
  return hops;
}

function linkOf(name: string | undefined): Pick<Hop, 'interface' | 'isDiscard'> {
  return { interface: linkName(name), isDiscard: /^null/i.test(name ?? '') };
}
