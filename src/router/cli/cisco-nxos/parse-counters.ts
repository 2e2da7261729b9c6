/**
 * Reads multicast packets of ports: `show interface counters`. As JSON, or as text: tables with `Port` and two to four
 * counters in each, which of them depends on the platform, so the headings are read. Pure.
 */
import type { CounterPart } from '../platform.ts';
import { countIn, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { interfaceName } from './names.ts';
import { type Asked, readSections } from './sections.ts';
import { documentIn, rowsOf } from './structure.ts';

type Side = 'inPackets' | 'outPackets';

/** By interface; one that shows no multicast packets is not there. */
type Counters = Map<string, CounterPart>;

/** @throws ReaderError when the output is neither, or is empty */
export function parseCounters(output: string, asked: Asked, notUnderstood?: NotUnderstood): CounterPart[] {
  const document = documentIn(output, asked.command);
  const counters = document === undefined ? inText(output, asked, notUnderstood) : inJson(document);
  return [...counters.values()];
}

function inJson(document: unknown): Counters {
  const counters: Counters = new Map();
  const read = (table: string, name: string, member: string, side: Side) => {
    for (const row of rowsOf(document, table)) add(counters, row.text(name), side, row.text(member));
  };
  read('rx_counters', 'interface_rx', 'eth_inmcast', 'inPackets');
  read('tx_counters', 'interface_tx', 'eth_outmcast', 'outPackets');
  return counters;
}

function inText(output: string, asked: Asked, notUnderstood?: NotUnderstood): Counters {
  const counters: Counters = new Map();
  let headings: readonly string[] = [];
  const rules: Rule[] = [
    [/^-+$/, passOver],
    [
      /^Port\s+(.+)$/,
      ([, names]) => {
        headings = names!.split(/\s+/);
      },
    ],
    [
      /^(\S+)\s+([\dN-][\dNA,/\s-]*)$/,
      ([, name, values]) => {
        const columns = values!.trim().split(/\s+/);
        add(counters, name, 'inPackets', columns[headings.indexOf('InMcastPkts')]);
        add(counters, name, 'outPackets', columns[headings.indexOf('OutMcastPkts')]);
      },
    ],
  ];
  readSections(output, asked, rules, notUnderstood);
  return counters;
}

function add(counters: Counters, text: string | undefined, side: Side, count: string | undefined): void {
  if (text === undefined || text === '' || count === undefined) return;
  const name = interfaceName(text);
  const known = counters.get(name) ?? { interface: name, inPackets: null, outPackets: null };
  counters.set(name, { ...known, [side]: countIn(count) });
}
