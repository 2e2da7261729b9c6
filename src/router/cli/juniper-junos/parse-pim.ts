/**
 * Reads where PIM runs, whom it hears and which of them are Designated Routers: `show pim interfaces`, `show pim
 * neighbors`; and where IGMP or MLD does: `show igmp interface`. Pure.
 */
import { parseAddress } from '../../../wire/address.ts';
import type { NeighborPart } from '../platform.ts';
import { addressIn, isNobody, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import type { Section } from './asked.ts';
import { elementsNamed, type Field, fieldsOf } from './element.ts';
import { type Output, partsOf, readText, refusal } from './output.ts';
import { recordsOf } from './records.ts';
import { Gatherer, sectionRules } from './text-fields.ts';
import { familyIn, isRegister, ofSection, unitIn } from './values.ts';

export interface PimInterfaces {
  /** Names of those that are up, without registers. */
  readonly up: readonly string[];
  readonly designatedRouters: readonly NeighborPart[];
}

const LEGEND: Rule = [/^ *(?:Stat|S|DR|P2P|Active|Rpf|B|H|P|A|T|G|L) = /, passOver];

/** A name that is longer than its column: the others stand on the line below. */
const NAME_ALONE = /^ *([a-z][\w/:-]*\.\d+)$/;

/** @throws ReaderError */
export function parsePimInterfaces(output: Output, section: Section, notUnderstood?: NotUnderstood): PimInterfaces {
  const fields = ofSection(interfaceFields(output, notUnderstood), section.family, section.vrf);
  const up = new Set<string>();
  const designatedRouters: NeighborPart[] = [];
  for (const record of recordsOf(fields, 'pim-interface')) {
    const name = unitIn(record.find((field) => /interface-name$|^name$/.test(field.name))?.value ?? '');
    const version = record.find((field) => /^(?:pim-)?ip-(?:protocol-)?version$|^ip$/.test(field.name))?.value;
    const elected = addressIn(record.find((field) => /dr-address$|designated-router/.test(field.name))?.value);
    const family = version === undefined ? familyOfAddress(elected) : familyIn(version);
    if (name === null || isRegister(name) || (family ?? section.family) !== section.family) continue;
    if (record.some(({ name: of, value }) => /stat/.test(of) && /^down$/i.test(value))) continue;
    if (up.has(name)) continue; // of another node of a cluster
    up.add(name);
    if (elected !== undefined && !isNobody(elected)) designatedRouters.push({ address: elected, interface: name });
  }
  return { up: [...up], designatedRouters };
}

/** @throws ReaderError */
export function parseNeighbors(output: Output, vrf: string | undefined, notUnderstood?: NotUnderstood): NeighborPart[] {
  const neighbors = new Map<string, NeighborPart>();
  let current: string | null = null;
  for (const { name, value } of ofSection(neighborFields(output, notUnderstood), undefined, vrf)) {
    if (/^(?:pim-)?interface-name$|^name$/.test(name)) current = unitIn(value) ?? current;
    if (!/neighbor-addr/.test(name)) continue;
    const address = addressIn(value);
    if (address === undefined || current === null) continue;
    neighbors.set(`${address} ${current}`, { address, interface: current });
  }
  return [...neighbors.values()];
}

/**
 * Names of those that are up.
 * @throws ReaderError
 */
export function parseListeners(output: Output, notUnderstood?: NotUnderstood): string[] {
  const up: string[] = [];
  let name: string | null = null;
  const rules: Rule[] = [
    [
      /^ *Interface: *(\S+)/,
      ([, unit = '']) => {
        name = unitIn(unit);
      },
    ],
    [
      /^ *State: +(\w+)/,
      ([, state = '']) => {
        if (name !== null && /^up$/i.test(state)) up.push(name);
      },
    ],
    [/^ *[A-Z][\w (/)-]*:/, passOver],
  ];
  readText(output, /^ *(?:Interface:|IGMP |MLD )/, rules, notUnderstood);
  return up;
}

function familyOfAddress(address: string | undefined): 4 | 6 | undefined {
  const octets = address === undefined ? undefined : parseAddress(address);
  return octets && (octets.length === 4 ? 4 : 6);
}

/** `Name Stat Mode IP V State NbrCnt JoinCnt(sg/*g) DR address`, older ones with fewer counts. */
function interfaceFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const parts = partsOf(output, ['pim-interfaces-information']);
  if (parts !== undefined) return parts.flatMap((part) => fieldsOf(part));
  const to = new Gatherer();
  let alone = '';
  let isTable = false;
  let saysMore = false;
  const rules: Rule[] = [
    [/^ *Instance: (\S+)$/, ([, name]) => to.put('instance', name)],
    LEGEND,
    [
      /^ *Name +Stat /,
      () => {
        isTable = true;
      },
    ],
    [
      /^ *(\S*) +(Up|Down) +(\S+) +([46]) +\d+(?: +(\S.*))?$/i,
      ([, name = '', status, , version, rest = '']) => {
        isTable = true;
        to.begin('pim-interface');
        to.put('interface-name', name === '' ? alone : name);
        to.put('status', status);
        to.put('ip-version', version);
        to.put('dr-address', rest.split(' ').at(-1));
        alone = '';
      },
    ],
    [
      NAME_ALONE,
      ([, name = '']) => {
        alone = name;
      },
    ],
  ];
  const own = /^ *(?:Instance: PIM\.|Name +Stat |\S* +(?:Up|Down) +\S+ +[46] +\d)/i;
  readText(output, own, rules, (line) => {
    saysMore = true;
    notUnderstood?.(line);
  });
  // Its instance stands above other tables, too; alone it has no interface.
  if (!isTable && saysMore) throw refusal(output);
  return to.fields;
}

/**
 * `Interface IP V Mode Option Uptime Neighbor addr`. In XML an interface's name may stand behind its neighbour's address,
 * so there the name is put first.
 */
function neighborFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const parts = partsOf(output, ['pim-neighbors-information']);
  if (parts !== undefined) {
    return parts.flatMap((part) => {
      const interfaces = elementsNamed(part, ['pim-interface']).flatMap((one) => {
        const fields = fieldsOf(one);
        const name = fields.find((field) => field.name === 'pim-interface-name' || field.name === 'interface-name');
        return name === undefined ? fields : [name, ...fields];
      });
      const others = fieldsOf(part).filter(({ within }) => !within.includes('pim-interface'));
      return [...others, ...interfaces];
    });
  }
  const to = new Gatherer();
  const rules: Rule[] = [
    ...sectionRules(to),
    LEGEND,
    [/^ *Interface +IP /, passOver],
    [
      /^(?: *([a-z]\S*\.\d+))? +[46] +\d+ (?:.* )?(\S+)$/,
      ([, name, address]) => {
        if (name !== undefined) to.put('interface-name', name);
        to.put('neighbor-addr', address);
      },
    ],
    [NAME_ALONE, ([, name]) => to.put('interface-name', name)],
  ];
  readText(output, /^ *(?:Interface +IP |(?:[a-z]\S*\.\d+ +)?[46] +\d+ )/, rules, notUnderstood);
  return to.fields;
}
