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
import { linksOf, type Memory, MOST_ASKED, NOTHING, type Plan, planOf } from './hop-plan.ts';
import { listenersAt, listeningLinks, missedBy, pruneQuestion, statesOf } from './hop-questions.ts';
import type { Device } from './mib/device.ts';
import { type InterfaceCounts, interfaceCounts } from './mib/interface-table.ts';
import { type LinkStates, mergedStates } from './mib/link-states.ts';
import type { Listener } from './mib/listener-table.ts';
import { pimState } from './mib/pim-state-table.ts';
import { given, type Question, together } from './mib/question.ts';
import type { Count, RouteRow, RowTable } from './mib/route-table.ts';
import { type Interval, type UpTime, upTime } from './mib/up-time.ts';
import { contested, notBefore, withMembers } from './olist.ts';
import { continued, type PathSearch, Paths } from './paths.ts';
import { type FoundRow, isLeftToOthers, octetsOf, ofBestTable, type Place, rowsAt, whichAreThere } from './places.ts';
import { WideCounts } from './wide-counts.ts';

export interface HopsOptions {
  ask<Part>(question: Question<Part>, signal: AbortSignal): Promise<Part>;
  readonly monotonicMs: () => number;
  /** Told of sysUpTime before anything is made of what was read with it. */
  readonly noteUpTime: (now: UpTime | undefined) => void;
}

/** Queries that are remembered. */
const REMEMBERED = 1024;

/** What the first trip has brought. */
interface FirstTrip {
  readonly at: Interval;
  readonly now: UpTime | undefined;
  readonly rows: readonly FoundRow[];
  /** Places elsewhere that have one. */
  readonly moved: readonly Place[];
  readonly counts: readonly InterfaceCounts[];
  readonly pruned: boolean | undefined;
  readonly listeners: readonly Listener[];
  /** ifIndexes with members, where not all are asked for them. */
  readonly listening: readonly number[];
  readonly states: LinkStates;
  readonly searches: readonly (PathSearch | undefined)[];
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
    const plan = planOf(query, device, before, (place) => this.#isUsual(place, query));
    const first = await this.#firstTrip(query, device, plan, signal);
    const { found, searches } = await this.#secondTrip(plan, first, signal);
    const { now, at, pruned } = first;
    this.#options.noteUpTime(now);
    const routes = found
      .map((one) => ({ ...one, row: completed(withMembers(one.row, plan.designated), device, query.family) }))
      .map((one) => this.#routeOf(one, pruned, now, at));
    const [path, [counts, listeners, states]] = await Promise.all([
      this.#paths.follow(wantedTarget({ query, device, routes }), searches, device, signal),
      this.#options.ask(rest(query, device, { plan, first, routes, before }), signal),
    ]);
    const packets = [...first.counts, ...counts].map(
      (row) => [row.index, this.#packetsOf(row, device, now, at)] as const,
    );
    const reading: HopReading = {
      query,
      device,
      upTime: now,
      packets: new Map(packets),
      routes,
      listeners: [...first.listeners, ...listeners],
      links: mergedStates(first.states, states),
      path,
    };
    this.#learn(key, query, found, reading);
    return reading;
  }

  /** Everything, as planned. */
  async #firstTrip(query: ForwardingQuery, device: KnownDevice, plan: Plan, signal: AbortSignal): Promise<FirstTrip> {
    const question = together(
      upTime,
      rowsAt(plan.likely, plan.links),
      whichAreThere(plan.doubtful),
      interfaceCounts(plan.counted, device.wide),
      pruneQuestion(query, device),
      listenersAt(plan.heard, query, device),
      plan.hearsAll ? given([]) : listeningLinks(query, device),
      statesOf(plan.contested, query, device),
      together(...plan.targets.map((target) => this.#paths.to(target, device))),
    );
    const fromMs = this.#options.monotonicMs();
    const answers = await this.#options.ask(question, signal);
    const [ticks, rows, there, counts, pruned, listeners, listening, states, searches] = answers;
    const at: Interval = { fromMs, toMs: this.#options.monotonicMs() };
    const now = ticks === undefined ? undefined : { ticks, ...at };
    const moved = there.filter((place) => !isLeftToOthers(place, rows));
    return { at, now, rows, moved, counts, pruned, listeners, listening, states, searches };
  }

  /** The rows that are not where they were; and what the look-ups that have begun need next, where there is a trip anyway. */
  async #secondTrip(plan: Plan, { rows, moved, searches }: FirstTrip, signal: AbortSignal) {
    const isNowhere = rows.length === 0 && moved.length === 0 && !plan.wasNowhere;
    const isOnTheWay = isNowhere || moved.length > 0;
    const [movedRows, wide, further] = await this.#options.ask(
      together(
        rowsAt(moved, plan.links),
        whichAreThere(isNowhere ? plan.wide : []),
        together(...searches.map((search) => (isOnTheWay ? continued(search) : given(search)))),
      ),
      signal,
    );
    const wideRows = await this.#options.ask(rowsAt(wide.slice(0, 1), plan.links), signal);
    const found = ofBestTable([...plan.places, ...plan.wide], [...rows, ...movedRows, ...wideRows]);
    return { found, searches: further };
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

interface Known {
  readonly plan: Plan;
  readonly first: FirstTrip;
  readonly routes: readonly RouteReading[];
  readonly before: Memory | undefined;
}

/** What the rows have shown to be missing; mostly nothing. */
function rest(query: ForwardingQuery, device: KnownDevice, { plan, first, routes, before }: Known) {
  const uncounted = [...new Set(routes.flatMap(({ row }) => indexesOfRow(row)))]
    .filter((index) => !plan.counted.includes(index) && !before?.indexes.includes(index))
    .slice(0, MOST_ASKED);
  const unheard = first.listening
    .filter((index) => plan.designated.includes(index) && !plan.heard.includes(index))
    .slice(0, MOST_ASKED - plan.heard.length);
  const now = contested(routes, [...missedBy(routes, first.listeners, query, device), ...unheard]);
  return together(
    interfaceCounts(uncounted, device.wide),
    listenersAt(unheard, query, device),
    statesOf(notBefore(now, plan.contested, MOST_ASKED), query, device),
  );
}
