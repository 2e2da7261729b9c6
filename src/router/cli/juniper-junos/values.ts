/**
 * How Junos writes what is in its fields: prefixes without the octets behind their length, ages, names of interfaces,
 * instances, protocols. Pure; what is none of it is `undefined`, null or not there.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import type { Family } from '../../../wire/address.ts';
import { canonicalPrefix } from '../tools/json.ts';
import { secondsIn } from '../tools/text.ts';
import type { Field } from './element.ts';

/** `10.1/16`, `0/0`, `default`, `10.1.0.0/24`, `2001:db8::/32`; a plain address is one of full length. */
export function prefixIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text === 'default') return '0.0.0.0/0';
  const [, octets, length] = /^(\d{1,3}(?:\.\d{1,3}){0,2})(\/\d{1,2})$/.exec(text) ?? [];
  if (octets === undefined || length === undefined) return canonicalPrefix(text);
  return canonicalPrefix(`${octets}${'.0'.repeat(4 - octets.split('.').length)}${length}`);
}

/** Behind weeks and days the clock has no seconds in some releases: `29w6d 22:19`. */
export function ageIn({ value, seconds }: Pick<Field, 'value' | 'seconds'>): number | null {
  if (seconds !== undefined && /^\d{1,10}$/.test(seconds)) return Number(seconds);
  return secondsIn(/[wd] \d{1,2}:\d\d$/.test(value) ? `${value}:00` : value);
}

/** `ge-0/0/0.0`, `xe-0/0/1:2.100`, `ae0.5`; behind a hyphen the neighbour on it, or the number of its next hop; a note in brackets. */
const UNIT = /(?:^|[\s,])([a-z][\w/:-]{0,40}\.\d{1,10})(?:-[^\s,]{1,60})?(?: {0,4}\(([^()]{0,100})\))?(?=[\s,]|$)/g;

/** Names of units, each with what stands in brackets behind it. */
export function unitsIn(text: string): { readonly name: string; readonly note: string }[] {
  const found = text.matchAll(UNIT);
  return [...found].map(([, name = '', note = '']) => ({ name, note }));
}

/** The one unit that a field names; null: the router itself, a tunnel without a unit, BGP, nobody. */
export function unitIn(text: string): string | null {
  return unitsIn(text)[0]?.name ?? null;
}

/** PIM's encapsulation and decapsulation: `pe-0/0/0.32769`, `pd-0/0/0.32769`, `pime.32769`, `pimd.32769`, `ppe0.1`, `ppd0.1`. */
export function isRegister(name: string): boolean {
  return /^(?:p[ed]-\d|pim[ed](?:\.|$)|pp[ed]\d)/.test(name);
}

/** Whether packets that are sent there leave the router in their own shape. Not lo0: there the router listens itself. */
export function isLink(name: string): boolean {
  return !isRegister(name) && !/^(?:lo\d|local\b|\.local\.)/.test(name);
}

/** `INET`, `inet6`, `4`, `IPv6`. */
export function familyIn(text: string): Family | undefined {
  const [, six] = /^(?:inet|ipv?)?(6|4)?$/i.exec(text) ?? [];
  if (text === '' || /^ipv?$/i.test(text)) return undefined;
  if (six !== undefined) return six === '6' ? 6 : 4;
  return /^inet$/i.test(text) ? 4 : undefined;
}

/** Junos' names of protocols, in small letters. What is not listed is `other`. */
const ROUTING_PROTOCOLS: ReadonlyMap<string, RoutingProtocol> = new Map([
  ['direct', 'local'],
  ['local', 'local'],
  ['access-internal', 'local'],
  ['static', 'netmgmt'],
  ['ospf', 'ospf'],
  ['ospf2', 'ospf'],
  ['ospf3', 'ospf'],
  ['is-is', 'isIs'],
  ['isis', 'isIs'],
  ['bgp', 'bgp'],
  ['rip', 'rip'],
  ['ripng', 'rip'],
  ['es-is', 'esIs'],
  ['dvmrp', 'dvmrp'],
]);

export function routingProtocolIn(text: string | undefined): RoutingProtocol | null {
  return text === undefined || text === '' ? null : (ROUTING_PROTOCOLS.get(text.toLowerCase()) ?? 'other');
}

/** `Access-internal`: a subscriber on his own interface. */
export function isConnectedProtocol(text: string | undefined): boolean {
  return /^(?:direct|local|access-internal)$/i.test(text ?? '');
}

/**
 * The fields of the asked family and instance: headings say which the ones below are of. What stands below none is taken
 * for what was asked.
 */
export function ofSection(fields: readonly Field[], family: Family | undefined, vrf: string | undefined): Field[] {
  let isOurs = true;
  let isOurFamily = true;
  return fields.filter(({ name, value }) => {
    if (/^(?:[a-z-]+-)?instance(?:-name)?$/.test(name) && value !== '') {
      isOurs = isInstance(value, vrf);
      isOurFamily = true;
    } else if (/^(?:address-)?family$/.test(name) && family !== undefined) {
      isOurFamily = (familyIn(value) ?? family) === family;
    }
    return isOurs && isOurFamily;
  });
}

/** @param vrf `undefined`: the default one */
export function isInstance(name: string, vrf: string | undefined): boolean {
  const bare = name.replace(/^PIM\./, '');
  return vrf === undefined ? /^(?:master|default)$/.test(bare) : bare === vrf;
}
