/** Finds records among fields, and in a record of a group what all of them have. Pure. */
import { inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import { misunderstood } from '../tools/json.ts';
import { addressIn } from '../tools/text.ts';
import type { Asked } from './asked.ts';
import { type Field, isWithin } from './element.ts';
import type { Output } from './output.ts';
import { ofSection, prefixIn } from './values.ts';

/** The fields of each record, which begins with a field of this name. */
export function recordsOf(fields: readonly Field[], name: string): Field[][] {
  const records: Field[][] = [];
  for (const field of fields) {
    if (field.name === name) records.push([]);
    else records.at(-1)?.push(field);
  }
  return records;
}

export interface RecordOfGroup {
  readonly record: readonly Field[];
  /** Of its range of groups: of several records the longest is right. */
  readonly length: number;
}

/**
 * The records that were asked for.
 * @throws ReaderError when there are records of other groups only, which is the answer to something else
 */
export function askedRecords(fields: readonly Field[], name: string, asked: Asked, output: Output): RecordOfGroup[] {
  const found = recordsOfGroup(ofSection(fields, asked.family, asked.vrf), name, asked.group);
  const isOfOthers = found.length === 0 && fields.some((field) => field.name === name);
  if (isOfOthers && recordsOfGroup(fields, name, asked.group).length === 0) {
    throw misunderstood(output.text, output.command);
  }
  return found;
}

function recordsOfGroup(fields: readonly Field[], name: string, group: string): RecordOfGroup[] {
  return recordsOf(fields, name).flatMap((record) => {
    const length = lengthOfRange(record, group);
    return length === undefined ? [] : [{ record, length }];
  });
}

/** If the group is in the record's range. A group alone is a range of full length. */
function lengthOfRange(record: readonly Field[], group: string): number | undefined {
  const named = firstValue(record, /^(?:multicast-)?group(?:-address)?$/) ?? '';
  const length = firstValue(record, /group.*length$/);
  const range = prefixIn(named.includes('/') || length === undefined ? named : `${named}/${length}`);
  const [prefix, address] = [range === undefined ? undefined : parsePrefix(range), parseAddress(group)];
  return prefix !== undefined && address !== undefined && inPrefix(address, prefix) ? prefix.length : undefined;
}

/** `undefined`: it cannot be read. Junos writes the length of a source behind it, and `*` for all. */
export function sourceOf(record: readonly Field[]): string | null | undefined {
  const text = firstValue(record, /^(?:multicast-)?source(?:-(?:address|prefix))?$/) ?? '*';
  const [address = ''] = text.split('/');
  if (/^(?:\*|0\.0\.0\.0|::|)$/.test(address)) return null;
  return addressIn(address);
}

/** What is below one is of others, towards the receivers. */
export const DOWNSTREAM = /^downstream/;

/** Of the first such field with a value, unless it is of others. */
export function firstValue(record: readonly Field[], name: RegExp): string | undefined {
  return record.find((field) => field.value !== '' && name.test(field.name) && !isWithin(field, DOWNSTREAM))?.value;
}
