/**
 * Reads what PIM of IOS XR says of the links: `show pim interface` (with and without `detail`), `show pim neighbor`, and
 * `show pim group-map`. Pure: text in, parts out, or a ReaderError.
 */
import type { SnapshotRp } from '../../snapshot.ts';
import type { NeighborPart } from '../platform.ts';
import { ofOneRp } from '../tools/cisco-rps.ts';
import { canonicalPrefix, misunderstood } from '../tools/json.ts';
import { addressIn, isNobody, type NotUnderstood, passOver, readLines } from '../tools/text.ts';
import { AROUND, checkAnswered, NOTHING } from './answer.ts';
import { linkIn } from './names.ts';

export interface PimInterfaces {
  /** Those with PIM. */
  readonly names: readonly string[];
  /** The router itself by its own address. */
  readonly designatedRouters: readonly NeighborPart[];
}

/** IOS XR's word for itself. */
const SELF = 'this system';

export function parsePim(output: string, command: string, notUnderstood?: NotUnderstood): PimInterfaces {
  checkAnswered(output, command);
  const names = new Set<string>();
  const designatedRouters: NeighborPart[] = [];
  let isTable = NOTHING.test(output);
  let name: string | undefined;
  let own: string | undefined;
  let waiting: string | undefined;
  const elect = (text: string) => {
    const address = text.startsWith(SELF) ? own : addressIn(text.replace(/ .*$/, ''));
    if (name !== undefined && address !== undefined && !isNobody(address))
      designatedRouters.push({ address, interface: name });
  };
  const begin = (text: string, state: string | undefined) => {
    name = state === 'on' ? linkIn(text) : undefined;
    if (name !== undefined) names.add(name);
  };
  readLines(
    output,
    [
      [/^ *(?:Address +)?Interface +PIM +Nbr/, () => (isTable = true)],
      // [Address] Interface PIM Neighbours Hello Priority [DR], of which the first may stand on a line before.
      [
        /^ *(?:(\S+) +)?(\S+) +(on|off)(?: +\S+ +\S+ +\S+(?: +(\S.*))?)?$/,
        ([, first, second = '', state, elected]) => {
          own = addressIn(first ?? waiting);
          waiting = undefined;
          begin(second, state);
          if (elected !== undefined) elect(elected);
        },
      ],
      [
        /^ +(on|off) +\S+ +\S+ +\S+$/,
        ([, state]) => {
          begin(waiting ?? '', state);
          waiting = undefined;
        },
      ],
      [/^ *Primary Address *: *(\S+)/, ([, address]) => (own = addressIn(address))],
      [/^ *DR *: *(\S.*)$/, ([, text = '']) => elect(text)],
      [/^(\S+)$/, ([, text]) => (waiting = text)],
      ...AROUND,
      [/^ *(?:PIM interfaces in VRF|IP(?:v6)? PIM |BFD State|Count Intvl)/i, passOver],
      [
        /^ *(?:Address|Flags|BFD|Propagation delay|Override Interval|Hello Timer|Neighbor Filter|Nbr Filter) *:/i,
        passOver,
      ],
      [/^ *[A-Z][A-Za-z -]{2,30}[A-Za-z] *: /, passOver],
    ],
    notUnderstood,
  );
  if (!isTable && names.size === 0) throw misunderstood(output, command);
  return { names: [...names], designatedRouters };
}

