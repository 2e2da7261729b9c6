/**
 * What changes with the traffic, asked hop by hop: the rows of a query, the counters, and the RPF path that no row tells.
 * One round trip where things are where they were, three at most where they are not. Positions and lengths are remembered,
 * values never are, but for the ends of 32-bit counters.
 */
import { LRUCache } from 'lru-cache';
import { type Address, familyOf, parseAddress } from '../../wire/address.ts';
import type { ForwardingQuery } from '../port.ts';
import {
  completed,
  type HopReading,
  type InterfacePackets,
  type KnownDevice,
  nextHopToLookUp,
  type PathReading,
  prunedOf,
  type RouteReading,
  secondsOf,
  wantedTarget,
} from './assemble.ts';
import { designatedLinks, notForwarded } from './local-listeners.ts';
import type { Device } from './mib/device.ts';
import { type InterfaceCounts, interfaceCounts } from './mib/interface-table.ts';
import { type Contested, type LinkStates, linkStates, mergedStates } from './mib/link-states.ts';
import type { Listener } from './mib/listener-table.ts';
import { pimState } from './mib/pim-state-table.ts';
import { pimStd, pruneSent } from './mib/pim-std-table.ts';
import { given, type Question, together } from './mib/question.ts';
import type { Count, RouteRow, RowTable } from './mib/route-table.ts';
import type { LookUp, RoutePlace } from './mib/unicast-table.ts';
import { type Interval, type UpTime, upTime } from './mib/up-time.ts';
import { contested, notBefore, withMembers } from './olist.ts';
import { WideCounts } from './wide-counts.ts';

export interface HopsOptions {
  ask<Part>(question: Question<Part>, signal: AbortSignal): Promise<Part>;
  readonly monotonicMs: () => number;
}

/** Interfaces whose counters or listeners are asked for with a hop, at most: beyond that a hop would become a load. */
const MOST_ASKED = 40;
const NOTHING: Contested = { lost: [], inherited: [] };
/** Queries whose places are remembered. */
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

interface Place {
  readonly table: RowTable;
  /** null: (*,G) */
  readonly source: string | null;
  /** The row's index, as text. */
  readonly index: string;
}

interface FoundRow extends Place {
  readonly row: RouteRow;
}

export class Hops {
  readonly #options: HopsOptions;
  readonly #wide = new WideCounts();
  readonly #memories = new LRUCache<string, Memory>({ max: REMEMBERED });
  /** Which of the places of (*,G) the agent uses, as far as has been seen: the other one is looked at, and not read at once. */
  readonly #sharedPlaces = new Map<RowTable, number>();
  readonly #routePlaces = new LRUCache<string, RoutePlace>({ max: REMEMBERED });

  constructor(options: HopsOptions) {
    this.#options = options;
  }

  /** The agent has started again: its counters may be at zero, and its rows elsewhere. */
  forget(): void {
    this.#wide.restarted();
    this.#memories.clear();
    this.#sharedPlaces.clear();
    this.#routePlaces.clear();
  }

