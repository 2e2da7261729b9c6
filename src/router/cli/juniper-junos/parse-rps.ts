/** Reads which RP is whose: `show pim rps`, brief or extensive, and of one group. Pure. */
import { inPrefix, isMulticast, parseAddress, parsePrefix } from '../../../wire/address.ts';
import { addressIn, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import type { Section } from './asked.ts';
import { type Field, fieldsOf, isWithin } from './element.ts';
import { type Output, partsOf, readText } from './output.ts';
import type { RpRange } from './rp-choice.ts';
import { Gatherer, sectionRules } from './text-fields.ts';
import { ofSection, prefixIn } from './values.ts';

/**
 * One row for each range of groups.
 * @throws ReaderError
 */
export function parseRps(output: Output, section: Section, notUnderstood?: NotUnderstood): RpRange[] {
  const parts = partsOf(output, ['pim-rps-information']);
  const fields = parts?.flatMap((part) => fieldsOf(part)) ?? rpFields(output, notUnderstood);
  const found: { readonly groups: string; readonly rp: Rp }[] = [];
  let rp: Rp = { address: undefined, origin: undefined };
  let group = '';
  for (const field of ofSection(fields, section.family, section.vrf)) {
    const { name, value } = field;
    if (NO_RANGES.test(name) || isWithin(field, NO_RANGES)) continue;
    if (/^(?:[a-z-]+-)?(?:rp|rendezvous-point)(?:-address)?$/.test(name) && value !== '') {
      rp = { address: addressIn(value), origin: undefined };
    }
    rp.origin = originIn(name, value) ?? rp.origin;
    if (/group|range|prefix/.test(name) && addressIn(value) !== undefined) group = value;
    // A length apart from its address is that of the one before.
    const isLength = /length$/.test(name) && /^\d{1,3}$/.test(value) && group !== '';
    const groups = prefixIn(isLength ? `${group}/${value}` : value.includes('/') ? value.split(/[\s,]/)[0] : undefined);
    if (groups !== undefined) found.push({ groups, rp });
  }
  return found.flatMap(({ groups, rp: { address, origin } }) =>
    address !== undefined && isOfGroups(groups, address) ? [{ groups, address, origin }] : [],
  );
}

/** There addresses and prefixes are of something else. */
const NO_RANGES = /register|anycast|active-group/;

/** Where it was learned may stand behind its ranges. */
interface Rp {
  readonly address: string | undefined;
  origin: RpRange['origin'];
}

/** A field, or with tags an empty one for each (`<rp-flag-static/>`). `bootstrap` and `auto-rp` are alike. */
function originIn(name: string, value: string): RpRange['origin'] {
  if (/override/.test(name)) return /^(?:on|enabled|yes|true)$/i.test(value) ? 'overriding' : undefined;
  const words = name.startsWith('rp-flag-') ? name : /type|learned|via|origin/.test(name) ? value : '';
  const [said] = /\b(?:static|embedded)\b/i.exec(words) ?? [];
  return said?.toLowerCase() as RpRange['origin'];
}

/** Whether it is a range of multicast groups, of the RP's family. */
function isOfGroups(groups: string, rp: string): boolean {
  const [prefix, address] = [parsePrefix(groups), parseAddress(rp)];
  if (prefix === undefined || address === undefined || prefix.address.length !== address.length) return false;
  const all = { address: address.length === 4 ? Uint8Array.of(224, 0, 0, 0) : prefix.address, length: 4 };
  return isMulticast(prefix.address) && !isMulticast(address) && inPrefix(prefix.address, all);
}

/**
 * Brief: `RP address Type [Mode] Holdtime Timeout Groups Group prefixes`, more prefixes alone on the lines below, and an
 * address that is longer than its column alone on the line above. Extensive: `RP: 10.0.0.2`, and ranges below `Group Ranges:`.
 */
function rpFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const to = new Gatherer();
  let alone = '';
  const begin = (rp: string) => {
    to.begin('rp');
    to.put('rp-address', rp);
    alone = '';
  };
  const rules: Rule[] = [
    ...sectionRules(to),
    [/^ *(?:RP address|Address +Type|Group +Source) +\S/i, passOver],
    [/^ *RP: *(\S+)/, ([, rp = '']) => begin(rp)],
    [
      /^ *(Register State|Anycast-PIM [\w ]*|Active groups)[^:]*:.*$/i,
      ([, heading = '']) => {
        to.within = [heading.toLowerCase().replaceAll(' ', '-')];
      },
    ],
    [
      /^ *Group Ranges?: *(.*)$/i,
      ([, first = '']) => {
        to.within = ['group-ranges'];
        to.put('group-range', first);
      },
    ],
    [/^ *Learned .*via: *(.*)$/, ([, origin]) => to.put('learned-via', origin)],
    [/^ *Static RP Override: *(\S+)/, ([, state]) => to.put('override', state)],
    [/^ *(?:via|Mode|Time Active|Holdtime|Device|Subunit|Interface|Hash|Priority|total)\b.*/i, passOver],
    [
      /^(?: *([0-9A-Fa-f:.]+))? +([A-Za-z][\w-]*) (?:.* )?(\S+)$/,
      ([, rp = alone, type, last = '']) => {
        // A row of a list below has no range.
        if (rp === '' || (to.within.length > 0 && !last.includes('/'))) return;
        begin(rp);
        to.put('rp-type', type);
        if (last.includes('/')) to.put('group-range', last);
      },
    ],
    [/^ *([0-9A-Fa-f:.]+\/\d{1,3})(?:,.*)?$/, ([, groups]) => to.put('group-range', groups)],
    [
      /^ *([0-9A-Fa-f:.]+)$/,
      ([, rp = '']) => {
        if (to.within.length === 0) alone = rp;
      },
    ],
    [/^ *[0-9A-Fa-f:.]+ +\S.*/, passOver],
  ];
  readText(output, /^ *(?:RP address +|RP:|Address +Type|Group +Source|Address[ -]family )/i, rules, notUnderstood);
  return to.fields;
}

/**
 * Of one group: the ranges that have it, below each its RPs with their hashes, and at the end which one it is.
 * @returns `null`: these groups have none; `undefined`: not told
 * @throws ReaderError
 */
export function parseRpOfGroup(output: Output, notUnderstood?: NotUnderstood): string | null | undefined {
  let selected: string | null | undefined;
  const rules: Rule[] = [
    [/^ *Instance: /, passOver],
    [/^ *(?:Dense Mode|Source-specific Mode) (?:\(SSM\) )?active for group /i, () => (selected = null)],
    [/^ *Source-specific Mode .*override/i, passOver],
    [/^ *RP selected: *(\S+)/i, ([, rp]) => (selected = addressIn(rp) ?? selected)],
    [/^ *[0-9A-Fa-f:.]+(?:\/\d{1,3})?(?: +\S.*)?$/, passOver],
  ];
  readText(output, /^ *(?:Instance: PIM\.|RP selected|Dense Mode|Source-specific Mode)/i, rules, notUnderstood);
  return selected;
}
