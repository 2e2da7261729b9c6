/**
 * Reads how an address is reached for RPF purposes: `show multicast rpf ADDRESS`, which shows the covering entry of the
 * table that RPF checks use; and `show route ADDRESS`, where somebody gives that. Pure.
 */
import { longestMatch, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { NexthopPart, PathPart } from '../platform.ts';
import { misunderstood } from '../tools/json.ts';
import { addressIn, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { type Field, fieldsOf, isWithin } from './element.ts';
import { isNotRunning, type Output, partsOf, readText, refusal } from './output.ts';
import { Gatherer } from './text-fields.ts';
import { isConnectedProtocol, prefixIn, routingProtocolIn, unitIn } from './values.ts';

interface Route {
  readonly prefix: string;
  protocol?: string;
  /** Names of units and addresses, in order; the address of a next hop before or behind its interface. */
  readonly hops: { interface?: string; neighbor?: string }[];
  isInactive: boolean;
}

/**
 * The path by the longest covering prefix; `null` when there is none, or it leads nowhere.
 * @throws ReaderError
 */
export function parsePath(output: Output, target: string, notUnderstood?: NotUnderstood): PathPart | null {
  const parts = partsOf(output, ['multicast-rpf-information', 'route-information']);
  if (parts?.length === 0 && !isNotRunning(output.text)) throw refusal(output);
  const fields = parts?.flatMap((part) => fieldsOf(part)) ?? pathFields(output, notUnderstood);
  const address = parseAddress(target);
  const routes = routesIn(fields);
  const found = address && longestMatch(routes, ({ prefix }) => parsePrefix(prefix), address);
  // What covers the address is all that is shown of it.
  if (found === undefined && routes.length > 0) throw misunderstood(output.text, output.command);
  if (found === undefined || found.isInactive) return null;
  const isDirect = isConnectedProtocol(found.protocol);
  const [first = isOwn(found) ? ITSELF : undefined, ...others] = found.hops.flatMap((hop) => nexthopOf(hop, isDirect));
  if (first === undefined) return null;
  return {
    prefix: found.prefix,
    ...first,
    ...(others.length === 0 ? {} : { others }),
    routingProtocol: routingProtocolIn(found.protocol),
  };
}

/**
 * As Junos calls the router itself where that is upstream. Not the unit that has the address: what the router sends may
 * leave there, which would look as if it came back.
 */
const ITSELF: NexthopPart = { interface: 'local', neighbor: null };

/** An address of the router's own, of which no interface is told. Of `lo0` it is, and the route is `Direct`. */
function isOwn({ protocol = '' }: Route): boolean {
  return /^local$/i.test(protocol);
}

function nexthopOf(hop: Route['hops'][number], isDirect: boolean): NexthopPart[] {
  if (hop.interface === undefined) return [];
  const neighbor = addressIn(hop.neighbor);
  return [{ interface: hop.interface, neighbor: neighbor ?? (isDirect ? null : undefined) }];
}

/** Of `show route` only tables of unicast and of RPF, and there the active entry. */
function routesIn(fields: readonly Field[]): Route[] {
  const routes: Route[] = [];
  let isTable = true;
  let isActive = true;
  for (const field of fields) {
    const { name, value } = field;
    const route = routes.at(-1);
    if (name === 'table-name' && field.within.includes('route-table'))
      isTable = /^(?:\S*\.)?inet6?\.[02]$/.test(value.split(/[ ,]/)[0]!);
    if (!isTable || isWithin(field, /^(?:gateway-label|bgp-)/)) continue;
    if (name === 'rt-entry') {
      // A destination has several entries, of which the active one comes first.
      isActive = route === undefined || route.protocol === undefined;
    } else if (/prefix-length$/.test(name) && route !== undefined && /^\d{1,3}$/.test(value)) {
      const prefix = prefixIn(`${route.prefix.split('/')[0]}/${value}`);
      if (prefix !== undefined && !/\//.test(value)) routes[routes.length - 1] = { ...route, prefix };
    } else if (/(?:prefix|destination|source)(?:-address)?$/.test(name)) {
      const prefix = prefixIn(value.split(/[ ,]/)[0]);
      if (prefix !== undefined) routes.push({ prefix, hops: [], isInactive: false });
      isActive = true;
    } else if (route !== undefined && isActive) {
      addTo(route, name, value);
    }
  }
  return routes;
}

function addTo(route: Route, name: string, value: string): void {
  const last = route.hops.at(-1);
  if (/protocol(?:-name)?$/.test(name) && value !== '') route.protocol ??= value;
  else if (isDeadEnd(name, value)) route.isInactive = true;
  else if (/^via$|interface(?:-name)?$/.test(name)) {
    const unit = unitIn(value);
    if (unit === null) return;
    if (last === undefined || last.interface !== undefined) route.hops.push({ interface: unit });
    else last.interface = unit;
  } else if (/^to$|neighbor(?:-address)?$|next-hop(?:-address)?$/.test(name) && addressIn(value) !== undefined) {
    if (last === undefined || last.neighbor !== undefined || name === 'to') route.hops.push({ neighbor: value });
    else last.neighbor = value;
  }
}

function isDeadEnd(name: string, value: string): boolean {
  if (name === 'active-tag') return value !== '*' && value !== '+';
  return /inactive$/.test(name) || (/nh-type$/.test(name) && /^(?:discard|reject|hold|unusable)/i.test(value));
}

/**
 * RPF: a prefix alone on its line, and below it `Protocol`, `Interface`, `Neighbor`. Route: a prefix, `*[OSPF/10] age`, and
 * below it `> to ADDRESS via UNIT`; what stands behind an entry that is not active is its own.
 */
function pathFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const to = new Gatherer();
  const entry = (tag: string, protocol: string) => {
    to.put('rt-entry');
    to.put('active-tag', tag);
    to.put('protocol-name', protocol);
  };
  const rules: Rule[] = [
    [/^ *Multicast RPF table: *([^ ,]+)/, ([, name]) => to.put('rpf-table-name', name)],
    [
      /^ *([\w.:-]*inet6?\.\d+): \d+ destinations/,
      ([, name]) => {
        to.within = ['route-table'];
        to.put('table-name', name);
      },
    ],
    [/^ *Instance: /, passOver],
    [/^ *(?:\+ = |Restart |Limit)/, passOver],
    [
      /^ *([0-9A-Fa-f:.]+\/\d{1,3}|default)(?: *([*+-]?)\[([\w-]+)\/.*)?$/,
      ([, prefix, tag, protocol]) => {
        to.put('prefix', prefix);
        if (protocol !== undefined) entry(tag ?? '', protocol);
      },
    ],
    [/^ +([*+-]?)\[([\w-]+)\//, ([, tag = '', protocol = '']) => entry(tag, protocol)],
    [
      /^ +>? *(?:to (\S+) +)?(?:Local )?via (\S+?)(?:,.*)?$/,
      ([, neighbor, unit]) => {
        if (neighbor !== undefined) to.put('to', neighbor);
        to.put('via', unit);
      },
    ],
    [/^ *(?:Discard|Reject|Receive|MultiRecv)\b/, () => to.put('inactive')],
    [
      /^ *Inactive(?: *([0-9A-Fa-f:.]+\/\d{1,3}))?$/, // without the end of its line: the next prefix
      ([, prefix]) => {
        to.put('inactive');
        if (prefix !== undefined) to.put('prefix', prefix);
      },
    ],
    [/^ *Protocol: *(\S+)/, ([, protocol]) => to.put('protocol', protocol)],
    [/^ *Interface: *(\S*)/, ([, unit]) => to.put('interface', unit)],
    [/^ *Neighbor: *(\S*)/, ([, neighbor]) => to.put('neighbor', neighbor)],
    [/^ *Source prefix: *(\S*)/, ([, prefix]) => to.put('prefix', prefix)],
    [/^ *(?:AS path|Metric|Preference|Age): /, passOver],
  ];
  const own =
    /^ *(?:Multicast RPF table:|[\w.:-]*inet6?\.\d+: \d+ destinations|[0-9A-Fa-f:.]+\/\d{1,3}(?:[ *+[-]|$)|default\b|Source prefix:)/;
  readText(output, own, rules, notUnderstood);
  return to.fields;
}
