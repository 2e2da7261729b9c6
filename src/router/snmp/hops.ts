/**
 * What changes with the traffic, asked hop by hop: the rows of a query, the counters, and the RPF path that no row tells.
 * One round trip where things are where they were, three at most where they are not. Positions and lengths are remembered,
 * values never are, but for the ends of 32-bit counters.
 */
import { LRUCache } from 'lru-cache';
import { type Address, familyOf, parseAddress } from '../../wire/address.ts';
import type { ForwardingQuery } from '../port.ts';
import {
  type HopReading,
  type InterfacePackets,
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
import { upTime } from './mib/up-time.ts';
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
  /** Which of the places of (*,G) the agent uses, once one has been seen. */
  readonly #sharedPlaces = new Map<RouteTable, number>();

  constructor(options: HopsOptions) {
    this.#options = options;
  }

  /** The agent has started again: its counters are at zero, and its rows may be elsewhere. */
  forget(): void {
    this.#wide.forget();
    this.#memories.clear();
    this.#sharedPlaces.clear();
  }

  async read(query: ForwardingQuery, device: Device, signal: AbortSignal): Promise<HopReading> {
    const key = `${query.source ?? '*'} ${query.group ?? '-'}`;
    const before = this.#memories.get(key);
    const places = this.#placesOf(query, device);
    const wasThere = ({ index }: Place) =>
      before === undefined || before.places.length === 0 || before.places.includes(index);
    const elsewhere = places.filter((place) => !wasThere(place));
    const targets = [query.group === null ? query.source : before?.path?.target, before?.path?.via?.target];
    const [now, rows, isThere, counts, pruned, listeners, paths] = await this.#options.ask(
      together(
        upTime,
        rowsAt(places.filter(wasThere)),
        together(...elsewhere.map(({ table, index }) => table.isThere(index))),
        interfaceCounts(countedIndexes(device, before?.indexes ?? []), device.counters),
        pruneQuestion(query, device),
        listenersQuestion(query, device),
        together(...targets.map((target) => pathTo(target ?? null, device))),
      ),
      signal,
    );
    const movedRows = await this.#options.ask(rowsAt(elsewhere.filter((_, at) => isThere[at])), signal);
    const found = ofBestTable(places, [...rows, ...movedRows]);
    const routes = found.map((one) => this.#routeOf(one, pruned, now));
    const reading: HopReading = {
      query,
      device,
      upTime: now,
      packets: new Map(counts.map((row) => [row.index, this.#packetsOf(row, device)])),
      routes,
      listeners,
      path: await this.#path(wantedTarget({ query, device, routes }), paths, device, signal),
    };
    this.#learn(key, query, found, reading);
    return reading;
  }

  /** @param known paths that have been read already */
  async #path(
    target: string | null,
    known: readonly (PathReading | undefined)[],
    device: Device,
    signal: AbortSignal,
  ): Promise<PathReading | undefined> {
    const lookUp = (wanted: string | null) =>
      known.find((path) => path?.target === wanted) ?? this.#options.ask(pathTo(wanted, device), signal);
    const path = await lookUp(target);
    const nextHop = path === undefined ? null : nextHopToLookUp(path, device);
    return path && nextHop !== null ? { ...path, via: await lookUp(nextHop) } : path;
  }

  /** Each place where a row may be that the query is about, the best table's first. */
  #placesOf({ group, source, family }: ForwardingQuery, device: Device): Place[] {
    if (group === null) return [];
    return device.routeTables[family].flatMap((table) => {
      const own = source === null ? [] : table.places(octetsOf(group), octetsOf(source));
      const known = this.#sharedPlaces.get(table);
      const shared = table.places(octetsOf(group), null).filter((_, at) => known === undefined || at === known);
      return [
        ...own.map((index) => ({ table, source, index })),
        ...shared.map((index) => ({ table, source: null, index })),
      ];
    });
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
    now: number | undefined,
  ): RouteReading {
    return {
      source,
      row,
      packets: this.#widened(`${table.name} ${index}`, row.packets),
      pruneSent: source === null ? undefined : (pruned ?? prunedOf(row)),
      uptimeSeconds: row.age === null ? null : secondsOf(row.age, now),
    };
  }

  #packetsOf({ index, inMulticast, outMulticast }: InterfaceCounts, { isLinux }: Device): InterfacePackets {
    const isKnown = !isLinux || (inMulticast !== null && inMulticast.value > 0n);
    return {
      in: isKnown ? this.#widened(`in ${index}`, inMulticast) : null,
      out: isLinux ? null : this.#widened(`out ${index}`, outMulticast),
    };
  }

  #widened(key: string, count: Count | null): string | null {
    return count === null ? null : this.#wide.widen(key, count, this.#options.monotonicMs()).toString();
  }
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

function pathTo(target: string | null, { unicastTable }: Device): Question<PathReading | undefined> {
  const octets = target === null ? undefined : octetsOf(target);
  const routes = octets && unicastTable[familyOf(octets)]?.lookUp(octets);
  if (target === null || routes === undefined) return given(undefined);
  return { wants: routes.wants, parse: (found) => ({ target, routes: routes.parse(found) }) };
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

/** The interfaces that multicast is forwarded between: those of the rows of last time first, where there are too many. */
function countedIndexes({ multicast, pim }: Device, before: readonly number[]): number[] {
  const all = new Set([...multicast, ...pim].map(({ index }) => index));
  const first = before.filter((index) => all.has(index));
  return [...new Set([...first, ...all])].slice(0, MOST_COUNTED);
}

/** @param text canonical, as everything that a query may hold */
function octetsOf(text: string): Address {
  const octets = parseAddress(text);
  if (octets === undefined) throw new TypeError(`${text} is not an address`);
  return octets;
}
