/**
 * Joins what EOS tells of a group's entries: text, which tells most, JSON where it is asked for, too, and counts from the
 * forwarding table. One of the first two is needed. Pure.
 */
import type { SnapshotRp } from '../../snapshot.ts';
import type { ForwardingPart, RoutePart } from '../platform.ts';
import { unlessUnreadable } from '../tools/json.ts';
import { firstReadable } from './document.ts';
import { type Counts, countKey, parseCounts } from './parse-counts.ts';
import { type Entry, parseMroute } from './parse-mroute.ts';
import { parseMrouteText } from './parse-mroute-text.ts';

export interface Answer {
  readonly command: string;
  readonly output: string;
}

export interface Answers {
  /** Absent: not asked for. */
  readonly document?: Answer;
  readonly text: Answer;
  readonly counts: Answer;
}

export function parseGroup(
  { document, text, counts }: Answers,
  vrf: string | undefined,
): Pick<ForwardingPart, 'routes' | 'rps'> {
  let parsed: readonly Entry[] | undefined;
  const parseText = () => (parsed ??= parseMrouteText(text.output, text.command, vrf));
  const parseDocument = document && (() => parseMroute(document.output, document.command, vrf));
  const entries = byKey(firstReadable([...(parseDocument === undefined ? [] : [parseDocument]), parseText]));
  const details = byKey(unlessUnreadable(parseText, []));
  const packets = unlessUnreadable(() => parseCounts(counts.output, counts.command), new Map());
  return {
    routes: [...entries].map(([key, entry]) => routeOf(key, entry, details, packets)),
    rps: rpsOf(entries, details),
  };
}

type Entries = ReadonlyMap<string, Entry>;

/** The first of each source and group: packets follow one, though the tables of several modes may have it. */
function byKey(entries: readonly Entry[]): Entries {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const key = countKey(entry.source, entry.group);
    if (!found.has(key)) found.set(key, entry);
  }
  return found;
}

function routeOf(key: string, entry: Entry, details: Entries, counts: Counts): RoutePart {
  const { group, source, incoming, multicastRoutingProtocol } = entry;
  const detail = details.get(key);
  const upstream = entry.upstream === undefined && detail?.incoming === incoming ? detail.upstream : entry.upstream;
  return {
    group,
    source,
    incoming,
    // What is not expected from anywhere has nobody upstream: the switch is the RP, or gets Registers.
    upstream: incoming === null ? null : upstream,
    outgoing: outgoingOf(entry, detail),
    packets: counts.get(key) ?? null,
    multicastRoutingProtocol,
    pruneSent: pruneSentOf(entry, detail),
    uptimeSeconds: detail?.uptimeSeconds ?? null,
  };
}

/** The two forms come one after the other: what forwards in the first does so. */
function outgoingOf({ forwarding }: Entry, detail: Entry | undefined): RoutePart['outgoing'] {
  const names = new Set(forwarding);
  const excluded = (detail?.excluded ?? []).filter((one) => !names.has(one.interface));
  return [
    ...[...names].map((name) => ({ interface: name, state: 'forwarding' as const })),
    ...excluded.map(({ interface: name, reason }) => ({
      interface: name,
      state: /prune/i.test(reason) ? ('pruned' as const) : ('notForwarding' as const),
    })),
  ];
}

/**
 * What is not joined was pruned where somebody downstream has spoken of the entry; else nobody ever joined, and nothing was
 * sent. What is forwarded without a Join comes by the shared tree, unless the switch has pruned it off there.
 */
function pruneSentOf({ forwarding, upstream, incoming }: Entry, detail: Entry | undefined): boolean | undefined {
  if (detail?.isJoined === undefined || upstream === null || incoming === null) return undefined;
  if (detail.isJoined || forwarding.length > 0) return false;
  return detail.isRptPruned || detail.excluded.length > 0 ? true : undefined;
}

/** The RP that entries were made for, which of several equal ones can be any. */
function rpsOf(entries: Entries, details: Entries): readonly SnapshotRp[] | undefined {
  const rps = [...entries].flatMap(([key, { group, source, rp }]) => {
    const address = rp ?? details.get(key)?.rp;
    if (source !== null || address === undefined) return [];
    return [{ groups: `${group}/${group.includes(':') ? 128 : 32}`, address }];
  });
  return rps.length === 0 ? undefined : rps;
}
