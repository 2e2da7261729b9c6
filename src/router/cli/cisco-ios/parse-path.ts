/**
 * Reads how a source or an RP is reached for RPF purposes: `show ip rpf`, `show ipv6 rpf` and, as that does not tell the protocol of a
 * unicast route, `show ipv6 route`. Pure: text in, a path out, or a ReaderError.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { PathPart } from '../platform.ts';
import { canonicalPrefix, misunderstood } from '../tools/json.ts';
import { prefixIn } from '../tools/masks.ts';
import { addressIn, isNobody, type NotUnderstood, passOver } from '../tools/text.ts';
import { interfaceName, isNowhere } from './names.ts';
import { readOutput } from './output.ts';

/** By the first word of `ospf 1`, `Mroute`, `connected`. What is not listed is `other`. */
const ROUTING_PROTOCOLS: ReadonlyMap<string, RoutingProtocol> = new Map([
  ['connected', 'local'],
  ['local', 'local'],
  ['static', 'netmgmt'],
  ['mroute', 'netmgmt'],
  ['rip', 'rip'],
  ['ripng', 'rip'],
  ['ospf', 'ospf'],
  ['ospfv3', 'ospf'],
  ['isis', 'isIs'],
  ['bgp', 'bgp'],
  ['mbgp', 'bgp'],
  ['eigrp', 'ciscoEigrp'],
  ['igrp', 'ciscoIgrp'],
  ['egp', 'egp'],
  ['dvmrp', 'dvmrp'],
  ['dhcp', 'dhcp'],
  ['nd', 'icmp'],
  ['rpl', 'rpl'],
]);

/** Codes of the IPv6 routing table by their first letters; releases before 15 print it for one route, too. */
const ROUTE_CODES: readonly (readonly [code: RegExp, protocol: string])[] = [
  [/^(?:C|L|LC)$/, 'connected'],
  [/^ND/, 'nd'],
  [/^[SU]/, 'static'],
  [/^R$/, 'rip'],
  [/^B/, 'bgp'],
  [/^I/, 'isis'],
  [/^O/, 'ospf'],
  [/^(?:D|EX)$/, 'eigrp'],
];

interface Rpf {
  /** Whose the path is, where it is told. */
  target: string | undefined;
  isUnreachable: boolean;
  interface: string | undefined;
  neighbor: string | undefined;
  isConnected: boolean;
  prefix: string | undefined;
  /** `unicast (ospf 1)`, `Mroute` */
  type: string;
}

/**
 * @param target canonical address text
 * @param route `show ipv6 route` for the same target; '' of IPv4, where nothing more is needed
 * @returns `null` when there is no path
 */
export function parsePath(
  { rpf: output, route = '' }: { readonly rpf: string; readonly route?: string },
  target: string,
  command: string,
  notUnderstood?: NotUnderstood,
): PathPart | null {
  const rpf = parseRpf(output, command, notUnderstood);
  if ((rpf.target ?? target) !== target) throw misunderstood(output, command);
  if (rpf.isUnreachable || isNowhere(rpf.interface ?? '')) return null;
  if (rpf.interface === undefined) throw misunderstood(output, command);
  const routingProtocol = protocolOf(rpf.type) ?? (/^unicast$/i.test(rpf.type) ? parseRouteProtocol(route) : null);
  const isConnected = rpf.isConnected || rpf.neighbor === target || routingProtocol === 'local';
  return {
    prefix: prefixOf(rpf.prefix, target),
    interface: interfaceName(rpf.interface),
    neighbor: isConnected ? null : rpf.neighbor,
    routingProtocol,
  };
}

/** The target alone, where what is told for its prefix is none. */
function prefixOf(told: string | undefined, target: string): string {
  const prefix = told === undefined ? undefined : parsePrefix(told);
  const address = parseAddress(target)!;
  return prefix !== undefined && inPrefix(address, prefix) ? told! : `${target}/${address.length * 8}`;
}

function parseRpf(output: string, command: string, notUnderstood: NotUnderstood | undefined): Rpf {
  const rpf: Rpf = {
    target: undefined,
    isUnreachable: false,
    interface: undefined,
    neighbor: undefined,
    isConnected: false,
    prefix: undefined,
    type: '',
  };
  readOutput(
    output,
    [
      // `RPF information for ? (10.1.0.2) failed, no route exists`; the name of a host may be any word.
      [
        /^RPF information for (.*?)( failed(?:,.*)?)?$/i,
        ([, whom, failed]) => {
          rpf.target ??= addressOf(whom!);
          rpf.isUnreachable ||= failed !== undefined;
        },
      ],
      [/^ *RPF interface: *(\S+)/, ([, name]) => (rpf.interface ??= name)],
      [/^ *RPF neighbor: *(.*)$/, ([, text]) => setNeighbor(rpf, text!)],
      [/^ *RPF route\/mask: *(\S+)/, ([, text]) => (rpf.prefix ??= prefixIn(text!))],
      [/^ *RPF type: *(.*)$/, ([, type]) => (rpf.type = type!)],
      [
        /\bno route\b|^No RPF\b|^ *%? ?RPF (?:lookup )?failed\b|^RPF lookup for .{1,300} failed\b|\bunreachable\b/i,
        () => (rpf.isUnreachable = true),
      ],
      // Metrics, recursion, tables, topologies, multipath, VRFs: how it came to that.
      [/^ *(?:RPF |Metric\b|Doing |Using |BGP |MoFRR|Multicast Multipath)/, passOver],
    ],
    { command, notUnderstood },
  );
  return rpf;
}

/** `? (10.45.0.4)`, `r4.example (10.45.0.4) - directly connected`, `FE80::4`; nobody is 0.0.0.0. */
function setNeighbor(rpf: Rpf, text: string): void {
  const address = addressOf(text);
  if (address !== undefined && !isNobody(address)) rpf.neighbor ??= address;
  rpf.isConnected ||= /\bdirectly connected\b/i.test(text);
}

/** `? (10.1.0.2)`, `host.example (10.1.0.2)`, `2001:DB8::2` */
function addressOf(text: string): string | undefined {
  return addressIn(/\(([\da-fA-F.:]+)\)/.exec(text)?.[1] ?? text.split(' ')[0]);
}

/** @returns `null` = only that it is a unicast or a multicast route is told */
function protocolOf(type: string): RoutingProtocol | null {
  const [, word] = /\(([^)]*)\)/.exec(type) ?? [];
  const named = (word ?? type.replace(/^(?:unicast|multicast|static)\b *(?=.)/i, ''))
    .trim()
    .split(' ')[0]!
    .toLowerCase();
  if (['', 'unicast', 'multicast'].includes(named)) return null;
  return ROUTING_PROTOCOLS.get(named) ?? 'other';
}

/** `null`: not told. Nothing is missing where it cannot be read. */
export function parseRouteProtocol(output: string): RoutingProtocol | null {
  for (const line of output.slice(0, 20_000).split('\n', 200)) {
    const known = /^ *Known via "([^" ]+)/.exec(line)?.[1];
    if (known !== undefined) return ROUTING_PROTOCOLS.get(known.toLowerCase()) ?? 'other';
    const [, code, prefix] = /^([A-Za-z][A-Za-z\d]{0,3})\*? +([\dA-Fa-f:]+\/\d+)/.exec(line) ?? [];
    if (code === undefined || canonicalPrefix(prefix) === undefined) continue;
    const named = ROUTE_CODES.find(([pattern]) => pattern.test(code))?.[1];
    return named === undefined ? 'other' : (ROUTING_PROTOCOLS.get(named) ?? 'other');
  }
  return null;
}
