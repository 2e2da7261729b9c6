/**
 * What changes with the traffic, asked hop by hop: the rows of a query, the counters, and the RPF path that no row tells.
 * One round trip where things are where they were, three at most where they are not. Positions and lengths are remembered,
 * values never are, but for the ends of 32-bit counters.
 */
import { LRUCache } from 'lru-cache';
import type { ForwardingQuery } from '../port.ts';
import {
  completed,
  type HopReading,
  type InterfacePackets,
  type KnownDevice,
  type PathReading,
  prunedOf,
  type RouteReading,
  secondsOf,
  wantedTarget,
} from './assemble.ts';
import { mappingOf } from './group-mapping.ts';
import { designatedLinks, notForwarded } from './local-listeners.ts';
import type { Device } from './mib/device.ts';
import { type InterfaceCounts, interfaceCounts } from './mib/interface-table.ts';
import { type Contested, type LinkStates, linkStates, mergedStates } from './mib/link-states.ts';
import type { Listener } from './mib/listener-table.ts';
import { pimState } from './mib/pim-state-table.ts';
import { pimStd, pruneSent } from './mib/pim-std-table.ts';
import { given, type Question, together } from './mib/question.ts';
import type { Count, RouteRow, RowTable } from './mib/route-table.ts';
import { type Interval, type UpTime, upTime } from './mib/up-time.ts';
import { contested, notBefore, withMembers } from './olist.ts';
import { continued, Paths, viaOf } from './paths.ts';
import {
  type FoundRow,
  isLeftToOthers,
  octetsOf,
  ofBestTable,
  type Place,
  placesOf,
  rowsAt,
  whichAreThere,
  widePlacesOf,
} from './places.ts';
import { WideCounts } from './wide-counts.ts';

export interface HopsOptions {
  ask<Part>(question: Question<Part>, signal: AbortSignal): Promise<Part>;
  readonly monotonicMs: () => number;
  /** Told of sysUpTime before anything is made of what was read with it. */
  readonly noteUpTime: (now: UpTime | undefined) => void;
}

/** Interfaces whose counters or listeners are asked for with a hop, at most, and as many counters that its rows name besides. */
const MOST_ASKED = 40;
const NOTHING: Contested = { lost: [], inherited: [] };
/** Queries that are remembered. */
const REMEMBERED = 1024;

/** Where things were when this was asked last. */
interface Memory {
  /** Of its rows. */
  readonly places: readonly string[];
  readonly indexes: readonly number[];
  /** ifIndexes with listeners. */
  readonly listening: readonly number[];
  readonly contested: Contested;
  readonly path: PathReading | undefined;
}

export class Hops {
  readonly #options: HopsOptions;
  readonly #wide = new WideCounts();
  readonly #memories = new LRUCache<string, Memory>({ max: REMEMBERED });
  /** Which of the places of (*,G) the agent uses, as far as has been seen: the other one is looked at, and not read at once. */
  readonly #sharedPlaces = new Map<RowTable, number>();
  readonly #paths: Paths;

  constructor(options: HopsOptions) {
    this.#options = options;
    this.#paths = new Paths(options.ask);
  }

  /** The agent has started again: its counters may be at zero, and its rows elsewhere. */
  forget(): void {
    this.#wide.restarted();
    this.#memories.clear();
    this.#sharedPlaces.clear();
    this.#paths.forget();
  }