/** All addresses of each neighbour; without the router itself, which is in the table with a `*`. */
export function parseNeighbors(output: string, command: string, notUnderstood?: NotUnderstood): NeighborPart[] {
  checkAnswered(output, command);
  const neighbors: NeighborPart[] = [];
  let isTable = NOTHING.test(output);
  let waiting: { text: string; isSelf: boolean } | undefined;
  let last: { interface: string | undefined; isSelf: boolean } = { interface: undefined, isSelf: false };
  const add = (text: string | undefined) => {
    const address = addressIn(text);
    if (address !== undefined && last.interface !== undefined && !last.isSelf)
      neighbors.push({ address, interface: last.interface });
  };
  const begin = (address: string, isSelf: boolean, link: string) => {
    last = { interface: linkIn(link), isSelf };
    add(address);
    waiting = undefined;
  };
  readLines(
    output,
    [
      [/^ *Neighbor Address +Interface/, () => (isTable = true)],
      [
        // Address, interface, uptime, what is left of it; the DR priority may be none.
        /^ *([0-9a-f.:]+(?:%[^\s*]+)?)(\*?) +([A-Za-z]\S*) +\S+ +\S+(?: |$)/i,
        ([, address = '', star, link = '']) => begin(address, star === '*', link),
      ],
      // The address alone, and the rest on the next line.
      [/^([0-9a-f.:]+(?:%[^\s*]+)?)(\*?)$/i, ([, text = '', star]) => (waiting = { text, isSelf: star === '*' })],
      [
        /^ +([A-Za-z]\S*) +\d\S* +\S+(?: |$)/,
        ([, link = '']) => {
          if (waiting !== undefined) begin(waiting.text, waiting.isSelf, link);
        },
      ],
      // Other addresses of the neighbour that stands before.
      [/^ +([0-9a-f.:]+)\*?$/i, ([, address]) => add(address)],
      ...AROUND,
      [/^ *(?:PIM neighbors in VRF|\* indicates|Secondary)/i, passOver],
    ],
    notUnderstood,
  );
  if (!isTable && neighbors.length === 0) throw misunderstood(output, command);
  return neighbors;
}

/** Modes whose groups have RPs: sparse and bidirectional. */
const MODES_WITH_RPS: ReadonlySet<string> = new Set(['SM', 'BD']);

/** Those whose groups have none, whatever a wider range has: SSM, dense, and what is not routed. */
const MODES_WITHOUT_RPS: ReadonlySet<string> = new Set(['SSM', 'DM', 'NO']);

/**
 * The mappings that are in use, of whatever origin: static, Auto-RP, BSR or embedded in the group's address; of nobody where
 * groups have no RP.
 */
export function parseRps(output: string, command: string, notUnderstood?: NotUnderstood): SnapshotRp[] {
  checkAnswered(output, command);
  const rps: SnapshotRp[] = [];
  let isTable = NOTHING.test(output);
  let waiting = { range: '', marks: '' };
  const add = (range: string, marks: string, mode: string, rp: string) => {
    const groups = canonicalPrefix(range);
    const address = addressIn(rp);
    if (groups === undefined || address === undefined || marks === '') return;
    if (isNobody(address) ? MODES_WITHOUT_RPS.has(mode) : MODES_WITH_RPS.has(mode)) rps.push({ groups, address });
  };
  readLines(
    output,
    [
      [/^ *Group Range +Proto/, () => (isTable = true)],
      [
        /^ *([0-9a-f.:]+\/\d+)([*+]*) +([A-Z]+) +\S+ +\d+ +(\S+)/i,
        ([, range = '', marks = '', mode = '', rp = '']) => add(range, marks, mode, rp),
      ],
      [/^ *([0-9a-f.:]+\/\d+)([*+]*)$/i, ([, range = '', marks = '']) => (waiting = { range, marks })],
      [
        /^ +([A-Z]{2,4}) +\S+ +\d+ +(\S+)/,
        ([, mode = '', rp = '']) => {
          add(waiting.range, waiting.marks, mode, rp);
          waiting = { range: '', marks: '' };
        },
      ],
      ...AROUND,
      [/^ *(?:IP(?:v6)? PIM Group Mapping|\([*+] indicates|RPF: )/i, passOver],
    ],
    notUnderstood,
  );
  if (!isTable && rps.length === 0) throw misunderstood(output, command);
  return ofOneRp(rps);
}
