/**
 * Links that a router leaves to another one, which has won an Assert there: RFC 7761 §4.6. Nothing is amiss with them, and no
 * router downstream has asked for it (RFC 8487 §4.2.2 (11)): they are no outgoing interfaces at all. Pure.
 */
import type { Listener } from './mib/listener-table.ts';
import type { OutgoingRow, RouteRow } from './mib/route-table.ts';

/** ifIndexes of lost_assert(S,G) and lost_assert(*,G). RFC 7761 §4.1.6 */
export interface LostAsserts {
  readonly ofSource: ReadonlySet<number>;
  readonly ofGroup: ReadonlySet<number>;
}

export interface Route {
  /** null: (*,G) */
  readonly source: string | null;
  readonly row: RouteRow;
}

/**
 * Links of which it has to be known whether an Assert was lost: those that were pruned, those with listeners, and those that
 * only (*,G) forwards to, where a row does not.
 */
export function contested(routes: readonly Route[], listeners: readonly Listener[]): number[] {
  const pruned = routes.flatMap(({ row }) => row.outgoing.filter(({ state }) => state === 'pruned'));
  const shared = routes.flatMap(({ source, row }) => (source === null ? row.outgoing : []));
  const wanted = [...shared, ...listeners.map((listener) => ({ index: listener.interface }))];
  const lacking = wanted.filter(({ index }) => routes.some(({ row }) => !isKnown(index, row)));
  return [...new Set([...pruned, ...lacking].map(({ index }) => index))];
}

/** What the row forwards to, and what was pruned by a router downstream. */
export function withoutLost({ source, row }: Route, routes: readonly Route[], lost: LostAsserts): OutgoingRow[] {
  const own = routes.find((one) => one.source !== null)?.row;
  return row.outgoing.filter(({ index, state }) => {
    const isLost = lost.ofSource.has(index) || lost.ofGroup.has(index);
    if (state === 'pruned') return !isLost;
    // (S,G) takes from what it inherits from (*,G) the links where its own Asserts were lost.
    return source !== null || own === undefined || isKnown(index, own) || !lost.ofSource.has(index);
  });
}

/** Whether the listener is forwarded to by another router: pim_include(S,G), pim_include(*,G). */
export function isLeft({ interface: index, mode }: Listener, source: string | null, lost: LostAsserts): boolean {
  if (source === null) return lost.ofGroup.has(index);
  return lost.ofSource.has(index) || (mode === 'exclude' && lost.ofGroup.has(index));
}

function isKnown(index: number, { incoming, outgoing }: RouteRow): boolean {
  return index === incoming || outgoing.some((one) => one.index === index);
}