  async read(query: ForwardingQuery, device: KnownDevice, signal: AbortSignal): Promise<HopReading> {
    const key = `${query.source ?? '*'} ${query.group ?? '-'}`;
    const before = this.#memories.get(key);
    const places = placesOf(query, device);
    const wide = widePlacesOf(query, device);
    const isLikely = (place: Place) =>
      before === undefined || before.places.length === 0
        ? this.#isUsual(place, query)
        : before.places.includes(place.index);
    const likely = [...places.filter(isLikely), ...wide.filter(({ index }) => before?.places.includes(index))];
    const elsewhere = places.filter((place) => !isLikely(place));
    const isLost = before !== undefined && before.places.length === 0;
    const seen = isLost ? [...elsewhere, ...wide] : elsewhere;
    const counted = countedIndexes(device, before?.indexes ?? []);
    const links = linksOf(device).sort((a, b) => a - b);
    const designated = designatedLinks(query.family, device);
    const hasFewLinks = designated.length <= MOST_ASKED;
    const contestedBefore = before?.contested ?? NOTHING;
    const heard = hasFewLinks ? designated : (before?.listening ?? []);
    const ask = together(
      upTime,
      rowsAt(likely, links),
      whichAreThere(seen),
      interfaceCounts(counted, device.wide),
      pruneQuestion(query, device),
      listenersAt(heard, query, device),
      hasFewLinks ? given([]) : listeningLinks(query, device),
      statesOf(contestedBefore, query, device),
      together(...this.#targetsOf(query, device, before).map((target) => this.#paths.to(target, device))),
    );
    const fromMs = this.#options.monotonicMs();
    const [ticks, rows, there, counts, pruned, heardThere, listening, statesThere, begun] = await this.#options.ask(
      ask,
      signal,
    );
    const moved = there.filter((place) => !isLeftToOthers(place, rows));
    const at: Interval = { fromMs, toMs: this.#options.monotonicMs() };
    const isNowhere = rows.length === 0 && moved.length === 0 && !isLost;
    // What the look-ups that have begun need next comes along, where there is a trip anyway.
    const isOnTheWay = isNowhere || moved.length > 0;
    const [movedRows, wideSeen, paths] = await this.#options.ask(
      together(
        rowsAt(moved, links),
        whichAreThere(isNowhere ? wide : []),
        together(...begun.map((search) => (isOnTheWay ? continued(search) : given(search)))),
      ),
      signal,
    );
    const wideRows = await this.#options.ask(rowsAt(wideSeen.slice(0, 1), links), signal);
    const found = ofBestTable([...places, ...wide], [...rows, ...movedRows, ...wideRows]);
    const now = ticks === undefined ? undefined : { ticks, ...at };
    this.#options.noteUpTime(now);
    const routes = found
      .map((one) => ({ ...one, row: completed(withMembers(one.row, designated), device, query.family) }))
      .map((one) => this.#routeOf(one, pruned, now, at));
    const uncounted = [...new Set(routes.flatMap(({ row }) => indexesOfRow(row)))]
      .filter((index) => !counted.includes(index) && !before?.indexes.includes(index))
      .slice(0, MOST_ASKED);
    const unheard = listening
      .filter((index) => designated.includes(index) && !heard.includes(index))
      .slice(0, MOST_ASKED - heard.length);
    const contestedNow = contested(routes, [...missedBy(routes, heardThere, query, device), ...unheard]);
    const [path, ownCounts, ownListeners, ownStates] = await Promise.all([
      this.#paths.follow(wantedTarget({ query, device, routes }), paths, device, signal),
      this.#options.ask(interfaceCounts(uncounted, device.wide), signal),
      this.#options.ask(listenersAt(unheard, query, device), signal),
      this.#options.ask(statesOf(notBefore(contestedNow, contestedBefore, MOST_ASKED), query, device), signal),
    ]);
    const listeners = [...heardThere, ...ownListeners];
    const packets = [...counts, ...ownCounts].map((row) => [row.index, this.#packetsOf(row, device, now, at)] as const);
    const reading: HopReading = {
      query,
      device,
      upTime: now,
      packets: new Map(packets),
      routes,
      listeners,
      links: mergedStates(statesThere, ownStates),
      path,
    };
    this.#learn(key, query, found, reading);
    return reading;
  }

  /** Whose path the answer may need: what it needed last time; at first, of the source and of the RP. */
  #targetsOf({ group, source }: ForwardingQuery, device: KnownDevice, before: Memory | undefined): (string | null)[] {
    if (group === null) return [source, ...viaOf(before?.path)];
    if (before !== undefined) return before.path === undefined ? [] : [before.path.target, ...viaOf(before.path)];
    return [source, mappingOf(group, device.mappings, device.bsr)?.rp ?? null];
  }

  #isUsual({ table, source, index }: Place, { group }: ForwardingQuery): boolean {
    const known = this.#sharedPlaces.get(table);
    if (table === pimState) return false;
    return (
      source !== null || group === null || known === undefined || table.places(octetsOf(group), null)[known] === index
    );
  }

  #learn(key: string, { group }: ForwardingQuery, found: readonly FoundRow[], reading: HopReading): void {
    for (const { table, source, index } of found) {
      if (source !== null || group === null) continue;
      this.#sharedPlaces.set(table, table.places(octetsOf(group), null).indexOf(index));
    }
    const places = found.map(({ index }) => index);
    const missed = missedBy(reading.routes, reading.listeners, reading.query, reading.device);
    const ofRows = reading.routes.flatMap(({ row }) => indexesOfRow(row));
    const isCounted = new Set([...ofRows, ...linksOf(reading.device)]);
    this.#memories.set(key, {
      places,
      indexes: indexesIn(reading).filter((index) => isCounted.has(index)),
      listening: reading.listeners.map((listener) => listener.interface),
      contested: notBefore(contested(reading.routes, missed), NOTHING, MOST_ASKED),
      path: reading.path,
    });
  }

  #routeOf(
    { table, source, range, index, row }: FoundRow,
    pruned: boolean | undefined,
    now: UpTime | undefined,
    at: Interval,
  ): RouteReading {
    const uptimeSeconds = row.age === null ? null : secondsOf(row.age, now?.ticks);
    const startedMs = uptimeSeconds === null ? undefined : at.toMs - uptimeSeconds * 1000;
    return {
      source,
      range,
      row,
      packets: row.packets && this.#wide.widen(`${table.name} ${index}`, row.packets, at, startedMs).toString(),
      pruneSent: source === null ? undefined : (pruned ?? prunedOf(row)),
      uptimeSeconds,
    };
  }

  #packetsOf(
    { index, inMulticast, outMulticast, discontinuityTime }: InterfaceCounts,
    { isNetSnmp }: Device,
    now: UpTime | undefined,
    at: Interval,
  ): InterfacePackets {
    const since = discontinuityTime === undefined ? null : secondsOf({ atUpTime: discontinuityTime }, now?.ticks);
    const startedMs = since === null ? undefined : at.toMs - since * 1000;
    const widened = (direction: string, count: Count | null) =>
      count === null || (isNetSnmp && count.value === 0n)
        ? null
        : this.#wide.widen(`${direction} ${index}`, count, at, startedMs).toString();
    return { in: widened('in', inMulticast), out: widened('out', outMulticast) };
  }
}

