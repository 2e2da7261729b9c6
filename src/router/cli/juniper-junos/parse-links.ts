/**
 * Reads what commands tell of single interfaces: their counters (`show multicast statistics`) and the groups that may not
 * pass them (`show multicast scope`). Pure.
 */
import { type Family, familyOf, isMulticast, parsePrefix } from '../../../wire/address.ts';
import type { BoundaryPart, BoundaryRule, CounterPart } from '../platform.ts';
import { countIn, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import type { Section } from './asked.ts';
import { type Field, fieldsOf, isWithin } from './element.ts';
import { type Output, partsOf, readText } from './output.ts';
import { recordsOf } from './records.ts';
import { Gatherer, nameOf, sectionRules } from './text-fields.ts';
import { isRegister, ofSection, prefixIn, unitsIn } from './values.ts';

/** @throws ReaderError */
export function parseStatistics(output: Output, section: Section, notUnderstood?: NotUnderstood): CounterPart[] {
  const parts = partsOf(output, ['multicast-statistics-information']);
  const fields = parts?.flatMap((part) => fieldsOf(part)) ?? statisticsFields(output, notUnderstood);
  const counters = new Map<string, CounterPart>();
  let current: string | undefined;
  for (const { name, value } of ofSection(fields, section.family, section.vrf)) {
    if (name === 'interface-name') {
      current = isRegister(value) ? undefined : value.split(' ')[0]!;
      if (current !== undefined && !counters.has(current)) {
        counters.set(current, { interface: current, inPackets: null, outPackets: null });
      }
    }
    const row = current === undefined ? undefined : counters.get(current);
    // Not those of each neighbour (`mc-p2mp-input-packets`), which the interface's are the sum of.
    const [, way] = /^(?:mc-)?(in|out)(?:put)?-packets$/.exec(name) ?? [];
    const count = countIn(value);
    if (row === undefined || way === undefined || count === null) continue;
    counters.set(row.interface, { ...row, ...(way === 'in' ? { inPackets: count } : { outPackets: count }) });
  }
  return [...counters.values()];
}

/** Labels and values stand in two columns: `In kbytes: 4641  In packets: 50454`. */
function statisticsFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const to = new Gatherer();
  const rules: Rule[] = [
    ...sectionRules(to),
    [/^ *Interface: *(\S+)/, ([, name]) => to.put('interface-name', name)],
    [/^ *[A-Z][A-Za-z ]* (?:on interfaces not enabled|with no route) /, passOver],
    [
      /^ *[A-Z][A-Za-z ]*:.*$/,
      ([line]) => {
        for (const [, label = '', value = ''] of line.matchAll(/([A-Z][A-Za-z ]{0,40}): *(\S*)/g)) {
          to.put(nameOf(label), value);
        }
      },
    ],
  ];
  readText(output, /^ *Instance: (?!PIM\.)\S+ +(?:Address )?Family|^Interface: /, rules, notUnderstood);
  return to.fields;
}

export interface Scope {
  readonly groups: string;
  /** A unit, or `all`. */
  readonly interface: string;
}

/** A scope is configured with one. */
const RANGES_LIMIT = 16;

/** @throws ReaderError */
export function parseScopes(output: Output, vrf: string | undefined, notUnderstood?: NotUnderstood): Scope[] {
  const parts = partsOf(output, ['multicast-scope-information']);
  const fields = parts?.flatMap((part) => fieldsOf(part)) ?? scopeFields(output, notUnderstood);
  // Interfaces of a policy say nothing of groups.
  const ofScopes = fields.filter((field) => !isWithin(field, /policy/));
  let ranges: string[] = [];
  return recordsOf(ofSection(ofScopes, undefined, vrf), 'multicast-scope').flatMap((record) => {
    const named = record.flatMap(rangesIn);
    if (named.length > 0) ranges = named.slice(0, RANGES_LIMIT); // else it is the one before, on another interface
    const interfaces = record.flatMap(({ name, value }) => (/interface/.test(name) ? interfacesIn(value) : []));
    return interfaces.flatMap((one) => ranges.map((groups) => ({ groups, interface: one })));
  });
}

function rangesIn({ name, value }: Field): string[] {
  const groups = /prefix|group/.test(name) && value.includes('/') ? prefixIn(value) : undefined;
  return groups !== undefined && isMulticast(parsePrefix(groups)!.address) ? [groups] : [];
}

function interfacesIn(text: string): string[] {
  return /^all\b/.test(text) ? ['all'] : unitsIn(text).map(({ name }) => name);
}

/** `Scope name   Group prefix   Interface   Rejects`: names have blanks, and a scope has several interfaces. */
function scopeFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const to = new Gatherer();
  const rules: Rule[] = [
    ...sectionRules(to),
    [/^ *(?:Resolve|Scope name .*)$/, passOver],
    [
      /^(.*\S)? +([0-9A-Fa-f:.]+\/\d{1,3}) +(\S.*)$/,
      ([, , groups, interfaces]) => {
        to.begin('multicast-scope');
        to.put('group-prefix', groups);
        to.put('interface-name', interfaces);
      },
    ],
    [/^ +([a-z]\S*\.\d+)(?: +\d+)?$/, ([, name]) => to.put('interface-name', name)],
  ];
  readText(output, /^ *Scope name |\/\d{1,3} /, rules, notUnderstood);
  return to.fields;
}

/**
 * Interfaces may have two: what is said of `all` is there once, and is theirs beside what is said of them by name.
 * @param everywhere for `all`: the interfaces of each family
 */
export function boundariesOf(
  scopes: readonly Scope[],
  everywhere: Readonly<Record<Family, readonly string[]>>,
): BoundaryPart[] {
  const denied = new Map<string, { readonly family: Family; readonly name: string; readonly groups: Set<string> }>();
  for (const { groups, interface: name } of scopes) {
    const family = familyOf(parsePrefix(groups)!.address);
    const key = `${family} ${name}`;
    const row = denied.get(key) ?? { family, name, groups: new Set() };
    row.groups.add(groups);
    denied.set(key, row);
  }
  return [...denied.values()].flatMap(({ family, name, groups }) => {
    const rules = rulesOf(family, groups);
    const names = name === 'all' ? everywhere[family] : [name];
    return names.map((one) => ({ family, interface: one, rules }));
  });
}

function rulesOf(family: Family, denied: Iterable<string>): BoundaryRule[] {
  const rules = Array.from(denied, (groups): BoundaryRule => ({ groups, isPermitted: false }));
  return [...rules, { groups: family === 4 ? '0.0.0.0/0' : '::/0', isPermitted: true }];
}
