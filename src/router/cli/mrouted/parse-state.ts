/**
 * Reads what mrouted prints of itself (`mroutectl show compat`, and before 4.0 its files): VIFs, DVMRP routes, and the
 * forwarding cache, in which VIFs go by their numbers. The form is that of 3.9 to 4.6. Pure: text in, rows out, or a
 * ReaderError.
 */
import { canonicalAddress, canonicalPrefix, misunderstood } from '../tools/json.ts';
import { passOver, type Rule, readLines, secondsIn } from '../tools/text.ts';

export interface State {
  readonly vifs: readonly Vif[];
  readonly routes: readonly DvmrpRoute[];
  /** `undefined`: not told. */
  readonly entries: readonly CacheEntry[] | undefined;
}

export interface Vif {
  readonly number: number;
  readonly name: string;
  readonly ttlThreshold: number;
  /** Addresses of other DVMRP routers. */
  readonly neighbors: readonly string[];
  /** Prefixes of groups that may not pass. */
  readonly boundaries: readonly string[];
}

/** How a subnet of sources is reached. */
export interface DvmrpRoute {
  readonly prefix: string;
  /** `null` = connected. */
  readonly gateway: string | null;
  readonly vif: number;
  /** An unreachable one is kept for a while, lest others take it up from who had it from us. */
  readonly isReachable: boolean;
}

/** Of one group, and a subnet of sources. */
export interface CacheEntry {
  readonly prefix: string;
  readonly group: string;
  readonly vif: number;
  readonly pruneSent: boolean;
  readonly outgoing: readonly CacheOutgoing[];
  readonly ageSeconds: number | null;
}

export interface CacheOutgoing {
  readonly vif: number;
  /** `waiting`: there are routers that depend on us, and not all of them have pruned, but nothing is forwarded. */
  readonly state: 'forwarding' | 'pruned' | 'waiting' | 'boundary';
}

/** Number, name, address, tunnel or subnet, metric, threshold, rate limit, flags. */
const VIF = /^ *(\d{1,3}) +(\S+) +[\d.]{7,15} +(?:subnet|tunnel): \S+ +\d+ +(\d{1,3}) +\d+(?: |$)/;
/** What a VIF has more, one value a line; the lines that follow have none of their own, but blanks, and go on with it. */
const LABELLED = /^ +([A-Za-z][^:]{0,40}): *(\S.*)$/;
const CONTINUED = /^ {30,40}(\S.*)$/;
/** Origin, gateway if there is one, metric or NR, timer, flags, VIF; then what it is passed on to. */
const ROUTE = /^ (\S+) +(?:(\d+\.\d+\.\d+\.\d+) +)?(NR|\d{1,3}) +\d+ [.C][.H] +(\d{1,5})(?: |$)/;
/** Origin, group, time left, age, time left of a prune sent, retransmissions, VIF with flags; then the outgoing ones. */
const ENTRY =
  /^ (\S+) +(\d+\.\d+\.\d+\.\d+) +\d+:\d\d:\d\d +(\d+:\d\d:\d\d) +[\d:-]+ +[\d-]+ +(\d{1,5})([PG]?) ?B?((?: [\d bp!]*)?)$/;

const OUTGOING_STATES: ReadonlyMap<string, CacheOutgoing['state']> = new Map([
  ['', 'forwarding'],
  ['p', 'pruned'],
  ['!', 'waiting'],
  ['b', 'boundary'],
]);

export function parseState(output: string, command: string): State {
  const vifs: Vif[] = [];
  const routes: DvmrpRoute[] = [];
  const entries: CacheEntry[] = [];
  const headings = new Set<string>();
  let lists: { readonly neighbors: string[]; readonly boundaries: string[] } = { neighbors: [], boundaries: [] };
  let label = '';

  const readValue = (value: string): void => {
    const [first = ''] = value.split(' ', 1);
    if (label === 'peers') pushIfAny(lists.neighbors, canonicalAddress(first));
    if (label === 'boundaries') pushIfAny(lists.boundaries, prefixIn(first));
  };
  const rules: readonly Rule[] = [
    [/^(Vif {2}Name| Origin-Subnet| Origin {3})/, ([, heading = '']) => headings.add(heading.trim())],
    [
      VIF,
      ([, number, name = '', threshold]) => {
        label = '';
        lists = { neighbors: [], boundaries: [] };
        vifs.push({ number: Number(number), name, ttlThreshold: Number(threshold), ...lists });
      },
    ],
    [
      LABELLED,
      ([, own = '', value = '']) => {
        label = own;
        readValue(value);
      },
    ],
    [CONTINUED, ([, value = '']) => readValue(value)],
    [
      ROUTE,
      ([, origin = '', gateway, metric, vif]) => {
        const prefix = prefixIn(origin);
        const from = gateway === undefined ? null : canonicalAddress(gateway);
        if (prefix === undefined || from === undefined) return;
        routes.push({ prefix, gateway: from, vif: Number(vif), isReachable: metric !== 'NR' });
      },
    ],
    [
      ENTRY,
      ([, origin = '', groupText, age, vif, flag, rest = '']) => {
        const prefix = prefixIn(origin);
        const group = canonicalAddress(groupText);
        if (prefix === undefined || group === undefined) return;
        const outgoing = outgoingIn(rest);
        entries.push({
          prefix,
          group,
          vif: Number(vif),
          pruneSent: flag === 'P',
          outgoing,
          ageSeconds: secondsIn(age),
        });
      },
    ],
  ];
  readLines(output, rules, passOver);

  // An answer that breaks off before its end is none.
  if (!headings.has('Vif  Name') || !headings.has('Origin-Subnet')) throw misunderstood(output, command);
  return { vifs, routes, entries: headings.has('Origin') ? entries : undefined };
}

function pushIfAny(list: string[], text: string | undefined): void {
  if (text !== undefined) list.push(text);
}

function outgoingIn(text: string): CacheOutgoing[] {
  return [...text.matchAll(/(\d{1,3})([bp!]?)/g)].map(([, vif, mark = '']) => ({
    vif: Number(vif),
    state: OUTGOING_STATES.get(mark) ?? 'forwarding',
  }));
}

/** mrouted leaves out the octets of which the mask has nothing: `10.1.0/24`, `239/8`, `default`. */
function prefixIn(text: string): string | undefined {
  if (text === 'default') return '0.0.0.0/0';
  const [, octets = '', length = ''] = /^([\d.]{1,15})\/(\d{1,2})$/.exec(text) ?? [];
  const missing = 4 - octets.split('.').length;
  return missing < 0 ? undefined : canonicalPrefix(`${octets}${'.0'.repeat(missing)}/${length}`);
}
