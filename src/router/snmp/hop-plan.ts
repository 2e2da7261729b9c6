/**
 * What a hop asks for at once: where things were when this was asked last, else where they usually are. Pure. A plan costs a
 * trip more where it is wrong, and never an answer.
 */
import type { ForwardingQuery } from '../port.ts';
import type { KnownDevice, PathReading } from './assemble.ts';
import { mappingOf } from './group-mapping.ts';
import { designatedLinks } from './local-listeners.ts';
import type { Device } from './mib/device.ts';
import type { Contested } from './mib/link-states.ts';
import { viaOf } from './paths.ts';
import { type Place, placesOf, widePlacesOf } from './places.ts';

/** Interfaces whose counters or listeners are asked for with a hop, at most, and as many counters that its rows name besides. */
export const MOST_ASKED = 40;
export const NOTHING: Contested = { lost: [], inherited: [] };

/** Where things were when this was asked last. */
export interface Memory {
  /** Of its rows. */
  readonly places: readonly string[];
  readonly indexes: readonly number[];
  /** ifIndexes with listeners. */
  readonly listening: readonly number[];
  readonly contested: Contested;
  readonly path: PathReading | undefined;
}

export interface Plan {
  /** Where rows of the query may be, the best table's first. */
  readonly places: readonly Place[];
  /** Where those of whole ranges may be. */
  readonly wide: readonly Place[];
  /** Those of both that are read at once. */
  readonly likely: readonly Place[];
  /** Those of both where it is only looked whether there is a row. */
  readonly doubtful: readonly Place[];
  /** There was no row last time: all places are looked at. */
  readonly wasNowhere: boolean;
  /** ifIndexes that rows may forward to. */
  readonly links: readonly number[];
  /** ifIndexes whose counters are asked for. */
  readonly counted: readonly number[];
  /** ifIndexes of the links whose members the router forwards for. */
  readonly designated: readonly number[];
  /** ifIndexes at which it is asked for members. */
  readonly heard: readonly number[];
  /** Whether these are all of the designated ones. */
  readonly hearsAll: boolean;
  readonly contested: Contested;
  /** Whose path the answer may need. */
  readonly targets: readonly (string | null)[];
}

/** @param isUsual whether the agent has its rows of such a place there, as far as has been seen */
export function planOf(
  query: ForwardingQuery,
  device: KnownDevice,
  before: Memory | undefined,
  isUsual: (place: Place) => boolean,
): Plan {
  const places = placesOf(query, device);
  const wide = widePlacesOf(query, device);
  const wasNowhere = before?.places.length === 0;
  const wasThere = ({ index }: Place) => before?.places.includes(index) ?? false;
  const isLikely = before === undefined || wasNowhere ? isUsual : wasThere;
  const elsewhere = places.filter((place) => !isLikely(place));
  const designated = designatedLinks(query.family, device);
  const hearsAll = designated.length <= MOST_ASKED;
  return {
    places,
    wide,
    likely: [...places.filter(isLikely), ...wide.filter(wasThere)],
    doubtful: wasNowhere ? [...elsewhere, ...wide] : elsewhere,
    wasNowhere,
    links: linksOf(device).sort((a, b) => a - b),
    counted: countedIndexes(device, before?.indexes ?? []),
    designated,
    heard: hearsAll ? designated : (before?.listening ?? []),
    hearsAll,
    contested: before?.contested ?? NOTHING,
    targets: targetsOf(query, device, before),
  };
}

/** What the answer needed last time; at first, of the source and of the RP. */
function targetsOf(
  { group, source }: ForwardingQuery,
  device: KnownDevice,
  before: Memory | undefined,
): (string | null)[] {
  if (group === null) return [source, ...viaOf(before?.path)];
  if (before !== undefined) return before.path === undefined ? [] : [before.path.target, ...viaOf(before.path)];
  return [source, mappingOf(group, device.mappings, device.bsr)?.rp ?? null];
}

/** The interfaces that multicast is forwarded between, or all where no table tells. */
export function linksOf({ interfaces, multicast, pim }: Device): number[] {
  const told = [...multicast, ...pim];
  return [...new Set((told.length > 0 ? told : interfaces).map(({ index }) => index))];
}

/** Those of the rows of last time first, where there are too many. */
function countedIndexes(device: Device, before: readonly number[]): number[] {
  const most = Math.min(2 * MOST_ASKED, Math.max(MOST_ASKED, before.length));
  return [...new Set([...before, ...linksOf(device)])].slice(0, most);
}
