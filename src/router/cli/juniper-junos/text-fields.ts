/**
 * Reads the text of the commands that print one record after the other, `Label: value` by `Label: value`, into the fields
 * that their XML has: the label is the name. Lists of interfaces stand on the lines below their label, several on one. Pure.
 */
import { type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import type { Field } from './element.ts';
import { foreign, type Output, readText } from './output.ts';
import { unitsIn } from './values.ts';

/** Gathers fields, under the heading that was last. */
export class Gatherer {
  readonly fields: Field[] = [];
  /** Names of headings, as in `Field`. */
  within: readonly string[] = [];

  put(name: string, value = ''): void {
    this.fields.push({ name, value: value.trim(), within: this.within });
  }

  /** A record begins: headings of the one before are over. */
  begin(name: string): void {
    this.within = [];
    this.put(name);
  }
}

/** `Upstream RPF neighbor` is `upstream-rpf-neighbor`. */
export function nameOf(label: string): string {
  return label
    .trim()
    .toLowerCase()
    .replace(/[ /_]+/g, '-');
}

/** `Instance: PIM.master Family: INET`, `Address family INET`, `address-family INET`, `Family: INET`. */
export function sectionRules(to: Gatherer): readonly Rule[] {
  const instance: Rule = [
    /^ *Instance: (\S+)(?: +(?:Address )?Family:? (\S+))?/,
    ([, name = '', family]) => {
      to.within = [];
      to.put('instance', name);
      if (family !== undefined) to.put('family', family);
    },
  ];
  const family: Rule = [
    /^ *(?:Address[ -])?family:? (\S+)/i,
    ([, name = '']) => {
      to.within = [];
      to.put('family', name);
    },
  ];
  return [instance, family];
}

const LEGEND = /^ *(?:[A-Z][\w/]* = |[a-z][\w -]* = )/;

/** `show multicast route`: what stands below a list's label is interfaces, or tunnels without a name. */
export function routeFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const to = new Gatherer();
  const putUnits = (text: string) => {
    for (const { name, note } of unitsIn(text)) to.put('interface-name', note === '' ? name : `${name} (${note})`);
  };
  const rules: Rule[] = [
    // Of PIM; of interfaces, whose counters stand under the same heading.
    foreign(/^ *(?:Instance: PIM\.|Interface: |Resolve requests )/, output),
    ...sectionRules(to),
    [
      /^ *Group: (\S+)/,
      ([, group]) => {
        to.begin('multicast-route');
        to.put('group', group);
      },
    ],
    [
      /^ *((?:Upstream|Downstream|Incoming)[ a-z]* list):(.*)$/i,
      ([, label = '', rest = '']) => {
        to.within = [nameOf(label)];
        putUnits(rest);
      },
    ],
    [
      /^ *([A-Z][A-Za-z /-]{1,60}): *(.*)$/,
      ([, label = '', value]) => {
        to.within = [];
        to.put(nameOf(label), value);
      },
    ],
  ];
  const own = /^ *(?:Instance: \S+ +(?:Address )?Family|(?:Address )?Family: |Group: )/i;
  readText(output, own, rules, (line) => {
    if (to.within.length === 0 || !line.startsWith(' ')) notUnderstood?.(line);
    else putUnits(line);
  });
  return to.fields;
}

/** `show pim join`: neighbours stand below their interface, and interfaces of members below a pseudo interface. */
export function joinFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const to = new Gatherer();
  const rules: Rule[] = [
    foreign(/^ *Instance: (?!PIM\.)/, output), // the forwarder's
    ...sectionRules(to),
    [LEGEND, passOver],
    [
      /^ *Group: (\S+)/,
      ([, group]) => {
        to.begin('join-group');
        to.put('group', group);
      },
    ],
    [
      /^ *(Downstream (?:neighbors|interfaces)|[\w ]*accepting interfaces): *(.*)$/i,
      ([, label = '', rest = '']) => {
        to.within = [nameOf(label)];
        for (const { name, note } of unitsIn(rest)) to.put('interface', `${name} (${note})`);
      },
    ],
    [/^ *Interface: *(\S.*)$/, ([, name]) => to.put('interface', name)],
    [/^ *[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*(?: \([^)]*\))? +State: *(\w*)/, ([, state]) => to.put('state', state)],
    [/^ *Assert [\w ]*:/i, passOver],
    [/^ *Uptime: (.*?) Time since last/, passOver],
    [
      /^ *([A-Z][A-Za-z /-]{1,60}): *(.*)$/,
      ([, label = '', value]) => {
        if (to.within.length > 0 && /^Number /.test(label)) to.within = [];
        to.put(nameOf(label), value);
      },
    ],
  ];
  readText(output, /^ *(?:Instance: \S+ +(?:Address )?Family|Group: )/, rules, (line) => {
    const units = to.within.length === 0 ? [] : unitsIn(line);
    if (units.length === 0) notUnderstood?.(line);
    for (const { name, note } of units) to.put('interface', note === '' ? name : `${name} (${note})`);
  });
  return to.fields;
}
