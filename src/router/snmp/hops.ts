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
import type { Device } from './mib/device.ts';
import { type InterfaceCounts, interfaceCounts } from './mib/interface-table.ts';
import type { Listener } from './mib/listener-table.ts';
import { pruneSent } from './mib/pim-std-table.ts';
import { given, type Question, together } from './mib/question.ts';
import type { Count, RouteRow, RouteTable } from './mib/route-table.ts';
import type { LookUp, RoutePlace } from './mib/unicast-table.ts';
import { type Interval, type UpTime, upTime } from './mib/up-time.ts';
import { WideCounts } from './wide-counts.ts';

export interface HopsOptions {
  ask<Part>(question: Question<Part>, signal: AbortSignal): Promise<Part>;
  readonly monotonicMs: () => number;
}

/** Interfaces whose counters are asked for with a hop, at most: beyond that a hop would become a load. */
const MOST_COUNTED = 40;
/** Queries whose places are remembered. */
const REMEMBERED = 1024;

/** Where things were when this was asked last. */
interface Memory {
  /** Of its rows. */
  readonly places: readonly string[];
  readonly indexes: readonly number[];
  readonly path: PathReading | undefined;
}

interface Place {
  readonly table: RouteTable;
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
  readonly #sharedPlaces = new Map<RouteTable, number>();
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
    const ask = together(
      upTime,
      rowsAt(places.filter(isLikely)),
      together(...elsewhere.map(({ table, index }) => table.isThere(index))),
      interfaceCounts(counted, device.wide),
      pruneQuestion(query, device),
      listenersQuestion(query, device),
      together(...targets.map((target) => this.#pathTo(target ?? null, device))),
    );
    const fromMs = this.#options.monotonicMs();
    const [ticks, rows, isThere, counts, pruned, listeners, paths] = await this.#options.ask(ask, signal);
    const at: Interval = { fromMs, toMs: this.#options.monotonicMs() };
    const movedRows = await this.#options.ask(rowsAt(elsewhere.filter((_, i) => isThere[i])), signal);
    const found = ofBestTable(places, [...rows, ...movedRows]);
    const now = ticks === undefined ? undefined : { ticks, ...at };
    const routes = found
      .map((one) => ({ ...one, row: completed(one.row, device, query.family) }))
      .map((one) => this.#routeOf(one, pruned, now, at));
    const uncounted = [...new Set(routes.flatMap(({ row }) => indexesOfRow(row)))]
      .filter((index) => !counted.includes(index))
      .slice(0, MOST_COUNTED);
    const [path, ownCounts] = await Promise.all([
      this.#path(wantedTarget({ query, device, routes }), paths, device, signal),
      this.#options.ask(interfaceCounts(uncounted, device.wide), signal),
    ]);
    const packets = [...counts, ...ownCounts].map((row) => [row.index, this.#packetsOf(row, device, now, at)] as const);
    const reading: HopReading = { query, device, upTime: now, packets: new Map(packets), routes, listeners, path };
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
    return device.routeTables[family].flatMap((table) => {
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
    this.#memories.set(key, { places, indexes: indexesIn(reading), path: reading.path });
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
    { isLinux }: Device,
    now: UpTime | undefined,
    at: Interval,
  ): InterfacePackets {
    const isKnown = !isLinux || (inMulticast !== null && inMulticast.value > 0n);
    const since = discontinuityTime === undefined ? null : secondsOf({ atUpTime: discontinuityTime }, now?.ticks);
    const startedMs = since === null ? undefined : at.toMs - since * 1000;
    const widened = (direction: string, count: Count | null) =>
      count && this.#wide.widen(`${direction} ${index}`, count, at, startedMs).toString();
    return { in: isKnown ? widened('in', inMulticast) : null, out: isLinux ? null : widened('out', outMulticast) };
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

/** Of several tables that may be filled the best one that has a row; its rows in the order of the places. */
function ofBestTable(places: readonly Place[], found: readonly FoundRow[]): FoundRow[] {
  const inOrder = places.flatMap((place) =>
    found.filter(({ table, index }) => table === place.table && index === place.index),
  );
  return inOrder.filter(({ table }) => table === inOrder[0]?.table);
}

function pruneQuestion({ group, source }: ForwardingQuery, { hasPimStd }: Device): Question<boolean | undefined> {
  if (!hasPimStd || group === null || source === null) return given(undefined);
  return pruneSent(octetsOf(group), octetsOf(source));
}

function listenersQuestion(
  { family, group }: ForwardingQuery,
  { listenerTable }: Device,
): Question<readonly Listener[]> {
  return (group !== null && listenerTable[family]?.listeners(octetsOf(group))) || given([]);
}

/**
 * The interfaces that multicast is forwarded between, or all where no table tells: those of the rows of last time first, where
 * there are too many.
 */
function countedIndexes({ interfaces, multicast, pim }: Device, before: readonly number[]): number[] {
  const told = [...multicast, ...pim];
  const all = new Set((told.length > 0 ? told : interfaces).map(({ index }) => index));
  const first = before.filter((index) => all.has(index));
  return [...new Set([...first, ...all])].slice(0, MOST_COUNTED);
}

/** @param text canonical, as everything that a query may hold */
function octetsOf(text: string): Address {
  const octets = parseAddress(text);
  if (octets === undefined) throw new TypeError(`${text} is not an address`);
  return octets;
}