  async read(query: ForwardingQuery, device: KnownDevice, signal: AbortSignal): Promise<HopReading> {
    const key = `${query.source ?? '*'} ${query.group ?? '-'}`;
    const before = this.#memories.get(key);
    const places = this.#placesOf(query, device);
    const isLikely = (place: Place) =>
      before === undefined || before.places.length === 0
        ? this.#isUsual(place, query)
        : before.places.includes(place.index);
    const elsewhere = places.filter((place) => !isLikely(place));
    const targets = [query.group === null ? query.source : before?.path?.target, before?.path?.via?.target];
    const counted = countedIndexes(device, before?.indexes ?? []);
    const designated = designatedLinks(query.family, device);
    const hasFewLinks = designated.length <= MOST_ASKED;
    const contestedBefore = before?.contested ?? NOTHING;
    const heard = hasFewLinks ? designated : (before?.listening ?? []);
    const ask = together(
      upTime,
      rowsAt(places.filter(isLikely)),
      together(...elsewhere.map(({ table, index }) => table.isThere(index))),
      interfaceCounts(counted, device.wide),
      pruneQuestion(query, device),
      listenersAt(heard, query, device),
      hasFewLinks ? given([]) : listeningLinks(query, device),
      statesOf(contestedBefore, query, device),
      together(...targets.map((target) => this.#pathTo(target ?? null, device))),
    );
    const fromMs = this.#options.monotonicMs();
    const [ticks, rows, isThere, counts, pruned, heardThere, listening, statesThere, paths] = await this.#options.ask(
      ask,
      signal,
    );
    const at: Interval = { fromMs, toMs: this.#options.monotonicMs() };
    const moved = elsewhere.filter((place, i) => isThere[i] && !isLeftToOthers(place, rows));
    const movedRows = await this.#options.ask(rowsAt(moved), signal);
    const found = ofBestTable(places, [...rows, ...movedRows]);
    const now = ticks === undefined ? undefined : { ticks, ...at };
    const routes = found
      .map((one) => ({ ...one, row: completed(withMembers(one.row, designated), device) }))
      .map((one) => this.#routeOf(one, pruned, now, at));
    const uncounted = [...new Set(routes.flatMap(({ row }) => indexesOfRow(row)))]
      .filter((index) => !counted.includes(index))
      .slice(0, MOST_ASKED);
    const unheard = listening
      .filter((index) => designated.includes(index) && !heard.includes(index))
      .slice(0, MOST_ASKED - heard.length);
    const contestedNow = contested(routes, [...missedBy(routes, heardThere, query, device), ...unheard]);
    const [path, ownCounts, ownListeners, ownStates] = await Promise.all([
      this.#path(wantedTarget({ query, device, routes }), paths, device, signal),
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

  /** @param known searches that have been begun already */
  async #path(
    target: string | null,
    known: readonly (PathSearch | undefined)[],
    device: Device,
    signal: AbortSignal,
  ): Promise<PathReading | undefined> {
    const lookUp = async (wanted: string | null): Promise<PathReading | undefined> => {
      if (wanted === null) return undefined;
      let search =
        known.find((one) => one?.target === wanted) ?? (await this.#options.ask(this.#pathTo(wanted, device), signal));
      while (search?.more !== undefined) {
        search = { target: wanted, ...(await this.#options.ask(search.more, signal)) };
      }
      if (search?.place !== undefined) this.#routePlaces.set(wanted, search.place);
      return search && { target: wanted, routes: search.routes };
    };
    const path = await lookUp(target);
    const nextHop = path === undefined ? null : nextHopToLookUp(path, device);
    return path && nextHop !== null ? { ...path, via: await lookUp(nextHop) } : path;
  }

  #pathTo(target: string | null, { unicastTable }: Device): Question<PathSearch | undefined> {
    const octets = target === null ? undefined : octetsOf(target);
    const table = octets && unicastTable[familyOf(octets)];
    if (target === null || table === undefined) return given(undefined);
    const lookUp = table.lookUp(octets!, this.#routePlaces.get(target));
    return { wants: lookUp.wants, parse: (found) => ({ target, ...lookUp.parse(found) }) };
  }

  /** Each place where a row may be that the query is about, the best table's first. */
  #placesOf({ group, source, family }: ForwardingQuery, device: Device): Place[] {
    if (group === null) return [];
    const tables: RowTable[] = [
      ...device.routeTables[family],
      ...(device.pimTables.includes(pimStd) ? [pimState] : []),
    ];
    return tables.flatMap((table) => {
      const own = source === null ? [] : table.places(octetsOf(group), octetsOf(source));
      const shared = table.places(octetsOf(group), null);
      return [
        ...own.map((index) => ({ table, source, index })),
        ...shared.map((index) => ({ table, source: null, index })),
      ];
    });
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
    this.#memories.set(key, {
      places,
      indexes: indexesIn(reading),
      listening: reading.listeners.map((listener) => listener.interface),
      contested: notBefore(contested(reading.routes, missed), NOTHING, MOST_ASKED),
      path: reading.path,
    });
  }

  #routeOf(
    { table, source, index, row }: FoundRow,
    pruned: boolean | undefined,
    now: UpTime | undefined,
    at: Interval,
  ): RouteReading {
    const uptimeSeconds = row.age === null ? null : secondsOf(row.age, now?.ticks);
    const startedMs = uptimeSeconds === null ? undefined : at.toMs - uptimeSeconds * 1000;
    return {
      source,
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

interface PathSearch extends LookUp {
  readonly target: string;
}

/** ifIndexes that the rows and the path name. */
export function indexesIn({ routes, path }: HopReading): number[] {
  const indexes = [
    ...routes.flatMap(({ row }) => indexesOfRow(row)),
    ...[...(path?.routes ?? []), ...(path?.via?.routes ?? [])].map((route) => route.interface),
  ];
  return [...new Set(indexes)].filter((index) => index !== null);
}

export function indexesOfRow({ incoming, outgoing }: RouteRow): number[] {
  return [...(incoming === null ? [] : [incoming]), ...outgoing.map(({ index }) => index)];
}

function rowsAt(places: readonly Place[]): Question<readonly FoundRow[]> {
  const rows = together(...places.map(({ table, index }) => table.row(index)));
  return {
    wants: rows.wants,
    parse: (found) => rows.parse(found).flatMap((row, at) => (row === undefined ? [] : [{ ...places[at]!, row }])),
  };
}

/** PIM's own rows are read where no table of multicast routes has one. */
function isLeftToOthers({ table, source }: Place, rows: readonly FoundRow[]): boolean {
  return table === pimState && rows.some((row) => row.source === source);
}

/** Of several tables that may be filled the best one that has a row, of (S,G) and of (*,G); the rows in the order of the places. */
function ofBestTable(places: readonly Place[], found: readonly FoundRow[]): FoundRow[] {
  const inOrder = places.flatMap((place) =>
    found.filter(({ table, index }) => table === place.table && index === place.index),
  );
  return inOrder.filter(({ table, source }) => table === inOrder.find((one) => one.source === source)?.table);
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

/**
 * The interfaces that multicast is forwarded between, or all where no table tells: those of the rows of last time first, where
 * there are too many.
 */
function countedIndexes({ interfaces, multicast, pim }: Device, before: readonly number[]): number[] {
  const told = [...multicast, ...pim];
  const all = new Set((told.length > 0 ? told : interfaces).map(({ index }) => index));
  const first = before.filter((index) => all.has(index));
  return [...new Set([...first, ...all])].slice(0, MOST_ASKED);
}

/** @param text canonical, as everything that a query may hold */
function octetsOf(text: string): Address {
  const octets = parseAddress(text);
  if (octets === undefined) throw new TypeError(`${text} is not an address`);
  return octets;
}
