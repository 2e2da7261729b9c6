/**
 * Joins what EOS tells of a group's entries in several forms: JSON where it can be read, text for what only text tells, and
 * counts from the forwarding table. One of the first two is needed. Pure.
 */
import type { SnapshotRp } from '../../snapshot.ts';
import { unlessUnreadable } from '../json.ts';
import type { ForwardingPart, RoutePart } from '../platform.ts';
import { firstReadable } from './document.ts';
import { type Counts, countKey, parseCounts } from './parse-counts.ts';
import { type Entry, parseMroute } from './parse-mroute.ts';
import { parseMrouteText } from './parse-mroute-text.ts';

export interface Commands {
  readonly document: string;
  readonly text: string;
  readonly counts: string;
}

/** @param outputs of `commands`, in order */
export function parseGroup(
  outputs: readonly string[],
  commands: Commands,
  vrf: string | undefined,
): Pick<ForwardingPart, 'routes' | 'rps'> {
  const [documentOutput = '', textOutput = '', countsOutput = ''] = outputs;
  const parseText = () => parseMrouteText(textOutput, commands.text, vrf);
  const entries = firstReadable([() => parseMroute(documentOutput, commands.document, vrf), parseText]);
  const details = new Map(unlessUnreadable(parseText, []).map((entry) => [countKey(entry.source, entry.group), entry]));
  const counts = unlessUnreadable(() => parseCounts(countsOutput, commands.counts), new Map());
  return { routes: entries.map((entry) => routeOf(entry, details, counts)), rps: rpsOf(entries) };
}

function routeOf(entry: Entry, details: ReadonlyMap<string, Entry>, counts: Counts): RoutePart {
  const { group, source, incoming, multicastRoutingProtocol } = entry;
  const key = countKey(source, group);
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
function rpsOf(entries: readonly Entry[]): readonly SnapshotRp[] | undefined {
  const rps = entries.flatMap(({ group, source, rp }) =>
    source === null && rp !== undefined ? [{ groups: `${group}/${group.includes(':') ? 128 : 32}`, address: rp }] : [],
  );
  return rps.length === 0 ? undefined : rps;
}
