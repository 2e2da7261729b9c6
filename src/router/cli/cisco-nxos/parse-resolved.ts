/**
 * Reads a lookup in a forwarding table, `show forwarding route A`: the prefix, and where packets go, with every next hop
 * resolved to a link. Line cards may each print theirs; they are alike. Nothing says whose route it is. Pure.
 */
import { inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { NexthopPart } from '../platform.ts';
import { addressIn, type NotUnderstood, passOver, type Rule } from '../text.ts';
import { linkName } from './names.ts';
import { type Asked, readSections } from './sections.ts';

export interface Resolved {
  /** `undefined`: no route. */
  readonly prefix: string | undefined;
  readonly nexthops: readonly NexthopPart[];
}

interface Row {
  readonly prefix: string;
  readonly nexthop: string;
  readonly interface: string;
}

/** @throws ReaderError when nothing is understood */
export function parseResolved(output: string, asked: Asked, target: string, notUnderstood?: NotUnderstood): Resolved {
  const rows = rowsIn(output, asked, notUnderstood);
  const prefix = longestOf(rows, target);
  const nexthops = new Map<string, NexthopPart>();
  for (const row of rows.filter((one) => one.prefix === prefix)) {
    const name = linkName(row.interface);
    const neighbor = neighborOf(row.nexthop, target);
    if (name === undefined || neighbor === undefined) continue;
    nexthops.set(`${name} ${neighbor}`, { interface: name, neighbor });
  }
  return { prefix, nexthops: [...nexthops.values()] };
}

function rowsIn(output: string, asked: Asked, notUnderstood?: NotUnderstood): Row[] {
  const rows: Row[] = [];
  let prefix = '';
  const rules: Rule[] = [
    // The prefix may fill its line, and one next hop of several has it.
    [
      /^\s*\*?([0-9a-fA-F.:]+\/\d+)(?: +(\S+) +([A-Za-z]\S*).*)?$/,
      ([, text, nexthop, name]) => {
        prefix = text!;
        if (nexthop !== undefined && name !== undefined) rows.push({ prefix, nexthop, interface: name });
      },
    ],
    [
      /^\s+\*?(\S+) +([A-Za-z]\S*\d)(?= |$)/,
      ([, nexthop, name]) => {
        if (prefix !== '') rows.push({ prefix, nexthop: nexthop!, interface: name! });
      },
    ],
    [/^\s*(?:slot +\d|=+$|-+\+|Prefix +\||IPv[46] routes for table|.{0,60}not found)/i, passOver],
  ];
  readSections(output, asked, rules, notUnderstood);
  return rows;
}

function longestOf(rows: readonly Row[], target: string): string | undefined {
  const address = parseAddress(target);
  let longest: { readonly text: string; readonly length: number } | undefined;
  for (const { prefix: text } of rows) {
    const prefix = parsePrefix(text);
    if (address === undefined || prefix === undefined || !inPrefix(address, prefix)) continue;
    if (prefix.length > (longest?.length ?? -1)) longest = { text, length: prefix.length };
  }
  return longest?.text;
}

/** `null` = on the link: by word, or as the target's own neighbour entry. `undefined` = no next hop: `Drop`, `Receive`. */
function neighborOf(nexthop: string, target: string): string | null | undefined {
  if (/^(?:attached|glean)/i.test(nexthop)) return null;
  const address = addressIn(nexthop);
  return address === target ? null : address;
}
