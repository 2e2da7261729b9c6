/**
 * Reads `show route ADDRESS` of IOS XR: the prefix, the protocol it is known by, and its next hops. Pure: text in, a path
 * out, or a ReaderError.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { parseAddress, parsePrefix } from '../../../wire/address.ts';
import { canonicalPrefix, misunderstood } from '../json.ts';
import type { NexthopPart, PathPart, RecursivePart } from '../platform.ts';
import { addressIn, type NotUnderstood, passOver, type Rule, readLines } from '../text.ts';
import { AROUND, checkAnswered, NOTHING } from './answer.ts';
import { linkIn } from './names.ts';

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

interface Found {
  prefix: string | undefined;
  protocol: string | undefined;
  /** Where the router looks for next hops, if not in the VRF of the route. */
  nexthopVrf: string | undefined;
  readonly nexthops: {
    /** `undefined`: none is told, or it is no link. */
    readonly link: string | undefined;
    readonly address: string | undefined;
    /** Another route leads to it. */
    readonly isBehind: boolean;
  }[];
}

/**
 * @param vrf in which `command` looks
 * @returns `null`: no route, or one that leads nowhere
 */
export function parsePath(
  output: string,
  vrf: string | undefined,
  command: string,
  notUnderstood?: NotUnderstood,
): PathPart | RecursivePart | null {
  checkAnswered(output, command);
  const found: Found = { prefix: undefined, protocol: undefined, nexthopVrf: undefined, nexthops: [] };
  readLines(output, pathRules(found), notUnderstood);
  const { prefix, protocol } = found;
  if (prefix === undefined) {
    if (NOTHING.test(output)) return null;
    throw misunderstood(output, command);
  }
  const isConnected = protocol === 'connected' || protocol === 'local' || isFull(prefix);
  const [nexthop, ...others] = found.nexthops.flatMap(({ link, address }): NexthopPart[] => {
    if (link === undefined) return [];
    return [{ interface: link, neighbor: address === undefined && isConnected ? null : address }];
  });
  const routingProtocol = protocol === undefined ? null : (ROUTING_PROTOCOLS.get(protocol) ?? 'other');
  if (nexthop !== undefined) return { prefix, ...nexthop, others, routingProtocol };
  const behind = found.nexthops.find(({ isBehind }) => isBehind)?.address;
  if (behind === undefined) return null;
  const own = vrf ?? 'default';
  const isHere = (found.nexthopVrf ?? own) === own && sameFamily(behind, prefix);
  return { prefix, routingProtocol, nexthop: isHere ? behind : null };
}

function pathRules(found: Found): readonly Rule[] {
  return [
    [/^ *Routing entry for ([^\s,]+)/, ([, prefix]) => (found.prefix ??= canonicalPrefix(prefix))],
    [/^ *Known via "(\w+)/, ([, protocol]) => (found.protocol ??= protocol?.toLowerCase())],
    [
      // 10.12.0.1, from 10.0.0.1, via GigabitEthernet0/0/0/0; the first may be `directly connected`.
      /^ *(directly connected|[0-9a-fA-F.:]+)(?:, from [^\s,]+)?, via ([^\s,]+)(.*)$/,
      ([, first = '', name = '', rest = '']) => {
        if (/\bbackup\b/i.test(rest)) return;
        found.nexthops.push({ link: linkIn(name), address: addressIn(first), isBehind: false });
      },
    ],
    // A next hop that another route leads to (BGP): the interface is not told.
    [
      /^ *([0-9a-fA-F.:]+)(?:, from [^\s,]+)?(?:, [A-Za-z].*)?$/,
      ([, address]) => found.nexthops.push({ link: undefined, address: addressIn(address), isBehind: true }),
    ],
    [/^ *Nexthop in Vrf: "([^"]+)"/, ([, name]) => (found.nexthopVrf ??= name)],
    ...AROUND,
    [/^ *(?:Tag |Number of|Installed|Routing Descriptor|Route |Redist|No advertising|Local |Associated)/i, passOver],
    [
      /^ *(?:Nexthop in|Advertised|Backup|Path|NHID|Binding|Metric|MPLS|Label|IP Precedence|QoS|Traffic|Labels)/i,
      passOver,
    ],
    [/^ *(?:Source AS|SRTE|SR policy|ECMP|Remote|OSPF area|Weight|Extended)/i, passOver],
  ];
}

function isFull(prefix: string): boolean {
  const { address, length } = parsePrefix(prefix) ?? {};
  return address !== undefined && length === address.length * 8;
}

function sameFamily(address: string, prefix: string): boolean {
  return parseAddress(address)?.length === parsePrefix(prefix)?.address.length;
}
