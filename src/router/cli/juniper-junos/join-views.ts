/**
 * Makes the rows of a group from two views: the forwarder's entries and PIM's state. An entry says what is forwarded;
 * PIM says who is upstream, and for whom it should be. What only PIM has is (*,G), and sources that nobody has sent from. Pure.
 */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import type { RoutePart } from '../platform.ts';
import type { JoinEntry } from './parse-joins.ts';
import type { Entry } from './parse-routes.ts';

export function joinViews(group: string, entries: readonly Entry[], joins: readonly JoinEntry[]): RoutePart[] {
  const [joinOf, entryOf] = [bySource(joins), bySource(entries)];
  const sources = new Set([...joinOf.keys(), ...entryOf.keys()]);
  return Array.from(sources, (source) => rowOf(group, source, entryOf.get(source), joinOf.get(source)));
}

/** Each has a source once. */
function bySource<Row extends { readonly source: string | null }>(rows: readonly Row[]): Map<string | null, Row> {
  return new Map(rows.map((row) => [row.source, row]));
}

function rowOf(group: string, source: string | null, entry: Entry | undefined, join: JoinEntry | undefined): RoutePart {
  const incoming = entry?.incoming ?? join?.incoming ?? null;
  const outgoing = outgoingOf(entry, join);
  return {
    group,
    source,
    incoming,
    upstream: join !== undefined && join.incoming === incoming ? join.upstream : undefined,
    outgoing,
    packets: entry?.packets ?? null,
    multicastRoutingProtocol: protocolOf(entry?.protocol ?? '', join?.flags ?? ''),
    pruneSent: pruneSentOf(entry, join, outgoing),
    uptimeSeconds: entry?.uptimeSeconds ?? join?.uptimeSeconds ?? null,
  };
}

type Outgoing = RoutePart['outgoing'];

/**
 * What the entry lists is forwarded to, prune or no prune; what PIM has joined beside it, or for a source without an
 * entry, is not. Of (*,G) there is none.
 */
function outgoingOf(entry: Entry | undefined, join: JoinEntry | undefined): Outgoing {
  const listed = (entry?.outgoing ?? []).map(({ interface: name, isPruned }): Outgoing[number] => {
    if (isPruned || entry?.state === 'pruned') return { interface: name, state: 'pruned' };
    return { interface: name, state: entry?.state === 'inactive' ? 'notForwarding' : 'forwarding' };
  });
  const names = new Set(listed.map((one) => one.interface));
  const isAlone = entry === undefined && join?.source === null;
  const others = [...(join?.downstream ?? [])].flatMap(([name, state]): Outgoing[number][] => {
    if (names.has(name)) return [];
    if (state !== 'joined') return [{ interface: name, state }];
    return [{ interface: name, state: isAlone ? 'forwarding' : 'notForwarding' }];
  });
  return [...listed, ...others];
}

function protocolOf(owner: string, flags: string): MulticastRoutingProtocol | null {
  if (/dvmrp/i.test(owner)) return 'dvmrp';
  if (/dense/.test(flags)) return 'pimDenseMode';
  if (/sparse|bidir/.test(flags) || /^(?:pim|mvpn)$/i.test(owner)) return 'pimSparseMode';
  return owner === '' ? null : ownerOf(owner);
}

/** `Multicast`: a source that was heard, and that nobody downstream has joined. */
function ownerOf(owner: string): MulticastRoutingProtocol {
  if (/^multicast$/i.test(owner)) return 'pimSparseMode';
  return /^(?:igmp|mld)/i.test(owner) ? 'igmpOnly' : 'other';
}

/**
 * Whether it has pruned itself off its own tree. `Prune to RP` beside `Join to Source` goes to another router than the one
 * upstream, and where the source is connected, to none. A pruned entry that PIM knows nothing of is of a stream that is
 * just heard, on its way to somebody else: nothing was sent.
 */
function pruneSentOf(entry: Entry | undefined, join: JoinEntry | undefined, outgoing: Outgoing): boolean | undefined {
  if (outgoing.some(({ state }) => state === 'forwarding')) return false;
  const said = (join?.upstreamState ?? '').split(',').map((one) => one.trim());
  if (said.some((one) => one.startsWith('join'))) return false;
  if (said.some((one) => one.startsWith('local')) || join?.upstream === null) return undefined;
  if (said.some((one) => one.startsWith('prune'))) return true;
  const isOfProtocol = join !== undefined || /dvmrp/i.test(entry?.protocol ?? '');
  return entry?.state === 'pruned' && isOfProtocol ? true : undefined;
}

/**
 * The RP of this very group: the one that its (*,G) has, or else would have.
 * @param selected `null`: none; `undefined`: not told, as then here
 */
export function rpsOf(
  group: string,
  length: number,
  joins: readonly JoinEntry[],
  selected: string | null | undefined,
): SnapshotRp[] | undefined {
  const address = joins.find(({ source, rp }) => source === null && rp !== null)?.rp ?? selected;
  if (address === undefined) return undefined;
  return address === null ? [] : [{ groups: `${group}/${length}`, address }];
}
