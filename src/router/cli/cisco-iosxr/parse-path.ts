/**
 * Reads `show route ADDRESS` of IOS XR: the prefix, the protocol it is known by, and its next hops. Pure: text in, a path
 * out, or a ReaderError.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { NexthopPart, PathPart, RecursivePart } from '../platform.ts';
import { canonicalPrefix, misunderstood } from '../tools/json.ts';
import { addressIn, type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { AROUND, checkAnswered, NOTHING } from './answer.ts';
import { DEFAULT_VRF, linkIn } from './names.ts';

/** By the first word of `Known via "ospf 1"`. What is not listed is `other`. */
const ROUTING_PROTOCOLS: ReadonlyMap<string, RoutingProtocol> = new Map([
  ['connected', 'local'],
  ['local', 'local'],
  ['static', 'netmgmt'],
  ['rip', 'rip'],
  ['ospf', 'ospf'],
  ['ospfv3', 'ospf'],
  ['isis', 'isIs'],
  ['bgp', 'bgp'],
  ['eigrp', 'ciscoEigrp'],
]);

/** Next hops of IPv6 that are looked for in IPv4 (6PE). */
const IPV4_MAPPED = parsePrefix('::ffff:0:0/96')!;

interface Found {
  prefix: string | undefined;
  protocol: string | undefined;
  readonly nexthops: Nexthop[];
}

interface Nexthop {
  readonly address: string | undefined;
  /** `undefined`: none is told, because another route leads to it (BGP). */
  readonly via: string | undefined;
  /** Takes over when another one fails; equal ones that stand in for each other are none (ECMP-Backup). */
  readonly isInReserve: boolean;
  /** Where the router looks for it, if not in the VRF of the route. */
  vrf: string | undefined;
}

/**
 * @param target canonical address text
 * @param vrf in which `command` looks
 * @returns `null`: no route, or one that leads nowhere
 */
export function parsePath(
  output: string,
  target: string,
  vrf: string | undefined,
  command: string,
  notUnderstood?: NotUnderstood,
): PathPart | RecursivePart | null {
  checkAnswered(output, command);
  const found: Found = { prefix: undefined, protocol: undefined, nexthops: [] };
  readLines(output, pathRules(found), notUnderstood);
  const { prefix, protocol } = found;
  if (prefix === undefined) {
    if (NOTHING.test(output)) return null;
    throw misunderstood(output, command);
  }
  if (!inPrefix(parseAddress(target)!, parsePrefix(prefix)!)) throw misunderstood(output, command);
  // A static route by a tunnel is `directly connected`, too, but leads to whoever is behind it, though it be to one address.
  const isConnected = protocol === 'connected' || protocol === 'local';
  const nexthops = found.nexthops.filter(({ isInReserve }) => !isInReserve);
  const [nexthop, ...others] = nexthops.flatMap(({ via, address }): NexthopPart[] => {
    const link = via === undefined ? undefined : linkIn(via);
    if (link === undefined) return [];
    return [{ interface: link, neighbor: address === undefined && isConnected ? null : address }];
  });
  const routingProtocol = protocol === undefined ? null : (ROUTING_PROTOCOLS.get(protocol) ?? 'other');
  if (nexthop !== undefined) return { prefix, ...nexthop, others, routingProtocol };
  const behind = nexthops.find(({ via }) => via === undefined);
  if (behind === undefined && nexthops.length > 0) return null; // Null0
  return { prefix, routingProtocol, nexthop: behind === undefined ? null : nexthopHere(behind, prefix, vrf) };
}

/** `null`: it is looked for in another table. */
function nexthopHere({ address, vrf }: Nexthop, prefix: string, ownVrf: string | undefined): string | null {
  const own = ownVrf ?? DEFAULT_VRF;
  return address !== undefined && (vrf ?? own) === own && sameFamily(address, prefix) ? address : null;
}

function pathRules(found: Found): readonly Rule[] {
  return [
    [/^ *Routing entry for ([^\s,]+)/, ([, prefix]) => (found.prefix ??= canonicalPrefix(prefix))],
    [/^ *Known via "([^"\s]+)/, ([, protocol]) => (found.protocol ??= protocol?.toLowerCase())],
    [
      // 10.12.0.1, from 10.0.0.1, via GigabitEthernet0/0/0/0, Protected; the first may be `directly connected`.
      /^ *(directly connected|[0-9a-fA-F.:]+)(?:, from [^\s,]+)?(?:, via ([^\s,]+))?(, .*)?$/,
      ([, first, via, rest = '']) => {
        const isInReserve = /, (?:BGP )?backup\b/i.test(rest);
        found.nexthops.push({ address: addressIn(first), via, isInReserve, vrf: undefined });
      },
    ],
    [
      /^ *Nexthop in Vrf: "([^"]+)"/,
      ([, name]) => {
        const last = found.nexthops.at(-1);
        if (last !== undefined) last.vrf = name;
      },
    ],
    ...AROUND,
    [/^ *(?:Tag |Number of|Installed|Routing Descriptor|Route |Redist|No advertising|Local |Associated)/i, passOver],
    [
      /^ *(?:Nexthop in|Advertised|Repair|Path|NHID|Binding|Metric|MPLS|Label|IP Precedence|QoS|Traffic|Labels)/i,
      passOver,
    ],
    [/^ *(?:Source AS|SRTE|SR policy|ECMP|Remote|OSPF area|Weight|Extended)/i, passOver],
  ];
}

function sameFamily(text: string, prefix: string): boolean {
  const address = parseAddress(text);
  if (address === undefined || inPrefix(address, IPV4_MAPPED)) return false;
  return address.length === parsePrefix(prefix)?.address.length;
}
