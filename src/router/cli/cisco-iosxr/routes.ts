/**
 * Joins the three views that IOS XR has of a group into rows: MRIB's entries, which decide; PIM's, which say why, and what the
 * upstream router has been told; and MFIB's counts. Only the first is needed. Pure.
 */
import type { OutgoingForwarding, SnapshotRp } from '../../snapshot.ts';
import type { RoutePart } from '../platform.ts';
import { isNobody, secondsIn } from '../tools/text.ts';
import { keyOf, parseMfibCounts } from './parse-mfib.ts';
import { type MribEntry, parseMrib } from './parse-mrib.ts';
import { parseTopology, protocolOf, type TopologyEntry } from './parse-topology.ts';

export interface RouteOutputs {
  /** `show mrib route G` */
  readonly routes: string;
  /** `show pim topology G` */
  readonly topology: string;
  /** `show mfib route statistics G` */
  readonly counts: string;
}

export interface GroupState {
  readonly routes: readonly RoutePart[];
  /** As PIM uses it for this very group; `[]`: the group has none; `undefined`: not told. */
  readonly rps: readonly SnapshotRp[] | undefined;
}

/** @param command the one that yielded `outputs.routes`, for the error */
export function parseRoutes(outputs: RouteOutputs, group: string, command: string): GroupState {
  const topology = parseTopology(outputs.topology);
  const wanted = new Map<string, TopologyEntry[]>();
  for (const one of topology) {
    const key = keyOf(one.source, one.group);
    const ofEntry = wanted.get(key);
    if (ofEntry === undefined) wanted.set(key, [one]);
    else ofEntry.push(one);
  }
  const counts = parseMfibCounts(outputs.counts);
  const routes = parseMrib(outputs.routes, command).map((entry) => {
    const key = keyOf(entry.source, entry.group);
    return routeOf(entry, wanted.get(key) ?? [], counts.get(key) ?? null);
  });
  return { routes, rps: rpsOf(topology, group) };
}

function routeOf(entry: MribEntry, wanted: readonly TopologyEntry[], packets: string | null): RoutePart {
  // What is wanted on the source's own tree counts, where there is one: a prune of the shared tree goes to another router.
  const pim = wanted.find((one) => !one.isRpt) ?? wanted[0];
  const incoming = incomingOf(entry, pim?.rpfInterface) ?? pim?.rpfInterface ?? null;
  const upstream = upstreamOf(entry, pim, incoming);
  const outgoing = outgoingOf(entry, wanted);
  return {
    group: entry.group,
    source: entry.source,
    incoming,
    ...(incoming === null && pim?.hasNoRpf === true ? { hasNoIncoming: true } : {}),
    upstream,
    outgoing,
    packets,
    multicastRoutingProtocol: protocolOf(pim?.mode) ?? 'pimSparseMode',
    pruneSent: pruneSentOf(entry, pim, upstream ?? null, outgoing),
    uptimeSeconds: secondsIn(entry.uptime),
  };
}

/**
 * Of several that packets are accepted on (MoFRR, bidirectional PIM) the one towards the root, else the first; A2 is the one in
 * reserve.
 */
function incomingOf({ interfaces }: MribEntry, root: string | undefined): string | undefined {
  const accepting = interfaces.filter((one) => one.flags.has('A'));
  const listed = interfaces.filter((one) => one.isIncoming);
  const candidates = [accepting.filter((one) => one.isIncoming), listed, accepting].find((some) => some.length > 0);
  return (candidates?.find(({ name }) => name === root) ?? candidates?.[0])?.name;
}

/** A connected source is its own RPF neighbour, and an RP is its own; behind a tunnel of PIM's own there is nobody. */
function upstreamOf(
  { source, rpfNeighbor }: MribEntry,
  pim: TopologyEntry | undefined,
  incoming: string | null,
): string | null | undefined {
  const neighbor = rpfNeighbor ?? pim?.rpfNeighbor;
  if (incoming === null || pim?.isConnected === true) return null;
  if (neighbor === undefined) return undefined;
  return neighbor === source || isNobody(neighbor) ? null : neighbor;
}

type Outgoing = RoutePart['outgoing'];

/**
 * MRIB's list is what packets go to. What PIM lists and MRIB does not: a downstream router that has pruned itself, or one that
 * has joined and gets nothing, unless another router forwards there (Assert).
 */
function outgoingOf({ interfaces }: MribEntry, wanted: readonly TopologyEntry[]): Outgoing {
  const states = new Map<string, OutgoingForwarding>();
  for (const { name, flags } of interfaces) {
    // DI and EI: packets that come or go in Registers.
    if (flags.has('F') && !flags.has('DI') && !flags.has('EI')) states.set(name, 'forwarding');
  }
  for (const { name, isForwarding, reasons } of wanted.flatMap((one) => one.interfaces)) {
    if (isForwarding || states.has(name)) continue;
    if (reasons.has('Prune')) states.set(name, 'pruned');
    else if (reasons.has('Join') && !reasons.has('AS')) states.set(name, 'notForwarding');
  }
  return [...states].map(([name, state]) => ({ interface: name, state }));
}

/**
 * Where PIM wants nothing it has pruned itself, if there is somebody upstream; but not at an RP which gets the source's packets
 * in Registers (RR), or knows the source by MSDP (E): it has never joined. Without PIM's view the flag P of MRIB says that nothing
 * is forwarded.
 */
function pruneSentOf(
  { flags }: MribEntry,
  pim: TopologyEntry | undefined,
  upstream: string | null,
  outgoing: Outgoing,
): boolean | undefined {
  const isForwarding = outgoing.some((one) => one.state === 'forwarding');
  if (pim?.joinPrune === 'Prune') return true;
  if (pim?.joinPrune === 'Join') return false;
  if (isForwarding) return false;
  const isOfAnotherOrigin = pim?.flags.has('RR') === true || pim?.flags.has('E') === true || flags.has('E');
  if (upstream === null || isOfAnotherOrigin) return undefined;
  return pim?.joinPrune === 'Null' || flags.has('P') ? true : undefined;
}

/** Of several RPs of one range a hash of the group decides, and an embedded one stands in no table: PIM's entry has both. */
function rpsOf(topology: readonly TopologyEntry[], group: string): readonly SnapshotRp[] | undefined {
  const ofGroup = topology.filter((one) => one.group === group);
  const rp = ofGroup.find((one) => one.rp !== undefined && !isNobody(one.rp))?.rp;
  if (rp !== undefined) return [{ groups: `${group}/${group.includes(':') ? 128 : 32}`, address: rp }];
  return ofGroup.some((one) => one.mode === 'SSM') ? [] : undefined;
}
