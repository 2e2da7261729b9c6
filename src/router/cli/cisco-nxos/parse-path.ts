/**
 * Reads how an address is reached: `show ip route A`. For RPF the RIB marks next hops of static multicast routes, `**`; where
 * it has none, those of the unicast route count, `*`. Routes of BGP name no interface, not even for neighbours on a link:
 * where the next hop is has to be asked in its turn. As JSON or as text. Pure.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { longestMatch, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { NexthopPart, PathPart, RecursivePart } from '../platform.ts';
import { canonicalPrefix, misunderstood } from '../tools/json.ts';
import { addressIn, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { linkName } from './names.ts';
import { type Asked, checkPrinted, DEFAULT_VRF, readSections } from './sections.ts';
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
  /** `undefined`: another route leads there. */
  readonly interface: string | undefined;
  /** Whether that route is in another table: of another VRF, of tunnels. */
  readonly isElsewhere: boolean;
  readonly isDiscard: boolean;
  readonly owner: string | undefined;
}

/**
 * @returns `null`: no route, or one that discards
 * @throws ReaderError when the output is neither; ERR_READER_COMMAND when it is empty: some print no JSON of nothing
 */
export function parsePath(
  output: string,
  asked: Asked,
  target: string,
  notUnderstood?: NotUnderstood,
): PathPart | RecursivePart | null {
  checkPrinted(output, asked);
  const hops = hopsOf(output, asked, notUnderstood);
  const own = covering(hops, target);
  if (own.length === 0 && hops.length > 0) throw misunderstood(output, asked.command);
  const best = bestOf(own).filter((hop) => !hop.isDiscard);
  const [first] = best;
  const prefix = canonicalPrefix(first?.prefix);
  if (first === undefined || prefix === undefined) return null;

  const routingProtocol = protocolOf(first.owner);
  // An own address has two routes to it, by `local` and `direct`, which say the same.
  const links = new Map(best.flatMap(linkedHop).map((hop) => [`${hop.interface} ${hop.neighbor}`, hop]));
  const [nexthop, ...others] = links.values();
  if (nexthop === undefined) {
    const behind = best.find((hop) => canBeAsked(hop, target))?.address ?? null;
    return { prefix, routingProtocol, nexthop: behind };
  }
  return { prefix, ...nexthop, routingProtocol, ...(others.length === 0 ? {} : { others }) };
}

/** Those of the longest prefix that the target is in. */
function covering(hops: readonly Hop[], target: string): Hop[] {
  const address = parseAddress(target);
  const prefixes = [...new Set(hops.map((hop) => hop.prefix))].map((text) => ({ text }));
  const longest = address && longestMatch(prefixes, ({ text }) => parsePrefix(text), address)?.text;
  return hops.filter((hop) => hop.prefix === longest);
}

/** Without stars: backups, and routes that are not in use. */
function bestOf(hops: readonly Hop[]): readonly Hop[] {
  const multicast = hops.filter((hop) => hop.stars === '**');
  return multicast.length > 0 ? multicast : hops.filter((hop) => hop.stars === '*');
}

function linkedHop({ interface: name, address, isAttached, owner }: Hop): NexthopPart[] {
  if (name === undefined) return [];
  return [{ interface: name, neighbor: isAttached || protocolOf(owner) === 'local' ? null : address }];
}

/** Whether the way to the next hop is in the table that was asked, and is not what was asked. */
function canBeAsked({ address, isElsewhere }: Hop, target: string): boolean {
  const isOfFamily = address !== undefined && parseAddress(address)?.length === parseAddress(target)?.length;
  return isOfFamily && !isElsewhere && address !== target;
}

function protocolOf(owner: string | undefined): RoutingProtocol | null {
  if (owner === undefined || owner === '') return null;
  return ROUTING_PROTOCOLS.get(owner.replace(/-.*$/, '').toLowerCase()) ?? 'other';
}

function hopsOf(output: string, asked: Asked, notUnderstood?: NotUnderstood): Hop[] {
  const document = documentIn(output, asked.command);
  return document === undefined ? inText(output, asked, notUnderstood) : inJson(document, asked);
}

/** Members of next hops that are reached through the fabric's own table. */
const TUNNELLED = ['segmentid', 'tunnelid', 'encap', 'evpn'];

function inJson(document: unknown, { vrf = DEFAULT_VRF }: Asked): Hop[] {
  return rowsOf(document, 'path').flatMap((row): Hop[] => {
    const isTrue = (name: string) => row.text(name)?.toLowerCase() === 'true';
    if ((row.text('vrf-name-out') ?? vrf) !== vrf) return [];
    const nexthop = row.text('ipnexthop');
    const isTunnelled = TUNNELLED.some((name) => !/^(?:|0|0x0|false|none)$/i.test(row.text(name) ?? ''));
    return [
      {
        prefix: row.text('ipprefix') ?? '',
        isAttached: isTrue('attached'),
        stars: isTrue('mbest') ? '**' : isTrue('ubest') ? '*' : '',
        address: addressIn(nexthop),
        isElsewhere: isTunnelled || isInOther(vrf, nexthop),
        ...linkOf(row.text('ifname')),
        owner: row.text('clientname'),
      },
    ];
  });
}

function inText(output: string, asked: Asked, notUnderstood?: NotUnderstood): Hop[] {
  const hops: Hop[] = [];
  let isNotFound = false;
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
          isElsewhere: /\b(?:evpn|segid|tunnelid|encap|mpls-vpn)\b/.test(rest!) || isInOther(asked.vrf, first),
          ...linkOf(address === undefined ? first : second),
          owner: fields[metric + 2],
        });
      },
    ],
    [/^\s*'/, passOver],
    [/^\s*Route not found/i, () => (isNotFound = true)],
    [/^\s*Total number of /i, passOver],
    [/^IP(?:v6)? Rout(?:e|ing) Table/, passOver],
  ];
  readSections(output, asked, rules, notUnderstood);
  // Of nothing else than a heading, be it another command's, nothing follows.
  if (hops.length === 0 && !isNotFound) throw misunderstood(output, asked.command);
  return hops;
}

/** `10.9.9.9%default`: where the next hop is. */
function isInOther(vrf = DEFAULT_VRF, nexthop = ''): boolean {
  return (/%(.+)$/.exec(nexthop)?.[1] ?? vrf) !== vrf;
}

function linkOf(name: string | undefined): Pick<Hop, 'interface' | 'isDiscard'> {
  return { interface: linkName(name), isDiscard: /^null/i.test(name ?? '') };
}
