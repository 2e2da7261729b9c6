/** Where in an agent's tables the rows of a query may stand, which of these places have one, and which row counts. Pure. */
import { type Address, parseAddress } from '../../wire/address.ts';
import type { ForwardingQuery } from '../port.ts';
import type { Device } from './mib/device.ts';
import { pimState } from './mib/pim-state-table.ts';
import { pimStd } from './mib/pim-std-table.ts';
import { type Question, together } from './mib/question.ts';
import type { RouteNames, RouteRow, RowTable } from './mib/route-table.ts';

export interface Place {
  readonly table: RowTable;
  /** null: (*,G) */
  readonly source: string | null;
  /** Of a row that is about more than one group or source. */
  readonly range?: RouteNames;
  /** The row's index, as text. */
  readonly index: string;
}

export interface FoundRow extends Place {
  readonly row: RouteRow;
}

/** Each place where a row may be that the query is about, the best table's first. */
export function placesOf({ group, source, family }: ForwardingQuery, device: Device): Place[] {
  if (group === null) return [];
  const tables: RowTable[] = [...device.routeTables[family], ...(device.pimTables.includes(pimStd) ? [pimState] : [])];
  return tables.flatMap((table) => {
    const own = source === null ? [] : table.places(octetsOf(group), octetsOf(source));
    const shared = table.places(octetsOf(group), null);
    return [
      ...own.map((index) => ({ table, source, index })),
      ...shared.map((index) => ({ table, source: null, index })),
    ];
  });
}

/** Those rows that are of a whole range. */
export function widePlacesOf({ group, source, family }: ForwardingQuery, device: Device): Place[] {
  if (group === null) return [];
  return device.routeTables[family].flatMap((table) =>
    table.widePlaces(octetsOf(group), source === null ? null : octetsOf(source)).map(({ place, names }) => ({
      table,
      source: names.source === null ? null : source,
      range: names,
      index: place,
    })),
  );
}

/** At which of these places there is a row. */
export function whichAreThere(places: readonly Place[]): Question<readonly Place[]> {
  const isThere = together(...places.map(({ table, index }) => table.isThere(index)));
  return {
    wants: isThere.wants,
    parse: (found) => {
      const are = isThere.parse(found);
      return places.filter((_, at) => are[at]);
    },
  };
}

export function rowsAt(places: readonly Place[], links: readonly number[]): Question<readonly FoundRow[]> {
  const rows = together(...places.map(({ table, index }) => table.row(index, links)));
  return {
    wants: rows.wants,
    parse: (found) => rows.parse(found).flatMap((row, at) => (row === undefined ? [] : [{ ...places[at]!, row }])),
  };
}

/** PIM's own rows are read where no table of multicast routes has one. */
export function isLeftToOthers({ table, source }: Place, rows: readonly FoundRow[]): boolean {
  return table === pimState && rows.some((row) => row.source === source);
}

/** Of (S,G) and of (*,G) one row each: that of the best table that has any, at its first place. */
export function ofBestTable(places: readonly Place[], found: readonly FoundRow[]): FoundRow[] {
  const inOrder = places.flatMap((place) =>
    found.filter(({ table, index }) => table === place.table && index === place.index),
  );
  return inOrder.filter(({ source }, at) => inOrder.findIndex((one) => one.source === source) === at);
}

/** @param text canonical, as everything that a query may hold */
export function octetsOf(text: string): Address {
  const octets = parseAddress(text);
  if (octets === undefined) throw new TypeError(`${text} is not an address`);
  return octets;
}
