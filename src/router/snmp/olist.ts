/**
 * What a router forwards to, of what its rows and PIM's state of the links say: RFC 7761 §4.1.6. Pure.
 *
 * A link where an Assert was lost (§4.6) is left to the winner. Nothing is amiss with it, and no router downstream has asked
 * for it (RFC 8487 §4.2.2 (11)): it is no outgoing interface at all.
 */
import type { Contested, LinkStates } from './mib/link-states.ts';
import type { Listener } from './mib/listener-table.ts';
import type { OutgoingRow, RouteRow } from './mib/route-table.ts';

export interface Route {
  /** null: (*,G) */
  readonly source: string | null;
  readonly row: RouteRow;
}

/**
 * Links whose state has to be known.
 * @param missed ifIndexes with listeners that a row does not forward to
 */
export function contested(routes: readonly Route[], missed: readonly number[]): Contested {
  const isLacking = (index: number) => routes.some(({ row }) => !isKnown(index, row));
  const indexesOf = (state: OutgoingRow['state'], { row }: Route) =>
    row.outgoing.flatMap((one) => (one.state === state ? [one.index] : []));
  const shared = routes.filter(({ source }) => source === null);
  const inherited = shared.flatMap((route) => indexesOf('forwarding', route)).filter(isLacking);
  const pruned = routes.flatMap((route) => indexesOf('pruned', route));
  return {
    lost: [...new Set([...inherited, ...pruned, ...missed])],
    inherited: [...new Set(inherited)],
  };
}

/** Those that have not been asked for before, and no more of each than a hop may ask for. */
export function notBefore(now: Contested, before: Contested, most: number): Contested {
  const rest = (key: keyof Contested) =>
    now[key].filter((index) => !before[key].includes(index)).slice(0, Math.max(0, most - before[key].length));
  return { lost: rest('lost'), inherited: rest('inherited') };
}

/** pim_include: members are the Designated Router's. */
export function withMembers(row: RouteRow, designated: readonly number[]): RouteRow {
  const included = (row.members ?? []).filter((index) => designated.includes(index) && !isKnown(index, row));
  const outgoing = included.map((index): OutgoingRow => ({ index, state: 'forwarding' }));
  return { ...row, outgoing: [...row.outgoing, ...outgoing] };
}

/** What the row forwards to, and what was pruned by a router downstream. */
export function outgoingOf({ source, row }: Route, routes: readonly Route[], states: LinkStates): OutgoingRow[] {
  const isLost = (index: number) => states.lostOfSource.has(index) || states.lostOfGroup.has(index);
  const kept = row.outgoing.filter(({ index, state }) => state !== 'pruned' || !isLost(index));
  const own = routes.find((one) => one.source !== null)?.row;
  if (own === undefined) return kept;
  if (source === null) {
    return kept.filter(({ index }) => isKnown(index, own) || inherited(index, states) !== undefined);
  }
  const shared = routes.flatMap((one) => (one.source === null ? one.row.outgoing : []));
  const lacking = shared.filter(({ index, state }) => state === 'forwarding' && !isKnown(index, own));
  const more = lacking.flatMap(({ index }): OutgoingRow[] => {
    const state = inherited(index, states);
    // What PIM would forward to, a row of its own forwards to; any other row shows itself what it does.
    const isTold = state === 'pruned' || (state === 'forwarding' && own.members !== undefined);
    return isTold ? [{ index, state }] : [];
  });
  return [...kept, ...more];
}

/** Of a link that (*,G) forwards to: inherited_olist(S,G,rpt), without lost_assert(S,G). */
function inherited(index: number, states: LinkStates): 'forwarding' | 'pruned' | undefined {
  if (states.lostOfSource.has(index) || states.lostOfGroup.has(index)) return undefined;
  if (states.pruned.has(index)) return 'pruned';
  return states.excluded.has(index) ? undefined : 'forwarding';
}

/** Whether the listener is forwarded to by another router: pim_include(S,G), pim_include(*,G). */
export function isLeft({ interface: index, mode }: Listener, source: string | null, states: LinkStates): boolean {
  if (source === null) return states.lostOfGroup.has(index);
  return states.lostOfSource.has(index) || (mode === 'exclude' && states.lostOfGroup.has(index));
}

function isKnown(index: number, { incoming, outgoing }: RouteRow): boolean {
  return index === incoming || outgoing.some((one) => one.index === index);
}
