/** Reads which units are of which routing instance: `show route instance detail`. Pure. */
import { type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { type Field, fieldsOf } from './element.ts';
import { type Output, partsOf, readText, refusal } from './output.ts';
import { Gatherer } from './text-fields.ts';
import { isInstance, unitIn } from './values.ts';

/**
 * Units with tables of their own, which are none of the default instance; there the others are not listed.
 * @throws ReaderError
 */
export function parseUnitsOfOthers(output: Output, notUnderstood?: NotUnderstood): ReadonlySet<string> {
  const parts = partsOf(output, ['instance-information']);
  const fields = parts?.flatMap((part) => fieldsOf(part)) ?? instanceFields(output, notUnderstood);
  // The default one is always there.
  if (!fields.some(({ name }) => name === 'instance-name')) throw refusal(output);
  const units = new Set<string>();
  let isOther = false;
  for (const { name, value } of fields) {
    if (name === 'instance-name') isOther = !isInstance(value, undefined);
    else if (name === 'instance-type') isOther &&= WITH_TABLES.test(value);
    else if (isOther && name === 'interface-name') units.add(unitIn(value) ?? value);
  }
  return units;
}

/** `forwarding`: of management, and inside the router. Others are of layer 2, or have routes in the default tables. */
const WITH_TABLES = /^(?:vrf|virtual-router|forwarding)$/;

function instanceFields(output: Output, notUnderstood?: NotUnderstood): Field[] {
  const to = new Gatherer();
  const rules: Rule[] = [
    [/^ *(?:Interfaces|Tables):$/, passOver],
    [/^(\S+):$/, ([, name]) => to.put('instance-name', name)],
    [/^ *Type: (\S+)/, ([, type]) => to.put('instance-type', type)],
    [/^ *([a-z][\w/:-]*\.\d+)$/, ([, name]) => to.put('interface-name', name)],
    [/^ *(?:[A-Z][\w -]*:|\S+ *: \d+ routes)/, passOver],
  ];
  readText(output, /^ *Type: [\w-]+(?: |$)/, rules, notUnderstood);
  return to.fields;
}
