/**
 * Reads what PIM says of its interfaces and neighbours, IPv4 and IPv6. Pure: text in, parts out, or a ReaderError.
 * Columns of tables are as wide as their heading, and a longer name pushes the others to the right or onto the next line.
 */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import type { ScopeDirection } from '../../snapshot.ts';
import type { NeighborPart } from '../platform.ts';
import { addressIn, isNobody, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { interfaceName } from './names.ts';
import { readOutput } from './output.ts';

interface ListedBoundary {
  readonly list: string;
  readonly direction?: ScopeDirection;
}

export interface PimInterface {
  readonly name: string;
  isEnabled: boolean;
  designatedRouter: string | undefined;
  /** IPv4: `sparse`, `dense`, `sparse-dense`, `passive`. */
  mode?: string;
  ttlThreshold?: number;
  /** IPv4: access lists that say which groups may pass. */
  boundaries?: readonly ListedBoundary[];
}

/** `show ip pim interface detail` */
export function parsePimDetail(output: string, command: string, notUnderstood?: NotUnderstood): PimInterface[] {
  const found: PimInterface[] = [];
  let current: PimInterface | undefined;
  const set = (change: (one: PimInterface) => void) => {
    if (current !== undefined) change(current);
  };
  const rules: Rule[] = [
    [
      /^(\S+) is .*\bline protocol is\b/,
      ([, name]) => {
        current = { name: interfaceName(name!), isEnabled: false, designatedRouter: undefined };
        found.push(current);
      },
    ],
    [/^\S.* line protocol is\b/, () => (current = undefined)],
    [/^ *PIM: *enabled/, () => set((one) => (one.isEnabled = true))],
    [/^ *PIM version: *\d+, mode: *([\w-]+)/, ([, mode]) => set((one) => (one.mode = mode!))],
    [
      /^ *PIM DR: *(\S+)/,
      ([, text]) => {
        const address = addressIn(text);
        if (address !== undefined && !isNobody(address)) set((one) => (one.designatedRouter = address));
      },
    ],
    [
      /^ *Multicast TTL threshold: *(\d{1,3})$/,
      ([, threshold]) => set((one) => (one.ttlThreshold = Number(threshold))),
    ],
    [/^ *Multicast boundary: *not set/i, passOver],
    [
      /^ *Multicast boundary: *([^\s,(]+)(?: *\((in|out)\))?/,
      ([, list, direction]) => {
        const boundary = { list: list!, ...(direction && { direction: direction as ScopeDirection }) };
        set((one) => (one.boundaries = [...(one.boundaries ?? []), boundary]));
      },
    ],
    [/^ *(?:PIM|Multicast|Internet|IP|IGMP)\b|^ +\S/, passOver],
  ];
  readOutput(output, rules, { command, notUnderstood, mayBeEmpty: true });
  return found;
}

/** What IPv4 speaks on the links: of one kind where all are. */
export function multicastRoutingProtocolOf(interfaces: readonly PimInterface[]): MulticastRoutingProtocol {
  const modes = new Set(interfaces.flatMap(({ isEnabled, mode }) => (isEnabled && mode !== undefined ? [mode] : [])));
  modes.delete('passive');
  if (modes.size === 1 && modes.has('dense')) return 'pimDenseMode';
  return modes.has('dense') || modes.has('sparse-dense') ? 'pimSparseDense' : 'pimSparseMode';
}

/** `show ipv6 pim interface`: the tunnels of Registers are among them, and off. */
export function parsePim6(output: string, command: string, notUnderstood?: NotUnderstood): PimInterface[] {
  const found: PimInterface[] = [];
  let name: string | undefined;
  let own: string | undefined;
  const rules: Rule[] = [
    [/^ *Address *: *(\S+)/, ([, text]) => (own = addressIn(text))],
    [
      /^ *DR *: *(.*)$/,
      ([, text]) => {
        const address = text === 'this system' ? own : addressIn(text!.split(' ')[0]);
        const last = found.at(-1);
        if (last !== undefined && address !== undefined && !isNobody(address)) last.designatedRouter = address;
      },
    ],
    [/^Interface +PIM\b|^ +Count +Intvl/, passOver],
    [
      /^([A-Za-z]\S*\d)?(?: +(on|off)(?: .*)?)?$/,
      ([, text, state]) => {
        name = text ?? name;
        if (name === undefined || state === undefined) return;
        found.push({
          name: interfaceName(name),
          isEnabled: state === 'on',
          designatedRouter: undefined,
        });
        [name, own] = [undefined, undefined];
      },
    ],
    [/multicast.*\bnot enabled\b/i, passOver],
  ];
  readOutput(output, rules, { command, notUnderstood, mayBeEmpty: true });
  return found;
}

/** `show ip pim neighbor`, `show ipv6 pim neighbor`; of `detail` also the addresses below a neighbour. */
export function parseNeighbors(output: string, command: string, notUnderstood?: NotUnderstood): NeighborPart[] {
  const neighbors: NeighborPart[] = [];
  /** An address alone on its line: of the neighbour above, unless its interface follows on the next. */
  let alone: string | undefined;
  const add = (address: string | undefined, name: string | undefined) => {
    if (address !== undefined && name !== undefined) neighbors.push({ address, interface: name });
    alone = undefined;
  };
  const addToLast = () => add(alone, neighbors.at(-1)?.interface);
  const rules: Rule[] = [
    [
      /^([\dA-F]*[.:][\dA-F.:]*)(?: +([A-Za-z]\S*).*)?$/i,
      ([, text, name]) => {
        addToLast();
        if (name === undefined) alone = addressIn(text);
        else add(addressIn(text), interfaceName(name));
      },
    ],
    [/^ +([A-Za-z][A-Za-z-]*\d\S*)(?: |$)/, ([, name]) => add(alone, interfaceName(name!))],
    [/^PIM Neighbor Table|^Neighbor\b|^Address\b|^Mode: |multicast.*\bnot enabled\b|^ +\S/i, passOver],
    [/\s-\s+\S/, passOver],
  ];
  readOutput(output, rules, { command, notUnderstood, mayBeEmpty: true });
  addToLast();
  return neighbors;
}
