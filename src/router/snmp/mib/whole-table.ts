/** All rows of a table of multicast routes, each with its next hops, whose table has the same index and more behind it. */
import { IndexReader } from './index-reader.ts';
import type { Oid } from './oid.ts';
import type { Question, Row, Rows } from './question.ts';
import type { OutgoingRow, RouteNames, RouteRow, TableRow } from './route-table.ts';
import type { SnmpValue } from './varbind.ts';

export interface WholeTableOptions {
  readonly columns: readonly Oid[];
  readonly nextHopState: Oid;
  /** Index text with which the family's rows begin; '' = all. */
  readonly prefix: string;
  /** `undefined`: not of a row that there may be. */
  names(reader: IndexReader): RouteNames | undefined;
  /** @param rest the index behind that of the route */
  outgoing(rest: IndexReader, state: SnmpValue | undefined): readonly OutgoingRow[];
  row(values: Row['values'], outgoing: readonly OutgoingRow[]): RouteRow | undefined;
}

export function wholeTable({
  columns,
  nextHopState,
  prefix,
  names,
  outgoing,
  row,
}: WholeTableOptions): Question<readonly TableRow[]> {
  const routes: Rows = { kind: 'rows', columns, prefix, guess: 0 };
  const nextHops: Rows = { kind: 'rows', columns: [nextHopState], prefix, guess: 0 };
  return {
    wants: [routes, nextHops],
    parse: (found) => {
      const outgoingAt = new Map<string, OutgoingRow[]>();
      for (const { index, values } of found.rows(nextHops)) {
        const reader = new IndexReader(index);
        names(reader);
        const place = reader.passed;
        const known = outgoingAt.get(place) ?? [];
        known.push(...outgoing(reader, values[0]));
        outgoingAt.set(place, known);
      }
      return found.rows(routes).flatMap(({ index, values }): TableRow[] => {
        const reader = new IndexReader(index);
        const named = names(reader);
        const whole = row(values, outgoingAt.get(index) ?? []);
        if (!reader.isWhole || named === undefined || whole === undefined) return [];
        return [{ ...named, row: whole }];
      });
    },
  };
}