/** ifIndexes that the rows and the path name. */
export function indexesIn({ routes, path }: Pick<HopReading, 'routes' | 'path'>): number[] {
  const ofPath = (one: PathReading | undefined): (number | null)[] =>
    one === undefined ? [] : [...one.routes.map((route) => route.interface), ...ofPath(one.via)];
  const indexes = [...routes.flatMap(({ row }) => indexesOfRow(row)), ...ofPath(path)];
  return [...new Set(indexes)].filter((index) => index !== null);
}

export function indexesOfRow({ incoming, outgoing }: RouteRow): number[] {
  return [...(incoming === null ? [] : [incoming]), ...outgoing.map(({ index }) => index)];
}

function pruneQuestion({ group, source }: ForwardingQuery, { pimTables }: Device): Question<boolean | undefined> {
  if (!pimTables.includes(pimStd) || group === null || source === null) return given(undefined);
  return pruneSent(octetsOf(group), octetsOf(source));
}

function listenersAt(
  indexes: readonly number[],
  { family, group, source }: ForwardingQuery,
  { listenerTable }: Device,
): Question<readonly Listener[]> {
  const table = listenerTable[family];
  if (table === undefined || group === null) return given([]);
  return table.listeners(octetsOf(group), source === null ? null : octetsOf(source), indexes);
}

function listeningLinks({ family, group }: ForwardingQuery, { listenerTable }: Device): Question<readonly number[]> {
  return (group !== null && listenerTable[family]?.links(octetsOf(group))) || given([]);
}

/** ifIndexes with listeners that a row does not forward to. */
function missedBy(
  routes: readonly RouteReading[],
  listeners: readonly Listener[],
  { group }: ForwardingQuery,
  device: Device,
): number[] {
  if (group === null) return [];
  return routes.flatMap((route) => notForwarded({ group, ...route }, listeners, device)).map(({ index }) => index);
}

function statesOf(
  contested: Contested,
  { family, group, source }: ForwardingQuery,
  { pimTables }: Device,
): Question<LinkStates> {
  if (group === null) return linkStates([], new Uint8Array(), null, NOTHING);
  const tables = pimTables.filter(({ families }) => families.includes(family));
  return linkStates(tables, octetsOf(group), source === null ? null : octetsOf(source), contested);
}

/** The interfaces that multicast is forwarded between, or all where no table tells. */
function linksOf({ interfaces, multicast, pim }: Device): number[] {
  const told = [...multicast, ...pim];
  return [...new Set((told.length > 0 ? told : interfaces).map(({ index }) => index))];
}

/** Those of the rows of last time first, where there are too many. */
function countedIndexes(device: Device, before: readonly number[]): number[] {
  const most = Math.min(2 * MOST_ASKED, Math.max(MOST_ASKED, before.length));
  return [...new Set([...before, ...linksOf(device)])].slice(0, most);
}
