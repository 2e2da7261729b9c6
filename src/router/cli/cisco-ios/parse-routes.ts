/**
 * Reads `show ip mroute` and `show ipv6 mroute`: entries, of a group or of all. IPv4 and IPv6 differ in where a thing stands,
 * and not in what it is called. Pure: text in, rows out, or a ReaderError.
 */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import { inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { OutgoingForwarding, SnapshotRp } from '../../snapshot.ts';
import type { RoutePart } from '../platform.ts';
import { canonicalPrefix } from '../tools/json.ts';
import { addressIn, isNobody, type NotUnderstood, passOver, type Rule, secondsIn } from '../tools/text.ts';
import { interfaceName, isNowhere } from './names.ts';
import { readOutput } from './output.ts';

export interface RouteRow {
  readonly route: RoutePart;
  /** What the entry is for: `239.1.1.1/32`, or a range of bidirectional groups. */
  readonly groups: string;
  /** Of (*,G); `null` = it has none (dense mode), or this is a row of a source. */
  readonly rp: string | null;
  readonly isSourceSpecific: boolean;
}

/** One that is being read. */
interface Draft {
  readonly group: string;
  readonly groups: string;
  readonly source: string | null;
  /** Of an entry for the sources of a subnet (DVMRP). */
  readonly sourcePrefixLength: number | undefined;
  readonly rp: string | null;
  readonly flags: string | undefined;
  readonly uptimeSeconds: number | null;
  incoming: string | null;
  /** `Null`: RPF finds nobody, or the router is the RP; in dense mode (*,G) has none. */
  isFromNowhere: boolean;
  upstream: string | null | undefined;
  readonly outgoing: Map<string, OutgoingForwarding>;
  /** Of its interfaces: `Sparse`, `Dense`, `Sparse-Dense`. */
  readonly modes: Set<string>;
}

/** The entry and the list whose interfaces are being read. */
interface Reading {
  readonly drafts: Draft[];
  current: Draft | undefined;
  list: 'outgoing' | 'extranet' | 'other';
}

export function parseRoutes(output: string, command: string, notUnderstood?: NotUnderstood): RouteRow[] {
  const reading: Reading = { drafts: [], current: undefined, list: 'other' };
  readOutput(output, rulesOf(reading), { command, notUnderstood });
  const modes = new Map<string, MulticastRoutingProtocol | null>();
  return reading.drafts.map((draft) => rowOf(draft, modes));
}

function rulesOf(reading: Reading): Rule[] {
  return [
    [/^(?:IP )?Multicast Routing Table/i, passOver],
    [/\bnot found\b|^No .*\b(?:found|entries)\b|\bis not enabled\b/i, passOver],
    [/^ *Extranet receivers\b/, () => (reading.list = 'extranet')],
    [/^ {0,2}\((\*|[^,()* ]+), ?([^,() ]+)\)(?:, ?(.*))?$/, (match) => beginEntry(reading, match)],
    [
      /^ *Incoming interface: *([^\s,]+)(.*)$/,
      ([, name, rest]) => {
        setIncoming(reading.current, name!);
        setUpstream(reading.current, /\bRPF n(?:br|eighbor):? ?([^\s,]+)/.exec(rest!)?.[1]);
      },
    ],
    [/^ *RPF n(?:br|eighbor): *([^\s,]+)/, ([, neighbor]) => setUpstream(reading.current, neighbor)],
    [
      /^ *Bidir-Upstream: *([^\s,]+)(?:, ?RPF nbr:? ?([^\s,]+))?/,
      ([, name, neighbor]) => {
        setIncoming(reading.current, name!);
        setUpstream(reading.current, neighbor);
      },
    ],
    [/^ *(?:Immediate |Inherited )?Outgoing interface list:/, () => (reading.list = 'outgoing')],
    [/^ *Incoming interface list:/, () => (reading.list = 'other')],
    [
      /^ *([^\s,()]+), (.*\b(?:Forward|Prune|Null|Bidir-Upstream|Accepting).*)$/,
      ([, name, rest]) => addOutgoing(reading, name!, rest!),
    ],
    // Of a VPN's core: who gets its packets is another VRF, which is no interface; tunnels have lines and times of their own.
    [/^ *MVRF \S+, |^ *MDT [RT]X nr: |^ +\d\S*\/\S+$/, passOver],
    // Legends.
    [/^ ?(?:(?:Outgoing interface )?flags|Timers|Interface state): ?/i, passOver],
    [/\s-\s?\S/, passOver],
  ];
}

/** `00:19:29/stopped, RP 10.0.0.2, flags: S`; of old: `uptime 0:57:31, expires 0:02:52, RP is 0.0.0.0, flags: DP`. */
function beginEntry(reading: Reading, [, source, group, rest = '']: RegExpExecArray): void {
  // An extranet lists the entries of other VRFs that get this one's packets below it.
  if (reading.list === 'extranet' && rest.includes('OIF count:')) return;
  reading.current = undefined;
  reading.list = 'other';
  const groups = canonicalPrefix(group);
  const [, text, length] = /^(.*?)(?:\/(\d{1,3}))?$/.exec(source ?? '') ?? [];
  const own = source === '*' ? null : addressIn(text);
  if (groups === undefined || own === undefined) return;
  const isSubnet = own !== null && canonicalPrefix(`${own}/${length}`) !== undefined && !isFull(`${own}/${length}`);
  const parts = rest.split(/, */);
  const behind = (name: RegExp) => parts.map((part) => name.exec(part)?.[1]).find((value) => value !== undefined);
  const rp = addressIn(behind(/^RP (?:is )?(\S+)/));
  reading.current = {
    group: groups.replace(/\/.*$/, ''),
    groups,
    source: own,
    sourcePrefixLength: isSubnet ? Number(length) : undefined,
    rp: rp === undefined || isNobody(rp) || isIpv6(rp) !== isIpv6(groups) ? null : rp,
    flags: behind(/^flags: ?(\S*)/),
    uptimeSeconds: secondsIn(behind(/^(?:uptime )?(\d[^/]*)/)),
    incoming: null,
    isFromNowhere: false,
    upstream: undefined,
    outgoing: new Map(),
    modes: new Set(),
  };
  reading.drafts.push(reading.current);
}

function setIncoming(draft: Draft | undefined, name: string): void {
  if (draft === undefined) return;
  draft.isFromNowhere = isNowhere(name);
  draft.incoming = draft.isFromNowhere ? null : interfaceName(name);
}

/** A mark behind it says that it was elected by Assert, or that its interface is another one than the route's. */
function setUpstream(draft: Draft | undefined, text: string | undefined): void {
  const address = addressIn(text?.replace(/[*#]+$/, ''));
  // IPv6 names the source itself where it is connected.
  if (draft !== undefined && address !== undefined)
    draft.upstream = isNobody(address) || address === draft.source ? null : address;
}

/** `Forward/Sparse, 00:01:16/00:02:48`, `Forward, 00:01:16/never`, of old `Forward state, Sparse mode`. */
const STATE = /(?:^|[ ,])(Forward|Prune|Null)(?:(?:\/| state, )([\w-]+)(?: mode)?)?(?:, *([^\s,]+))?/;

/**
 * The state is behind a next hop, a VCD, an encapsulation or a tunnel's label where there is one, with or without a comma
 * and a blank between: `VXLAN v4 Encap: (50901, 239.1.1.1), Forward/Sparse`, `LSM MDT: D8000000 (default),Forward/Sparse`.
 * One interface may lead to several of them.
 */
function addOutgoing({ current, list }: Reading, text: string, rest: string): void {
  const [, state, mode, times] = STATE.exec(rest) ?? [];
  const name = interfaceName(text);
  if (current === undefined || list !== 'outgoing' || state === undefined || isNowhere(name)) return;
  if (isRegister(current, name, times)) return;
  if (mode !== undefined) current.modes.add(mode);
  if (current.outgoing.get(name) !== 'forwarding') current.outgoing.set(name, stateOf(state));
}

function stateOf(state: string): OutgoingForwarding {
  if (state === 'Forward') return 'forwarding';
  return state === 'Prune' ? 'pruned' : 'notForwarding';
}

/**
 * IPv6 lists the tunnel that it sends Registers into, from the source's first router to the RP. Nobody joins there, so it does not
 * expire, as what a router has joined does.
 */
function isRegister({ group, flags = '' }: Draft, name: string, times = ''): boolean {
  return isIpv6(group) && name.startsWith('Tunnel') && flags.includes('F') && times.endsWith('/never');
}

/** At the RP IPv6's (*,G) comes in by the tunnel out of which its Registers come, from itself. */
function isOwnRp({ group, rp, upstream, incoming }: Draft): boolean {
  return isIpv6(group) && rp !== null && upstream === rp && (incoming?.startsWith('Tunnel') ?? false);
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** @param modes of the (*,G) that stand before it, by group */
function rowOf(draft: Draft, modes: Map<string, MulticastRoutingProtocol | null>): RouteRow {
  const { group, groups, source, rp, flags, uptimeSeconds } = draft;
  const own = isOwnRp(draft);
  const upstream = own ? null : draft.upstream;
  const protocol = protocolOfFlags(draft) ?? modes.get(groups) ?? protocolOfLinks(draft);
  if (source === null) modes.set(groups, protocol);
  return {
    route: {
      group,
      source,
      sourcePrefixLength: draft.sourcePrefixLength,
      incoming: own ? null : draft.incoming,
      ...(hasNoIncoming(draft, protocol) ? { hasNoIncoming: true } : {}),
      upstream,
      outgoing: [...draft.outgoing].map(([name, state]) => ({ interface: name, state })),
      packets: null,
      multicastRoutingProtocol: protocol,
      pruneSent: pruneSentOf(draft, upstream),
      uptimeSeconds,
    },
    groups,
    rp,
    isSourceSpecific: flags?.includes('s') ?? false,
  };
}

/** Not of what follows another tree: SSM (s) has no shared one, and a source may be pruned from the shared one (R). */
function hasNoIncoming({ isFromNowhere, source, flags = '' }: Draft, protocol: RoutePart['multicastRoutingProtocol']) {
  return isFromNowhere && protocol === 'pimSparseMode' && !flags.includes(source === null ? 's' : 'R');
}

/**
 * P says that nobody is forwarded to; where there is nobody upstream, nobody was told so. With members all the same
 * (C, L), which are on the link towards the RP, it has joined. It has never joined where it is the source's first
 * router (F), or where packets of the source have come in Registers only: T and R say that there is a tree.
 */
function pruneSentOf({ source, flags }: Draft, upstream: Draft['upstream']): boolean | undefined {
  if (flags === undefined) return undefined;
  if (!flags.includes('P') || typeof upstream !== 'string' || /[CL]/.test(flags)) return false;
  const mayHaveJoined = source === null ? !flags.includes('F') : /[TR]/.test(flags);
  return mayHaveJoined || undefined;
}

/** IPv4 tells the mode of an (S,G) by its (*,G), but for SSM. */
function protocolOfFlags({ flags = '' }: Draft): MulticastRoutingProtocol | null {
  if (/[SsB]/.test(flags)) return 'pimSparseMode';
  return flags.includes('D') ? 'pimDenseMode' : null;
}

function protocolOfLinks({ modes }: Draft): MulticastRoutingProtocol | null {
  if (modes.has('Dense')) return 'pimDenseMode';
  return modes.has('Sparse') ? 'pimSparseMode' : null;
}

/**
 * The rows of one group. Of bidirectional groups there may be one for a whole range only; it becomes the group's.
 * @param rps of the group, where its (*,G) tells; `[]` = it has none
 */
export function rowsOfGroup(rows: readonly RouteRow[], group: string): { routes: RoutePart[]; rps?: SnapshotRp[] } {
  const address = parseAddress(group)!;
  const own = rows.filter(({ route, groups }) => route.group === group && isFull(groups));
  const ranges = rows.filter(({ groups }) => !isFull(groups) && inPrefix(address, parsePrefix(groups)!));
  const shared = own.find(({ route }) => route.source === null) ?? longest(ranges);
  const routes = own.map(({ route }) => route);
  if (shared === undefined) return own.some((row) => row.isSourceSpecific) ? { routes, rps: [] } : { routes };
  if (!own.includes(shared)) routes.push({ ...shared.route, group });
  const rps = shared.rp === null ? [] : [{ groups: `${group}/${address.length * 8}`, address: shared.rp }];
  return { routes, rps };
}

function isFull(groups: string): boolean {
  return groups.endsWith(isIpv6(groups) ? '/128' : '/32');
}

function longest(rows: readonly RouteRow[]): RouteRow | undefined {
  return [...rows].sort((a, b) => parsePrefix(b.groups)!.length - parsePrefix(a.groups)!.length)[0];
}
