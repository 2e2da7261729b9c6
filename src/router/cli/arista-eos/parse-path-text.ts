/**
 * Reads `show ip route A` and `show ipv6 route A` as text: what releases print that have no JSON for them. Pure.
 * Next hops stand on the line of their route or below it; what is further in than the first one is how a tunnel goes.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import type { PathPart, RecursivePart } from '../platform.ts';
import { misunderstood } from '../tools/json.ts';
import { type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { answerIn } from './document.ts';
import { ELSEWHERE, pathAmong, type Route, type Via } from './parse-path.ts';

/** By how the code of a route begins; what is not listed is `other`. */
const ROUTING_PROTOCOLS: readonly (readonly [RegExp, RoutingProtocol])[] = [
  [/^C\b/, 'local'],
  [/^(?:S|K|NG)\b/, 'netmgmt'],
  [/^(?:B|A B)\b/, 'bgp'],
  [/^(?:O|O3|A O)\b/, 'ospf'],
  [/^I\b/, 'isIs'],
  [/^R\b/, 'rip'],
  [/^DH\b/, 'dhcp'],
];

type Draft = Route & { readonly vias: Via[]; column: number | undefined };

export function parsePathText(
  output: string,
  command: string,
  vrf: string | undefined,
  target: string,
  notUnderstood: NotUnderstood = passOver,
): PathPart | RecursivePart | null {
  const found: Draft[] = [];
  let isAnswer = false;
  let isWanted = true;
  let route: Draft | undefined;

  /** @param column where `via` or `directly connected` stands */
  const nexthop = (text: string, column: number) => {
    if (route === undefined) return;
    route.column ??= column;
    if (column <= route.column) route.vias.push(viaIn(text));
  };

  const rules: readonly Rule[] = [
    [
      /^ *VRF(?: name)?: *(\S+)$/,
      ([, name]) => {
        isWanted = name === (vrf ?? 'default');
        isAnswer ||= isWanted;
        route = undefined;
      },
    ],
    [/^ *(?:(?:Source )?Codes:|Gateway of last resort|Displaying \d)/, () => (isAnswer ||= isWanted)],
    [/^ *(?:[A-Z][A-Z\d]?(?: [A-Z\d]{1,2})? +- \S|!)/, passOver],
    [
      /^ *([A-Z][A-Z\d]?\*?(?: [A-Z\d]{1,2}){0,2}) +([\dA-Fa-f.:]+\/\d{1,3})(?: (.*))?$/,
      ([line, code, prefix, rest = '']) => {
        isAnswer ||= isWanted;
        const routingProtocol = ROUTING_PROTOCOLS.find(([pattern]) => pattern.test(code!))?.[1] ?? 'other';
        route = { prefix: prefix!, routingProtocol, vias: [], column: undefined };
        if (isWanted) found.push(route);
        const at = rest.search(/\b(?:via|directly connected)\b/);
        if (at >= 0) nexthop(rest.slice(at), line.length - rest.length + at);
      },
    ],
    [/^( +)((?:via|directly connected,?) .*)$/, ([, indent, text]) => nexthop(text!, indent!.length)],
    [/^ +backup via /, passOver],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  if (!isAnswer) throw misunderstood(output, command);
  return pathAmong(found, target, { output, command });
}

/**
 * `via 10.34.0.3, Ethernet1`, whatever stands behind it; `via 10.34.0.3`, to be looked up; `directly connected, Vlan10`, of
 * IPv6 `via Vlan10, directly connected`. Tunnels (`via VTEP 10.0.0.9 VNI 7`, `via 10.0.0.9/32, IS-IS SR tunnel index 3`) and
 * other VRFs (`via 10.0.0.9 (egress VRF red)`) are elsewhere.
 */
function viaIn(text: string): Via {
  const connected =
    /^directly connected(?: \([^)]*\))?, +([^\s,]+)/.exec(text) ??
    /^via ([A-Za-z][^\s,]*)(?:, directly connected|$)/.exec(text);
  if (connected !== null) return { interface: connected[1], nexthop: undefined };
  const [, nexthop, name] =
    /^via ([\dA-Fa-f.:]+(?:%[^\s,]+)?)(?:, +([A-Za-z][^\s,]*\d)(?=[\s,]|$)(?! tunnel\b)|(?: weight .*)?$)/.exec(text) ??
    [];
  return nexthop === undefined ? ELSEWHERE : { interface: name, nexthop };
}
